//! WAV files out, by the writer of the recorder: valid from their first byte on, RF64 past 4 GiB.

use std::io;

use super::tags::About;
use super::written::Sink;
use crate::record::disk::DiskFile;
use crate::record::wav::WavWriter;

pub(super) struct WavSink {
    writer: WavWriter,
    width: usize,
}

impl WavSink {
    pub(super) fn new(file: Box<dyn DiskFile>, width: usize, about: &About<'_>) -> Self {
        let mut writer = WavWriter::new(file, &about.label(width as u16));
        if about.song.is_none() {
            let cues = about.cues();
            if !cues.is_empty() {
                writer.set_cues(&cues);
            }
        }
        Self { writer, width }
    }
}

impl Sink for WavSink {
    fn write(&mut self, samples: &[f32]) -> io::Result<()> {
        self.writer.push(samples, 0, self.width);
        if self.writer.is_full() { self.writer.flush() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.writer.finish()
    }
}
