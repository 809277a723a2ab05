//! `korero render`: a multitrack through a desk into files.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use korero_sentences::key;

use super::args::Render;
use super::{Voice, plan};
use crate::desk::scene::{self, Scene};
use crate::desk::{Desk, file};
use crate::fault::Fault;
use crate::limits::SAMPLE_RATE;
use crate::render::{self, RenderReport, Wanted};
use crate::settings::{self, Settings};

/// Mixes down and tells how loud it became.
///
/// # Errors
/// The desk, the scene, a preset or the multitrack is not there or not good; a file cannot be written.
pub(super) fn mix_down(job: &Render, voice: Voice) -> Result<(), Fault> {
    let desk = desk_of(job)?;
    let wanted = Wanted { mix: &job.out, stems: job.stems.as_deref(), cues: job.cues.as_deref() };
    refuse_to_overwrite(&job.inputs, &render::targets(&desk, &wanted))?;
    let begun = Instant::now();
    let report = render::render(&desk, &mut *render::open(&job.inputs)?, &wanted)?;
    tell(&report, &job.out, begun, voice);
    Ok(())
}

/// The multitrack may be the only one, and what is written twice is neither the one nor the other.
fn refuse_to_overwrite(inputs: &[PathBuf], targets: &[PathBuf]) -> Result<(), Fault> {
    let mut taken: BTreeSet<PathBuf> = inputs.iter().filter_map(|input| place(input).ok()).collect();
    for target in targets {
        if place(target).is_ok_and(|place| !taken.insert(place)) {
            return Err(Fault::new(key::FAULT_RENDER_SAME).with("file", target.display().to_string()));
        }
    }
    Ok(())
}

/// Where a file lies, or would lie, whatever it is called by.
fn place(path: &Path) -> io::Result<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    path.canonicalize().or_else(|_| Ok(folder.canonicalize()?.join(path.file_name().unwrap_or_default())))
}

fn tell(report: &RenderReport, out: &Path, begun: Instant, voice: Voice) {
    let seconds = report.frames as f64 / f64::from(SAMPLE_RATE);
    let speed = seconds / begun.elapsed().as_secs_f64().max(1e-6);
    let args = [
        ("file", out.display().to_string().into()),
        ("seconds", format!("{seconds:.1}").into()),
        ("speed", format!("{speed:.0}").into()),
    ];
    voice.say(key::CLI_RENDERED, &args);
    let db = |value: f32| {
        if value.is_finite() { format!("{value:.1}").replace('-', "−") } else { "−∞".to_owned() }
    };
    let args = [
        ("lufs", db(report.loudness_lufs).into()),
        ("peak", db(report.true_peak_db).into()),
        ("reduction", db(report.reduction_db).into()),
    ];
    voice.say(key::CLI_RENDERED_LEVELS, &args);
}

/// The desk of the file, with the presets that were asked for on it, after the recall of the scene that was asked for.
fn desk_of(job: &Render) -> Result<Desk, Fault> {
    let mut desk = file::load(&job.desk)?;
    if let Some(name) = &job.scene {
        let beside_settings = settings::folder().join(Settings::SCENES_FILE);
        desk = scene_named(name, job.scenes.as_deref().unwrap_or(&beside_settings))?.recalled(&desk);
    }
    let (presets, wrong) = plan::presets(&settings::folder());
    for (strip, wanted) in &job.presets {
        let preset = presets.iter().find(|preset| preset.id.as_str() == wanted);
        let missing = || Fault::new(key::FAULT_CLI_NO_PRESET).with("preset", wanted.as_str());
        // One that is there but cannot be read is more likely the one that was meant.
        let preset = preset.ok_or_else(|| wrong.first().cloned().unwrap_or_else(missing))?;
        let ids = list(desk.strips.iter().map(|strip| strip.id.as_str()));
        let strip = desk
            .strips
            .iter_mut()
            .find(|one| one.id.as_str() == strip)
            .ok_or_else(|| Fault::new(key::FAULT_CLI_NO_STRIP).with("strip", strip.as_str()).with("list", ids))?;
        preset.apply(&mut strip.channel);
    }
    Ok(desk)
}

/// The scene of that id or name.
fn scene_named(name: &str, file: &Path) -> Result<Scene, Fault> {
    let (mut scenes, wrong) = scene::file::load(file);
    match scenes.list.iter().position(|scene| scene.id.as_str() == name || scene.name == name) {
        Some(at) => Ok(scenes.list.swap_remove(at)),
        None => Err(wrong.unwrap_or_else(|| {
            let list = list(scenes.list.iter().map(|scene| scene.name.as_str()));
            let file = file.display().to_string();
            Fault::new(key::FAULT_CLI_NO_SCENE).with("scene", name).with("file", file).with("list", list)
        })),
    }
}

fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}
