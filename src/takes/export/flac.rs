//! FLAC files out, by the crate `flac-codec`, and what lies in them, by the other decoder: `symphonia`.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use flac_codec::encode::{FlacSampleWriter, Options};
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use super::stream::{Media, ReadStream, WriteStream};
use super::tags::Comments;
use super::written::Sink;
use crate::limits::SAMPLE_RATE;
use crate::record::disk::{Access, Disk, DiskFile};
use crate::record::sum::Sum;
use crate::record::wav::quantise;

/// The most channels that a FLAC file holds.
pub(super) const MOST_CHANNELS: u16 = 8;

pub(super) struct FlacSink {
    encoder: FlacSampleWriter<WriteStream>,
    stream: WriteStream,
    whole: Vec<i32>,
}

impl FlacSink {
    pub(super) fn new(file: Box<dyn DiskFile>, width: usize, frames: u64, comments: &Comments) -> io::Result<Self> {
        let stream = WriteStream::new(file);
        let options = comments.iter().fold(Options::default(), |options, (name, value)| options.tag(name, value));
        let samples = frames * width as u64;
        let encoder = FlacSampleWriter::new(stream.clone(), options, SAMPLE_RATE, 24, width as u8, Some(samples))
            .map_err(told)?;
        Ok(Self { encoder, stream, whole: Vec::new() })
    }
}

impl Sink for FlacSink {
    fn write(&mut self, samples: &[f32]) -> io::Result<()> {
        self.whole.clear();
        self.whole.extend(samples.iter().map(|sample| quantise(*sample)));
        self.encoder.write(&self.whole).map_err(told)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.encoder.finalize().map_err(told)?;
        self.stream.finish()
    }
}

fn told(error: flac_codec::Error) -> io::Error {
    match error {
        flac_codec::Error::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

/// What a FLAC file holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Held {
    pub(super) channels: usize,
    pub(super) frames: u64,
    /// CRC-32 of its samples, as a WAV file of 24 bits has them.
    pub(super) sum: u32,
}

/// Decodes a whole file; `None` when `tell`, which is given the frames up to there, breaks.
///
/// # Errors
/// What the disk or the decoder says.
pub(super) fn held(
    disk: &dyn Disk,
    path: &Path,
    tell: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> io::Result<Option<Held>> {
    let other = |error: symphonia::core::errors::Error| io::Error::other(error.to_string());
    let media = Media(std::sync::Mutex::new(ReadStream::new(disk.open(path, Access::Read)?)?));
    let stream = MediaSourceStream::new(Box::new(media), Default::default());
    let (formats, tags) = (FormatOptions::default(), MetadataOptions::default());
    let mut reader = symphonia::default::get_probe().probe(&Hint::new(), stream, formats, tags).map_err(other)?;
    let parameters = reader.default_track(TrackType::Audio).and_then(|track| track.codec_params.as_ref()?.audio());
    let parameters = parameters.ok_or(io::ErrorKind::InvalidData)?;
    let options = AudioDecoderOptions::default();
    let mut decoder = symphonia::default::get_codecs().make_audio_decoder(parameters, &options).map_err(other)?;
    let (mut held, mut sum, mut samples, mut bytes) = (Held::default(), Sum::default(), Vec::new(), Vec::new());
    while let Some(packet) = reader.next_packet().map_err(other)? {
        let block = decoder.decode(&packet).map_err(other)?;
        held.channels = block.spec().channels().count();
        samples.resize(block.samples_interleaved(), 0.0_f32);
        block.copy_to_slice_interleaved(&mut samples[..]);
        bytes.clear();
        samples.iter().for_each(|sample| bytes.extend_from_slice(&quantise(*sample).to_le_bytes()[..3]));
        sum.take(&bytes);
        held.frames += (samples.len() / held.channels.max(1)) as u64;
        if tell(held.frames).is_break() {
            return Ok(None);
        }
    }
    held.sum = sum.value();
    Ok(Some(held))
}
