//! A chunk on its way, slower while its artist is on air.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::limits::UPLOAD_SLICE;

/// Bytes per second that may be sent now; 0 stands for as many as go.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace(Arc<AtomicU64>);

impl Pace {
    /// Changes it, also for what is on its way.
    pub(super) fn set(&self, bytes_per_second: Option<u64>) {
        self.0.store(bytes_per_second.unwrap_or(0), Ordering::Relaxed);
    }

    /// Whether it is bounded.
    pub(super) fn is_slow(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

/// The body of a request.
pub(super) struct Paced {
    left: Bytes,
    pace: Pace,
    rest: Pin<Box<Sleep>>,
}

impl Paced {
    pub(super) fn new(bytes: Bytes, pace: &Pace) -> Self {
        Self { left: bytes, pace: pace.clone(), rest: Box::pin(sleep_until(Instant::now())) }
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        if this.left.is_empty() {
            return Poll::Ready(None);
        }
        ready!(this.rest.as_mut().poll(cx));
        let slice = this.left.split_to(UPLOAD_SLICE.min(this.left.len()));
        let pace = this.pace.0.load(Ordering::Relaxed);
        if pace > 0 {
            let takes = Duration::from_secs_f64(slice.len() as f64 / pace as f64);
            this.rest.as_mut().reset(Instant::now() + takes);
        }
        Poll::Ready(Some(Ok(Frame::data(slice))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    async fn send(bytes: &Bytes, pace: &Pace, mut after_each: impl FnMut(usize)) -> Duration {
        let (mut body, begun, mut sent) = (Paced::new(bytes.clone(), pace), Instant::now(), 0);
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            let slice = frame.unwrap().into_data().unwrap();
            assert!(slice == bytes[sent..sent + slice.len()]);
            sent += slice.len();
            after_each(sent);
        }
        assert!(sent == bytes.len() && body.is_end_stream());
        begun.elapsed()
    }

    #[tokio::test]
    async fn on_air_a_chunk_takes_as_long_as_the_pace_says_and_off_air_it_does_not_wait() {
        let bytes: Bytes = (0..9 * UPLOAD_SLICE).map(|n| n as u8).collect();
        let pace = Pace::default();
        // Ten slices a second, and the last one is not waited for.
        pace.set(Some(10 * UPLOAD_SLICE as u64));
        assert!(send(&bytes, &pace, |_| ()).await >= Duration::from_millis(800));
        // The show ends after the first slice: one wait of a second instead of eight.
        pace.set(Some(UPLOAD_SLICE as u64));
        let hurried = send(&bytes, &pace, |_| pace.set(None)).await;
        assert!(hurried < Duration::from_secs(7), "{hurried:?}");
    }
}
