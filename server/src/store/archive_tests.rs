use super::*;
use crate::store::sqlite::Sqlite;
use crate::store::tests::{performance, store, with_artist};
use crate::store::{Performance, Store as _};

const ALLOWED: Allowance = Allowance { bytes: 1_000, uploads: 3 };

async fn evening(store: &Sqlite) -> Performance {
    let hana = with_artist(store, "hana").await;
    let tonight = performance(&hana, 10);
    store.join_performance(&tonight).await.unwrap();
    tonight
}

fn upload(of: &Performance, bytes: u64) -> Upload {
    Upload {
        id: Uuid::now_v7(),
        artist: of.artist,
        performance: of.id,
        name: "mix.wav".into(),
        media_type: "audio/wav".into(),
        sha256: [7; HASH],
        metadata: "sha256 x".into(),
        bytes,
        arrived: 0,
        state: UploadState::Open,
        expires_ms: 1_000,
    }
}

fn recording(of: &Upload) -> Recording {
    Recording {
        id: of.id,
        artist: of.artist,
        performance: of.performance,
        name: of.name.clone(),
        media_type: of.media_type.clone(),
        sha256: of.sha256,
        bytes: of.bytes,
        object: "performances/x".into(),
        created_ms: 5,
    }
}

fn piece(start: u64, bytes: u64) -> Piece {
    Piece { start, bytes, name: format!("piece at {start}") }
}

#[tokio::test]
async fn pieces_count_only_at_the_end_of_what_is_there() {
    let (_folder, store) = store().await;
    let upload = upload(&evening(&store).await, 100);
    assert_eq!(store.begin_upload(&upload, ALLOWED).await.unwrap(), Begun::Yes);
    assert!(store.add_pieces(upload.id, &[piece(0, 30), piece(30, 30)], 2_000).await.unwrap());
    for wrong in [piece(0, 10), piece(59, 10), piece(61, 10), piece(60, 41)] {
        assert!(!store.add_pieces(upload.id, &[wrong], 9_000).await.unwrap());
    }
    let now = store.upload(upload.id).await.unwrap().unwrap();
    assert_eq!((now.arrived, now.expires_ms, now.state), (60, 2_000, UploadState::Open));
    assert!(store.add_pieces(upload.id, &[piece(60, 40)], 3_000).await.unwrap());
    assert_eq!(store.pieces(upload.id).await.unwrap(), [piece(0, 30), piece(30, 30), piece(60, 40)]);
    assert_eq!(store.whole_uploads().await.unwrap()[0].id, upload.id);
}

#[tokio::test]
async fn what_an_artist_has_and_awaits_together_stays_within_the_allowance() {
    let (_folder, store) = store().await;
    let tonight = evening(&store).await;
    let first = Upload { state: UploadState::Whole, arrived: 400, ..upload(&tonight, 400) };
    assert_eq!(store.begin_upload(&first, ALLOWED).await.unwrap(), Begun::Yes);
    assert!(store.publish(&recording(&first)).await.unwrap());
    let second = upload(&tonight, 500);
    assert_eq!(store.begin_upload(&second, ALLOWED).await.unwrap(), Begun::Yes);
    let third = upload(&tonight, 101);
    assert_eq!(store.begin_upload(&third, ALLOWED).await.unwrap(), Begun::NoRoom { left: 100 });
    assert!(store.end_upload(second.id).await.unwrap() && !store.end_upload(second.id).await.unwrap());
    assert_eq!(store.begin_upload(&third, ALLOWED).await.unwrap(), Begun::Yes);
    store.remove_recording(first.id).await.unwrap();
    assert_eq!(store.begin_upload(&upload(&tonight, 899), ALLOWED).await.unwrap(), Begun::Yes);
    assert_eq!(store.begin_upload(&upload(&tonight, 0), ALLOWED).await.unwrap(), Begun::Yes);
    assert_eq!(store.begin_upload(&upload(&tonight, 0), ALLOWED).await.unwrap(), Begun::TooMany);
}

#[tokio::test]
async fn an_upload_that_nobody_goes_on_with_ends_and_is_forgotten_once_it_is_cleared() {
    let (_folder, store) = store().await;
    let tonight = evening(&store).await;
    let (late, fresh) = (upload(&tonight, 10), Upload { expires_ms: 1_001, ..upload(&tonight, 10) });
    for upload in [&late, &fresh] {
        store.begin_upload(upload, ALLOWED).await.unwrap();
    }
    store.expire_uploads(1_000).await.unwrap();
    assert_eq!(store.uploads_to_clear().await.unwrap(), [late.id]);
    assert!(store.forget_uploads(2_000).await.unwrap().is_empty());
    store.upload_cleared(late.id).await.unwrap();
    assert!(store.uploads_to_clear().await.unwrap().is_empty());
    assert_eq!(store.upload(late.id).await.unwrap().unwrap().state, UploadState::Ended);
    assert_eq!(store.forget_uploads(2_000).await.unwrap(), [late.id]);
    assert_eq!(store.upload(late.id).await.unwrap(), None);
    assert_eq!(store.upload(fresh.id).await.unwrap().unwrap().state, UploadState::Open);
}

#[tokio::test]
async fn an_upload_that_ended_while_it_was_put_together_is_not_published() {
    let (_folder, store) = store().await;
    let whole = Upload { state: UploadState::Whole, arrived: 10, ..upload(&evening(&store).await, 10) };
    store.begin_upload(&whole, ALLOWED).await.unwrap();
    store.end_upload(whole.id).await.unwrap();
    assert!(!store.publish(&recording(&whole)).await.unwrap());
    assert_eq!(store.recordings(whole.performance).await.unwrap(), []);
}

#[tokio::test]
async fn a_recording_comes_back_as_it_was_written_until_it_is_removed() {
    let (_folder, store) = store().await;
    let whole = Upload { state: UploadState::Whole, arrived: 10, ..upload(&evening(&store).await, 10) };
    store.begin_upload(&whole, ALLOWED).await.unwrap();
    let written = recording(&whole);
    assert!(store.publish(&written).await.unwrap());
    assert_eq!(store.recording(written.id).await.unwrap().as_ref(), Some(&written));
    store.upload_cleared(whole.id).await.unwrap();
    assert!(store.forget_uploads(i64::MAX).await.unwrap().is_empty());
    assert_eq!(store.same_upload(&whole, 0).await.unwrap().unwrap().state, UploadState::Published);
    store.remove_recording(written.id).await.unwrap();
    assert_eq!(store.recording(written.id).await.unwrap(), None);
    assert_eq!(store.same_upload(&whole, 0).await.unwrap(), None);
    assert_eq!(store.recordings_to_clear().await.unwrap(), std::slice::from_ref(&written));
    store.recording_cleared(written.id).await.unwrap();
    assert_eq!(store.recordings_to_clear().await.unwrap(), []);
}

#[tokio::test]
async fn chapters_take_the_place_of_those_before_and_go_with_their_upload() {
    let (_folder, store) = store().await;
    let upload = upload(&evening(&store).await, 100);
    store.begin_upload(&upload, ALLOWED).await.unwrap();
    let chapter = |frame, title: &str| Chapter { frame, title: title.into() };
    store.set_chapters(upload.id, &[chapter(1, "a"), chapter(2, "b"), chapter(3, "c")]).await.unwrap();
    let now = [chapter(7, "d"), chapter(7, "e")];
    store.set_chapters(upload.id, &now).await.unwrap();
    assert_eq!(store.chapters(upload.id).await.unwrap(), now);
    store.end_upload(upload.id).await.unwrap();
    store.upload_cleared(upload.id).await.unwrap();
    assert_eq!(store.forget_uploads(i64::MAX).await.unwrap(), [upload.id]);
    assert_eq!(store.chapters(upload.id).await.unwrap(), []);
}
