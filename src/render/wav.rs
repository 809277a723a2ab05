//! WAV files in and out, by hound; RF64 in, by [`Rf64`].

use std::fs;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use korero_sentences::key;

use super::FrameSource;
use super::rf64::Rf64;
use crate::fault::Fault;
use crate::limits::{MAX_WAV_BYTES, SAMPLE_RATE};

/// Full scale of 24 bits.
const FULL_SCALE_24: f32 = 8_388_608.0;

/// A WAV file of 8 to 32 bits or of floats, or an RF64 file of 16 to 32 bits, at 48 kHz.
pub struct WavSource {
    path: PathBuf,
    channels: usize,
    samples: Box<dyn Iterator<Item = hound::Result<f32>>>,
}

impl WavSource {
    /// Opens `path`.
    ///
    /// # Errors
    /// It is no WAV file that can be read, or not at 48 kHz.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let large = Rf64::open(path).map_err(|error| unreadable(path, &error.into()))?;
        if let Some(large) = large {
            check_rate(path, large.sample_rate)?;
            let channels = usize::from(large.channels);
            let samples = Box::new(large.map(|sample| Ok(sample?)));
            return Ok(Self { path: path.to_owned(), channels, samples });
        }
        let reader = WavReader::open(path).map_err(|error| unreadable(path, &error))?;
        let spec = reader.spec();
        check_rate(path, spec.sample_rate)?;
        let channels = usize::from(spec.channels);
        Ok(Self { path: path.to_owned(), channels, samples: samples(reader, spec) })
    }
}

/// Errors: the rate is not the engine's.
pub(super) fn check_rate(path: &Path, rate: u32) -> Result<(), Fault> {
    if rate == SAMPLE_RATE {
        return Ok(());
    }
    Err(Fault::new(key::FAULT_RENDER_RATE)
        .with("file", path.display().to_string())
        .with("rate", f64::from(rate))
        .with("wanted", f64::from(SAMPLE_RATE)))
}

fn samples(reader: WavReader<BufReader<fs::File>>, spec: WavSpec) -> Box<dyn Iterator<Item = hound::Result<f32>>> {
    match spec.sample_format {
        SampleFormat::Float => Box::new(reader.into_samples::<f32>()),
        SampleFormat::Int => {
            // A power of two, so that up to 24 bits are exact.
            let scale = 0.5_f32.powi(i32::from(spec.bits_per_sample) - 1);
            Box::new(reader.into_samples::<i32>().map(move |sample| Ok(sample? as f32 * scale)))
        }
    }
}

fn unreadable(path: &Path, error: &hound::Error) -> Fault {
    Fault::new(key::FAULT_RENDER_READ).with("file", path.display().to_string()).with("reason", error.to_string())
}

impl FrameSource for WavSource {
    fn channels(&self) -> usize {
        self.channels
    }

    fn read(&mut self, frames: usize, into: &mut Vec<f32>) -> Result<(), Fault> {
        into.clear();
        for sample in self.samples.by_ref().take(frames * self.channels) {
            into.push(sample.map_err(|error| unreadable(&self.path, &error))?);
        }
        // A file that was cut within a frame ends with its last whole one.
        into.truncate(into.len() - into.len() % self.channels);
        Ok(())
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

/// A stereo file of 24 bits that gets its name when it is complete.
pub(super) struct WavSink {
    path: PathBuf,
    part: PathBuf,
    // `None` once it was handed over to be completed.
    writer: Option<WavWriter<BufWriter<fs::File>>>,
    frames: u64,
    complete: bool,
}

impl WavSink {
    pub(super) fn create(path: &Path) -> Result<Self, Fault> {
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| unwritable(path, &error))?;
        }
        let spec =
            WavSpec { channels: 2, sample_rate: SAMPLE_RATE, bits_per_sample: 24, sample_format: SampleFormat::Int };
        let writer = WavWriter::create(&part, spec).map_err(|error| unwritable(path, &error))?;
        Ok(Self { path: path.to_owned(), part, writer: Some(writer), frames: 0, complete: false })
    }

    /// Frames written so far.
    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    /// Writes interleaved stereo samples, rounded to 24 bits.
    pub(super) fn write(&mut self, samples: &[f32]) -> Result<(), Fault> {
        self.frames += (samples.len() / 2) as u64;
        if self.frames * 6 > MAX_WAV_BYTES {
            let hours = MAX_WAV_BYTES / 6 / u64::from(SAMPLE_RATE) / 3_600;
            return Err(Fault::new(key::FAULT_RENDER_LONG).with("hours", hours as f64));
        }
        let Some(writer) = &mut self.writer else { return Ok(()) };
        for sample in samples {
            writer.write_sample(to_24_bits(*sample)).map_err(|error| unwritable(&self.path, &error))?;
        }
        Ok(())
    }

    /// Completes the file and gives it its name.
    pub(super) fn finish(mut self) -> Result<PathBuf, Fault> {
        if let Some(writer) = self.writer.take() {
            writer.finalize().map_err(|error| unwritable(&self.path, &error))?;
        }
        fs::rename(&self.part, &self.path).map_err(|error| unwritable(&self.path, &error))?;
        self.complete = true;
        Ok(self.path.clone())
    }
}

impl Drop for WavSink {
    /// What was not completed is not left behind.
    fn drop(&mut self) {
        drop(self.writer.take());
        if !self.complete {
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// The nearest of 2²⁴ steps; beyond full scale the last one.
fn to_24_bits(sample: f32) -> i32 {
    // A cast of floats saturates, and NaN becomes 0.
    (sample * FULL_SCALE_24).round().clamp(-FULL_SCALE_24, FULL_SCALE_24 - 1.0) as i32
}

fn unwritable(path: &Path, error: &dyn std::error::Error) -> Fault {
    Fault::new(key::FAULT_RENDER_WRITE).with("file", path.display().to_string()).with("reason", error.to_string())
}
