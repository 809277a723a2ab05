//! One peer connection that sends one stereo Opus stream.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use rtc::ice::mdns::MulticastDnsMode;
use rtc::interceptor::{NackResponderBuilder, Slot};
use rtc::media_stream::MediaStreamTrack;
use rtc::rtp;
use rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use tokio::sync::watch;
use tokio::time::timeout;
use webrtc::error::Result;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::peer_connection::{
    MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCIceGatheringState,
    RTCPeerConnectionState, RTCSessionDescription, RTCStatsReportEntry, Registry, SettingEngine, SettingEngineBuilder,
    StatsSelector, configure_twcc_sender_only,
};

use crate::limits::{CONNECT_TIMEOUT, FAR_SIDE_GONE, FAR_SIDE_SILENT, SAMPLE_RATE};

use super::clock::SenderClock;
use super::reports::{FarSide, Reports};

/// The payload type that we offer for Opus; the one that every browser uses.
pub(super) const PAYLOAD_TYPE: u8 = 111;
/// How often the far side must show that it still listens (consent, RFC 7675, which asks for every 5 s).
const KEEPALIVE: Duration = Duration::from_millis(500);
pub(super) const OPUS: &str = "audio/opus";

/// How a connection is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Link {
    /// Not there yet.
    #[default]
    Connecting,
    /// ICE and DTLS are done: media can flow.
    Connected,
    /// The far side does not answer any more, or has ended it.
    Lost,
}

/// What a connection is made of.
#[derive(Clone, Debug)]
pub struct PeerSettings {
    /// The rate that the offer names (`maxaveragebitrate`), bit/s.
    pub bitrate: u32,
    /// The stream's RTP source.
    pub ssrc: u32,
    /// Local addresses to bind, such as `0.0.0.0:0`, which stands for every interface but the loopback one.
    pub bind: Vec<String>,
}

/// One connection. Everything runs on the tokio runtime on which it was made.
pub struct Peer {
    connection: Arc<dyn PeerConnection>,
    track: Arc<TrackLocalStaticRTP>,
    ssrc: u32,
    payload_type: AtomicU8,
    gathered: watch::Receiver<bool>,
    link: watch::Receiver<Link>,
    far_side: Arc<FarSide>,
}

impl Peer {
    /// Binds the sockets; nothing is sent yet.
    ///
    /// # Errors
    /// A socket cannot be bound, or the cryptography cannot be set up.
    pub async fn new(settings: &PeerSettings, clock: Arc<SenderClock>) -> Result<Self> {
        let far_side = Arc::new(FarSide::default());
        let reports = Reports::new(settings.ssrc, clock, Arc::clone(&far_side));
        let (media, registry) = media_and_interceptors(settings.bitrate, reports)?;
        let (watcher, gathered, link) = Watcher::new();
        let connection = PeerConnectionBuilder::new()
            .with_media_engine(media)
            .with_interceptor_registry(registry)
            .with_setting_engine(transport_settings())
            .with_handler(Arc::new(watcher))
            .with_udp_addrs(settings.bind.clone())
            .build()
            .await?;
        let connection: Arc<dyn PeerConnection> = Arc::new(connection);
        let track = Arc::new(TrackLocalStaticRTP::new(track(settings)));
        let init = RTCRtpTransceiverInit {
            direction: RTCRtpTransceiverDirection::Sendonly,
            streams: vec![],
            send_encodings: vec![encoding(settings)],
        };
        connection.add_transceiver_from_track(Arc::clone(&track) as Arc<dyn TrackLocal>, Some(init)).await?;
        let (ssrc, payload_type) = (settings.ssrc, AtomicU8::new(PAYLOAD_TYPE));
        Ok(Self { connection, track, ssrc, payload_type, gathered, link, far_side })
    }

    /// The whole offer, with every local candidate: WHIP servers need no trickle then.
    ///
    /// # Errors
    /// The connection was closed.
    pub async fn offer(&self) -> Result<String> {
        let offer = self.connection.create_offer(None).await?;
        self.connection.set_local_description(offer).await?;
        // Without STUN servers gathering is over at once; a hang must not hold up the attempt.
        let _ = timeout(CONNECT_TIMEOUT, self.gathered.clone().wait_for(|done| *done)).await;
        Ok(self.connection.local_description().await.map(|description| description.sdp).unwrap_or_default())
    }

    /// Takes the far side's answer and begins to connect; [`Self::link`] tells how it goes.
    ///
    /// # Errors
    /// The answer is no SDP or does not fit the offer.
    pub async fn accept(&self, answer: String) -> Result<()> {
        self.payload_type.store(opus_payload_type(&answer).unwrap_or(PAYLOAD_TYPE), Ordering::Relaxed);
        self.connection.set_remote_description(RTCSessionDescription::answer(answer)?).await
    }

    /// Sends one packet.
    ///
    /// # Errors
    /// The connection was closed.
    pub async fn send(&self, sequence_number: u16, timestamp: u32, payload: Vec<u8>) -> Result<()> {
        let (ssrc, payload_type) = (self.ssrc, self.payload_type.load(Ordering::Relaxed));
        let header =
            rtp::Header { version: 2, payload_type, sequence_number, timestamp, ssrc, ..rtp::Header::default() };
        self.track.write_rtp(rtp::Packet { header, payload: payload.into() }).await
    }

    /// How the connection is, now and whenever it changes.
    #[must_use]
    pub fn link(&self) -> watch::Receiver<Link> {
        self.link.clone()
    }

    /// What the far side says of the stream.
    #[must_use]
    pub fn far_side(&self) -> &Arc<FarSide> {
        &self.far_side
    }

    /// Round trip of the ICE consent checks on the path in use; `None` until one was answered.
    pub async fn round_trip(&self) -> Option<Duration> {
        let report = self.connection.get_stats(Instant::now(), StatsSelector::None).await;
        let seconds = report.iter().filter_map(|entry| match entry {
            RTCStatsReportEntry::IceCandidatePair(pair) if pair.nominated => Some(pair.current_round_trip_time),
            _ => None,
        });
        seconds.filter(|seconds| *seconds > 0.0 && *seconds < 60.0).map(Duration::from_secs_f64).next()
    }

    /// Closes the sockets and tells the far side by DTLS.
    pub async fn close(&self) {
        let _ = self.connection.close().await;
    }
}

/// `webrtc` calls it for what happens; it only passes states on.
pub(super) struct Watcher {
    gathered: watch::Sender<bool>,
    link: watch::Sender<Link>,
}

impl Watcher {
    pub(super) fn new() -> (Self, watch::Receiver<bool>, watch::Receiver<Link>) {
        let (gathered, gathered_seen) = watch::channel(false);
        let (link, link_seen) = watch::channel(Link::default());
        (Self { gathered, link }, gathered_seen, link_seen)
    }
}

pub(super) type Done<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Written out as the trait's macro would, since nothing in them waits.
impl PeerConnectionEventHandler for Watcher {
    fn on_ice_gathering_state_change<'life0, 'async_trait>(
        &'life0 self,
        state: RTCIceGatheringState,
    ) -> Done<'async_trait>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        if state == RTCIceGatheringState::Complete {
            self.gathered.send_replace(true);
        }
        Box::pin(std::future::ready(()))
    }

    fn on_connection_state_change<'life0, 'async_trait>(
        &'life0 self,
        state: RTCPeerConnectionState,
    ) -> Done<'async_trait>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        let link = match state {
            RTCPeerConnectionState::Connected => Link::Connected,
            RTCPeerConnectionState::Disconnected | RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed => {
                Link::Lost
            }
            _ => return Box::pin(std::future::ready(())),
        };
        self.link.send_replace(link);
        Box::pin(std::future::ready(()))
    }
}

fn opus(bitrate: u32) -> RTCRtpCodec {
    // What a listener's decoder must know: stereo. What a server may want to know: the rate, and that it is constant.
    let sdp_fmtp_line = format!("minptime=10;stereo=1;sprop-stereo=1;useinbandfec=0;maxaveragebitrate={bitrate};cbr=1");
    let mime_type = OPUS.to_owned();
    RTCRtpCodec { mime_type, clock_rate: SAMPLE_RATE, channels: 2, sdp_fmtp_line, rtcp_feedback: vec![] }
}

fn encoding(settings: &PeerSettings) -> RTCRtpEncodingParameters {
    let rtp_coding_parameters = RTCRtpCodingParameters { ssrc: Some(settings.ssrc), ..Default::default() };
    let (codec, max_bitrate) = (opus(settings.bitrate), settings.bitrate);
    RTCRtpEncodingParameters { rtp_coding_parameters, active: true, codec, max_bitrate, ..Default::default() }
}

fn track(settings: &PeerSettings) -> MediaStreamTrack {
    let name = |text: &str| text.to_owned();
    MediaStreamTrack::new(name("korero"), name("mix"), name("mix"), RtpCodecKind::Audio, vec![encoding(settings)])
}

fn media_and_interceptors(bitrate: u32, reports: Reports) -> Result<(MediaEngine, Registry)> {
    let mut media = MediaEngine::default();
    let codec = RTCRtpCodecParameters { rtp_codec: opus(bitrate), payload_type: PAYLOAD_TYPE };
    media.register_codec(codec, RtpCodecKind::Audio)?;
    // By default only video asks for lost packets; without this line 5 % loss is 5 % concealment.
    media.register_feedback(RTCPFeedback { typ: "nack".into(), parameter: String::new() }, RtpCodecKind::Audio);
    let registry = Registry::new()
        .with(Slot::NackResponder, NackResponderBuilder::new().build())
        .with(Slot::SenderReport, reports);
    // Transport feedback every 50-100 ms is the fastest word that media arrives.
    let registry = configure_twcc_sender_only(registry, &mut media)?;
    Ok((media, registry))
}

pub(super) fn transport_settings() -> SettingEngine {
    SettingEngineBuilder::new()
        // A host without a multicast route could not connect at all otherwise, and WHIP needs no mDNS.
        .with_multicast_dns_mode(MulticastDnsMode::Disabled)
        .with_include_loopback_candidate(true)
        .with_ice_timeouts(Some(FAR_SIDE_SILENT), Some(FAR_SIDE_GONE), Some(KEEPALIVE))
        .build()
}

/// The payload type that the answer gives to Opus; an answerer may renumber it (RFC 3264 §6.1).
fn opus_payload_type(answer: &str) -> Option<u8> {
    answer.lines().find_map(|line| {
        let (number, codec) = line.trim().strip_prefix("a=rtpmap:")?.split_once(' ')?;
        codec.to_ascii_lowercase().starts_with("opus/").then(|| number.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer() -> String {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let settings = PeerSettings { bitrate: 256_000, ssrc: 77, bind: vec!["127.0.0.1:0".into()] };
            let peer = Peer::new(&settings, Arc::new(SenderClock::new(0, None))).await.unwrap();
            let offer = peer.offer().await.unwrap();
            peer.close().await;
            offer
        })
    }

    #[test]
    fn the_offer_asks_for_stereo_music_and_for_lost_packets_and_needs_no_trickle() {
        let offer = offer();
        let has = |text: &str| assert!(offer.contains(text), "{text} is not in\n{offer}");
        has("a=sendonly");
        has("a=rtpmap:111 opus/48000/2");
        has("stereo=1;sprop-stereo=1;useinbandfec=0;maxaveragebitrate=256000;cbr=1");
        has("a=rtcp-fb:111 nack");
        has("a=rtcp-fb:111 transport-cc");
        has("a=rtcp-mux");
        has("127.0.0.1");
        has("a=ssrc:77");
        assert_eq!(offer.matches("\r\nm=").count(), 1, "{offer}");
    }

    #[test]
    fn an_answer_may_number_opus_differently() {
        assert_eq!(opus_payload_type("v=0\r\na=rtpmap:96 opus/48000/2\r\n"), Some(96));
        assert_eq!(opus_payload_type("a=rtpmap:0 PCMU/8000\r\n"), None);
    }
}
