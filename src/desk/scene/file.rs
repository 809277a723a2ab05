//! The scenes file, beside the desk file: TOML whose comments stay, read with the desk file's own reader.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use korero_sentences::key;
use toml_edit::{Array, ArrayOfTables, Item, Table};

use super::{Part, Scene, SceneId, Scenes, Scope};
use crate::desk::address::ChannelName;
use crate::desk::file::read::{Reader, out_of_range};
use crate::desk::file::write;
use crate::desk::{Desk, StripId};
use crate::fault::Fault;
use crate::limits::{MAX_FADE, MAX_NAME, MAX_SCENES};

/// Reads the scenes at `path`; there are none where no file stands. A damaged file keeps nobody from playing: its scenes
/// are left out, and a file that could not be understood as a whole is never written over. The faults say so.
#[must_use]
pub fn load(path: &Path) -> (Scenes, Option<Fault>) {
    let file = path.display().to_string();
    let read = match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, &file),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return (Scenes::default(), None),
        Err(e) => Err(Fault::new(key::FAULT_DESK_READ).with("file", file).with("why", e.to_string())),
    };
    read.unwrap_or_else(|fault| (Scenes { list: Vec::new(), locked: true }, Some(fault)))
}

/// Reads scenes from `text`; `file` is only for the errors. A file of a newer version gives what this one understands of
/// it, locked, with the fault that says so.
///
/// Errors name file, line and field: what a desk file is refused for, two scenes of one id, too many, an impossible fade,
/// an unknown channel or part.
pub fn parse(text: &str, file: &str) -> Result<(Scenes, Option<Fault>), Fault> {
    let mut reader = Reader::new(text, file);
    let document = reader.document()?;
    let root = document.as_table();
    let newer = reader.format(root)?;
    let mut scenes = Scenes { list: Vec::new(), locked: newer.is_some() };
    for (name, item) in root.iter().filter(|(name, _)| *name != "format") {
        reader.forgive(match (name, item) {
            ("scene", Item::ArrayOfTables(tables)) => read_all(&reader, tables, &mut scenes),
            ("scene", _) => Err(reader.wrong(key::FAULT_DESK_KIND, root, name, name)),
            _ => Err(reader.wrong(key::FAULT_DESK_UNKNOWN, root, name, name)),
        })?;
    }
    Ok((scenes, newer.map(|newer| Fault { code: key::FAULT_DESK_NEWER_LOCKED, ..newer })))
}

/// Saves by an atomic rename, keeping the comments of the file that stands there. Errors: the folder cannot be written, or
/// what stands there is not TOML or a newer version's.
pub fn save(path: &Path, scenes: &Scenes) -> Result<(), Fault> {
    let old = std::fs::read_to_string(path).unwrap_or_default();
    write::replace(path, &render(&old, scenes, &path.display().to_string())?)
}

/// Writes the scenes into the text that they were read from, so that comments stay. Errors: it is not TOML or a newer
/// version's.
pub fn render(old: &str, scenes: &Scenes, file: &str) -> Result<String, Fault> {
    let mut document = write::begin(old, file)?;
    let old = match document.remove("scene") {
        Some(Item::ArrayOfTables(tables)) => tables,
        _ => ArrayOfTables::new(),
    };
    let mut tables = ArrayOfTables::new();
    for scene in &scenes.list {
        let kept = old.iter().find(|table| table.get("id").and_then(Item::as_str) == Some(scene.id.as_str()));
        let mut table = kept.cloned().unwrap_or_default();
        render_scene(&mut table, scene);
        tables.push(table);
    }
    document.insert("scene", Item::ArrayOfTables(tables));
    Ok(document.to_string())
}

fn read_all(reader: &Reader<'_>, tables: &ArrayOfTables, scenes: &mut Scenes) -> Result<(), Fault> {
    for (index, table) in tables.iter().enumerate() {
        let line = reader.line_of_table(table);
        if index == MAX_SCENES {
            return Err(reader.at(key::FAULT_SCENE_TOO_MANY, line).with("most", MAX_SCENES));
        }
        let field = format!("scene[{}]", index + 1);
        match read_scene(reader, table, &field) {
            Ok(scene) if scenes.get(&scene.id).is_some() => {
                let wrong = reader.wrong(key::FAULT_SCENE_TWICE, table, "id", &field).with("id", scene.id.as_str());
                reader.forgive(Err(wrong))?;
            }
            Ok(scene) => scenes.list.push(scene),
            Err(fault) => reader.forgive(Err(fault))?,
        }
    }
    Ok(())
}

fn read_scene(reader: &Reader<'_>, table: &Table, field: &str) -> Result<Scene, Fault> {
    let mut scene = Scene {
        id: SceneId::random(),
        name: String::new(),
        desk: Arc::default(),
        scope: Scope::default(),
        fade: Duration::ZERO,
    };
    for (name, item) in table.iter() {
        let below = format!("{field}.{name}");
        let wrong = |code| reader.wrong(code, table, name, &below);
        reader.forgive(read_entry(reader, table, (name, item), &below, &wrong, &mut scene))?;
    }
    Ok(scene)
}

fn read_entry(
    reader: &Reader<'_>,
    table: &Table,
    (name, item): (&str, &Item),
    field: &str,
    wrong: &dyn Fn(korero_sentences::Key) -> Fault,
    scene: &mut Scene,
) -> Result<(), Fault> {
    let kind = || wrong(key::FAULT_DESK_KIND);
    match name {
        "id" => scene.id = item.as_str().and_then(SceneId::parse).ok_or_else(kind)?,
        "name" => {
            let title = item.as_str().filter(|name| name.chars().count() <= MAX_NAME).ok_or_else(kind)?;
            title.clone_into(&mut scene.name);
        }
        "fade" => {
            let seconds = item.as_float().or_else(|| item.as_integer().map(|whole| whole as f64)).ok_or_else(kind)?;
            if !(0.0..=MAX_FADE.as_secs_f64()).contains(&seconds) {
                let longest = MAX_FADE.as_secs_f32();
                return Err(out_of_range(wrong(key::FAULT_DESK_RANGE), seconds as f32, 0.0, longest));
            }
            // To the millisecond, so that what is written reads back the same.
            scene.fade = Duration::from_millis((seconds * 1_000.0).round() as u64);
        }
        "channels" => {
            let words = words(item).ok_or_else(kind)?;
            let named = words.into_iter().map(channel).collect::<Option<BTreeSet<_>>>();
            scene.scope.channels = Some(named.ok_or_else(|| wrong(key::FAULT_SCENE_CHANNEL))?);
        }
        "parts" => {
            let named = words(item).ok_or_else(kind)?.into_iter().map(Part::from_word).collect::<Option<BTreeSet<_>>>();
            let unknown = || wrong(key::FAULT_DESK_CHOICE).with("words", Part::WORDS.join(", "));
            scene.scope.parts = named.ok_or_else(unknown)?;
        }
        "desk" => {
            let mut desk = Desk::default();
            reader.channels(reader.table(table, name, item, field)?, &format!("{field}."), &mut desk)?;
            scene.desk = Arc::new(desk);
        }
        _ => return Err(wrong(key::FAULT_DESK_UNKNOWN)),
    }
    Ok(())
}

fn words(item: &Item) -> Option<Vec<&str>> {
    item.as_array()?.iter().map(toml_edit::Value::as_str).collect()
}

/// The channel of a name such as `strip.voice` or `group1`.
fn channel(text: &str) -> Option<ChannelName> {
    match text.strip_prefix("strip.") {
        Some(id) => StripId::parse(id).map(ChannelName::Strip),
        None => ChannelName::fixed_named(text),
    }
}

fn render_scene(table: &mut Table, scene: &Scene) {
    write::set(table, "id", scene.id.as_str());
    write::set(table, "name", scene.name.as_str());
    write::set(table, "fade", scene.fade.as_millis() as f64 / 1_000.0);
    match &scene.scope.channels {
        Some(channels) => {
            write::set(table, "channels", channels.iter().map(ToString::to_string).collect::<Array>());
        }
        None => drop(table.remove("channels")),
    }
    write::set(table, "parts", scene.scope.parts.iter().map(|part| part.word()).collect::<Array>());
    let desk = table.entry("desk").or_insert_with(|| Item::Table(Table::new()));
    if !desk.is_table() {
        *desk = Item::Table(Table::new());
    }
    if let Some(desk) = desk.as_table_mut() {
        write::render_desk(desk, &scene.desk);
    }
}
