//! The text of offers and answers: what WHIP and WHEP demand beyond what str0m checks and writes.

use super::Role;
use super::way::{Carrier, Way};
use crate::limits::MAX_SDP_LINES;

/// Why an offer cannot be answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unfit {
    /// It is no session description.
    Malformed,
    /// It asks for something else than one audio line with Opus in the right direction (RFC 9725 §4.4.2, §4.4.3).
    Media,
}

/// By what one end of a connection is known to ICE.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Credentials {
    pub(crate) ufrag: String,
    pub(crate) pwd: String,
}

impl Credentials {
    /// Of the characters and lengths that ICE allows (RFC 8839 §5.4).
    fn new(ufrag: &str, pwd: &str) -> Option<Self> {
        let allowed = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
        let fits = (4..=256).contains(&ufrag.len()) && (22..=256).contains(&pwd.len());
        (fits && allowed(ufrag) && allowed(pwd)).then(|| Self { ufrag: ufrag.to_owned(), pwd: pwd.to_owned() })
    }
}

/// What the relay needs to know of an offer.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Offer {
    /// The payload type that the far side uses for Opus.
    pub(crate) opus: u8,
    /// The far side's ICE user name fragment.
    pub(crate) ufrag: String,
    /// The offer with its direction narrowed to one way, which the answer then mirrors, and without candidates: a
    /// lite agent never knocks, it learns where the far side is from its knocking (RFC 8445 §2.5).
    pub(crate) text: String,
}

/// Reads an offer for a session of that role.
pub(crate) fn read(role: Role, text: &str) -> Result<Offer, Unfit> {
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    if lines.first() != Some(&"v=0") {
        return Err(Unfit::Malformed);
    }
    let mut media = lines.iter().filter_map(|line| line.strip_prefix("m="));
    match (media.next(), media.next()) {
        (None, _) => return Err(Unfit::Malformed),
        (Some(only), None) if only.starts_with("audio ") => {}
        _ => return Err(Unfit::Media),
    }
    let opus = lines.iter().find_map(|line| opus_of(line)).ok_or(Unfit::Media)?;
    let ufrag = value(&lines, "a=ice-ufrag:").ok_or(Unfit::Malformed)?.to_owned();
    let (wanted, other) = match role {
        Role::Publisher | Role::Check => ("a=sendonly", "a=recvonly"),
        Role::Listener => ("a=recvonly", "a=sendonly"),
    };
    if lines.iter().any(|line| *line == other || *line == "a=inactive") {
        return Err(Unfit::Media);
    }
    let kept: Vec<_> = lines.iter().filter_map(|line| needed(opus, line)).collect();
    if kept.len() > MAX_SDP_LINES {
        return Err(Unfit::Malformed);
    }
    let narrowed = kept.iter().map(|line| if line == "a=sendrecv" { wanted } else { line });
    let mut text: String = narrowed.flat_map(|line| [line, "\r\n"]).collect();
    // Without a direction an audio line goes both ways (RFC 8866 §6.7).
    if !lines.iter().any(|line| *line == wanted || *line == "a=sendrecv") {
        text.push_str(wanted);
        text.push_str("\r\n");
    }
    Ok(Offer { opus, ufrag, text })
}

impl Offer {
    /// The same offer from a far side that restarts ICE.
    pub(crate) fn restarted(&self, by: Credentials) -> Self {
        let Credentials { ufrag, pwd } = by;
        let lines = self.text.lines().map(|line| match line {
            _ if line.starts_with("a=ice-ufrag:") => format!("a=ice-ufrag:{ufrag}\r\n"),
            _ if line.starts_with("a=ice-pwd:") => format!("a=ice-pwd:{pwd}\r\n"),
            line => format!("{line}\r\n"),
        });
        Self { opus: self.opus, text: lines.collect(), ufrag }
    }

    /// What the far side gets when it restarts ICE (RFC 9725 §4.3.3): who we are now and where.
    pub(crate) fn fragment(&self, ours: &Credentials, candidates: &[Way]) -> String {
        let lines: Vec<_> = self.text.lines().collect();
        let mut fragment = String::from("a=ice-lite\r\na=ice-options:ice2\r\n");
        for (name, unnamed) in [("m=", "audio 9 UDP/TLS/RTP/SAVPF 111"), ("a=mid:", "0")] {
            push(&mut fragment, &format!("{name}{}", value(&lines, name).unwrap_or(unnamed)));
        }
        push(&mut fragment, &format!("a=ice-ufrag:{}", ours.ufrag));
        push(&mut fragment, &format!("a=ice-pwd:{}", ours.pwd));
        push_candidates(&mut fragment, candidates);
        fragment
    }
}

/// A line as far as an answer needs it. Codecs that we do not speak are left out, also of the line of the media: what is
/// read of each line together with each other one must be little, whoever wrote it.
fn needed(opus: u8, line: &str) -> Option<String> {
    const SESSION: [&str; 6] = ["v=", "o=", "s=", "t=", "c=", "a=group:"];
    const TRANSPORT: [&str; 8] =
        ["a=mid:", "a=ice-", "a=fingerprint:", "a=setup:", "a=rtcp-mux", "a=rtcp-rsize", "a=extmap:", "a=ssrc:"];
    const DIRECTIONS: [&str; 3] = ["a=sendrecv", "a=sendonly", "a=recvonly"];
    if line.starts_with("m=") {
        let head: Vec<_> = line.split(' ').take(3).collect();
        return Some(format!("{} {opus}", head.join(" ")));
    }
    let codec = ["rtpmap", "fmtp", "rtcp-fb"].iter().any(|name| line.starts_with(&format!("a={name}:{opus} ")));
    let starts = |names: &[&str]| names.iter().any(|name| line.starts_with(name));
    (codec || starts(&SESSION) || starts(&TRANSPORT) || DIRECTIONS.contains(&line)).then(|| line.to_owned())
}

/// The payload type in `a=rtpmap:111 opus/48000/2`.
fn opus_of(line: &str) -> Option<u8> {
    let (pt, codec) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
    codec.to_ascii_lowercase().starts_with("opus/48000").then(|| pt.parse().ok())?.filter(|pt| *pt < 128)
}

fn value<'a>(lines: &[&'a str], name: &str) -> Option<&'a str> {
    lines.iter().find_map(|line| line.strip_prefix(name)).filter(|value| !value.is_empty())
}

/// Whether an answer takes the offered line up, in our direction and with Opus: half an acceptance is none
/// (RFC 9725 §4.4.3).
pub(crate) fn accepts(role: Role, opus: u8, answer: &str) -> bool {
    let direction = match role {
        Role::Publisher | Role::Check => "a=recvonly",
        Role::Listener => "a=sendonly",
    };
    let rtpmap = format!("a=rtpmap:{opus} ");
    let has = |wanted: &dyn Fn(&str) -> bool| answer.lines().map(str::trim_end).any(wanted);
    has(&|line| line == direction) && has(&|line| line.starts_with(&rtpmap))
}

/// The answer as the far side gets it: music, packets that may be asked for again, and all our addresses.
pub(crate) fn answer(role: Role, opus: u8, text: &str, candidates: &[Way]) -> String {
    let fmtp = format!("a=fmtp:{opus} ");
    let feedback = format!("a=rtcp-fb:{opus} ");
    let rtpmap = format!("a=rtpmap:{opus} ");
    let mut answer = String::with_capacity(text.len() + 256);
    for line in text.lines().map(str::trim_end) {
        let ours = line.starts_with(&fmtp) || line.starts_with("a=candidate:") || line == "a=end-of-candidates";
        // Browsers that report every packet to a listener's connection report to nobody.
        if ours || (role == Role::Listener && line.starts_with(&feedback)) {
            continue;
        }
        push(&mut answer, line);
        if line.starts_with(&rtpmap) {
            push(&mut answer, &format!("{fmtp}{}", format_of(role)));
            push(&mut answer, &format!("{feedback}nack"));
        }
    }
    push_candidates(&mut answer, candidates);
    answer
}

fn push_candidates(text: &mut String, candidates: &[Way]) {
    for (index, way) in candidates.iter().enumerate() {
        push(text, &candidate(index, *way));
    }
    push(text, "a=end-of-candidates");
}

/// Opus for music (RFC 7587 §7.1). Stereo must be said in both directions; forward error correction is asked of
/// no publisher, since it turns the encoder's music mode off.
fn format_of(role: Role) -> &'static str {
    match role {
        Role::Publisher | Role::Check => {
            "minptime=10;stereo=1;sprop-stereo=1;maxaveragebitrate=510000;useinbandfec=0;usedtx=0"
        }
        Role::Listener => "minptime=10;stereo=1;sprop-stereo=1;maxaveragebitrate=510000;useinbandfec=1",
    }
}

/// A host candidate (RFC 8839 §5.1); earlier ones are preferred (RFC 8445 §5.1.2.1), and every other way to one over TCP,
/// which waits to be connected to (RFC 6544 §4.2, §4.5).
fn candidate(index: usize, way: Way) -> String {
    let (kind, most, carrier, role) = match way.carrier {
        Carrier::Udp => (126, 65_535_usize, "udp", ""),
        Carrier::Tcp => (90, (4 << 13) + 8_191, "tcp", " tcptype passive"),
    };
    let priority = (kind << 24) + (most.saturating_sub(index) << 8) + 255;
    let (ip, port) = (way.at.ip(), way.at.port());
    format!("a=candidate:{} 1 {carrier} {priority} {ip} {port} typ host{role}", index + 1)
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push_str("\r\n");
}

/// What a PATCH asks for (RFC 8840 §9).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Fragment {
    /// More candidates of the far side, which are not needed, as those of an offer.
    Candidates,
    /// Who the far side is, which was known: more candidates, or a restart that is asked for once more.
    Same,
    /// The far side restarts ICE, and is this one from now on.
    Restart(Credentials),
}

/// Reads a fragment from the far side that was `known` by that user name fragment.
pub(crate) fn fragment(known: &str, text: &str) -> Result<Fragment, Unfit> {
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    match (value(&lines, "a=ice-ufrag:"), value(&lines, "a=ice-pwd:")) {
        (None, _) => Ok(Fragment::Candidates),
        (Some(ufrag), _) if ufrag == known => Ok(Fragment::Same),
        (Some(ufrag), Some(pwd)) => Credentials::new(ufrag, pwd).map(Fragment::Restart).ok_or(Unfit::Malformed),
        (Some(_), None) => Err(Unfit::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 109\r\n\
        a=mid:0\r\na=sendrecv\r\na=ice-ufrag:abcd\r\na=rtpmap:109 opus/48000/2\r\n";

    #[test]
    fn an_offer_for_one_opus_line_is_read() {
        let offer = read(Role::Listener, OFFER).unwrap();
        assert_eq!((offer.opus, offer.ufrag.as_str()), (109, "abcd"));
        assert!(offer.text.contains("a=recvonly") && !offer.text.contains("a=sendrecv"));
        assert!(read(Role::Publisher, OFFER).unwrap().text.contains("a=sendonly"));
    }

    #[test]
    fn what_is_not_one_audio_line_is_refused() {
        let video = format!("{OFFER}m=video 9 UDP/TLS/RTP/SAVPF 96\r\n");
        let two = format!("{OFFER}m=audio 9 UDP/TLS/RTP/SAVPF 109\r\n");
        let other = OFFER.replace("opus/48000/2", "PCMU/8000");
        let wrong_way = OFFER.replace("sendrecv", "sendonly");
        for text in [video, two, other, wrong_way] {
            assert_eq!(read(Role::Listener, &text), Err(Unfit::Media), "{text}");
        }
        for text in ["", "hello", "v=0\r\n"] {
            assert_eq!(read(Role::Listener, text), Err(Unfit::Malformed), "{text}");
        }
    }

    #[test]
    fn of_an_offer_only_what_the_answer_needs_is_kept() {
        let mut long = OFFER.replace("SAVPF 109", "SAVPF 109 0 96");
        (0..2_000)
            .for_each(|_| long.push_str("a=rtpmap:0 PCMU/8000\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n"));
        long.push_str(&format!("a=fmtp:96 {}\r\n", "apt=0;".repeat(3_000)));
        let offer = read(Role::Listener, &long).unwrap();
        assert!(offer.text.contains("m=audio 9 UDP/TLS/RTP/SAVPF 109\r\n"), "{}", offer.text);
        assert!(offer.text.lines().count() <= OFFER.lines().count(), "{}", offer.text);
        (0..2_000).for_each(|_| long.push_str("a=extmap:1 urn:x\r\n"));
        assert_eq!(read(Role::Listener, &long), Err(Unfit::Malformed));
    }

    #[test]
    fn the_answer_is_for_music() {
        let plain = "v=0\r\na=rtpmap:109 opus/48000/2\r\na=rtcp-fb:109 transport-cc\r\na=fmtp:109 stereo=0\r\n\
            a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n";
        let here = "192.0.2.1:8080".parse().unwrap();
        let answer = answer(Role::Listener, 109, plain, &[Way::udp(here), Way::tcp(here)]);
        assert!(answer.contains("a=candidate:1 1 udp 2130706431 192.0.2.1 8080 typ host\r\n"), "{answer}");
        assert!(
            answer.contains("a=candidate:2 1 tcp 1520434943 192.0.2.1 8080 typ host tcptype passive\r\n"),
            "{answer}"
        );
        assert!(answer.contains("a=fmtp:109 minptime=10;stereo=1;sprop-stereo=1;maxaveragebitrate=510000"));
        assert!(answer.contains("a=rtcp-fb:109 nack\r\n") && !answer.contains("transport-cc"));
        assert!(answer.contains("192.0.2.1 8080 typ host") && !answer.contains("127.0.0.1"));
    }

    #[test]
    fn only_another_name_with_a_password_restarts_ice() {
        let restart = |ufrag: &str, pwd: &str| fragment("abcd", &format!("a=ice-ufrag:{ufrag}\r\na=ice-pwd:{pwd}\r\n"));
        let pwd = "0123456789012345678+/Z";
        assert_eq!(restart("abcd", pwd), Ok(Fragment::Same));
        assert_eq!(fragment("abcd", "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n"), Ok(Fragment::Candidates));
        let by = Credentials { ufrag: "new1".into(), pwd: pwd.into() };
        assert_eq!(restart("new1", pwd), Ok(Fragment::Restart(by.clone())));
        for (ufrag, pwd) in
            [("new", pwd), ("new1", "short"), ("ne 1", pwd), ("new1", "0123456789012345678901\u{e9}"), ("new1", "")]
        {
            assert_eq!(restart(ufrag, pwd), Err(Unfit::Malformed), "{ufrag} {pwd}");
        }
        let offer = read(Role::Publisher, &format!("{OFFER}a=ice-pwd:{}\r\n", "x".repeat(22))).unwrap();
        let again = offer.restarted(by.clone());
        assert_eq!(again.ufrag, "new1");
        assert_eq!(read(Role::Publisher, &again.text).unwrap(), again);
        assert!(again.text.contains(pwd) && !again.text.contains("xxx") && !again.text.contains("abcd"));
        let told = again.fragment(&by, &[Way::udp("192.0.2.1:8080".parse().unwrap())]);
        assert!(
            told.contains("\r\na=mid:0\r\na=ice-ufrag:new1\r\n") && told.contains("192.0.2.1 8080 typ host"),
            "{told}"
        );
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "(v=0\r?\n)?([vmao]=[ -~]{0,40}\r?\n){0,20}") {
            let _ = (read(Role::Listener, &text), read(Role::Publisher, &text), fragment("abcd", &text));
        }
    }
}
