//! A session that is opened, watched, and opened again whenever it is lost.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU16;
use std::time::{Duration, Instant};

use korero_sentences::{Key, key};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::fault::Fault;
use crate::limits::CONNECT_TIMEOUT;
use crate::rtc::{Link, Peer, PeerError, PeerSettings, SenderClock, SessionUrl, Trouble, WhipClient};

use super::PublishState;
use super::board::Board;
use super::log::PacketLog;
use super::outbox::Outbox;
use super::pump::Pump;

/// How often the watched connection is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// Some servers report rarely or never. With ICE and DTLS done, consent still given and packets going out for this
/// long, media counts as confirmed.
const CONFIRMED_BY_CONSENT: Duration = Duration::from_secs(2);
/// How often the round trip is measured.
const MEASURE: Duration = Duration::from_secs(1);

/// Everything that one show on its way to one endpoint needs.
pub(super) struct Endpoint {
    pub(super) client: WhipClient,
    pub(super) settings: PeerSettings,
    pub(super) clock: Arc<SenderClock>,
    pub(super) board: Arc<Board>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) log: Option<Arc<PacketLog>>,
    pub(super) sequence: Arc<AtomicU16>,
    pub(super) media: Handle,
}

/// One open session.
struct Session {
    peer: Arc<Peer>,
    resource: Option<SessionUrl>,
    link: watch::Receiver<Link>,
}

impl Endpoint {
    /// Opens, watches and opens again, until `left` says so.
    pub(super) async fn run(self, mut left: watch::Receiver<bool>) {
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
        let pump = self.media.spawn(pump.run());
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
        if found.iter().any(IpAddr::is_loopback) {
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

    fn trouble(&self, code: Key, reason: Option<String>) -> Trouble {
        let fault = Fault::new(code).with("host", self.client.host());
        Trouble::passing(match reason {
            Some(reason) => fault.with("reason", reason),
            None => fault,
        })
    }
}

/// Three random words. Without a random source TLS could not have started either; zeros would still be valid RTP.
pub(super) fn random() -> [u32; 3] {
    let mut bytes = [0; 12];
    let _ = getrandom::fill(&mut bytes);
    [0, 4, 8].map(|at| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]))
}

/// A pause, 20 % shorter or longer by chance: many apps must not come back to a restarted server in one instant.
fn jittered(pause: Duration) -> Duration {
    let [chance, ..] = random();
    pause.mul_f64(0.8 + 0.4 * f64::from(chance) / f64::from(u32::MAX))
}
