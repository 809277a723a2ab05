//! Writing: into the text that was read, so that comments stay.

use std::path::Path;

use korero_dsp::bank::Place;
use korero_dsp::effects::EFFECTS;
use korero_dsp::param::{ParamSpec, Unit};
use korero_sentences::key;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TableLike};

use super::read::Reader;
use super::{FORMAT, place};
use crate::desk::address::ChannelName;
use crate::desk::channel::{Channel, Section};
use crate::desk::{Desk, Strip, StripInput};
use crate::fault::Fault;

/// Starts from the text that stands in a file, so that its comments stay.
/// Errors: it is not TOML, or a newer version wrote it, and then nobody writes over it.
pub(in crate::desk) fn begin(old: &str, file: &str) -> Result<DocumentMut, Fault> {
    let mut document: DocumentMut = old.parse().map_err(|e: toml_edit::TomlError| {
        Reader::new(old, file).at(key::FAULT_DESK_SYNTAX, 1).with("why", e.message())
    })?;
    if let Some(newer) = document.get("format").and_then(Item::as_integer).filter(|format| *format > FORMAT) {
        return Err(Fault::new(key::FAULT_DESK_NEWER).with("file", file).with("format", newer.to_string()));
    }
    set(document.as_table_mut(), "format", FORMAT);
    Ok(document)
}

/// Puts `text` in the place of what stands at `path`, by an atomic rename. Errors: the folder cannot be written.
pub(in crate::desk) fn replace(path: &Path, text: &str) -> Result<(), Fault> {
    place::replace(path, text).map_err(|e| {
        Fault::new(key::FAULT_DESK_WRITE).with("file", path.display().to_string()).with("why", e.to_string())
    })
}

/// Writes the channels of a desk into a table.
pub(in crate::desk) fn render_desk(table: &mut Table, desk: &Desk) {
    render_strips(table, desk);
    for name in ChannelName::fixed() {
        render_bus(table, &name, desk);
    }
}

fn render_strips(root: &mut Table, desk: &Desk) {
    let old = match root.remove("strip") {
        Some(Item::ArrayOfTables(strips)) => strips,
        _ => ArrayOfTables::new(),
    };
    let mut tables = ArrayOfTables::new();
    for strip in &desk.strips {
        let kept = old.iter().find(|table| table.get("id").and_then(Item::as_str) == Some(strip.id.as_str()));
        let mut table = kept.cloned().unwrap_or_default();
        set(&mut table, "id", strip.id.as_str());
        set(&mut table, "name", strip.name.as_str());
        set(&mut table, "hue", i64::from(strip.hue));
        let list: toml_edit::Array = match strip.input {
            StripInput::Mono(input) => [i64::from(input)].into_iter().collect(),
            StripInput::Stereo(left, right) => [i64::from(left), i64::from(right)].into_iter().collect(),
        };
        set(&mut table, "input", list);
        match &strip.key {
            Some(id) => set(&mut table, "key", id.as_str()),
            None => drop(table.remove("key")),
        }
        render_channel(&mut table, &strip.channel, &Strip::new("", strip.input).channel);
        tables.push(table);
    }
    root.insert("strip", Item::ArrayOfTables(tables));
}

/// Writes a channel of a fixed name; one that is as at rest and not in the file is left out.
fn render_bus(root: &mut Table, name: &ChannelName, desk: &Desk) {
    let rest = Desk::default();
    let (Some(channel), Some(at_rest)) = (name.of(desk), name.of(&rest)) else { return };
    // The first headphone mix keeps the name that the file gave it.
    let text =
        if *name == ChannelName::Cue(0) && root.contains_key("cue") { "cue".to_owned() } else { name.to_string() };
    let title = match name {
        ChannelName::Group(at) => desk.groups[usize::from(*at)].name.as_str(),
        ChannelName::Return(at) => desk.returns[usize::from(*at)].name.as_str(),
        _ => "",
    };
    if channel == at_rest && title.is_empty() && !root.contains_key(&text) {
        return;
    }
    let table = subtable(root, &text);
    if !title.is_empty() {
        set(table, "name", title);
    }
    render_channel(table, channel, at_rest);
}

/// Writes what is not at rest, and what the file names already.
pub(in crate::desk) fn render_channel(table: &mut dyn TableLike, channel: &Channel, at_rest: &Channel) {
    for place in Place::ALL {
        let kept = channel.insert(place).map(|insert| EFFECTS[usize::from(insert.kind.0)].id);
        let Some(effects) = table.get_mut(place.id()).and_then(Item::as_table_like_mut) else { continue };
        let gone: Vec<String> =
            effects.iter().map(|(name, _)| name.to_owned()).filter(|name| Some(&**name) != kept).collect();
        gone.iter().for_each(|name| drop(effects.remove(name)));
        if effects.is_empty() {
            table.remove(place.id());
        }
    }
    for control in channel.controls() {
        let Some(spec) = channel.role().spec(control) else { continue };
        let value = channel.value(control);
        let path = format!("{}.{}", control.section.id(), spec.id);
        let steps: Vec<&str> = path.split('.').collect();
        // An effect in a slot is named by its switch, even at rest.
        let rest = at_rest.value(control);
        let names_effect = matches!(control.section, Section::Slot(..)) && control.param.0 == 0;
        if value != rest || names_effect || contains(table, &steps) {
            render_value(table, &steps, spec, value);
        }
    }
}

fn contains(table: &dyn TableLike, steps: &[&str]) -> bool {
    match steps {
        [] => true,
        [step, rest @ ..] => match table.get(step) {
            Some(item) => rest.is_empty() || item.as_table_like().is_some_and(|inner| contains(inner, rest)),
            None => false,
        },
    }
}

fn render_value(table: &mut dyn TableLike, steps: &[&str], spec: &ParamSpec, value: f32) {
    match steps {
        [] => {}
        [name] => match spec.unit {
            Unit::Switch => set(table, name, value >= 0.5),
            Unit::Choice(words) => set(table, name, words.get(value as usize).copied().unwrap_or_default()),
            _ => set(table, name, number(value)),
        },
        [step, rest @ ..] => render_value(subtable(table, step), rest, spec, value),
    }
}

/// The shortest decimal number that reads back as the same `f32`.
pub(in crate::desk) fn number(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

fn subtable<'t>(table: &'t mut dyn TableLike, name: &str) -> &'t mut dyn TableLike {
    let item = table.entry(name).or_insert_with(|| Item::Table(Table::new()));
    if !item.is_table_like() {
        *item = Item::Table(Table::new());
    }
    item.as_table_like_mut().expect("it was made a table just now")
}

/// Sets a value and keeps the comments round the old one.
pub(in crate::desk) fn set(table: &mut dyn TableLike, name: &str, value: impl Into<toml_edit::Value>) {
    let mut value = value.into();
    match table.get_mut(name).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => {
            table.insert(name, Item::Value(value));
        }
    }
}
