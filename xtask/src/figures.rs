//! `docs/figures.md`: one section for each line of an issue, written by the programs that measure.

use std::fs;

use anyhow::{Context, Result};

use crate::shell;

/// What was measured for one line of an issue.
pub(crate) struct Section<'a> {
    /// The line, as `2.3`.
    pub id: &'a str,
    pub title: &'a str,
    pub held: bool,
    /// What to type to measure it again.
    pub command: &'a str,
    /// What the machine did meanwhile.
    pub witness: &'a str,
    pub figures: &'a [String],
}

impl Section<'_> {
    /// The section as text.
    pub(crate) fn text(&self) -> String {
        let Self { id, title, .. } = self;
        let mut text = format!("## {id} {title}: {}\n\n", if self.held { "held" } else { "DID NOT HOLD" });
        text += &format!("{}\n\n", self.run());
        for figure in self.figures {
            text += &format!("- {figure}\n");
        }
        text
    }

    /// When, from what, where and by which command it was measured, and what the machine did meanwhile.
    pub(crate) fn run(&self) -> String {
        let Self { command, witness, .. } = self;
        let ask = |program: &str, args: &[&str]| shell::ask(program, args).unwrap_or_default().trim().to_owned();
        format!(
            "{}, commit {}, {}. `{command}`. Witness: {witness}.",
            ask("date", &["-u", "+%Y-%m-%d %H:%M UTC"]),
            ask("git", &["rev-parse", "--short", "HEAD"]),
            machine(),
        )
    }

    /// Puts the section in the place of the line's earlier one.
    pub(crate) fn keep(&self) -> Result<()> {
        let path = shell::root().join("docs/figures.md");
        let old = fs::read_to_string(&path).unwrap_or_default();
        let mut sections: Vec<String> = old.split("\n## ").skip(1).map(|s| format!("## {}\n", s.trim_end())).collect();
        sections.retain(|section| !section.starts_with(&format!("## {} ", self.id)));
        sections.push(format!("{}\n", self.text().trim_end()));
        // By numbers: 3.10 comes after 3.9.
        let place = |section: &String| -> Vec<u32> {
            section.trim_start_matches("## ").split(['.', ' ']).map_while(|word| word.parse().ok()).collect()
        };
        sections.sort_by_key(place);
        let head =
            "# Figures\n\nWritten by `cargo xtask prove` and `cargo xtask bench`; nothing here is typed by hand.\n";
        fs::write(&path, format!("{head}\n{}", sections.join("\n"))).with_context(|| path.display().to_string())
    }
}

fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(std::env::consts::ARCH);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("{} × {}", cores, model.trim_start_matches(['\t', ' ', ':']))
}
