//! Denoise: takes steady noise (hiss, hum, fans) from under speech with the network of RNNoise (`rnnoise`).
//!
//! The network works on hops of 480 frames, computed on the audio thread when the last frame of a hop has come. Each lane
//! has its own phase in these 480 frames, so that many lanes never compute at once ([`phase`]); the latency is the same
//! for all. [`warm_up`] must run on the audio thread before the first callback that may not allocate.
//!
//! The network takes instruments for noise. While `guard` is on, no more is taken away than the steady noise under the
//! sound, and nothing while the loudest sounds would suffer (`guard`).

mod guard;
mod rnnoise;
mod transform;

use crate::dispatch::Level;
use crate::effect::{Effect, EffectSpec, Format};
use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::param::{ParamId, ParamSpec, Taper, Unit};
use crate::units::db_to_gain;
use guard::{Bands, Guard};
use rnnoise::{RnNoise, Room};

/// Whether it works.
pub const ON: ParamId = ParamId(0);
/// How much of what comes out is denoised.
pub const MIX: ParamId = ParamId(1);
/// The most by which anything is turned down, in dB.
pub const LIMIT: ParamId = ParamId(2);
/// Whether singing and instruments are left alone.
pub const GUARD: ParamId = ParamId(3);

/// What can be set.
pub const PARAMS: [ParamSpec; 4] = [
    ParamSpec::switch("on", false),
    ParamSpec { id: "mix", unit: Unit::Percent, min: 0.0, max: 100.0, default: 100.0, taper: Taper::Linear },
    ParamSpec { id: "limit", unit: Unit::Decibels, min: 0.0, max: 60.0, default: 18.0, taper: Taper::Linear },
    ParamSpec::switch("guard", true),
];

/// The line of the registry.
pub const SPEC: EffectSpec =
    EffectSpec { id: "denoise", params: &PARAMS, pairs: false, build_at: |level| Box::new(Denoise::new(level)) };

/// Frames that the network takes at once: 10 ms at 48 kHz.
pub const HOP: usize = 480;
/// One hop until its last frame has come, one more because the network's windows overlap by a hop.
pub const LATENCY: usize = 2 * HOP;

/// Frames that the dry line remembers: the latency and one hop before it.
const RING: usize = 2_048;
/// Hops until the network hears nothing but the sound of now: its pitch search looks back 1,728 frames.
const HOPS_TO_SETTLE: u32 = 5;
/// The network was trained on the numbers of 16-bit sound.
const SCALE: f32 = 32_768.0;
/// Louder is no music (+36 dB).
const LOUDEST: f32 = 64.0;

const _: () = assert!(RING >= LATENCY + HOP && RING >= LATENCY + GRID && RING.is_power_of_two());

/// The phase of the `at`-th of `of` denoised lanes, wherever they are. With these, at most ⌈of · block / 480⌉ lanes
/// compute in any `block` frames one after another: i · 480 / of falls into a stretch of that length no more often.
#[must_use]
pub const fn phase(at: usize, of: usize) -> usize {
    at * HOP / of
}

/// Brings weights, tables and code into memory, which the first hop of a thread would else wait for. Allocates: to be called
/// on the audio thread before the first callback that counts.
pub fn warm_up() {
    let (mut lane, mut room) = (RnNoise::new(), Room::new());
    let (mut out, mut hop) = ([0.0; HOP], [0.0; HOP]);
    for (n, sample) in hop.iter_mut().enumerate() {
        *sample = if n % 7 < 3 { 1_000.0 } else { -1_000.0 };
    }
    lane.process(Level::best(), &mut room, &hop, &mut out);
}

/// RNNoise on eight lanes; a pure delay of [`LATENCY`] when off.
pub struct Denoise {
    lanes: [Lane; LANES],
    ring: Box<[Lanes; RING]>,
    head: usize,
    bands: Bands,
    room: Room,
    level: Level,
    steps: u32,
}

/// One lane's network and what it last made.
struct Lane {
    network: RnNoise,
    phase: usize,
    wanted_phase: usize,
    on: bool,
    mix: f32,
    limit: f32,
    guarded: bool,
    guard: Guard,
    /// Hops since the network began to run.
    hops: u32,
    /// The newest hop, the one of which `wet` is made, and the one before it; of meaning while it runs.
    heard: Box<[[f32; HOP]; 3]>,
    wet: [f32; HOP],
    /// How much of the wet hop is heard at its beginning and at its end.
    from: f32,
    to: f32,
    deepest_db: f32,
}

impl std::fmt::Debug for Denoise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Denoise").field("steps", &self.steps).finish_non_exhaustive()
    }
}

impl Denoise {
    /// Off on all lanes. The network knows only 48 kHz.
    #[must_use]
    pub fn new(level: Level) -> Self {
        Self {
            lanes: std::array::from_fn(|lane| Lane::new(phase(lane, LANES))),
            ring: Box::new([Lanes::SILENCE; RING]),
            head: 0,
            bands: Bands::new(),
            room: Room::new(),
            level,
            steps: 0,
        }
    }

    /// How many lanes computed since the last call. Audio thread.
    pub fn take_steps(&mut self) -> u32 {
        std::mem::take(&mut self.steps)
    }

    /// The dry line. What is no number must neither go on nor stay in the network.
    #[inline(always)]
    fn delay(&mut self, frame: &mut Lanes) {
        self.ring[self.head] = Lanes(frame.0.map(|s| if s.abs() <= f32::MAX { s } else { 0.0 }));
        *frame = self.ring[(self.head + RING - LATENCY) % RING];
        self.head = (self.head + 1) % RING;
    }

    /// Frames within which no lane begins a hop; `place` is that of the first one in the 480 of a hop.
    fn play(&mut self, frames: &mut [Lanes], place: usize) {
        frames.iter_mut().for_each(|frame| self.delay(frame));
        for (at, lane) in self.lanes.iter().enumerate() {
            lane.blend(at, frames, (place + HOP - lane.phase) % HOP);
        }
    }

    /// The frames from `back` frames ago on.
    fn hop(&self, lane: usize, back: usize) -> [f32; HOP] {
        std::array::from_fn(|n| self.ring[(self.head + RING - back + n) % RING].0[lane])
    }

    /// At the beginning of a hop of this lane.
    fn step(&mut self, lane: usize) {
        let wanted = self.lanes[lane].wanted();
        self.lanes[lane].from = self.lanes[lane].to;
        if wanted == 0.0 && self.lanes[lane].from == 0.0 {
            self.lanes[lane].rest();
            return;
        }
        self.listen(lane);
        let Self { lanes, bands, room, level, steps, .. } = self;
        let lane = &mut lanes[lane];
        lane.compute(*level, room);
        *steps += 1;
        let [_, dry, before] = &*lane.heard;
        let open = if lane.guarded { lane.guard.open(dry, &lane.wet, &bands.of(before, dry)) } else { 1.0 };
        let settled = lane.hops > HOPS_TO_SETTLE;
        lane.to = if settled { wanted * open } else { 0.0 };
        lane.measure();
    }

    /// Brings the last three hops of a lane together. While it runs, two of them are there already.
    fn listen(&mut self, lane: usize) {
        let kept = if self.lanes[lane].hops == 0 { 0 } else { 2 };
        self.lanes[lane].heard.rotate_right(1);
        for at in 0..3 - kept {
            self.lanes[lane].heard[at] = self.hop(lane, (at + 1) * HOP);
        }
    }
}

impl Effect for Denoise {
    fn prepare(&mut self, _format: Format) {
        self.reset();
    }

    fn reset_lane(&mut self, lane: usize) {
        self.ring.iter_mut().for_each(|frame| frame.0[lane] = 0.0);
        let lane = &mut self.lanes[lane];
        lane.rest();
        lane.guard.reset();
        (lane.from, lane.to, lane.deepest_db) = (0.0, 0.0, 0.0);
        lane.phase = lane.wanted_phase;
        lane.network.reset();
    }

    fn set(&mut self, lane: usize, param: ParamId, value: f32) {
        let Some(spec) = PARAMS.get(usize::from(param.0)) else { return };
        let (lane, value) = (&mut self.lanes[lane], spec.clamp(value));
        match param {
            ON => lane.on = value >= 0.5,
            MIX => lane.mix = value * 0.01,
            LIMIT => lane.limit = db_to_gain(-value),
            _ => lane.guarded = value >= 0.5,
        }
    }

    fn process(&mut self, block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {
        if self.lanes.iter().all(Lane::is_off) {
            self.lanes.iter_mut().for_each(Lane::rest);
            block.frames_mut().iter_mut().for_each(|frame| self.delay(frame));
            return;
        }
        let start = (block.start() % HOP as u64) as usize;
        let (frames, mut at) = (block.frames_mut(), 0);
        while at < frames.len() {
            let place = (start + at) % HOP;
            for lane in 0..LANES {
                if self.lanes[lane].phase == place {
                    self.step(lane);
                }
            }
            // Until the next lane begins a hop; one that begins here has a whole one before it.
            let left = |lane: &Lane| (lane.phase + HOP - place - 1) % HOP + 1;
            let next = self.lanes.iter().map(|lane| at + left(lane)).fold(frames.len(), usize::min);
            self.play(&mut frames[at..next], place);
            at = next;
        }
    }

    /// A lane that is heard fades to the dry sound for about 70 ms to get there, so all lanes may be spread anew whenever
    /// one is added.
    fn set_phase(&mut self, lane: usize, phase: usize) {
        self.lanes[lane].wanted_phase = phase % HOP;
    }

    fn latency_frames(&self) -> usize {
        LATENCY
    }

    fn entered(&self, out: &mut [Lanes]) -> bool {
        let first = self.head + RING - LATENCY - out.len();
        out.iter_mut().enumerate().for_each(|(n, frame)| *frame = self.ring[(first + n) % RING]);
        true
    }

    fn take_reduction_db(&mut self, lane: usize) -> f32 {
        std::mem::take(&mut self.lanes[lane].deepest_db)
    }
}

impl Lane {
    fn new(phase: usize) -> Self {
        Self {
            network: RnNoise::new(),
            phase,
            wanted_phase: phase,
            on: false,
            mix: 1.0,
            limit: db_to_gain(-PARAMS[2].default),
            guarded: true,
            guard: Guard::new(),
            hops: 0,
            heard: Box::new([[0.0; HOP]; 3]),
            wet: [0.0; HOP],
            from: 0.0,
            to: 0.0,
            deepest_db: 0.0,
        }
    }

    /// How much of the wet sound shall be heard: 1 − the limit, for what the network takes away wholly is still there
    /// with the rest. Nothing while the phase is to change.
    fn wanted(&self) -> f32 {
        if self.on && self.phase == self.wanted_phase { self.mix * (1.0 - self.limit) } else { 0.0 }
    }

    /// Whether it is off and nothing of it is heard any more.
    fn is_off(&self) -> bool {
        !self.on && self.from == 0.0 && self.to == 0.0
    }

    /// Off, or between two phases: it need not compute.
    fn rest(&mut self) {
        (self.hops, self.phase) = (0, self.wanted_phase);
    }

    fn compute(&mut self, level: Level, room: &mut Room) {
        let scaled = self.heard[0].map(|sample| sample.clamp(-LOUDEST, LOUDEST) * SCALE);
        if self.hops == 0 {
            self.guard.reset();
            self.network.reset();
        }
        self.hops = self.hops.saturating_add(1);
        self.network.process(level, room, &scaled, &mut self.wet);
        for sample in &mut self.wet {
            let back = *sample * (1.0 / SCALE);
            *sample = if back.abs() <= f32::MAX { back } else { 0.0 };
        }
    }

    /// For the meter: by how much the coming hop is turned down.
    fn measure(&mut self) {
        let (mut before, mut after) = (1e-12, 1e-12);
        for (dry, wet) in self.heard[1].iter().zip(&self.wet) {
            let out = dry + (wet - dry) * self.to;
            before += dry * dry;
            after += out * out;
        }
        let reduction = crate::units::power_to_db(before / after);
        if reduction > self.deepest_db && reduction <= f32::MAX {
            self.deepest_db = reduction;
        }
    }

    /// Puts in what is heard of the wet hop from its frame `begin` on.
    fn blend(&self, lane: usize, frames: &mut [Lanes], begin: usize) {
        if self.from == 0.0 && self.to == 0.0 {
            return;
        }
        for (n, (frame, wet)) in frames.iter_mut().zip(&self.wet[begin..]).enumerate() {
            let share = self.from + (self.to - self.from) * ((begin + n + 1) as i32 as f32 / HOP as f32);
            let dry = frame.0[lane];
            frame.0[lane] = dry + (wet - dry) * share;
        }
    }
}
