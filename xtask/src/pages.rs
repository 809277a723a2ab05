//! The listener's page: built by npm, embedded in the server.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::shell;

/// Builds `web/dist` when a source is newer than it.
pub(crate) fn build() -> Result<()> {
    let web = shell::root().join("web");
    let built = modified(&web.join("dist/index.html"));
    let sources = ["web/src", "web/scripts", "web/index.html", "web/package-lock.json"];
    let assets = ["assets/theme.toml", "assets/i18n", "assets/icon.svg", "assets/icon.png", "server/api/openapi.json"];
    let newest = sources.iter().chain(&assets).filter_map(|path| newest(&shell::root().join(path))).max();
    if built.is_some() && built >= newest {
        return Ok(());
    }
    install(&web)?;
    shell::run_in(&web, npm(), &["run", "--silent", "build"])
}

/// Installs the packages of a folder with a `package-lock.json` when they are missing or older than it.
pub(crate) fn install(folder: &Path) -> Result<()> {
    let version = shell::ask("node", &["--version"]).unwrap_or_default();
    let major: u32 = version.trim().trim_start_matches('v').split('.').next().unwrap_or("").parse().unwrap_or(0);
    if major < 20 {
        bail!(
            "The listener's page is built with Node.js 20 or newer; found: “{}”. Install it from your \
               system's packages or from nodejs.org and run this again.",
            version.trim()
        );
    }
    let done = modified(&folder.join("node_modules/.package-lock.json"));
    if done.is_some() && done >= modified(&folder.join("package-lock.json")) {
        return Ok(());
    }
    shell::say(&format!("The Node packages of {} will be installed in its node_modules.", folder.display()));
    shell::run_in(folder, npm(), &["ci", "--no-audit", "--no-fund"])
}

/// npm's name on this system.
pub(crate) fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|meta| meta.modified()).ok()
}

fn newest(path: &Path) -> Option<SystemTime> {
    if !path.is_dir() {
        return modified(path);
    }
    let entries = fs::read_dir(path).with_context(|| path.display().to_string()).ok()?;
    entries.filter_map(|entry| newest(&entry.ok()?.path())).max()
}
