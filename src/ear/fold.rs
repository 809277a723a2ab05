//! Sound folded down to what a comparison needs: middle and side up to 2 kHz, and the level of each side.

use std::collections::VecDeque;
use std::f64::consts::PI;
use std::ops::Range;

/// Frames at 48 kHz that become one folded sample.
pub(super) const FOLD: usize = 10;
/// Folded samples in a second.
pub(super) const RATE: usize = 4_800;

/// The filter before every tenth frame is taken: 70 dB and more down where it would fold into what is compared.
const TAPS: usize = 241;
const CUT_HZ: f64 = 2_050.0;
/// A hole up to here is silence; after a longer one everything begins anew.
const LONGEST_HOLE: u64 = 2 * 48_000;

/// One folded sample.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Folded {
    /// (left + right) / 2, low-passed.
    pub(super) mid: f32,
    /// (left − right) / 2, low-passed.
    pub(super) side: f32,
    /// The mean square of left and right, of the whole range.
    pub(super) power: [f32; 2],
}

/// Folds one stream of stereo sound whose frames are counted.
pub(super) struct Folder {
    taps: Vec<f32>,
    /// Middle and side of the frames that the filter still needs.
    mid: Vec<f32>,
    side: Vec<f32>,
    power: [f32; 2],
    /// The frame that is next; `None` before the first.
    next: Option<u64>,
}

impl Folder {
    pub(super) fn new() -> Self {
        Self { taps: taps(), mid: vec![0.0; TAPS], side: vec![0.0; TAPS], power: [0.0; 2], next: None }
    }

    /// Takes interleaved stereo from the frame `start` on into `track`. What was there already is passed over, what is
    /// missing is silence.
    pub(super) fn push(&mut self, start: u64, stereo: &[f32], track: &mut Track) {
        let mut next = self.next.unwrap_or(start);
        if next.abs_diff(start) > LONGEST_HOLE {
            (*self, next) = (Self::new(), start);
        }
        while next < start {
            self.frame(next, [0.0; 2], track);
            next += 1;
        }
        let seen = usize::try_from(next - start).unwrap_or(usize::MAX);
        for frame in stereo.chunks_exact(2).skip(seen) {
            self.frame(next, [frame[0], frame[1]], track);
            next += 1;
        }
        self.next = Some(next);
    }

    fn frame(&mut self, number: u64, [left, right]: [f32; 2], track: &mut Track) {
        self.mid.push((left + right) / 2.0);
        self.side.push((left - right) / 2.0);
        self.power[0] += left * left / FOLD as f32;
        self.power[1] += right * right / FOLD as f32;
        if (number + 1).is_multiple_of(FOLD as u64) {
            let [mid, side] = [&self.mid, &self.side].map(|sound| self.filtered(sound));
            track.push(number / FOLD as u64, Folded { mid, side, power: self.power });
            self.power = [0.0; 2];
        }
        // Moved seldom: a second at a time.
        if self.mid.len() > 48_000 {
            let old = self.mid.len() - TAPS;
            self.mid.drain(..old);
            self.side.drain(..old);
        }
    }

    fn filtered(&self, sound: &[f32]) -> f32 {
        sound[sound.len() - TAPS..].iter().zip(&self.taps).map(|(sample, tap)| sample * tap).sum()
    }
}

/// A windowed sinc (Blackman), unity at 0 Hz; symmetric.
fn taps() -> Vec<f32> {
    let middle = (TAPS - 1) as f64 / 2.0;
    let raw: Vec<f64> = (0..TAPS)
        .map(|n| {
            let x = n as f64 - middle;
            let angle = 2.0 * PI * CUT_HZ / 48_000.0 * x;
            let sinc = if x == 0.0 { 1.0 } else { angle.sin() / angle };
            let turn = 2.0 * PI * n as f64 / (TAPS - 1) as f64;
            sinc * (0.42 - 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos())
        })
        .collect();
    let sum: f64 = raw.iter().sum();
    raw.iter().map(|tap| (tap / sum) as f32).collect()
}

/// The last folded samples of one stream, by their number.
pub(super) struct Track {
    samples: VecDeque<Folded>,
    end: u64,
    holds: usize,
}

impl Track {
    /// One that remembers so many samples.
    pub(super) fn new(holds: usize) -> Self {
        Self { samples: VecDeque::with_capacity(holds), end: 0, holds }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.samples.clear();
    }

    /// The numbers of what is there.
    pub(super) fn range(&self) -> Range<i64> {
        let end = self.end as i64;
        end - self.samples.len() as i64..end
    }

    fn push(&mut self, at: u64, sample: Folded) {
        if at != self.end {
            self.clear();
        }
        if self.samples.len() == self.holds {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
        self.end = at + 1;
    }

    /// The samples of `wanted`; `None` unless all of them are there.
    pub(super) fn get(&self, wanted: Range<i64>) -> Option<impl Iterator<Item = &Folded> + Clone> {
        let have = self.range();
        let inside = have.start <= wanted.start && wanted.start <= wanted.end && wanted.end <= have.end;
        inside.then(|| self.samples.range((wanted.start - have.start) as usize..(wanted.end - have.start) as usize))
    }

    /// The mean power of left and right there.
    pub(super) fn power(&self, wanted: Range<i64>) -> Option<[f32; 2]> {
        let count = (wanted.end - wanted.start).max(1) as f32;
        let sum = self.get(wanted)?.fold([0.0; 2], |sum, s| [sum[0] + s.power[0], sum[1] + s.power[1]]);
        Some(sum.map(|power| power / count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(hz: f64, pieces: usize) -> Vec<Folded> {
        let (mut folder, mut track) = (Folder::new(), Track::new(RATE));
        let sound: Vec<f32> =
            (0..48_000).flat_map(|n| [(2.0 * PI * hz * f64::from(n) / 48_000.0).sin() as f32, 0.0]).collect();
        for (i, piece) in sound.chunks(2 * pieces).enumerate() {
            folder.push((i * pieces) as u64, piece, &mut track);
        }
        track.get(track.range()).unwrap().copied().collect()
    }

    fn rms(sound: &[Folded]) -> f32 {
        (sound.iter().map(|s| s.mid * s.mid).sum::<f32>() / sound.len() as f32).sqrt()
    }

    #[test]
    fn what_is_compared_passes_and_what_would_fold_into_it_does_not() {
        let level = |hz| 20.0 * rms(&folded(hz, 480)[RATE / 4..]).log10();
        let full = 20.0 * (0.5_f32 / 2.0_f32.sqrt()).log10();
        for hz in [60.0, 500.0, 1_500.0] {
            assert!((level(hz) - full).abs() < 0.1, "{hz}: {}", level(hz));
        }
        for hz in [3_000.0, 4_800.0, 12_000.0] {
            assert!(level(hz) < full - 70.0, "{hz}: {}", level(hz));
        }
    }

    #[test]
    fn the_size_of_pieces_changes_nothing() {
        assert_eq!(folded(700.0, 480), folded(700.0, 37));
    }

    #[test]
    fn a_hole_is_silence_and_keeps_its_length() {
        let (mut folder, mut track) = (Folder::new(), Track::new(RATE));
        folder.push(0, &[0.5; 960], &mut track);
        folder.push(960, &[0.5; 960], &mut track);
        assert_eq!(track.range(), 0..144);
        assert_eq!(track.power(48..96), Some([0.0; 2]));
        let [left, _] = track.power(100..144).unwrap();
        assert!((left - 0.25).abs() < 1e-6);
        assert_eq!(track.power(100..145), None);
    }
}
