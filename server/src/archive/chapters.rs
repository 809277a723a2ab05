//! The songs in a master: told by the app beside its bytes, and served with the recording.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use korero_api::{Chapter as Told, Chapters, Decimal, Problem};

use super::uploads::Ask;
use crate::app::App;
use crate::error::Error;
use crate::limits::{MAX_CHAPTER_TITLE, MAX_CHAPTERS, MAX_CHAPTERS_BODY};
use crate::store::archive::{ArchiveStore as _, Chapter, UploadState};

/// Tells which songs a master has, in the place of what was told before; also of one that is published.
#[utoipa::path(
    put, path = "/api/v1/uploads/{id}/chapters", operation_id = "tell_chapters", tag = "archive",
    params(("id" = Uuid, Path, description = "The upload, which has the id of the recording that it becomes.")),
    request_body = Chapters,
    security(("stream_key" = [])),
    responses(
        (status = NO_CONTENT, description = "They are told."),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = GONE, body = Problem, content_type = "application/problem+json"),
        (status = PAYLOAD_TOO_LARGE, body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn tell(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<std::net::SocketAddr>,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let upload = Ask { app: app.clone(), headers: parts.headers, peer }.upload(&id).await?;
    if upload.state == UploadState::Refused {
        return Err(Error::UploadOver);
    }
    let body = to_bytes(body, MAX_CHAPTERS_BODY).await.map_err(|_| Error::TooLarge)?;
    let Json(told) = Json::<Chapters>::from_bytes(&body).map_err(|_| Error::Malformed)?;
    let chapters = told.chapters.into_iter().map(chapter).collect::<Result<Vec<_>, _>>()?;
    if chapters.len() > MAX_CHAPTERS || !chapters.is_sorted_by_key(|chapter| chapter.frame) {
        return Err(Error::Malformed);
    }
    app.store.set_chapters(upload.id, &chapters).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn chapter(told: Told) -> Result<Chapter, Error> {
    let fits = told.title.len() <= MAX_CHAPTER_TITLE && !told.title.chars().any(char::is_control);
    // The database counts in 63 bits.
    let frame = Some(told.frame.0).filter(|frame| i64::try_from(*frame).is_ok() && fits);
    Ok(Chapter { frame: frame.ok_or(Error::Malformed)?, title: told.title })
}

/// What others are told of a chapter.
pub(super) fn told(chapter: Chapter) -> Told {
    Told { frame: Decimal(chapter.frame), title: chapter.title }
}
