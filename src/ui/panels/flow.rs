//! Where things stand beside each other: controls in columns, groups in rows.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

/// Puts cells of these sizes one below the other, and begins another column where `height` is used up. Gives their places
/// from (0, 0), and the size of all together.
pub(crate) fn columns(cells: &[Vec2], height: f32, gap: f32) -> (Vec<Rect>, Vec2) {
    let mut places = Vec::with_capacity(cells.len());
    let (mut at, mut width) = (Pos2::ZERO, 0.0_f32);
    for cell in cells {
        if at.y > 0.0 && at.y + cell.y > height {
            at = pos2(at.x + width + gap, 0.0);
            width = 0.0;
        }
        places.push(Rect::from_min_size(at, *cell));
        width = width.max(cell.x);
        at.y += cell.y + gap;
    }
    let reach = places.iter().fold(Vec2::ZERO, |reach, place| reach.max(place.max.to_vec2()));
    (places, reach)
}

/// Puts groups of these sizes beside each other, and begins another row where `width` is used up. Gives their places from
/// (0, 0), and the height of all together.
pub(crate) fn rows(groups: &[Vec2], width: f32, gap: f32) -> (Vec<Rect>, f32) {
    let turned: Vec<Vec2> = groups.iter().map(|size| vec2(size.y, size.x)).collect();
    let (places, reach) = columns(&turned, width, gap);
    let back = |place: Rect| Rect::from_min_max(pos2(place.min.y, place.min.x), pos2(place.max.y, place.max.x));
    (places.into_iter().map(back).collect(), reach.x)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_overlaps_and_nothing_is_wider_than_the_room(
            sizes in prop::collection::vec((10.0f32..300.0, 10.0f32..200.0), 0..20),
        ) {
            let sizes: Vec<Vec2> = sizes.into_iter().map(|(x, y)| vec2(x, y)).collect();
            let (places, height) = rows(&sizes, 320.0, 4.0);
            prop_assert_eq!(places.len(), sizes.len());
            for (n, place) in places.iter().enumerate() {
                prop_assert!(place.right() <= 320.5 && place.bottom() <= height + 0.5 && (place.size() - sizes[n]).length() < 0.1);
                for other in &places[n + 1..] {
                    prop_assert!(!place.shrink(0.1).intersects(other.shrink(0.1)), "{place:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn small_cells_stand_below_each_other_while_there_is_room() {
        let (knob, key) = (vec2(64.0, 68.0), vec2(64.0, 28.0));
        let (places, size) = columns(&[knob, knob, key, key, knob], 140.0, 4.0);
        let lefts: Vec<f32> = places.iter().map(Rect::left).collect();
        assert_eq!(lefts, [0.0, 0.0, 68.0, 68.0, 68.0]);
        assert_eq!(size, vec2(132.0, 140.0));
    }
}
