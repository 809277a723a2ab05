//! A server on free ports, and WebRTC clients for it.

use std::collections::HashSet;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use korero_server::{Running, Settings, admin};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpPacket, RtpWrite, Ssrc};
use str0m::{Candidate, Event, Input, Output, Rtc};
use tempfile::TempDir;

/// Far longer than anything takes: only a hang reaches it.
pub(crate) const HANG: Duration = Duration::from_secs(30);

/// A server with one artist, `hana`.
pub(crate) struct House {
    pub(crate) running: Running,
    pub(crate) folder: TempDir,
    pub(crate) key: String,
    pub(crate) http: Client,
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::with(|_| ()).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        admin::add_artist(folder.path(), "Hana", None).await.unwrap();
        let key = admin::new_key(folder.path(), "hana").await.unwrap();
        let mut settings = Settings::on_loopback(folder.path().to_path_buf());
        change(&mut settings);
        let running = korero_server::start(settings).await.unwrap();
        // What is answered is looked at, not where it leads.
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { running, folder, key, http }
    }

    /// The same house after its server was stopped and started again, on other ports.
    pub(crate) async fn reopened(self) -> Self {
        self.running.stop().await;
        let running = korero_server::start(Settings::on_loopback(self.folder.path().to_path_buf())).await.unwrap();
        Self { running, ..self }
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let url =
            if path.starts_with("http") { path.to_owned() } else { format!("http://{}{path}", self.running.http_addr) };
        self.http.request(method, url)
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path).send().await.unwrap()
    }

    pub(crate) async fn json(&self, path: &str) -> serde_json::Value {
        self.get(path).await.json().await.unwrap()
    }

    pub(crate) async fn offer(&self, path: &str, offer: &str) -> Response {
        let ask = self.ask(Method::POST, path).header("content-type", "application/sdp").body(offer.to_owned());
        if path.starts_with("/whip/") { ask.bearer_auth(&self.key) } else { ask }.send().await.unwrap()
    }

    /// Connects a client and waits until it is up; its session's path comes with it.
    pub(crate) async fn connect(&self, path: &str) -> (Peer, String) {
        self.connected(path, Peer::offer(direction(path))).await
    }

    /// The same for a client whose network carries no UDP.
    pub(crate) async fn connect_over_tcp(&self, path: &str) -> (Peer, String) {
        self.connected(path, Peer::offer_over_tcp(direction(path))).await
    }

    async fn connected(&self, path: &str, (mut peer, offer): (Peer, String)) -> (Peer, String) {
        let response = self.offer(path, &offer).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        let session = response.headers()["location"].to_str().unwrap().to_owned();
        peer.accept(&response.text().await.unwrap());
        let peer = run(peer, Peer::connected).await;
        (peer, session)
    }

    /// A publisher whose first packets have arrived.
    pub(crate) async fn publisher(&self) -> (Peer, String) {
        let (peer, session) = self.connect("/whip/hana").await;
        let peer = run(peer, |peer| (0..5).for_each(|n| peer.play(n))).await;
        self.wait_for("live").await;
        (peer, session)
    }

    /// Waits until the artist's state is `state`.
    pub(crate) async fn wait_for(&self, state: &str) -> serde_json::Value {
        let start = Instant::now();
        loop {
            let now = self.json("/api/v1/artists/hana").await;
            if now["state"] == state {
                return now;
            }
            assert!(start.elapsed() < HANG, "waited for {state}: {now}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn direction(path: &str) -> Direction {
    if path.starts_with("/whip/") { Direction::SendOnly } else { Direction::RecvOnly }
}

/// Lets a client work on a thread of its own.
pub(crate) async fn run(mut peer: Peer, work: impl FnOnce(&mut Peer) + Send + 'static) -> Peer {
    tokio::task::spawn_blocking(move || {
        work(&mut peer);
        peer
    })
    .await
    .unwrap()
}

/// A WebRTC client that we did not write the WebRTC of.
pub(crate) struct Peer {
    rtc: Rtc,
    socket: UdpSocket,
    /// Set for a client whose network carries no UDP.
    only_tcp: bool,
    stream: Option<TcpStream>,
    /// What came over TCP and is no whole datagram yet.
    held: Vec<u8>,
    mid: Mid,
    pending: Option<SdpPendingOffer>,
    answer: String,
    pub(crate) up: bool,
    pub(crate) over: bool,
    pub(crate) heard: Vec<RtpPacket>,
    /// Every tenth packet of sound is lost once on its way here.
    pub(crate) lossy: bool,
    lost: HashSet<u16>,
}

impl Peer {
    pub(crate) fn offer(direction: Direction) -> (Self, String) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        let mut rtc = Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(true, false).build(Instant::now());
        rtc.add_local_candidate(Candidate::host(socket.local_addr().unwrap(), "udp").unwrap()).unwrap();
        let mut api = rtc.sdp_api();
        let mid = api.add_media(MediaKind::Audio, direction, None, None, None);
        let (offer, pending) = api.apply().unwrap();
        let peer = Self {
            rtc,
            socket,
            only_tcp: false,
            stream: None,
            held: Vec::new(),
            mid,
            pending: Some(pending),
            answer: String::new(),
            up: false,
            over: false,
            heard: Vec::new(),
            lossy: false,
            lost: HashSet::new(),
        };
        (peer, offer.to_sdp_string())
    }

    /// One whose network carries no UDP.
    pub(crate) fn offer_over_tcp(direction: Direction) -> (Self, String) {
        let (peer, offer) = Self::offer(direction);
        (Self { only_tcp: true, ..peer }, offer)
    }

    pub(crate) fn accept(&mut self, answer: &str) {
        self.answer = answer.to_owned();
        if self.only_tcp {
            let stream = TcpStream::connect(tcp_candidate(answer).unwrap()).unwrap();
            stream.set_nodelay(true).unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
            let candidate = Candidate::host(stream.local_addr().unwrap(), "tcp").unwrap();
            self.rtc.add_local_candidate(candidate).unwrap();
            self.stream = Some(stream);
        }
        let answer = SdpAnswer::from_sdp_string(answer).unwrap();
        self.rtc.sdp_api().accept_answer(self.pending.take().unwrap(), answer).unwrap();
    }

    /// Goes to another address, as a laptop that changes networks does, and asks for a restart of ICE.
    pub(crate) fn moves(&mut self) -> String {
        self.socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        self.socket.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        let mut api = self.rtc.sdp_api();
        api.ice_restart(false);
        let (offer, pending) = api.apply().unwrap();
        self.pending = Some(pending);
        let offer = offer.to_sdp_string();
        offer.lines().filter(|line| line.starts_with("a=ice-")).flat_map(|line| [line, "\r\n"]).collect()
    }

    /// Takes the answer to it.
    pub(crate) fn restarted(&mut self, fragment: &str) {
        let new = |name: &str| fragment.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        let line = |line: &str| match line {
            _ if line.starts_with("a=ice-ufrag:") => new("a=ice-ufrag:"),
            _ if line.starts_with("a=ice-pwd:") => new("a=ice-pwd:"),
            line => line.to_owned(),
        };
        let answer: String = self.answer.lines().map(|one| line(one) + "\r\n").collect();
        self.accept(&answer);
        let here = self.socket.local_addr().unwrap();
        self.rtc.add_local_candidate(Candidate::host(here, "udp").unwrap()).unwrap();
    }

    /// Works until the connection is up.
    pub(crate) fn connected(&mut self) {
        self.until(|peer| peer.up);
    }

    /// Works until something is so.
    pub(crate) fn until(&mut self, done: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !done(self) {
            assert!(start.elapsed() < HANG, "the client waited for nothing");
            self.turn();
        }
    }

    /// Works for a while.
    pub(crate) fn during(&mut self, time: Duration) {
        let start = Instant::now();
        while start.elapsed() < time {
            self.turn();
        }
    }

    /// Sends packet `n` of a publication that begins in the middle of its numbers.
    pub(crate) fn play(&mut self, n: u64) {
        let now = Instant::now();
        let seq = (60_000 + n).into();
        let time = 123_456_u32.wrapping_add(480 * n as u32);
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(self.mid, None).unwrap();
        stream.write_rtp(RtpWrite::new(111.into(), seq, time, now, payload(n)));
        self.rtc.handle_input(Input::Timeout(now)).unwrap();
        self.during(Duration::from_millis(2));
    }

    /// Asks for packets that are missing, as browsers do.
    fn ask_for_what_is_missing(&mut self, ssrc: Ssrc) {
        if let Some(stream) = self.rtc.direct_api().stream_rx(&ssrc) {
            stream.suppress_nack(false);
        }
    }

    /// Whether the path loses this datagram.
    fn loses(&mut self, datagram: &[u8]) -> bool {
        let is_sound = datagram.len() > 12 && datagram[0] >> 6 == 2 && datagram[1] & 0x7f == 111;
        let seq = u16::from_be_bytes([datagram[2], datagram[3]]);
        self.lossy && is_sound && seq % 10 == 5 && self.lost.insert(seq)
    }

    fn turn(&mut self) {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Transmit(out)) => self.send(out.proto, &out.contents, out.destination),
                Ok(Output::Event(Event::Connected)) => self.up = true,
                Ok(Output::Event(Event::Closed)) => self.over = true,
                Ok(Output::Event(Event::RtpPacket(packet))) => {
                    self.ask_for_what_is_missing(packet.header.ssrc);
                    self.heard.push(packet);
                }
                Ok(Output::Event(_)) => {}
                Ok(Output::Timeout(_)) => break,
                Err(_) => {
                    self.over = true;
                    break;
                }
            }
        }
        let mut buffer = [0; 2_000];
        let ours = self.socket.local_addr().unwrap();
        match self.socket.recv_from(&mut buffer) {
            Ok((length, from)) if !self.only_tcp && !self.loses(&buffer[..length]) => {
                self.feed(Protocol::Udp, from, ours, &buffer[..length]);
            }
            _ => self.pass(),
        }
        self.hear_tcp();
    }

    fn pass(&mut self) {
        if self.rtc.handle_input(Input::Timeout(Instant::now())).is_err() {
            self.over = true;
        }
    }

    fn feed(&mut self, protocol: Protocol, from: SocketAddr, ours: SocketAddr, datagram: &[u8]) {
        let Ok(received) = Receive::new(protocol, from, ours, datagram) else { return self.pass() };
        if self.rtc.handle_input(Input::Receive(Instant::now(), received)).is_err() {
            self.over = true;
        }
    }

    fn send(&mut self, protocol: Protocol, datagram: &[u8], to: SocketAddr) {
        match &mut self.stream {
            Some(stream) if protocol == Protocol::Tcp => {
                let framed = [&(datagram.len() as u16).to_be_bytes(), datagram].concat();
                // A far side that is gone is noticed by what it does not say.
                let _ = stream.write_all(&framed);
            }
            None if !self.only_tcp => drop(self.socket.send_to(datagram, to)),
            _ => {}
        }
    }

    fn hear_tcp(&mut self) {
        let Some(stream) = &mut self.stream else { return };
        let (from, ours) = (stream.peer_addr().unwrap(), stream.local_addr().unwrap());
        let mut piece = [0; 4_096];
        let length = stream.read(&mut piece).unwrap_or(0);
        self.held.extend_from_slice(&piece[..length]);
        while let Some(whole) = self.held.first_chunk().map(|head| 2 + usize::from(u16::from_be_bytes(*head))) {
            if self.held.len() < whole {
                return;
            }
            let rest = self.held.split_off(whole);
            let datagram = std::mem::replace(&mut self.held, rest);
            self.feed(Protocol::Tcp, from, ours, &datagram[2..]);
        }
    }
}

/// Where an answer says that it can be reached over TCP.
pub(crate) fn tcp_candidate(answer: &str) -> Option<SocketAddr> {
    let line = answer.lines().find(|line| line.starts_with("a=candidate:") && line.contains(" tcp "))?;
    let words: Vec<_> = line.split(' ').collect();
    Some(SocketAddr::new(words.get(4)?.parse().ok()?, words.get(5)?.parse().ok()?))
}

/// Packet `n` of a publication.
pub(crate) fn payload(n: u64) -> Vec<u8> {
    (0..320).map(|i| (n * 31 + i) as u8).collect()
}
