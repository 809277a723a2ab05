//! Evenings: opened, described, resumed, ended; and what pages are told of them.

use std::time::Duration;

use korero_api::{Decimal, Epoch, OpenPerformance, PerformanceOpened, ServerTime};
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use crate::client::{HANG, House, run};

fn wanted(take_id: Uuid, title: &str) -> OpenPerformance {
    let epoch = Epoch { id: Uuid::now_v7(), utc_ns_at_frame_0: Decimal(1_795_000_000_123_456_789) };
    OpenPerformance { take_id, epoch, title: title.into(), artist_name: None }
}

async fn open(house: &House, wanted: &OpenPerformance) -> Response {
    house.ask(Method::POST, "/api/v1/performances").bearer_auth(&house.key).json(wanted).send().await.unwrap()
}

async fn opened(house: &House, wanted: &OpenPerformance) -> (StatusCode, PerformanceOpened) {
    let response = open(house, wanted).await;
    (response.status(), response.json().await.unwrap())
}

async fn end(house: &House, id: Uuid) -> Response {
    let path = format!("/api/v1/performances/{id}/end");
    house.ask(Method::POST, &path).bearer_auth(&house.key).send().await.unwrap()
}

#[tokio::test]
async fn the_app_opens_a_performance_and_gets_the_listeners_link() {
    let house = House::open().await;
    let (status, performance) = opened(&house, &wanted(Uuid::now_v7(), "Tonight")).await;
    assert_eq!((status, performance.slug.as_str()), (StatusCode::CREATED, "hana"));
    assert_eq!(performance.listen_url, format!("http://{}/@hana", house.running.http_addr));
    let now = house.json("/api/v1/artists/hana").await;
    assert_eq!((now["state"].as_str(), now["performance"]["title"].as_str()), (Some("off_air"), Some("Tonight")));
    house.running.stop().await;
}

#[tokio::test]
async fn the_same_take_is_the_same_performance_and_another_take_another() {
    let house = House::open().await;
    let take = Uuid::now_v7();
    let (_, first) = opened(&house, &wanted(take, "Tonight")).await;
    let (status, again) = opened(&house, &wanted(take, "Tonight, renamed")).await;
    assert_eq!((status, again.id), (StatusCode::OK, first.id));
    assert_eq!(house.json("/api/v1/artists/hana").await["performance"]["title"], "Tonight, renamed");
    let (status, other) = opened(&house, &wanted(Uuid::now_v7(), "Tomorrow")).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_ne!(other.id, first.id);
    house.running.stop().await;
}

#[tokio::test]
async fn a_performance_needs_the_artists_key_and_fit_values() {
    let house = House::open().await;
    let ask = || house.ask(Method::POST, "/api/v1/performances");
    assert_eq!(ask().json(&wanted(Uuid::nil(), "")).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let with_key = || ask().bearer_auth(&house.key);
    assert_eq!(with_key().body("{").send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    let mut unfit = [wanted(Uuid::nil(), &"x".repeat(121)), wanted(Uuid::nil(), "two\nlines"), wanted(Uuid::nil(), "")];
    unfit[2].epoch.utc_ns_at_frame_0 = Decimal(u64::MAX);
    for wanted in unfit {
        assert_eq!(open(&house, &wanted).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(end(&house, Uuid::now_v7()).await.status(), StatusCode::NOT_FOUND);
    house.running.stop().await;
}

#[tokio::test]
async fn ending_is_told_once_and_keeps_its_time() {
    let house = House::open().await;
    let (_, performance) = opened(&house, &wanted(Uuid::now_v7(), "Tonight")).await;
    let first: Value = end(&house, performance.id).await.json().await.unwrap();
    let again: Value = end(&house, performance.id).await.json().await.unwrap();
    assert_eq!(first, again);
    assert_eq!(house.json("/api/v1/artists/hana").await["state"], "ended");
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_a_performance_ends_its_connections() {
    let house = House::open().await;
    let (_, performance) = opened(&house, &wanted(Uuid::now_v7(), "Tonight")).await;
    let (publisher, _) = house.publisher().await;
    assert_eq!(house.json("/api/v1/artists/hana").await["performance"]["id"], performance.id.to_string());
    assert_eq!(end(&house, performance.id).await.status(), StatusCode::OK);
    let publisher = run(publisher, |peer| peer.until(|peer| peer.over)).await;
    assert_eq!(house.wait_for("ended").await["listeners"], 0);
    drop(publisher);
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_whip_offer_opens_a_performance_that_the_app_can_describe_later() {
    let house = House::open().await;
    let (publisher, _) = house.publisher().await;
    let live = house.json("/api/v1/artists/hana").await;
    let (status, described) = opened(&house, &wanted(Uuid::now_v7(), "Tonight")).await;
    assert_eq!((status, described.id.to_string().into()), (StatusCode::OK, live["performance"]["id"].clone()));
    drop(publisher);
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_the_performance_and_tells_it_as_reconnecting() {
    let house = House::open().await;
    let (publisher, _) = house.publisher().await;
    let before = house.json("/api/v1/artists/hana").await;
    let house = house.reopened().await;
    let after = house.json("/api/v1/artists/hana").await;
    assert_eq!(after["state"], "reconnecting");
    assert_eq!(after["performance"], before["performance"]);
    let (again, _) = house.publisher().await;
    assert_eq!(house.json("/api/v1/artists/hana").await["performance"], before["performance"]);
    drop((publisher, again));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_follows_hears_of_the_show_at_once() {
    let house = House::open().await;
    let mut events = house.get("/api/v1/artists/hana/events").await;
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    let mut heard = String::new();
    let (publisher, _) = house.publisher().await;
    tokio::time::timeout(HANG, async {
        while !heard.contains("\"live\"") {
            heard += std::str::from_utf8(&events.chunk().await.unwrap().unwrap()).unwrap();
        }
    })
    .await
    .unwrap();
    assert!(heard.starts_with("event: now\ndata: {") && heard.contains("\"off_air\""), "{heard}");
    drop(publisher);
    // A page that follows must not keep the server from stopping.
    tokio::time::timeout(Duration::from_secs(10), house.running.stop()).await.unwrap();
}

#[tokio::test]
async fn the_list_names_every_artist() {
    let house = House::open().await;
    korero_server::admin::add_artist(house.folder.path(), "Ari", None).await.unwrap();
    let list = house.json("/api/v1/artists").await;
    let slugs: Vec<_> = list["artists"].as_array().unwrap().iter().map(|artist| &artist["slug"]).collect();
    assert_eq!(slugs, ["ari", "hana"]);
    house.running.stop().await;
}

#[tokio::test]
async fn the_clock_is_utc() {
    let house = House::open().await;
    let before = std::time::SystemTime::now();
    let told: ServerTime = house.get("/api/v1/time").await.json().await.unwrap();
    let told = std::time::UNIX_EPOCH + Duration::from_micros(told.utc_us.0);
    assert!(told >= before - Duration::from_micros(1) && told <= std::time::SystemTime::now());
    house.running.stop().await;
}
