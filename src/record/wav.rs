//! A WAV file that is valid on disk at every moment, and that becomes RF64 in place when it outgrows 4 GiB.

pub mod head;

use std::collections::VecDeque;
use std::io;

use super::disk::{DiskFile, write_all_at, write_most_at};
use super::journal::Sums;
use super::sum::Sum;
use crate::limits::{RECORD_BATCH, RECORD_UNSYNCED, SAMPLE_RATE};
use crate::recording::SampleForm;
pub use head::{Cue, HEADER, Head, SECTOR, WavLabel};

/// 24-bit full scale.
pub(crate) const FULL_SCALE: f32 = 8_388_608.0;

/// Sound on its way to the disk.
enum Piece {
    /// Encoded samples.
    Sound(Vec<u8>),
    /// Bytes of silence, made by lengthening the file: an hour of it costs nothing.
    Silence(u64),
    /// Bytes of sound that are written later.
    Room(u64),
}

/// The writer of one file. What is pushed waits in memory until [`flush`](Self::flush) gets it onto the disk, is kept
/// there until the disk says that it would survive a power cut, and counts as safe only after
/// [`make_safe`](Self::make_safe). Each failed call may be repeated.
pub struct WavWriter {
    file: Box<dyn DiskFile>,
    head: Head,
    waiting: VecDeque<Piece>,
    waiting_bytes: u64,
    /// What was written behind `synced`.
    unsynced: VecDeque<Piece>,
    unsynced_bytes: u64,
    /// Bytes that were written, and their sum.
    written: u64,
    sum: Sum,
    /// Of them, those that the disk has for sure, and their sum.
    synced: u64,
    synced_sum: Sum,
    /// Bytes before everything else whose sound comes later, what of them came, and the sum of that; the other sums begin
    /// behind them.
    room: u64,
    filled: u64,
    past: Sum,
    /// What the header on the disk tells of; `None` before there is a header.
    safe: Option<u64>,
    /// The cues changed and are not on the disk.
    cues_wait: bool,
}

impl WavWriter {
    /// A writer into an empty file; the first [`flush`](Self::flush) makes it a valid WAV file.
    #[must_use]
    pub fn new(file: Box<dyn DiskFile>, label: &WavLabel) -> Self {
        Self {
            file,
            head: Head::new(label),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            unsynced: VecDeque::new(),
            unsynced_bytes: 0,
            written: 0,
            sum: Sum::default(),
            synced: 0,
            synced_sum: Sum::default(),
            room: 0,
            filled: 0,
            past: Sum::default(),
            safe: None,
            cues_wait: false,
        }
    }

    /// Takes the neighbouring channels of interleaved samples that begin at `first` in frames of `of` channels; full
    /// scale is ±1.0. Whole frames only.
    pub fn push(&mut self, samples: &[f32], first: usize, of: usize) {
        debug_assert!(samples.len().is_multiple_of(of));
        let channels = usize::from(self.head.channels());
        let form = self.head.form();
        if !matches!(self.waiting.back(), Some(Piece::Sound(_))) {
            self.waiting.push_back(Piece::Sound(Vec::new()));
        }
        let Some(Piece::Sound(bytes)) = self.waiting.back_mut() else { return };
        let before = bytes.len();
        if channels == of {
            encode(samples, form, bytes);
        } else {
            samples.chunks_exact(of).for_each(|frame| encode(&frame[first..first + channels], form, bytes));
        }
        self.waiting_bytes += (bytes.len() - before) as u64;
    }

    /// Takes that many frames of silence.
    pub fn push_silence(&mut self, frames: u64) {
        self.waiting.push_back(Piece::Silence(frames * self.head.frame_bytes()));
    }

    /// Leaves room for that many frames, before anything is pushed. They are silent until [`fill`](Self::fill) brings
    /// their sound; what is pushed does not wait for it.
    pub(super) fn leave_room(&mut self, frames: u64) {
        self.room = frames * self.head.frame_bytes();
        self.waiting.push_back(Piece::Room(self.room));
    }

    /// Bytes of the room.
    pub(super) fn room(&self) -> u64 {
        self.room
    }

    /// Whether sound still has to come into the room.
    pub(super) fn has_room(&self) -> bool {
        self.filled < self.room
    }

    /// Bytes of it whose sound is still to come.
    pub(super) fn missing(&self) -> u64 {
        self.room - self.filled
    }

    /// Bytes of one frame.
    pub(super) fn frame_bytes(&self) -> u64 {
        self.head.frame_bytes()
    }

    /// Puts the next sound into the room and makes it safe, and with it the room. Once that is there, after the first
    /// [`flush`](Self::flush).
    ///
    /// # Errors
    /// What the disk says; nothing counts as filled then.
    pub(super) fn fill(&mut self, bytes: &[u8]) -> io::Result<()> {
        write_all_at(&mut *self.file, HEADER + self.filled, bytes)?;
        // Slice by slice: a disk that had to take hours of sound at once would hold up what is played now.
        self.sync_sound()?;
        self.past.take(bytes);
        self.filled += bytes.len() as u64;
        Ok(())
    }

    /// Up to that byte of the room nothing comes any more.
    pub(super) fn leave_silent(&mut self, until: u64) {
        self.past.take_zeros(until.saturating_sub(self.filled));
        self.filled = self.filled.max(until);
    }

    /// Whether enough waits that no more should be pushed before a [`flush`](Self::flush).
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.waiting_bytes >= RECORD_BATCH as u64 || self.waiting.len() > RECORD_BATCH / 1_024
    }

    /// Writes everything that waits.
    ///
    /// # Errors
    /// What the disk says; the frames that it did not take still wait, in order.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.safe.is_none() {
            write_all_at(&mut *self.file, 0, self.head.bytes())?;
            self.file.sync()?;
            self.safe = Some(0);
        }
        while let Some(piece) = self.waiting.pop_front() {
            match piece {
                Piece::Sound(bytes) => self.write_sound(bytes)?,
                Piece::Silence(bytes) => self.write_silence(bytes)?,
                Piece::Room(bytes) => self.write_room(bytes)?,
            }
            if self.unsynced_bytes >= RECORD_UNSYNCED as u64 {
                self.sync_sound()?;
            }
        }
        Ok(())
    }

    /// Writes every whole frame that the disk takes; the others wait again.
    fn write_sound(&mut self, mut bytes: Vec<u8>) -> io::Result<()> {
        let (taken, outcome) = write_most_at(&mut *self.file, HEADER + self.written, &bytes);
        let taken = taken - taken % self.head.frame_bytes() as usize;
        if taken < bytes.len() {
            self.waiting.push_front(Piece::Sound(bytes.split_off(taken)));
        }
        if taken == 0 {
            return outcome;
        }
        self.sum.take(&bytes);
        self.written += taken as u64;
        self.waiting_bytes -= taken as u64;
        self.unsynced_bytes += taken as u64;
        self.unsynced.push_back(Piece::Sound(bytes));
        outcome
    }

    fn write_silence(&mut self, bytes: u64) -> io::Result<()> {
        if let Err(error) = self.file.set_length(HEADER + self.written + bytes) {
            self.waiting.push_front(Piece::Silence(bytes));
            return Err(error);
        }
        self.sum.take_zeros(bytes);
        self.written += bytes;
        self.unsynced.push_back(Piece::Silence(bytes));
        Ok(())
    }

    fn write_room(&mut self, bytes: u64) -> io::Result<()> {
        if let Err(error) = self.file.set_length(HEADER + bytes) {
            self.waiting.push_front(Piece::Room(bytes));
            return Err(error);
        }
        self.written += bytes;
        self.unsynced.push_back(Piece::Room(bytes));
        Ok(())
    }

    /// Makes the sound that was written survive a power cut. A system that could not write it may drop it, tell so once,
    /// and call the next sync a success: after a failure everything since the last success waits to be written again.
    fn sync_sound(&mut self) -> io::Result<()> {
        let synced = self.file.sync();
        if synced.is_ok() {
            self.unsynced.clear();
            (self.synced, self.synced_sum) = (self.written, self.sum.clone());
        } else {
            self.waiting_bytes += self.unsynced_bytes;
            self.unsynced.append(&mut self.waiting);
            std::mem::swap(&mut self.unsynced, &mut self.waiting);
            (self.written, self.sum) = (self.synced, self.synced_sum.clone());
        }
        self.unsynced_bytes = 0;
        synced
    }

    /// Makes everything written safe: first the sound, then a header that tells of it, so that the header on the
    /// disk never promises what is not there, not even after a power cut.
    ///
    /// # Errors
    /// What the disk says; the file is as valid as before.
    pub fn make_safe(&mut self) -> io::Result<()> {
        if self.safe.is_none_or(|safe| safe == self.written) {
            return Ok(());
        }
        self.sync_sound()?;
        self.head.tell(self.written);
        for (at, bytes) in self.head.moving() {
            write_all_at(&mut *self.file, at, bytes)?;
        }
        self.file.sync()?;
        self.safe = Some(self.written);
        Ok(())
    }

    /// Marks these places; they are written when the file is ended.
    pub fn set_cues(&mut self, cues: &[Cue]) {
        self.head.put_cues(cues);
        self.cues_wait = true;
    }

    /// Ends the file: nothing stands behind the last sample but the pad byte of an odd length, and the cues are written.
    /// What the disk refuses is tried twice.
    ///
    /// # Errors
    /// The first thing that the disk says; the file is valid up to [`safe_frames`](Self::safe_frames).
    pub fn finish(&mut self) -> io::Result<()> {
        self.end().or_else(|_| self.end())
    }

    fn end(&mut self) -> io::Result<()> {
        let flushed = self.flush();
        let trimmed = self.file.set_length(HEADER + self.written + (self.written & 1));
        let safe = self.make_safe();
        let marked = if self.cues_wait { self.head.write_cues(&mut *self.file) } else { Ok(()) };
        self.cues_wait &= marked.is_err();
        flushed.and(trimmed).and(safe).and(marked)
    }

    /// Frames that the header on the disk tells of.
    #[must_use]
    pub fn safe_frames(&self) -> u64 {
        self.safe.unwrap_or(0) / self.head.frame_bytes()
    }

    /// The check sums of the file, once it is ended.
    #[must_use]
    pub fn sums(&self) -> Sums {
        let mut sound = self.past.clone();
        sound.take_zeros(self.room - self.filled);
        sound.append(&self.sum);
        Sums { head: self.head.sum(), sound: sound.value() }
    }

    /// Bytes of one second of sound.
    #[must_use]
    pub fn bytes_per_second(&self) -> u64 {
        self.head.frame_bytes() * u64::from(SAMPLE_RATE)
    }
}

/// The nearest 24-bit sample, clamped; exact for everything that came from 24 bits or fewer. Not a number is silence.
pub(crate) fn quantise(sample: f32) -> i32 {
    (sample * FULL_SCALE).round().clamp(-FULL_SCALE, FULL_SCALE - 1.0) as i32
}

fn encode(samples: &[f32], form: SampleForm, into: &mut Vec<u8>) {
    into.reserve(samples.len() * form.bytes() as usize);
    match form {
        SampleForm::Pcm24 => {
            for sample in samples {
                into.extend_from_slice(&quantise(*sample).to_le_bytes()[..3]);
            }
        }
        SampleForm::Float32 => {
            for sample in samples {
                into.extend_from_slice(&sample.to_le_bytes());
            }
        }
    }
}

#[cfg(test)]
#[path = "wav_tests.rs"]
mod tests;
