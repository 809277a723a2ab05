//! How far the limiter lets true peaks over its ceiling, read by two meters.

use crate::Outcome;
use crate::axis::{Rows, steps};
use crate::chart::{Bars, Look};
use crate::measure::hard_sounds::{driven, hardest};
use crate::measure::true_peak::{CEILING_DB, by_ebur128, by_kaiser, limited};
use crate::page::{Page, number};

/// Of each sound: half a second.
const FRAMES: usize = 24_000;
/// How far each is driven, dB.
const DRIVE: f64 = 12.0;

pub(crate) fn draw(look: &Look, page: &mut Page) -> Outcome {
    let (mut names, mut rows) = (Vec::new(), Vec::new());
    let (mut four, mut sixteen) = (Vec::new(), Vec::new());
    for (name, sound) in hardest(FRAMES) {
        let input = driven(&sound, DRIVE);
        let out = limited(&input);
        let over = [by_ebur128(&out) - CEILING_DB, by_kaiser(&out) - CEILING_DB];
        rows.push(vec![
            name.to_owned(),
            number(by_kaiser(&input), 1, true),
            number(over[0], 3, true),
            number(over[1], 3, true),
        ]);
        names.push(name);
        four.push(over[0]);
        sixteen.push(over[1]);
    }
    page.table("limiter", &["sound", "true peak in, dBTP", "over, 4× meter, dB", "over, 16× meter, dB"], &rows)?;
    let kinds = [
        Bars { name: "ebur128, 4×", colour: "hue8", values: four, digits: 2 },
        Bars { name: "Kaiser, 16×, 256 taps each", colour: "hue0", values: sixteen, digits: 2 },
    ];
    let x = steps("true peak over the ceiling of −1 dBTP, dB; promised: at most +0.1", -1.0, 0.2, 0.2);
    look.bars("limiter.svg", &Rows::new(&names), &x, &kinds, Some(0.1))
}
