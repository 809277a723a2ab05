//! What one channel of the desk is set to: a strip, a group, a return, the mix or a cue. Every value stands in one list,
//! laid out by the sections that a channel of its [`Role`] has, so that whatever works on one parameter works on all.

use std::sync::LazyLock;

use korero_dsp::bank::Stage;
use korero_dsp::effects::{EFFECTS, limiter};
use korero_dsp::param::{ParamId, ParamSpec, Taper, Unit};

pub use korero_dsp::bank::Place;
pub use korero_dsp::slot::Kind;

use crate::limits::{CUES, SENDS};

/// What a channel is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// Fed by inputs of the interface.
    Strip,
    /// Fed by strips.
    Group,
    /// Fed by a send.
    Return,
    /// What goes on air and into the master.
    Mix,
    /// A headphone mix.
    Cue,
    /// The desk's own switches: solo, talkback, oscillator.
    Desk,
}

/// Every role, in the order of the enum.
const ROLES: [Role; 6] = [Role::Strip, Role::Group, Role::Return, Role::Mix, Role::Cue, Role::Desk];

/// Sections, and where the values of each begin.
type Beginnings = Box<[(Section, usize)]>;

/// Those of each role, found once: a window asks for thousands of values a second.
static BEGINNINGS: LazyLock<[Beginnings; ROLES.len()]> = LazyLock::new(|| {
    ROLES.map(|role| {
        let mut end = 0;
        let begins = |section| {
            end += role.params(section).len();
            (section, end - role.params(section).len())
        };
        role.sections().map(begins).collect()
    })
});

/// A part of a channel whose parameters belong together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Section {
    /// A fixed stage of the chain.
    Stage(Stage),
    /// An effect that was put into a slot.
    Slot(Place, Kind),
    /// Fader, pan, mute, solo and where the sound goes.
    Fader,
    /// A send to the returns, from 0.
    Send(u8),
    /// What a headphone mix hears of the channel, from 0.
    Cue(u8),
    /// The limiter at the end of the mix.
    Limiter,
    /// How solo works.
    Solo,
    /// The engineer's microphone to the players.
    Talkback,
    /// Test tones.
    Oscillator,
}

/// One parameter of a channel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Control {
    /// The section it stands in.
    pub section: Section,
    /// Its place in the section's list.
    pub param: ParamId,
}

/// A fader: −∞ (written −120 dB and below) to +10 dB.
pub const LEVEL: ParamSpec = ParamSpec {
    id: "level",
    unit: Unit::Decibels,
    min: f32::NEG_INFINITY,
    max: 10.0,
    default: 0.0,
    taper: Taper::Fader,
};
const CLOSED: ParamSpec = ParamSpec { default: f32::NEG_INFINITY, ..LEVEL };
const PAN: ParamSpec =
    ParamSpec { id: "pan", unit: Unit::Pan, min: -1.0, max: 1.0, default: 0.0, taper: Taper::Linear };
const MUTE: ParamSpec = ParamSpec::switch("mute", false);
const SOLO: ParamSpec = ParamSpec::switch("solo", false);
const STRIP_FADER: [ParamSpec; 6] = [
    LEVEL,
    PAN,
    MUTE,
    SOLO,
    // How much quieter the centre is on each side than a mono strip at one end.
    ParamSpec::choice("law", &["3", "4.5", "6"], 0),
    ParamSpec::choice("to", &["mix", "group1", "group2", "group3", "group4"], 0),
];
const GROUP_FADER: [ParamSpec; 4] = [LEVEL, PAN, MUTE, SOLO];
const RETURN_FADER: [ParamSpec; 5] =
    [LEVEL, PAN, MUTE, SOLO, ParamSpec::choice("from", &["send1", "send2", "send3", "send4"], 0)];
const CUE_FADER: [ParamSpec; 1] = [ParamSpec { default: -6.0, ..LEVEL }];
const SEND: [ParamSpec; 2] = [CLOSED, ParamSpec::switch("pre", false)];
const TO_CUE: [ParamSpec; 2] = [LEVEL, ParamSpec::switch("pre", false)];
const RETURN_TO_CUE: [ParamSpec; 2] = [CLOSED, ParamSpec::switch("pre", false)];
const SOLO_MODE: [ParamSpec; 1] = [ParamSpec::choice("mode", &["pfl", "afl", "inplace"], 0)];
const TALKBACK: [ParamSpec; 3] = [
    ParamSpec::switch("on", false),
    ParamSpec { id: "input", unit: Unit::Number, min: 1.0, max: 32.0, default: 1.0, taper: Taper::Linear },
    ParamSpec { default: -6.0, ..LEVEL },
];
const OSCILLATOR: [ParamSpec; 5] = [
    ParamSpec::switch("on", false),
    ParamSpec::choice("sound", &["sine", "pink"], 0),
    ParamSpec { id: "freq", unit: Unit::Hertz, min: 20.0, max: 20_000.0, default: 1_000.0, taper: Taper::Logarithmic },
    ParamSpec { id: "level", unit: Unit::Decibels, min: -80.0, max: 0.0, default: -20.0, taper: Taper::Linear },
    ParamSpec::choice("to", &["cue1", "mix"], 0),
];

const ALL_SENDS: [Section; SENDS] = [Section::Send(0), Section::Send(1), Section::Send(2), Section::Send(3)];
const ALL_CUES: [Section; CUES] = [Section::Cue(0), Section::Cue(1), Section::Cue(2), Section::Cue(3)];

impl Role {
    /// The sections of such a channel that are always there, in the order of the sound; slots come beside them.
    pub fn sections(self) -> impl Iterator<Item = Section> {
        let chain = matches!(self, Self::Strip | Self::Group | Self::Return | Self::Mix);
        let stages = Stage::ALL.into_iter().map(Section::Stage).filter(move |_| chain);
        let fader = (self != Self::Desk).then_some(Section::Fader);
        let sends = ALL_SENDS.into_iter().filter(move |_| self == Self::Strip);
        let cues = ALL_CUES.into_iter().filter(move |_| matches!(self, Self::Strip | Self::Return));
        let limiter = (self == Self::Mix).then_some(Section::Limiter);
        let own = [Section::Solo, Section::Talkback, Section::Oscillator];
        let own = own.into_iter().filter(move |_| self == Self::Desk);
        stages.chain(fader).chain(sends).chain(cues).chain(limiter).chain(own)
    }

    /// What can be set in a section; empty when such a channel does not have it.
    #[must_use]
    pub fn params(self, section: Section) -> &'static [ParamSpec] {
        match (self, section) {
            (Self::Strip | Self::Group | Self::Return | Self::Mix, Section::Stage(stage)) => stage.params(),
            (Self::Strip | Self::Group | Self::Return | Self::Mix, Section::Slot(_, kind)) => {
                EFFECTS.get(usize::from(kind.0)).map_or(&[], |effect| effect.params)
            }
            (Self::Strip, Section::Fader) => &STRIP_FADER,
            (Self::Group, Section::Fader) => &GROUP_FADER,
            (Self::Return, Section::Fader) => &RETURN_FADER,
            (Self::Mix, Section::Fader) => &GROUP_FADER[..1],
            (Self::Cue, Section::Fader) => &CUE_FADER,
            (Self::Strip, Section::Send(_)) => &SEND,
            (Self::Strip, Section::Cue(_)) => &TO_CUE,
            (Self::Return, Section::Cue(_)) => &RETURN_TO_CUE,
            (Self::Mix, Section::Limiter) => &limiter::PARAMS,
            (Self::Desk, Section::Solo) => &SOLO_MODE,
            (Self::Desk, Section::Talkback) => &TALKBACK,
            (Self::Desk, Section::Oscillator) => &OSCILLATOR,
            _ => &[],
        }
    }

    /// One parameter; `None` when such a channel does not have it.
    #[must_use]
    pub fn spec(self, control: Control) -> Option<&'static ParamSpec> {
        self.params(control.section).get(usize::from(control.param.0))
    }
}

impl Section {
    /// Its name in addresses and files: a lower-case word, for a slot two.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Self::Stage(stage) => stage.spec().id.to_owned(),
            Self::Slot(place, kind) => format!("{}.{}", place.id(), EFFECTS[usize::from(kind.0)].id),
            Self::Fader => "fader".to_owned(),
            Self::Send(at) => format!("send{}", at + 1),
            Self::Cue(at) => format!("cue{}", at + 1),
            Self::Limiter => "limiter".to_owned(),
            Self::Solo => "solo".to_owned(),
            Self::Talkback => "talkback".to_owned(),
            Self::Oscillator => "oscillator".to_owned(),
        }
    }
}

impl Control {
    /// A parameter of a section by its place in the list.
    #[must_use]
    pub const fn new(section: Section, param: ParamId) -> Self {
        Self { section, param }
    }

    const fn fader(param: u8) -> Self {
        Self::new(Section::Fader, ParamId(param))
    }

    /// `fader.level`
    pub const FADER: Self = Self::fader(0);
    /// `fader.pan`
    pub const PAN: Self = Self::fader(1);
    /// `fader.mute`
    pub const MUTE: Self = Self::fader(2);
    /// `fader.solo`
    pub const SOLO: Self = Self::fader(3);
    /// `fader.law` of a strip
    pub const PAN_LAW: Self = Self::fader(4);
    /// `fader.to` of a strip
    pub const GROUP: Self = Self::fader(5);
    /// `fader.from` of a return
    pub const SOURCE: Self = Self::fader(4);
    /// `trim.gain`
    pub const TRIM: Self = Self::new(Section::Stage(Stage::Trim), korero_dsp::effects::trim::GAIN);
    /// `trim.invert`
    pub const INVERT: Self = Self::new(Section::Stage(Stage::Trim), korero_dsp::effects::trim::INVERT);
    /// `highpass.on`
    pub const HIGHPASS_ON: Self = Self::new(Section::Stage(Stage::Highpass), korero_dsp::effects::highpass::ON);
    /// `highpass.freq`
    pub const HIGHPASS_FREQ: Self = Self::new(Section::Stage(Stage::Highpass), korero_dsp::effects::highpass::FREQ);
    /// `limiter.ceiling` of the mix
    pub const CEILING: Self = Self::new(Section::Limiter, limiter::CEILING);
    /// `solo.mode` of the desk
    pub const SOLO_MODE: Self = Self::new(Section::Solo, ParamId(0));
    /// The choice of [`Control::SOLO_MODE`] that silences everything else in the mix.
    pub const SOLO_IN_PLACE: f32 = 2.0;

    /// `oscillator.on` of the desk
    pub const OSCILLATOR_ON: Self = Self::new(Section::Oscillator, ParamId(0));

    /// `sendN.level`, from 0.
    #[must_use]
    pub const fn send(at: u8) -> Self {
        Self::new(Section::Send(at), ParamId(0))
    }

    /// `cueN.level`, from 0.
    #[must_use]
    pub const fn cue(at: u8) -> Self {
        Self::new(Section::Cue(at), ParamId(0))
    }

    /// The switch of a send or a cue that takes its sound before the fader.
    #[must_use]
    pub const fn pre(self) -> Self {
        Self::new(self.section, ParamId(1))
    }
}

/// An effect that stands in a slot.
#[derive(Clone, PartialEq, Debug)]
pub struct Insert {
    /// Which.
    pub kind: Kind,
    values: Box<[f32]>,
}

impl Insert {
    /// The effect at rest, but on when it can be switched.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let params = Role::Strip.params(Section::Slot(Place::PreEq, kind));
        let values = params.iter().map(|param| if param.id == "on" { 1.0 } else { param.default }).collect();
        Self { kind, values }
    }

    /// Its values, by [`ParamId`].
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

/// Every value of one channel.
#[derive(Clone, PartialEq, Debug)]
pub struct Channel {
    role: Role,
    values: Box<[f32]>,
    slots: [Option<Insert>; Place::ALL.len()],
}

impl Channel {
    /// A channel at rest.
    #[must_use]
    pub fn new(role: Role) -> Self {
        let defaults = role.sections().flat_map(|section| role.params(section)).map(|param| param.default);
        Self { role, values: defaults.collect(), slots: Default::default() }
    }

    /// What it is for.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The same channel with one value changed, for building desks. A control that it does not have changes nothing.
    #[must_use]
    pub fn with(mut self, control: Control, value: f32) -> Self {
        self.set(control, value);
        self
    }

    fn place(&self, control: Control) -> Option<usize> {
        self.role.spec(control)?;
        let (_, begin) = BEGINNINGS[self.role as usize].iter().find(|(section, _)| *section == control.section)?;
        Some(begin + usize::from(control.param.0))
    }

    /// The value that stands there; `None` when the channel has no such control.
    #[must_use]
    pub fn get(&self, control: Control) -> Option<f32> {
        if let Section::Slot(place, kind) = control.section {
            let insert = self.insert(place).filter(|insert| insert.kind == kind)?;
            return insert.values.get(usize::from(control.param.0)).copied();
        }
        self.values.get(self.place(control)?).copied()
    }

    /// The value that stands there; the value at rest, or 0, when the channel has no such control.
    #[must_use]
    pub fn value(&self, control: Control) -> f32 {
        self.get(control).or_else(|| self.role.spec(control).map(|spec| spec.default)).unwrap_or(0.0)
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_on(&self, control: Control) -> bool {
        self.value(control) >= 0.5
    }

    /// Sets the nearest value that is allowed; `false` when the channel has no such control.
    pub fn set(&mut self, control: Control, value: f32) -> bool {
        let Some(spec) = self.role.spec(control) else { return false };
        let value = spec.clamp(value);
        if let Section::Slot(place, kind) = control.section {
            let Some(insert) = self.slots[place as usize].as_mut().filter(|insert| insert.kind == kind) else {
                return false;
            };
            insert.values[usize::from(control.param.0)] = value;
            return true;
        }
        let Some(place) = self.place(control) else { return false };
        self.values[place] = value;
        true
    }

    /// What stands in a slot.
    #[must_use]
    pub fn insert(&self, place: Place) -> Option<&Insert> {
        self.slots[place as usize].as_ref()
    }

    /// Puts an effect into a slot, or takes out what stands there.
    pub fn put(&mut self, place: Place, insert: Option<Insert>) {
        self.slots[place as usize] = insert;
    }

    /// The values of a fixed section, by [`ParamId`].
    #[must_use]
    pub fn section(&self, section: Section) -> &[f32] {
        let count = self.role.params(section).len();
        match self.place(Control::new(section, ParamId(0))) {
            Some(first) if !matches!(section, Section::Slot(..)) => &self.values[first..first + count],
            _ => &[],
        }
    }

    /// Everything that can be turned on this channel now, in the order of the sound.
    pub fn controls(&self) -> impl Iterator<Item = Control> {
        let inserts = Place::ALL.into_iter().filter_map(|place| Some(Section::Slot(place, self.insert(place)?.kind)));
        self.role.sections().chain(inserts).flat_map(|section| {
            let count = self.role.params(section).len();
            (0..count).map(move |at| Control::new(section, ParamId(at as u8)))
        })
    }

    /// The fader in dB.
    #[must_use]
    pub fn level_db(&self) -> f32 {
        self.value(Control::FADER)
    }

    /// Pan or balance, −1 left to +1 right.
    #[must_use]
    pub fn pan(&self) -> f32 {
        self.value(Control::PAN)
    }

    /// Muted in the mix; the dry recording is not.
    #[must_use]
    pub fn mute(&self) -> bool {
        self.is_on(Control::MUTE)
    }

    /// Soloed to the first cue.
    #[must_use]
    pub fn solo(&self) -> bool {
        self.is_on(Control::SOLO)
    }
}
