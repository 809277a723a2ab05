//! How large everything is drawn: as chosen, as far as the window has room for it, in steps that are seen.

use egui::{Context, Vec2};

use crate::limits::{SCALE_STEP, SCALES};

use super::LEAST_ROOM;

/// What was chosen, and what of it is worn in a window of this size.
#[derive(Clone, Copy)]
pub(crate) struct Scale {
    /// Percent.
    chosen: u16,
    /// The most that the panels find room for, percent.
    most: u16,
}

impl Scale {
    /// `chosen` percent in the window as it is now.
    pub(crate) fn now(ctx: &Context, chosen: u16) -> Self {
        Self::within(ctx.content_rect().size() * ctx.zoom_factor(), chosen)
    }

    /// `chosen` percent in a window of `whole` points of its system.
    pub(crate) fn within(whole: Vec2, chosen: u16) -> Self {
        let room = (whole / LEAST_ROOM).min_elem() * 100.0;
        // A hundredth of a percent is no missing room.
        let most = ((room + 0.01) as u16).clamp(*SCALES.start(), *SCALES.end());
        Self { chosen, most }
    }

    /// What everything is worn at, percent.
    pub(crate) fn worn(self) -> u16 {
        self.chosen.min(self.most)
    }

    /// What was chosen and does not fit, percent.
    pub(crate) fn waits(self) -> Option<u16> {
        (self.chosen > self.most).then_some(self.chosen)
    }

    /// By what everything is multiplied.
    pub(crate) fn zoom(self) -> f32 {
        f32::from(self.worn()) / 100.0
    }

    /// A step larger than what is worn; `None` where that does not fit.
    pub(crate) fn larger(self) -> Option<u16> {
        Some((self.worn() / SCALE_STEP + 1) * SCALE_STEP).filter(|next| *next <= self.most)
    }

    /// A step smaller than what is worn; `None` at the least.
    pub(crate) fn smaller(self) -> Option<u16> {
        Some((self.worn().div_ceil(SCALE_STEP) - 1) * SCALE_STEP).filter(|next| SCALES.contains(next))
    }
}

#[cfg(test)]
mod tests {
    use egui::vec2;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn everything_is_as_large_as_chosen_but_never_so_large_that_the_panels_find_no_room() {
        let laptop = vec2(1280.0, 800.0);
        assert_eq!([80, 100, 150].map(|scale| Scale::within(laptop, scale).zoom()), [0.8, 1.0, 1.5]);
        let most = Scale::within(laptop, 200).zoom();
        assert!(most < 1.6 && (laptop / most - LEAST_ROOM).min_elem() >= -0.01, "{most}");
        assert_eq!(Scale::within(vec2(3840.0, 2160.0), 200).zoom(), 2.0);
        assert_eq!(Scale::within(Vec2::ZERO, 100).zoom(), 0.8);
    }

    proptest! {
        #[test]
        fn every_step_is_seen_and_where_there_is_none_nothing_more_fits(
            (width, height) in (0.0_f32..4_000.0, 0.0_f32..3_000.0), chosen in 80_u16..=200,
        ) {
            let whole = vec2(width, height);
            let now = Scale::within(whole, chosen);
            let worn = |chosen: u16| Scale::within(whole, chosen).worn();
            match now.larger() {
                Some(next) => prop_assert!(worn(next) == next && next > now.worn()),
                None => prop_assert!(worn(now.worn() + SCALE_STEP) < now.worn() + SCALE_STEP || now.worn() > 190),
            }
            match now.smaller() {
                Some(next) => prop_assert!(worn(next) == next && next < now.worn()),
                None => prop_assert_eq!(now.worn(), 80),
            }
            prop_assert_eq!(now.waits(), (chosen > now.worn()).then_some(chosen));
        }
    }
}
