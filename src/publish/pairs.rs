//! Packets of the wanted length from cells of 10 ms. Every packet begins where a cell begins, so RTP time stays the offset plus
//! the frame index whatever the length, and however often it changes.

use crate::codec::{PACKET_SAMPLES, PacketLength};
use crate::limits::PACKET_FRAMES;
use crate::timeline::FrameIndex;

use super::packets::SoundPacket;

/// Holds the first half of a long packet until the second one is there. A cell that stays alone goes out as a short packet.
pub(super) struct Pairs {
    samples: [f32; 2 * PACKET_SAMPLES],
    /// Of the cell that waits: its first frame, and how much of it was missing.
    waits: Option<(FrameIndex, usize)>,
}

impl Default for Pairs {
    fn default() -> Self {
        Self { samples: [0.0; 2 * PACKET_SAMPLES], waits: None }
    }
}

impl Pairs {
    /// Takes a cell, and hands out what is complete.
    pub(super) fn push(
        &mut self,
        cell: &SoundPacket<'_>,
        length: PacketLength,
        mut ready: impl FnMut(SoundPacket<'_>),
    ) {
        if let Some((start, missing)) = self.waits {
            if length == PacketLength::Long && start.plus(PACKET_FRAMES as u64) == cell.start {
                self.waits = None;
                self.samples[PACKET_SAMPLES..].copy_from_slice(cell.samples);
                return ready(SoundPacket { start, samples: &self.samples, missing: missing + cell.missing });
            }
            self.flush(&mut ready);
        }
        match length {
            PacketLength::Short => ready(SoundPacket { ..*cell }),
            PacketLength::Long => {
                self.samples[..PACKET_SAMPLES].copy_from_slice(cell.samples);
                self.waits = Some((cell.start, cell.missing));
            }
        }
    }

    /// Hands out the cell that waits.
    pub(super) fn flush(&mut self, ready: impl FnOnce(SoundPacket<'_>)) {
        if let Some((start, missing)) = self.waits.take() {
            ready(SoundPacket { start, samples: &self.samples[..PACKET_SAMPLES], missing });
        }
    }

    /// Forgets the cell that waits.
    pub(super) fn forget(&mut self) {
        self.waits = None;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::publish::rtp_time;

    fn length() -> impl Strategy<Value = PacketLength> {
        prop_oneof![Just(PacketLength::Short), Just(PacketLength::Long)]
    }

    proptest! {
        #[test]
        fn whatever_lengths_are_wanted_every_cell_goes_out_once_in_order_and_at_its_own_rtp_time(
            cells in prop::collection::vec((length(), prop_oneof![5 => Just(0_u64), 1 => 1..4_u64]), 1..60), offset: u32,
        ) {
            let (mut pairs, mut at) = (Pairs::default(), 480 * 7);
            let (mut put, mut out) = (Vec::new(), Vec::new());
            let mut note = |p: SoundPacket<'_>| out.push((p.start.0, p.samples.to_vec()));
            for (length, missing) in cells {
                at += 480 * missing;
                let samples: Vec<f32> = (0..960).map(|i| (at * 2 + i) as f32).collect();
                pairs.push(&SoundPacket { start: FrameIndex(at), samples: &samples, missing: 0 }, length, &mut note);
                put.extend(samples);
                at += 480;
            }
            pairs.flush(&mut note);
            let all: Vec<f32> = out.iter().flat_map(|(_, samples)| samples.clone()).collect();
            prop_assert_eq!(all, put);
            for (start, samples) in &out {
                prop_assert_eq!(samples[0], (start * 2) as f32, "a packet begins with the frame that it names");
                prop_assert_eq!(start % 480, 0);
                prop_assert!(samples.len() == 960 || samples.len() == 1_920);
            }
            for pair in out.windows(2) {
                let step = rtp_time(offset, FrameIndex(pair[1].0)).wrapping_sub(rtp_time(offset, FrameIndex(pair[0].0)));
                prop_assert!(step as usize >= pair[0].1.len() / 2 && step.is_multiple_of(480));
            }
        }
    }
}
