//! One file: written under no name, read back, and then named.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use super::super::sound::unreadable;
use super::super::verify::sum_of;
use super::draft::{Draft, unwritable};
use super::flac::{self, FlacSink};
use super::job::{Job, Origin};
use super::ogg_opus::{self, OpusSink};
use super::piece::{self, Piece};
use super::sound::{Ear, Passage, Treatment, play};
use super::tags::About;
use super::wav::WavSink;
use super::{Exported, Format, Halt, Reading, Step};
use crate::record::disk::{Access, DiskFile};
use crate::record::sum::Sum;
use crate::record::wav::{HEADER, quantise};

/// Where samples of 24 bits go.
pub(super) trait Sink {
    /// Takes interleaved frames.
    fn write(&mut self, samples: &[f32]) -> io::Result<()>;

    /// Ends the file and makes it safe on the disk.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// A file that is to be written.
pub(super) struct Output {
    pub(super) passage: Passage,
    pub(super) format: Format,
    pub(super) treatment: Treatment,
    pub(super) stem: String,
    /// How loud it will be, when that is known.
    pub(super) reading: Option<Reading>,
}

impl Job<'_> {
    /// Writes a file of a piece.
    pub(super) fn write(&mut self, from: &mut Origin<'_>, piece: &Piece, output: &Output) -> Result<(), Halt> {
        let Output { passage, format, treatment, stem, reading } = output;
        let folder = self.folder.clone();
        let refused = |error: io::Error| unwritable(&folder.join(stem), &error);
        let (file, song) = (from.file, piece.song.as_ref());
        let about = About { take: self.take, file, song, first: passage.first, frames: passage.frames };
        let (draft, new) = Draft::begin(self.disk, &folder)?;
        let mut sink = sink(*format, new, passage, &about, self.plan.bitrate).map_err(refused)?;
        let (mut sum, mut bytes) = (Sum::default(), Vec::new());
        let mut ear = Ear::new(passage.width()).filter(|_| reading.is_none() && *format != Format::Opus);
        play(&mut from.master, passage, *treatment, &mut |samples, share| {
            sink.write(samples).map_err(refused)?;
            bytes.clear();
            samples.iter().for_each(|sample| bytes.extend_from_slice(&quantise(*sample).to_le_bytes()[..3]));
            sum.take(&bytes);
            if let Some(ear) = &mut ear {
                ear.hear(samples);
            }
            self.wrote(bytes.len())?;
            self.tell(Step::Writing, share)
        })?;
        sink.finish().map_err(refused)?;
        let heard = self.check(draft.path(), *format, passage, sum.value())?;
        let path = draft.complete(&folder, stem, format.ending())?;
        self.done.push(Exported {
            path,
            format: *format,
            song: piece.song.clone(),
            matched: treatment.ceiling_db.is_some(),
            frames: passage.frames,
            reading: heard.or(ear.map(Ear::reading)).or(*reading),
            gaps: piece::gaps(file, passage),
            told: Vec::new(),
        });
        Ok(())
    }

    /// Reads a file back: WAV and FLAC must hold the very samples, Opus as many frames. Of Opus it gives how loud it is.
    fn check(&mut self, path: &Path, format: Format, passage: &Passage, sum: u32) -> Result<Option<Reading>, Halt> {
        let broken = |error: io::Error| unreadable(path, &error);
        let share = |done: u64| (done as f64 / passage.frames as f64) as f32;
        self.tell(Step::Checking, 0.0)?;
        let (disk, mut heard) = (self.disk, None);
        let is_whole = match format {
            Format::Wav => {
                let mut file = disk.open(path, Access::Read).map_err(broken)?;
                sum == sum_of(&mut *file, HEADER, passage.frames * 3 * passage.width() as u64).map_err(broken)?
            }
            Format::Flac => {
                let mut tell = |frames| flow(&self.tell(Step::Checking, share(frames)));
                let held = flac::held(disk, path, &mut tell).map_err(broken)?.ok_or(Halt::Stopped)?;
                held == flac::Held { channels: passage.width(), frames: passage.frames, sum }
            }
            Format::Opus => {
                let (mut ear, mut done) = (Ear::new(passage.width()), 0);
                let mut each = |samples: &[f32]| {
                    done += (samples.len() / passage.width()) as u64;
                    if let Some(ear) = &mut ear {
                        ear.hear(samples);
                    }
                    flow(&self.tell(Step::Checking, share(done)))
                };
                let frames = ogg_opus::decode(disk, path, &mut each).map_err(broken)?.ok_or(Halt::Stopped)?;
                heard = ear.map(Ear::reading);
                frames == passage.frames
            }
        };
        if is_whole { Ok(heard) } else { Err(broken(io::ErrorKind::InvalidData.into()).into()) }
    }
}

fn flow(told: &Result<(), Halt>) -> ControlFlow<()> {
    if told.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

fn sink(
    format: Format,
    file: Box<dyn DiskFile>,
    passage: &Passage,
    about: &About<'_>,
    bitrate: u32,
) -> io::Result<Box<dyn Sink>> {
    let (width, frames) = (passage.width(), passage.frames);
    Ok(match format {
        Format::Wav => Box::new(WavSink::new(file, width, about)),
        Format::Flac => Box::new(FlacSink::new(file, width, frames, &about.comments())?),
        Format::Opus => Box::new(OpusSink::new(file, width, frames, bitrate, &about.comments())?),
    })
}
