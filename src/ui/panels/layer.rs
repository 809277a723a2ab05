//! What the faders of the strips stand for: the mix, or what the strips send to an effect or to headphones.

use egui::Ui;
use korero_sentences::key;

use crate::desk::Desk;
use crate::desk::channel::{Control, Section};
use crate::limits::{CUES, SENDS};
use crate::looks::Layer;
use crate::ui::naming;
use crate::ui::view::View;
use crate::ui::widgets::chooser;

impl Layer {
    fn all() -> impl Iterator<Item = Self> {
        let sends = (0..SENDS as u8).map(Self::Send);
        std::iter::once(Self::Mix).chain(sends).chain((0..CUES as u8).map(Self::Cue))
    }

    /// What a strip's fader turns.
    pub(crate) fn control(self) -> Control {
        match self {
            Self::Mix => Control::FADER,
            Self::Send(at) => Control::send(at),
            Self::Cue(at) => Control::cue(at),
        }
    }

    /// What it is called, short enough for a strip.
    pub(crate) fn name(self, view: &View<'_>) -> String {
        match self {
            Self::Mix => view.word(key::WINDOW_MIX),
            _ => naming::title(&naming::section(view.language, self.control().section)),
        }
    }

    /// What it is called, with the names of the returns that it feeds.
    fn title(self, view: &View<'_>) -> String {
        let name = self.name(view);
        let fed = self.fed(&view.snapshot.desk);
        if fed.is_empty() { name } else { format!("{name} · {fed}") }
    }

    fn fed(self, desk: &Desk) -> String {
        let Section::Send(at) = self.control().section else { return String::new() };
        let source =
            |bus: &&crate::desk::Bus| bus.channel.value(Control::SOURCE) == f32::from(at) && !bus.name.is_empty();
        let names: Vec<&str> = desk.returns.iter().filter(source).map(|bus| bus.name.as_str()).collect();
        names.join(", ")
    }

    /// The chooser of the layer, as wide as `width`.
    pub(crate) fn choose(&mut self, ui: &mut Ui, view: &View<'_>, width: f32) {
        let choices = Self::all().map(|layer| layer.title(view));
        let name = view.word(key::STRIPS_FADERS);
        let (response, chosen) = chooser::show(ui, "layer", &name, &self.title(view), choices, width);
        response.on_hover_text(view.word(key::STRIPS_FADERS_TIP));
        if let Some(layer) = chosen.and_then(|at| Self::all().nth(at)) {
            *self = layer;
        }
    }
}
