//! Opus packets into a stream of Ogg pages (RFC 7845). Pure: no clocks, no sockets.
//!
//! Sound that is missing becomes packets that ask the decoder to conceal it, as RFC 7845 §4.1 wants it of live streams:
//! time goes on, so that nobody's buffer runs dry, and no player has to take up a second stream, which many cannot.

use std::io;

use ogg::{PacketWriteEndInfo, PacketWriter};

use crate::codec::ogg::{concealment, opus_head, opus_tags, packet_frames};
use crate::limits::{ICECAST_MOST_CONCEALED, ICECAST_PAGE_FRAMES};
use crate::show::Show;
use crate::timeline::FrameIndex;

/// One logical stream, from its headers on.
pub(super) struct OggStream {
    ogg: PacketWriter<'static, Vec<u8>>,
    serial: u32,
    /// Frames in the stream so far: the granule position (RFC 7845 §4).
    granule: u64,
    /// Frames in the page that is being filled.
    in_page: u64,
    /// Where in the engine's time the stream is; `None` before the first packet.
    position: Option<FrameIndex>,
    /// The last packet's first byte, for what must be concealed.
    like: Vec<u8>,
}

impl OggStream {
    /// A stream whose encoder has `pre_skip` frames of look-ahead.
    pub(super) fn new(serial: u32, pre_skip: u16, show: &Show) -> io::Result<Self> {
        let mut ogg = PacketWriter::new(Vec::new());
        let comment = |name: &str, value: &str| (!value.is_empty()).then(|| (name.to_owned(), value.to_owned()));
        let comments: Vec<_> =
            [comment("ARTIST", &show.artist), comment("TITLE", &show.title)].into_iter().flatten().collect();
        for header in [opus_head(2, pre_skip), opus_tags(&comments)] {
            ogg.write_packet(header, serial, PacketWriteEndInfo::EndPage, 0)?;
        }
        Ok(Self { ogg, serial, granule: 0, in_page: 0, position: None, like: Vec::new() })
    }

    /// Takes the packet that begins at `start`; what is missing before it is concealed. `false` for one whose time is
    /// over already.
    pub(super) fn push(&mut self, start: FrameIndex, packet: Vec<u8>) -> io::Result<bool> {
        if self.position.is_some_and(|position| start < position) {
            return Ok(false);
        }
        self.conceal(start)?;
        // Less than a packet that is left, or more than is worth concealing: the stream goes on from here.
        self.position = Some(start);
        self.like = packet[..packet.len().min(1)].to_vec();
        self.write(packet)?;
        Ok(true)
    }

    /// Conceals everything that is missing before `until`, in whole packets; nothing before the first packet.
    pub(super) fn conceal(&mut self, until: FrameIndex) -> io::Result<()> {
        let (Some(position), Some(packet)) = (self.position, concealment(&self.like)) else { return Ok(()) };
        let (frames, each) = (until.since(position), packet_frames(&packet));
        if each == 0 || frames > ICECAST_MOST_CONCEALED {
            return Ok(());
        }
        (0..frames / each).try_for_each(|_| self.write(packet.to_vec()))
    }

    /// Ends the stream.
    pub(super) fn end(&mut self) -> io::Result<()> {
        let Some(packet) = concealment(&self.like) else { return Ok(()) };
        self.granule += packet_frames(&packet);
        self.ogg.write_packet(packet.to_vec(), self.serial, PacketWriteEndInfo::EndStream, self.granule)
    }

    /// The pages that are ready to be sent.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.ogg.inner_mut())
    }

    fn write(&mut self, packet: Vec<u8>) -> io::Result<()> {
        let frames = packet_frames(&packet);
        self.granule += frames;
        self.in_page += frames;
        self.position = self.position.map(|position| position.plus(frames));
        let full = self.in_page >= ICECAST_PAGE_FRAMES;
        let end = if full { PacketWriteEndInfo::EndPage } else { PacketWriteEndInfo::NormalPacket };
        if full {
            self.in_page = 0;
        }
        self.ogg.write_packet(packet, self.serial, end, self.granule)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use ogg::PacketReader;
    use proptest::prelude::*;

    use super::*;

    /// 10 ms of CELT, stereo, of one frame.
    fn packet(n: u64) -> Vec<u8> {
        vec![0b1111_0100, n as u8, 1]
    }

    /// Packets of the stream behind its headers, and the granule position of each page's end.
    fn read(bytes: Vec<u8>) -> (Vec<Vec<u8>>, Vec<u64>) {
        let (mut reader, mut packets, mut ends) = (PacketReader::new(Cursor::new(bytes)), Vec::new(), Vec::new());
        for n in 0.. {
            let Some(packet) = reader.read_packet().unwrap() else { break };
            if n >= 2 {
                ends.extend(packet.last_in_page().then(|| packet.absgp_page()));
                packets.push(packet.data);
            }
        }
        (packets, ends)
    }

    #[test]
    fn a_stream_begins_with_its_headers_and_the_names_of_the_show() {
        let show = Show { title: "Pō".into(), ..Show::default() };
        let mut stream = OggStream::new(7, 312, &show).unwrap();
        let mut reader = PacketReader::new(Cursor::new(stream.take()));
        let head = reader.read_packet().unwrap().unwrap();
        assert_eq!((head.stream_serial(), &head.data[..8], head.data[9]), (7, &b"OpusHead"[..], 2));
        assert_eq!(u16::from_le_bytes([head.data[10], head.data[11]]), 312);
        let tags = reader.read_packet().unwrap().unwrap();
        let text = String::from_utf8_lossy(&tags.data);
        assert!(text.starts_with("OpusTags") && text.contains("TITLE=Pō") && !text.contains("ARTIST"), "{text}");
    }

    proptest! {
        /// Whatever is missing or late, time in the stream is time in the engine, and the granule position is the sound
        /// that stands in the packets.
        #[test]
        fn time_in_the_stream_is_time_in_the_engine(steps in prop::collection::vec((0u64..8, any::<bool>()), 1..80)) {
            let mut stream = OggStream::new(1, 312, &Show::default()).unwrap();
            let (mut next, mut expected) = (100u64, Vec::new());
            for (skipped, late) in steps {
                next += if expected.is_empty() { 0 } else { skipped };
                expected.extend((0..if expected.is_empty() { 0 } else { skipped }).map(|_| None));
                prop_assert!(stream.push(FrameIndex(480 * next), packet(next)).unwrap());
                expected.push(Some(next as u8));
                next += 1;
                if late {
                    prop_assert!(!stream.push(FrameIndex(480 * (next - 1)), packet(0)).unwrap());
                }
            }
            stream.end().unwrap();
            let (packets, ends) = read(stream.take());
            let found: Vec<_> = packets.iter().map(|packet| packet.get(1).copied()).collect();
            prop_assert_eq!(&found[..found.len() - 1], &expected[..]);
            prop_assert_eq!(ends.last().copied(), Some(480 * found.len() as u64));
            prop_assert!(ends.windows(2).all(|two| two[1] > two[0] && two[1] - two[0] <= ICECAST_PAGE_FRAMES));
        }
    }

    #[test]
    fn after_a_very_long_gap_the_stream_goes_on_without_it() {
        let mut stream = OggStream::new(1, 312, &Show::default()).unwrap();
        stream.push(FrameIndex(0), packet(1)).unwrap();
        stream.push(FrameIndex(480 + ICECAST_MOST_CONCEALED + 480), packet(2)).unwrap();
        stream.end().unwrap();
        assert_eq!(read(stream.take()).1, [3 * 480]);
    }
}
