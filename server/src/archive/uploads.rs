//! tus 1.0: uploads are created under a performance, looked at, written on, and ended.

use std::net::SocketAddr;
use std::time::Instant;

use axum::Json;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use korero_api::{Decimal, Problem, UploadState as Told, UploadStatus, route};
use uuid::Uuid;

use super::intake::Intake;
use super::{recordings, tus};
use crate::app::App;
use crate::error::Error;
use crate::limits::{MAX_RECORDING, MAX_UPLOADS, UPLOAD_LIFE};
use crate::performances::ms;
use crate::store::Store as _;
use crate::store::archive::{Allowance, ArchiveStore as _, Begun, Upload, UploadState};
use crate::{clock, gate, keys};

/// A request to the archive.
pub(super) struct Ask {
    pub(super) app: App,
    pub(super) headers: HeaderMap,
    pub(super) peer: SocketAddr,
}

impl Ask {
    /// Whose key came, if it is anybody's; too many requests are refused before that is looked up.
    async fn owner(&self) -> Result<Uuid, Error> {
        self.app.gate.admit(gate::source(&self.headers, self.peer), Instant::now())?;
        keys::whose(&self.app.store, &self.headers).await
    }

    /// The upload that is meant: of this artist, and not over.
    pub(super) async fn upload(&self, id: &str) -> Result<Upload, Error> {
        let owner = self.owner().await?;
        let id = id.parse().map_err(|_| Error::NoUpload)?;
        let upload = self.app.store.upload(id).await?.filter(|upload| upload.artist == owner);
        let upload = upload.ok_or(Error::NoUpload)?;
        if is_over(&upload, clock::utc_ms()) { Err(Error::UploadOver) } else { Ok(upload) }
    }
}

/// An upload is over from the moment that it was said to expire at, also before it is swept.
fn is_over(upload: &Upload, now_ms: i64) -> bool {
    upload.state == UploadState::Ended || (upload.state == UploadState::Open && upload.expires_ms <= now_ms)
}

/// Everything under `/api/v1/performances/{id}/uploads`.
pub(super) async fn of_performance(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(performance): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answer = match tus::method(&parts) {
        Method::POST => create(Ask { app, headers: parts.headers, peer }, &performance).await,
        _ => Err(Error::NoMethod),
    };
    tus::versioned(answer.into_response())
}

/// Everything under `/api/v1/uploads/{id}`.
pub(super) async fn one(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let method = tus::method(&parts);
    let ask = Ask { app, headers: parts.headers, peer };
    let answer = match method {
        Method::GET => status(ask, &id).await,
        Method::HEAD => look(ask, &id).await,
        Method::PATCH => append(ask, &id, body).await,
        Method::DELETE => end(ask, &id).await,
        _ => Err(Error::NoMethod),
    };
    tus::versioned(answer.into_response())
}

/// Begins an upload (tus 1.0, creation). `Upload-Metadata` names the SHA-256 of the whole file (`sha256`, 64 digits),
/// and may name the file (`filename`) and its type (`filetype`: `audio/flac` or `audio/wav`).
#[utoipa::path(
    post, path = "/api/v1/performances/{id}/uploads", operation_id = "begin_upload", tag = "archive",
    params(
        ("id" = Uuid, Path, description = "The performance."),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = u64, Header, description = "Bytes of the whole file."),
        ("Upload-Metadata" = String, Header, description = "`sha256 …,filename …,filetype …`, values in Base64."),
    ),
    security(("stream_key" = [])),
    responses(
        (status = CREATED, description = "`Location` is the upload; the same file is the same upload."),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, body = Problem, content_type = "application/problem+json"),
        (status = PAYLOAD_TOO_LARGE, body = Problem, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
        (status = INSUFFICIENT_STORAGE, body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn create(ask: Ask, performance: &str) -> Result<Response, Error> {
    tus::same_version(&ask.headers)?;
    let owner = ask.owner().await?;
    let performance: Uuid = performance.parse().map_err(|_| Error::NoPerformance)?;
    let known = ask.app.store.performance(performance).await?.filter(|known| known.artist == owner);
    let performance = known.ok_or(Error::NoPerformance)?.id;
    let bytes = tus::bytes(&ask.headers, &tus::LENGTH)?;
    if bytes > MAX_RECORDING {
        return Err(Error::MasterTooLarge);
    }
    let metadata = tus::Metadata::read(&ask.headers)?;
    let upload = Upload {
        id: Uuid::now_v7(),
        artist: owner,
        performance,
        name: metadata.name,
        media_type: metadata.media_type.to_owned(),
        sha256: metadata.sha256,
        metadata: metadata.text,
        bytes,
        arrived: 0,
        state: if bytes == 0 { UploadState::Whole } else { UploadState::Open },
        expires_ms: clock::utc_ms() + ms(UPLOAD_LIFE),
    };
    // The answer to an earlier request may have been lost, or the notes of the app: the same file is the same upload.
    if let Some(same) = ask.app.store.same_upload(&upload, clock::utc_ms()).await? {
        return Ok(created(&same));
    }
    let allowed = Allowance { bytes: ask.app.settings.archive_quota_mib << 20, uploads: MAX_UPLOADS };
    match ask.app.store.begin_upload(&upload, allowed).await? {
        Begun::Yes => {}
        Begun::TooMany => return Err(Error::TooManyUploads),
        Begun::NoRoom { left } => return Err(Error::ArchiveFull { wanted: bytes, left }),
    }
    ask.app.archive.work.notify_one();
    Ok(created(&upload))
}

fn created(upload: &Upload) -> Response {
    let place = format!("{}/{}", route::UPLOADS, upload.id);
    let mut answer = (StatusCode::CREATED, [(header::LOCATION, place)]).into_response();
    expiring(answer.headers_mut(), upload.expires_ms);
    answer
}

/// How far an upload is, and what became of it.
#[utoipa::path(
    get, path = "/api/v1/uploads/{id}", operation_id = "upload_status", tag = "archive",
    params(("id" = Uuid, Path, description = "The upload.")),
    security(("stream_key" = [])),
    responses(
        (status = OK, body = UploadStatus),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = GONE, body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn status(ask: Ask, id: &str) -> Result<Response, Error> {
    let upload = ask.upload(id).await?;
    let state = match upload.state {
        UploadState::Open => Told::Open,
        UploadState::Whole => Told::Checking,
        UploadState::Published => Told::Published,
        UploadState::Refused | UploadState::Ended => Told::Refused,
    };
    let recording = match ask.app.store.recording(upload.id).await? {
        Some(recording) => Some(recordings::told(&ask.app, &recording).await?),
        None => None,
    };
    let status = UploadStatus {
        id: upload.id,
        performance: upload.performance,
        state,
        arrived: Decimal(upload.arrived),
        bytes: Decimal(upload.bytes),
        recording,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(status)).into_response())
}

/// How far an upload is (tus 1.0).
#[utoipa::path(
    head, path = "/api/v1/uploads/{id}", operation_id = "look_at_upload", tag = "archive",
    params(
        ("id" = Uuid, Path, description = "The upload."),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
    ),
    security(("stream_key" = [])),
    responses(
        (status = OK, description = "`Upload-Offset`, `Upload-Length`, `Upload-Metadata`, `Upload-Expires`."),
        (status = NOT_FOUND), (status = GONE), (status = UNAUTHORIZED), (status = PRECONDITION_FAILED),
    ),
)]
async fn look(ask: Ask, id: &str) -> Result<Response, Error> {
    tus::same_version(&ask.headers)?;
    let upload = ask.upload(id).await?;
    let mut answer = ([(header::CACHE_CONTROL, "no-store")], ()).into_response();
    let headers = answer.headers_mut();
    headers.insert(tus::OFFSET, HeaderValue::from(upload.arrived));
    headers.insert(tus::LENGTH, HeaderValue::from(upload.bytes));
    if let Ok(metadata) = HeaderValue::try_from(&upload.metadata) {
        headers.insert(tus::METADATA, metadata);
    }
    if upload.state == UploadState::Open {
        expiring(headers, upload.expires_ms);
    }
    Ok(answer)
}

/// Writes on at the end of what is there (tus 1.0). With `Upload-Checksum` (`sha256` or `sha1`) all of it counts or none.
#[utoipa::path(
    patch, path = "/api/v1/uploads/{id}", operation_id = "append_to_upload", tag = "archive",
    params(
        ("id" = Uuid, Path, description = "The upload."),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Offset" = u64, Header, description = "Where these bytes begin: at the end of what is there."),
        ("Upload-Checksum" = Option<String>, Header, description = "Algorithm, a space, the sum in Base64."),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    security(("stream_key" = [])),
    responses(
        (status = NO_CONTENT, description = "`Upload-Offset` is the new end."),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
        (status = GONE, body = Problem, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, body = Problem, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, body = Problem, content_type = "application/problem+json"),
        (status = 460, description = "The checksum does not fit.", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn append(ask: Ask, id: &str, body: Body) -> Result<Response, Error> {
    tus::same_version(&ask.headers)?;
    let upload = ask.upload(id).await?;
    if ask.headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != tus::CHUNK_TYPE) {
        return Err(Error::WrongChunkType);
    }
    let offset = tus::bytes(&ask.headers, &tus::OFFSET)?;
    if offset != upload.arrived {
        return Err(Error::WrongOffset);
    }
    // Nobody else brings bytes from here on; whoever did may have been counted meanwhile.
    let seat = ask.app.archive.seats.take(upload.id, upload.artist).await?;
    let upload = ask.app.store.upload(upload.id).await?.filter(|upload| !is_over(upload, clock::utc_ms()));
    let upload = upload.ok_or(Error::UploadOver)?;
    if offset != upload.arrived {
        return Err(Error::WrongOffset);
    }
    let coming = ask.headers.get(header::CONTENT_LENGTH).and_then(|text| text.to_str().ok()?.parse().ok());
    if coming.is_some_and(|coming: u64| coming > upload.bytes - upload.arrived) {
        return Err(Error::PastEnd);
    }
    let intake = Intake::new(ask.app, upload, tus::Checksum::read(&ask.headers)?);
    // A task of its own: a connection that is lost must not take with it what it has brought.
    let (arrived, expires_ms) = tokio::spawn(intake.run(body, seat)).await.unwrap_or(Err(Error::Broken))?;
    let mut answer = StatusCode::NO_CONTENT.into_response();
    answer.headers_mut().insert(tus::OFFSET, HeaderValue::from(arrived));
    expiring(answer.headers_mut(), expires_ms);
    Ok(answer)
}

/// Gives an upload up (tus 1.0, termination). A recording that it became stays.
#[utoipa::path(
    delete, path = "/api/v1/uploads/{id}", operation_id = "end_upload", tag = "archive",
    params(
        ("id" = Uuid, Path, description = "The upload."),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
    ),
    security(("stream_key" = [])),
    responses(
        (status = NO_CONTENT, description = "It is gone."),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = GONE, body = Problem, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn end(ask: Ask, id: &str) -> Result<Response, Error> {
    tus::same_version(&ask.headers)?;
    let upload = ask.upload(id).await?;
    ask.app.store.end_upload(upload.id).await?;
    ask.app.archive.work.notify_one();
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// When the upload will be forgotten (“Upload-Expires”), in the form of RFC 9110 §5.6.7.
fn expiring(headers: &mut HeaderMap, expires_ms: i64) {
    let (name, value): (HeaderName, _) = (tus::EXPIRES, HeaderValue::try_from(clock::http_date(expires_ms)));
    if let Ok(value) = value {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_upload_is_over_at_the_moment_that_it_expires_and_a_whole_one_is_not() {
        let upload = |state| Upload {
            id: Uuid::nil(),
            artist: Uuid::nil(),
            performance: Uuid::nil(),
            name: String::new(),
            media_type: String::new(),
            sha256: [0; 32],
            metadata: String::new(),
            bytes: 1,
            arrived: 0,
            state,
            expires_ms: 1_000,
        };
        assert!(!is_over(&upload(UploadState::Open), 999) && is_over(&upload(UploadState::Open), 1_000));
        assert!(!is_over(&upload(UploadState::Whole), 1_000) && is_over(&upload(UploadState::Ended), 0));
    }
}
