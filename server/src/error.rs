//! Everything that a request can be refused for, told as `application/problem+json` in the reader's language.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use korero_api::Problem;
use korero_sentences::{self as sentences, Key, Language, Value, key};

use crate::archive::tus;
use crate::limits::{MAX_BODY, MAX_RECORDING, MAX_UPLOADS, RETRY_FULL, RETRY_NOT_YET};
use crate::relay::driver::Busy;
use crate::relay::sdp::Unfit;
use crate::store::StoreError;

/// Why a request was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Error {
    /// No key came with the request.
    NoKey,
    /// The key is not one of this artist's.
    WrongKey,
    /// There is no such artist.
    NoArtist,
    /// There is no such session, or it is over.
    NoSession,
    /// There is no such performance, or it is another artist's.
    NoPerformance,
    /// There is nothing at this address.
    NoPage,
    /// The address exists but not for this method.
    NoMethod,
    /// Nobody plays there yet.
    NotYetOnAir,
    /// The body is too large.
    TooLarge,
    /// The body has another type than this address takes.
    WrongType,
    /// The body is not what its type says.
    Malformed,
    /// The offer is not one audio line with Opus in the right direction.
    WrongMedia,
    /// Title or name are too long, or a number is out of range.
    WrongValue,
    /// A PATCH came without an entity tag.
    TagMissing,
    /// A PATCH came with the entity tag of another time.
    TagStale,
    /// The room or the server is full.
    Full,
    /// This address has too many connections or asks too often.
    TooMany,
    /// There is no such upload, or it is another artist's.
    NoUpload,
    /// The upload was given up or has expired.
    UploadOver,
    /// The request speaks another version of tus, or none.
    WrongVersion,
    /// A chunk came without the type that chunks have.
    WrongChunkType,
    /// A chunk does not begin where the upload ends.
    WrongOffset,
    /// A chunk is longer than what is still missing.
    PastEnd,
    /// A chunk arrived otherwise than it was sent.
    WrongChecksum,
    /// The checksum is of a kind that is not known.
    UnknownChecksum,
    /// The connection was lost before the chunk had arrived.
    Interrupted,
    /// An upload was announced without the hash of the whole file.
    NoHash,
    /// The file is no master: neither WAV nor FLAC.
    NoMaster,
    /// The file is larger than the archive takes.
    MasterTooLarge,
    /// The artist has too many uploads under way.
    TooManyUploads,
    /// The file does not fit into what the artist may have in the archive; both in bytes.
    ArchiveFull { wanted: u64, left: u64 },
    /// The disk under the archive is full.
    NoDisk,
    /// There is no such recording.
    NoRecording,
    /// None of the recording's bytes was asked for; it has so many.
    NoSuchRange { bytes: u64 },
    /// The database, the object store or the media thread failed.
    Broken,
}

impl Error {
    /// Status, name for programs, sentence.
    fn told(self) -> (StatusCode, &'static str, Key) {
        use StatusCode as S;
        match self {
            Self::NoKey => (S::UNAUTHORIZED, "no-key", key::FAULT_SERVER_NO_KEY),
            Self::WrongKey => (S::UNAUTHORIZED, "wrong-key", key::FAULT_SERVER_WRONG_KEY),
            Self::NoArtist => (S::NOT_FOUND, "no-artist", key::FAULT_SERVER_NO_PAGE_OF_ARTIST),
            Self::NoSession => (S::NOT_FOUND, "no-session", key::FAULT_SERVER_NO_SESSION),
            Self::NoPerformance => (S::NOT_FOUND, "no-performance", key::FAULT_SERVER_NO_PERFORMANCE),
            Self::NoPage => (S::NOT_FOUND, "no-page", key::FAULT_SERVER_NO_PAGE),
            Self::NoMethod => (S::METHOD_NOT_ALLOWED, "no-method", key::FAULT_SERVER_NO_METHOD),
            Self::NotYetOnAir => (S::CONFLICT, "not-yet-on-air", key::FAULT_SERVER_NOT_YET_ON_AIR),
            Self::TooLarge => (S::PAYLOAD_TOO_LARGE, "too-large", key::FAULT_SERVER_TOO_LARGE),
            Self::WrongType => (S::UNSUPPORTED_MEDIA_TYPE, "wrong-type", key::FAULT_SERVER_WRONG_TYPE),
            Self::Malformed => (S::BAD_REQUEST, "malformed", key::FAULT_SERVER_MALFORMED),
            Self::WrongMedia => (S::UNPROCESSABLE_ENTITY, "wrong-media", key::FAULT_SERVER_WRONG_MEDIA),
            Self::WrongValue => (S::UNPROCESSABLE_ENTITY, "wrong-value", key::FAULT_SERVER_WRONG_VALUE),
            Self::TagMissing => (S::PRECONDITION_REQUIRED, "tag-missing", key::FAULT_SERVER_TAG_MISSING),
            Self::TagStale => (S::PRECONDITION_FAILED, "tag-stale", key::FAULT_SERVER_TAG_STALE),
            Self::Full => (S::SERVICE_UNAVAILABLE, "full", key::FAULT_SERVER_FULL),
            Self::TooMany => (S::TOO_MANY_REQUESTS, "too-many", key::FAULT_SERVER_TOO_MANY),
            Self::NoUpload => (S::NOT_FOUND, "no-upload", key::FAULT_SERVER_NO_UPLOAD),
            Self::UploadOver => (S::GONE, "upload-over", key::FAULT_SERVER_UPLOAD_OVER),
            Self::WrongVersion => (S::PRECONDITION_FAILED, "wrong-version", key::FAULT_SERVER_WRONG_VERSION),
            Self::WrongChunkType => (S::UNSUPPORTED_MEDIA_TYPE, "wrong-type", key::FAULT_SERVER_WRONG_CHUNK_TYPE),
            Self::WrongOffset => (S::CONFLICT, "wrong-offset", key::FAULT_SERVER_WRONG_OFFSET),
            Self::PastEnd => (S::BAD_REQUEST, "past-end", key::FAULT_SERVER_PAST_END),
            Self::WrongChecksum => (tus::checksum_mismatch(), "wrong-checksum", key::FAULT_SERVER_WRONG_CHECKSUM),
            Self::UnknownChecksum => (S::BAD_REQUEST, "unknown-checksum", key::FAULT_SERVER_UNKNOWN_CHECKSUM),
            Self::Interrupted => (S::REQUEST_TIMEOUT, "interrupted", key::FAULT_SERVER_INTERRUPTED),
            Self::NoHash => (S::UNPROCESSABLE_ENTITY, "no-hash", key::FAULT_SERVER_NO_HASH),
            Self::NoMaster => (S::UNSUPPORTED_MEDIA_TYPE, "no-master", key::FAULT_SERVER_NO_MASTER),
            Self::MasterTooLarge => (S::PAYLOAD_TOO_LARGE, "master-too-large", key::FAULT_SERVER_MASTER_TOO_LARGE),
            Self::TooManyUploads => (S::INSUFFICIENT_STORAGE, "too-many-uploads", key::FAULT_SERVER_TOO_MANY_UPLOADS),
            Self::ArchiveFull { .. } => (S::INSUFFICIENT_STORAGE, "archive-full", key::FAULT_SERVER_ARCHIVE_FULL),
            Self::NoDisk => (S::INSUFFICIENT_STORAGE, "no-disk", key::FAULT_SERVER_NO_DISK),
            Self::NoRecording => (S::NOT_FOUND, "no-recording", key::FAULT_SERVER_NO_RECORDING),
            Self::NoSuchRange { .. } => (S::RANGE_NOT_SATISFIABLE, "no-such-range", key::FAULT_SERVER_NO_SUCH_RANGE),
            Self::Broken => (S::INTERNAL_SERVER_ERROR, "broken", key::FAULT_SERVER_BROKEN),
        }
    }

    /// The header that belongs to the status, if any.
    fn header(self) -> Option<(HeaderName, HeaderValue)> {
        let seconds = |seconds: u64| (header::RETRY_AFTER, HeaderValue::from(seconds));
        match self {
            Self::NoKey => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            Self::WrongKey => {
                Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\"")))
            }
            Self::NotYetOnAir => Some(seconds(RETRY_NOT_YET)),
            Self::WrongVersion => Some((tus::SPEAKS, tus::VERSION)),
            Self::NoSuchRange { bytes } => {
                HeaderValue::try_from(format!("bytes */{bytes}")).ok().map(|range| (header::CONTENT_RANGE, range))
            }
            Self::Full | Self::TooMany | Self::Broken => Some(seconds(RETRY_FULL)),
            _ => None,
        }
    }

    /// What fills the places of the sentence.
    fn places(self) -> Vec<(&'static str, Value)> {
        // What is missing is rounded up, so that nobody makes too little room.
        let mib = |bytes: u64| bytes.div_ceil(1 << 20);
        match self {
            Self::ArchiveFull { wanted, left } => {
                vec![
                    ("wanted", mib(wanted).into()),
                    ("left", (left >> 20).into()),
                    ("over", mib(wanted - left.min(wanted)).into()),
                ]
            }
            Self::MasterTooLarge => vec![("limit", (MAX_RECORDING >> 30).into())],
            Self::TooManyUploads => vec![("limit", MAX_UPLOADS.into())],
            _ => vec![("limit", (MAX_BODY / 1_024).into())],
        }
    }

    fn problem(self, language: Language) -> Problem {
        let (status, code, sentence) = self.told();
        let places = self.places();
        Problem {
            r#type: "about:blank".into(),
            status: status.as_u16(),
            code: code.into(),
            title: sentences::say(language, sentence, &places),
            detail: sentences::remedy(language, sentence, &places).unwrap_or_default(),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a request failed");
        Self::Broken
    }
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        tracing::error!(%error, "the archive's object store failed");
        if is_full(&error) { Self::NoDisk } else { Self::Broken }
    }
}

/// Whether what lies under an error is a full disk or a quota of the system.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    let here = error.downcast_ref::<std::io::Error>();
    here.is_some_and(|error| matches!(error.kind(), StorageFull | QuotaExceeded)) || error.source().is_some_and(is_full)
}

impl From<Unfit> for Error {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Malformed => Self::Malformed,
            Unfit::Media => Self::WrongMedia,
        }
    }
}

impl From<Busy> for Error {
    fn from(_: Busy) -> Self {
        Self::Full
    }
}

/// The status, and the error itself for [`tell`], which knows the reader's language.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.told().0.into_response();
        if let Some((name, value)) = self.header() {
            response.headers_mut().insert(name, value);
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the sentence of an error into its response.
pub(crate) async fn tell(request: Request, next: Next) -> Response {
    let language = language(request.headers());
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<Error>() else { return response };
    let told = Json(error.problem(language)).into_response();
    let (parts, body) = told.into_parts();
    response.headers_mut().extend(parts.headers);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    *response.body_mut() = body;
    response
}

/// The first language of `Accept-Language` that we speak, by quality (RFC 9110 §12.5.4); English otherwise.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut ranges: Vec<(f32, &str)> = wanted.split(',').filter_map(range).collect();
    ranges.sort_by(|a, b| b.0.total_cmp(&a.0));
    let ours = |tag: &str| Language::ALL.into_iter().find(|l| tag.split('-').next() == Some(l.tag()));
    ranges.iter().find_map(|(_, tag)| ours(tag)).unwrap_or_default()
}

fn range(text: &str) -> Option<(f32, &str)> {
    let mut parts = text.trim().split(';');
    let tag = parts.next()?.trim();
    let quality = parts.find_map(|part| part.trim().strip_prefix("q="));
    let quality = quality.map_or(Some(1.0), |q| q.parse().ok())?;
    (quality > 0.0).then_some((quality, tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_from_a_broken_one() {
        let under = |kind: std::io::ErrorKind| {
            let source =
                Box::new(object_store::Error::Generic { store: "disk", source: Box::new(std::io::Error::from(kind)) });
            Error::from(object_store::Error::Generic { store: "archive", source })
        };
        assert_eq!(under(std::io::ErrorKind::StorageFull), Error::NoDisk);
        assert_eq!(under(std::io::ErrorKind::PermissionDenied), Error::Broken);
    }

    #[test]
    fn who_finds_no_place_is_told_when_to_come_again() {
        for (error, status) in
            [(Error::Full, StatusCode::SERVICE_UNAVAILABLE), (Error::TooMany, StatusCode::TOO_MANY_REQUESTS)]
        {
            let response = error.into_response();
            assert_eq!((response.status(), response.headers().contains_key(header::RETRY_AFTER)), (status, true));
        }
    }

    #[test]
    fn the_reader_gets_the_language_that_was_asked_for() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, value.parse().unwrap());
            language(&headers)
        };
        assert_eq!(of("mi"), Language::Maori);
        assert_eq!(of("mi-NZ, en;q=0.8"), Language::Maori);
        assert_eq!(of("en;q=0.4, mi;q=0.9"), Language::Maori);
        assert_eq!(of("de, mi;q=0"), Language::English);
        assert_eq!(of(",;q=,"), Language::English);
        assert_eq!(language(&HeaderMap::new()), Language::English);
    }
}
