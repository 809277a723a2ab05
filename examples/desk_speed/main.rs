//! How much of one core the engine needs, in callbacks of 64 frames. `cargo xtask bench` runs it beside others:
//!
//! ```sh
//! desk_speed write FOLDER                          # the inputs: in00.wav … in31.wav
//! desk_speed offline DESK FOLDER [--baseline]      # as fast as it goes: prints “cpu SECONDS audio SECONDS”
//! desk_speed paced DESK FOLDER SECONDS             # at the pace of a device: prints how long callbacks took
//! ```
//!
//! The desks: `twenty`, `whole`, `bare`, `denoised`, `sixteen`.

#![expect(clippy::print_stdout, reason = "prints its figures")]

mod desks;
mod paced;
mod sounds;

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use korero::desk::Desk;
use korero::engine::{self, Engine, EngineHandle, TapReader, TapSource};
use korero::limits::SAMPLE_RATE;
use korero_dsp::dispatch::Level;

use crate::sounds::SECONDS;

/// Frames of one callback.
const CALLBACK: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--baseline") {
        Level::restrict();
        words.retain(|word| word != "--baseline");
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (how, desk, folder, seconds) = match words.as_slice() {
        ["write", folder] => return sounds::write(Path::new(folder)),
        ["offline", desk, folder] => ("offline", desk, folder, 0),
        ["paced", desk, folder, seconds] => ("paced", desk, folder, seconds.parse()?),
        _ => return Err("say write FOLDER, offline DESK FOLDER or paced DESK FOLDER SECONDS".into()),
    };
    let desk = desks::named(desk).ok_or("there is no such desk")?;
    let samples = sounds::read(Path::new(folder), desk.strips.len())?;
    if how == "paced" {
        println!("{}", paced::play(&desk, &samples, seconds));
    } else {
        println!("cpu {:.4} audio {SECONDS}", offline(&desk, &samples));
    }
    Ok(())
}

/// An engine that plays the desk, and its mix. Its first second is over: what was built is touched for the first time there.
fn warm(desk: &Desk, samples: &[f32]) -> (Engine, EngineHandle, TapReader) {
    let channels = desk.strips.len();
    let (mut engine, mut handle) = engine::new(uuid::Uuid::nil());
    handle.set_desk(desk).expect("the desk fits");
    let mut tap = handle.open_tap(TapSource::Mix, Duration::from_millis(100)).expect("a free tap");
    engine.begin(1);
    korero_dsp::warm_up();
    let mut block = Vec::new();
    for callback in samples[..SAMPLE_RATE as usize * channels].chunks(CALLBACK * channels) {
        engine.process(callback, channels);
        while tap.read(&mut block).is_some() {}
    }
    (engine, handle, tap)
}

/// Plays all of it and gives the processor time, s.
fn offline(desk: &Desk, samples: &[f32]) -> f64 {
    let channels = desk.strips.len();
    let (mut engine, _handle, mut tap) = warm(desk, samples);
    let (mut block, mut peak) = (Vec::new(), 0.0_f32);
    let begun = processor_time();
    for callback in samples.chunks(CALLBACK * channels) {
        engine.process(callback, channels);
        while tap.read(&mut block).is_some() {
            peak = block.iter().fold(peak, |peak, sample| peak.max(sample.abs()));
        }
    }
    let used = processor_time() - begun;
    assert!(peak > 0.05 && peak <= 1.0, "something was played: {peak}");
    used
}

/// Processor time of this process, s.
#[cfg(unix)]
fn processor_time() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a plain system call that writes to a place of the right type.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// Where the system does not tell the processor's time, the time that went by.
#[cfg(not(unix))]
fn processor_time() -> f64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    BEGUN.get_or_init(Instant::now).elapsed().as_secs_f64()
}
