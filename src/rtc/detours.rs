//! When the straight way by UDP is closed: TCP to the far side's own port, and candidates that are known only later.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};
use webrtc::peer_connection::{RTCIceCandidateInit, RTCIceCandidateType, RTCStatsReportEntry, StatsSelector};

use crate::limits::MEDIA_TIMEOUT;

use super::http::{SessionUrl, WhipClient};
use super::peer::{Link, Peer};
use super::ways::{self, Path, TcpWay};

impl Peer {
    /// Connects over TCP after that long, unless there is a connection by then: UDP, which never waits for what was lost,
    /// is preferred. Only what is connected becomes a candidate, so that nobody waits for the others.
    pub(super) fn later_over_tcp(&self, ways: Vec<TcpWay>, after: Duration) {
        for way in ways {
            let (connection, net, link) = (Arc::clone(&self.connection), Arc::clone(&self.net), self.link.clone());
            self.runtime.spawn(async move {
                sleep(after).await;
                let needed = || *link.borrow() == Link::Connecting;
                if !needed() || !matches!(timeout(MEDIA_TIMEOUT, net.connect(way.at, way.name)).await, Ok(Ok(()))) {
                    return;
                }
                if !needed() {
                    return net.forget(way.name);
                }
                let candidate =
                    RTCIceCandidateInit { candidate: way.candidate(), sdp_mline_index: Some(0), ..Default::default() };
                // An error means that the connection was closed meanwhile.
                let _ = connection.add_ice_candidate(candidate).await;
            });
        }
    }

    /// The candidates that are not in an offer, once there are any, or there will be no more: a fragment for a PATCH. Those
    /// in `told` are left out, and noted there. `None` when nothing is left to tell.
    async fn more_candidates(&self, offer: &str, told: &mut Vec<String>) -> Option<String> {
        let mut gathered = self.gathered();
        loop {
            let (more, complete) = {
                let now = gathered.borrow_and_update();
                let known =
                    |line: &String| ways::candidates(offer).any(|in_offer| in_offer == line) || told.contains(line);
                let waits = |line: &String| line.contains("tcptype passive");
                let new = now.candidates.iter().filter(|line| !known(line) && !waits(line));
                (new.cloned().collect::<Vec<_>>(), now.complete)
            };
            if !more.is_empty() {
                let fragment = ways::fragment(offer, &more, complete);
                told.extend(more);
                return Some(fragment);
            }
            if complete || gathered.changed().await.is_err() {
                return None;
            }
        }
    }

    /// Tells the server of candidates that were not known when it was offered (RFC 9725 §4.3.2), for as long as it takes them;
    /// never returns.
    pub async fn trickle(
        &self,
        client: &WhipClient,
        offer: &str,
        session: Option<&SessionUrl>,
        etag: Option<&str>,
    ) -> Infallible {
        if let Some(session) = session {
            let mut told = Vec::new();
            while let Some(fragment) = self.more_candidates(offer, &mut told).await {
                if !client.trickle(session, etag, fragment).await {
                    break;
                }
            }
        }
        std::future::pending().await
    }

    /// By which kind of way the connection goes; `None` before there is one.
    pub async fn path(&self) -> Option<Path> {
        let report = self.connection.get_stats(Instant::now(), StatsSelector::None).await;
        let pair = report.iter().find_map(|entry| match entry {
            RTCStatsReportEntry::IceCandidatePair(pair) if pair.nominated => Some(pair.local_candidate_id.clone()),
            _ => None,
        })?;
        let ours = report.iter().find_map(|entry| match entry {
            RTCStatsReportEntry::LocalCandidate(ours) if ours.stats.id.ends_with(&pair) => Some(ours),
            _ => None,
        });
        Some(match ours {
            Some(ours) if ours.candidate_type == RTCIceCandidateType::Relay => Path::Relay,
            Some(ours) if ours.protocol.eq_ignore_ascii_case("tcp") => Path::Tcp,
            // What is not in the list was found out by the checks themselves, which go by UDP.
            _ => Path::Udp,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;
    use std::thread;
    use std::time::Duration;

    use super::super::clock::SenderClock;
    use super::super::links::ice_servers;
    use super::super::names::Names;
    use super::super::peer::PeerSettings;
    use super::*;
    use crate::limits::GATHER_PATIENCE;

    /// Tells everybody, late, that they are seen at 192.0.2.77:5000 (RFC 8489 §14.2).
    fn slow_stun_server() -> String {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let url = format!("stun:{}", socket.local_addr().unwrap());
        thread::spawn(move || {
            let mut asked = [0; 1_500];
            while let Ok((length, from)) = socket.recv_from(&mut asked) {
                if length < 20 || asked[..2] != [0, 1] {
                    continue;
                }
                thread::park_timeout(GATHER_PATIENCE * 2);
                let mut told = vec![1, 1, 0, 12];
                told.extend_from_slice(&asked[4..20]);
                told.extend([0, 0x20, 0, 8, 0, 1, (5_000_u16 >> 8) as u8 ^ 0x21, 5_000_u16 as u8 ^ 0x12]);
                told.extend([192 ^ 0x21, 0x12, 2 ^ 0xa4, 77 ^ 0x42]);
                let _ = socket.send_to(&told, from);
            }
        });
        url
    }

    #[test]
    fn an_offer_waits_for_no_slow_server_and_what_comes_late_is_told_once() {
        let link = format!("<{}>; rel=\"ice-server\"", slow_stun_server());
        let bind = vec!["127.0.0.1:0".to_owned()];
        let ice_servers = ice_servers(std::iter::once(&*link));
        let settings = PeerSettings {
            bitrate: 256_000,
            ssrc: 7,
            bind,
            only: None,
            repairs: true,
            ice_servers,
            names: Names::default(),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let told_late = async {
            let peer = Peer::new(&settings, Arc::new(SenderClock::new(0, None))).await.unwrap();
            let offer = peer.offer().await.unwrap();
            assert!(offer.contains("127.0.0.1") && !offer.contains("srflx"), "{offer}");
            let mut told = Vec::new();
            let fragment = peer.more_candidates(&offer, &mut told).await.unwrap();
            assert!(fragment.contains(" 192.0.2.77 5000 typ srflx") && fragment.contains("a=mid:"), "{fragment}");
            assert!(!fragment.contains("typ host"), "the offer has those: {fragment}");
            while let Some(more) = peer.more_candidates(&offer, &mut told).await {
                assert!(!more.contains("192.0.2.77"), "{more}");
            }
            peer.close().await;
        };
        runtime.block_on(async { timeout(Duration::from_secs(60), told_late).await.unwrap() });
    }
}
