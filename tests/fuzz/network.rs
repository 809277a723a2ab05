//! What comes from a server, fuzzed: whatever the bytes are, nothing panics. The daily test feeds it a few hundred cases;
//! `cargo xtask prove 5.6` lets libFuzzer search for ten minutes each.

use std::cell::OnceCell;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use korero::limits::MAX_REASON;
use korero::rtc::{FarSide, Names, Peer, PeerSettings, SenderClock, WhipClient};
use rtc::rtcp::packet::unmarshal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// The answer to an offer as a connection takes it, the answer to a POST, and what the far side reports.
pub(crate) const TARGETS: [&str; 3] = ["answer", "reply", "rtcp"];

const SSRC: u32 = 7;
/// Statuses of an answer to a POST. No redirect: what is fuzzed must not ask anybody else.
const STATUSES: [u16; 10] = [201, 200, 400, 401, 404, 409, 422, 429, 500, 503];

thread_local! {
    static RUNTIME: OnceCell<Runtime> = const { OnceCell::new() };
    static SERVER: OnceCell<(WhipClient, Arc<Mutex<Vec<u8>>>)> = const { OnceCell::new() };
}

fn run_on<T>(work: impl Future<Output = T>) -> T {
    RUNTIME.with(|made| made.get_or_init(|| Builder::new_current_thread().enable_all().build().unwrap()).block_on(work))
}

/// Runs one case of a target.
pub(crate) fn run(target: &str, data: &[u8]) {
    match target {
        "answer" => answer(data),
        "reply" => reply(data),
        "rtcp" => rtcp(data),
        other => panic!("there is no target “{other}”"),
    }
}

/// A real connection takes it, and has a moment to begin what it says.
fn answer(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    run_on(async {
        let settings = PeerSettings {
            bitrate: 256_000,
            ssrc: SSRC,
            bind: vec!["127.0.0.1:0".into()],
            ice_servers: Vec::new(),
            only: None,
            repairs: true,
            names: Names::default(),
        };
        let peer = Peer::new(&settings, Arc::new(SenderClock::new(0, Some(1)))).await.unwrap();
        peer.offer().await.unwrap();
        match peer.accept(&text).await {
            Ok(()) => tokio::time::sleep(Duration::from_millis(1)).await,
            Err(error) => assert!(error.to_string().chars().count() <= MAX_REASON, "{error}"),
        }
        peer.close().await;
    });
}

/// A server on this machine says it; the first byte chooses the status.
fn reply(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let status = STATUSES[usize::from(*first) % STATUSES.len()];
    let mut said = format!("HTTP/1.1 {status} So\r\n").into_bytes();
    said.extend_from_slice(rest);
    SERVER.with(|made| {
        let (client, next) = made.get_or_init(server);
        *next.lock().unwrap() = said;
        run_on(async {
            match client.open("v=0\r\n").await {
                Ok(answer) => assert!(matches!(status, 200 | 201) && answer.sdp.len() <= rest.len()),
                Err(trouble) => {
                    let line = trouble.fault.to_string();
                    assert!(
                        line.chars().count() < 2 * MAX_REASON + 200 && !line.contains(['\u{1b}', '\0', '\n']),
                        "{line}"
                    );
                    assert!(trouble.pause <= korero::limits::MAX_RETRY_AFTER, "{trouble:?}");
                }
            }
        });
    });
}

/// Says to each that comes what is to be said next.
fn server() -> (WhipClient, Arc<Mutex<Vec<u8>>>) {
    let next = Arc::<Mutex<Vec<u8>>>::default();
    let listener = run_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let client = WhipClient::new(&format!("http://{}/whip/demo", listener.local_addr().unwrap()), Some("key")).unwrap();
    let said = Arc::clone(&next);
    RUNTIME.with(|runtime| {
        runtime.get().unwrap().spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let said = said.lock().unwrap().clone();
                tokio::spawn(async move {
                    let mut asked = [0; 4_096];
                    let _ = stream.read(&mut asked).await;
                    let _ = stream.write_all(&said).await;
                    let _ = stream.shutdown().await;
                    while stream.read(&mut asked).await.is_ok_and(|read| read > 0) {}
                });
            }
        });
    });
    (client, next)
}

/// As the driver reads it, and as we do.
fn rtcp(data: &[u8]) {
    let far = FarSide::default();
    let mut bytes = bytes::Bytes::copy_from_slice(data);
    let Ok(packets) = unmarshal(&mut bytes) else { return };
    let now = Instant::now();
    for packet in &packets {
        far.take(SSRC, packet.as_ref(), now, 1_795_000_000_000_000_000);
        let far = far.now();
        assert!(
            far.lost.is_none_or(|lost| (0.0..=1.0).contains(&lost)) && far.rtt.is_none_or(|rtt| rtt.as_secs() < 65_536)
        );
    }
}

const ANSWER: &str = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=ice-lite\r\n\
    a=msid-semantic: WMS *\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n\
    a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\na=candidate:1 1 udp 2130706431 127.0.0.1 40000 typ host\r\n\
    a=candidate:2 1 tcp 1518280447 127.0.0.1 40000 typ host tcptype passive\r\na=end-of-candidates\r\n\
    a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=ice-options:ice2 trickle\r\n\
    a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n\
    a=setup:passive\r\na=mid:0\r\na=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
    a=recvonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\na=rtcp-fb:111 nack\r\n\
    a=fmtp:111 minptime=10;stereo=1;sprop-stereo=1;maxaveragebitrate=510000\r\na=ptime:10\r\na=maxptime:60\r\n";

/// What the search begins with, for each target.
pub(crate) fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "answer" => {
            let changes = [
                ("", ""),
                ("setup:passive", "setup:active"),
                ("111", "96"),
                ("a=ice-lite\r\n", ""),
                ("stereo=1", "stereo=0"),
                ("a=mid:0", "a=mid:audio"),
                ("sha-256", "sha-1"),
                ("127.0.0.1 40000", "::1 40000"),
            ];
            changes.iter().map(|(from, to)| ANSWER.replace(from, to).into_bytes()).collect()
        }
        "reply" => {
            let head = "Content-Type: application/sdp\r\nLocation: /session/1\r\nETag: \"a\"\r\n\
                        Link: <turn:127.0.0.1:3478?transport=udp>; rel=\"ice-server\"; username=\"u\"; credential=\"p\"\r\n";
            let bodies = [
                format!("{head}Content-Length: {}\r\n\r\n{ANSWER}", ANSWER.len()),
                format!("{head}Transfer-Encoding: chunked\r\n\r\n4\r\nv=0\r\n0\r\n\r\n"),
                format!("{head}\r\nv=0\r\n"),
                "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\nno".to_owned(),
                "Content-Type: application/problem+json\r\n\r\n{\"detail\":\"no\",\"title\":\"x\"}".to_owned(),
                "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\nContent-Length: 0\r\n\r\n".to_owned(),
            ];
            let status = |at: usize, text: &String| [&[at as u8], text.as_bytes()].concat();
            (0..STATUSES.len()).flat_map(|at| bodies.iter().map(move |text| status(at, text))).collect()
        }
        "rtcp" => {
            let block = |ssrc: u32| {
                [&ssrc.to_be_bytes()[..], &[64, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 9, 1, 2, 3, 4, 0, 1, 0, 0]].concat()
            };
            let receiver = [&[0x81, 201, 0, 7, 0, 0, 0, 1][..], &block(SSRC)].concat();
            let sender = [&[0x81, 200, 0, 12, 0, 0, 0, 1][..], &[7; 20], &block(SSRC)].concat();
            let nack = vec![0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 7, 0, 9, 0x80, 1];
            let feedback = vec![0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 7, 0, 1, 0, 2, 0, 0, 9, 1, 0x20, 2, 4, 8];
            let goodbye = vec![0x81, 203, 0, 1, 0, 0, 0, 1];
            let names = vec![0x81, 202, 0, 3, 0, 0, 0, 1, 1, 2, b'a', b'b', 0, 0, 0, 0];
            let extended = vec![0x80, 207, 0, 4, 0, 0, 0, 1, 4, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8];
            let all = [receiver, sender, nack, feedback, goodbye, names, extended];
            let together = all.concat();
            all.into_iter().chain([together]).collect()
        }
        other => panic!("there is no target “{other}”"),
    }
}
