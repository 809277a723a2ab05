//! The ring detector on simulated loops of microphone and loudspeaker, and on music, where nothing rings.

#![expect(clippy::print_stdout, reason = "figures for the proof")]

mod demo;

use std::f64::consts::TAU;

use korero_dsp::ring::{HOLD_OFF, HOP, Ring, RingDetector};

const RATE: usize = 48_000;

fn is_long() -> bool {
    std::env::var_os("KORERO_PROVE").is_some()
}

/// The song, as the demo desk mixes it but in one channel: about 8 dB below what clips.
fn song(seconds: usize) -> Vec<f32> {
    let parts = [
        ("01 guitar", 0.9),
        ("03 double bass", 0.9),
        ("04 brushes", 1.0),
        ("06 piano", 0.75),
        ("08 lead voice", 1.0),
        ("09 backing voice", 0.63),
        ("10 shaker", 0.7),
    ];
    let mut mix = vec![0.0; seconds * RATE];
    for (name, gain) in parts {
        let sound = demo::flac(&format!("{name}.flac"), seconds).expect("the demo is there");
        mix.iter_mut().zip(sound).for_each(|(mix, sample)| *mix += 0.8 * gain * sample);
    }
    mix
}

/// A room as a microphone hears a loudspeaker in it: a delay, a weak direct sound, and resonances of frequency (Hz), width
/// and gain.
struct Room {
    delay: usize,
    modes: Vec<(f64, f64, f64)>,
}

struct Mode {
    gain: f64,
    poles: [f64; 2],
    state: [f64; 2],
    past: [f64; 2],
    scale: f64,
}

impl Mode {
    /// A band-pass that gives 1 at its middle (R. Bristow-Johnson's cookbook, constant peak gain).
    fn new(&(freq, q, gain): &(f64, f64, f64)) -> Self {
        let w = TAU * freq / RATE as f64;
        let alpha = w.sin() / (2.0 * q);
        let poles = [-2.0 * w.cos() / (1.0 + alpha), (1.0 - alpha) / (1.0 + alpha)];
        Self { gain, poles, state: [0.0; 2], past: [0.0; 2], scale: alpha / (1.0 + alpha) }
    }

    fn run(&mut self, input: f64) -> f64 {
        let out = self.scale * (input - self.past[1]) - self.poles[0] * self.state[0] - self.poles[1] * self.state[1];
        (self.state, self.past) = ([out, self.state[0]], [input, self.past[0]]);
        self.gain * out
    }
}

/// What is heard while the loop is closed over `sound` from `from` on, with everything `gain` times as loud on each round.
fn closed(room: &Room, gain: f64, sound: &[f32], from: usize, limit: f64) -> Vec<f64> {
    let mut modes: Vec<_> = room.modes.iter().map(Mode::new).collect();
    let mut out: Vec<f64> = Vec::with_capacity(sound.len());
    for (n, sample) in sound.iter().enumerate() {
        let heard = if n >= from + room.delay { out[n - room.delay] } else { 0.0 };
        let back: f64 = modes.iter_mut().map(|mode| mode.run(heard)).sum::<f64>() + 0.02 * heard;
        out.push((f64::from(*sample) + gain * back).clamp(-limit, limit));
    }
    out
}

/// At which frequency the loop rings and by how many dB it grows in a second: what one click becomes without any limit.
fn truth(room: &Room, gain: f64) -> (f64, f64) {
    let mut click = vec![0.0; 3 * RATE];
    click[0] = 1e-3;
    let out = closed(room, gain, &click, 0, f64::INFINITY);
    // A loop that is far from ringing dies away completely.
    let energy = |from: usize| out[from..from + RATE / 4].iter().map(|s| s * s).sum::<f64>() + 1e-300;
    let growth = 10.0 * (energy(11 * RATE / 4) / energy(7 * RATE / 4)).log10();
    let last = &out[5 * RATE / 2..];
    let rises: Vec<_> = (1..last.len()).filter(|n| last[n - 1] < 0.0 && last[*n] >= 0.0).collect();
    let periods = rises.len() - 1;
    (RATE as f64 * periods as f64 / (rises[periods] - rises[0]) as f64, growth)
}

/// The gain at which the loop just rings.
fn critical(room: &Room) -> f64 {
    let (mut low, mut high) = (0.1, 4.0);
    for _ in 0..14 {
        let middle = f64::sqrt(low * high);
        if truth(room, middle).1 < 0.0 { low = middle } else { high = middle }
    }
    high
}

/// From which frame on the ring stands out: the tone at `freq` has a hundredth of all power, and never less again.
fn stands_out(sound: &[f64], freq: f64, from: usize) -> usize {
    const PIECE: usize = 2_400;
    let is_covered = |begin: &usize| {
        let (mut real, mut imaginary, mut all) = (0.0, 0.0, 0.0);
        for (n, sample) in sound[*begin..*begin + PIECE].iter().enumerate() {
            let turn = TAU * freq * n as f64 / RATE as f64;
            real += sample * turn.cos();
            imaginary += sample * turn.sin();
            all += sample * sample;
        }
        2.0 * (real * real + imaginary * imaginary) / (PIECE as f64) < 0.01 * all
    };
    let pieces = (from..sound.len() - PIECE).step_by(PIECE);
    pieces.rev().find(is_covered).map_or(from, |begin| begin + PIECE)
}

/// Feeds piece by piece; gives each ring with the second at which it was told.
fn told(sound: impl Iterator<Item = f32>) -> Vec<(f64, Ring)> {
    let mut detector = RingDetector::new(1);
    let sound: Vec<f32> = sound.collect();
    let tell = |(at, piece): (usize, &[f32])| {
        let seconds = (at * HOP + piece.len()) as f64 / RATE as f64;
        detector.feed(piece).map(|ring| (seconds, ring))
    };
    sound.chunks(HOP).enumerate().filter_map(tell).collect()
}

fn rooms() -> Vec<Room> {
    let room = |delay_ms: f64, modes: &[(f64, f64, f64)]| Room {
        delay: (delay_ms * RATE as f64 / 1_000.0) as usize,
        modes: modes.to_vec(),
    };
    let mut rooms = vec![
        room(8.0, &[(2_500.0, 12.0, 1.0), (700.0, 10.0, 0.6), (5_200.0, 9.0, 0.5)]),
        room(15.0, &[(250.0, 8.0, 1.0), (1_200.0, 12.0, 0.7)]),
        room(5.0, &[(630.0, 9.0, 1.0), (3_300.0, 14.0, 0.6)]),
    ];
    if is_long() {
        rooms.extend([
            room(22.0, &[(4_000.0, 20.0, 1.0), (315.0, 6.0, 0.7)]),
            room(11.0, &[(125.0, 6.0, 1.0), (900.0, 8.0, 0.5)]),
            room(3.0, &[(8_000.0, 10.0, 1.0), (2_000.0, 8.0, 0.5)]),
            room(30.0, &[(1_600.0, 16.0, 1.0), (1_100.0, 16.0, 0.8)]),
        ]);
    }
    rooms
}

#[test]
fn a_loop_that_rings_is_named_a_second_after_it_stands_out_and_within_a_sixth_of_an_octave() {
    const CLOSES: usize = 2 * RATE;
    const LENGTH: usize = 6 * RATE;
    let music = song(if is_long() { 84 } else { 9 });
    let (mut slowest, mut widest) = ([0.0_f64; 2], 0.0_f64);
    for room in rooms() {
        let critical = critical(&room);
        for over in [0.5, 1.0, 2.0] {
            let gain = critical * 10_f64.powf(over / 20.0);
            let (freq, grows) = truth(&room, gain);
            for begin in (0..music.len() - LENGTH).step_by(10 * RATE) {
                let sound = closed(&room, gain, &music[begin..begin + LENGTH], CLOSES, 1.0);
                let rings = told(sound.iter().map(|sample| *sample as f32));
                let what = format!("{freq:.0} Hz, {over} dB over, {grows:.0} dB/s, from {} s", begin / RATE);
                let (at, ring) = *rings.first().unwrap_or_else(|| panic!("{what}: not heard"));
                let begins = stands_out(&sound, freq, CLOSES) as f64 / RATE as f64;
                let (late, off) = (at - begins, (f64::from(ring.freq) / freq).log2().abs());
                println!("{what}: {:.0} Hz after {late:.2} s, {:.0} dB", ring.freq, ring.level_db);
                // One that is only just over grows so slowly that there is less of a hurry, and less to see.
                let soon = if grows >= 40.0 { 1.0 } else { 2.0 };
                assert!(late <= soon, "{what}: told after {late:.2} s");
                assert!(off < 1.0 / 6.0, "{what}: named {} Hz", ring.freq);
                let slow = &mut slowest[usize::from(grows < 40.0)];
                (*slow, widest) = (slow.max(late), widest.max(off));
            }
        }
    }
    println!("figure ring_slowest_s = {:.2}, below 40 dB/s {:.2}", slowest[0], slowest[1]);
    println!("figure ring_widest_octaves = {widest:.4}");
}

#[test]
fn nothing_rings_in_music() {
    let seconds = if is_long() { 84 } else { 12 };
    let mut all = vec![("song".to_owned(), song(seconds))];
    for name in ["01 guitar", "03 double bass", "04 brushes", "06 piano", "08 lead voice", "09 backing voice"] {
        all.push((name.to_owned(), demo::flac(&format!("{name}.flac"), seconds).expect("the demo is there")));
    }
    for (name, sound) in all {
        let rings = told(sound.into_iter());
        assert!(rings.is_empty(), "{name}: {rings:?}");
    }
}

/// A tone that grows by `growth` dB in a second up to `level`.
fn ringing(freq: f64, growth: f64, level: f64, seconds: f64) -> Vec<f32> {
    let sample = |n: usize| {
        let at = n as f64 / RATE as f64;
        let gain = 10_f64.powf((growth * at / 20.0 - 4.0).min(0.0)) * level;
        (gain * (TAU * freq * at).sin()) as f32
    };
    (0..(seconds * RATE as f64) as usize).map(sample).collect()
}

#[test]
fn a_ring_is_told_once_and_again_only_after_it_was_silent_for_long() {
    let ring = ringing(2_500.0, 60.0, 0.3, 4.0);
    let long = ring.iter().copied().chain(std::iter::repeat_n(0.0, RATE)).chain(ring.iter().copied());
    assert_eq!(told(long).len(), 1);
    let silence = vec![0.0; HOLD_OFF + RATE];
    let again: Vec<_> = ring.iter().chain(&silence).chain(&ring).copied().collect();
    assert_eq!(told(again.into_iter()).len(), 2);
    let other = ringing(900.0, 60.0, 0.3, 4.0);
    let both: Vec<_> = ring.iter().chain(&silence[..RATE]).chain(&other).copied().collect();
    let freqs: Vec<_> = told(both.into_iter()).iter().map(|(_, ring)| ring.freq.round()).collect();
    assert_eq!(freqs, [2_500.0, 900.0]);
}

#[test]
fn a_ring_that_something_holds_at_its_level_is_told_and_a_note_is_not() {
    let steady = |level: f64| told(ringing(1_000.0, 1e9, level, 4.0).into_iter()).len();
    assert_eq!(steady(0.8), 1);
    assert_eq!(steady(0.3), 0, "a test tone is no ring");
    let note = |n: usize| {
        let at = n as f64 / RATE as f64;
        let partial = |number: u32| (TAU * 440.0 * f64::from(number) * at).sin() / f64::from(number * number);
        // Two seconds of a swell, then held.
        ((at / 2.0).min(1.0) * 0.2 * (1..=6).map(partial).sum::<f64>()) as f32
    };
    assert!(told((0..4 * RATE).map(note)).is_empty());
}

#[test]
fn two_sides_against_each_other_ring_too_and_what_is_no_number_hurts_nothing() {
    let sound: Vec<f32> = ringing(3_000.0, 60.0, 0.3, 3.0).iter().flat_map(|sample| [*sample, -sample]).collect();
    let mut detector = RingDetector::new(2);
    assert_eq!(detector.feed(&[f32::NAN; 20_000]), None);
    let ring = detector.feed(&sound).expect("it is heard");
    assert!((ring.freq - 3_000.0).abs() < 5.0 && ring.level_db > -50.0, "{ring:?}");
    detector.reset();
    assert!(detector.feed(&sound).is_some(), "what was told is forgotten");
}
