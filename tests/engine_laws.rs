//! Laws of the engine: what it plays, what it never does, and how it dates what it lost.
//!
//! The allocation trap works in every build. With RealtimeSanitizer, which the stable toolchain carries for Linux, the
//! same tests also prove that nothing blocks (a finding prints its stack and exits with 43):
//!
//! ```sh
//! RTSAN_LIB_PATH=$(rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/lib/librustc-stable_rt.rtsan.a \
//! RTSAN_ENABLE=1 CARGO_TARGET_DIR=target/rtsan cargo test -p korero --test engine_laws -- --test-threads 1
//! ```

#[path = "engine_laws/playback.rs"]
mod playback;
mod random_desk;
#[path = "engine_laws/realtime.rs"]
mod realtime;
#[path = "engine_laws/removed.rs"]
mod removed;
#[path = "engine_laws/sound.rs"]
mod sound;
#[path = "engine_laws/time.rs"]
mod time;

use std::time::Duration;

use korero::desk::address::ChannelName;
use korero::desk::{Desk, Strip, StripInput};
use korero::engine::{self, Engine, EngineHandle, TapReader, TapSource};
use korero::limits::MAX_STRIPS;
use korero::timeline::Gap;
use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

/// An engine that plays `desk`, before its first frame.
fn playing(desk: &Desk) -> (Engine, EngineHandle) {
    let (mut engine, mut handle) = engine::new(Uuid::nil());
    handle.set_desk(desk).expect("the desk fits");
    engine.begin(1);
    (engine, handle)
}

fn tapped(handle: &mut EngineHandle, source: TapSource) -> TapReader {
    handle.open_tap(source, Duration::from_secs(10)).expect("a free tap")
}

/// Everything that waits in a tap, laid out from frame 0; what is missing is 0. Also the gaps.
fn drain(tap: &mut TapReader) -> (Vec<f32>, Vec<Gap>) {
    let (mut laid, mut gaps, mut block) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(read) = tap.read(&mut block) {
        gaps.extend(read.gap);
        let start = read.start.0 as usize * tap.channels();
        assert!(start >= laid.len(), "the index never goes back");
        laid.resize(start, 0.0);
        laid.extend_from_slice(&block);
    }
    (laid, gaps)
}

/// Noise of ±`peak`, the same for the same seed.
fn noise(seed: u32, samples: usize, peak: f32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..samples).map(|_| next() * peak).collect()
}

/// White noise up to here has no peak between its samples that reaches the limiter's ceiling.
const BELOW_CEILING: f32 = 0.14;

fn bits(samples: &[f32]) -> Vec<u32> {
    // Adding 0 makes −0 and 0 the same: they are the same sound.
    samples.iter().map(|sample| (sample + 0.0).to_bits()).collect()
}

fn mono(count: u8) -> Desk {
    Desk::for_inputs(count, |input| format!("{input}"))
}

fn pair() -> Desk {
    Desk { strips: vec![Strip::new("Pair", StripInput::Stereo(1, 2))], ..Desk::default() }
}

fn inputs() -> impl Strategy<Value = Vec<StripInput>> {
    let input =
        prop_oneof![(1u8..=32).prop_map(StripInput::Mono), (1u8..=31).prop_map(|n| StripInput::Stereo(n, n + 1))];
    vec(input, 0..=MAX_STRIPS)
}

prop_compose! {
    /// Strips of any inputs with everything on the desk turned, but what the engineer alone hears.
    fn desks()(inputs in inputs(), fits in random_desk::fits(6), turns in random_desk::turns(80)) -> Desk {
        let strips = inputs.into_iter().map(|input| Strip::new("", input)).collect();
        let desk = Desk { strips, ..Desk::default() };
        let names: Vec<_> = random_desk::names(&desk).into_iter().filter(|name| *name != ChannelName::Desk).collect();
        random_desk::turned(desk, &names, &fits, &turns)
    }
}
