//! The project's own commands. `cargo xtask help` lists them.

mod bench;
mod figures;
mod fuzz;
mod packages;
mod pages;
mod plots;
mod prove;
mod run;
mod shell;
mod spread;
mod test;
mod witness;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::prelude::*;

const HELP: &str = "\
cargo xtask run               put a show on the air: server, app and the listener's page (Ctrl-C ends it)
cargo xtask test              install what is missing, lint, and run every test
cargo xtask test --no-lint    only the tests
cargo xtask prove [2.3 …]     run the “Done when” lines of the issues at full length and write docs/figures.md
cargo xtask bench dsp         measure how much of a core the desk needs, beside pedalboard and ffmpeg
cargo xtask bench callbacks   measure how long single callbacks take, ten minutes with and ten without denoise
cargo xtask plots             measure the effects anew and draw docs/sound.md
cargo xtask faults            write docs/faults.md: every fault, its sentence and its remedy
cargo xtask setup             only install what is missing, and build the listener's page
";

fn main() -> ExitCode {
    match command() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<()> {
    let mut words = Vec::new();
    let mut lint = true;
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Value(word) => words.push(word.string()?),
            Long("no-lint") => lint = false,
            Short('h') | Long("help") => words.insert(0, "help".to_owned()),
            other => bail!("{}\n{HELP}", other.unexpected()),
        }
    }
    match words.first().map(String::as_str) {
        Some("run") => run::run(),
        Some("test") => test::test(lint),
        Some("bench") => bench::bench(&words[1..]),
        Some("prove") => prove::prove(&words[1..]),
        Some("plots") => plots::draw(&[]),
        Some("faults") => Ok(std::fs::write(shell::root().join("docs/faults.md"), korero_sentences::faults::page())?),
        Some("setup") => {
            packages::install(&packages::EVERYTHING)?;
            pages::build()
        }
        Some("help") | None => {
            shell::say(HELP);
            Ok(())
        }
        Some(other) => bail!("there is no command “{other}”\n{HELP}"),
    }
}
