//! One test for each rule of WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep-04) that HTTP alone shows.

use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use str0m::media::Direction;

use crate::client::{House, Peer};

fn offer(direction: Direction) -> String {
    Peer::offer(direction).1
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

async fn problem(response: Response) -> (StatusCode, String) {
    let status = response.status();
    assert_eq!(header(&response, "content-type"), "application/problem+json");
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["status"], status.as_u16());
    assert!(!problem["title"].as_str().unwrap().is_empty() && !problem["detail"].as_str().unwrap().is_empty());
    (status, problem["code"].as_str().unwrap().to_owned())
}

/// A publisher's session: its path and entity tag.
async fn session(house: &House) -> (String, String) {
    let response = house.offer("/whip/hana", &offer(Direction::SendOnly)).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    (header(&response, "location").to_owned(), header(&response, "etag").to_owned())
}

async fn patch(house: &House, path: &str, tag: Option<&str>, body: &str) -> Response {
    let kind = "application/trickle-ice-sdpfrag";
    let ask = house.ask(Method::PATCH, path).bearer_auth(&house.key).header("content-type", kind);
    let ask = if let Some(tag) = tag { ask.header("if-match", tag) } else { ask };
    ask.body(body.to_owned()).send().await.unwrap()
}

#[tokio::test]
async fn an_offer_is_answered_with_201_location_and_answer() {
    let house = House::open().await;
    let response = house.offer("/whip/hana", &offer(Direction::SendOnly)).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(header(&response, "content-type"), "application/sdp");
    assert!(header(&response, "location").starts_with("/session/"));
    assert_eq!(header(&response, "location").len(), "/session/".len() + 32);
    assert_eq!(header(&response, "accept-patch"), "application/trickle-ice-sdpfrag");
    assert!(header(&response, "etag").starts_with('"'));
    let answer = response.text().await.unwrap();
    let port = house.running.media_addr.port();
    for line in ["a=recvonly", "a=rtcp-mux", "a=ice-lite", "a=rtcp-fb:111 nack", "a=end-of-candidates"] {
        assert!(answer.contains(line), "{line} is missing:\n{answer}");
    }
    assert!(answer.contains(&format!("127.0.0.1 {port} typ host")), "{answer}");
    assert!(!answer.contains("0.0.0.0 "), "{answer}");
    house.running.stop().await;
}

#[tokio::test]
async fn a_wildcard_socket_is_answered_with_addresses_that_can_be_reached() {
    let house = House::with(|settings| settings.media = "0.0.0.0:0".parse().unwrap()).await;
    let answer = house.offer("/whip/hana", &offer(Direction::SendOnly)).await.text().await.unwrap();
    assert!(answer.contains(" 127.0.0.1 ") && !answer.contains(" 0.0.0.0 "), "{answer}");
    house.running.stop().await;
}

#[tokio::test]
async fn a_wrong_type_is_415() {
    let house = House::open().await;
    for path in ["/whip/hana", "/whep/hana"] {
        let ask = house.ask(Method::POST, path).bearer_auth(&house.key).header("content-type", "text/plain");
        let told = problem(ask.body("v=0").send().await.unwrap()).await;
        assert_eq!(told, (StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong-type".into()));
    }
    house.running.stop().await;
}

#[tokio::test]
async fn an_offer_that_is_none_is_400() {
    let house = House::open().await;
    let garbled = offer(Direction::SendOnly).replace("a=fingerprint:", "a=fingerprint:nonsense ");
    for text in ["", "hello", "v=0\r\ns=-\r\n", &garbled] {
        let told = problem(house.offer("/whip/hana", text).await).await;
        assert_eq!(told.0, StatusCode::BAD_REQUEST, "{text}");
    }
    house.running.stop().await;
}

#[tokio::test]
async fn more_than_64_kib_is_413() {
    let house = House::open().await;
    let long = offer(Direction::SendOnly) + &"a=x\r\n".repeat(20_000);
    assert_eq!(problem(house.offer("/whip/hana", &long).await).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    house.running.stop().await;
}

#[tokio::test]
async fn what_is_not_one_line_of_opus_that_can_be_taken_up_is_422() {
    let house = House::open().await;
    let one = offer(Direction::SendOnly);
    let media = &one[one.find("m=audio").unwrap()..];
    let two = format!("{one}{media}");
    let video = format!("{one}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n");
    let backwards = offer(Direction::RecvOnly);
    let mono = one.replace("opus/48000/2", "opus/48000/1");
    for text in [two, video, backwards, mono] {
        let told = problem(house.offer("/whip/hana", &text).await).await;
        assert_eq!(told, (StatusCode::UNPROCESSABLE_ENTITY, "wrong-media".into()));
    }
    house.running.stop().await;
}

#[tokio::test]
async fn a_publisher_needs_the_key_of_its_artist() {
    let house = House::open().await;
    let ask = || house.ask(Method::POST, "/whip/hana").header("content-type", "application/sdp");
    let without = ask().body(offer(Direction::SendOnly)).send().await.unwrap();
    assert_eq!(header(&without, "www-authenticate"), "Bearer");
    assert_eq!(problem(without).await, (StatusCode::UNAUTHORIZED, "no-key".into()));
    let folder = house.folder.path();
    korero_server::admin::add_artist(folder, "Ari", None).await.unwrap();
    let of_another = korero_server::admin::new_key(folder, "ari").await.unwrap();
    for key in ["wrong", of_another.as_str()] {
        let refused = ask().bearer_auth(key).body(offer(Direction::SendOnly)).send().await.unwrap();
        assert!(header(&refused, "www-authenticate").starts_with("Bearer"));
        assert_eq!(problem(refused).await, (StatusCode::UNAUTHORIZED, "wrong-key".into()));
    }
    house.running.stop().await;
}

#[tokio::test]
async fn an_unknown_artist_is_404() {
    let house = House::open().await;
    for path in ["/whip/nobody", "/whep/nobody"] {
        assert_eq!(problem(house.offer(path, "v=0").await).await, (StatusCode::NOT_FOUND, "no-artist".into()));
    }
    assert_eq!(problem(house.get("/api/v1/artists/nobody").await).await.1, "no-artist");
    house.running.stop().await;
}

#[tokio::test]
async fn a_listener_before_the_publisher_is_409_and_told_when_to_retry() {
    let house = House::open().await;
    let early = house.offer("/whep/hana", &offer(Direction::RecvOnly)).await;
    assert!(header(&early, "retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(problem(early).await, (StatusCode::CONFLICT, "not-yet-on-air".into()));
    house.running.stop().await;
}

#[tokio::test]
async fn a_preflight_allows_every_page_and_names_no_ice_servers() {
    let house = House::with(|settings| settings.ice_servers = vec![stun()]).await;
    for path in ["/whip/hana", "/whep/hana"] {
        let response = house.ask(Method::OPTIONS, path).send().await.unwrap();
        assert!(response.status().is_success());
        assert_eq!(header(&response, "accept-post"), "application/sdp");
        assert_eq!(header(&response, "access-control-allow-origin"), "*");
        assert!(header(&response, "access-control-allow-methods").contains("PATCH"));
        assert!(header(&response, "access-control-allow-headers").contains("Authorization"));
        assert!(response.headers().get("link").is_none());
    }
    house.running.stop().await;
}

fn stun() -> korero_server::IceServer {
    korero_server::IceServer { urls: vec!["stun:stun.example.net".into()], ..Default::default() }
}

#[tokio::test]
async fn ice_servers_are_linked_and_pages_may_read_the_headers() {
    let house = House::with(|settings| settings.ice_servers = vec![stun()]).await;
    let response = house.offer("/whip/hana", &offer(Direction::SendOnly)).await;
    assert_eq!(header(&response, "link"), "<stun:stun.example.net>; rel=\"ice-server\"");
    for name in ["Location", "ETag", "Link", "Accept-Patch", "Retry-After"] {
        assert!(header(&response, "access-control-expose-headers").contains(name), "{name}");
    }
    house.running.stop().await;
}

#[tokio::test]
async fn get_is_success_without_content() {
    let house = House::open().await;
    assert_eq!(house.get("/whip/hana").await.status(), StatusCode::NO_CONTENT);
    let head = house.ask(Method::HEAD, "/whep/hana").send().await.unwrap();
    assert_eq!((head.status(), header(&head, "content-type")), (StatusCode::OK, "application/sdp"));
    house.running.stop().await;
}

#[tokio::test]
async fn candidates_by_patch_are_204_and_unusable_ones_are_ignored() {
    let house = House::open().await;
    let (path, tag) = session(&house).await;
    let usable = "a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\na=end-of-candidates\r\n";
    for body in [usable, "a=candidate:nonsense\r\n", "a=candidate:1 1 udp 1 x.local 9 typ host\r\n", ""] {
        let response = patch(&house, &path, Some(&tag), body).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert!(response.headers().get("etag").is_none());
        assert!(response.text().await.unwrap().is_empty());
    }
    house.running.stop().await;
}

#[tokio::test]
async fn a_patch_without_its_tag_is_428_and_with_another_412() {
    let house = House::open().await;
    let (path, _) = session(&house).await;
    assert_eq!(problem(patch(&house, &path, None, "").await).await.0, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(problem(patch(&house, &path, Some("\"old\""), "").await).await.0, StatusCode::PRECONDITION_FAILED);
    house.running.stop().await;
}

#[tokio::test]
async fn a_patch_of_another_type_is_415() {
    let house = House::open().await;
    let (path, tag) = session(&house).await;
    let ask = house.ask(Method::PATCH, &path).bearer_auth(&house.key).header("content-type", "application/sdp");
    let response = ask.header("if-match", tag).body("v=0").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    house.running.stop().await;
}

#[tokio::test]
async fn an_ice_restart_is_200_with_new_credentials_and_a_new_tag() {
    let house = House::open().await;
    let (path, tag) = session(&house).await;
    let restart = "a=ice-ufrag:new1\r\na=ice-pwd:0123456789012345678901\r\n";
    let response = patch(&house, &path, Some("\"*\""), restart).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), "application/trickle-ice-sdpfrag");
    let fresh = header(&response, "etag").to_owned();
    assert!(fresh.starts_with('"') && fresh != tag);
    let fragment = response.text().await.unwrap();
    for line in
        ["a=ice-lite", "m=audio ", "a=mid:", "a=ice-ufrag:", "a=ice-pwd:", "a=candidate:", "a=end-of-candidates"]
    {
        assert!(fragment.lines().any(|one| one.starts_with(line)), "{line} is missing in {fragment}");
    }
    // Whoever did not hear the answer is told the same once more.
    let again = patch(&house, &path, Some("*"), restart).await;
    assert_eq!((again.status(), header(&again, "etag")), (StatusCode::OK, &*fresh));
    assert_eq!(again.text().await.unwrap(), fragment);
    // The same name by its tag is no restart, and only the new tag counts.
    assert_eq!(patch(&house, &path, Some(&fresh), restart).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(problem(patch(&house, &path, Some(&tag), "").await).await.0, StatusCode::PRECONDITION_FAILED);
    let odd = patch(&house, &path, Some("*"), "a=ice-ufrag:other\r\na=ice-pwd:short\r\n").await;
    assert_eq!(problem(odd).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(patch(&house, &path, Some(&fresh), "").await.status(), StatusCode::NO_CONTENT);
    house.running.stop().await;
}

#[tokio::test]
async fn delete_ends_a_session_whatever_the_tag_and_needs_the_publishers_key() {
    let house = House::open().await;
    let (path, _) = session(&house).await;
    let stranger = house.ask(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(house.get(&path).await.status(), StatusCode::NO_CONTENT);
    let ask = house.ask(Method::DELETE, &path).bearer_auth(&house.key).header("if-match", "\"old\"");
    assert_eq!(ask.send().await.unwrap().status(), StatusCode::OK);
    for method in [Method::GET, Method::DELETE] {
        let again = house.ask(method, &path).bearer_auth(&house.key).send().await.unwrap();
        assert_eq!(problem(again).await, (StatusCode::NOT_FOUND, "no-session".into()));
    }
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_of_one_address_are_bounded() {
    let house = House::open().await;
    let (publisher, _) = house.publisher().await;
    let text = offer(Direction::RecvOnly);
    let mut answers = Vec::new();
    while answers.len() < 100 && answers.last().is_none_or(|status| *status == StatusCode::CREATED) {
        answers.push(house.offer("/whep/hana", &text).await.status());
    }
    // The publisher has the first of the 64 places.
    assert_eq!((answers.len(), answers.last()), (64, Some(&StatusCode::TOO_MANY_REQUESTS)));
    drop(publisher);
    house.running.stop().await;
}

#[tokio::test]
async fn asking_too_often_is_429_and_told_when_to_retry() {
    let house = House::open().await;
    let mut refused = None;
    for _ in 0..2_000 {
        let response = house.ask(Method::DELETE, "/session/0").send().await.unwrap();
        if response.status() != StatusCode::NOT_FOUND {
            refused = Some(response);
            break;
        }
    }
    let refused = refused.unwrap();
    assert!(header(&refused, "retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(problem(refused).await, (StatusCode::TOO_MANY_REQUESTS, "too-many".into()));
    house.running.stop().await;
}

#[tokio::test]
async fn whoever_has_the_key_is_let_in_from_an_address_that_asks_too_often_and_nobody_else() {
    let house = House::open().await;
    let opened = house.offer("/whip/hana", &offer(Direction::SendOnly)).await;
    let path = header(&opened, "location").to_owned();
    let mut asked = 0;
    while house.ask(Method::DELETE, "/session/0").send().await.unwrap().status() != StatusCode::TOO_MANY_REQUESTS {
        asked += 1;
        assert!(asked < 2_000);
    }
    let ask =
        |key: &str| house.ask(Method::POST, "/whip/hana").header("content-type", "application/sdp").bearer_auth(key);
    // Some more tokens drip in while this is asked.
    let mut last = StatusCode::OK;
    for _ in 0..200 {
        last = ask("wrong").body(offer(Direction::SendOnly)).send().await.unwrap().status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let epoch = serde_json::json!({ "id": uuid::Uuid::now_v7(), "utc_ns_at_frame_0": "1" });
    let evening = serde_json::json!({ "take_id": uuid::Uuid::now_v7(), "epoch": epoch, "title": "" });
    let open = house.ask(Method::POST, "/api/v1/performances").bearer_auth(&house.key).body(evening.to_string());
    assert_eq!(open.send().await.unwrap().status(), StatusCode::OK);
    let back = ask(&house.key).body(offer(Direction::SendOnly)).send().await.unwrap();
    assert_eq!(back.status(), StatusCode::CREATED);
    let leave = house.ask(Method::DELETE, &path).bearer_auth(&house.key).send().await.unwrap();
    assert_eq!(leave.status(), StatusCode::OK);
    house.running.stop().await;
}

#[tokio::test]
async fn a_key_that_was_never_used_before_is_let_in_beside_a_flood_of_wrong_ones_from_its_address() {
    let house = House::open().await;
    let ask =
        |key: &str| house.ask(Method::POST, "/whip/hana").header("content-type", "application/sdp").bearer_auth(key);
    let mut last = StatusCode::OK;
    for n in 0..2_000 {
        last = ask(&format!("wrong{n}")).body(offer(Direction::SendOnly)).send().await.unwrap().status();
        if last == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let let_in = ask(&house.key).body(offer(Direction::SendOnly)).send().await.unwrap();
    assert_eq!(let_in.status(), StatusCode::CREATED);
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_restarts_that_come_at_once_with_the_same_tag_one_is_taken() {
    let house = House::open().await;
    for _ in 0..5 {
        let (path, tag) = session(&house).await;
        let asks = (0..16).map(|n| {
            let body = format!("a=ice-ufrag:new{n}\r\na=ice-pwd:0123456789012345678901\r\n");
            let ask = house.ask(Method::PATCH, &path).bearer_auth(&house.key).header("if-match", &tag);
            tokio::spawn(ask.header("content-type", "application/trickle-ice-sdpfrag").body(body).send())
        });
        let mut taken = 0;
        for ask in asks.collect::<Vec<_>>() {
            taken += u32::from(ask.await.unwrap().unwrap().status() == StatusCode::OK);
        }
        assert_eq!(taken, 1);
    }
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_restarts_so_often_and_no_more_from_wherever_it_is_asked() {
    let house = House::open().await;
    let (publisher, _) = house.publisher().await;
    let response = house.offer("/whep/hana", &offer(Direction::RecvOnly)).await;
    let path = header(&response, "location").to_owned();
    let restart = async |n: usize| {
        let ask =
            house.ask(Method::PATCH, &path).header("if-match", "*").header("x-forwarded-for", format!("10.0.{n}.1"));
        let body = format!("a=ice-ufrag:new{n}\r\na=ice-pwd:0123456789012345678901\r\n");
        ask.header("content-type", "application/trickle-ice-sdpfrag").body(body).send().await.unwrap()
    };
    let mut taken = 0;
    while taken < 1_000 && restart(taken % 250).await.status() == StatusCode::OK {
        taken += 1;
    }
    assert_eq!(taken, 256);
    assert_eq!(house.get(&path).await.status(), StatusCode::NO_CONTENT, "the session goes on");
    drop(publisher);
    house.running.stop().await;
}

#[tokio::test]
async fn no_two_clients_are_told_the_same_name_for_turn() {
    let turn = korero_server::IceServer {
        urls: vec!["turn:turn.example.net".into()],
        secret: Some("north".into()),
        ..Default::default()
    };
    let house = House::with(|settings| settings.ice_servers = vec![turn]).await;
    let mut links = std::collections::HashSet::new();
    for _ in 0..10 {
        let response = house.offer("/whip/hana", &offer(Direction::SendOnly)).await;
        assert!(links.insert(header(&response, "link").to_owned()));
    }
    house.running.stop().await;
}

#[tokio::test]
async fn problems_are_told_in_the_readers_language() {
    let house = House::open().await;
    let ask = house.ask(Method::GET, "/api/v1/artists/nobody").header("accept-language", "mi, en;q=0.5");
    let response = ask.send().await.unwrap();
    assert_eq!(header(&response, "content-language"), "mi");
    let problem: Value = response.json().await.unwrap();
    assert!(problem["title"].as_str().unwrap().contains("kaipuoro"), "{problem}");
    house.running.stop().await;
}

#[tokio::test]
async fn what_is_nowhere_is_404_and_what_cannot_be_done_405() {
    let house = House::open().await;
    assert_eq!(problem(house.get("/api/v1/nothing").await).await, (StatusCode::NOT_FOUND, "no-page".into()));
    let put = house.ask(Method::PUT, "/whip/hana").send().await.unwrap();
    assert_eq!(problem(put).await, (StatusCode::METHOD_NOT_ALLOWED, "no-method".into()));
    house.running.stop().await;
}

#[tokio::test]
async fn health_and_metrics_answer() {
    let house = House::open().await;
    assert_eq!(house.get("/healthz").await.text().await.unwrap(), "ok\n");
    let metrics = house.get("/metrics").await.text().await.unwrap();
    for name in ["korero_media_sessions{role=\"listener\"} 0", "korero_media_ticks_late_total", "# EOF"] {
        assert!(metrics.contains(name), "{metrics}");
    }
    let proxied = house.ask(Method::GET, "/metrics").header("x-forwarded-for", "203.0.113.7");
    assert_eq!(proxied.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    house.running.stop().await;
}

#[tokio::test]
async fn a_taken_port_is_told_with_its_address() {
    let house = House::open().await;
    let folder = tempfile::tempdir().unwrap();
    let mut settings = korero_server::Settings::on_loopback(folder.path().to_path_buf());
    settings.listen = house.running.http_addr;
    let fault = korero_server::start(settings.clone()).await.err().unwrap().to_string();
    assert!(fault.contains(&house.running.http_addr.to_string()), "{fault}");
    settings.listen.set_port(0);
    settings.media = house.running.media_addr;
    let fault = korero_server::start(settings).await.err().unwrap().to_string();
    assert!(fault.contains(&house.running.media_addr.to_string()), "{fault}");
    house.running.stop().await;
}
