//! Media over TCP (RFC 6544), for networks that carry no UDP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use str0m::media::Direction;

use crate::client::{HANG, House, Peer, payload, run, tcp_candidate};

/// A connection that nobody has heard of yet.
fn stranger(house: &House) -> TcpStream {
    let stream = TcpStream::connect(house.running.media_tcp_addr).unwrap();
    stream.set_read_timeout(Some(HANG)).unwrap();
    stream
}

/// Whether the server has closed it, or does so before the clock runs out.
fn is_closed(mut stream: TcpStream) -> bool {
    matches!(stream.read(&mut [0; 100]), Ok(0)) || stream.write_all(&[0]).is_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_goes_in_and_out_over_tcp_untouched() {
    let house = House::open().await;
    let (publisher, _) = house.connect_over_tcp("/whip/hana").await;
    let publisher = run(publisher, |peer| (0..5).for_each(|n| peer.play(n))).await;
    house.wait_for("live").await;
    let (listener, _) = house.connect_over_tcp("/whep/hana").await;
    let hearing = tokio::spawn(run(listener, |peer| peer.until(|peer| peer.heard.len() >= 100)));
    let publisher = run(publisher, |peer| (5..150).for_each(|n| peer.play(n))).await;
    let listener = hearing.await.unwrap();
    let first = &listener.heard[0];
    // A machine that stalls may make some of them too old to be sent; what comes is whole, and in its place.
    for packet in &listener.heard {
        let n = u64::from(packet.header.timestamp.wrapping_sub(123_456) / 480);
        let after = u64::from(packet.header.timestamp.wrapping_sub(first.header.timestamp) / 480);
        assert_eq!(*packet.seq_no, *first.seq_no + after);
        assert_eq!(&packet.payload[..], payload(n));
    }
    let metrics = house.get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("korero_media_tcp_connections 2"), "{metrics}");
    drop(publisher);
    house.running.stop().await;
}

#[tokio::test]
async fn every_answer_names_udp_first_and_one_tcp_port() {
    let house = House::open().await;
    let answer = house.offer("/whip/hana", &Peer::offer(Direction::SendOnly).1).await.text().await.unwrap();
    assert_eq!(tcp_candidate(&answer), Some(house.running.media_tcp_addr), "{answer}");
    let candidates: Vec<_> = answer.lines().filter(|line| line.starts_with("a=candidate:")).collect();
    assert!(candidates[0].contains(" udp ") && candidates.last().unwrap().ends_with("tcptype passive"), "{answer}");
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_does_not_read_holds_up_nobody_and_is_given_up() {
    let house = House::open().await;
    let (publisher, _) = house.publisher().await;
    let (deaf, _) = house.connect_over_tcp("/whep/hana").await;
    let (listener, _) = house.connect("/whep/hana").await;
    let hearing = tokio::spawn(run(listener, |peer| peer.until(|peer| peer.heard.len() >= 2_000)));
    let publisher = run(publisher, |peer| (5..2_010).for_each(|n| peer.play(n))).await;
    let listener = hearing.await.unwrap();
    let numbers: Vec<_> = listener.heard.iter().map(|packet| *packet.seq_no).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "nothing is missing");
    let metrics = house.get("/metrics").await.text().await.unwrap();
    let unsent = metrics.lines().find_map(|line| line.strip_prefix("korero_media_datagrams_unsent_total ")).unwrap();
    assert!(unsent.parse::<u64>().unwrap() > 100, "2,000 packets do not fit into what waits for it: {unsent}");
    let begun = Instant::now();
    while !house.get("/metrics").await.text().await.unwrap().contains("korero_media_tcp_connections 0") {
        assert!(begun.elapsed() < HANG, "the connection is kept for ever");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop((publisher, deaf));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_goes_with_its_session() {
    let house = House::open().await;
    let (publisher, _) = house.publisher().await;
    let (listener, session) = house.connect_over_tcp("/whep/hana").await;
    let connections = async || house.get("/metrics").await.text().await.unwrap();
    assert!(connections().await.contains("korero_media_tcp_connections 1"));
    house.ask(reqwest::Method::DELETE, &session).send().await.unwrap();
    let begun = Instant::now();
    while !connections().await.contains("korero_media_tcp_connections 0") {
        assert!(begun.elapsed() < Duration::from_secs(5), "the connection outlives its session");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop((publisher, listener));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_that_speaks_something_else_is_closed_at_once_and_one_that_says_nothing_after_ten_seconds() {
    let house = House::open().await;
    let silent = stranger(&house);
    let begun = Instant::now();
    for words in [&b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"[..], &[0x16, 3, 1, 2, 0, 1]] {
        let mut wrong = stranger(&house);
        wrong.write_all(words).unwrap();
        assert!(tokio::task::spawn_blocking(move || is_closed(wrong)).await.unwrap());
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(tokio::task::spawn_blocking(move || is_closed(silent)).await.unwrap());
    assert!(begun.elapsed() >= Duration::from_secs(9));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_of_one_address_are_bounded_and_their_places_come_back() {
    let house = House::open().await;
    let all: Vec<_> = (0..64).map(|_| stranger(&house)).collect();
    let one_more = stranger(&house);
    assert!(tokio::task::spawn_blocking(move || is_closed(one_more)).await.unwrap());
    drop(all);
    // A connection that is let in waits for more.
    let begun = Instant::now();
    let let_in = || {
        let mut stream = stranger(&house);
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        stream.read(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    };
    while !let_in() {
        assert!(begun.elapsed() < HANG, "the places do not come back");
    }
    house.running.stop().await;
}
