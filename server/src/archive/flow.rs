//! The bytes of a request as they come: not slower than they must, and only until somebody else comes for the upload.

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout};

use super::seats::Seat;
use crate::error::Error;
use crate::limits::{BODY_LEAST, BODY_SILENCE};

/// A body that is read.
pub(super) struct Flow {
    body: BodyDataStream,
    seat: Seat,
    /// When the stretch began in which bytes are counted now, and how many came in it.
    since: Instant,
    came: usize,
}

impl Flow {
    pub(super) fn new(body: Body, seat: Seat) -> Self {
        Self { body: body.into_data_stream(), seat, since: Instant::now(), came: 0 }
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Interrupted`]: its sender is gone, is slower than [`BODY_LEAST`] in [`BODY_SILENCE`], or came again.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let coming = timeout(BODY_SILENCE, self.body.next());
        let frame = tokio::select! {
            frame = coming => frame.map_err(|_| Error::Interrupted)?,
            () = self.seat.wanted() => return Err(Error::Interrupted),
        };
        let Some(bytes) = frame.transpose().map_err(|_| Error::Interrupted)? else { return Ok(None) };
        self.came += bytes.len();
        if self.since.elapsed() >= BODY_SILENCE {
            if self.came < BODY_LEAST {
                return Err(Error::Interrupted);
            }
            (self.since, self.came) = (Instant::now(), 0);
        }
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::Arc;
    use std::time::Duration;

    use futures_util::stream;
    use uuid::Uuid;

    use super::super::seats::Seats;
    use super::*;

    /// A body of pieces, each of which takes so long to come.
    async fn flow(pieces: usize, bytes: usize, each: Duration) -> (Flow, Arc<Seats>) {
        let seats = Arc::new(Seats::default());
        let seat = seats.take(Uuid::nil(), Uuid::nil()).await.unwrap();
        let body = stream::unfold(0, move |n| async move {
            tokio::time::sleep(each).await;
            (n < pieces).then(|| (Ok::<_, Infallible>(Bytes::from(vec![7; bytes])), n + 1))
        });
        (Flow::new(Body::from_stream(body), seat), seats)
    }

    async fn all(mut flow: Flow) -> (usize, Option<Error>) {
        let mut came = 0;
        loop {
            match flow.next().await {
                Ok(Some(bytes)) => came += bytes.len(),
                Ok(None) => return (came, None),
                Err(error) => return (came, Some(error)),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_sender_that_drips_is_not_waited_for_and_a_slow_one_is() {
        let (drip, _) = flow(1_000_000, 1, Duration::from_secs(1)).await;
        let (came, error) = all(drip).await;
        assert_eq!(error, Some(Error::Interrupted));
        assert!(came <= BODY_SILENCE.as_secs() as usize, "{came}");
        // A tenth more than the least, for an hour.
        let (slow, _) =
            flow(3_600, BODY_LEAST / BODY_SILENCE.as_secs() as usize * 11 / 10, Duration::from_secs(1)).await;
        assert_eq!(all(slow).await.1, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_sender_that_is_silent_is_gone() {
        let (silent, _) = flow(10, BODY_LEAST, BODY_SILENCE + Duration::from_millis(1)).await;
        assert_eq!(all(silent).await, (0, Some(Error::Interrupted)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_sender_that_comes_again_ends_what_hangs() {
        let (hangs, seats) = flow(10, 1, Duration::from_secs(29)).await;
        let again = tokio::spawn(async move { seats.take(Uuid::nil(), Uuid::nil()).await });
        assert_eq!(all(hangs).await, (0, Some(Error::Interrupted)));
        again.await.unwrap().unwrap();
    }
}
