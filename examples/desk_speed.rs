//! How much of one core the engine needs, offline and as fast as it goes, in callbacks of 64 frames. `cargo xtask bench dsp`
//! runs it beside others:
//!
//! ```sh
//! desk_speed write FOLDER                        # the inputs: in00.wav … in31.wav
//! desk_speed twenty FOLDER [--baseline]          # prints “cpu SECONDS audio SECONDS”
//! desk_speed whole FOLDER [--baseline]
//! desk_speed bare FOLDER, desk_speed denoised FOLDER
//! ```

#![expect(clippy::print_stdout, reason = "prints its figures")]

use std::error::Error;
use std::f64::consts::TAU;
use std::path::{Path, PathBuf};
use std::time::Duration;

use korero::desk::channel::{Channel, Control, Insert, Section};
use korero::desk::{Desk, Strip, StripInput};
use korero::engine::{self, TapSource};
use korero::limits::{MAX_STRIPS, SAMPLE_RATE};
use korero_dsp::bank::{Place, Stage};
use korero_dsp::dispatch::Level;
use korero_dsp::effects::{EFFECTS, eq};
use korero_dsp::slot::Kind;

/// Sound that is played, s.
const SECONDS: usize = 30;
/// Frames of one callback.
const CALLBACK: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--baseline") {
        Level::restrict();
        words.retain(|word| word != "--baseline");
    }
    let [what, folder] = words.as_slice() else { return Err("name a desk and a folder".into()) };
    let folder = Path::new(folder);
    let desk = match what.as_str() {
        "write" => return write(folder),
        "twenty" => twenty(),
        "whole" => whole(),
        "bare" => Desk::for_inputs(MAX_STRIPS as u8, |_| String::new()),
        "denoised" => denoised(),
        other => return Err(format!("there is no desk “{other}”").into()),
    };
    let samples = read(folder, desk.strips.len())?;
    let cpu = play(&desk, &samples);
    println!("cpu {cpu:.4} audio {SECONDS}");
    Ok(())
}

fn set(channel: &mut Channel, stage: Stage, values: &[(&str, f32)]) {
    for (name, value) in values {
        let param = stage.spec().param(name).expect("the stage has it");
        assert!(channel.set(Control::new(Section::Stage(stage), param), *value), "{stage:?} {name}");
    }
}

fn insert(channel: &mut Channel, place: Place, effect: &str) {
    let at = EFFECTS.iter().position(|spec| spec.id == effect).expect("it is in the registry");
    channel.put(place, Some(Insert::new(Kind(at as u8))));
}

/// What a voice or an instrument needs: the work that the peers do too.
fn usual_strip(channel: &mut Channel) {
    set(channel, Stage::Highpass, &[("on", 1.0), ("freq", 80.0), ("slope", 0.0)]);
    set(channel, Stage::Gate, &[("on", 1.0), ("threshold", -50.0), ("attack", 1.0), ("release", 100.0)]);
    set(channel, Stage::Eq, &[("on", 1.0)]);
    // The bands at rest are a low shelf of 100 Hz, bells of 400 Hz and 3 kHz, a high shelf of 10 kHz.
    for (band, gain) in [3.0, -3.0, 3.0, 2.0].into_iter().enumerate() {
        channel.set(Control::new(Section::Stage(Stage::Eq), eq::param(band, eq::Knob::Gain)), gain);
    }
    let compressor = [("on", 1.0), ("threshold", -20.0), ("ratio", 4.0), ("attack", 10.0), ("release", 100.0)];
    set(channel, Stage::Compressor, &compressor);
}

/// The work of `facts/sound.md` §9: twenty strips, their sum, the limiter.
fn twenty() -> Desk {
    let mut desk = Desk::for_inputs(20, |_| String::new());
    for (at, strip) in desk.strips.iter_mut().enumerate() {
        usual_strip(&mut strip.channel);
        strip.channel.set(Control::PAN, at as f32 / 9.5 - 1.0);
    }
    desk
}

/// Everything but denoise: all stages of 32 strips, all sends and cues, four groups, two reverbs, the mix bus.
fn whole() -> Desk {
    let strips = (1..=MAX_STRIPS as u8).map(|input| Strip::new("", StripInput::Mono(input)));
    let mut desk = Desk { strips: strips.collect(), ..Desk::default() };
    for (at, strip) in desk.strips.iter_mut().enumerate() {
        let channel = &mut strip.channel;
        usual_strip(channel);
        set(channel, Stage::Trim, &[("gain", 1.0)]);
        set(channel, Stage::Delay, &[("time", at as f32 / 8.0)]);
        set(channel, Stage::Highpass, &[("slope", 1.0)]);
        set(channel, Stage::Lowpass, &[("on", 1.0), ("freq", 16_000.0), ("slope", 1.0)]);
        set(channel, Stage::Gate, &[("hp", 100.0), ("lp", 8_000.0)]);
        set(channel, Stage::Compressor, &[("hp", 100.0), ("makeup", 3.0), ("mix", 80.0)]);
        set(channel, Stage::Deesser, &[("on", 1.0)]);
        channel.set(Control::PAN, at as f32 / 15.5 - 1.0);
        channel.set(Control::GROUP, (at % 5) as f32);
        for send in 0..4 {
            channel.set(Control::send(send), -12.0);
        }
    }
    let buses = desk.groups.iter_mut().map(|bus| &mut bus.channel).chain([&mut desk.mix]);
    for channel in buses {
        usual_strip(channel);
        set(channel, Stage::Highpass, &[("freq", 30.0)]);
        set(channel, Stage::Gate, &[("on", 0.0)]);
        set(channel, Stage::Compressor, &[("ratio", 2.0), ("link", 1.0)]);
        set(channel, Stage::Width, &[("width", 120.0)]);
    }
    for (bus, reverb) in desk.returns.iter_mut().zip(["hall", "plate"]) {
        insert(&mut bus.channel, Place::PreEq, reverb);
        bus.channel.set(Control::cue(0), -6.0);
    }
    desk
}

/// 32 strips with nothing but a denoiser.
fn denoised() -> Desk {
    let mut desk = Desk::for_inputs(MAX_STRIPS as u8, |_| String::new());
    desk.strips.iter_mut().for_each(|strip| insert(&mut strip.channel, Place::PreEq, "denoise"));
    desk
}

/// Plays all of it and gives the processor time, s.
fn play(desk: &Desk, samples: &[f32]) -> f64 {
    let channels = desk.strips.len();
    let (mut engine, mut handle) = engine::new(uuid::Uuid::nil());
    handle.set_desk(desk).expect("the desk fits");
    let mut tap = handle.open_tap(TapSource::Mix, Duration::from_millis(100)).expect("a free tap");
    engine.begin(1);
    korero_dsp::warm_up();
    let (mut block, mut mix) = (Vec::new(), Vec::with_capacity(2 * SECONDS * SAMPLE_RATE as usize));
    // The first second is not counted: what was built is touched for the first time there.
    let first = SAMPLE_RATE as usize / CALLBACK * CALLBACK * channels;
    samples[..first].chunks(CALLBACK * channels).for_each(|callback| engine.process(callback, channels));
    while tap.read(&mut block).is_some() {}
    let begun = processor_time();
    for callback in samples.chunks(CALLBACK * channels) {
        engine.process(callback, channels);
        while tap.read(&mut block).is_some() {
            mix.extend_from_slice(&block);
        }
    }
    let used = processor_time() - begun;
    let peak = mix.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
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

fn file(folder: &Path, at: usize) -> PathBuf {
    folder.join(format!("in{at:02}.wav"))
}

/// Notes of one instrument: eight partials that swell and die away once or twice a second, with hiss far below the gate's
/// threshold between them.
fn note(instrument: usize) -> impl FnMut(usize) -> f32 {
    let base = 82.4 * (instrument as f64 * 7.0 / 12.0 % 3.0).exp2();
    let length = SAMPLE_RATE as usize * (10 + instrument % 7) / 16;
    let mut state = (instrument as u32).wrapping_mul(2_654_435_761) | 1;
    move |at| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let hiss = f64::from(state as i32) / f64::from(i32::MAX) * 3e-4;
        let (time, age) = (at as f64 / f64::from(SAMPLE_RATE), (at % length) as f64 / f64::from(SAMPLE_RATE));
        let swell = (1.0 - (-age * 200.0).exp()) * (-age * 9.0).exp();
        let partial = |n: u32| (TAU * base * f64::from(n) * time).sin() / f64::from(n);
        (0.5 * swell * (1..=8).map(partial).sum::<f64>() + hiss) as f32
    }
}

fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    for instrument in 0..MAX_STRIPS {
        let mut wav = hound::WavWriter::create(file(folder, instrument), spec)?;
        let mut sample = note(instrument);
        for at in 0..SECONDS * SAMPLE_RATE as usize {
            wav.write_sample(sample(at))?;
        }
        wav.finalize()?;
    }
    Ok(())
}

/// The first `channels` inputs, interleaved.
fn read(folder: &Path, channels: usize) -> Result<Vec<f32>, Box<dyn Error>> {
    let mut samples = vec![0.0; channels * SECONDS * SAMPLE_RATE as usize];
    for channel in 0..channels {
        let mut wav = hound::WavReader::open(file(folder, channel))?;
        for (at, sample) in wav.samples::<f32>().enumerate() {
            samples[at * channels + channel] = sample?;
        }
    }
    Ok(samples)
}
