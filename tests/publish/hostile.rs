//! Servers that want to do harm: one clear sentence each, never on air, and the app goes on.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use korero::limits::CONNECT_TIMEOUT;
use korero::publish::{PublishEvent, PublishState};
use korero_sentences::{Key, key};

use super::ingest::{Harm, Ingest, Kept};
use super::{Show, beside_each_other};

/// What a server does with a connection, when the request has been read.
type Deed = fn(&mut TcpStream, SocketAddr) -> std::io::Result<()>;

/// Its address, and how often it was asked. It ends with the test.
fn server(deed: Deed) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            count.fetch_add(1, Ordering::Relaxed);
            thread::spawn(move || {
                let _ = stream.read(&mut [0; 16 << 10]);
                let _ = deed(&mut stream, address);
            });
        }
    });
    (format!("http://{address}/whip/test"), asked)
}

fn created(length: usize) -> String {
    format!(
        "HTTP/1.1 201 Created\r\nContent-Type: application/sdp\r\nLocation: /s/1\r\nContent-Length: {length}\r\n\r\n"
    )
}

const DEEDS: &[(&str, Deed, Key, &str)] = &[
    (
        "redirects without end, each to another place",
        |stream, at| {
            let place = stream.peer_addr()?.port();
            write!(stream, "HTTP/1.1 307 Go\r\nLocation: http://{at}/{place}\r\nContent-Length: 0\r\n\r\n")
        },
        key::FAULT_PUBLISH_ANSWER,
        "too many redirects",
    ),
    (
        "redirects that take their time",
        |stream, at| {
            thread::sleep(Duration::from_secs(4));
            write!(
                stream,
                "HTTP/1.1 307 Go\r\nLocation: http://{at}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        },
        key::FAULT_PUBLISH_TIMEOUT,
        "too long to answer",
    ),
    (
        "an answer of 10 MB",
        |stream, _| {
            stream.write_all(created(10 << 20).as_bytes())?;
            (0..10).try_for_each(|_| stream.write_all(&[b'v'; 1 << 20]))
        },
        key::FAULT_PUBLISH_ANSWER,
        "too long",
    ),
    (
        "an answer in drops",
        |stream, _| {
            stream.write_all(created(10 << 20).as_bytes())?;
            loop {
                stream.write_all(b"v")?;
                thread::sleep(Duration::from_millis(50));
            }
        },
        key::FAULT_PUBLISH_TIMEOUT,
        "too long to answer",
    ),
    (
        "a refusal in drops",
        |stream, _| {
            stream.write_all(b"HTTP/1.1 422 No\r\nContent-Type: text/plain\r\nContent-Length: 4000\r\n\r\n")?;
            loop {
                stream.write_all(b"no ")?;
                thread::sleep(Duration::from_millis(50));
            }
        },
        key::FAULT_PUBLISH_UNFIT,
        "does not take one stereo Opus stream",
    ),
    (
        "an answer after a minute",
        |stream, _| {
            thread::sleep(Duration::from_secs(60));
            stream.write_all(created(0).as_bytes())
        },
        key::FAULT_PUBLISH_TIMEOUT,
        "too long to answer",
    ),
    (
        "a header of many megabytes",
        |stream, _| {
            stream.write_all(b"HTTP/1.1 201 Created\r\nX: ")?;
            (0..20).try_for_each(|_| stream.write_all(&[b'x'; 1 << 20]))
        },
        key::FAULT_PUBLISH_ANSWER,
        "no HTTP",
    ),
    (
        "a hundred thousand headers",
        |stream, _| {
            stream.write_all(b"HTTP/1.1 201 Created\r\n")?;
            (0..100_000).try_for_each(|at| write!(stream, "X-{at}: 1\r\n"))
        },
        key::FAULT_PUBLISH_ANSWER,
        "no HTTP",
    ),
    (
        "bytes that are no HTTP",
        |stream, _| stream.write_all(&[0, 255, 13, 10, 0, 1, 2, 3]),
        key::FAULT_PUBLISH_ANSWER,
        "no HTTP",
    ),
    (
        "a status that is none",
        |stream, _| stream.write_all(b"HTTP/1.1 99999 What\r\n\r\n"),
        key::FAULT_PUBLISH_ANSWER,
        "no HTTP",
    ),
    (
        "zero bytes for an answer",
        |stream, _| {
            stream.write_all(created(8).as_bytes())?;
            stream.write_all(b"v=0\r\n\0\0\0")
        },
        key::FAULT_PUBLISH_ANSWER,
        "no text has",
    ),
    (
        "an answer that is no UTF-8",
        |stream, _| {
            stream.write_all(created(4).as_bytes())?;
            stream.write_all(&[b'v', b'=', 0xff, 0xfe])
        },
        key::FAULT_PUBLISH_ANSWER,
        "no text",
    ),
    (
        "half an answer",
        |stream, _| {
            stream.write_all(created(1_000).as_bytes())?;
            stream.write_all(b"v=0\r\n")
        },
        key::FAULT_PUBLISH_UNREACHABLE,
        "does not answer",
    ),
    ("a connection that ends at once", |_, _| Ok(()), key::FAULT_PUBLISH_UNREACHABLE, "does not answer"),
];

/// Never on air, one sentence with these words, and then nothing more for a while.
fn is_told_once(what: &str, url: &str, code: Key, words: &str) {
    let began = Instant::now();
    let mut show = Show::start(url);
    show.wait_for(what, |show| !show.troubles().is_empty());
    let waited = began.elapsed();
    assert!(waited < CONNECT_TIMEOUT + Duration::from_secs(20), "{what}: told after {waited:?}");
    thread::sleep(Duration::from_millis(2_500));
    show.wait_for(what, |_| true);
    let told: Vec<_> =
        show.events.iter().filter_map(|e| if let PublishEvent::Trouble(f) = e { Some(f) } else { None }).collect();
    assert_eq!(show.troubles(), [code], "{what}: {told:?}");
    assert!(told[0].to_string().contains(words), "{what}: {}", told[0]);
    assert!(!show.was_on_air(), "{what}");
    assert_ne!(show.publisher.status().state, PublishState::OnAir, "{what}");
    let leaving = Instant::now();
    show.publisher.stop();
    assert!(leaving.elapsed() < Duration::from_secs(10), "{what}: leaving took {:?}", leaving.elapsed());
}

#[test]
fn harm_by_http_is_one_clear_sentence_and_nothing_is_on_air() {
    beside_each_other(DEEDS, |(what, deed, code, words)| is_told_once(what, &server(*deed).0, *code, words));
}

/// Answers that are made from a fair one by harm.
const BROKEN: &[(&str, Harm)] = &[
    ("empty", |_| String::new()),
    ("only its first line", |_| "v=0\r\n".to_owned()),
    ("cut in the middle", |fair| fair[..fair.len() / 2].to_owned()),
    ("twice", |fair| fair.repeat(2)),
    ("no fingerprint", |fair| lines_but(fair, "a=fingerprint")),
    ("no password", |fair| lines_but(fair, "a=ice-pwd")),
    ("a fingerprint that is none", |fair| line_is(fair, "a=fingerprint", "a=fingerprint:sha-256 zz")),
    ("a fingerprint by an unknown sum", |fair| line_is(fair, "a=fingerprint", "a=fingerprint:md99 00:11")),
    ("a setup that is none", |fair| line_is(fair, "a=setup", "a=setup:nobody")),
    ("a number for Opus that is none", |fair| fair.replace("111", "99999999999999999999")),
    ("numbers without end", |fair| fair.replace("m=audio 9", "m=audio 99999999999999999999999999")),
    ("a media line without words", |fair| line_is(fair, "m=audio", "m=")),
    ("an origin that is none", |fair| line_is(fair, "o=", "o=")),
    ("a time that is none", |fair| line_is(fair, "t=", "t=x y z")),
    ("lines without a name", |fair| format!("{fair}=\r\n==\r\n \r\na\r\n")),
    ("an attribute of 50 KB", |fair| format!("{fair}a=x:{}\r\n", "y".repeat(50_000))),
    ("ten thousand attributes", |fair| format!("{fair}{}", "a=x\r\n".repeat(10_000))),
    ("another ICE password", |fair| line_is(fair, "a=ice-pwd", "a=ice-pwd:AAAAAAAAAAAAAAAAAAAAAAAA")),
    ("addresses that are none", |fair| format!("{}a=candidate:x y z\r\n", lines_but(fair, "a=candidate"))),
    ("one broadcast address", |fair| {
        format!("{}a=candidate:1 1 udp 1 255.255.255.255 9000 typ host\r\n", lines_but(fair, "a=candidate"))
    }),
];

fn lines_but(text: &str, start: &str) -> String {
    text.lines().filter(|line| !line.starts_with(start)).fold(String::new(), |text, line| text + line + "\r\n")
}

fn line_is(text: &str, start: &str, other: &str) -> String {
    let line = |line| if str::starts_with(line, start) { other } else { line };
    text.lines().map(line).fold(String::new(), |text, line| text + line + "\r\n")
}

#[test]
fn broken_answers_are_never_more_than_one_sentence() {
    beside_each_other(BROKEN, |(what, harm)| {
        let kept = Arc::<Kept>::default();
        *kept.harm.lock().unwrap() = Some(*harm);
        let ingest = Ingest::start(0, Arc::clone(&kept));
        let mut show = Show::start(&ingest.url());
        // Some are only odd, and are put up with.
        show.wait_for(what, |show| show.was_on_air() || !show.troubles().is_empty());
        thread::sleep(Duration::from_millis(1_500));
        show.wait_for(what, |_| true);
        assert!(show.troubles().len() <= 1, "{what}: {:?}", show.troubles());
        if !show.was_on_air() {
            let codes = [key::FAULT_PUBLISH_ANSWER, key::FAULT_PUBLISH_MEDIA];
            assert!(codes.contains(&show.troubles()[0]), "{what}: {:?}", show.troubles());
        }
        show.publisher.stop();
    });
}

#[test]
fn a_far_side_that_is_not_who_the_answer_names_is_never_on_air() {
    let kept = Arc::<Kept>::default();
    *kept.harm.lock().unwrap() = Some(|fair| {
        let one = fair.lines().find(|line| line.starts_with("a=fingerprint")).unwrap();
        let other: String = one
            .chars()
            .map(|sign| {
                if sign == 'A' {
                    'B'
                } else if sign == '1' {
                    '2'
                } else {
                    sign
                }
            })
            .collect();
        assert_ne!(one, other, "a sum without A and 1");
        line_is(fair, "a=fingerprint", &other)
    });
    let ingest = Ingest::start(0, Arc::clone(&kept));
    let mut show = Show::start(&ingest.url());
    show.wait_for("trouble", |show| !show.troubles().is_empty());
    thread::sleep(Duration::from_secs(3));
    show.wait_for("a look", |_| true);
    assert_eq!(show.troubles(), [key::FAULT_PUBLISH_MEDIA]);
    assert!(!show.was_on_air() && kept.packets.lock().unwrap().is_empty(), "no sound goes to a stranger");
    show.publisher.stop();
}

/// Datagrams of every kind that the socket takes for something, at the socket of a show that is on air.
#[test]
fn garbage_at_the_media_socket_takes_nobody_off_the_air() {
    let kept = Arc::<Kept>::default();
    let ingest = Ingest::start(0, Arc::clone(&kept));
    let mut show = Show::start(&ingest.url());
    show.wait_for_state(PublishState::OnAir);
    let offer = kept.offer.lock().unwrap().clone();
    let ports: Vec<u16> =
        offer.lines().filter_map(|line| line.strip_prefix("a=candidate:")?.split(' ').nth(5)?.parse().ok()).collect();
    assert!(!ports.is_empty(), "{offer}");
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut chance = 1_u64;
    let before = kept.packets.lock().unwrap().len();
    for round in 0..20_000_usize {
        let mut random = || {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (chance >> 33) as u8
        };
        // STUN, DTLS, RTP and RTCP, TURN channels, and what is nothing (RFC 7983 §7).
        let first = [0, 1, 20, 22, 23, 63, 64, 79, 128, 129, 200, 255][round % 12];
        let length = [0, 1, 8, 13, 20, 28, 40, 200, 1_200, 1_500][round % 10];
        let mut datagram: Vec<u8> = (0..length).map(|_| random()).collect();
        if let Some(byte) = datagram.first_mut() {
            *byte = first;
        }
        if first < 2 && datagram.len() >= 20 {
            datagram[1] = 1;
            let body = (datagram.len() as u16 - 20).to_be_bytes();
            datagram[2..4].copy_from_slice(&body);
            datagram[4..8].copy_from_slice(&0x2112_a442_u32.to_be_bytes());
        }
        if first == 129 && datagram.len() >= 8 {
            datagram[1] = 200 + (round % 7) as u8;
        }
        let port = ports[round % ports.len()];
        let _ = socket.send_to(&datagram, ("127.0.0.1", port));
        if round % 100 == 0 {
            thread::sleep(Duration::from_millis(10));
        }
    }
    show.wait_for("sound behind the garbage", |_| kept.packets.lock().unwrap().len() > before + 300);
    assert_eq!(show.publisher.status().state, PublishState::OnAir);
    assert_eq!(show.troubles(), []);
    show.publisher.stop();
}
