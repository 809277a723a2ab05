//! What is left of an evening: the packets that arrived, and the master, looked at bit by bit.

use std::collections::BTreeMap;

use korero::codec::Encoder;
use korero::destination::DestinationId;
use korero::stage::report::{AirReport, Report};
use tempfile::TempDir;

use crate::figure;
use crate::ingest::{Heard, Kept};

/// Channels of the master, and frames of one short packet.
const CHANNELS: usize = 2;
const CELL: usize = 480;
/// What limiter and effects still hold back when the take ends, frames at most.
const HELD_BACK: u64 = 9_600;

/// An evening that is over.
pub(crate) struct Evening {
    report: Report,
    /// Where the engine was when the end was asked for.
    asked_at: u64,
    heard: Vec<Heard>,
    bitrate: u32,
    /// Number of the master's first frame, and the bits of its samples.
    master: (u64, Vec<u32>),
    _folder: TempDir,
}

impl Evening {
    pub(crate) fn new((report, asked_at): (Report, u64), kept: Option<&Kept>, bitrate: u32, folder: TempDir) -> Self {
        assert_eq!(report.recorded.len(), 1, "one take: {:?}", report.recorded);
        let file = &report.recorded[0];
        let reader = hound::WavReader::open(&file.path).expect("a WAV file");
        let samples: Vec<u32> =
            reader.into_samples::<f32>().map(|sample| sample.expect("a sample").to_bits()).collect();
        assert_eq!(samples.len() as u64, CHANNELS as u64 * file.frames);
        let heard = kept.map(in_order).unwrap_or_default();
        Self { master: (file.first_frame.0, samples), heard, report, asked_at, bitrate, _folder: folder }
    }

    /// Nothing is missing on the time line: not in the take, not on air.
    pub(crate) fn is_without_a_gap(&self, name: &str) {
        let file = &self.report.recorded[0];
        figure(&format!("{name}: frames captured"), self.report.position.0);
        figure(
            &format!("{name}: frames in the take, in gaps (0)"),
            format!("{}, {}", file.frames, missing(&file.gaps)),
        );
        assert!(!self.report.recording_short && file.gaps.is_empty(), "{:?}", file.gaps);
        let ends = file.first_frame.0 + file.frames;
        assert!(
            ends + HELD_BACK >= self.asked_at,
            "it ends at {ends}, and not when that is asked for: {}",
            self.asked_at
        );
        let air = self.air();
        let (jumps, backwards) = steps(&self.heard);
        figure(
            &format!("{name}: packets that arrived, frames missing between them (0)"),
            format!("{}, {jumps}", self.heard.len()),
        );
        figure(&format!("{name}: frames that did not go out (0)"), air.frames_lost);
        assert_eq!((backwards, air.steps.wrong, air.reconnects), (0, 0, 0), "{:?}", air.steps);
        // What a stall of the machine itself left out is told, frame by frame; the prover asks for a quiet one.
        let told = missing(&air.gaps);
        assert!(jumps <= told, "{jumps} frames are missing on air, {told} are told");
        assert!(!crate::at_full_length() || jumps == 0, "{jumps}");
        assert!(self.heard.len() >= 100, "a second of packets: {}", self.heard.len());
        self.was_encoded_from_the_take(name);
    }

    /// Both takes are the same, bit by bit, as far as they overlap.
    pub(crate) fn is_the_sound_of(&self, alone: &Self, name: &str) {
        let begins = self.master.0.max(alone.master.0);
        let (one, other) = (self.from(begins), alone.from(begins));
        let common = one.len().min(other.len());
        let differing = one.iter().zip(other).filter(|(a, b)| a != b).count();
        figure(&format!("{name}: frames compared with a run without a window"), common / CHANNELS);
        figure(&format!("{name}: samples that differ (0)"), differing);
        assert!(common >= 48_000 * CHANNELS, "{common} samples");
        let loud = one.iter().filter(|bits| f32::from_bits(**bits).abs() > 0.001).count();
        assert!(loud > common / 2, "silence proves nothing: {loud} of {common}");
        assert_eq!(differing, 0);
    }

    fn air(&self) -> &AirReport {
        &self.report.air[&DestinationId(1)]
    }

    /// The master from a frame on.
    fn from(&self, frame: u64) -> &[u32] {
        let (first, samples) = &self.master;
        let at = CHANNELS * usize::try_from(frame - first).expect("it fits");
        &samples[at.min(samples.len())..]
    }

    /// The packets that arrived are those that the take gives when it is encoded again, until the encoder was first told to send
    /// less.
    fn was_encoded_from_the_take(&self, name: &str) {
        let times = &self.air().packet_times;
        let offset = times[0].rtp_time.wrapping_sub(times[0].frame.0 as u32);
        let first = times[0].frame.0;
        let by_time: BTreeMap<u32, &[u8]> =
            self.heard.iter().map(|packet| (packet.rtp_time.wrapping_sub(offset), packet.payload.as_slice())).collect();
        let whole = (self.bitrate as usize / 8) * CELL / 48_000;
        let mut encoder = Encoder::new(self.bitrate).expect("an encoder");
        let (mut same, mut other) = (0, 0);
        for (number, cell) in self.from(first).chunks_exact(CHANNELS * CELL).enumerate() {
            let sound: Vec<f32> = cell.iter().map(|bits| f32::from_bits(*bits)).collect();
            let packet = encoder.encode(&sound).expect("it encodes");
            let frame = first + (number * CELL) as u64;
            match by_time.get(&(frame as u32)) {
                Some(arrived) if arrived.len() != whole => break,
                Some(arrived) if *arrived == packet => same += 1,
                Some(_) => other += 1,
                None => {}
            }
        }
        figure(
            &format!("{name}: packets of the same bits as the take encoded again, others (0)"),
            format!("{same}, {other}"),
        );
        assert!(same >= 50 && other == 0, "{same} the same, {other} others");
    }
}

fn missing(gaps: &[korero::timeline::Gap]) -> u64 {
    gaps.iter().map(|gap| gap.frames).sum()
}

/// What arrived, in the order in which it was sent, each packet once.
fn in_order(kept: &Kept) -> Vec<Heard> {
    let mut heard = kept.packets.lock().expect("nobody panics with it").clone();
    let first = heard.first().map_or(0, |packet| packet.sequence);
    heard.sort_by_key(|packet| packet.sequence.wrapping_sub(first).cast_signed());
    heard.dedup_by_key(|packet| packet.sequence);
    heard
}

/// Frames that are missing between packets, and steps that are no whole ones forward.
fn steps(heard: &[Heard]) -> (u64, usize) {
    let over = heard.windows(2).map(|pair| {
        let step = i64::from(pair[1].rtp_time.wrapping_sub(pair[0].rtp_time).cast_signed());
        step - frames_of(&pair[0].payload)
    });
    let over: Vec<i64> = over.collect();
    let wrong = over.iter().filter(|over| **over < 0 || **over % CELL as i64 != 0).count();
    (over.iter().map(|over| (*over).max(0).unsigned_abs()).sum(), wrong)
}

/// How long a packet of music is, by its first byte (RFC 6716 §3.1: CELT has 2.5, 5, 10 and 20 ms).
fn frames_of(payload: &[u8]) -> i64 {
    let first = payload.first().copied().unwrap_or_default();
    let frame = [120, 240, 480, 960][usize::from(first >> 3) % 4];
    frame * if first & 3 == 0 { 1 } else { 2 }
}
