//! A moment in words.

use korero_sentences::{self as sentences, Args, Key, Language, Value, key};

use super::{Loud, Moment, What, cause, trouble};
use crate::limits::SAMPLE_RATE;
use crate::record::names::WallTime;

impl Moment {
    /// What happened, in words. A trouble of which only the line was kept is told in English.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let say = |key, args: &Args| sentences::say(language, key, args);
        match &self.what {
            What::Began { version, system } => {
                say(key::NIGHT_BEGAN, &[("version", version.as_str().into()), ("system", system.as_str().into())])
            }
            What::Device { name, inputs, rate, frames, realtime } => {
                let args = [
                    ("name", name.as_str().into()),
                    ("inputs", (*inputs).into()),
                    ("rate", rate.to_string().into()),
                    ("frames", frames.to_string().into()),
                    ("realtime", if *realtime { "yes" } else { "no" }.into()),
                ];
                say(key::NIGHT_DEVICE, &args)
            }
            What::DeviceAway => say(key::NIGHT_DEVICE_AWAY, &[]),
            What::DeviceNone => say(key::NIGHT_DEVICE_NONE, &[]),
            What::Gap { gap } => {
                let milliseconds = (gap.frames * 1_000).div_ceil(u64::from(SAMPLE_RATE));
                let args = [("milliseconds", milliseconds.into()), ("cause", cause(gap.cause).into())];
                say(key::NIGHT_GAP, &args)
            }
            What::Recording => say(key::NIGHT_RECORDING, &[]),
            What::Recorded => say(key::NIGHT_RECORDED, &[]),
            What::OnAir { to } => say(key::NIGHT_ON_AIR, &[("to", to.as_str().into())]),
            What::Reconnecting { to } => say(key::NIGHT_RECONNECTING, &[("to", to.as_str().into())]),
            What::Refused { to } => say(key::NIGHT_REFUSED, &[("to", to.as_str().into())]),
            What::OffAir { to } => say(key::NIGHT_OFF_AIR, &[("to", to.as_str().into())]),
            What::Rate { to, bitrate, packet_ms } => {
                let args = [
                    ("to", to.as_str().into()),
                    ("kilobits", (bitrate / 1_000).into()),
                    ("milliseconds", (*packet_ms).into()),
                ];
                say(key::NIGHT_RATE, &args)
            }
            What::Ear { to, word } => {
                let word = Key::named(word).map(|word| say(word, &[])).unwrap_or_default();
                say(key::NIGHT_EAR, &[("to", to.as_str().into()), ("word", word.into())])
            }
            What::Path { to, path } => {
                say(key::NIGHT_PATH, &[("to", to.as_str().into()), ("path", path.as_str().into())])
            }
            What::Network { to, bitrate, rtt_ms, lost, listeners } => {
                // What is not known is a number that cannot be.
                let known = |value: Option<f64>| Value::from(value.unwrap_or(-1.0));
                let args = [
                    ("to", to.as_str().into()),
                    ("kilobits", (bitrate / 1_000).into()),
                    ("rtt", known(rtt_ms.map(f64::from))),
                    ("lost", known(lost.map(|lost| (f64::from(lost) * 1_000.0).round() / 10.0))),
                    ("listeners", known(listeners.map(f64::from))),
                ];
                say(key::NIGHT_NETWORK, &args)
            }
            What::Checked { to, verdict } => {
                let found = verdict.sentence(language);
                say(key::NIGHT_CHECKED, &[("to", to.as_str().into()), ("found", found.into())])
            }
            What::Trouble { code, values, about, line } => {
                let known = values.as_ref().and_then(|values| trouble::fault(code, values, about.as_deref()));
                known.map_or_else(|| line.clone(), |fault| fault.line(language))
            }
            What::Ended => say(key::NIGHT_ENDED, &[]),
        }
    }

    /// The time of day as the person's clock shows it.
    #[must_use]
    pub fn clock(&self) -> String {
        let WallTime { hour, minute, second, .. } = WallTime::local(self.utc_ms.saturating_mul(1_000_000));
        format!("{hour:02}:{minute:02}:{second:02}")
    }

    /// How loud the mix was, in words; empty when nothing was measured.
    #[must_use]
    pub fn level(&self) -> String {
        self.levels.map_or_else(String::new, |loud| loud.words().join(", "))
    }
}

impl Loud {
    /// The loudness and the peak with their units.
    #[must_use]
    pub fn words(&self) -> [String; 2] {
        let shown =
            |level: Option<f32>| level.map_or("−∞".to_owned(), |level| format!("{level:.1}").replace('-', "−"));
        [format!("{} LUFS", shown(self.momentary)), format!("{} dBTP", shown(self.peak))]
    }
}
