//! One peer connection that receives one stereo Opus stream.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rtc::interceptor::{NackGeneratorBuilder, ReceiverReportBuilder, Slot};
use rtc::rtp_transceiver::rtp_sender::{RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RtpCodecKind};
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use webrtc::error::{Error, Result};
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCIceGatheringState,
    RTCPeerConnectionState, RTCSessionDescription, Registry,
};

use crate::limits::{CONNECT_TIMEOUT, SAMPLE_RATE};

use super::answer::fair;
use super::peer::{Done, Gathered, Link, OPUS, PAYLOAD_TYPE, Watcher, transport_settings};

/// Missing packets are asked for again so often, and so many times: what comes later than that is concealed.
const ASK_EVERY: Duration = Duration::from_millis(20);
const ASK_TIMES: u16 = 3;

/// One packet of sound as it arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Received {
    /// Its number (RFC 3550 §5.1).
    pub sequence: u16,
    /// Its RTP time, in frames at 48 kHz (RFC 7587 §4.1).
    pub rtp_time: u32,
    /// Opus.
    pub payload: Vec<u8>,
    /// When it arrived.
    pub at: Instant,
}

/// One connection that listens. Everything runs on the tokio runtime on which it was made.
pub struct Listener {
    connection: Arc<dyn PeerConnection>,
    gathered: watch::Receiver<Gathered>,
    link: watch::Receiver<Link>,
}

impl Listener {
    /// Binds the sockets (such as `0.0.0.0:0`); nothing is sent yet. Packets will go into `queue`; what finds no room there
    /// is dropped and counted in `dropped`.
    ///
    /// # Errors
    /// A socket cannot be bound, or the cryptography cannot be set up.
    pub async fn new(bind: Vec<String>, queue: mpsc::Sender<Received>, dropped: Arc<AtomicU64>) -> Result<Self> {
        let (media, registry) = media_and_interceptors()?;
        let (watcher, gathered, link) = Watcher::new();
        let connection = PeerConnectionBuilder::new()
            .with_media_engine(media)
            .with_interceptor_registry(registry)
            .with_setting_engine(transport_settings())
            .with_handler(Arc::new(Ears { watcher, queue, dropped }))
            .with_udp_addrs(bind)
            .build()
            .await?;
        let connection: Arc<dyn PeerConnection> = Arc::new(connection);
        let init = RTCRtpTransceiverInit {
            direction: RTCRtpTransceiverDirection::Recvonly,
            ..RTCRtpTransceiverInit::default()
        };
        connection.add_transceiver_from_kind(RtpCodecKind::Audio, Some(init)).await?;
        Ok(Self { connection, gathered, link })
    }

    /// The whole offer, with every local candidate.
    ///
    /// # Errors
    /// The connection was closed.
    pub async fn offer(&self) -> Result<String> {
        let offer = self.connection.create_offer(None).await?;
        self.connection.set_local_description(offer).await?;
        // Without STUN servers gathering is over at once; a hang must not hold up the attempt.
        let _ = timeout(CONNECT_TIMEOUT, self.gathered.clone().wait_for(|gathered| gathered.complete)).await;
        Ok(self.connection.local_description().await.map(|description| description.sdp).unwrap_or_default())
    }

    /// Takes the far side's answer and begins to connect; [`Self::link`] tells how it goes.
    ///
    /// # Errors
    /// The answer is no SDP or does not fit the offer, or names no address that may be tried.
    pub async fn accept(&self, answer: &str) -> Result<()> {
        let answer = fair(answer).map_err(|why| Error::Other(why.to_owned()))?;
        let connection = Arc::clone(&self.connection);
        let taking = async move { connection.set_remote_description(RTCSessionDescription::answer(answer)?).await };
        // What a stranger's words break there breaks nothing else.
        tokio::spawn(taking).await.unwrap_or_else(|error| Err(Error::Other(error.to_string())))
    }

    /// How the connection is, now and whenever it changes.
    #[must_use]
    pub fn link(&self) -> watch::Receiver<Link> {
        self.link.clone()
    }

    /// Closes the sockets and tells the far side by DTLS.
    pub async fn close(&self) {
        let _ = self.connection.close().await;
    }
}

/// `webrtc` calls it for what happens; states and packets are passed on.
struct Ears {
    watcher: Watcher,
    queue: mpsc::Sender<Received>,
    dropped: Arc<AtomicU64>,
}

/// Written out as the trait's macro would, since nothing in them waits.
impl PeerConnectionEventHandler for Ears {
    fn on_ice_gathering_state_change<'life0, 'async_trait>(
        &'life0 self,
        state: RTCIceGatheringState,
    ) -> Done<'async_trait>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        self.watcher.on_ice_gathering_state_change(state)
    }

    fn on_connection_state_change<'life0, 'async_trait>(
        &'life0 self,
        state: RTCPeerConnectionState,
    ) -> Done<'async_trait>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        self.watcher.on_connection_state_change(state)
    }

    fn on_track<'life0, 'async_trait>(&'life0 self, track: Arc<dyn TrackRemote>) -> Done<'async_trait>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        tokio::spawn(pass_on(track, self.queue.clone(), Arc::clone(&self.dropped)));
        Box::pin(std::future::ready(()))
    }
}

/// Passes the packets of a track on until it ends or nobody wants them.
async fn pass_on(track: Arc<dyn TrackRemote>, queue: mpsc::Sender<Received>, dropped: Arc<AtomicU64>) {
    while let Some(event) = track.poll().await {
        let TrackRemoteEvent::OnRtpPacket(packet) = event else { continue };
        let (sequence, rtp_time) = (packet.header.sequence_number, packet.header.timestamp);
        let received = Received { sequence, rtp_time, payload: packet.payload.to_vec(), at: Instant::now() };
        match queue.try_send(received) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(_)) => {
                dropped.fetch_add(1, Ordering::Relaxed);
            }
            Err(mpsc::error::TrySendError::Closed(_)) => return,
        }
    }
}

fn media_and_interceptors() -> Result<(MediaEngine, Registry)> {
    let mut media = MediaEngine::default();
    // Without `stereo=1` a sender may take us for one that plays mono (RFC 7587 §6.1).
    let sdp_fmtp_line = "minptime=10;stereo=1;useinbandfec=1".to_owned();
    let mime_type = OPUS.to_owned();
    let rtp_codec =
        RTCRtpCodec { mime_type, clock_rate: SAMPLE_RATE, channels: 2, sdp_fmtp_line, rtcp_feedback: vec![] };
    media.register_codec(RTCRtpCodecParameters { rtp_codec, payload_type: PAYLOAD_TYPE }, RtpCodecKind::Audio)?;
    media.register_feedback(RTCPFeedback { typ: "nack".into(), parameter: String::new() }, RtpCodecKind::Audio);
    let nack = NackGeneratorBuilder::new().with_interval(ASK_EVERY).with_max_nacks_per_packet(ASK_TIMES);
    let registry = Registry::new()
        .with(Slot::NackGenerator, nack.build())
        .with(Slot::ReceiverReport, ReceiverReportBuilder::new().build());
    Ok((media, registry))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_answers_is_read_with_care() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let head = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
        let nowhere = format!("{head}a=candidate:1 1 udp 1 224.0.0.1 5000 typ host\r\n");
        runtime.block_on(async {
            let (queue, _) = mpsc::channel(1);
            let listener = Listener::new(vec!["127.0.0.1:0".into()], queue, Arc::default()).await.unwrap();
            listener.offer().await.unwrap();
            for (answer, why) in [(&*nowhere, "no address"), ("v=0\0", "signs"), ("<html>", "no SDP")] {
                let refused = listener.accept(answer).await.unwrap_err().to_string();
                assert!(refused.contains(why), "{refused}: {answer}");
            }
            listener.close().await;
        });
    }

    #[test]
    fn the_offer_listens_to_stereo_and_asks_for_lost_packets() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let offer = runtime.block_on(async {
            let (queue, _) = mpsc::channel(1);
            let listener = Listener::new(vec!["127.0.0.1:0".into()], queue, Arc::default()).await.unwrap();
            let offer = listener.offer().await.unwrap();
            listener.close().await;
            offer
        });
        let has = |text: &str| assert!(offer.contains(text), "{text} is not in\n{offer}");
        has("a=recvonly");
        has("a=rtpmap:111 opus/48000/2");
        has("stereo=1");
        has("a=rtcp-fb:111 nack");
        assert_eq!(offer.matches("\r\nm=").count(), 1, "{offer}");
    }
}
