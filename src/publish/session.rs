//! A session that is opened, watched, and opened again whenever it is lost.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use korero_sentences::{Key, key};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, sleep_until, timeout};

use crate::fault::Fault;
use crate::limits::{MAX_ATTEMPTS, PEER_STANDS_STILL, RECONNECT_PAUSE};
use crate::rtc::{IceServer, Link, Path, PeerSettings, SenderClock, SessionUrl, Trouble};
use crate::session::event::PathKind;

use super::PublishState;
use super::board::Board;
use super::doubt::Doubt;
use super::ladder;
use super::log::PacketLog;
use super::outbox::Outbox;
use super::pump::Pump;
use super::steer::Steer;
use super::told::Told;
use super::{Peer, WhipClient};

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
    pub(super) steer: Steer,
    pub(super) log: Option<Arc<PacketLog>>,
    pub(super) sequence: Arc<AtomicU16>,
    pub(super) media: Handle,
    pub(super) held: Held,
    pub(super) mono_is_told: AtomicBool,
    /// When the last attempt began.
    pub(super) begun: Cell<Option<Instant>>,
    /// Told when somebody wants another attempt at once.
    pub(super) retry: Arc<Notify>,
    /// What the last answer told of STUN and TURN servers.
    pub(super) ice_servers: std::sync::Mutex<Vec<IceServer>>,
}

/// This moment. In tests it is one of tokio's own clock, which need not run.
pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// One session. Its sockets are closed when nobody wants it any more.
pub(super) struct Session {
    pub(super) peer: Arc<Peer>,
    pub(super) resource: Option<SessionUrl>,
    pub(super) link: watch::Receiver<Link>,
    pub(super) media: Handle,
    /// Since when it is believed to be lost although its own checks do not say so yet.
    pub(super) doubted: Option<Instant>,
}

impl Session {
    /// Waits until one that is doubted has shown that it was lost indeed, or that it was not.
    async fn is_out_of_doubt(&self) {
        let Some(since) = self.doubted else { return };
        let heard = || self.peer.far_side().now().heard.is_some_and(|at| at > since);
        while *self.link.borrow() == Link::Connected && !heard() {
            sleep(LOOK).await;
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let peer = Arc::clone(&self.peer);
        self.media.spawn(async move { peer.close().await });
    }
}

/// How a connection was until it was lost.
struct Watched {
    was_on_air: bool,
    /// Our own end does its work no more.
    stands_still: bool,
    /// See [`Session`].
    doubted: Option<Instant>,
}

/// A pump, which ends when nobody watches it any more.
struct Sending(JoinHandle<()>);

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.abort();
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
        session.is_out_of_doubt().await;
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
        let (mut session, mut told) = (None, Told::default());
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
    async fn turn(&self, session: &mut Option<Session>, told: &mut Told) {
        if let Some(new) = self.back(session, told).await {
            *session = Some(new);
        }
        let Some(kept) = session else { return };
        let goodbyes = self.end_all_but(kept.resource.as_ref());
        let (watched, ()) = tokio::join!(self.keep(kept, told), goodbyes);
        kept.doubted = watched.doubted;
        let code = if watched.was_on_air { key::FAULT_PUBLISH_LOST } else { key::FAULT_PUBLISH_MEDIA };
        self.board.fell(&self.trouble(code, None), told, now());
        // It never asks for the far side again, and would look connected for ever.
        if watched.stands_still
            && let Some(dead) = session.take()
        {
            self.end(dead).await;
        }
    }

    /// Tries to open a new session, again and again and some attempts beside each other, until one is up. `None` when the
    /// old one came back by itself.
    async fn back(&self, old: &mut Option<Session>, told: &mut Told) -> Option<Session> {
        let mut lost = now();
        let door = Mutex::new(());
        // Whoever lets us in and throws us out at once is not asked again at once.
        let first = self.begun.get().map_or(lost, |begun| lost.max(begun + jittered(RECONNECT_PAUSE)));
        let (mut attempts, mut due) = (FuturesUnordered::new(), first);
        loop {
            tokio::select! {
                biased;
                Some(attempt) = attempts.next(), if !attempts.is_empty() => match attempt {
                    Ok(session) => return Some(session),
                    Err(trouble) => due = due.max(self.failed(&trouble, old, &door, told).await),
                },
                () = returns(old, &door) => return None,
                // The network is another one now: eager once more.
                () = self.retry.notified() => (lost, due) = (now(), now()),
                () = sleep_until(due.into()), if attempts.len() < MAX_ATTEMPTS && door.try_lock().is_ok() => {
                    attempts.push(self.open(&door));
                    self.begun.set(Some(now()));
                    due = now() + jittered(ladder::interval(now().saturating_duration_since(lost)));
                }
            }
        }
    }

    /// What follows from an attempt that failed, and the earliest moment of the next one.
    async fn failed(&self, trouble: &Trouble, old: &mut Option<Session>, door: &Mutex<()>, told: &mut Told) -> Instant {
        // A server with one place keeps the others out while one of ours is being connected.
        if trouble.is_about_the_place() && (door.try_lock().is_err() || self.made_way(old).await) {
            return now();
        }
        self.board.fell(trouble, told, now());
        // Whoever asks for patience gets it.
        let asked = if trouble.pause > RECONNECT_PAUSE { jittered(trouble.pause) } else { Duration::ZERO };
        now() + asked
    }

    /// It may be our own lost session that keeps the place: then it is given up. Whether there was one.
    async fn made_way(&self, old: &mut Option<Session>) -> bool {
        let Some(lost) = old.take_if(|old| old.resource.is_some()) else { return false };
        self.end(lost).await;
        true
    }

    /// Sends until the connection is lost.
    async fn keep(&self, session: &Session, told: &mut Told) -> Watched {
        self.board.goes_by(session.peer.path().await.map(kind_of));
        self.board.begins_to_send();
        self.outbox.set_open(true);
        let pump = Pump {
            peer: Arc::clone(&session.peer),
            outbox: Arc::clone(&self.outbox),
            board: Arc::clone(&self.board),
            log: self.log.clone(),
            sequence: Arc::clone(&self.sequence),
            offset: self.clock.offset(),
        };
        let _sending = Sending(self.media.spawn(pump.run()));
        let watched = self.watch(session, told).await;
        self.board.goes_by(None);
        self.outbox.set_open(false);
        watched
    }

    /// Returns when the connection is lost.
    async fn watch(&self, session: &Session, told: &mut Told) -> Watched {
        let (began, first) = (now(), self.board.status(now()).packets);
        let (mut on_air, mut measured) = (false, None::<Instant>);
        let mut doubt = Doubt::default();
        self.steer.connected(session.peer.far_side());
        while *session.link.borrow() == Link::Connected {
            let now = now();
            let far = session.peer.far_side().now();
            if doubt.is_lost(far.heard, now) {
                return Watched { was_on_air: on_air, stands_still: false, doubted: Some(now) };
            }
            let sending = self.board.status(now).packets > first;
            // What it said before the loss of a session that came back confirms nothing.
            let heard = far.heard.is_some_and(|at| at > began);
            if !on_air && sending && (heard || now.duration_since(began) > CONFIRMED_BY_CONSENT) {
                on_air = true;
                told.is_over();
                self.board.enter(PublishState::OnAir);
            }
            let works = session.peer.far_side().worked().unwrap_or(began).max(began);
            if sending && now.saturating_duration_since(works) > PEER_STANDS_STILL {
                return Watched { was_on_air: on_air, stands_still: true, doubted: None };
            }
            let mut round_trip = None;
            if measured.is_none_or(|at| now.duration_since(at) >= MEASURE) {
                measured = Some(now);
                round_trip = session.peer.round_trip().await;
                self.board.far_side(far.rtt.or(round_trip), far.lost);
            }
            self.steer.look(now, session.peer.far_side(), round_trip);
            if timeout(LOOK, self.retry.notified()).await.is_ok() {
                doubt.begin(self::now());
            }
        }
        Watched { was_on_air: on_air, stands_still: false, doubted: None }
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

    /// Says once that the far side asked for one channel; sound goes out in two all the same.
    pub(super) fn tell_of_mono(&self) {
        if !self.mono_is_told.swap(true, Ordering::Relaxed) {
            self.board.trouble(Fault::new(key::FAULT_PUBLISH_MONO).with("host", self.client.host()));
        }
    }

    pub(super) fn trouble(&self, code: Key, reason: Option<String>) -> Trouble {
        let fault = Fault::new(code).with("host", self.client.host());
        Trouble::passing(match reason {
            Some(reason) => fault.with("reason", reason),
            None => fault,
        })
    }
}

fn kind_of(path: Path) -> PathKind {
    match path {
        Path::Udp => PathKind::Direct,
        Path::Tcp => PathKind::Tcp,
        Path::Relay => PathKind::Relayed,
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
