//! Where the air goes: the address, the key, the bit rate.

use egui::{Id, Ui};
use korero_sentences::key;

use crate::limits::{BITRATE_DEFAULT, BITRATES};
use crate::session::command::{Aim, Command};
use crate::ui::theme::Weight;
use crate::ui::view::View;
use crate::ui::widgets::chooser;
use crate::ui::widgets::field::Field;

/// Bit rates that are offered, kb/s.
const OFFERED_KBPS: [u32; 7] = [64, 96, 128, 192, 256, 320, 510];
/// The longest address or key that is taken, characters.
const MAX_ADDRESS: usize = 2_048;

/// Shows where the air goes. Locked while on air: a wish to move is first a wish to leave.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>) {
    let theme = view.theme;
    ui.spacing_mut().item_spacing.y = theme.space.xs;
    let heading = egui::RichText::new(view.word(key::WINDOW_TARGET));
    ui.label(heading.font(theme.font(theme.letters.body, Weight::SemiBold)).color(theme.ink[0]));
    let shown = ui.add_enabled_ui(!view.aim_stands(), |ui| {
        address(ui, view);
        ui.horizontal(|ui| {
            let rate = theme.space.strip + theme.space.xl;
            stream_key(ui, view, ui.available_width() - rate - theme.space.s);
            bitrate(ui, view, rate);
        });
    });
    shown.response.on_disabled_hover_text(view.word(key::WINDOW_TARGET_LOCKED));
}

fn aim(view: &View<'_>) -> Aim {
    let (url, bitrate, safest) = (view.snapshot.aim_url.clone(), view.snapshot.bitrate, view.snapshot.safest);
    Aim { url, key: None, bitrate, safest }
}

fn address(ui: &mut Ui, view: &View<'_>) {
    let field = Field {
        id: Id::unique("target address"),
        name: &view.word(key::WINDOW_TARGET_URL),
        text: &view.snapshot.aim_url,
        hint: &view.word(key::WINDOW_TARGET_URL_HINT),
        width: ui.available_width(),
        secret: false,
        limit: MAX_ADDRESS,
    };
    if let (_, Some(url)) = field.show(ui) {
        view.send(Command::AimAt(Aim { url: url.trim().to_owned(), ..aim(view) }));
    }
}

fn stream_key(ui: &mut Ui, view: &View<'_>, width: f32) {
    let hint = if view.snapshot.has_key { key::WINDOW_HAS_KEY } else { key::WINDOW_KEY_HINT };
    let field = Field {
        id: Id::unique("target key"),
        name: &view.word(key::WINDOW_KEY),
        text: "",
        hint: &view.word(hint),
        width,
        secret: true,
        limit: MAX_ADDRESS,
    };
    if let (_, Some(typed)) = field.show(ui) {
        view.send(Command::AimAt(Aim { key: Some(typed.trim().to_owned()), ..aim(view) }));
    }
}

fn bitrate(ui: &mut Ui, view: &View<'_>, width: f32) {
    let chosen = if view.snapshot.bitrate == 0 { BITRATE_DEFAULT } else { view.snapshot.bitrate };
    let word = |bits: u32| view.say(key::WINDOW_KBPS, &[("kbps", (bits / 1_000).to_string().into())]);
    let choices: Vec<String> = OFFERED_KBPS.iter().map(|kbps| word(kbps * 1_000)).collect();
    let name = view.word(key::WINDOW_BITRATE);
    let (_, choice) = chooser::show(ui, "bitrate", &name, &word(chosen), &choices, width);
    if let Some(n) = choice {
        let bitrate = (OFFERED_KBPS[n] * 1_000).clamp(*BITRATES.start(), *BITRATES.end());
        view.send(Command::AimAt(Aim { bitrate, ..aim(view) }));
    }
}
