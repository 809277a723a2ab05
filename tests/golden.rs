//! Golden renders: the whole mixer against what it sounded like before.
//!
//! Four desks in `tests/golden` have every stage and every effect at work on a band that is computed here. What they make of
//! it is compared with the FLAC files beside them. A change of the sound that is meant is kept by
//! `KORERO_BLESS=1 cargo nextest run --workspace -E 'binary(golden)'`, which needs ffmpeg, and said in the commit.

#![expect(clippy::print_stdout, reason = "the prover reads the figures")]

use std::collections::BTreeSet;
use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hound::{SampleFormat, WavSpec, WavWriter};
use korero::desk::address::ChannelName;
use korero::desk::channel::{Channel, Control, Place, Section};
use korero::desk::{Desk, file};
use korero::limits::SAMPLE_RATE;
use korero::render::{self, Wanted, WavSource};
use korero_dsp::bank::Stage;
use korero_dsp::effects::EFFECTS;

const DESKS: [&str; 4] = ["stages", "inserts", "spaces", "master"];
/// What is left of the golden when the render is taken off it, dB.
const MOST_RESIDUAL: f64 = -100.0;
const RATE: f64 = SAMPLE_RATE as f64;
/// Two seconds.
const FRAMES: usize = 96_000;
const INPUTS: usize = 6;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn desk(name: &str) -> Desk {
    file::load(&folder().join(name).with_extension("toml")).expect("a good desk")
}

/// Noise that is the same each time, −1 to 1: xorshift (G. Marsaglia, 2003).
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        f64::from(self.0 as i32) / f64::from(i32::MAX)
    }
}

/// A string that was plucked `since` seconds ago: its first `partials`, the higher ones sooner over.
fn plucked(hertz: f64, partials: u32, since: f64) -> f64 {
    let partial = |k: f64| (TAU * hertz * k * since).sin() * (-since * (2.0 + k)).exp() / k;
    (1..=partials).map(|k| partial(f64::from(k))).sum::<f64>() * (since * 1_000.0).min(1.0)
}

/// A voice that sings a note for 0.45 s and breathes for 0.15 s, with a sharp s at the end of each and hiss all the time.
fn voice(seconds: f64, noise: &mut Noise) -> f64 {
    let (note, at) = ((seconds / 0.6) as usize, seconds % 0.6);
    let hertz = [220.0, 246.94, 277.18, 329.63][note % 4];
    let swell = (at * 20.0).min(1.0) * ((0.45 - at) * 20.0).clamp(0.0, 1.0);
    let phase = TAU * hertz * at + 0.4 * (TAU * 5.5 * at).sin();
    let sung: f64 = (1..=12).map(|k| (phase * f64::from(k)).sin() / f64::from(k)).sum();
    let hiss = noise.next();
    let sharp = if (0.40..0.46).contains(&at) { 0.12 * hiss } else { 0.0 };
    0.22 * swell * sung + sharp + 0.001 * hiss
}

/// Kick and hat in the middle, snare to the left.
fn drums(seconds: f64, noise: &mut Noise) -> [f64; 2] {
    let (beat, off) = (seconds % 0.5, (seconds + 0.25) % 0.5);
    let kick = 0.6 * (TAU * (50.0 * beat + 4.0 * (1.0 - (-beat * 30.0).exp()))).sin() * (-beat * 14.0).exp();
    let snare = 0.25 * noise.next() * (-off * 60.0).exp();
    let hat = 0.05 * noise.next() * (-(seconds % 0.125) * 150.0).exp();
    [kick + hat + snare, kick + hat + 0.4 * snare]
}

/// The band, in steps of 24 bits, written as the multitrack that `korero render` reads.
fn write_band(path: &Path) {
    let spec = WavSpec {
        channels: INPUTS as u16,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 24,
        sample_format: SampleFormat::Int,
    };
    let mut writer = WavWriter::create(path, spec).expect("a folder to write in");
    let (mut breath, mut skins) = (Noise(11), Noise(12));
    for frame in 0..FRAMES {
        let seconds = frame as f64 / RATE;
        let beat = seconds % 0.5;
        let chord = [261.63, 329.63, 392.0].map(|hertz| plucked(hertz, 6, seconds % 1.0));
        let [left, right] = drums(seconds, &mut skins);
        let inputs: [f64; INPUTS] = [
            voice(seconds, &mut breath),
            0.3 * plucked([196.0, 220.0, 261.63, 293.66][(seconds / 0.25) as usize % 4], 16, seconds % 0.25),
            0.5 * plucked([55.0, 73.42][(seconds / 0.5) as usize % 2], 8, beat),
            left,
            right,
            0.15 * chord.iter().sum::<f64>(),
        ];
        for sample in inputs {
            assert!(sample.abs() < 1.0, "the band does not clip");
            writer.write_sample((sample * 8_388_607.0).round() as i32).expect("room on the disk");
        }
    }
    writer.finalize().expect("room on the disk");
}

/// What a desk makes of the band, as a file in `folder`.
fn rendered(desk: &Desk, folder: &Path) -> PathBuf {
    let (band, mix) = (folder.join("band.wav"), folder.join("mix.wav"));
    write_band(&band);
    let wanted = Wanted { mix: &mix, stems: None, cues: None };
    render::render(desk, &mut WavSource::open(&band).expect("the band"), &wanted).expect("it renders");
    mix
}

fn samples(path: &Path) -> Vec<f64> {
    let mut source = render::open(&[path.to_owned()]).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(source.channels(), 2);
    let mut block = Vec::new();
    source.read(2 * FRAMES, &mut block).expect("it can be read");
    block.into_iter().map(f64::from).collect()
}

/// What is left of `golden` when `render` is taken off it, dB of the golden.
fn residual_db(render: &[f64], golden: &[f64]) -> f64 {
    assert_eq!(render.len(), golden.len());
    let left: f64 = render.iter().zip(golden).map(|(render, golden)| (render - golden).powi(2)).sum();
    let whole: f64 = golden.iter().map(|golden| golden * golden).sum();
    10.0 * (left / whole).max(1e-30).log10()
}

/// Keeps a render as the golden from now on.
fn bless(name: &str, mix: &Path) {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-y", "-i"]).arg(mix);
    ffmpeg.args(["-map_metadata", "-1", "-fflags", "+bitexact", "-c:a", "flac", "-compression_level", "12"]);
    // Beside it first, since other tests read the golden meanwhile.
    let new = mix.with_extension("flac");
    assert!(ffmpeg.arg(&new).status().expect("ffmpeg is installed").success());
    let golden = folder().join(name).with_extension("flac");
    let beside = golden.with_extension("new");
    fs::copy(&new, &beside).and_then(|_| fs::rename(&beside, &golden)).expect("room on the disk");
}

#[test]
fn every_desk_sounds_as_it_did() {
    let mut missed = Vec::new();
    for name in DESKS {
        let space = tempfile::tempdir().expect("a folder");
        let mix = rendered(&desk(name), space.path());
        if std::env::var_os("KORERO_BLESS").is_some() {
            bless(name, &mix);
        }
        let residual = residual_db(&samples(&mix), &samples(&folder().join(name).with_extension("flac")));
        println!("figure golden render “{name}”, residual, dB (at most {MOST_RESIDUAL}) = {residual:.1}");
        if residual > MOST_RESIDUAL {
            missed.push(format!("{name}: {residual:.1} dB"));
        }
    }
    assert!(missed.is_empty(), "another sound: {missed:?}; see the head of this file");
}

#[test]
fn a_hundredth_of_a_decibel_on_one_strip_is_noticed() {
    let space = tempfile::tempdir().expect("a folder");
    let mut other = desk("spaces");
    let channel = &mut other.strips[2].channel;
    channel.set(Control::FADER, channel.level_db() + 0.01);
    let golden = samples(&folder().join("spaces.flac"));
    let residual = residual_db(&samples(&rendered(&other, space.path())), &golden);
    println!("figure golden render with one strip 0.01 dB louder, residual, dB = {residual:.1}");
    assert!(residual > MOST_RESIDUAL, "{residual} dB");
}

/// Every channel of a desk.
fn channels(desk: &Desk) -> impl Iterator<Item = &Channel> {
    let fixed = ChannelName::fixed().filter_map(move |name| name.of(desk));
    desk.strips.iter().map(|strip| &strip.channel).chain(fixed)
}

#[test]
fn every_stage_and_every_effect_is_at_work_in_a_golden() {
    let (mut stages, mut effects) = (BTreeSet::new(), BTreeSet::new());
    let desks = DESKS.map(desk);
    for channel in desks.iter().flat_map(channels) {
        let rest = Channel::new(channel.role());
        let turned = |stage: &Stage| {
            let section = Section::Stage(*stage);
            channel.section(section) != rest.section(section)
        };
        stages.extend(Stage::ALL.into_iter().filter(turned));
        effects.extend(Place::ALL.into_iter().filter_map(|place| channel.insert(place)).map(|insert| insert.kind.0));
    }
    assert_eq!(stages, Stage::ALL.into_iter().collect());
    let missing: Vec<_> =
        (0..EFFECTS.len()).filter(|at| !effects.contains(&(*at as u8))).map(|at| EFFECTS[at].id).collect();
    assert!(missing.is_empty(), "no golden has {missing:?}");
}

#[test]
fn the_goldens_stay_small() {
    let size = |name: &str| fs::metadata(folder().join(name).with_extension("flac")).expect("it is there").len();
    let all: u64 = DESKS.into_iter().map(size).sum();
    assert!(all < 3 << 19, "{all} bytes");
}
