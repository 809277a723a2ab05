//! How the interface is: a shape, a word and its figures above the chooser.

use egui::accesskit::Live;
use egui::{Align2, Id, Rect, Sense, Ui, vec2};
use korero_sentences::key;

use crate::session::snapshot::DeviceState;
use crate::ui::reading;
use crate::ui::theme::Weight;
use crate::ui::view::View;
use crate::ui::widgets::paint_within;

/// How long a change of latency is shown brightly, in seconds.
const FRESH: f64 = 4.0;

/// Shows the state of the interface and the latency of the mix on one line.
pub(crate) fn device(ui: &mut Ui, view: &View<'_>) {
    let theme = view.theme;
    let text = words(view);
    let size = vec2(ui.available_width(), ui.text_style_height(&egui::TextStyle::Small));
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, &text));
    let painter = ui.painter_at(rect);
    let radius = theme.space.xs;
    let centre = rect.left_center() + vec2(radius, 0.0);
    let stroke = |colour| egui::Stroke::new(theme.space.hair * 2.0, colour);
    match view.snapshot.device {
        DeviceState::Running { .. } => painter.circle_filled(centre, radius, theme.good),
        DeviceState::Away { .. } => painter.circle_stroke(centre, radius - theme.space.hair, stroke(theme.over)),
        DeviceState::Opening { .. } => painter.circle_stroke(centre, radius - theme.space.hair, stroke(theme.cool)),
        DeviceState::None => painter.circle_stroke(centre, radius - theme.space.hair, stroke(theme.ink[2])),
    };
    let ink = match view.snapshot.device {
        DeviceState::Away { .. } => theme.over,
        _ if lost_ms(view) > 0 => theme.caution,
        _ => theme.ink[2],
    };
    let at = rect.left_center() + vec2(radius * 2.0 + theme.space.xs, 0.0);
    let font = theme.font(theme.letters.tiny, Weight::Medium);
    let used = paint_within(&painter, (at, Align2::LEFT_CENTER), text, (font, ink), rect.right() - at.x);
    latency(ui, view, rect.with_min_x(used.right() + theme.space.s));
    if let Some(more) = details(view) {
        response.on_hover_text(more);
    }
}

/// How the interface is, in words.
pub(crate) fn words(view: &View<'_>) -> String {
    match &view.snapshot.device {
        DeviceState::None => view.word(key::WINDOW_DEVICE_NONE),
        DeviceState::Opening { .. } => view.word(key::WINDOW_DEVICE_OPENING),
        DeviceState::Away { .. } => view.word(key::WINDOW_DEVICE_AWAY),
        DeviceState::Running { rate, .. } => {
            let khz = format!("{}", f64::from(*rate) / 1_000.0);
            match lost_ms(view) {
                0 => view.say(key::WINDOW_DEVICE_RUNNING, &[("khz", khz.into())]),
                ms => view.say(key::WINDOW_DEVICE_LOSSY, &[("khz", khz.into()), ("ms", ms.to_string().into())]),
            }
        }
    }
}

/// How much later the mix is than its inputs, at the right of `rect`; told by screen readers when it changes. Where there is
/// no room it is only told.
fn latency(ui: &Ui, view: &View<'_>, rect: Rect) {
    let theme = view.theme;
    if !matches!(view.snapshot.device, DeviceState::Running { .. }) {
        return;
    }
    let frames = view.snapshot.latency_frames;
    let args = [("ms", reading::milliseconds_of(frames).into())];
    let spoken = view.say(key::WINDOW_LATENCY, &args);
    let response = ui.interact(rect, ui.scope_id().with("latency"), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, &spoken));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(Live::Polite));
    let place = Id::unique("latency and when it changed");
    let (before, since) = ui.data(|data| data.get_temp::<(u64, f64)>(place)).unwrap_or((frames, f64::NEG_INFINITY));
    let since = if before == frames { since } else { view.now };
    ui.data_mut(|data| data.insert_temp(place, (frames, since)));
    let ink = if view.now - since < FRESH { theme.cool } else { theme.ink[2] };
    let font = theme.font(theme.letters.tiny, Weight::Medium);
    let text = view.say(key::WINDOW_LATENCY_SHORT, &args);
    let galley = ui.painter().layout_no_wrap(text, font, ink);
    if galley.size().x <= rect.width() {
        let at = Align2::RIGHT_CENTER.anchor_size(rect.right_center(), galley.size());
        ui.painter().galley(at.min, galley, ink);
    }
    response.on_hover_text(view.say(key::WINDOW_LATENCY_TIP, &args));
}

/// Sound that is missing so far, in whole milliseconds, a begun one counted.
fn lost_ms(view: &View<'_>) -> u64 {
    (view.snapshot.frames_lost * 1_000).div_ceil(u64::from(crate::limits::SAMPLE_RATE))
}

fn details(view: &View<'_>) -> Option<String> {
    let DeviceState::Running { realtime, frames, .. } = &view.snapshot.device else { return None };
    let first = view.word(if *realtime { key::WINDOW_REALTIME } else { key::WINDOW_NOT_REALTIME });
    let first = format!("{} {first}", view.say(key::WINDOW_DEVICE_FRAMES, &[("frames", frames.to_string().into())]));
    match lost_ms(view) {
        0 => Some(first),
        ms => Some(format!("{first} {}", view.say(key::WINDOW_LOST, &[("ms", ms.to_string().into())]))),
    }
}
