//! Takes out of the house: songs and whole takes as WAV, FLAC and Ogg Opus files, untouched and matched in loudness.
//!
//! What is not faded, turned down or matched keeps its bits. Everything else is rounded to the nearest of 24 bits without
//! dither: that error lies at −146 dB of full scale, below the noise of every converter, and dither would change samples
//! that are whole numbers already. A float take that is louder than full scale is turned down as a whole, and that is told.

mod archive;
mod draft;
mod flac;
mod job;
mod levels;
mod matched;
mod ogg_opus;
mod piece;
pub mod songs;
mod sound;
mod stream;
mod tags;
mod wav;
mod written;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

pub use self::archive::{Lossless, lossless};
pub use self::songs::{Song, songs};
use super::Take;
use crate::fault::Fault;
use crate::limits::{EXPORT_BITRATE, EXPORT_CEILING_DB, EXPORT_LUFS};
use crate::record::{Disk, Part};
use crate::timeline::Gap;

/// What is exported of a take, and how.
#[derive(Clone, PartialEq, Debug)]
pub struct ExportPlan {
    /// Which part.
    pub part: Part,
    /// One track of it, from 1; `None` for all of them.
    pub track: Option<u8>,
    /// How it is cut.
    pub cut: Cut,
    /// The forms that each sound is written in.
    pub formats: Vec<Format>,
    /// How long each file comes up from silence: an equal-power curve, a quarter of a sine.
    pub fade_in: Duration,
    /// How long each file goes down to silence, by the same curve.
    pub fade_out: Duration,
    /// How much of what comes before a song is in its file too.
    pub head: Duration,
    /// How much of what comes after a song is in its file too.
    pub tail: Duration,
    /// Copies of the same loudness beside the untouched ones.
    pub matched: Option<Match>,
    /// Of an Opus file of two channels, bit/s; one of one channel has half of it.
    pub bitrate: u32,
    /// Where the files go; without it songs go into the folder `Songs` of the take, and whole files into the take itself.
    pub into: Option<PathBuf>,
}

impl Default for ExportPlan {
    fn default() -> Self {
        Self {
            part: Part::Mix,
            track: None,
            cut: Cut::Songs,
            formats: vec![Format::Wav],
            fade_in: Duration::ZERO,
            fade_out: Duration::ZERO,
            head: Duration::ZERO,
            tail: Duration::ZERO,
            matched: None,
            bitrate: EXPORT_BITRATE,
            into: None,
        }
    }
}

/// How a take is cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    /// A file for each song.
    Songs,
    /// One file from the first frame to the last.
    Whole,
}

/// The form of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// WAV of 24 bits; RF64 past 4 GiB.
    Wav,
    /// FLAC of 24 bits: the same samples in less room. Up to eight channels; more become a file for each track.
    Flac,
    /// Ogg Opus: small, and not the same samples. One or two channels; more become a file for each track.
    Opus,
}

impl Format {
    /// The ending of the file's name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Flac => "flac",
            Self::Opus => "opus",
        }
    }
}

/// What loudness-matched copies are brought to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Match {
    /// Integrated loudness (ITU-R BS.1770-5, EBU R 128), LUFS.
    pub lufs: f32,
    /// What no true peak passes, dBTP.
    pub ceiling_db: f32,
}

impl Default for Match {
    /// What the streaming services ask for.
    fn default() -> Self {
        Self { lufs: EXPORT_LUFS, ceiling_db: EXPORT_CEILING_DB }
    }
}

/// A file that was written.
#[derive(Clone, PartialEq, Debug)]
pub struct Exported {
    /// Where it lies.
    pub path: PathBuf,
    /// Its form.
    pub format: Format,
    /// The song; `None` for a whole take.
    pub song: Option<Song>,
    /// Whether it is a copy that was matched in loudness.
    pub matched: bool,
    /// Its frames.
    pub frames: u64,
    /// What a meter reads from it; `None` for more than two channels.
    pub reading: Option<Reading>,
    /// What is silence in it because it was lost.
    pub gaps: Vec<Gap>,
    /// What a person should know of it: sound that is missing, a copy that was not made.
    pub told: Vec<Fault>,
}

/// How loud a file is; of an Opus file, as it is heard.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reading {
    /// Integrated loudness, LUFS; −∞ when nothing passed the gate.
    pub lufs: f32,
    /// The highest true peak, dBTP; −∞ for silence.
    pub true_peak_db: f32,
}

impl Reading {
    /// Of nothing.
    const SILENCE: Self = Self { lufs: f32::NEG_INFINITY, true_peak_db: f32::NEG_INFINITY };
}

/// How far an export is.
#[derive(Clone, PartialEq, Debug)]
pub struct Progress {
    /// The song or the file that is being worked on.
    pub name: String,
    /// Its place among all of them, from 1.
    pub nth: usize,
    /// How many there are.
    pub of: usize,
    /// What is done with it.
    pub step: Step,
    /// How much of this step is done, 0 to 1.
    pub share: f32,
}

/// What is being done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Its loudness is measured.
    Measuring,
    /// It is written.
    Writing,
    /// What was written is read back and compared.
    Checking,
}

/// Exports a take. Each file gets its name when it is complete and was checked; a name that is taken is passed over
/// (`… (2)`). When `tell` breaks, what is complete stays and is given; of the rest nothing is left.
///
/// # Errors
/// The take is still recorded or has no such part, is not what its journal says, or the disk has no room or refuses.
pub fn export(
    disk: &dyn Disk,
    take: &Take,
    plan: &ExportPlan,
    tell: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Vec<Exported>, Fault> {
    let mut done = Vec::new();
    match job::run(disk, take, plan, tell, &mut done) {
        Ok(()) | Err(Halt::Stopped) => Ok(done),
        Err(Halt::Fault(fault)) => Err(fault),
    }
}

/// Why work ends before its end.
enum Halt {
    /// Somebody asked for it.
    Stopped,
    Fault(Fault),
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
