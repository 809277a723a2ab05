//! The embedded database.

mod archive;
mod keys;

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteExecutor, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteRow, SqliteSynchronous,
};
use sqlx::{Row, query};
use uuid::Uuid;

use super::{Answer, Artist, Joined, Performance, Store, StoreError, Take};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
/// How long a writer waits for another process (`korero-server key new` beside a running server).
const BUSY: Duration = Duration::from_secs(5);

/// One file, `korero.sqlite`, with a write-ahead log beside it.
pub(crate) struct Sqlite(SqlitePool);

impl Sqlite {
    /// Opens the database in `folder`, makes it if it is missing and brings it up to date.
    pub(crate) async fn open(folder: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("korero.sqlite"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // With the log this survives the death of the process; only a power cut may cost the last second.
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        MIGRATIONS.run(&pool).await?;
        Ok(Self(pool))
    }

    /// Writes everything back and lets the file go.
    pub(crate) async fn close(&self) {
        self.0.close().await;
    }
}

fn id(row: &SqliteRow, column: &str) -> Result<Uuid, sqlx::Error> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

fn maybe_id(row: &SqliteRow, column: &str) -> Result<Option<Uuid>, sqlx::Error> {
    match row.try_get::<Option<String>, _>(column)? {
        Some(_) => id(row, column).map(Some),
        None => Ok(None),
    }
}

fn artist(row: &SqliteRow) -> Result<Artist, sqlx::Error> {
    Ok(Artist { id: id(row, "id")?, slug: row.try_get("slug")?, name: row.try_get("name")? })
}

fn performance(row: &SqliteRow) -> Result<Performance, sqlx::Error> {
    let take = match (maybe_id(row, "take_id")?, maybe_id(row, "epoch_id")?) {
        (Some(id), Some(epoch)) => Some(Take { id, epoch, utc_ns_at_frame_0: row.try_get("utc_ns_at_frame_0")? }),
        _ => None,
    };
    Ok(Performance {
        id: id(row, "id")?,
        artist: id(row, "artist_id")?,
        title: row.try_get("title")?,
        artist_name: row.try_get("artist_name")?,
        take,
        started_ms: row.try_get("started_ms")?,
        last_packet_ms: row.try_get("last_packet_ms")?,
        ended_ms: row.try_get("ended_ms")?,
    })
}

/// Writes take, title and name of `wanted` to a performance.
async fn describe(to: &mut SqliteConnection, id: Uuid, wanted: &Performance) -> Result<(), sqlx::Error> {
    query(
        "UPDATE performance SET title = ?, artist_name = ?, take_id = ?, epoch_id = ?, utc_ns_at_frame_0 = ? \
         WHERE id = ?",
    )
    .bind(&wanted.title)
    .bind(&wanted.artist_name)
    .bind(wanted.take.map(|take| take.id.to_string()))
    .bind(wanted.take.map(|take| take.epoch.to_string()))
    .bind(wanted.take.map(|take| take.utc_ns_at_frame_0))
    .bind(id.to_string())
    .execute(to)
    .await
    .map(drop)
}

/// Writes a new performance down.
async fn add(to: &mut SqliteConnection, new: &Performance) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO performance (id, artist_id, title, artist_name, take_id, epoch_id, utc_ns_at_frame_0, \
         started_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(new.id.to_string())
    .bind(new.artist.to_string())
    .bind(&new.title)
    .bind(&new.artist_name)
    .bind(new.take.map(|take| take.id.to_string()))
    .bind(new.take.map(|take| take.epoch.to_string()))
    .bind(new.take.map(|take| take.utc_ns_at_frame_0))
    .bind(new.started_ms)
    .execute(to)
    .await
    .map(drop)
}

/// Ends a performance that is open.
async fn end(to: impl SqliteExecutor<'_>, id: Uuid, now_ms: i64) -> Result<(), sqlx::Error> {
    query("UPDATE performance SET ended_ms = ? WHERE id = ? AND ended_ms IS NULL")
        .bind(now_ms)
        .bind(id.to_string())
        .execute(to)
        .await
        .map(drop)
}

impl Store for Sqlite {
    fn add_artist<'a>(&'a self, artist: &'a Artist, now_ms: i64) -> Answer<'a, ()> {
        Box::pin(async move {
            let done = query("INSERT INTO artist (id, slug, name, created_ms) VALUES (?, ?, ?, ?)")
                .bind(artist.id.to_string())
                .bind(&artist.slug)
                .bind(&artist.name)
                .bind(now_ms)
                .execute(&self.0)
                .await;
            match done {
                Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(StoreError::SlugTaken),
                done => Ok(done.map(|_| ())?),
            }
        })
    }

    fn artists(&self) -> Answer<'_, Vec<Artist>> {
        Box::pin(async move {
            let rows = query("SELECT id, slug, name FROM artist ORDER BY name, slug").fetch_all(&self.0).await?;
            Ok(rows.iter().map(artist).collect::<Result<_, _>>()?)
        })
    }

    fn artist<'a>(&'a self, slug: &'a str) -> Answer<'a, Option<Artist>> {
        Box::pin(async move {
            let row =
                query("SELECT id, slug, name FROM artist WHERE slug = ?").bind(slug).fetch_optional(&self.0).await?;
            Ok(row.as_ref().map(artist).transpose()?)
        })
    }

    fn join_performance<'a>(&'a self, wanted: &'a Performance) -> Answer<'a, Joined> {
        Box::pin(async move {
            // It reads before it writes: begun as a reader it would be refused where another wrote in between.
            let mut all = self.0.begin_with("BEGIN IMMEDIATE").await?;
            let row = query("SELECT * FROM performance WHERE artist_id = ? AND ended_ms IS NULL")
                .bind(wanted.artist.to_string())
                .fetch_optional(&mut *all)
                .await?;
            let open = row.as_ref().map(performance).transpose()?;
            let joined = match (open, wanted.take) {
                (Some(open), None) => Joined::Open(open.id),
                (Some(open), Some(take)) if open.take.is_none_or(|known| known.id == take.id) => {
                    describe(&mut all, open.id, wanted).await?;
                    Joined::Open(open.id)
                }
                (open, _) => {
                    if let Some(open) = open {
                        end(&mut *all, open.id, wanted.started_ms).await?;
                    }
                    add(&mut all, wanted).await?;
                    Joined::New
                }
            };
            all.commit().await?;
            Ok(joined)
        })
    }

    fn performance(&self, id: Uuid) -> Answer<'_, Option<Performance>> {
        Box::pin(async move {
            let row =
                query("SELECT * FROM performance WHERE id = ?").bind(id.to_string()).fetch_optional(&self.0).await?;
            Ok(row.as_ref().map(performance).transpose()?)
        })
    }

    fn performances_of_epoch(&self, artist: Uuid, epoch: Uuid) -> Answer<'_, Vec<Performance>> {
        Box::pin(async move {
            let rows = query("SELECT * FROM performance WHERE artist_id = ? AND epoch_id = ? ORDER BY started_ms, id")
                .bind(artist.to_string())
                .bind(epoch.to_string())
                .fetch_all(&self.0)
                .await?;
            Ok(rows.iter().map(performance).collect::<Result<_, _>>()?)
        })
    }

    fn latest_performance(&self, artist: Uuid) -> Answer<'_, Option<Performance>> {
        Box::pin(async move {
            let row = query(
                "SELECT * FROM performance WHERE artist_id = ? \
                 ORDER BY ended_ms IS NULL DESC, started_ms DESC, id DESC LIMIT 1",
            )
            .bind(artist.to_string())
            .fetch_optional(&self.0)
            .await?;
            Ok(row.as_ref().map(performance).transpose()?)
        })
    }

    fn touch_performance(&self, artist: Uuid, last_packet_ms: i64) -> Answer<'_, bool> {
        Box::pin(async move {
            let done = query(
                "UPDATE performance SET last_packet_ms = ?1 \
                 WHERE artist_id = ?2 AND ended_ms IS NULL AND started_ms <= ?1",
            )
            .bind(last_packet_ms)
            .bind(artist.to_string())
            .execute(&self.0)
            .await?;
            Ok(done.rows_affected() > 0)
        })
    }

    fn end_performance(&self, id: Uuid, now_ms: i64) -> Answer<'_, ()> {
        Box::pin(async move {
            end(&self.0, id, now_ms).await?;
            Ok(())
        })
    }

    fn end_silent(&self, before_ms: i64) -> Answer<'_, Vec<Uuid>> {
        Box::pin(async move {
            let rows = query(
                "UPDATE performance SET ended_ms = coalesce(last_packet_ms, started_ms) \
                 WHERE ended_ms IS NULL AND coalesce(last_packet_ms, started_ms) < ? RETURNING artist_id",
            )
            .bind(before_ms)
            .fetch_all(&self.0)
            .await?;
            Ok(rows.iter().map(|row| id(row, "artist_id")).collect::<Result<_, _>>()?)
        })
    }
}
