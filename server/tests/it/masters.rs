//! A master to upload, and the requests of tus 1.0 by hand.

use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use korero_api::{Decimal, Epoch, OpenPerformance, PerformanceOpened, RecordingList, UploadState, UploadStatus};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::client::{HANG, House};

/// Bytes that do not repeat.
pub(crate) fn master(bytes: usize) -> Vec<u8> {
    (0..bytes as u64).map(|at| (at.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `Upload-Checksum` of a chunk.
pub(crate) fn checksum(bytes: &[u8]) -> String {
    format!("sha256 {}", STANDARD.encode(Sha256::digest(bytes)))
}

/// `Upload-Metadata` with these pairs.
pub(crate) fn metadata(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).collect::<Vec<_>>().join(",")
}

pub(crate) fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Status and code of a refusal.
pub(crate) async fn problem(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let told: korero_api::Problem = response.json().await.unwrap();
    assert!(told.status == status && !told.title.is_empty() && !told.detail.is_empty());
    (status, told.code)
}

impl House {
    pub(crate) async fn performance(&self) -> Uuid {
        self.performance_of(Uuid::now_v7()).await
    }

    /// A performance that the app's engine of this epoch plays.
    pub(crate) async fn performance_of(&self, epoch: Uuid) -> Uuid {
        let epoch = Epoch { id: epoch, utc_ns_at_frame_0: Decimal(1_795_000_000_000_000_000) };
        let wanted = OpenPerformance { take_id: Uuid::now_v7(), epoch, title: "Tonight".into(), artist_name: None };
        let ask = self.ask(Method::POST, "/api/v1/performances").bearer_auth(&self.key).json(&wanted);
        ask.send().await.unwrap().json::<PerformanceOpened>().await.unwrap().id
    }

    /// A request of tus 1.0 with the right key.
    pub(crate) fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        self.ask(method, path).bearer_auth(&self.key).header("Tus-Resumable", "1.0.0")
    }

    /// Asks for an upload of so many bytes with this metadata.
    pub(crate) async fn announce(&self, performance: Uuid, bytes: u64, metadata: &str) -> Response {
        let ask = self.tus(Method::POST, &format!("/api/v1/performances/{performance}/uploads"));
        ask.header("Upload-Length", bytes).header("Upload-Metadata", metadata).send().await.unwrap()
    }

    /// Begins to upload a master; gives the upload's path.
    pub(crate) async fn begin(&self, performance: Uuid, master: &[u8]) -> String {
        let said = metadata(&[("sha256", &hex(master)), ("filename", "Pō mārie mix.wav"), ("filetype", "audio/wav")]);
        let response = self.announce(performance, master.len() as u64, &said).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        header(&response, "location").to_owned()
    }

    /// One chunk with its checksum.
    pub(crate) async fn send(&self, upload: &str, offset: u64, chunk: &[u8]) -> Response {
        self.chunk(upload, offset, chunk).header("Upload-Checksum", checksum(chunk)).send().await.unwrap()
    }

    /// One chunk without a checksum, to be sent.
    pub(crate) fn chunk(&self, upload: &str, offset: u64, chunk: &[u8]) -> RequestBuilder {
        let ask = self.tus(Method::PATCH, upload).header("Upload-Offset", offset);
        ask.header("Content-Type", "application/offset+octet-stream").body(chunk.to_vec())
    }

    pub(crate) async fn offset(&self, upload: &str) -> u64 {
        let response = self.tus(Method::HEAD, upload).send().await.unwrap();
        header(&response, "upload-offset").parse().unwrap()
    }

    /// Waits until the server has compared the whole file with its hash.
    pub(crate) async fn verdict(&self, upload: &str) -> UploadStatus {
        let begun = Instant::now();
        loop {
            let ask = self.ask(Method::GET, upload).bearer_auth(&self.key);
            let status: UploadStatus = ask.send().await.unwrap().json().await.unwrap();
            if matches!(status.state, UploadState::Published | UploadState::Refused) {
                return status;
            }
            assert!(begun.elapsed() < HANG, "{status:?}");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    /// Uploads a whole master; gives the path of the recording.
    pub(crate) async fn publish(&self, performance: Uuid, master: &[u8]) -> String {
        let upload = self.begin(performance, master).await;
        assert_eq!(self.send(&upload, 0, master).await.status(), StatusCode::NO_CONTENT);
        self.verdict(&upload).await.recording.unwrap().path
    }

    pub(crate) async fn recordings(&self, performance: Uuid) -> RecordingList {
        self.get(&format!("/api/v1/performances/{performance}/recordings")).await.json().await.unwrap()
    }

    /// Waits until something is so.
    pub(crate) async fn until(&self, what: &str, so: impl AsyncFn() -> bool) {
        let begun = Instant::now();
        while !so().await {
            assert!(begun.elapsed() < HANG, "waited for {what}");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
}
