//! FLAC files in, by symphonia, packet by packet.

use std::fs::File;
use std::path::{Path, PathBuf};

use korero_sentences::key;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use super::FrameSource;
use super::wav::check_rate;
use crate::fault::Fault;

/// What went wrong, in the words of the reader below.
type Detail = Box<dyn std::error::Error + Send + Sync>;

/// A FLAC file at 48 kHz.
pub struct FlacSource {
    path: PathBuf,
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    channels: usize,
    /// Decoded and not yet read, interleaved.
    waiting: Vec<f32>,
}

impl FlacSource {
    /// Opens `path`.
    ///
    /// # Errors
    /// It is no FLAC file that can be read, or not at 48 kHz.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let (mut source, rate) = Self::begin(path).map_err(|detail| unreadable(path, &detail.to_string()))?;
        check_rate(path, rate)?;
        // The first packet tells how many channels there are.
        source.decode_more().map_err(|detail| unreadable(path, &detail.to_string()))?;
        if source.channels == 0 { Err(unreadable(path, "0 s")) } else { Ok(source) }
    }

    fn begin(path: &Path) -> Result<(Self, u32), Detail> {
        let stream = MediaSourceStream::new(Box::new(File::open(path)?), Default::default());
        let (formats, tags) = (FormatOptions::default(), MetadataOptions::default());
        let reader = symphonia::default::get_probe().probe(&Hint::new(), stream, formats, tags)?;
        let track = reader.default_track(TrackType::Audio).ok_or("no track")?;
        let parameters = track.codec_params.as_ref().and_then(|p| p.audio()).ok_or("no codec")?;
        let options = AudioDecoderOptions::default();
        let decoder = symphonia::default::get_codecs().make_audio_decoder(parameters, &options)?;
        let rate = parameters.sample_rate.unwrap_or(0);
        Ok((Self { path: path.to_owned(), reader, decoder, channels: 0, waiting: Vec::new() }, rate))
    }

    /// Decodes the next packet; `false` at the end.
    fn decode_more(&mut self) -> Result<bool, Detail> {
        let Some(packet) = self.reader.next_packet()? else { return Ok(false) };
        let block = self.decoder.decode(&packet)?;
        self.channels = block.spec().channels().count();
        let from = self.waiting.len();
        self.waiting.resize(from + block.samples_interleaved(), 0.0);
        block.copy_to_slice_interleaved(&mut self.waiting[from..]);
        Ok(true)
    }
}

impl FrameSource for FlacSource {
    fn channels(&self) -> usize {
        self.channels
    }

    fn read(&mut self, frames: usize, into: &mut Vec<f32>) -> Result<(), Fault> {
        into.clear();
        let wanted = frames * self.channels;
        while self.waiting.len() < wanted {
            match self.decode_more() {
                Ok(true) => {}
                Ok(false) => break,
                Err(detail) => return Err(unreadable(&self.path, &detail.to_string())),
            }
        }
        into.extend(self.waiting.drain(..wanted.min(self.waiting.len())));
        Ok(())
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

fn unreadable(path: &Path, reason: &str) -> Fault {
    Fault::new(key::FAULT_RENDER_READ).with("file", path.display().to_string()).with("reason", reason)
}
