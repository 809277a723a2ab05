//! A session that is opened, watched, and opened again whenever it is lost.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU16;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use korero_sentences::{Key, key};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, watch};
use tokio::time::{sleep, sleep_until, timeout};

use crate::fault::Fault;
use crate::limits::{MAX_ATTEMPTS, MEDIA_TIMEOUT, RECONNECT_PAUSE};
use crate::rtc::{Link, Peer, PeerError, PeerSettings, SenderClock, SessionUrl, Trouble, WhipClient};

use super::PublishState;
use super::board::Board;
use super::ladder;
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

/// One session. Its sockets are closed when nobody wants it any more.
struct Session {
    peer: Arc<Peer>,
    resource: Option<SessionUrl>,
    link: watch::Receiver<Link>,
    media: Handle,
}

impl Drop for Session {
    fn drop(&mut self) {
        let peer = Arc::clone(&self.peer);
        self.media.spawn(async move { peer.close().await });
    }
}

/// Returns when the session, if there is one, is up again.
async fn returns(session: &mut Option<Session>) {
    if let Some(session) = session
        && session.link.wait_for(|link| *link == Link::Connected).await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}

impl Endpoint {
    /// Opens, watches and opens again, until `left` says so.
    pub(super) async fn run(self, mut left: watch::Receiver<bool>) {
        let (mut session, mut told) = (None, None);
        while !*left.borrow() {
            tokio::select! {
                _ = left.wait_for(|left| *left) => {}
                () = self.turn(&mut session, &mut told) => {}
            }
        }
        self.outbox.set_open(false);
        if let Some(session) = session {
            self.end(session).await;
        }
    }

    /// From the loss of one session, or from the beginning, to the next loss. A session that is lost is kept: its own
    /// checks go on while new ones are tried, and whatever is up first is on air.
    async fn turn(&self, session: &mut Option<Session>, told: &mut Option<Fault>) {
        let replaced = self.back(session, told).await.and_then(|new| session.replace(new));
        let Some(session) = session else { return };
        let goodbye = async {
            if let Some(replaced) = replaced {
                self.end(replaced).await;
            }
        };
        let (trouble, ()) = tokio::join!(self.keep(session, told), goodbye);
        self.tell(&trouble, told);
    }

    /// Tries to open a new session, again and again and some attempts beside each other, until one is up. `None` when the
    /// old one came back by itself.
    async fn back(&self, old: &mut Option<Session>, told: &mut Option<Fault>) -> Option<Session> {
        let lost = Instant::now();
        let door = Mutex::new(());
        let (mut attempts, mut due) = (FuturesUnordered::new(), lost);
        loop {
            tokio::select! {
                Some(attempt) = attempts.next(), if !attempts.is_empty() => match attempt {
                    Ok(session) => return Some(session),
                    Err(trouble) => {
                        self.tell(&trouble, told);
                        // Whoever asks for patience gets it.
                        if trouble.pause > RECONNECT_PAUSE {
                            due = due.max(Instant::now() + jittered(trouble.pause));
                        }
                    }
                },
                () = returns(old) => return None,
                () = sleep_until(due.into()), if attempts.len() < MAX_ATTEMPTS => {
                    attempts.push(self.open(&door));
                    due = Instant::now() + jittered(ladder::interval(lost.elapsed()));
                }
            }
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

    /// One attempt: sockets, offer, answer, ICE and DTLS. The last two are done by one attempt at a time, since of two
    /// sessions that are up a server keeps the later one.
    async fn open(&self, door: &Mutex<()>) -> Result<Session, Trouble> {
        let settings = PeerSettings { bind: self.bind().await, ..self.settings.clone() };
        let clock = Arc::clone(&self.clock);
        let offering = async move {
            let mut peer = Peer::new(&settings, clock).await?;
            let offer = peer.offer().await?;
            Ok::<_, PeerError>((peer, offer))
        };
        let (peer, offer) = self.on_media(offering).await?;
        let (link, media) = (peer.link(), self.media.clone());
        let mut session = Session { peer: Arc::new(peer), resource: None, link, media };
        let answer = self.client.open(&offer).await?;
        session.resource = answer.session;
        let _one_at_a_time = door.lock().await;
        let connected = match session.peer.accept(answer.sdp).await {
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
        let settled = timeout(MEDIA_TIMEOUT, session.link.wait_for(|link| *link != Link::Connecting)).await;
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
        self.trouble(code, None)
    }

    /// Returns when the connection is lost; whether it had been on air.
    async fn watch(&self, session: &Session, told: &mut Option<Fault>) -> bool {
        let (began, first) = (Instant::now(), self.board.status(Instant::now()).packets);
        let (mut on_air, mut measured) = (false, None::<Instant>);
        while *session.link.borrow() == Link::Connected {
            let now = Instant::now();
            let far = session.peer.far_side().now();
            let sending = self.board.status(now).packets > first;
            // What it said before the loss of a session that came back confirms nothing.
            let heard = far.heard.is_some_and(|at| at > began);
            if !on_air && sending && (heard || now.duration_since(began) > CONFIRMED_BY_CONSENT) {
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
