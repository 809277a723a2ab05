//! How loud a bus is, by EBU R 128: LUFS, loudness range and true peak. For the meter thread, not for the callback.
//!
//! The gated figures and the true peak come from the `ebur128` crate. The sliding ones are counted here, from energies of
//! 10 ms: the crate adds its whole window up again at each look, which at the 10 ms that short bursts need would cost more
//! than all the rest.

use ebur128::{EbuR128, Mode};

use crate::units::{log2, power_to_db};

/// Frames in a second, Hz: the weighting filters below are for this rate, at which the engine always runs.
pub const RATE: u32 = 48_000;
/// Channels of a bus at most.
pub const CHANNELS: usize = 2;

/// Frames of one energy: 10 ms.
const STEP: usize = 480;
/// Energies in the momentary window of 400 ms and in the short-term window of 3 s (EBU Tech 3341).
const MOMENTARY: usize = 40;
const SHORT_TERM: usize = 300;
/// What is added to the weighted level, LU (ITU-R BS.1770-5, annex 1).
const OFFSET: f32 = -0.691;

/// What the meter shows. LUFS unless said; −∞ where there is nothing yet.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Loudness {
    /// Of the last 400 ms.
    pub momentary: f32,
    /// Of the last 3 s.
    pub short_term: f32,
    /// Since the last reset, without pauses.
    pub integrated: f32,
    /// Between quiet and loud passages, LU (EBU Tech 3342).
    pub range: f32,
    /// The highest momentary loudness since the last reset.
    pub momentary_max: f32,
    /// The highest short-term loudness since the last reset.
    pub short_term_max: f32,
    /// The highest true peak of each channel since the last look, dBTP.
    pub true_peak: [f32; CHANNELS],
    /// The highest true peak of each channel since the last reset, dBTP.
    pub true_peak_max: [f32; CHANNELS],
}

/// Why a meter cannot be made: a bus has one or two channels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoSuchBus;

/// Measures one bus of one or two channels at [`RATE`].
#[derive(Debug)]
pub struct LoudnessMeter {
    gated: EbuR128,
    channels: usize,
    filter: Weighting,
    /// Sound that waits for a whole step, interleaved.
    waiting: [f32; STEP * CHANNELS],
    filled: usize,
    energies: [f64; SHORT_TERM],
    newest: usize,
    momentary_max: f64,
    short_term_max: f64,
    true_peak: [f64; CHANNELS],
    true_peak_max: [f64; CHANNELS],
}

impl LoudnessMeter {
    /// Makes one for interleaved sound of one or two channels. Allocates; nothing else here does.
    ///
    /// # Errors
    /// When there are no channels, or more than two.
    pub fn new(channels: usize) -> Result<Self, NoSuchBus> {
        // The histogram never grows, however long the show; its steps are 0.1 LU.
        Self::with(channels, Mode::I | Mode::LRA | Mode::TRUE_PEAK | Mode::HISTOGRAM)
    }

    /// Makes one for a file, whose gated figures are exact: it keeps an energy for each 100 ms, 300 KiB for an hour.
    ///
    /// # Errors
    /// When there are no channels, or more than two.
    pub fn for_a_file(channels: usize) -> Result<Self, NoSuchBus> {
        Self::with(channels, Mode::I | Mode::LRA | Mode::TRUE_PEAK)
    }

    fn with(channels: usize, mode: Mode) -> Result<Self, NoSuchBus> {
        if !(1..=CHANNELS).contains(&channels) {
            return Err(NoSuchBus);
        }
        let gated = EbuR128::new(channels as u32, RATE, mode).map_err(|_| NoSuchBus)?;
        Ok(Self {
            gated,
            channels,
            filter: Weighting::default(),
            waiting: [0.0; STEP * CHANNELS],
            filled: 0,
            energies: [0.0; SHORT_TERM],
            newest: 0,
            momentary_max: 0.0,
            short_term_max: 0.0,
            true_peak: [0.0; CHANNELS],
            true_peak_max: [0.0; CHANNELS],
        })
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.gated.reset();
        self.filter = Weighting::default();
        (self.filled, self.newest) = (0, 0);
        self.energies.fill(0.0);
        (self.momentary_max, self.short_term_max) = (0.0, 0.0);
        (self.true_peak, self.true_peak_max) = ([0.0; CHANNELS], [0.0; CHANNELS]);
    }

    /// Takes interleaved frames, any number. What is no number counts as silence: one broken sample must not stick.
    pub fn feed(&mut self, sound: &[f32]) {
        for sample in sound {
            self.waiting[self.filled] = if sample.is_finite() { *sample } else { 0.0 };
            self.filled += 1;
            if self.filled == STEP * self.channels {
                self.step();
                self.filled = 0;
            }
        }
    }

    fn step(&mut self) {
        let sound = &self.waiting[..self.filled];
        // Whole frames of the right number of channels: there is nothing to report.
        let _ = self.gated.add_frames_f32(sound);
        let energy = self.filter.energy(sound, self.channels);
        for channel in 0..self.channels {
            let peak = self.gated.prev_true_peak(channel as u32).unwrap_or(0.0);
            self.true_peak[channel] = self.true_peak[channel].max(peak);
            self.true_peak_max[channel] = self.true_peak_max[channel].max(peak);
        }
        self.newest = (self.newest + 1) % SHORT_TERM;
        self.energies[self.newest] = energy;
        self.momentary_max = self.momentary_max.max(self.mean(MOMENTARY));
        self.short_term_max = self.short_term_max.max(self.mean(SHORT_TERM));
    }

    /// The mean square of the last so many steps, all channels together.
    fn mean(&self, steps: usize) -> f64 {
        let (end, wrapped) = (self.newest + 1, steps.saturating_sub(self.newest + 1));
        let recent = &self.energies[end - (steps - wrapped)..end];
        let older = &self.energies[SHORT_TERM - wrapped..];
        let sum: f64 = recent.iter().sum::<f64>() + older.iter().sum::<f64>();
        sum / (steps * STEP) as f64
    }

    /// What is known up to the last whole 10 ms; the true peak since the last look begins anew.
    pub fn look(&mut self) -> Loudness {
        let integrated = self.gated.loudness_global().unwrap_or(f64::NEG_INFINITY) as f32;
        let range = self.gated.loudness_range().unwrap_or(0.0) as f32;
        let true_peak = std::mem::take(&mut self.true_peak);
        Loudness {
            momentary: lufs(self.mean(MOMENTARY)),
            short_term: lufs(self.mean(SHORT_TERM)),
            integrated,
            range,
            momentary_max: lufs(self.momentary_max),
            short_term_max: lufs(self.short_term_max),
            true_peak: true_peak.map(dbtp),
            true_peak_max: self.true_peak_max.map(dbtp),
        }
    }
}

fn lufs(mean_square: f64) -> f32 {
    OFFSET + power_to_db(mean_square as f32)
}

fn dbtp(peak: f64) -> f32 {
    /// Decibels in a factor of two of amplitude.
    const OCTAVE: f32 = 6.020_6;
    OCTAVE * log2(peak as f32)
}

/// The weighting: a shelf for the head, a high-pass for the ear (ITU-R BS.1770-5, annex 1, tables 1 and 2). Both channels go
/// through it beside each other, since each has to wait for its own last result.
#[derive(Clone, Copy, Debug, Default)]
struct Weighting {
    head: [[f64; CHANNELS]; 2],
    ear: [[f64; CHANNELS]; 2],
}

impl Weighting {
    /// The sum of the squares of the weighted sound.
    fn energy(&mut self, sound: &[f32], channels: usize) -> f64 {
        let mut sums = [0.0; CHANNELS];
        for frame in sound.chunks_exact(channels) {
            let input = [f64::from(frame[0]), if channels > 1 { f64::from(frame[1]) } else { 0.0 }];
            let head = section(
                input,
                &mut self.head,
                [1.535_124_859_586_97, -2.691_696_189_406_38, 1.198_392_810_852_85],
                [-1.690_659_293_182_41, 0.732_480_774_215_85],
            );
            let ear = section(head, &mut self.ear, [1.0, -2.0, 1.0], [-1.990_047_454_833_98, 0.990_072_250_366_21]);
            for channel in 0..CHANNELS {
                sums[channel] += ear[channel] * ear[channel];
            }
        }
        sums.iter().sum()
    }
}

/// One second-order section, transposed direct form II.
#[inline(always)]
fn section(
    input: [f64; CHANNELS],
    state: &mut [[f64; CHANNELS]; 2],
    zeros: [f64; 3],
    poles: [f64; 2],
) -> [f64; CHANNELS] {
    let mut output = [0.0; CHANNELS];
    for channel in 0..CHANNELS {
        output[channel] = zeros[0] * input[channel] + state[0][channel];
        state[0][channel] = zeros[1] * input[channel] - poles[0] * output[channel] + state[1][channel];
        state[1][channel] = zeros[2] * input[channel] - poles[1] * output[channel];
    }
    output
}
