//! What is kept of keys: hashes, and whose they are.

use uuid::Uuid;

use super::{Answer, HASH};

/// The keys of artists. One that was revoked is none.
pub(crate) trait KeyStore: Send + Sync {
    /// Writes the hash of a new key down.
    fn add_key(&self, artist: Uuid, hash: [u8; HASH], now_ms: i64) -> Answer<'_, ()>;
    /// Whose key has this hash and may publish.
    fn key_owner(&self, hash: [u8; HASH]) -> Answer<'_, Option<Uuid>>;
    /// The hashes of keys that may publish, with whose they are: the newest, so many at most.
    fn key_owners(&self, most: usize) -> Answer<'_, Vec<([u8; HASH], Uuid)>>;
}
