//! The archive: lossless masters come in by tus 1.0 (<https://tus.io/protocols/resumable-upload>), are compared with the
//! hash that was announced, and are served back by ranges. The archive is the master, not the stream.
//!
//! A piece of an upload is first an object in the store and then a row in the database; only what has a row counts. So
//! a server that is killed anywhere loses the pieces that it was receiving and nothing else, and what it left behind
//! is cleared with its upload.

mod chapters;
mod finish;
mod flow;
mod intake;
mod lending;
mod ranges;
mod recordings;
mod seats;
mod shelf;
pub(crate) mod tus;
mod uploads;

use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get, put};
use tokio::sync::Notify;
use utoipa::OpenApi as _;

pub(crate) use self::finish::run;
pub(crate) use self::shelf::Shelf;

use self::seats::Seats;
use crate::app::App;
use crate::gate::Places;
use crate::limits::{MAX_READERS, MAX_READERS_PER_ADDRESS};

/// What the requests of the archive share.
#[derive(Debug)]
pub(crate) struct Archive {
    shelf: Shelf,
    /// Seats for requests that bring bytes.
    seats: Arc<Seats>,
    /// Places for those who read recordings.
    readers: Arc<Places>,
    /// Rings when there is something to put together or to clear away.
    work: Notify,
}

impl Archive {
    pub(crate) fn new(shelf: Shelf) -> Self {
        let readers = Arc::new(Places::new(MAX_READERS, MAX_READERS_PER_ADDRESS));
        Self { shelf, seats: Arc::default(), readers, work: Notify::new() }
    }
}

/// The addresses of the archive. Those of tus take every method, because `X-HTTP-Method-Override` may name another than
/// the request has.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/api/v1/performances/{id}/uploads", any(uploads::of_performance))
        .route("/api/v1/uploads/{id}", any(uploads::one))
        .route("/api/v1/uploads/{id}/chapters", put(chapters::tell))
        .route("/api/v1/performances/{id}/recordings", get(recordings::list))
        .route("/api/v1/recordings/{id}", get(recordings::read).delete(recordings::remove))
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        uploads::create,
        uploads::status,
        uploads::look,
        uploads::append,
        uploads::end,
        chapters::tell,
        recordings::list,
        recordings::read,
        recordings::remove,
    ),
    tags((name = "archive", description = "Lossless masters: in by tus 1.0, out by ranges.")),
)]
struct Described;

/// What the description of the API says of the archive.
pub(crate) fn described() -> utoipa::openapi::OpenApi {
    Described::openapi()
}
