//! What the steps are made of: a calm ground, one large line, sentences, keys and rows.

use egui::accesskit::Live;
use egui::{Id, Label, Margin, Rect, Response, RichText, Sense, Ui, vec2};
use korero_sentences::Key;

use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::key::{KeyCap, roomy};
use crate::ui::widgets::row::{self, ListRow};

/// Paints the ground; gives the room on it.
pub(super) fn ground(ui: &Ui, view: &View<'_>) -> Rect {
    let theme = view.theme;
    let whole = ui.max_rect();
    ui.painter().rect_filled(whole, corner(theme.radius.m), theme.surface[1]);
    whole.shrink(theme.space.l)
}

/// The one large line of a step; a screen reader tells it when it changes.
pub(super) fn title(ui: &mut Ui, view: &View<'_>, text: String) {
    let theme = view.theme;
    let text = RichText::new(text).font(theme.font(theme.letters.title, Weight::SemiBold)).color(theme.ink[0]);
    let response = ui.add(Label::new(text).wrap());
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(Live::Polite));
}

/// A sentence, in the colour of what a person should look at where it `warns`.
pub(super) fn words(ui: &mut Ui, view: &View<'_>, text: &str, warns: bool) {
    let theme = view.theme;
    let ink = if warns { theme.caution } else { theme.ink[1] };
    let text = RichText::new(text).font(theme.font(theme.letters.body, Weight::Regular)).color(ink);
    ui.add(Label::new(text).wrap());
}

/// A key as wide as its word, which is its name too.
pub(super) fn cap(ui: &mut Ui, view: &View<'_>, word: Key, on: Option<bool>) -> Response {
    let theme = view.theme;
    let word = view.word(word);
    let size = roomy(ui, theme, &word, theme.space.hit + theme.space.xs);
    KeyCap { name: &word, word: &word, on, fill: theme.ember, size }.show(ui, theme)
}

/// One of several things to be chosen, as wide as there is room, with its state at the right and a quieter line below.
pub(super) fn choice(
    ui: &mut Ui,
    view: &View<'_>,
    (id, selected): (Id, bool),
    (name, state, facts): (&str, &str, Option<String>),
) -> Response {
    let theme = view.theme;
    let height = theme.space.touch + if facts.is_some() { theme.space.m } else { 0.0 };
    let (rect, _) = ui.allocate_exact_size(vec2(row::room(ui, theme), height), Sense::hover());
    let told: Vec<_> = facts.as_deref().into_iter().chain([state]).filter(|told| !told.is_empty()).collect();
    let spoken = if told.is_empty() { name.to_owned() } else { format!("{name}: {}", told.join(", ")) };
    let state = (state.to_owned(), if selected { theme.ink[0] } else { theme.ink[1] });
    ListRow { id, spoken: &spoken, selected, number: None, name, state, facts }.show(ui, theme, rect)
}

/// A card for what belongs together.
pub(super) fn card(ui: &mut Ui, view: &View<'_>, add: impl FnOnce(&mut Ui)) {
    let theme = view.theme;
    let frame = egui::Frame::new().fill(theme.surface[2]).corner_radius(corner(theme.radius.m));
    frame.inner_margin(Margin::same(theme.space.m as i8)).show(ui, |ui| {
        ui.set_width(row::room(ui, theme));
        add(ui);
    });
}
