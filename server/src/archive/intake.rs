//! What a PATCH brings: cut into pieces, put away, and counted.

use axum::body::Body;
use bytes::Bytes;

use super::flow::Flow;
use super::seats::Seat;
use super::tus::Checksum;
use crate::app::App;
use crate::clock;
use crate::error::Error;
use crate::limits::{PIECE, UPLOAD_LIFE};
use crate::performances::ms;
use crate::store::archive::{ArchiveStore as _, Piece, Upload};

/// One request's bytes on their way into the archive.
pub(super) struct Intake {
    app: App,
    upload: Upload,
    checksum: Option<Checksum>,
    /// Received and in no object yet.
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
    /// In objects, and not yet counted.
    pieces: Vec<Piece>,
    /// Where the next piece begins.
    end: u64,
}

impl Intake {
    pub(super) fn new(app: App, upload: Upload, checksum: Option<Checksum>) -> Self {
        let end = upload.arrived;
        Self { app, upload, checksum, waiting: Vec::new(), waiting_bytes: 0, pieces: Vec::new(), end }
    }

    /// Takes everything in; gives the new end and when the upload expires now.
    pub(super) async fn run(mut self, body: Body, seat: Seat) -> Result<(u64, i64), Error> {
        let app = self.app.clone();
        // Lives until all is counted: then the next one reads where it must go on.
        let mut flow = Flow::new(body, seat);
        let received = self.receive(&mut flow).await;
        let kept = match received {
            // Without a checksum what has come is good as it is (“PATCH”: store as much as possible).
            Err(Error::Interrupted) if self.checksum.is_none() => self.keep().await.and(received),
            Err(error) => Err(error),
            Ok(()) => self.close().await,
        };
        if kept.is_err() {
            app.archive.shelf.drop_pieces(self.upload.id, self.pieces.iter().map(|piece| piece.name.as_str())).await;
        }
        kept.map(|()| (self.end, self.upload.expires_ms))
    }

    async fn receive(&mut self, flow: &mut Flow) -> Result<(), Error> {
        while let Some(mut bytes) = flow.next().await? {
            let coming = self.end + (self.waiting_bytes + bytes.len()) as u64;
            if coming > self.upload.bytes {
                return Err(Error::PastEnd);
            }
            if let Some(checksum) = &mut self.checksum {
                checksum.hear(&bytes);
            }
            while self.waiting_bytes + bytes.len() >= PIECE {
                let rest = bytes.split_off(PIECE - self.waiting_bytes);
                self.wait(bytes);
                self.put_away().await?;
                if self.checksum.is_none() {
                    self.count().await?;
                }
                bytes = rest;
            }
            self.wait(bytes);
        }
        Ok(())
    }

    fn wait(&mut self, bytes: Bytes) {
        self.waiting_bytes += bytes.len();
        self.waiting.push(bytes);
    }

    /// The body is there in full: it counts if its checksum holds.
    async fn close(&mut self) -> Result<(), Error> {
        if self.checksum.take().is_some_and(|checksum| !checksum.holds()) {
            self.app.metrics.archive.checksum_wrong();
            return Err(Error::WrongChecksum);
        }
        self.keep().await
    }

    async fn keep(&mut self) -> Result<(), Error> {
        self.put_away().await?;
        self.count().await
    }

    /// Makes an object of what waits.
    async fn put_away(&mut self) -> Result<(), Error> {
        if self.waiting_bytes == 0 {
            return Ok(());
        }
        let name = self.app.archive.shelf.put_piece(self.upload.id, std::mem::take(&mut self.waiting)).await?;
        let bytes = std::mem::take(&mut self.waiting_bytes) as u64;
        self.pieces.push(Piece { start: self.end, bytes, name });
        self.end += bytes;
        Ok(())
    }

    /// Writes the pieces down. The upload may have ended meanwhile; then these do not count.
    async fn count(&mut self) -> Result<(), Error> {
        let expires_ms = clock::utc_ms() + ms(UPLOAD_LIFE);
        if !self.app.store.add_pieces(self.upload.id, &self.pieces, expires_ms).await? {
            return Err(Error::WrongOffset);
        }
        self.upload.expires_ms = expires_ms;
        self.app.metrics.archive.arrived(self.pieces.drain(..).map(|piece| piece.bytes).sum());
        if self.end == self.upload.bytes {
            self.app.archive.work.notify_one();
        }
        Ok(())
    }
}
