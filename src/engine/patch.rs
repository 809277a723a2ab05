//! What a desk means for lanes, and which strip has which lanes.

use std::collections::BTreeMap;

use korero_dsp::bank::Stage;
use korero_dsp::effects::{highpass, trim};
use korero_dsp::param::ParamId;
use korero_dsp::units::{balance_stereo, db_to_gain, pan_mono};

use super::levels::LaneMap;
use super::mail::{Command, Gains};
use crate::desk::address::FADER;
use crate::desk::{Desk, Strip, StripId, StripInput};
use crate::limits::MAX_LANES;

/// At and below this a fader is closed, dB.
const CLOSED_DB: f32 = -120.0;

/// What one lane plays and how.
#[derive(Clone, Copy, PartialEq, Debug)]
struct LaneSetting {
    /// The input, from 0.
    input: u8,
    stages: [(Stage, ParamId, f32); 4],
    gains: Gains,
}

/// What one strip plays and how.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct StripSetting {
    source: StripInput,
    left: LaneSetting,
    right: Option<LaneSetting>,
}

impl StripSetting {
    fn lanes(&self, first: usize) -> impl Iterator<Item = (u8, LaneSetting)> {
        [Some(self.left), self.right]
            .into_iter()
            .flatten()
            .enumerate()
            .map(move |(at, lane)| ((first + at) as u8, lane))
    }
}

/// Levels of the buses.
#[derive(Clone, Copy, PartialEq, Debug)]
struct BusSetting {
    mix: f32,
    cue: f32,
    ceiling_db: f32,
}

/// A whole desk as the engine knows it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Setting {
    strips: Vec<(StripId, StripSetting)>,
    buses: Option<BusSetting>,
}

impl Setting {
    pub(super) fn of(desk: &Desk) -> Self {
        let soloed = desk.strips.iter().any(|strip| strip.solo);
        let strips = desk.strips.iter().map(|strip| (strip.id.clone(), strip_setting(strip, soloed))).collect();
        let buses = BusSetting {
            mix: fader_gain(desk.mix.fader_db),
            cue: fader_gain(desk.cue.level_db),
            ceiling_db: desk.mix.ceiling_db,
        };
        Self { strips, buses: Some(buses) }
    }
}

fn fader_gain(db: f32) -> f32 {
    let db = FADER.clamp(db);
    if db <= CLOSED_DB { 0.0 } else { db_to_gain(db) }
}

fn strip_setting(strip: &Strip, soloed: bool) -> StripSetting {
    let fade = if strip.mute { 0.0 } else { fader_gain(strip.fader_db) };
    // After the fader, or, while any strip is soloed, before it and in the centre.
    let cue = |pan: [f32; 2], centre: [f32; 2]| match (soloed, strip.solo) {
        (false, _) => pan.map(|side| side * fade),
        (true, true) => centre,
        (true, false) => [0.0; 2],
    };
    let lane = |input: u8, pan: [f32; 2], centre: [f32; 2]| LaneSetting {
        input: input - 1,
        stages: stages(strip),
        gains: Gains { fade, pan, cue: cue(pan, centre) },
    };
    match strip.input {
        StripInput::Mono(input) => {
            StripSetting { source: strip.input, left: lane(input, pan_mono(strip.pan), pan_mono(0.0)), right: None }
        }
        StripInput::Stereo(left, right) => {
            let [to_left, to_right] = balance_stereo(strip.pan);
            StripSetting {
                source: strip.input,
                left: lane(left, [to_left, 0.0], [1.0, 0.0]),
                right: Some(lane(right, [0.0, to_right], [0.0, 1.0])),
            }
        }
    }
}

fn stages(strip: &Strip) -> [(Stage, ParamId, f32); 4] {
    let switch = |on: bool| f32::from(u8::from(on));
    [
        (Stage::Trim, trim::GAIN, strip.trim_db),
        (Stage::Trim, trim::INVERT, switch(strip.invert)),
        (Stage::Highpass, highpass::ON, switch(strip.highpass_on)),
        (Stage::Highpass, highpass::FREQ, strip.highpass_hz),
    ]
}

/// A lane as the control thread sees it.
#[derive(Clone, Copy, Default)]
struct Lane {
    taken: bool,
    /// Releases that the engine has not answered yet: while there are any, the lane may still sound.
    releases: u16,
}

/// What was posted to the engine.
#[derive(Clone)]
pub(super) struct Patch {
    strips: BTreeMap<StripId, (usize, StripSetting)>,
    buses: Option<BusSetting>,
    lanes: [Lane; MAX_LANES],
}

impl Patch {
    pub(super) fn new() -> Self {
        Self { strips: BTreeMap::new(), buses: None, lanes: [Lane::default(); MAX_LANES] }
    }

    /// The engine answered one release.
    pub(super) fn released(&mut self, lane: u8) {
        let lane = &mut self.lanes[usize::from(lane)];
        lane.releases = lane.releases.saturating_sub(1);
    }

    /// Whether every strip that is wanted has its lanes.
    pub(super) fn has_reached(&self, wanted: &Setting) -> bool {
        wanted.strips.iter().all(|(id, _)| self.strips.contains_key(id))
    }

    /// Which lanes the strips have.
    pub(super) fn map(&self) -> LaneMap {
        let lanes = |(id, (first, setting)): (&StripId, &(usize, StripSetting))| {
            (id.clone(), (*first, setting.right.map(|_| first + 1)))
        };
        self.strips.iter().map(lanes).collect()
    }

    /// The commands that lead to `wanted`, and this patch after them. A strip for which no lane is free yet is left
    /// for the next time. `silent` says that nothing was played yet, so that a lane need not glide to silence first.
    pub(super) fn toward(&self, wanted: &Setting, silent: bool) -> (Self, Vec<Command>) {
        let (mut next, mut commands) = (self.clone(), Vec::new());
        next.release_strips(wanted, &mut commands);
        for (id, setting) in &wanted.strips {
            match next.strips.get(id).copied() {
                Some((first, before)) => turn(first, &before, setting, &mut commands),
                None if !next.assign(id, setting, silent, &mut commands) => continue,
                None => {}
            }
            if let Some((_, posted)) = next.strips.get_mut(id) {
                *posted = *setting;
            }
        }
        next.set_buses(wanted.buses, &mut commands);
        (next, commands)
    }

    /// Strips that are gone or are fed by other inputs leave their lanes.
    fn release_strips(&mut self, wanted: &Setting, commands: &mut Vec<Command>) {
        let stays = |id: &StripId, setting: &StripSetting| {
            wanted.strips.iter().any(|(other, wish)| other == id && wish.source == setting.source)
        };
        let lanes = &mut self.lanes;
        self.strips.retain(|id, (first, setting)| {
            let stays = stays(id, setting);
            for (lane, _) in setting.lanes(*first).filter(|_| !stays) {
                lanes[usize::from(lane)].taken = false;
                lanes[usize::from(lane)].releases += 1;
                commands.push(Command::Release { lane });
            }
            stays
        });
    }

    fn assign(&mut self, id: &StripId, setting: &StripSetting, silent: bool, commands: &mut Vec<Command>) -> bool {
        let count = setting.source.lanes();
        let free = |lane: &Lane| !lane.taken && (silent || lane.releases == 0);
        // Pairs begin on even lanes, so that they never lie in two banks.
        let Some(first) =
            (0..MAX_LANES).step_by(count).find(|first| self.lanes[*first..first + count].iter().all(free))
        else {
            return false;
        };
        for (lane, wish) in setting.lanes(first) {
            self.lanes[usize::from(lane)].taken = true;
            commands.push(Command::Assign { lane, input: wish.input });
            let turns = wish.stages.into_iter();
            commands.extend(turns.map(|(stage, param, value)| Command::Turn { lane, stage, param, value }));
            commands.push(Command::Route { lane, gains: wish.gains });
        }
        self.strips.insert(id.clone(), (first, *setting));
        true
    }

    fn set_buses(&mut self, wanted: Option<BusSetting>, commands: &mut Vec<Command>) {
        let Some(wish) = wanted.filter(|_| wanted != self.buses) else { return };
        commands.push(Command::Levels { mix: wish.mix, cue: wish.cue });
        commands.push(Command::Ceiling(wish.ceiling_db));
        self.buses = wanted;
    }
}

fn turn(first: usize, before: &StripSetting, wish: &StripSetting, commands: &mut Vec<Command>) {
    for ((lane, wish), (_, before)) in wish.lanes(first).zip(before.lanes(first)) {
        let changed = wish.stages.into_iter().zip(before.stages).filter(|(wish, before)| wish != before);
        commands.extend(changed.map(|((stage, param, value), _)| Command::Turn { lane, stage, param, value }));
        if wish.gains != before.gains {
            commands.push(Command::Route { lane, gains: wish.gains });
        }
    }
}
