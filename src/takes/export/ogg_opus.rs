//! Ogg Opus files (RFC 7845) out, and what is heard of them.

use std::io::{self, BufReader};
use std::ops::ControlFlow;
use std::path::Path;

use ogg::{PacketReader, PacketWriteEndInfo, PacketWriter};

use super::stream::{ReadStream, WriteStream};
use super::tags::Comments;
use super::written::Sink;
use crate::codec::ogg::{opus_head, opus_tags};
use crate::codec::{CodecError, Decoder, FILE_PACKET_FRAMES, FileEncoder};
use crate::limits::SAMPLE_RATE;
use crate::record::disk::{Access, Disk, DiskFile};

/// The most channels that a file of the first mapping family holds (RFC 7845 §5.1.1.1).
pub(super) const MOST_CHANNELS: u16 = 2;
/// Packets of one page: a second, the most that RFC 7845 §3 recommends.
const PAGE_PACKETS: u64 = SAMPLE_RATE as u64 / FILE_PACKET_FRAMES as u64;

/// Sound of any length into whole packets. What is missing of the last one is silence.
pub(super) struct Packets {
    encoder: FileEncoder,
    waiting: Vec<f32>,
    packet: usize,
    pub(super) lookahead: u64,
}

impl Packets {
    pub(super) fn new(width: usize, bitrate: u32) -> io::Result<Self> {
        let mut encoder = FileEncoder::new(width, bitrate).map_err(refused)?;
        let lookahead = encoder.lookahead().map_err(refused)? as u64;
        Ok(Self { encoder, waiting: Vec::new(), packet: FILE_PACKET_FRAMES * width, lookahead })
    }

    /// Encodes what fills packets.
    pub(super) fn push(&mut self, samples: &[f32], each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        self.waiting.extend_from_slice(samples);
        let whole = self.waiting.len() - self.waiting.len() % self.packet;
        for samples in self.waiting[..whole].chunks_exact(self.packet) {
            each(self.encoder.encode(samples).map_err(refused)?)?;
        }
        self.waiting.drain(..whole);
        Ok(())
    }

    /// Encodes the rest and what is still on its way through the encoder.
    pub(super) fn end(&mut self, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let width = self.packet / FILE_PACKET_FRAMES;
        let rest = self.waiting.len() + self.lookahead as usize * width;
        let silence = vec![0.0; rest.next_multiple_of(self.packet) - self.waiting.len()];
        self.push(&silence, each)
    }
}

/// Packets into pages.
struct Pages {
    ogg: PacketWriter<'static, WriteStream>,
    /// The number of the stream, unlike those of others so that files may stand one after the other (RFC 3533 §4).
    serial: u32,
    /// The packet that was encoded last: only the very last one ends the stream.
    last: Option<Vec<u8>>,
    written: u64,
}

impl Pages {
    fn header(&mut self, packet: Vec<u8>) -> io::Result<()> {
        self.ogg.write_packet(packet, self.serial, PacketWriteEndInfo::EndPage, 0)
    }

    /// Keeps a packet and writes the one before it, whose granule position is the end of its sound (RFC 7845 §4).
    fn next(&mut self, packet: &[u8]) -> io::Result<()> {
        let Some(before) = self.last.replace(packet.to_vec()) else { return Ok(()) };
        self.written += 1;
        let ends_page = self.written.is_multiple_of(PAGE_PACKETS);
        let end = if ends_page { PacketWriteEndInfo::EndPage } else { PacketWriteEndInfo::NormalPacket };
        self.ogg.write_packet(before, self.serial, end, self.written * FILE_PACKET_FRAMES as u64)
    }

    /// Writes the last packet; its granule position cuts the silence behind the sound off (RFC 7845 §4.4).
    fn end(&mut self, position: u64) -> io::Result<()> {
        let packet = self.last.take().unwrap_or_default();
        self.ogg.write_packet(packet, self.serial, PacketWriteEndInfo::EndStream, position)
    }
}

pub(super) struct OpusSink {
    packets: Packets,
    pages: Pages,
    stream: WriteStream,
    frames: u64,
}

impl OpusSink {
    pub(super) fn new(
        file: Box<dyn DiskFile>,
        width: usize,
        frames: u64,
        bitrate: u32,
        comments: &Comments,
    ) -> io::Result<Self> {
        let stream = WriteStream::new(file);
        let packets = Packets::new(width, bitrate)?;
        let serial = uuid::Uuid::new_v4().as_fields().0;
        let mut pages = Pages { ogg: PacketWriter::new(stream.clone()), serial, last: None, written: 0 };
        pages.header(opus_head(width as u8, packets.lookahead as u16))?;
        pages.header(opus_tags(comments))?;
        Ok(Self { packets, pages, stream, frames })
    }
}

impl Sink for OpusSink {
    fn write(&mut self, samples: &[f32]) -> io::Result<()> {
        let Self { packets, pages, .. } = self;
        packets.push(samples, &mut |packet| pages.next(packet))
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        let Self { packets, pages, stream, frames } = &mut *self;
        packets.end(&mut |packet| pages.next(packet))?;
        pages.end(packets.lookahead + *frames)?;
        stream.finish()
    }
}

/// Packets back into sound, from its first frame to its last.
pub(super) struct Heard {
    decoder: Decoder,
    width: usize,
    stereo: Vec<f32>,
    skip: u64,
    left: u64,
}

impl Heard {
    pub(super) fn new(width: usize, pre_skip: u64, frames: u64) -> io::Result<Self> {
        let decoder = Decoder::new().map_err(refused)?;
        Ok(Self { decoder, width, stereo: vec![0.0; 2 * MOST_PACKET], skip: pre_skip, left: frames })
    }

    /// Decodes a packet and gives what is sound of it, interleaved.
    pub(super) fn packet(&mut self, packet: &[u8], into: &mut Vec<f32>) -> io::Result<()> {
        let frames = self.decoder.decode(packet, &mut self.stereo).map_err(refused)? as u64;
        let skip = self.skip.min(frames);
        self.skip -= skip;
        let taken = (frames - skip).min(self.left);
        self.left -= taken;
        into.clear();
        for frame in self.stereo[2 * skip as usize..].chunks_exact(2).take(taken as usize) {
            into.extend_from_slice(&frame[..self.width]);
        }
        Ok(())
    }
}

/// Frames of the longest packet (RFC 6716 §2): 120 ms.
const MOST_PACKET: usize = 5_760;

/// Decodes a whole file into `each`, which is given interleaved samples; gives its frames, or `None` when `each` breaks.
///
/// # Errors
/// What the disk or the decoder says; the file is no Ogg Opus of one stream.
pub(super) fn decode(
    disk: &dyn Disk,
    path: &Path,
    each: &mut dyn FnMut(&[f32]) -> ControlFlow<()>,
) -> io::Result<Option<u64>> {
    let end = end_of(disk, path)?;
    let mut reader = packets(disk, path)?;
    let head = next(&mut reader)?.ok_or(io::ErrorKind::InvalidData)?;
    let fits = head.len() >= 19 && head.starts_with(b"OpusHead\x01") && (1..=2).contains(&head[9]);
    if !fits || !next(&mut reader)?.is_some_and(|tags| tags.starts_with(b"OpusTags")) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let pre_skip = u64::from(u16::from_le_bytes([head[10], head[11]]));
    let width = usize::from(head[9]);
    let frames = end.saturating_sub(pre_skip);
    let mut heard = Heard::new(width, pre_skip, frames)?;
    let (mut samples, mut done) = (Vec::new(), 0);
    while let Some(packet) = next(&mut reader)? {
        heard.packet(&packet, &mut samples)?;
        done += (samples.len() / width) as u64;
        if each(&samples).is_break() {
            return Ok(None);
        }
    }
    Ok(Some(done))
}

/// The granule position of the end.
fn end_of(disk: &dyn Disk, path: &Path) -> io::Result<u64> {
    let (mut reader, mut end) = (packets(disk, path)?, 0);
    while let Some(packet) = reader.read_packet().map_err(io::Error::other)? {
        end = packet.absgp_page();
    }
    Ok(end)
}

fn packets(disk: &dyn Disk, path: &Path) -> io::Result<PacketReader<BufReader<ReadStream>>> {
    Ok(PacketReader::new(BufReader::new(ReadStream::new(disk.open(path, Access::Read)?)?)))
}

fn next(reader: &mut PacketReader<BufReader<ReadStream>>) -> io::Result<Option<Vec<u8>>> {
    Ok(reader.read_packet().map_err(io::Error::other)?.map(|packet| packet.data))
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err gives it")]
fn refused(error: CodecError) -> io::Error {
    io::Error::other(error.to_string())
}
