//! RF64 (EBU Tech 3306) in, as our own recorder writes it past 4 GiB; hound reads RIFF only.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;

/// WAVE_FORMAT_PCM and WAVE_FORMAT_EXTENSIBLE, whose subtype must be PCM as well.
const PCM: u16 = 1;
const EXTENSIBLE: u16 = 0xFFFE;

/// The whole numbers of an RF64 file, one sample after another, full scale ±1.0; exact for up to 24 bits.
pub(super) struct Rf64 {
    pub(super) channels: u16,
    pub(super) sample_rate: u32,
    /// Bytes of one sample, 2 to 4.
    width: usize,
    /// Samples that are still to come.
    left: u64,
    file: BufReader<File>,
}

impl Rf64 {
    /// Opens `path`; `None` for a file of another kind.
    pub(super) fn open(path: &Path) -> io::Result<Option<Self>> {
        let mut file = BufReader::new(File::open(path)?);
        let mut head = [0; 12];
        if file.read_exact(&mut head).is_err() || !head.starts_with(b"RF64") || !head.ends_with(b"WAVE") {
            return Ok(None);
        }
        let (mut data, mut format) = (0, None);
        loop {
            let name = array::<4>(&mut file)?;
            let size = u32::from_le_bytes(array(&mut file)?);
            let mut rest = i64::from(size) + i64::from(size & 1);
            match &name {
                b"ds64" => {
                    let _riff: [u8; 8] = array(&mut file)?;
                    data = u64::from_le_bytes(array(&mut file)?);
                    rest -= 16;
                }
                b"fmt " => {
                    format = Some(Format::read(&mut file)?);
                    rest -= 16;
                }
                b"data" => {
                    let Format { channels, sample_rate, width } = format.ok_or_else(|| odd("fmt"))?;
                    let bytes = if size == u32::MAX { data } else { u64::from(size) };
                    let left = bytes / width as u64;
                    return Ok(Some(Self { channels, sample_rate, width, left, file }));
                }
                _ => {}
            }
            file.seek_relative(rest)?;
        }
    }
}

struct Format {
    channels: u16,
    sample_rate: u32,
    width: usize,
}

impl Format {
    fn read(file: &mut impl Read) -> io::Result<Self> {
        let tag = u16::from_le_bytes(array(file)?);
        let channels = u16::from_le_bytes(array(file)?);
        let sample_rate = u32::from_le_bytes(array(file)?);
        // Bytes in a second, then in a frame; both follow from the others.
        let _: [u8; 6] = array(file)?;
        let bits = u16::from_le_bytes(array(file)?);
        if !matches!(tag, PCM | EXTENSIBLE) || channels == 0 || !matches!(bits, 16 | 24 | 32) {
            return Err(odd("fmt"));
        }
        Ok(Self { channels, sample_rate, width: usize::from(bits / 8) })
    }
}

impl Iterator for Rf64 {
    type Item = io::Result<f32>;

    fn next(&mut self) -> Option<io::Result<f32>> {
        self.left = self.left.checked_sub(1)?;
        let mut bytes = [0; 4];
        // The upper bytes of 32 bits, whatever the width: one scale for all.
        let read = self.file.read_exact(&mut bytes[4 - self.width..]);
        Some(read.map(|()| i32::from_le_bytes(bytes) as f32 * (1.0 / 2_147_483_648.0)))
    }
}

fn array<const BYTES: usize>(file: &mut impl Read) -> io::Result<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn odd(chunk: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, chunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8; 4], size: u32, body: &[u8]) -> Vec<u8> {
        [name.as_slice(), &size.to_le_bytes(), body].concat()
    }

    /// Two channels of 24 bits at 48 kHz; `data` is what `ds64` tells.
    fn file(data: u64, sound: &[u8]) -> tempfile::NamedTempFile {
        let format = [1, 0, 2, 0, 0x80, 0xBB, 0, 0, 0, 0, 0, 0, 6, 0, 24, 0];
        let sizes = [0_u64.to_le_bytes(), data.to_le_bytes(), 0_u64.to_le_bytes()].concat();
        let bytes = [
            chunk(b"RF64", u32::MAX, b"WAVE"),
            chunk(b"ds64", 28, &[sizes, vec![0; 4]].concat()),
            chunk(b"JUNK", 3, &[0; 4]),
            chunk(b"fmt ", 16, &format),
            chunk(b"data", u32::MAX, sound),
        ]
        .concat();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    #[test]
    fn samples_are_exact_and_as_many_as_the_large_size_says() {
        let sound = [0, 0, 0x40, 0, 0, 0xC0, 1, 0, 0, 0xFF, 0xFF, 0xFF, 9, 9, 9];
        let file = file(12, &sound);
        let source = Rf64::open(file.path()).unwrap().unwrap();
        assert_eq!((source.channels, source.sample_rate), (2, 48_000));
        let samples: Vec<f32> = source.map(Result::unwrap).collect();
        assert_eq!(samples, [0.5, -0.5, 1.0 / 8_388_608.0, -1.0 / 8_388_608.0]);
    }

    #[test]
    fn a_file_that_is_cut_is_an_error_and_another_kind_is_none() {
        let cut = file(30, &[1, 2, 3]);
        assert!(Rf64::open(cut.path()).unwrap().unwrap().any(|sample| sample.is_err()));
        let other = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(other.path(), b"RIFF").unwrap();
        assert!(Rf64::open(other.path()).unwrap().is_none());
    }
}
