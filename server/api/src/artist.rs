//! What a page shows of an artist right now.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a listener can expect of an artist's page at this moment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomState {
    /// No performance is open, or the open one has not sounded yet.
    #[default]
    OffAir,
    /// Sound arrives.
    Live,
    /// A performance is open and has sounded, but no sound arrives: the connection was lost and is coming back.
    Reconnecting,
    /// The last performance ended a short while ago (within 15 minutes).
    Ended,
}

/// The performance that is open, or that just ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct PerformanceNow {
    /// Names the performance.
    pub id: Uuid,
    /// What the evening is called; may be empty.
    pub title: String,
    /// Who plays, when that is not the artist of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artist_name: Option<String>,
    /// When it was opened, UTC in milliseconds since 1970.
    pub started_ms: i64,
}

/// `GET /api/v1/artists/{slug}`, and the data of each event `now` of `GET /api/v1/artists/{slug}/events`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ArtistNow {
    /// The name in addresses: lower-case letters, digits, hyphens.
    pub slug: String,
    /// The name that people read.
    pub name: String,
    /// What can be heard now.
    pub state: RoomState,
    /// The open performance; `null` when off air.
    pub performance: Option<PerformanceNow>,
    /// Listeners with a working connection.
    pub listeners: u32,
}

/// `GET /api/v1/artists`: those on air first, then by name.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ArtistList {
    /// Every artist of this server.
    pub artists: Vec<ArtistNow>,
}
