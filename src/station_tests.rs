use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Instant;

use super::*;

/// Long against everything that is waited for here.
const HANG: Duration = Duration::from_secs(60);

/// A server that answers by method and path, and tells what it was asked.
pub(super) fn server(
    answer: impl Fn(&str) -> (u16, &'static str, String) + Send + 'static,
) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut asked, mut piece) = (String::new(), [0; 4_096]);
            loop {
                let length = stream.read(&mut piece).unwrap();
                asked.push_str(&String::from_utf8_lossy(&piece[..length]));
                let whole = asked.split_once("\r\n\r\n").is_some_and(|(head, body)| {
                    let long = head
                        .lines()
                        .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
                    body.len() >= long.unwrap_or(0)
                });
                if length == 0 || whole {
                    break;
                }
            }
            let (status, kind, body) = answer(&asked);
            let head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Type: {kind}");
            let _ = write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            if tell.send(asked).is_err() {
                break;
            }
        }
    });
    (base, told)
}

fn start(base: &str) -> Station {
    let aim = Aim { url: format!("{base}/whip/ana"), key: Some("secret".into()), bitrate: 256_000, ..Aim::default() };
    let epoch = Epoch { id: Uuid::now_v7(), utc_ns_at_frame_0: 1_795_000_000_123_456_789 };
    Station::start(&aim, epoch, Show { title: "Evening".into(), ..Show::default() }).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the other side is a real socket")]
fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < HANG, "nothing came");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_performance_is_opened_with_its_epoch_then_listeners_are_counted_and_it_is_ended() {
    let id = Uuid::now_v7();
    let (base, asked) = server(move |asked| {
        let json = "application/json";
        match asked.split(' ').next() {
            Some("GET") => {
                let artist = r#"{"slug":"ana","name":"Ana","state":"live","performance":null,"listeners":3}"#;
                (200, json, artist.into())
            }
            _ => (201, json, format!(r#"{{"id":"{id}","slug":"ana","listen_url":"http://x/@ana"}}"#)),
        }
    });
    let station = start(&base);
    assert_eq!(wait_for(|| station.listeners()), 3);
    assert_eq!(station.listen_url().as_deref(), Some("http://x/@ana"));
    station.end();
    let asked: Vec<_> = asked.try_iter().collect();
    assert!(asked[0].starts_with("POST /api/v1/performances HTTP"), "{}", asked[0]);
    assert!(asked[0].to_lowercase().contains("authorization: bearer secret"));
    assert!(asked[0].contains(r#""utc_ns_at_frame_0":"1795000000123456789""#) && asked[0].contains(r#""Evening""#));
    assert!(asked[1].starts_with("GET /api/v1/artists/ana "));
    assert!(asked.last().unwrap().starts_with(&format!("POST /api/v1/performances/{id}/end ")));
}

#[test]
fn a_foreign_server_is_left_alone_after_its_first_answer() {
    let (base, asked) = server(|_| (404, "text/html", "no".into()));
    let station = start(&base);
    wait_for(|| station.thread.as_ref().unwrap().is_finished().then_some(()));
    assert_eq!(station.status(), StationStatus::default());
    station.end();
    assert_eq!(asked.try_iter().count(), 1);
}

#[test]
fn our_own_ear_listens_beside_the_whip_address_of_our_server_and_nowhere_else() {
    let found = ear_url("https://live.example/sub/whip/ana/?x=1");
    assert_eq!(found.as_deref(), Some("https://live.example/sub/whep/ana?ear"));
    assert_eq!(ear_url("https://live.example/live/ana"), None);
}

#[test]
fn the_api_lies_where_the_whip_address_says() {
    let place = |url| Place::of(url).map(|place| (place.base, place.slug));
    let found = |base: &str, slug: &str| Some((base.to_owned(), slug.to_owned()));
    assert_eq!(place("http://127.0.0.1:8080/whip/ana"), found("http://127.0.0.1:8080", "ana"));
    assert_eq!(place("https://live.example/sub/whip/ana/?x=1"), found("https://live.example/sub", "ana"));
    for foreign in ["https://live.example/live/ana", "https://live.example/whip", "rtmp://host/whip/ana", "ana"] {
        assert_eq!(place(foreign), None, "{foreign}");
    }
}
