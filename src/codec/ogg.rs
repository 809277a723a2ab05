//! The two packets that begin Opus in Ogg (RFC 7845 §5), and how long a packet is.

use crate::limits::SAMPLE_RATE;

/// The identification header (RFC 7845 §5.1): no gain, since what is to be louder is made louder. `pre_skip` is the
/// encoder's look-ahead in frames.
#[must_use]
pub fn opus_head(channels: u8, pre_skip: u16) -> Vec<u8> {
    let mut head = b"OpusHead\x01".to_vec();
    head.push(channels);
    head.extend_from_slice(&pre_skip.to_le_bytes());
    head.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    head.extend_from_slice(&0i16.to_le_bytes());
    head.push(0);
    head
}

/// The comment header (RFC 7845 §5.2), of names and values.
#[must_use]
pub fn opus_tags(comments: &[(String, String)]) -> Vec<u8> {
    let mut tags = b"OpusTags".to_vec();
    let mut text = |text: &str| {
        tags.extend_from_slice(&(text.len() as u32).to_le_bytes());
        tags.extend_from_slice(text.as_bytes());
    };
    text(concat!("korero ", env!("CARGO_PKG_VERSION")));
    let mut list = (comments.len() as u32).to_le_bytes().to_vec();
    for (name, value) in comments {
        let line = format!("{name}={value}");
        list.extend_from_slice(&(line.len() as u32).to_le_bytes());
        list.extend_from_slice(line.as_bytes());
    }
    tags.append(&mut list);
    tags
}

/// The frames of a packet at 48 kHz, as its first byte says (RFC 6716 §3.1); 0 for what is no packet.
#[must_use]
pub fn packet_frames(packet: &[u8]) -> u64 {
    let Some(toc) = packet.first() else { return 0 };
    let each = match toc >> 3 {
        silk @ 0..12 => [480, 960, 1_920, 2_880][usize::from(silk & 3)],
        hybrid @ 12..16 => [480, 960][usize::from(hybrid & 1)],
        celt => [120, 240, 480, 960][usize::from(celt & 3)],
    };
    let count = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => packet.get(1).map_or(0, |count| u64::from(count & 0x3f)),
    };
    each * count
}

/// A packet that asks the decoder to conceal as much sound as each frame of `like` holds (RFC 6716 §3.1, a frame without
/// data), at the price of a byte. `None` when `like` is no packet.
#[must_use]
pub fn concealment(like: &[u8]) -> Option<[u8; 1]> {
    like.first().map(|toc| [toc & !3])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Decoder, Encoder, FILE_PACKET_FRAMES, FileEncoder, PACKET_SAMPLES};
    use crate::limits::PACKET_FRAMES;

    #[test]
    fn the_length_of_a_packet_is_the_one_that_the_decoder_finds() {
        let mut encoder = Encoder::new(128_000).unwrap();
        let packet = encoder.encode(&[0.1; PACKET_SAMPLES]).unwrap().to_vec();
        assert_eq!(packet_frames(&packet), PACKET_FRAMES as u64);
        let mut file = FileEncoder::new(2, 64_000).unwrap();
        assert_eq!(packet_frames(file.encode(&[0.1; 2 * FILE_PACKET_FRAMES]).unwrap()), FILE_PACKET_FRAMES as u64);
        let mut sound = [0.0; 2 * 5_760];
        let lost = concealment(&packet).unwrap();
        assert_eq!(Decoder::new().unwrap().decode(&lost, &mut sound).unwrap() as u64, packet_frames(&lost));
        assert_eq!((packet_frames(&[]), packet_frames(&[0xff]), concealment(&[])), (0, 0, None));
        assert_eq!(packet_frames(&[0b1111_1011, 3]), 3 * 960);
    }
}
