//! The set-up assistant: play, and it tells what each input is; line by line or all at once it becomes the desk.

use std::collections::HashMap;

use egui::{
    Align, Align2, Id, Label, Layout, Rect, RichText, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use korero_sentences::key;

use crate::assistant::{Finding, Kind, Setup};
use crate::desk::address::Address;
use crate::desk::{Strip, StripInput};
use crate::limits::MAX_NAME;
use crate::session::command::{Command, Label as Named, SetUpWish};
use crate::ui::inputs;
use crate::ui::reading;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::figures;
use crate::ui::widgets::key::{KeyCap, fitting};
use crate::ui::widgets::row;

use super::head;

/// What the panel remembers from picture to picture.
#[derive(Default)]
pub(crate) struct SetUpPanel {
    /// The names that were typed and are not yet on the desk, by input.
    names: HashMap<u8, String>,
}

impl SetUpPanel {
    /// Shows the assistant in the whole of `ui`.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let title = view.word(key::SETUP_PANEL);
        let Some(inner) = head::show(ui, view, (&title, None), |ui, view| self.keys(ui, view)) else { return };
        let builder = UiBuilder::new().id_salt("found").max_rect(inner);
        ui.scope_builder(builder, |ui| {
            ScrollArea::vertical().id_salt("lines").auto_shrink([false, false]).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = view.theme.space.xs;
                words(ui, view, view.word(self.hint(view)), false);
                ui.add_space(view.theme.space.xs);
                self.found(ui, view);
            });
        });
    }

    /// Everything that was found, line by line.
    pub(crate) fn found(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let Some(setup) = view.snapshot.set_up.heard.clone() else { return };
        too_loud(ui, view, &setup);
        for finding in setup.instruments() {
            ui.push_id(finding.input, |ui| self.line(ui, view, &setup, finding));
        }
        left_out(ui, view, &setup);
    }

    /// Gives every instrument that was found its strip and its trim, and leaves only those on a desk that nobody laid out.
    pub(crate) fn take_only(&mut self, view: &View<'_>) {
        let Some(setup) = view.snapshot.set_up.heard.as_deref() else { return };
        view.send(Command::SetUp(SetUpWish::Only(self.labels(view, setup))));
        self.names.clear();
    }

    /// The key that listens and stops.
    pub(crate) fn listen(&mut self, ui: &mut Ui, view: &View<'_>) {
        let listening = view.snapshot.set_up.listening;
        let word = view.word(if listening { key::SETUP_STOP } else { key::SETUP_LISTEN });
        if key(ui, view, &word, &word, Some(listening)) {
            if !listening {
                self.names.clear();
            }
            view.send(Command::SetUp(if listening { SetUpWish::Stop } else { SetUpWish::Listen }));
        }
    }

    fn labels(&self, view: &View<'_>, setup: &Setup) -> Vec<Named> {
        setup.instruments().map(|finding| self.label(view, finding)).collect()
    }

    /// What to do now, in a sentence.
    fn hint(&self, view: &View<'_>) -> korero_sentences::Key {
        let set_up = &view.snapshot.set_up;
        let found = set_up.heard.as_ref().is_some_and(|setup| setup.instruments().next().is_some());
        match (set_up.listening, found) {
            (true, _) => key::SETUP_PLAY,
            (false, true) => key::SETUP_FOUND,
            (false, false) => key::SETUP_BEGIN,
        }
    }

    fn keys(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        ui.spacing_mut().item_spacing.x = view.theme.space.s;
        self.listen(ui, view);
        let Some(setup) = view.snapshot.set_up.heard.clone() else { return };
        let labels = self.labels(view, &setup);
        let all = view.word(key::SETUP_ACCEPT_ALL);
        let news = setup.instruments().any(|finding| !self.is_done(view, &setup, finding));
        ui.add_enabled_ui(news, |ui| {
            if key(ui, view, &all, &all, None) {
                view.send(Command::SetUp(SetUpWish::Accept(labels)));
                self.names.clear();
            }
        });
    }

    /// Whether the desk has the instrument already, under the name that was typed if one was.
    fn is_done(&self, view: &View<'_>, setup: &Setup, finding: &Finding) -> bool {
        let typed = self.names.get(&finding.input).map_or("", String::as_str);
        setup.is_laid_out(&view.snapshot.desk, finding.input, typed)
    }

    fn label(&self, view: &View<'_>, finding: &Finding) -> Named {
        Named { input: finding.input, name: self.name(view, finding) }
    }

    /// What was typed, else the name of the strip that the input feeds, else the input's own. A strip that has only a number
    /// for a name was named by nobody.
    fn name(&self, view: &View<'_>, finding: &Finding) -> String {
        let own = |strip: &&Strip| strip.input.is_fed_by(finding.input) && strip.name != finding.input.to_string();
        let fed = view.snapshot.desk.strips.iter().find(own);
        let typed = self.names.get(&finding.input).cloned();
        typed.or_else(|| fed.map(|strip| strip.name.clone())).unwrap_or_else(|| called(view, finding))
    }

    /// One instrument: whether it plays, its inputs, its name, what it is, how loud, its trim, and the key that takes it over.
    fn line(&mut self, ui: &mut Ui, view: &View<'_>, setup: &Setup, finding: &Finding) {
        let theme = view.theme;
        let space = theme.space;
        let (rect, _) = ui.allocate_exact_size(vec2(row::room(ui, view.theme), space.touch), Sense::hover());
        ui.painter().rect_filled(rect, corner(theme.radius.s), theme.surface[2]);
        let layout = Layout::left_to_right(Align::Center);
        ui.scope_builder(UiBuilder::new().max_rect(rect.shrink2(vec2(space.s, 0.0))).layout(layout), |ui| {
            ui.spacing_mut().item_spacing.x = space.s;
            playing(ui, view, setup, finding);
            text(ui, view, &called(view, finding), space.strip, theme.ink[1]);
            self.name_field(ui, view, finding);
            let accept = space.strip + space.xl;
            let figures = space.strip * 2.0 + space.xxl;
            let room = (ui.available_width() - accept - figures - space.s * 2.0).max(0.0);
            let turned = matches!(finding.kind, Kind::Side(pair) if pair.inverted);
            let kind = view.word(kind_word(finding));
            text(ui, view, &kind, room, if turned { theme.caution } else { theme.ink[1] });
            levels(ui, view, setup, finding, figures);
            self.accept(ui, view, setup, finding, accept);
        });
    }

    fn name_field(&mut self, ui: &mut Ui, view: &View<'_>, finding: &Finding) {
        let field = Field {
            id: Id::unique(("name of an instrument", finding.input)),
            name: &view.say(key::SETUP_NAME, &[("inputs", called(view, finding).into())]),
            text: &self.name(view, finding),
            hint: "",
            width: view.theme.space.strip + view.theme.space.xxxl,
            secret: false,
            limit: MAX_NAME,
        };
        if let (_, Some(name)) = field.show(ui) {
            self.names.insert(finding.input, name);
        }
    }

    fn accept(&mut self, ui: &mut Ui, view: &View<'_>, setup: &Setup, finding: &Finding, width: f32) {
        let done = self.is_done(view, setup, finding);
        let label = self.label(view, finding);
        let word = view.word(if done { key::SETUP_DONE } else { key::SETUP_ACCEPT });
        let name = format!("{}: {word}", label.name);
        ui.add_enabled_ui(!done, |ui| {
            let size = vec2(width, view.theme.space.hit);
            let key = KeyCap { name: &name, word: &word, on: None, fill: view.theme.ember, size };
            if key.show(ui, view.theme).clicked() {
                view.send(Command::SetUp(SetUpWish::Accept(vec![label])));
                self.names.remove(&finding.input);
            }
        });
    }
}

/// A key as wide as its word; `true` when it was pressed.
fn key(ui: &mut Ui, view: &View<'_>, name: &str, word: &str, on: Option<bool>) -> bool {
    let theme = view.theme;
    let size = fitting(ui, theme, word);
    KeyCap { name, word, on, fill: theme.ember, size }.show(ui, theme).clicked()
}

/// “Input 3” or “Inputs 3-4”; as on the case where that is known.
fn called(view: &View<'_>, finding: &Finding) -> String {
    let device = &view.snapshot.device;
    match finding.kind {
        Kind::Side(pair) if inputs::is_known(device, finding.input) => {
            inputs::feed(view.language, device, StripInput::Stereo(pair.left, pair.left + 1))
        }
        _ if inputs::is_known(device, finding.input) => inputs::one(view.language, device, finding.input),
        Kind::Side(pair) => {
            view.say(key::SETUP_INPUTS, &[("first", pair.left.into()), ("last", (pair.left + 1).into())])
        }
        _ => view.say(key::SETUP_INPUT, &[("input", finding.input.into())]),
    }
}

/// Its name on the case, or its number.
fn plain(view: &View<'_>, input: u8) -> String {
    let device = &view.snapshot.device;
    if inputs::is_known(device, input) { inputs::one(view.language, device, input) } else { input.to_string() }
}

fn kind_word(finding: &Finding) -> korero_sentences::Key {
    match finding.kind {
        Kind::Side(pair) if pair.inverted => key::SETUP_TURNED,
        Kind::Side(_) => key::SETUP_PAIR,
        _ => key::SETUP_MONO,
    }
}

/// The sides of an instrument.
fn sides<'s>(setup: &'s Setup, finding: &'s Finding) -> impl Iterator<Item = &'s Finding> {
    let last = if matches!(finding.kind, Kind::Side(_)) { finding.input + 1 } else { finding.input };
    setup.findings.iter().filter(move |side| (finding.input..=last).contains(&side.input))
}

/// A lamp that is filled while it plays, told in words as well.
fn playing(ui: &mut Ui, view: &View<'_>, setup: &Setup, finding: &Finding) {
    let theme = view.theme;
    let plays = sides(setup, finding).any(|side| side.now);
    let (rect, response) = ui.allocate_exact_size(vec2(theme.space.l, theme.space.hit), Sense::hover());
    let state = view.word(if plays { key::SETUP_PLAYS } else { key::SETUP_RESTS });
    let spoken = format!("{}: {state}", called(view, finding));
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &spoken));
    let radius = theme.space.xs + theme.space.hair;
    if plays {
        ui.painter().circle_filled(rect.center(), radius, theme.good);
    } else {
        let stroke = egui::Stroke::new(theme.space.hair * 2.0, theme.ink[2]);
        ui.painter().circle_stroke(rect.center(), radius, stroke);
    }
    response.on_hover_text(state);
}

fn text(ui: &mut Ui, view: &View<'_>, words: &str, width: f32, ink: egui::Color32) {
    let font = view.theme.font(view.theme.letters.small, Weight::Regular);
    let label = Label::new(RichText::new(words).font(font).color(ink)).truncate();
    let size = vec2(width, view.theme.space.hit);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_width(width);
        ui.add(label);
    });
}

/// How loud it was, and the trim that is proposed.
fn levels(ui: &mut Ui, view: &View<'_>, setup: &Setup, finding: &Finding, width: f32) {
    let theme = view.theme;
    let loudest = |of: fn(&Finding) -> f32| sides(setup, finding).map(of).fold(f32::NEG_INFINITY, f32::max);
    let (average, peak) = (loudest(|side| side.average_db), loudest(|side| side.peak_db));
    let args = [
        ("average", format!("{average:.0}").replace('-', "−").into()),
        ("peak", format!("{peak:.0}").replace('-', "−").into()),
        ("trim", reading::level(finding.trim_db).into()),
    ];
    let (rect, response) = ui.allocate_exact_size(vec2(width, theme.space.hit), Sense::hover());
    let spoken = view.say(key::SETUP_LEVELS, &args);
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &spoken));
    let small = theme.font(theme.letters.tiny, Weight::Regular);
    let strong = theme.font(theme.letters.small, Weight::Medium);
    let heard = view.say(key::SETUP_HEARD, &args);
    let trim = view.say(key::SETUP_TRIM, &args);
    let painter = ui.painter_at(rect);
    painter.text(pos2(rect.left(), rect.center().y), Align2::LEFT_CENTER, heard, small, theme.ink[2]);
    figures::paint(&painter, rect.right_center(), Align2::RIGHT_CENTER, &trim, &strong, theme.ink[0]);
    response.on_hover_text(spoken);
}

/// That the mix would clip when all play together, and the key that keeps it from that.
fn too_loud(ui: &mut Ui, view: &mut View<'_>, setup: &Setup) {
    let level = view.value(&Address::MIX_FADER);
    let over = (setup.sum_peak_db + level).ceil();
    if !(over.is_finite() && over > 0.0) {
        return;
    }
    let args = [("over", format!("{over:.0}").into())];
    let sentence = view.say(key::SETUP_TOO_LOUD, &args);
    let remedy = view.say(key::SETUP_SOFTER, &args);
    let theme = view.theme;
    let (rect, _) = ui.allocate_exact_size(vec2(row::room(ui, theme), theme.space.touch), Sense::hover());
    let edge = Rect::from_min_size(rect.min, vec2(theme.space.xs, rect.height()));
    ui.painter().rect_filled(rect, corner(theme.radius.s), theme.surface[2]);
    ui.painter().rect_filled(edge, corner(theme.radius.s), theme.caution);
    let layout = Layout::right_to_left(Align::Center);
    let pressed =
        ui.scope_builder(UiBuilder::new().max_rect(rect.shrink2(vec2(theme.space.m, 0.0))).layout(layout), |ui| {
            let pressed = key(ui, view, &remedy, &remedy, None);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| words(ui, view, sentence, true));
            pressed
        });
    if pressed.inner {
        view.turn(Address::MIX_FADER, level - over);
    }
}

/// Inputs where nothing was played, and those that bring back the computer's own sound.
fn left_out(ui: &mut Ui, view: &View<'_>, setup: &Setup) {
    for (kind, sentence) in [(Kind::Silent, key::SETUP_SILENT), (Kind::Loopback, key::SETUP_LOOPBACK)] {
        let of_kind = setup.findings.iter().filter(|finding| finding.kind == kind);
        let each: Vec<String> = of_kind.map(|finding| plain(view, finding.input)).collect();
        if !each.is_empty() {
            words(ui, view, view.say(sentence, &[("inputs", each.join(", ").into())]), false);
        }
    }
}

fn words(ui: &mut Ui, view: &View<'_>, text: String, warns: bool) {
    let theme = view.theme;
    let ink = if warns { theme.caution } else { theme.ink[1] };
    let label = RichText::new(text).font(theme.font(theme.letters.small, Weight::Regular)).color(ink);
    ui.add(Label::new(label).wrap());
}
