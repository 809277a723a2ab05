//! What an engine really holds, told by its sound: two engines that hold the same are heard to be the same.
//!
//! Unit tests and tests of the whole app share this one file; in its own tests the library knows itself as `korero`.

use std::time::Duration;

use korero::desk::Desk;
use korero::engine::{self, Engine, EngineHandle, TapReader, TapSource};
use korero::limits::CUES;
use uuid::Uuid;

/// Inputs that are played.
const INPUTS: usize = 6;
/// Frames of one callback: whole grid cells, and whole hops of a denoiser.
const CALLBACK: usize = 480;
/// How loud the sound is between its quiet and its loud moments, dB of full scale, and how long that takes, in frames.
const SWING_DB: (f32, f32) = (-75.0, -3.0);
const SWING: usize = 9_600;

/// What is heard of one engine: the mix, then the headphone mixes, interleaved.
pub(crate) type Heard = Vec<Vec<f32>>;

/// An engine that plays.
pub(crate) struct Live {
    engine: Engine,
    handle: EngineHandle,
    taps: Vec<TapReader>,
}

impl Live {
    /// One that plays this desk from its first frame on.
    pub(crate) fn playing(desk: &Desk) -> Self {
        let (mut engine, mut handle) = engine::new(Uuid::nil());
        handle.set_desk(desk).expect("the desk fits");
        engine.begin(1);
        let sources = [TapSource::Mix].into_iter().chain((0..CUES as u8).map(TapSource::Cue));
        let open = |source| handle.open_tap(source, Duration::from_secs(1)).expect("a free tap");
        let taps = sources.map(open).collect();
        Self { engine, handle, taps }
    }

    /// The desk is turned while it plays.
    pub(crate) fn turned_to(&mut self, desk: &Desk) {
        self.handle.set_desk(desk).expect("the desk fits");
    }

    /// Plays what the interface brings, and gives what is heard.
    pub(crate) fn hear(&mut self, samples: &[f32]) -> Heard {
        let mut heard = vec![Vec::new(); self.taps.len()];
        let mut block = Vec::new();
        for samples in samples.chunks(CALLBACK * INPUTS) {
            self.engine.process(samples, INPUTS);
            self.handle.collect();
            for (heard, tap) in heard.iter_mut().zip(&mut self.taps) {
                while tap.read(&mut block).is_some() {
                    heard.extend_from_slice(&block);
                }
            }
        }
        heard
    }

    /// Plays so many callbacks of silence: what glides arrives.
    pub(crate) fn rest(&mut self, callbacks: usize) -> Heard {
        self.hear(&vec![0.0; callbacks * CALLBACK * INPUTS])
    }
}

/// So many callbacks of noise that swells and fades, on each input another one: every threshold is passed both ways, and
/// there is something at every frequency.
pub(crate) fn sound(callbacks: usize) -> Vec<f32> {
    let mut dice = 0x2545_f491_u32;
    let mut next = || {
        dice ^= dice << 13;
        dice ^= dice >> 17;
        dice ^= dice << 5;
        (dice >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let loud = |frame: usize, input: usize| {
        let at = (frame + input * SWING / INPUTS) % SWING;
        let way = at.min(SWING - at) as f32 / (SWING / 2) as f32;
        korero_dsp::units::db_to_gain(SWING_DB.0 + (SWING_DB.1 - SWING_DB.0) * way)
    };
    let frames = 0..callbacks * CALLBACK;
    frames.flat_map(|frame| (0..INPUTS).map(move |input| (frame, input))).map(|(f, i)| next() * loud(f, i)).collect()
}

/// How far two engines were heard apart, at the most, full scale being 1.
pub(crate) fn apart(a: &Heard, b: &Heard) -> f32 {
    assert!(a.iter().map(Vec::len).eq(b.iter().map(Vec::len)), "one was heard for longer");
    let pairs = a.iter().zip(b).flat_map(|(a, b)| a.iter().zip(b));
    pairs
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, |most, apart| if apart.is_nan() { f32::INFINITY } else { most.max(apart) })
}
