//! A recording on its way to a reader, who has a place as long as he reads.

use axum::body::Body;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::gate::Place;
use crate::limits::{READ_AHEAD, READER_SILENCE};

/// The body of an answer. A reader who takes nothing for [`READER_SILENCE`] loses his place and his connection, and may ask
/// for the rest by its range; a player that was paused does just that.
pub(super) fn body<E>(sound: impl Stream<Item = Result<Bytes, E>> + Send + 'static, place: Place) -> Body
where
    E: std::error::Error + Send + Sync + 'static,
{
    let (give, take) = mpsc::channel(READ_AHEAD);
    tokio::spawn(async move {
        let _place = place;
        let mut sound = std::pin::pin!(sound);
        while let Some(piece) = sound.next().await {
            // The answer said how long it is: one that ends early is known as cut.
            if !matches!(timeout(READER_SILENCE, give.send(piece)).await, Ok(Ok(()))) {
                return;
            }
        }
    });
    Body::from_stream(stream::unfold(take, |mut take| async move { Some((take.recv().await?, take)) }))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::net::IpAddr;
    use std::sync::Arc;

    use super::*;
    use crate::error::Error;
    use crate::gate::Places;

    const READER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn sound(pieces: usize) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
        stream::iter((0..pieces).map(|n| Ok(Bytes::from(vec![n as u8; 1_000]))))
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_has_a_place_until_he_has_read_or_stops_reading() {
        let places = Arc::new(Places::new(1, 1));
        let whole = body(sound(20), places.take(READER).unwrap());
        assert_eq!(places.take(READER).err(), Some(Error::Full));
        assert_eq!(axum::body::to_bytes(whole, usize::MAX).await.unwrap().len(), 20_000);
        let mut stuck = body(sound(20), places.take(READER).unwrap()).into_data_stream();
        assert_eq!(stuck.next().await.unwrap().unwrap()[0], 0);
        tokio::time::sleep(READER_SILENCE / 2).await;
        assert_eq!(places.take(READER).err(), Some(Error::Full), "he may rest for a while");
        tokio::time::sleep(READER_SILENCE).await;
        let gone = places.take(READER).unwrap();
        assert!(stuck.count().await < 19, "his answer ends early");
        drop(body(sound(20), gone));
        while places.take(READER).is_err() {
            tokio::task::yield_now().await;
        }
    }
}
