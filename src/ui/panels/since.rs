//! What rolls while nothing is recorded: whether it does, and from how long ago a recording begins.

use std::time::Duration;

use egui::Ui;
use korero_sentences::key;

use crate::limits::ROLLING_DEFAULT;
use crate::session::command::Command;
use crate::ui::reading;
use crate::ui::view::View;
use crate::ui::widgets::chooser;

/// How long ago a recording may begin, besides everything that rolled.
const AGO: [Duration; 4] =
    [Duration::from_secs(30), Duration::from_secs(300), Duration::from_secs(1_800), Duration::from_secs(3_600)];

/// Shows both on one line.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>) {
    ui.horizontal(|ui| {
        switch(ui, view);
        if !view.snapshot.rolled.is_zero() {
            since(ui, view);
        }
    });
}

fn switch(ui: &mut Ui, view: &View<'_>) {
    let mut rolling = view.snapshot.rolling;
    let mut on = !rolling.hold().is_zero();
    let hold = if on { rolling.hold() } else { ROLLING_DEFAULT };
    let tip = view.say(key::WINDOW_ROLLING_TIP, &[("length", words(view, hold).into())]);
    if ui.checkbox(&mut on, view.word(key::WINDOW_ROLLING)).on_hover_text(tip).changed() {
        rolling.hold_seconds = if on { u32::try_from(ROLLING_DEFAULT.as_secs()).unwrap_or(u32::MAX) } else { 0 };
        view.send(Command::Roll(rolling));
    }
}

/// Starts a recording that begins earlier.
fn since(ui: &mut Ui, view: &View<'_>) {
    let rolled = view.snapshot.rolled;
    let shorter: Vec<Duration> = AGO.into_iter().filter(|ago| *ago < rolled).collect();
    let now = (view.word(key::WINDOW_SINCE_NOW), Duration::ZERO);
    let ago =
        shorter.into_iter().map(|ago| (view.say(key::WINDOW_SINCE_AGO, &[("length", words(view, ago).into())]), ago));
    // What rolls on until the choice arrives belongs to it.
    let all = (view.say(key::WINDOW_SINCE_ALL, &[("length", reading::clock(rolled).into())]), Duration::MAX);
    let (choices, agos): (Vec<_>, Vec<_>) = std::iter::once(now).chain(ago).chain([all]).unzip();
    let (name, length) = (view.word(key::WINDOW_SINCE), reading::clock(rolled));
    let shown = view.say(key::WINDOW_SINCE_SHOWN, &[("length", length.as_str().into())]);
    let (response, choice) = chooser::show(ui, "record since", &name, &shown, &choices, ui.available_width());
    response.accessible_name(format!("{name}: {length}"));
    if let Some(ago) = choice.and_then(|nth| agos.get(nth)) {
        view.send(Command::RecordSince(*ago));
    }
}

fn words(view: &View<'_>, length: Duration) -> String {
    match length.as_secs() {
        seconds if seconds < 60 => view.say(key::WINDOW_SECONDS, &[("seconds", seconds.into())]),
        _ => reading::left(length, view.language),
    }
}
