//! Masters out of the archive: listed, read by ranges, removed.

use std::net::SocketAddr;
use std::time::Instant;

use axum::Json;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use korero_api::{Decimal, Problem, Recording as Told, RecordingList, route};
use uuid::Uuid;

use super::ranges::{self, Validators};
use super::{chapters, lending};
use crate::app::App;
use crate::error::Error;
use crate::store::Store as _;
use crate::store::archive::{ArchiveStore as _, Recording};
use crate::{clock, gate, keys};

/// What others are told of a recording.
pub(super) async fn told(app: &App, recording: &Recording) -> Result<Told, Error> {
    let chapters = app.store.chapters(recording.id).await?;
    Ok(Told {
        id: recording.id,
        performance: recording.performance,
        name: recording.name.clone(),
        media_type: recording.media_type.clone(),
        bytes: Decimal(recording.bytes),
        sha256: hex(&recording.sha256),
        path: format!("{}/{}", route::RECORDINGS, recording.id),
        created_ms: recording.created_ms,
        chapters: chapters.into_iter().map(chapters::told).collect(),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The masters of a performance.
#[utoipa::path(
    get, path = "/api/v1/performances/{id}/recordings", operation_id = "list_recordings", tag = "archive",
    params(("id" = Uuid, Path, description = "The performance.")),
    responses(
        (status = OK, body = RecordingList),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn list(State(app): State<App>, Path(id): Path<String>) -> Result<Json<RecordingList>, Error> {
    let id: Uuid = id.parse().map_err(|_| Error::NoPerformance)?;
    app.store.performance(id).await?.ok_or(Error::NoPerformance)?;
    let mut list = RecordingList::default();
    for recording in app.store.recordings(id).await? {
        list.recordings.push(told(&app, &recording).await?);
    }
    Ok(Json(list))
}

async fn find(app: &App, id: &str) -> Result<Recording, Error> {
    let id = id.parse().map_err(|_| Error::NoRecording)?;
    app.store.recording(id).await?.ok_or(Error::NoRecording)
}

/// A master, or a range of its bytes.
#[utoipa::path(
    get, path = "/api/v1/recordings/{id}", operation_id = "read_recording", tag = "archive",
    params(
        ("id" = Uuid, Path, description = "The recording."),
        ("Range" = Option<String>, Header, description = "`bytes=first-last`; several ranges are answered with the whole."),
        ("If-Range" = Option<String>, Header, description = "The `ETag` or `Last-Modified` that the range is of."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` that is known."),
    ),
    responses(
        (status = OK, description = "The file.", content_type = "audio/flac"),
        (status = PARTIAL_CONTENT, description = "The range.", content_type = "audio/flac"),
        (status = NOT_MODIFIED, description = "It is the one that is known."),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = RANGE_NOT_SATISFIABLE, body = Problem, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, body = Problem, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn read(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let reader = gate::source(&headers, peer);
    app.gate.admit(reader, Instant::now())?;
    let recording = find(&app, &id).await?;
    let is = Validators {
        tag: value(format!("\"{}\"", hex(&recording.sha256)))?,
        modified: value(clock::http_date(recording.created_ms))?,
    };
    if is.is_known(&headers) {
        let mut answer = StatusCode::NOT_MODIFIED.into_response();
        describe(answer.headers_mut(), &recording, is)?;
        return Ok(answer);
    }
    // A range is only for GET (RFC 9110 §14.2).
    let range = if method == Method::GET { ranges::asked(&headers, &is, recording.bytes)? } else { None };
    let body = match method {
        Method::GET => {
            let place = app.archive.readers.take(reader)?;
            lending::body(app.archive.shelf.read(&recording, range.clone()).await?.into_stream(), place)
        }
        _ => Body::empty(),
    };
    let mut answer = Response::new(body);
    let (bytes, whole) = (range.as_ref().map_or(recording.bytes, |range| range.end - range.start), recording.bytes);
    describe(answer.headers_mut(), &recording, is)?;
    answer.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    answer.headers_mut().insert(header::CONTENT_TYPE, value(recording.media_type)?);
    if let Some(range) = range {
        *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
        let told = format!("bytes {}-{}/{whole}", range.start, range.end - 1);
        answer.headers_mut().insert(header::CONTENT_RANGE, value(told)?);
    }
    Ok(answer)
}

/// What does not depend on the range.
fn describe(headers: &mut HeaderMap, recording: &Recording, is: Validators) -> Result<(), Error> {
    // RFC 8187: the name in UTF-8, every byte that is not plainly harmless as its number.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let letter = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let name: String = recording.name.bytes().map(letter).collect();
    headers.insert(header::CONTENT_DISPOSITION, value(format!("attachment; filename*=UTF-8''{name}"))?);
    // RFC 9530: what came can be compared with what was recorded.
    headers.insert("repr-digest", value(format!("sha-256=:{}:", STANDARD.encode(recording.sha256)))?);
    headers.insert(header::ETAG, is.tag);
    headers.insert(header::LAST_MODIFIED, is.modified);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(())
}

fn value(text: String) -> Result<HeaderValue, Error> {
    HeaderValue::try_from(text).map_err(|_| Error::Broken)
}

/// Takes a master out of the archive. That of the artist's own disk is not touched.
#[utoipa::path(
    delete, path = "/api/v1/recordings/{id}", operation_id = "remove_recording", tag = "archive",
    params(("id" = Uuid, Path, description = "The recording.")),
    security(("stream_key" = [])),
    responses(
        (status = NO_CONTENT, description = "It is gone."),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn remove(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    app.gate.admit(gate::source(&headers, peer), Instant::now())?;
    let owner = keys::whose(&app.store, &headers).await?;
    let recording = find(&app, &id).await?;
    if recording.artist != owner {
        return Err(Error::NoRecording);
    }
    app.store.remove_recording(recording.id).await?;
    app.archive.work.notify_one();
    Ok(StatusCode::NO_CONTENT)
}
