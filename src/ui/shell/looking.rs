//! How the window looks: what a person chose is worn at once, and kept for the next evening.

use egui::{Context, Vec2, ViewportCommand, ViewportInfo, pos2};

use crate::looks::{Looks, Place};
use crate::session::command::Command;
use crate::ui::FIRST_SIZE;
use crate::ui::keymap::Keymap;
use crate::ui::panels::top;
use crate::ui::scale::Scale;
use crate::ui::theme::{Mode, Theme};

use super::Window;

/// A window that stood where it is for so long, in seconds, is where a person put it.
const SETTLED: f64 = 1.0;

/// Where the window was to be opened, and where it was seen last.
pub(super) struct Whereabouts {
    /// Where it is to be put once its screen is known.
    wanted: Option<Place>,
    seen: Option<(Place, f64)>,
}

impl Whereabouts {
    pub(super) fn of(looks: &Looks) -> Self {
        Self { wanted: looks.place, seen: None }
    }
}

impl Window {
    /// Takes what was changed in the menu of looks and in the panel of keys.
    pub(super) fn look(&mut self, ctx: &Context, chosen: &top::Looks) {
        if let Some(language) = chosen.language {
            self.language = language;
            self.send(Command::Speak(language.tag().to_owned()));
        }
        if chosen.keeps_all() {
            return;
        }
        self.change_looks(ctx, |looks| {
            looks.colours = chosen.mode.or(looks.colours);
            looks.still = chosen.still.unwrap_or(looks.still);
            looks.scale = chosen.scale.unwrap_or(looks.scale);
            looks.renderer = chosen.renderer.unwrap_or(looks.renderer);
            if let Some(keymap) = &chosen.keys {
                looks.keys = keymap.written();
            }
        });
    }

    /// Keeps what the line below the strips was set to.
    pub(super) fn keep_strips(&mut self, ctx: &Context) {
        let worn = self.strips.worn();
        if worn != (self.looks.layer, self.looks.narrow) {
            self.change_looks(ctx, |looks| (looks.layer, looks.narrow) = worn);
        }
    }

    /// Changes how the window looks, from this picture on; kept, if it is another look than before.
    pub(super) fn change_looks(&mut self, ctx: &Context, change: impl FnOnce(&mut Looks)) {
        let mut looks = self.looks.clone();
        change(&mut looks);
        let looks = looks.bounded();
        if looks == self.looks {
            return;
        }
        self.looks = looks;
        self.dress(ctx);
        self.send(Command::Look(Box::new(self.looks.clone())));
    }

    /// Wears what is chosen.
    pub(super) fn dress(&mut self, ctx: &Context) {
        let system = match ctx.system_theme() {
            Some(egui::Theme::Light) => Mode::Light,
            _ => Mode::Dark,
        };
        self.theme = Theme::of(self.looks.colours.unwrap_or(system), self.looks.still);
        let egui_theme = if self.theme.mode == Mode::Light { egui::Theme::Light } else { egui::Theme::Dark };
        ctx.set_theme(egui_theme);
        ctx.set_style_of(egui_theme, self.theme.style());
        Keymap::read(&self.looks.keys).wear(ctx);
    }

    /// Makes everything as large as is chosen, or as the window has room for, so that nobody loses the way back; and
    /// remembers where the window is.
    pub(super) fn fit(&mut self, ctx: &Context, now: f64) {
        let worn = ctx.zoom_factor();
        let zoom = Scale::now(ctx, self.looks.scale).zoom();
        if (zoom - worn).abs() > 0.001 {
            ctx.set_zoom_factor(zoom);
        }
        let before = self.looks.place;
        let (monitor, place) = ctx.input(|i| (i.viewport().monitor_size, whereabouts(i.viewport(), worn, before)));
        self.put_back(ctx, monitor.map(|size| size * worn), worn);
        let Some(place) = place.filter(|place| before != Some(*place)) else { return };
        let since = self.place.seen.filter(|(seen, _)| *seen == place).map_or(now, |(_, since)| since);
        self.place.seen = Some((place, since));
        if now - since >= SETTLED {
            self.change_looks(ctx, |looks| looks.place = Some(place));
        }
    }

    /// Puts the window where it was, once, and only where it is wholly on the first screen: another one may be gone.
    fn put_back(&mut self, ctx: &Context, monitor: Option<Vec2>, zoom: f32) {
        let Some(monitor) = monitor else { return };
        let Some(Place { left: Some(left), top: Some(top), width, height, maximised: false }) =
            self.place.wanted.take()
        else {
            return;
        };
        let there = left >= 0.0 && top >= 0.0 && left + width <= monitor.x && top + height <= monitor.y;
        if there {
            ctx.send_viewport_cmd(ViewportCommand::OuterPosition(pos2(left, top) / zoom));
        }
    }
}

/// Where the window is now; `None` while nobody sees it or the system does not say. One that fills its screen keeps the size
/// that it had before.
fn whereabouts(info: &ViewportInfo, zoom: f32, before: Option<Place>) -> Option<Place> {
    if info.minimized == Some(true) || info.fullscreen == Some(true) {
        return None;
    }
    let size = info.inner_rect?.size() * zoom;
    if info.maximized == Some(true) {
        let first = Place { left: None, top: None, width: FIRST_SIZE.x, height: FIRST_SIZE.y, maximised: true };
        return Some(Place { maximised: true, ..before.unwrap_or(first) });
    }
    let corner = info.outer_rect.map(|rect| rect.min.to_vec2() * zoom);
    Some(Place {
        left: corner.map(|corner| corner.x.round()),
        top: corner.map(|corner| corner.y.round()),
        width: size.x.round(),
        height: size.y.round(),
        maximised: false,
    })
}

#[cfg(test)]
mod tests {
    use egui::{Rect, vec2};

    use super::*;

    #[test]
    fn the_place_of_a_window_does_not_depend_on_the_scale_and_survives_being_maximised() {
        let rect = |scale: f32| Rect::from_min_size(pos2(100.0, 50.0) / scale, vec2(1200.0, 700.0) / scale);
        let info = |scale| ViewportInfo {
            inner_rect: Some(rect(scale)),
            outer_rect: Some(rect(scale)),
            ..ViewportInfo::default()
        };
        let place = whereabouts(&info(1.0), 1.0, None).expect("it is seen");
        assert_eq!(whereabouts(&info(1.5), 1.5, None), Some(place));
        assert_eq!((place.left, place.width, place.maximised), (Some(100.0), 1200.0, false));
        let large = ViewportInfo { maximized: Some(true), ..info(1.0) };
        assert_eq!(whereabouts(&large, 1.0, Some(place)), Some(Place { maximised: true, ..place }));
        let hidden = ViewportInfo { minimized: Some(true), ..info(1.0) };
        assert_eq!(whereabouts(&hidden, 1.0, Some(place)), None);
    }
}
