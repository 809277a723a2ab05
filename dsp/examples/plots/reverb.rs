//! How the three reverbs die away.

use crate::Outcome;
use crate::axis::steps;
use crate::chart::{Curve, Form, Look};
use crate::measure::room::{RATE, decay_seconds, fresh, impulse, left_to_come, play};
use crate::page::{Page, number};

/// Name, the decays of the table in ms, the one that is drawn, its colour.
const ROOMS: [(&str, [f32; 3], f32, &str); 3] = [
    ("room", [300.0, 500.0, 1_000.0], 500.0, "hue8"),
    ("plate", [800.0, 1_600.0, 3_000.0], 1_600.0, "hue4"),
    ("hall", [1_500.0, 2_400.0, 5_000.0], 2_400.0, "hue0"),
];

pub(crate) fn draw(look: &Look, page: &mut Page) -> Outcome {
    let (mut rows, mut curves) = (Vec::new(), Vec::new());
    for (id, decays, drawn, colour) in ROOMS {
        for ms in decays {
            let tail = tail(id, ms);
            let seconds = decay_seconds(&tail);
            let set = f64::from(ms) / 1_000.0;
            let off = 100.0 * (seconds / set - 1.0);
            rows.push(vec![id.to_owned(), number(set, 2, false), number(seconds, 2, false), number(off, 0, true)]);
            if ms == drawn {
                let left = left_to_come(&tail);
                let db = |frame: usize| 10.0 * (left[frame] / left[0]).max(1e-12).log10();
                let points = (0..left.len().min(3 * RATE)).step_by(RATE / 100);
                let points = points.map(|frame| (frame as f64 / RATE as f64, db(frame))).filter(|(_, db)| *db >= -60.0);
                let name = format!("{id}, {set} s");
                curves.push(Curve { name, colour, points: points.collect(), form: Form::Line });
                let ideal = vec![(0.0, 0.0), (set, -60.0)];
                curves.push(Curve { name: String::new(), colour, points: ideal, form: Form::Dashes });
            }
        }
    }
    curves.push(Curve::name_of(Form::Dashes, "a straight line of that time"));
    page.table("reverb", &["reverb", "decay set, s", "measured, s", "off, %"], &rows)?;
    let y = steps("energy still to come, dB", -60.0, 0.0, 10.0);
    look.curves("reverb.svg", &steps("time after a click, s", 0.0, 3.0, 0.2), &y, &curves)
}

/// What a click leaves behind, undamped and without a pre-delay.
fn tail(id: &str, ms: f32) -> Vec<korero_dsp::Lanes> {
    let (_, mut effect) = fresh(id, &[("on", 1.0), ("decay", ms), ("predelay", 0.0), ("damp", 20_000.0)]);
    play(effect.as_mut(), 0, ms as usize * 2 * RATE / 1_000, impulse)
}
