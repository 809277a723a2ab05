//! What the strips are made of, small.

use std::collections::HashMap;
use std::sync::Arc;

use korero_dsp::spectrum::Spectrum;

use super::{RackWatch, SmallSpectrum};
use crate::desk::StripId;
use crate::engine::TapReader;
use crate::engine::levels::LanePlace;

/// The strips that are seen.
#[derive(Default)]
pub(super) struct Strips {
    racks: Vec<Rack>,
    shown: Arc<HashMap<StripId, SmallSpectrum>>,
}

struct Rack {
    tap: TapReader,
    strips: Vec<Strip>,
}

struct Strip {
    id: StripId,
    place: LanePlace,
    spectrum: Spectrum,
}

impl Strips {
    /// The strips of these racks.
    pub(super) fn of(racks: Vec<RackWatch>) -> Self {
        let strip = |(id, place): (StripId, LanePlace)| {
            let channels = 1 + usize::from(place.right.is_some());
            Strip { id, place, spectrum: Spectrum::seldom(channels) }
        };
        let rack = |rack: RackWatch| Rack { tap: rack.tap, strips: rack.strips.into_iter().map(strip).collect() };
        Self { racks: racks.into_iter().map(rack).collect(), shown: Arc::default() }
    }

    /// Frames that were not seen because they were read late.
    pub(super) fn frames_lost(&self) -> u64 {
        self.racks.iter().map(|rack| rack.tap.lost_frames()).sum()
    }

    /// Takes the sound that has come, and gives what is known now. `sound` and `lanes` are room to work in.
    pub(super) fn look(&mut self, sound: &mut Vec<f32>, lanes: &mut Vec<f32>) -> Arc<HashMap<StripId, SmallSpectrum>> {
        let mut heard = false;
        for rack in &mut self.racks {
            while rack.tap.read(sound).is_some() {
                heard = true;
                for strip in &mut rack.strips {
                    strip.feed(sound, lanes);
                }
            }
        }
        if heard {
            let strips = self.racks.iter().flat_map(|rack| &rack.strips);
            self.shown = Arc::new(strips.map(|strip| (strip.id.clone(), strip.spectrum.small())).collect());
        }
        Arc::clone(&self.shown)
    }
}

impl Strip {
    fn feed(&mut self, sound: &[f32], lanes: &mut Vec<f32>) {
        self.place.pick(sound, lanes);
        self.spectrum.feed(lanes);
    }
}
