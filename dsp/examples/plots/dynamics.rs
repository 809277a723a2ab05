//! The compressor's and the gate's static curves, and their times.

use korero_dsp::effects::compressor::LIMIT;

use crate::Outcome;
use crate::axis::steps;
use crate::chart::{Curve, Form, Look};
use crate::measure::dynamics::{compressed, gains, settled, step, time_of, with};
use crate::page::{Page, number};

/// Threshold in dB, ratio, knee in dB, colour.
const CURVES: [(f32, f32, f32, &str); 4] =
    [(-20.0, 4.0, 0.0, "hue8"), (-30.0, 2.0, 12.0, "hue4"), (-40.0, 4.0, 24.0, "hue10"), (-10.0, LIMIT, 6.0, "hue0")];
/// Attack and release, ms.
const PACES: [(f32, f32); 5] = [(1.0, 10.0), (5.0, 60.0), (10.0, 120.0), (30.0, 300.0), (100.0, 800.0)];
/// When the tone of [`step`] rises and falls, in frames.
const UP: usize = 4_800;
const DOWN: usize = 14_400;

pub(crate) fn draw(look: &Look, page: &mut Page) -> Outcome {
    statics(look, page)?;
    times(look, page)
}

fn statics(look: &Look, page: &mut Page) -> Outcome {
    let (mut curves, mut rows) = (Vec::new(), Vec::new());
    for (threshold, ratio, knee, colour) in CURVES {
        let slope = if ratio >= LIMIT { 1.0 } else { 1.0 - 1.0 / f64::from(ratio) };
        let formula = |db: f64| compressed(db, f64::from(threshold), slope, f64::from(knee));
        let values = [("threshold", threshold), ("ratio", ratio), ("knee", knee), ("attack", 5.0), ("release", 100.0)];
        let points = settled("compressor", &values, 1_000.0);
        let worst = points.iter().fold(0.0_f64, |worst, (db, out)| worst.max((out - formula(*db)).abs()));
        let to_one = if ratio >= LIMIT { "∞".to_owned() } else { format!("{ratio:.0}") };
        let name = format!("{} dB, {to_one}:1, knee {knee:.0} dB", number(f64::from(threshold), 0, false));
        rows.push(vec![name.clone(), number(worst, 3, false)]);
        let line = (-120..=0).map(|half| (f64::from(half) / 2.0, formula(f64::from(half) / 2.0))).collect();
        curves.push(Curve { name, colour, points: line, form: Form::Line });
        let dots = points.into_iter().step_by(3).collect();
        curves.push(Curve { name: String::new(), colour, points: dots, form: Form::Dots });
    }
    curves.push(Curve::name_of(Form::Dots, "measured"));
    page.table("compressor", &["threshold, ratio, knee", "farthest from the formula, dB"], &rows)?;
    let axis = |name| steps(name, -60.0, 0.0, 10.0);
    look.curves("compressor.svg", &axis("in, dBFS"), &axis("out, dBFS"), &curves)
}

fn times(look: &Look, page: &mut Page) -> Outcome {
    let mut rows = Vec::new();
    for (attack, release) in PACES {
        let down = UP + 480 * attack as usize + 960;
        let gains = moved(attack, release, down, down + 96 * release as usize);
        let ms = |from, before, after| time_of(&gains, from, before, after) / 48.0;
        let (attacked, released) = (ms(UP, 0.0, -7.5), ms(down, -7.5, 0.0));
        rows.push(vec![
            number(f64::from(attack), 0, false),
            number(attacked, 2, false),
            number(f64::from(release), 0, false),
            number(released, 1, false),
        ]);
    }
    page.table("times", &["attack set, ms", "measured", "release set, ms", "measured"], &rows)?;
    let mut curves = Vec::new();
    for ((attack, release), colour) in
        [(5.0, 60.0), (10.0, 120.0), (30.0, 300.0)].into_iter().zip(["hue8", "hue4", "hue0"])
    {
        let gains = moved(attack, release, DOWN, 38_400);
        let ms = |frame: usize| frame as f64 / 48.0 - 100.0;
        let points = (UP - 480..gains.len()).step_by(48).map(|frame| (ms(frame), gains[frame])).collect();
        curves.push(Curve {
            name: format!("attack {attack:.0} ms, release {release:.0} ms"),
            colour,
            points,
            form: Form::Line,
        });
        let share = 1.0 - (-1.0_f64).exp();
        let reached = (f64::from(attack), -7.5 * share);
        let left = (f64::from(release) + ms(DOWN), -7.5 * (1.0 - share));
        curves.push(Curve { name: String::new(), colour, points: vec![reached, left], form: Form::Dots });
    }
    curves.push(Curve::name_of(Form::Dots, "63 % of the way at the time that was set"));
    let x = steps("time since the tone became louder, ms", 0.0, 700.0, 100.0);
    look.curves("compressor-times.svg", &x, &steps("gain, dB", -8.0, 1.0, 1.0), &curves)
}

/// The gains, in dB, while a key of 5 kHz rises by 20 dB and falls again: 4:1 above −20 dBFS, so 7.5 dB down and up.
fn moved(attack: f32, release: f32, down: usize, frames: usize) -> Vec<f64> {
    let values = [("threshold", -20.0), ("ratio", 4.0), ("knee", 0.0), ("attack", attack), ("release", release)];
    let mut effect = with("compressor", &[&values[..], &[("key", 1.0)]].concat());
    gains(effect.as_mut(), &step(frames, UP, down))
}
