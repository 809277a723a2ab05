//! The ways by which a far side can be reached, as its answer tells them, and ours, as it is told them.

use std::net::{IpAddr, SocketAddr};

use crate::limits::MAX_TCP_WAYS;

/// By which kind of way sound reaches the far side.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Path {
    /// Each packet by itself, straight there.
    #[default]
    Udp,
    /// In a TCP connection: the network carries no UDP.
    Tcp,
    /// Over a TURN server.
    Relay,
}

/// A place where the far side waits for TCP connections (RFC 6544 §4.5).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct TcpWay {
    /// Where it is.
    pub(super) at: SocketAddr,
    /// Under which address it is known in the connection: `webrtc` tells candidates apart by that alone, and one of UDP may
    /// have the same.
    pub(super) name: SocketAddr,
    priority: u32,
}

impl TcpWay {
    /// The candidate, by its name.
    pub(super) fn candidate(&self) -> String {
        let (ip, port) = (self.name.ip(), self.name.port());
        format!("candidate:tcp{port} 1 tcp {} {ip} {port} typ host tcptype passive", self.priority)
    }
}

/// An answer without its TCP candidates, and those that can be used, at most [`MAX_TCP_WAYS`].
pub(super) fn apart(answer: &str) -> (String, Vec<TcpWay>) {
    let is_tcp = |line: &&str| line.split(' ').nth(2).is_some_and(|carrier| carrier.eq_ignore_ascii_case("tcp"));
    let candidates = || answer.lines().filter_map(|line| line.trim_end().strip_prefix("a=candidate:"));
    let mut taken: Vec<_> = candidates().filter(|line| !is_tcp(line)).filter_map(address).collect();
    let mut ways = Vec::new();
    for line in candidates().filter(is_tcp) {
        let waits = line.contains(" tcptype passive");
        let (Some(at), Some(priority)) = (address(line), line.split(' ').nth(3).and_then(|text| text.parse().ok()))
        else {
            continue;
        };
        if waits && ways.len() < MAX_TCP_WAYS {
            let mut name = at;
            while taken.contains(&name) {
                name.set_port(name.port().wrapping_add(1).max(1));
            }
            taken.push(name);
            ways.push(TcpWay { at, name, priority });
        }
    }
    let kept = answer.lines().filter(|line| !line.strip_prefix("a=candidate:").is_some_and(|line| is_tcp(&line)));
    (kept.flat_map(|line| [line.trim_end(), "\r\n"]).collect(), ways)
}

/// Whether the far side waits for TCP connections.
#[must_use]
pub fn waits_for_tcp(answer: &str) -> bool {
    !apart(answer).1.is_empty()
}

/// A description without any candidate.
pub(super) fn without_candidates(description: &str) -> String {
    let kept = description.lines().filter(|line| !line.starts_with("a=candidate:"));
    kept.flat_map(|line| [line.trim_end(), "\r\n"]).collect()
}

/// Local addresses to bind for a far side that is at one of those: every interface, and the loopback one only for a server
/// on this machine.
#[must_use]
pub fn to_bind(far_side: &[IpAddr]) -> Vec<String> {
    let mut bind = vec!["0.0.0.0:0".to_owned()];
    if far_side.iter().any(IpAddr::is_loopback) {
        bind.push("127.0.0.1:0".to_owned());
    }
    if far_side.iter().any(|ip| ip.is_ipv6() && !ip.is_loopback()) {
        bind.push("[::]:0".to_owned());
    }
    bind
}

/// Where a candidate is (RFC 8839 §5.1); names are not looked up.
fn address(candidate: &str) -> Option<SocketAddr> {
    let mut words = candidate.split(' ').skip(4);
    let ip = words.next()?.parse().ok()?;
    let port = words.next()?.parse().ok().filter(|port| *port != 0)?;
    Some(SocketAddr::new(ip, port))
}

/// An offer without places where we would wait for TCP connections: nobody does.
pub(super) fn without_waiting(offer: &str) -> String {
    let kept = offer.lines().filter(|line| !(line.starts_with("a=candidate:") && line.contains("tcptype passive")));
    kept.flat_map(|line| [line, "\r\n"]).collect()
}

/// The candidates of a description, as its lines have them.
pub(super) fn candidates(description: &str) -> impl Iterator<Item = &str> {
    description.lines().map(str::trim_end).filter(|line| line.starts_with("a=candidate:"))
}

/// What a PATCH tells of more candidates (RFC 8840 §9, RFC 9725 §4.3.2): whose they are, and for which line.
pub(super) fn fragment(offer: &str, more: &[String], complete: bool) -> String {
    let lines = || offer.lines().map(str::trim_end);
    let first = |name: &'static str| lines().find(move |line| line.starts_with(name));
    let head = ["a=ice-ufrag:", "a=ice-pwd:", "m=", "a=mid:"].into_iter().filter_map(first);
    let end = complete.then_some("a=end-of-candidates");
    head.chain(more.iter().map(String::as_str)).chain(end).flat_map(|line| [line, "\r\n"]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANSWER: &str = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n\
        a=candidate:1 1 udp 2130706431 192.0.2.1 8080 typ host\r\n\
        a=candidate:2 1 tcp 1520434943 192.0.2.1 8080 typ host tcptype passive\r\n\
        a=candidate:3 1 TCP 1520434942 2001:db8::1 443 typ host tcptype passive\r\n\
        a=candidate:4 1 tcp 1520434941 192.0.2.1 9 typ host tcptype active\r\n\
        a=candidate:5 1 tcp 1520434940 host.local 9 typ host tcptype passive\r\na=end-of-candidates\r\n";

    #[test]
    fn tcp_is_kept_apart_and_each_way_has_a_name_of_its_own() {
        let (sdp, ways) = apart(ANSWER);
        assert!(sdp.contains(" udp ") && !sdp.to_lowercase().contains(" tcp "), "{sdp}");
        assert!(sdp.contains("\r\na=end-of-candidates\r\n"));
        let at: Vec<_> = ways.iter().map(|way| way.at.to_string()).collect();
        assert_eq!(at, ["192.0.2.1:8080", "[2001:db8::1]:443"]);
        assert_eq!(ways[0].name.to_string(), "192.0.2.1:8081", "a candidate of UDP has the other name");
        assert_eq!(ways[1].name, ways[1].at);
        let told = "candidate:tcp8081 1 tcp 1520434943 192.0.2.1 8081 typ host tcptype passive";
        assert_eq!(ways[0].candidate(), told);
    }

    #[test]
    fn a_fragment_names_whose_candidates_they_are() {
        let offer = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:abcd\r\na=ice-pwd:secret\r\n";
        let more = ["a=candidate:9 1 udp 1 192.0.2.9 9 typ relay".to_owned()];
        let expected = "a=ice-ufrag:abcd\r\na=ice-pwd:secret\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n\
            a=candidate:9 1 udp 1 192.0.2.9 9 typ relay\r\na=end-of-candidates\r\n";
        assert_eq!(fragment(offer, &more, true), expected);
        assert!(!fragment(offer, &more, false).contains("end-of"));
    }

    #[test]
    fn we_wait_for_no_tcp_connection() {
        let offer = "a=candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype passive\r\na=candidate:2 1 udp 1 192.0.2.1 7 typ host\r\n";
        assert_eq!(without_waiting(offer), "a=candidate:2 1 udp 1 192.0.2.1 7 typ host\r\n");
        assert_eq!(candidates(offer).count(), 2);
        assert!(waits_for_tcp(ANSWER) && !waits_for_tcp(&apart(ANSWER).0));
        assert_eq!(without_candidates(offer), "");
    }

    proptest! {
        #[test]
        fn no_answer_is_too_strange(answer in "(a=candidate:[ -~]{0,60}\r?\n|a=candidate:1 1 tcp [0-9]{0,12} [0-9.:]{0,12} [0-9]{0,6} typ host tcptype passive\r\n){0,40}") {
            let (_, ways) = apart(&answer);
            prop_assert!(ways.len() <= MAX_TCP_WAYS);
        }
    }
}
