//! How much later the sound comes out of each effect.

use korero_dsp::effect::Format;
use korero_dsp::effects::EFFECTS;

use crate::Outcome;
use crate::axis::{Rows, steps};
use crate::chart::{Bars, Look};
use crate::measure::room::{RATE, impulse, play};
use crate::page::{Page, number};

pub(crate) fn draw(look: &Look, page: &mut Page) -> Outcome {
    let (mut names, mut values, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for spec in EFFECTS {
        let mut effect = spec.build();
        effect.prepare(Format { rate: RATE as f32 });
        let declared = effect.latency_frames();
        // At rest an effect only delays, so the click itself is looked for; a tenth of full scale wakes no limiter.
        let out = play(effect.as_mut(), 0, RATE / 10, |n| korero_dsp::Lanes::splat(0.1 * impulse(n).0[0]));
        let heard = out.iter().position(|frame| frame.0[0] != 0.0).ok_or("an effect swallows a click")?;
        let ms = heard as f64 / RATE as f64 * 1_000.0;
        names.push(spec.id);
        values.push(ms);
        rows.push(vec![spec.id.to_owned(), declared.to_string(), heard.to_string(), number(ms, 2, false)]);
    }
    page.table("latency", &["effect", "declared, frames", "measured, frames", "ms"], &rows)?;
    let kinds = [Bars { name: "until a click comes out", colour: "hue8", values, digits: 1 }];
    look.bars("latency.svg", &Rows::new(&names), &steps("latency at 48 kHz, ms", 0.0, 25.0, 5.0), &kinds, None)
}
