//! What the archive does when nobody waits: it puts whole uploads together, compares them with their hash, and clears
//! away what is over. All of it begins anew from the database, so it may be killed anywhere.

use object_store::{Error as ShelfError, WriteMultipart};
use sha2::{Digest as _, Sha256};
use tokio::time::timeout;
use tracing::{info, warn};
use uuid::Uuid;

use super::Archive;
use super::shelf::Shelf;
use crate::app::App;
use crate::clock;
use crate::limits::{ARCHIVE_SWEEP, UPLOAD_LIFE};
use crate::performances::ms;
use crate::store::StoreError;
use crate::store::archive::{ArchiveStore as _, Piece, Recording, Upload};

/// Why something was not done now; it is tried again.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Database(#[from] StoreError),
    #[error("the object store failed: {0}")]
    Shelf(#[from] ShelfError),
    #[error("the thread that hashes ended")]
    Hashing,
}

/// Works until the server stops.
pub(crate) async fn run(app: App) {
    let mut stopping = app.stopping.subscribe();
    let work = async {
        loop {
            if let Err(error) = round(&app).await {
                warn!(%error, "the archive tries again later");
            }
            // A bell that does not ring is as good: then it is time to look again.
            let _ = timeout(ARCHIVE_SWEEP, app.archive.work.notified()).await;
        }
    };
    tokio::select! {
        () = work => {}
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
}

async fn round(app: &App) -> Result<(), Trouble> {
    app.store.expire_uploads(clock::utc_ms()).await?;
    for upload in app.store.whole_uploads().await? {
        if let Err(error) = finish(app, &upload).await {
            warn!(%error, upload = %upload.id, "a recording could not be put together yet");
        }
    }
    clear(app).await
}

async fn finish(app: &App, upload: &Upload) -> Result<(), Trouble> {
    let shelf = &app.archive.shelf;
    // What an earlier attempt left half written.
    shelf.clear_recording(upload.performance, upload.id).await?;
    let recording = Recording {
        id: upload.id,
        artist: upload.artist,
        performance: upload.performance,
        name: upload.name.clone(),
        media_type: upload.media_type.clone(),
        sha256: upload.sha256,
        bytes: upload.bytes,
        object: object(upload),
        created_ms: clock::utc_ms(),
    };
    let pieces = app.store.pieces(upload.id).await?;
    if !put_together(&app.archive, upload, &pieces).await? {
        app.store.refuse_upload(upload.id).await?;
        app.metrics.archive.refused();
        warn!(upload = %upload.id, "its bytes have another hash than was announced: refused");
    } else if app.store.publish(&recording).await? {
        app.metrics.archive.published();
        info!(recording = %recording.id, bytes = recording.bytes, "in the archive");
    } else {
        shelf.clear_recording(upload.performance, upload.id).await?;
    }
    Ok(())
}

fn object(upload: &Upload) -> String {
    let ending = if upload.media_type == "audio/flac" { "flac" } else { "wav" };
    format!("performances/{}/{}/master.{ending}", upload.performance, upload.id)
}

/// Writes the recording from its pieces, as they are read back from the store; false when they are not what was announced.
async fn put_together(archive: &Archive, upload: &Upload, pieces: &[Piece]) -> Result<bool, Trouble> {
    let mut out = archive.shelf.begin(&object(upload)).await?;
    let written = write_pieces(archive, upload, pieces, &mut out).await;
    if let Ok(true) = written {
        out.finish().await?;
    } else {
        // What a store keeps of an object that is never finished is in no list, and is paid for.
        out.abort().await?;
    }
    written
}

/// Writes the pieces one after the other; says whether they are what was announced.
async fn write_pieces(
    archive: &Archive,
    upload: &Upload,
    pieces: &[Piece],
    out: &mut WriteMultipart,
) -> Result<bool, Trouble> {
    let mut hash = Sha256::new();
    for piece in pieces {
        let bytes = match archive.shelf.piece(upload.id, &piece.name).await {
            // A power cut can take what was promised; sending it anew is the only way to it.
            Err(ShelfError::NotFound { .. }) => break,
            bytes => bytes?,
        };
        let heard = bytes.clone();
        hash = tokio::task::spawn_blocking(move || hash.chain_update(&heard)).await.map_err(|_| Trouble::Hashing)?;
        Shelf::write(out, bytes).await?;
    }
    Ok(hash.finalize().as_slice() == upload.sha256)
}

async fn clear(app: &App) -> Result<(), Trouble> {
    for upload in app.store.uploads_to_clear().await? {
        app.archive.shelf.clear_upload(upload).await?;
        app.store.upload_cleared(upload).await?;
    }
    for recording in app.store.recordings_to_clear().await? {
        app.archive.shelf.clear_recording(recording.performance, recording.id).await?;
        app.store.recording_cleared(recording.id).await?;
    }
    let forgotten: Vec<Uuid> = app.store.forget_uploads(clock::utc_ms() - ms(UPLOAD_LIFE)).await?;
    for upload in forgotten {
        // Once more: a request that was still running when it was cleared may have left a piece.
        app.archive.shelf.clear_upload(upload).await?;
    }
    Ok(())
}
