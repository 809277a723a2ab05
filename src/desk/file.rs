//! Desk files: TOML that a person may write, read back with errors that name file, line and field.
//!
//! A value outside its range is an error here, not clamped: a typing mistake in a file should be seen before the
//! show. Saving keeps the comments of the file that was read.

use std::path::Path;

use korero_dsp::bank::Place;
use korero_dsp::effects::EFFECTS;
use korero_dsp::param::{ParamSpec, Unit};
use korero_dsp::slot::Kind;
use korero_sentences::key;
use toml_edit::{ArrayOfTables, Document, DocumentMut, Item, Table, TableLike};

use super::address::{Address, ChannelName, kind};
use super::channel::{Channel, Insert, Section};
use super::{Desk, Strip, StripId, StripInput};
use crate::fault::Fault;
use crate::limits::{MAX_INPUTS, MAX_NAME, MAX_STRIPS};

/// The format that this version writes. Older ones would be migrated when read; newer ones are refused.
pub const FORMAT: i64 = 1;

/// The desk that `korero desk new` prints: every key once, with what it means.
pub const COMMENTED: &str = include_str!("new.toml");

/// Reads the desk file at `path`. Errors: it cannot be read, or [`parse`] refuses it.
pub fn load(path: &Path) -> Result<Desk, Fault> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|e| Fault::new(key::FAULT_DESK_READ).with("file", &*file).with("why", e.to_string()))?;
    parse(&text, &file)
}

/// Reads a desk from `text`; `file` is only for the errors.
///
/// Errors name file, line and field: not TOML, an unknown key, a value of the wrong kind or out of range, a strip
/// without inputs, two strips of one id, too many strips, or a newer format.
pub fn parse(text: &str, file: &str) -> Result<Desk, Fault> {
    let reader = Reader { text, file };
    let document = Document::parse(text).map_err(|e| {
        let line = e.span().map_or(1, |span| reader.line_of(span.start));
        reader.at(key::FAULT_DESK_SYNTAX, line).with("why", e.message())
    })?;
    reader.desk(document.as_table())
}

/// Writes `desk` into the text that it was read from, so that comments stay; an empty text makes a plain file.
/// Errors: the old text is not a desk file.
pub fn render(old: &str, desk: &Desk, file: &str) -> Result<String, Fault> {
    let mut document: DocumentMut = old.parse().map_err(|e: toml_edit::TomlError| {
        Reader { text: old, file }.at(key::FAULT_DESK_SYNTAX, 1).with("why", e.message())
    })?;
    set(document.as_table_mut(), "format", FORMAT);
    render_strips(document.as_table_mut(), desk);
    for name in ChannelName::fixed() {
        render_bus(document.as_table_mut(), &name, desk);
    }
    Ok(document.to_string())
}

/// Saves by an atomic rename, keeping the comments of the file that stands there. Errors: the folder cannot be
/// written, or what stands there is not a desk file.
pub fn save(path: &Path, desk: &Desk) -> Result<(), Fault> {
    let file = path.display().to_string();
    let old = std::fs::read_to_string(path).unwrap_or_default();
    let text = render(&old, desk, &file)?;
    let beside = path.with_extension("toml.new");
    std::fs::write(&beside, text)
        .and_then(|()| std::fs::rename(&beside, path))
        .map_err(|e| Fault::new(key::FAULT_DESK_WRITE).with("file", file).with("why", e.to_string()))
}

struct Reader<'a> {
    text: &'a str,
    file: &'a str,
}

impl Reader<'_> {
    fn line_of(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
    }

    fn line(&self, table: &dyn TableLike, name: &str) -> usize {
        let span = table.get_key_value(name).and_then(|(key, item)| item.span().or(key.span()));
        span.map_or(1, |span| self.line_of(span.start))
    }

    fn at(&self, code: korero_sentences::Key, line: usize) -> Fault {
        Fault::new(code).with("file", self.file).with("line", line.to_string())
    }

    fn wrong(&self, code: korero_sentences::Key, table: &dyn TableLike, name: &str, field: &str) -> Fault {
        self.at(code, self.line(table, name)).with("field", field)
    }

    fn desk(&self, root: &Table) -> Result<Desk, Fault> {
        self.format(root)?;
        let mut desk = Desk::default();
        for (name, item) in root.iter() {
            match (name, item) {
                ("format", _) => {}
                ("strip", Item::ArrayOfTables(strips)) => self.strips(strips, &mut desk)?,
                ("strip", _) => return Err(self.wrong(key::FAULT_DESK_KIND, root, name, name)),
                _ => {
                    let Some(channel) = ChannelName::fixed_named(name) else {
                        return Err(self.wrong(key::FAULT_DESK_UNKNOWN, root, name, name));
                    };
                    let table = self.table(root, name, item, name)?;
                    self.bus_name(table, &channel, name, &mut desk)?;
                    self.turn_all(table, &Way { channel, steps: Vec::new(), field: name.to_owned() }, &mut desk)?;
                }
            }
        }
        Ok(desk)
    }

    fn bus_name(
        &self,
        table: &dyn TableLike,
        channel: &ChannelName,
        field: &str,
        desk: &mut Desk,
    ) -> Result<(), Fault> {
        let Some(item) = table.get("name") else { return Ok(()) };
        let wrong = || self.wrong(key::FAULT_DESK_KIND, table, "name", &format!("{field}.name"));
        let name = item.as_str().filter(|name| name.chars().count() <= MAX_NAME).ok_or_else(wrong)?;
        match channel {
            ChannelName::Group(at) => name.clone_into(&mut desk.groups[usize::from(*at)].name),
            ChannelName::Return(at) => name.clone_into(&mut desk.returns[usize::from(*at)].name),
            _ => return Err(self.wrong(key::FAULT_DESK_UNKNOWN, table, "name", &format!("{field}.name"))),
        }
        Ok(())
    }

    fn format(&self, root: &Table) -> Result<(), Fault> {
        match root.get("format").and_then(Item::as_integer) {
            Some(FORMAT) => Ok(()),
            Some(newer) if newer > FORMAT => {
                Err(self.wrong(key::FAULT_DESK_NEWER, root, "format", "format").with("format", newer.to_string()))
            }
            _ => Err(self.wrong(key::FAULT_DESK_FORMAT, root, "format", "format")),
        }
    }

    fn strips(&self, tables: &ArrayOfTables, desk: &mut Desk) -> Result<(), Fault> {
        for (index, table) in tables.iter().enumerate() {
            let line = table.span().map_or(1, |span| self.line_of(span.start));
            if index == MAX_STRIPS {
                return Err(self.at(key::FAULT_DESK_TOO_MANY, line).with("most", MAX_STRIPS));
            }
            let field = format!("strip[{}]", index + 1);
            let strip = self.strip_head(table, line, &field)?;
            if desk.strip(&strip.id).is_some() {
                return Err(self.wrong(key::FAULT_DESK_TWICE, table, "id", &field).with("id", strip.id.as_str()));
            }
            let channel = ChannelName::Strip(strip.id.clone());
            desk.strips.push(strip);
            self.turn_all(table, &Way { channel, steps: Vec::new(), field }, desk)?;
        }
        self.check_keys(tables, desk)
    }

    /// A side-chain listens to a strip that is there.
    fn check_keys(&self, tables: &ArrayOfTables, desk: &Desk) -> Result<(), Fault> {
        for (index, (table, strip)) in tables.iter().zip(&desk.strips).enumerate() {
            if strip.key.as_ref().is_some_and(|id| desk.strip(id).is_none()) {
                return Err(self.wrong(key::FAULT_DESK_KIND, table, "key", &format!("strip[{}].key", index + 1)));
            }
        }
        Ok(())
    }

    fn strip_head(&self, table: &Table, line: usize, field: &str) -> Result<Strip, Fault> {
        let wrong = |name: &str| self.wrong(key::FAULT_DESK_KIND, table, name, &format!("{field}.{name}"));
        let input = table.get("input").ok_or_else(|| self.at(key::FAULT_DESK_NO_INPUT, line).with("field", field))?;
        let input = inputs(input).ok_or_else(|| {
            self.wrong(key::FAULT_DESK_INPUT, table, "input", &format!("{field}.input")).with("most", MAX_INPUTS)
        })?;
        let mut strip = Strip::new("", input);
        if let Some(item) = table.get("id") {
            strip.id = item.as_str().and_then(StripId::parse).ok_or_else(|| wrong("id"))?;
        }
        if let Some(item) = table.get("name") {
            let name = item.as_str().filter(|name| name.chars().count() <= MAX_NAME).ok_or_else(|| wrong("name"))?;
            name.clone_into(&mut strip.name);
        }
        if let Some(item) = table.get("hue") {
            let hue = item.as_integer().and_then(|hue| u8::try_from(hue).ok()).filter(|hue| *hue < 12);
            strip.hue = hue.ok_or_else(|| wrong("hue"))?;
        }
        if let Some(item) = table.get("key") {
            strip.key = Some(item.as_str().and_then(StripId::parse).ok_or_else(|| wrong("key"))?);
        }
        Ok(strip)
    }

    /// Sets everything below a table: sections, in them parameters or, one step deeper, bands and effects in slots.
    fn turn_all(&self, table: &dyn TableLike, way: &Way, desk: &mut Desk) -> Result<(), Fault> {
        for (name, item) in table.iter().filter(|(name, _)| !way.steps.is_empty() || !HEAD.contains(name)) {
            let below = way.step(name);
            if let Some(inner) = item.as_table_like() {
                if below.steps.len() > DEEPEST || !below.leads_somewhere() {
                    return Err(self.wrong(key::FAULT_DESK_UNKNOWN, table, name, &below.field));
                }
                if !below.put_effect(desk) {
                    return Err(self.wrong(key::FAULT_DESK_SLOT, table, name, &below.field));
                }
                self.turn_all(inner, &below, desk)?;
            } else {
                self.turn(table, name, item, &below, desk)?;
            }
        }
        Ok(())
    }

    fn turn(&self, table: &dyn TableLike, name: &str, item: &Item, way: &Way, desk: &mut Desk) -> Result<(), Fault> {
        let unknown = || self.wrong(key::FAULT_DESK_UNKNOWN, table, name, &way.field);
        let address: Address = way.address().parse().map_err(|_| unknown())?;
        let spec = address.spec();
        let value = match spec.unit {
            Unit::Switch => item.as_bool().map(|on| f32::from(u8::from(on))),
            Unit::Choice(words) => {
                let chosen = item.as_str().and_then(|word| words.iter().position(|known| *known == word));
                chosen.map(|at| at as f32)
            }
            _ => item.as_float().or_else(|| item.as_integer().map(|whole| whole as f64)).map(|value| value as f32),
        };
        let value = value.ok_or_else(|| match spec.unit {
            Unit::Choice(words) => {
                self.wrong(key::FAULT_DESK_CHOICE, table, name, &way.field).with("words", words.join(", "))
            }
            _ => self.wrong(key::FAULT_DESK_KIND, table, name, &way.field),
        })?;
        if !(spec.min..=spec.max).contains(&value) {
            return Err(self
                .wrong(key::FAULT_DESK_RANGE, table, name, &way.field)
                .with("value", value.to_string())
                .with("min", spec.min.to_string())
                .with("max", spec.max.to_string()));
        }
        if address.set(desk, value) { Ok(()) } else { Err(unknown()) }
    }

    fn table<'t>(
        &self,
        parent: &dyn TableLike,
        name: &str,
        item: &'t Item,
        field: &str,
    ) -> Result<&'t dyn TableLike, Fault> {
        item.as_table_like().ok_or_else(|| self.wrong(key::FAULT_DESK_KIND, parent, name, field))
    }
}

/// Keys of a channel that are not sections of its signal path.
const HEAD: [&str; 5] = ["id", "name", "hue", "input", "key"];
/// Tables below a channel: an effect in a slot may have bands of its own.
const DEEPEST: usize = 3;

/// The way to a table of a channel.
struct Way {
    channel: ChannelName,
    steps: Vec<String>,
    /// How the table is named to a person.
    field: String,
}

impl Way {
    fn step(&self, name: &str) -> Self {
        let steps = self.steps.iter().cloned().chain([name.to_owned()]).collect();
        Self { channel: self.channel.clone(), steps, field: format!("{}.{name}", self.field) }
    }

    fn address(&self) -> String {
        format!("{}.{}", self.channel, self.steps.join("."))
    }

    /// Whether any address of the channel begins here.
    fn leads_somewhere(&self) -> bool {
        let path = format!("{}.", self.steps.join("."));
        let role = self.channel.role();
        let params =
            |section: Section| role.params(section).iter().map(move |spec| format!("{}.{}", section.id(), spec.id));
        let slots = Place::ALL
            .into_iter()
            .flat_map(|place| (0..EFFECTS.len()).map(move |at| Section::Slot(place, Kind(at as u8))));
        role.sections().chain(slots).flat_map(params).any(|address| address.starts_with(&path))
    }

    /// Where the table is an effect in a slot, the effect is put there; `false` when another one stands there.
    fn put_effect(&self, desk: &mut Desk) -> bool {
        let [place, effect] = self.steps.as_slice() else { return true };
        let Some(place) = Place::ALL.into_iter().find(|known| known.id() == place) else { return true };
        let (Some(kind), Some(channel)) = (kind(effect), self.channel.of_mut(desk)) else { return false };
        let free = channel.insert(place).is_none();
        if free {
            channel.put(place, Some(Insert::new(kind)));
        }
        free
    }
}

fn inputs(item: &Item) -> Option<StripInput> {
    let one = |value: i64| u8::try_from(value).ok().filter(|n| (1..=MAX_INPUTS).contains(&usize::from(*n)));
    if let Some(single) = item.as_integer() {
        return one(single).map(StripInput::Mono);
    }
    let list: Option<Vec<u8>> = item.as_array()?.iter().map(|v| v.as_integer().and_then(one)).collect();
    match *list? {
        [input] => Some(StripInput::Mono(input)),
        [left, right] if left != right => Some(StripInput::Stereo(left, right)),
        _ => None,
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
fn render_channel(table: &mut dyn TableLike, channel: &Channel, at_rest: &Channel) {
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
fn number(value: f32) -> f64 {
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
fn set(table: &mut dyn TableLike, name: &str, value: impl Into<toml_edit::Value>) {
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

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
