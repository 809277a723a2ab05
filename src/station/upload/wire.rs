//! What is asked of the archive, and what its answers mean. The protocol is tus 1.0
//! (<https://tus.io/protocols/resumable-upload>).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use korero_api::{ArtistNow, Chapters, Decimal, PerformanceList, Problem, RoomState, UploadState, UploadStatus};
use korero_sentences::{Language, key};
use reqwest::{Body, Client, Method, RequestBuilder, Response, StatusCode, Url};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Chapter;
use super::course::Heard;
use super::note::{Master, Note, is_at};
use super::paced::{Pace, Paced};
use crate::fault::Fault;
use crate::limits::{CONNECT_TIMEOUT, MAX_RETRY_AFTER, STATION_TIMEOUT, UPLOAD_CHUNK_TIMEOUT, UPLOAD_PAUSE};
use crate::secret::StreamKey;
use crate::station::Place;

/// “460 Checksum Mismatch” of tus.
const CHECKSUM_MISMATCH: u16 = 460;

/// The connection to the archive.
pub(super) struct Wire {
    http: Client,
    key: StreamKey,
    place: Place,
    language: Language,
}

/// An answer that was not what was asked for: what it means, or that there was none.
type Otherwise<T> = Result<T, Heard>;

impl Wire {
    pub(super) fn new(place: Place, key: StreamKey, language: Language) -> Option<Self> {
        let http = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("korero/", env!("CARGO_PKG_VERSION")))
            .build()
            .ok()?;
        Some(Self { http, key, place, language })
    }

    /// What stands before `/api/v1` of the server.
    pub(super) fn server(&self) -> &str {
        &self.place.base
    }

    fn ask(&self, method: Method, url: &str) -> RequestBuilder {
        let ask = self.http.request(method, url).bearer_auth(self.key.reveal()).timeout(STATION_TIMEOUT);
        ask.header("Tus-Resumable", "1.0.0").header("Accept-Language", self.language.tag())
    }

    /// Whether the artist is on air; `None` while the server does not say.
    pub(super) async fn is_on_air(&self) -> Option<bool> {
        let answer = self.send(self.ask(Method::GET, &self.place.artist())).await.ok()?;
        let now: ArtistNow = answer.json().await.ok()?;
        Some(matches!(now.state, RoomState::Live | RoomState::Reconnecting))
    }

    /// The performance of an epoch that began nearest to a moment (UTC in ms).
    pub(super) async fn performance(&self, epoch: Uuid, utc_ms: i64) -> Otherwise<Option<Uuid>> {
        let url = format!("{}?epoch={epoch}", self.place.performances());
        let answer = self.send(self.ask(Method::GET, &url)).await.map_err(|heard| self.found(heard))?;
        let found: PerformanceList = answer.json().await.map_err(|_| Heard::Lost)?;
        let nearest = found.performances.into_iter().min_by_key(|one| one.started_ms.abs_diff(utc_ms));
        Ok(nearest.map(|one| one.id))
    }

    /// Announces the file; gives where the upload is.
    pub(super) async fn create(&self, performance: Uuid, master: &Master, note: &Note) -> Otherwise<String> {
        let url = format!("{}/{performance}/uploads", self.place.performances());
        let pairs = [
            ("filename", master.name()),
            ("filetype", master.media_type().to_owned()),
            ("sha256", note.sha256.clone()),
        ];
        let metadata = pairs.map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).join(",");
        let ask = self.ask(Method::POST, &url).header("Upload-Length", master.bytes);
        let answer = self.send(ask.header("Upload-Metadata", metadata)).await.map_err(|heard| self.found(heard))?;
        let place = answer.headers().get("location").and_then(|place| place.to_str().ok());
        let at = Url::parse(&url).ok().zip(place).and_then(|(base, place)| base.join(place).ok());
        // Whoever is sent elsewhere would show the key there.
        let at = at.map(String::from).filter(|at| is_at(at, self.server()));
        at.ok_or_else(|| Heard::Refused(self.foreign()))
    }

    /// Tells which songs the master has. A server that keeps none takes the master all the same.
    pub(super) async fn tell_chapters(&self, upload: &str, chapters: &[Chapter]) -> Otherwise<()> {
        if chapters.is_empty() {
            return Ok(());
        }
        let told = |chapter: &Chapter| {
            // A name is one line.
            let title = chapter.title.chars().filter(|c| !c.is_control()).collect();
            korero_api::Chapter { frame: Decimal(chapter.frame), title }
        };
        let all = Chapters { chapters: chapters.iter().map(told).collect() };
        match self.send(self.ask(Method::PUT, &format!("{upload}/chapters")).json(&all)).await {
            Err(heard @ (Heard::Lost | Heard::Busy(_))) => Err(heard),
            Err(heard) => {
                tracing::warn!(?heard, "the server keeps no chapters of this master");
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }

    /// How much is safe.
    pub(super) async fn look(&self, upload: &str) -> Heard {
        match self.send(self.ask(Method::HEAD, upload)).await {
            Ok(answer) => self.offset(&answer),
            Err(heard) => heard,
        }
    }

    /// Sends a chunk with its checksum.
    pub(super) async fn append(&self, upload: &str, offset: u64, chunk: Bytes, pace: &Pace) -> Heard {
        let checksum = format!("sha256 {}", STANDARD.encode(Sha256::digest(&chunk)));
        let ask = self
            .ask(Method::PATCH, upload)
            .timeout(UPLOAD_CHUNK_TIMEOUT)
            .header("Upload-Offset", offset)
            .header("Upload-Checksum", checksum)
            .header("Content-Type", "application/offset+octet-stream")
            .body(Body::wrap(Paced::new(chunk, pace)));
        match self.send(ask).await {
            Ok(answer) => self.offset(&answer),
            Err(heard) => heard,
        }
    }

    /// What became of the whole.
    pub(super) async fn check(&self, upload: &str) -> Heard {
        let answer = match self.send(self.ask(Method::GET, upload)).await {
            Ok(answer) => answer.json::<UploadStatus>().await.map_err(|_| Heard::Lost),
            Err(heard) => Err(heard),
        };
        match answer {
            Ok(UploadStatus { state: UploadState::Published, recording: Some(recording), .. }) => {
                Heard::Published(format!("{}{}", self.place.base, recording.path))
            }
            Ok(UploadStatus { state: UploadState::Open, arrived, .. }) => Heard::Safe(arrived.0),
            Ok(UploadStatus { state: UploadState::Checking, .. }) => Heard::Checking,
            // It was published and then removed: it must be announced anew.
            Ok(UploadStatus { state: UploadState::Published, recording: None, .. }) => Heard::Gone,
            Ok(UploadStatus { state: UploadState::Refused, .. }) => Heard::OtherHash,
            Err(heard) => heard,
        }
    }

    fn offset(&self, answer: &Response) -> Heard {
        let offset = answer.headers().get("upload-offset").and_then(|text| text.to_str().ok()?.parse().ok());
        offset.map_or_else(|| Heard::Refused(self.foreign()), Heard::Safe)
    }

    /// Sends a request; what is no success is told as what it means.
    async fn send(&self, ask: RequestBuilder) -> Otherwise<Response> {
        let Ok(answer) = ask.send().await else { return Err(Heard::Lost) };
        if answer.status().is_success() {
            return Ok(answer);
        }
        let rest = answer.headers().get("retry-after").and_then(|text| text.to_str().ok()?.parse().ok());
        let rest = rest.map_or(UPLOAD_PAUSE, Duration::from_secs).min(MAX_RETRY_AFTER);
        match answer.status() {
            StatusCode::CONFLICT => Err(Heard::Elsewhere),
            StatusCode::GONE => Err(Heard::Gone),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Err(Heard::Busy(rest)),
            StatusCode::REQUEST_TIMEOUT => Err(Heard::Lost),
            status if status.as_u16() == CHECKSUM_MISMATCH => Err(Heard::Damaged),
            status if status.is_server_error() && status != StatusCode::INSUFFICIENT_STORAGE => Err(Heard::Lost),
            status => Err(self.refused(status, answer).await),
        }
    }

    /// What a refusal says. The server speaks the reader's language, and knows the numbers; a HEAD has no words.
    async fn refused(&self, status: StatusCode, answer: Response) -> Heard {
        let words = answer.bytes().await.ok().and_then(|text| serde_json::from_slice::<Problem>(&text).ok());
        match words {
            Some(problem) if problem.code == "no-upload" => Heard::Gone,
            Some(problem) => {
                let fault = Fault::new(key::FAULT_UPLOAD_REFUSED);
                Heard::Refused(fault.with("told", problem.title).with("advice", problem.detail))
            }
            None if status == StatusCode::UNAUTHORIZED => Heard::Refused(Fault::new(key::FAULT_UPLOAD_KEY)),
            None if status == StatusCode::NOT_FOUND => Heard::Gone,
            None => Heard::Refused(self.foreign()),
        }
    }

    /// Where no upload is named, nothing can be gone: there is no archive at all.
    fn found(&self, heard: Heard) -> Heard {
        if heard == Heard::Gone { Heard::Refused(self.foreign()) } else { heard }
    }

    fn foreign(&self) -> Fault {
        Fault::new(key::FAULT_UPLOAD_FOREIGN).with("server", self.place.base.as_str())
    }
}
