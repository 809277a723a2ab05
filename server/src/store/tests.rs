//! One suite for every engine.

use super::keys::KeyStore as _;
use super::sqlite::Sqlite;
use super::*;

pub(super) async fn store() -> (tempfile::TempDir, Sqlite) {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path()).await.unwrap();
    (folder, store)
}

pub(super) async fn with_artist(store: &dyn Store, slug: &str) -> Artist {
    let artist = Artist { id: Uuid::now_v7(), slug: slug.into(), name: format!("The {slug}") };
    store.add_artist(&artist, 1).await.unwrap();
    artist
}

pub(super) fn performance(artist: &Artist, started_ms: i64) -> Performance {
    Performance {
        id: Uuid::now_v7(),
        artist: artist.id,
        title: "Tonight".into(),
        artist_name: None,
        take: Some(Take { id: Uuid::now_v7(), epoch: Uuid::now_v7(), utc_ns_at_frame_0: 1_795_000_000_123_456_789 }),
        started_ms,
        last_packet_ms: None,
        ended_ms: None,
    }
}

#[tokio::test]
async fn a_slug_belongs_to_one_artist() {
    let (_folder, store) = store().await;
    let hana = with_artist(&store, "hana").await;
    let again = Artist { id: Uuid::now_v7(), ..hana.clone() };
    assert!(matches!(store.add_artist(&again, 2).await, Err(StoreError::SlugTaken)));
    assert_eq!(store.artist("hana").await.unwrap(), Some(hana));
    assert_eq!(store.artist("nobody").await.unwrap(), None);
}

#[tokio::test]
async fn a_key_is_found_by_its_hash_and_the_newest_ones_are_listed_first() {
    let (_folder, store) = store().await;
    let (hana, ari) = (with_artist(&store, "hana").await, with_artist(&store, "ari").await);
    for (nth, artist) in (0..).zip([&hana, &ari, &hana]) {
        store.add_key(artist.id, [nth; HASH], i64::from(nth)).await.unwrap();
    }
    assert_eq!(store.key_owner([1; HASH]).await.unwrap(), Some(ari.id));
    assert_eq!(store.key_owner([2; HASH]).await.unwrap(), Some(hana.id));
    assert_eq!(store.key_owner([3; HASH]).await.unwrap(), None);
    assert_eq!(store.key_owners(2).await.unwrap(), [([2; HASH], hana.id), ([1; HASH], ari.id)]);
    assert_eq!(store.key_owners(usize::MAX).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_performance_comes_back_as_it_was_written() {
    let (folder, store) = store().await;
    let hana = with_artist(&store, "hana").await;
    let written = performance(&hana, 10);
    store.join_performance(&written).await.unwrap();
    store.close().await;
    let reopened = Sqlite::open(folder.path()).await.unwrap();
    assert_eq!(reopened.performance(written.id).await.unwrap(), Some(written));
}

#[tokio::test]
async fn one_performance_is_open_at_a_time() {
    let (_folder, store) = store().await;
    let hana = with_artist(&store, "hana").await;
    let (first, second) = (performance(&hana, 10), performance(&hana, 20));
    store.join_performance(&first).await.unwrap();
    store.join_performance(&second).await.unwrap();
    assert_eq!(store.performance(first.id).await.unwrap().unwrap().ended_ms, Some(20));
    assert_eq!(store.latest_performance(hana.id).await.unwrap(), Some(second));
}

#[tokio::test]
async fn an_app_and_an_encoder_that_ask_in_the_same_moment_share_one_performance() {
    let (_folder, store) = store().await;
    let hana = with_artist(&store, "hana").await;
    for moment in 1..=40 {
        let app = performance(&hana, moment);
        let encoder = Performance { id: Uuid::now_v7(), title: String::new(), take: None, ..app.clone() };
        let order: [&Performance; 2] = if moment % 2 == 0 { [&app, &encoder] } else { [&encoder, &app] };
        let (one, other) = tokio::join!(store.join_performance(order[0]), store.join_performance(order[1]));
        let told = [one.unwrap(), other.unwrap()];
        let open = store.latest_performance(hana.id).await.unwrap().unwrap();
        assert!(told.contains(&Joined::New) && told.contains(&Joined::Open(open.id)), "{told:?}");
        assert_eq!((open.take, open.title.as_str(), open.ended_ms), (app.take, "Tonight", None));
        store.end_performance(open.id, moment).await.unwrap();
    }
}

#[tokio::test]
async fn an_encoder_that_comes_again_changes_nothing_of_the_apps_performance() {
    let (_folder, store) = store().await;
    let hana = with_artist(&store, "hana").await;
    let tonight = performance(&hana, 10);
    assert_eq!(store.join_performance(&tonight).await.unwrap(), Joined::New);
    let encoder = Performance { id: Uuid::now_v7(), title: String::new(), take: None, ..performance(&hana, 20) };
    assert_eq!(store.join_performance(&encoder).await.unwrap(), Joined::Open(tonight.id));
    assert_eq!(store.latest_performance(hana.id).await.unwrap(), Some(tonight));
}

#[tokio::test]
async fn ending_twice_keeps_the_first_time() {
    let (_folder, store) = store().await;
    let hana = with_artist(&store, "hana").await;
    let tonight = performance(&hana, 10);
    store.join_performance(&tonight).await.unwrap();
    store.end_performance(tonight.id, 30).await.unwrap();
    store.end_performance(tonight.id, 40).await.unwrap();
    assert_eq!(store.performance(tonight.id).await.unwrap().unwrap().ended_ms, Some(30));
    assert!(!store.touch_performance(hana.id, 50).await.unwrap());
}

#[tokio::test]
async fn silence_ends_a_performance_at_its_last_packet() {
    let (_folder, store) = store().await;
    let (hana, ari) = (with_artist(&store, "hana").await, with_artist(&store, "ari").await);
    let (silent, sounding) = (performance(&hana, 10), performance(&ari, 10));
    store.join_performance(&silent).await.unwrap();
    store.join_performance(&sounding).await.unwrap();
    assert!(store.touch_performance(hana.id, 500).await.unwrap());
    assert!(store.touch_performance(ari.id, 1_000).await.unwrap());
    assert_eq!(store.end_silent(1_000).await.unwrap(), [hana.id]);
    assert_eq!(store.performance(silent.id).await.unwrap().unwrap().ended_ms, Some(500));
    assert_eq!(store.performance(sounding.id).await.unwrap().unwrap().ended_ms, None);
}

#[tokio::test]
async fn a_packet_from_before_its_start_is_not_a_performances_own() {
    let (_folder, store) = store().await;
    let hana = with_artist(&store, "hana").await;
    let tonight = performance(&hana, 1_000);
    store.join_performance(&tonight).await.unwrap();
    assert!(!store.touch_performance(hana.id, 999).await.unwrap());
    assert_eq!(store.performance(tonight.id).await.unwrap().unwrap().last_packet_ms, None);
}
