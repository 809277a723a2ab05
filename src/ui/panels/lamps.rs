//! The stages of a strip as small lamps. Each wears the sign of what its stage does, and is filled while that works.

use egui::accesskit::Action as ReaderAction;
use egui::{
    Align2, Id, Key, Memory, PointerButton, Rect, Response, Role as Reading, Sense, Shape, Stroke, Ui, WidgetInfo,
    pos2, vec2,
};
use korero_dsp::bank::Stage;
use korero_dsp::param::ParamId;
use korero_sentences::key;

use crate::desk::address::ChannelName;
use crate::desk::channel::{Control, Place, Role, Section};
use crate::desk::{Strip, StripId};
use crate::ui::meters::is_metered;
use crate::ui::naming;
use crate::ui::theme::{Theme, Weight};
use crate::ui::view::View;
use crate::ui::widgets::still::{still, still_rect};
use crate::ui::widgets::{arrows, ring, tip};

use super::scribble;

/// Stages that have a lamp, in the order of the sound; the inserts have one together after them.
const STAGES: [Stage; 4] = [Stage::Gate, Stage::Eq, Stage::Compressor, Stage::Deesser];
/// The sign of each, in a square of 1 with its corner at the top left.
const SIGNS: [&[(f32, f32)]; 4] = [
    &[(0.0, 0.9), (0.45, 0.9), (0.45, 0.55), (1.0, 0.05)],
    &[(0.0, 0.75), (0.25, 0.72), (0.38, 0.5), (0.5, 0.15), (0.62, 0.5), (0.75, 0.72), (1.0, 0.75)],
    &[(0.0, 1.0), (0.5, 0.5), (1.0, 0.3)],
    &[(0.0, 0.25), (0.4, 0.25), (0.65, 0.9), (0.9, 0.25), (1.0, 0.25)],
];

/// What something is called and how it is, in words that are only put together for who hears or reads them.
pub(crate) type Spoken<'a> = &'a dyn Fn(&View<'_>) -> String;

/// The height of the lamps.
pub(crate) fn height(theme: &Theme) -> f32 {
    theme.space.l + theme.space.xs
}

/// Shows the lamps of a strip over the width of `ui`; `true` when the person touched one.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>, strip: &Strip) -> bool {
    let theme = view.theme;
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), height(theme)), Sense::hover());
    let gap = theme.space.hair * 2.0;
    let width = (row.width() + gap) / (STAGES.len() + 1) as f32 - gap;
    let cell = |n: usize| {
        Rect::from_min_size(pos2(row.left() + n as f32 * (width + gap), row.top()), vec2(width, row.height()))
    };
    walk(ui, &strip.id);
    let mut touched = false;
    for (n, stage) in STAGES.into_iter().enumerate() {
        let section = Section::Stage(stage);
        let on = is_on(view, strip, section);
        let sentence = if on { key::STRIPS_LAMP_ON } else { key::STRIPS_LAMP_OFF };
        let spoken = |view: &View<'_>| {
            let named = naming::section(view.language, section);
            view.say(sentence, &[("strip", strip.name.as_str().into()), ("stage", named.into())])
        };
        let response = lamp(ui, view, (cell(n), place(&strip.id, n)), on, &spoken);
        let ink = if on { theme.onfill } else { theme.ink[2] };
        let square = Rect::from_center_size(response.rect.center(), vec2(theme.space.s, theme.space.s));
        still(ui.painter(), theme, ("sign", square), (n, ink), |shapes| {
            let points = SIGNS[n].iter().map(|(x, y)| square.lerp_inside(vec2(*x, *y))).collect();
            shapes.push(Shape::line(points, Stroke::new(theme.space.hair * 1.5, ink)));
        });
        touched |= opened(ui, view, strip, section, &spoken, response);
    }
    touched | inserts(ui, view, strip, cell(STAGES.len()))
}

/// How many inserts work, as a figure.
fn inserts(ui: &Ui, view: &mut View<'_>, strip: &Strip, cell: Rect) -> bool {
    let theme = view.theme;
    let sections: Vec<Section> = Place::ALL
        .into_iter()
        .filter_map(|place| Some(Section::Slot(place, strip.channel.insert(place)?.kind)))
        .collect();
    let working = sections.iter().filter(|section| is_on(view, strip, **section)).count();
    let sentence = if sections.is_empty() { key::STRIPS_LAMP_NO_INSERTS } else { key::STRIPS_LAMP_INSERTS };
    let spoken = |view: &View<'_>| {
        let names: Vec<String> = sections.iter().map(|section| insert(view, strip, *section)).collect();
        view.say(sentence, &[("strip", strip.name.as_str().into()), ("effects", names.join(", ").into())])
    };
    let response = lamp(ui, view, (cell, place(&strip.id, STAGES.len())), working > 0, &spoken);
    let ink = if working > 0 { theme.onfill } else { theme.ink[2] };
    let figure = if sections.is_empty() { "–".to_owned() } else { working.to_string() };
    let font = theme.font(theme.letters.tiny, Weight::SemiBold);
    ui.painter().text(response.rect.center(), Align2::CENTER_CENTER, figure, font, ink);
    // An empty strip shows where its first insert may go.
    let first = sections.first().copied().unwrap_or(Section::Stage(Place::ALL[0].after()));
    opened(ui, view, strip, first, &spoken, response)
}

fn insert(view: &View<'_>, strip: &Strip, section: Section) -> String {
    let Section::Slot(_, kind) = section else { return String::new() };
    let name = naming::effect(view.language, kind);
    if is_on(view, strip, section) { name } else { view.say(key::STRIPS_LAMP_BYPASSED, &[("effect", name.into())]) }
}

/// Whether a section works; what has no switch does.
fn is_on(view: &View<'_>, strip: &Strip, section: Section) -> bool {
    let switch = Role::Strip.params(section).iter().position(|spec| spec.id == "on");
    switch.is_none_or(|at| view.on_strip(strip, Control::new(section, ParamId(at as u8))) >= 0.5)
}

/// Whether a stage or an insert works whose gain reduction is measured.
pub(crate) fn takes_away(view: &View<'_>, strip: &Strip) -> bool {
    let fixed = STAGES.into_iter().map(Section::Stage);
    let slots =
        Place::ALL.into_iter().filter_map(|place| Some(Section::Slot(place, strip.channel.insert(place)?.kind)));
    fixed.chain(slots).any(|section| is_metered(section) && is_on(view, strip, section))
}

/// A lamp of a strip, for the keyboard.
fn place(strip: &StripId, n: usize) -> Id {
    Id::unique(("lamp", strip, n))
}

/// The keyboard comes here from the name of the strip by the arrow down, goes from lamp to lamp, and back up to the name.
fn walk(ui: &Ui, strip: &StripId) {
    let Some(focused) = ui.memory(Memory::focused) else { return };
    let name = scribble::place(strip);
    let at = (0..=STAGES.len()).find(|n| focused == place(strip, *n));
    if let Some(n) = at {
        arrows::take(ui, place(strip, n), arrows::ALL);
    }
    let pressed = |key| ui.input(|i| i.modifiers.is_none() && i.key_pressed(key));
    let next = match at {
        None if focused == name && pressed(Key::ArrowDown) => Some(place(strip, 0)),
        Some(_) if pressed(Key::ArrowUp) => Some(name),
        Some(n) if pressed(Key::ArrowLeft) => n.checked_sub(1).map(|n| place(strip, n)),
        Some(n) if pressed(Key::ArrowRight) && n < STAGES.len() => Some(place(strip, n + 1)),
        _ => None,
    };
    if let Some(next) = next {
        ui.memory_mut(|memory| memory.request_focus(next));
    }
}

/// Paints a lamp. The Tab key passes it by, or 32 strips would be a long way; it leads on from a lamp that has the keyboard.
fn lamp(ui: &Ui, view: &View<'_>, (cell, id): (Rect, Id), on: bool, spoken: Spoken<'_>) -> Response {
    let theme = view.theme;
    let held = ui.memory(|memory| memory.has_focus(id));
    let response = ui.interact(cell, id, if held { Sense::click() } else { Sense::CLICK });
    response.widget_info(|| WidgetInfo::labeled(Reading::Button, true, spoken(view)));
    ui.ctx().accesskit_node_builder(id, |node| node.add_action(ReaderAction::Focus));
    if held {
        arrows::take(ui, id, arrows::ALL);
    }
    let edge = if response.hovered() { theme.ink[2] } else { theme.line };
    let fill = if on { theme.cool } else { theme.surface[1] };
    let face = cell.shrink2(vec2(0.0, theme.space.hair * 2.0));
    let stroke = Stroke::new(theme.space.hair, edge);
    still_rect(ui.painter(), theme, ("lamp", face), (theme.space.hair * 3.0, fill), stroke);
    if response.has_focus() {
        ring(ui.painter(), theme, face, theme.space.hair * 3.0);
    }
    response
}

/// A double-click opens the panel there. A screen reader's press does so at once; a single click does not, because the desk
/// moves when the panel opens and the second click of two would meet something else.
pub(crate) fn opened(
    ui: &Ui,
    view: &mut View<'_>,
    strip: &Strip,
    section: Section,
    told: Spoken<'_>,
    response: Response,
) -> bool {
    let by_reader = response.clicked() && !response.clicked_by(PointerButton::Primary);
    if response.double_clicked() || by_reader {
        super::open_at(ui.ctx(), view.opened, ChannelName::Strip(strip.id.clone()), section, &response);
    }
    let touched = response.clicked();
    tip(response, || format!("{}\n{}", told(view), view.word(key::STRIPS_LAMP_TIP)));
    touched
}
