//! One section of a channel, or one of its slots, as a titled group: its switch, its curve, its controls, what it takes away.

use egui::{Align, Align2, Layout, Painter, Rect, Role as Reading, Sense, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2};
use korero_dsp::bank::Stage;
use korero_dsp::effects::{EFFECTS, compressor, gate};
use korero_dsp::param::ParamId;
use korero_sentences::key;

use crate::desk::address::{Address, ChannelName, SlotName};
use crate::desk::channel::{Control, Kind, Place, Role, Section};
use crate::desk::{Desk, StripInput};
use crate::session::command::Command;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::{chooser, figures, reduction};
use crate::ui::{lateness, naming, reading};

use super::plan::Plan;
use super::taken::{self, Taken};
use super::{bands, control, curve, listen, loudness, removed};

/// Gain reduction that fills a bar, dB.
const REDUCTION_DB: f32 = 24.0;
/// Effects that every channel has as fixed stages and nobody needs twice.
const FIXED_ONLY: [&str; 5] = ["trim", "delay", "highpass", "lowpass", "gate"];

/// What a group is for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Group {
    /// What is measured of the channel.
    Meters,
    /// A section that is always there.
    Fixed(Section),
    /// A slot, empty or not.
    Insert(Place),
}

/// The groups of a channel: what is measured of it, then everything in the order of the sound. What works on the two sides
/// of a pair is left out where there is one side.
pub(crate) fn all(desk: &Desk, name: &ChannelName) -> Vec<Group> {
    let role = name.role();
    let measured = matches!(role, Role::Strip | Role::Group | Role::Return | Role::Mix);
    let mut groups: Vec<Group> = measured.then_some(Group::Meters).into_iter().collect();
    let pair = is_pair(desk, name);
    for section in role.sections().filter(|section| pair || *section != Section::Stage(Stage::Width)) {
        groups.push(Group::Fixed(section));
        if let Section::Stage(stage) = section {
            groups.extend(Place::ALL.into_iter().filter(|place| place.after() == stage).map(Group::Insert));
        }
    }
    groups
}

/// What draws the curve of a section.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Curve {
    /// Level over frequency.
    Equaliser,
    /// Level out over level in.
    Compressor,
    /// The same of a gate.
    Gate,
}

impl Curve {
    /// The curve of an effect that has one.
    pub(crate) fn of(section: Section) -> Option<Self> {
        let id = match section {
            Section::Stage(stage) => stage.spec().id,
            Section::Slot(_, kind) => EFFECTS.get(usize::from(kind.0))?.id,
            _ => return None,
        };
        match id {
            "eq" => Some(Self::Equaliser),
            "compressor" => Some(Self::Compressor),
            "gate" | "gateahead" => Some(Self::Gate),
            _ => None,
        }
    }
}

impl Group {
    /// The section whose controls it shows; `None` for an empty slot.
    pub(crate) fn section(self, view: &View<'_>, name: &ChannelName) -> Option<Section> {
        match self {
            Self::Meters => None,
            Self::Fixed(section) => Some(section),
            Self::Insert(place) => {
                let kind = name.of(&view.snapshot.desk)?.insert(place)?.kind;
                Some(Section::Slot(place, kind))
            }
        }
    }

    /// Whether that section is shown here, or would be.
    pub(crate) fn is_for(self, section: Section) -> bool {
        match self {
            Self::Meters => false,
            Self::Fixed(own) => own == section,
            Self::Insert(own) => matches!(section, Section::Slot(place, _) if place == own),
        }
    }

    /// What stands above it.
    pub(crate) fn title(self, view: &View<'_>) -> String {
        naming::title(&match self {
            Self::Meters => view.word(key::METER_TITLE),
            Self::Fixed(section) => naming::section(view.language, section),
            Self::Insert(place) => naming::place(view.language, place),
        })
    }

    /// Shows it in the whole of `ui`, laid out by `plan`.
    pub(crate) fn show(self, ui: &mut Ui, view: &mut View<'_>, name: &ChannelName, (plan, past): (&Plan, &Taken)) {
        let theme = view.theme;
        let whole = ui.max_rect();
        let there = whole.min.to_vec2();
        ui.painter().rect(whole, corner(theme.radius.m), theme.surface[2], theme.hairline(), StrokeKind::Inside);
        let title = pos2(whole.left() + theme.space.s, whole.top() + theme.space.xs + theme.space.hit / 2.0);
        let font = theme.font(theme.letters.small, Weight::SemiBold);
        ui.painter().text(title, Align2::LEFT_CENTER, self.title(view), font, theme.ink[0]);
        if self == Self::Meters {
            loudness::show(ui, view, name);
        }
        if let (Self::Insert(place), Some(rect)) = (self, plan.chooser) {
            insert(ui, view, name, place, rect.translate(there));
        }
        if let (Self::Insert(place), Some(rect)) = (self, plan.late) {
            late(ui, view, name, place, rect.translate(there));
        }
        let Some(section) = self.section(view, name) else { return };
        let on = plan.on.is_none_or(|(control, _)| view.value(&address(name, control)) >= 0.5);
        if let Some((control, rect)) = plan.on {
            control::show(ui, view, &address(name, control), rect.translate(there), false);
        }
        if let Some(rect) = plan.meter {
            taken(ui, view, name, section, rect.translate(there));
        }
        if let (Some(rect), Some(curve)) = (plan.curve, Curve::of(section)) {
            draw(ui, view, name, section, (curve, on), rect.translate(there));
            if curve == Curve::Equaliser {
                bands::show(ui, view, (name, section), on, rect.translate(there));
            }
        }
        if let Some(rect) = plan.history {
            lately(ui, view, (name, section), past, rect.translate(there));
        }
        if let (ChannelName::Strip(id), Some(rect)) = (name, plan.key) {
            listen::show(ui, view, id, section, rect.translate(there));
        }
        for (band, rect) in &plan.bands {
            let text = naming::title(&naming::band(view.language, *band));
            let font = theme.font(theme.letters.tiny, Weight::Medium);
            ui.painter().text(rect.translate(there).left_center(), Align2::LEFT_CENTER, text, font, theme.ink[1]);
        }
        for (control, rect) in &plan.cells {
            control::show(ui, view, &address(name, *control), rect.translate(there), !on);
        }
        if let (Self::Insert(place), Some(rect)) = (self, plan.removed) {
            removed::show(ui, view, SlotName { channel: name.clone(), place }, rect.translate(there));
        }
    }
}

fn address(name: &ChannelName, control: Control) -> Address {
    Address { channel: name.clone(), control }
}

/// What the stage takes away, hanging from the top, its figure beside the title.
fn taken(ui: &Ui, view: &View<'_>, name: &ChannelName, section: Section, rect: Rect) {
    let theme = view.theme;
    let db = view.meters.of(name).reduction_db(section);
    let title = naming::section(view.language, section);
    let desk = &view.snapshot.desk;
    let spoken = naming::within(view.language, desk, name, &title, &view.word(key::PANEL_REDUCTION));
    reduction::show(ui, theme, rect, db, REDUCTION_DB, Some(&spoken));
    if db >= 0.1 {
        let right = ui.max_rect().right() - theme.space.s * 2.0 - theme.space.touch;
        let at = pos2(right, ui.max_rect().top() + theme.space.xs + theme.space.hit / 2.0);
        let font = theme.font(theme.letters.tiny, Weight::Medium);
        figures::paint(ui.painter(), at, Align2::RIGHT_CENTER, &reading::level(-db), &font, theme.cool);
    }
}

fn draw(ui: &Ui, view: &View<'_>, name: &ChannelName, section: Section, (kind, on): (Curve, bool), rect: Rect) {
    let value = |param: ParamId| view.value(&address(name, Control::new(section, param)));
    let painter = ui.painter();
    match kind {
        Curve::Equaliser => {
            let values: curve::EqValues = std::array::from_fn(|at| value(ParamId(at as u8)));
            let sound = view.reading(name).map(|reading| reading.spectrum);
            curve::equaliser(painter, view.theme, rect, (&values, on), sound.as_ref());
        }
        Curve::Compressor => {
            let values: [f32; compressor::PARAMS.len()] = std::array::from_fn(|at| value(ParamId(at as u8)));
            let law = |db| compressor::output_db(db, |param| working(&values, param, compressor::ON));
            curve::dynamics(painter, view.theme, rect, on, law);
            live(painter, view, name, section, on, rect);
        }
        Curve::Gate => {
            let values: [f32; gate::PARAMS.len()] = std::array::from_fn(|at| value(ParamId(at as u8)));
            let law = |db| gate::output_db(db, |param| working(&values, param, gate::ON));
            curve::dynamics(painter, view.theme, rect, on, law);
            live(painter, view, name, section, on, rect);
        }
    }
    let response = ui.interact(rect, ui.scope_id().with("curve"), Sense::hover());
    let title = naming::section(view.language, section);
    let spoken = naming::within(view.language, &view.snapshot.desk, name, &title, &view.word(key::PANEL_CURVE));
    response.widget_info(|| WidgetInfo::labeled(Reading::Image, true, &spoken));
}

/// Where the sound stands: what comes into the section and what leaves it, both measured there.
fn live(painter: &Painter, view: &View<'_>, name: &ChannelName, section: Section, on: bool, rect: Rect) {
    if on {
        curve::dot(painter, view.theme, rect, view.meters.of(name).through_db(section));
    }
}

/// What the stage took away in the last seconds.
fn lately(ui: &Ui, view: &View<'_>, (name, section): (&ChannelName, Section), past: &Taken, rect: Rect) {
    let looks = past.at(section).map(|(then, db)| (view.now - then, db));
    curve::history(ui.painter(), view.theme, rect, looks, (taken::SECONDS, REDUCTION_DB));
    let response = ui.interact(rect, ui.scope_id().with("lately"), Sense::hover());
    let title = naming::section(view.language, section);
    let spoken = naming::within(view.language, &view.snapshot.desk, name, &title, &view.word(key::FOCUS_LATELY));
    response.widget_info(|| WidgetInfo::labeled(Reading::Image, true, &spoken));
}

/// By how much what stands in a slot makes the channel late.
fn late(ui: &Ui, view: &View<'_>, name: &ChannelName, place: Place, rect: Rect) {
    let Some(insert) = name.of(&view.snapshot.desk).and_then(|channel| channel.insert(place)) else { return };
    let theme = view.theme;
    let told = view.say(key::FOCUS_LATE, &[("ms", format!("{:.1}", lateness::milliseconds(insert.kind)).into())]);
    let font = theme.font(theme.letters.tiny, Weight::Regular);
    figures::paint(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &told, &font, theme.ink[1]);
    let response = ui.interact(rect, ui.scope_id().with("late"), Sense::hover());
    let slot = naming::place(view.language, place);
    let spoken = naming::within(view.language, &view.snapshot.desk, name, &slot, &told);
    response.widget_info(|| WidgetInfo::labeled(Reading::Status, true, &spoken));
    response.on_hover_text(view.word(key::FOCUS_LATE_TIP));
}

/// A curve is drawn as if its section worked; while it does not, quietly.
fn working(values: &[f32], param: ParamId, on: ParamId) -> f32 {
    if param == on { 1.0 } else { values.get(usize::from(param.0)).copied().unwrap_or(0.0) }
}

/// Which effect stands in a slot.
fn insert(ui: &mut Ui, view: &View<'_>, name: &ChannelName, place: Place, rect: Rect) {
    let kinds = offered(view, name);
    let title = |kind| naming::title(&naming::effect(view.language, kind));
    let none = naming::title(&view.word(key::PANEL_NO_INSERT));
    let choices: Vec<String> = std::iter::once(none.clone()).chain(kinds.iter().map(|kind| title(*kind))).collect();
    let stands = name.of(&view.snapshot.desk).and_then(|channel| channel.insert(place)).map(|insert| insert.kind);
    let shown = stands.map_or(none, title);
    let desk = &view.snapshot.desk;
    let what = view.word(key::PANEL_INSERT);
    let spoken = naming::within(view.language, desk, name, &naming::place(view.language, place), &what);
    let builder = UiBuilder::new().id_salt(place.id()).max_rect(rect).layout(Layout::top_down(Align::Center));
    let chosen = ui
        .scope_builder(builder, |ui| {
            ui.spacing_mut().icon_width = view.theme.space.s;
            ui.spacing_mut().button_padding.x = view.theme.space.xs;
            chooser::show(ui, "effect", &spoken, &shown, &choices, ui.available_width()).1
        })
        .inner;
    if let Some(at) = chosen {
        let kind = at.checked_sub(1).and_then(|at| kinds.get(at)).copied();
        if kind != stands {
            view.send(Command::PutEffect(name.clone(), place, kind));
        }
    }
}

/// Whether a channel has two sides.
fn is_pair(desk: &Desk, name: &ChannelName) -> bool {
    match name {
        ChannelName::Strip(id) => desk.strip(id).is_some_and(|strip| matches!(strip.input, StripInput::Stereo(..))),
        _ => true,
    }
}

/// Effects that make sense in a slot of that channel: what works on pairs only where there is one.
fn offered(view: &View<'_>, name: &ChannelName) -> Vec<Kind> {
    let pair = is_pair(&view.snapshot.desk, name);
    let fits = |at: &usize| (pair || !EFFECTS[*at].pairs) && !FIXED_ONLY.contains(&EFFECTS[*at].id);
    (0..EFFECTS.len()).filter(fits).map(|at| Kind(at as u8)).collect()
}
