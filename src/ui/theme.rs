//! The look, read from `assets/theme.toml`: the only place where the window learns a colour or a size.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use egui::style::{Selection, WidgetVisuals, Widgets};
use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Vec2, Visuals};
use serde::Deserialize;

use super::fonts::{MEDIUM, SEMIBOLD};
use crate::limits::HUES;
pub(crate) use crate::looks::Colours as Mode;

const SOURCE: &str = include_str!("../../assets/theme.toml");

/// How heavy letters are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Weight {
    Regular,
    Medium,
    SemiBold,
}

/// Sizes of letters, px, as far as the window uses them; the page has more.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Letters {
    pub(crate) tiny: f32,
    pub(crate) small: f32,
    pub(crate) body: f32,
    pub(crate) lead: f32,
    pub(crate) title: f32,
    pub(crate) big: f32,
    pub(crate) huge: f32,
}

impl Letters {
    fn larger(self, times: f32) -> Self {
        Self {
            tiny: self.tiny * times,
            small: self.small * times,
            body: self.body * times,
            lead: self.lead * times,
            title: self.title * times,
            big: self.big * times,
            huge: self.huge * times,
        }
    }
}

/// Distances, px.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Space {
    pub(crate) hair: f32,
    pub(crate) xs: f32,
    pub(crate) s: f32,
    pub(crate) m: f32,
    pub(crate) l: f32,
    pub(crate) xl: f32,
    pub(crate) xxl: f32,
    pub(crate) xxxl: f32,
    pub(crate) strip: f32,
    pub(crate) compact: f32,
    pub(crate) mix: f32,
    pub(crate) air: f32,
    pub(crate) bar: f32,
    pub(crate) chooser: f32,
    pub(crate) hit: f32,
    pub(crate) touch: f32,
}

impl Space {
    fn larger(self, times: f32) -> Self {
        Self {
            hair: self.hair * times,
            xs: self.xs * times,
            s: self.s * times,
            m: self.m * times,
            l: self.l * times,
            xl: self.xl * times,
            xxl: self.xxl * times,
            xxxl: self.xxxl * times,
            strip: self.strip * times,
            compact: self.compact * times,
            mix: self.mix * times,
            air: self.air * times,
            bar: self.bar * times,
            chooser: self.chooser * times,
            hit: self.hit * times,
            touch: self.touch * times,
        }
    }
}

/// Corners, px.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Radius {
    pub(crate) s: f32,
    pub(crate) m: f32,
    pub(crate) l: f32,
}

/// Durations, ms.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Motion {
    pub(crate) calm: u64,
    pub(crate) pulse: u64,
    pub(crate) hold: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tokens {
    dark: BTreeMap<String, String>,
    light: BTreeMap<String, String>,
    contrast: BTreeMap<String, String>,
    #[serde(rename = "type")]
    letters: Letters,
    space: Space,
    radius: Radius,
    motion: Motion,
}

static TOKENS: LazyLock<Tokens> =
    LazyLock::new(|| toml::from_str(SOURCE).expect("the embedded theme.toml is the one that the tests have read"));

/// The look in one set of colours.
#[derive(Clone, Debug)]
pub(crate) struct Theme {
    pub(crate) mode: Mode,
    /// Nothing moves but sound and numbers.
    pub(crate) still: bool,
    /// 0 room, 1 panel, 2 strip, 3 control.
    pub(crate) surface: [Color32; 4],
    pub(crate) line: Color32,
    /// 0 text, 1 secondary, 2 hint.
    pub(crate) ink: [Color32; 3],
    /// Words on a filled key.
    pub(crate) onfill: Color32,
    pub(crate) ember: Color32,
    pub(crate) focus: Color32,
    pub(crate) live: Color32,
    pub(crate) good: Color32,
    pub(crate) caution: Color32,
    pub(crate) over: Color32,
    pub(crate) cool: Color32,
    hues: [Color32; HUES as usize],
    pub(crate) letters: Letters,
    pub(crate) space: Space,
    pub(crate) radius: Radius,
    pub(crate) motion: Motion,
}

impl Theme {
    /// The look in the colours of `mode`; `still` when motion is to be reduced.
    pub(crate) fn of(mode: Mode, still: bool) -> Self {
        let tokens = &*TOKENS;
        let table = match mode {
            Mode::Dark => &tokens.dark,
            Mode::Light => &tokens.light,
            Mode::Contrast => &tokens.contrast,
        };
        let colour = |name: &str| hex(table.get(name).map(String::as_str));
        Self {
            mode,
            still,
            surface: ["surface0", "surface1", "surface2", "surface3"].map(colour),
            line: colour("line"),
            ink: ["ink0", "ink1", "ink2"].map(colour),
            onfill: colour("onfill"),
            ember: colour("ember"),
            focus: colour("focus"),
            live: colour("live"),
            good: colour("good"),
            caution: colour("caution"),
            over: colour("over"),
            cool: colour("cool"),
            hues: std::array::from_fn(|n| colour(&format!("hue{n}"))),
            letters: tokens.letters,
            space: tokens.space,
            radius: tokens.radius,
            motion: tokens.motion,
        }
    }

    /// The same look with every letter and every distance so many times as large.
    pub(crate) fn larger(&self, times: f32) -> Self {
        Self {
            letters: self.letters.larger(times),
            space: self.space.larger(times),
            radius: Radius { s: self.radius.s * times, m: self.radius.m * times, l: self.radius.l * times },
            ..self.clone()
        }
    }

    /// The colour of a strip's hue; numbers past the last begin again.
    pub(crate) fn hue(&self, hue: u8) -> Color32 {
        self.hues[usize::from(hue) % self.hues.len()]
    }

    /// Letters of a size and a weight.
    pub(crate) fn font(&self, size: f32, weight: Weight) -> FontId {
        FontId::new(size, family(weight))
    }

    /// How long a key must be held, in seconds. The same when motion is reduced: it is safety, not show.
    pub(crate) fn hold_seconds(&self) -> f64 {
        Duration::from_millis(self.motion.hold).as_secs_f64()
    }

    /// Where the slow pulse is at `now` seconds, 0 to 1; steady at 1 when motion is reduced.
    pub(crate) fn pulse(&self, now: f64) -> f32 {
        if self.still {
            return 1.0;
        }
        let period = Duration::from_millis(self.motion.pulse).as_secs_f64();
        let turn = (now / period).fract() * std::f64::consts::TAU;
        (0.5 + 0.5 * turn.cos()) as f32
    }

    /// A hairline in the colour of edges.
    pub(crate) fn hairline(&self) -> Stroke {
        Stroke::new(self.space.hair, self.line)
    }

    /// The ring around what the keyboard holds.
    pub(crate) fn ring(&self) -> Stroke {
        Stroke::new(self.space.hair * 2.0, self.focus)
    }

    /// The look as egui wants it.
    pub(crate) fn style(&self) -> Style {
        let mut style = Style { visuals: self.visuals(), ..Style::default() };
        let regular = |size| self.font(size, Weight::Regular);
        style.text_styles = [
            (TextStyle::Small, regular(self.letters.tiny)),
            (TextStyle::Body, regular(self.letters.small)),
            (TextStyle::Button, self.font(self.letters.small, Weight::Medium)),
            (TextStyle::Heading, self.font(self.letters.lead, Weight::SemiBold)),
            (TextStyle::Monospace, regular(self.letters.small)),
        ]
        .into();
        let space = &mut style.spacing;
        space.item_spacing = Vec2::splat(self.space.s);
        // A list shows all that it holds, but for the longest.
        space.combo_height = self.space.chooser * 2.0;
        space.button_padding = Vec2::new(self.space.s, self.space.xs);
        space.interact_size = Vec2::splat(self.space.hit);
        space.menu_margin = Margin::same(self.space.s as i8);
        space.window_margin = Margin::same(self.space.l as i8);
        space.scroll = egui::style::ScrollStyle {
            bar_width: self.space.s,
            // A press beside a handle that is longer than its area breaks down, and in a very small window one would be.
            handle_min_length: 0.0,
            ..egui::style::ScrollStyle::solid()
        };
        space.icon_width = self.space.l;
        space.icon_width_inner = self.space.s;
        style.animation_time = if self.still { 0.0 } else { Duration::from_millis(self.motion.calm).as_secs_f32() };
        style.interaction.selectable_labels = false;
        style
    }

    fn visuals(&self) -> Visuals {
        let base = if self.mode == Mode::Light { Visuals::light() } else { Visuals::dark() };
        Visuals {
            override_text_color: None,
            weak_text_color: Some(self.ink[2]),
            widgets: self.widgets(),
            selection: Selection {
                bg_fill: self.ember.gamma_multiply(0.35),
                stroke: Stroke::new(self.space.hair, self.ink[0]),
            },
            hyperlink_color: self.ember,
            faint_bg_color: self.surface[1],
            extreme_bg_color: self.surface[0],
            code_bg_color: self.surface[0],
            warn_fg_color: self.caution,
            error_fg_color: self.over,
            window_corner_radius: corner(self.radius.l),
            window_fill: self.surface[2],
            window_stroke: self.hairline(),
            window_shadow: Shadow::NONE,
            popup_shadow: Shadow::NONE,
            menu_corner_radius: corner(self.radius.m),
            panel_fill: self.surface[0],
            // What is locked for now is still read.
            disabled_alpha: 0.75,
            ..base
        }
    }

    fn widgets(&self) -> Widgets {
        let face = |fill: Color32, edge: Stroke, ink: Color32| WidgetVisuals {
            bg_fill: fill,
            weak_bg_fill: fill,
            bg_stroke: edge,
            corner_radius: corner(self.radius.s),
            fg_stroke: Stroke::new(self.space.hair, ink),
            expansion: 0.0,
        };
        Widgets {
            noninteractive: face(self.surface[1], self.hairline(), self.ink[1]),
            inactive: face(self.surface[3], self.hairline(), self.ink[0]),
            hovered: face(self.surface[3], Stroke::new(self.space.hair, self.ink[2]), self.ink[0]),
            active: face(self.surface[3], self.ring(), self.ink[0]),
            open: face(self.surface[3], Stroke::new(self.space.hair, self.ink[2]), self.ink[0]),
        }
    }
}

fn family(weight: Weight) -> FontFamily {
    match weight {
        Weight::Regular => FontFamily::Proportional,
        Weight::Medium => FontFamily::Name(MEDIUM.into()),
        Weight::SemiBold => FontFamily::Name(SEMIBOLD.into()),
    }
}

/// A corner of egui's whole pixels.
pub(crate) fn corner(px: f32) -> CornerRadius {
    CornerRadius::same(px.min(255.0) as u8)
}

fn hex(text: Option<&str>) -> Color32 {
    text.and_then(|text| Color32::from_hex(text).ok())
        .expect("the embedded theme.toml is the one that the tests have read")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2, relative luminance of an sRGB colour.
    fn luminance(colour: Color32) -> f32 {
        let linear = |byte: u8| {
            let part = f32::from(byte) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn assert_readable(mode: Mode, what: &str, ink: Color32, surface: Color32) {
        let ratio = contrast(ink, surface);
        assert!(ratio >= 4.5, "{mode:?}: {what} has only {ratio:.2}:1");
    }

    #[test]
    fn every_word_can_be_read_on_every_surface_it_stands_on() {
        for mode in Mode::ALL {
            let theme = Theme::of(mode, false);
            for (n, surface) in theme.surface.iter().enumerate() {
                for (i, ink) in theme.ink.iter().enumerate() {
                    assert_readable(mode, &format!("ink{i} on surface{n}"), *ink, *surface);
                }
            }
            let states = [theme.ember, theme.live, theme.good, theme.caution, theme.over, theme.cool];
            for fill in states.into_iter().chain(theme.hues) {
                assert_readable(mode, "onfill on a filled key", theme.onfill, fill);
                for surface in &theme.surface[..3] {
                    assert_readable(mode, &format!("{fill:?}"), fill, *surface);
                }
            }
        }
    }

    #[test]
    fn every_colour_of_the_file_is_worn() {
        for table in [&TOKENS.dark, &TOKENS.light, &TOKENS.contrast] {
            assert_eq!(table.len(), 4 + 1 + 3 + 1 + 2 + 5 + 12);
        }
    }

    #[test]
    fn no_letters_are_smaller_than_twelve_pixels_and_steps_grow() {
        let l = TOKENS.letters;
        let steps = [l.tiny, l.small, l.body, l.lead, l.title, l.big, l.huge];
        assert!(steps[0] >= 12.0 && steps.windows(2).all(|w| w[0] < w[1]));
        assert!(TOKENS.space.hit >= 28.0 && TOKENS.space.touch >= 44.0);
    }

    #[test]
    fn the_pulse_is_steady_when_motion_is_reduced() {
        let still = Theme::of(Mode::Dark, true);
        assert!((0..40).all(|n| still.pulse(f64::from(n) * 0.137) == 1.0));
        assert!(Theme::of(Mode::Dark, false).pulse(1.0) < 0.1);
    }
}
