//! What looks the same from picture to picture: turned into triangles once, and kept while it is shown.
//!
//! A desk of many live strips is drawn thirty times a second, and of most of what is drawn nothing has moved. Words are not
//! kept here: egui keeps their letters itself.

use std::hash::Hash;
use std::sync::Arc;

use egui::cache::FramePublisher;
use egui::epaint::{RectShape, TessellationOptions, Tessellator};
use egui::{Color32, Mesh, Painter, Rect, Shape, Stroke, StrokeKind};

use crate::ui::theme::{Theme, corner};

/// Of the last picture, by all that decides how they look.
type Kept = FramePublisher<u64, Arc<Mesh>>;

/// Paints what `draw` gives. It is asked only when the `kind` of part, its `place`, the theme or `like` are others than in the
/// picture before: `like` holds everything else that decides how it looks.
pub(crate) fn still(
    painter: &Painter,
    theme: &Theme,
    (kind, place): (&str, Rect),
    like: impl Hash,
    draw: impl FnOnce(&mut Vec<Shape>),
) {
    if !painter.clip_rect().intersects(place) {
        return;
    }
    let scale = painter.pixels_per_point();
    let numbers = [place.min.x, place.min.y, place.max.x, place.max.y, theme.space.hair, scale].map(f32::to_bits);
    let key = egui::epaint::util::hash((kind, numbers, theme.mode as u8, like));
    let known = painter.ctx().memory_mut(|memory| {
        let kept = memory.caches.cache::<Kept>();
        let mesh = kept.get(&key).cloned();
        mesh.inspect(|mesh| kept.set(key, Arc::clone(mesh)))
    });
    let mesh = known.unwrap_or_else(|| {
        let mut shapes = Vec::new();
        draw(&mut shapes);
        let mesh = Arc::new(triangles(shapes, scale, painter.ctx().tessellation_options(|options| *options)));
        painter.ctx().memory_mut(|memory| memory.caches.cache::<Kept>().set(key, Arc::clone(&mesh)));
        mesh
    });
    painter.add(Shape::Mesh(mesh));
}

/// A rectangle that stays: `round` at its corners, px, with an edge inside.
pub(crate) fn still_rect(
    painter: &Painter,
    theme: &Theme,
    at: (&str, Rect),
    (round, fill): (f32, Color32),
    edge: Stroke,
) {
    still(painter, theme, at, (corner(round), fill, edge), |shapes| {
        shapes.push(RectShape::new(at.1, corner(round), fill, edge, StrokeKind::Inside).into());
    });
}

fn triangles(shapes: Vec<Shape>, pixels_per_point: f32, options: TessellationOptions) -> Mesh {
    let mut tessellator = Tessellator::new(pixels_per_point, options, [1, 1], Vec::new());
    let mut mesh = Mesh::default();
    for shape in shapes {
        tessellator.tessellate_shape(shape, &mut mesh);
    }
    mesh
}

#[cfg(test)]
mod tests {
    use egui::{RawInput, pos2, vec2};

    use super::*;
    use crate::ui::theme::Mode;

    /// The triangles of one picture that `paint` makes.
    fn picture(ctx: &egui::Context, paint: impl Fn(&Painter)) -> Vec<Mesh> {
        let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(200.0, 200.0));
        let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
        let mut output = ctx.run_ui(input, |ui| paint(ui.painter()));
        output.textures_delta.clear();
        let meshes = output.shapes.into_iter().filter_map(|clipped| match clipped.shape {
            Shape::Mesh(mesh) => Some(Arc::unwrap_or_clone(mesh)),
            _ => None,
        });
        meshes.collect()
    }

    #[test]
    fn what_stays_is_drawn_once_and_what_changes_is_drawn_anew() {
        let (ctx, drawn) = (egui::Context::default(), std::cell::Cell::new(0));
        let mut theme = Theme::of(Mode::Dark, false);
        let shown = |place: Rect, like: u8, theme: &Theme| {
            let before = drawn.get();
            let meshes = picture(&ctx, |painter| {
                still(painter, theme, ("part", place), like, |shapes| {
                    drawn.set(drawn.get() + 1);
                    shapes.push(Shape::rect_filled(place, corner(4.0), Color32::from_gray(like)));
                });
            });
            assert_eq!(meshes.len(), 1);
            assert!(meshes[0].is_valid() && !meshes[0].is_empty());
            assert!(meshes[0].vertices.iter().any(|vertex| vertex.color == Color32::from_gray(like)));
            drawn.get() - before
        };
        let place = Rect::from_min_size(pos2(10.0, 10.0), vec2(30.0, 20.0));
        assert_eq!(shown(place, 7, &theme), 1);
        assert_eq!(shown(place, 7, &theme), 0, "nothing changed");
        assert_eq!(shown(place, 7, &theme), 0, "and it is kept while it is shown");
        assert_eq!(shown(place, 8, &theme), 1, "it looks otherwise");
        assert_eq!(shown(place.translate(vec2(0.5, 0.0)), 8, &theme), 1, "it stands elsewhere");
        assert_eq!(shown(place, 8, &theme), 1, "what was not shown is forgotten");
        theme = theme.larger(2.0);
        assert_eq!(shown(place, 8, &theme), 1, "sizes are others");
        theme = Theme::of(Mode::Light, false);
        assert_eq!(shown(place, 8, &theme), 1, "colours are others");
    }

    #[test]
    fn what_is_out_of_sight_costs_nothing() {
        let ctx = egui::Context::default();
        let theme = Theme::of(Mode::Dark, false);
        let away = Rect::from_min_size(pos2(500.0, 10.0), vec2(30.0, 20.0));
        let meshes = picture(&ctx, |painter| {
            still(painter, &theme, ("part", away), 1, |_| panic!("nobody sees it"));
        });
        assert!(meshes.is_empty());
    }
}
