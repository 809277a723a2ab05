//! A bank: eight lanes through the same chain at once. Strips, groups, returns and the mix all are lanes of banks.
//!
//! The chain: trim, then the stages of [`Stage`] in their order, with a [`Slot`] at each of the three [`Place`]s, and at
//! the end a delay line that brings lanes of different latency together.

use crate::align::Align;
use crate::effect::{Effect, EffectSpec, Format};
use crate::effects;
use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::meter::{Reading, Through};
use crate::param::{ParamId, ParamSpec};
use crate::slot::{Kind, Slot};
use crate::smooth::{GLIDE_CELLS, Glide, Ramp};
use crate::sum::Part;

/// A fixed stage in the chain of every channel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// [`effects::trim`].
    Trim,
    /// [`effects::delay`].
    Delay,
    /// [`effects::highpass`].
    Highpass,
    /// [`effects::lowpass`].
    Lowpass,
    /// [`effects::gate`].
    Gate,
    /// [`effects::eq`].
    Eq,
    /// [`effects::compressor`].
    Compressor,
    /// [`effects::deesser`].
    Deesser,
    /// [`effects::width`]; only where two lanes are one sound.
    Width,
}

impl Stage {
    /// How many there are.
    pub const COUNT: usize = 9;
    /// All stages, in the order of the sound.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Trim,
        Self::Delay,
        Self::Highpass,
        Self::Lowpass,
        Self::Gate,
        Self::Eq,
        Self::Compressor,
        Self::Deesser,
        Self::Width,
    ];

    /// The effect that stands there.
    #[must_use]
    pub fn spec(self) -> &'static EffectSpec {
        match self {
            Self::Trim => &effects::trim::SPEC,
            Self::Delay => &effects::delay::SPEC,
            Self::Highpass => &effects::highpass::SPEC,
            Self::Lowpass => &effects::lowpass::SPEC,
            Self::Gate => &effects::gate::SPEC,
            Self::Eq => &effects::eq::SPEC,
            Self::Compressor => &effects::compressor::SPEC,
            Self::Deesser => &effects::deesser::SPEC,
            Self::Width => &effects::width::SPEC,
        }
    }

    /// What can be set at this stage.
    #[must_use]
    pub fn params(self) -> &'static [ParamSpec] {
        self.spec().params
    }
}

/// Stages that change the level by it: what they take away is metered, and what comes in and goes out.
pub const METERED: [Stage; 3] = [Stage::Gate, Stage::Compressor, Stage::Deesser];

/// A place in the chain where an effect may be put in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// After the filters, before gate and equaliser.
    PreEq,
    /// Between equaliser and compressor.
    PostEq,
    /// After all dynamics.
    PostDynamics,
}

impl Place {
    /// All places, in the order of the sound.
    pub const ALL: [Self; 3] = [Self::PreEq, Self::PostEq, Self::PostDynamics];

    /// Lower-case word; part of addresses and files, so never renamed.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::PreEq => "preeq",
            Self::PostEq => "posteq",
            Self::PostDynamics => "postdyn",
        }
    }

    /// The last stage before this place.
    #[must_use]
    pub fn after(self) -> Stage {
        match self {
            Self::PreEq => Stage::Lowpass,
            Self::PostEq => Stage::Eq,
            Self::PostDynamics => Stage::Deesser,
        }
    }
}

/// The longest that lanes are held back for each other, in frames: more than three denoisers one after the other.
pub const LONGEST: usize = 4_095;

/// Eight lanes of channels.
pub struct Bank {
    stages: [Box<dyn Effect>; Stage::COUNT],
    /// Stages that may have something to do.
    awake: [bool; Stage::COUNT],
    /// Of the stages of [`METERED`].
    through: [Through; METERED.len()],
    slots: [Slot; Place::ALL.len()],
    align: Align,
    /// Where the cues listen: 0 at the end of the chain, 1 before the first slot.
    early: Glide,
    before_slots: [Lanes; GRID],
    /// What a trim has for a key.
    silence: [Lanes; GRID],
    /// Whether every parameter always was at rest, no effect was put in and no lane held back.
    plain: bool,
}

impl Bank {
    /// All lanes at rest. Allocates: not for the audio thread.
    #[must_use]
    pub fn new(format: Format) -> Self {
        let build = |stage: Stage| {
            let mut effect = stage.spec().build();
            effect.prepare(format);
            effect
        };
        Self {
            stages: Stage::ALL.map(build),
            awake: [true; Stage::COUNT],
            through: Default::default(),
            slots: Default::default(),
            align: Align::new(LONGEST),
            early: Glide::new(0.0, GLIDE_CELLS),
            before_slots: [Lanes::SILENCE; GRID],
            silence: [Lanes::SILENCE; GRID],
            plain: true,
        }
    }

    /// Whether nobody ever turned, put in or held back anything here: then silence for longer than [`LONGEST`] leaves it as
    /// it is, and it need not be run. Audio thread.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    /// Sets a parameter of one lane, clamped; it glides there from the next grid frame on. Audio thread.
    pub fn set(&mut self, lane: usize, stage: Stage, param: ParamId, value: f32) {
        self.plain &= stage.params().get(usize::from(param.0)).is_some_and(|param| param.default == value);
        self.awake[stage as usize] = true;
        self.stages[stage as usize].set(lane, param, value);
    }

    /// The slot at a place. Audio thread.
    pub fn slot(&mut self, place: Place) -> &mut Slot {
        self.plain = false;
        &mut self.slots[place as usize]
    }

    /// Which effect a lane has in a slot; `None` for none. Audio thread.
    pub fn choose(&mut self, lane: usize, place: Place, kind: Option<Kind>) {
        self.plain &= kind.is_none();
        self.slots[place as usize].choose(lane, kind);
    }

    /// Holds a lane back by `frames`, so that all lanes come out together; `late` says that the lane has latency of its
    /// own, so that the cues must listen before it. Audio thread.
    pub fn hold(&mut self, lane: usize, frames: usize, late: bool) {
        self.plain &= frames == 0 && !late;
        self.align.set(lane, frames);
        self.early.set(lane, if late { 1.0 } else { 0.0 });
    }

    /// Lets as much of what stands in a slot takes away from a lane be heard by itself ([`Bank::removed`]): to the left, and to
    /// the right. It glides there. Audio thread.
    pub fn give_removed(&mut self, lane: usize, place: Place, gains: [f32; 2]) {
        self.slot(place).give_removed(lane, gains);
    }

    /// Whether something of what is taken away from a lane is heard, or is about to be. Audio thread.
    #[must_use]
    pub fn gives_removed(&self, lane: usize) -> bool {
        self.slots.iter().any(|slot| slot.gives_removed(lane))
    }

    /// What was taken away in the last block of [`Bank::process`], as far as it is heard. Audio thread.
    pub fn removed(&self) -> impl Iterator<Item = Part<'_>> {
        self.slots.iter().filter_map(Slot::removed)
    }

    /// Makes `lane` as new: parameters at rest, no glide under way, no sound left. Audio thread.
    pub fn clear_lane(&mut self, lane: usize) {
        for stage in Stage::ALL {
            for (at, param) in stage.params().iter().enumerate() {
                self.set(lane, stage, ParamId(at as u8), param.default);
            }
            self.stages[stage as usize].reset_lane(lane);
        }
        self.slots.iter_mut().for_each(|slot| slot.clear_lane(lane));
        self.hold(lane, 0, false);
        self.align.reset_lane(lane);
        self.early.settle_lane(lane);
    }

    /// Lets all glides arrive and forgets all sound, as before the first frame of a show. Audio thread.
    pub fn settle(&mut self) {
        self.stages.iter_mut().for_each(|effect| effect.reset());
        self.awake = [true; Stage::COUNT];
        self.slots.iter_mut().for_each(Slot::settle);
        self.align.settle();
        self.early.settle();
    }

    /// The first pass: the trim alone. What comes out is what side-chains listen to. Audio thread.
    pub fn trim(&mut self, block: &mut LaneBlock<'_>) -> Reading {
        let keys = LaneBlock::new(block.start(), &mut self.silence[..block.len()]);
        run(&mut self.stages[0], &mut self.awake[0], block, &keys);
        Reading::of(block)
    }

    /// The second pass: everything after the trim, in place. `keys` holds what each lane's side-chain listens to; `cue`
    /// receives what the cues hear, never later than it went in, if that is something else than what comes out; says whether
    /// it is. Audio thread.
    pub fn process(&mut self, block: &mut LaneBlock<'_>, keys: &LaneBlock<'_>, cue: &mut [Lanes]) -> bool {
        let early = self.early.ramp(block);
        for stage in &Stage::ALL[1..] {
            let awake = &mut self.awake[*stage as usize];
            let metered = METERED.iter().position(|metered| metered == stage).filter(|_| *awake);
            if let Some(at) = metered {
                self.through[at].enter(block);
            }
            run(&mut self.stages[*stage as usize], awake, block, keys);
            if let Some(at) = metered {
                self.through[at].leave(block);
            }
            for place in Place::ALL.into_iter().filter(|place| place.after() == *stage) {
                if place == Place::PreEq && !early.rests_at(0.0) {
                    self.before_slots[..block.len()].copy_from_slice(block.frames());
                }
                self.slots[place as usize].process(block, keys);
            }
        }
        let apart = !early.rests_at(0.0) || !self.align.is_idle();
        if apart {
            cue.copy_from_slice(block.frames());
            if !early.rests_at(0.0) {
                move_towards(cue, &self.before_slots, early);
            }
        }
        self.align.process(block);
        apart
    }

    /// The highest samples of a lane that came into each stage of [`METERED`] and that left it since the last call, linear; 0 of
    /// one that is at rest. Audio thread.
    pub fn take_through(&mut self, lane: usize) -> [[f32; 2]; METERED.len()] {
        self.through.each_mut().map(|through| through.take(lane))
    }

    /// The same of each slot. Audio thread.
    pub fn take_slots_through(&mut self, lane: usize) -> [[f32; 2]; Place::ALL.len()] {
        self.slots.each_mut().map(|slot| slot.take_through(lane))
    }

    /// The deepest gain reduction of a lane at a stage since the last call, dB ≥ 0. Audio thread.
    pub fn take_reduction_db(&mut self, lane: usize, stage: Stage) -> f32 {
        self.stages[stage as usize].take_reduction_db(lane)
    }

    /// The deepest gain reduction of a lane by what stands in a slot since the last call, dB ≥ 0. Audio thread.
    pub fn take_slot_reduction_db(&mut self, lane: usize, place: Place) -> f32 {
        self.slots[place as usize].take_reduction_db(lane)
    }

    /// A removed effect that no lane hears any more. Audio thread.
    pub fn take_idle(&mut self) -> Option<Box<dyn Effect>> {
        self.slots.iter_mut().find_map(Slot::take_idle)
    }
}

/// Runs a stage that may have something to do. Only at the beginning of a cell does one come to rest.
fn run(stage: &mut Box<dyn Effect>, awake: &mut bool, block: &mut LaneBlock<'_>, keys: &LaneBlock<'_>) {
    if *awake {
        stage.process(block, keys);
        *awake = block.phase() != 0 || !stage.rests();
    }
}

fn move_towards(out: &mut [Lanes], goal: &[Lanes], share: &Ramp) {
    for (at, (out, goal)) in out.iter_mut().zip(goal).enumerate() {
        let share = share.at(at);
        for lane in 0..LANES {
            let moved = out.0[lane] + (goal.0[lane] - out.0[lane]) * share.0[lane];
            out.0[lane] = if share.0[lane] == 1.0 { goal.0[lane] } else { moved };
        }
    }
}
