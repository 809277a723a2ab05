//! Values as people read and type them.

use std::time::Duration;

use korero_dsp::effects::compressor;
use korero_dsp::param::{ParamSpec, Taper, Unit};
use korero_sentences::{Language, key, say};

use super::naming;
use super::taper::FADER_FLOOR_DB;
use crate::limits::SAMPLE_RATE;

/// A value with its unit, as it is read aloud and shown where there is room.
pub(crate) fn full(spec: &ParamSpec, value: f32, language: Language) -> String {
    match spec.unit {
        Unit::Decibels => format!("{} dB", signed(spec, value)),
        Unit::Hertz => format!("{value:.0} Hz"),
        Unit::Milliseconds => format!("{} ms", milliseconds(value)),
        Unit::Pan => pan(value, language),
        Unit::Number => plain(spec, value),
        Unit::Percent => format!("{value:.0} %"),
        Unit::Ratio if limits(spec, value) => say(language, key::PANEL_LIMIT, &[]),
        Unit::Ratio => format!("{} : 1", number(value)),
        Unit::Choice(words) => chosen(words, value, language),
        Unit::Switch => String::new(),
    }
}

/// By how many dB something went up or down.
pub(crate) fn difference(db: f32) -> String {
    format!("{} dB", decibels(db, Taper::Linear))
}

/// A value without its unit, for narrow places.
pub(crate) fn short(spec: &ParamSpec, value: f32, language: Language) -> String {
    match spec.unit {
        Unit::Decibels => signed(spec, value),
        Unit::Hertz | Unit::Percent => format!("{value:.0}"),
        Unit::Milliseconds => milliseconds(value),
        Unit::Pan => pan(value, language),
        Unit::Number => plain(spec, value),
        Unit::Ratio if limits(spec, value) => say(language, key::PANEL_LIMIT, &[]),
        Unit::Ratio => number(value),
        Unit::Choice(words) => chosen(words, value, language),
        Unit::Switch => String::new(),
    }
}

/// A plain number with as many places as a person can use.
fn number(value: f32) -> String {
    if value.abs() < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") }
}

/// Counted things are whole; the Q of a filter, which grows by ratios, is not.
fn plain(spec: &ParamSpec, value: f32) -> String {
    if spec.taper == Taper::Linear { format!("{value:.0}") } else { number(value) }
}

/// Times below a hundredth of a second are told by their first two figures.
fn milliseconds(value: f32) -> String {
    match value {
        value if value == 0.0 || value >= 9.95 => format!("{value:.0}"),
        value if value >= 0.995 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

/// The highest ratio of a compressor lets nothing past its threshold; an expander's highest is a ratio like others.
fn limits(spec: &ParamSpec, value: f32) -> bool {
    *spec == compressor::PARAMS[usize::from(compressor::RATIO.0)] && value >= compressor::LIMIT
}

fn chosen(words: &[&str], value: f32, language: Language) -> String {
    words.get(value as usize).map_or_else(String::new, |word| naming::choice(language, word))
}

/// Reads what a person typed: a number with or without sign, comma and unit; `inf` or `∞` closes a fader; a side
/// (`l 30`) for pan; a time with `ms`, `s` or `min`. `None` when it means nothing here. The value is within the range.
pub(crate) fn read(spec: &ParamSpec, text: &str, language: Language) -> Option<f32> {
    let text = text.trim().to_lowercase().replace(['−', '–'], "-").replace(',', ".");
    if spec.unit == Unit::Pan {
        return read_pan(&text, language).map(|value| spec.clamp(value));
    }
    if spec.unit == Unit::Ratio && !text.is_empty() && say(language, key::PANEL_LIMIT, &[]).starts_with(&text) {
        return Some(spec.max);
    }
    if spec.taper == Taper::Fader && (text.contains('∞') || text.contains("inf")) {
        return Some(spec.min);
    }
    let (value, unit) = number_and_unit(&text)?;
    let times = match spec.unit {
        Unit::Milliseconds if unit.is_empty() => 1.0,
        Unit::Milliseconds => seconds_in(unit)? * 1_000.0,
        _ if unit.starts_with('k') => 1_000.0,
        _ => 1.0,
    };
    Some(spec.clamp((value * times) as f32))
}

/// A number with a point, and what stands after it.
fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !"+-.".contains(c)).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim()))
}

/// How many seconds a unit of time has, written small; `None` when it is none.
fn seconds_in(unit: &str) -> Option<f64> {
    match unit {
        "ms" => Some(0.001),
        "s" | "sec" | "hēkona" => Some(1.0),
        "min" | "meneti" => Some(60.0),
        _ => None,
    }
}

/// What only goes one way, such as a range or a knee, is an amount and has no sign.
fn signed(spec: &ParamSpec, value: f32) -> String {
    let text = decibels(value, spec.taper);
    if spec.min < 0.0 { text } else { text.trim_start_matches('+').to_owned() }
}

fn decibels(value: f32, taper: Taper) -> String {
    if value == f32::NEG_INFINITY || (taper == Taper::Fader && value < FADER_FLOOR_DB) {
        return "−∞".to_owned();
    }
    let text = format!("{:.1}", value.abs());
    match text.as_str() {
        "0.0" => text,
        _ if value < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

fn pan(value: f32, language: Language) -> String {
    let amount = (value.abs() * 100.0).round();
    let side = match amount {
        0.0 => key::WINDOW_PAN_CENTRE,
        _ if value < 0.0 => key::WINDOW_PAN_LEFT,
        _ => key::WINDOW_PAN_RIGHT,
    };
    say(language, side, &[("amount", amount.into())])
}

fn read_pan(text: &str, language: Language) -> Option<f32> {
    let letters: String = text.chars().filter(|c| c.is_alphabetic()).collect();
    let number: String = text.chars().filter(|c| c.is_ascii_digit() || "+-.".contains(*c)).collect();
    let begins = |side| {
        let word = say(language, side, &[("amount", "".into())]).trim().to_lowercase();
        !letters.is_empty() && (word.starts_with(&letters) || letters.starts_with(&word))
    };
    if begins(key::WINDOW_PAN_CENTRE) {
        return Some(0.0);
    }
    let amount = number.parse::<f32>().ok()? / 100.0;
    match () {
        () if begins(key::WINDOW_PAN_LEFT) => Some(-amount.abs()),
        () if begins(key::WINDOW_PAN_RIGHT) => Some(amount.abs()),
        () if letters.is_empty() => Some(amount),
        () => None,
    }
}

/// A level on a meter, without unit: `−12.3`, `−∞` below the scale.
pub(crate) fn level(db: f32) -> String {
    decibels(db, Taper::Fader)
}

/// A short time in seconds as it is typed: `0`, `2.5`.
pub(crate) fn seconds(length: Duration) -> String {
    let tenths = (length.as_secs_f64() * 10.0).round() / 10.0;
    format!("{tenths}")
}

/// Reads a time that a person typed, in seconds unless `ms` or `min` stands behind it; `None` when it is no number, a
/// negative one, or something else stands there.
pub(crate) fn read_seconds(text: &str) -> Option<Duration> {
    let text = text.trim().to_lowercase().replace(',', ".");
    let (value, unit) = number_and_unit(&text)?;
    let times = if unit.is_empty() { 1.0 } else { seconds_in(unit)? };
    Duration::try_from_secs_f64(value * times).ok()
}

/// Frames as milliseconds, to a tenth.
pub(crate) fn milliseconds_of(frames: u64) -> String {
    let ms = frames as f64 * 1_000.0 / f64::from(SAMPLE_RATE);
    format!("{ms:.1}")
}

/// A running time, `0:00:00`.
pub(crate) fn clock(length: Duration) -> String {
    let s = length.as_secs();
    format!("{}:{:02}:{:02}", s / 3_600, s / 60 % 60, s % 60)
}

/// A short time in seconds, rounded up to tenths: what was lost is never told as less.
pub(crate) fn seconds_up(length: Duration) -> String {
    format!("{:.1}", (length.as_secs_f64() * 10.0).ceil() / 10.0)
}

/// Room on a disk, in the units that disks are sold by.
pub(crate) fn bytes(bytes: u64) -> String {
    match bytes as f64 {
        bytes if bytes >= 1e9 => format!("{:.1} GB", bytes / 1e9),
        bytes if bytes >= 1e6 => format!("{:.0} MB", bytes / 1e6),
        bytes => format!("{:.0} kB", (bytes / 1e3).ceil()),
    }
}

/// A length that is left, in words: hours and minutes, or minutes.
pub(crate) fn left(length: Duration, language: Language) -> String {
    let minutes = length.as_secs() / 60;
    let args = [("hours", (minutes / 60).into()), ("minutes", (minutes % 60).into())];
    let sentence = if minutes >= 60 { key::WINDOW_HOURS_MINUTES } else { key::WINDOW_MINUTES };
    say(language, sentence, &args)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::desk::channel::{Control, LEVEL, Role};

    #[test]
    fn a_level_is_read_with_sign_comma_and_unit() {
        let read = |text| read(&LEVEL, text, Language::English);
        assert_eq!(read("-6"), Some(-6.0));
        assert_eq!(read(" −6,5 dB"), Some(-6.5));
        assert_eq!(read("+3"), Some(3.0));
        assert_eq!(read("-inf"), Some(f32::NEG_INFINITY));
        assert_eq!(read("400"), Some(10.0));
        assert_eq!(read("loud"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn a_frequency_may_be_typed_in_kilohertz() {
        let spec = *Role::Strip.spec(Control::HIGHPASS_FREQ).expect("a strip has it");
        assert_eq!(read(&spec, "0.2k", Language::English), Some(200.0));
        assert_eq!(read(&spec, "120 Hz", Language::Maori), Some(120.0));
    }

    #[test]
    fn a_side_is_read_in_both_languages() {
        let spec = *Role::Strip.spec(Control::PAN).expect("a strip has it");
        assert_eq!(read(&spec, "L30", Language::English), Some(-0.3));
        assert_eq!(read(&spec, "r 30", Language::English), Some(0.3));
        assert_eq!(read(&spec, "c", Language::English), Some(0.0));
        assert_eq!(read(&spec, "-50", Language::English), Some(-0.5));
        for language in Language::ALL {
            for value in [-0.4, 0.0, 0.7] {
                let text = full(&spec, value, language);
                assert_eq!(read(&spec, &text, language), Some(value), "{text}");
            }
        }
    }

    #[test]
    fn silence_is_written_as_infinity() {
        assert_eq!(full(&LEVEL, f32::NEG_INFINITY, Language::English), "−∞ dB");
        assert_eq!(full(&LEVEL, -0.01, Language::English), "0.0 dB");
    }

    #[test]
    fn the_highest_ratio_of_a_compressor_limits_and_that_of_an_expander_does_not() {
        let compressor = compressor::PARAMS[usize::from(compressor::RATIO.0)];
        let expander = korero_dsp::effects::gate::PARAMS[usize::from(korero_dsp::effects::gate::RATIO.0)];
        for language in Language::ALL {
            let text = full(&compressor, compressor::LIMIT, language);
            assert_eq!(text, say(language, key::PANEL_LIMIT, &[]));
            assert_eq!(read(&compressor, &text, language), Some(compressor::LIMIT));
            assert_eq!(full(&expander, expander.max, language), "20.0 : 1");
            assert_eq!(full(&compressor, 4.0, language), "4.00 : 1");
        }
    }

    #[test]
    fn an_amount_that_only_goes_one_way_has_no_sign() {
        let range = korero_dsp::effects::gate::PARAMS[usize::from(korero_dsp::effects::gate::RANGE.0)];
        assert_eq!(full(&range, 60.0, Language::English), "60.0 dB");
        assert_eq!(full(&LEVEL, 6.0, Language::English), "+6.0 dB");
    }

    #[test]
    fn seconds_are_read_with_comma_and_unit_and_never_below_none() {
        assert_eq!(read_seconds(" 2,5 s"), Some(Duration::from_millis(2_500)));
        assert_eq!(seconds(Duration::from_millis(2_500)), "2.5");
        assert_eq!(["", "x", "-1", "1e99"].map(read_seconds), [None; 4]);
    }

    #[test]
    fn a_time_is_read_in_the_unit_that_stands_behind_it_and_in_no_other() {
        let texts = ["500 ms", "500ms", "2 S", "1 min", "3 x", "3 m", "1 min 30"];
        let seconds = [Some(0.5), Some(0.5), Some(2.0), Some(60.0), None, None, None];
        assert_eq!(texts.map(read_seconds), seconds.map(|seconds| seconds.map(Duration::from_secs_f64)));
        let attack = korero_dsp::effects::gate::PARAMS[usize::from(korero_dsp::effects::gate::ATTACK.0)];
        let milliseconds = |text| read(&attack, text, Language::English);
        assert_eq!(["2.5", "2,5 ms", "0.02 s", "3 x"].map(milliseconds), [Some(2.5), Some(2.5), Some(20.0), None]);
    }

    #[test]
    fn short_times_are_told_to_two_figures() {
        let attack = korero_dsp::effects::gate::PARAMS[usize::from(korero_dsp::effects::gate::ATTACK.0)];
        let told = |value| full(&attack, value, Language::English);
        assert_eq!([0.05, 2.5, 10.0].map(told), ["0.05 ms", "2.5 ms", "10 ms"]);
    }

    #[test]
    fn a_running_time_counts_hours() {
        assert_eq!(clock(Duration::from_secs(3_725)), "1:02:05");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(tenths in -600i32..=100) {
            let value = tenths as f32 / 10.0;
            let text = full(&LEVEL, value, Language::English);
            prop_assert!((read(&LEVEL, &text, Language::English).unwrap() - value).abs() < 0.051);
        }

        #[test]
        fn no_typed_text_leaves_the_range_or_panics(text in "\\PC{0,12}") {
            if let Some(value) = read(&LEVEL, &text, Language::Maori) {
                prop_assert!(value <= 10.0);
            }
        }
    }
}
