//! `korero takes export`, as a person types it.

use std::path::Path;
use std::process::{Command, Output};

use crate::takes::{Noise, Recorded, names};

fn korero(take: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_korero"));
    command.args(["takes", "export"]).arg(take).args(words).env("KORERO_LANGUAGE", "en");
    command.output().expect("it runs")
}

#[test]
fn the_command_writes_files_names_them_and_says_what_is_wrong_in_a_sentence() {
    let mut noise = Noise(41);
    let sound: Vec<f32> = (0..2 * 96_000).map(|_| noise.next() * 0.2).collect();
    let (home, take) = Recorded::mix(&sound, &[(0, "Tahi"), (48_000, "Rua")]).keep();
    let done = korero(&take.folder, &["--as", "wav,opus", "--matched", "--fade-out", "0.5"]);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(said.lines().count(), 8, "{said}");
    assert!(said.contains("01 Tahi -16 LUFS.opus: -16 LUFS, true peak -"), "{said}");
    assert_eq!(String::from_utf8_lossy(&done.stderr), "", "no progress where nobody watches");
    let written = ["01 Tahi -16 LUFS.opus", "01 Tahi -16 LUFS.wav", "01 Tahi.opus", "01 Tahi.wav"];
    assert_eq!(names(&home.path().join("Songs"))[..4], written);
    let elsewhere = home.path().join("for Ana");
    let into = elsewhere.to_string_lossy().into_owned();
    assert!(korero(&take.folder, &["--whole", "--as", "flac", "--into", &into]).status.success());
    assert_eq!(names(&elsewhere), ["mix.flac"]);
    let wrong = korero(&take.folder, &["--file", "inputs"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("has no sound called “inputs”"));
}
