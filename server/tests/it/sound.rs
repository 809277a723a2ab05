//! Sound from a publisher to listeners, over real sockets.

use std::time::Duration;

use reqwest::{Method, StatusCode};

use crate::client::{HANG, House, Peer, payload, run};

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_receives_every_payload_untouched_under_numbers_of_its_own() {
    let house = House::open().await;
    let (publisher, _) = house.publisher().await;
    let (listener, _) = house.connect("/whep/hana").await;
    let hearing = tokio::spawn(run(listener, |peer| peer.until(|peer| peer.heard.len() >= 100)));
    let publisher = run(publisher, |peer| (5..105).for_each(|n| peer.play(n))).await;
    let listener = hearing.await.unwrap();
    let first = &listener.heard[0];
    assert!(*first.seq_no < 65_536);
    let began = u64::from(first.header.timestamp.wrapping_sub(123_456) / 480);
    for (n, packet) in listener.heard.iter().enumerate() {
        assert_eq!(*packet.seq_no, *first.seq_no + n as u64);
        assert_eq!(packet.header.timestamp, first.header.timestamp + 480 * n as u32);
        assert_eq!(&packet.payload[..], payload(began + n as u64));
    }
    assert_eq!(house.json("/api/v1/artists/hana").await["listeners"], 1);
    drop(publisher);
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packet_that_was_lost_is_sent_again_under_its_number() {
    let house = House::open().await;
    let (publisher, _) = house.publisher().await;
    let (mut listener, _) = house.connect("/whep/hana").await;
    listener.lossy = true;
    let hearing = tokio::spawn(run(listener, |peer| {
        let all_of_100 = |peer: &Peer| {
            let mut seqs: Vec<u64> = peer.heard.iter().map(|packet| *packet.seq_no).collect();
            seqs.sort_unstable();
            seqs.dedup();
            seqs.len() >= 100 && seqs.windows(2).take(99).all(|pair| pair[1] == pair[0] + 1)
        };
        peer.until(all_of_100);
    }));
    let publisher = run(publisher, |peer| {
        for n in 5..200 {
            peer.play(n);
            peer.during(Duration::from_millis(8));
        }
    })
    .await;
    let mut heard = hearing.await.unwrap().heard;
    assert!(heard.windows(2).any(|pair| pair[0].seq_no > pair[1].seq_no), "nothing was lost");
    heard.sort_by_key(|packet| packet.seq_no);
    for packet in heard {
        let n = u64::from(packet.header.timestamp.wrapping_sub(123_456) / 480);
        assert_eq!(&packet.payload[..], payload(n));
    }
    drop(publisher);
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_is_told_which_moment_a_sound_was() {
    let house = House::open().await;
    let (publisher, _) = house.publisher().await;
    let (listener, _) = house.connect("/whep/hana").await;
    let hearing = tokio::spawn(run(listener, |peer| {
        peer.until(|peer| {
            peer.heard.last().is_some_and(|packet| packet.last_sender_info.is_some_and(|i| i.rtp_time.numer() > 0))
        });
    }));
    let publisher = run(publisher, |peer| {
        for n in 5..400 {
            peer.play(n);
            peer.during(Duration::from_millis(8));
        }
    })
    .await;
    let listener = hearing.await.unwrap();
    let packet = listener.heard.last().unwrap();
    let report = packet.last_sender_info.unwrap();
    // The report's RTP time is the publication's own, carried on to the moment of the report.
    let ahead = (report.rtp_time.numer() as u32).wrapping_sub(123_456);
    assert!(ahead < 48_000 * HANG.as_secs() as u32, "{ahead}");
    drop(publisher);
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_leaves_is_no_longer_counted() {
    let house = House::open().await;
    let (publisher, _) = house.publisher().await;
    let (listener, session) = house.connect("/whep/hana").await;
    let publisher = run(publisher, |peer| (5..10).for_each(|n| peer.play(n))).await;
    assert_eq!(house.wait_for("live").await["listeners"], 1);
    assert_eq!(house.ask(Method::DELETE, &session).send().await.unwrap().status(), StatusCode::OK);
    let listener = run(listener, |peer| peer.until(|peer| peer.over)).await;
    let publisher = run(publisher, |peer| (10..15).for_each(|n| peer.play(n))).await;
    assert_eq!(house.wait_for("live").await["listeners"], 0);
    drop((publisher, listener));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_publisher_takes_the_room_over_and_listeners_hear_on() {
    let house = House::open().await;
    let (first, old_session) = house.publisher().await;
    let before = house.json("/api/v1/artists/hana").await;
    let (listener, _) = house.connect("/whep/hana").await;
    let first = run(first, |peer| (5..15).for_each(|n| peer.play(n))).await;
    let (second, _) = house.connect("/whip/hana").await;
    let first = run(first, |peer| peer.until(|peer| peer.over)).await;
    assert_eq!(house.get(&old_session).await.status(), StatusCode::NOT_FOUND);
    let hearing = tokio::spawn(run(listener, |peer| peer.until(|peer| peer.heard.len() >= 20)));
    let second = run(second, |peer| (0..60).for_each(|n| peer.play(n))).await;
    let listener = hearing.await.unwrap();
    let seqs: Vec<u64> = listener.heard.iter().map(|packet| *packet.seq_no).collect();
    assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "{seqs:?}");
    let after = house.wait_for("live").await;
    assert_eq!(after["performance"]["id"], before["performance"]["id"]);
    drop((first, second));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_is_told_goodbye_when_the_server_stops() {
    let house = House::open().await;
    let (publisher, _) = house.publisher().await;
    let (listener, _) = house.connect("/whep/hana").await;
    let waiting = [publisher, listener].map(|peer| tokio::spawn(run(peer, |peer| peer.until(|peer| peer.over))));
    house.running.stop().await;
    for peer in waiting {
        assert!(peer.await.unwrap().over);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changes_networks_restarts_ice_and_sound_goes_on_in_the_same_session() {
    let house = House::open().await;
    let (publisher, publishing) = house.publisher().await;
    let (listener, listening) = house.connect("/whep/hana").await;
    let listener = restart(&house, listener, &listening).await;
    let hearing = tokio::spawn(run(listener, |peer| peer.until(|peer| peer.heard.len() >= 40)));
    let publisher = run(publisher, |peer| (5..30).for_each(|n| peer.play(n))).await;
    let publisher = restart(&house, publisher, &publishing).await;
    let playing = tokio::spawn(run(publisher, |peer| {
        (30..200).for_each(|n| {
            peer.play(n);
            peer.during(Duration::from_millis(5));
        });
    }));
    let listener = hearing.await.unwrap();
    let times: Vec<u32> = listener.heard.iter().map(|packet| packet.header.timestamp).collect();
    assert!(times.iter().any(|time| time.wrapping_sub(123_456) / 480 >= 30), "nothing came by the new way: {times:?}");
    let publisher = playing.await.unwrap();
    assert!(!publisher.over && !listener.over);
    assert_eq!(house.get(&publishing).await.status(), StatusCode::NO_CONTENT);
    house.running.stop().await;
}

/// Moves a client to another address and restarts its ICE.
async fn restart(house: &House, peer: Peer, session: &str) -> Peer {
    let mut peer = peer;
    let fragment = peer.moves();
    let ask = house.ask(Method::PATCH, session).bearer_auth(&house.key).header("if-match", "\"*\"");
    let ask = ask.header("content-type", "application/trickle-ice-sdpfrag").body(fragment);
    let response = ask.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    peer.restarted(&response.text().await.unwrap());
    peer
}
