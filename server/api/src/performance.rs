//! One evening on air: opened by the app (or by the first packet of a foreign encoder), closed by its end.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Decimal, PerformanceNow};

/// One life of the app's engine: which moment its frame 0 was. With it any sound on air can be dated.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Epoch {
    /// Names this life of the engine.
    pub id: Uuid,
    /// UTC of frame 0, in nanoseconds since 1970, as a decimal string.
    pub utc_ns_at_frame_0: Decimal,
}

/// Body of `POST /api/v1/performances`.
///
/// Asking again with a take that is already open returns the same performance (with the new epoch and title),
/// so an app that reconnects may always ask.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OpenPerformance {
    /// The take that the app records, named by the app; a new take is a new performance.
    pub take_id: Uuid,
    /// The engine's epoch.
    pub epoch: Epoch,
    /// What the evening is called; may be empty; at most 120 characters.
    pub title: String,
    /// Who plays, when that is not the artist of the page; at most 120 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artist_name: Option<String>,
}

/// Answer to `POST /api/v1/performances` (201 when opened now, 200 when it was open already).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct PerformanceOpened {
    /// Names the performance.
    pub id: Uuid,
    /// The artist's page.
    pub slug: String,
    /// Where to listen: absolute, for the artist to send to people.
    pub listen_url: String,
}

/// Answer to `POST /api/v1/performances/{id}/end`. Ending twice is no error and keeps the first time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct PerformanceEnded {
    /// Names the performance.
    pub id: Uuid,
    /// When it ended, UTC in milliseconds since 1970.
    pub ended_ms: i64,
}

/// `GET /api/v1/performances?epoch={id}` (bearer key): what was played in one life of the app's engine, the oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct PerformanceList {
    /// The performances.
    pub performances: Vec<PerformanceNow>,
}
