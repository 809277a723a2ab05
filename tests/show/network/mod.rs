//! A bad network, from one seed: everything between an app or a page and the server passes here, or does not.

mod carrier;
mod course;
mod matrix;
mod weather;
mod words;

use std::net::{IpAddr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Instant;

use self::carrier::{Carrier, Record, Told};
pub(crate) use self::carrier::{Passed, Path};
pub(crate) use self::weather::{Fate, Weather};
use crate::harness::{Server, free_port};

/// Where it stands; the server names this address as its own, and the app asks here.
const HERE: &str = "127.0.0.2";
/// A relay sends from here, which no dark reaches.
pub(crate) const RELAY: &str = "127.0.0.4";
/// Where pages ask, so that HTTP can be dark for one and not for the other.
const FOR_PAGES: &str = "127.0.0.3";

/// The network, on the server's own ports at another address. Its HTTP is always fair, or dark.
pub(crate) struct Network {
    tell: Sender<(Instant, Told)>,
    record: Arc<Mutex<Record>>,
    apps_words_are_dark: Arc<AtomicBool>,
    pages_words_are_dark: Arc<AtomicBool>,
    tcp_is_dark: Arc<AtomicBool>,
    port: u16,
}

impl Network {
    /// A server that is reached through it, and the network, in fair weather. It carries no sound over TCP until it is told to.
    pub(crate) fn before_a_server(seed: u64) -> (Server, Self) {
        Self::before_a_server_with(seed, &[])
    }

    /// The same with more words for the server.
    pub(crate) fn before_a_server_with(seed: u64, more: &[&str]) -> (Server, Self) {
        let (media, tcp) = (free_port(), free_port());
        let (at, tcp_at) = (format!("127.0.0.1:{media}"), format!("127.0.0.1:{tcp}"));
        let words = [&["--media", &at, "--media-tcp", &tcp_at, "--public-address", HERE], more].concat();
        let server = Server::with(&words, Vec::new());
        let tcp_is_dark = Arc::new(AtomicBool::new(true));
        let over_tcp = TcpListener::bind((HERE, tcp)).expect("the port is free at this address");
        words::carry(over_tcp, tcp, Arc::clone(&tcp_is_dark));
        let port = server.port();
        let sound = UdpSocket::bind((HERE, media)).expect("the port is free at this address");
        let (apps_words_are_dark, pages_words_are_dark) = <(Arc<AtomicBool>, Arc<AtomicBool>)>::default();
        for (address, dark) in [(HERE, &apps_words_are_dark), (FOR_PAGES, &pages_words_are_dark)] {
            let words = TcpListener::bind((address, port)).expect("the port is free at this address");
            words::carry(words, port, Arc::clone(dark));
        }
        let (tell, told) = channel();
        let record = Arc::<Mutex<Record>>::default();
        let carrier = Carrier::new(sound, media, seed, tell.clone(), Arc::clone(&record));
        thread::spawn(move || carrier.run(&told));
        (server, Self { tell, record, apps_words_are_dark, pages_words_are_dark, tcp_is_dark, port })
    }

    /// Where the app publishes, through the network.
    pub(crate) fn whip(&self) -> String {
        format!("http://{HERE}:{}/whip/demo", self.port)
    }

    /// The artist's page, through the network.
    pub(crate) fn page(&self) -> String {
        format!("http://{FOR_PAGES}:{}/@demo", self.port)
    }

    /// From now on this path is like that.
    pub(crate) fn becomes(&self, path: Path, weather: Weather) {
        self.says(Told::Weather(path, weather));
    }

    /// The app (for the uplink) or every page (for the downlink) gets another address and port towards the server.
    pub(crate) fn moves(&self, path: Path, to: IpAddr) {
        self.says(Told::Moved(path, to));
    }

    /// Nothing passes any more, or everything again.
    pub(crate) fn goes_dark(&self, dark: bool) {
        self.goes_dark_for(Path::Uplink, dark);
        self.goes_dark_for(Path::Downlink, dark);
    }

    /// The same for the app (the uplink) or for every page (the downlink) alone.
    pub(crate) fn goes_dark_for(&self, path: Path, dark: bool) {
        self.sound_goes_dark(path, dark);
        let words = if path == Path::Uplink { &self.apps_words_are_dark } else { &self.pages_words_are_dark };
        words.store(dark, Ordering::SeqCst);
    }

    /// No datagram of the app (the uplink) or of any page (the downlink) passes, while HTTP still does.
    pub(crate) fn sound_goes_dark(&self, path: Path, dark: bool) {
        for way in [path, path.back()] {
            self.says(Told::Dark(way, dark));
        }
    }

    /// No datagram at all passes, but those of a relay, while HTTP still does.
    pub(crate) fn blocks_udp(&self) {
        self.sound_goes_dark(Path::Uplink, true);
        self.sound_goes_dark(Path::Downlink, true);
    }

    /// No sound passes over TCP, or does again.
    pub(crate) fn tcp_goes_dark(&self, dark: bool) {
        self.tcp_is_dark.store(dark, Ordering::SeqCst);
    }

    /// What was seen until now.
    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().expect("nobody panics with it")
    }

    fn says(&self, told: Told) {
        self.tell.send((Instant::now(), told)).expect("it carries as long as the test runs");
    }
}
