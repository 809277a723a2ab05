//! Three rooms that were never built: `room`, `plate` and `hall`, feedback delay networks made of fundsp's parts.
//!
//! fundsp's own reverbs bake decay and damping into their filters when they are built, so its delays, all-passes and
//! Hadamard feedback are put together here with a loop filter whose values glide while it sounds ([`loop_filter`]).
//! What each line loses on one way round is 60 dB · its delay / `decay`: J.-M. Jot and A. Chaigne, *Digital Delay
//! Networks for Designing Artificial Reverberators*, AES 90th convention, 1991.
//!
//! A pair that has been silent for longer than the network remembers sleeps and costs nothing.

mod loop_filter;
mod network;

use std::sync::Arc;

use crate::align::Align;
use crate::denormals::FlushToZero;
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp};
use loop_filter::Settings;
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
pub const ROOM: EffectSpec =
    EffectSpec { id: "room", params: &ROOM_PARAMS, pairs: true, build_at: |_| Box::new(Reverb::new(Space::Room)) };
/// A steel plate: dense at once, bright, without early echoes.
pub const PLATE: EffectSpec =
    EffectSpec { id: "plate", params: &PLATE_PARAMS, pairs: true, build_at: |_| Box::new(Reverb::new(Space::Plate)) };
/// A concert hall: swells up, long, dark.
pub const HALL: EffectSpec =
    EffectSpec { id: "hall", params: &HALL_PARAMS, pairs: true, build_at: |_| Box::new(Reverb::new(Space::Hall)) };

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
    settings: Arc<Settings>,
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
    /// Off on all lanes, for 48 kHz until it is prepared. fundsp is compiled for one level only: all have its bits.
    pub(crate) fn new(space: Space) -> Self {
        let (rate, params) = (48_000.0, space.params());
        let mut reverb = Self {
            space,
            rate,
            on: [false; LANES],
            mix: [1.0; LANES],
            share: Glide::new(0.0, GLIDE_CELLS),
            feed: Glide::new(0.0, GLIDE_CELLS),
            predelay: [params[3].default; LANES],
            line: Align::new((LONGEST_PREDELAY * rate) as usize),
            pairs: std::array::from_fn(|_| Pair::new(space, rate, params[2].default, params[4].default)),
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
            let (decay, damp) = pair.settings.wanted();
            *pair = Pair::new(self.space, self.rate, decay, damp);
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
        let settings = &self.pairs[lane / 2].settings;
        match param {
            DECAY => settings.set_decay(value),
            DAMP => settings.set_damp(value),
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
        fill(wet, block, &feed);
        self.line.process(&mut LaneBlock::new(block.start(), wet));
        // fundsp sets these flags of the processor itself and leaves them set; this guard puts them back.
        let flush = FlushToZero::new();
        for (at, pair) in self.pairs.iter_mut().enumerate() {
            pair.run(at, wet);
        }
        drop(flush);
        blend(block, wet, &share);
    }
}

impl Pair {
    fn new(space: Space, rate: f32, decay: f32, damp: f32) -> Self {
        let settings = Arc::new(Settings::new(rate, decay, damp));
        let network = Network::new(space, rate, &settings);
        Self { settings, network, silent_cells: CELLS_TO_SLEEP, peak: 0.0, used: false }
    }

    fn reset(&mut self) {
        if self.used {
            self.network.reset();
        }
        self.settings.settle();
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
        self.settings.enter_cell();
    }

    /// Sound in, reverb out, for the two lanes of pair `at`.
    fn run(&mut self, at: usize, frames: &mut [Lanes]) {
        let (left, right) = (2 * at, 2 * at + 1);
        for frame in frames {
            let input = [frame.0[left], frame.0[right]];
            let loudest = input[0].abs().max(input[1].abs());
            // Awake from the first loud frame on, however the callbacks are cut.
            if self.is_asleep() && loudest <= SILENT {
                (frame.0[left], frame.0[right]) = (0.0, 0.0);
                continue;
            }
            self.silent_cells = self.silent_cells.min(CELLS_TO_SLEEP - 1);
            self.used = true;
            let out = self.network.tick(input);
            self.peak = self.peak.max(loudest).max(out[0].abs()).max(out[1].abs());
            (frame.0[left], frame.0[right]) = (out[0], out[1]);
        }
    }
}

/// What goes into the rooms: no more than is music, and nothing that is no number.
fn fill(wet: &mut [Lanes], block: &LaneBlock<'_>, feed: &Ramp) {
    for (at, (wet, dry)) in wet.iter_mut().zip(block.frames()).enumerate() {
        let feed = feed.at(at);
        for lane in 0..LANES {
            let sample = dry.0[lane] * feed.0[lane];
            let number = if sample.abs() <= f32::MAX { sample } else { 0.0 };
            wet.0[lane] = number.clamp(-LOUDEST, LOUDEST);
        }
    }
}

fn blend(block: &mut LaneBlock<'_>, wet: &[Lanes], share: &Ramp) {
    for (at, (frame, wet)) in block.frames_mut().iter_mut().zip(wet).enumerate() {
        let share = share.at(at);
        for lane in 0..LANES {
            let (dry, wet, share) = (frame.0[lane], wet.0[lane], share.0[lane]);
            let sound = if dry.abs() <= f32::MAX { dry } else { 0.0 };
            let faded = sound + (wet - sound) * share;
            // Chosen, not computed, at the ends, so that off is bit-transparent and fully wet has no trace of the dry.
            frame.0[lane] = if share == 0.0 {
                dry
            } else if share == 1.0 {
                wet
            } else {
                faded
            };
        }
    }
}
