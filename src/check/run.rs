//! The order of a check: the straight way first, which is measured; then a glance at the ways around, or, when there is
//! none that is straight, the measures of the first way around.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use korero_sentences::key;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::fault::Fault;
use crate::limits::CHECK_GLANCE;
use crate::publish::Setting;
use crate::rtc::{IceServer, Link, Path, Trouble, WhipClient};
use crate::session::event::PathKind;

use super::connect::{Door, Session};
use super::measures::{Carried, Measures, Way, ms};
use super::probe::{Order, Probe};
use super::verdict::Verdict;
use super::{Doing, Progress, Report, part};

/// How often what the far side says is read.
const LOOK: Duration = Duration::from_millis(10);
/// How often the round trip is asked for.
const ASK: Duration = Duration::from_millis(200);

/// One check, and who is told of it.
struct Check<'a> {
    door: Door,
    stop: &'a AtomicBool,
    tell: &'a mut dyn FnMut(Progress),
    began: Instant,
    measures: Measures,
}

/// Checks; `None` when it was stopped.
pub(super) async fn all(
    client: WhipClient,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(Progress),
) -> Result<Option<Report>, Fault> {
    let began = Instant::now();
    let host = client.host();
    tell(Progress { doing: Doing::Connecting(PathKind::Direct), part: 0.0 });
    match client.is_hidden().await {
        Ok(true) => {}
        Ok(false) => return Err(Fault::new(key::FAULT_CHECK_NONE).with("host", host)),
        Err(_) => return Ok(Some(nobody())),
    }
    let mut random = [0; 4];
    // Without a random source TLS could not have started either; every number is a valid source.
    let _ = getrandom::fill(&mut random);
    let measures = Measures { ways: Vec::new(), carried: None };
    let mut check = Check { door: Door::new(client, u32::from_ne_bytes(random)), stop, tell, began, measures };
    for path in [Path::Udp, Path::Tcp, Path::Relay] {
        if check.offers(path)
            && let Err(trouble) = check.way(path).await
        {
            if trouble.refused || check.measures.ways.is_empty() {
                return Err(trouble.fault);
            }
            break;
        }
        if check.is_stopped() {
            return Ok(None);
        }
    }
    Ok(Some(Report { verdict: Verdict::of(&check.measures), measures: check.measures }))
}

fn nobody() -> Report {
    Report { verdict: Verdict::no_server(), measures: Measures { ways: Vec::new(), carried: None } }
}

impl Check<'_> {
    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn offers(&self, path: Path) -> bool {
        match path {
            Path::Udp => true,
            Path::Tcp => self.door.offered.tcp,
            Path::Relay => self.door.offered.ice_servers.iter().any(IceServer::is_relay),
        }
    }

    fn tell(&mut self, doing: Doing) {
        (self.tell)(Progress { doing, part: part(self.began.elapsed()) });
    }

    /// Looks at one kind of way; the first that is up is measured.
    async fn way(&mut self, path: Path) -> Result<(), Trouble> {
        let kind = match path {
            Path::Udp => PathKind::Direct,
            Path::Tcp => PathKind::Tcp,
            Path::Relay => PathKind::Relayed,
        };
        self.tell(Doing::Connecting(kind));
        let Some(session) = self.door.open(path).await? else {
            self.measures.ways.push(Way { path: kind, connected_ms: None, rtt_ms: None });
            return Ok(());
        };
        let connected_ms = Some(ms(session.took));
        let rtt = if self.measures.carried.is_none() {
            let (carried, rtt) = self.measure(&session).await;
            self.measures.carried = carried;
            rtt
        } else {
            sleep(CHECK_GLANCE).await;
            session.peer.round_trip().await
        };
        self.door.close(session).await;
        self.measures.ways.push(Way { path: kind, connected_ms, rtt_ms: rtt.map(ms) });
        Ok(())
    }

    /// Sends as the probe says, until it is over, the connection is lost, or nobody wants it any more.
    async fn measure(&mut self, session: &Session) -> (Option<Carried>, Option<Duration>) {
        let peer = &session.peer;
        let far_side = peer.far_side();
        let mut probe = Probe::new(Instant::now());
        let mut sender = Sender::new();
        let (mut rtt, mut asked): (Option<Duration>, _) = (None, Instant::now());
        let mut told = None;
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        while !self.is_stopped() && *peer.link().borrow() == Link::Connected {
            ticks.tick().await;
            let now = Instant::now();
            probe.by_ipv6(far_side.now().ipv6);
            probe.hear(now, &far_side.take_fates());
            let order = probe.look(now);
            let doing = match order {
                Order::Over => break,
                Order::Quiet => Doing::Waiting,
                Order::Send(setting) => Doing::Sending(setting.bitrate),
            };
            // A connection that closes is noticed by its link.
            for packet in sender.due(now, order) {
                let _ = peer.send(packet.number, packet.time, packet.payload).await;
            }
            if now.duration_since(asked) >= ASK {
                asked = now;
                let trip = peer.round_trip().await.filter(|_| probe.has_room());
                rtt = rtt.into_iter().chain(trip).min();
                told = None;
            }
            if told.replace(doing) != Some(doing) {
                self.tell(doing);
            }
        }
        (probe.carried(), rtt)
    }
}

struct Packet {
    number: u16,
    time: u32,
    payload: Vec<u8>,
}

/// Cuts packets as a show would; what is in them is unreadable on the way, and nobody reads it there.
struct Sender {
    number: u16,
    time: u32,
    /// When the next packet is due, and of which setting.
    next: Option<(Instant, Setting)>,
}

impl Sender {
    fn new() -> Self {
        Self { number: 0, time: 0, next: None }
    }

    /// The packets that are due at `now`. What could not be sent for a while is not made up for.
    fn due(&mut self, now: Instant, order: Order) -> Vec<Packet> {
        let Order::Send(setting) = order else {
            self.next = None;
            return Vec::new();
        };
        let length = Duration::from_millis(setting.length.milliseconds().into());
        let mut due = match self.next {
            Some((at, before)) if before == setting && now.saturating_duration_since(at) < 5 * length => at,
            _ => now,
        };
        let mut packets = Vec::new();
        while due <= now {
            packets.push(self.packet(setting));
            due += length;
        }
        self.next = Some((due, setting));
        packets
    }

    fn packet(&mut self, setting: Setting) -> Packet {
        let bytes = (f64::from(setting.bitrate) / setting.length.per_second() / 8.0) as usize;
        let packet = Packet { number: self.number, time: self.time, payload: vec![0; bytes] };
        self.number = self.number.wrapping_add(1);
        self.time = self.time.wrapping_add(setting.length.frames() as u32);
        packet
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::PacketLength;

    #[test]
    fn packets_leave_as_those_of_a_show_do_and_a_stall_is_not_made_up_for() {
        let (mut sender, began) = (Sender::new(), Instant::now());
        let at = |ms| began + Duration::from_millis(ms);
        let order = Order::Send(Setting { bitrate: 128_000, length: PacketLength::Short });
        let sent: Vec<Packet> = (0..100).flat_map(|n| sender.due(at(10 * n), order)).collect();
        assert_eq!(sent.len(), 100);
        assert!(sent.iter().all(|packet| packet.payload.len() == 160));
        assert_eq!((sent[99].number, sent[99].time), (99, 99 * 480));
        assert_eq!(sender.due(at(1_030), order).len(), 4, "a late look");
        assert_eq!(sender.due(at(2_000), order).len(), 1, "a stall");
        assert!(sender.due(at(2_010), Order::Quiet).is_empty());
        let long = Order::Send(Setting { bitrate: 64_000, length: PacketLength::Long });
        let sent: Vec<Packet> = (300..400).flat_map(|n| sender.due(at(10 * n), long)).collect();
        assert_eq!((sent.len(), sent[0].payload.len()), (50, 160));
    }
}
