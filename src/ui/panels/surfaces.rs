//! The control surfaces: OSC, MIDI devices, and what their controls do.

use egui::{Frame, Id, Label, Margin, Response, RichText, ScrollArea, Ui, UiBuilder};
use korero_sentences::{Key, key};

use crate::limits::OSC_PORTS;
use crate::session::act::Act;
use crate::session::command::Command;
use crate::session::surfaces::{
    Binding, Counts, Learning, MidiControl, MidiKind, Osc, OscState, Reads, SurfaceWish, Target,
};
use crate::ui::action::Action;
use crate::ui::naming;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::chooser;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::key::{KeyCap, fitting};

use super::{caption, head};

/// Figures of a port.
const PORT_FIGURES: usize = 5;

/// Shows the panel in the whole of `ui`.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let title = view.word(Action::Surfaces.label());
    let Some(inner) = head::show(ui, view, (&title, None), keys) else { return };
    ui.scope_builder(UiBuilder::new().id_salt("surfaces").max_rect(inner), |ui| {
        ScrollArea::vertical().id_salt("surfaces").auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = view.theme.space.s;
            if let Some(learning) = view.snapshot.surfaces.learning.clone() {
                card(ui, view, |ui, view| learn(ui, view, &learning));
            }
            card(ui, view, osc);
            card(ui, view, midi);
            card(ui, view, bound);
            card(ui, view, locked);
        });
    });
}

fn wish(view: &View<'_>, wish: SurfaceWish) {
    view.send(Command::Surface(wish));
}

/// One part on a ground of its own.
fn card(ui: &mut Ui, view: &View<'_>, show: impl FnOnce(&mut Ui, &View<'_>)) {
    let theme = view.theme;
    let frame = Frame::new().fill(theme.surface[2]).corner_radius(corner(theme.radius.m));
    frame.inner_margin(Margin::same(theme.space.s as i8)).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = theme.space.xs;
        ui.set_width(ui.available_width());
        show(ui, view);
    });
}

fn words(ui: &mut Ui, view: &View<'_>, text: String, quiet: bool) {
    let ink = if quiet { view.theme.ink[2] } else { view.theme.ink[0] };
    let font = view.theme.font(view.theme.letters.small, Weight::Regular);
    ui.add(Label::new(RichText::new(text).font(font).color(ink)).wrap());
}

/// A key with a word on it and a name that says what of.
fn cap(ui: &mut Ui, view: &View<'_>, (word, name): (Key, &str), on: Option<bool>) -> Response {
    let theme = view.theme;
    let word = view.word(word);
    let size = fitting(ui, theme, &word);
    KeyCap { name, word: &word, on, fill: theme.ember, size }.show(ui, theme)
}

fn keys(ui: &mut Ui, view: &mut View<'_>) {
    ui.spacing_mut().item_spacing.x = view.theme.space.s;
    let learning = view.snapshot.surfaces.learning.is_some();
    let word = if learning { key::SURFACE_LEARN_STOP } else { key::SURFACE_LEARN };
    let controls = view.snapshot.surfaces.chosen.midi.iter().any(|device| device.kind == MidiKind::Controls);
    ui.add_enabled_ui(learning || controls, |ui| {
        let tips = (view.word(key::SURFACE_LEARN_TIP), view.word(key::SURFACE_LEARN_NONE));
        let response = cap(ui, view, (word, &view.word(word)), Some(learning));
        if response.on_hover_text(tips.0).on_disabled_hover_text(tips.1).clicked() {
            wish(view, SurfaceWish::Learn(!learning));
        }
    });
    let look = cap(ui, view, (key::SURFACE_LOOK, &view.word(key::SURFACE_LOOK)), None);
    if look.on_hover_text(view.word(key::SURFACE_LOOK_TIP)).clicked() {
        wish(view, SurfaceWish::Look);
    }
}

/// What is known of the binding that is learned, what to do next, and the actions that it may do.
fn learn(ui: &mut Ui, view: &View<'_>, learning: &Learning) {
    let sentence = match (&learning.target, &learning.source) {
        (Some(target), _) => view.say(key::SURFACE_LEARNING_TARGET, &[("what", called(view, target).into())]),
        (None, Some(source)) => {
            view.say(key::SURFACE_LEARNING_SOURCE, &[("control", naming::midi(view.language, source.control).into())])
        }
        (None, None) => view.word(key::SURFACE_LEARNING),
    };
    words(ui, view, sentence, false);
    let choices = Act::ALL.map(|act| called(view, &Target::Act(act)));
    let chosen = match &learning.target {
        Some(target @ Target::Act(_)) => called(view, target),
        _ => view.word(key::SURFACE_ACT_NONE),
    };
    let name = view.word(key::SURFACE_ACT);
    let (_, choice) = chooser::show(ui, "act", &name, &chosen, &choices, view.theme.space.chooser);
    if let Some(n) = choice {
        wish(view, SurfaceWish::Aim(Target::Act(Act::ALL[n])));
    }
}

/// What a control is bound to, in words.
fn called(view: &View<'_>, target: &Target) -> String {
    match target {
        Target::Turn(address) => naming::control(view.language, &view.snapshot.desk, address),
        Target::Act(act) => {
            let word = naming::act(view.language, *act);
            if act.needs_hold() { view.say(key::SURFACE_HOLD, &[("act", word.into())]) } else { word }
        }
    }
}

fn counts(view: &View<'_>, counts: Counts) -> String {
    view.say(key::SURFACE_COUNTS, &[("taken", counts.taken.into()), ("refused", counts.refused.into())])
}

fn osc(ui: &mut Ui, view: &View<'_>) {
    let (chosen, state) = (view.snapshot.surfaces.chosen.osc, &view.snapshot.surfaces.state);
    caption(ui, view.theme, view.word(key::SURFACE_OSC));
    ui.horizontal_wrapped(|ui| {
        let switch = |ui: &mut Ui, mut on: bool, word: Key, tip: Key| {
            let response = ui.checkbox(&mut on, view.word(word)).on_hover_text(view.word(tip));
            response.changed().then_some(on)
        };
        if let Some(on) = switch(ui, chosen.on, key::SURFACE_OSC_ON, key::SURFACE_OSC_TIP) {
            wish(view, SurfaceWish::Osc(Osc { on, ..chosen }));
        }
        if let Some(open) = switch(ui, chosen.open, key::SURFACE_OSC_OPEN, key::SURFACE_OSC_OPEN_TIP) {
            wish(view, SurfaceWish::Osc(Osc { open, ..chosen }));
        }
        port(ui, view, chosen);
        let place = match &state.osc {
            OscState::Off => view.word(key::SURFACE_OSC_OFF),
            OscState::At(at) => view.say(key::SURFACE_OSC_AT, &[("at", at.as_str().into())]),
            OscState::Failed => view.word(key::SURFACE_OSC_FAILED),
            OscState::Gone => view.word(key::SURFACE_OSC_GONE),
        };
        words(ui, view, place, state.osc == OscState::Off);
    });
    if chosen.on && chosen.open {
        let font = view.theme.font(view.theme.letters.small, Weight::Medium);
        let sentence = RichText::new(view.word(key::SURFACE_OSC_EXPOSED)).font(font).color(view.theme.caution);
        ui.add(Label::new(sentence).wrap());
    }
    if chosen.on {
        let told = view.say(key::SURFACE_OSC_TOLD, &[("count", state.subscribers.into())]);
        words(ui, view, format!("{} · {told}", counts(view, state.osc_counts)), true);
    }
}

fn port(ui: &mut Ui, view: &View<'_>, chosen: Osc) {
    words(ui, view, view.word(key::SURFACE_OSC_PORT), true);
    let field = Field {
        id: Id::unique("osc port"),
        name: &view.word(key::SURFACE_OSC_PORT_NAMED),
        text: &chosen.port.to_string(),
        hint: "",
        width: view.theme.space.strip,
        secret: false,
        limit: PORT_FIGURES,
    };
    let typed = field.show(ui).1.and_then(|text| text.trim().parse().ok());
    if let Some(port) = typed.filter(|port| OSC_PORTS.contains(port)) {
        wish(view, SurfaceWish::Osc(Osc { port, ..chosen }));
    }
}

fn midi(ui: &mut Ui, view: &View<'_>) {
    let (chosen, state) = (&view.snapshot.surfaces.chosen, &view.snapshot.surfaces.state);
    caption(ui, view.theme, view.word(key::SURFACE_MIDI));
    let mut names: Vec<&String> = chosen.midi.iter().map(|device| &device.name).collect();
    let listed = state.midi.iter().flatten();
    names.extend(listed.filter(|name| chosen.kind_of(name).is_none()));
    if names.is_empty() {
        let none = if state.no_midi { key::SURFACE_MIDI_UNAVAILABLE } else { key::SURFACE_MIDI_NONE };
        words(ui, view, view.word(none), true);
    }
    for name in names {
        ui.push_id(name, |ui| device(ui, view, name));
    }
    if !chosen.midi.is_empty() {
        words(ui, view, counts(view, state.midi_counts), true);
    }
}

fn device(ui: &mut Ui, view: &View<'_>, name: &str) {
    let surfaces = &view.snapshot.surfaces;
    let word = |kind: Option<MidiKind>| match kind {
        None => view.word(key::SURFACE_MIDI_UNUSED),
        Some(MidiKind::Controls) => view.word(key::SURFACE_MIDI_CONTROLS),
        Some(MidiKind::Mackie) => view.word(key::SURFACE_MIDI_MACKIE),
    };
    let kinds = [None, Some(MidiKind::ALL[0]), Some(MidiKind::ALL[1])];
    let used = surfaces.chosen.kind_of(name);
    ui.horizontal_wrapped(|ui| {
        let title = view.say(key::SURFACE_MIDI_USED, &[("name", name.into())]);
        let width = view.theme.space.chooser;
        let (_, choice) = chooser::show(ui, "kind", &title, &word(used), kinds.map(word), width);
        if let Some(n) = choice {
            wish(view, SurfaceWish::Midi(name.to_owned(), kinds[n]));
        }
        words(ui, view, name.to_owned(), false);
        if used.is_some() {
            let open = surfaces.state.open.iter().any(|open| open == name);
            let state = if open { key::SURFACE_MIDI_OPEN } else { key::SURFACE_MIDI_WAITING };
            words(ui, view, view.word(state), true);
        }
    });
}

fn bound(ui: &mut Ui, view: &View<'_>) {
    let chosen = &view.snapshot.surfaces.chosen;
    caption(ui, view.theme, view.word(key::SURFACE_BOUND));
    if chosen.bound.is_empty() {
        words(ui, view, view.word(key::SURFACE_BOUND_NONE), true);
        words(ui, view, view.word(key::SURFACE_LEARN_TIP), true);
    }
    for binding in &chosen.bound {
        ui.push_id(&binding.source, |ui| row(ui, view, binding));
    }
}

/// What they do on a locked stage.
fn locked(ui: &mut Ui, view: &View<'_>) {
    let mut on = view.snapshot.surfaces.chosen.while_locked;
    let response = ui.checkbox(&mut on, view.word(key::SURFACE_WHILE_LOCKED));
    if response.on_hover_text(view.word(key::SURFACE_WHILE_LOCKED_TIP)).changed() {
        wish(view, SurfaceWish::WhileLocked(on));
    }
}

/// One control: what it does, how it is read where that can be chosen, and the key that unbinds it.
fn row(ui: &mut Ui, view: &View<'_>, binding: &Binding) {
    let source = &binding.source;
    let control = naming::midi(view.language, source.control);
    ui.horizontal_wrapped(|ui| {
        let name = view.say(key::SURFACE_UNBIND_NAMED, &[("control", control.as_str().into())]);
        if cap(ui, view, (key::SURFACE_UNBIND, &name), None).clicked() {
            wish(view, SurfaceWish::Unbind(source.clone()));
        }
        if let (MidiControl::Cc(..), Target::Turn(_)) = (source.control, &binding.target) {
            let choices = Reads::ALL.map(|reads| naming::reads(view.language, reads));
            let title = view.say(key::SURFACE_READS, &[("control", control.as_str().into())]);
            let shown = naming::reads(view.language, binding.reads);
            let (_, choice) = chooser::show(ui, "reads", &title, &shown, &choices, view.theme.space.chooser);
            if let Some(n) = choice {
                wish(view, SurfaceWish::Read(source.clone(), Reads::ALL[n]));
            }
        }
        let args = [
            ("control", control.into()),
            ("port", source.port.as_str().into()),
            ("what", called(view, &binding.target).into()),
        ];
        words(ui, view, view.say(key::SURFACE_ROW, &args), false);
    });
}
