//! A WHIP server for one test: it answers with a peer connection of the `webrtc` crate and keeps every packet.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use rtc::interceptor::{
    Interceptor, NackGeneratorBuilder, Packet, ReceiverReportBuilder, Slot, StreamInfo, TaggedPacket,
};
use rtc::rtcp::sender_report::SenderReport;
use rtc::rtp_transceiver::rtp_sender::{RTCRtpCodec, RTCRtpCodecParameters, RtpCodecKind};
use rtc::sansio::Protocol;
use rtc::shared::error::Error;
use tokio::runtime::Runtime;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCSessionDescription, Registry,
    SettingEngineBuilder,
};

/// One packet as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) sequence: u16,
    pub(crate) rtp_time: u32,
    pub(crate) payload: Vec<u8>,
}

/// Everything that a test wants to know of what arrived.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) packets: Mutex<Vec<Heard>>,
    /// NTP and RTP time of each sender report.
    pub(crate) reports: Mutex<Vec<(u64, u32)>>,
    pub(crate) deleted: AtomicBool,
    /// There is one place, and a session that was not told goodbye keeps it.
    pub(crate) one_place: AtomicBool,
    /// It tells nothing of what it receives.
    pub(crate) never_reports: AtomicBool,
    /// The last offer.
    pub(crate) offer: Mutex<String>,
    /// What a POST is answered is changed by this.
    pub(crate) change: Mutex<Option<Change>>,
    /// What the answer's SDP is made into.
    pub(crate) harm: Mutex<Option<Harm>>,
    /// The port of the host that sessions are named at; 0 is this one.
    pub(crate) elsewhere: AtomicU16,
    /// PATCH is not supported: refused with 405, or not answered at all.
    pub(crate) patch: Mutex<Patch>,
}

/// Changes an answer.
pub(crate) type Change = fn(&mut Reply);

/// Makes another SDP of a fair one.
pub(crate) type Harm = fn(&str) -> String;

/// How a server that takes no PATCH shows it.
#[derive(Default)]
pub(crate) enum Patch {
    #[default]
    Refused,
    /// The connections that wait.
    Unanswered(Vec<TcpStream>),
}

/// What a POST is answered.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Reply {
    fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    /// Gives a header another value, or its first one.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.headers.retain(|(there, _)| *there != name);
        self.headers.push((name, value.to_owned()));
    }

    fn text(&self) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let Self { status, body, .. } = self;
        let length = body.len();
        format!("HTTP/1.1 {status} So\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
    }
}

/// The server. Dropping it is like killing it: no goodbye of any kind.
pub(crate) struct Ingest {
    pub(crate) address: SocketAddr,
    pub(crate) kept: Arc<Kept>,
    /// The status that every POST gets; 201 opens a session.
    pub(crate) status: Arc<AtomicU16>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Ingest {
    pub(crate) fn start(port: u16, kept: Arc<Kept>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let address = listener.local_addr().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let status = Arc::new(AtomicU16::new(201));
        let (stopped, kept_too, status_too) = (Arc::clone(&stop), Arc::clone(&kept), Arc::clone(&status));
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            let mut sessions = Vec::new();
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                serve(stream.unwrap(), &runtime, &kept_too, &status_too, &mut sessions);
            }
            drop(listener);
            runtime.shutdown_background();
        });
        Self { address, kept, status, stop, thread: Some(thread) }
    }

    /// Goes silent on every session, and remembers them all the same.
    pub(crate) fn loses_them(&self) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(b"LOSE / HTTP/1.1\r\n\r\n").unwrap();
        let _ = stream.read(&mut [0]);
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/whip/test", self.address)
    }
}

impl Drop for Ingest {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
        let _ = self.thread.take().unwrap().join();
    }
}

fn serve(
    mut stream: TcpStream,
    runtime: &Runtime,
    kept: &Arc<Kept>,
    status: &AtomicU16,
    sessions: &mut Vec<Arc<dyn PeerConnection>>,
) {
    let (mut asked, mut piece) = (String::new(), [0; 8_192]);
    let body = loop {
        let length = stream.read(&mut piece).unwrap_or(0);
        asked.push_str(&String::from_utf8_lossy(&piece[..length]));
        if let Some((head, body)) = asked.split_once("\r\n\r\n") {
            let lower = head.to_lowercase();
            let long = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            if body.len() >= long || length == 0 {
                break body.to_owned();
            }
        }
        if length == 0 {
            return;
        }
    };
    let taken = kept.one_place.load(Ordering::Relaxed) && !sessions.is_empty() && !kept.deleted.load(Ordering::Relaxed);
    let answer = if asked.starts_with("LOSE") {
        sessions.iter().for_each(|session| drop(runtime.block_on(session.close())));
        String::new()
    } else if asked.starts_with("DELETE") {
        kept.deleted.store(true, Ordering::Relaxed);
        Reply::new(200).text()
    } else if asked.starts_with("PATCH") {
        if let Patch::Unanswered(waiting) = &mut *kept.patch.lock().unwrap() {
            return waiting.push(stream);
        }
        Reply::new(405).text()
    } else if taken {
        Reply::new(409).text()
    } else {
        let mut reply = Reply::new(status.load(Ordering::Relaxed));
        if reply.status == 201 {
            kept.offer.lock().unwrap().clone_from(&body);
            let (session, sdp) = runtime.block_on(answer(body, kept));
            sessions.push(session);
            reply.set("Content-Type", "application/sdp");
            reply.set("Location", "/session/1");
            let elsewhere = kept.elsewhere.load(Ordering::Relaxed);
            if elsewhere != 0 {
                reply.set("Location", &format!("http://localhost:{elsewhere}/session/1"));
            }
            reply.body = kept.harm.lock().unwrap().map_or_else(|| sdp.clone(), |harm| harm(&sdp));
        }
        if let Some(change) = *kept.change.lock().unwrap() {
            change(&mut reply);
        }
        reply.text()
    };
    let _ = stream.write_all(answer.as_bytes());
}

async fn answer(offer: String, kept: &Arc<Kept>) -> (Arc<dyn PeerConnection>, String) {
    let mut media = MediaEngine::default();
    let fmtp = "minptime=10;stereo=1;sprop-stereo=1";
    let opus = RTCRtpCodec {
        mime_type: "audio/opus".into(),
        clock_rate: 48_000,
        channels: 2,
        sdp_fmtp_line: fmtp.into(),
        rtcp_feedback: vec![],
    };
    media.register_codec(RTCRtpCodecParameters { rtp_codec: opus, payload_type: 111 }, RtpCodecKind::Audio).unwrap();
    let reports = Reports { kept: Arc::clone(kept), ..Reports::default() };
    let silent = kept.never_reports.load(Ordering::Relaxed);
    let setting = SettingEngineBuilder::new()
        .with_multicast_dns_mode(rtc::ice::mdns::MulticastDnsMode::Disabled)
        .with_include_loopback_candidate(true)
        .build();
    let builder = PeerConnectionBuilder::new()
        .with_media_engine(media)
        .with_setting_engine(setting)
        .with_handler(Arc::new(Listener(Arc::clone(kept))))
        .with_udp_addrs(vec!["127.0.0.1:0"]);
    let registry = Registry::new().with(Slot::Custom(500), reports);
    let connection: Arc<dyn PeerConnection> = if silent {
        Arc::new(builder.with_interceptor_registry(registry).build().await.unwrap())
    } else {
        let registry = registry
            .with(Slot::NackGenerator, NackGeneratorBuilder::new().build())
            .with(Slot::ReceiverReport, ReceiverReportBuilder::new().build());
        Arc::new(builder.with_interceptor_registry(registry).build().await.unwrap())
    };
    connection.set_remote_description(RTCSessionDescription::offer(offer).unwrap()).await.unwrap();
    let answer = connection.create_answer(None).await.unwrap();
    connection.set_local_description(answer).await.unwrap();
    // Gathering of one loopback address is over in a moment; the answer must carry it.
    loop {
        let sdp = connection.local_description().await.unwrap().sdp;
        if sdp.contains("a=candidate") {
            return (connection, sdp);
        }
        tokio::task::yield_now().await;
    }
}

struct Listener(Arc<Kept>);

impl PeerConnectionEventHandler for Listener {
    fn on_track<'life0, 'async_trait>(
        &'life0 self,
        track: Arc<dyn TrackRemote>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        let kept = Arc::clone(&self.0);
        tokio::spawn(async move {
            while let Some(event) = track.poll().await {
                if let TrackRemoteEvent::OnRtpPacket(packet) = event {
                    kept.packets.lock().unwrap().push(Heard {
                        sequence: packet.header.sequence_number,
                        rtp_time: packet.header.timestamp,
                        payload: packet.payload.to_vec(),
                    });
                }
            }
        });
        Box::pin(std::future::ready(()))
    }
}

/// Keeps the sender reports that arrive.
#[derive(Default)]
struct Reports {
    kept: Arc<Kept>,
    inbound: VecDeque<TaggedPacket>,
    outbound: VecDeque<TaggedPacket>,
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for Reports {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, message: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtcp(packets) = &message.message.packet {
            let reports = packets.iter().filter_map(|packet| packet.as_any().downcast_ref::<SenderReport>());
            self.kept.reports.lock().unwrap().extend(reports.map(|report| (report.ntp_time, report.rtp_time)));
        }
        self.inbound.push_back(message);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.inbound.pop_front()
    }

    fn handle_write(&mut self, message: TaggedPacket) -> Result<(), Error> {
        self.outbound.push_back(message);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.outbound.pop_front()
    }
}

impl Interceptor for Reports {
    fn bind_local_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _info: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _info: &StreamInfo) {}
}
