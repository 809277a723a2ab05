//! Speech under noise gains as much as the network alone gives it, by a listener that others wrote.

use std::path::{Path, PathBuf};
use std::process::Command;

use korero_dsp::effects::denoise::{GUARD, LIMIT, ON};

use super::{denoise, fresh};

/// Noises, and their distances below the speech, as `speech.py` makes them.
const ROWS: [&str; 4] = ["hum", "hiss", "pink", "rumble"];
/// How much of the network's gain must be there.
const SHARE: f64 = 0.8;

/// Row and voice, and how well it is understood: untouched, by the network alone, by ours.
type Score = (String, [f64; 3]);

/// A Python with PESQ, made once in the folder of built programs; says what is missing.
fn python() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pesq");
    let (python, made) = (folder.join("bin/python"), folder.join("made"));
    if !made.is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "pesq==0.0.4", "numpy", "scipy"]))?;
        std::fs::write(made, "").map_err(|e| e.to_string())?;
    }
    Ok(python)
}

fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {}", told.lines().last().unwrap_or("no word")))
}

fn read(path: &Path) -> Vec<f32> {
    let bytes = std::fs::read(path).expect("it was written");
    bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().expect("four"))).collect()
}

fn write(path: &Path, sound: &[f32]) {
    std::fs::write(path, sound.iter().flat_map(|sample| sample.to_le_bytes()).collect::<Vec<_>>()).expect("written");
}

/// Both ways through the denoiser: as a strip has it, and the network alone.
fn process(folder: &Path) {
    let entries = std::fs::read_dir(folder).expect("it was made").map(|entry| entry.expect("an entry").path());
    for path in entries.filter(|path| path.extension().is_some_and(|end| end == "noisy")) {
        let noisy = read(&path);
        write(&path.with_extension("ours"), &denoise(&mut fresh(&[(ON, 1.0)]), &noisy));
        let alone = [(ON, 1.0), (GUARD, 0.0), (LIMIT, 60.0)];
        write(&path.with_extension("bare"), &denoise(&mut fresh(&alone), &noisy));
    }
}

/// What the listener says of these rows; says what is missing.
fn listen(rows: &[&str]) -> Result<Vec<Score>, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("speech");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/denoise/speech.py");
    let python = python()?;
    let ask = |word: &str| run(Command::new(&python).arg(&script).arg(word).arg(&folder).args(rows));
    ask("make")?;
    process(&folder);
    let score = |line: &str| -> Option<Score> {
        let words: Vec<_> = line.split_whitespace().collect();
        let [row, voice, noisy, network, ours] = words.as_slice().try_into().ok()?;
        Some((format!("{row}_{voice}"), [noisy.parse().ok()?, network.parse().ok()?, ours.parse().ok()?]))
    };
    ask("rate")?.lines().map(|line| score(line).ok_or_else(|| line.to_owned())).collect()
}

#[test]
fn speech_under_noise_gains_at_least_four_fifths_of_what_the_network_alone_gives() {
    let long = std::env::var_os("KORERO_PROVE").is_some();
    let rows = if long { &ROWS[..] } else { &ROWS[..1] };
    let scores = match listen(rows) {
        Ok(scores) => scores,
        Err(missing) => {
            println!("SKIPPED, speech was not rated: {missing}");
            return;
        }
    };
    assert_eq!(scores.len(), 2 * rows.len(), "two voices");
    for (name, [noisy, network, ours]) in scores {
        let share = (ours - noisy) / (network - noisy);
        println!("figure denoise_pesq_{name}: noisy {noisy}, network {network}, ours {ours}; of its gain = {share:.2}");
        assert!(network > noisy && share >= SHARE, "{name}: {share:.2}");
    }
}
