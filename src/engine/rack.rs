//! One bank in the engine: eight lanes of strips, each from its input to mix and cue.

use korero_dsp::bank::{Bank, Stage};
use korero_dsp::effect::Format;
use korero_dsp::meter::Reading;
use korero_dsp::param::ParamId;
use korero_dsp::smooth::{GLIDE_CELLS, Glide, Ramp};
use korero_dsp::{LANES, LaneBlock, Lanes};

use super::levels::LaneLevel;
use super::mail::Gains;
use super::master::{Buses, Sums};
use crate::limits::{GRID_FRAMES, SAMPLE_RATE};

/// Frames over which the mean square of a meter is taken: 300 ms, the integration time of a VU meter (IEC 60268-17).
pub(super) const METER_FRAMES: f32 = SAMPLE_RATE as f32 * 0.3;

/// A stretch of what the interface gave, interleaved.
#[derive(Clone, Copy)]
pub(super) struct Dry<'a> {
    pub(super) samples: &'a [f32],
    pub(super) channels: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Use {
    #[default]
    Free,
    /// Plays this input (from 0); `fresh` until its first gains came.
    Playing { input: usize, fresh: bool },
    /// Glides to silence, or arrived there.
    Leaving { input: usize, silent: bool },
}

/// Eight lanes of strips.
pub(super) struct Rack {
    bank: Bank,
    fade: Glide,
    pan: [Glide; 2],
    cue: [Glide; 2],
    uses: [Use; LANES],
    /// Releases of each lane that are still to be answered.
    owed: [u16; LANES],
    sound: [Lanes; GRID_FRAMES],
    pre: Reading,
    post_peak: Lanes,
    mean_square: Lanes,
}

impl Rack {
    pub(super) fn new() -> Self {
        let silent = || Glide::new(0.0, GLIDE_CELLS);
        Self {
            bank: Bank::new(Format { rate: SAMPLE_RATE as f32 }),
            fade: silent(),
            pan: [silent(), silent()],
            cue: [silent(), silent()],
            uses: [Use::Free; LANES],
            owed: [0; LANES],
            sound: [Lanes::SILENCE; GRID_FRAMES],
            pre: Reading::default(),
            post_peak: Lanes::SILENCE,
            mean_square: Lanes::SILENCE,
        }
    }

    /// Whether no lane has sound to give; then the rack need not be run.
    pub(super) fn is_idle(&self) -> bool {
        self.uses.iter().all(|lane| *lane == Use::Free)
    }

    pub(super) fn assign(&mut self, lane: usize, input: usize) {
        self.silence(lane);
        self.uses[lane] = Use::Playing { input, fresh: true };
    }

    /// Makes a lane as new and silent at once.
    fn silence(&mut self, lane: usize) {
        self.bank.clear_lane(lane);
        self.mean_square.0[lane] = 0.0;
        for glide in self.glides() {
            glide.set(lane, 0.0);
            glide.settle_lane(lane);
        }
    }

    fn glides(&mut self) -> impl Iterator<Item = &mut Glide> {
        std::iter::once(&mut self.fade).chain(&mut self.pan).chain(&mut self.cue)
    }

    pub(super) fn release(&mut self, lane: usize) {
        self.owed[lane] += 1;
        if let Use::Playing { input, .. } = self.uses[lane] {
            self.uses[lane] = Use::Leaving { input, silent: false };
            self.fade.set(lane, 0.0);
            self.cue.iter_mut().for_each(|glide| glide.set(lane, 0.0));
        }
    }

    pub(super) fn turn(&mut self, lane: usize, stage: Stage, param: ParamId, value: f32) {
        self.bank.set(lane, stage, param, value);
    }

    pub(super) fn route(&mut self, lane: usize, gains: Gains) {
        self.fade.set(lane, gains.fade);
        for side in 0..2 {
            self.pan[side].set(lane, gains.pan[side]);
            self.cue[side].set(lane, gains.cue[side]);
        }
        if let Use::Playing { input, fresh: true } = self.uses[lane] {
            // A new strip fades in where it belongs: only its fader glides, its place does not.
            self.pan.iter_mut().for_each(|glide| glide.settle_lane(lane));
            self.uses[lane] = Use::Playing { input, fresh: false };
        }
    }

    /// Everything arrives at once, as before the first frame.
    pub(super) fn settle(&mut self) {
        self.bank.settle();
        self.glides().for_each(Glide::settle);
    }

    /// A lane whose release is done and was not told yet. Tell it with [`Rack::told`].
    pub(super) fn released(&mut self) -> Option<usize> {
        (0..LANES).find(|lane| self.owed[*lane] > 0 && !matches!(self.uses[*lane], Use::Leaving { silent: false, .. }))
    }

    /// The owner of the lane knows of one release.
    pub(super) fn told(&mut self, lane: usize) {
        self.owed[lane] -= 1;
        if matches!(self.uses[lane], Use::Leaving { .. }) {
            self.silence(lane);
            self.uses[lane] = Use::Free;
        }
    }

    /// Runs `frames` frames from the index `start` and adds them to the buses. `dry` is `None` for silence.
    pub(super) fn process(&mut self, start: u64, frames: usize, dry: Option<Dry<'_>>, buses: &mut Buses) {
        self.gather(frames, dry);
        let mut block = LaneBlock::new(start, &mut self.sound[..frames]);
        self.pre.add(&self.bank.process(&mut block));
        let ways = Ways {
            fade: self.fade.ramp(&block),
            pan: [self.pan[0].ramp(&block), self.pan[1].ramp(&block)],
            cue: [self.cue[0].ramp(&block), self.cue[1].ramp(&block)],
        };
        for (lane, used) in self.uses.iter_mut().enumerate() {
            if let Use::Leaving { silent, .. } = used {
                *silent = ways.are_closed(lane);
            }
        }
        let sums = block.frames().iter().zip(&mut buses.frames);
        if ways.rest() {
            // The usual case, worth its own loop: the gains are read once for the whole block.
            let gains = ways.at(0);
            sums.for_each(|(sound, sum)| send(sound, &gains, sum, &mut self.post_peak));
        } else {
            sums.enumerate().for_each(|(at, (sound, sum))| send(sound, &ways.at(at), sum, &mut self.post_peak));
        }
    }

    fn gather(&mut self, frames: usize, dry: Option<Dry<'_>>) {
        let sound = &mut self.sound[..frames];
        sound.fill(Lanes::SILENCE);
        let Some(dry) = dry else { return };
        for (lane, used) in self.uses.iter().enumerate() {
            let (Use::Playing { input, .. } | Use::Leaving { input, .. }) = *used else { continue };
            if input >= dry.channels {
                continue;
            }
            for (frame, samples) in sound.iter_mut().zip(dry.samples.chunks_exact(dry.channels)) {
                let sample = samples[input];
                // One NaN from a driver would stay in every filter for good.
                frame.0[lane] = if sample.is_finite() { sample } else { 0.0 };
            }
        }
    }

    /// What a lane's meter shows of the sound since the last call of [`Rack::rest_meters`].
    pub(super) fn level(&mut self, lane: usize) -> LaneLevel {
        let weight = (self.pre.frames as f32 / METER_FRAMES).min(1.0);
        let mean_square = &mut self.mean_square.0[lane];
        *mean_square += (self.pre.mean_square(lane) - *mean_square) * weight;
        LaneLevel { pre_peak: self.pre.peak.0[lane], post_peak: self.post_peak.0[lane], mean_square: *mean_square }
    }

    pub(super) fn rest_meters(&mut self) {
        self.pre = Reading::default();
        self.post_peak = Lanes::SILENCE;
    }
}

/// The ways out of a rack over one block.
struct Ways {
    fade: Ramp,
    pan: [Ramp; 2],
    cue: [Ramp; 2],
}

/// The ways out of a rack at one frame.
struct WaysAt {
    fade: Lanes,
    pan: [Lanes; 2],
    cue: [Lanes; 2],
}

impl Ways {
    fn at(&self, frame: usize) -> WaysAt {
        let both = |ramps: &[Ramp; 2]| [ramps[0].at(frame), ramps[1].at(frame)];
        WaysAt { fade: self.fade.at(frame), pan: both(&self.pan), cue: both(&self.cue) }
    }

    fn rest(&self) -> bool {
        self.fade.rests() && self.pan.iter().chain(&self.cue).all(Ramp::rests)
    }

    /// Whether nothing of `lane` can be heard any more.
    fn are_closed(&self, lane: usize) -> bool {
        self.fade.lane_rests_at(lane, 0.0) && self.cue.iter().all(|way| way.lane_rests_at(lane, 0.0))
    }
}

#[inline(always)]
fn send(sound: &Lanes, ways: &WaysAt, sum: &mut Sums, post_peak: &mut Lanes) {
    let faded = times(sound, &ways.fade);
    for (peak, sample) in post_peak.0.iter_mut().zip(faded.0) {
        let magnitude = sample.abs();
        *peak = if magnitude > *peak { magnitude } else { *peak };
    }
    for side in 0..2 {
        add(&mut sum.mix[side], &times(&faded, &ways.pan[side]));
        add(&mut sum.cue[side], &times(sound, &ways.cue[side]));
    }
}

#[inline(always)]
fn times(a: &Lanes, b: &Lanes) -> Lanes {
    let mut product = *a;
    for lane in 0..LANES {
        product.0[lane] *= b.0[lane];
    }
    product
}

#[inline(always)]
fn add(sum: &mut Lanes, more: &Lanes) {
    for lane in 0..LANES {
        sum.0[lane] += more.0[lane];
    }
}
