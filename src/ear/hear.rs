//! Packets into sound at its place. Pure but for the decoder: arrival times come in as frames of the engine.

use crate::codec::{CodecError, Decoder};
use crate::limits::SAMPLE_RATE;

use super::compare::Comparer;
use super::earliest::Earliest;
use super::order::{Arrived, Order};

/// The most frames of one packet (RFC 6716: 120 ms), and of one hole that is concealed.
const MOST: usize = 5_760;
/// The decoder conceals whole steps of 2.5 ms.
const STEP: u32 = 120;
/// RTP time that goes on within this is the same sound going on: 2 s.
const SAME: u32 = 2 * SAMPLE_RATE;

/// Decodes what arrives.
pub(super) struct Hearer {
    order: Order,
    decoder: Decoder,
    /// RTP time that is next, and its place.
    next: Option<(u32, u64)>,
    sound: Vec<f32>,
    lateness: Earliest,
    /// Packets that were no Opus.
    broken: u64,
}

impl Hearer {
    pub(super) fn new() -> Result<Self, CodecError> {
        Ok(Self {
            order: Order::default(),
            decoder: Decoder::new()?,
            next: None,
            sound: vec![0.0; 2 * MOST],
            lateness: Earliest::default(),
            broken: 0,
        })
    }

    /// Takes a packet.
    pub(super) fn push(&mut self, packet: Arrived) {
        self.order.push(packet);
    }

    /// Decodes what is in its turn by `now` into `comparer`.
    pub(super) fn turn(&mut self, now: u64, comparer: &mut Comparer) {
        while let Some(packet) = self.order.pop(now) {
            self.decode(&packet, comparer);
        }
    }

    /// By how many frames what is heard comes later now than at its beginning.
    pub(super) fn lateness(&self) -> i64 {
        self.lateness.least()
    }

    /// Packets that never came, or were no Opus.
    pub(super) fn lost(&self) -> u64 {
        self.order.lost() + self.broken
    }

    fn decode(&mut self, packet: &Arrived, comparer: &mut Comparer) {
        let place = self.place(packet, comparer);
        match self.decoder.decode(&packet.payload, &mut self.sound) {
            // An empty packet is none: nothing of it is concealed here.
            Ok(frames) if !packet.payload.is_empty() => {
                comparer.heard(place, &self.sound[..2 * frames]);
                self.lateness.take(packet.at, packet.at as i64 - place as i64);
                self.next = Some((packet.rtp_time.wrapping_add(frames as u32), place + frames as u64));
            }
            _ => self.broken += 1,
        }
    }

    /// Where its sound belongs; a short hole before it is concealed.
    fn place(&mut self, packet: &Arrived, comparer: &mut Comparer) -> u64 {
        let Some((rtp_time, next)) = self.next else { return packet.at };
        let missing = packet.rtp_time.wrapping_sub(rtp_time);
        if missing > SAME {
            // Another stream: it goes on when it arrives.
            let place = next.max(packet.at.saturating_add_signed(-self.lateness.least()));
            self.lateness = Earliest::default();
            return place;
        }
        let frames = (missing - missing % STEP).min(MOST as u32) as usize;
        if frames > 0
            && let Ok(frames) = self.decoder.decode(&[], &mut self.sound[..2 * frames])
        {
            comparer.heard(next, &self.sound[..2 * frames]);
        }
        next + u64::from(missing)
    }
}
