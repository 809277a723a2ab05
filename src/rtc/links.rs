//! STUN and TURN servers that a WHIP server tells of in `Link` headers (RFC 9725 §4.6, RFC 8288 §3).

use std::fmt;

use webrtc::peer_connection::RTCIceServer;

use crate::limits::{MAX_ICE_SERVERS, MAX_LINK_BYTES};

/// One server that helps to find a way.
#[derive(Clone, PartialEq, Eq)]
pub struct IceServer {
    url: String,
    username: String,
    credential: String,
}

/// Never the password.
impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IceServer({})", self.url)
    }
}

impl IceServer {
    /// Whether it passes sound on, not only tells addresses.
    #[must_use]
    pub fn is_relay(&self) -> bool {
        self.url.starts_with("turn:")
    }

    pub(super) fn for_webrtc(&self) -> RTCIceServer {
        let Self { url, username, credential } = self.clone();
        RTCIceServer { urls: vec![url], username, credential }
    }
}

/// The servers in those headers that can be used, at most [`MAX_ICE_SERVERS`]: `stun:` and `turn:` over UDP. Others are
/// skipped, and so is whatever is no link.
pub fn ice_servers<'a>(headers: impl Iterator<Item = &'a str>) -> Vec<IceServer> {
    let links = headers.filter(|header| header.len() <= MAX_LINK_BYTES).flat_map(links);
    links.filter_map(server).take(MAX_ICE_SERVERS).collect()
}

/// One link: the target, and its parameters by their names in small letters.
type Parts = (String, Vec<(String, String)>);

fn server((url, parameters): Parts) -> Option<IceServer> {
    let of = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    of("rel")?.split_ascii_whitespace().find(|rel| rel.eq_ignore_ascii_case("ice-server"))?;
    let (username, credential) = (of("username").unwrap_or_default(), of("credential").unwrap_or_default());
    let server = IceServer { url, username, credential };
    let kind = server.url.split(':').next().unwrap_or_default();
    let over_udp = server.url.split_once('?').is_none_or(|(_, query)| query == "transport=udp");
    let password = of("credential-type").is_none_or(|kind| kind.eq_ignore_ascii_case("password"));
    let fits = matches!(kind, "stun" | "turn") && over_udp && password;
    (fits && server.for_webrtc().urls().is_ok()).then_some(server)
}

/// The links of one header. It ends at the first thing that is no link.
fn links(header: &str) -> impl Iterator<Item = Parts> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let (url, after) = rest.trim_start_matches([' ', '\t', ',']).strip_prefix('<')?.split_once('>')?;
        let (parameters, after) = parameters(after);
        rest = after;
        Some((url.to_owned(), parameters))
    })
}

/// The parameters after a target, and what stands behind them.
fn parameters(mut rest: &str) -> (Vec<(String, String)>, &str) {
    let mut found = Vec::new();
    while let Some(after) = rest.trim_start().strip_prefix(';') {
        let end = after.find(['=', ';', ',']).unwrap_or(after.len());
        let name = after[..end].trim().to_ascii_lowercase();
        let (value, after) = match after[end..].strip_prefix('=') {
            Some(value) => self::value(value),
            None => (String::new(), &after[end..]),
        };
        found.push((name, value));
        rest = after;
    }
    (found, rest)
}

/// A token, or a string in quotes (RFC 9110 §5.6.4).
fn value(text: &str) -> (String, &str) {
    let text = text.trim_start();
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
            letter => value.push(letter),
        }
    }
    // The quotes do not end: nothing of it is believed.
    (String::new(), "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(header: &str) -> Vec<IceServer> {
        ice_servers(std::iter::once(header))
    }

    fn turn(url: &str, username: &str, credential: &str) -> IceServer {
        IceServer { url: url.into(), username: username.into(), credential: credential.into() }
    }

    #[test]
    fn servers_are_read_as_the_rfc_writes_them() {
        let header = "<stun:stun.example.net>; rel=\"ice-server\", \
            <turn:turn.example.net?transport=udp>; rel=\"ice-server\"; username=\"us,er\"; credential=\"my\\\";Pass\"; \
            credential-type=\"password\"";
        let expected =
            [turn("stun:stun.example.net", "", ""), turn("turn:turn.example.net?transport=udp", "us,er", "my\";Pass")];
        assert_eq!(read(header), expected);
        assert!(!read(header)[0].is_relay() && read(header)[1].is_relay());
        assert!(!format!("{:?}", read(header)).contains("Pass"));
        assert_eq!(read("<turn:h>;username=u;credential=p;REL=\"x ice-server\""), [turn("turn:h", "u", "p")]);
    }

    #[test]
    fn what_cannot_be_used_is_skipped() {
        let rest = "; rel=\"ice-server\"; username=\"u\"; credential=\"p\"";
        for url in ["turns:h", "turn:h?transport=tcp", "http://h", "", "turn:"] {
            assert_eq!(read(&format!("<{url}>{rest}")), [], "{url}");
        }
        for header in ["<turn:h>; rel=\"ice-server\"", "<stun:h>; rel=\"next\"", "<stun:h", "stun:h; rel=ice-server"] {
            assert_eq!(read(header), [], "{header}");
        }
        assert_eq!(read("<turn:h>; rel=ice-server; username=u; credential=\"p"), []);
        let many = format!("<stun:h>{rest}, ").repeat(40);
        assert_eq!(read(&many[..MAX_LINK_BYTES.min(many.len())]).len(), MAX_ICE_SERVERS);
        assert_eq!(read(&many.repeat(10)), [], "a header without end is not read");
    }

    proptest! {
        #[test]
        fn no_header_is_too_strange(header in "\\PC{0,200}", like in "(<[ -~]{0,20}>(;[ a-z]{0,8}=\"?[ -~]{0,12}\"?){0,4},?){0,6}") {
            let _ = (read(&header), read(&like));
        }

        #[test]
        fn what_a_server_quotes_is_what_is_read(username in "[ -~]{1,40}", credential in "[ -~]{1,40}") {
            let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
            let header = format!("<turn:h>; rel=\"ice-server\"; username=\"{}\"; credential=\"{}\"", quoted(&username), quoted(&credential));
            prop_assert_eq!(read(&header), [turn("turn:h", &username, &credential)]);
        }
    }
}
