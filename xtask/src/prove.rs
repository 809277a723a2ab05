//! The “Done when” lines of the issues at full length, with the figures that were seen.
//!
//! A proof is a test of the workspace run with `KORERO_PROVE=1`, which makes it as long as the issue says; it prints
//! lines `figure NAME = VALUE`. A witness thread that wants to wake every millisecond tells what the machine itself
//! did meanwhile: a failed run during which the machine stalled is repeated.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::figures::Section;
use crate::witness::Witness;
use crate::{fuzz, packages, pages, plots, shell};

/// How often a run that a stall of the machine spoiled is made in all.
const ATTEMPTS: u32 = 5;

/// One line of an issue: what proves it.
struct Line {
    id: &'static str,
    title: &'static str,
    /// nextest filters, one run each.
    tests: &'static [&'static str],
    /// Test files of the app that are run again with the realtime sanitiser linked in.
    sanitised: &'static [&'static str],
}

impl Line {
    /// Whether it is the line `3.2`, or one of issue `3`.
    fn is(&self, id: &str) -> bool {
        self.id.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

const LINES: &[Line] = &[
    Line { id: "2.1", title: "One command is on air", tests: &["binary(show) & test(/^started::/)"], sanitised: &[] },
    Line {
        id: "2.2",
        title: "Bit-exact capture",
        tests: &["binary(capture) | (binary(capture_laws) & !test(/realtime/))"],
        sanitised: &[],
    },
    Line { id: "2.3", title: "Heard in a browser", tests: &["binary(show) & test(/^heard::/)"], sanitised: &[] },
    Line { id: "2.4", title: "Half an hour on air", tests: &["binary(show) & test(/^steady::/)"], sanitised: &[] },
    Line {
        id: "2.5",
        title: "Realtime laws and drift",
        tests: &["binary(engine_laws) | binary(capture_laws) | test(/priority/) | package(korero-dsp)"],
        sanitised: &["engine_laws", "capture_laws"],
    },
    Line {
        id: "2.6",
        title: "Wrong things",
        tests: &["(binary(show) & test(/^wrong::/)) | (binary(record) & !test(/^(full_disk|live)::/))"],
        sanitised: &[],
    },
    Line { id: "2.7", title: "Independent peers", tests: &["binary(show) & test(/^peers::/)"], sanitised: &[] },
    Line { id: "2.8", title: "Pictures", tests: &["binary(show) & test(/^pictures::/)"], sanitised: &[] },
    Line { id: "3.2", title: "Equaliser", tests: &["package(korero-dsp) & binary(eq)"], sanitised: &[] },
    Line {
        id: "3.3",
        title: "Compressor and gate",
        tests: &["package(korero-dsp) & binary(dynamics)"],
        sanitised: &[],
    },
    Line { id: "3.4", title: "Limiter", tests: &["package(korero-dsp) & binary(limiter)"], sanitised: &[] },
    Line { id: "3.5", title: "Loudness", tests: &["package(korero-dsp) & binary(loudness)"], sanitised: &[] },
    Line {
        id: "3.6",
        title: "Laws over the registry",
        tests: &["package(korero-dsp) & (binary(laws) | binary(allocation) | binary(strip))"],
        sanitised: &[],
    },
    Line { id: "3.7", title: "Latency", tests: &["binary(latency_laws)"], sanitised: &[] },
    Line {
        id: "3.8",
        title: "Denoise",
        tests: &["(package(korero-dsp) & binary(denoise)) | test(/however_many_strips_are_denoised/)"],
        sanitised: &[],
    },
    Line {
        id: "3.9",
        title: "Desk laws and help that listens",
        tests: &["test(/^desk::/) | binary(ring) | binary(assistant) | binary(metering)"],
        sanitised: &[],
    },
    Line { id: "3.10", title: "Render", tests: &["binary(golden) | binary(render_laws)"], sanitised: &[] },
    Line {
        id: "3.11",
        title: "Bad input",
        tests: &["test(/are_no_numbers|takes_a_value_out_of_range|what_is_wrong_in_a|newer_version|newer_format/)"],
        sanitised: &[],
    },
    Line {
        id: "4.1",
        title: "Kills and power cuts",
        tests: &[
            "(binary(record) & !test(/^(full_disk|live)::/)) | test(/^record::tests::power::/)",
            "binary(record) & test(/^live::a_process_that_stands_still/)",
        ],
        sanitised: &[],
    },
    Line {
        id: "4.2",
        title: "Disk faults",
        tests: &[
            "package(korero) & test(/^record::(tests|pulse|claim)::/) & !test(/a_whole_day/)",
            "binary(record) & test(/^full_disk::/)",
        ],
        sanitised: &[],
    },
    Line { id: "4.3", title: "Size", tests: &["package(korero) & test(/^record::wav::/)"], sanitised: &[] },
    Line {
        id: "4.4",
        title: "Long",
        tests: &["package(korero) & test(/a_whole_day/)", "binary(record) & test(/^live::twenty_minutes/)"],
        sanitised: &[],
    },
    Line {
        id: "4.5",
        title: "Upload",
        tests: &["(binary(show) & test(/^upload::/)) | (package(korero-server) & test(/tus|archive/))"],
        sanitised: &[],
    },
    Line {
        id: "4.6",
        title: "Verify",
        tests: &["(package(korero) & test(/^takes::/)) | binary(takes)"],
        sanitised: &[],
    },
    Line {
        id: "4.7",
        title: "Pre-roll and exports",
        tests: &["test(/preroll/)", "package(korero) & (binary(export) | test(/export/))"],
        sanitised: &[],
    },
    Line {
        id: "4.8",
        title: "The takes in the window",
        tests: &["(binary(window) & test(/^takes::/)) | (binary(show) & test(/^takes::/))"],
        sanitised: &[],
    },
    Line {
        id: "5.1",
        title: "Bad networks",
        tests: &[
            "(binary(show) & test(/^(path|narrow|network)::/)) | (binary(publish) & !test(/^(hostile|quirks|strange)::/)) | \
             test(/restarts_ice|ice_restart/)",
        ],
        sanitised: &[],
    },
    Line {
        id: "5.2",
        title: "UDP blocked",
        tests: &["(binary(show) & test(/^blocked::/)) | (binary(it) & test(/^(tcp|conformance|http)::/))"],
        sanitised: &[],
    },
    Line {
        id: "5.3",
        title: "Own ear",
        tests: &["(package(korero) & test(/^ear::/)) | (binary(show) & test(/^ear::/))"],
        sanitised: &[],
    },
    Line {
        id: "5.4",
        title: "Other people's servers",
        tests: &["(binary(show) & test(/^peers::/)) | (binary(publish) & test(/^quirks::/))"],
        sanitised: &[],
    },
    Line {
        id: "5.5",
        title: "A day of bad networks, and 300 reconnects",
        tests: &["test(/a_day_of_bad_networks/)", "binary(show) & test(/^again::/)"],
        sanitised: &[],
    },
    Line {
        id: "5.6",
        title: "Servers that do harm",
        tests: &["(binary(publish) & test(/^(hostile|strange)::/)) | (binary(show) & test(/^hostile::/)) | \
             test(/answer::tests|told::tests|strange_offers/)"],
        sanitised: &[],
    },
    Line {
        id: "5.7",
        title: "Four destinations, radio and keys",
        tests: &[
            "binary(show) & test(/^(destinations|icecast|secret|nights|check)::/)",
            "(package(korero) & test(/^check::/)) | (binary(it) & test(/^check::/))",
            "package(korero) & test(/^(session::tests|keys|secret|publish::icecast|stage::tests::a_key)::?/)",
        ],
        sanitised: &[],
    },
    Line {
        id: "5.8",
        title: "All of it in the window",
        tests: &[
            "(binary(show) & test(/^evening::/)) | (binary(window) & test(/^(check|destinations|ear|night)::/)) | \
             (package(korero) & test(/^(session::cards|night)::/))",
        ],
        sanitised: &[],
    },
    Line { id: "6.2", title: "Without eyes", tests: &["binary(show) & test(/^eyes::/)"], sanitised: &[] },
    Line {
        id: "6.1",
        title: "The window as pictures",
        tests: &["binary(window) & test(/^snapshots::/)", "binary(show) & test(/^(newcomer|hands|whole_night)::/)"],
        sanitised: &[],
    },
    Line {
        id: "6.3",
        title: "What the window costs",
        tests: &["binary(window) & test(/^frame::/)", "binary(show) & test(/^thrift::/)"],
        sanitised: &[],
    },
    Line {
        id: "6.4",
        title: "Nothing here disturbs sound",
        tests: &["binary(calm) | (package(korero) & test(/^ui::(panels::guard|lock|farewell)::/))"],
        sanitised: &[],
    },
    Line {
        id: "6.5",
        title: "Faders tell the truth",
        tests: &[
            "(package(korero) & test(/^surface::/)) | (binary(window) & test(/^truth::/))",
            // By itself: what it measures is time.
            "package(korero) & test(/^stage::surfaces_tests::/)",
        ],
        sanitised: &[],
    },
    Line {
        id: "6.6",
        title: "Every fault, every sentence",
        tests: &["(binary(window) & test(/^(faults|room)::/)) | package(korero-sentences)"],
        sanitised: &[],
    },
    Line { id: "6.7", title: "A newcomer", tests: &["binary(show) & test(/^newcomer::/)"], sanitised: &[] },
];

/// The line whose tests measure what listeners hear through bad networks, for `docs/network.md`.
const NETWORK: &str = "5.1";

/// Lines that are fuzzed as well, with the targets.
const FUZZED: &[(&str, &[&str])] = &[("4.6", &["header", "journal"]), ("5.6", &["answer", "reply", "rtcp"])];

/// Proves the lines that are named, or all, and writes `docs/figures.md`.
pub(crate) fn prove(wanted: &[String]) -> Result<()> {
    packages::install(&packages::EVERYTHING)?;
    pages::build()?;
    pages::install(&shell::root().join("tests/browser"))?;
    shell::run("cargo", &["build", "--workspace", "--all-targets"])?;
    let chosen: Vec<&Line> =
        LINES.iter().filter(|line| wanted.is_empty() || wanted.iter().any(|id| line.is(id))).collect();
    if chosen.is_empty() {
        bail!("there is no line “{}”", wanted.join(" "));
    }
    let mut failed = Vec::new();
    for line in chosen {
        let proof = attempt(line)?;
        let command = format!("cargo xtask prove {}", line.id);
        let section = Section {
            id: line.id,
            title: line.title,
            held: proof.held,
            command: &command,
            witness: &proof.witness,
            figures: &proof.figures,
        };
        shell::say(&section.text());
        section.keep()?;
        if line.id == NETWORK {
            plots::draw(&[&network_file()?.to_string_lossy(), &section.run()])?;
        }
        if !proof.held {
            failed.push(line.id);
        }
    }
    if !failed.is_empty() {
        bail!("these lines did not hold: {}", failed.join(" "));
    }
    Ok(())
}

struct Proof {
    held: bool,
    figures: Vec<String>,
    witness: String,
}

fn attempt(line: &Line) -> Result<Proof> {
    let mut spoiled = 0;
    loop {
        let witness = Witness::begin();
        let (mut held, mut figures) = (true, Vec::new());
        for filter in line.tests {
            let (passed, seen) = run(nextest(&["--workspace", "-E", filter])?)?;
            held &= passed;
            figures.extend(seen);
        }
        for test in line.sanitised {
            let (passed, _) = run(sanitised(test)?)?;
            figures
                .push(format!("{test} under the realtime sanitiser = {}", if passed { "no finding" } else { "FOUND" }));
            held &= passed;
        }
        for target in FUZZED.iter().filter(|(id, _)| *id == line.id).flat_map(|(_, targets)| *targets) {
            let (passed, seen) = fuzz::run(target)?;
            held &= passed;
            figures.extend(seen);
        }
        let stalls = witness.end();
        if !held && stalls.worst_ms > 20.0 && spoiled + 1 < ATTEMPTS {
            spoiled += 1;
            shell::say(&format!("{}: the machine stalled for {:.0} ms; once more.", line.id, stalls.worst_ms));
            continue;
        }
        return Ok(Proof { held, figures, witness: format!("{stalls}; runs spoiled by a stall: {spoiled}") });
    }
}

/// Where the test of bad networks writes what it measured.
fn network_file() -> Result<PathBuf> {
    Ok(shell::built()?.join("network.json"))
}

/// One run of nextest whose tests are as long as the issue says.
fn nextest(what: &[&str]) -> Result<Command> {
    let mut command = Command::new("cargo");
    command.args(["nextest", "run", "--no-capture", "--no-fail-fast"]).args(what);
    command.env("KORERO_PROVE", "1").env("KORERO_PROVE_SECONDS", "60").env("KORERO_NETWORK", network_file()?);
    Ok(command)
}

/// Runs the tests of one command and gives whether they passed and the figures that they printed.
fn run(mut command: Command) -> Result<(bool, Vec<String>)> {
    command.current_dir(shell::root()).stdout(Stdio::piped());
    let mut child = command.spawn().context("cargo-nextest could not be started; cargo install cargo-nextest")?;
    let out = child.stdout.take().context("its output is ours")?;
    let mut figures = Vec::new();
    for line in BufReader::new(out).lines() {
        let line = line?;
        shell::say(&line);
        if let Some((_, figure)) = line.split_once("figure").filter(|(_, rest)| rest.starts_with([' ', ':'])) {
            figures.push(figure.trim_start_matches([' ', ':']).to_owned());
        }
    }
    Ok((child.wait()?.success(), figures))
}

/// A test file with RTSan's runtime, which comes with the toolchain on Linux. Built in a folder of its own, and the file
/// touched first: cargo does not notice that the sanitiser came or went.
fn sanitised(test: &str) -> Result<Command> {
    let root = shell::ask("rustc", &["--print", "sysroot"]).context("rustc does not answer")?;
    let arch = std::env::consts::ARCH;
    let runtime = format!("{}/lib/rustlib/{arch}-unknown-linux-gnu/lib/librustc-stable_rt.rtsan.a", root.trim());
    if !fs::exists(&runtime)? {
        bail!("this toolchain has no realtime sanitiser: {runtime} is missing");
    }
    let file = fs::File::options().append(true).open(shell::root().join(format!("tests/{test}.rs")))?;
    file.set_modified(SystemTime::now())?;
    let mut command = nextest(&["--workspace", "--test", test])?;
    command.env("RTSAN_LIB_PATH", runtime).env("RTSAN_ENABLE", "1");
    command.env("CARGO_TARGET_DIR", shell::built()?.join("rtsan"));
    Ok(command)
}
