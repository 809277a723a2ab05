//! The WHIP target: a session that is opened, watched, and opened again whenever it is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use korero_sentences::key;
use reqwest::Url;
use tokio::runtime::{self, Handle, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle as Task;
use tokio::time::{sleep, timeout};

use crate::codec::Encoder;
use crate::fault::Fault;
use crate::limits::{BITRATES, CONNECT_TIMEOUT, PACKET_FRAMES};
use crate::priority;
use crate::rtc::{Link, Peer, PeerError, PeerSettings, SenderClock, Trouble, WhipClient};

use super::board::Board;
use super::encoder::{self, EncoderJob};
use super::log::{PacketLog, Sent};
use super::outbox::Outbox;
use super::packets::rtp_time;
use super::{PublishEvent, PublishRequest, PublishState, PublishStatus, Publisher};

/// How often the watched connection is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// Some servers report rarely or never. With ICE and DTLS done, consent still given and packets going out for this
/// long, media counts as confirmed.
const CONFIRMED_BY_CONSENT: Duration = Duration::from_secs(2);
/// How often the round trip is measured.
const MEASURE: Duration = Duration::from_secs(1);

pub(super) fn accepts(url: &str) -> bool {
    WhipClient::new(url, None).is_ok()
}

pub(super) fn start(request: PublishRequest) -> Result<Box<dyn Publisher>, Fault> {
    let client = WhipClient::new(&request.aim.url, request.aim.key.as_deref())?;
    let [offset, ssrc, sequence] = random();
    let board = Arc::new(Board::default());
    let outbox = Arc::new(Outbox::default());
    let clock = Arc::new(SenderClock::new(offset, request.epoch));
    let stop = Arc::new(AtomicBool::new(false));
    let bitrate = request.aim.bitrate.clamp(*BITRATES.start(), *BITRATES.end());
    let encoder = Encoder::new(bitrate).map_err(|error| cannot_start(&error))?;
    let media = media_runtime().map_err(|error| cannot_start(&error))?;
    let show = Show {
        client,
        settings: PeerSettings { bitrate, ssrc: ssrc.max(1), bind: Vec::new() },
        clock: Arc::clone(&clock),
        board: Arc::clone(&board),
        outbox: Arc::clone(&outbox),
        log: request.packet_log,
        // The first roll-over comes late: receivers and SRTP start counting from here (RFC 3711 §3.3.1).
        sequence: Arc::new(AtomicU16::new(sequence as u16 & 0x7fff)),
        media: media.handle().clone(),
    };
    let job =
        EncoderJob { tap: request.tap, encoder, clock, outbox, board: Arc::clone(&board), stop: Arc::clone(&stop) };
    let line = encoder::spawn(job).map_err(|error| cannot_start(&error))?;
    let (leave, left) = watch::channel(false);
    let session = spawn_session(show, left).map_err(|error| {
        stop.store(true, Ordering::Relaxed);
        cannot_start(&error)
    })?;
    Ok(Box::new(WhipPublisher { board, stop, leave, threads: vec![session, line], media: Some(media) }))
}

fn cannot_start(error: &dyn std::error::Error) -> Fault {
    Fault::new(key::FAULT_PUBLISH_START).with("reason", error.to_string())
}

/// The network's side of the media runs on its own thread at realtime priority, so that neither the window nor a TLS
/// handshake delays a packet.
fn media_runtime() -> std::io::Result<Runtime> {
    runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .thread_name("korero-media")
        .on_thread_start(|| {
            priority::promote();
        })
        .enable_all()
        .build()
}

fn spawn_session(show: Show, left: watch::Receiver<bool>) -> std::io::Result<JoinHandle<()>> {
    let runtime = runtime::Builder::new_current_thread()
        .thread_name("korero-whip")
        .max_blocking_threads(1)
        .enable_all()
        .build()?;
    thread::Builder::new().name("korero-whip".into()).spawn(move || runtime.block_on(show.run(left)))
}

/// Three random words. Without a random source TLS could not have started either; zeros would still be valid RTP.
fn random() -> [u32; 3] {
    let mut bytes = [0; 12];
    let _ = getrandom::fill(&mut bytes);
    [0, 4, 8].map(|at| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]))
}

/// The control thread's end.
struct WhipPublisher {
    board: Arc<Board>,
    stop: Arc<AtomicBool>,
    leave: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
    media: Option<Runtime>,
}

impl Publisher for WhipPublisher {
    fn status(&self) -> PublishStatus {
        self.board.status(Instant::now())
    }

    fn take_events(&mut self) -> Vec<PublishEvent> {
        self.board.take_events()
    }

    fn stop(self: Box<Self>) {}
}

impl Drop for WhipPublisher {
    fn drop(&mut self) {
        self.leave.send_replace(true);
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A thread that panicked has ended too.
            let _ = thread.join();
        }
        if let Some(media) = self.media.take() {
            media.shutdown_timeout(LOOK);
        }
        self.board.enter(PublishState::Ended);
    }
}

/// Everything that one show on its way to one endpoint needs.
struct Show {
    client: WhipClient,
    settings: PeerSettings,
    clock: Arc<SenderClock>,
    board: Arc<Board>,
    outbox: Arc<Outbox>,
    log: Option<Arc<PacketLog>>,
    sequence: Arc<AtomicU16>,
    media: Handle,
}

/// One open session.
struct Session {
    peer: Arc<Peer>,
    resource: Option<Url>,
    link: watch::Receiver<Link>,
}

impl Show {
    /// Opens, watches and opens again, until `left` says so.
    async fn run(self, mut left: watch::Receiver<bool>) {
        let mut told: Option<Fault> = None;
        while !*left.borrow() {
            let attempt = tokio::select! {
                _ = left.wait_for(|left| *left) => break,
                attempt = self.open() => attempt,
            };
            let trouble = match attempt {
                Ok(session) => {
                    let trouble = tokio::select! {
                        _ = left.wait_for(|left| *left) => None,
                        trouble = self.keep(&session, &mut told) => Some(trouble),
                    };
                    self.end(session).await;
                    trouble
                }
                Err(trouble) => Some(trouble),
            };
            let Some(trouble) = trouble else { break };
            self.tell(&trouble, &mut told);
            let _ = timeout(jittered(trouble.pause), left.wait_for(|left| *left)).await;
        }
    }

    /// Enters the state that follows from trouble and tells it, once for as long as it stays the same.
    fn tell(&self, trouble: &Trouble, told: &mut Option<Fault>) {
        let state = match self.board.state() {
            _ if trouble.refused => PublishState::Refused,
            PublishState::OnAir | PublishState::Reconnecting => PublishState::Reconnecting,
            _ => PublishState::Connecting,
        };
        self.board.enter(state);
        if told.as_ref().map(|fault| fault.code) != Some(trouble.fault.code) {
            self.board.trouble(trouble.fault.clone());
            *told = Some(trouble.fault.clone());
        }
    }

    /// One attempt: sockets, offer, answer, ICE and DTLS.
    async fn open(&self) -> Result<Session, Trouble> {
        let settings = PeerSettings { bind: self.bind().await, ..self.settings.clone() };
        let clock = Arc::clone(&self.clock);
        let offering = async move {
            let mut peer = Peer::new(&settings, clock).await?;
            let offer = peer.offer().await?;
            Ok::<_, PeerError>((peer, offer))
        };
        let (mut peer, offer) = self.on_media(offering).await?;
        let answer = match self.client.open(&offer).await {
            Ok(answer) => answer,
            Err(trouble) => {
                peer.close().await;
                return Err(trouble);
            }
        };
        let link = peer.link();
        let accepted = peer.accept(answer.sdp).await;
        let mut session = Session { peer: Arc::new(peer), resource: answer.session, link };
        let connected = match accepted {
            Ok(()) => self.connected(&mut session).await,
            Err(error) => Err(self.trouble(key::FAULT_PUBLISH_ANSWER, Some(error.to_string()))),
        };
        match connected {
            Ok(()) => Ok(session),
            Err(trouble) => {
                self.end(session).await;
                Err(trouble)
            }
        }
    }

    async fn connected(&self, session: &mut Session) -> Result<(), Trouble> {
        let settled = timeout(CONNECT_TIMEOUT, session.link.wait_for(|link| *link != Link::Connecting)).await;
        match settled.ok().and_then(Result::ok).map(|link| *link) {
            Some(Link::Connected) => Ok(()),
            _ => Err(self.trouble(key::FAULT_PUBLISH_MEDIA, None)),
        }
    }

    /// Sends until the connection is lost, and says so.
    async fn keep(&self, session: &Session, told: &mut Option<Fault>) -> Trouble {
        self.outbox.set_open(true);
        let pump = Pump {
            peer: Arc::clone(&session.peer),
            outbox: Arc::clone(&self.outbox),
            board: Arc::clone(&self.board),
            log: self.log.clone(),
            sequence: Arc::clone(&self.sequence),
            offset: self.clock.offset(),
        };
        let pump: Task<()> = self.media.spawn(pump.run());
        let was_on_air = self.watch(session, told).await;
        pump.abort();
        self.outbox.set_open(false);
        let code = if was_on_air { key::FAULT_PUBLISH_LOST } else { key::FAULT_PUBLISH_MEDIA };
        // It was up a moment ago: the first attempt follows almost at once.
        Trouble { pause: LOOK, ..self.trouble(code, None) }
    }

    /// Returns when the connection is lost; whether it had been on air.
    async fn watch(&self, session: &Session, told: &mut Option<Fault>) -> bool {
        let (began, first) = (Instant::now(), self.board.status(Instant::now()).packets);
        let (mut on_air, mut measured) = (false, None::<Instant>);
        while *session.link.borrow() == Link::Connected {
            let now = Instant::now();
            let far = session.peer.far_side().now();
            let sending = self.board.status(now).packets > first;
            if !on_air && sending && (far.heard.is_some() || now.duration_since(began) > CONFIRMED_BY_CONSENT) {
                on_air = true;
                *told = None;
                self.board.enter(PublishState::OnAir);
            }
            if measured.is_none_or(|at| now.duration_since(at) >= MEASURE) {
                measured = Some(now);
                let rtt = if far.rtt.is_some() { far.rtt } else { session.peer.round_trip().await };
                self.board.far_side(rtt, far.lost);
            }
            sleep(LOOK).await;
        }
        on_air
    }

    /// Says goodbye: to the connection by DTLS, to the server by DELETE.
    async fn end(&self, session: Session) {
        self.outbox.set_open(false);
        session.peer.close().await;
        if let Some(resource) = &session.resource {
            self.client.close(resource).await;
        }
    }

    /// Where to bind: every interface, and the loopback one only for a server on this machine.
    async fn bind(&self) -> Vec<String> {
        let (host, port) = self.client.address();
        let found: Vec<_> = match tokio::net::lookup_host((host, port)).await {
            Ok(addresses) => addresses.map(|address| address.ip()).collect(),
            Err(_) => Vec::new(),
        };
        let mut bind = vec!["0.0.0.0:0".to_owned()];
        if found.iter().any(|ip| ip.is_loopback()) {
            bind.push("127.0.0.1:0".to_owned());
        }
        if found.iter().any(|ip| ip.is_ipv6() && !ip.is_loopback()) {
            bind.push("[::]:0".to_owned());
        }
        bind
    }

    /// Runs what belongs to the connection on the media thread.
    async fn on_media<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, PeerError>> + Send + 'static,
    ) -> Result<T, Trouble> {
        let reason = match self.media.spawn(work).await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(Trouble::passing(Fault::new(key::FAULT_PUBLISH_START).with("reason", reason)))
    }

    fn trouble(&self, code: korero_sentences::Key, reason: Option<String>) -> Trouble {
        let fault = Fault::new(code).with("host", self.client.host());
        Trouble::passing(match reason {
            Some(reason) => fault.with("reason", reason),
            None => fault,
        })
    }
}

/// Outbox → peer connection, on the media thread.
struct Pump {
    peer: Arc<Peer>,
    outbox: Arc<Outbox>,
    board: Arc<Board>,
    log: Option<Arc<PacketLog>>,
    sequence: Arc<AtomicU16>,
    offset: u32,
}

impl Pump {
    async fn run(self) {
        loop {
            self.outbox.filled().await;
            let stale = |frame| self.board.dropped(frame, PACKET_FRAMES as u64);
            while let Some(packet) = self.outbox.take(Instant::now(), stale) {
                let rtp_time = rtp_time(self.offset, packet.frame);
                let bytes = packet.payload.len();
                let sequence = self.sequence.fetch_add(1, Ordering::Relaxed);
                if self.peer.send(sequence, rtp_time, packet.payload).await.is_err() {
                    // Closed: whoever watches the connection ends this task.
                    return;
                }
                let at = Instant::now();
                self.board.sent(at, bytes);
                if let Some(log) = &self.log {
                    let (frame, captured, encoded) = (packet.frame, packet.captured, packet.encoded);
                    log.note(&Sent { frame, captured, encoded, at, utc: SystemTime::now(), rtp_time });
                }
            }
        }
    }
}

/// A pause, 20 % shorter or longer by chance: many apps must not come back to a restarted server in one instant.
fn jittered(pause: Duration) -> Duration {
    let [chance, ..] = random();
    pause.mul_f64(0.8 + 0.4 * f64::from(chance) / f64::from(u32::MAX))
}
