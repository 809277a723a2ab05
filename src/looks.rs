//! How the window looks: what a person chose about it, kept from one evening to the next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::limits::{CUES, MAX_CHOSEN_KEYS, SCALES, SENDS};

/// A set of colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colours {
    /// A quiet studio at night.
    #[default]
    Dark,
    /// A room with daylight.
    Light,
    /// For eyes that need the strongest edges.
    Contrast,
}

impl Colours {
    /// Every set, in the order of the chooser.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::Contrast];
}

/// What the faders of the strips stand for.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The strips' own faders.
    #[default]
    Mix,
    /// A send, from 0.
    Send(u8),
    /// What a headphone mix hears, from 0.
    Cue(u8),
}

impl Layer {
    fn exists(self) -> bool {
        match self {
            Self::Mix => true,
            Self::Send(at) => usize::from(at) < SENDS,
            Self::Cue(at) => usize::from(at) < CUES,
        }
    }
}

/// What draws the window.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renderer {
    /// OpenGL.
    #[default]
    Glow,
    /// Vulkan, Metal or Direct3D, whatever the system has.
    Wgpu,
}

impl Renderer {
    /// Both, in the order of the chooser.
    pub const ALL: [Self; 2] = [Self::Glow, Self::Wgpu];

    /// The one that is tried where this one cannot draw.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Glow => Self::Wgpu,
            Self::Wgpu => Self::Glow,
        }
    }

    /// By the name that it has in the settings.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "glow" => Some(Self::Glow),
            "wgpu" => Some(Self::Wgpu),
            _ => None,
        }
    }
}

/// What a person chose about the window.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Looks {
    /// The colours; `None` follows the system.
    pub colours: Option<Colours>,
    /// Nothing moves but sound and numbers.
    pub still: bool,
    /// How large everything is, percent, within [`SCALES`].
    pub scale: u16,
    /// The whole window is the air view of the artist who plays.
    pub air_view: bool,
    /// Strips are as narrow as they can be.
    pub narrow: bool,
    /// What the faders of the strips stand for.
    pub layer: Layer,
    /// What is tried first to draw the window, from the next start on.
    pub renderer: Renderer,
    /// Where the window was last; `None` while that is unknown.
    pub place: Option<Place>,
    /// Keys that were chosen instead of the usual ones, by the name of what they do; at most [`MAX_CHOSEN_KEYS`].
    pub keys: BTreeMap<String, String>,
}

/// Where a window is, in the points of its system.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// From the left edge of the first screen; `None` where the system does not say.
    pub left: Option<f32>,
    /// From its upper edge.
    pub top: Option<f32>,
    /// How wide the inside is.
    pub width: f32,
    /// How high the inside is.
    pub height: f32,
    /// It fills its screen.
    pub maximised: bool,
}

impl Default for Looks {
    fn default() -> Self {
        Self {
            colours: None,
            still: false,
            scale: 100,
            air_view: false,
            narrow: false,
            layer: Layer::Mix,
            renderer: Renderer::Glow,
            place: None,
            keys: BTreeMap::new(),
        }
    }
}

impl Looks {
    /// The same within the bounds of the house.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        self.scale = self.scale.clamp(*SCALES.start(), *SCALES.end());
        self.keys = self.keys.into_iter().take(MAX_CHOSEN_KEYS).collect();
        self.layer = Some(self.layer).filter(|layer| layer.exists()).unwrap_or_default();
        let sane = |place: &Place| [place.width, place.height].iter().all(|side| (1.0..1e5).contains(side));
        self.place = self.place.filter(sane);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_draws_is_named_outside_as_in_the_settings() {
        for renderer in Renderer::ALL {
            let kept = toml::Value::try_from(renderer).expect("a name");
            assert_eq!(kept.as_str().and_then(Renderer::named), Some(renderer));
            assert_ne!(renderer.other(), renderer);
        }
    }

    #[test]
    fn a_scale_a_place_or_a_layer_that_no_window_can_have_is_not_taken() {
        let place = Place { left: None, top: None, width: f32::NAN, height: 600.0, maximised: false };
        let layer = Layer::Send(SENDS as u8);
        let looks = Looks { scale: 900, place: Some(place), layer, ..Looks::default() }.bounded();
        assert_eq!((looks.scale, looks.place, looks.layer), (*SCALES.end(), None, Layer::Mix));
        let last = Layer::Cue(CUES as u8 - 1);
        assert_eq!(Looks { layer: last, ..Looks::default() }.bounded().layer, last);
    }
}
