//! Carries datagrams between clients and the server: one thread decides and sends, others only read.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::RELAY;
use super::weather::{Fate, Lane, Weather};

/// No datagram is longer.
const DATAGRAM: usize = 2_048;
/// How often a reader looks whether its socket is still wanted.
const LOOK: Duration = Duration::from_millis(200);

/// A direction that has weather of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Path {
    /// From the app to the server.
    Uplink,
    /// From the server to the app: what confirms, and asks for what was lost.
    UplinkBack,
    /// From the server to the page.
    Downlink,
    /// From the page to the server.
    DownlinkBack,
}

impl Path {
    /// The way back.
    pub(crate) fn back(self) -> Self {
        match self {
            Self::Uplink => Self::UplinkBack,
            Self::UplinkBack => Self::Uplink,
            Self::Downlink => Self::DownlinkBack,
            Self::DownlinkBack => Self::Downlink,
        }
    }
}

/// An RTP packet that came by. Encryption leaves its head readable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passed {
    pub(crate) path: Path,
    /// When it came, UTC in ns.
    pub(crate) utc_ns: u64,
    pub(crate) rtp_time: u32,
    /// With all headers.
    pub(crate) bytes: usize,
    pub(crate) fate: Fate,
    /// Whether a packet of this number had come by before.
    pub(crate) again: bool,
}

impl Passed {
    /// Whether it did not reach its other end.
    pub(crate) fn is_lost(&self) -> bool {
        !matches!(self.fate, Fate::Passes(_))
    }
}

/// What the network saw and how well it kept its time.
#[derive(Default)]
pub(crate) struct Record {
    pub(crate) passed: Vec<Passed>,
    /// The longest that a datagram left after it was due.
    pub(crate) latest: Duration,
    /// Datagrams that left more than a millisecond late, and all.
    pub(crate) late: u64,
    pub(crate) carried: u64,
}

/// What the carrying thread is told.
pub(crate) enum Told {
    FromClient(SocketAddr, Vec<u8>),
    FromServer(SocketAddr, Vec<u8>),
    Weather(Path, Weather),
    Dark(Path, bool),
    /// From now on the app (or every page) has this address, with a new port, to the server.
    Moved(Path, IpAddr),
}

struct Client {
    towards: Arc<UdpSocket>,
    wanted: Arc<AtomicBool>,
    is_app: bool,
}

struct Waiting {
    client: SocketAddr,
    to_server: bool,
    datagram: Vec<u8>,
}

pub(crate) struct Carrier {
    here: UdpSocket,
    port: u16,
    clients: HashMap<SocketAddr, Client>,
    lanes: HashMap<Path, Lane>,
    /// Source and number of every RTP packet that came by.
    seen: HashSet<(Path, u32, u16)>,
    due: BinaryHeap<Reverse<(Instant, u64)>>,
    waiting: HashMap<u64, Waiting>,
    order: u64,
    tell: Sender<(Instant, Told)>,
    record: Arc<Mutex<Record>>,
}

impl Carrier {
    pub(crate) fn new(
        here: UdpSocket,
        port: u16,
        seed: u64,
        tell: Sender<(Instant, Told)>,
        record: Arc<Mutex<Record>>,
    ) -> Self {
        let paths = [Path::Uplink, Path::UplinkBack, Path::Downlink, Path::DownlinkBack];
        let lanes = (0..).zip(paths).map(|(n, path)| (path, Lane::new(seed * 4 + n))).collect();
        let (clients, seen) = (HashMap::new(), HashSet::new());
        let (due, waiting, order) = (BinaryHeap::new(), HashMap::new(), 0);
        Self { here, port, clients, lanes, seen, due, waiting, order, tell, record }
    }

    /// Reads what clients send, and carries until nobody tells anything any more.
    pub(crate) fn run(mut self, told: &Receiver<(Instant, Told)>) {
        read_clients(self.here.try_clone().expect("a handle"), self.tell.clone());
        loop {
            let now = Instant::now();
            let patience = self.due.peek().map_or(LOOK, |Reverse((at, _))| at.saturating_duration_since(now));
            match told.recv_timeout(patience) {
                Ok((at, told)) => self.take(at, told),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.send_due();
        }
    }

    fn take(&mut self, at: Instant, told: Told) {
        match told {
            Told::Weather(path, weather) => self.lane(path).weather = weather,
            Told::Dark(path, dark) => self.lane(path).weather.dark = dark,
            Told::Moved(path, ip) => self.moved(path == Path::Uplink, ip),
            Told::FromClient(client, datagram) => {
                self.know(client, &datagram);
                self.pass(at, client, true, datagram);
            }
            Told::FromServer(client, datagram) => self.pass(at, client, false, datagram),
        }
    }

    fn lane(&mut self, path: Path) -> &mut Lane {
        self.lanes.get_mut(&path).expect("every path has a lane")
    }

    /// Each client has a socket of its own towards the server, which must see it at one address.
    fn know(&mut self, client: SocketAddr, first: &[u8]) {
        if !self.clients.contains_key(&client) {
            let (towards, wanted) = self.socket(client, IpAddr::from([127, 0, 0, 1]));
            let is_app = !is_from_chromium(first);
            self.clients.insert(client, Client { towards, wanted, is_app });
        }
    }

    fn socket(&self, client: SocketAddr, ip: IpAddr) -> (Arc<UdpSocket>, Arc<AtomicBool>) {
        let towards = Arc::new(UdpSocket::bind((ip, 0)).expect("a port"));
        towards.connect(("127.0.0.1", self.port)).expect("an address");
        towards.set_read_timeout(Some(LOOK)).expect("a time");
        let wanted = Arc::new(AtomicBool::new(true));
        read_server(client, Arc::clone(&towards), Arc::clone(&wanted), self.tell.clone());
        (towards, wanted)
    }

    /// What is sent to the old address from now on reaches nobody.
    fn moved(&mut self, app: bool, ip: IpAddr) {
        let moving: Vec<_> = self.clients.iter().filter(|(_, c)| c.is_app == app).map(|(at, _)| *at).collect();
        for client in moving {
            let (towards, wanted) = self.socket(client, ip);
            let old = self.clients.insert(client, Client { towards, wanted, is_app: app });
            old.expect("it is known").wanted.store(false, Ordering::SeqCst);
        }
    }

    fn pass(&mut self, at: Instant, client: SocketAddr, to_server: bool, datagram: Vec<u8>) {
        let Some(known) = self.clients.get(&client) else { return };
        let path = match (known.is_app, to_server) {
            (true, true) => Path::Uplink,
            (true, false) => Path::UplinkBack,
            (false, false) => Path::Downlink,
            (false, true) => Path::DownlinkBack,
        };
        let fate = match self.lane(path).fate(datagram.len(), at) {
            Fate::Lost if client.ip().to_string() == RELAY => Fate::Passes(Duration::ZERO),
            fate => fate,
        };
        if let Some((ssrc, number, rtp_time)) = rtp_head(&datagram) {
            let again = !self.seen.insert((path, ssrc, number));
            let bytes = datagram.len() + 28;
            let utc_ns = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as u64;
            let passed = Passed { path, utc_ns, rtp_time, bytes, fate, again };
            self.record.lock().expect("nobody panics with it").passed.push(passed);
        }
        if let Fate::Passes(wait) = fate {
            self.order += 1;
            self.due.push(Reverse((at + wait, self.order)));
            self.waiting.insert(self.order, Waiting { client, to_server, datagram });
        }
    }

    fn send_due(&mut self) {
        let now = Instant::now();
        while let Some(Reverse((at, order))) = self.due.peek().copied().filter(|Reverse((at, _))| *at <= now) {
            self.due.pop();
            let Some(Waiting { client, to_server, datagram }) = self.waiting.remove(&order) else { continue };
            if to_server {
                if let Some(client) = self.clients.get(&client) {
                    // A server that is away is told as an error, and comes back.
                    let _ = client.towards.send(&datagram);
                }
            } else {
                let _ = self.here.send_to(&datagram, client);
            }
            let late = at.elapsed();
            let mut record = self.record.lock().expect("nobody panics with it");
            record.latest = record.latest.max(late);
            record.late += u64::from(late > Duration::from_millis(1));
            record.carried += 1;
        }
    }
}

fn read_clients(here: UdpSocket, tell: Sender<(Instant, Told)>) {
    thread::spawn(move || {
        let mut datagram = [0; DATAGRAM];
        while let Ok((length, client)) = here.recv_from(&mut datagram) {
            let told = Told::FromClient(client, datagram[..length].to_vec());
            if tell.send((Instant::now(), told)).is_err() {
                return;
            }
        }
    });
}

fn read_server(client: SocketAddr, from: Arc<UdpSocket>, wanted: Arc<AtomicBool>, tell: Sender<(Instant, Told)>) {
    thread::spawn(move || {
        let mut datagram = [0; DATAGRAM];
        while wanted.load(Ordering::SeqCst) {
            // A server that is away is told as an error, and comes back.
            let Ok(length) = from.recv(&mut datagram) else { continue };
            let told = Told::FromServer(client, datagram[..length].to_vec());
            if wanted.load(Ordering::SeqCst) && tell.send((Instant::now(), told)).is_err() {
                return;
            }
        }
    });
}

/// Source, number and time of an RTP packet; `None` for anything else (RFC 3550 §5.1, RFC 7983 §7, RFC 5761 §4).
fn rtp_head(datagram: &[u8]) -> Option<(u32, u16, u32)> {
    let [first, second, n1, n2, t1, t2, t3, t4, s1, s2, s3, s4, ..] = *datagram else { return None };
    let rtp = first >> 6 == 2 && !(64..=95).contains(&(second & 0x7f));
    rtp.then(|| {
        (u32::from_be_bytes([s1, s2, s3, s4]), u16::from_be_bytes([n1, n2]), u32::from_be_bytes([t1, t2, t3, t4]))
    })
}

/// Whether a client's first datagram is a check of Chromium's, which names its network in each (attribute 0xC057).
fn is_from_chromium(stun: &[u8]) -> bool {
    let mut rest = stun.get(20..).unwrap_or_default();
    while let [k1, k2, l1, l2, value @ ..] = rest {
        if [*k1, *k2] == [0xC0, 0x57] {
            return true;
        }
        let padded = usize::from(u16::from_be_bytes([*l1, *l2])).next_multiple_of(4);
        rest = value.get(padded..).unwrap_or_default();
    }
    false
}
