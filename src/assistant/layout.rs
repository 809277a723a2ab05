//! From what was found to a desk.

use super::{Finding, Kind, Setup};
use crate::desk::channel::Control;
use crate::desk::{Desk, Strip, StripInput};
use crate::limits::MAX_STRIPS;

impl Setup {
    /// A desk with one strip for each instrument, trimmed, named by `name` from its first and last input. A pair of which
    /// one side is inverted becomes two strips, hard left and hard right, since a stereo strip turns both sides.
    #[must_use]
    pub fn desk(&self, name: impl Fn(u8, u8) -> String) -> Desk {
        let mut strips: Vec<Strip> = self.findings.iter().flat_map(|finding| strip(finding, &name)).collect();
        strips.truncate(MAX_STRIPS);
        for (at, strip) in strips.iter_mut().enumerate() {
            strip.hue = (at % 12) as u8;
        }
        Desk { strips, ..Desk::default() }
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
