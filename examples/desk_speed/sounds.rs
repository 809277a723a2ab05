//! What is played: notes of 32 instruments.

use std::error::Error;
use std::f64::consts::TAU;
use std::path::{Path, PathBuf};

use korero::limits::{MAX_STRIPS, SAMPLE_RATE};

/// Sound that is played, s.
pub(crate) const SECONDS: usize = 30;

fn file(folder: &Path, at: usize) -> PathBuf {
    folder.join(format!("in{at:02}.wav"))
}

/// Notes of one instrument: eight partials that swell and die away once or twice a second, with hiss far below the gate's
/// threshold between them.
fn note(instrument: usize) -> impl FnMut(usize) -> f32 {
    let base = 82.4 * (instrument as f64 * 7.0 / 12.0 % 3.0).exp2();
    let length = SAMPLE_RATE as usize * (10 + instrument % 7) / 16;
    let mut state = (instrument as u32).wrapping_mul(2_654_435_761) | 1;
    move |at| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let hiss = f64::from(state as i32) / f64::from(i32::MAX) * 3e-4;
        let (time, age) = (at as f64 / f64::from(SAMPLE_RATE), (at % length) as f64 / f64::from(SAMPLE_RATE));
        let swell = (1.0 - (-age * 200.0).exp()) * (-age * 9.0).exp();
        let partial = |n: u32| (TAU * base * f64::from(n) * time).sin() / f64::from(n);
        (0.5 * swell * (1..=8).map(partial).sum::<f64>() + hiss) as f32
    }
}

/// Writes all inputs.
pub(crate) fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    for instrument in 0..MAX_STRIPS {
        let mut wav = hound::WavWriter::create(file(folder, instrument), spec)?;
        let mut sample = note(instrument);
        for at in 0..SECONDS * SAMPLE_RATE as usize {
            wav.write_sample(sample(at))?;
        }
        wav.finalize()?;
    }
    Ok(())
}

/// The first `channels` inputs, interleaved.
pub(crate) fn read(folder: &Path, channels: usize) -> Result<Vec<f32>, Box<dyn Error>> {
    let mut samples = vec![0.0; channels * SECONDS * SAMPLE_RATE as usize];
    for channel in 0..channels {
        let mut wav = hound::WavReader::open(file(folder, channel))?;
        for (at, sample) in wav.samples::<f32>().enumerate() {
            samples[at * channels + channel] = sample?;
        }
    }
    Ok(samples)
}
