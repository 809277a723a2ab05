//! The demo recordings, for tests that need music.

use std::path::Path;

use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

const RATE: usize = 48_000;

/// The first `seconds` of a recording, its channels' mean; `None` when it is not there.
pub(crate) fn flac(name: &str, seconds: usize) -> Option<Vec<f32>> {
    let file = std::fs::File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/demo").join(name)).ok()?;
    let source = MediaSourceStream::new(Box::new(file), Default::default());
    let probe = symphonia::default::get_probe();
    let mut reader = probe.probe(&Hint::new(), source, FormatOptions::default(), MetadataOptions::default()).ok()?;
    let parameters = reader.default_track(TrackType::Audio)?.codec_params.as_ref()?.audio()?.clone();
    let options = AudioDecoderOptions::default();
    let mut decoder = symphonia::default::get_codecs().make_audio_decoder(&parameters, &options).ok()?;
    let mut sound = Vec::new();
    while let Ok(Some(packet)) = reader.next_packet() {
        let block = decoder.decode(&packet).ok()?;
        let channels = block.spec().channels().count();
        let mut samples = vec![0.0_f32; block.samples_interleaved()];
        block.copy_to_slice_interleaved(&mut samples);
        sound.extend(samples.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32));
        if sound.len() >= seconds * RATE {
            break;
        }
    }
    Some(sound)
}
