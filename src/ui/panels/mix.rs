//! The mix: its meter with the limiter hanging from the top, its fader, and the headphones.

use egui::{Align2, Rect, Sense, Ui, pos2, vec2};
use korero_dsp::loudness::Loudness;
use korero_sentences::key;

use crate::desk::address::{Address, ChannelName};
use crate::desk::channel::Control;
use crate::session::command::Command;
use crate::ui::reading;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::fader::Fader;
use crate::ui::widgets::key::KeyCap;
use crate::ui::widgets::knob::Knob;
use crate::ui::widgets::{figures, meter, reduction};

use super::{buses, ear};

/// Shown before the first sound.
const SILENT: f32 = f32::NEG_INFINITY;
/// Gain reduction that fills its bar, dB.
const REDUCTION_RANGE_DB: f32 = 12.0;
/// Short-term and integrated loudness in LUFS, loudness range in LU, true peak in dBTP, as EBU Tech 3341 and 3342 abbreviate
/// them in every language.
const LETTERS: [&str; 4] = ["S", "I", "LRA", "TP"];

/// Shows the mix in the whole of `ui`.
pub(crate) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let theme = view.theme;
    ui.painter().rect_filled(ui.max_rect(), corner(theme.radius.m), theme.surface[2]);
    let inner = ui.max_rect().shrink(theme.space.s);
    let layout = egui::Layout::top_down(egui::Align::Center);
    ui.scope_builder(egui::UiBuilder::new().max_rect(inner).layout(layout), |ui| {
        ui.spacing_mut().item_spacing = vec2(theme.space.xs, theme.space.s);
        let (title, _) = ui.allocate_exact_size(vec2(ui.available_width(), theme.space.hit), Sense::hover());
        buses::title(ui, view, &ChannelName::Mix, title);
        peaks(ui, view);
        loudness(ui, view);
        ear::show(ui, view);
        fader(ui, view);
        cue(ui, view);
        solo(ui, view);
    });
}

/// The held peak, and what the limiter takes away: words at the left, figures at the right, so that nothing trembles.
fn peaks(ui: &mut Ui, view: &View<'_>) {
    let theme = view.theme;
    let height = theme.letters.body + theme.letters.tiny + theme.space.m;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let loudest =
        view.meters.of(&ChannelName::Mix).bars().iter().map(|bar| bar.hold_db).fold(f32::NEG_INFINITY, f32::max);
    let reduction = format!("{:.1}", view.meters.reduction_db);
    let spoken = view.say(key::WINDOW_REDUCTION, &[("db", reduction.as_str().into())]);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, &spoken));
    let (upper, lower) = rect.split_top_bottom_at_y(rect.top() + theme.letters.body + theme.space.s);
    let row = |rect: Rect, word: korero_sentences::Key, figure: String, font: egui::FontId, ink: egui::Color32| {
        let small = theme.font(theme.letters.tiny, Weight::Regular);
        ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, view.word(word), small, theme.ink[2]);
        figures::paint(ui.painter(), rect.right_center(), Align2::RIGHT_CENTER, &figure, &font, ink);
    };
    let font = |size| theme.font(size, Weight::Medium);
    let peak = format!("{} dB", reading::level(loudest));
    row(upper, key::WINDOW_PEAK, peak, font(theme.letters.body), theme.ink[0]);
    let ink = if view.meters.reduction_db >= 0.1 { theme.cool } else { theme.ink[2] };
    row(lower, key::WINDOW_LIMITER, format!("{reduction} dB"), font(theme.letters.tiny), ink);
}

/// How loud the show is: the last seconds and since it went on air, then its range and its true peak.
fn loudness(ui: &mut Ui, view: &View<'_>) {
    let theme = view.theme;
    let line = theme.letters.tiny + theme.space.xs;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 2.0 * line), Sense::hover());
    let figure = |of: fn(&Loudness) -> f32| reading::level(view.snapshot.loudness.as_ref().map_or(SILENT, of));
    let short = figure(|loudness| loudness.short_term);
    let integrated = figure(|loudness| loudness.integrated);
    let range = format!("{:.1}", view.snapshot.loudness.map_or(0.0, |loudness| loudness.range));
    let peak = figure(|loudness| loudness.true_peak_max[0].max(loudness.true_peak_max[1]));
    let args = [
        ("short", short.as_str().into()),
        ("integrated", integrated.as_str().into()),
        ("range", range.as_str().into()),
        ("peak", peak.as_str().into()),
    ];
    let spoken = view.say(key::WINDOW_LOUDNESS, &args);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, &spoken));
    response.on_hover_text(&spoken);
    let (font, small) =
        (theme.font(theme.letters.tiny, Weight::Medium), theme.font(theme.letters.tiny, Weight::Regular));
    // Two beside each other; the right ones end where all figures of the mix end.
    let middle = rect.left() + rect.width() * 0.5;
    for (n, (letters, figure)) in LETTERS.into_iter().zip([&short, &integrated, &range, &peak]).enumerate() {
        let place = Rect::from_min_size(rect.min + vec2(0.0, line * (n / 2) as f32), vec2(rect.width(), line));
        let place = if n % 2 == 0 { place.with_max_x(middle - theme.space.s) } else { place.with_min_x(middle) };
        ui.painter().text(place.left_center(), Align2::LEFT_CENTER, letters, small.clone(), theme.ink[2]);
        figures::paint(ui.painter(), place.right_center(), Align2::RIGHT_CENTER, figure, &font, theme.ink[0]);
    }
}

fn fader(ui: &mut Ui, view: &mut View<'_>) {
    let theme = view.theme;
    let below = theme.space.l + theme.space.xs + theme.space.s * 4.0 + Knob::size(theme, theme.space.strip).y;
    let below = below + theme.space.hit;
    let height = (ui.available_height() - below).max(theme.space.strip);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let bars = theme.space.xxl;
    let numbers = rect.left() + theme.letters.tiny * 1.25;
    let left = numbers + theme.space.hair * 3.0;
    let meter_rect = Rect::from_min_max(pos2(left, rect.top()), pos2(left + bars, rect.bottom()));
    meter::numbers(ui.painter(), theme, meter_rect, numbers);
    let names = (view.word(key::WINDOW_MIX_METER), view.word(key::WINDOW_MIX_CLIP));
    let shown = view.meters.of(&ChannelName::Mix).bars();
    if meter::show(ui, theme, meter_rect, &shown, &names.0, &names.1) {
        view.meters.forget_clip(&ChannelName::Mix);
    }
    let gr = Rect::from_min_size(pos2(meter_rect.right() + theme.space.xs, rect.top()), vec2(theme.space.s, height));
    limited(ui, view, gr);
    let (readout, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), theme.space.l + theme.space.xs), Sense::hover());
    let fader = Fader {
        name: &view.word(key::WINDOW_MIX_FADER),
        spec: &Address::MIX_FADER.spec(),
        value: view.value(&Address::MIX_FADER),
        language: view.language,
        cap: theme.ink[1],
    };
    let place = Rect::from_min_max(pos2(gr.right() + theme.space.xs, rect.top()), rect.max);
    if let (_, Some(value)) = fader.show(ui, theme, place, readout) {
        view.turn(Address::MIX_FADER, value);
    }
}

/// The limiter's gain reduction, hanging from the top.
fn limited(ui: &Ui, view: &View<'_>, rect: Rect) {
    let theme = view.theme;
    let rect = Rect::from_min_max(pos2(rect.left(), rect.top() + theme.space.s + theme.space.hair * 2.0), rect.max);
    // Its figure is told above.
    reduction::show(ui, theme, rect, view.meters.reduction_db, REDUCTION_RANGE_DB, None);
}

/// Lit while the headphones hear only what is soloed or taken away, wherever that is, and says which; puts all of it out.
fn solo(ui: &mut Ui, view: &mut View<'_>) {
    let theme = view.theme;
    let strips = view.snapshot.desk.strips.iter().map(|strip| ChannelName::Strip(strip.id.clone()));
    let channels = strips.chain(ChannelName::fixed()).filter(|name| name.role().spec(Control::SOLO).is_some());
    let solos = channels.map(|channel| Address { channel, control: Control::SOLO });
    let soloed: Vec<Address> = solos.filter(|address| view.value(address) >= 0.5).collect();
    let removed = view.snapshot.removed.as_ref().map(|slot| [("channel", view.name(&slot.channel).into())]);
    let [name, word, tip] = match &removed {
        None => [key::WINDOW_SOLO_OFF, key::WINDOW_SOLO, key::WINDOW_SOLO_OFF_TIP].map(|key| view.word(key)),
        Some(whose) => {
            let keys = [key::WINDOW_REMOVED_OFF, key::FOCUS_REMOVED_KEY, key::WINDOW_REMOVED_OFF_TIP];
            keys.map(|key| view.say(key, whose))
        }
    };
    let key = KeyCap {
        name: &name,
        word: &word,
        on: Some(!soloed.is_empty() || removed.is_some()),
        fill: theme.caution,
        size: vec2(ui.available_width(), theme.space.hit),
    };
    let response = key.show(ui, theme).on_hover_text(tip);
    if response.clicked() {
        if removed.is_some() {
            view.send(Command::HearRemoved(None));
        }
        soloed.into_iter().for_each(|address| view.turn(address, 0.0));
    }
}

fn cue(ui: &mut Ui, view: &mut View<'_>) {
    let theme = view.theme;
    let size = Knob::size(theme, theme.space.strip);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), size.y), Sense::hover());
    let knob_rect = Rect::from_min_size(rect.min, vec2(size.x, size.y));
    let turned = ui
        .scope_builder(egui::UiBuilder::new().max_rect(knob_rect), |ui| {
            let knob = Knob {
                name: &view.word(key::WINDOW_CUE_LEVEL),
                word: &view.word(key::WINDOW_CUE),
                spec: &Address::CUE_LEVEL.spec(),
                value: view.value(&Address::CUE_LEVEL),
                language: view.language,
                quiet: false,
                units: false,
            };
            knob.show(ui, theme, size.x).1
        })
        .inner;
    if let Some(value) = turned {
        view.turn(Address::CUE_LEVEL, value);
    }
    let bars = Rect::from_min_max(pos2(rect.right() - theme.space.l, rect.top()), rect.max);
    let cue = ChannelName::Cue(0);
    let shown = view.meters.of(&cue).bars();
    let names = (view.word(key::WINDOW_CUE_METER), view.word(key::WINDOW_CUE_CLIP));
    if meter::show(ui, theme, bars, &shown, &names.0, &names.1) {
        view.meters.forget_clip(&cue);
    }
}
