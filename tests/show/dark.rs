//! A network that goes dark: everything between an app or a page and the server passes here, or nothing does.

use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::harness::{Server, free_port};

/// Where it stands; the server names this address as its own.
const HERE: &str = "127.0.0.2";
/// Datagrams from here pass in the dark as well: it is where a relay sends from, which the dark does not reach.
pub(crate) const RELAY: &str = "127.0.0.4";
/// No datagram is longer.
const DATAGRAM: usize = 2_048;

/// The network, on the server's own ports at another address.
pub(crate) struct Network {
    sound_is_dark: Arc<AtomicBool>,
    words_are_dark: Arc<AtomicBool>,
    tcp_is_dark: Arc<AtomicBool>,
    port: u16,
}

impl Network {
    /// A server that is reached through it, and the network. It carries no sound over TCP until it is told to.
    pub(crate) fn before_a_server() -> (Server, Self) {
        Self::before_a_server_with(&[])
    }

    /// The same with more words for the server.
    pub(crate) fn before_a_server_with(more: &[&str]) -> (Server, Self) {
        let (media, tcp) = (free_port(), free_port());
        let (at, tcp_at) = (format!("127.0.0.1:{media}"), format!("127.0.0.1:{tcp}"));
        let words = [&["--media", &at, "--media-tcp", &tcp_at, "--public-address", HERE], more].concat();
        let server = Server::with(&words, Vec::new());
        let (sound_is_dark, words_are_dark) = <(Arc<AtomicBool>, Arc<AtomicBool>)>::default();
        let tcp_is_dark = Arc::new(AtomicBool::new(true));
        let port = server.port();
        let sound = UdpSocket::bind((HERE, media)).expect("the port is free at this address");
        let words = TcpListener::bind((HERE, port)).expect("the port is free at this address");
        let sound_over_tcp = TcpListener::bind((HERE, tcp)).expect("the port is free at this address");
        let sound_dark = Arc::clone(&sound_is_dark);
        thread::spawn(move || carry_sound(&sound, media, &sound_dark));
        carry_streams(words, port, Arc::clone(&words_are_dark));
        carry_streams(sound_over_tcp, tcp, Arc::clone(&tcp_is_dark));
        (server, Self { sound_is_dark, words_are_dark, tcp_is_dark, port })
    }

    /// The server's address of this path, through the network.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://{HERE}:{}{path}", self.port)
    }

    /// Nothing passes any more, or everything again.
    pub(crate) fn goes_dark(&self, dark: bool) {
        self.sound_goes_dark(dark);
        self.words_are_dark.store(dark, Ordering::SeqCst);
    }

    /// No sound passes over TCP, or does again.
    pub(crate) fn tcp_goes_dark(&self, dark: bool) {
        self.tcp_is_dark.store(dark, Ordering::SeqCst);
    }

    /// No datagram passes, while HTTP still does.
    pub(crate) fn sound_goes_dark(&self, dark: bool) {
        self.sound_is_dark.store(dark, Ordering::SeqCst);
    }
}

fn carry_streams(here: TcpListener, port: u16, dark: Arc<AtomicBool>) {
    thread::spawn(move || {
        for near in here.incoming().map_while(Result::ok) {
            let dark = Arc::clone(&dark);
            thread::spawn(move || carry_words(near, port, &dark));
        }
    });
}

/// Each client has a socket of its own towards the server, which must see it at one address.
fn carry_sound(here: &UdpSocket, port: u16, dark: &Arc<AtomicBool>) {
    let mut clients: HashMap<SocketAddr, Arc<UdpSocket>> = HashMap::new();
    let mut datagram = [0; DATAGRAM];
    while let Ok((length, client)) = here.recv_from(&mut datagram) {
        let towards = clients.entry(client).or_insert_with(|| {
            let towards = Arc::new(UdpSocket::bind("127.0.0.1:0").expect("a port"));
            towards.connect(("127.0.0.1", port)).expect("an address");
            let (from, back, dark) = (Arc::clone(&towards), here.try_clone().expect("a handle"), Arc::clone(dark));
            thread::spawn(move || {
                let mut datagram = [0; DATAGRAM];
                loop {
                    // A server that is away is told as an error, and comes back.
                    let Ok(length) = from.recv(&mut datagram) else { continue };
                    if passes(client, &dark) {
                        let _ = back.send_to(&datagram[..length], client);
                    }
                }
            });
            towards
        });
        if passes(client, dark) {
            let _ = towards.send(&datagram[..length]);
        }
    }
}

fn passes(client: SocketAddr, dark: &AtomicBool) -> bool {
    !dark.load(Ordering::SeqCst) || client.ip().to_string() == RELAY
}

/// What is said while it is dark waits, as TCP would send it again; a connection that begins then hears nothing until it is
/// light.
fn carry_words(near: TcpStream, port: u16, dark: &Arc<AtomicBool>) {
    wait_for_light(dark);
    let Ok(far) = TcpStream::connect(("127.0.0.1", port)) else { return };
    let (Ok(near_too), Ok(far_too)) = (near.try_clone(), far.try_clone()) else { return };
    let dark_too = Arc::clone(dark);
    thread::spawn(move || drop(pass(far_too, near_too, &dark_too)));
    let _ = pass(near, far, dark);
}

fn wait_for_light(dark: &AtomicBool) {
    while dark.load(Ordering::SeqCst) {
        thread::park_timeout(Duration::from_millis(10));
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, dark: &AtomicBool) -> io::Result<()> {
    let mut piece = [0; 16 << 10];
    loop {
        let read = from.read(&mut piece)?;
        wait_for_light(dark);
        if read == 0 {
            return to.shutdown(Shutdown::Write);
        }
        to.write_all(&piece[..read])?;
    }
}
