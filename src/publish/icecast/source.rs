//! How a source introduces itself to an Icecast server, and what the server answers: HTTP with a body without an end.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use korero_sentences::{Key, key};
use reqwest::Url;

use crate::fault::Fault;
use crate::limits::{RECONNECT_PAUSE, REFUSED_PAUSE, SAMPLE_RATE};
use crate::rtc::Trouble;
use crate::secret::StreamKey;
use crate::show::Show;

/// Where a source goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mount {
    pub(super) host: String,
    pub(super) port: u16,
    /// With its first slash.
    pub(super) path: String,
    pub(super) tls: bool,
}

impl Mount {
    /// Reads `icecast://host:port/mount`, or `icecasts://` for TLS; the port is 8000 unless said.
    pub(super) fn of(url: &str) -> Option<Self> {
        let url = Url::parse(url.trim()).ok()?;
        let tls = match url.scheme() {
            "icecast" => false,
            "icecasts" => true,
            _ => return None,
        };
        let host = url.host_str().filter(|host| !host.is_empty())?.to_owned();
        let path = url.path().to_owned();
        (path.len() > 1).then(|| Self { host, port: url.port().unwrap_or(8_000), path, tls })
    }

    /// As a person knows it.
    pub(super) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// The request. What follows an answer that accepts it is the stream itself.
    pub(super) fn request(&self, key: Option<&StreamKey>, show: &Show, bitrate: u32) -> String {
        let password = key.map(StreamKey::reveal).unwrap_or_default();
        let login = STANDARD.encode(format!("source:{password}"));
        let kbps = bitrate / 1_000;
        let mut lines = vec![
            format!("PUT {} HTTP/1.1", self.path),
            format!("Host: {}", self.authority()),
            format!("Authorization: Basic {login}"),
            concat!("User-Agent: korero/", env!("CARGO_PKG_VERSION")).to_owned(),
            "Content-Type: audio/ogg".to_owned(),
            "Ice-Public: 0".to_owned(),
            format!("Ice-Audio-Info: ice-samplerate={SAMPLE_RATE};ice-bitrate={kbps};ice-channels=2"),
        ];
        let named = [("Ice-Name", named(show)), ("Ice-Description", header_value(&show.title))];
        lines.extend(
            named.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}: {value}")),
        );
        lines.push("Expect: 100-continue".to_owned());
        lines.join("\r\n") + "\r\n\r\n"
    }

    /// What follows from an answer: the head of it, and as much of the body as came with it. `Ok` when the server listens.
    pub(super) fn answered(&self, answer: &str) -> Result<(), Trouble> {
        let status = answer.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|code| code.parse().ok());
        let told = |code: Key| Fault::new(code).with("host", self.authority());
        let refused = |fault| Trouble { fault, pause: REFUSED_PAUSE, refused: true };
        let says = |words: &str| answer.to_ascii_lowercase().contains(words);
        match status {
            Some(100 | 200) => Ok(()),
            Some(403) if says("in use") => Err(Trouble::passing(told(key::FAULT_PUBLISH_TAKEN))),
            Some(403) if says("too many sources") => {
                let fault = told(key::FAULT_PUBLISH_BUSY).with("seconds", REFUSED_PAUSE.as_secs());
                Err(Trouble { fault, pause: REFUSED_PAUSE, refused: false })
            }
            Some(403) if says("content-type") => Err(refused(self.odd("audio/ogg"))),
            Some(401 | 403) => Err(refused(told(key::FAULT_PUBLISH_KEY_REFUSED))),
            Some(code @ 500..) => Err(Trouble::passing(self.odd(&format!("HTTP {code}")))),
            Some(code) => Err(Trouble { pause: REFUSED_PAUSE, ..Trouble::passing(self.odd(&format!("HTTP {code}"))) }),
            None => Err(Trouble { pause: RECONNECT_PAUSE, ..Trouble::passing(self.odd("no HTTP")) }),
        }
    }

    fn odd(&self, reason: &str) -> Fault {
        Fault::new(key::FAULT_PUBLISH_NO_ICECAST).with("host", self.authority()).with("reason", reason)
    }
}

/// Who plays, and else what the evening is called.
fn named(show: &Show) -> String {
    let artist = header_value(&show.artist);
    if artist.is_empty() { header_value(&show.title) } else { artist }
}

/// A text that cannot end its line.
fn header_value(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mount() -> Mount {
        Mount::of("icecast://radio.example:8010/live.opus").unwrap()
    }

    #[test]
    fn an_address_names_host_port_mount_and_whether_to_encrypt() {
        assert_eq!((mount().authority().as_str(), mount().path.as_str()), ("radio.example:8010", "/live.opus"));
        let other = Mount::of("icecasts://[::1]/a/b").unwrap();
        assert_eq!((other.authority().as_str(), other.path.as_str(), other.tls), ("[::1]:8000", "/a/b", true));
        for wrong in ["icecast://h", "icecast://h/", "icecast:///live", "http://h/live", "icecast", ""] {
            assert_eq!(Mount::of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_show_whose_names_hold_line_ends_adds_no_header() {
        let show = Show { artist: "Aroha\r\nX-Evil: 1".into(), title: "Pō\n".into(), ..Show::default() };
        let request = mount().request(StreamKey::parse("hackme").as_ref(), &show, 128_000);
        assert!(request.starts_with("PUT /live.opus HTTP/1.1\r\nHost: radio.example:8010\r\n"), "{request}");
        assert!(request.contains("Authorization: Basic c291cmNlOmhhY2ttZQ==\r\n") && request.ends_with("\r\n\r\n"));
        assert!(request.contains("\r\nIce-Name: Aroha  X-Evil: 1\r\nIce-Description: Pō\r\n"), "{request}");
        assert!(request.contains("ice-bitrate=128;") && request.contains("Expect: 100-continue"));
    }

    #[test]
    fn each_answer_is_one_sentence_and_only_a_person_mends_a_refusal() {
        let answers = [
            ("HTTP/1.0 401 Unauthorized\r\n\r\n", key::FAULT_PUBLISH_KEY_REFUSED, true),
            ("HTTP/1.0 403 Forbidden\r\n\r\nMountpoint in use", key::FAULT_PUBLISH_TAKEN, false),
            ("HTTP/1.0 403 Forbidden\r\n\r\ntoo many sources connected", key::FAULT_PUBLISH_BUSY, false),
            ("HTTP/1.0 403 Forbidden\r\n\r\nContent-type not supported", key::FAULT_PUBLISH_NO_ICECAST, true),
            ("HTTP/1.0 403 Forbidden\r\n\r\n", key::FAULT_PUBLISH_KEY_REFUSED, true),
            ("HTTP/1.1 404 Not Found\r\n\r\n", key::FAULT_PUBLISH_NO_ICECAST, false),
            ("HTTP/1.1 500 Oh\r\n\r\n", key::FAULT_PUBLISH_NO_ICECAST, false),
            ("SSH-2.0-OpenSSH\r\n\r\n", key::FAULT_PUBLISH_NO_ICECAST, false),
            ("", key::FAULT_PUBLISH_NO_ICECAST, false),
            ("HTTP/1.āā200", key::FAULT_PUBLISH_NO_ICECAST, false),
        ];
        for (answer, code, refused) in answers {
            let trouble = mount().answered(answer).unwrap_err();
            assert_eq!((trouble.fault.code, trouble.refused), (code, refused), "{answer}");
        }
        assert!(mount().answered("HTTP/1.1 100 Continue\r\n\r\n").is_ok());
        assert!(mount().answered("HTTP/1.0 200 OK\r\n\r\n").is_ok());
    }
}
