//! A network, a server and peer connections that follow a script, in place of the real ones: so that a day on air passes in
//! a minute. They watch what is asked of them, and stop the test where a law is broken.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use korero_sentences::key;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::reception_report::ReceptionReport;
use tokio::sync::watch;
use tokio::time::sleep;

use super::session::now;
use crate::fault::Fault;
use crate::limits::{CONNECT_TIMEOUT, FAR_SIDE_GONE, FAR_SIDE_SILENT, MAX_ATTEMPTS, RECONNECT_PAUSE, REFUSED_PAUSE};
use crate::rtc::{FarSide, Link, Path, PeerError, PeerSettings, SenderClock, SessionUrl, Trouble, WhipAnswer};

/// How often a scripted connection looks at the weather.
const STEP: Duration = Duration::from_millis(100);
/// After this the server forgets a session that was never up, or is silent.
const SERVER_FORGETS: Duration = Duration::from_secs(10);
/// What the far side can have to say at the most.
const ROUND_TRIP: Duration = Duration::from_millis(40);

/// How HTTP fares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Words {
    Heard,
    /// Answered after this.
    Late(Duration),
    /// Neither answered nor refused.
    Swallowed,
    Unreachable,
    /// 503, to be asked again after this.
    Busy(Duration),
    KeyRefused,
    /// An answer that nobody can read.
    Garbage,
}

/// How the network and the server are at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Weather {
    pub(super) words: Words,
    /// Datagrams pass.
    pub(super) sound: bool,
    /// The server reports what it receives.
    pub(super) reports: bool,
    /// The server has one place, and a session that nobody ended keeps it.
    pub(super) one_place: bool,
    /// Bytes of the server break off our own end of a connection.
    pub(super) breaks_us: bool,
}

pub(super) const FAIR: Weather =
    Weather { words: Words::Heard, sound: true, reports: true, one_place: false, breaks_us: false };

/// What the server knows of a session.
struct Place {
    heard: Instant,
    up: bool,
    forgotten: bool,
}

/// All that is scripted, and all that was seen.
pub(super) struct World {
    pub(super) weather: Weather,
    places: BTreeMap<u64, Place>,
    last_place: u64,
    chance: u64,
    /// Sessions that were named to us and not yet told goodbye.
    pub(super) named: Vec<u64>,
    pub(super) opened: u64,
    pub(super) peers: usize,
    pub(super) peers_made: u64,
    pub(super) asked: usize,
    pub(super) connecting: usize,
    /// Connections that are up, as far as they know.
    pub(super) up: usize,
    pub(super) attempts: u64,
    pub(super) attempted: Option<Instant>,
    /// Nobody has to try again before this.
    pub(super) patience: Instant,
    /// When a connection of ours was last in touch with the far side.
    pub(super) touched: Instant,
    pub(super) packets: u64,
    /// Datagrams that found no room.
    pub(super) unsent: u64,
    sequence: Option<u16>,
    /// An attempt may follow the one before at once.
    pub(super) at_once: bool,
}

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// Looks at the world, or changes it. A thread without one has a network without anybody.
fn with<T>(work: impl FnOnce(&mut World) -> T) -> Option<T> {
    WORLD.with_borrow_mut(|world| world.as_mut().map(work))
}

pub(super) fn world<T>(work: impl FnOnce(&mut World) -> T) -> T {
    with(work).expect("this test has begun a world")
}

/// Begins a world on this thread.
pub(super) fn begin(seed: u64) {
    let now = now();
    let world = World {
        weather: FAIR,
        places: BTreeMap::new(),
        last_place: 0,
        chance: seed,
        named: Vec::new(),
        opened: 0,
        peers: 0,
        peers_made: 0,
        asked: 0,
        connecting: 0,
        up: 0,
        attempts: 0,
        attempted: None,
        patience: now,
        touched: now,
        packets: 0,
        unsent: 0,
        sequence: None,
        at_once: false,
    };
    WORLD.set(Some(world));
}

impl World {
    /// A number below `end`, by SplitMix64.
    pub(super) fn chance(&mut self, end: u64) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.chance ^ (self.chance >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// Between these, by chance.
    pub(super) fn time(&mut self, from_ms: u64, to_ms: u64) -> Duration {
        Duration::from_millis(from_ms + self.chance(to_ms - from_ms))
    }

    /// The server starts anew and knows nobody.
    pub(super) fn restart(&mut self) {
        self.places.clear();
    }

    /// The server throws everybody out.
    pub(super) fn ends_all(&mut self) {
        self.places.values_mut().for_each(|place| place.forgotten = true);
    }

    fn forgets(&mut self) {
        let now = now();
        self.places.retain(|_, place| now.duration_since(place.heard) < SERVER_FORGETS);
    }
}

/// Whether anybody of ours is connected to a server that knows it.
pub(super) fn places() -> usize {
    world(|world| {
        world.forgets();
        world.places.len()
    })
}

pub(super) struct WhipClient(());

/// One POST that is under way.
struct Asked;

impl Drop for Asked {
    fn drop(&mut self) {
        with(|world| world.asked -= 1);
    }
}

impl WhipClient {
    pub(super) fn new(url: &str, key: Option<&str>) -> Result<Self, Fault> {
        crate::rtc::WhipClient::new(url, key).map(|_| Self(()))
    }

    pub(super) fn accepts(url: &str) -> bool {
        crate::rtc::WhipClient::accepts(url)
    }

    pub(super) fn host(&self) -> String {
        "far.example".to_owned()
    }

    pub(super) async fn addresses(&self) -> Vec<IpAddr> {
        Vec::new()
    }

    pub(super) async fn open(&self, _offer: &str) -> Result<WhipAnswer, Trouble> {
        let Some(words) = with(|world| {
            world.asked += 1;
            assert!(world.asked <= MAX_ATTEMPTS, "{} attempts at once", world.asked);
            world.weather.words
        }) else {
            return Err(trouble(key::FAULT_PUBLISH_UNREACHABLE));
        };
        let _asked = Asked;
        sleep(ROUND_TRIP).await;
        match words {
            Words::Swallowed => {
                sleep(CONNECT_TIMEOUT).await;
                Err(trouble(key::FAULT_PUBLISH_TIMEOUT))
            }
            Words::Unreachable => Err(trouble(key::FAULT_PUBLISH_UNREACHABLE)),
            Words::Busy(pause) => Err(patience(Trouble { pause, ..trouble(key::FAULT_PUBLISH_BUSY) })),
            Words::KeyRefused => Err(patience(Trouble {
                pause: REFUSED_PAUSE,
                refused: true,
                ..trouble(key::FAULT_PUBLISH_KEY_REFUSED)
            })),
            Words::Garbage => Ok(opened("garbage")),
            Words::Heard => answered(),
            Words::Late(after) => {
                sleep(after).await;
                answered()
            }
        }
    }

    pub(super) async fn close(&self, session: &SessionUrl) {
        let place: u64 = session.path().trim_start_matches('/').parse().unwrap();
        sleep(ROUND_TRIP).await;
        let heard = world(|world| {
            world.named.retain(|named| *named != place);
            matches!(world.weather.words, Words::Heard | Words::Late(_))
        });
        if heard {
            world(|world| world.places.remove(&place));
        } else {
            sleep(Duration::from_secs(1) - ROUND_TRIP).await;
        }
    }
}

fn trouble(code: korero_sentences::Key) -> Trouble {
    Trouble::passing(Fault::new(code).with("host", "far.example"))
}

/// Whoever is asked for patience may wait a fifth longer, by its own chance.
fn patience(trouble: Trouble) -> Trouble {
    if trouble.pause > RECONNECT_PAUSE {
        world(|world| world.patience = world.patience.max(now() + trouble.pause.mul_f64(1.2)));
    }
    trouble
}

fn answered() -> Result<WhipAnswer, Trouble> {
    let taken = world(|world| {
        world.forgets();
        let taken = world.weather.one_place && !world.places.is_empty();
        world.at_once |= taken;
        taken
    });
    if taken { Err(trouble(key::FAULT_PUBLISH_TAKEN)) } else { Ok(opened("answer")) }
}

fn opened(words: &str) -> WhipAnswer {
    let place = world(|world| {
        world.last_place += 1;
        world.opened += 1;
        world.places.insert(world.last_place, Place { heard: now(), up: false, forgotten: false });
        world.named.push(world.last_place);
        assert!(world.named.len() <= 2 * MAX_ATTEMPTS + 1, "{} sessions are held", world.named.len());
        world.last_place
    });
    let session = format!("http://far.example/{place}").parse().unwrap();
    WhipAnswer { sdp: format!("{words} {place}"), session: Some(session), etag: None, ice_servers: Vec::new() }
}

pub(super) struct Peer {
    link: watch::Sender<Link>,
    closed: watch::Sender<bool>,
    far_side: Arc<FarSide>,
    offset: u32,
    ssrc: u32,
}

impl Drop for Peer {
    fn drop(&mut self) {
        assert!(*self.closed.borrow() || std::thread::panicking(), "its sockets would stay open");
        with(|world| world.peers -= 1);
    }
}

impl Peer {
    pub(super) async fn new(settings: &PeerSettings, clock: Arc<SenderClock>) -> Result<Self, PeerError> {
        with(|world| {
            let now = now();
            let pause = world.attempted.map_or(Duration::MAX, |at| now.duration_since(at));
            assert!(world.at_once || pause >= RECONNECT_PAUSE.mul_f64(0.79), "attempts {pause:?} after each other");
            (world.attempts, world.attempted, world.at_once) = (world.attempts + 1, Some(now), false);
            (world.peers, world.peers_made) = (world.peers + 1, world.peers_made + 1);
            assert!(world.peers <= 2 * MAX_ATTEMPTS + 1, "{} connections", world.peers);
        });
        let (link, closed) = (watch::Sender::new(Link::Connecting), watch::Sender::new(false));
        Ok(Self { link, closed, far_side: Arc::default(), offset: clock.offset(), ssrc: settings.ssrc })
    }

    pub(super) async fn offer(&self) -> Result<String, PeerError> {
        Ok("offer".to_owned())
    }

    pub(super) async fn accept(&self, answer: &str) -> Result<(), PeerError> {
        let (words, place) = answer.split_once(' ').unwrap();
        if words == "garbage" {
            return Err(PeerError::Other("it is no SDP".to_owned()));
        }
        let (link, closed, far_side) = (self.link.clone(), self.closed.subscribe(), Arc::clone(&self.far_side));
        tokio::spawn(drive(place.parse().unwrap(), link, closed, far_side, self.ssrc));
        Ok(())
    }

    pub(super) async fn path(&self) -> Option<Path> {
        Some(Path::Udp)
    }

    /// All candidates are in the offer.
    pub(super) async fn trickle(
        &self,
        _client: &WhipClient,
        _offer: &str,
        _session: Option<&SessionUrl>,
        _etag: Option<&str>,
    ) -> Infallible {
        std::future::pending().await
    }

    pub(super) fn take_unsent(&self) -> u64 {
        world(|world| std::mem::take(&mut world.unsent))
    }

    pub(super) fn wants_mono(&self) -> bool {
        false
    }

    pub(super) async fn send(&self, sequence: u16, timestamp: u32, payload: Vec<u8>) -> Result<(), PeerError> {
        if *self.closed.borrow() {
            return Err(PeerError::Other("it was closed".to_owned()));
        }
        let frame = u64::from_le_bytes(payload[..8].try_into().unwrap());
        assert_eq!(timestamp, self.offset.wrapping_add(frame as u32), "RTP time left frame time at {frame}");
        world(|world| {
            assert!(world.sequence.is_none_or(|last| sequence == last.wrapping_add(1)), "{sequence}");
            (world.sequence, world.packets) = (Some(sequence), world.packets + 1);
        });
        Ok(())
    }

    pub(super) fn link(&self) -> watch::Receiver<Link> {
        self.link.subscribe()
    }

    pub(super) fn far_side(&self) -> &Arc<FarSide> {
        &self.far_side
    }

    pub(super) async fn round_trip(&self) -> Option<Duration> {
        Some(ROUND_TRIP)
    }

    pub(super) async fn close(&self) {
        self.closed.send_replace(true);
    }
}

/// What a connection does by itself, until it is closed or has given up.
async fn drive(
    place: u64,
    link: watch::Sender<Link>,
    closed: watch::Receiver<bool>,
    far_side: Arc<FarSide>,
    ssrc: u32,
) {
    let handshake = world(|world| {
        world.connecting += 1;
        world.time(50, 800)
    });
    let (began, mut touched, mut broken) = (now(), now(), false);
    while !*closed.borrow() && now().duration_since(touched) < FAR_SIDE_GONE {
        let state = *link.borrow();
        let (alive, ended, reports) = world(|world| look(world, place, &mut broken));
        if alive {
            touched = now();
            if reports && state == Link::Connected {
                let reports = vec![ReceptionReport { ssrc, ..Default::default() }];
                far_side.take(ssrc, &ReceiverReport { reports, ..Default::default() }, touched, 0);
            }
        }
        if !broken {
            far_side.works(now());
        }
        let silent = now().duration_since(touched) > FAR_SIDE_SILENT;
        match state {
            Link::Connecting if alive && now().duration_since(began) >= handshake => up(place, &link, true),
            Link::Connected if !broken && (ended || silent) => {
                world(|world| world.up -= 1);
                link.send_replace(Link::Lost);
            }
            Link::Lost if alive && now().duration_since(began) >= handshake => up(place, &link, false),
            _ => {}
        }
        sleep(STEP).await;
    }
    let last = *link.borrow();
    world(|world| match last {
        Link::Connecting => world.connecting -= 1,
        Link::Connected => world.up -= 1,
        Link::Lost => {}
    });
}

/// A connection is up: the server keeps it and lets go of the others.
fn up(place: u64, link: &watch::Sender<Link>, first: bool) {
    world(|world| {
        world.connecting -= usize::from(first);
        world.up += 1;
        for (other, there) in &mut world.places {
            there.forgotten |= there.up && *other != place;
        }
        world.places.entry(place).and_modify(|there| there.up = true);
    });
    link.send_replace(Link::Connected);
}

/// Whether the far side is there for it, has just ended it, and tells what it receives.
fn look(world: &mut World, place: u64, broken: &mut bool) -> (bool, bool, bool) {
    world.forgets();
    let weather = world.weather;
    let Some(there) = world.places.get_mut(&place) else { return (false, false, false) };
    *broken |= weather.breaks_us && there.up;
    let ended = weather.sound && there.forgotten;
    let alive = weather.sound && !there.forgotten && !*broken;
    if alive {
        there.heard = now();
        world.touched = now();
    }
    (alive, ended, weather.reports)
}
