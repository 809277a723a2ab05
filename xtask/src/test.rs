//! Every behaviour, and before that the linters.

use anyhow::Result;

use crate::{packages, pages, shell};

/// Installs what is missing, lints unless told not to, builds and runs every test.
pub(crate) fn test(lint: bool) -> Result<()> {
    packages::install(&packages::EVERYTHING)?;
    let web = shell::root().join("web");
    pages::build()?;
    pages::install(&web)?;
    pages::install(&shell::root().join("tests/browser"))?;
    if lint {
        lints(&web)?;
    }
    shell::run_in(&web, pages::npm(), &["run", "--silent", "test"])?;
    shell::run_in(&shell::root().join("tests/browser"), "node", &["--test"])?;
    shell::run("cargo", &["build", "--workspace", "--all-targets"])?;
    if shell::has("cargo-nextest") {
        shell::run("cargo", &["nextest", "run", "--workspace"])
    } else {
        shell::run("cargo", &["test", "--workspace"])
    }
}

fn lints(web: &std::path::Path) -> Result<()> {
    shell::run("cargo", &["fmt", "--all", "--check"])?;
    shell::run("cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    if !shell::has("cargo-deny") {
        shell::say("cargo-deny is missing and will be installed; it takes some minutes once.");
        shell::run("cargo", &["install", "--locked", "--quiet", "cargo-deny"])?;
    }
    shell::run("cargo", &["deny", "--locked", "check", "bans", "licenses", "sources"])?;
    shell::run_in(web, pages::npm(), &["run", "--silent", "api:check"])?;
    shell::run_in(web, pages::npm(), &["run", "--silent", "lint"])
}
