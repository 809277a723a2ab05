//! Opus both ways, set for music: stereo, constant bit rate, packets of 10 or 20 ms, complexity 10.
//!
//! The encoder is told that it hears music, whatever it hears: for what it takes for speech it would leave CELT below
//! about 40 kb/s. In-band FEC stays off: at music rates it turns the encoder from CELT to SILK, and the separation of left and right
//! falls from 56 to 25 dB (measured with libopus 1.6.1). DTX stays off: a quiet passage is still music.

pub mod ogg;

use opus::{Application, Bitrate, Channels, Signal};

use crate::limits::{BITRATES, MAX_PACKET_BYTES, PACKET_FRAMES, RATE_FLOOR, SAMPLE_RATE};

/// Samples of one packet, interleaved left and right.
pub const PACKET_SAMPLES: usize = 2 * PACKET_FRAMES;

/// How much sound one packet of the air holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum PacketLength {
    /// 10 ms: sooner heard.
    #[default]
    Short,
    /// 20 ms: half the headers, half the packets that can be lost.
    Long,
}

impl PacketLength {
    /// In frames: one or two times [`PACKET_FRAMES`].
    #[must_use]
    pub fn frames(self) -> usize {
        match self {
            Self::Short => PACKET_FRAMES,
            Self::Long => 2 * PACKET_FRAMES,
        }
    }

    /// In milliseconds.
    #[must_use]
    pub fn milliseconds(self) -> u32 {
        (1_000 * self.frames() / SAMPLE_RATE as usize) as u32
    }

    /// How many there are in a second.
    #[must_use]
    pub fn per_second(self) -> f64 {
        f64::from(SAMPLE_RATE) / self.frames() as f64
    }
}

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

/// Stereo sound into packets of either [`PacketLength`], as they come. Neither encoding nor any change allocates or frees.
pub struct Encoder {
    opus: opus::Encoder,
    packet: [u8; MAX_PACKET_BYTES],
}

impl Encoder {
    /// An encoder at `bitrate` bit/s, from [`RATE_FLOOR`] to the highest of [`BITRATES`].
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
        opus.set_signal(Signal::Music)?;
        let mut encoder = Self { opus, packet: [0; MAX_PACKET_BYTES] };
        encoder.set_bitrate(bitrate)?;
        Ok(encoder)
    }

    /// Changes the bit rate from the next packet on, without a click; see [`Self::new`] for the range.
    ///
    /// # Errors
    /// None in practice: the range is within Opus's own.
    pub fn set_bitrate(&mut self, bitrate: u32) -> Result<(), CodecError> {
        let bitrate = bitrate.clamp(RATE_FLOOR, *BITRATES.end());
        Ok(self.opus.set_bitrate(Bitrate::Bits(bitrate as i32))?)
    }

    /// Tells how many percent of the packets are lost: the more, the less each one depends on the one before.
    ///
    /// # Errors
    /// None in practice.
    pub fn expect_loss(&mut self, percent: u8) -> Result<(), CodecError> {
        Ok(self.opus.set_packet_loss_perc(i32::from(percent.min(100)))?)
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

    /// Encodes the interleaved samples of one packet; the packet is valid until the next call.
    ///
    /// # Errors
    /// They are of neither [`PacketLength`].
    pub fn encode(&mut self, samples: &[f32]) -> Result<&[u8], CodecError> {
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
#[path = "codec_tests.rs"]
mod tests;
