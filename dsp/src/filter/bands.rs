//! Filters of which every parameter glides, on eight lanes.
//!
//! What glides is what an ear hears as even: the logarithm of the frequency and of the Q, the gain in dB, and how much
//! of the filter is heard. At each grid frame the filter that is due at the end of the cell is designed for the lanes
//! that move, and the sections' weights go there in straight lines.

use crate::dispatch::Level;
use crate::filter::matched::{Section, Setting, Shape, design};
use crate::filter::sections::{Slot, run};
use crate::lanes::{LANES, LaneBlock};
use crate::smooth::{GLIDE_CELLS, Glide};
use crate::units::{exp2, log2};

/// A turned parameter takes this many grid cells: 43 ms at 48 kHz.
pub(crate) const TURN_CELLS: u32 = 4 * GLIDE_CELLS;
/// A filter fades in or out in this many grid cells: 21 ms at 48 kHz.
const FADE_CELLS: u32 = 2 * GLIDE_CELLS;

/// `N` filters one after another.
#[derive(Debug)]
pub(crate) struct Bands<const N: usize> {
    level: Level,
    rate: f64,
    bands: [Band; N],
    slots: [[Slot; 2]; N],
    moving: bool,
}

#[derive(Debug)]
struct Band {
    wanted: [Shape; LANES],
    heard: [bool; LANES],
    shape: [Shape; LANES],
    octave: Glide,
    gain: Glide,
    narrow: Glide,
    amount: Glide,
    /// What was designed last, with how much of it is heard, and what came out.
    due: [(Setting, f32); LANES],
    sections: [[Section; 2]; LANES],
    /// Lanes whose sections must be designed anew or come to rest.
    stale: [bool; LANES],
}

impl<const N: usize> Bands<N> {
    /// Filters of these settings, none of them heard, for 48 kHz.
    pub(crate) fn new(level: Level, settings: [Setting; N]) -> Self {
        let slots = std::array::from_fn(|_| [Slot::new(), Slot::new()]);
        let bands = settings.map(|setting| Band::new(&setting));
        let mut bands = Self { level, rate: 48_000.0, bands, slots, moving: false };
        bands.prepare(48_000.0);
        bands
    }

    pub(crate) fn prepare(&mut self, rate: f32) {
        self.rate = f64::from(rate);
        (0..LANES).for_each(|lane| self.reset_lane(lane));
    }

    pub(crate) fn set_freq(&mut self, band: usize, lane: usize, freq: f32) {
        self.bands[band].octave.set(lane, log2(freq));
        self.moving = true;
    }

    pub(crate) fn set_gain(&mut self, band: usize, lane: usize, gain: f32) {
        self.bands[band].gain.set(lane, gain);
        self.moving = true;
    }

    pub(crate) fn set_q(&mut self, band: usize, lane: usize, q: f32) {
        self.bands[band].narrow.set(lane, log2(q));
        self.moving = true;
    }

    /// Another shape: the filter fades out, and comes back as that.
    pub(crate) fn set_shape(&mut self, band: usize, lane: usize, shape: Shape) {
        self.bands[band].wanted[lane] = shape;
        self.bands[band].aim(lane);
        self.moving = true;
    }

    /// Whether the filter is heard.
    pub(crate) fn set_heard(&mut self, band: usize, lane: usize, heard: bool) {
        self.bands[band].heard[lane] = heard;
        self.bands[band].aim(lane);
        self.moving = true;
    }

    pub(crate) fn reset_lane(&mut self, lane: usize) {
        for (band, slots) in self.bands.iter_mut().zip(&mut self.slots) {
            band.settle_lane(lane);
            band.design(lane, self.rate);
            for (slot, section) in slots.iter_mut().zip(&band.sections[lane]) {
                slot.glide(lane, section, section);
                slot.forget(lane);
                slot.settle();
            }
        }
    }

    pub(crate) fn process(&mut self, block: &mut LaneBlock<'_>) {
        if block.phase() == 0 {
            self.enter_cell(block);
        }
        let phase = block.phase();
        run(self.level, block.frames_mut(), phase, self.slots.as_flattened_mut());
    }

    /// Whether nothing moves, and no section changes the sound.
    pub(crate) fn rest(&self) -> bool {
        !self.moving && self.slots.as_flattened().iter().all(Slot::sleeps)
    }

    fn enter_cell(&mut self, block: &LaneBlock<'_>) {
        if self.moving {
            self.moving = false;
            for (band, slots) in self.bands.iter_mut().zip(&mut self.slots) {
                self.moving |= band.enter_cell(block, self.rate, slots);
            }
        }
    }
}

impl Band {
    fn new(setting: &Setting) -> Self {
        Self {
            wanted: [setting.shape; LANES],
            heard: [false; LANES],
            shape: [setting.shape; LANES],
            octave: Glide::new(log2(setting.freq), TURN_CELLS),
            gain: Glide::new(setting.gain, TURN_CELLS),
            narrow: Glide::new(log2(setting.q), TURN_CELLS),
            amount: Glide::new(0.0, FADE_CELLS),
            due: [(*setting, 0.0); LANES],
            sections: [[Section::FLAT; 2]; LANES],
            stale: [true; LANES],
        }
    }

    /// How much shall be heard: nothing while it is not yet what it shall be.
    fn aim(&mut self, lane: usize) {
        let heard = self.heard[lane] && self.wanted[lane] == self.shape[lane];
        self.amount.set(lane, if heard { 1.0 } else { 0.0 });
    }

    fn settle_lane(&mut self, lane: usize) {
        self.shape[lane] = self.wanted[lane];
        self.aim(lane);
        for glide in [&mut self.octave, &mut self.gain, &mut self.narrow, &mut self.amount] {
            glide.settle_lane(lane);
        }
        let setting = Setting {
            shape: self.shape[lane],
            freq: exp2(self.octave.target(lane)),
            gain: self.gain.target(lane),
            q: exp2(self.narrow.target(lane)),
        };
        self.due[lane] = (setting, self.amount.target(lane));
        self.stale[lane] = false;
    }

    fn design(&mut self, lane: usize, rate: f64) {
        let (setting, amount) = &self.due[lane];
        self.sections[lane] = design(setting, rate).map(|section| section.faded(*amount));
    }

    /// Takes all glides one cell further. Says whether there is more to do at the next grid frame.
    fn enter_cell(&mut self, block: &LaneBlock<'_>, rate: f64, slots: &mut [Slot]) -> bool {
        self.adopt_shapes();
        let [octave, gain, narrow, amount] =
            [&mut self.octave, &mut self.gain, &mut self.narrow, &mut self.amount].map(|glide| glide.ramp(block).end());
        let mut more = false;
        for lane in 0..LANES {
            let (freq, q) = (exp2(octave.0[lane]), exp2(narrow.0[lane]));
            let due = (Setting { shape: self.shape[lane], freq, gain: gain.0[lane], q }, amount.0[lane]);
            let moves = due != self.due[lane];
            if moves || self.stale[lane] {
                let from = self.sections[lane];
                if moves {
                    self.due[lane] = due;
                    self.design(lane, rate);
                }
                for (at, slot) in slots.iter_mut().enumerate() {
                    slot.glide(lane, &from[at], &self.sections[lane][at]);
                }
                self.stale[lane] = moves;
            }
            more |= self.stale[lane] || self.shape[lane] != self.wanted[lane];
        }
        slots.iter_mut().for_each(Slot::settle);
        more || [&self.octave, &self.gain, &self.narrow, &self.amount].iter().any(|glide| !glide.is_still())
    }

    fn adopt_shapes(&mut self) {
        for lane in 0..LANES {
            if self.shape[lane] != self.wanted[lane] && self.amount.is_at_rest(lane) {
                self.shape[lane] = self.wanted[lane];
                self.aim(lane);
            }
        }
    }
}
