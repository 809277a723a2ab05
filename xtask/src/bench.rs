//! How much of a core the desk needs, beside programs of other makers that do the same work.
//!
//! Ours is `examples/desk_speed`, built as it is shipped. Every round runs all of them one after the other, so that whatever
//! else the machine does meanwhile meets all; what counts is the median over the rounds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::figures::Section;
use crate::witness::Witness;
use crate::{shell, spread::Spread};

/// Rounds in which everything runs once.
const ROUNDS: usize = 7;
/// Sound that is played, s.
const SECONDS: f64 = 30.0;
/// Strips of the common work.
const STRIPS: usize = 20;
/// Strips with a denoiser, or without one.
const DENOISED: f64 = 32.0;

/// Times as fast as pedalboard: baseline and best.
const FLOOR_BASELINE: f64 = 2.5;
const FLOOR_BEST: f64 = 4.0;
/// Times as fast as the sound: the whole desk, baseline and best.
const WHOLE_BASELINE: f64 = 12.0;
const WHOLE_BEST: f64 = 20.0;
/// Percent of a core for one denoised strip.
const MOST_DENOISE: f64 = 0.5;

/// Length of the run that times each callback, s.
const PACED_SECONDS: u32 = 600;
/// Time from one callback of 64 frames to the next, µs.
const DEADLINE_US: f64 = 64e6 / 48e3;
/// Desks of that run, and the percent of the deadline that 999 of 1,000 callbacks keep within.
const PACED: [(&str, &str, f64); 2] =
    [("whole", "whole desk, no denoiser", 50.0), ("sixteen", "whole desk, 16 denoisers", 70.0)];

/// Runs the benchmark that is named and keeps its figures.
pub(crate) fn bench(words: &[String]) -> Result<()> {
    match words {
        [what] if what == "dsp" => dsp(),
        [what] if what == "callbacks" => callbacks(),
        _ => bail!("the benchmarks: cargo xtask bench dsp, cargo xtask bench callbacks"),
    }
}

/// How long single callbacks take at the pace of a device.
fn callbacks() -> Result<()> {
    let ours = Ours::ready()?;
    let witness = Witness::begin();
    let mut held = true;
    let mut lines = vec![format!("the deadline = {DEADLINE_US:.0} µs, 64 frames; {PACED_SECONDS} s for each desk")];
    for (desk, title, most) in PACED {
        let said = ask(ours.command("paced", desk).arg(PACED_SECONDS.to_string()))?;
        let percent = number(&said, "p999")? / DEADLINE_US * 100.0;
        held &= percent <= most;
        lines.push(format!("{title}: p99.9, percent of the deadline (at most {most}) = {percent:.1}"));
        lines.push(format!("{title}: µs: {}", said.trim()));
    }
    let witness = witness.end().to_string();
    conclude(&Section {
        id: "3.1b",
        title: "Callbacks of ten minutes",
        held,
        command: "cargo xtask bench callbacks",
        witness: &witness,
        figures: &lines,
    })
}

/// Shows the figures and keeps them.
fn conclude(section: &Section<'_>) -> Result<()> {
    shell::say(&section.text());
    section.keep()?;
    if section.held { Ok(()) } else { bail!("the desk is slower than it must be") }
}

/// Our engine as it is shipped, and what it plays.
struct Ours {
    program: PathBuf,
    sounds: PathBuf,
    /// Where benchmarks keep what they install and make.
    folder: PathBuf,
}

/// The programs, ready to run.
struct Bench {
    ours: Ours,
    pedalboard: PathBuf,
    ffmpeg: bool,
}

/// Processor seconds of every round.
#[derive(Default)]
struct Seen {
    twenty: [Vec<f64>; 2],
    whole: [Vec<f64>; 2],
    bare: [Vec<f64>; 2],
    denoised: [Vec<f64>; 2],
    pedalboard: Vec<f64>,
    ffmpeg: Vec<f64>,
}

fn dsp() -> Result<()> {
    let bench = Bench::ready()?;
    let witness = Witness::begin();
    let mut seen = Seen::default();
    for round in 1..=ROUNDS {
        shell::say(&format!("round {round} of {ROUNDS}"));
        bench.round(&mut seen)?;
    }
    let witness = witness.end().to_string();
    let (held, figures) = figures(&seen);
    conclude(&Section {
        id: "3.1",
        title: "Speed",
        held,
        command: "cargo xtask bench dsp",
        witness: &witness,
        figures: &figures,
    })
}

impl Ours {
    fn ready() -> Result<Self> {
        shell::run("cargo", &["build", "--release", "--workspace", "--example", "desk_speed"])?;
        // This program stands in `debug` of the folder that `release` stands in too.
        let built = shell::built()?;
        let target = built.parent().context("a folder of built programs")?;
        let program = target.join(format!("release/examples/desk_speed{}", std::env::consts::EXE_SUFFIX));
        let folder = target.join("bench");
        let sounds = folder.join("sounds");
        fs::create_dir_all(&sounds)?;
        ask(Command::new(&program).arg("write").arg(&sounds))?;
        Ok(Self { program, sounds, folder })
    }

    fn command(&self, how: &str, desk: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args([how, desk]).arg(&self.sounds);
        command
    }

    /// Processor seconds of one desk, as fast as it goes.
    fn offline(&self, desk: &str, level: &[&str]) -> Result<f64> {
        number(&ask(self.command("offline", desk).args(level))?, "cpu")
    }
}

impl Bench {
    fn ready() -> Result<Self> {
        let ours = Ours::ready()?;
        let pedalboard = pedalboard(&ours.folder.join("pedalboard"))?;
        Ok(Self { ours, pedalboard, ffmpeg: shell::has("ffmpeg") })
    }

    fn round(&self, seen: &mut Seen) -> Result<()> {
        for (at, level) in [&["--baseline"][..], &[]].into_iter().enumerate() {
            seen.twenty[at].push(self.ours.offline("twenty", level)?);
            seen.whole[at].push(self.ours.offline("whole", level)?);
            seen.bare[at].push(self.ours.offline("bare", level)?);
            seen.denoised[at].push(self.ours.offline("denoised", level)?);
        }
        let script = shell::root().join("tests/peers/pedalboard_strip.py");
        let mut peer = Command::new(&self.pedalboard);
        seen.pedalboard
            .push(number(&ask(peer.arg(script).arg(&self.ours.sounds).env("OMP_NUM_THREADS", "1"))?, "cpu")?);
        if self.ffmpeg {
            seen.ffmpeg.push(ffmpeg(&self.ours.sounds)?);
        }
        Ok(())
    }
}

/// A Python with pedalboard, made once.
fn pedalboard(folder: &Path) -> Result<PathBuf> {
    let (python, made) = (folder.join("bin/python"), folder.join("made"));
    if !made.is_file() {
        shell::say("pedalboard is installed from PyPI into the folder of built programs.");
        ask(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        ask(Command::new(&python).args(["-m", "pip", "install", "--quiet", "pedalboard==0.9.26", "numpy"]))?;
        fs::write(made, "")?;
    }
    Ok(python)
}

/// Runs a command and gives what it printed.
fn ask(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?} could not be started"))?;
    if !output.status.success() {
        bail!("{command:?} ended with {}:\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

/// The number that follows a word.
fn number(said: &str, name: &str) -> Result<f64> {
    let word = said.split(&format!("{name} ")).nth(1).and_then(|rest| rest.split_whitespace().next());
    word.and_then(|word| word.parse().ok()).with_context(|| format!("no figure in “{said}”"))
}

/// Processor seconds of ffmpeg, its reading of the files included.
fn ffmpeg(sounds: &Path) -> Result<f64> {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-hide_banner", "-benchmark", "-threads", "1", "-filter_complex_threads", "1"]);
    let (mut graph, mut ends) = (String::new(), String::new());
    for at in 0..STRIPS {
        command.arg("-i").arg(sounds.join(format!("in{at:02}.wav")));
        let angle = at as f64 / (STRIPS - 1) as f64 * std::f64::consts::FRAC_PI_2;
        let (left, right) = (angle.cos(), angle.sin());
        graph += &format!(
            "[{at}:a]highpass=f=80:p=2,agate=threshold=0.00316:ratio=9000:attack=1:release=100:range=0.01,\
             bass=g=3:f=100:w=0.707:t=q,equalizer=f=400:t=q:w=1:g=-3,equalizer=f=3000:t=q:w=1:g=3,\
             treble=g=2:f=10000:w=0.707:t=q,acompressor=threshold=0.1:ratio=4:attack=10:release=100:knee=2,\
             pan=stereo|c0={left:.6}*c0|c1={right:.6}*c0[a{at}];"
        );
        ends += &format!("[a{at}]");
    }
    graph += &format!("{ends}amix=inputs={STRIPS}:normalize=0,alimiter=limit=0.891:attack=5:release=100:level=0[out]");
    command.args(["-filter_complex", &graph, "-map", "[out]", "-f", "null", "-"]);
    let said = ask(&mut command)?;
    let part = |name: &str| {
        let rest = said.split(name).nth(1)?;
        rest.split('s').next()?.parse::<f64>().ok()
    };
    Ok(part("utime=").context("ffmpeg tells no time")? + part("stime=").unwrap_or(0.0))
}

fn figures(seen: &Seen) -> (bool, Vec<String>) {
    let mut lines = vec![
        format!(
            "the work: {STRIPS} inputs of {SECONDS:.0} s at 48 kHz, each through high-pass, gate, four bands, compressor and \
             pan; their sum, a limiter at −1 dB; blocks of 64 frames, one thread, processor time, the release profile"
        ),
        "differences: ours meters all strips, keys, sends, cues and buses as always, its high-pass is of second order and its \
         limiter looks at true peaks; pedalboard's high-pass is of first order and its limiter looks at samples, but runs \
         channel after channel over the whole sound; ffmpeg chooses its own blocks, reads the files in the time that counts, \
         and its limiter looks at samples"
            .to_owned(),
    ];
    let mut held = true;
    let mut check = |good: bool| held &= good;
    let levels = [("baseline", 0, FLOOR_BASELINE, WHOLE_BASELINE), ("best level", 1, FLOOR_BEST, WHOLE_BEST)];
    let realtime = |seconds: &[f64]| Spread::of(seconds.iter().map(|used| SECONDS / used));
    let ratio = |peer: &[f64], own: &[f64]| Spread::of(peer.iter().zip(own).map(|(peer, own)| peer / own));
    lines.push(format!("pedalboard 0.9.26, × realtime = {}", realtime(&seen.pedalboard)));
    if seen.ffmpeg.is_empty() {
        lines.push("ffmpeg = not installed, not run".to_owned());
    } else {
        lines.push(format!("ffmpeg, × realtime = {}", realtime(&seen.ffmpeg)));
    }
    for (name, at, floor, whole_floor) in levels {
        let against = ratio(&seen.pedalboard, &seen.twenty[at]);
        let whole = realtime(&seen.whole[at]);
        let strip = seen.denoised[at].iter().zip(&seen.bare[at]).map(|(with, without)| (with - without) / DENOISED);
        let denoise = Spread::of(strip.map(|used| used / SECONDS * 100.0));
        check(against.median >= floor && whole.median >= whole_floor && denoise.median <= MOST_DENOISE);
        lines.push(format!("{name}: × realtime = {}", realtime(&seen.twenty[at])));
        lines.push(format!("{name}: times as fast as pedalboard (at least {floor}) = {against}"));
        if !seen.ffmpeg.is_empty() {
            lines.push(format!("{name}: times as fast as ffmpeg = {}", ratio(&seen.ffmpeg, &seen.twenty[at])));
        }
        lines.push(format!(
            "{name}: whole desk, 32 strips with everything but denoise, × realtime (at least {whole_floor}) = {whole}"
        ));
        lines.push(format!("{name}: denoise, percent of a core for a strip (at most {MOST_DENOISE}) = {denoise}"));
    }
    (held, lines)
}
