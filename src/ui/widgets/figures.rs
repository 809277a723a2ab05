//! Numbers that move: every digit takes the same room, so that nothing beside a changing number trembles.

use egui::cache::FramePublisher;
use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Vec2};

/// Of the digits from 0 to 9, px.
type Widths = [f32; 10];
/// By font and scale.
type Kept = FramePublisher<u64, Widths>;

/// The room that [`paint`] takes.
pub(crate) fn width(painter: &Painter, text: &str, font: &FontId) -> f32 {
    let (job, trailing) = lay(painter, text, font, Color32::PLACEHOLDER);
    painter.layout_job(job).size().x + trailing
}

/// Paints `text` with digits of equal width; gives the room it took.
pub(crate) fn paint(painter: &Painter, pos: Pos2, anchor: Align2, text: &str, font: &FontId, colour: Color32) -> Rect {
    let (job, trailing) = lay(painter, text, font, colour);
    let galley = painter.layout_job(job);
    let rect = anchor.anchor_size(pos, galley.size() + Vec2::new(trailing, 0.0));
    painter.galley(rect.min, galley, colour);
    rect
}

/// The letters at their places, and the room behind the last one.
fn lay(painter: &Painter, text: &str, font: &FontId, colour: Color32) -> (LayoutJob, f32) {
    let widths = widths(painter, font);
    let cell = widths.iter().copied().fold(0.0, f32::max);
    let mut job = LayoutJob::default();
    let mut owed = 0.0;
    for letter in text.chars() {
        let spare = letter.to_digit(10).map_or(0.0, |digit| (cell - widths[digit as usize]) / 2.0);
        job.append(letter.encode_utf8(&mut [0; 4]), owed + spare, TextFormat::simple(font.clone(), colour));
        owed = spare;
    }
    (job, owed)
}

/// How wide each digit is, px; asked once a picture, not once a number.
fn widths(painter: &Painter, font: &FontId) -> Widths {
    let key = egui::epaint::util::hash((font, painter.pixels_per_point().to_bits()));
    let known = painter.ctx().memory_mut(|memory| memory.caches.cache::<Kept>().get(&key).copied());
    known.unwrap_or_else(|| {
        let digit = |n| char::from(b'0' + n as u8);
        let widths = painter.fonts_mut(|fonts| std::array::from_fn(|n| fonts.glyph_width(font, digit(n))));
        painter.ctx().memory_mut(|memory| memory.caches.cache::<Kept>().set(key, widths));
        widths
    })
}
