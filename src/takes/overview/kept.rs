//! The file in which an overview is kept, beside the WAV file that it is of: `mix.wav.overview`.
//!
//! All numbers are little-endian: `KOVW`, the format, what the WAV file was ([`About`]: length, time of change, both check
//! sums), frames, frames per bin, loudness and true peak (not a number where there is none), the number of bins, three
//! floats for each, and a CRC-32 of everything before. One that is damaged, older or of another file is made again.

use std::io;
use std::path::{Path, PathBuf};

use super::{Bin, Overview};
use crate::limits::OVERVIEW_BINS;
use crate::record::disk::{Access, Disk, DiskFile, read_most_at, write_all_at};
use crate::record::journal::Sums;
use crate::record::sum::Sum;
use crate::takes::{FileEnd, TakeFile};

const SIGN: &[u8; 4] = b"KOVW";
const FORMAT: u32 = 1;
/// Bytes before the bins: sign, format, three numbers of 64 bits with two sums, frames, frames per bin, and three words.
const HEAD: usize = 4 + 4 + (8 + 8 + 1 + 4 + 4) + 8 + 8 + 4 + 4 + 4;
const BIN: usize = 12;

/// What a file is known again by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct About {
    length: u64,
    changed_ns: u64,
    sums: Option<Sums>,
}

impl About {
    pub(super) fn of(told: &TakeFile, file: &dyn DiskFile) -> io::Result<Self> {
        let sums = match told.end {
            FileEnd::Open | FileEnd::LeftAlone => None,
            FileEnd::Whole { sums, .. } => sums,
            FileEnd::Recovered { sums, .. } => Some(sums),
        };
        Ok(Self { length: file.length()?, changed_ns: file.changed_ns()?, sums })
    }
}

fn place(of: &Path) -> PathBuf {
    let mut name = of.file_name().unwrap_or_default().to_owned();
    name.push(".overview");
    of.with_file_name(name)
}

/// What is kept of a file; `None` when it is not there, damaged, or of what the file once was.
pub(super) fn read(disk: &dyn Disk, of: &Path, about: &About) -> Option<Overview> {
    let mut file = disk.open(&place(of), Access::Read).ok()?;
    // One byte more than there may be: what is longer is no file of ours.
    let mut bytes = vec![0; HEAD + OVERVIEW_BINS * BIN + 4 + 1];
    let read = read_most_at(&mut *file, 0, &mut bytes).ok()?;
    parse(&bytes[..read], about)
}

/// Keeps an overview. A disk that refuses is none the worse for it: what is only half there is made again.
pub(super) fn keep(disk: &dyn Disk, of: &Path, about: &About, made: &Overview) {
    let place = place(of);
    let open = || if disk.exists(&place) { disk.open(&place, Access::Write) } else { disk.create(&place) };
    let written = open().and_then(|mut file| {
        let bytes = text(about, made);
        write_all_at(&mut *file, 0, &bytes)?;
        file.set_length(bytes.len() as u64)
    });
    if let Err(error) = written {
        tracing::debug!(%error, file = %place.display(), "an overview that is not kept");
    }
}

fn text(about: &About, made: &Overview) -> Vec<u8> {
    let mut out = SIGN.to_vec();
    out.extend_from_slice(&FORMAT.to_le_bytes());
    out.extend_from_slice(&about.length.to_le_bytes());
    out.extend_from_slice(&about.changed_ns.to_le_bytes());
    out.push(u8::from(about.sums.is_some()));
    let sums = about.sums.map_or([0; 2], |sums| [sums.head, sums.sound]);
    sums.iter().for_each(|sum| out.extend_from_slice(&sum.to_le_bytes()));
    out.extend_from_slice(&made.frames.to_le_bytes());
    out.extend_from_slice(&made.frames_per_bin.to_le_bytes());
    for level in [made.loudness_lufs, made.true_peak_db] {
        out.extend_from_slice(&level.unwrap_or(f32::NAN).to_le_bytes());
    }
    out.extend_from_slice(&(made.bins.len() as u32).to_le_bytes());
    for value in made.bins.iter().flat_map(|bin| [bin.low, bin.high, bin.rms]) {
        out.extend_from_slice(&value.to_le_bytes());
    }
    let sum = sum(&out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

fn sum(bytes: &[u8]) -> u32 {
    let mut sum = Sum::default();
    sum.take(bytes);
    sum.value()
}

/// `None` for what is not the overview of this file, bit for bit as it was kept.
pub(super) fn parse(bytes: &[u8], about: &About) -> Option<Overview> {
    let (kept, told) = bytes.split_at_checked(bytes.len().checked_sub(4)?)?;
    let mut rest = Rest(kept);
    if told != sum(kept).to_le_bytes() || rest.take()? != *SIGN || u32::from_le_bytes(rest.take()?) != FORMAT {
        return None;
    }
    let (length, changed_ns) = (u64::from_le_bytes(rest.take()?), u64::from_le_bytes(rest.take()?));
    let [known] = rest.take()?;
    let sums = Sums { head: u32::from_le_bytes(rest.take()?), sound: u32::from_le_bytes(rest.take()?) };
    if (About { length, changed_ns, sums: (known == 1).then_some(sums) }) != *about {
        return None;
    }
    let (frames, frames_per_bin) = (u64::from_le_bytes(rest.take()?), u64::from_le_bytes(rest.take()?));
    let mut level = || Some(Some(f32::from_le_bytes(rest.take()?)).filter(|level| level.is_finite()));
    let (loudness_lufs, true_peak_db) = (level()?, level()?);
    let count = u32::from_le_bytes(rest.take()?) as usize;
    let wanted = frames.checked_div(frames_per_bin).map_or(0, |_| frames.div_ceil(frames_per_bin));
    if rest.0.len() != count.checked_mul(BIN)? || count as u64 != wanted {
        return None;
    }
    let float = |at: &[u8]| f32::from_le_bytes([at[0], at[1], at[2], at[3]]);
    let bin = |at: &[u8]| Bin { low: float(at), high: float(&at[4..]), rms: float(&at[8..]) };
    let bins = rest.0.chunks_exact(BIN).map(bin).collect();
    Some(Overview { frames, frames_per_bin, bins, loudness_lufs, true_peak_db })
}

/// Bytes that were not read yet.
struct Rest<'b>(&'b [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (now, later) = self.0.split_first_chunk()?;
        self.0 = later;
        Some(*now)
    }
}
