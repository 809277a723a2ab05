//! Fuzzing with libFuzzer, on the stable compiler: the app is built once more with the counters that it watches.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::shell;

/// How long each target is fuzzed, in seconds.
const SECONDS: u32 = 600;

/// Fuzzes one target (`tests/fuzz/{targets,network}.rs`); says whether it held and what was seen. What is found stays below the
/// build folder, beside all that the search has learnt.
pub(crate) fn run(target: &str) -> Result<(bool, Vec<String>)> {
    let root = shell::root();
    let mut build = Command::new("cargo");
    build.args(["build", "--workspace", "--features", "korero/fuzz", "--example", "fuzz"]).current_dir(root);
    build.env("RUSTC_WORKSPACE_WRAPPER", root.join("tests/fuzz/instrument.sh"));
    if !build.status().context("cargo could not be started")?.success() {
        bail!("what fuzzes could not be built");
    }
    let built = shell::built()?;
    let home = built.join("fuzz").join(target);
    let (corpus, found) = (home.join("corpus"), home.join("found"));
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&found)?;
    let mut search = Command::new(built.join("examples/fuzz"));
    search.arg(&corpus).arg(format!("-artifact_prefix={}/", found.display())).arg(format!("-max_total_time={SECONDS}"));
    // A whole header with a little sound is the largest that is worth a try.
    search.args(["-max_len=66300", "-timeout=20", "-print_final_stats=1", "-use_value_profile=1"]);
    search.env("KORERO_FUZZ", target).env("KORERO_FUZZ_SEEDS", &corpus).stderr(Stdio::piped());
    let mut child = search.spawn().context("what fuzzes could not be started")?;
    let said = child.stderr.take().context("its words are ours")?;
    let mut figures = vec![format!("fuzz {target}: seconds = {SECONDS}")];
    for line in BufReader::new(said).lines() {
        let line = line?;
        shell::say(&line);
        for (name, called) in [("number_of_executed_units", "executions"), ("average_exec_per_sec", "executions/s")] {
            let number = line.strip_prefix("stat::").and_then(|rest| rest.strip_prefix(name)?.strip_prefix(':'));
            figures.extend(number.map(|number| format!("fuzz {target}: {called} = {}", number.trim())));
        }
    }
    let held = child.wait()?.success();
    figures.push(format!("fuzz {target}: {}", if held { "no finding" } else { "FOUND, see the build folder" }));
    Ok((held, figures))
}
