//! One test for each rule of tus 1.0 (core, creation, checksum, expiration, termination).

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, StatusCode};
use sha1::{Digest as _, Sha1};
use uuid::Uuid;

use crate::client::House;
use crate::masters::{checksum, header, hex, master, metadata, problem};

const MAX: u64 = 64 << 30;

async fn begun(master: &[u8]) -> (House, String) {
    let house = House::open().await;
    let upload = house.begin(house.performance().await, master).await;
    (house, upload)
}

#[tokio::test]
async fn head_tells_offset_length_and_metadata_and_is_not_cached() {
    let master = master(100);
    let (house, upload) = begun(&master).await;
    for offset in [0, 60] {
        let response = house.tus(Method::HEAD, &upload).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(
            (header(&response, "upload-offset"), header(&response, "upload-length")),
            (&*offset.to_string(), "100")
        );
        assert_eq!(header(&response, "cache-control"), "no-store");
        assert!(header(&response, "upload-metadata").starts_with("sha256 "));
        house.send(&upload, offset, &master[..60]).await;
    }
    house.running.stop().await;
}

#[tokio::test]
async fn the_offset_of_a_finished_upload_is_still_told() {
    let master = master(100);
    let (house, upload) = begun(&master).await;
    house.send(&upload, 0, &master).await;
    house.verdict(&upload).await;
    assert_eq!(house.offset(&upload).await, 100);
    house.running.stop().await;
}

#[tokio::test]
async fn a_chunk_is_answered_with_204_and_the_new_offset() {
    let master = master(100);
    let (house, upload) = begun(&master).await;
    let response = house.chunk(&upload, 0, &master[..70]).send().await.unwrap();
    assert_eq!((response.status(), header(&response, "upload-offset")), (StatusCode::NO_CONTENT, "70"));
    let response = house.chunk(&upload, 70, &master[70..]).send().await.unwrap();
    assert_eq!((response.status(), header(&response, "upload-offset")), (StatusCode::NO_CONTENT, "100"));
    house.running.stop().await;
}

#[tokio::test]
async fn a_chunk_that_begins_elsewhere_is_409_and_changes_nothing() {
    let master = master(100);
    let (house, upload) = begun(&master).await;
    house.send(&upload, 0, &master[..50]).await;
    for offset in [0, 49, 51, 100] {
        let told = problem(house.send(&upload, offset, &master[..10]).await).await;
        assert_eq!(told, (409, "wrong-offset".into()));
    }
    assert_eq!(house.offset(&upload).await, 50);
    house.running.stop().await;
}

#[tokio::test]
async fn a_chunk_without_an_offset_or_with_a_strange_one_is_400() {
    let master = master(100);
    let (house, upload) = begun(&master).await;
    for offset in ["-1", "+0", "0x0", "", "18446744073709551616"] {
        let ask = house.tus(Method::PATCH, &upload).header("Content-Type", "application/offset+octet-stream");
        let response = ask.header("Upload-Offset", offset).body(master.clone()).send().await.unwrap();
        assert_eq!(problem(response).await.0, 400, "{offset}");
    }
    house.running.stop().await;
}

#[tokio::test]
async fn a_chunk_of_another_type_is_415() {
    let master = master(100);
    let (house, upload) = begun(&master).await;
    let ask = house.tus(Method::PATCH, &upload).header("Upload-Offset", 0);
    let response = ask.header("Content-Type", "audio/wav").body(master).send().await.unwrap();
    assert_eq!(problem(response).await, (415, "wrong-type".into()));
    house.running.stop().await;
}

#[tokio::test]
async fn more_bytes_than_were_announced_are_refused() {
    let master = master(100);
    let (house, upload) = begun(&master).await;
    let told = problem(house.send(&upload, 0, &crate::masters::master(101)).await).await;
    assert_eq!(told, (400, "past-end".into()));
    assert_eq!(house.offset(&upload).await, 0);
    house.running.stop().await;
}

#[tokio::test]
async fn an_upload_that_is_not_there_is_404_without_an_offset() {
    let house = House::open().await;
    for id in [Uuid::now_v7().to_string(), "nonsense".into()] {
        let response = house.tus(Method::HEAD, &format!("/api/v1/uploads/{id}")).send().await.unwrap();
        assert_eq!((response.status(), header(&response, "upload-offset")), (StatusCode::NOT_FOUND, ""));
    }
    house.running.stop().await;
}

#[tokio::test]
async fn every_answer_tells_the_version_and_another_version_is_412_and_does_nothing() {
    let master = master(100);
    let (house, upload) = begun(&master).await;
    let performance = house.performance().await;
    let collection = format!("/api/v1/performances/{performance}/uploads");
    for version in [None, Some("0.2.2"), Some("2.0.0")] {
        for (method, path) in
            [(Method::POST, &collection), (Method::HEAD, &upload), (Method::PATCH, &upload), (Method::DELETE, &upload)]
        {
            let ask = house.ask(method, path).bearer_auth(&house.key).header("Upload-Offset", 0);
            let ask = version.map_or(ask.try_clone().unwrap(), |version| ask.header("Tus-Resumable", version));
            let response =
                ask.header("Content-Type", "application/offset+octet-stream").body("x").send().await.unwrap();
            assert_eq!(response.status(), StatusCode::PRECONDITION_FAILED);
            assert_eq!((header(&response, "tus-version"), header(&response, "tus-resumable")), ("1.0.0", "1.0.0"));
        }
    }
    let response = house.tus(Method::HEAD, &upload).send().await.unwrap();
    assert_eq!((header(&response, "upload-offset"), header(&response, "tus-resumable")), ("0", "1.0.0"));
    house.running.stop().await;
}

#[tokio::test]
async fn options_tells_what_the_server_can_do_whatever_version_asks() {
    let (house, upload) = begun(&master(1)).await;
    for path in [upload, format!("/api/v1/performances/{}/uploads", Uuid::now_v7())] {
        let ask = house.ask(Method::OPTIONS, &path).header("Tus-Resumable", "9.9.9");
        let response = ask.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(header(&response, "tus-version"), "1.0.0");
        assert_eq!(header(&response, "tus-extension"), "creation,checksum,expiration,termination");
        assert_eq!(header(&response, "tus-checksum-algorithm"), "sha256,sha1");
        assert_eq!(header(&response, "tus-max-size"), MAX.to_string());
    }
    house.running.stop().await;
}

#[tokio::test]
async fn the_override_header_is_the_method() {
    let master = master(100);
    let (house, upload) = begun(&master).await;
    let ask = house.tus(Method::POST, &upload).header("X-HTTP-Method-Override", "PATCH").header("Upload-Offset", 0);
    let ask = ask.header("Content-Type", "application/offset+octet-stream").body(master[..10].to_vec());
    assert_eq!(header(&ask.send().await.unwrap(), "upload-offset"), "10");
    let ask = house.tus(Method::GET, &upload).header("X-HTTP-Method-Override", "HEAD");
    assert_eq!(header(&ask.send().await.unwrap(), "upload-offset"), "10");
    let ask = house.tus(Method::PATCH, &upload).header("X-HTTP-Method-Override", "DELETE").send().await.unwrap();
    assert_eq!(ask.status(), StatusCode::NO_CONTENT);
    house.running.stop().await;
}

/// Sends half of what a chunk says it has, then the connection is gone.
fn cut(house: &House, upload: &str, more: &str, said: usize, sent: &[u8]) {
    drop(hang(house, upload, more, said, sent));
}

/// Sends some of what a chunk says it has, and is silent then.
pub(crate) fn hang(house: &House, upload: &str, more: &str, said: usize, sent: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(house.running.http_addr).unwrap();
    let head = format!(
        "PATCH {upload} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: {said}\r\n{more}\r\n",
        house.key
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(sent).unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn of_rivals_for_one_upload_the_later_one_counts_and_the_earlier_one_leaves_nothing() {
    let master = master(20 << 20);
    let (house, upload) = begun(&master).await;
    let sum = format!("Upload-Checksum: {}\r\n", checksum(&master));
    let lies = house.folder.path().join("archive/uploads").join(upload.rsplit('/').next().unwrap());
    let pieces = || std::fs::read_dir(&lies).map_or(0, Iterator::count);
    let mut first = hang(&house, &upload, &sum, master.len(), &master[..10_000_000]);
    house.until("a piece", async || pieces() == 1).await;
    assert_eq!(house.send(&upload, 0, &master).await.status(), StatusCode::NO_CONTENT);
    // Long before its silence would have ended it.
    first.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    let mut answer = [0; 12];
    first.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408", "it was told to leave");
    assert_eq!(house.verdict(&upload).await.recording.unwrap().sha256, hex(&master));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_hanging_request_brought_is_kept_when_its_sender_comes_again() {
    let master = master(20 << 20);
    let (house, upload) = begun(&master).await;
    let _hangs = hang(&house, &upload, "", master.len(), &master[..10_000_000]);
    let piece = 8 << 20;
    house.until("a piece", async || house.offset(&upload).await == piece).await;
    let told = problem(house.send(&upload, piece, &master[piece as usize..]).await).await;
    assert_eq!(told, (409, "wrong-offset".into()), "more was counted behind that");
    assert_eq!(house.offset(&upload).await, 10_000_000);
    assert_eq!(house.send(&upload, 10_000_000, &master[10_000_000..]).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(house.verdict(&upload).await.recording.unwrap().sha256, hex(&master));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_connection_brought_is_kept() {
    let master = master(20 << 20);
    let (house, upload) = begun(&master).await;
    cut(&house, &upload, "", master.len(), &master[..10_000_000]);
    house.until("what arrived", async || house.offset(&upload).await == 10_000_000).await;
    assert_eq!(house.send(&upload, 10_000_000, &master[10_000_000..]).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(house.verdict(&upload).await.recording.unwrap().sha256, hex(&master));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_chunk_with_a_checksum_a_lost_connection_leaves_nothing() {
    let master = master(20 << 20);
    let (house, upload) = begun(&master).await;
    let sum = format!("Upload-Checksum: {}\r\n", checksum(&master));
    cut(&house, &upload, &sum, master.len(), &master[..10_000_000]);
    let lies = house.folder.path().join("archive/uploads").join(upload.rsplit('/').next().unwrap());
    let empty = || std::fs::read_dir(&lies).is_ok_and(|mut files| files.next().is_none());
    house.until("the pieces to go", async || empty()).await;
    assert_eq!(house.offset(&upload).await, 0);
    assert_eq!(house.send(&upload, 0, &master).await.status(), StatusCode::NO_CONTENT);
    house.running.stop().await;
}

#[tokio::test]
async fn of_two_chunks_for_one_place_one_counts() {
    let master = master(9 << 20);
    let (house, upload) = begun(&master).await;
    let (one, other) = tokio::join!(house.send(&upload, 0, &master), house.send(&upload, 0, &master));
    let mut statuses = [one.status().as_u16(), other.status().as_u16()];
    statuses.sort_unstable();
    // Told to leave while it came, or too late for its place.
    assert!(statuses[0] == 204 && [408, 409].contains(&statuses[1]), "{statuses:?}");
    assert_eq!(house.verdict(&upload).await.recording.unwrap().sha256, hex(&master));
    house.running.stop().await;
}

#[tokio::test]
async fn creation_is_answered_with_201_and_the_place() {
    let (house, upload) = begun(&master(100)).await;
    assert!(upload.starts_with("/api/v1/uploads/"), "{upload}");
    house.running.stop().await;
}

#[tokio::test]
async fn creation_beyond_the_largest_size_is_413_and_without_a_length_400() {
    let house = House::open().await;
    let performance = house.performance().await;
    let said = metadata(&[("sha256", &hex(b""))]);
    let told = problem(house.announce(performance, MAX + 1, &said).await).await;
    assert_eq!(told, (413, "master-too-large".into()));
    for (name, value) in [("Upload-Defer-Length", "1"), ("Upload-Length", "-1"), ("Upload-Length", "many")] {
        let ask = house.tus(Method::POST, &format!("/api/v1/performances/{performance}/uploads"));
        let ask = ask.header("Upload-Metadata", &said).header(name, value);
        assert_eq!(problem(ask.send().await.unwrap()).await.0, 400, "{name}: {value}");
    }
    house.running.stop().await;
}

#[tokio::test]
async fn creation_with_broken_metadata_is_400_and_without_the_hash_422() {
    let house = House::open().await;
    let performance = house.performance().await;
    let hash = metadata(&[("sha256", &hex(b"x"))]);
    for wrong in [format!("{hash},{hash}"), format!("{hash},a b c"), format!("{hash},a ?")] {
        assert_eq!(problem(house.announce(performance, 1, &wrong).await).await.0, 400, "{wrong}");
    }
    let told = problem(house.announce(performance, 1, &metadata(&[("filename", "x.wav")])).await).await;
    assert_eq!(told, (422, "no-hash".into()));
    let page = metadata(&[("sha256", &hex(b"x")), ("filetype", "text/html")]);
    assert_eq!(problem(house.announce(performance, 1, &page).await).await, (415, "no-master".into()));
    house.running.stop().await;
}

#[tokio::test]
async fn an_empty_file_is_whole_at_once() {
    let (house, upload) = begun(b"").await;
    assert_eq!(house.verdict(&upload).await.recording.unwrap().bytes.0, 0);
    house.running.stop().await;
}

#[tokio::test]
async fn a_checksum_of_either_algorithm_is_compared() {
    let master = master(100);
    let (house, upload) = begun(&master).await;
    let sha1 = |bytes: &[u8]| format!("sha1 {}", STANDARD.encode(Sha1::digest(bytes)));
    let ask = house.chunk(&upload, 0, &master[..50]).header("Upload-Checksum", sha1(&master[..50]));
    assert_eq!(ask.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let ask = house.chunk(&upload, 50, &master[50..]).header("Upload-Checksum", sha1(&master));
    assert_eq!(problem(ask.send().await.unwrap()).await, (460, "wrong-checksum".into()));
    house.running.stop().await;
}

#[tokio::test]
async fn a_wrong_checksum_is_460_nothing_is_kept_and_the_chunk_can_be_sent_again() {
    let master = master(20 << 20);
    let (house, upload) = begun(&master).await;
    let mut damaged = master.clone();
    damaged[12_345_678] ^= 1;
    let ask = house.chunk(&upload, 0, &damaged).header("Upload-Checksum", checksum(&master));
    assert_eq!(problem(ask.send().await.unwrap()).await, (460, "wrong-checksum".into()));
    assert_eq!(house.offset(&upload).await, 0);
    assert_eq!(house.send(&upload, 0, &master).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(house.verdict(&upload).await.recording.unwrap().sha256, hex(&master));
    assert!(house.get("/metrics").await.text().await.unwrap().contains("korero_archive_checksums_wrong_total 1"));
    house.running.stop().await;
}

#[tokio::test]
async fn a_checksum_that_is_not_known_or_not_readable_is_400_and_changes_nothing() {
    let master = master(100);
    let (house, upload) = begun(&master).await;
    for wrong in ["crc32 AAAAAA==", "sha256", "sha256 ???"] {
        let ask = house.chunk(&upload, 0, &master).header("Upload-Checksum", wrong);
        assert_eq!(problem(ask.send().await.unwrap()).await.0, 400, "{wrong}");
    }
    assert_eq!(house.offset(&upload).await, 0);
    house.running.stop().await;
}

#[tokio::test]
async fn when_an_upload_expires_is_told_at_its_creation_and_with_every_chunk() {
    let house = House::open().await;
    let said = metadata(&[("sha256", &hex(b"ab"))]);
    let created = house.announce(house.performance().await, 2, &said).await;
    let sent = house.send(header(&created, "location"), 0, b"a").await;
    for response in [created, sent] {
        let expires = header(&response, "upload-expires");
        assert!(expires.ends_with(" GMT") && expires.len() == "Thu, 26 Nov 2026 10:00:00 GMT".len(), "{expires}");
    }
    house.running.stop().await;
}

#[tokio::test]
async fn an_ended_upload_is_410_and_its_bytes_are_gone() {
    let master = master(100);
    let (house, upload) = begun(&master).await;
    house.send(&upload, 0, &master[..50]).await;
    let response = house.tus(Method::DELETE, &upload).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    for method in [Method::HEAD, Method::PATCH, Method::DELETE] {
        assert_eq!(house.tus(method, &upload).send().await.unwrap().status(), StatusCode::GONE);
    }
    let lies = house.folder.path().join("archive/uploads").join(upload.rsplit('/').next().unwrap());
    house.until("the bytes to go", async || !lies.exists()).await;
    house.running.stop().await;
}
