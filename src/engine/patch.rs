//! What was posted to the engine, which strip has which lanes, and the commands that lead from one desk to the next.

use std::collections::{BTreeMap, BTreeSet};

use korero_dsp::LANES;
use korero_dsp::bank::{Place, Stage};
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::{EFFECTS, denoise};
use korero_dsp::param::ParamId;
use korero_dsp::slot::Kind;

use super::levels::{GROUP_RACK, LaneMap, RETURN_RACK};
use super::mail::{Command, MasterCommand};
use super::rack::LaneRef;
use super::removed::{Source, Whose};
use super::setting::{ChainSetting, LaneSetting, MasterSetting, Setting, SlotSetting, each_value};
use super::ways::WAYS;
use crate::desk::address::{ChannelName, SlotName, kind};
use crate::desk::{StripId, StripInput};
use crate::limits::{GROUPS, MAX_LANES, SAMPLE_RATE};

/// A lane as the control thread sees it.
#[derive(Clone, Copy, Default)]
struct Lane {
    taken: bool,
    /// Releases that the engine has not answered yet: while there are any, the lane may still sound.
    releases: u16,
}

/// A strip that plays.
#[derive(Clone, PartialEq, Debug)]
struct Playing {
    first: usize,
    source: StripInput,
    lanes: Vec<(LaneSetting, Option<LaneRef>)>,
}

/// Effects that stand in the slots of a rack; the mix bus is the rack [`MIX`].
type Installed = BTreeSet<(u8, Place, Kind)>;
const MIX: u8 = u8::MAX;

/// What was posted to the engine.
#[derive(Clone)]
pub(super) struct Patch {
    strips: BTreeMap<StripId, Playing>,
    buses: Vec<LaneSetting>,
    master: Option<MasterSetting>,
    installed: Installed,
    /// When each denoised lane does its work.
    phases: BTreeMap<(Target, Place), u16>,
    /// Where is heard what is taken away.
    removed: Option<Source>,
    lanes: [Lane; MAX_LANES],
}

/// Where the values of a chain go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Lane(u8),
    Mix,
}

impl Patch {
    pub(super) fn new() -> Self {
        Self {
            strips: BTreeMap::new(),
            buses: Vec::new(),
            master: None,
            installed: Installed::new(),
            phases: BTreeMap::new(),
            removed: None,
            lanes: [Lane::default(); MAX_LANES],
        }
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
        let lanes = |(id, strip): (&StripId, &Playing)| {
            (id.clone(), (strip.first, (strip.lanes.len() == 2).then_some(strip.first + 1)))
        };
        self.strips.iter().map(lanes).collect()
    }

    /// The commands that lead to `wanted`, and this patch after them. A strip for which no lane is free yet is left
    /// for the next time. `silent` says that nothing was played yet, so that a lane need not glide to silence first.
    pub(super) fn toward(&self, wanted: &Setting, silent: bool) -> (Self, Vec<Command>) {
        let (mut next, mut commands) = (self.clone(), Vec::new());
        next.release_strips(wanted, &mut commands);
        for (id, setting) in &wanted.strips {
            if !next.strips.contains_key(id) {
                let Some(first) = next.free_lanes(setting.lanes.len(), silent) else { continue };
                let lanes = next.take_lanes(first, setting.source, &mut commands);
                next.strips.insert(id.clone(), Playing { first, source: setting.source, lanes });
            }
        }
        next.install(wanted, &mut commands);
        next.turn_strips(wanted, &mut commands);
        next.turn_buses(wanted, &mut commands);
        next.turn_master(wanted, &mut commands);
        next.spread(wanted, &mut commands);
        next.uninstall(wanted, &mut commands);
        next.hear_removed(wanted, &mut commands);
        (next, commands)
    }

    /// Strips that are gone or are fed by other inputs leave their lanes.
    fn release_strips(&mut self, wanted: &Setting, commands: &mut Vec<Command>) {
        let lanes = &mut self.lanes;
        self.strips.retain(|id, playing| {
            let stays = wanted.strips.iter().any(|(other, wish)| other == id && wish.source == playing.source);
            for lane in (playing.first..playing.first + playing.lanes.len()).filter(|_| !stays) {
                lanes[lane].taken = false;
                lanes[lane].releases += 1;
                commands.push(Command::Release { lane: lane as u8 });
            }
            stays
        });
    }

    /// Pairs begin on even lanes, so that they never lie in two banks and may be linked.
    fn free_lanes(&self, count: usize, silent: bool) -> Option<usize> {
        let free = |lane: &Lane| !lane.taken && (silent || lane.releases == 0);
        (0..MAX_LANES).step_by(count).find(|first| self.lanes[*first..first + count].iter().all(free))
    }

    /// Feeds lanes that were free; each begins at rest.
    fn take_lanes(
        &mut self,
        first: usize,
        source: StripInput,
        commands: &mut Vec<Command>,
    ) -> Vec<(LaneSetting, Option<LaneRef>)> {
        let inputs = match source {
            StripInput::Mono(input) => vec![input],
            StripInput::Stereo(left, right) => vec![left, right],
        };
        let take = |(at, input): (usize, u8)| {
            self.lanes[first + at].taken = true;
            commands.push(Command::Assign { lane: (first + at) as u8, input: input - 1 });
            (LaneSetting::rest(), None)
        };
        inputs.into_iter().enumerate().map(take).collect()
    }

    /// The lane that a side-chain listens to: the same side of a stereo strip, or its only lane.
    fn key_lane(&self, key: Option<&StripId>, side: usize) -> Option<LaneRef> {
        let playing = self.strips.get(key?)?;
        let lane = playing.first + side.min(playing.lanes.len() - 1);
        Some(LaneRef { rack: (lane / LANES) as u8, lane: (lane % LANES) as u8 })
    }

    fn turn_strips(&mut self, wanted: &Setting, commands: &mut Vec<Command>) {
        for (id, setting) in &wanted.strips {
            let Some(playing) = self.strips.get(id) else { continue };
            let (first, mut turned) = (playing.first, Vec::with_capacity(2));
            for (side, (before, listened)) in playing.lanes.iter().enumerate() {
                let (lane, wish) = ((first + side) as u8, &setting.lanes[side]);
                turn_lane(lane, before, wish, commands);
                let to = self.key_lane(setting.key.as_ref(), side);
                if to != *listened {
                    commands.push(Command::Listen { lane, to });
                }
                turned.push((wish.clone(), to));
            }
            if let Some(playing) = self.strips.get_mut(id) {
                playing.lanes = turned;
            }
        }
    }

    fn turn_buses(&mut self, wanted: &Setting, commands: &mut Vec<Command>) {
        self.buses.resize_with(wanted.buses.len(), LaneSetting::rest);
        for (at, (before, wish)) in self.buses.iter_mut().zip(&wanted.buses).enumerate() {
            turn_lane(bus_lane(at), before, wish, commands);
            before.clone_from(wish);
        }
    }

    fn turn_master(&mut self, wanted: &Setting, commands: &mut Vec<Command>) {
        let wish = &wanted.master;
        let mut post = |command| commands.push(Command::Master(command));
        let before = self.master.take();
        let before = before.as_ref();
        if before.map(|master| master.level) != Some(wish.level) {
            post(MasterCommand::Level(wish.level));
        }
        for (cue, gain) in wish.cues.iter().enumerate().filter(|(at, gain)| before.map(|b| b.cues[*at]) != Some(**gain))
        {
            post(MasterCommand::CueLevel { cue: cue as u8, gain: *gain });
        }
        for (at, value) in wish.limiter.iter().enumerate().filter(|(at, v)| before.map(|b| b.limiter[*at]) != Some(**v))
        {
            post(MasterCommand::Limiter { param: ParamId(at as u8), value: *value });
        }
        for (bus, send) in wish.sources.iter().enumerate().filter(|(at, s)| before.map(|b| b.sources[*at]) != Some(**s))
        {
            post(MasterCommand::Source { bus: bus as u8, send: *send });
        }
        if before.map(|master| master.hold_direct) != Some(wish.hold_direct) {
            post(MasterCommand::HoldDirect(wish.hold_direct));
        }
        if before.map(|master| master.latency) != Some(wish.latency) {
            post(MasterCommand::Latency(wish.latency));
        }
        if before.map(|master| master.tone) != Some(wish.tone) {
            post(MasterCommand::Tone(wish.tone));
        }
        if before.map(|master| master.talk) != Some(wish.talk) {
            post(MasterCommand::Talk { input: wish.talk.0, gain: wish.talk.1 });
        }
        let rest = ChainSetting::rest();
        turn_chain(Target::Mix, before.map_or(&rest, |master| &master.chain), &wish.chain, commands);
        self.master = Some(wish.clone());
    }

    /// Which effects the slots of each rack must hold.
    fn needed(&self, wanted: &Setting) -> Installed {
        let mut needed = Installed::new();
        let mut need = |rack: u8, chain: &ChainSetting| {
            for (place, slot) in Place::ALL.into_iter().zip(&chain.slots) {
                needed.extend(slot.as_ref().map(|(kind, _)| (rack, place, *kind)));
            }
        };
        for (id, setting) in &wanted.strips {
            let Some(playing) = self.strips.get(id) else { continue };
            setting.lanes.iter().for_each(|lane| need((playing.first / LANES) as u8, &lane.chain));
        }
        for (at, lane) in wanted.buses.iter().enumerate() {
            need(bus_lane(at) / LANES as u8, &lane.chain);
        }
        need(MIX, &wanted.master.chain);
        needed
    }

    /// Lanes with a denoiser, and in which slot.
    fn denoised(&self, wanted: &Setting, denoise: Kind) -> Vec<(Target, Place)> {
        let strips = wanted.strips.iter().filter_map(|(id, setting)| {
            let first = self.strips.get(id)?.first as u8;
            Some(
                setting
                    .lanes
                    .iter()
                    .enumerate()
                    .map(move |(side, lane)| (Target::Lane(first + side as u8), &lane.chain)),
            )
        });
        let buses = wanted.buses.iter().enumerate().map(|(at, lane)| (Target::Lane(bus_lane(at)), &lane.chain));
        let chains = strips.flatten().chain(buses).chain([(Target::Mix, &wanted.master.chain)]);
        let with = |slot: &SlotSetting| slot.as_ref().is_some_and(|(kind, _)| *kind == denoise);
        let places = chains.flat_map(|(target, chain)| {
            let slots = Place::ALL.into_iter().zip(&chain.slots).filter(|(_, slot)| with(slot));
            slots.map(move |(place, _)| (target, place))
        });
        places.collect()
    }

    /// Spreads the denoised lanes over the hop, so that few of them compute in one callback.
    fn spread(&mut self, wanted: &Setting, commands: &mut Vec<Command>) {
        let Some(kind) = kind("denoise") else { return };
        let denoised = self.denoised(wanted, kind);
        // The mix bus has two lanes.
        let of = denoised.iter().map(|(target, _)| if *target == Target::Mix { 2 } else { 1 }).sum();
        let (mut at, mut phases) = (0, BTreeMap::new());
        let mut next = || {
            at += 1;
            denoise::phase(at - 1, of) as u16
        };
        for (target, place) in denoised {
            let phase = next();
            let moved = self.phases.get(&(target, place)) != Some(&phase);
            phases.insert((target, place), phase);
            match target {
                Target::Lane(lane) if moved => commands.push(Command::Phase { lane, place, kind, phase }),
                Target::Lane(_) => {}
                Target::Mix => {
                    let right = next();
                    let sides = [(0, phase), (1, right)].into_iter().filter(|_| moved);
                    let post = |(side, phase)| Command::Master(MasterCommand::Phase { side, place, kind, phase });
                    commands.extend(sides.map(post));
                }
            }
        }
        self.phases = phases;
    }

    fn hear_removed(&mut self, wanted: &Setting, commands: &mut Vec<Command>) {
        let source = wanted.removed.as_ref().and_then(|slot| self.source(wanted, slot));
        if std::mem::replace(&mut self.removed, source) != source {
            commands.push(Command::HearRemoved(source));
        }
    }

    /// The lanes of a slot; `None` while nothing is taken away there.
    fn source(&self, wanted: &Setting, slot: &SlotName) -> Option<Source> {
        let bus = |at: usize| Some((Whose::Pair(bus_lane(2 * at)), &wanted.buses.get(2 * at)?.chain));
        let (whose, chain) = match &slot.channel {
            ChannelName::Strip(id) => {
                let first = self.strips.get(id)?.first as u8;
                let (_, strip) = wanted.strips.iter().find(|(other, _)| other == id)?;
                let whose = if strip.lanes.len() == 2 { Whose::Pair(first) } else { Whose::One(first) };
                (whose, &strip.lanes.first()?.chain)
            }
            ChannelName::Group(at) if usize::from(*at) < GROUPS => bus(usize::from(*at))?,
            ChannelName::Return(at) => bus(GROUPS + usize::from(*at))?,
            ChannelName::Mix => (Whose::Mix, &wanted.master.chain),
            ChannelName::Group(_) | ChannelName::Cue(_) | ChannelName::Desk => return None,
        };
        let (kind, _) = chain.slots[slot.place as usize].as_ref()?;
        kind.gives_removed().then_some(Source { whose, place: slot.place })
    }

    fn install(&mut self, wanted: &Setting, commands: &mut Vec<Command>) {
        for (rack, place, kind) in self.needed(wanted) {
            if self.installed.insert((rack, place, kind)) {
                let effect = build(kind);
                commands.push(match rack {
                    MIX => Command::Master(MasterCommand::Install { place, kind, effect }),
                    _ => Command::Install { rack, place, kind, effect },
                });
            }
        }
    }

    fn uninstall(&mut self, wanted: &Setting, commands: &mut Vec<Command>) {
        let needed = self.needed(wanted);
        for (rack, place, kind) in self.installed.iter().filter(|there| !needed.contains(there)) {
            commands.push(match *rack {
                MIX => Command::Master(MasterCommand::Remove { place: *place, kind: *kind }),
                rack => Command::Remove { rack, place: *place, kind: *kind },
            });
        }
        self.installed = needed;
    }
}

impl ChainSetting {
    /// A chain as the engine has it before the first command.
    fn rest() -> Self {
        let stages = Stage::ALL.into_iter().flat_map(Stage::params).map(|param| param.default).collect();
        Self { stages, slots: Default::default() }
    }
}

impl LaneSetting {
    /// A lane as the engine has it before the first command.
    fn rest() -> Self {
        Self { chain: ChainSetting::rest(), fade: 0.0, ways: [0.0; WAYS], hold: 0, late: false }
    }
}

/// The lane of the `at`-th side of all groups and returns.
fn bus_lane(at: usize) -> u8 {
    let lane = if at < 2 * GROUPS { GROUP_RACK * LANES + at } else { RETURN_RACK * LANES + at - 2 * GROUPS };
    lane as u8
}

/// A prepared effect.
fn build(kind: Kind) -> Box<dyn Effect> {
    let mut effect = EFFECTS[usize::from(kind.0)].build();
    effect.prepare(Format { rate: SAMPLE_RATE as f32 });
    effect
}

fn turn_lane(lane: u8, before: &LaneSetting, wish: &LaneSetting, commands: &mut Vec<Command>) {
    turn_chain(Target::Lane(lane), &before.chain, &wish.chain, commands);
    if (wish.hold, wish.late) != (before.hold, before.late) {
        commands.push(Command::Hold { lane, frames: wish.hold, late: wish.late });
    }
    if wish.fade != before.fade {
        commands.push(Command::Fade { lane, gain: wish.fade });
    }
    let changed = wish.ways.iter().zip(before.ways).enumerate().filter(|(_, (wish, before))| *wish != before);
    commands.extend(changed.map(|(way, (gain, _))| Command::Way { lane, way: way as u8, gain: *gain }));
}

fn turn_chain(target: Target, before: &ChainSetting, wish: &ChainSetting, commands: &mut Vec<Command>) {
    let changed = each_value(&wish.stages).zip(&before.stages).filter(|((_, _, wish), before)| wish != *before);
    commands.extend(changed.map(|((stage, param, value), _)| match target {
        Target::Lane(lane) => Command::Turn { lane, stage, param, value },
        Target::Mix => Command::Master(MasterCommand::Turn { stage, param, value }),
    }));
    for ((place, before), wish) in Place::ALL.into_iter().zip(&before.slots).zip(&wish.slots) {
        turn_slot(target, place, before, wish, commands);
    }
}

/// An effect that is newly chosen gets every value, since its box may have served this lane before.
fn turn_slot(target: Target, place: Place, before: &SlotSetting, wish: &SlotSetting, commands: &mut Vec<Command>) {
    let kinds = [before, wish].map(|slot| slot.as_ref().map(|(kind, _)| *kind));
    if let Some((kind, values)) = wish {
        let known = before.as_ref().filter(|(before, _)| before == kind).map(|(_, values)| values);
        let news = values.iter().enumerate().filter(|(at, value)| known.map(|known| known[*at]) != Some(**value));
        commands.extend(news.map(|(at, value)| {
            let (kind, param, value) = (*kind, ParamId(at as u8), *value);
            match target {
                Target::Lane(lane) => Command::TurnSlot { lane, place, kind, param, value },
                Target::Mix => Command::Master(MasterCommand::TurnSlot { place, kind, param, value }),
            }
        }));
    }
    if kinds[0] != kinds[1] {
        commands.push(match target {
            Target::Lane(lane) => Command::Choose { lane, place, kind: kinds[1] },
            Target::Mix => Command::Master(MasterCommand::Choose { place, kind: kinds[1] }),
        });
    }
}

#[cfg(test)]
#[path = "patch_tests.rs"]
mod tests;
