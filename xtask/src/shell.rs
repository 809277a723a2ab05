//! Running other programs, and saying what is done.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

/// Prints one line for the person at the terminal.
#[expect(clippy::print_stdout, reason = "this is where the commands speak")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// The top folder of the checkout: where cargo runs this program, since a build folder that several checkouts share may
/// hold one that was built in another.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let package = std::env::var_os("CARGO_MANIFEST_DIR").map_or(env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        package.parent().unwrap_or(Path::new(".")).to_path_buf()
    })
}

/// The folder of built programs: the one this program stands in.
pub(crate) fn built() -> Result<PathBuf> {
    let me = std::env::current_exe().context("where this program stands is unknown")?;
    Ok(me.parent().unwrap_or(Path::new(".")).to_path_buf())
}

/// Runs a command in the top folder and fails when it fails.
pub(crate) fn run(program: &str, args: &[&str]) -> Result<()> {
    run_in(root(), program, args)
}

/// Runs a command in `folder` and fails when it fails.
pub(crate) fn run_in(folder: &Path, program: &str, args: &[&str]) -> Result<()> {
    say(&format!("$ {program} {}", args.join(" ")));
    let status = Command::new(program).args(args).current_dir(folder).status().with_context(|| missing(program))?;
    if !status.success() {
        bail!("“{program} {}” ended with {status}", args.join(" "));
    }
    Ok(())
}

/// What a command prints, or `None` when it cannot be run or fails.
pub(crate) fn ask(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).current_dir(root()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program is there.
pub(crate) fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn missing(program: &str) -> String {
    format!("“{program}” could not be started; “cargo xtask setup” installs what is missing")
}
