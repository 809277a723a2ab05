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
    assert_eq!(encoder.encode(&[0.1; PACKET_SAMPLES]).unwrap().len(), 40);
    encoder.set_bitrate(u32::MAX).unwrap();
    assert_eq!(encoder.encode(&[0.1; PACKET_SAMPLES]).unwrap().len(), 638);
}

#[test]
fn what_is_no_opus_is_refused() {
    let mut into = [0.0; PACKET_SAMPLES];
    assert!(Decoder::new().unwrap().decode(&[0xff; 3], &mut into).is_err());
}

/// Something like speech: a voice of 140 Hz with formants that comes and goes, nearly the same on both sides.
fn speech(frame: usize) -> [f32; 2] {
    let at = frame as f64 / 48_000.0;
    let syllable = (TAU * 3.5 * at).sin().max(0.0);
    let voice: f64 = (1..20).map(|n| (TAU * 140.0 * f64::from(n) * at).sin() / f64::from(n)).sum();
    let left = 0.2 * syllable * voice;
    [left as f32, (0.8 * left) as f32]
}

/// Two chords, one on each side.
fn music(frame: usize) -> [f32; 2] {
    let at = frame as f64 / 48_000.0;
    let chord = |notes: [f64; 3]| notes.iter().map(|hz| 0.1 * (TAU * hz * at).sin()).sum::<f64>() as f32;
    [chord([220.0, 554.4, 1_318.5]), chord([329.6, 880.0, 2_637.0])]
}

/// The mode is the first 5 bits of a packet (RFC 6716 §3.1): CELT from 16 on; the next one says stereo.
fn is_stereo_celt(packet: &[u8]) -> bool {
    packet[0] >> 3 >= 16 && packet[0] >> 2 & 1 == 1
}

#[test]
fn at_every_rate_and_length_and_whatever_it_hears_the_encoder_stays_in_stereo_and_in_celt() {
    for bitrate in [32_000, 48_000, 64_000, 96_000, 128_000, 256_000, 510_000] {
        for length in [PacketLength::Short, PacketLength::Long] {
            for (sound, loss) in [(speech as fn(usize) -> [f32; 2], 0), (music, 0), (speech, 20), (music, 20)] {
                let mut encoder = Encoder::new(bitrate).unwrap();
                encoder.expect_loss(loss).unwrap();
                for packet in 0..100 {
                    let first = packet * length.frames();
                    let samples: Vec<f32> = (first..first + length.frames()).flat_map(sound).collect();
                    let payload = encoder.encode(&samples).unwrap();
                    assert!(is_stereo_celt(payload), "{bitrate} {length:?} {loss}: TOC {:#x}", payload[0]);
                    let bytes = bitrate as usize * length.frames() / 48_000 / 8;
                    assert!(payload.len().abs_diff(bytes) <= 1, "{bitrate} {length:?}: {}", payload.len());
                }
            }
        }
    }
}

/// Encodes with the setting that `at` gives for each packet, and decodes.
fn with_changes(
    packets: usize,
    sound: fn(usize) -> [f32; 2],
    at: impl Fn(usize) -> (u32, PacketLength),
) -> Vec<[f32; 2]> {
    let (mut encoder, mut decoder) = (Encoder::new(256_000).unwrap(), Decoder::new().unwrap());
    let (mut heard, mut first) = (Vec::new(), 0);
    for packet in 0..packets {
        let (bitrate, length) = at(packet);
        encoder.set_bitrate(bitrate).unwrap();
        let samples: Vec<f32> = (first..first + length.frames()).flat_map(sound).collect();
        let payload = encoder.encode(&samples).unwrap();
        let mut out = vec![0.0; samples.len()];
        assert_eq!(decoder.decode(payload, &mut out).unwrap(), length.frames());
        heard.extend(out.chunks_exact(2).map(|frame| [frame[0], frame[1]]));
        first += length.frames();
    }
    heard
}

/// The loudest of what differs from the sound that went in, from 0.2 s on, in 1 ms pieces, dB.
fn worst_difference_db(heard: &[[f32; 2]], sound: fn(usize) -> [f32; 2], lookahead: usize) -> f64 {
    let difference = |frame: usize| {
        let (out, put) = (heard[frame], sound(frame - lookahead));
        [0, 1].map(|side| f64::from(out[side] - put[side]).powi(2)).iter().sum::<f64>()
    };
    let frames: Vec<f64> = (9_600..heard.len()).map(difference).collect();
    let worst = frames.chunks_exact(48).map(|ms| ms.iter().sum::<f64>() / 48.0).reduce(f64::max).unwrap();
    10.0 * worst.log10()
}

#[test]
fn a_change_of_rate_or_length_makes_no_click() {
    let lookahead = Encoder::new(256_000).unwrap().lookahead().unwrap();
    let steady = |bitrate| {
        let heard = with_changes(200, music, |_| (bitrate, PacketLength::Short));
        worst_difference_db(&heard, music, lookahead)
    };
    let steps = [256_000, 96_000, 32_000, 64_000, 192_000, 510_000, 48_000];
    let changing = |packet: usize| {
        let length = if (packet / 7).is_multiple_of(2) { PacketLength::Short } else { PacketLength::Long };
        (steps[packet / 5 % steps.len()], length)
    };
    let heard = with_changes(300, music, changing);
    let worst = worst_difference_db(&heard, music, lookahead);
    // A click would stand out of what the lowest of the rates loses anyway.
    let lowest = steady(32_000);
    assert!(worst <= lowest + 3.0, "{worst:.1} dB while changing, {lowest:.1} dB at the lowest rate");
}

#[test]
fn left_and_right_stay_apart_at_the_floor() {
    let tones = |frame: usize| {
        let tone = |hz: f64| (0.125 * (TAU * hz * frame as f64 / 48_000.0).sin()) as f32;
        [tone(1_000.0), tone(1_500.0)]
    };
    let heard = with_changes(150, tones, |_| (RATE_FLOOR, PacketLength::Long));
    let settled = &heard[48_000..96_000];
    let (left, right) = (settled.iter().map(|f| f[0]), settled.iter().map(|f| f[1]));
    let left_separation = level_db(left.clone(), 1_000.0) - level_db(left, 1_500.0);
    let right_separation = level_db(right.clone(), 1_500.0) - level_db(right, 1_000.0);
    assert!(left_separation >= 30.0 && right_separation >= 30.0, "{left_separation:.1} and {right_separation:.1} dB");
}
