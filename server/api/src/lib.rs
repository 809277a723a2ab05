//! What the app, the server and the page say to each other: the JSON of `/api/v1`, and nothing else.
//!
//! Within v1 these types only grow: a field is never renamed or removed, a reader ignores what it does not know.
//! Times are UTC in integer milliseconds since 1970 (`…_ms`); numbers that a JavaScript number cannot hold
//! exactly are decimal strings ([`Decimal`]). Ids are UUIDs of version 7; a slug is only a name.

mod archive;
mod artist;
mod decimal;
mod performance;
mod problem;
pub mod route;

pub use archive::{Chapter, Chapters, Recording, RecordingList, UploadState, UploadStatus};
pub use artist::{ArtistList, ArtistNow, PerformanceNow, RoomState};
pub use decimal::{Decimal, NotDecimal};
pub use performance::{Epoch, OpenPerformance, PerformanceEnded, PerformanceList, PerformanceOpened};
pub use problem::{Problem, ServerTime};
