//! Gain reduction: a bar that hangs from the top.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, vec2};

use super::still::still_rect;
use crate::ui::theme::{Theme, corner};

/// Shows `db` (0 or more) in `rect`, filled at `full_db`. `name` is for screen readers; without one it is only painted.
pub(crate) fn show(ui: &Ui, theme: &Theme, rect: Rect, db: f32, full_db: f32, name: Option<&str>) {
    let part = (db / full_db).clamp(0.0, 1.0);
    if let Some(name) = name {
        let response = ui.interact(rect, ui.scope_id().with(("reduction", name)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, name));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_role(Role::Meter);
            node.set_numeric_value(f64::from(db.clamp(0.0, full_db)));
            node.set_min_numeric_value(0.0);
            node.set_max_numeric_value(f64::from(full_db));
            node.set_value(format!("{db:.1} dB"));
        });
    }
    let painter = ui.painter();
    let round = corner(theme.space.hair * 2.0);
    still_rect(painter, theme, ("reduction", rect), (theme.space.hair * 2.0, theme.surface[0]), theme.hairline());
    let hanging = Rect::from_min_size(rect.min, vec2(rect.width(), rect.height() * part));
    painter.rect_filled(hanging, round, theme.cool);
}
