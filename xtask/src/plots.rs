//! The pages of `docs` that are drawn from measurements.

use anyhow::Result;

use crate::shell;

/// Measures the effects, draws the curves in `docs/plots` and fills the tables of `docs/sound.md`; with `words`, a file and the
/// line that says how it came about, fills `docs/network.md` from what the test of bad networks measured.
pub(crate) fn draw(words: &[&str]) -> Result<()> {
    shell::run("cargo", &["build", "--workspace", "--example", "plots"])?;
    let plots = shell::built()?.join(format!("examples/plots{}", std::env::consts::EXE_SUFFIX));
    shell::run(&plots.display().to_string(), &[&["docs"], words].concat())
}
