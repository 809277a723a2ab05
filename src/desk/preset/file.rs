//! Preset files: a strip's chain in the words of a desk file, read with its reader.

use std::path::Path;

use korero_dsp::bank::Place;
use korero_sentences::key;
use toml_edit::{Item, Table};

use super::{FADER, Preset, PresetId, Title, in_chain};
use crate::desk::address::ChannelName;
use crate::desk::channel::{Channel, Role};
use crate::desk::file::read::{Reader, Way};
use crate::desk::file::write;
use crate::desk::{Desk, Strip, StripInput};
use crate::fault::Fault;
use crate::limits::{MAX_NAME, MAX_PRESETS};

/// Reads every preset in `folder`, by name; there are none where no folder is. A file that is refused is left out with its
/// fault, one of a newer version comes locked with its fault.
#[must_use]
pub fn load_all(folder: &Path) -> (Vec<Preset>, Vec<Fault>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return (Vec::new(), Vec::new()) };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    paths.sort();
    let (mut presets, mut faults) = (Vec::new(), Vec::new());
    if paths.len() > MAX_PRESETS {
        let folder = folder.display().to_string();
        faults.push(Fault::new(key::FAULT_PRESET_TOO_MANY).with("folder", folder).with("most", MAX_PRESETS));
    }
    for path in paths.into_iter().take(MAX_PRESETS) {
        match load(&path) {
            Ok((preset, newer)) => {
                presets.push(preset);
                faults.extend(newer);
            }
            Err(fault) => faults.push(fault),
        }
    }
    (presets, faults)
}

/// Reads the preset at `path`. Errors: it cannot be read, its name is no preset's, or [`parse`] refuses it.
pub fn load(path: &Path) -> Result<(Preset, Option<Fault>), Fault> {
    let file = path.display().to_string();
    let id = path.file_stem().and_then(|stem| PresetId::parse(stem.to_str()?));
    let id = id.ok_or_else(|| Fault::new(key::FAULT_PRESET_FILE_NAME).with("file", &*file))?;
    let text = std::fs::read_to_string(path)
        .map_err(|e| Fault::new(key::FAULT_DESK_READ).with("file", &*file).with("why", e.to_string()))?;
    parse(&text, &file, &id)
}

/// Reads a preset from `text`; `file` is only for the errors. A newer version's gives what this one understands of it,
/// locked, with the fault that says so.
///
/// Errors name file, line and field: what a desk file is refused for, and what is no preset's to set.
pub fn parse(text: &str, file: &str, id: &PresetId) -> Result<(Preset, Option<Fault>), Fault> {
    let mut reader = Reader::new(text, file);
    let document = reader.document()?;
    let root = document.as_table();
    let newer = reader.format(root)?;
    let strip = Strip::new(id.as_str(), StripInput::Mono(1));
    let way = Way::to(ChannelName::Strip(strip.id.clone()), "");
    let mut desk = Desk { strips: vec![strip], ..Desk::default() };
    for (name, item) in root.iter().filter(|(name, _)| *name != "format") {
        let read = match name {
            "name" => read_name(&reader, root, item, &mut desk.strips[0]),
            _ if belongs(name) => reader.turn_below(root, (name, item), &way, &mut desk),
            _ => Err(reader.wrong(key::FAULT_DESK_UNKNOWN, root, name, name)),
        };
        reader.forgive(read)?;
    }
    if let Some(fader) = root.get("fader").and_then(Item::as_table_like) {
        let is_the_show_s =
            |name: &str| !FADER.iter().any(|control| Role::Strip.spec(*control).is_some_and(|spec| spec.id == name));
        if let Some((name, _)) = fader.iter().find(|(name, _)| is_the_show_s(name)) {
            let wrong = reader.wrong(key::FAULT_DESK_UNKNOWN, fader, name, &format!("fader.{name}"));
            reader.forgive(Err(wrong))?;
        }
    }
    let strip = &desk.strips[0];
    let title = Title::Own(strip.name.clone());
    let preset = Preset::of(&strip.channel, id.clone(), title, root.contains_key("fader"));
    let locked = newer.map(|newer| Fault { code: key::FAULT_DESK_NEWER_LOCKED, ..newer });
    Ok((Preset { locked: locked.is_some(), ..preset }, locked))
}

/// Saves as `<id>.toml` in `folder` by an atomic rename, keeping the comments of the file that stands there. Errors: the
/// folder cannot be written, or what stands there is not TOML or a newer version's.
pub fn save(folder: &Path, preset: &Preset) -> Result<(), Fault> {
    let path = folder.join(format!("{}.toml", preset.id.as_str()));
    let file = path.display().to_string();
    std::fs::create_dir_all(folder)
        .map_err(|e| Fault::new(key::FAULT_DESK_WRITE).with("file", &*file).with("why", e.to_string()))?;
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    write::replace(&path, &render(&old, preset, &file)?)
}

/// Writes a preset into the text that it was read from, so that comments stay. Errors: it is not TOML or a newer version's.
pub fn render(old: &str, preset: &Preset, file: &str) -> Result<String, Fault> {
    let mut document = write::begin(old, file)?;
    if let Title::Own(name) = &preset.title {
        write::set(document.as_table_mut(), "name", name.as_str());
    }
    write::render_channel(document.as_table_mut(), &preset.chain, &Channel::new(Role::Strip));
    if preset.with_fader {
        // Named even at rest: a preset without it leaves the fader alone.
        let level = write::number(preset.chain.level_db());
        let fader = document.entry("fader").or_insert_with(|| Item::Table(Table::new()));
        if let Some(fader) = fader.as_table_like_mut() {
            write::set(fader, "level", level);
        }
    } else {
        document.remove("fader");
    }
    Ok(document.to_string())
}

fn read_name(reader: &Reader<'_>, root: &Table, item: &Item, strip: &mut Strip) -> Result<(), Fault> {
    let name = item.as_str().filter(|name| name.chars().count() <= MAX_NAME);
    let name = name.ok_or_else(|| reader.wrong(key::FAULT_DESK_KIND, root, "name", "name"))?;
    name.clone_into(&mut strip.name);
    Ok(())
}

/// Whether a table of that name is a preset's to set.
fn belongs(name: &str) -> bool {
    let stages = || Role::Strip.sections().filter(|section| in_chain(*section));
    name == "fader" || Place::ALL.iter().any(|place| place.id() == name) || stages().any(|section| section.id() == name)
}
