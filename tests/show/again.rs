//! A connection that is cut again and again: both ends need no more after the last time than after the first few.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{
    Program, Server, at_full_length, figure, free_port, korero, resident_kib, script, stereo_desk, wait_for,
};

const HERE: &str = "127.0.0.3";
const TONE: &str = "frames = 256\n[[source]]\nkind = \"tone\"\nfreq = 440.0\nlevel_dbfs = -18.0\n\
                    [[source]]\nkind = \"tone\"\nfreq = 660.0\nlevel_dbfs = -18.0\n";
/// Both ends together, for all times.
const TIME: Duration = Duration::from_secs(15 * 60);
/// What may come and go between two looks: a request under way, a file that is made safe.
const FILES: usize = 6;
const THREADS: usize = 2;
/// Memory that the allocator keeps, and what is remembered of the evening: part and KiB.
const MEMORY: (f64, f64) = (0.10, 6.0 * 1024.0);

/// A network whose paths can be cut: what passed over the old ones never passes again, a new one is open.
struct Cuts {
    port: u16,
    /// One for each path of sound.
    open: Arc<Mutex<Vec<Arc<AtomicBool>>>>,
    /// The addresses of sessions, as the server named them.
    sessions: Arc<Mutex<Vec<String>>>,
}

impl Cuts {
    fn before_a_server() -> (Server, Self) {
        let media = free_port();
        let words = ["--media", &format!("127.0.0.1:{media}"), "--public-address", HERE];
        let server = Server::with(&words, Vec::new());
        let port = server.port();
        let sound = UdpSocket::bind((HERE, media)).expect("the port is free at this address");
        let words = TcpListener::bind((HERE, port)).expect("the port is free at this address");
        let cuts = Self { port, open: Arc::default(), sessions: Arc::default() };
        let (open, sessions) = (Arc::clone(&cuts.open), Arc::clone(&cuts.sessions));
        thread::spawn(move || carry_sound(&sound, media, &open));
        thread::spawn(move || {
            for near in words.incoming().map_while(Result::ok) {
                let sessions = Arc::clone(&sessions);
                thread::spawn(move || carry_words(near, port, &sessions));
            }
        });
        (server, cuts)
    }

    fn address(&self, path: &str) -> String {
        format!("http://{HERE}:{}{path}", self.port)
    }

    /// Cuts every path of sound.
    fn cut(&self) {
        for path in self.open.lock().expect("nobody panics with it").drain(..) {
            path.store(false, Ordering::SeqCst);
        }
    }

    /// Has the server end the last session, as an operator might.
    fn end(&self, key: &Path) {
        let session = self.sessions.lock().expect("nobody panics with it").last().cloned().expect("one is open");
        let key = fs::read_to_string(key).expect("a key");
        let status = Command::new("curl")
            .args(["-sS", "-o", "/dev/null", "-X", "DELETE", "-H", &format!("Authorization: Bearer {}", key.trim())])
            .arg(self.address(&session))
            .status();
        assert!(status.expect("curl runs").success());
    }
}

/// Each path has a socket of its own towards the server, and a thread that ends with it.
fn carry_sound(here: &UdpSocket, port: u16, open: &Mutex<Vec<Arc<AtomicBool>>>) {
    let mut paths: HashMap<SocketAddr, (Arc<AtomicBool>, UdpSocket)> = HashMap::new();
    let mut datagram = [0; 2_048];
    while let Ok((length, client)) = here.recv_from(&mut datagram) {
        let (is_open, towards) = paths.entry(client).or_insert_with(|| {
            let is_open = Arc::new(AtomicBool::new(true));
            open.lock().expect("nobody panics with it").push(Arc::clone(&is_open));
            let towards = UdpSocket::bind("127.0.0.1:0").expect("a port");
            towards.connect(("127.0.0.1", port)).expect("an address");
            towards.set_read_timeout(Some(Duration::from_millis(500))).expect("a time");
            let (from, back) = (towards.try_clone().expect("a handle"), here.try_clone().expect("a handle"));
            let goes_on = Arc::clone(&is_open);
            thread::spawn(move || {
                let mut datagram = [0; 2_048];
                while goes_on.load(Ordering::SeqCst) {
                    let Ok(length) = from.recv(&mut datagram) else { continue };
                    if goes_on.load(Ordering::SeqCst) {
                        let _ = back.send_to(&datagram[..length], client);
                    }
                }
            });
            (is_open, towards)
        });
        if is_open.load(Ordering::SeqCst) {
            let _ = towards.send(&datagram[..length]);
        }
    }
}

fn carry_words(near: TcpStream, port: u16, sessions: &Mutex<Vec<String>>) {
    let Ok(far) = TcpStream::connect(("127.0.0.1", port)) else { return };
    let (Ok(near_too), Ok(far_too)) = (near.try_clone(), far.try_clone()) else { return };
    thread::spawn(move || drop(pass(near_too, far_too, |_| ())));
    let _ = pass(far, near, |piece| {
        let text = String::from_utf8_lossy(piece);
        let named =
            text.lines().find_map(|line| line.to_ascii_lowercase().starts_with("location: ").then(|| &line[10..]));
        sessions.lock().expect("nobody panics with it").extend(named.map(|path| path.trim().to_owned()));
    });
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut look: impl FnMut(&[u8])) -> io::Result<()> {
    let mut piece = [0; 16 << 10];
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            return to.shutdown(Shutdown::Write);
        }
        look(&piece[..read]);
        to.write_all(&piece[..read])?;
    }
}

/// What a process holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    files: usize,
    threads: usize,
    kib: u64,
}

impl Held {
    /// The least of some looks: what is only passing by is not counted.
    fn by(id: u32) -> Self {
        let entries = |folder: &str| fs::read_dir(format!("/proc/{id}/{folder}")).expect("it runs").count();
        let looks = (0..20).map(|_| {
            thread::park_timeout(Duration::from_millis(50));
            (entries("fd"), entries("task"))
        });
        let (files, threads) = looks.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))).expect("several");
        Self { files, threads, kib: resident_kib(id) }
    }

    fn is_flat(&self, later: &Self) -> bool {
        let memory = self.kib as f64 * (1.0 + MEMORY.0) + MEMORY.1;
        later.files <= self.files + FILES && later.threads <= self.threads + THREADS && later.kib as f64 <= memory
    }
}

#[test]
fn a_connection_that_is_cut_again_and_again_leaves_nothing_behind_at_either_end() {
    let (times, early) = if at_full_length() { (300, 50) } else { (10, 4) };
    let (server, cuts) = Cuts::before_a_server();
    let folder = server.folder.path();
    let mut app = Command::new(korero());
    app.args(["air", "--no-ear"]).arg("--to").arg(cuts.address("/whip/demo")).arg("--key-file").arg(server.key_file());
    app.arg("--record").arg(server.takes()).arg("--host").arg(format!("scripted:{}", script(folder, TONE).display()));
    app.arg("--desk").arg(stereo_desk(folder)).env_remove("KORERO_KEY");
    let mut app = Program::start("app", &mut app);
    app.wait_until_it_says("On air");
    let both = || [("app", Held::by(app.id())), ("server", Held::by(server.id()))];
    let begun = Instant::now();
    let (mut at_first, mut slowest) = (both(), Duration::ZERO);
    for time in 1..=times {
        let cut = Instant::now();
        // By turns the network is cut, and the server ends the session.
        if time % 2 == 0 {
            cuts.cut();
        } else {
            cuts.end(&server.key_file());
        }
        wait_for("the next “On air”", || (app.times_said("On air.") > time).then_some(()));
        slowest = slowest.max(cut.elapsed());
        if time == early {
            at_first = both();
        }
    }
    let took = begun.elapsed();
    let at_last = both();
    figure(&format!("{times} reconnects: all of them, s (<= 900)"), format!("{:.0}", took.as_secs_f64()));
    figure(
        &format!("{times} reconnects: the slowest, from the cut to on air, s"),
        format!("{:.1}", slowest.as_secs_f64()),
    );
    for ((name, first), (_, last)) in at_first.iter().zip(&at_last) {
        let told = |held: &Held| {
            format!("{} files, {} threads, {:.1} MiB", held.files, held.threads, held.kib as f64 / 1024.0)
        };
        figure(
            &format!("{name} after {early} and after {times} reconnects"),
            format!("{}; {}", told(first), told(last)),
        );
        assert!(first.is_flat(last), "the {name} holds more and more: {first:?}, {last:?}");
    }
    if at_full_length() {
        assert!(took <= TIME, "{took:?}");
    }
    app.interrupt();
    assert!(app.wait().success());
}
