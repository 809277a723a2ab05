//! Meters as atomics. The audio thread raises (`fetch_max`), the one reader takes (`swap` with 0): no peak between two
//! looks is ever missed, and nobody waits.

use std::array;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use arc_swap::ArcSwap;

use korero_dsp::LANES;
pub use korero_dsp::bank::METERED;
use korero_dsp::bank::Place;

use crate::desk::StripId;
use crate::desk::address::ChannelName;
use crate::limits::{CUES, MAX_BANKS, MAX_INPUTS};

/// Slots of a channel.
pub const SLOTS: usize = Place::ALL.len();
/// The rack of the groups, after those of the strips.
pub(super) const GROUP_RACK: usize = MAX_BANKS;
/// The rack of the returns.
pub(super) const RETURN_RACK: usize = MAX_BANKS + 1;
/// All racks.
pub(super) const RACKS: usize = MAX_BANKS + 2;
const METERS: usize = RACKS * LANES;

/// A peak: linear, 1.0 is full scale. The bits of non-negative floats order like the floats themselves, which makes
/// `fetch_max` a maximum of sound.
#[derive(Default)]
struct Peak(AtomicU32);

impl Peak {
    fn raise(&self, value: f32) {
        // Mostly it was louder before; looking is much cheaper than raising. The reader takes what was seen here, or more.
        if value > 0.0 && value.to_bits() > self.0.load(Ordering::Relaxed) {
            self.0.fetch_max(value.to_bits(), Ordering::Relaxed);
        }
    }

    fn take(&self) -> f32 {
        f32::from_bits(self.0.swap(0, Ordering::Relaxed))
    }
}

/// A value of which only the latest counts.
#[derive(Default)]
struct Latest(AtomicU32);

impl Latest {
    fn put(&self, value: f32) {
        self.0.store(value.to_bits(), Ordering::Relaxed);
    }

    fn get(&self) -> f32 {
        f32::from_bits(self.0.load(Ordering::Relaxed))
    }
}

/// Which lanes a strip has: the first, and the second of a stereo strip.
pub(super) type LaneMap = BTreeMap<StripId, (usize, Option<usize>)>;

/// Where a channel lies in the engine, for whoever taps [`super::TapSource::Rack`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LanePlace {
    /// The rack.
    pub rack: u8,
    /// Its only or left lane there.
    pub left: usize,
    /// Its right lane there.
    pub right: Option<usize>,
}

impl LanePlace {
    /// Puts the one or two lanes of a channel, out of those of its rack as a tap gives them, into `sound`, interleaved.
    pub fn pick(&self, rack: &[f32], sound: &mut Vec<f32>) {
        sound.clear();
        for frame in rack.chunks_exact(LANES) {
            sound.push(frame[self.left]);
            sound.extend(self.right.map(|right| frame[right]));
        }
    }
}

/// How loud one lane was. Linear, 1.0 is full scale.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct LaneLevel {
    /// The highest sample after trim, before high-pass and fader, since the last look.
    pub pre_peak: f32,
    /// The highest sample after fader and mute, before pan, since the last look.
    pub post_peak: f32,
    /// The mean square before the fader, over about 300 ms; its square root is the RMS.
    pub mean_square: f32,
    /// The deepest gain reduction at each stage of [`METERED`] since the last look, dB ≥ 0.
    pub reduction_db: [f32; METERED.len()],
    /// The deepest gain reduction by the effect in each slot since the last look, dB ≥ 0.
    pub slots_db: [f32; SLOTS],
    /// The highest samples that came into and that left what may take level away, since the last look.
    pub through: Throughs,
}

/// The highest samples into and out of each stage of [`METERED`] and each slot. Linear, 1.0 is full scale; 0 of what rests.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Throughs {
    /// Of each stage.
    pub stages: [[f32; 2]; METERED.len()],
    /// Of each slot.
    pub slots: [[f32; 2]; SLOTS],
}

impl Throughs {
    /// The louder of both, of each.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        let ours = self.stages.iter_mut().chain(&mut self.slots).flatten();
        let theirs = other.stages.iter().chain(&other.slots).flatten();
        ours.zip(theirs).for_each(|(ours, theirs)| *ours = ours.max(*theirs));
        self
    }
}

/// [`Throughs`] as meters.
#[derive(Default)]
struct ThroughMeters {
    stages: [[Peak; 2]; METERED.len()],
    slots: [[Peak; 2]; SLOTS],
}

impl ThroughMeters {
    fn raise(&self, seen: &Throughs) {
        let meters = self.stages.iter().chain(&self.slots).flatten();
        meters.zip(seen.stages.iter().chain(&seen.slots).flatten()).for_each(|(meter, peak)| meter.raise(*peak));
    }

    fn take(&self) -> Throughs {
        let both = |meters: &[Peak; 2]| meters.each_ref().map(Peak::take);
        Throughs { stages: self.stages.each_ref().map(both), slots: self.slots.each_ref().map(both) }
    }
}

/// How loud one strip was.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct StripLevel {
    /// The only lane of a mono strip, the left one of a stereo strip.
    pub left: LaneLevel,
    /// The right lane of a stereo strip.
    pub right: Option<LaneLevel>,
}

/// How loud the mix was, after the limiter. Linear, 1.0 is full scale.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct MixLevel {
    /// The highest sample of left and right since the last look.
    pub peak: [f32; 2],
    /// The mean square of left and right over about 300 ms.
    pub mean_square: [f32; 2],
    /// The deepest gain reduction of the limiter since the last look, dB ≥ 0.
    pub reduction_db: f32,
    /// The deepest gain reduction at each stage of [`METERED`] since the last look, dB ≥ 0.
    pub stages_db: [f32; METERED.len()],
    /// The deepest gain reduction by the effect in each slot since the last look, dB ≥ 0.
    pub slots_db: [f32; SLOTS],
    /// The highest samples that came into and that left what may take level away, since the last look.
    pub through: Throughs,
}

/// All meters. Each `take_…` empties what it takes, so there is one reader for the meters of strips, mix and cue (the
/// window) and one for those of the inputs.
pub struct Levels {
    pre_peak: [Peak; METERS],
    post_peak: [Peak; METERS],
    mean_square: [Latest; METERS],
    stages_db: [[Peak; METERED.len()]; METERS],
    slots_db: [[Peak; SLOTS]; METERS],
    through: [ThroughMeters; METERS],
    mix_through: ThroughMeters,
    mix_stages_db: [Peak; METERED.len()],
    mix_slots_db: [Peak; SLOTS],
    mix_peak: [Peak; 2],
    mix_mean_square: [Latest; 2],
    reduction_db: Peak,
    cue_peak: [Peak; 2 * CUES],
    inputs: [Peak; MAX_INPUTS],
    map: ArcSwap<LaneMap>,
}

impl Default for Levels {
    fn default() -> Self {
        Self {
            pre_peak: array::from_fn(|_| Peak::default()),
            post_peak: array::from_fn(|_| Peak::default()),
            mean_square: array::from_fn(|_| Latest::default()),
            stages_db: array::from_fn(|_| Default::default()),
            slots_db: array::from_fn(|_| Default::default()),
            through: array::from_fn(|_| ThroughMeters::default()),
            mix_through: ThroughMeters::default(),
            mix_stages_db: Default::default(),
            mix_slots_db: Default::default(),
            mix_peak: Default::default(),
            mix_mean_square: Default::default(),
            reduction_db: Peak::default(),
            cue_peak: Default::default(),
            inputs: array::from_fn(|_| Peak::default()),
            map: ArcSwap::default(),
        }
    }
}

impl Levels {
    /// Takes the meters of a strip; `None` when the engine does not play it (yet).
    #[must_use]
    pub fn take_strip(&self, strip: &StripId) -> Option<StripLevel> {
        let (left, right) = *self.map.load().get(strip)?;
        Some(StripLevel { left: self.take_lane(left), right: right.map(|lane| self.take_lane(lane)) })
    }

    fn take_lane(&self, lane: usize) -> LaneLevel {
        LaneLevel {
            pre_peak: self.pre_peak[lane].take(),
            post_peak: self.post_peak[lane].take(),
            mean_square: self.mean_square[lane].get(),
            reduction_db: array::from_fn(|at| self.stages_db[lane][at].take()),
            slots_db: array::from_fn(|at| self.slots_db[lane][at].take()),
            through: self.through[lane].take(),
        }
    }

    /// Where a strip, a group or a return lies now; `None` for other channels, and for a strip that is not played (yet).
    #[must_use]
    pub fn place(&self, channel: &ChannelName) -> Option<LanePlace> {
        let (left, right) = match channel {
            ChannelName::Strip(id) => *self.map.load().get(id)?,
            ChannelName::Group(at) => Self::pair(GROUP_RACK, *at),
            ChannelName::Return(at) => Self::pair(RETURN_RACK, *at),
            ChannelName::Mix | ChannelName::Cue(_) | ChannelName::Desk => return None,
        };
        Some(LanePlace { rack: (left / LANES) as u8, left: left % LANES, right: right.map(|right| right % LANES) })
    }

    fn pair(rack: usize, at: u8) -> (usize, Option<usize>) {
        let left = rack * LANES + 2 * usize::from(at);
        (left, Some(left + 1))
    }

    /// Takes the meters of a group, from 0.
    #[must_use]
    pub fn take_group(&self, at: usize) -> StripLevel {
        self.take_pair(GROUP_RACK * LANES + 2 * at)
    }

    /// Takes the meters of a return, from 0.
    #[must_use]
    pub fn take_return(&self, at: usize) -> StripLevel {
        self.take_pair(RETURN_RACK * LANES + 2 * at)
    }

    fn take_pair(&self, left: usize) -> StripLevel {
        StripLevel { left: self.take_lane(left), right: Some(self.take_lane(left + 1)) }
    }

    /// Takes the meters of the mix.
    #[must_use]
    pub fn take_mix(&self) -> MixLevel {
        MixLevel {
            peak: [self.mix_peak[0].take(), self.mix_peak[1].take()],
            mean_square: [self.mix_mean_square[0].get(), self.mix_mean_square[1].get()],
            reduction_db: self.reduction_db.take(),
            stages_db: array::from_fn(|at| self.mix_stages_db[at].take()),
            slots_db: array::from_fn(|at| self.mix_slots_db[at].take()),
            through: self.mix_through.take(),
        }
    }

    /// Takes the highest samples of a headphone mix (from 0), left and right.
    #[must_use]
    pub fn take_cue(&self, cue: usize) -> [f32; 2] {
        [self.cue_peak[2 * cue].take(), self.cue_peak[2 * cue + 1].take()]
    }

    /// Takes the highest sample of an input, numbered from 1 as on the interface; 0 for one that does not exist.
    #[must_use]
    pub fn take_input(&self, input: u8) -> f32 {
        let index = usize::from(input).checked_sub(1);
        index.and_then(|index| self.inputs.get(index)).map_or(0.0, Peak::take)
    }

    pub(super) fn raise_lane(&self, lane: usize, level: LaneLevel) {
        self.pre_peak[lane].raise(level.pre_peak);
        self.post_peak[lane].raise(level.post_peak);
        self.mean_square[lane].put(level.mean_square);
        self.stages_db[lane].iter().zip(level.reduction_db).for_each(|(meter, db)| meter.raise(db));
        self.slots_db[lane].iter().zip(level.slots_db).for_each(|(meter, db)| meter.raise(db));
        self.through[lane].raise(&level.through);
    }

    pub(super) fn raise_mix(&self, level: MixLevel) {
        for side in 0..2 {
            self.mix_peak[side].raise(level.peak[side]);
            self.mix_mean_square[side].put(level.mean_square[side]);
        }
        self.reduction_db.raise(level.reduction_db);
        self.mix_stages_db.iter().zip(level.stages_db).for_each(|(meter, db)| meter.raise(db));
        self.mix_slots_db.iter().zip(level.slots_db).for_each(|(meter, db)| meter.raise(db));
        self.mix_through.raise(&level.through);
    }

    pub(super) fn raise_cues(&self, peaks: [f32; 2 * CUES]) {
        self.cue_peak.iter().zip(peaks).for_each(|(meter, peak)| meter.raise(peak));
    }

    pub(super) fn raise_input(&self, index: usize, peak: f32) {
        self.inputs[index].raise(peak);
    }

    /// Says which lanes belong to which strips. Control thread.
    pub(super) fn publish_map(&self, map: LaneMap) {
        self.map.store(Arc::new(map));
    }
}
