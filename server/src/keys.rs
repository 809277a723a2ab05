//! Stream keys: shown once, kept as hashes, compared in constant time.

use std::net::IpAddr;
use std::time::Instant;

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;
use crate::gate::Payer;
use crate::store::{HASH, Store};

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

/// Lets a request pass that carries a key of this artist, or of any, and says whose. The artist pays for it; for a wrong
/// key the address does, so that what others ask from there never keeps the artist out.
pub(crate) async fn admit(app: &App, headers: &HeaderMap, from: IpAddr, artist: Option<Uuid>) -> Result<Uuid, Error> {
    let owner = whose(&app.store, headers, artist).await;
    let payer = owner.map_or(Payer::Address(from), Payer::Artist);
    app.gate.admit(payer, Instant::now())?;
    owner
}

/// Whose key a request carries, among one artist's or all keys.
pub(crate) async fn whose(store: &dyn Store, headers: &HeaderMap, artist: Option<Uuid>) -> Result<Uuid, Error> {
    let given = hash(bearer(headers).ok_or(Error::NoKey)?);
    // Every key is compared, so that the time tells nothing of which was right.
    let mut found = None;
    for (owner, hash) in store.publish_keys(artist).await? {
        if bool::from(hash.as_slice().ct_eq(&given)) {
            found = Some(owner);
        }
    }
    found.ok_or(Error::WrongKey)
}

/// The token of `Authorization: Bearer …`; the scheme in any case (RFC 9110 §11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

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
