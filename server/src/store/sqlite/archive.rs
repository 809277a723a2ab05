//! The archive's rows.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, query};
use uuid::Uuid;

use super::{Sqlite, id};
use crate::store::archive::{Allowance, ArchiveStore, Begun, Chapter, Piece, Recording, Upload, UploadState};
use crate::store::{Answer, HASH};

/// SQLite counts in 63 bits; no length that passes the server's bounds comes near.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn count(row: &SqliteRow, column: &str) -> Result<u64, sqlx::Error> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

fn hash(row: &SqliteRow) -> Result<[u8; HASH], sqlx::Error> {
    let bytes: Vec<u8> = row.try_get("sha256")?;
    bytes.try_into().map_err(|_| sqlx::Error::Decode("a hash of another length".into()))
}

fn state(row: &SqliteRow) -> Result<UploadState, sqlx::Error> {
    let word: String = row.try_get("state")?;
    match word.as_str() {
        "open" => Ok(UploadState::Open),
        "whole" => Ok(UploadState::Whole),
        "published" => Ok(UploadState::Published),
        "refused" => Ok(UploadState::Refused),
        "ended" => Ok(UploadState::Ended),
        other => Err(sqlx::Error::Decode(format!("an upload cannot be “{other}”").into())),
    }
}

fn word(state: UploadState) -> &'static str {
    match state {
        UploadState::Open => "open",
        UploadState::Whole => "whole",
        UploadState::Published => "published",
        UploadState::Refused => "refused",
        UploadState::Ended => "ended",
    }
}

fn upload(row: &SqliteRow) -> Result<Upload, sqlx::Error> {
    Ok(Upload {
        id: id(row, "id")?,
        artist: id(row, "artist_id")?,
        performance: id(row, "performance_id")?,
        name: row.try_get("name")?,
        media_type: row.try_get("media_type")?,
        sha256: hash(row)?,
        metadata: row.try_get("metadata")?,
        bytes: count(row, "bytes")?,
        arrived: count(row, "arrived")?,
        state: state(row)?,
        expires_ms: row.try_get("expires_ms")?,
    })
}

fn recording(row: &SqliteRow) -> Result<Recording, sqlx::Error> {
    Ok(Recording {
        id: id(row, "id")?,
        artist: id(row, "artist_id")?,
        performance: id(row, "performance_id")?,
        name: row.try_get("name")?,
        media_type: row.try_get("media_type")?,
        sha256: hash(row)?,
        bytes: count(row, "bytes")?,
        object: row.try_get("object")?,
        created_ms: row.try_get("created_ms")?,
    })
}

fn piece(row: &SqliteRow) -> Result<Piece, sqlx::Error> {
    Ok(Piece { start: count(row, "start")?, bytes: count(row, "bytes")?, name: row.try_get("name")? })
}

impl Sqlite {
    /// Whether the upload fits, asked and written in one statement: two that come at once cannot share what is left.
    async fn insert_upload(&self, upload: &Upload, allowed: Allowance) -> Result<bool, sqlx::Error> {
        let done = query(
            "INSERT INTO upload (id, artist_id, performance_id, name, media_type, sha256, metadata, bytes, arrived, \
             state, expires_ms) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 WHERE ?8 \
             + (SELECT coalesce(sum(bytes), 0) FROM upload WHERE artist_id = ?2 AND state IN ('open', 'whole')) \
             + (SELECT coalesce(sum(bytes), 0) FROM recording WHERE artist_id = ?2 AND removed = 0) <= ?12 \
             AND (SELECT count(*) FROM upload WHERE artist_id = ?2 AND state IN ('open', 'whole')) < ?13",
        )
        .bind(upload.id.to_string())
        .bind(upload.artist.to_string())
        .bind(upload.performance.to_string())
        .bind(&upload.name)
        .bind(&upload.media_type)
        .bind(upload.sha256.to_vec())
        .bind(&upload.metadata)
        .bind(whole(upload.bytes))
        .bind(whole(upload.arrived))
        .bind(word(upload.state))
        .bind(upload.expires_ms)
        .bind(whole(allowed.bytes))
        .bind(allowed.uploads)
        .execute(&self.0)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Bytes that an artist's recordings and uploads take, and how many uploads are under way.
    async fn taken(&self, artist: Uuid) -> Result<(u64, u64), sqlx::Error> {
        let row = query(
            "SELECT coalesce(sum(bytes), 0) AS bytes, coalesce(sum(under_way), 0) AS uploads FROM ( \
             SELECT bytes, 1 AS under_way FROM upload WHERE artist_id = ?1 AND state IN ('open', 'whole') \
             UNION ALL SELECT bytes, 0 FROM recording WHERE artist_id = ?1 AND removed = 0)",
        )
        .bind(artist.to_string())
        .fetch_one(&self.0)
        .await?;
        Ok((count(&row, "bytes")?, count(&row, "uploads")?))
    }

    async fn change(&self, sql: &'static str, id: Uuid) -> Result<bool, sqlx::Error> {
        Ok(query(sql).bind(id.to_string()).execute(&self.0).await?.rows_affected() > 0)
    }
}

impl ArchiveStore for Sqlite {
    fn begin_upload<'a>(&'a self, upload: &'a Upload, allowed: Allowance) -> Answer<'a, Begun> {
        Box::pin(async move {
            if self.insert_upload(upload, allowed).await? {
                return Ok(Begun::Yes);
            }
            let (bytes, uploads) = self.taken(upload.artist).await?;
            let full = uploads >= u64::from(allowed.uploads);
            Ok(if full { Begun::TooMany } else { Begun::NoRoom { left: allowed.bytes.saturating_sub(bytes) } })
        })
    }

    fn upload(&self, id: Uuid) -> Answer<'_, Option<Upload>> {
        Box::pin(async move {
            let row = query("SELECT * FROM upload WHERE id = ?").bind(id.to_string()).fetch_optional(&self.0).await?;
            Ok(row.as_ref().map(upload).transpose()?)
        })
    }

    fn same_upload<'a>(&'a self, like: &'a Upload, now_ms: i64) -> Answer<'a, Option<Upload>> {
        Box::pin(async move {
            let row = query(
                "SELECT * FROM upload WHERE artist_id = ?1 AND performance_id = ?2 AND sha256 = ?3 AND bytes = ?4 \
                 AND (state = 'whole' OR (state = 'open' AND expires_ms > ?5) OR (state = 'published' \
                 AND EXISTS (SELECT 1 FROM recording WHERE recording.id = upload.id AND removed = 0))) LIMIT 1",
            )
            .bind(like.artist.to_string())
            .bind(like.performance.to_string())
            .bind(like.sha256.to_vec())
            .bind(whole(like.bytes))
            .bind(now_ms)
            .fetch_optional(&self.0)
            .await?;
            Ok(row.as_ref().map(upload).transpose()?)
        })
    }

    fn add_pieces<'a>(&'a self, upload: Uuid, pieces: &'a [Piece], expires_ms: i64) -> Answer<'a, bool> {
        Box::pin(async move {
            let Some(first) = pieces.first() else { return Ok(true) };
            let bytes: u64 = pieces.iter().map(|piece| piece.bytes).sum();
            let mut all = self.0.begin().await?;
            let done = query(
                "UPDATE upload SET arrived = arrived + ?1, expires_ms = ?2, \
                 state = CASE WHEN arrived + ?1 = bytes THEN 'whole' ELSE 'open' END \
                 WHERE id = ?3 AND state = 'open' AND arrived = ?4 AND arrived + ?1 <= bytes",
            )
            .bind(whole(bytes))
            .bind(expires_ms)
            .bind(upload.to_string())
            .bind(whole(first.start))
            .execute(&mut *all)
            .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            for piece in pieces {
                query("INSERT INTO upload_piece (upload_id, start, bytes, name) VALUES (?, ?, ?, ?)")
                    .bind(upload.to_string())
                    .bind(whole(piece.start))
                    .bind(whole(piece.bytes))
                    .bind(&piece.name)
                    .execute(&mut *all)
                    .await?;
            }
            all.commit().await?;
            Ok(true)
        })
    }

    fn pieces(&self, upload: Uuid) -> Answer<'_, Vec<Piece>> {
        Box::pin(async move {
            let rows = query("SELECT start, bytes, name FROM upload_piece WHERE upload_id = ? ORDER BY start")
                .bind(upload.to_string())
                .fetch_all(&self.0)
                .await?;
            Ok(rows.iter().map(piece).collect::<Result<_, _>>()?)
        })
    }

    fn end_upload(&self, id: Uuid) -> Answer<'_, bool> {
        Box::pin(async move {
            Ok(self.change("UPDATE upload SET state = 'ended' WHERE id = ? AND state <> 'ended'", id).await?)
        })
    }

    fn expire_uploads(&self, now_ms: i64) -> Answer<'_, ()> {
        Box::pin(async move {
            query("UPDATE upload SET state = 'ended' WHERE state = 'open' AND expires_ms <= ?")
                .bind(now_ms)
                .execute(&self.0)
                .await?;
            Ok(())
        })
    }

    fn whole_uploads(&self) -> Answer<'_, Vec<Upload>> {
        Box::pin(async move {
            let rows = query("SELECT * FROM upload WHERE state = 'whole' ORDER BY id").fetch_all(&self.0).await?;
            Ok(rows.iter().map(upload).collect::<Result<_, _>>()?)
        })
    }

    fn publish<'a>(&'a self, recording: &'a Recording) -> Answer<'a, bool> {
        Box::pin(async move {
            let mut both = self.0.begin().await?;
            let done = query("UPDATE upload SET state = 'published' WHERE id = ? AND state = 'whole'")
                .bind(recording.id.to_string())
                .execute(&mut *both)
                .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            query(
                "INSERT INTO recording (id, artist_id, performance_id, name, media_type, sha256, bytes, object, \
                 created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(recording.id.to_string())
            .bind(recording.artist.to_string())
            .bind(recording.performance.to_string())
            .bind(&recording.name)
            .bind(&recording.media_type)
            .bind(recording.sha256.to_vec())
            .bind(whole(recording.bytes))
            .bind(&recording.object)
            .bind(recording.created_ms)
            .execute(&mut *both)
            .await?;
            both.commit().await?;
            Ok(true)
        })
    }

    fn refuse_upload(&self, id: Uuid) -> Answer<'_, ()> {
        Box::pin(async move {
            self.change("UPDATE upload SET state = 'refused' WHERE id = ? AND state = 'whole'", id).await?;
            Ok(())
        })
    }

    fn uploads_to_clear(&self) -> Answer<'_, Vec<Uuid>> {
        Box::pin(async move {
            let rows = query("SELECT id FROM upload WHERE cleared = 0 AND state IN ('published', 'refused', 'ended')")
                .fetch_all(&self.0)
                .await?;
            Ok(rows.iter().map(|row| id(row, "id")).collect::<Result<_, _>>()?)
        })
    }

    fn upload_cleared(&self, id: Uuid) -> Answer<'_, ()> {
        Box::pin(async move {
            let mut both = self.0.begin().await?;
            query("DELETE FROM upload_piece WHERE upload_id = ?").bind(id.to_string()).execute(&mut *both).await?;
            query("UPDATE upload SET cleared = 1 WHERE id = ?").bind(id.to_string()).execute(&mut *both).await?;
            Ok(both.commit().await?)
        })
    }

    fn forget_uploads(&self, before_ms: i64) -> Answer<'_, Vec<Uuid>> {
        Box::pin(async move {
            let rows = query(
                "DELETE FROM upload WHERE cleared = 1 AND expires_ms < ? \
                 AND NOT EXISTS (SELECT 1 FROM recording WHERE recording.id = upload.id) RETURNING id",
            )
            .bind(before_ms)
            .fetch_all(&self.0)
            .await?;
            Ok(rows.iter().map(|row| id(row, "id")).collect::<Result<_, _>>()?)
        })
    }

    fn recording(&self, id: Uuid) -> Answer<'_, Option<Recording>> {
        Box::pin(async move {
            let row = query("SELECT * FROM recording WHERE id = ? AND removed = 0")
                .bind(id.to_string())
                .fetch_optional(&self.0)
                .await?;
            Ok(row.as_ref().map(recording).transpose()?)
        })
    }

    fn recordings(&self, performance: Uuid) -> Answer<'_, Vec<Recording>> {
        Box::pin(async move {
            let rows =
                query("SELECT * FROM recording WHERE performance_id = ? AND removed = 0 ORDER BY created_ms, id")
                    .bind(performance.to_string())
                    .fetch_all(&self.0)
                    .await?;
            Ok(rows.iter().map(recording).collect::<Result<_, _>>()?)
        })
    }

    fn chapters(&self, upload: Uuid) -> Answer<'_, Vec<Chapter>> {
        Box::pin(async move {
            let rows = query("SELECT frame, title FROM chapter WHERE upload_id = ? ORDER BY nth")
                .bind(upload.to_string())
                .fetch_all(&self.0)
                .await?;
            let chapter = |row| Ok(Chapter { frame: count(row, "frame")?, title: row.try_get("title")? });
            Ok(rows.iter().map(chapter).collect::<Result<_, sqlx::Error>>()?)
        })
    }

    fn set_chapters<'a>(&'a self, upload: Uuid, chapters: &'a [Chapter]) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut all = self.0.begin().await?;
            query("DELETE FROM chapter WHERE upload_id = ?").bind(upload.to_string()).execute(&mut *all).await?;
            for (nth, chapter) in (0i64..).zip(chapters) {
                query("INSERT INTO chapter (upload_id, nth, frame, title) VALUES (?, ?, ?, ?)")
                    .bind(upload.to_string())
                    .bind(nth)
                    .bind(whole(chapter.frame))
                    .bind(&chapter.title)
                    .execute(&mut *all)
                    .await?;
            }
            Ok(all.commit().await?)
        })
    }

    fn remove_recording(&self, id: Uuid) -> Answer<'_, ()> {
        Box::pin(async move {
            self.change("UPDATE recording SET removed = 1 WHERE id = ?", id).await?;
            Ok(())
        })
    }

    fn recordings_to_clear(&self) -> Answer<'_, Vec<Recording>> {
        Box::pin(async move {
            let rows = query("SELECT * FROM recording WHERE removed = 1").fetch_all(&self.0).await?;
            Ok(rows.iter().map(recording).collect::<Result<_, _>>()?)
        })
    }

    fn recording_cleared(&self, id: Uuid) -> Answer<'_, ()> {
        Box::pin(async move {
            self.change("DELETE FROM recording WHERE id = ? AND removed = 1", id).await?;
            Ok(())
        })
    }
}
