use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use super::*;

/// A server that gives these answers, one for each connection, and returns what it was asked.
fn server(answers: Vec<String>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let serve = |answer: String| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = Vec::new();
            let mut piece = [0; 4_096];
            loop {
                let length = stream.read(&mut piece).unwrap();
                asked.extend_from_slice(&piece[..length]);
                let text = String::from_utf8_lossy(&asked).to_lowercase();
                let body = text.split_once("\r\n\r\n").map(|(head, body)| {
                    let long = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                    body.len() >= long.unwrap_or(0)
                });
                if length == 0 || body == Some(true) {
                    break;
                }
            }
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(asked).unwrap()
        };
        answers.into_iter().map(serve).collect()
    });
    (base, thread)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn created() -> String {
    answer("201 Created", "Content-Type: application/sdp\r\nLocation: /session/abc\r\nETag: \"1\"\r\n", "v=0\r\n")
}

#[test]
fn an_offer_is_answered_by_a_session_whose_address_is_resolved() {
    let (base, asked) = server(vec![created()]);
    let client = WhipClient::new(&format!("{base}/whip/ana"), Some("secret")).unwrap();
    let answer = run(client.open("v=0\r\noffer")).unwrap();
    assert_eq!(answer.sdp, "v=0\r\n");
    assert_eq!(answer.session.unwrap().as_str(), format!("{base}/session/abc"));
    assert_eq!(answer.etag.as_deref(), Some("\"1\""));
    let asked = asked.join().unwrap().remove(0);
    assert!(asked.starts_with("POST /whip/ana HTTP/1.1\r\n") && asked.ends_with("v=0\r\noffer"), "{asked}");
    let head = asked.to_lowercase();
    assert!(
        head.contains("\r\nauthorization: bearer secret\r\n") && head.contains("\r\ncontent-type: application/sdp")
    );
}

#[test]
fn a_redirect_is_followed_with_the_same_offer_and_key() {
    let moved = answer("307 Temporary Redirect", "Location: /whip/there\r\n", "");
    let (base, asked) = server(vec![moved, created()]);
    run(WhipClient::new(&format!("{base}/whip/ana"), Some("secret")).unwrap().open("offer")).unwrap();
    let asked = asked.join().unwrap().remove(1);
    assert!(asked.starts_with("POST /whip/there ") && asked.ends_with("offer"));
    assert!(asked.to_lowercase().contains("bearer secret"));
}

#[test]
fn a_redirect_to_another_host_does_not_get_the_key() {
    let (base, asked) = server(vec![created()]);
    let there = base.replace("127.0.0.1", "localhost");
    let moved = answer("307 Temporary Redirect", &format!("Location: {there}/whip/there\r\n"), "");
    let (first, _) = server(vec![moved.clone()]);
    let opened = run(WhipClient::new(&format!("{first}/whip/ana"), Some("secret")).unwrap().open("offer")).unwrap();
    let asked = asked.join().unwrap().remove(0);
    assert!(asked.starts_with("POST /whip/there ") && asked.ends_with("offer"), "{asked}");
    assert!(!asked.to_lowercase().contains("authorization"), "{asked}");
    assert_eq!(opened.session.unwrap().host_str(), Some("localhost"));
}

#[test]
fn a_person_is_told_when_another_host_wants_the_key() {
    let (base, asked) = server(vec![answer("401 Unauthorized", "", "")]);
    let there = base.replace("127.0.0.1", "localhost");
    let (first, _) = server(vec![answer("308 Permanent Redirect", &format!("Location: {there}/x\r\n"), "")]);
    let trouble =
        run(WhipClient::new(&format!("{first}/whip/ana"), Some("secret")).unwrap().open("offer")).unwrap_err();
    assert_eq!((trouble.fault.code, trouble.refused), (key::FAULT_PUBLISH_MOVED, true));
    assert!(trouble.fault.to_string().contains("localhost"));
    asked.join().unwrap();
}

#[test]
fn servers_that_help_to_find_a_way_are_read_from_the_answer() {
    let links = "Link: <stun:s>; rel=\"ice-server\"\r\n\
        Link: <turn:t?transport=udp>; rel=\"ice-server\"; username=\"u\"; credential=\"p\"; credential-type=\"password\"\r\n";
    let head = format!("Content-Type: application/sdp\r\nLocation: /session/abc\r\n{links}");
    let (base, _) = server(vec![answer("201 Created", &head, "v=0\r\n")]);
    let opened = run(WhipClient::new(&format!("{base}/whip/ana"), None).unwrap().open("offer")).unwrap();
    assert_eq!(opened.ice_servers.iter().map(IceServer::is_relay).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn candidates_go_by_patch_with_the_tag_of_the_session() {
    let (base, asked) = server(vec![answer("204 No Content", "", ""), answer("204 No Content", "", "")]);
    let client = WhipClient::new(&format!("{base}/whip/ana"), Some("secret")).unwrap();
    let session = Url::parse(&format!("{base}/session/abc")).unwrap();
    assert!(run(client.trickle(&session, Some("\"1\""), "a=x\r\n".into())));
    assert!(run(client.trickle(&session, None, "a=y\r\n".into())));
    let asked = asked.join().unwrap();
    let head = asked[0].to_lowercase();
    assert!(asked[0].starts_with("PATCH /session/abc ") && asked[0].ends_with("a=x\r\n"), "{head}");
    for line in ["if-match: \"1\"", "content-type: application/trickle-ice-sdpfrag", "authorization: bearer secret"] {
        assert!(head.contains(&format!("\r\n{line}\r\n")), "{head}");
    }
    assert!(!asked[1].to_lowercase().contains("if-match"));
}

#[test]
fn a_server_that_takes_no_candidates_by_patch_is_asked_once() {
    for (status, remembered) in [
        ("405 Method Not Allowed", true),
        ("422 Unprocessable Content", true),
        ("501 Not Implemented", true),
        ("412 Precondition Failed", false),
        ("428 Precondition Required", false),
        ("404 Not Found", false),
        ("500 Internal Server Error", false),
    ] {
        let (base, asked) = server(vec![answer(status, "", "")]);
        let client = WhipClient::new(&format!("{base}/whip/ana"), None).unwrap();
        let session = Url::parse(&format!("{base}/session/abc")).unwrap();
        assert!(!run(client.trickle(&session, Some("\"1\""), "a=x\r\n".into())), "{status}");
        asked.join().unwrap();
        assert_eq!(client.takes_all_at_once.load(Ordering::Relaxed), remembered, "{status}");
    }
}

#[test]
fn a_circle_of_redirects_ends() {
    let moved = || answer("308 Permanent Redirect", "Location: /whip/ana\r\n", "");
    let (base, _) = server((0..=MAX_REDIRECTS).map(|_| moved()).collect());
    let trouble = run(WhipClient::new(&format!("{base}/whip/ana"), None).unwrap().open("offer")).unwrap_err();
    assert_eq!(trouble.fault.code, key::FAULT_PUBLISH_ANSWER);
}

#[test]
fn leaving_deletes_the_session_with_the_key() {
    let (base, asked) = server(vec![answer("200 OK", "", "")]);
    let client = WhipClient::new(&format!("{base}/whip/ana"), Some("secret")).unwrap();
    run(client.close(&Url::parse(&format!("{base}/session/abc")).unwrap()));
    let asked = asked.join().unwrap().remove(0);
    assert!(asked.starts_with("DELETE /session/abc ") && asked.to_lowercase().contains("bearer secret"));
}

#[test]
fn every_refusal_has_its_own_sentence_and_patience() {
    let seconds = Duration::from_secs;
    let rows = [
        ("401 Unauthorized", "", key::FAULT_PUBLISH_KEY_REFUSED, REFUSED_PAUSE, true),
        ("403 Forbidden", "", key::FAULT_PUBLISH_KEY_REFUSED, REFUSED_PAUSE, true),
        ("404 Not Found", "", key::FAULT_PUBLISH_NO_ARTIST, REFUSED_PAUSE, true),
        ("409 Conflict", "Retry-After: 2\r\n", key::FAULT_PUBLISH_TAKEN, seconds(2), false),
        ("503 Service Unavailable", "Retry-After: 7\r\n", key::FAULT_PUBLISH_BUSY, seconds(7), false),
        ("503 Service Unavailable", "Retry-After: 99999\r\n", key::FAULT_PUBLISH_BUSY, MAX_RETRY_AFTER, false),
        ("429 Too Many Requests", "", key::FAULT_PUBLISH_BUSY, REFUSED_PAUSE, false),
        ("422 Unprocessable Content", "", key::FAULT_PUBLISH_UNFIT, REFUSED_PAUSE, false),
        ("406 Not Acceptable", "Retry-After: 9\r\n", key::FAULT_PUBLISH_UNFIT, seconds(9), false),
        ("500 Internal Server Error", "", key::FAULT_PUBLISH_ANSWER, RECONNECT_PAUSE, false),
        ("200 OK", "Content-Type: text/html\r\n", key::FAULT_PUBLISH_ANSWER, REFUSED_PAUSE, false),
    ];
    for (status, headers, code, pause, refused) in rows {
        let (base, asked) = server(vec![answer(status, headers, "")]);
        let trouble = run(WhipClient::new(&format!("{base}/whip/ana"), Some("secret")).unwrap().open("offer"));
        let trouble = trouble.unwrap_err();
        assert_eq!((trouble.fault.code, trouble.pause, trouble.refused), (code, pause, refused), "{status}");
        assert!(!trouble.fault.to_string().contains("secret"));
        asked.join().unwrap();
    }
}

#[test]
fn a_key_that_is_part_of_the_address_is_sent_there_and_told_to_nobody() {
    let said = answer("400 Bad Request", "Content-Type: text/plain\r\n", "no input k3y at /k3y/webRTC/publish");
    let (base, asked) = server(vec![answer("404 Not Found", "", ""), said]);
    let client = WhipClient::new(&format!("{base}/{KEY_PLACE}/webRTC/publish"), Some("k3y")).unwrap();
    for _ in 0..2 {
        let told = run(client.open("offer")).unwrap_err().fault.to_string();
        assert!(told.contains(KEY_PLACE) && !told.contains("k3y"), "{told}");
    }
    let asked = asked.join().unwrap();
    assert!(asked.iter().all(|asked| asked.starts_with("POST /k3y/webRTC/publish ")), "{asked:?}");
    assert!(asked.iter().all(|asked| !asked.to_lowercase().contains("authorization")), "{asked:?}");
    let without = WhipClient::new(&format!("{base}/{KEY_PLACE}/webRTC/publish"), None).err().unwrap();
    assert_eq!(without.code, key::FAULT_PUBLISH_KEY_FORM);
    let strange = WhipClient::new("ftp://host/{key}", Some("k3y")).err().unwrap();
    assert!(!strange.to_string().contains("k3y"), "{strange}");
}

#[test]
fn a_server_that_is_down_is_told_as_such_and_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = WhipClient::new(&format!("http://{address}/whip/ana"), None).unwrap();
    let trouble = run(client.open("offer")).unwrap_err();
    assert_eq!(trouble.fault.code, key::FAULT_PUBLISH_UNREACHABLE);
    assert!(trouble.fault.to_string().contains(&address.to_string()) && !trouble.refused);
}

#[test]
fn an_answer_without_end_is_refused() {
    let long = "x".repeat(MAX_ANSWER_BYTES + 1);
    let (base, _) = server(vec![answer("201 Created", "Content-Type: application/sdp\r\n", &long)]);
    let trouble = run(WhipClient::new(&format!("{base}/whip/ana"), None).unwrap().open("offer")).unwrap_err();
    assert_eq!(trouble.fault.code, key::FAULT_PUBLISH_ANSWER);
}

#[test]
fn what_is_no_web_address_or_no_key_is_refused_before_anything_is_sent() {
    for url in ["", "ana", "rtmp://host/whip/ana", "http://", "file:///etc/passwd"] {
        assert_eq!(WhipClient::new(url, None).err().unwrap().code, key::FAULT_PUBLISH_ADDRESS, "{url}");
    }
    let refused = WhipClient::new("http://host/whip/ana", Some("two words")).err().unwrap();
    assert_eq!(refused.code, key::FAULT_PUBLISH_KEY_FORM);
}
