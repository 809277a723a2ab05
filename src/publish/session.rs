//! A session that is opened, watched, and opened again whenever it is lost.

use std::sync::atomic::AtomicU16;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use korero_sentences::{Key, key};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, watch};
use tokio::time::{sleep, sleep_until};

use crate::fault::Fault;
use crate::limits::{MAX_ATTEMPTS, RECONNECT_PAUSE};
use crate::rtc::{Link, Peer, PeerSettings, SenderClock, SessionUrl, Trouble, WhipClient};

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
    pub(super) held: Held,
}

/// One session. Its sockets are closed when nobody wants it any more.
pub(super) struct Session {
    pub(super) peer: Arc<Peer>,
    pub(super) resource: Option<SessionUrl>,
    pub(super) link: watch::Receiver<Link>,
    pub(super) media: Handle,
}

impl Drop for Session {
    fn drop(&mut self) {
        let peer = Arc::clone(&self.peer);
        self.media.spawn(async move { peer.close().await });
    }
}

/// What the server holds of ours: every session that it named and was not told goodbye.
#[derive(Default)]
pub(super) struct Held(std::sync::Mutex<Vec<SessionUrl>>);

impl Held {
    fn all(&self) -> MutexGuard<'_, Vec<SessionUrl>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn keep(&self, resource: SessionUrl) {
        self.all().push(resource);
    }

    fn let_go(&self, resource: &SessionUrl) {
        let mut all = self.all();
        // One only: some servers name every session alike.
        if let Some(at) = all.iter().position(|held| held == resource) {
            all.swap_remove(at);
        }
    }

    fn all_but(&self, kept: Option<&SessionUrl>) -> Vec<SessionUrl> {
        self.all().iter().filter(|held| Some(*held) != kept).cloned().collect()
    }
}

/// Returns when the session, if there is one, is up again and no other is just being connected: that one would end it.
async fn returns(session: &mut Option<Session>, door: &Mutex<()>) {
    if let Some(session) = session {
        while session.link.wait_for(|link| *link == Link::Connected).await.is_ok() {
            let _nobody_else = door.lock().await;
            if *session.link.borrow() == Link::Connected {
                return;
            }
        }
    }
    std::future::pending::<()>().await;
}

impl Endpoint {
    /// Opens, watches and opens again, until `left` says so.
    pub(super) async fn run(self, mut left: watch::Receiver<bool>) {
        let (mut session, mut told) = (None, None);
        while !*left.borrow() {
            tokio::select! {
                biased;
                _ = left.wait_for(|left| *left) => {}
                () = self.turn(&mut session, &mut told) => {}
            }
        }
        self.outbox.set_open(false);
        if let Some(session) = session {
            session.peer.close().await;
        }
        self.end_all_but(None).await;
    }

    /// From the loss of one session, or from the beginning, to the next loss. A session that is lost is kept: its own
    /// checks go on while new ones are tried, and whatever is up first is on air.
    async fn turn(&self, session: &mut Option<Session>, told: &mut Option<Fault>) {
        if let Some(new) = self.back(session, told).await {
            *session = Some(new);
        }
        let Some(session) = session else { return };
        let goodbyes = self.end_all_but(session.resource.as_ref());
        let (trouble, ()) = tokio::join!(self.keep(session, told), goodbyes);
        self.board.fell(&trouble, told);
    }

    /// Tries to open a new session, again and again and some attempts beside each other, until one is up. `None` when the
    /// old one came back by itself.
    async fn back(&self, old: &mut Option<Session>, told: &mut Option<Fault>) -> Option<Session> {
        let lost = Instant::now();
        let door = Mutex::new(());
        let (mut attempts, mut due) = (FuturesUnordered::new(), lost);
        loop {
            tokio::select! {
                biased;
                Some(attempt) = attempts.next(), if !attempts.is_empty() => match attempt {
                    Ok(session) => return Some(session),
                    Err(trouble) => due = due.max(self.failed(&trouble, old, &door, told).await),
                },
                () = returns(old, &door) => return None,
                () = sleep_until(due.into()), if attempts.len() < MAX_ATTEMPTS && door.try_lock().is_ok() => {
                    attempts.push(self.open(&door));
                    due = Instant::now() + jittered(ladder::interval(lost.elapsed()));
                }
            }
        }
    }

    /// What follows from an attempt that failed, and the earliest moment of the next one.
    async fn failed(
        &self,
        trouble: &Trouble,
        old: &mut Option<Session>,
        door: &Mutex<()>,
        told: &mut Option<Fault>,
    ) -> Instant {
        // A server with one place keeps the others out while one of ours is being connected.
        if trouble.is_about_the_place() && (door.try_lock().is_err() || self.made_way(old).await) {
            return Instant::now();
        }
        self.board.fell(trouble, told);
        // Whoever asks for patience gets it.
        let asked = if trouble.pause > RECONNECT_PAUSE { jittered(trouble.pause) } else { Duration::ZERO };
        Instant::now() + asked
    }

    /// It may be our own lost session that keeps the place: then it is given up. Whether there was one.
    async fn made_way(&self, old: &mut Option<Session>) -> bool {
        let Some(lost) = old.take_if(|old| old.resource.is_some()) else { return false };
        self.end(lost).await;
        true
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

    /// Says goodbye to a session: to the connection by DTLS, to the server by DELETE.
    pub(super) async fn end(&self, session: Session) {
        session.peer.close().await;
        if let Some(resource) = &session.resource {
            self.say_goodbye(resource).await;
        }
    }

    /// Says goodbye to every session that the server holds for us, but this one.
    async fn end_all_but(&self, kept: Option<&SessionUrl>) {
        let others = self.held.all_but(kept);
        let goodbyes: FuturesUnordered<_> = others.iter().map(|resource| self.say_goodbye(resource)).collect();
        goodbyes.collect::<()>().await;
    }

    async fn say_goodbye(&self, resource: &SessionUrl) {
        self.client.close(resource).await;
        self.held.let_go(resource);
    }

    pub(super) fn trouble(&self, code: Key, reason: Option<String>) -> Trouble {
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
pub(super) fn jittered(pause: Duration) -> Duration {
    let [chance, ..] = random();
    pause.mul_f64(0.8 + 0.4 * f64::from(chance) / f64::from(u32::MAX))
}
