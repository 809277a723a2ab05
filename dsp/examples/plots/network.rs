//! What listeners heard through bad networks, as a test measured it and wrote it down.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Outcome;
use crate::axis::{Rows, steps};
use crate::chart::{Bars, Curve, Form, Look};
use crate::page::{Page, number};

/// The two paths of the matrix, each with the colour of its curves and bars.
const PATHS: [(&str, &str); 2] = [("uplink", "accent"), ("downlink", "caution")];

/// Draws the measurement in `file` and fills the page. `run` says when, where and how it was measured. Errors: a file cannot be
/// read or written, or is not as the test writes it.
pub(crate) fn draw(look: &Look, page: &mut Page, file: &Path, run: &str) -> Outcome {
    let rows: Vec<Value> = serde_json::from_slice(&fs::read(file)?)?;
    page.text("run", run)?;
    for (path, _) in PATHS {
        let of_path: Vec<&Value> = rows.iter().filter(|row| name_on(row, path).is_some()).collect();
        let cells: Vec<Vec<String>> = of_path.iter().map(|row| cells(row, path)).collect();
        page.table(path, &HEADS, &cells)?;
        let steps = of_path.iter().flat_map(|row| row["steps"].as_array().into_iter().flatten());
        page.table(&format!("{path} rates"), &STEP_HEADS, &steps.map(step).collect::<Vec<_>>())?;
    }
    bars(look, &rows)?;
    for (file, name, from, to, most) in [
        ("network-rates.svg", "2 Mb/s, 256, 96 kb/s, 2 Mb/s", -5.0, 80.0, 1_500.0),
        ("network-darkness.svg", "nothing passes", -5.0, 40.0, 1_500.0),
        ("network-jitter.svg", "jitter ± 80 ms", -5.0, 50.0, 600.0),
    ] {
        let x = steps("seconds from the beginning of it", from, to, 5.0);
        let y = steps("latency of the player, ms", 0.0, most, most / 6.0);
        look.curves(file, &x, &y, &PATHS.map(|(path, colour)| curve(&rows, path, colour, name)))?;
    }
    Ok(())
}

const HEADS: [&str; 11] = [
    "what happens",
    "concealed, %",
    "longest gap, ms",
    "steady after, s",
    "latency before, ms",
    "during",
    "after",
    "as before after, s",
    "to the worklet before → after, ms",
    "lost / resent / sent",
    "payload, kb/s",
];

const STEP_HEADS: [&str; 6] = [
    "the path, kb/s",
    "concealed, %",
    "once settled, %",
    "longest gap then, ms",
    "payload then, kb/s",
    "latency then, ms",
];

fn name_on<'a>(row: &'a Value, path: &str) -> Option<&'a str> {
    row["row"].as_str()?.strip_prefix(path)?.strip_prefix(": ")
}

/// A number, or a dash where there was none.
fn shown(value: &Value, scale: f64, digits: usize) -> String {
    value.as_f64().map_or_else(|| "–".to_owned(), |value| number(value * scale, digits, false))
}

fn cells(row: &Value, path: &str) -> Vec<String> {
    let counts = ["lost", "resent", "packets"].map(|name| shown(&row[name], 1.0, 0)).join(" / ");
    vec![
        name_on(row, path).unwrap_or_default().to_owned(),
        shown(&row["concealed"], 100.0, 2),
        shown(&row["gap_ms"], 1.0, 0),
        shown(&row["settles_s"], 1.0, 1),
        shown(&row["before_ms"], 1.0, 0),
        shown(&row["during_ms"], 1.0, 0),
        shown(&row["after_ms"], 1.0, 0),
        shown(&row["back_s"], 1.0, 1),
        format!("{} → {}", shown(&row["clicks_before_ms"], 1.0, 0), shown(&row["clicks_after_ms"], 1.0, 0)),
        counts,
        shown(&row["kbps"], 1.0, 0),
    ]
}

fn step(step: &Value) -> Vec<String> {
    vec![
        shown(&step["rate_kbps"], 1.0, 0),
        shown(&step["concealed"], 100.0, 2),
        shown(&step["concealed_once_settled"], 100.0, 2),
        shown(&step["gap_once_settled_ms"], 1.0, 0),
        shown(&step["kbps_once_settled"], 1.0, 0),
        shown(&step["latency_once_settled_ms"], 1.0, 0),
    ]
}

/// What was concealed of the rows that last: loss and jitter.
fn bars(look: &Look, rows: &[Value]) -> Outcome {
    let names: Vec<&str> = rows
        .iter()
        .filter_map(|row| name_on(row, PATHS[0].0))
        .filter(|name| name.contains("lost") || name.contains("jitter"))
        .collect();
    let kinds = PATHS.map(|(path, colour)| {
        let of = |name: &&str| rows.iter().find(|row| name_on(row, path) == Some(name));
        let share = |name: &&str| of(name).and_then(|row| row["concealed"].as_f64()).unwrap_or(0.0) * 100.0;
        Bars { name: path, colour, values: names.iter().map(share).collect(), digits: 2 }
    });
    let x = steps("concealed, %", 0.0, 3.0, 0.5);
    look.bars("network-concealed.svg", &Rows::new(&names), &x, &kinds, None)
}

fn curve(rows: &[Value], path: &str, colour: &'static str, name: &str) -> Curve {
    let row = rows.iter().find(|row| name_on(row, path) == Some(name));
    let points = row.and_then(|row| row["played"].as_array()).into_iter().flatten();
    let points = points.filter_map(|point| Some((point[0].as_f64()?, point[1].as_f64()?))).collect();
    Curve { name: path.to_owned(), colour, points, form: Form::Dots }
}
