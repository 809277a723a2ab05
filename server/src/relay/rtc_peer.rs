//! A real connection: str0m in RTP mode.

use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};

use str0m::change::SdpOffer;
use str0m::media::{Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::rtcp::{Nack, Rtcp};
use str0m::rtp::{RawPacket, RtpPacket, RtpWrite, Ssrc};
use str0m::{Event, IceConnectionState, IceCreds, Input, Output, Rtc};

use super::missing::Missing;
use super::outlet::captured;
use super::peer::{Packet, Peer, Step};
use super::way::{Carrier, Way};

/// RTP clock of Opus, in Hz.
const CLOCK: f64 = 48_000.0;

/// One `Rtc` and what str0m does not know of it.
pub(crate) struct RtcPeer {
    rtc: Rtc,
    mid: Option<Mid>,
    pt: Pt,
    /// The one address that str0m believes to be ours, per family: which of our addresses was really used is the
    /// system's affair, and the answer names them all.
    ours: [SocketAddr; 2],
    /// The publisher's stream, and whether its missing packets are asked for now.
    asked_for: Option<(Ssrc, bool)>,
    missing: Missing,
    clocks: Clocks,
    failed: bool,
}

/// Who both ends are after ICE was restarted.
pub(crate) struct Restart {
    /// The session's offer with the far side's new name and password.
    pub(crate) offer: SdpOffer,
    /// Ours.
    pub(crate) creds: IceCreds,
}

/// One moment on both clocks. str0m freezes its own such pair, so reports must be read by a frozen one too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clocks {
    at: Instant,
    utc: SystemTime,
}

impl Clocks {
    pub(crate) fn now() -> Self {
        Self { at: Instant::now(), utc: SystemTime::now() }
    }

    fn utc(&self, at: Instant) -> SystemTime {
        self.utc + at.saturating_duration_since(self.at)
    }
}

impl RtcPeer {
    pub(crate) fn new(rtc: Rtc, pt: Pt, ours: [SocketAddr; 2], clocks: Clocks) -> Self {
        Self { rtc, mid: None, pt, ours, asked_for: None, missing: Missing::default(), clocks, failed: false }
    }

    fn feed(&mut self, input: Input<'_>) {
        if self.rtc.handle_input(input).is_err() {
            self.failed = true;
        }
    }

    fn event(&mut self, event: Event) -> Option<Step> {
        match event {
            Event::Connected => Some(Step::Connected),
            Event::MediaAdded(media) => {
                self.mid = Some(media.mid);
                None
            }
            Event::RtpPacket(packet) => Some(Step::Sound(self.sound(packet))),
            Event::RawPacket(raw) => match *raw {
                RawPacket::RtcpRx(Rtcp::Nack(nack)) => Some(Step::Missing(missing(&nack))),
                _ => None,
            },
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => Some(Step::Ended),
            _ => None,
        }
    }

    fn sound(&mut self, packet: RtpPacket) -> Packet {
        let ssrc = packet.header.ssrc;
        if self.asked_for.is_some_and(|(before, _)| before != ssrc) {
            self.missing = Missing::default();
        }
        let asks = self.missing.arrived(*packet.seq_no, packet.timestamp);
        if self.asked_for != Some((ssrc, asks)) {
            // str0m asks by itself only for what can come on a resend stream; a publisher resends Opus on its own.
            if let Some(stream) = self.rtc.direct_api().stream_rx(&ssrc) {
                stream.suppress_nack(!asks);
            }
            self.asked_for = Some((ssrc, asks));
        }
        Packet {
            stream: *ssrc,
            seq: *packet.seq_no,
            time: packet.header.timestamp,
            marker: packet.header.marker,
            captured: captured(packet.timestamp, self.age(&packet)),
            payload: packet.payload,
        }
    }

    /// How old a packet's sound was when it arrived, by the publisher's last report.
    fn age(&self, packet: &RtpPacket) -> Option<Duration> {
        let report = packet.last_sender_info?;
        let ticks = packet.header.timestamp.wrapping_sub(report.rtp_time.numer() as u32).cast_signed();
        let after = Duration::from_secs_f64(f64::from(ticks.unsigned_abs()) / CLOCK);
        let utc = if ticks < 0 { report.ntp_time.checked_sub(after) } else { report.ntp_time.checked_add(after) };
        self.clocks.utc(packet.timestamp).duration_since(utc?).ok()
    }
}

/// The last 16 bits of every number that a NACK names: the one it starts with and those of its bit mask
/// (RFC 4585 §6.2.1).
fn missing(nack: &Nack) -> Vec<u16> {
    nack.reports
        .iter()
        .flat_map(|entry| {
            let mask = (0..16_u16).filter(|bit| entry.blp >> bit & 1 == 1).map(|bit| bit + 1);
            std::iter::once(0).chain(mask).map(|after| entry.pid.wrapping_add(after))
        })
        .collect()
}

impl Peer for RtcPeer {
    type Restart = Restart;

    fn receive(&mut self, now: Instant, from: Way, datagram: &[u8]) {
        let protocol = match from.carrier {
            Carrier::Udp => Protocol::Udp,
            Carrier::Tcp => Protocol::Tcp,
        };
        let ours = self.ours[usize::from(from.at.is_ipv6())];
        if let Ok(received) = Receive::new(protocol, from.at, ours, datagram) {
            self.feed(Input::Receive(now, received));
        }
    }

    fn restart(&mut self, restart: Restart) {
        // str0m answers with a name of its own; the far side was told ours.
        match self.rtc.sdp_api().accept_offer(restart.offer) {
            Ok(_) => self.rtc.direct_api().set_local_ice_credentials(restart.creds),
            Err(_) => self.failed = true,
        }
    }

    fn tick(&mut self, now: Instant) {
        self.feed(Input::Timeout(now));
    }

    fn write(&mut self, now: Instant, packet: Packet) {
        let Some(mid) = self.mid else { return };
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, None) {
            let Packet { seq, time, marker, captured, payload, .. } = packet;
            // A moment in the future would make the sender reports wrong.
            let captured = captured.min(now);
            stream.write_rtp(RtpWrite::new(self.pt, seq.into(), time, captured, payload).marker(marker).nackable(true));
        }
        self.feed(Input::Timeout(now));
    }

    fn close(&mut self) {
        if self.rtc.close().is_err() {
            self.failed = true;
        }
    }

    fn step(&mut self, _now: Instant) -> Step {
        loop {
            if self.failed {
                return Step::Ended;
            }
            match self.rtc.poll_output() {
                Ok(Output::Transmit(transmit)) => {
                    let carrier = if transmit.proto == Protocol::Udp { Carrier::Udp } else { Carrier::Tcp };
                    return Step::Send(Way { carrier, at: transmit.destination }, transmit.contents.into());
                }
                Ok(Output::Timeout(_)) if !self.rtc.is_alive() => return Step::Ended,
                Ok(Output::Timeout(until)) => return Step::Wait(until),
                Ok(Output::Event(event)) => {
                    if let Some(step) = self.event(event) {
                        return step;
                    }
                }
                Err(_) => self.failed = true,
            }
        }
    }
}
