//! Where the parts of the air view stand.

use egui::{Rect, Vec2};

use crate::ui::theme::Theme;

/// The share of the width that is kept for chat and requests; until there are any, faults have it alone.
const TALK: f32 = 0.32;

/// One place for each part.
pub(super) struct Places {
    pub(super) head: Rect,
    pub(super) live: Rect,
    pub(super) record: Rect,
    pub(super) meter: Rect,
    pub(super) songs: Rect,
    /// How loud it is, with its sentence.
    pub(super) loudness: Rect,
    /// Listeners, disk, ear.
    pub(super) figures: Rect,
    /// Both together.
    pub(super) facts: Rect,
    /// Faults, and later what listeners say.
    pub(super) talk: Rect,
    /// There is little height: smaller letters.
    pub(super) low: bool,
}

impl Places {
    pub(super) fn of(whole: Rect, theme: &Theme) -> Self {
        let space = theme.space;
        let low = whole.height() < space.xxxl * 13.0;
        let (head, room) = whole.split_top_bottom_at_y(whole.top() + space.bar);
        let room = Rect::from_min_max(room.min + Vec2::splat(space.l), room.max - Vec2::splat(space.l));
        let high = if low { space.xxxl + space.xxl } else { space.xxxl * 2.0 + space.l };
        let (keys, below) = room.split_top_bottom_at_y(room.top() + high);
        let (live, record) = keys.split_left_right_at_fraction(0.5);
        let below = below.with_min_y(keys.bottom() + space.l);
        let meter = below.with_max_x(below.left() + space.strip + space.m);
        let talk = below.with_min_x(below.right() - (below.width() * TALK).max(space.air));
        let middle = Rect::from_x_y_ranges(meter.right() + space.l..=talk.left() - space.xl, below.y_range());
        let (figures, loudness) = if low { (space.xxxl, space.xxxl) } else { (space.xxxl * 2.0, space.xxxl + space.l) };
        let facts = middle.with_min_y(middle.bottom() - figures - loudness - space.l);
        let songs = middle.with_max_y(facts.top() - space.l);
        Self {
            head,
            live: live.with_max_x(live.right() - space.s),
            record: record.with_min_x(record.left() + space.s),
            meter,
            songs,
            loudness: facts.with_max_y(facts.top() + loudness),
            figures: facts.with_min_y(facts.bottom() - figures),
            facts,
            talk,
            low,
        }
    }
}

#[cfg(test)]
mod tests {
    use egui::{pos2, vec2};
    use proptest::prelude::*;

    use super::*;
    use crate::ui::playing::dressed;
    use crate::ui::theme::Mode;

    proptest! {
        #[test]
        fn no_part_covers_another_or_leaves_the_window(width in 840.0f32..2600.0, height in 520.0f32..1600.0) {
            let theme = dressed(&Theme::of(Mode::Dark, false), vec2(width, height));
            let whole = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height));
            let at = Places::of(whole, &theme);
            let all = [at.head, at.live, at.record, at.meter, at.songs, at.loudness, at.figures, at.talk];
            for (n, place) in all.iter().enumerate() {
                prop_assert!(whole.contains_rect(*place) && place.is_positive(), "{n}: {place:?}");
                for other in &all[n + 1..] {
                    prop_assert!(!place.shrink(0.1).intersects(other.shrink(0.1)), "{place:?} {other:?}");
                }
            }
            prop_assert!(at.songs.height() >= theme.space.xxxl * 3.0 && at.talk.width() >= theme.space.air);
        }
    }
}
