//! Rows of RFC 9725 and of WHEP (draft-ietf-wish-whep-04) that are not tested elsewhere: each test names its section.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use reqwest::{Method, Response, StatusCode};
use str0m::media::Direction;

use crate::client::{House, Peer, run};

const FRAGMENT: &str = "application/trickle-ice-sdpfrag";

fn offer(direction: Direction) -> String {
    Peer::offer(direction).1
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

async fn patch(house: &House, path: &str, tag: &str, key: Option<&str>) -> StatusCode {
    let ask = house.ask(Method::PATCH, path).header("content-type", FRAGMENT).header("if-match", tag);
    let ask = if let Some(key) = key { ask.bearer_auth(key) } else { ask };
    ask.body("a=end-of-candidates\r\n").send().await.unwrap().status()
}

async fn delete(house: &House, path: &str, key: Option<&str>) -> StatusCode {
    let ask = house.ask(Method::DELETE, path);
    if let Some(key) = key { ask.bearer_auth(key) } else { ask }.send().await.unwrap().status()
}

async fn listeners_in_the_relay_become(house: &House, many: u32) {
    // What never connects is dropped after ten seconds, whoever asks.
    let (begun, wanted) = (Instant::now(), format!("korero_media_sessions{{role=\"listener\"}} {many}\n"));
    while !house.get("/metrics").await.text().await.unwrap().contains(&wanted) {
        assert!(begun.elapsed() < Duration::from_secs(5), "there are not {many} listeners in the relay");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn tags_and_session_addresses_are_strong_and_never_the_same_4_3_1() {
    let house = House::open().await;
    let (mut tags, mut places) = (HashSet::new(), HashSet::new());
    for _ in 0..20 {
        let response = house.offer("/whip/hana", &offer(Direction::SendOnly)).await;
        let tag = header(&response, "etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() >= 2 + 32, "{tag}");
        assert!(tags.insert(tag) && places.insert(header(&response, "location").to_owned()));
    }
    house.running.stop().await;
}

#[tokio::test]
async fn everything_is_in_one_bundle_with_rtcp_beside_it_4_4_1() {
    let house = House::open().await;
    let answer = house.offer("/whip/hana", &offer(Direction::SendOnly)).await.text().await.unwrap();
    assert_eq!(answer.matches("m=").count(), 1, "{answer}");
    let mid = answer.lines().find_map(|line| line.strip_prefix("a=mid:")).unwrap();
    assert!(answer.contains(&format!("a=group:BUNDLE {mid}\r\n")) && answer.contains("a=rtcp-mux\r\n"), "{answer}");
    house.running.stop().await;
}

#[tokio::test]
async fn a_client_may_take_the_active_part_of_dtls_4_4_4() {
    let house = House::open().await;
    for (offered, answered) in [("actpass", "passive"), ("active", "passive"), ("passive", "active")] {
        let text = offer(Direction::SendOnly).replace("a=setup:actpass", &format!("a=setup:{offered}"));
        let response = house.offer("/whip/hana", &text).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        let answer = response.text().await.unwrap();
        let setup = answer.lines().find_map(|line| line.strip_prefix("a=setup:")).unwrap();
        assert_eq!(setup, answered, "{offered}");
    }
    house.running.stop().await;
}

#[tokio::test]
async fn the_key_is_asked_for_on_every_request_that_changes_a_publishers_session_4_7_1() {
    let house = House::open().await;
    let response = house.offer("/whip/hana", &offer(Direction::SendOnly)).await;
    let (path, tag) = (header(&response, "location").to_owned(), header(&response, "etag").to_owned());
    for key in [None, Some("wrong")] {
        assert_eq!(patch(&house, &path, &tag, key).await, StatusCode::UNAUTHORIZED);
        assert_eq!(delete(&house, &path, key).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(patch(&house, &path, &tag, Some(&house.key)).await, StatusCode::NO_CONTENT);
    let preflight = house.ask(Method::OPTIONS, &path).send().await.unwrap();
    assert!(preflight.status().is_success());
    assert_eq!(header(&preflight, "accept-patch"), FRAGMENT);
    assert_eq!(delete(&house, &path, Some(&house.key)).await, StatusCode::OK);
    house.running.stop().await;
}

#[tokio::test]
async fn asking_too_often_is_refused_whatever_is_asked_5() {
    for method in [Method::POST, Method::PATCH, Method::DELETE] {
        let house = House::open().await;
        let path = if method == Method::POST { "/whip/hana" } else { "/session/0" };
        let mut last = StatusCode::OK;
        for _ in 0..2_000 {
            last = house.ask(method.clone(), path).send().await.unwrap().status();
            if last == StatusCode::TOO_MANY_REQUESTS {
                break;
            }
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "{method}");
        house.running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_is_answered_in_one_direction_with_a_session_of_its_own_whep() {
    let turn = korero_server::IceServer {
        urls: vec!["turn:turn.example.net?transport=udp".into()],
        secret: Some("north".into()),
        ..Default::default()
    };
    let house = House::with(|settings| settings.ice_servers = vec![turn]).await;
    let (publisher, _) = house.publisher().await;
    let (mut listener, text) = Peer::offer(Direction::RecvOnly);
    let response = house.offer("/whep/hana", &text).await;
    assert_eq!((response.status(), header(&response, "content-type")), (StatusCode::CREATED, "application/sdp"));
    let link = header(&response, "link");
    assert!(
        link.contains("rel=\"ice-server\"; username=\"") && link.contains("credential-type=\"password\""),
        "{link}"
    );
    assert!(!link.contains("north"), "{link}");
    let (path, tag) = (header(&response, "location").to_owned(), header(&response, "etag").to_owned());
    let answer = response.text().await.unwrap();
    listener.accept(&answer);
    let listener = run(listener, Peer::connected).await;
    listeners_in_the_relay_become(&house, 1).await;
    assert!(answer.contains("a=sendonly\r\n") && answer.matches("m=").count() == 1, "{answer}");
    // A listener has no key, and its address is what nobody guesses.
    assert_eq!(patch(&house, &path, &tag, None).await, StatusCode::NO_CONTENT);
    assert_eq!(patch(&house, &path, "\"another\"", None).await, StatusCode::PRECONDITION_FAILED);
    assert_eq!(delete(&house, &path, None).await, StatusCode::OK);
    assert_eq!(house.get(&path).await.status(), StatusCode::NOT_FOUND);
    listeners_in_the_relay_become(&house, 0).await;
    drop((publisher, listener));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_to_listen_that_is_not_one_line_in_the_right_direction_is_422_as_a_whole_whep() {
    let house = House::open().await;
    let (publisher, _) = house.publisher().await;
    let one = offer(Direction::RecvOnly);
    let video = format!("{one}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:9\r\na=rtpmap:96 VP8/90000\r\n");
    for text in [video, offer(Direction::SendOnly)] {
        let response = house.offer("/whep/hana", &text).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(response.headers().get("location").is_none());
    }
    drop(publisher);
    house.running.stop().await;
}

#[tokio::test]
async fn no_request_is_ever_redirected_by_301_or_302_4_5() {
    let house = House::open().await;
    for path in ["/whip/hana", "/whip/hana/", "/WHIP/hana", "//whip/hana"] {
        let response = house.offer(path, &offer(Direction::SendOnly)).await;
        assert!(!response.status().is_redirection(), "{path}: {}", response.status());
    }
    house.running.stop().await;
}
