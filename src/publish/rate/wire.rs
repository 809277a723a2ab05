//! What a stream of packets costs on the wire, and the coarse steps that the encoder's rate moves in.

use crate::codec::PacketLength;
use crate::limits::{RATE_FLOOR, SAMPLE_RATE};

/// Bit rates of the encoder, bit/s: each a third to a half more than the one before, so that a change is worth it.
const STEPS: [u32; 11] =
    [RATE_FLOOR, 48_000, 64_000, 96_000, 128_000, 160_000, 192_000, 256_000, 320_000, 384_000, 510_000];

/// Bytes that each packet has beside the RTP packet itself, on IPv4: IP 20 (RFC 791 §3.1), UDP 8, and the longest tag of
/// SRTP in use, 16 (AES-GCM, RFC 7714 §8.1; the older 10 of HMAC-SHA1-80 would be less).
pub(super) const AROUND_RTP: u32 = 20 + 8 + 16;
/// What IPv6 adds to it (RFC 8200 §3).
pub(super) const IPV6_MORE: u32 = 20;
/// The RTP header with the number that transport feedback speaks of (RFC 3550 §5.1, RFC 8285 §4.2).
const RTP_HEADER: u32 = 12 + 8;

/// What the encoder is set to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Setting {
    /// Payload, bit/s.
    pub bitrate: u32,
    /// How much sound is in one packet.
    pub length: PacketLength,
}

impl Setting {
    /// What it takes of the path, bit/s, with every header; resends come on top.
    #[must_use]
    pub fn on_the_wire(self, ipv6: bool) -> f64 {
        let around = RTP_HEADER + around_rtp(ipv6);
        let packets = f64::from(SAMPLE_RATE) / self.length.frames() as f64;
        f64::from(self.bitrate) + packets * f64::from(8 * around)
    }
}

/// Bytes that each RTP packet has around it on the wire.
#[must_use]
pub fn around_rtp(ipv6: bool) -> u32 {
    AROUND_RTP + if ipv6 { IPV6_MORE } else { 0 }
}

/// Every setting with packets of that length, from the floor on.
pub fn settings(length: PacketLength) -> impl DoubleEndedIterator<Item = Setting> {
    STEPS.into_iter().map(move |bitrate| Setting { bitrate, length })
}

/// The steps up to `ceiling`, which is one itself.
pub(super) fn steps(ceiling: u32) -> Vec<u32> {
    let below = STEPS.into_iter().filter(|step| *step < ceiling);
    below.chain([ceiling.max(RATE_FLOOR)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_rise_from_the_floor_to_the_ceiling() {
        for ceiling in [64_000, 100_000, 256_000, 510_000] {
            let steps = steps(ceiling);
            assert_eq!((steps[0], *steps.last().unwrap()), (RATE_FLOOR, ceiling));
            assert!(steps.windows(2).all(|pair| pair[0] < pair[1]), "{steps:?}");
        }
        assert_eq!(steps(1), [RATE_FLOOR]);
    }

    #[test]
    fn the_headers_of_short_packets_cost_twice_those_of_long_ones() {
        let on_the_wire = |length| Setting { bitrate: 64_000, length }.on_the_wire(false);
        assert_eq!(on_the_wire(PacketLength::Short), 64_000.0 + 100.0 * 64.0 * 8.0);
        assert_eq!(on_the_wire(PacketLength::Long), 64_000.0 + 50.0 * 64.0 * 8.0);
    }
}
