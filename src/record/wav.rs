//! A WAV file that is valid on disk at every moment, and that becomes RF64 in place when it outgrows 4 GiB.
//!
//! Layout: RIFF (Microsoft, *Multiple Channel Audio Data and WAVE Files*, 2007), `bext` (EBU Tech 3285), RF64 with
//! `ds64` (EBU Tech 3306 / ITU-R BS.2088). The header is one block of [`HEADER`] bytes, so that it is always
//! rewritten by one write; the room of `ds64` is held by a `JUNK` chunk of the same size until it is needed.

use std::collections::VecDeque;
use std::io;

use super::disk::{DiskFile, write_all_at};
use crate::limits::{RECORD_BATCH, SAMPLE_RATE};
use crate::timeline::FrameIndex;

/// Bytes before the first sample.
pub const HEADER: u64 = 1_024;
/// Bytes of one 24-bit sample.
pub const SAMPLE_BYTES: u64 = 3;
/// 24-bit full scale.
const FULL_SCALE: f32 = 8_388_608.0;
/// Bytes of the 64-bit sizes: RIFF size, data size, frames, and an empty table.
const DS64_BYTES: u32 = 28;
const BEXT_BYTES: u32 = 602;
const FMT_BYTES: u32 = 40;
/// KSDATAFORMAT_SUBTYPE_PCM.
const PCM: [u8; 16] = [1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

/// What stands in the header and never changes.
#[derive(Clone, Debug, Default)]
pub struct WavLabel {
    /// Channels of one frame, 1 to [`crate::limits::MAX_INPUTS`].
    pub channels: u16,
    /// `bext` TimeReference: the engine's index of the first frame, so that files of one take line up.
    pub first_frame: FrameIndex,
    /// `bext` Description, cut to 256 bytes.
    pub description: String,
    /// `bext` OriginatorReference, cut to 32 bytes: the engine's epoch.
    pub reference: String,
    /// `bext` OriginationDate, `YYYY-MM-DD`.
    pub date: String,
    /// `bext` OriginationTime, `HH:MM:SS`.
    pub time: String,
}

/// Sound on its way to the disk.
enum Piece {
    /// Encoded samples.
    Sound(Vec<u8>),
    /// Bytes of silence, made by lengthening the file: an hour of it costs nothing.
    Silence(u64),
}

/// The writer of one file. What is pushed waits in memory until [`flush`](Self::flush) gets it onto the disk, and
/// counts as safe only after [`make_safe`](Self::make_safe). Each failed call may be repeated: nothing is written twice.
pub struct WavWriter {
    file: Box<dyn DiskFile>,
    label: WavLabel,
    waiting: VecDeque<Piece>,
    waiting_bytes: u64,
    written: u64,
    /// What the header on the disk tells of; `None` before there is a header.
    safe: Option<u64>,
}

impl WavWriter {
    /// A writer into an empty file; the first [`flush`](Self::flush) makes it a valid WAV file.
    #[must_use]
    pub fn new(file: Box<dyn DiskFile>, label: WavLabel) -> Self {
        Self { file, label, waiting: VecDeque::new(), waiting_bytes: 0, written: 0, safe: None }
    }

    /// Takes interleaved samples; full scale is ±1.0. Whole frames only.
    pub fn push(&mut self, samples: &[f32]) {
        debug_assert!(samples.len().is_multiple_of(usize::from(self.label.channels)));
        self.waiting_bytes += samples.len() as u64 * SAMPLE_BYTES;
        if let Some(Piece::Sound(bytes)) = self.waiting.back_mut() {
            encode(samples, bytes);
        } else {
            let mut bytes = Vec::new();
            encode(samples, &mut bytes);
            self.waiting.push_back(Piece::Sound(bytes));
        }
    }

    /// Takes that many frames of silence.
    pub fn push_silence(&mut self, frames: u64) {
        self.waiting.push_back(Piece::Silence(frames * self.frame_bytes()));
    }

    /// Whether enough waits that no more should be pushed before a [`flush`](Self::flush).
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.waiting_bytes >= RECORD_BATCH as u64 || self.waiting.len() > RECORD_BATCH / 1_024
    }

    /// Writes everything that waits.
    ///
    /// # Errors
    /// What the disk says; the rest still waits, in order.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.safe.is_none() {
            self.write_header()?;
        }
        while let Some(piece) = self.waiting.front() {
            let end = HEADER + self.written;
            let (bytes, sound) = match piece {
                Piece::Sound(bytes) => (bytes.len() as u64, write_all_at(&mut *self.file, end, bytes).map(|()| true)?),
                Piece::Silence(bytes) => (*bytes, self.file.set_length(end + bytes).map(|()| false)?),
            };
            self.written += bytes;
            self.waiting_bytes -= if sound { bytes } else { 0 };
            self.waiting.pop_front();
        }
        Ok(())
    }

    /// Makes everything written safe: first the sound, then a header that tells of it, so that the header on the
    /// disk never promises what is not there, not even after a power cut.
    ///
    /// # Errors
    /// What the disk says; the file is as valid as before.
    pub fn make_safe(&mut self) -> io::Result<()> {
        if self.safe == Some(self.written) {
            return Ok(());
        }
        self.file.sync()?;
        self.write_header()
    }

    fn write_header(&mut self) -> io::Result<()> {
        let header = header(&self.label, self.written, HEADER - 8 + self.written + (self.written & 1));
        write_all_at(&mut *self.file, 0, &header)?;
        self.file.sync()?;
        self.safe = Some(self.written);
        Ok(())
    }

    /// Ends the file: what still waits is tried once more, and nothing stands behind the last sample but the pad
    /// byte of an odd length.
    ///
    /// # Errors
    /// The first thing that the disk says; the file is valid up to [`safe_frames`](Self::safe_frames).
    pub fn finish(&mut self) -> io::Result<()> {
        let flushed = self.flush();
        let trimmed = self.file.set_length(HEADER + self.written + (self.written & 1));
        let safe = self.make_safe();
        flushed.and(trimmed).and(safe)
    }

    /// Frames that the header on the disk tells of.
    #[must_use]
    pub fn safe_frames(&self) -> u64 {
        self.safe.unwrap_or(0) / self.frame_bytes()
    }

    /// Bytes of one second of sound.
    #[must_use]
    pub fn bytes_per_second(&self) -> u64 {
        self.frame_bytes() * u64::from(SAMPLE_RATE)
    }

    fn frame_bytes(&self) -> u64 {
        u64::from(self.label.channels) * SAMPLE_BYTES
    }
}

/// The nearest 24-bit sample, clamped; exact for everything that came from 24 bits or fewer. Not a number is silence.
fn quantise(sample: f32) -> i32 {
    (sample * FULL_SCALE).round().clamp(-FULL_SCALE, FULL_SCALE - 1.0) as i32
}

fn encode(samples: &[f32], into: &mut Vec<u8>) {
    into.reserve(samples.len() * SAMPLE_BYTES as usize);
    for sample in samples {
        into.extend_from_slice(&quantise(*sample).to_le_bytes()[..3]);
    }
}

/// The whole header for `data` bytes of sound and a RIFF chunk of `riff` bytes.
fn header(label: &WavLabel, data: u64, riff: u64) -> Vec<u8> {
    let large = u32::try_from(riff).is_err();
    let short = |size: u64| u32::try_from(size).ok().filter(|_| !large).unwrap_or(u32::MAX);
    let mut out = Vec::with_capacity(HEADER as usize);
    out.extend_from_slice(if large { b"RF64" } else { b"RIFF" });
    out.extend_from_slice(&short(riff).to_le_bytes());
    out.extend_from_slice(b"WAVE");
    put_sizes(&mut out, label, large, data, riff);
    put_bext(&mut out, label);
    put_format(&mut out, label.channels);
    let pad = HEADER as usize - out.len() - 16;
    put_chunk(&mut out, *b"JUNK", pad as u32);
    out.resize(out.len() + pad, 0);
    out.extend_from_slice(b"data");
    out.extend_from_slice(&short(data).to_le_bytes());
    out
}

fn put_chunk(out: &mut Vec<u8>, name: [u8; 4], bytes: u32) {
    out.extend_from_slice(&name);
    out.extend_from_slice(&bytes.to_le_bytes());
}

/// `ds64`, or the `JUNK` that holds its room; it must be the first chunk.
fn put_sizes(out: &mut Vec<u8>, label: &WavLabel, large: bool, data: u64, riff: u64) {
    put_chunk(out, if large { *b"ds64" } else { *b"JUNK" }, DS64_BYTES);
    let frames = data / (u64::from(label.channels) * SAMPLE_BYTES);
    for size in [riff, data, frames] {
        out.extend_from_slice(&(if large { size } else { 0 }).to_le_bytes());
    }
    out.extend_from_slice(&0u32.to_le_bytes());
}

fn put_bext(out: &mut Vec<u8>, label: &WavLabel) {
    put_chunk(out, *b"bext", BEXT_BYTES);
    let end = out.len() + BEXT_BYTES as usize;
    put_text(out, &label.description, 256);
    put_text(out, "Covers & Korero Live", 32);
    put_text(out, &label.reference, 32);
    put_text(out, &label.date, 10);
    put_text(out, &label.time, 8);
    out.extend_from_slice(&label.first_frame.0.to_le_bytes());
    // Version 1: no loudness values. UMID and the reserved bytes stay zero.
    out.extend_from_slice(&1u16.to_le_bytes());
    out.resize(end, 0);
}

/// A field of fixed width, cut between characters and filled with zeros.
fn put_text(out: &mut Vec<u8>, text: &str, width: usize) {
    let end = out.len() + width;
    let cut = (0..=width.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    out.extend_from_slice(&text.as_bytes()[..cut]);
    out.resize(end, 0);
}

fn put_format(out: &mut Vec<u8>, channels: u16) {
    put_chunk(out, *b"fmt ", FMT_BYTES);
    let block = channels * SAMPLE_BYTES as u16;
    out.extend_from_slice(&0xFFFE_u16.to_le_bytes());
    out.extend_from_slice(&channels.to_le_bytes());
    out.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    out.extend_from_slice(&(SAMPLE_RATE * u32::from(block)).to_le_bytes());
    out.extend_from_slice(&block.to_le_bytes());
    for field in [24u16, 22, 24] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.extend_from_slice(&speakers(channels).to_le_bytes());
    out.extend_from_slice(&PCM);
}

/// Speaker mask: centre, left and right, or none for inputs that are no loudspeakers.
fn speakers(channels: u16) -> u32 {
    match channels {
        1 => 0x4,
        2 => 0x3,
        _ => 0,
    }
}

#[cfg(test)]
#[path = "wav_tests.rs"]
mod tests;
