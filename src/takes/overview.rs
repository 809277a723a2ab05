//! How the sound of a file looks and how loud it is: read once from end to end, and kept beside the file from then on.

mod kept;

use std::ops::ControlFlow;

use korero_dsp::loudness::{self, LoudnessMeter};
use korero_sentences::key;

use super::TakeFile;
use super::sound::Sound;
use super::verify::{broken, open};
use crate::fault::Fault;
use crate::limits::{OVERVIEW_BINS, VERIFY_BYTES};
use crate::record::disk::Disk;

/// A file in short.
#[derive(Clone, PartialEq, Debug)]
pub struct Overview {
    /// All its frames.
    pub frames: u64,
    /// Frames of one bin; the last bin may have fewer. Zero for a file without sound.
    pub frames_per_bin: u64,
    /// Its sound in equal stretches, at most [`OVERVIEW_BINS`].
    pub bins: Vec<Bin>,
    /// Integrated loudness by EBU R 128, LUFS. `None` when nothing is loud enough to count, and for a file of more than two
    /// channels, which is no programme.
    pub loudness_lufs: Option<f32>,
    /// The highest true peak of its channels, dBTP. `None` for silence, and for a file of more than two channels.
    pub true_peak_db: Option<f32>,
}

/// One stretch of sound, full scale ±1. Channels are not added up, which could hide what is inverted in one of them: the
/// extremes are those of any channel, and the average goes over all.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bin {
    /// The lowest sample.
    pub low: f32,
    /// The highest sample.
    pub high: f32,
    /// The root of the mean square.
    pub rms: f32,
}

/// The overview of a file that is ended, read from what is kept or else made and kept. `progress` is told how much of the
/// file was read, 0 to 1, before each piece of [`VERIFY_BYTES`], and may break off: then there is none, and nothing is kept.
/// Reads the whole file as fast as the disk gives it: while something is recorded, `progress` may wait.
///
/// # Errors
/// `fault-takes-open` for a file that is not ended, what [`open`] finds, or what the disk says. A folder that cannot be
/// written to is none: the overview is made again the next time.
pub fn overview(
    disk: &dyn Disk,
    told: &TakeFile,
    progress: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Result<Option<Overview>, Fault> {
    if told.end.frames().is_none() {
        return Err(Fault::new(key::FAULT_TAKES_OPEN).with("file", told.path.display().to_string()));
    }
    let (file, _) = open(disk, told)?;
    let about = kept::About::of(told, &*file).map_err(|error| broken(told, &error))?;
    if let Some(kept) = kept::read(disk, &told.path, &about) {
        return Ok(Some(kept));
    }
    let made = make(Sound::open(disk, told)?, progress)?;
    if let Some(made) = &made {
        kept::keep(disk, &told.path, &about, made);
    }
    Ok(made)
}

/// The overview that is kept of a file, if it is still of this very file. Never reads the sound.
#[must_use]
pub fn cached(disk: &dyn Disk, told: &TakeFile) -> Option<Overview> {
    let (file, _) = open(disk, told).ok()?;
    kept::read(disk, &told.path, &kept::About::of(told, &*file).ok()?)
}

/// Reads the sound once.
fn make(mut sound: Sound, progress: &mut dyn FnMut(f32) -> ControlFlow<()>) -> Result<Option<Overview>, Fault> {
    let (frames, channels) = (sound.frames(), sound.channels());
    let mut reading = Reading::new(frames, usize::from(channels));
    let piece = VERIFY_BYTES / (usize::from(channels) * sound.form().bytes() as usize);
    let (mut samples, mut done) = (Vec::new(), 0u64);
    while done < frames {
        if progress((done as f64 / frames as f64) as f32).is_break() {
            return Ok(None);
        }
        let count = usize::try_from(frames - done).unwrap_or(piece).min(piece);
        sound.read(done, count, &(0..channels), &mut samples)?;
        reading.take(&samples);
        done += count as u64;
    }
    Ok(Some(reading.finish()))
}

/// What is known of the sound so far.
struct Reading {
    made: Overview,
    channels: usize,
    meter: Option<LoudnessMeter>,
    open: Stretch,
}

/// The bin that is being filled.
#[derive(Clone, Copy)]
struct Stretch {
    low: f32,
    high: f32,
    squares: f64,
    samples: u64,
}

impl Stretch {
    const EMPTY: Self = Self { low: f32::INFINITY, high: f32::NEG_INFINITY, squares: 0.0, samples: 0 };

    fn take(&mut self, sound: &[f32]) {
        // Eight sums beside each other: one alone would wait for itself at every sample.
        let (mut low, mut high, mut squares) = ([self.low; 8], [self.high; 8], [0.0f32; 8]);
        // Short pieces keep the sum of squares exact enough in single precision.
        for piece in sound.chunks(1_024) {
            let eights = piece.chunks_exact(8);
            for (lane, sample) in eights.remainder().iter().enumerate() {
                (low[lane], high[lane]) = (low[lane].min(*sample), high[lane].max(*sample));
                squares[lane] += sample * sample;
            }
            for eight in eights {
                for lane in 0..8 {
                    (low[lane], high[lane]) = (low[lane].min(eight[lane]), high[lane].max(eight[lane]));
                    squares[lane] += eight[lane] * eight[lane];
                }
            }
            self.squares += squares.iter().map(|sum| f64::from(*sum)).sum::<f64>();
            squares = [0.0; 8];
        }
        self.low = low.into_iter().fold(self.low, f32::min);
        self.high = high.into_iter().fold(self.high, f32::max);
        self.samples += sound.len() as u64;
    }

    fn bin(&self) -> Bin {
        Bin { low: self.low, high: self.high, rms: (self.squares / self.samples as f64).sqrt() as f32 }
    }
}

impl Reading {
    fn new(frames: u64, channels: usize) -> Self {
        let frames_per_bin = frames.div_ceil(OVERVIEW_BINS as u64);
        let bins = Vec::with_capacity(frames.checked_div(frames_per_bin).unwrap_or(0) as usize + 1);
        let made = Overview { frames, frames_per_bin, bins, loudness_lufs: None, true_peak_db: None };
        let meter = Some(channels).filter(|channels| *channels <= loudness::CHANNELS);
        let meter = meter.and_then(|channels| LoudnessMeter::new(channels).ok());
        Self { made, channels, meter, open: Stretch::EMPTY }
    }

    /// Takes whole frames.
    fn take(&mut self, mut sound: &[f32]) {
        if let Some(meter) = &mut self.meter {
            meter.feed(sound);
        }
        let whole = self.made.frames_per_bin * self.channels as u64;
        while !sound.is_empty() {
            let room = usize::try_from(whole - self.open.samples).unwrap_or(usize::MAX);
            let (now, later) = sound.split_at(room.min(sound.len()));
            self.open.take(now);
            if self.open.samples == whole {
                self.close();
            }
            sound = later;
        }
    }

    fn close(&mut self) {
        self.made.bins.push(self.open.bin());
        self.open = Stretch::EMPTY;
    }

    fn finish(mut self) -> Overview {
        if self.open.samples > 0 {
            self.close();
        }
        if let Some(mut meter) = self.meter.take() {
            // The meter still holds less than its step of 10 ms; silence behind it brings that out.
            let step = u64::from(loudness::RATE) / 100;
            let missing = (step - self.made.frames % step) as usize;
            meter.feed(&vec![0.0; missing * self.channels]);
            let told = meter.look();
            let peak = told.true_peak_max[..self.channels].iter().copied().fold(f32::NEG_INFINITY, f32::max);
            self.made.loudness_lufs = Some(told.integrated).filter(|lufs| lufs.is_finite());
            self.made.true_peak_db = Some(peak).filter(|peak| peak.is_finite());
        }
        self.made
    }
}

#[cfg(test)]
#[path = "overview_tests.rs"]
mod tests;
