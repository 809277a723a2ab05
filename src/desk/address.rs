//! Names for everything on the desk that can be turned: `strip.<StripId>.trim.gain`, `mix.fader.level`, …

use std::fmt;
use std::str::FromStr;

use korero_dsp::effects::{highpass, limiter, trim};
use korero_dsp::param::{ParamSpec, Taper, Unit};

use super::{Desk, Strip, StripId};

/// A control of a strip.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StripControl {
    /// `trim.gain`
    Trim,
    /// `trim.invert`
    Invert,
    /// `highpass.on`
    HighpassOn,
    /// `highpass.freq`
    HighpassFreq,
    /// `fader.pan`
    Pan,
    /// `fader.level`
    Fader,
    /// `fader.mute`
    Mute,
    /// `fader.solo`
    Solo,
}

/// One thing on the desk that can be turned.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Address {
    /// A control of a strip.
    Strip(StripId, StripControl),
    /// The mix fader, `mix.fader.level`.
    MixFader,
    /// The ceiling of the safety limiter, `mix.limiter.ceiling`.
    MixCeiling,
    /// The headphone level, `cue.fader.level`.
    CueLevel,
}

/// A fader: −∞ (written −120 dB and below) to +10 dB.
pub const FADER: ParamSpec = ParamSpec {
    id: "level",
    unit: Unit::Decibels,
    min: f32::NEG_INFINITY,
    max: 10.0,
    default: 0.0,
    taper: Taper::Fader,
};
const CUE_LEVEL: ParamSpec = ParamSpec { default: -6.0, ..FADER };
const PAN: ParamSpec =
    ParamSpec { id: "pan", unit: Unit::Pan, min: -1.0, max: 1.0, default: 0.0, taper: Taper::Linear };
const MUTE: ParamSpec = ParamSpec::switch("mute", false);
const SOLO: ParamSpec = ParamSpec::switch("solo", false);

impl StripControl {
    /// Every control of a strip, in the order of its signal path.
    pub const ALL: [Self; 8] = [
        Self::Trim,
        Self::Invert,
        Self::HighpassOn,
        Self::HighpassFreq,
        Self::Pan,
        Self::Fader,
        Self::Mute,
        Self::Solo,
    ];

    /// The section of the strip and the parameter in it.
    #[must_use]
    pub fn spec(self) -> (&'static str, ParamSpec) {
        match self {
            Self::Trim => ("trim", trim::PARAMS[usize::from(trim::GAIN.0)]),
            Self::Invert => ("trim", trim::PARAMS[usize::from(trim::INVERT.0)]),
            Self::HighpassOn => ("highpass", highpass::PARAMS[usize::from(highpass::ON.0)]),
            Self::HighpassFreq => ("highpass", highpass::PARAMS[usize::from(highpass::FREQ.0)]),
            Self::Pan => ("fader", PAN),
            Self::Fader => ("fader", FADER),
            Self::Mute => ("fader", MUTE),
            Self::Solo => ("fader", SOLO),
        }
    }

    fn get(self, strip: &Strip) -> f32 {
        match self {
            Self::Trim => strip.trim_db,
            Self::Invert => f32::from(u8::from(strip.invert)),
            Self::HighpassOn => f32::from(u8::from(strip.highpass_on)),
            Self::HighpassFreq => strip.highpass_hz,
            Self::Pan => strip.pan,
            Self::Fader => strip.fader_db,
            Self::Mute => f32::from(u8::from(strip.mute)),
            Self::Solo => f32::from(u8::from(strip.solo)),
        }
    }

    fn set(self, strip: &mut Strip, value: f32) {
        match self {
            Self::Trim => strip.trim_db = value,
            Self::Invert => strip.invert = value >= 0.5,
            Self::HighpassOn => strip.highpass_on = value >= 0.5,
            Self::HighpassFreq => strip.highpass_hz = value,
            Self::Pan => strip.pan = value,
            Self::Fader => strip.fader_db = value,
            Self::Mute => strip.mute = value >= 0.5,
            Self::Solo => strip.solo = value >= 0.5,
        }
    }
}

impl Address {
    /// What may be set there.
    #[must_use]
    pub fn spec(&self) -> ParamSpec {
        match self {
            Self::Strip(_, control) => control.spec().1,
            Self::MixFader => FADER,
            Self::MixCeiling => limiter::PARAMS[usize::from(limiter::CEILING.0)],
            Self::CueLevel => CUE_LEVEL,
        }
    }

    /// The value that stands there; `None` when the strip is gone.
    #[must_use]
    pub fn get(&self, desk: &Desk) -> Option<f32> {
        match self {
            Self::Strip(id, control) => desk.strip(id).map(|strip| control.get(strip)),
            Self::MixFader => Some(desk.mix.fader_db),
            Self::MixCeiling => Some(desk.mix.ceiling_db),
            Self::CueLevel => Some(desk.cue.level_db),
        }
    }

    /// Sets the nearest value that is allowed; `false` when the strip is gone.
    pub fn set(&self, desk: &mut Desk, value: f32) -> bool {
        let value = self.spec().clamp(value);
        match self {
            Self::Strip(id, control) => match desk.strip_mut(id) {
                Some(strip) => control.set(strip, value),
                None => return false,
            },
            Self::MixFader => desk.mix.fader_db = value,
            Self::MixCeiling => desk.mix.ceiling_db = value,
            Self::CueLevel => desk.cue.level_db = value,
        }
        true
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Strip(id, control) => {
                let (section, spec) = control.spec();
                write!(f, "strip.{id}.{section}.{}", spec.id)
            }
            Self::MixFader => f.write_str("mix.fader.level"),
            Self::MixCeiling => f.write_str("mix.limiter.ceiling"),
            Self::CueLevel => f.write_str("cue.fader.level"),
        }
    }
}

/// The text is not the address of anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no such address")]
pub struct NoSuchAddress;

impl FromStr for Address {
    type Err = NoSuchAddress;

    fn from_str(text: &str) -> Result<Self, NoSuchAddress> {
        if let Some(rest) = text.strip_prefix("strip.") {
            let (id, name) = rest.split_once('.').ok_or(NoSuchAddress)?;
            let id = StripId::parse(id).ok_or(NoSuchAddress)?;
            let named = |control: &StripControl| {
                let (section, spec) = control.spec();
                name.split_once('.') == Some((section, spec.id))
            };
            let control = StripControl::ALL.into_iter().find(named).ok_or(NoSuchAddress)?;
            return Ok(Self::Strip(id, control));
        }
        [Self::MixFader, Self::MixCeiling, Self::CueLevel]
            .into_iter()
            .find(|address| address.to_string() == text)
            .ok_or(NoSuchAddress)
    }
}

#[cfg(test)]
mod tests {
    use super::super::StripInput;
    use super::*;

    #[test]
    fn every_address_reads_back_from_its_text() {
        let strip = Strip::new("Voice", StripInput::Mono(1));
        let all = StripControl::ALL.map(|control| Address::Strip(strip.id.clone(), control));
        for address in all.into_iter().chain([Address::MixFader, Address::MixCeiling, Address::CueLevel]) {
            assert_eq!(address.to_string().parse(), Ok(address));
        }
    }

    #[test]
    fn a_value_outside_the_range_is_set_to_the_nearest_allowed_one() {
        let mut desk = Desk { strips: vec![Strip::new("Voice", StripInput::Mono(1))], ..Desk::default() };
        let trim = Address::Strip(desk.strips[0].id.clone(), StripControl::Trim);
        assert!(trim.set(&mut desk, 90.0));
        assert_eq!(trim.get(&desk), Some(trim.spec().max));
    }
}
