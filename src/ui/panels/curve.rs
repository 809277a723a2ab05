//! What a section does, as a curve: the equaliser from the coefficients that run, dynamics from their static law.

use egui::{Align2, Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, pos2};
use korero_dsp::effects::eq;
use korero_dsp::filter::matched::Section;
use korero_dsp::spectrum::{BANDS, band_freq};
use korero_dsp::units::power_to_db;

use crate::limits::SAMPLE_RATE;
use crate::metering::SmallSpectrum;
use crate::ui::theme::{Theme, Weight};
use crate::ui::widgets::still::{still, still_rect};

/// What can be set on an equaliser.
pub(crate) type EqValues = [f32; eq::PARAMS.len()];

/// From the lowest to the highest frequency that is drawn, Hz.
const FREQS: (f32, f32) = (20.0, 20_000.0);
/// Frequencies with a line, Hz, and what is written there.
const DECADES: [(f32, &str); 3] = [(100.0, "100"), (1_000.0, "1k"), (10_000.0, "10k")];
/// From the lowest to the highest change of level that is drawn, dB.
const CHANGES: (f32, f32) = (-20.0, 20.0);
/// Changes of level with a line, dB.
const STEPS: [f32; 3] = [-12.0, 0.0, 12.0];
/// From the lowest to the highest level of sound that is drawn, dB of a full-scale sine.
const SOUND: (f32, f32) = (-96.0, 0.0);
/// Levels of sound with a line, dB.
const SOUND_STEPS: [f32; 3] = [-72.0, -48.0, -24.0];
/// From the lowest to the highest level that is drawn of dynamics, dB.
const LEVELS: (f32, f32) = (-72.0, 0.0);
/// Pixels between two points of a curve.
const STEP: f32 = 1.5;
/// Points of a small curve, and the change of level at its edges, dB.
const SMALL_POINTS: usize = 40;
const SMALL_CHANGE_DB: f32 = 15.0;

/// Paints what an equaliser does, quietly while it is off, before the sound that leaves the channel.
pub(crate) fn equaliser(
    painter: &Painter,
    theme: &Theme,
    rect: Rect,
    (values, on): (&EqValues, bool),
    sound: Option<&[f32; BANDS]>,
) {
    ground(painter, theme, rect);
    let painter = painter.with_clip_rect(rect.shrink(theme.space.hair));
    let freq = |x: f32| FREQS.0 * (FREQS.1 / FREQS.0).powf((x - rect.left()) / rect.width());
    let y = |db: f32| level(rect, CHANGES, db);
    let small = theme.font(theme.letters.tiny, Weight::Regular);
    decades(&painter, theme, rect);
    if let Some(sound) = sound {
        let points = bands_of(rect, sound);
        fill(&painter, &points, rect.bottom(), theme.cool.gamma_multiply(0.22));
    }
    for db in STEPS {
        painter.hline(rect.x_range(), y(db), theme.hairline());
        if db != 0.0 {
            let word = format!("{}{}", if db < 0.0 { "−" } else { "+" }, db.abs());
            let at = pos2(rect.left() + theme.space.xs, y(db));
            painter.text(at, Align2::LEFT_BOTTOM, word, small.clone(), theme.ink[2]);
        }
    }
    let exact = response(values);
    let response = |freq: f32| exact(freq).clamp(CHANGES.0 * 2.0, CHANGES.1 * 2.0);
    let points = sampled(rect, |x| y(response(freq(x))));
    let ink = if on { theme.ember } else { theme.ink[2] };
    if on {
        fill(&painter, &points, y(0.0), ink.gamma_multiply(0.18));
    }
    painter.add(Shape::line(points, Stroke::new(theme.space.hair * 2.0, ink)));
}

/// What an equaliser does to the level at a frequency in Hz, in dB, from the coefficients that run; they are designed once.
fn response(values: &EqValues) -> impl Fn(f32) -> f32 + use<> {
    let rate = SAMPLE_RATE as f32;
    let sections: [_; eq::BANDS] = std::array::from_fn(|band| eq::sections_of(values, band, rate));
    move |freq| {
        let power = |section: &Section| section.power(f64::from(freq), f64::from(rate));
        power_to_db(sections.iter().flatten().map(power).product::<f64>() as f32)
    }
}

/// The same at the points of a small curve.
pub(crate) fn response_over_octaves(values: &EqValues) -> Vec<f32> {
    let response = response(values);
    let way = |n: usize| n as f32 / (SMALL_POINTS - 1) as f32;
    (0..SMALL_POINTS).map(|n| response(FREQS.0 * (FREQS.1 / FREQS.0).powf(way(n)))).collect()
}

/// Paints an equaliser without words, quietly while it is off, before the sound that leaves the channel.
pub(crate) fn small(
    painter: &Painter,
    theme: &Theme,
    rect: Rect,
    (response_db, on): (&[f32], bool),
    sound: Option<&SmallSpectrum>,
) {
    ground(painter, theme, rect);
    let inner = rect.shrink(theme.space.hair);
    if let Some(sound) = sound {
        fill(painter, &small_bands_of(inner, sound), inner.bottom(), theme.cool.gamma_multiply(0.3));
    }
    let like: Vec<u32> = response_db.iter().map(|db| db.to_bits()).collect();
    still(painter, theme, ("response", inner), (like, on), |shapes| changes(theme, inner, (response_db, on), shapes));
}

/// The small curve of what an equaliser changes.
fn changes(theme: &Theme, inner: Rect, (response_db, on): (&[f32], bool), shapes: &mut Vec<Shape>) {
    let y = |db: f32| level(inner, (-SMALL_CHANGE_DB, SMALL_CHANGE_DB), db);
    shapes.push(Shape::hline(inner.x_range(), y(0.0), theme.hairline()));
    let x = |n: usize| inner.left() + inner.width() * n as f32 / (SMALL_POINTS - 1) as f32;
    let near = |db: f32| y(db.clamp(-SMALL_CHANGE_DB, SMALL_CHANGE_DB));
    let points: Vec<Pos2> = response_db.iter().enumerate().map(|(n, db)| pos2(x(n), near(*db))).collect();
    let ink = if on { theme.ember } else { theme.ink[2] };
    if on {
        shapes.push(filled(&points, y(0.0), ink.gamma_multiply(0.18)));
    }
    shapes.push(Shape::line(points, Stroke::new(theme.space.hair * 1.5, ink)));
}

/// Paints what sound is made of, level over frequency.
pub(crate) fn spectrum(painter: &Painter, theme: &Theme, rect: Rect, sound: Option<&[f32; BANDS]>) {
    ground(painter, theme, rect);
    let painter = painter.with_clip_rect(rect.shrink(theme.space.hair));
    decades(&painter, theme, rect);
    for db in SOUND_STEPS {
        painter.hline(rect.x_range(), level(rect, SOUND, db), theme.hairline());
    }
    if let Some(sound) = sound {
        let points = bands_of(rect, sound);
        fill(&painter, &points, rect.bottom(), theme.cool.gamma_multiply(0.25));
        painter.add(Shape::line(points, Stroke::new(theme.space.hair, theme.cool)));
    }
    // Over the sound, so that they are always read.
    for db in SOUND_STEPS {
        let at = pos2(rect.left() + theme.space.xs, level(rect, SOUND, db));
        let small = theme.font(theme.letters.tiny, Weight::Regular);
        painter.text(at, Align2::LEFT_BOTTOM, format!("−{}", db.abs()), small, theme.ink[1]);
    }
}

/// The bands of a spectrum as points, from the lowest.
fn bands_of(rect: Rect, sound: &[f32; BANDS]) -> Vec<Pos2> {
    let point = |(band, db): (usize, &f32)| pos2(along(rect, band_freq(band)), level(rect, SOUND, db.max(SOUND.0)));
    sound.iter().enumerate().map(point).collect()
}

/// The small bands of a spectrum as points, evenly over the octaves. Every strip has them in every picture, so the way from one
/// to the next is found once.
fn small_bands_of(rect: Rect, sound: &SmallSpectrum) -> Vec<Pos2> {
    let [first, second] = [1, 4].map(|band| along(rect, band_freq(band)));
    let x = |at: usize| first + (second - first) * at as f32;
    sound.iter().enumerate().map(|(at, db)| pos2(x(at), level(rect, SOUND, db.clamp(SOUND.0, SOUND.1)))).collect()
}

/// Where a frequency stands.
fn along(rect: Rect, freq: f32) -> f32 {
    rect.left() + rect.width() * (freq / FREQS.0).ln() / (FREQS.1 / FREQS.0).ln()
}

fn decades(painter: &Painter, theme: &Theme, rect: Rect) {
    for (freq, word) in DECADES {
        let x = along(rect, freq);
        painter.vline(x, rect.y_range(), theme.hairline());
        let small = theme.font(theme.letters.tiny, Weight::Regular);
        let galley = painter.layout_no_wrap(word.to_owned(), small, theme.ink[2]);
        // Beside the line where there is room, else before it.
        let right = x + theme.space.xs + galley.size().x <= rect.right() - theme.space.hair;
        let left = if right { x + theme.space.xs } else { x - theme.space.xs - galley.size().x };
        let top = rect.bottom() - theme.space.hair * 2.0 - galley.size().y;
        painter.galley(pos2(left, top), galley, theme.ink[2]);
    }
}

/// Where the handle of a band stands: `freq` in Hz, `gain` in dB.
pub(crate) fn handle(rect: Rect, freq: f32, gain: f32) -> Pos2 {
    pos2(along(rect, freq), level(rect, CHANGES, gain))
}

/// How many dB a point of the screen is worth on the curve of an equaliser.
pub(crate) fn db_per_point(rect: Rect) -> f32 {
    (CHANGES.1 - CHANGES.0) / rect.height()
}

/// Paints what comes out (up) for what goes in (right), both in dB; `output` is the static law.
pub(crate) fn dynamics(painter: &Painter, theme: &Theme, rect: Rect, on: bool, output: impl Fn(f32) -> f32) {
    ground(painter, theme, rect);
    let painter = painter.with_clip_rect(rect.shrink(theme.space.hair));
    let input = |x: f32| LEVELS.0 + (LEVELS.1 - LEVELS.0) * (x - rect.left()) / rect.width();
    for db in [-48.0, -24.0] {
        painter.hline(rect.x_range(), level(rect, LEVELS, db), theme.hairline());
        let x = rect.left() + rect.bottom() - level(rect, LEVELS, db);
        painter.vline(x, rect.y_range(), theme.hairline());
    }
    painter.line_segment([rect.left_bottom(), rect.right_top()], theme.hairline());
    let points = sampled(rect, |x| level(rect, LEVELS, output(input(x)).max(LEVELS.0 * 2.0)));
    let ink = if on { theme.cool } else { theme.ink[2] };
    painter.add(Shape::line(points, Stroke::new(theme.space.hair * 2.0, ink)));
}

/// Paints where the sound stands on the curve of its dynamics: what comes in and what goes out, dB.
pub(crate) fn dot(painter: &Painter, theme: &Theme, rect: Rect, (input, output): (f32, f32)) {
    if input > LEVELS.0 {
        let x = rect.left() + rect.bottom() - level(rect, LEVELS, input.min(LEVELS.1));
        let place = pos2(x, level(rect, LEVELS, output.clamp(LEVELS.0, LEVELS.1)));
        painter.circle(place, theme.space.xs, theme.ink[0], Stroke::new(theme.space.hair, theme.surface[0]));
    }
}

/// Paints what was taken away over time, hanging from the top, the latest at the right. Each look is so many seconds old and
/// took so many dB; `reach` is how old the oldest may be, and how many dB fill the height.
pub(crate) fn history(
    painter: &Painter,
    theme: &Theme,
    rect: Rect,
    looks: impl Iterator<Item = (f64, f32)>,
    (seconds, full_db): (f64, f32),
) {
    ground(painter, theme, rect);
    let inner = rect.shrink(theme.space.hair);
    let painter = painter.with_clip_rect(painter.clip_rect().intersect(inner));
    for db in [6.0, 12.0, 18.0] {
        painter.hline(inner.x_range(), inner.top() + inner.height() * db / full_db, theme.hairline());
    }
    let x = |age: f64| inner.right() - inner.width() * (age / seconds) as f32;
    let y = |db: f32| inner.top() + inner.height() * (db / full_db).min(1.0);
    let points: Vec<Pos2> = looks.map(|(age, db)| pos2(x(age), y(db))).collect();
    fill(&painter, &points, inner.top(), theme.cool.gamma_multiply(0.35));
    painter.add(Shape::line(points, Stroke::new(theme.space.hair, theme.cool)));
}

fn ground(painter: &Painter, theme: &Theme, rect: Rect) {
    still_rect(painter, theme, ("curve", rect), (theme.radius.s, theme.surface[0]), theme.hairline());
}

fn level(rect: Rect, (low, high): (f32, f32), db: f32) -> f32 {
    rect.bottom() - rect.height() * (db - low) / (high - low)
}

fn sampled(rect: Rect, y: impl Fn(f32) -> f32) -> Vec<Pos2> {
    let count = (rect.width() / STEP) as usize;
    let x = |n: usize| rect.left() + rect.width() * n as f32 / count.max(1) as f32;
    (0..=count).map(|n| pos2(x(n), y(x(n)))).collect()
}

/// Fills between a curve and a level.
fn fill(painter: &Painter, points: &[Pos2], base: f32, ink: Color32) {
    painter.add(filled(points, base, ink));
}

fn filled(points: &[Pos2], base: f32, ink: Color32) -> Shape {
    let mut mesh = Mesh::default();
    mesh.reserve_vertices(points.len() * 2);
    mesh.reserve_triangles(points.len() * 2);
    for (n, point) in points.iter().enumerate() {
        mesh.colored_vertex(*point, ink);
        mesh.colored_vertex(pos2(point.x, base), ink);
        if n > 0 {
            let first = 2 * n as u32 - 2;
            mesh.add_triangle(first, first + 1, first + 2);
            mesh.add_triangle(first + 1, first + 2, first + 3);
        }
    }
    Shape::mesh(mesh)
}
