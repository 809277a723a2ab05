//! The words of tus 1.0: its headers, what they may hold, and what this server says of itself.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::limits::{MAX_FILE_NAME, MAX_METADATA, MAX_RECORDING};
use crate::store::HASH;

pub(crate) const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(crate) const SPEAKS: HeaderName = HeaderName::from_static("tus-version");
pub(super) const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(super) const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub(super) const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");

/// The one version that is spoken.
pub(crate) const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
/// What the body of a PATCH must be (“PATCH”).
pub(super) const CHUNK_TYPE: &str = "application/offset+octet-stream";

/// What is told in answer to OPTIONS (“OPTIONS”, and under each extension).
pub(crate) fn introduce(headers: &mut HeaderMap) {
    headers.insert(RESUMABLE, VERSION);
    headers.insert(SPEAKS, VERSION);
    let words = [
        ("tus-extension", "creation,checksum,expiration,termination"),
        ("tus-checksum-algorithm", "sha256,sha1"),
        (
            "access-control-allow-headers",
            "Authorization, Content-Type, Accept-Language, Tus-Resumable, Upload-Length, Upload-Offset, \
             Upload-Metadata, Upload-Checksum, X-HTTP-Method-Override",
        ),
    ];
    for (name, value) in words {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("tus-max-size", HeaderValue::from(MAX_RECORDING));
}

/// The answer with the version in it, as every answer must have (“Tus-Resumable”).
pub(super) fn versioned(mut answer: Response) -> Response {
    answer.headers_mut().insert(RESUMABLE, VERSION);
    answer
}

/// Refuses a request of another version, or of none (“Tus-Resumable”).
pub(super) fn same_version(headers: &HeaderMap) -> Result<(), Error> {
    if headers.get(RESUMABLE) == Some(&VERSION) { Ok(()) } else { Err(Error::WrongVersion) }
}

/// What is really asked: some networks let only GET and POST through (“X-HTTP-Method-Override”).
pub(super) fn method(parts: &Parts) -> Method {
    let other = parts.headers.get("x-http-method-override");
    other.map_or_else(|| parts.method.clone(), |name| Method::from_bytes(name.as_bytes()).unwrap_or_default())
}

/// A number of bytes; only digits (“Upload-Offset”, “Upload-Length”).
pub(super) fn bytes(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Error> {
    let text = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::Malformed);
    }
    text.parse().map_err(|_| Error::Malformed)
}

/// What is said of the file that comes (“Upload-Metadata”).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Metadata {
    /// As it came, for HEAD.
    pub(super) text: String,
    pub(super) name: String,
    pub(super) media_type: &'static str,
    pub(super) sha256: [u8; HASH],
}

impl Metadata {
    /// Reads `key base64,key base64`; a key stands once, a value may be empty. Of the keys `sha256` (64 digits) must
    /// be there, `filename` and `filetype` may; others are kept for the client and mean nothing here.
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, Error> {
        let text = headers.get(METADATA).map_or(Ok(""), |value| value.to_str().map_err(|_| Error::Malformed))?;
        if text.len() > MAX_METADATA {
            return Err(Error::Malformed);
        }
        let mut known: Vec<(&str, String)> = Vec::new();
        for pair in text.split(',').filter(|_| !text.is_empty()) {
            let mut words = pair.trim().split(' ');
            let (key, value) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            if key.is_empty() || words.next().is_some() || known.iter().any(|(other, _)| *other == key) {
                return Err(Error::Malformed);
            }
            let value = STANDARD.decode(value).map_err(|_| Error::Malformed)?;
            known.push((key, String::from_utf8(value).map_err(|_| Error::Malformed)?));
        }
        let value = |key: &str| known.iter().find(|(other, _)| *other == key).map(|(_, value)| value.as_str());
        Ok(Self {
            text: text.to_owned(),
            sha256: value("sha256").and_then(hash).ok_or(Error::NoHash)?,
            media_type: media_type(value("filetype").unwrap_or("audio/wav"))?,
            name: file_name(value("filename").unwrap_or("master"))?,
        })
    }
}

/// A SHA-256 of 64 hexadecimal digits.
fn hash(text: &str) -> Option<[u8; HASH]> {
    if text.len() != 2 * HASH || !text.is_ascii() {
        return None;
    }
    let mut hash = [0; HASH];
    for (byte, at) in hash.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(hash)
}

/// Only sound: what is served back under this server's name must not be a page with a script.
fn media_type(text: &str) -> Result<&'static str, Error> {
    match text.to_ascii_lowercase().as_str() {
        "audio/flac" | "audio/x-flac" => Ok("audio/flac"),
        "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => Ok("audio/wav"),
        _ => Err(Error::NoMaster),
    }
}

fn file_name(text: &str) -> Result<String, Error> {
    let fits = !text.is_empty() && text.len() <= MAX_FILE_NAME;
    let plain = !text.chars().any(|letter| letter.is_control() || matches!(letter, '/' | '\\'));
    if fits && plain { Ok(text.to_owned()) } else { Err(Error::Malformed) }
}

/// What a chunk must hash to (“Checksum”).
#[derive(Clone, Debug)]
pub(super) struct Checksum {
    sum: Sum,
    wanted: Vec<u8>,
}

/// SHA-1 is what tus obliges every server to know; our app sends SHA-256.
#[derive(Clone, Debug)]
enum Sum {
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Checksum {
    /// Reads `Upload-Checksum: algorithm base64`, if there is one.
    pub(super) fn read(headers: &HeaderMap) -> Result<Option<Self>, Error> {
        let Some(text) = headers.get(CHECKSUM) else { return Ok(None) };
        let (name, sum) = text.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(Error::Malformed)?;
        let wanted = STANDARD.decode(sum).map_err(|_| Error::Malformed)?;
        let sum = match name {
            "sha1" => Sum::Sha1(Sha1::new()),
            "sha256" => Sum::Sha256(Sha256::new()),
            _ => return Err(Error::UnknownChecksum),
        };
        Ok(Some(Self { sum, wanted }))
    }

    pub(super) fn hear(&mut self, bytes: &[u8]) {
        match &mut self.sum {
            Sum::Sha1(sum) => sum.update(bytes),
            Sum::Sha256(sum) => sum.update(bytes),
        }
    }

    /// Whether what was heard is what was meant.
    pub(super) fn holds(self) -> bool {
        match self.sum {
            Sum::Sha1(sum) => sum.finalize().as_slice() == self.wanted,
            Sum::Sha256(sum) => sum.finalize().as_slice() == self.wanted,
        }
    }
}

/// “460 Checksum Mismatch”, which only tus knows.
pub(crate) fn checksum_mismatch() -> StatusCode {
    StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(text: &str) -> Result<Metadata, Error> {
        let mut headers = HeaderMap::new();
        headers.insert(METADATA, text.parse().unwrap());
        Metadata::read(&headers)
    }

    fn pair(key: &str, value: &str) -> String {
        format!("{key} {}", STANDARD.encode(value))
    }

    #[test]
    fn metadata_says_what_comes_and_keeps_what_it_does_not_know() {
        let hash = pair("sha256", &"0f".repeat(32));
        let text = format!("{hash},{},{},mood", pair("filename", "Pō mārie.flac"), pair("filetype", "audio/flac"));
        let read = metadata(&text).unwrap();
        assert_eq!((read.sha256, read.media_type, read.name.as_str()), ([15; 32], "audio/flac", "Pō mārie.flac"));
        assert_eq!(read.text, text);
        assert_eq!(metadata(&hash).unwrap().media_type, "audio/wav");
    }

    #[test]
    fn metadata_that_breaks_a_rule_is_refused() {
        let hash = pair("sha256", &"0f".repeat(32));
        assert_eq!(metadata(""), Err(Error::NoHash));
        assert_eq!(metadata(&pair("sha256", "0f")), Err(Error::NoHash));
        assert_eq!(metadata(&format!("{hash},{}", pair("filetype", "text/html"))), Err(Error::NoMaster));
        for wrong in [",", "a b c", "a !!!", "a,a", &format!("{hash},{hash}"), &pair("filename", "../x")] {
            let text = format!("{hash},{wrong}");
            assert_eq!(metadata(&text).err(), Some(Error::Malformed), "{wrong}");
        }
    }

    #[test]
    fn the_override_names_the_method_whatever_the_request_has() {
        let asked = |method: &str, other: Option<&str>| {
            let mut request = axum::http::Request::builder().method(method);
            if let Some(other) = other {
                request = request.header("X-HTTP-Method-Override", other);
            }
            super::method(&request.body(()).unwrap().into_parts().0)
        };
        assert_eq!(asked("POST", Some("PATCH")), Method::PATCH);
        assert_eq!(asked("GET", Some("DELETE")), Method::DELETE);
        assert_eq!(asked("HEAD", None), Method::HEAD);
    }
}
