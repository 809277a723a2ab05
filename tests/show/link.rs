//! A link between an app and a server that is slow, is cut, and sometimes damages a byte; and that tells what was sent.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes that pass at once.
const PIECE: usize = 64 << 10;

/// The bytes of one PATCH that passed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) offset: u64,
    pub(crate) bytes: u64,
    /// Whether a bit of it was turned on its way.
    pub(crate) damaged: bool,
    /// Whether all of it passed.
    pub(crate) whole: bool,
}

#[derive(Default)]
struct Seen {
    sent: Mutex<Vec<Sent>>,
    streams: Mutex<Vec<TcpStream>>,
    /// Answers with status 460.
    refused: AtomicUsize,
    cuts: AtomicUsize,
    /// Bytes per second towards the server.
    rate: AtomicU64,
}

/// The link, at an address of its own.
pub(crate) struct Link {
    pub(crate) address: String,
    seen: Arc<Seen>,
}

impl Link {
    /// Opens it towards the server at `port`. Of every so many PATCHes one is damaged.
    pub(crate) fn open(port: u16, bytes_per_second: u64, damages: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let seen = Arc::new(Seen::default());
        seen.rate.store(bytes_per_second, Ordering::Relaxed);
        let all = Arc::clone(&seen);
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                // While the server is dead, the near side is closed at once.
                let Ok(far) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                join(near, far, &all, damages);
            }
        });
        Self { address, seen }
    }

    /// Cuts every connection.
    pub(crate) fn cut(&self) {
        for stream in self.seen.streams.lock().expect("nobody panics with it").drain(..) {
            // One that is closed already is cut too.
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.seen.cuts.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn cuts(&self) -> usize {
        self.seen.cuts.load(Ordering::Relaxed)
    }

    pub(crate) fn refused(&self) -> usize {
        self.seen.refused.load(Ordering::Relaxed)
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.seen.sent.lock().expect("nobody panics with it").clone()
    }
}

fn join(near: TcpStream, far: TcpStream, seen: &Arc<Seen>, damages: usize) {
    let (near_too, far_too) = (near.try_clone().expect("a handle"), far.try_clone().expect("a handle"));
    seen.streams
        .lock()
        .expect("nobody panics with it")
        .extend([near.try_clone().expect("a handle"), far.try_clone().expect("a handle")]);
    let (up, down) = (Arc::clone(seen), Arc::clone(seen));
    thread::spawn(move || {
        let mut reader = Requests::default();
        let _ = pass(near, far, |piece| reader.hear(piece, &up, damages), &up.rate);
    });
    thread::spawn(move || {
        let count = |piece: &mut [u8]| {
            let found = piece.windows(12).filter(|text| *text == b"HTTP/1.1 460").count();
            down.refused.fetch_add(found, Ordering::Relaxed);
        };
        let _ = pass(far_too, near_too, count, &AtomicU64::new(u64::MAX));
    });
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut look: impl FnMut(&mut [u8]), rate: &AtomicU64) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            return to.shutdown(Shutdown::Write);
        }
        let begun = Instant::now();
        look(&mut piece[..read]);
        to.write_all(&piece[..read])?;
        let takes = Duration::from_secs_f64(read as f64 / rate.load(Ordering::Relaxed) as f64);
        while let Some(rest) = takes.checked_sub(begun.elapsed()).filter(|rest| !rest.is_zero()) {
            thread::park_timeout(rest);
        }
    }
}

/// Reads the requests of one connection as they pass.
#[derive(Default)]
struct Requests {
    head: Vec<u8>,
    /// Of the body that passes now: which of all it is, and how much is missing.
    body: Option<(usize, u64)>,
    skip: u64,
}

impl Requests {
    fn hear(&mut self, mut piece: &mut [u8], seen: &Seen, damages: usize) {
        while !piece.is_empty() {
            if let Some((which, missing)) = self.body {
                let here = usize::try_from(missing).map_or(piece.len(), |missing| missing.min(piece.len()));
                let mut sent = seen.sent.lock().expect("nobody panics with it");
                if sent[which].bytes == 0 && damages > 0 && (which + 1).is_multiple_of(damages) {
                    piece[0] ^= 1;
                    sent[which].damaged = true;
                }
                sent[which].bytes += here as u64;
                let left = missing - here as u64;
                sent[which].whole = left == 0;
                self.body = (left > 0).then_some((which, left));
                piece = &mut piece[here..];
            } else if self.skip > 0 {
                let here = usize::try_from(self.skip).map_or(piece.len(), |skip| skip.min(piece.len()));
                self.skip -= here as u64;
                piece = &mut piece[here..];
            } else {
                self.head.push(piece[0]);
                piece = &mut piece[1..];
                if self.head.ends_with(b"\r\n\r\n") {
                    self.begin(seen);
                }
            }
        }
    }

    fn begin(&mut self, seen: &Seen) {
        let head = String::from_utf8_lossy(&std::mem::take(&mut self.head)).to_ascii_lowercase();
        let number = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        let length = number("content-length:").unwrap_or(0);
        if !head.starts_with("patch ") || length == 0 {
            self.skip = length;
            return;
        }
        let mut sent = seen.sent.lock().expect("nobody panics with it");
        let offset = number("upload-offset:").expect("every PATCH says where it begins");
        sent.push(Sent { offset, bytes: 0, damaged: false, whole: false });
        self.body = Some((sent.len() - 1, length));
    }
}
