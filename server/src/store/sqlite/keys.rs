//! The rows of keys. Their hashes are unique, and found by an index.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, query};
use uuid::Uuid;

use super::{Sqlite, id};
use crate::store::keys::KeyStore;
use crate::store::{Answer, HASH};

fn hash(row: &SqliteRow) -> Result<[u8; HASH], sqlx::Error> {
    let bytes: Vec<u8> = row.try_get("hash")?;
    bytes.try_into().map_err(|_| sqlx::Error::Decode("a hash of another length".into()))
}

impl KeyStore for Sqlite {
    fn add_key(&self, artist: Uuid, hash: [u8; HASH], now_ms: i64) -> Answer<'_, ()> {
        Box::pin(async move {
            query("INSERT INTO stream_key (id, artist_id, hash, scope, created_ms) VALUES (?, ?, ?, 'publish', ?)")
                .bind(Uuid::now_v7().to_string())
                .bind(artist.to_string())
                .bind(hash.to_vec())
                .bind(now_ms)
                .execute(&self.0)
                .await?;
            Ok(())
        })
    }

    fn key_owner(&self, hash: [u8; HASH]) -> Answer<'_, Option<Uuid>> {
        Box::pin(async move {
            let row =
                query("SELECT artist_id FROM stream_key WHERE hash = ? AND revoked_ms IS NULL AND scope = 'publish'")
                    .bind(hash.to_vec())
                    .fetch_optional(&self.0)
                    .await?;
            Ok(row.as_ref().map(|row| id(row, "artist_id")).transpose()?)
        })
    }

    fn key_owners(&self, most: usize) -> Answer<'_, Vec<([u8; HASH], Uuid)>> {
        Box::pin(async move {
            let rows = query(
                "SELECT artist_id, hash FROM stream_key WHERE revoked_ms IS NULL AND scope = 'publish' \
                 ORDER BY created_ms DESC, id DESC LIMIT ?",
            )
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_all(&self.0)
            .await?;
            let key = |row: &SqliteRow| Ok((hash(row)?, id(row, "artist_id")?));
            Ok(rows.iter().map(key).collect::<Result<_, sqlx::Error>>()?)
        })
    }
}
