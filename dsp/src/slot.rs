//! A slot: a place in the chain where any effect of the registry may stand, another one on each lane.
//!
//! One box serves all lanes that chose its effect. A lane that changes its mind cross-fades over 20 ms, the same time
//! that [`crate::align`] takes to move the sound of the others, so what is put in on air is neither click nor gap. The fade
//! begins when the effect has sound to give, and one that is under way is never turned back halfway.

mod removed;

use crate::align::FADE_CELLS;
use crate::effect::Effect;
use crate::effects::{EFFECTS, denoise};
use crate::lanes::{GRID, LANES, LaneBlock, Lanes};
use crate::meter::Through;
use crate::param::ParamId;
use crate::smooth::{Glide, Ramp, eased};
use crate::sum::Part;
use removed::Removed;

/// An effect by its place in [`EFFECTS`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Kind(pub u8);

impl Kind {
    /// Whether what it takes away can be heard by itself: [`Slot::give_removed`].
    #[must_use]
    pub fn gives_removed(self) -> bool {
        EFFECTS.get(usize::from(self.0)).is_some_and(|spec| spec.id == denoise::SPEC.id)
    }
}

/// Effects that may stand in one slot of one bank: all there are.
const MOST: usize = 24;

const _: () = assert!(EFFECTS.len() <= MOST);

/// One effect and the lanes that hear it.
struct Fitted {
    kind: Kind,
    effect: Box<dyn Effect>,
    /// How much of each lane comes from this effect: 0 none, 1 all.
    share: Glide,
    deepest: [f32; LANES],
    /// To be taken out as soon as nobody hears it.
    leaving: bool,
    /// Frames until what goes in comes out: a new effect is silent so long.
    silent: usize,
    /// The switch of the effect, if it has one.
    on: Option<ParamId>,
    /// Lanes that left it: switched off when they no longer hear it, so that it does not go on working for nobody.
    left: [bool; LANES],
}

/// One slot of a bank.
pub struct Slot {
    fitted: [Option<Fitted>; MOST],
    /// How many stand here: most slots are empty, and are passed at once.
    standing: usize,
    /// Whether one of them may be leaving.
    leaving: bool,
    wanted: [Option<Kind>; LANES],
    through: Through,
    dry: [Lanes; GRID],
    wet: [Lanes; GRID],
    removed: Removed,
}

impl Fitted {
    /// Lets a lane hear this effect if it is the one that it wants, and not if it is another.
    fn go(&mut self, lane: usize, wanted: Option<Kind>) {
        let goal = if wanted == Some(self.kind) { 1.0 } else { 0.0 };
        if self.share.target(lane) != goal {
            self.share.set(lane, goal);
        }
    }

    /// Switches off the lanes that left and no longer hear this effect.
    fn rest_left(&mut self) {
        for (lane, left) in self.left.iter_mut().enumerate() {
            if *left && self.share.rests_at(lane, 0.0) {
                *left = false;
                self.on.into_iter().for_each(|on| self.effect.set(lane, on, 0.0));
            }
        }
    }
}

impl Default for Slot {
    fn default() -> Self {
        Self {
            fitted: std::array::from_fn(|_| None),
            standing: 0,
            leaving: false,
            wanted: [None; LANES],
            through: Through::default(),
            dry: [Lanes::SILENCE; GRID],
            wet: [Lanes::SILENCE; GRID],
            removed: Removed::new(),
        }
    }
}

impl Slot {
    /// Puts a prepared effect in, for lanes to choose. When one of its kind stands there still, that one stays and this
    /// one is given back; so it is when no place is left. Audio thread.
    ///
    /// # Errors
    /// The effect itself, to be freed elsewhere.
    pub fn install(&mut self, kind: Kind, effect: Box<dyn Effect>) -> Result<(), Box<dyn Effect>> {
        if let Some(fitted) = self.at(kind) {
            fitted.leaving = false;
            return Err(effect);
        }
        match self.fitted.iter_mut().find(|place| place.is_none()) {
            Some(place) => {
                let share = Glide::new(0.0, FADE_CELLS);
                let silent = effect.latency_frames();
                let on = EFFECTS.get(usize::from(kind.0)).and_then(|spec| spec.param("on"));
                let (deepest, left) = ([0.0; LANES], [false; LANES]);
                *place = Some(Fitted { kind, effect, share, deepest, leaving: false, silent, on, left });
                self.standing += 1;
                Ok(())
            }
            None => Err(effect),
        }
    }

    /// Nobody will choose that effect any more: [`Slot::take_idle`] gives it once nobody hears it. Audio thread.
    pub fn remove(&mut self, kind: Kind) {
        if let Some(fitted) = self.at(kind) {
            fitted.leaving = true;
            self.leaving = true;
        }
    }

    /// Takes out a removed effect that no lane hears any more. Audio thread: the owner frees it elsewhere.
    #[inline]
    pub fn take_idle(&mut self) -> Option<Box<dyn Effect>> {
        if !self.leaving {
            return None;
        }
        let idle = |fitted: &Fitted| {
            fitted.leaving
                && (0..LANES).all(|lane| self.wanted[lane] != Some(fitted.kind) && fitted.share.rests_at(lane, 0.0))
        };
        let at = self.fitted.iter().position(|place| place.as_ref().is_some_and(idle));
        let taken = at.and_then(|at| self.fitted[at].take());
        self.standing -= usize::from(taken.is_some());
        self.leaving = self.fitted.iter().flatten().any(|fitted| fitted.leaving);
        taken.map(|fitted| fitted.effect)
    }

    /// Lets a lane be heard through the effect of that kind, or past all of them. Audio thread.
    pub fn choose(&mut self, lane: usize, kind: Option<Kind>) {
        if self.wanted[lane] != kind {
            for fitted in self.fitted.iter_mut().flatten() {
                // What an effect took away while nobody wanted it is nobody's to see.
                fitted.deepest[lane] = 0.0;
                fitted.left[lane] = Some(fitted.kind) != kind;
            }
        }
        self.wanted[lane] = kind;
    }

    /// Lets the lanes go where they want to be, those that stand still and whose effect has sound to give.
    fn turn(&mut self) {
        for lane in 0..LANES {
            let wanted = self.wanted[lane];
            let waits =
                |fitted: &Fitted| !fitted.share.can_turn(lane) || (Some(fitted.kind) == wanted && fitted.silent > 0);
            if !self.fitted.iter().flatten().any(waits) {
                self.fitted.iter_mut().flatten().for_each(|fitted| fitted.go(lane, wanted));
            }
        }
    }

    /// Sets a parameter of one lane in the effect of that kind. Audio thread.
    pub fn set(&mut self, lane: usize, kind: Kind, param: ParamId, value: f32) {
        if let Some(fitted) = self.at(kind) {
            // Whoever turns it is about to choose it again.
            fitted.left[lane] = false;
            fitted.effect.set(lane, param, value);
        }
    }

    /// When a lane does its work in the effect of that kind. Audio thread.
    pub fn set_phase(&mut self, lane: usize, kind: Kind, phase: usize) {
        if let Some(fitted) = self.at(kind) {
            fitted.effect.set_phase(lane, phase);
        }
    }

    /// Lets as much of what the effect takes away from `lane` be heard by itself ([`Slot::removed`]): to the left, and to the
    /// right. It glides there. Only an effect whose [`Kind::gives_removed`] says so takes anything away. Audio thread.
    pub fn give_removed(&mut self, lane: usize, gains: [f32; 2]) {
        self.removed.give(lane, gains);
    }

    /// Whether something of what is taken away from `lane` is heard, or is about to be. Audio thread.
    #[must_use]
    pub fn gives_removed(&self, lane: usize) -> bool {
        self.removed.has(lane)
    }

    /// What was taken away in the last block of [`Slot::process`], if anybody hears it: what went in, as late as what came
    /// out, without that. Audio thread.
    #[must_use]
    pub fn removed(&self) -> Option<Part<'_>> {
        self.removed.part()
    }

    /// Makes `lane` as new: nothing chosen, every parameter at rest, no sound left. Audio thread.
    pub fn clear_lane(&mut self, lane: usize) {
        self.choose(lane, None);
        self.removed.clear_lane(lane);
        for fitted in self.fitted.iter_mut().flatten() {
            let params = EFFECTS[usize::from(fitted.kind.0)].params.iter().enumerate();
            params.for_each(|(at, param)| {
                // A link reaches the neighbour, who may be somebody else.
                let rest = if param.id == "link" { 0.0 } else { param.default };
                fitted.effect.set(lane, ParamId(at as u8), rest);
            });
            fitted.go(lane, None);
            fitted.share.settle_lane(lane);
            fitted.effect.reset_lane(lane);
        }
    }

    /// Lets everything arrive and forgets all sound, as before the first frame. Audio thread.
    pub fn settle(&mut self) {
        for fitted in self.fitted.iter_mut().flatten() {
            (0..LANES).for_each(|lane| fitted.go(lane, self.wanted[lane]));
            fitted.share.settle();
            fitted.effect.reset();
        }
        self.removed.settle();
    }

    /// Runs what stands in the slot over `block`. Audio thread.
    pub fn process(&mut self, block: &mut LaneBlock<'_>, keys: &LaneBlock<'_>) {
        let listened = self.removed.begin(block);
        if self.standing == 0 {
            return;
        }
        if block.phase() == 0 {
            self.turn();
        }
        let frames = block.len();
        self.dry[..frames].copy_from_slice(block.frames());
        self.through.enter(block);
        // Past everything until an effect takes its share.
        for fitted in self.fitted.iter_mut().flatten() {
            fitted.share.ramp(block);
            fitted.rest_left();
            self.wet[..frames].copy_from_slice(&self.dry[..frames]);
            fitted.effect.process(&mut LaneBlock::new(block.start(), &mut self.wet[..frames]), keys);
            fitted.silent = fitted.silent.saturating_sub(frames);
            blend(block.frames_mut(), &self.dry[..frames], &self.wet[..frames], fitted.share.now());
            if listened {
                self.removed.add(&*fitted.effect, &self.wet[..frames], fitted.share.now());
            }
            for (lane, deepest) in fitted.deepest.iter_mut().enumerate() {
                *deepest = deepest.max(fitted.effect.take_reduction_db(lane));
            }
        }
        self.through.leave(block);
    }

    /// The highest samples of a lane that came in and that went out since the last call, linear; 0 where nothing stands. Audio
    /// thread.
    pub fn take_through(&mut self, lane: usize) -> [f32; 2] {
        self.through.take(lane)
    }

    /// The deepest gain reduction of a lane by the effect it chose, since the last call, dB ≥ 0. Audio thread.
    pub fn take_reduction_db(&mut self, lane: usize) -> f32 {
        if self.standing == 0 {
            return 0.0;
        }
        let chosen = self.wanted[lane].and_then(|kind| self.at(kind));
        chosen.map_or(0.0, |fitted| std::mem::take(&mut fitted.deepest[lane]))
    }

    fn at(&mut self, kind: Kind) -> Option<&mut Fitted> {
        self.fitted.iter_mut().flatten().find(|fitted| fitted.kind == kind)
    }
}

/// Moves each lane from what it was towards `wet` by its share: whole shares are chosen, not computed, so that they are
/// exact to the bit.
fn blend(out: &mut [Lanes], dry: &[Lanes], wet: &[Lanes], share: &Ramp) {
    if let Some(taken) = share.whole() {
        out.iter_mut().zip(wet).for_each(|(out, wet)| *out = taken.choose(wet, out));
        return;
    }
    for (at, ((out, dry), wet)) in out.iter_mut().zip(dry).zip(wet).enumerate() {
        let share = share.at(at);
        for lane in 0..LANES {
            let part = share.0[lane];
            let moved = out.0[lane] + (wet.0[lane] - dry.0[lane]) * eased(part);
            out.0[lane] = if part == 0.0 {
                out.0[lane]
            } else if part == 1.0 {
                wet.0[lane]
            } else {
                moved
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::effect::Format;

    fn kind(id: &str) -> Kind {
        Kind(EFFECTS.iter().position(|spec| spec.id == id).unwrap() as u8)
    }

    fn run(slot: &mut Slot, cells: u64, sound: impl Fn(u64, usize) -> f32) -> Vec<Lanes> {
        let mut heard = Vec::new();
        for start in (0..cells).map(|cell| cell * GRID as u64) {
            let frame = |at| Lanes(std::array::from_fn(|lane| sound(start + at, lane)));
            let mut frames: Vec<_> = (0..GRID as u64).map(frame).collect();
            slot.process(&mut LaneBlock::new(start, &mut frames), &LaneBlock::new(start, &mut [Lanes::SILENCE; GRID]));
            heard.extend(frames);
        }
        heard
    }

    #[test]
    fn a_lane_that_is_made_new_is_linked_with_no_neighbour() {
        let limited = |loud: f32| {
            let (mut slot, limiter) = (Slot::default(), kind("limiter"));
            let mut effect = EFFECTS[usize::from(limiter.0)].build();
            effect.prepare(Format { rate: 48_000.0 });
            assert!(slot.install(limiter, effect).is_ok());
            let link = EFFECTS[usize::from(limiter.0)].param("link").unwrap();
            slot.choose(0, Some(limiter));
            slot.set(0, limiter, link, 0.0);
            slot.settle();
            slot.clear_lane(1);
            let beat = |at: u64, lane: usize| match lane {
                0 => 0.1,
                1 if at % 4_800 < 480 => loud,
                _ => 0.0,
            };
            run(&mut slot, 600, beat).iter().map(|frame| frame.0[0]).collect::<Vec<_>>()
        };
        assert_eq!(limited(8.0), limited(0.0));
    }

    /// Remembers on which lanes it is switched on.
    struct Spy(Arc<AtomicU32>);

    impl Effect for Spy {
        fn prepare(&mut self, _format: Format) {}

        fn reset_lane(&mut self, _lane: usize) {}

        fn set(&mut self, lane: usize, _param: ParamId, value: f32) {
            if value > 0.0 {
                self.0.fetch_or(1 << lane, Ordering::Relaxed);
            } else {
                self.0.fetch_and(!(1 << lane), Ordering::Relaxed);
            }
        }

        fn process(&mut self, _block: &mut LaneBlock<'_>, _keys: &LaneBlock<'_>) {}
    }

    #[test]
    fn an_effect_stops_working_for_a_lane_that_left_once_the_fade_is_over_and_works_for_the_others() {
        let (mut slot, denoise, on) = (Slot::default(), kind("denoise"), Arc::new(AtomicU32::new(0)));
        assert!(slot.install(denoise, Box::new(Spy(Arc::clone(&on)))).is_ok());
        let switch = EFFECTS[usize::from(denoise.0)].param("on").unwrap();
        for lane in 0..2 {
            slot.set(lane, denoise, switch, 1.0);
            slot.choose(lane, Some(denoise));
        }
        slot.settle();
        slot.choose(0, None);
        run(&mut slot, 2, |_, _| 0.0);
        assert_eq!(on.load(Ordering::Relaxed), 0b11, "it is heard still");
        run(&mut slot, 2 * u64::from(FADE_CELLS), |_, _| 0.0);
        assert_eq!(on.load(Ordering::Relaxed), 0b10);
        slot.set(0, denoise, switch, 1.0);
        slot.choose(0, Some(denoise));
        run(&mut slot, 2 * u64::from(FADE_CELLS), |_, _| 0.0);
        assert_eq!(on.load(Ordering::Relaxed), 0b11);
    }
}
