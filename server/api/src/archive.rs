//! Masters on their way into the archive, and in it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Decimal;

/// How far an upload is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadState {
    /// Bytes are missing.
    Open,
    /// All bytes are there and are compared with the hash that was announced.
    Checking,
    /// It is in the archive.
    Published,
    /// The bytes had another hash than was announced: it must be uploaded anew.
    Refused,
}

/// `GET /api/v1/uploads/{id}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct UploadStatus {
    /// Names the upload, and the recording that it becomes.
    pub id: Uuid,
    /// The performance that it belongs to.
    pub performance: Uuid,
    /// How far it is.
    pub state: UploadState,
    /// Bytes that are safe at the server.
    pub arrived: Decimal,
    /// Bytes of the whole file.
    pub bytes: Decimal,
    /// What it became.
    pub recording: Option<Recording>,
}

/// A master in the archive, bit for bit as it was recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Recording {
    /// Names the recording.
    pub id: Uuid,
    /// The performance that it belongs to.
    pub performance: Uuid,
    /// The name of the file.
    pub name: String,
    /// `audio/flac` or `audio/wav`.
    pub media_type: String,
    /// Bytes of the file.
    pub bytes: Decimal,
    /// The SHA-256 of the file, in 64 hexadecimal digits.
    pub sha256: String,
    /// Where the file is, from the top of this server.
    pub path: String,
    /// When it was published, UTC in milliseconds since 1970.
    pub created_ms: i64,
    /// The songs in it, in their order.
    #[serde(default)]
    pub chapters: Vec<Chapter>,
}

/// One song in a master.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Chapter {
    /// Its first frame, counted from the first frame of the file, at 48 kHz.
    pub frame: Decimal,
    /// What it is called; may be empty.
    pub title: String,
}

/// `PUT /api/v1/uploads/{id}/chapters`: all songs of a master, in their order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Chapters {
    /// The songs.
    pub chapters: Vec<Chapter>,
}

/// `GET /api/v1/performances/{id}/recordings`: the oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct RecordingList {
    /// The masters of the performance.
    pub recordings: Vec<Recording>,
}
