//! Echo: a stereo or ping-pong delay whose repeats may follow the tempo.
//!
//! A new time is reached by a cross-fade of 20 ms between two places of the line, as in [`crate::align`]: the pitch of the
//! repeats never glides. The filters of the loop are of first order, so that repeats grow duller and thinner gently.

use crate::align::FADE_CELLS;
use crate::dispatch::Level;
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{GRID, LANES, LaneBlock};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::smooth::{GLIDE_CELLS, Glide};
use crate::units::tan;

/// Whether it works.
pub const ON: ParamId = ParamId(0);
/// How much of the sound is the echo; all of it by default, for it lives in a return.
pub const MIX: ParamId = ParamId(1);
/// Until the first repeat, in ms, while `sync` is off.
pub const TIME: ParamId = ParamId(2);
/// Whether the time follows `tempo` and `note`.
pub const SYNC: ParamId = ParamId(3);
/// Quarter notes in a minute.
pub const TEMPO: ParamId = ParamId(4);
/// The note between two repeats.
pub const NOTE: ParamId = ParamId(5);
/// How much of each repeat is repeated again.
pub const FEEDBACK: ParamId = ParamId(6);
/// Whether the repeats change sides.
pub const PING_PONG: ParamId = ParamId(7);
/// What the loop takes away below, in Hz.
pub const LOW_CUT: ParamId = ParamId(8);
/// What the loop takes away above, in Hz.
pub const HIGH_CUT: ParamId = ParamId(9);

/// Names of notes: the fraction of a whole note, `d` dotted (× 3/2), `t` triplet (× 2/3).
pub const NOTES: [&str; 10] = ["1/2", "1/4d", "1/4", "1/4t", "1/8d", "1/8", "1/8t", "1/16d", "1/16", "1/16t"];
/// The same in quarter notes.
const QUARTERS: [f32; 10] = [2.0, 1.5, 1.0, 2.0 / 3.0, 0.75, 0.5, 1.0 / 3.0, 0.375, 0.25, 1.0 / 6.0];

/// What can be set. Feedback ends below 100 %, so that every echo ends.
pub const PARAMS: [ParamSpec; 10] = [
    ParamSpec::switch("on", false),
    ParamSpec { id: "mix", unit: Unit::Percent, min: 0.0, max: 100.0, default: 100.0, taper: Taper::Linear },
    ParamSpec {
        id: "time",
        unit: Unit::Milliseconds,
        min: 10.0,
        max: 2_000.0,
        default: 400.0,
        taper: Taper::Logarithmic,
    },
    ParamSpec::switch("sync", false),
    ParamSpec { id: "tempo", unit: Unit::Number, min: 40.0, max: 240.0, default: 120.0, taper: Taper::Linear },
    ParamSpec::choice("note", &NOTES, 5),
    ParamSpec { id: "feedback", unit: Unit::Percent, min: 0.0, max: 95.0, default: 35.0, taper: Taper::Linear },
    ParamSpec::switch("pingpong", false),
    ParamSpec { id: "lowcut", unit: Unit::Hertz, min: 20.0, max: 1_000.0, default: 100.0, taper: Taper::Logarithmic },
    ParamSpec {
        id: "highcut",
        unit: Unit::Hertz,
        min: 1_000.0,
        max: 20_000.0,
        default: 6_000.0,
        taper: Taper::Logarithmic,
    },
];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "echo", params: &PARAMS, pairs: true, build_at: |level| Box::new(Echo::new(level)) };

const PAIRS: usize = LANES / 2;
/// The longest time between repeats, in s: a half note at 60 a minute; slower ones are cut to it.
const LONGEST: f32 = 2.0;
/// What is below −120 dB is not heard.
const SILENT: f32 = 1e-6;
/// Louder is no music (+36 dB): what a broken input may leave in the loop at most.
const LOUDEST: f32 = 64.0;

/// Echoes on four pairs of lanes. A knob of either lane turns the pair.
#[derive(Debug)]
pub struct Echo {
    rate: f32,
    pairs: [Pair; PAIRS],
    values: [[f32; PARAMS.len()]; PAIRS],
    share: Glide,
    feed: Glide,
    feedback: Glide,
    /// 0 straight, 1 crossed.
    cross: Glide,
    /// First-order shares of the two filters, g/(1+g).
    low: Glide,
    high: Glide,
}

/// The line of one pair and where it is read.
#[derive(Clone, Debug)]
struct Pair {
    ring: Box<[[f32; 2]]>,
    head: usize,
    /// Frames written since the last reset: older places are not the sound's own.
    age: usize,
    wanted: usize,
    now: usize,
    next: usize,
    /// Grid cells of the fade that are done.
    cells: u32,
    filters: [[f32; 2]; 2],
    /// Frames since anything was heard in the loop.
    quiet: usize,
    /// Whether nothing was left in the loop at the last grid frame.
    asleep: bool,
}

impl Echo {
    /// Off on all lanes, for 48 kHz until it is prepared. A loop of one pair has no lanes to share: all levels are alike.
    #[must_use]
    pub fn new(_level: Level) -> Self {
        let rate = 48_000.0;
        let mut echo = Self {
            rate,
            pairs: std::array::from_fn(|_| Pair::new(rate)),
            values: [PARAMS.map(|param| param.default); PAIRS],
            share: Glide::eased(0.0, FADE_CELLS),
            feed: Glide::new(0.0, GLIDE_CELLS),
            feedback: Glide::new(0.0, GLIDE_CELLS),
            cross: Glide::new(0.0, GLIDE_CELLS),
            low: Glide::new(0.0, GLIDE_CELLS),
            high: Glide::new(1.0, GLIDE_CELLS),
        };
        (0..PAIRS).for_each(|pair| echo.turn(pair));
        echo.reset();
        echo
    }

    /// Tells everything what is set for a pair.
    fn turn(&mut self, pair: usize) {
        let value = |param: ParamId| self.values[pair][usize::from(param.0)];
        let on = value(ON) >= 0.5;
        let lane = 2 * pair;
        let quarters = QUARTERS[(value(NOTE) as usize).min(QUARTERS.len() - 1)];
        let seconds = if value(SYNC) >= 0.5 { quarters * 60.0 / value(TEMPO) } else { value(TIME) * 0.001 };
        self.pairs[pair].wanted = ((seconds.min(LONGEST) * self.rate + 0.5) as usize).max(1);
        self.share.set(lane, if on { value(MIX) * 0.01 } else { 0.0 });
        self.feed.set(lane, if on { 1.0 } else { 0.0 });
        self.feedback.set(lane, value(FEEDBACK) * 0.01);
        self.cross.set(lane, if value(PING_PONG) >= 0.5 { 1.0 } else { 0.0 });
        self.low.set(lane, one_pole(value(LOW_CUT), self.rate));
        self.high.set(lane, one_pole(value(HIGH_CUT), self.rate));
    }

    fn glides(&mut self) -> [&mut Glide; 6] {
        [&mut self.share, &mut self.feed, &mut self.feedback, &mut self.cross, &mut self.low, &mut self.high]
    }
}

/// g/(1+g) with g = tan(π f / rate): the share of a trapezoidal one-pole.
fn one_pole(freq: f32, rate: f32) -> f32 {
    let g = tan(std::f64::consts::PI * (f64::from(freq) / f64::from(rate)).min(0.49));
    (g / (1.0 + g)) as f32
}

impl Effect for Echo {
    fn prepare(&mut self, format: Format) {
        self.rate = format.rate;
        self.pairs = std::array::from_fn(|_| Pair::new(format.rate));
        (0..PAIRS).for_each(|pair| self.turn(pair));
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        let first = lane & !1;
        self.glides().into_iter().for_each(|glide| glide.settle_lane(first));
        self.pairs[lane / 2].reset();
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        let Some(spec) = PARAMS.get(usize::from(param.0)) else { return };
        self.values[lane / 2][usize::from(param.0)] = spec.clamp(value);
        self.turn(lane / 2);
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        let (phase, at_grid) = (block.phase(), block.phase() == 0);
        let share = self.share.ramp(block);
        let [feed, feedback, cross] =
            [&mut self.feed, &mut self.feedback, &mut self.cross].map(|glide| glide.ramp(block));
        let [low, high] = [&mut self.low, &mut self.high].map(|glide| glide.ramp(block));
        for (at, pair) in self.pairs.iter_mut().enumerate() {
            if at_grid {
                pair.enter_cell();
            }
            let lane = 2 * at;
            if share.lane_rests_at(lane, 0.0) && feed.lane_rests_at(lane, 0.0) && pair.asleep {
                continue;
            }
            for (n, frame) in block.frames_mut().iter_mut().enumerate() {
                let knobs = [&feed, &feedback, &cross, &low, &high].map(|ramp| ramp.lane_at(lane, n));
                let dry = [frame.0[lane], frame.0[lane + 1]];
                let wet = pair.step(dry.map(|sample| music(sample) * knobs[0]), phase + n, &knobs);
                let share = share.lane_at(lane, n);
                for side in 0..2 {
                    frame.0[lane + side] = blend(dry[side], wet[side], share);
                }
            }
        }
    }
}

/// Nothing that is no number, and no more than is music.
fn music(sample: f32) -> f32 {
    if sample.abs() <= f32::MAX { sample.clamp(-LOUDEST, LOUDEST) } else { 0.0 }
}

/// Chosen, not computed, at the ends, so that off is bit-transparent.
fn blend(dry: f32, wet: f32, share: f32) -> f32 {
    if share == 0.0 {
        return dry;
    }
    let sound = if dry.abs() <= f32::MAX { dry } else { 0.0 };
    if share == 1.0 { wet } else { sound + (wet - sound) * share }
}

impl Pair {
    fn new(rate: f32) -> Self {
        let frames = ((LONGEST * rate) as usize + 2).next_power_of_two();
        Self {
            ring: vec![[0.0; 2]; frames].into(),
            head: 0,
            age: 0,
            wanted: 1,
            now: 1,
            next: 1,
            cells: FADE_CELLS,
            filters: [[0.0; 2]; 2],
            quiet: frames,
            asleep: true,
        }
    }

    /// Forgets its sound without touching the ring: what is older than its age is not read.
    fn reset(&mut self) {
        (self.now, self.next, self.cells) = (self.wanted, self.wanted, FADE_CELLS);
        (self.head, self.age, self.quiet, self.asleep) = (0, 0, self.ring.len(), true);
        self.filters = [[0.0; 2]; 2];
    }

    fn enter_cell(&mut self) {
        self.asleep = self.quiet >= self.ring.len();
        if self.cells < FADE_CELLS {
            self.cells += 1;
            if self.cells == FADE_CELLS {
                self.now = self.next;
            }
        }
        if self.cells == FADE_CELLS && self.now != self.wanted {
            (self.next, self.cells) = (self.wanted, 0);
        }
    }

    fn place(&self, delay: usize) -> [f32; 2] {
        if delay > self.age { [0.0; 2] } else { self.ring[self.head.wrapping_sub(delay) & (self.ring.len() - 1)] }
    }

    fn read(&self, phase: usize) -> [f32; 2] {
        let old = self.place(self.now);
        if self.cells == FADE_CELLS {
            return old;
        }
        let new = self.place(self.next);
        let way = (self.cells as usize * GRID + phase) as f32 / (FADE_CELLS as usize * GRID) as f32;
        std::array::from_fn(|side| old[side] + (new[side] - old[side]) * way)
    }

    /// One frame: what comes out is what the line holds, and goes round again.
    fn step(&mut self, input: [f32; 2], phase: usize, knobs: &[f32; 5]) -> [f32; 2] {
        let [_, feedback, cross, low, high] = *knobs;
        if self.asleep && input[0].abs().max(input[1].abs()) <= SILENT {
            return [0.0; 2];
        }
        self.asleep = false;
        let out = self.read(phase);
        let mut round = [0.0; 2];
        for side in 0..2 {
            let [bottom, top] = &mut self.filters[side];
            let way = low * (out[side] - *bottom);
            let rumble = *bottom + way;
            *bottom = rumble + way;
            let way = high * (out[side] - rumble - *top);
            let dull = *top + way;
            *top = dull + way;
            round[side] = dull * feedback;
        }
        // Crossed: both inputs enter on the left, and each side feeds the other.
        let together = 0.5 * (input[0] + input[1]);
        let left = input[0] + (together - input[0]) * cross + round[0] + (round[1] - round[0]) * cross;
        let right = input[1] - input[1] * cross + round[1] + (round[0] - round[1]) * cross;
        let heard = left.abs().max(right.abs()).max(out[0].abs()).max(out[1].abs());
        // Below −160 dB it is nothing, so that no denormal number goes round.
        let keep = |sample: f32| if sample.abs() < 1e-8 { 0.0 } else { sample };
        self.ring[self.head] = [keep(left), keep(right)];
        self.head = (self.head + 1) & (self.ring.len() - 1);
        self.age = (self.age + 1).min(self.ring.len() - 1);
        self.quiet = if heard > SILENT { 0 } else { (self.quiet + 1).min(self.ring.len()) };
        out
    }
}
