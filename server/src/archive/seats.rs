//! Who may bring bytes to the archive at the same time: so many requests in all, few of one artist, and one for an upload.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use uuid::Uuid;

use crate::error::Error;
use crate::limits::{MAX_INTAKES, MAX_INTAKES_PER_ARTIST, TAKE_OVER};

/// The seats that are taken, by their upload.
#[derive(Debug, Default)]
pub(super) struct Seats(Mutex<HashMap<Uuid, Taken>>);

#[derive(Debug)]
struct Taken {
    artist: Uuid,
    leave: Arc<Notify>,
    /// Closed when the seat is free again.
    free: watch::Receiver<()>,
}

/// One seat, until it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Arc<Seats>,
    upload: Uuid,
    leave: Arc<Notify>,
    _free: watch::Sender<()>,
}

impl Seats {
    /// Takes the seat of an upload. Whoever has it is asked to leave: a client that comes again has lost its connection, and
    /// the request that hangs in it would bring nothing more.
    ///
    /// # Errors
    /// As many requests bring bytes as may; or the one before does not leave, because the store does not answer.
    pub(super) async fn take(self: &Arc<Self>, upload: Uuid, artist: Uuid) -> Result<Seat, Error> {
        loop {
            let mut before = match self.try_take(upload, artist)? {
                Ok(seat) => return Ok(seat),
                Err(before) => before,
            };
            // Only the end of its sender is waited for: nothing is ever sent.
            timeout(TAKE_OVER, before.changed()).await.map_or(Err(Error::Full), |_| Ok(()))?;
        }
    }

    /// The seat, or what ends when it is free.
    fn try_take(self: &Arc<Self>, upload: Uuid, artist: Uuid) -> Result<Result<Seat, watch::Receiver<()>>, Error> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = taken.get(&upload) {
            before.leave.notify_one();
            return Ok(Err(before.free.clone()));
        }
        let of_this_artist = taken.values().filter(|other| other.artist == artist).count();
        if of_this_artist >= MAX_INTAKES_PER_ARTIST {
            return Err(Error::TooMany);
        }
        if taken.len() >= MAX_INTAKES {
            return Err(Error::Full);
        }
        let ((sender, free), leave) = (watch::channel(()), Arc::<Notify>::default());
        taken.insert(upload, Taken { artist, leave: Arc::clone(&leave), free });
        Ok(Ok(Seat { seats: Arc::clone(self), upload, leave, _free: sender }))
    }
}

impl Seat {
    /// Returns when another request for the same upload waits for this seat.
    pub(super) async fn wanted(&self) {
        self.leave.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.upload);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: usize) -> Uuid {
        Uuid::from_u128(n as u128)
    }

    #[tokio::test]
    async fn one_artist_cannot_take_every_seat_and_seats_come_back() {
        let seats = Arc::new(Seats::default());
        let mut taken = Vec::new();
        for upload in 0..MAX_INTAKES_PER_ARTIST {
            taken.push(seats.take(id(upload), id(1)).await.unwrap());
        }
        assert_eq!(seats.take(id(100), id(1)).await.err(), Some(Error::TooMany));
        drop(seats.take(id(101), id(2)).await.unwrap());
        taken.pop();
        assert!(seats.take(id(100), id(1)).await.is_ok());
        drop(taken);
        assert!(seats.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn the_seats_of_all_artists_are_bounded() {
        let seats = Arc::new(Seats::default());
        let mut taken = Vec::new();
        for upload in 0..MAX_INTAKES {
            taken.push(seats.take(id(upload), id(upload)).await.unwrap());
        }
        assert_eq!(seats.take(id(1_000), id(1_000)).await.err(), Some(Error::Full));
    }

    #[tokio::test]
    async fn who_comes_later_for_the_same_upload_gets_the_seat_of_the_one_before() {
        let seats = Arc::new(Seats::default());
        let first = seats.take(id(1), id(1)).await.unwrap();
        let second = tokio::spawn({
            let seats = Arc::clone(&seats);
            async move { seats.take(id(1), id(1)).await }
        });
        first.wanted().await;
        assert!(!second.is_finished(), "two never sit on one seat");
        drop(first);
        second.await.unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_a_store_that_does_not_answer_is_sent_away() {
        let seats = Arc::new(Seats::default());
        let _first = seats.take(id(1), id(1)).await.unwrap();
        assert_eq!(seats.take(id(1), id(1)).await.err(), Some(Error::Full));
    }
}
