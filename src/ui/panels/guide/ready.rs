//! Ready: who plays and what the evening is called, what was chosen, and where “Go live” is.

use egui::{Id, Sense, Stroke, Ui, vec2};
use korero_sentences::{Key, key};

use crate::limits::MAX_NAME;
use crate::session::command::Command;
use crate::session::guide::Step;
use crate::session::snapshot::DeviceState;
use crate::show::Show;
use crate::ui::panels::{caption, target, top};
use crate::ui::view::View;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::row;

use super::parts::{choice, words};

/// Shows the names, the choices and the way to live.
pub(super) fn show(ui: &mut Ui, view: &View<'_>) {
    let show = &view.snapshot.show;
    ui.horizontal(|ui| {
        let half = (ui.available_width() - view.theme.space.l) / 2.0;
        let artist = (key::GUIDE_ARTIST, key::GUIDE_ARTIST_HINT, show.artist.as_str());
        if let Some(artist) = field(ui, view, "who plays", artist, half) {
            view.send(Command::NameShow(Show { artist, ..show.clone() }));
        }
        let title = (key::GUIDE_EVENING, key::WINDOW_TITLE_HINT, show.title.as_str());
        if let Some(title) = field(ui, view, "what it is called", title, half) {
            view.send(Command::NameShow(Show { title, ..show.clone() }));
        }
    });
    ui.add_space(view.theme.space.s);
    for (step, name, state) in chosen(view) {
        let id = super::id("chosen").with(step.at());
        if choice(ui, view, (id, false), (&view.word(name), &state, None)).clicked() {
            view.send(Command::Guide(Some(step)));
        }
    }
    ui.add_space(view.theme.space.m);
    hold(ui, view);
}

/// A field below its name; gives what was typed.
fn field(ui: &mut Ui, view: &View<'_>, id: &str, (name, hint, text): (Key, Key, &str), width: f32) -> Option<String> {
    ui.vertical(|ui| {
        ui.set_width(width);
        caption(ui, view.theme, view.word(name));
        let field = Field {
            id: Id::unique(("guide", id)),
            name: &view.word(name),
            text,
            hint: &view.word(hint),
            width,
            secret: false,
            limit: MAX_NAME,
        };
        field.show(ui).1
    })
    .inner
}

/// What was chosen at the steps before, each with the step to change it.
fn chosen(view: &View<'_>) -> [(Step, Key, String); 3] {
    let now = view.snapshot;
    let interface = match &now.device {
        DeviceState::Running { name, .. } => name.clone(),
        other => top::device_id(other).map_or_else(|| view.word(key::WINDOW_DEVICE_NONE), str::to_owned),
    };
    let strips = match now.desk.strips.len() {
        0 => view.word(key::GUIDE_NO_STRIPS),
        count => view.say(key::GUIDE_STRIPS, &[("count", count.into())]),
    };
    let places: Vec<_> =
        now.destinations.iter().filter(|one| one.what.on).map(|one| target::title(view, one)).collect();
    let places = if places.is_empty() { view.word(key::GUIDE_NOWHERE) } else { places.join(", ") };
    [
        (Step::Interface, key::GUIDE_INTERFACE, interface),
        (Step::Play, key::GUIDE_PLAY, strips),
        (Step::Place, key::GUIDE_PLACE, places),
    ]
}

/// The words that lead to the key at the right, and an arrow to it.
fn hold(ui: &mut Ui, view: &View<'_>) {
    let theme = view.theme;
    words(ui, view, &view.word(key::GUIDE_HOLD), false);
    let (rect, _) = ui.allocate_exact_size(vec2(row::room(ui, theme), theme.space.xl), Sense::hover());
    let stroke = Stroke::new(theme.space.hair * 2.0, theme.ember);
    let (tip, head) = (rect.right_center(), theme.space.s);
    for from in [rect.left_center(), tip + vec2(-head, -head), tip + vec2(-head, head)] {
        ui.painter().line_segment([from, tip], stroke);
    }
}
