//! What a stranger answers, before anything else reads it: cut down to what a fair answer to our one offer of sound holds.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};

use crate::limits::{MAX_CANDIDATES, MAX_REASON};

/// Ports below this are those of everyday services; a stranger must not make us knock at them.
const UNPRIVILEGED: u16 = 1_024;
/// Those below it that media servers use to get through firewalls.
const WEB_PORTS: [u16; 2] = [80, 443];

/// An answer that fits our offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Answer {
    /// The SDP, with the candidates that may be tried and no others.
    pub(super) sdp: String,
    /// The number that it gives to Opus; an answerer may renumber it (RFC 3264 §6.1).
    pub(super) opus: u8,
    /// It says in so many words that it wants one channel (RFC 7587 §6.1).
    pub(super) wants_mono: bool,
}

impl Answer {
    /// Reads an answer.
    ///
    /// # Errors
    /// It cannot be the answer to an offer to send one stream of sound; the words say why.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let sdp = fair(text)?;
        let formats = formats(text)?;
        let has = |name: &str| lines(text).any(|line| line.strip_prefix(name).is_some_and(|value| !value.is_empty()));
        if !has("a=ice-ufrag:") || !has("a=ice-pwd:") || !has("a=fingerprint:") {
            return Err("it does not say how to connect");
        }
        if lines(text).any(|line| matches!(line, "a=inactive" | "a=sendonly")) {
            return Err("it does not want our sound");
        }
        let opus = opus_payload_type(text, &formats).ok_or("it takes no Opus")?;
        Ok(Self { sdp, opus, wants_mono: is_mono(text, opus) })
    }
}

/// A stranger's SDP without what nobody may be asked to read or to try.
///
/// # Errors
/// It is none, or there is nothing in it to try; the words say why.
pub(super) fn fair(text: &str) -> Result<String, &'static str> {
    if text.contains(|sign: char| sign.is_control() && !matches!(sign, '\r' | '\n' | '\t')) {
        return Err("it holds signs that no text has");
    }
    if !text.starts_with("v=0") {
        return Err("it is no SDP");
    }
    with_fair_candidates(text).ok_or("it names no address that may be tried")
}

/// Words of a stranger, made fit to be shown: one line without signs that command, at most [`MAX_REASON`] characters.
pub(super) fn plain(words: &str) -> String {
    // Marks that turn the direction of writing round, or take no room, could make a sentence say something else.
    let hidden = |sign: &char| matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let shown: String = words
        .chars()
        .filter(|sign| !hidden(sign))
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .take(4 * MAX_REASON)
        .collect();
    let words: Vec<&str> = shown.split_whitespace().collect();
    words.join(" ").chars().take(MAX_REASON).collect()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim_end)
}

/// The formats of the one stream, as its line names them.
fn formats(text: &str) -> Result<Vec<&str>, &'static str> {
    let mut media = lines(text).filter_map(|line| line.strip_prefix("m="));
    let (Some(line), None) = (media.next(), media.next()) else { return Err("it does not answer one offer of sound") };
    let mut words = line.split_whitespace();
    match (words.next(), words.next().and_then(|port| port.split('/').next()?.parse::<u16>().ok())) {
        (Some("audio"), Some(0)) => Err("it refuses the sound"),
        (Some("audio"), Some(_)) => Ok(words.skip(1).collect()),
        _ => Err("it does not answer one offer of sound"),
    }
}

fn opus_payload_type(text: &str, formats: &[&str]) -> Option<u8> {
    lines(text).find_map(|line| {
        let (number, codec) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
        let name = codec.trim_start().split('/').next()?;
        (name.eq_ignore_ascii_case("opus") && formats.contains(&number)).then_some(())?;
        number.parse().ok().filter(|number| *number <= 127)
    })
}

fn is_mono(text: &str, opus: u8) -> bool {
    let parameters = lines(text).filter_map(|line| line.strip_prefix("a=fmtp:")?.split_once(' '));
    let ours = parameters.filter(|(number, _)| number.parse() == Ok(opus));
    ours.flat_map(|(_, values)| values.split(';')).any(|value| value.trim().eq_ignore_ascii_case("stereo=0"))
}

/// The answer with the first [`MAX_CANDIDATES`] addresses that may be tried. `None` when it names some, and none of them may.
fn with_fair_candidates(text: &str) -> Option<String> {
    let (mut named, mut kept, mut known) = (0_usize, 0_usize, HashSet::new());
    let mut fair = String::with_capacity(text.len());
    for line in lines(text) {
        if let Some(candidate) = line.strip_prefix("a=candidate:") {
            named += 1;
            let wanted = fair_candidate(candidate).filter(|_| kept < MAX_CANDIDATES);
            if !wanted.is_some_and(|place| known.insert(place)) {
                continue;
            }
            kept += 1;
        }
        // These name addresses as well, for dialects of ICE that we do not speak.
        if !line.starts_with("a=remote-candidates:") {
            fair.push_str(line);
            fair.push_str("\r\n");
        }
    }
    (named == 0 || kept > 0).then_some(fair)
}

/// Where a candidate wants to be tried (RFC 8839 §5.1), when that is a place that a media server can be at: an address, no
/// name, of one host, at a port that no everyday service has.
fn fair_candidate(candidate: &str) -> Option<(bool, SocketAddr)> {
    let mut words = candidate.split_whitespace().skip(1);
    let (component, transport, _priority) = (words.next()?, words.next()?, words.next()?);
    let (ip, port): (IpAddr, u16) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let ip = ip.to_canonical();
    let udp = transport.eq_ignore_ascii_case("udp");
    let one_host = !ip.is_unspecified() && !ip.is_multicast() && ip != IpAddr::from([255; 4]);
    let media = port >= UNPRIVILEGED || WEB_PORTS.contains(&port);
    let fair = component == "1" && (udp || transport.eq_ignore_ascii_case("tcp")) && one_host && media;
    fair.then(|| (udp, SocketAddr::new(ip, port)))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    const HEAD: &str = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
    const TAIL: &str = "a=rtpmap:111 opus/48000/2\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n\
                        a=fingerprint:sha-256 AA:BB\r\na=setup:passive\r\na=recvonly\r\n";

    fn answer(media: &str, more: &str) -> String {
        format!("{HEAD}{media}\r\n{TAIL}{more}")
    }

    fn sound(more: &str) -> String {
        answer("m=audio 9 UDP/TLS/RTP/SAVPF 111", more)
    }

    #[test]
    fn an_answer_may_number_opus_differently() {
        let renumbered = sound("").replace("111", "96");
        assert_eq!(Answer::read(&renumbered).unwrap().opus, 96);
    }

    #[test]
    fn what_cannot_be_an_answer_to_our_offer_is_refused_and_says_why() {
        let rows = [
            ("".to_owned(), "no SDP"),
            ("<html>".to_owned(), "no SDP"),
            (sound("a=x\0y\r\n"), "signs"),
            (HEAD.to_owned(), "one offer"),
            (answer("m=video 9 UDP/TLS/RTP/SAVPF 111", ""), "one offer"),
            (sound("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"), "one offer"),
            (answer("m=audio 0 UDP/TLS/RTP/SAVPF 111", ""), "refuses the sound"),
            (answer("m=audio", ""), "one offer"),
            (sound("a=inactive\r\n"), "not want"),
            // A number that the stream's own line does not name, or that is none.
            (sound("").replace("rtpmap:111", "rtpmap:97"), "no Opus"),
            (sound("").replace("111", "200"), "no Opus"),
            (sound("").replace("opus", "PCMU"), "no Opus"),
            (sound("").replace("a=fingerprint", "a=finger"), "how to connect"),
            (sound("").replace("a=ice-pwd:0123456789012345678901", "a=ice-pwd:"), "how to connect"),
            (sound("a=candidate:1 1 udp 1 224.0.0.1 5000 typ host\r\n"), "no address"),
        ];
        for (text, why) in rows {
            let refused = Answer::read(&text).expect_err(&text);
            assert!(refused.contains(why), "{refused}: {text}");
        }
    }

    #[test]
    fn only_fair_places_are_tried_and_only_so_many() {
        let unfair = [
            "1 1 udp 1 224.0.0.1 5000 typ host",
            "1 1 udp 1 255.255.255.255 5000 typ host",
            "1 1 udp 1 0.0.0.0 5000 typ host",
            "1 1 udp 1 203.0.113.5 53 typ host",
            "1 1 udp 1 203.0.113.5 0 typ host",
            "1 1 udp 1 203.0.113.5 70000 typ host",
            "1 2 udp 1 203.0.113.5 5000 typ host",
            "1 1 sctp 1 203.0.113.5 5000 typ host",
            "1 1 udp 1 victim.example 5000 typ host",
            "1 1 udp 1 ::ffff:224.0.0.1 5000 typ host",
            "1 1 udp",
            "",
        ];
        let fair = ["1 1 udp 1 203.0.113.5 443 typ host", "2 1 TCP 1 2001:db8::5 7000 typ host tcptype passive"];
        let candidates =
            unfair.iter().chain(&fair).fold(String::new(), |text, line| text + "a=candidate:" + line + "\r\n");
        let sdp = Answer::read(&sound(&candidates)).unwrap().sdp;
        let kept: Vec<_> = sdp.lines().filter_map(|line| line.strip_prefix("a=candidate:")).collect();
        assert_eq!(kept, fair);
        let many = (0..10_000).fold(String::new(), |mut text, at| {
            let _ = write!(text, "a=candidate:1 1 udp 1 203.0.113.{} {} typ host\r\n", at % 250 + 1, 5_000 + at / 250);
            text
        });
        assert_eq!(Answer::read(&sound(&many)).unwrap().sdp.matches("a=candidate").count(), MAX_CANDIDATES);
        let same = "a=candidate:1 1 udp 1 203.0.113.5 5000 typ host\r\n".repeat(5);
        assert_eq!(Answer::read(&sound(&same)).unwrap().sdp.matches("a=candidate").count(), 1);
    }

    #[test]
    fn one_channel_is_wanted_only_when_it_is_said() {
        assert!(!Answer::read(&sound("a=fmtp:111 minptime=10\r\n")).unwrap().wants_mono);
        assert!(!Answer::read(&sound("a=fmtp:111 stereo=1\r\n")).unwrap().wants_mono);
        assert!(!Answer::read(&sound("a=fmtp:0 stereo=0\r\n")).unwrap().wants_mono);
        assert!(Answer::read(&sound("a=fmtp:111 minptime=10; stereo=0\r\n")).unwrap().wants_mono);
    }

    #[test]
    fn words_of_a_stranger_are_one_short_line() {
        assert_eq!(plain("  a\u{1b}[31m red\r\n\0line \u{202e}back"), "a [31m red line back");
        assert_eq!(plain(&"ā".repeat(100_000)).chars().count(), MAX_REASON);
    }
}
