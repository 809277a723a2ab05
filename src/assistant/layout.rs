//! From what was found to a desk.

use super::{Finding, Kind, Setup};
use crate::desk::channel::Control;
use crate::desk::{Desk, Strip, StripId, StripInput};
use crate::limits::{HUES, MAX_STRIPS};

impl Setup {
    /// A desk with one strip for each instrument, trimmed, named by `name` from its first and last input. A pair of which
    /// one side is inverted becomes two strips, hard left and hard right, since a stereo strip turns both sides.
    #[must_use]
    pub fn desk(&self, name: impl Fn(u8, u8) -> String) -> Desk {
        let mut strips: Vec<Strip> = self.findings.iter().flat_map(|finding| strip(finding, &name)).collect();
        strips.truncate(MAX_STRIPS);
        for (at, strip) in strips.iter_mut().enumerate() {
            strip.hue = (at % usize::from(HUES)) as u8;
        }
        Desk { strips, ..Desk::default() }
    }

    /// Gives the instrument at `input` (of a pair the left one) its strip and its trim. A strip that its input feeds already
    /// is taken, and of a pair that was two strips one goes; else a strip is added while there is room. An empty `name`
    /// leaves a strip its own.
    pub fn lay_out(&self, desk: &mut Desk, input: u8, name: &str) {
        let found = self.findings.iter().filter(|finding| first_input(finding) == Some(input));
        let mut taken: Vec<StripId> = Vec::new();
        for wanted in found.filter_map(|finding| strip(finding, |first, _| title(finding, name, first))) {
            let free = |strip: &&mut Strip| {
                wanted.input.inputs().any(|input| strip.input.is_fed_by(input)) && !taken.contains(&strip.id)
            };
            let room = desk.strips.len() < MAX_STRIPS;
            match desk.strips.iter_mut().find(free) {
                Some(strip) => {
                    put_on(strip, &wanted);
                    taken.push(strip.id.clone());
                }
                None if room => {
                    taken.push(wanted.id.clone());
                    let hue = (desk.strips.len() % usize::from(HUES)) as u8;
                    desk.strips.push(Strip { hue, ..wanted });
                }
                None => {}
            }
        }
        let spare = |strip: &&Strip| strip.input == StripInput::Mono(input + 1) && !taken.contains(&strip.id);
        if self.is_pair(input)
            && let Some(right) = desk.strips.iter().find(spare).map(|strip| strip.id.clone())
        {
            desk.remove_strip(&right);
        }
    }

    /// Whether the desk has that instrument as it was found and under that `name`; an empty one asks for none.
    #[must_use]
    pub fn is_laid_out(&self, desk: &Desk, input: u8, name: &str) -> bool {
        let mut goal = desk.clone();
        self.lay_out(&mut goal, input, name);
        goal == *desk
    }

    /// The inputs of the instruments that were found, of a pair the left one.
    pub fn instruments(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| first_input(finding) == Some(finding.input))
    }

    /// Whether somebody was heard at one of these inputs.
    #[must_use]
    pub fn hears(&self, fed: StripInput) -> bool {
        let heard = |finding: &&Finding| !matches!(finding.kind, Kind::Loopback | Kind::Silent);
        self.findings.iter().filter(heard).any(|finding| fed.is_fed_by(finding.input))
    }

    fn is_pair(&self, input: u8) -> bool {
        self.findings.iter().any(|finding| finding.input == input && matches!(finding.kind, Kind::Side(_)))
    }
}

/// The input that an instrument is known by; `None` for what is no instrument.
fn first_input(finding: &Finding) -> Option<u8> {
    match finding.kind {
        Kind::Loopback | Kind::Silent => None,
        Kind::Mono => Some(finding.input),
        Kind::Side(pair) => Some(pair.left),
    }
}

/// The sides of a turned pair are two strips of one name, told apart by a number.
fn title(finding: &Finding, name: &str, first: u8) -> String {
    match finding.kind {
        Kind::Side(pair) if pair.inverted && !name.is_empty() => format!("{name} {}", first - pair.left + 1),
        _ => name.to_owned(),
    }
}

/// Input, trim and polarity; the pan only of a side that has one.
fn put_on(strip: &mut Strip, wanted: &Strip) {
    strip.input = wanted.input;
    if !wanted.name.is_empty() {
        strip.name.clone_from(&wanted.name);
    }
    strip.channel.set(Control::TRIM, wanted.channel.value(Control::TRIM));
    strip.channel.set(Control::INVERT, wanted.channel.value(Control::INVERT));
    if wanted.channel.pan() != 0.0 {
        strip.channel.set(Control::PAN, wanted.channel.pan());
    }
}

fn strip(finding: &Finding, name: impl Fn(u8, u8) -> String) -> Option<Strip> {
    let input = finding.input;
    let mono = || Strip::new(name(input, input), StripInput::Mono(input));
    let strip = match finding.kind {
        Kind::Mono => mono(),
        Kind::Side(pair) if pair.inverted => {
            let right = input != pair.left;
            let pan = if right { 1.0 } else { -1.0 };
            mono().with(Control::PAN, pan).with(Control::INVERT, f32::from(right))
        }
        Kind::Side(pair) if input == pair.left => {
            Strip::new(name(input, input + 1), StripInput::Stereo(input, input + 1))
        }
        // A right side stands on the strip of its left one.
        Kind::Loopback | Kind::Silent | Kind::Side(_) => return None,
    };
    Some(strip.with(Control::TRIM, finding.trim_db))
}
