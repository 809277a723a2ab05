//! Which pages of other sites may use this server: every one, without cookies (there are none).

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::archive::tus;

/// What a page may read of an answer. Browsers hide these unless they are named (RFC 9725 §4.2).
const EXPOSED: &str = "Location, ETag, Link, Accept-Patch, Accept-Post, Retry-After, WWW-Authenticate, \
    Accept-Ranges, Content-Range, Repr-Digest, Tus-Resumable, Tus-Version, Upload-Expires, Upload-Length, \
    Upload-Metadata, Upload-Offset";

/// Answers preflights and marks all other answers.
pub(crate) async fn allow(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let takes_offers = path.starts_with("/whip/") || path.starts_with("/whep/");
    let is_session = path.starts_with("/session/");
    let takes_uploads = path.starts_with("/api/v1/uploads/") || path.ends_with("/uploads");
    let mut response = match request.method() {
        &Method::OPTIONS => preflight(takes_offers, is_session, takes_uploads),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    response
}

fn preflight(takes_offers: bool, is_session: bool, takes_uploads: bool) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    let methods = "GET, HEAD, POST, PATCH, DELETE, OPTIONS";
    set(headers, header::ALLOW, methods);
    set(headers, header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    set(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, If-Match, Accept-Language, Range");
    set(headers, header::ACCESS_CONTROL_MAX_AGE, "86400");
    if takes_offers {
        headers.insert("accept-post", HeaderValue::from_static("application/sdp"));
    }
    if is_session {
        headers.insert("accept-patch", HeaderValue::from_static("application/trickle-ice-sdpfrag"));
    }
    if takes_uploads {
        tus::introduce(headers);
    }
    response
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
