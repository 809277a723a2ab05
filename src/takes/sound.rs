//! A recorded file that is heard, exported or sent; it is only read.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use korero_sentences::key;

use super::TakeFile;
use super::verify::open;
use crate::fault::Fault;
use crate::record::disk::{Disk, DiskFile, read_most_at};
use crate::record::wav::FULL_SCALE;
use crate::recording::SampleForm;

/// A file of a take, open for reading.
pub(crate) struct Sound {
    file: Box<dyn DiskFile>,
    path: PathBuf,
    channels: u16,
    form: SampleForm,
    frames: u64,
    sound_at: u64,
    bytes: Vec<u8>,
}

impl Sound {
    /// # Errors
    /// It is still recorded, missing, or not what the journal says.
    pub(crate) fn open(disk: &dyn Disk, told: &TakeFile) -> Result<Self, Fault> {
        let (file, shape) = open(disk, told)?;
        Ok(Self {
            file,
            path: told.path.clone(),
            channels: shape.channels,
            form: told.form,
            frames: shape.sound_bytes / u64::from(shape.frame_bytes),
            sound_at: shape.sound_at,
            bytes: Vec::new(),
        })
    }

    pub(crate) fn channels(&self) -> u16 {
        self.channels
    }

    pub(crate) fn form(&self) -> SampleForm {
        self.form
    }

    pub(crate) fn frames(&self) -> u64 {
        self.frames
    }

    /// Reads some channels of some frames, interleaved, into `into`, which is cleared before. 24 bits are exact; what is
    /// no number is silence.
    ///
    /// # Errors
    /// `fault-export-read`.
    pub(crate) fn read(
        &mut self,
        first: u64,
        frames: usize,
        channels: &Range<u16>,
        into: &mut Vec<f32>,
    ) -> Result<(), Fault> {
        let sample_bytes = self.form.bytes() as usize;
        let frame_bytes = sample_bytes * usize::from(self.channels);
        self.bytes.resize(frames * frame_bytes, 0);
        let at = self.sound_at + first * frame_bytes as u64;
        let read = read_most_at(&mut *self.file, at, &mut self.bytes);
        let read = read.map_err(|error| unreadable(&self.path, &error))?;
        if read < self.bytes.len() {
            return Err(unreadable(&self.path, &io::ErrorKind::UnexpectedEof.into()));
        }
        into.clear();
        let wanted = usize::from(channels.start) * sample_bytes..usize::from(channels.end) * sample_bytes;
        for frame in self.bytes.chunks_exact(frame_bytes) {
            let samples = frame[wanted.clone()].chunks_exact(sample_bytes);
            match self.form {
                SampleForm::Pcm24 => into.extend(samples.map(|bytes| of_24_bits([bytes[0], bytes[1], bytes[2]]))),
                SampleForm::Float32 => into.extend(samples.map(|b| of_float([b[0], b[1], b[2], b[3]]))),
            }
        }
        Ok(())
    }
}

fn of_24_bits(bytes: [u8; 3]) -> f32 {
    let whole = i32::from_le_bytes([0, bytes[0], bytes[1], bytes[2]]) >> 8;
    whole as f32 / FULL_SCALE
}

fn of_float(bytes: [u8; 4]) -> f32 {
    let sample = f32::from_le_bytes(bytes);
    if sample.is_finite() { sample } else { 0.0 }
}

/// A file that cannot be read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Fault {
    Fault::new(key::FAULT_EXPORT_READ).with("file", path.display().to_string()).with("why", error.to_string())
}
