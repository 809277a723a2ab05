//! A file of a [`Disk`](crate::record::Disk) as a stream, for encoders and decoders that know streams only.

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

use symphonia::core::io::MediaSource;

use crate::limits::VERIFY_BYTES;
use crate::record::disk::{DiskFile, write_all_at};

/// A file that is read from its beginning on.
pub(super) struct ReadStream {
    file: Box<dyn DiskFile>,
    at: u64,
    length: u64,
}

impl ReadStream {
    /// # Errors
    /// What the disk says.
    pub(super) fn new(file: Box<dyn DiskFile>) -> io::Result<Self> {
        let length = file.length()?;
        Ok(Self { file, at: 0, length })
    }
}

impl Read for ReadStream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(self.at, into)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for ReadStream {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = place(to, self.at, self.length)?;
        Ok(self.at)
    }
}

/// What decoders ask for: one that may be looked at from several threads. Here only one ever does.
pub(super) struct Media(pub(super) std::sync::Mutex<ReadStream>);

impl Media {
    fn stream(&mut self) -> &mut ReadStream {
        self.0.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Read for Media {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.stream().read(into)
    }
}

impl Seek for Media {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.stream().seek(to)
    }
}

impl MediaSource for Media {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).length)
    }
}

/// A file that is written, mostly from its beginning on, in large pieces. Its clones are the same stream, so that it can be
/// ended after an encoder that owns it is gone.
#[derive(Clone)]
pub(super) struct WriteStream(Rc<RefCell<Written>>);

struct Written {
    file: Box<dyn DiskFile>,
    /// Where what waits belongs.
    at: u64,
    waiting: Vec<u8>,
    length: u64,
}

impl WriteStream {
    pub(super) fn new(file: Box<dyn DiskFile>) -> Self {
        Self(Rc::new(RefCell::new(Written { file, at: 0, waiting: Vec::new(), length: 0 })))
    }

    /// Makes everything safe on the disk.
    ///
    /// # Errors
    /// What the disk says.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        let mut written = self.0.borrow_mut();
        written.flush()?;
        written.file.sync()
    }
}

impl Written {
    fn flush(&mut self) -> io::Result<()> {
        write_all_at(&mut *self.file, self.at, &self.waiting)?;
        self.at += self.waiting.len() as u64;
        self.length = self.length.max(self.at);
        self.waiting.clear();
        Ok(())
    }
}

impl Write for WriteStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = self.0.borrow_mut();
        written.waiting.extend_from_slice(bytes);
        if written.waiting.len() >= VERIFY_BYTES {
            written.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // The end of a packet is no reason for a small write; `finish` writes what waits.
        Ok(())
    }
}

impl Seek for WriteStream {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut written = self.0.borrow_mut();
        written.flush()?;
        written.at = place(to, written.at, written.length)?;
        Ok(written.at)
    }
}

/// Where a seek leads to.
fn place(to: SeekFrom, at: u64, length: u64) -> io::Result<u64> {
    let place = match to {
        SeekFrom::Start(place) => Some(place),
        SeekFrom::Current(way) => at.checked_add_signed(way),
        SeekFrom::End(way) => length.checked_add_signed(way),
    };
    place.ok_or_else(|| io::ErrorKind::InvalidInput.into())
}
