//! Whether what the network takes away is noise.
//!
//! The network's own sign of speech does not tell (measured: 0.86 on an acoustic guitar, 0.54 on speech in pink noise).
//! Two things do. Noise is what each band falls back to again and again: no more is taken away than lies at these floors
//! (minimum statistics: R. Martin, *Noise Power Spectral Density Estimation Based on Optimal Smoothing and Minimum
//! Statistics*, IEEE TSAP 9(5), 2001). And speech is what the network leaves alone: when the loudest sounds would suffer,
//! they are music, and everything passes. It listens for 1.2 s before it first lets the network work.

use realfft::num_complex::Complex;

use super::HOP;
use super::transform::{LINES, Transform, WINDOW};
use crate::lanes::{LANES, Lanes};
use crate::units::power_to_db;

/// Hops of one stretch, 0.3 s, and stretches that are remembered: 2.4 s.
const STRETCH: usize = 30;
const STRETCHES: usize = 8;
const MEMORY: usize = STRETCH * STRETCHES;
/// Fewer hops of a stretch are not yet one.
const HALF_STRETCH: usize = STRETCH / 2;
/// A hop within 4 dB of a band's floor is at the floor.
const NEAR: f32 = 2.511_886;
/// So many hops at the floor (8 %) make a stretch one that touches it.
const TOUCH: f32 = 0.08;
/// A band has a floor when a share of its stretches between these touches it, and 12 % of all hops.
const STEADY: [f32; 2] = [0.45, 0.65];
const STEADY_HOPS: f32 = 0.12;
/// A minimum lies far below its noise, and the eight bands are not all there is of it: a hop may lose 200 times (23 dB)
/// the energy of the floors. Found by listening tests of a machine (PESQ) on speech in pink noise, hiss and hum.
const ALLOWED: f32 = 200.0;
/// The share of a new hop in the smoothed energies: 23 ms.
const SMOOTH: f32 = 0.35;
/// Hops within 6 dB of the loudest are loud; the loudest falls by 1 dB in a second.
const LOUD: f32 = 0.251_188_6;
const FALL: f32 = 0.997_700_1;
/// Loud hops that are averaged, and how many dB they may lose: up to the first all is well, from the second it is music.
const LOUD_HOPS: f32 = 200.0;
const LOSS: [f32; 2] = [0.7, 1.0];
/// How much of all bands' stretches must touch a floor.
const TOUCHED: [f32; 2] = [0.40, 0.46];
/// How much less is enough while it works: a talker who does not pause hides the floors for a second, and shutting then
/// is heard as noise that comes and goes.
const KEPT: f32 = 0.1;
/// From here on it is noise and nothing else, whatever the loudest hops say.
const ALL_TOUCHED: f32 = 0.8;
const ALL_NEAR: f32 = 0.5;
/// While it is, a hop with so many bands near their floors may go wholly.
const NEAR_NOW: f32 = 0.3;
/// Hops before it opens, and its way in a hop: open within 1 s, shut within 50 ms.
const LISTEN: usize = 120;
const OPENING: f32 = 0.01;
const SHUTTING: f32 = 0.2;
/// Nothing is as quiet as this (−140 dB).
const NOTHING: f32 = 1e-14;

/// Edges of eight bands in Hz, and the bins of a transform of two hops: 50 Hz each.
const EDGES: [usize; LANES + 1] = [60, 140, 300, 600, 1_200, 2_400, 4_800, 9_000, 16_000];
const BIN_HZ: usize = 50;

/// Energies in eight bands; shared by all lanes, for they compute one after another.
pub(super) struct Bands {
    transform: Transform,
    window: Box<[f32; WINDOW]>,
    sound: Box<[f32; WINDOW]>,
    spectrum: Box<[Complex<f32>; LINES]>,
}

impl Bands {
    /// Allocates.
    pub(super) fn new() -> Self {
        // A half sine: the root of a Hann window.
        let window =
            std::array::from_fn(|n| crate::units::sin((n as f64 + 0.5) / WINDOW as f64 * std::f64::consts::PI) as f32);
        Self {
            transform: Transform::new(),
            window: Box::new(window),
            sound: Box::new([0.0; WINDOW]),
            spectrum: Box::new([Complex::default(); LINES]),
        }
    }

    /// The mean square in each band over two hops, about.
    pub(super) fn of(&mut self, before: &[f32; HOP], hop: &[f32; HOP]) -> Lanes {
        for (n, sample) in self.sound.iter_mut().enumerate() {
            let sound = if n < HOP { before[n] } else { hop[n - HOP] };
            *sample = sound.clamp(-super::LOUDEST, super::LOUDEST) * self.window[n];
        }
        self.transform.forward(&mut self.sound, &mut self.spectrum);
        let scale = 1.0 / (2 * HOP * HOP) as f32;
        Lanes(std::array::from_fn(|band| {
            let bins = EDGES[band].div_ceil(BIN_HZ)..EDGES[band + 1].div_ceil(BIN_HZ);
            self.spectrum[bins].iter().map(|bin| bin.re * bin.re + bin.im * bin.im).sum::<f32>() * scale
        }))
    }
}

/// What one lane has heard.
pub(super) struct Guard {
    /// Smoothed energies; the lanes of a frame are the bands here.
    memory: Box<[Lanes; MEMORY]>,
    smoothed: Lanes,
    hops: usize,
    loudest: f32,
    /// Loud hops heard, and their mean energy before and after the network.
    loud_hops: f32,
    before: f32,
    after: f32,
    engaged: f32,
    share: f32,
}

/// What the memory says.
struct Floors {
    /// The energy of the steady noise in all bands.
    noise: f32,
    /// The share of stretches that touch a floor, of hops that are near one, and of bands that are near theirs now.
    touched: f32,
    near: f32,
    near_now: f32,
}

impl Guard {
    pub(super) fn new() -> Self {
        Self {
            memory: Box::new([Lanes::SILENCE; MEMORY]),
            smoothed: Lanes::SILENCE,
            hops: 0,
            loudest: 0.0,
            loud_hops: 0.0,
            before: 0.0,
            after: 0.0,
            engaged: 0.0,
            share: 0.0,
        }
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        // The memory is not read beyond the hops that were heard.
        (self.hops, self.loudest, self.loud_hops) = (0, 0.0, 0.0);
        (self.before, self.after, self.engaged, self.share) = (0.0, 0.0, 0.0, 0.0);
    }

    /// How much of the network's work on this hop may be heard, 0 to 1.
    pub(super) fn open(&mut self, dry: &[f32; HOP], wet: &[f32; HOP], bands: &Lanes) -> f32 {
        let [before, after, taken, alike] = energies(dry, wet);
        self.remember(bands);
        let floors = self.floors();
        let only_noise = self.hops >= 2 * STRETCH && floors.touched >= ALL_TOUCHED && floors.near >= ALL_NEAR;
        if !(only_noise && floors.near_now > 0.6) {
            self.weigh(before, after);
        }
        let steady = between(floors.touched + KEPT * self.engaged, TOUCHED);
        let harmless = 1.0 - between(self.loss_db(), LOSS);
        let wanted = if self.hops < LISTEN {
            0.0
        } else if only_noise {
            1.0
        } else {
            steady * harmless
        };
        self.engaged += (wanted - self.engaged).clamp(-SHUTTING, OPENING);
        let room = if only_noise && floors.near_now >= NEAR_NOW { f32::MAX } else { floors.noise * ALLOWED };
        let allowed = share_that_loses(room, taken, alike) * self.engaged;
        // Music that begins is let through at once; the noise between its sounds sinks slowly.
        self.share = if allowed < self.share { allowed } else { self.share + (allowed - self.share) * 0.5 };
        self.share
    }

    fn remember(&mut self, bands: &Lanes) {
        let share = if self.hops == 0 { 1.0 } else { SMOOTH };
        let old = if self.hops == 0 { Lanes::SILENCE } else { self.smoothed };
        for band in 0..LANES {
            self.smoothed.0[band] = old.0[band] + (bands.0[band] - old.0[band]) * share;
        }
        self.memory[self.hops % MEMORY] = self.smoothed;
        self.hops += 1;
    }

    fn floors(&self) -> Floors {
        let memory = &self.memory[..self.hops.min(MEMORY)];
        let mut floor = Lanes::splat(f32::MAX);
        for hop in memory {
            for band in 0..LANES {
                floor.0[band] = floor.0[band].min(hop.0[band]);
            }
        }
        let (mut touched, mut near, mut stretches) = (Lanes::SILENCE, Lanes::SILENCE, 0.0_f32);
        for stretch in memory.chunks(STRETCH) {
            let mut hits = Lanes::SILENCE;
            for hop in stretch {
                for band in 0..LANES {
                    hits.0[band] += if hop.0[band] <= floor.0[band] * NEAR { 1.0 } else { 0.0 };
                }
            }
            let counts = stretch.len() >= HALF_STRETCH;
            stretches += if counts { 1.0 } else { 0.0 };
            for band in 0..LANES {
                near.0[band] += hits.0[band];
                let touches = counts && hits.0[band] >= TOUCH * stretch.len() as f32;
                touched.0[band] += if touches { 1.0 } else { 0.0 };
            }
        }
        self.summary(&floor, &touched, &near, stretches.max(1.0))
    }

    fn summary(&self, floor: &Lanes, touched: &Lanes, near: &Lanes, stretches: f32) -> Floors {
        let hops = self.hops.min(MEMORY) as f32;
        let mut floors = Floors { noise: 0.0, touched: 0.0, near: 0.0, near_now: 0.0 };
        for band in 0..LANES {
            let (touched, near) = (touched.0[band] / stretches, near.0[band] / hops);
            let has_floor = if near >= STEADY_HOPS { between(touched, STEADY) } else { 0.0 };
            floors.noise += floor.0[band] * has_floor;
            floors.touched += touched / LANES as f32;
            floors.near += near / LANES as f32;
            let now = self.smoothed.0[band] <= floor.0[band] * NEAR;
            floors.near_now += if now { 1.0 / LANES as f32 } else { 0.0 };
        }
        floors
    }

    /// Loud hops before and after the network.
    fn weigh(&mut self, before: f32, after: f32) {
        self.loudest = (self.loudest * FALL).max(before);
        if before > self.loudest * LOUD {
            self.loud_hops += 1.0;
            let share = (1.0 / self.loud_hops).max(1.0 / LOUD_HOPS);
            self.before += (before - self.before) * share;
            self.after += (after - self.after) * share;
        }
    }

    /// What loud hops lose in the network, in dB.
    fn loss_db(&self) -> f32 {
        if self.before <= NOTHING { 0.0 } else { power_to_db(self.before / (self.after + NOTHING)) }
    }
}

/// How much of what is `taken` may go so that the sound loses no more energy than `allowed`. With the share s it loses
/// 2 s · `alike` − s² · `taken`, where `alike` is the product of the sound and what is taken from it: noise is alike to
/// itself only and costs its own energy, while a tone that is taken away costs the sound's.
fn share_that_loses(allowed: f32, taken: f32, alike: f32) -> f32 {
    let root = alike * alike - taken * allowed;
    if allowed == f32::MAX || alike <= 0.0 || root <= 0.0 {
        return 1.0;
    }
    // The smaller solution, written so that no two alike numbers are subtracted.
    (allowed / (alike + root.sqrt() + NOTHING)).min(1.0)
}

/// Mean squares of a hop: before and after the network, of what was taken away, and its product with what was before.
fn energies(dry: &[f32; HOP], wet: &[f32; HOP]) -> [f32; 4] {
    let mut sums = [0.0; 4];
    for (dry, wet) in dry.iter().zip(wet) {
        // Bounded, so that no sum is ever infinite.
        let dry = dry.clamp(-super::LOUDEST, super::LOUDEST);
        let taken = dry - wet;
        sums[0] += dry * dry;
        sums[1] += wet * wet;
        sums[2] += taken * taken;
        sums[3] += dry * taken;
    }
    sums.map(|sum| sum * (1.0 / HOP as f32))
}

/// 0 up to the first bound, 1 from the second on, a straight way between.
fn between(value: f32, bounds: [f32; 2]) -> f32 {
    ((value - bounds[0]) / (bounds[1] - bounds[0])).clamp(0.0, 1.0)
}
