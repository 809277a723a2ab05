//! Stream keys: shown once, kept as hashes, and who pays for a request that carries one.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;
use crate::gate::{Gate, Payer};
use crate::limits::{KEYS_READ, MAX_KEYS};
use crate::store::HASH;
use crate::store::keys::KeyStore;

/// How every key begins: leaked ones can be searched for.
const PREFIX: &str = "korero_";
/// Bytes of randomness in a key.
const RANDOM: usize = 24;

/// A new key and its hash.
///
/// # Errors
/// When the system gives no randomness.
pub(crate) fn generate() -> Result<(String, [u8; HASH]), getrandom::Error> {
    let mut random = [0; RANDOM];
    getrandom::fill(&mut random)?;
    let key: String =
        std::iter::once(PREFIX.to_owned()).chain(random.iter().map(|byte| format!("{byte:02x}"))).collect();
    let hash = hash(&key);
    Ok((key, hash))
}

/// A key has 192 random bits: no salt and no slow hash are needed to keep it from being guessed.
fn hash(key: &str) -> [u8; HASH] {
    Sha256::digest(key.as_bytes()).into()
}

/// Right keys that were seen, by their hashes. They tell who pays for a request before anything is looked up; whether a key
/// is right, the database alone says.
#[derive(Debug, Default)]
pub(crate) struct Known {
    owners: Mutex<HashMap<[u8; HASH], Uuid>>,
    /// When the database was asked for all of them.
    read: tokio::sync::Mutex<Option<Instant>>,
}

impl Known {
    fn owner(&self, key: &[u8; HASH]) -> Option<Uuid> {
        self.owners().get(key).copied()
    }

    /// What the database says of a key.
    fn note(&self, key: [u8; HASH], owner: Option<Uuid>) {
        let mut owners = self.owners();
        match owner {
            Some(owner) if owners.len() < MAX_KEYS => {
                owners.insert(key, owner);
            }
            // It is as right as the others, and pays by its address where nobody remembers it.
            Some(_) => {}
            None => {
                owners.remove(&key);
            }
        }
    }

    /// Knows all keys that are right at `now`, or were so a moment ago: whoever comes while others are read for waits for
    /// that one look.
    async fn read(&self, store: &dyn KeyStore, now: Instant) -> Result<(), Error> {
        let mut read = self.read.lock().await;
        if read.is_none_or(|at| now.saturating_duration_since(at) >= KEYS_READ) {
            // A look that was given up with its request is none.
            let all = store.key_owners(MAX_KEYS).await;
            *read = Some(now);
            *self.owners() = all?.into_iter().collect();
        }
        Ok(())
    }

    fn owners(&self) -> MutexGuard<'_, HashMap<[u8; HASH], Uuid>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that was paid for, and whose key it carries.
#[derive(Debug)]
pub(crate) struct Asked(Result<Uuid, Error>);

impl Asked {
    /// The artist whose key it is.
    pub(crate) fn owner(self) -> Result<Uuid, Error> {
        self.0
    }

    /// Passes with a key of this artist.
    pub(crate) fn is(self, artist: Uuid) -> Result<(), Error> {
        if self.0? == artist { Ok(()) } else { Err(Error::WrongKey) }
    }
}

/// Has a request paid for, and looks whose key it carries. A key that is known to be right is paid for by its artist, so
/// that what others ask from there never keeps the artist out. Every other key is paid for by the address before anything is
/// looked up, so that a flood of wrong ones costs no more than their hashes. Where the address can pay no more, one look a
/// second finds the right key that nobody knew yet.
pub(crate) async fn admit(app: &App, headers: &HeaderMap, from: IpAddr) -> Result<Asked, Error> {
    ask(&app.store, (&app.gate, &app.keys), headers, from, Instant::now()).await
}

async fn ask(
    store: &dyn KeyStore,
    (gate, known): (&Gate, &Known),
    headers: &HeaderMap,
    from: IpAddr,
    now: Instant,
) -> Result<Asked, Error> {
    let Some(token) = bearer(headers) else {
        gate.admit(from, now)?;
        return Ok(Asked(Err(Error::NoKey)));
    };
    let key = hash(token);
    if let Some(owner) = known.owner(&key) {
        gate.admit(Payer::Artist(owner), now)?;
    } else if let Err(busy) = gate.admit(from, now) {
        known.read(store, now).await?;
        gate.admit(Payer::Artist(known.owner(&key).ok_or(busy)?), now)?;
    }
    let owner = store.key_owner(key).await?;
    known.note(key, owner);
    Ok(Asked(owner.ok_or(Error::WrongKey)))
}

/// Whose key a request carries. It is looked up by its hash: how long that takes tells nothing of any key.
pub(crate) async fn whose(store: &dyn KeyStore, headers: &HeaderMap) -> Result<Uuid, Error> {
    let key = hash(bearer(headers).ok_or(Error::NoKey)?);
    store.key_owner(key).await?.ok_or(Error::WrongKey)
}

/// The token of `Authorization: Bearer …`; the scheme in any case (RFC 9110 §11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::limits::{REQUEST_BURST, REQUEST_RATE};
    use crate::store::Answer;

    /// Keys in memory, and how often one was looked up, and all were read.
    #[derive(Default)]
    struct Counting {
        keys: Mutex<HashMap<[u8; HASH], Uuid>>,
        looked: AtomicU32,
        read: AtomicU32,
    }

    impl KeyStore for Counting {
        fn add_key(&self, artist: Uuid, hash: [u8; HASH], _: i64) -> Answer<'_, ()> {
            self.keys.lock().unwrap().insert(hash, artist);
            Box::pin(async { Ok(()) })
        }

        fn key_owner(&self, hash: [u8; HASH]) -> Answer<'_, Option<Uuid>> {
            self.looked.fetch_add(1, Ordering::Relaxed);
            let owner = self.keys.lock().unwrap().get(&hash).copied();
            Box::pin(async move { Ok(owner) })
        }

        fn key_owners(&self, most: usize) -> Answer<'_, Vec<([u8; HASH], Uuid)>> {
            self.read.fetch_add(1, Ordering::Relaxed);
            let all: Vec<_> = self.keys.lock().unwrap().iter().map(|(key, owner)| (*key, *owner)).take(most).collect();
            Box::pin(async move { Ok(all) })
        }
    }

    /// A server's door, and a clock that stands still.
    struct Door {
        store: Counting,
        gate: Gate,
        known: Known,
        now: Instant,
    }

    impl Door {
        fn new() -> Self {
            Self { store: Counting::default(), gate: Gate::default(), known: Known::default(), now: Instant::now() }
        }

        async fn key(&self, key: &str) -> Uuid {
            let artist = Uuid::now_v7();
            self.store.add_key(artist, hash(key), 0).await.unwrap();
            artist
        }

        async fn ask(&self, key: &str) -> Result<Uuid, Error> {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, format!("Bearer {key}").parse().unwrap());
            let from = IpAddr::from([192, 0, 2, 1]);
            ask(&self.store, (&self.gate, &self.known), &headers, from, self.now).await?.owner()
        }

        /// So many wrong keys from the one address that everybody asks from; how many of them were looked up.
        async fn flood(&self, wrong: u32) -> u32 {
            let before = self.store.looked.load(Ordering::Relaxed);
            for n in 0..wrong {
                let refused = self.ask(&format!("wrong{n}")).await.unwrap_err();
                assert!(matches!(refused, Error::WrongKey | Error::TooMany), "{refused:?}");
            }
            self.store.looked.load(Ordering::Relaxed) - before
        }
    }

    #[tokio::test]
    async fn a_flood_of_wrong_keys_costs_what_its_address_can_pay_and_one_look_a_second() {
        let mut door = Door::new();
        assert_eq!(door.flood(10_000).await, REQUEST_BURST);
        assert_eq!(door.store.read.load(Ordering::Relaxed), 1);
        door.now += KEYS_READ;
        assert_eq!(door.flood(10_000).await, REQUEST_RATE);
        assert_eq!(door.store.read.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_right_key_never_waits_behind_a_flood_from_its_address_whether_it_was_seen_before_or_not() {
        let mut door = Door::new();
        let (seen, unseen) = (door.key("seen").await, door.key("unseen").await);
        assert_eq!(door.ask("seen").await, Ok(seen));
        door.flood(1_000).await;
        for _ in 0..REQUEST_BURST / 2 {
            assert_eq!(door.ask("seen").await, Ok(seen));
            assert_eq!(door.ask("unseen").await, Ok(unseen));
        }
        // One that was made this very moment is found with the next look.
        let new = door.key("new").await;
        assert_eq!(door.ask("new").await, Err(Error::TooMany));
        door.now += KEYS_READ;
        door.flood(1_000).await;
        assert_eq!(door.ask("new").await, Ok(new));
    }

    #[tokio::test]
    async fn who_has_a_right_key_is_bounded_too_and_costs_the_others_of_the_address_nothing() {
        let door = Door::new();
        door.key("eager").await;
        let other = door.key("other").await;
        door.ask("eager").await.unwrap();
        for _ in 0..REQUEST_BURST {
            door.ask("eager").await.unwrap();
        }
        assert_eq!(door.ask("eager").await, Err(Error::TooMany));
        assert_eq!(door.ask("other").await, Ok(other));
        assert_eq!(door.ask("wrong").await, Err(Error::WrongKey));
    }

    #[tokio::test]
    async fn a_key_that_was_taken_back_is_wrong_however_well_it_is_known() {
        let door = Door::new();
        let artist = door.key("old").await;
        assert_eq!(door.ask("old").await, Ok(artist));
        door.store.keys.lock().unwrap().clear();
        assert_eq!(door.ask("old").await, Err(Error::WrongKey));
        assert_eq!(door.known.owner(&hash("old")), None);
    }

    #[test]
    fn what_is_known_is_bounded() {
        let known = Known::default();
        for n in 0..MAX_KEYS as u64 + 100 {
            known.note(hash(&n.to_string()), Some(Uuid::nil()));
        }
        assert_eq!(known.owners().len(), MAX_KEYS);
    }

    #[test]
    fn no_two_keys_are_alike() {
        let ((one, hash_of_one), (other, _)) = (generate().unwrap(), generate().unwrap());
        assert_ne!(one, other);
        assert!(one.starts_with(PREFIX) && one.len() == PREFIX.len() + 2 * RANDOM);
        assert_eq!(hash(&one), hash_of_one);
    }

    #[test]
    fn only_a_bearer_token_is_a_key() {
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(with("Bearer abc"), Some("abc".into()));
        assert_eq!(with("bearer abc"), Some("abc".into()));
        for other in ["abc", "Basic abc", "Bearer ", "Bearer"] {
            assert_eq!(with(other), None, "{other}");
        }
    }
}
