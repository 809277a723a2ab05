use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use tokio::time::timeout;

use super::*;

/// A test that hangs ends after this.
const HANG: Duration = Duration::from_secs(60);

/// Whether a request is there with all of its body.
fn is_whole(asked: &[u8]) -> bool {
    let text = String::from_utf8_lossy(asked).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// A server that gives each request this answer; its WHEP address.
fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/whep/ana?ear", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let (mut asked, mut piece) = (Vec::new(), [0; 4_096]);
            while !is_whole(&asked) {
                match stream.read(&mut piece) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => asked.extend_from_slice(&piece[..read]),
                }
            }
            let _ = write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    url
}

/// What the line says of the first attempt.
fn first_trouble(url: &str) -> Fault {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (state, mut seen) = watch::channel(LineState::Connecting);
        let (queue, _packets) = mpsc::channel(1);
        let client = WhipClient::new(url, None).unwrap();
        let line = Line { client, state, queue, dropped: Arc::default(), held: None };
        let (_on_air, on_air_seen) = watch::channel(true);
        let (leave, left) = watch::channel(false);
        let told = async {
            let down = timeout(HANG, seen.wait_for(|state| matches!(state, LineState::Down(_)))).await;
            let state = down.unwrap().unwrap().clone();
            leave.send_replace(true);
            state
        };
        let (ended, state) = tokio::join!(timeout(HANG, line.run(on_air_seen, left)), told);
        ended.unwrap();
        let LineState::Down(fault) = state else { panic!("it is down") };
        fault
    })
}

#[test]
fn each_refusal_has_its_own_sentence() {
    for (answer, code) in [
        ("401 Unauthorized", key::FAULT_EAR_REFUSED),
        ("404 Not Found", key::FAULT_EAR_NOTHING),
        ("409 Conflict\r\nRetry-After: 2", key::FAULT_EAR_NOT_YET),
        ("503 Service Unavailable", key::FAULT_EAR_BUSY),
        ("500 Internal Server Error", key::FAULT_EAR_ANSWER),
        ("201 Created\r\nContent-Type: text/html", key::FAULT_EAR_ANSWER),
    ] {
        assert_eq!(first_trouble(&server(answer)).code, code, "{answer}");
    }
}

#[test]
fn a_server_that_is_not_there_does_not_answer() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let fault = first_trouble(&format!("http://127.0.0.1:{port}/whep/ana"));
    assert_eq!(fault.code, key::FAULT_EAR_UNREACHABLE);
}
