//! The web player, built into this program.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use korero_sentences::{self as sentences, key};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::error::{self, Error};

#[derive(RustEmbed)]
#[folder = "../web/dist"]
struct Built;

/// Nothing from elsewhere, no scripts in the page itself, no frames round it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; \
    img-src 'self' data:; media-src 'self' blob: mediastream:; worker-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Every address that nothing else answers: a file of the player, or the player itself for `/` and `/@{slug}`.
pub(crate) async fn serve(request: Request) -> Response {
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Error::NoMethod.into_response();
    }
    if let Some(file) = Built::get(path.trim_start_matches('/')).filter(|_| path != "/index.html") {
        return given(path, &file, request.headers());
    }
    if path.starts_with("/api/") || path.starts_with("/assets/") {
        return Error::NoPage.into_response();
    }
    let status = if is_page(path) { StatusCode::OK } else { StatusCode::NOT_FOUND };
    match Built::get("index.html") {
        Some(page) => {
            let mut response = given("/index.html", &page, request.headers());
            if response.status() == StatusCode::OK {
                *response.status_mut() = status;
            }
            response
        }
        None => unbuilt(request.headers()),
    }
}

/// The addresses that the player knows.
fn is_page(path: &str) -> bool {
    path == "/" || path == "/index.html" || path.strip_prefix("/@").is_some_and(|slug| !slug.contains('/'))
}

fn given(path: &str, file: &EmbeddedFile, asked: &HeaderMap) -> Response {
    let tag: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let known = asked.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { file.data.clone().into_response() };
    // The names of built assets carry a hash of their content.
    let caching = if path.starts_with("/assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = response.headers_mut();
    for (name, value) in [(header::ETAG, tag.as_str()), (header::CONTENT_TYPE, file.metadata.mimetype())] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// This program was built without the player.
fn unbuilt(asked: &HeaderMap) -> Response {
    let language = error::language(asked);
    let sentence = sentences::say(language, key::SERVER_PAGE_NOT_BUILT, &[]);
    let page =
        format!("<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><p>{sentence}</p></html>", language.tag());
    (StatusCode::SERVICE_UNAVAILABLE, Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_players_own_addresses_are_pages() {
        assert!(["/", "/@hana"].into_iter().all(is_page));
        assert!(!["/hana", "/@hana/more", "/api/v1/nothing", "//"].into_iter().any(is_page));
    }
}
