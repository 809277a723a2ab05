//! Three rooms that were never built: `room`, `plate` and `hall`, feedback delay networks.
//!
//! fundsp's own reverbs bake decay and damping into their filters when they are built, and its networks go round one sample
//! and one line at a time. So its all-passes stand at the entrance, and behind them lines of our own, eight beside each
//! other, whose decay and damping glide while it sounds ([`lines`]). What each line loses on one way round is 60 dB · its delay / `decay`: J.-M. Jot and A. Chaigne, *Digital Delay
//! Networks for Designing Artificial Reverberators*, AES 90th convention, 1991.
//!
//! A pair that has been silent for longer than the network remembers sleeps and costs nothing.

mod lines;
mod network;

use crate::align::{Align, FADE_CELLS};
use crate::denormals::FlushToZero;
use crate::dispatch::{Level, dispatched, frame_by_frame};
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp};
use network::Network;

/// Whether it works.
pub const ON: ParamId = ParamId(0);
/// How much of the sound is the reverb; all of it by default, for it lives in a return.
pub const MIX: ParamId = ParamId(1);
/// Until the sound is 60 dB down, in ms.
pub const DECAY: ParamId = ParamId(2);
/// How long after the sound the room answers, in ms.
pub const PREDELAY: ParamId = ParamId(3);
/// Above this frequency the walls take more at every echo, in Hz.
pub const DAMP: ParamId = ParamId(4);

/// What can be set in a room that decays in `min` to `max` ms.
const fn params(min: f32, max: f32, decay: f32, predelay: f32, damp: f32) -> [ParamSpec; 5] {
    let (ms, hz, log) = (Unit::Milliseconds, Unit::Hertz, Taper::Logarithmic);
    [
        ParamSpec::switch("on", false),
        ParamSpec { id: "mix", unit: Unit::Percent, min: 0.0, max: 100.0, default: 100.0, taper: Taper::Linear },
        ParamSpec { id: "decay", unit: ms, min, max, default: decay, taper: log },
        ParamSpec { id: "predelay", unit: ms, min: 0.0, max: 200.0, default: predelay, taper: Taper::Linear },
        ParamSpec { id: "damp", unit: hz, min: 500.0, max: 20_000.0, default: damp, taper: log },
    ]
}

/// What can be set in the room.
pub const ROOM_PARAMS: [ParamSpec; 5] = params(100.0, 2_000.0, 500.0, 0.0, 6_000.0);
/// What can be set on the plate.
pub const PLATE_PARAMS: [ParamSpec; 5] = params(300.0, 6_000.0, 1_600.0, 0.0, 12_000.0);
/// What can be set in the hall.
pub const HALL_PARAMS: [ParamSpec; 5] = params(500.0, 10_000.0, 2_400.0, 20.0, 5_000.0);

/// A room of a few metres: early and dense, soon over.
pub const ROOM: EffectSpec = EffectSpec {
    id: "room",
    params: &ROOM_PARAMS,
    pairs: true,
    build_at: |level| Box::new(Reverb::new(Space::Room, level)),
};
/// A steel plate: dense at once, bright, without early echoes.
pub const PLATE: EffectSpec = EffectSpec {
    id: "plate",
    params: &PLATE_PARAMS,
    pairs: true,
    build_at: |level| Box::new(Reverb::new(Space::Plate, level)),
};
/// A concert hall: swells up, long, dark.
pub const HALL: EffectSpec = EffectSpec {
    id: "hall",
    params: &HALL_PARAMS,
    pairs: true,
    build_at: |level| Box::new(Reverb::new(Space::Hall, level)),
};

/// Which of the three.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Space {
    Room,
    Plate,
    Hall,
}

impl Space {
    const fn params(self) -> &'static [ParamSpec; 5] {
        match self {
            Self::Room => &ROOM_PARAMS,
            Self::Plate => &PLATE_PARAMS,
            Self::Hall => &HALL_PARAMS,
        }
    }
}

const PAIRS: usize = LANES / 2;
/// Longest way to the first answer, in s.
const LONGEST_PREDELAY: f32 = 0.2;
/// Below −120 dB nothing is heard.
const SILENT: f32 = 1e-6;
/// So many silent grid cells let a pair sleep: 0.68 s at 48 kHz, longer than the longest line and the longest pre-delay
/// together, so that nothing is still on its way.
const CELLS_TO_SLEEP: u32 = 1_024;
/// Louder is no music (+36 dB): what a broken input may leave in the room at most.
const LOUDEST: f32 = 64.0;

/// One of the three reverbs on four pairs of lanes. A knob of either lane turns the pair.
pub struct Reverb {
    space: Space,
    level: Level,
    rate: f32,
    on: [bool; LANES],
    mix: [f32; LANES],
    /// How much of what comes out is the reverb, with the switch in it.
    share: Glide,
    /// How much goes in: nothing while it is off, though the tail may still run.
    feed: Glide,
    predelay: [f32; LANES],
    line: Align,
    pairs: [Pair; PAIRS],
    /// Grid cells since everything was off and asleep.
    idle_cells: u32,
}

/// What one pair of lanes needs.
struct Pair {
    /// Decay in ms and damping in Hz, as they were set; heard from the next grid frame on.
    wanted: [f32; 2],
    network: Network,
    /// Silent grid cells up to now; asleep from [`CELLS_TO_SLEEP`] on.
    silent_cells: u32,
    /// The loudest sample of this grid cell, in or out.
    peak: f32,
    /// Whether any sound went in since the last reset.
    used: bool,
}

impl std::fmt::Debug for Reverb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reverb").field("space", &self.space).finish_non_exhaustive()
    }
}

impl Reverb {
    /// Off on all lanes, for 48 kHz until it is prepared.
    pub(crate) fn new(space: Space, level: Level) -> Self {
        let (rate, params) = (48_000.0, space.params());
        let wanted = [params[2].default, params[4].default];
        let mut reverb = Self {
            space,
            level,
            rate,
            on: [false; LANES],
            mix: [1.0; LANES],
            share: Glide::eased(0.0, FADE_CELLS),
            feed: Glide::new(0.0, GLIDE_CELLS),
            predelay: [params[3].default; LANES],
            line: Align::new((LONGEST_PREDELAY * rate) as usize),
            pairs: std::array::from_fn(|_| Pair::new(space, rate, level, wanted)),
            idle_cells: CELLS_TO_SLEEP,
        };
        (0..LANES).for_each(|lane| reverb.place(lane));
        reverb.line.settle();
        reverb
    }

    /// Tells the line the pre-delay.
    fn place(&mut self, lane: usize) {
        self.line.set(lane, (self.predelay[lane] * 0.001 * self.rate + 0.5) as usize);
    }

    fn turn(&mut self, lane: usize, param: ParamId, value: f32) {
        match param {
            ON => self.on[lane] = value >= 0.5,
            MIX => self.mix[lane] = value * 0.01,
            PREDELAY => {
                self.predelay[lane] = value;
                self.place(lane);
            }
            _ => {}
        }
        let on = self.on[lane];
        self.share.set(lane, if on { self.mix[lane] } else { 0.0 });
        self.feed.set(lane, if on { 1.0 } else { 0.0 });
    }
}

impl Effect for Reverb {
    fn prepare(&mut self, format: Format) {
        self.rate = format.rate;
        self.line = Align::new((LONGEST_PREDELAY * self.rate) as usize);
        (0..LANES).for_each(|lane| self.place(lane));
        for pair in &mut self.pairs {
            *pair = Pair::new(self.space, self.rate, self.level, pair.wanted);
        }
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        for lane in [lane & !1, lane | 1] {
            self.share.settle_lane(lane);
            self.feed.settle_lane(lane);
            self.line.reset_lane(lane);
        }
        self.pairs[lane / 2].reset();
    }

    fn reset(&mut self) {
        // The two lanes of a pair at once.
        (0..PAIRS).for_each(|pair| self.reset_lane(2 * pair));
        self.idle_cells = CELLS_TO_SLEEP;
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        let Some(spec) = self.space.params().get(usize::from(param.0)) else { return };
        let value = spec.clamp(value);
        self.turn(lane & !1, param, value);
        self.turn(lane | 1, param, value);
        let [decay, damp] = &mut self.pairs[lane / 2].wanted;
        match param {
            DECAY => *decay = value,
            DAMP => *damp = value,
            _ => {}
        }
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        let (share, feed) = (self.share.ramp(block), self.feed.ramp(block));
        if block.phase() == 0 {
            self.pairs.iter_mut().for_each(Pair::enter_cell);
            let idle = share.rests_at(0.0) && feed.rests_at(0.0) && self.pairs.iter().all(Pair::is_asleep);
            self.idle_cells = if idle { (self.idle_cells + 1).min(CELLS_TO_SLEEP) } else { 0 };
        }
        // For so long nothing went in, so that the pre-delay is empty too.
        if self.idle_cells >= CELLS_TO_SLEEP {
            return;
        }
        let mut wet = [Lanes::SILENCE; GRID];
        let wet = &mut wet[..block.len()];
        fill(self.level, wet, block.frames(), feed);
        self.line.process(&mut LaneBlock::new(block.start(), wet));
        // fundsp sets these flags of the processor itself and leaves them set; this guard puts them back.
        let flush = FlushToZero::new();
        for (at, pair) in self.pairs.iter_mut().enumerate() {
            pair.run(at, wet);
        }
        drop(flush);
        blend(self.level, block.frames_mut(), wet, share);
    }
}

impl Pair {
    fn new(space: Space, rate: f32, level: Level, wanted: [f32; 2]) -> Self {
        let network = Network::new(space, rate, level);
        let mut pair = Self { wanted, network, silent_cells: CELLS_TO_SLEEP, peak: 0.0, used: false };
        pair.reset();
        pair
    }

    fn reset(&mut self) {
        self.network.aim(self.wanted[0], self.wanted[1]);
        self.network.reset(self.used);
        (self.silent_cells, self.peak, self.used) = (CELLS_TO_SLEEP, 0.0, false);
    }

    fn is_asleep(&self) -> bool {
        self.silent_cells >= CELLS_TO_SLEEP
    }

    /// At a grid frame: counts the silence of the cell that ended and moves the settings on.
    fn enter_cell(&mut self) {
        let silent = self.peak <= SILENT;
        self.silent_cells = if silent { (self.silent_cells + 1).min(CELLS_TO_SLEEP) } else { 0 };
        self.peak = 0.0;
        self.network.aim(self.wanted[0], self.wanted[1]);
        if self.is_asleep() {
            // There is nothing that a glide would spare: the first sound finds the room as it was set.
            self.network.arrive();
        }
    }

    /// Sound in, reverb out, for the two lanes of pair `at`.
    fn run(&mut self, at: usize, frames: &mut [Lanes]) {
        let (left, right) = (2 * at, 2 * at + 1);
        let mut sound = [[0.0; 2]; GRID];
        let sound = &mut sound[..frames.len()];
        sound.iter_mut().zip(&*frames).for_each(|(sound, frame)| *sound = [frame.0[left], frame.0[right]]);
        // Awake from the first loud frame on, however the callbacks are cut.
        let loud = |sound: &[f32; 2]| sound[0].abs().max(sound[1].abs()) > SILENT;
        let first = if self.is_asleep() { sound.iter().position(loud).unwrap_or(sound.len()) } else { 0 };
        sound[..first].fill([0.0; 2]);
        if first < sound.len() {
            self.sound(&mut sound[first..]);
        }
        for (frame, sound) in frames.iter_mut().zip(sound) {
            (frame.0[left], frame.0[right]) = (sound[0], sound[1]);
        }
    }

    fn sound(&mut self, sound: &mut [[f32; 2]]) {
        self.silent_cells = self.silent_cells.min(CELLS_TO_SLEEP - 1);
        self.used = true;
        let before = loudest(sound);
        self.network.process(sound);
        self.peak = self.peak.max(before).max(loudest(sound));
    }
}

/// The largest magnitude. Eight are looked for beside each other, for one after another would take longer than it is worth.
fn loudest(sound: &[[f32; 2]]) -> f32 {
    let (eights, rest) = sound.as_flattened().as_chunks::<LANES>();
    let (mut peaks, mut peak) = (Lanes::SILENCE, 0.0_f32);
    for eight in eights {
        for (peak, sample) in peaks.0.iter_mut().zip(eight) {
            *peak = if sample.abs() > *peak { sample.abs() } else { *peak };
        }
    }
    for sample in peaks.0.iter().chain(rest) {
        peak = peak.max(sample.abs());
    }
    peak
}

dispatched! {
    /// What goes into the rooms: no more than is music, and nothing that is no number.
    fn fill(wet: &mut [Lanes], dry: &[Lanes], feed: &Ramp) = fill_kernel;
}
dispatched! { fn blend(frames: &mut [Lanes], wet: &[Lanes], share: &Ramp) = blend_kernel; }

#[inline(always)]
fn fill_kernel(wet: &mut [Lanes], dry: &[Lanes], feed: &Ramp) {
    for (at, (wet, dry)) in wet.iter_mut().zip(dry).enumerate() {
        frame_by_frame();
        let feed = feed.at(at);
        for lane in 0..LANES {
            let sample = dry.0[lane] * feed.0[lane];
            let number = if sample.abs() <= f32::MAX { sample } else { 0.0 };
            let below = if number < LOUDEST { number } else { LOUDEST };
            wet.0[lane] = if below > -LOUDEST { below } else { -LOUDEST };
        }
    }
}

#[inline(always)]
fn blend_kernel(frames: &mut [Lanes], wet: &[Lanes], share: &Ramp) {
    // Chosen, not computed, at the ends, so that off is bit-transparent and fully wet has no trace of the dry.
    if let Some(taken) = share.whole() {
        for (frame, wet) in frames.iter_mut().zip(wet) {
            frame_by_frame();
            *frame = taken.choose(wet, frame);
        }
        return;
    }
    for (at, (frame, wet)) in frames.iter_mut().zip(wet).enumerate() {
        frame_by_frame();
        let share = share.at(at);
        for lane in 0..LANES {
            let (dry, wet, share) = (frame.0[lane], wet.0[lane], share.0[lane]);
            let sound = if dry.abs() <= f32::MAX { dry } else { 0.0 };
            let faded = sound + (wet - sound) * share;
            let heard = if share == 1.0 { wet } else { faded };
            frame.0[lane] = if share == 0.0 { dry } else { heard };
        }
    }
}
