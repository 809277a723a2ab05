//! What a strip sends to effects and to headphones, as a row of small bars.

use std::array;

use egui::{Rect, Role as Reading, Sense, Shape, Ui, WidgetInfo, pos2, vec2};
use korero_sentences::key;

use crate::desk::Strip;
use crate::desk::channel::{Control, LEVEL, Role};
use crate::limits::{CUES, SENDS};
use crate::ui::taper::to_way;
use crate::ui::theme::{Theme, corner};
use crate::ui::view::View;
use crate::ui::widgets::still::still;
use crate::ui::{naming, reading};

use super::lamps;

/// All of them: sends to effects, then those to headphones.
const ALL: usize = SENDS + CUES;

/// The height of the row.
pub(crate) fn height(theme: &Theme) -> f32 {
    theme.space.l
}

/// Shows them over the width of `ui`; `true` when the person touched one.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>, strip: &Strip) -> bool {
    let theme = view.theme;
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), height(theme)), Sense::hover());
    let levels: [f32; ALL] = array::from_fn(|at| view.on_strip(strip, control(at)));
    still(ui.painter(), theme, ("sends", row), levels.map(f32::to_bits), |shapes| bars(theme, row, &levels, shapes));
    let response = ui.interact(row, ui.scope_id().with("sends"), Sense::CLICK);
    let spoken = |view: &View<'_>| {
        let sent = (0..ALL).filter(|at| levels[*at] > LEVEL.min).map(|at| {
            let place = naming::section(view.language, control(at).section);
            format!("{place} {}", reading::full(&LEVEL, levels[at], view.language))
        });
        let sent: Vec<String> = sent.collect();
        let sentence = if sent.is_empty() { key::STRIPS_SENDS_NONE } else { key::STRIPS_SENDS };
        view.say(sentence, &[("strip", strip.name.as_str().into()), ("levels", sent.join(", ").into())])
    };
    response.widget_info(|| WidgetInfo::labeled(Reading::Image, true, spoken(view)));
    lamps::opened(ui, view, strip, control(0).section, &spoken, response)
}

fn control(at: usize) -> Control {
    match at.checked_sub(SENDS) {
        None => Control::send(at as u8),
        Some(cue) => Control::cue(cue as u8),
    }
}

/// A thin bar for each, from the bottom, as high as its fader would stand; a gap parts effects from headphones.
fn bars(theme: &Theme, row: Rect, levels: &[f32; ALL], shapes: &mut Vec<Shape>) {
    let (thick, apart) = (theme.space.hair * 3.0, theme.space.s);
    let pitch = (row.width() - apart) / ALL as f32;
    let round = corner(theme.space.hair);
    for (at, level) in levels.iter().enumerate() {
        let middle = row.left() + pitch * (at as f32 + 0.5) + if at < SENDS { 0.0 } else { apart };
        let whole = Rect::from_center_size(pos2(middle, row.center().y), vec2(thick, row.height()));
        shapes.push(Shape::rect_filled(whole, round, theme.surface[0]));
        let spec = Role::Strip.spec(control(at)).copied().unwrap_or(LEVEL);
        let way = to_way(&spec, *level);
        if way > 0.0 {
            let filled = whole.with_min_y(whole.bottom() - whole.height() * way);
            shapes.push(Shape::rect_filled(filled, round, if at < SENDS { theme.ember } else { theme.cool }));
        }
    }
}
