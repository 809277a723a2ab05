//! Offers, fragments and datagrams that nobody in his right mind sends: real sessions, and a relay that goes on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::addresses::Reach;
use super::board::Boards;
use super::negotiation::{Identity, Negotiated};
use super::rtc_peer::RtcPeer;
use super::sdp::Credentials;
use super::*;

const OFFER: &str = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\nc=IN IP4 0.0.0.0\r\na=candidate:1 1 udp 2130706431 127.0.0.1 40000 typ host\r\n\
    a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=ice-options:trickle\r\n\
    a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n\
    a=setup:actpass\r\na=mid:0\r\na=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
    a=sendrecv\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\na=rtcp-fb:111 nack\r\n\
    a=fmtp:111 minptime=10;stereo=1\r\na=rtpmap:63 red/48000/2\r\na=ssrc:7 cname:x\r\na=ssrc:7 msid:a b\r\n";

static PANICS: AtomicUsize = AtomicUsize::new(0);

struct Nowhere;

impl Wire for Nowhere {
    fn send(&mut self, _to: Way, _datagram: &[u8]) {}
    fn hang_up(&mut self, _way: Way) {}
}

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((mixed ^ (mixed >> 27)) >> 3) as usize % end
    }

    /// Cut, doubled, turned over, or with bytes that are others.
    fn changed(&mut self, mut seed: Vec<u8>) -> Vec<u8> {
        for _ in 0..self.below(4) {
            if seed.is_empty() {
                break;
            }
            let (from, to) = (self.below(seed.len()), self.below(seed.len()));
            let (from, to) = (from.min(to), from.max(to));
            match self.below(6) {
                0 => seed.truncate(to),
                1 => drop(seed.drain(from..to)),
                2 => seed.extend_from_within(from..to),
                3 => seed[from..to].reverse(),
                4 => seed[to] = [0, b'\n', b' ', b'9', b':', 255][self.below(6)],
                _ => seed[from] ^= 1 << self.below(8),
            }
        }
        seed
    }

    /// A datagram of a kind that a media socket takes for something (RFC 7983 §7), the first ones for this session.
    fn datagram(&mut self, ours: &str) -> Vec<u8> {
        let name = format!("{ours}:abcd");
        let mut request =
            vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 6, 0, name.len() as u8];
        request.extend(name.as_bytes());
        request.resize(request.len().next_multiple_of(4), 0);
        request[3] = (request.len() - 20) as u8;
        if self.below(2) == 0 {
            return if self.below(4) == 0 { request } else { self.changed(request) };
        }
        let (first, length) = ([0, 1, 20, 22, 63, 64, 128, 129, 200, 255][self.below(10)], 1 + self.below(300));
        let mut datagram: Vec<u8> = (0..length).map(|_| self.below(256) as u8).collect();
        datagram[0] = first;
        datagram
    }
}

fn entry(id: u128, role: Role, negotiated: Negotiated, boards: &Boards) -> Entry<RtcPeer> {
    let (room, gone) = (Uuid::from_u128(1), Gone::default());
    let Negotiated { peer, ours, .. } = negotiated;
    Entry {
        id: SessionId(id),
        role,
        room,
        board: boards.of(room),
        gone,
        ufrag: ours,
        first_seq: 1,
        counted: true,
        peer,
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the prover reads it")]
fn after_strange_offers_fragments_and_datagrams_the_relay_goes_on() {
    let seconds = if std::env::var_os("KORERO_PROVE").is_some() { 120 } else { 2 };
    std::panic::set_hook(Box::new(|_| {
        PANICS.fetch_add(1, Ordering::Relaxed);
    }));
    let reach = Reach { bound: "127.0.0.1:7000".parse().unwrap(), tcp: 7001, public: Vec::new(), loopback: true };
    let identity = Identity::new(reach).unwrap();
    let (begun, boards, mut chance) = (Instant::now(), Boards::default(), Chance(3));
    let mut relay = Relay::new(begun, || 1_000, MediaMetrics::default());
    let (mut offers, mut answered, mut datagrams) = (0_u128, 0, 0);
    while begun.elapsed() < Duration::from_secs(seconds) {
        offers += 1;
        let role = if chance.below(2) == 0 { Role::Publisher } else { Role::Listener };
        let text = String::from_utf8_lossy(&chance.changed(OFFER.as_bytes().to_vec())).into_owned();
        let Ok(negotiated) = identity.answer(role, &text) else { continue };
        answered += 1;
        let (ours, offer) = (negotiated.ours.clone(), negotiated.offer.clone());
        let now = Instant::now();
        relay.add(now, entry(offers, role, negotiated, &boards), &mut Nowhere);
        let by = Credentials { ufrag: "efgh".into(), pwd: "x".repeat(22) };
        if let Ok(restarted) = identity.restart(&offer, by) {
            relay.restart(SessionId(offers), restarted.ours, restarted.restart);
        }
        let port = 1_024 + chance.below(60_000) as u16;
        let from = if chance.below(2) == 0 { Way::udp } else { Way::tcp }(([127, 0, 0, 1], port).into());
        for _ in 0..20 {
            relay.datagram(now, from, &chance.datagram(&ours), &mut Nowhere);
            datagrams += 1;
        }
        relay.tick(Instant::now(), &mut Nowhere);
        if offers.is_multiple_of(16) {
            relay.end_all(now, &mut Nowhere);
        }
    }
    relay.end_all(Instant::now(), &mut Nowhere);
    assert!(relay.sessions.is_empty() && relay.ufrags.is_empty() && relay.verified.is_empty());
    assert!(identity.answer(Role::Publisher, OFFER).is_ok() && answered > 100, "{answered} of {offers}");
    println!(
        "figure {seconds} s of strange offers at the relay = {offers} offers, {answered} answered, {datagrams} datagrams, {} \
         panics, each alone in its session",
        PANICS.load(Ordering::Relaxed)
    );
}
