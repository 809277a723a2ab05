//! What outlives the process: artists, their keys, their performances.
//!
//! One trait, one folder of SQL per engine. The engines are tested by the same suite.

pub(crate) mod archive;
pub(crate) mod keys;
pub(crate) mod sqlite;

use std::future::Future;
use std::pin::Pin;

use uuid::Uuid;

/// The length of a SHA-256.
pub(crate) const HASH: usize = 32;

/// Someone who plays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Artist {
    pub(crate) id: Uuid,
    /// The name in addresses.
    pub(crate) slug: String,
    /// The name that people read.
    pub(crate) name: String,
}

/// One evening.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Performance {
    pub(crate) id: Uuid,
    pub(crate) artist: Uuid,
    pub(crate) title: String,
    pub(crate) artist_name: Option<String>,
    pub(crate) take: Option<Take>,
    /// UTC in milliseconds, like all times here.
    pub(crate) started_ms: i64,
    pub(crate) last_packet_ms: Option<i64>,
    pub(crate) ended_ms: Option<i64>,
}

/// The app's recording that goes with a performance, and how its sound is dated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Take {
    pub(crate) id: Uuid,
    pub(crate) epoch: Uuid,
    pub(crate) utc_ns_at_frame_0: i64,
}

/// Which performance is open now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Joined {
    /// One that was open already.
    Open(Uuid),
    /// The one that was wanted.
    New,
}

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// Another artist has that slug.
    #[error("the slug is taken")]
    SlugTaken,
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed.
    #[error("the database cannot be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// What a store answers, later.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// The repository. Times come as arguments.
pub(crate) trait Store: Send + Sync {
    /// Writes a new artist down.
    fn add_artist<'a>(&'a self, artist: &'a Artist, now_ms: i64) -> Answer<'a, ()>;
    /// Every artist, by name.
    fn artists(&self) -> Answer<'_, Vec<Artist>>;
    /// The artist of a page.
    fn artist<'a>(&'a self, slug: &'a str) -> Answer<'a, Option<Artist>>;
    /// Joins the open performance of the artist, or writes `wanted` down as a new one. The open one is joined by a
    /// `wanted` without a take, which changes nothing, and by the take that it has or lacks, which describes it anew; for
    /// another take it ends. All at once: of an app and an encoder that ask in the same moment, the second joins the first.
    fn join_performance<'a>(&'a self, wanted: &'a Performance) -> Answer<'a, Joined>;
    /// One performance.
    fn performance(&self, id: Uuid) -> Answer<'_, Option<Performance>>;
    /// The performances of an artist that the app's engine played in one life, the oldest first.
    fn performances_of_epoch(&self, artist: Uuid, epoch: Uuid) -> Answer<'_, Vec<Performance>>;
    /// The newest performance of an artist.
    fn latest_performance(&self, artist: Uuid) -> Answer<'_, Option<Performance>>;
    /// Notes the last packet of the open performance; whether there is one that it belongs to: a packet from before
    /// its start was another's.
    fn touch_performance(&self, artist: Uuid, last_packet_ms: i64) -> Answer<'_, bool>;
    /// Ends a performance that is open, at that time.
    fn end_performance(&self, id: Uuid, now_ms: i64) -> Answer<'_, ()>;
    /// Ends every performance that was last heard before `before_ms`; whose they were.
    fn end_silent(&self, before_ms: i64) -> Answer<'_, Vec<Uuid>>;
}

#[cfg(test)]
mod tests;
