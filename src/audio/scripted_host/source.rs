//! The inputs of a scripted device, as functions of the frame number.

use std::path::Path;
use std::thread;

use hound::WavReader;
use korero_sentences::key;

use super::decode::{Sound, decode};
use super::script::{Script, ScriptedSource};
use super::signal;
use crate::fault::Fault;

/// One source that is ready to play.
#[derive(Debug)]
pub(super) enum Source {
    Sound(Sound),
    Tone { hz: f64, gain: f32 },
    Counter,
    Noise { inputs: usize },
    Click { every_ms: u64, gain: f32 },
    Silence { inputs: usize },
}

impl Source {
    /// Inputs that it takes.
    pub(super) fn inputs(&self) -> usize {
        match self {
            Self::Sound(sound) => sound.channels,
            Self::Noise { inputs } | Self::Silence { inputs } => *inputs,
            Self::Tone { .. } | Self::Counter | Self::Click { .. } => 1,
        }
    }

    /// Frames until it is over; `None` for one without an end.
    pub(super) fn frames(&self) -> Option<u64> {
        match self {
            Self::Sound(sound) => Some(sound.frames() as u64),
            _ => None,
        }
    }

    /// What its input `channel`, which is input `input` of the device, hears at `frame`.
    #[inline]
    pub(super) fn sample(&self, frame: u64, rate: u32, channel: usize, input: usize) -> f32 {
        match self {
            Self::Sound(sound) => sound.sample(frame, channel),
            Self::Tone { hz, gain } => signal::tone(frame, rate, *hz, *gain),
            Self::Counter => signal::counter(frame),
            Self::Noise { .. } => signal::noise(frame, input as u64),
            Self::Click { every_ms, gain } => signal::click(frame, rate, every_ms * u64::from(rate) / 1_000, *gain),
            Self::Silence { .. } => 0.0,
        }
    }
}

/// How many inputs the script's sources have, by looking at the files' beginnings only.
pub(super) fn count_inputs(script: &Script) -> Result<usize, Fault> {
    let mut inputs = 0;
    for source in &script.sources {
        inputs += match source {
            ScriptedSource::File { path } => channels_of(&script.folder.join(path))?,
            ScriptedSource::Noise { inputs } | ScriptedSource::Silence { inputs } => usize::from(*inputs),
            _ => 1,
        };
    }
    Ok(inputs)
}

/// The reading of a script's files, which takes long enough to be done outside any lock.
pub(super) struct Load {
    script: Script,
}

impl Load {
    pub(super) fn new(script: &Script) -> Self {
        Self { script: script.clone() }
    }

    /// Reads all files, as many at once as the machine has processors.
    pub(super) fn run(self) -> Result<Vec<Source>, Fault> {
        let Script { sources, folder, rate, .. } = self.script;
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let mut ready: Vec<Option<Result<Source, Fault>>> = sources.iter().map(|_| None).collect();
        let share = sources.len().div_ceil(workers).max(1);
        thread::scope(|scope| {
            for (wanted, ready) in sources.chunks(share).zip(ready.chunks_mut(share)) {
                let folder = &folder;
                scope.spawn(move || {
                    for (wanted, ready) in wanted.iter().zip(ready) {
                        *ready = Some(make(wanted, folder, rate));
                    }
                });
            }
        });
        ready.into_iter().flatten().collect()
    }
}

fn make(wanted: &ScriptedSource, folder: &Path, rate: u32) -> Result<Source, Fault> {
    Ok(match wanted {
        ScriptedSource::File { path } => Source::Sound(sound(&folder.join(path), rate)?),
        ScriptedSource::Tone { freq, level_dbfs } => Source::Tone { hz: *freq, gain: gain(*level_dbfs) },
        ScriptedSource::Counter {} => Source::Counter,
        ScriptedSource::Noise { inputs } => Source::Noise { inputs: usize::from(*inputs) },
        ScriptedSource::Click { every_ms, level_dbfs } => {
            Source::Click { every_ms: *every_ms, gain: gain(*level_dbfs) }
        }
        ScriptedSource::Silence { inputs } => Source::Silence { inputs: usize::from(*inputs) },
    })
}

fn sound(path: &Path, rate: u32) -> Result<Sound, Fault> {
    let sound = decode(path)?;
    if sound.rate == rate {
        return Ok(sound);
    }
    let detail = format!("{} Hz ≠ {rate} Hz", sound.rate);
    Err(Fault::new(key::FAULT_AUDIO_FILE).with("file", path.display().to_string()).with("detail", detail))
}

fn channels_of(path: &Path) -> Result<usize, Fault> {
    let told = |detail: String| {
        Fault::new(key::FAULT_AUDIO_FILE).with("file", path.display().to_string()).with("detail", detail)
    };
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("wav")) {
        let reader = WavReader::open(path).map_err(|e| told(e.to_string()))?;
        return Ok(usize::from(reader.spec().channels));
    }
    flac_channels(path).map_err(|e| told(e.to_string()))
}

/// The number of channels in a FLAC's first block: it follows the 4-byte mark and the 4-byte head of STREAMINFO, 12
/// bytes into it, in 3 bits (RFC 9639 §8.2).
fn flac_channels(path: &Path) -> std::io::Result<usize> {
    use std::io::{Error, ErrorKind, Read};
    let mut head = [0_u8; 21];
    std::fs::File::open(path)?.read_exact(&mut head)?;
    if &head[..4] != b"fLaC" {
        return Err(Error::new(ErrorKind::InvalidData, "fLaC ≠"));
    }
    Ok(usize::from((head[20] >> 1) & 7) + 1)
}

fn gain(dbfs: f32) -> f32 {
    10_f32.powf(dbfs / 20.0)
}
