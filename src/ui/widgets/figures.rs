//! Numbers that move: every digit takes the same room, so that nothing beside a changing number trembles.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Vec2};

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
    painter.fonts_mut(|fonts| {
        let widths: Vec<f32> = ('0'..='9').map(|digit| fonts.glyph_width(font, digit)).collect();
        let cell = widths.iter().copied().fold(0.0, f32::max);
        let mut job = LayoutJob::default();
        let mut owed = 0.0;
        for letter in text.chars() {
            let spare = letter.to_digit(10).map_or(0.0, |digit| (cell - widths[digit as usize]) / 2.0);
            job.append(letter.encode_utf8(&mut [0; 4]), owed + spare, TextFormat::simple(font.clone(), colour));
            owed = spare;
        }
        (job, owed)
    })
}
