//! System packages: one list for each use in `installer/packages/`, installed after saying so.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::shell;

/// What building the app and the server takes.
pub(crate) const BUILD: &str = "build";
/// What a window needs.
pub(crate) const RUN: &str = "run";
/// What the tests need beside that: a browser, players of other makers, a screen without a screen.
pub(crate) const TEST: &str = "test";
/// All lists.
pub(crate) const EVERYTHING: [&str; 3] = [BUILD, RUN, TEST];

/// Installs what is missing of the lists. On a system without Debian's tools it prints the exact command or what is
/// needed instead, and goes on: the build will tell what it lacks.
pub(crate) fn install(lists: &[&str]) -> Result<()> {
    if cfg!(target_os = "macos") {
        return on_other_system("brew install cmake node");
    }
    if cfg!(windows) {
        return on_other_system("winget install Kitware.CMake OpenJS.NodeJS.LTS");
    }
    if !shell::has("dpkg-query") {
        return on_other_system("your package manager: the packages named in installer/packages/*.txt");
    }
    let missing = missing_of(lists)?;
    if missing.is_empty() {
        return Ok(());
    }
    shell::say(&format!("These system packages are missing and will be installed: {}", missing.join(" ")));
    let root = shell::ask("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    if !root && !shell::has("sudo") {
        bail!("Installing them takes root. Run: apt-get install --no-install-recommends {}", missing.join(" "));
    }
    let program = if root { "apt-get" } else { "sudo" };
    let before: &[&str] = if root { &[] } else { &["apt-get"] };
    shell::run(program, &[before, &["update", "-q"]].concat())?;
    let install = ["install", "-y", "-q", "--no-install-recommends"];
    let words: Vec<&str> = missing.iter().map(String::as_str).collect();
    shell::run(program, &[before, &install, &words].concat())
}

fn on_other_system(how: &str) -> Result<()> {
    shell::say(&format!("If the build misses something, install it with: {how}"));
    Ok(())
}

fn missing_of(lists: &[&str]) -> Result<Vec<String>> {
    let installed = shell::ask("dpkg-query", &["-W", "-f", "${Status}\t${Package}\n"]).unwrap_or_default();
    let installed: Vec<&str> =
        installed.lines().filter_map(|line| line.strip_prefix("install ok installed\t")).collect();
    let mut missing = Vec::new();
    for list in lists {
        let path = shell::root().join(format!("installer/packages/{list}.txt"));
        let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            // The first word is the package; a program after it that is there makes it unneeded.
            let mut words = line.split_whitespace();
            let package = words.next().unwrap_or_default();
            let found = installed.contains(&package) || words.any(shell::has);
            if !found && !missing.iter().any(|name| name == package) {
                missing.push(package.to_owned());
            }
        }
    }
    Ok(missing)
}
