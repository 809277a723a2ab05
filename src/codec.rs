//! Opus both ways, set for music: stereo, constant bit rate, 10 ms packets, complexity 10.
//!
//! In-band FEC stays off: at music rates it turns the encoder from CELT to SILK, and the separation of left and right
//! falls from 56 to 25 dB (measured with libopus 1.6.1). DTX stays off: a quiet passage is still music.

pub mod ogg;

use opus::{Application, Bitrate, Channels};

use crate::limits::{BITRATES, MAX_PACKET_BYTES, PACKET_FRAMES, SAMPLE_RATE};

/// Samples of one packet, interleaved left and right.
pub const PACKET_SAMPLES: usize = 2 * PACKET_FRAMES;

/// Frames of one packet in a file (20 ms): half the packets of the air for the same sound, and nobody waits for them.
pub const FILE_PACKET_FRAMES: usize = 2 * PACKET_FRAMES;

/// The codec refused. Only a packet that is no Opus can cause it; the encoder's settings are fixed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("opus: {0}")]
pub struct CodecError(String);

impl From<opus::Error> for CodecError {
    fn from(error: opus::Error) -> Self {
        Self(error.to_string())
    }
}

/// Stereo sound into packets of 10 ms. Encoding neither allocates nor frees.
pub struct Encoder {
    opus: opus::Encoder,
    packet: [u8; MAX_PACKET_BYTES],
}

impl Encoder {
    /// An encoder at `bitrate` bit/s, taken into [`BITRATES`].
    ///
    /// # Errors
    /// libopus has no memory.
    pub fn new(bitrate: u32) -> Result<Self, CodecError> {
        let mut opus = opus::Encoder::new(SAMPLE_RATE, Channels::Stereo, Application::Audio)?;
        opus.set_complexity(10)?;
        opus.set_vbr(false)?;
        opus.set_dtx(false)?;
        opus.set_inband_fec(false)?;
        opus.set_packet_loss_perc(0)?;
        opus.set_force_channels(Some(Channels::Stereo))?;
        let mut encoder = Self { opus, packet: [0; MAX_PACKET_BYTES] };
        encoder.set_bitrate(bitrate)?;
        Ok(encoder)
    }

    /// Changes the bit rate from the next packet on, taken into [`BITRATES`].
    ///
    /// # Errors
    /// None in practice: the range is within Opus's own.
    pub fn set_bitrate(&mut self, bitrate: u32) -> Result<(), CodecError> {
        let bitrate = bitrate.clamp(*BITRATES.start(), *BITRATES.end());
        Ok(self.opus.set_bitrate(Bitrate::Bits(bitrate as i32))?)
    }

    /// Forgets the sound before: for the first packet after a pause.
    ///
    /// # Errors
    /// None in practice.
    pub fn reset(&mut self) -> Result<(), CodecError> {
        Ok(self.opus.reset_state()?)
    }

    /// How much later than its input a sound stands in the decoded output, in frames (RFC 6716: the look-ahead).
    ///
    /// # Errors
    /// None in practice.
    pub fn lookahead(&mut self) -> Result<usize, CodecError> {
        Ok(usize::try_from(self.opus.get_lookahead()?).unwrap_or(0))
    }

    /// Encodes 10 ms; the packet is valid until the next call.
    ///
    /// # Errors
    /// None in practice: the length is fixed and the buffer holds the largest packet.
    pub fn encode(&mut self, samples: &[f32; PACKET_SAMPLES]) -> Result<&[u8], CodecError> {
        let length = self.opus.encode_float(samples, &mut self.packet)?;
        Ok(&self.packet[..length])
    }
}

/// Sound of one or two channels into packets of 20 ms for a file: the bit rate varies with the music.
pub struct FileEncoder {
    opus: opus::Encoder,
    packet: [u8; MAX_PACKET_BYTES],
}

impl FileEncoder {
    /// An encoder for that many channels at `bitrate` bit/s for two of them, taken into [`BITRATES`]; one has half of it.
    ///
    /// # Errors
    /// libopus has no memory.
    pub fn new(channels: usize, bitrate: u32) -> Result<Self, CodecError> {
        let bitrate = bitrate.clamp(*BITRATES.start(), *BITRATES.end());
        let (channels, bitrate) =
            if channels == 1 { (Channels::Mono, bitrate / 2) } else { (Channels::Stereo, bitrate) };
        let mut opus = opus::Encoder::new(SAMPLE_RATE, channels, Application::Audio)?;
        opus.set_complexity(10)?;
        opus.set_vbr(true)?;
        opus.set_dtx(false)?;
        opus.set_force_channels(Some(channels))?;
        opus.set_bitrate(Bitrate::Bits(bitrate as i32))?;
        Ok(Self { opus, packet: [0; MAX_PACKET_BYTES] })
    }

    /// How much later than its input a sound stands in the decoded output, in frames (RFC 6716: the look-ahead).
    ///
    /// # Errors
    /// None in practice.
    pub fn lookahead(&mut self) -> Result<usize, CodecError> {
        Ok(usize::try_from(self.opus.get_lookahead()?).unwrap_or(0))
    }

    /// Encodes [`FILE_PACKET_FRAMES`]; the packet is valid until the next call.
    ///
    /// # Errors
    /// Not that many frames.
    pub fn encode(&mut self, samples: &[f32]) -> Result<&[u8], CodecError> {
        let length = self.opus.encode_float(samples, &mut self.packet)?;
        Ok(&self.packet[..length])
    }
}

/// Packets back into stereo sound.
pub struct Decoder {
    opus: opus::Decoder,
}

impl Decoder {
    /// A decoder at 48 kHz.
    ///
    /// # Errors
    /// libopus has no memory.
    pub fn new() -> Result<Self, CodecError> {
        Ok(Self { opus: opus::Decoder::new(SAMPLE_RATE, Channels::Stereo)? })
    }

    /// Decodes one packet into interleaved samples and says how many frames it held. An empty packet stands for a lost
    /// one, which is concealed for as many frames as `into` has room for.
    ///
    /// # Errors
    /// The packet is no Opus, or `into` is too short for it.
    pub fn decode(&mut self, packet: &[u8], into: &mut [f32]) -> Result<usize, CodecError> {
        Ok(self.opus.decode_float(packet, into, false)?)
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    /// Left 1,000 Hz and right 1,500 Hz at −18 dBFS, encoded and decoded.
    fn there_and_back(bitrate: u32, packets: usize) -> (Vec<[f32; 2]>, Vec<usize>) {
        let (mut encoder, mut decoder) = (Encoder::new(bitrate).unwrap(), Decoder::new().unwrap());
        let level = 10f64.powf(-18.0 / 20.0);
        let tone = |hz: f64, frame: usize| (level * (TAU * hz * frame as f64 / 48_000.0).sin()) as f32;
        let (mut heard, mut sizes) = (Vec::new(), Vec::new());
        for packet in 0..packets {
            let mut samples = [0.0; PACKET_SAMPLES];
            for (i, frame) in samples.chunks_exact_mut(2).enumerate() {
                let at = packet * PACKET_FRAMES + i;
                frame.copy_from_slice(&[tone(1_000.0, at), tone(1_500.0, at)]);
            }
            let payload = encoder.encode(&samples).unwrap();
            sizes.push(payload.len());
            let mut out = [0.0; PACKET_SAMPLES];
            assert_eq!(decoder.decode(payload, &mut out).unwrap(), PACKET_FRAMES);
            heard.extend(out.chunks_exact(2).map(|frame| [frame[0], frame[1]]));
        }
        (heard, sizes)
    }

    /// The level of one frequency in dB (Goertzel over whole periods).
    fn level_db(sound: impl Iterator<Item = f32>, hz: f64) -> f64 {
        let (mut re, mut im, mut n) = (0.0, 0.0, 0u32);
        for (i, sample) in sound.enumerate() {
            let phase = TAU * hz * i as f64 / 48_000.0;
            re += f64::from(sample) * phase.cos();
            im += f64::from(sample) * phase.sin();
            n += 1;
        }
        20.0 * (2.0 * re.hypot(im) / f64::from(n)).log10()
    }

    #[test]
    fn left_and_right_stay_apart_at_the_usual_rate() {
        let (heard, _) = there_and_back(256_000, 200);
        let settled = &heard[48_000..96_000];
        let (left, right) = (settled.iter().map(|f| f[0]), settled.iter().map(|f| f[1]));
        let left_separation = level_db(left.clone(), 1_000.0) - level_db(left, 1_500.0);
        let right_separation = level_db(right.clone(), 1_500.0) - level_db(right.clone(), 1_000.0);
        assert!(left_separation >= 50.0, "left {left_separation:.1} dB");
        assert!(right_separation >= 50.0, "right {right_separation:.1} dB");
        assert!((level_db(right, 1_500.0) + 18.0).abs() < 0.5);
    }

    #[test]
    fn every_packet_has_exactly_the_size_of_its_bit_rate() {
        for bitrate in [64_000, 128_000, 256_000, 320_000, 510_000] {
            let (_, sizes) = there_and_back(bitrate, 50);
            // libopus rounds a rate that is no whole number of bytes in 10 ms.
            let bytes = (bitrate as usize).div_ceil(800);
            assert!(sizes.iter().all(|size| *size == bytes), "{bitrate}: {sizes:?}");
        }
    }

    #[test]
    fn a_rate_outside_the_range_becomes_the_nearest_allowed_one() {
        let mut encoder = Encoder::new(1).unwrap();
        assert_eq!(encoder.encode(&[0.1; PACKET_SAMPLES]).unwrap().len(), 80);
        encoder.set_bitrate(u32::MAX).unwrap();
        assert_eq!(encoder.encode(&[0.1; PACKET_SAMPLES]).unwrap().len(), 638);
    }

    #[test]
    fn what_is_no_opus_is_refused() {
        let mut into = [0.0; PACKET_SAMPLES];
        assert!(Decoder::new().unwrap().decode(&[0xff; 3], &mut into).is_err());
    }
}
