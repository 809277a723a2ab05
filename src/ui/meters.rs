//! What the meters show: the engine's levels, held and let fall as a reader's eye needs it.

use std::collections::HashMap;

use korero_dsp::effects::EFFECTS;

use crate::desk::Desk;
use crate::desk::address::ChannelName;
use crate::desk::channel::Section;
use crate::engine::levels::{LaneLevel, Levels, METERED, MixLevel, SLOTS, StripLevel, Throughs};

use super::meter_scale::decibels;

/// How long a peak is held, in seconds.
const HOLD: f64 = 1.5;
/// How fast a bar and a held peak fall, dB per second.
const FALL: f32 = 20.0;
/// How long what came in and went out is shown when no more is heard, in seconds: longer than between two callbacks.
const PATIENCE: f64 = 0.1;
/// Effects that take level away, and so have a meter where they stand in a slot.
const TAKES_AWAY: [&str; 6] = ["gate", "gateahead", "compressor", "deesser", "denoise", "limiter"];
/// A sample from here up has clipped: the highest 16-bit step below full scale.
const CLIP: f32 = 32_767.0 / 32_768.0;

/// One bar of a meter.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Bar {
    /// The sample peak, falling slowly, dBFS.
    pub(crate) peak_db: f32,
    /// The RMS, dBFS.
    pub(crate) rms_db: f32,
    /// The held peak, dBFS.
    pub(crate) hold_db: f32,
    /// A sample has clipped since this was last put out.
    pub(crate) clipped: bool,
    held_at: f64,
}

impl Default for Bar {
    fn default() -> Self {
        let silent = f32::NEG_INFINITY;
        Self { peak_db: silent, rms_db: silent, hold_db: silent, clipped: false, held_at: 0.0 }
    }
}

impl Bar {
    /// Takes what was measured since the last look: `peak` and `mean_square` linear, `now` and `dt` in seconds.
    pub(crate) fn feed(&mut self, peak: f32, mean_square: f32, now: f64, dt: f32) {
        let db = decibels(peak);
        self.peak_db = db.max(self.peak_db - FALL * dt);
        // No sound is louder than its peak; and when none arrives any more, the last mean stands still: it falls too.
        self.rms_db = decibels(mean_square.max(0.0).sqrt()).min(self.peak_db);
        self.clipped |= peak >= CLIP;
        if db >= self.hold_db {
            self.hold_db = db;
            self.held_at = now;
        } else if now - self.held_at > HOLD {
            self.hold_db = self.peak_db.max(self.hold_db - FALL * dt);
        }
    }
}

/// The meters of one channel: one bar, or two where it is stereo.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct ChannelMeter {
    pub(crate) left: Bar,
    pub(crate) right: Option<Bar>,
    /// The gain reduction at each stage of [`METERED`], falling slowly, dB ≥ 0.
    reductions_db: [f32; METERED.len()],
    /// The same by the effect in each slot.
    slots_db: [f32; SLOTS],
    /// What came into and what left all those at the latest look.
    through: Throughs,
    through_at: f64,
}

/// Where the gain reduction of a section is found.
enum Reduction {
    Stage(usize),
    Slot(usize),
}

fn reduction_of(section: Section) -> Option<Reduction> {
    match section {
        Section::Stage(stage) => METERED.iter().position(|metered| *metered == stage).map(Reduction::Stage),
        Section::Slot(place, kind) => {
            let takes_away = TAKES_AWAY.contains(&EFFECTS.get(usize::from(kind.0))?.id);
            takes_away.then_some(Reduction::Slot(place as usize))
        }
        _ => None,
    }
}

/// Whether the gain reduction of a section is measured.
pub(crate) fn is_metered(section: Section) -> bool {
    reduction_of(section).is_some()
}

impl ChannelMeter {
    fn feed(&mut self, left: LaneLevel, right: Option<LaneLevel>, now: f64, dt: f32) {
        let feed = |bar: &mut Bar, lane: LaneLevel| bar.feed(lane.pre_peak, lane.mean_square, now, dt);
        feed(&mut self.left, left);
        self.right = right.map(|lane| {
            let mut bar = self.right.unwrap_or_default();
            feed(&mut bar, lane);
            bar
        });
        let right = right.unwrap_or_default();
        let stages = left.reduction_db.into_iter().zip(right.reduction_db);
        let slots = left.slots_db.into_iter().zip(right.slots_db);
        let shown = self.reductions_db.iter_mut().chain(&mut self.slots_db);
        let through = left.through.or(right.through);
        // Between two callbacks nothing is heard, and what was seen last still stands.
        if through != Throughs::default() || now - self.through_at > PATIENCE {
            (self.through, self.through_at) = (through, now);
        }
        for (shown, (left, right)) in shown.zip(stages.chain(slots)) {
            *shown = left.max(right).max(*shown - FALL * dt).max(0.0);
        }
    }

    /// The gain reduction of a section, falling slowly, dB ≥ 0; 0 of one that is not metered.
    pub(crate) fn reduction_db(&self, section: Section) -> f32 {
        match reduction_of(section) {
            Some(Reduction::Stage(at)) => self.reductions_db[at],
            Some(Reduction::Slot(at)) => self.slots_db[at],
            None => 0.0,
        }
    }

    /// The peaks that came into a section and that left it at the latest look, dBFS: of the louder side. Not those that one after
    /// the other were the highest, as meters show: both belong together. −∞ of one that is not metered or rests.
    pub(crate) fn through_db(&self, section: Section) -> (f32, f32) {
        let [came, left] = match reduction_of(section) {
            Some(Reduction::Stage(at)) => self.through.stages[at],
            Some(Reduction::Slot(at)) => self.through.slots[at],
            None => [0.0; 2],
        };
        (decibels(came), decibels(left))
    }

    /// What all stages and inserts take away together, falling slowly, dB ≥ 0: what one takes the next does not get.
    pub(crate) fn taken_db(&self) -> f32 {
        self.reductions_db.iter().chain(&self.slots_db).sum()
    }

    /// The peak of its louder side, falling slowly, dBFS.
    pub(crate) fn peak_db(&self) -> f32 {
        self.right.map_or(self.left.peak_db, |right| right.peak_db.max(self.left.peak_db))
    }

    /// Its bars from left to right.
    pub(crate) fn bars(&self) -> Vec<Bar> {
        std::iter::once(self.left).chain(self.right).collect()
    }

    fn forget_clip(&mut self) {
        self.left.clipped = false;
        if let Some(right) = &mut self.right {
            right.clipped = false;
        }
    }
}

/// All that the window's meters show.
#[derive(Default)]
pub(crate) struct Meters {
    channels: HashMap<ChannelName, ChannelMeter>,
    /// The limiter's gain reduction, dB, 0 or more.
    pub(crate) reduction_db: f32,
    last: Option<f64>,
}

impl Meters {
    /// Takes all levels. Once for each picture; `now` in seconds.
    pub(crate) fn look(&mut self, levels: &Levels, desk: &Desk, now: f64) {
        let dt = self.last.map_or(0.0, |last| (now - last).max(0.0) as f32);
        self.last = Some(now);
        self.channels.retain(|name, _| name.of(desk).is_some());
        let mut feed = |name: ChannelName, left: LaneLevel, right: Option<LaneLevel>| {
            self.channels.entry(name).or_default().feed(left, right, now, dt);
        };
        for strip in &desk.strips {
            let level = levels.take_strip(&strip.id).unwrap_or_default();
            let right = (strip.input.lanes() == 2).then(|| level.right.unwrap_or_default());
            feed(ChannelName::Strip(strip.id.clone()), level.left, right);
        }
        let mix = levels.take_mix();
        for name in ChannelName::fixed() {
            let level = match &name {
                ChannelName::Group(at) => levels.take_group(usize::from(*at)),
                ChannelName::Return(at) => levels.take_return(usize::from(*at)),
                ChannelName::Mix => of_mix(&mix),
                ChannelName::Cue(at) => of_cue(levels.take_cue(usize::from(*at))),
                ChannelName::Strip(_) | ChannelName::Desk => continue,
            };
            feed(name, level.left, level.right);
        }
        self.reduction_db = mix.reduction_db.max(self.reduction_db - FALL * dt).max(0.0);
    }

    /// The meter of a channel, before its fader; that of the mix after its limiter, and of a headphone mix as it is heard,
    /// peaks only.
    pub(crate) fn of(&self, name: &ChannelName) -> ChannelMeter {
        self.channels.get(name).copied().unwrap_or_default()
    }

    /// Puts out the clip lamp of a channel.
    pub(crate) fn forget_clip(&mut self, name: &ChannelName) {
        if let Some(meter) = self.channels.get_mut(name) {
            meter.forget_clip();
        }
    }

    /// Puts out every clip lamp.
    pub(crate) fn forget_clips(&mut self) {
        self.channels.values_mut().for_each(ChannelMeter::forget_clip);
    }
}

fn of_mix(mix: &MixLevel) -> StripLevel {
    let side = |at: usize| LaneLevel {
        pre_peak: mix.peak[at],
        mean_square: mix.mean_square[at],
        reduction_db: mix.stages_db,
        slots_db: mix.slots_db,
        through: mix.through,
        ..LaneLevel::default()
    };
    StripLevel { left: side(0), right: Some(side(1)) }
}

fn of_cue(peaks: [f32; 2]) -> StripLevel {
    let [left, right] = peaks.map(|pre_peak| LaneLevel { pre_peak, ..LaneLevel::default() });
    StripLevel { left, right: Some(right) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fed(peaks: &[(f64, f32)]) -> Bar {
        let mut bar = Bar::default();
        let mut last = 0.0;
        for (at, peak) in peaks {
            bar.feed(*peak, peak * peak / 2.0, *at, (at - last) as f32);
            last = *at;
        }
        bar
    }

    #[test]
    fn a_peak_is_held_for_a_second_and_a_half_and_then_falls() {
        let mut looks: Vec<(f64, f32)> = vec![(0.0, 1.0)];
        looks.extend((1..=140).map(|n| (f64::from(n) * 0.01, 0.0)));
        assert_eq!(fed(&looks).hold_db, 0.0);
        looks.extend((141..=200).map(|n| (f64::from(n) * 0.01, 0.0)));
        let after = fed(&looks).hold_db;
        assert!((-10.5..=-9.0).contains(&after), "{after}");
    }

    #[test]
    fn a_clip_stays_lit_until_it_is_put_out() {
        let bar = fed(&[(0.0, 1.0), (9.0, 0.0)]);
        assert!(bar.clipped);
        assert!(!fed(&[(0.0, 0.99), (9.0, 0.0)]).clipped);
    }

    #[test]
    fn a_meter_whose_interface_went_away_falls_to_rest() {
        let mut bar = Bar::default();
        bar.feed(0.5, 0.1, 0.0, 0.0);
        // Nothing raises the peak any more, and the mean stays what it was.
        (1..=400).for_each(|n| bar.feed(0.0, 0.1, f64::from(n) * 0.01, 0.01));
        assert!(bar.rms_db < -60.0 && bar.peak_db < -60.0, "{bar:?}");
    }

    #[test]
    fn a_gain_reduction_is_seen_whichever_side_has_it_and_falls_slowly() {
        let lane = |db| LaneLevel { reduction_db: [0.0, db, 0.0], slots_db: [0.0, 0.0, db], ..LaneLevel::default() };
        let mut meter = ChannelMeter::default();
        meter.feed(lane(1.0), Some(lane(6.0)), 0.0, 0.0);
        assert_eq!((meter.reductions_db, meter.slots_db), ([0.0, 6.0, 0.0], [0.0, 0.0, 6.0]));
        meter.feed(lane(0.0), Some(lane(0.0)), 0.1, 0.1);
        assert_eq!((meter.reductions_db, meter.slots_db), ([0.0, 4.0, 0.0], [0.0, 0.0, 4.0]));
    }

    proptest! {
        #[test]
        fn no_peak_is_ever_missed(peaks in prop::collection::vec(0.0f32..1.2, 1..50)) {
            let mut bar = Bar::default();
            for (n, peak) in peaks.iter().enumerate() {
                bar.feed(*peak, 0.0, n as f64 / 60.0, 1.0 / 60.0);
                prop_assert!(bar.peak_db >= decibels(*peak) && bar.hold_db >= bar.peak_db);
            }
        }
    }
}
