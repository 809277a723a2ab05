//! Where things stand beside each other: controls in columns, groups wherever there is room.

use std::ops::Range;

use egui::{Pos2, Rect, Vec2, pos2};

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

/// Gives each group of these sizes the leftmost place where it fits into `width` and is at most `slack` lower than it could
/// be, and none above the group before it: read from above they stay in their order. Gives their places from (0, 0), and the
/// height of all together.
pub(crate) fn packed(groups: &[Vec2], width: f32, (gap, slack): (f32, f32)) -> (Vec<Rect>, f32) {
    let mut places: Vec<Rect> = Vec::with_capacity(groups.len());
    for size in groups {
        let top = places.last().map_or(0.0, Rect::top);
        let beside = places.iter().flat_map(|place| [place.left(), place.right() + gap]);
        let lefts = beside.filter(|left| left + size.x <= width).chain([0.0]);
        let corners = lefts.map(|left| pos2(left, below(&places, left..left + size.x, gap).max(top)));
        let corners: Vec<Pos2> = corners.collect();
        let highest = corners.iter().map(|corner| corner.y).fold(f32::INFINITY, f32::min);
        let near = corners.into_iter().filter(|corner| corner.y <= highest + slack);
        let corner = near.min_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
        places.push(Rect::from_min_size(corner.unwrap_or_default(), *size));
    }
    let height = places.iter().map(Rect::bottom).fold(0.0, f32::max);
    (places, height)
}

/// How high something from left to right may begin below all that stands there.
fn below(places: &[Rect], across: Range<f32>, gap: f32) -> f32 {
    let there = places.iter().filter(|place| place.left() < across.end + gap && across.start < place.right() + gap);
    there.map(|place| place.bottom() + gap).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use egui::vec2;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_overlaps_nothing_is_wider_than_the_room_and_the_order_is_kept_from_above(
            sizes in prop::collection::vec((10.0f32..300.0, 10.0f32..200.0), 0..20),
        ) {
            let sizes: Vec<Vec2> = sizes.into_iter().map(|(x, y)| vec2(x, y)).collect();
            let (places, height) = packed(&sizes, 320.0, (4.0, 20.0));
            prop_assert_eq!(places.len(), sizes.len());
            prop_assert!(places.windows(2).all(|pair| pair[0].top() <= pair[1].top()));
            for (n, place) in places.iter().enumerate() {
                prop_assert!(place.right() <= 320.5 && place.bottom() <= height + 0.5 && (place.size() - sizes[n]).length() < 0.1);
                for other in &places[n + 1..] {
                    prop_assert!(!place.shrink(0.1).intersects(other.shrink(0.1)), "{place:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn a_small_group_goes_into_the_hole_beside_a_tall_one() {
        let (tall, wide, small) = (vec2(100.0, 200.0), vec2(180.0, 80.0), vec2(120.0, 60.0));
        let (places, height) = packed(&[tall, wide, small], 300.0, (4.0, 20.0));
        let corners: Vec<Pos2> = places.iter().map(|place| place.min).collect();
        assert_eq!(corners, [pos2(0.0, 0.0), pos2(104.0, 0.0), pos2(104.0, 84.0)]);
        assert_eq!(height, 200.0);
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
