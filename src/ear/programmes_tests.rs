//! Programmes for the ear's tests: music, speech, applause, tones; all of them as endless stereo at 48 kHz.

use std::f64::consts::TAU;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::desk::file;
use crate::render::{self, Mixdown};

/// One stereo frame for each frame index.
pub(super) type Programme = Box<dyn Fn(u64) -> [f32; 2]>;

/// A number between −1 and 1 that depends on `n` alone.
fn chance(n: u64, seed: u64) -> f32 {
    let mut x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ seed.wrapping_mul(0xd1b5_4a32_d192_ed03);
    x = (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 32;
    (x & 0xff_ffff) as f32 / 8_388_608.0 - 1.0
}

fn sine(hz: f64, n: u64) -> f32 {
    (TAU * hz * n as f64 / 48_000.0).sin() as f32
}

/// The demo song through its desk.
pub(super) fn song() -> &'static [[f32; 2]] {
    static SONG: OnceLock<Vec<[f32; 2]>> = OnceLock::new();
    SONG.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
        let mut tracks: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
        tracks.retain(|path| path.extension().is_some_and(|end| end == "flac"));
        tracks.sort();
        let mut source = render::open(&tracks).unwrap();
        let mut mixdown = Mixdown::new(&file::load(&folder.join("desk.toml")).unwrap()).unwrap();
        let (mut block, mut mixed, mut mix) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            source.read(1_024, &mut block).unwrap();
            if block.is_empty() {
                return mix;
            }
            mixdown.play(&block, source.channels());
            while mixdown.next(&mut mixed) {
                mix.extend(mixed.chunks_exact(2).map(|frame| [frame[0], frame[1]]));
            }
        }
    })
}

pub(super) fn demo() -> Programme {
    let song = song();
    Box::new(move |n| song[n as usize % song.len()])
}

/// Syllables of a buzzing voice with pauses, in the middle, with a little room around it.
pub(super) fn speech() -> Programme {
    let voice = |n: u64| {
        let syllable = n / 9_600;
        let (loud, within) = (chance(syllable, 3), (n % 9_600) as f32 / 9_600.0);
        let pitch = 110.0 + 40.0 * f64::from(chance(syllable, 4));
        let envelope =
            if loud < -0.4 { 0.0 } else { (within * std::f32::consts::PI).sin().powi(2) * (0.4 + 0.3 * loud) };
        let formant = 500.0 + 350.0 * f64::from(chance(syllable, 5));
        let buzz: f32 = (1..14)
            .map(|k| {
                let hz = pitch * f64::from(k);
                let away = (hz - formant) / 300.0;
                sine(hz, n) * (1.0 / (1.0 + away * away)) as f32
            })
            .sum();
        let hiss = if chance(syllable, 6) > 0.3 { 0.1 * chance(n, 7) } else { 0.0 };
        envelope * (0.3 * buzz + hiss)
    };
    Box::new(move |n| {
        let (now, early) = (voice(n), voice(n.saturating_sub(700)));
        [now + 0.15 * early, now - 0.15 * early]
    })
}

/// Many hands: clicks of noise at random, each somewhere between left and right.
pub(super) fn applause() -> Programme {
    Box::new(|n| {
        let mut sum = [0.0; 2];
        for hand in 0..12 {
            let period = 9_000 + 500 * hand;
            let clap = n / period;
            let start = ((chance(clap, 100 + hand) + 1.0) * 2_000.0) as u64;
            let into = (n % period).wrapping_sub(start);
            if into < 1_500 {
                let sound = 0.2 * chance(n, 200 + hand) * (-(into as f32) / 300.0).exp();
                let pan = (chance(hand, 9) + 1.0) / 2.0;
                sum = [sum[0] + sound * (1.0 - pan), sum[1] + sound * pan];
            }
        }
        sum
    })
}

/// Noise of two sides that have nothing in common.
pub(super) fn noise() -> Programme {
    Box::new(|n| [0.1 * chance(n, 1), 0.1 * chance(n, 2)])
}

/// Exactly the same bar again and again, from a machine: 500 ms a beat.
pub(super) fn machine() -> Programme {
    Box::new(|n| {
        let beat = n % 24_000;
        let kick = sine(55.0, beat) * (-(beat as f32) / 4_000.0).exp();
        let off = (n + 12_000) % 24_000;
        let hat = 0.2 * chance(off, 8) * (-(off as f32) / 800.0).exp();
        let bar = n % 96_000;
        let stab = if bar % 36_000 < 5_000 { sine(220.0, bar) + sine(277.2, bar) } else { 0.0 };
        [0.5 * kick + 0.7 * hat + 0.15 * stab, 0.5 * kick + 0.3 * hat - 0.1 * stab]
    })
}

/// One tone for ever.
pub(super) fn tone(left: f64, right: f64) -> Programme {
    Box::new(move |n| [0.25 * sine(left, n), 0.25 * sine(right, n)])
}

/// The same, on both sides.
pub(super) fn mono(of: Programme) -> Programme {
    Box::new(move |n| {
        let [left, right] = of(n);
        [(left + right) / 2.0; 2]
    })
}

/// Louder or quieter.
pub(super) fn at_gain_db(db: f32, of: Programme) -> Programme {
    let gain = 10.0_f32.powf(db / 20.0);
    Box::new(move |n| of(n).map(|sample| sample * gain))
}

/// On the left alone.
pub(super) fn on_the_left(of: Programme) -> Programme {
    Box::new(move |n| [of(n)[0] + of(n)[1], 0.0])
}

/// Very wide: the sides are each other's opposite but for a little.
pub(super) fn wide(of: Programme) -> Programme {
    Box::new(move |n| {
        let [left, right] = of(n);
        let (mid, side) = (0.15 * (left + right), 0.8 * (left - right) + 0.3 * left);
        [mid + side, mid - side]
    })
}

/// From somewhere else.
pub(super) fn from(frame: u64, of: Programme) -> Programme {
    Box::new(move |n| of(n + frame))
}

pub(super) fn silence() -> Programme {
    Box::new(|_| [0.0; 2])
}
