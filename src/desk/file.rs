//! Desk files: TOML that a person may write, read back with errors that name file, line and field.
//!
//! A value outside its range is an error here, not clamped: a typing mistake in a file should be seen before the
//! show. Saving keeps the comments of the file that was read.

use std::path::Path;

use korero_dsp::param::Unit;
use korero_sentences::key;
use toml_edit::{ArrayOfTables, Document, DocumentMut, Item, Table, TableLike};

use super::address::{Address, StripControl};
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
    for address in [Address::MixFader, Address::MixCeiling, Address::CueLevel] {
        let text = address.to_string();
        let mut table = document.as_table_mut() as &mut dyn TableLike;
        let mut steps = text.split('.').peekable();
        while let Some(step) = steps.next() {
            if steps.peek().is_some() {
                table = subtable(table, step);
            } else {
                set(table, step, number(address.get(desk).unwrap_or_default()));
            }
        }
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
                ("mix" | "cue", item) => {
                    let sections = self.table(root, name, item, name)?;
                    for (section, item) in sections.iter() {
                        let field = format!("{name}.{section}");
                        self.turn_all(self.table(sections, section, item, &field)?, &field, &field, &mut desk)?;
                    }
                }
                ("strip", _) => return Err(self.wrong(key::FAULT_DESK_KIND, root, name, name)),
                _ => return Err(self.wrong(key::FAULT_DESK_UNKNOWN, root, name, name)),
            }
        }
        Ok(desk)
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
            let id = strip.id.clone();
            desk.strips.push(strip);
            for (section, item) in table.iter().filter(|(name, _)| !HEAD.contains(name)) {
                let shown = format!("{field}.{section}");
                if !StripControl::ALL.iter().any(|control| control.spec().0 == section) {
                    return Err(self.wrong(key::FAULT_DESK_UNKNOWN, table, section, &shown));
                }
                let address = format!("strip.{id}.{section}");
                self.turn_all(self.table(table, section, item, &shown)?, &address, &shown, desk)?;
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
        Ok(strip)
    }

    fn turn_all(&self, table: &dyn TableLike, address: &str, field: &str, desk: &mut Desk) -> Result<(), Fault> {
        for (name, item) in table.iter() {
            let shown = format!("{field}.{name}");
            let address: Address = format!("{address}.{name}")
                .parse()
                .map_err(|_| self.wrong(key::FAULT_DESK_UNKNOWN, table, name, &shown))?;
            let spec = address.spec();
            let value = if spec.unit == Unit::Switch {
                item.as_bool().map(|on| f32::from(u8::from(on)))
            } else {
                item.as_float().or_else(|| item.as_integer().map(|whole| whole as f64)).map(|value| value as f32)
            };
            let value = value.ok_or_else(|| self.wrong(key::FAULT_DESK_KIND, table, name, &shown))?;
            if !(spec.min..=spec.max).contains(&value) {
                return Err(self
                    .wrong(key::FAULT_DESK_RANGE, table, name, &shown)
                    .with("value", value.to_string())
                    .with("min", spec.min.to_string())
                    .with("max", spec.max.to_string()));
            }
            address.set(desk, value);
        }
        Ok(())
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

/// Keys of a strip that are not sections of its signal path.
const HEAD: [&str; 4] = ["id", "name", "hue", "input"];

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
        for control in StripControl::ALL {
            let (section, spec) = control.spec();
            let value = Address::Strip(strip.id.clone(), control).get(desk).unwrap_or(spec.default);
            let section = subtable(&mut table, section);
            if spec.unit == Unit::Switch {
                set(section, spec.id, value >= 0.5);
            } else {
                set(section, spec.id, number(value));
            }
        }
        tables.push(table);
    }
    root.insert("strip", Item::ArrayOfTables(tables));
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
