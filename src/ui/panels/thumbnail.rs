//! The equaliser of a strip, small: drawn from the coefficients that run, over the sound that leaves the chain.

use std::collections::HashMap;

use egui::{Role as Reading, Sense, Ui, WidgetInfo, vec2};
use korero_dsp::bank::Stage;
use korero_dsp::effects::eq;
use korero_dsp::param::ParamId;
use korero_sentences::key;

use crate::desk::channel::{Control, Section};
use crate::desk::{Desk, Strip, StripId};
use crate::ui::theme::Theme;
use crate::ui::view::View;

use super::curve::{self, EqValues};
use super::lamps;

/// What every strip's equaliser does, computed when it is turned and not before.
#[derive(Default)]
pub(crate) struct Thumbnails {
    curves: HashMap<StripId, Curve>,
}

struct Curve {
    values: EqValues,
    /// Changes of level, dB, evenly over the octaves.
    response_db: Vec<f32>,
}

/// The height of a thumbnail.
pub(crate) fn height(theme: &Theme) -> f32 {
    theme.space.xxl
}

impl Thumbnails {
    /// Forgets strips that are gone.
    pub(crate) fn settle(&mut self, desk: &Desk) {
        self.curves.retain(|id, _| desk.strip(id).is_some());
    }

    /// Shows the equaliser of a strip over the width of `ui`; `true` when the person touched it.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>, strip: &Strip) -> bool {
        let theme = view.theme;
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height(theme)), Sense::hover());
        let section = Section::Stage(Stage::Eq);
        let value = |param: ParamId| view.on_strip(strip, Control::new(section, param));
        let values: EqValues = std::array::from_fn(|at| value(ParamId(at as u8)));
        let on = value(eq::ON) >= 0.5;
        let response_db = self.response_db(&strip.id, &values);
        curve::small(ui.painter(), theme, rect, (response_db, on), view.readings.strips.get(&strip.id));
        let response = ui.interact(rect, ui.scope_id().with("thumbnail"), Sense::CLICK);
        let spoken = |view: &View<'_>| view.say(key::STRIPS_EQ_CURVE, &[("strip", strip.name.as_str().into())]);
        response.widget_info(|| WidgetInfo::labeled(Reading::Image, true, spoken(view)));
        lamps::opened(ui, view, strip, section, &spoken, response)
    }

    fn response_db(&mut self, strip: &StripId, values: &EqValues) -> &[f32] {
        let known = self.curves.get(strip).is_some_and(|curve| curve.values == *values);
        if !known {
            let curve = Curve { values: *values, response_db: curve::response_over_octaves(values) };
            self.curves.insert(strip.clone(), curve);
        }
        &self.curves[strip].response_db
    }
}
