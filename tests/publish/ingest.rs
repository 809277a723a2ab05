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
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_owned()
    } else if taken {
        "HTTP/1.1 409 Conflict\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_owned()
    } else if status.load(Ordering::Relaxed) == 201 {
        let (session, sdp) = runtime.block_on(answer(body, kept));
        sessions.push(session);
        let head = "HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Type: application/sdp\r\nLocation: /session/1";
        format!("{head}\r\nContent-Length: {}\r\n\r\n{sdp}", sdp.len())
    } else {
        let status = status.load(Ordering::Relaxed);
        format!("HTTP/1.1 {status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
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
    let registry = Registry::new()
        .with(Slot::NackGenerator, NackGeneratorBuilder::new().build())
        .with(Slot::ReceiverReport, ReceiverReportBuilder::new().build())
        .with(Slot::Custom(500), Reports { kept: Arc::clone(kept), ..Reports::default() });
    let setting = SettingEngineBuilder::new()
        .with_multicast_dns_mode(rtc::ice::mdns::MulticastDnsMode::Disabled)
        .with_include_loopback_candidate(true)
        .build();
    let connection = PeerConnectionBuilder::new()
        .with_media_engine(media)
        .with_interceptor_registry(registry)
        .with_setting_engine(setting)
        .with_handler(Arc::new(Listener(Arc::clone(kept))))
        .with_udp_addrs(vec!["127.0.0.1:0"])
        .build()
        .await
        .unwrap();
    let connection: Arc<dyn PeerConnection> = Arc::new(connection);
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
