//! The check of the network: a session that is received and reported on, and that nobody else knows of.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use str0m::media::Direction;

use crate::client::{House, Peer, run};

const CHECK: &str = "/whip/hana/check";

#[tokio::test(flavor = "multi_thread")]
async fn a_check_beside_a_show_is_seen_and_heard_by_nobody_and_takes_nobody_off_the_air() {
    let house = House::open().await;
    let (publisher, publishing) = house.publisher().await;
    let (listener, _) = house.connect("/whep/hana").await;
    let before = house.json("/api/v1/artists/hana").await;
    let (check, checking) = house.connect(CHECK).await;
    let hearing = tokio::spawn(run(listener, |peer| peer.until(|peer| peer.heard.len() >= 40)));
    let checked = tokio::spawn(run(check, |peer| (500..560).for_each(|n| peer.play(n))));
    let publisher = run(publisher, |peer| (5..60).for_each(|n| peer.play(n))).await;
    let (listener, check) = (hearing.await.unwrap(), checked.await.unwrap());
    let of_the_show = |time: u32| time.wrapping_sub(123_456) / 480 < 60;
    assert!(listener.heard.iter().all(|packet| of_the_show(packet.header.timestamp)));
    let after = house.wait_for("live").await;
    assert_eq!((&after["performance"], &after["listeners"]), (&before["performance"], &serde_json::json!(1)));
    assert_eq!(house.get(&publishing).await.status(), StatusCode::NO_CONTENT);
    assert!(!check.over && !publisher.over);
    let metrics = house.get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("korero_media_sessions{role=\"check\"} 1"), "{metrics}");
    assert_eq!(house.ask(Method::DELETE, &checking).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let end = house.ask(Method::DELETE, &checking).bearer_auth(&house.key);
    assert_eq!(end.send().await.unwrap().status(), StatusCode::OK);
    run(check, |peer| peer.until(|peer| peer.over)).await;
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_alone_opens_no_performance() {
    let house = House::open().await;
    let before = house.json("/api/v1/artists/hana").await;
    let (check, _) = house.connect(CHECK).await;
    let check = run(check, |peer| {
        (0..20).for_each(|n| peer.play(n));
        peer.during(Duration::from_millis(200));
    })
    .await;
    assert_eq!(house.json("/api/v1/artists/hana").await, before);
    let early = house.offer("/whep/hana", &Peer::offer(Direction::RecvOnly).1).await;
    assert_eq!(early.status(), StatusCode::CONFLICT);
    drop(check);
    house.running.stop().await;
}

#[tokio::test]
async fn a_check_needs_the_key_and_there_are_two_at_once() {
    let house = House::open().await;
    let offer = Peer::offer(Direction::SendOnly).1;
    let ask = || house.ask(Method::POST, CHECK).header("content-type", "application/sdp").body(offer.clone());
    assert_eq!(ask().send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(ask().bearer_auth("wrong").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    for expected in [StatusCode::CREATED, StatusCode::CREATED, StatusCode::SERVICE_UNAVAILABLE] {
        assert_eq!(house.offer(CHECK, &offer).await.status(), expected);
    }
    assert_eq!(house.offer("/whip/hana", &offer).await.status(), StatusCode::CREATED);
    house.running.stop().await;
}

#[tokio::test]
async fn an_app_can_tell_a_hidden_check_from_a_place_where_everybody_watches() {
    let house = House::open().await;
    let told = house.get(CHECK).await;
    assert_eq!((told.status(), &told.headers()["korero-check"]), (StatusCode::NO_CONTENT, &"hidden".parse().unwrap()));
    assert!(house.get("/whip/hana").await.headers().get("korero-check").is_none());
    assert_eq!(house.get("/whip/nobody/check").await.status(), StatusCode::NOT_FOUND);
    house.running.stop().await;
}
