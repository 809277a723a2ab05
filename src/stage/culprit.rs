//! Which strip a ring goes through: for a moment all racks are tapped, and the strip that brings the most of that frequency
//! into the mix is the one whose microphone hears the loudspeaker.

use std::f64::consts::TAU;

use korero_dsp::LANES;
use korero_dsp::ring::Ring;
use korero_dsp::units::db_to_gain;

use crate::desk::address::ChannelName;
use crate::desk::channel::{Channel, Control};
use crate::desk::{Desk, StripId};
use crate::engine::levels::{LanePlace, Levels};
use crate::engine::{EngineHandle, TapReader, TapSource};
use crate::limits::{METER_TAP, SAMPLE_RATE};

/// Frames that are compared: 170 ms, so that tones 6 Hz apart are told apart.
const FRAMES: usize = 8_192;

/// What the loudest strip has over the next to be named, in power: 3 dB.
const CLEARLY: f64 = 2.0;

/// A search that is under way.
pub(super) struct Search {
    pub(super) ring: Ring,
    racks: Vec<Rack>,
    /// What is left to be heard may stay away with the interface: looks until the search is given up.
    patience: u32,
}

/// One rack and how much of the frequency each lane has.
struct Rack {
    rack: u8,
    tap: TapReader,
    tones: [Tone; LANES],
    frames: usize,
}

/// Goertzel's recursion: the amount of one frequency in a stretch of sound.
#[derive(Clone, Copy, Default)]
struct Tone {
    last: f64,
    before: f64,
}

impl Tone {
    fn hear(&mut self, sample: f32, coefficient: f64) {
        let now = f64::from(sample) + coefficient * self.last - self.before;
        (self.before, self.last) = (self.last, now);
    }

    fn power(&self, coefficient: f64) -> f64 {
        self.last * self.last + self.before * self.before - coefficient * self.last * self.before
    }
}

impl Search {
    /// Begins to listen to every rack that a strip of `desk` lies in; `None` when they cannot be tapped.
    pub(super) fn begin(ring: Ring, engine: &mut EngineHandle, desk: &Desk) -> Option<Self> {
        let levels = engine.levels();
        let mut names: Vec<u8> = places(desk, &levels).map(|(_, place)| place.rack).collect();
        names.sort_unstable();
        names.dedup();
        let open = |rack| {
            let tap = engine.open_tap(TapSource::Rack(rack), METER_TAP).ok()?;
            Some(Rack { rack, tap, tones: [Tone::default(); LANES], frames: 0 })
        };
        let racks = names.into_iter().map(open).collect::<Option<Vec<_>>>()?;
        Some(Self { ring, racks, patience: 50 })
    }

    /// Hears what came; `true` once enough was heard, or nothing comes.
    pub(super) fn look(&mut self) -> bool {
        self.patience = self.patience.saturating_sub(1);
        let coefficient = coefficient(&self.ring);
        let mut sound = Vec::new();
        for rack in &mut self.racks {
            while rack.frames < FRAMES && rack.tap.read(&mut sound).is_some() {
                for frame in sound.chunks_exact(LANES).take(FRAMES - rack.frames) {
                    rack.tones.iter_mut().zip(frame).for_each(|(tone, sample)| tone.hear(*sample, coefficient));
                    rack.frames += 1;
                }
            }
        }
        self.patience == 0 || self.racks.iter().all(|rack| rack.frames >= FRAMES)
    }

    /// The strip that brings the most of it into the mix; `None` when none brings any, or another brings nearly as much: a wrong
    /// name would have the wrong microphone turned down.
    pub(super) fn strip(&self, desk: &Desk, levels: &Levels) -> Option<StripId> {
        let coefficient = coefficient(&self.ring);
        let power = |place: LanePlace| {
            let rack = self.racks.iter().find(|rack| rack.rack == place.rack);
            let lane = |lane: usize| rack.map_or(0.0, |rack| rack.tones[lane].power(coefficient));
            lane(place.left) + place.right.map_or(0.0, lane)
        };
        let mut brought: Vec<_> = places(desk, levels)
            .map(|(id, place)| (power(place) * desk.strip(&id).map_or(0.0, |strip| to_mix(desk, &strip.channel)), id))
            .filter(|(power, _)| *power > 0.0)
            .collect();
        brought.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let next = brought.get(1).map_or(0.0, |(power, _)| *power);
        brought.into_iter().next().filter(|(most, _)| *most > next * CLEARLY).map(|(_, id)| id)
    }
}

fn coefficient(ring: &Ring) -> f64 {
    2.0 * (TAU * f64::from(ring.freq) / f64::from(SAMPLE_RATE)).cos()
}

/// What the faders leave of a strip in the mix, its own and that of the group it goes to, in power.
fn to_mix(desk: &Desk, strip: &Channel) -> f64 {
    let fader = |channel: &Channel| {
        if channel.mute() { 0.0 } else { f64::from(db_to_gain(channel.level_db())).powi(2) }
    };
    let group = match strip.value(Control::GROUP) as usize {
        0 => None,
        group => desk.groups.get(group - 1),
    };
    fader(strip) * group.map_or(1.0, |group| fader(&group.channel))
}

/// Where the strips lie that are played.
fn places<'a>(desk: &'a Desk, levels: &'a Levels) -> impl Iterator<Item = (StripId, LanePlace)> + 'a {
    desk.strips.iter().filter_map(|strip| {
        let place = levels.place(&ChannelName::Strip(strip.id.clone()))?;
        Some((strip.id.clone(), place))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;

    /// Plays tones of these frequencies and gains, one on each input.
    fn play(engine: &mut engine::Engine, tones: [(f64, f64); 3]) {
        let sample = |at: usize, (freq, gain): (f64, f64)| {
            (gain * (TAU * freq * at as f64 / f64::from(SAMPLE_RATE)).sin()) as f32
        };
        let sound: Vec<f32> = (0..2 * FRAMES).flat_map(|at| tones.map(|tone| sample(at, tone))).collect();
        sound.chunks(3 * 480).for_each(|block| engine.process(block, 3));
    }

    #[test]
    fn the_strip_that_brings_a_ring_into_the_mix_is_found_though_others_are_louder_or_only_hear_it() {
        let mut desk = three();
        desk.strips[2].channel.set(Control::FADER, -40.0);
        // The first is louder at another frequency; the third hears the ring as loudly and has its fader down.
        assert_eq!(blamed(&desk, [(300.0, 0.5), (2_500.0, 0.1), (2_500.0, 0.1)]), Some(1));
    }

    #[test]
    fn a_strip_whose_group_is_down_or_muted_is_not_blamed() {
        for (control, value) in [(Control::FADER, -40.0), (Control::MUTE, 1.0)] {
            let mut desk = three();
            desk.strips[2].channel.set(Control::GROUP, 2.0);
            desk.groups[1].channel.set(control, value);
            assert_eq!(blamed(&desk, [(300.0, 0.5), (2_500.0, 0.1), (2_500.0, 0.3)]), Some(1), "{control:?}");
        }
    }

    #[test]
    fn of_two_strips_that_bring_nearly_as_much_none_is_blamed() {
        assert_eq!(blamed(&three(), [(300.0, 0.5), (2_500.0, 0.1), (2_500.0, 0.12)]), None);
        assert_eq!(blamed(&three(), [(300.0, 0.5), (2_500.0, 0.1), (2_500.0, 0.16)]), Some(2));
    }

    fn three() -> Desk {
        Desk::for_inputs(3, |n| n.to_string())
    }

    /// The place of the strip that a ring at 2.5 kHz is told of, when these tones are played.
    fn blamed(desk: &Desk, tones: [(f64, f64); 3]) -> Option<usize> {
        let (mut engine, mut handle) = engine::new(uuid::Uuid::nil());
        handle.set_desk(desk).expect("it fits");
        engine.begin(0);
        let ring = Ring { freq: 2_500.0, level_db: -20.0 };
        let mut search = Search::begin(ring, &mut handle, desk).expect("there is room for a tap");
        assert!(!search.look());
        play(&mut engine, tones);
        assert!(search.look());
        let id = search.strip(desk, &handle.levels())?;
        desk.strips.iter().position(|strip| strip.id == id)
    }

    #[test]
    fn a_search_ends_although_no_sound_comes_any_more() {
        let desk = Desk::for_inputs(1, |n| n.to_string());
        let (_engine, mut handle) = engine::new(uuid::Uuid::nil());
        handle.set_desk(&desk).expect("it fits");
        let ring = Ring { freq: 1_000.0, level_db: -20.0 };
        let mut search = Search::begin(ring, &mut handle, &desk).expect("there is room for a tap");
        assert!((0..200).any(|_| search.look()));
        assert_eq!(search.strip(&desk, &handle.levels()), None);
    }
}
