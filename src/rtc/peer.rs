//! One peer connection that sends one stereo Opus stream.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::{Duration, Instant};

use rtc::ice::mdns::MulticastDnsMode;
use rtc::interceptor::Slot;
use rtc::media_stream::MediaStreamTrack;
use rtc::rtp;
use rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;
use webrtc::error::{Error, Result};
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::peer_connection::{
    MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCConfigurationBuilder,
    RTCIceGatheringState, RTCIceTransportPolicy, RTCPeerConnectionIceEvent, RTCPeerConnectionState,
    RTCSessionDescription, RTCStatsReportEntry, Registry, SettingEngine, SettingEngineBuilder, StatsSelector,
    configure_twcc_sender_only,
};
use webrtc::runtime::Runtime;

use crate::limits::{
    CONNECT_TIMEOUT, FAR_SIDE_GONE, FAR_SIDE_SILENT, GATHER_PATIENCE, RELAY_AFTER, SAMPLE_RATE, TCP_AFTER,
};

use super::answer::{Answer, plain};
use super::clock::SenderClock;
use super::fates::Fates;
use super::links::IceServer;
use super::names::Names;
use super::net::Net;
use super::onlooker::Onlooker;
use super::reports::{FarSide, Reports};
use super::resend::Resend;
use super::ways::{self, Path};

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
    /// STUN and TURN servers that are known already.
    pub ice_servers: Vec<IceServer>,
    /// The only kind of way that is tried; `None` for a show, which takes the best that there is.
    pub only: Option<Path>,
    /// Whether the far side may ask for what it misses. A check does without: of two packets that are the same the far
    /// side counts only the first that arrives.
    pub repairs: bool,
    /// Where those servers are: all connections to one far side know what one of them found out.
    pub names: Names,
}

/// One connection. Everything runs on the tokio runtime on which it was made.
pub struct Peer {
    pub(super) connection: Arc<dyn PeerConnection>,
    pub(super) net: Arc<Net>,
    /// The runtime of the connection.
    pub(super) runtime: Handle,
    track: Arc<TrackLocalStaticRTP>,
    ssrc: u32,
    payload_type: AtomicU8,
    wants_mono: AtomicBool,
    gathered: watch::Receiver<Gathered>,
    pub(super) link: watch::Receiver<Link>,
    far_side: Arc<FarSide>,
    /// How long an offer waits for candidates.
    patience: Duration,
    only: Option<Path>,
}

impl Peer {
    /// Binds the sockets; nothing is sent yet.
    ///
    /// # Errors
    /// A socket cannot be bound, or the cryptography cannot be set up.
    pub async fn new(settings: &PeerSettings, clock: Arc<SenderClock>) -> Result<Self> {
        let far_side = Arc::new(FarSide::default());
        let reports = Reports::new(settings.ssrc, clock, Arc::clone(&far_side));
        let fates = Fates::new(settings.ssrc, Arc::clone(&far_side));
        let (media, registry) = media_and_interceptors(settings, reports, fates)?;
        let (watcher, gathered, link) = Watcher::new();
        let net = Arc::new(Net::new(settings.names.clone()));
        let servers: Vec<_> = settings.ice_servers.iter().map(IceServer::for_webrtc).collect();
        let patience = if servers.is_empty() { CONNECT_TIMEOUT } else { GATHER_PATIENCE };
        let policy = if settings.only == Some(Path::Relay) {
            RTCIceTransportPolicy::Relay
        } else {
            RTCIceTransportPolicy::default()
        };
        let connection = PeerConnectionBuilder::new()
            .with_runtime(Arc::clone(&net) as Arc<dyn Runtime>)
            .with_configuration(
                RTCConfigurationBuilder::new().with_ice_servers(servers).with_ice_transport_policy(policy).build(),
            )
            .with_media_engine(media)
            .with_interceptor_registry(registry)
            .with_setting_engine(transport_settings())
            .with_handler(Arc::new(watcher))
            .with_udp_addrs(settings.bind.clone())
            .with_tcp_addrs(settings.bind.clone())
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
        let (payload_type, wants_mono) = (AtomicU8::new(PAYLOAD_TYPE), AtomicBool::new(false));
        Ok(Self {
            connection,
            net,
            runtime: Handle::current(),
            track,
            ssrc: settings.ssrc,
            payload_type,
            wants_mono,
            gathered,
            link,
            far_side,
            patience,
            only: settings.only,
        })
    }

    /// The whole offer, with every local candidate that is known soon: WHIP servers need no trickle then.
    ///
    /// # Errors
    /// The connection was closed.
    pub async fn offer(&self) -> Result<String> {
        let offer = self.connection.create_offer(None).await?;
        self.connection.set_local_description(offer).await?;
        // Without STUN servers gathering is over at once; a hang must not hold up the attempt.
        let _ = timeout(self.patience, self.gathered.clone().wait_for(|gathered| gathered.complete)).await;
        let description = self.connection.local_description().await;
        Ok(ways::without_waiting(&description.map(|description| description.sdp).unwrap_or_default()))
    }

    /// Takes the far side's answer and begins to connect; [`Self::link`] tells how it goes.
    ///
    /// # Errors
    /// The answer is no SDP or does not fit the offer; the words are fit to be shown.
    pub async fn accept(&self, answer: &str) -> Result<()> {
        let answer = Answer::read(answer).map_err(|why| Error::Other(why.to_owned()))?;
        self.payload_type.store(answer.opus, Ordering::Relaxed);
        self.wants_mono.store(answer.wants_mono, Ordering::Relaxed);
        let (mut sdp, over_tcp) = ways::apart(&answer.sdp);
        if self.only == Some(Path::Tcp) {
            sdp = ways::without_candidates(&sdp);
        }
        let taken = match RTCSessionDescription::answer(sdp) {
            Ok(description) => self.connection.set_remote_description(description).await,
            Err(error) => Err(error),
        };
        taken.map_err(|error| Error::Other(plain(&error.to_string())))?;
        match self.only {
            None => self.later_over_tcp(over_tcp, TCP_AFTER),
            Some(Path::Tcp) => self.later_over_tcp(over_tcp, Duration::ZERO),
            Some(Path::Udp | Path::Relay) => {}
        }
        Ok(())
    }

    /// Whether the answer says that the far side wants one channel.
    #[must_use]
    pub fn wants_mono(&self) -> bool {
        self.wants_mono.load(Ordering::Relaxed)
    }

    /// What was gathered of our candidates, now and whenever there is more.
    pub(super) fn gathered(&self) -> watch::Receiver<Gathered> {
        self.gathered.clone()
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

    /// How many datagrams found no room in the system since the last call: the network took them too slowly.
    #[must_use]
    pub fn take_unsent(&self) -> u64 {
        self.net.take_unsent()
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

/// What was gathered of our candidates.
#[derive(Clone, Default, Debug)]
pub(super) struct Gathered {
    /// The lines of an offer.
    pub(super) candidates: Vec<String>,
    /// There will be no more.
    pub(super) complete: bool,
}

/// `webrtc` calls it for what happens; it only passes states on.
pub(super) struct Watcher {
    gathered: watch::Sender<Gathered>,
    link: watch::Sender<Link>,
}

impl Watcher {
    pub(super) fn new() -> (Self, watch::Receiver<Gathered>, watch::Receiver<Link>) {
        let (gathered, gathered_seen) = watch::channel(Gathered::default());
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
            self.gathered.send_modify(|gathered| gathered.complete = true);
        }
        Box::pin(std::future::ready(()))
    }

    fn on_ice_candidate<'life0, 'async_trait>(&'life0 self, event: RTCPeerConnectionIceEvent) -> Done<'async_trait>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        if let Ok(json) = event.candidate.to_json() {
            self.gathered.send_modify(|gathered| gathered.candidates.push(format!("a={}", json.candidate)));
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

fn media_and_interceptors(settings: &PeerSettings, reports: Reports, fates: Fates) -> Result<(MediaEngine, Registry)> {
    let mut media = MediaEngine::default();
    let codec = RTCRtpCodecParameters { rtp_codec: opus(settings.bitrate), payload_type: PAYLOAD_TYPE };
    media.register_codec(codec, RtpCodecKind::Audio)?;
    let mut registry = Registry::new()
        .with(Slot::CongestionControl, Onlooker::new(fates))
        .with(Slot::SenderReport, Onlooker::new(reports));
    if settings.repairs {
        // By default only video asks for lost packets; without this line 5 % loss is 5 % concealment.
        media.register_feedback(RTCPFeedback { typ: "nack".into(), parameter: String::new() }, RtpCodecKind::Audio);
        registry = registry.with(Slot::NackResponder, Onlooker::new(Resend::new(settings.ssrc)));
    }
    // Transport feedback every 50-100 ms is the fastest word that media arrives, and how.
    let registry = configure_twcc_sender_only(registry, &mut media)?;
    Ok((media, registry))
}

pub(super) fn transport_settings() -> SettingEngine {
    SettingEngineBuilder::new()
        // A host without a multicast route could not connect at all otherwise, and WHIP needs no mDNS.
        .with_multicast_dns_mode(MulticastDnsMode::Disabled)
        .with_include_loopback_candidate(true)
        .with_relay_acceptance_min_wait(Some(RELAY_AFTER))
        .with_ice_timeouts(Some(FAR_SIDE_SILENT), Some(FAR_SIDE_GONE), Some(KEEPALIVE))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(repairs: bool) -> String {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let settings = PeerSettings {
                bitrate: 256_000,
                ssrc: 77,
                bind: vec!["127.0.0.1:0".into()],
                ice_servers: vec![],
                only: None,
                repairs,
                names: Names::default(),
            };
            let peer = Peer::new(&settings, Arc::new(SenderClock::new(0, None))).await.unwrap();
            let offer = peer.offer().await.unwrap();
            peer.close().await;
            offer
        })
    }

    #[test]
    fn the_offer_asks_for_stereo_music_and_for_lost_packets_and_needs_no_trickle() {
        let offer = offer(true);
        let has = |text: &str| assert!(offer.contains(text), "{text} is not in\n{offer}");
        has("a=sendonly");
        has("a=rtpmap:111 opus/48000/2");
        has("stereo=1;sprop-stereo=1;useinbandfec=0;maxaveragebitrate=256000;cbr=1");
        has("a=rtcp-fb:111 nack");
        has("a=rtcp-fb:111 transport-cc");
        has("a=rtcp-mux");
        has("127.0.0.1");
        has("tcptype active");
        assert!(!offer.contains("tcptype passive"), "nobody waits for connections:\n{offer}");
        has("a=ssrc:77");
        assert_eq!(offer.matches("\r\nm=").count(), 1, "{offer}");
    }

    #[test]
    fn a_check_is_not_asked_for_what_is_lost_on_its_way() {
        assert!(!offer(false).contains("nack"));
    }
}
