//! When the straight way by UDP is closed: TCP to the far side's own port, and candidates that are known only later.

use std::sync::Arc;
use std::time::Instant;

use tokio::time::{sleep, timeout};
use webrtc::peer_connection::{RTCIceCandidateInit, RTCIceCandidateType, RTCStatsReportEntry, StatsSelector};

use crate::limits::{MEDIA_TIMEOUT, TCP_AFTER};

use super::peer::{Link, Peer};
use super::ways::{self, Path, TcpWay};

impl Peer {
    /// Connects over TCP after [`TCP_AFTER`], unless there is a connection by then: UDP, which never waits for what was lost,
    /// is preferred. Only what is connected becomes a candidate, so that nobody waits for the others.
    pub(super) fn later_over_tcp(&self, ways: Vec<TcpWay>) {
        for way in ways {
            let (connection, net, link) = (Arc::clone(&self.connection), Arc::clone(&self.net), self.link.clone());
            self.runtime.spawn(async move {
                sleep(TCP_AFTER).await;
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
    pub async fn more_candidates(&self, offer: &str, told: &mut Vec<String>) -> Option<String> {
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
