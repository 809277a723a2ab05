//! What a desk means for the engine: for every lane its chain, its gains and how long it waits for the others.

use std::sync::OnceLock;

use korero_dsp::bank::{Place, Stage};
use korero_dsp::effect::{EffectSpec, Format};
use korero_dsp::effects::EFFECTS;
use korero_dsp::generator::Sound;
use korero_dsp::param::{ParamId, ParamSpec};
use korero_dsp::slot::Kind;
use korero_dsp::units::{PanLaw, balance_stereo, db_to_gain, pan_by_law, pan_mono};

use super::mail::ToneSetting;
use super::ways::{TO_CUES, TO_GROUPS, TO_MIX, TO_SENDS, WAYS};
use crate::desk::address::SlotName;
use crate::desk::channel::{Channel, Control, LEVEL, Section};
use crate::desk::{Bus, Desk, Strip, StripId, StripInput};
use crate::limits::{CUES, GROUPS, RETURNS, SAMPLE_RATE, SENDS};

/// At and below this a fader is closed, dB.
const CLOSED_DB: f32 = -120.0;

/// An effect in a slot and its values.
pub(super) type SlotSetting = Option<(Kind, Box<[f32]>)>;

/// The chain of one lane.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct ChainSetting {
    /// The values of all stages, one after the other.
    pub(super) stages: Box<[f32]>,
    pub(super) slots: [SlotSetting; Place::ALL.len()],
}

/// What one lane plays and how.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct LaneSetting {
    pub(super) chain: ChainSetting,
    pub(super) fade: f32,
    pub(super) ways: [f32; WAYS],
    pub(super) hold: u16,
    pub(super) late: bool,
}

/// What one strip plays and how.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct StripSetting {
    pub(super) source: StripInput,
    pub(super) key: Option<StripId>,
    /// The only lane, or left and right.
    pub(super) lanes: Vec<LaneSetting>,
}

/// What the end of the desk is set to.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct MasterSetting {
    pub(super) chain: ChainSetting,
    pub(super) level: f32,
    pub(super) cues: [f32; CUES],
    pub(super) limiter: Box<[f32]>,
    pub(super) hold_direct: u16,
    pub(super) latency: u32,
    /// The engineer's microphone (from 0) and its gain.
    pub(super) talk: (u8, f32),
    /// Which send each return listens to, from 0.
    pub(super) sources: [u8; RETURNS],
    pub(super) tone: ToneSetting,
}

/// A whole desk as the engine knows it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Setting {
    pub(super) strips: Vec<(StripId, StripSetting)>,
    /// The lanes of the groups, then those of the returns.
    pub(super) buses: Vec<LaneSetting>,
    pub(super) master: MasterSetting,
    /// The slot of which is heard what it takes away; no part of a desk.
    pub(super) removed: Option<SlotName>,
}

/// The values of one stage with their names.
pub(super) fn each_value(stages: &[f32]) -> impl Iterator<Item = (Stage, ParamId, f32)> + '_ {
    let names =
        Stage::ALL.into_iter().flat_map(|stage| (0..stage.params().len()).map(move |at| (stage, ParamId(at as u8))));
    names.zip(stages).map(|((stage, param), value)| (stage, param, *value))
}

/// By how many frames an effect makes its sound later.
fn latency(kind: Kind) -> usize {
    static KNOWN: OnceLock<Vec<OnceLock<usize>>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| EFFECTS.iter().map(|_| OnceLock::new()).collect());
    let Some(cell) = known.get(usize::from(kind.0)) else { return 0 };
    *cell.get_or_init(|| {
        let mut effect = EFFECTS[usize::from(kind.0)].build();
        effect.prepare(Format { rate: SAMPLE_RATE as f32 });
        effect.latency_frames()
    })
}

/// By how many frames the chain of a channel makes its sound later, bypassed or not.
pub(super) fn chain_latency(channel: &Channel) -> usize {
    Place::ALL.into_iter().filter_map(|place| channel.insert(place)).map(|insert| latency(insert.kind)).sum()
}

/// What stands out of the whole desk for each of its channels.
struct Outlook {
    soloed: bool,
    mode: Solo,
    strips_latency: usize,
    buses_latency: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Solo {
    PreFader,
    AfterFader,
    InPlace,
}

impl Outlook {
    fn of(desk: &Desk) -> Self {
        let strips = desk.strips.iter().map(|strip| &strip.channel);
        let buses = || desk.groups.iter().chain(&desk.returns).map(|bus| &bus.channel);
        let mode = match desk.own.value(Control::SOLO_MODE) as u8 {
            1 => Solo::AfterFader,
            2 => Solo::InPlace,
            _ => Solo::PreFader,
        };
        Self {
            soloed: strips.clone().chain(buses()).any(Channel::solo),
            mode,
            strips_latency: strips.map(chain_latency).max().unwrap_or(0),
            buses_latency: buses().map(chain_latency).max().unwrap_or(0),
        }
    }
}

impl Setting {
    pub(super) fn of(desk: &Desk) -> Self {
        let outlook = Outlook::of(desk);
        let strips = desk.strips.iter().map(|strip| (strip.id.clone(), strip_setting(strip, &outlook))).collect();
        let buses = desk.groups.iter().chain(&desk.returns).flat_map(|bus| bus_lanes(bus, &outlook)).collect();
        Self { strips, buses, master: master_setting(desk, &outlook), removed: None }
    }
}

fn fader_gain(db: f32) -> f32 {
    let db = LEVEL.clamp(db);
    if db <= CLOSED_DB { 0.0 } else { db_to_gain(db) }
}

/// A chain on one lane, or on the two lanes of one sound (`paired`). The neighbour of a mono strip is another strip: what
/// links lanes is off there, and what works on pairs is at rest.
fn chain(channel: &Channel, paired: bool) -> ChainSetting {
    let heard = |effect: &EffectSpec, spec: &ParamSpec, value: f32| match (paired, spec.id) {
        (false, "link") => 0.0,
        (false, _) if effect.pairs => spec.default,
        _ => value,
    };
    let values = |stage: Stage| {
        let values = channel.section(Section::Stage(stage)).iter().zip(stage.params());
        values.map(move |(value, spec)| heard(stage.spec(), spec, *value))
    };
    let slot = |place: Place| {
        let insert = channel.insert(place)?;
        let effect = &EFFECTS[usize::from(insert.kind.0)];
        let values = insert.values().iter().zip(effect.params).map(|(value, spec)| heard(effect, spec, *value));
        (paired || !effect.pairs).then(|| (insert.kind, values.collect()))
    };
    ChainSetting { stages: Stage::ALL.into_iter().flat_map(values).collect(), slots: Place::ALL.map(slot) }
}

/// How a channel's sides go out: pan or balance, and the same in the centre.
struct Sides {
    placed: [f32; 2],
    centre: [f32; 2],
}

fn strip_setting(strip: &Strip, outlook: &Outlook) -> StripSetting {
    let channel = &strip.channel;
    let pan = channel.pan();
    let sides = match strip.input {
        StripInput::Mono(_) => {
            let law = match channel.value(Control::PAN_LAW) as u8 {
                1 => PanLaw::Middle,
                2 => PanLaw::Sum,
                _ => PanLaw::Power,
            };
            vec![Sides { placed: pan_by_law(pan, law), centre: pan_mono(0.0) }]
        }
        StripInput::Stereo(..) => stereo_sides(pan),
    };
    let chain = chain(channel, sides.len() == 2);
    let own = chain_latency(channel);
    let lanes = sides.iter().map(|sides| LaneSetting {
        chain: chain.clone(),
        fade: fade(channel, outlook),
        ways: strip_ways(channel, sides, outlook),
        hold: (outlook.strips_latency - own) as u16,
        late: own > 0,
    });
    StripSetting { source: strip.input, key: strip.key.clone(), lanes: lanes.collect() }
}

fn stereo_sides(balance: f32) -> Vec<Sides> {
    let [left, right] = balance_stereo(balance);
    vec![Sides { placed: [left, 0.0], centre: [1.0, 0.0] }, Sides { placed: [0.0, right], centre: [0.0, 1.0] }]
}

/// Fader and mute; while solo is in place, only what is soloed is heard at all.
fn fade(channel: &Channel, outlook: &Outlook) -> f32 {
    let silenced = outlook.soloed && outlook.mode == Solo::InPlace && !channel.solo();
    if channel.mute() || silenced { 0.0 } else { fader_gain(channel.level_db()) }
}

fn strip_ways(channel: &Channel, sides: &Sides, outlook: &Outlook) -> [f32; WAYS] {
    let mut ways = [0.0; WAYS];
    let fade = fade(channel, outlook);
    let before_fader = f32::from(u8::from(!channel.mute()));
    let group = channel.value(Control::GROUP) as usize;
    let main = if group == 0 { TO_MIX } else { TO_GROUPS + 2 * (group - 1) };
    put(&mut ways, main, sides.placed, fade);
    for at in 0..SENDS {
        let send = Control::send(at as u8);
        let gain = if channel.is_on(send.pre()) { before_fader } else { fade };
        put(&mut ways, TO_SENDS + 2 * at, sides.placed, fader_gain(channel.value(send)) * gain);
    }
    cue_ways(&mut ways, channel, sides, (fade, before_fader), outlook);
    ways
}

/// What the headphone mixes hear: their own level before or after the fader; while something is soloed, the first one
/// hears only that.
fn cue_ways(
    ways: &mut [f32; WAYS],
    channel: &Channel,
    sides: &Sides,
    (fade, before_fader): (f32, f32),
    outlook: &Outlook,
) {
    for at in 0..CUES {
        let cue = Control::cue(at as u8);
        let gain = if channel.is_on(cue.pre()) { before_fader } else { fade };
        put(ways, TO_CUES + 2 * at, sides.placed, fader_gain(channel.value(cue)) * gain);
    }
    solo_ways(ways, channel, sides, fade, outlook);
}

fn solo_ways(ways: &mut [f32; WAYS], channel: &Channel, sides: &Sides, fade: f32, outlook: &Outlook) {
    if !outlook.soloed || outlook.mode == Solo::InPlace {
        return;
    }
    match (channel.solo(), outlook.mode) {
        (false, _) => put(ways, TO_CUES, [0.0; 2], 0.0),
        (true, Solo::AfterFader) => put(ways, TO_CUES, sides.placed, fade),
        (true, _) => put(ways, TO_CUES, sides.centre, 1.0),
    }
}

fn put(ways: &mut [f32; WAYS], first: usize, sides: [f32; 2], gain: f32) {
    ways[first] = sides[0] * gain;
    ways[first + 1] = sides[1] * gain;
}

fn bus_lanes(bus: &Bus, outlook: &Outlook) -> Vec<LaneSetting> {
    let channel = &bus.channel;
    let own = chain_latency(channel);
    // A bus has no solo in place of its own: the strips that feed it decide.
    let fade = if channel.mute() { 0.0 } else { fader_gain(channel.level_db()) };
    let before_fader = f32::from(u8::from(!channel.mute()));
    let chain = chain(channel, true);
    let lane = |sides: Sides| {
        let mut ways = [0.0; WAYS];
        put(&mut ways, TO_MIX, sides.placed, fade);
        if channel.role() == crate::desk::channel::Role::Return {
            cue_ways(&mut ways, channel, &sides, (fade, before_fader), outlook);
        } else {
            solo_ways(&mut ways, channel, &sides, fade, outlook);
        }
        let hold = (outlook.buses_latency - own) as u16;
        LaneSetting { chain: chain.clone(), fade, ways, hold, late: own > 0 }
    };
    stereo_sides(channel.pan()).into_iter().map(lane).collect()
}

fn tone(own: &Channel) -> ToneSetting {
    let values = own.section(Section::Oscillator);
    let value = |at: usize| values.get(at).copied().unwrap_or(0.0);
    let sound = match (value(0) >= 0.5, value(1) >= 0.5) {
        (false, _) => Sound::Off,
        (true, false) => Sound::Sine,
        (true, true) => Sound::Pink,
    };
    ToneSetting { sound, hertz: value(2), db: value(3), to_mix: value(4) >= 0.5 }
}

fn master_setting(desk: &Desk, outlook: &Outlook) -> MasterSetting {
    let talking = desk.own.section(Section::Talkback);
    let talk = match talking {
        [on, input, level, ..] if *on >= 0.5 => ((*input as u8).saturating_sub(1), fader_gain(*level)),
        [_, input, ..] => ((*input as u8).saturating_sub(1), 0.0),
        _ => (0, 0.0),
    };
    MasterSetting {
        chain: chain(&desk.mix, true),
        level: fader_gain(desk.mix.level_db()),
        cues: std::array::from_fn(|at| fader_gain(desk.cues[at].level_db())),
        limiter: desk.mix.section(Section::Limiter).into(),
        hold_direct: outlook.buses_latency as u16,
        latency: (outlook.strips_latency + outlook.buses_latency + chain_latency(&desk.mix)) as u32,
        talk,
        tone: tone(&desk.own),
        sources: std::array::from_fn(|at| desk.returns[at].channel.value(Control::SOURCE) as u8),
    }
}

const _: () = assert!(GROUPS + RETURNS <= korero_dsp::LANES);
