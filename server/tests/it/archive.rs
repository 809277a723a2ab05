//! The archive from outside: whose it is, how much fits, what is published, and how it is read.

use korero_api::{Chapters, Decimal, PerformanceList, UploadState};
use korero_server::admin;
use reqwest::{Method, StatusCode};
use uuid::Uuid;

use crate::client::House;
use crate::masters::{header, hex, master, metadata, problem};
use crate::tus;

const MIB: usize = 1 << 20;

#[tokio::test]
async fn only_the_artist_uploads_to_a_performance() {
    let house = House::open().await;
    let performance = house.performance().await;
    let upload = house.begin(performance, &master(10)).await;
    admin::add_artist(house.folder.path(), "Ari", None).await.unwrap();
    let other = admin::new_key(house.folder.path(), "ari").await.unwrap();
    let collection = format!("/api/v1/performances/{performance}/uploads");
    for (method, path) in [(Method::POST, &collection), (Method::PATCH, &upload), (Method::GET, &upload)] {
        let ask = || house.ask(method.clone(), path).header("Tus-Resumable", "1.0.0");
        assert_eq!(problem(ask().send().await.unwrap()).await, (401, "no-key".into()));
        assert_eq!(problem(ask().bearer_auth("korero_x").send().await.unwrap()).await, (401, "wrong-key".into()));
        assert_eq!(problem(ask().bearer_auth(&other).send().await.unwrap()).await.0, 404);
    }
    house.running.stop().await;
}

#[tokio::test]
async fn a_master_arrives_bit_for_bit_under_its_performance() {
    let house = House::open().await;
    let (performance, master) = (house.performance().await, master(17 * MIB + 3));
    let upload = house.begin(performance, &master).await;
    for (n, chunk) in master.chunks(5 * MIB).enumerate() {
        assert_eq!(house.send(&upload, (n * 5 * MIB) as u64, chunk).await.status(), StatusCode::NO_CONTENT);
    }
    let recording = house.verdict(&upload).await.recording.unwrap();
    assert_eq!((recording.sha256, recording.bytes.0), (hex(&master), master.len() as u64));
    assert_eq!((recording.name.as_str(), recording.media_type.as_str()), ("Pō mārie mix.wav", "audio/wav"));
    assert_eq!(house.recordings(performance).await.recordings.len(), 1);
    assert!(house.get(&recording.path).await.bytes().await.unwrap() == master);
    let lies = house.folder.path().join(format!("archive/performances/{performance}/{}/master.wav", recording.id));
    assert_eq!(std::fs::metadata(lies).unwrap().len(), master.len() as u64);
    house
        .until("the pieces to go", async || {
            !house.folder.path().join(format!("archive/uploads/{}", recording.id)).exists()
        })
        .await;
    house.running.stop().await;
}

#[tokio::test]
async fn a_file_with_another_hash_than_announced_is_refused_and_not_published() {
    let house = House::open().await;
    let performance = house.performance().await;
    let upload = house.begin(performance, &master(100)).await;
    let mut other = master(100);
    other[50] ^= 1;
    assert_eq!(house.send(&upload, 0, &other).await.status(), StatusCode::NO_CONTENT);
    let status = house.verdict(&upload).await;
    assert_eq!((status.state, status.recording), (UploadState::Refused, None));
    assert_eq!(house.recordings(performance).await.recordings, []);
    house.running.stop().await;
}

#[tokio::test]
async fn what_does_not_fit_is_told_with_how_much_does_and_room_comes_back() {
    let house = House::with(|settings| settings.archive_quota_mib = 3).await;
    let performance = house.performance().await;
    let first = house.publish(performance, &master(2 * MIB)).await;
    let said = metadata(&[("sha256", &hex(b""))]);
    let ask = house.tus(Method::POST, &format!("/api/v1/performances/{performance}/uploads"));
    let ask = ask.header("Upload-Length", 2 * MIB).header("Upload-Metadata", &said).header("Accept-Language", "mi");
    let response = ask.send().await.unwrap();
    assert_eq!((response.status(), header(&response, "content-language")), (StatusCode::INSUFFICIENT_STORAGE, "mi"));
    let told: korero_api::Problem = response.json().await.unwrap();
    assert_eq!(told.code, "archive-full");
    assert!(told.title.contains("2 MiB") && told.title.contains("1 MiB") && told.detail.contains("1 MiB"), "{told:?}");
    // An upload under way takes its whole length; one that is given up gives it back.
    let second = house.begin(performance, &master(MIB)).await;
    assert_eq!(house.announce(performance, 1, &said).await.status(), StatusCode::INSUFFICIENT_STORAGE);
    house.tus(Method::DELETE, &second).send().await.unwrap();
    house.publish(performance, &master(MIB)).await;
    let response = house.ask(Method::DELETE, &first).bearer_auth(&house.key).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    house.publish(performance, &master(2 * MIB)).await;
    house.running.stop().await;
}

#[tokio::test]
async fn uploads_under_way_are_bounded() {
    let house = House::open().await;
    let performance = house.performance().await;
    for n in 0..64_u8 {
        house.begin(performance, &[n]).await;
    }
    let said = metadata(&[("sha256", &hex(b"x"))]);
    let told = problem(house.announce(performance, 1, &said).await).await;
    assert_eq!(told, (507, "too-many-uploads".into()));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_artist_cannot_hold_every_seat_of_the_archive() {
    let house = House::open().await;
    let performance = house.performance().await;
    let mut hanging = Vec::new();
    for n in 0..4_usize {
        let upload = house.begin(performance, &master(1_000 + n)).await;
        hanging.push(tus::hang(&house, &upload, "", 1_000 + n, &[]));
    }
    let upload = house.begin(performance, &master(2_000)).await;
    // The requests before it may not have been read yet; fewer times than the gate would mind.
    let mut said = Vec::new();
    while said.last() != Some(&429) && said.len() < 60 {
        said.push(house.send(&upload, 0, &master(1)).await.status().as_u16());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(said.last(), Some(&429), "{said:?}");
    admin::add_artist(house.folder.path(), "Ari", None).await.unwrap();
    let ari = House { key: admin::new_key(house.folder.path(), "ari").await.unwrap(), ..house };
    ari.publish(ari.performance().await, &master(100)).await;
    drop(hanging);
    ari.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_of_one_address_are_bounded_and_others_read_on() {
    let house = House::open().await;
    // More than the system's buffers hold on the way.
    let path = house.publish(house.performance().await, &master(24 * MIB)).await;
    let read = |from: &str| house.ask(Method::GET, &path).header("X-Forwarded-For", from).send();
    let mut readers = Vec::new();
    for _ in 0..32 {
        let response = read("192.0.2.1").await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        readers.push(response);
    }
    assert_eq!(problem(read("192.0.2.1").await.unwrap()).await, (429, "too-many".into()));
    let head = house.ask(Method::HEAD, &path).header("X-Forwarded-For", "192.0.2.1").send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK, "only who reads needs a place");
    assert_eq!(read("192.0.2.2").await.unwrap().bytes().await.unwrap().len(), 24 * MIB);
    assert_eq!(readers.pop().unwrap().bytes().await.unwrap().len(), 24 * MIB);
    house.until("a place", async || read("192.0.2.1").await.unwrap().status() == StatusCode::OK).await;
    house.running.stop().await;
}

#[tokio::test]
async fn an_address_that_reads_too_often_waits() {
    let house = House::open().await;
    let path = house.publish(house.performance().await, &master(10)).await;
    let ask = || house.ask(Method::GET, &path).header("X-Forwarded-For", "192.0.2.1").send();
    let mut refused = 0;
    for _ in 0..400 {
        refused += usize::from(ask().await.unwrap().status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused > 0, "400 requests in a moment all passed");
    assert_eq!(house.get(&path).await.status(), StatusCode::OK, "others do not wait");
    house.running.stop().await;
}

#[tokio::test]
async fn the_songs_of_a_master_are_served_with_it() {
    let house = House::open().await;
    let performance = house.performance().await;
    let upload = house.begin(performance, &master(100)).await;
    let song = |frame: u64, title: &str| korero_api::Chapter { frame: Decimal(frame), title: title.into() };
    let songs = vec![song(0, "Tīmatanga"), song(48_000, ""), song(1 << 40, "Pō “mārie”")];
    let path = format!("{upload}/chapters");
    let tell = |chapters: Vec<korero_api::Chapter>| {
        house.ask(Method::PUT, &path).bearer_auth(&house.key).json(&Chapters { chapters }).send()
    };
    assert_eq!(tell(vec![song(9, "an older list")]).await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(tell(songs.clone()).await.unwrap().status(), StatusCode::NO_CONTENT);
    let most = vec![song(7, &"a".repeat(480)); 300];
    assert_eq!(tell(most).await.unwrap().status(), StatusCode::NO_CONTENT, "the largest list fits");
    assert_eq!(tell(songs.clone()).await.unwrap().status(), StatusCode::NO_CONTENT);
    for wrong in
        [vec![song(2, "a"), song(1, "b")], vec![song(1, "a\nb")], vec![song(u64::MAX, "")], vec![song(1, ""); 301]]
    {
        assert_eq!(problem(tell(wrong).await.unwrap()).await.0, 400);
    }
    let huge = vec![song(1, &"x".repeat(1_000)); 300];
    assert_eq!(problem(tell(huge).await.unwrap()).await.0, 413);
    let foreign = house.ask(Method::PUT, &path).bearer_auth("korero_x").json(&Chapters::default()).send();
    assert_eq!(problem(foreign.await.unwrap()).await.0, 401);
    house.send(&upload, 0, &master(100)).await;
    assert_eq!(house.verdict(&upload).await.recording.unwrap().chapters, songs);
    let house = house.reopened().await;
    assert_eq!(house.recordings(performance).await.recordings[0].chapters, songs);
    house.running.stop().await;
}

#[tokio::test]
async fn only_the_artist_removes_a_recording_and_then_it_is_gone() {
    let house = House::open().await;
    let performance = house.performance().await;
    let path = house.publish(performance, &master(100)).await;
    let ask = |key: &str| house.ask(Method::DELETE, &path).bearer_auth(key).send();
    assert_eq!(problem(ask("korero_x").await.unwrap()).await.0, 401);
    assert_eq!(ask(&house.key).await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(problem(house.get(&path).await).await, (404, "no-recording".into()));
    assert_eq!(house.recordings(performance).await.recordings, []);
    let id = path.rsplit('/').next().unwrap();
    let lies = house.folder.path().join(format!("archive/performances/{performance}/{id}"));
    house.until("the file to go", async || !lies.exists()).await;
    house.running.stop().await;
}

#[tokio::test]
async fn a_recording_is_read_by_ranges() {
    let house = House::open().await;
    let master = master(3 * MIB);
    let path = house.publish(house.performance().await, &master).await;
    let end = master.len();
    for (range, expected) in [
        ("bytes=0-0".to_owned(), 0..1),
        ("bytes=1000000-1999999".into(), 1_000_000..2_000_000),
        (format!("bytes={}-", end - 10), end - 10..end),
        ("bytes=-20".into(), end - 20..end),
        (format!("bytes=0-{}", u64::MAX), 0..end),
    ] {
        let response = house.ask(Method::GET, &path).header("Range", &range).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        let told = format!("bytes {}-{}/{end}", expected.start, expected.end - 1);
        assert_eq!(header(&response, "content-range"), told);
        assert_eq!(header(&response, "content-length"), expected.len().to_string());
        assert!(response.bytes().await.unwrap() == master[expected], "{range}");
    }
    let response = house.ask(Method::GET, &path).header("Range", format!("bytes={end}-")).send().await.unwrap();
    assert_eq!(header(&response, "content-range"), format!("bytes */{end}"));
    assert_eq!(problem(response).await, (416, "no-such-range".into()));
    house.running.stop().await;
}

#[tokio::test]
async fn a_reader_who_goes_on_gets_a_range_of_the_same_file_only() {
    let house = House::open().await;
    let master = master(1_000);
    let path = house.publish(house.performance().await, &master).await;
    let head = house.ask(Method::HEAD, &path).header("Range", "bytes=0-9").send().await.unwrap();
    assert_eq!((head.status(), header(&head, "content-length")), (StatusCode::OK, "1000"));
    assert_eq!((header(&head, "accept-ranges"), header(&head, "x-content-type-options")), ("bytes", "nosniff"));
    assert_eq!(header(&head, "content-disposition"), "attachment; filename*=UTF-8''P%C5%8D%20m%C4%81rie%20mix.wav");
    let (tag, date) = (header(&head, "etag").to_owned(), header(&head, "last-modified").to_owned());
    assert_eq!(tag, format!("\"{}\"", hex(&master)));
    let ranged = |known: String| house.ask(Method::GET, &path).header("Range", "bytes=0-9").header("If-Range", known);
    for (known, status) in [(tag.clone(), 206), (date, 206), ("\"other\"".into(), 200)] {
        assert_eq!(ranged(known.clone()).send().await.unwrap().status().as_u16(), status, "{known}");
    }
    let again = house.ask(Method::GET, &path).header("If-None-Match", tag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    house.running.stop().await;
}

#[tokio::test]
async fn sound_is_never_compressed_on_its_way() {
    let house = House::open().await;
    let silence = vec![0; 100_000];
    let path = house.publish(house.performance().await, &silence).await;
    for range in ["bytes=0-", "bytes=10-"] {
        let ask = house.ask(Method::GET, &path).header("Accept-Encoding", "gzip").header("Range", range);
        let response = ask.send().await.unwrap();
        assert_eq!(header(&response, "content-encoding"), "");
        assert!(response.bytes().await.unwrap().iter().all(|byte| *byte == 0));
    }
    let whole = house.ask(Method::GET, &path).header("Accept-Encoding", "gzip").send().await.unwrap();
    assert_eq!((header(&whole, "content-encoding"), header(&whole, "content-length")), ("", "100000"));
    house.running.stop().await;
}

#[tokio::test]
async fn the_same_file_for_the_same_performance_is_the_same_upload_until_it_is_over() {
    let house = House::open().await;
    let (performance, master) = (house.performance().await, master(100));
    let upload = house.begin(performance, &master).await;
    assert_eq!(house.begin(performance, &master).await, upload);
    house.send(&upload, 0, &master).await;
    let path = house.verdict(&upload).await.recording.unwrap().path;
    assert_eq!(house.begin(performance, &master).await, upload);
    house.ask(Method::DELETE, &path).bearer_auth(&house.key).send().await.unwrap();
    assert_ne!(house.begin(performance, &master).await, upload);
    house.running.stop().await;
}

#[tokio::test]
async fn an_upload_goes_on_after_the_server_was_stopped() {
    let house = House::open().await;
    let master = master(100);
    let upload = house.begin(house.performance().await, &master).await;
    house.send(&upload, 0, &master[..60]).await;
    let house = house.reopened().await;
    assert_eq!(house.offset(&upload).await, 60);
    house.send(&upload, 60, &master[60..]).await;
    assert_eq!(house.verdict(&upload).await.state, UploadState::Published);
    house.running.stop().await;
}

#[tokio::test]
async fn a_file_that_was_whole_when_the_server_stopped_is_published_by_the_next() {
    let house = House::open().await;
    let master = master(33 * MIB);
    let upload = house.begin(house.performance().await, &master).await;
    house.send(&upload, 0, &master).await;
    let house = house.reopened().await;
    assert_eq!(house.verdict(&upload).await.recording.unwrap().sha256, hex(&master));
    house.running.stop().await;
}

#[tokio::test]
async fn the_app_finds_the_performances_of_its_epoch() {
    let house = House::open().await;
    let epoch = Uuid::now_v7();
    let (first, second) = (house.performance_of(epoch).await, house.performance_of(epoch).await);
    house.performance().await;
    let find = |query: &str| house.ask(Method::GET, &format!("/api/v1/performances{query}")).bearer_auth(&house.key);
    let found: PerformanceList = find(&format!("?epoch={epoch}")).send().await.unwrap().json().await.unwrap();
    assert_eq!(found.performances.iter().map(|one| one.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!(problem(find("").send().await.unwrap()).await.0, 400);
    let ask = house.ask(Method::GET, &format!("/api/v1/performances?epoch={epoch}"));
    assert_eq!(problem(ask.send().await.unwrap()).await.0, 401);
    house.running.stop().await;
}
