//! Whole sound files into memory: WAV by hound, FLAC by symphonia.

use std::fs::File;
use std::path::Path;

use hound::{SampleFormat, WavReader};
use korero_sentences::key;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use crate::fault::Fault;
use crate::limits::SCRIPT_SAMPLES;

/// A sound file in memory, interleaved.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Sound {
    pub(super) channels: usize,
    pub(super) rate: u32,
    samples: Samples,
}

/// As exact as the file, and no larger than that needs: a multitrack is minutes of many inputs.
#[derive(Clone, PartialEq, Debug)]
enum Samples {
    Sixteen(Vec<i16>),
    Float(Vec<f32>),
}

impl Sound {
    /// Frames of it.
    pub(super) fn frames(&self) -> usize {
        self.count() / self.channels
    }

    /// What `channel` hears at `frame`; silence past the end.
    #[inline]
    pub(super) fn sample(&self, frame: u64, channel: usize) -> f32 {
        let at = usize::try_from(frame).unwrap_or(usize::MAX).saturating_mul(self.channels) + channel;
        match &self.samples {
            Samples::Sixteen(samples) => samples.get(at).map_or(0.0, |sample| f32::from(*sample) / 32_768.0),
            Samples::Float(samples) => samples.get(at).copied().unwrap_or(0.0),
        }
    }

    /// Of all channels together.
    fn count(&self) -> usize {
        match &self.samples {
            Samples::Sixteen(samples) => samples.len(),
            Samples::Float(samples) => samples.len(),
        }
    }
}

/// What went wrong, in the words of the reader below.
type Detail = Box<dyn std::error::Error + Send + Sync>;

/// Reads a `.wav` or `.flac` completely.
pub(super) fn decode(path: &Path) -> Result<Sound, Fault> {
    let wav = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("wav"));
    let sound = if wav { decode_wav(path) } else { decode_flac(path) };
    match sound {
        Ok(sound) if sound.channels > 0 && sound.count() > 0 => Ok(sound),
        Ok(_) => Err(fault(path, "0 s")),
        Err(detail) => Err(fault(path, &detail.to_string())),
    }
}

fn fault(path: &Path, detail: &str) -> Fault {
    Fault::new(key::FAULT_AUDIO_FILE).with("file", path.display().to_string()).with("detail", detail)
}

fn decode_wav(path: &Path) -> Result<Sound, Detail> {
    let mut reader = WavReader::open(path)?;
    let spec = reader.spec();
    bounded(reader.len() as usize)?;
    let samples = match (spec.sample_format, spec.bits_per_sample) {
        (SampleFormat::Float, _) => Samples::Float(reader.samples::<f32>().collect::<Result<_, _>>()?),
        (SampleFormat::Int, 16) => Samples::Sixteen(reader.samples::<i16>().collect::<Result<_, _>>()?),
        (SampleFormat::Int, bits) => {
            let scale = 1.0 / (1_u64 << (bits - 1)) as f32;
            Samples::Float(reader.samples::<i32>().map(|s| s.map(|s| s as f32 * scale)).collect::<Result<_, _>>()?)
        }
    };
    Ok(Sound { channels: usize::from(spec.channels), rate: spec.sample_rate, samples })
}

fn decode_flac(path: &Path) -> Result<Sound, Detail> {
    let source = MediaSourceStream::new(Box::new(File::open(path)?), Default::default());
    let (formats, tags) = (FormatOptions::default(), MetadataOptions::default());
    let mut reader = symphonia::default::get_probe().probe(&Hint::new(), source, formats, tags)?;
    let track = reader.default_track(TrackType::Audio).ok_or("no track")?;
    let parameters = track.codec_params.as_ref().and_then(|p| p.audio()).ok_or("no codec")?;
    let mut decoder =
        symphonia::default::get_codecs().make_audio_decoder(parameters, &AudioDecoderOptions::default())?;
    let sixteen = parameters.bits_per_sample == Some(16);
    let samples = if sixteen { Samples::Sixteen(Vec::new()) } else { Samples::Float(Vec::new()) };
    let mut sound = Sound { channels: 0, rate: parameters.sample_rate.unwrap_or(0), samples };
    while let Some(packet) = reader.next_packet()? {
        let block = decoder.decode(&packet)?;
        sound.channels = block.spec().channels().count();
        let (from, more) = (sound.count(), block.samples_interleaved());
        bounded(from + more)?;
        match &mut sound.samples {
            Samples::Sixteen(samples) => {
                samples.resize(from + more, 0);
                block.copy_to_slice_interleaved(&mut samples[from..]);
            }
            Samples::Float(samples) => {
                samples.resize(from + more, 0.0);
                block.copy_to_slice_interleaved(&mut samples[from..]);
            }
        }
    }
    Ok(sound)
}

fn bounded(samples: usize) -> Result<(), Detail> {
    if samples > SCRIPT_SAMPLES { Err(format!("{samples} > {SCRIPT_SAMPLES}").into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::super::signal;
    use super::*;

    #[test]
    fn a_24_bit_wav_is_read_exactly() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let spec =
            hound::WavSpec { channels: 2, sample_rate: 48_000, bits_per_sample: 24, sample_format: SampleFormat::Int };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        for frame in 0..1_000 {
            writer.write_sample((signal::counter(frame) * 8_388_608.0) as i32).unwrap();
            writer.write_sample((signal::noise(frame, 1) * 8_388_608.0) as i32).unwrap();
        }
        writer.finalize().unwrap();
        let sound = decode(&path).unwrap();
        assert_eq!((sound.channels, sound.rate, sound.frames()), (2, 48_000, 1_000));
        for frame in 0..1_000_u64 {
            assert_eq!(sound.sample(frame, 0), signal::counter(frame));
            assert_eq!(sound.sample(frame, 1), signal::noise(frame, 1));
        }
        assert_eq!(sound.sample(1_000, 0), 0.0, "silence past the end");
    }

    #[test]
    fn sixteen_bits_are_read_exactly_from_wav_and_flac_alike() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let demo = decode(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/01 guitar.flac")).unwrap();
        let spec =
            hound::WavSpec { channels: 1, sample_rate: 48_000, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        for frame in 0..48_000 {
            let value = demo.sample(frame, 0) * 32_768.0;
            assert_eq!(value.fract(), 0.0);
            writer.write_sample(value as i16).unwrap();
        }
        writer.finalize().unwrap();
        let sound = decode(&path).unwrap();
        assert!((0..48_000).any(|frame| sound.sample(frame, 0) != 0.0));
        assert!((0..48_000).all(|frame| sound.sample(frame, 0) == demo.sample(frame, 0)));
    }

    #[test]
    fn a_file_that_is_none_is_told_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.flac");
        std::fs::write(&path, b"no sound").unwrap();
        assert!(decode(&path).unwrap_err().to_string().contains("a.flac"));
    }
}
