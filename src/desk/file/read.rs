//! Reading: from TOML to channels, with errors that name file, line and field.

use korero_dsp::bank::Place;
use korero_dsp::effects::EFFECTS;
use korero_dsp::param::Unit;
use korero_dsp::slot::Kind;
use korero_sentences::key;
use toml_edit::{ArrayOfTables, Document, Item, Table, TableLike};

use super::FORMAT;
use crate::desk::address::{Address, ChannelName, kind};
use crate::desk::channel::{Insert, Section};
use crate::desk::{Desk, Strip, StripId, StripInput};
use crate::fault::Fault;
use crate::limits::{HUES, MAX_INPUTS, MAX_NAME, MAX_STRIPS};

/// Reads one text. Errors name its file, the line and the field.
pub(in crate::desk) struct Reader<'a> {
    text: &'a str,
    file: &'a str,
    /// A newer version wrote it: what this one does not know is passed over.
    newer: bool,
}

impl<'a> Reader<'a> {
    /// A reader of `text`; `file` is only for the errors.
    pub(in crate::desk) fn new(text: &'a str, file: &'a str) -> Self {
        Self { text, file, newer: false }
    }

    /// The text as TOML. Errors: it is none.
    pub(in crate::desk) fn document(&self) -> Result<Document<&'a str>, Fault> {
        Document::parse(self.text).map_err(|e| {
            let line = e.span().map_or(1, |span| self.line_of(span.start));
            self.at(key::FAULT_DESK_SYNTAX, line).with("why", e.message())
        })
    }

    fn line_of(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
    }

    fn line(&self, table: &dyn TableLike, name: &str) -> usize {
        let span = table.get_key_value(name).and_then(|(key, item)| item.span().or(key.span()));
        span.map_or(1, |span| self.line_of(span.start))
    }

    pub(in crate::desk) fn at(&self, code: korero_sentences::Key, line: usize) -> Fault {
        Fault::new(code).with("file", self.file).with("line", line.to_string())
    }

    pub(in crate::desk) fn wrong(
        &self,
        code: korero_sentences::Key,
        table: &dyn TableLike,
        name: &str,
        field: &str,
    ) -> Fault {
        self.at(code, self.line(table, name)).with("field", field)
    }

    /// Reads a whole desk. Errors: the format is newer, or something in it is refused.
    pub(in crate::desk) fn desk(&self, root: &Table) -> Result<Desk, Fault> {
        let mut desk = Desk::default();
        self.channels(root, "", &mut desk)?;
        Ok(desk)
    }

    /// Reads the channels of a desk below `table`, which a person knows as `field` (with a point behind, or empty).
    pub(in crate::desk) fn channels(&self, table: &dyn TableLike, field: &str, desk: &mut Desk) -> Result<(), Fault> {
        for (name, item) in table.iter().filter(|(name, _)| *name != "format" || !field.is_empty()) {
            self.forgive(self.channel(table, (name, item), &format!("{field}{name}"), desk))?;
        }
        Ok(())
    }

    fn channel(
        &self,
        table: &dyn TableLike,
        (name, item): (&str, &Item),
        field: &str,
        desk: &mut Desk,
    ) -> Result<(), Fault> {
        match (name, item) {
            ("strip", Item::ArrayOfTables(strips)) => return self.strips(strips, field, desk),
            ("strip", _) => return Err(self.wrong(key::FAULT_DESK_KIND, table, name, field)),
            _ => {}
        }
        let Some(channel) = ChannelName::fixed_named(name) else {
            return Err(self.wrong(key::FAULT_DESK_UNKNOWN, table, name, field));
        };
        let inner = self.table(table, name, item, field)?;
        self.bus_name(inner, &channel, field, desk)?;
        self.turn_all(inner, &Way::to(channel, field), desk)
    }

    /// What a newer version wrote and this one does not understand is no error.
    pub(in crate::desk) fn forgive(&self, read: Result<(), Fault>) -> Result<(), Fault> {
        if self.newer { Ok(()) } else { read }
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

    /// The fault of a file that a newer version wrote; `None` for one of this format. Errors: it does not say its format.
    pub(in crate::desk) fn format(&mut self, root: &Table) -> Result<Option<Fault>, Fault> {
        match root.get("format").and_then(Item::as_integer) {
            Some(FORMAT) => Ok(None),
            Some(format) if format > FORMAT => {
                self.newer = true;
                Ok(Some(Fault::new(key::FAULT_DESK_NEWER).with("file", self.file).with("format", format.to_string())))
            }
            _ => Err(self.wrong(key::FAULT_DESK_FORMAT, root, "format", "format")),
        }
    }

    fn strips(&self, tables: &ArrayOfTables, field: &str, desk: &mut Desk) -> Result<(), Fault> {
        for (index, table) in tables.iter().enumerate() {
            let line = self.line_of_table(table);
            if index == MAX_STRIPS {
                return Err(self.at(key::FAULT_DESK_TOO_MANY, line).with("most", MAX_STRIPS));
            }
            self.forgive(self.strip(table, line, &format!("{field}[{}]", index + 1), desk))?;
        }
        self.forgive(self.check_keys(tables, field, desk))
    }

    fn strip(&self, table: &Table, line: usize, field: &str, desk: &mut Desk) -> Result<(), Fault> {
        let strip = self.strip_head(table, line, field)?;
        if desk.strip(&strip.id).is_some() {
            return Err(self.wrong(key::FAULT_DESK_TWICE, table, "id", field).with("id", strip.id.as_str()));
        }
        let channel = ChannelName::Strip(strip.id.clone());
        desk.strips.push(strip);
        self.turn_all(table, &Way::to(channel, field), desk)
    }

    pub(in crate::desk) fn line_of_table(&self, table: &Table) -> usize {
        table.span().map_or(1, |span| self.line_of(span.start))
    }

    /// A side-chain listens to a strip that is there.
    fn check_keys(&self, tables: &ArrayOfTables, field: &str, desk: &Desk) -> Result<(), Fault> {
        for (index, (table, strip)) in tables.iter().zip(&desk.strips).enumerate() {
            if strip.key.as_ref().is_some_and(|id| desk.strip(id).is_none()) {
                return Err(self.wrong(key::FAULT_DESK_KIND, table, "key", &format!("{field}[{}].key", index + 1)));
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
            let hue = item.as_integer().and_then(|hue| u8::try_from(hue).ok()).filter(|hue| *hue < HUES);
            strip.hue = hue.ok_or_else(|| wrong("hue"))?;
        }
        if let Some(item) = table.get("key") {
            strip.key = Some(item.as_str().and_then(StripId::parse).ok_or_else(|| wrong("key"))?);
        }
        Ok(strip)
    }

    /// Sets everything below a table: sections, in them parameters or, one step deeper, bands and effects in slots.
    pub(in crate::desk) fn turn_all(&self, table: &dyn TableLike, way: &Way, desk: &mut Desk) -> Result<(), Fault> {
        for (name, item) in table.iter().filter(|(name, _)| !way.steps.is_empty() || !HEAD.contains(name)) {
            self.forgive(self.turn_below(table, (name, item), way, desk))?;
        }
        Ok(())
    }

    /// Sets one entry of a table: a parameter, or a table of them.
    pub(in crate::desk) fn turn_below(
        &self,
        table: &dyn TableLike,
        (name, item): (&str, &Item),
        way: &Way,
        desk: &mut Desk,
    ) -> Result<(), Fault> {
        let below = way.step(name);
        let Some(inner) = item.as_table_like() else { return self.turn(table, name, item, &below, desk) };
        if below.steps.len() > DEEPEST || !below.leads_somewhere() {
            return Err(self.wrong(key::FAULT_DESK_UNKNOWN, table, name, &below.field));
        }
        if !below.put_effect(desk) {
            return Err(self.wrong(key::FAULT_DESK_SLOT, table, name, &below.field));
        }
        self.turn_all(inner, &below, desk)
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
            let wrong = self.wrong(key::FAULT_DESK_RANGE, table, name, &way.field);
            return Err(out_of_range(wrong, value, spec.min, spec.max));
        }
        if address.set(desk, value) { Ok(()) } else { Err(unknown()) }
    }

    pub(in crate::desk) fn table<'t>(
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
pub(in crate::desk) struct Way {
    channel: ChannelName,
    steps: Vec<String>,
    /// How the table is named to a person.
    field: String,
}

impl Way {
    /// The way to the table of a channel itself, which a person knows as `field`.
    pub(in crate::desk) fn to(channel: ChannelName, field: &str) -> Self {
        Self { channel, steps: Vec::new(), field: field.to_owned() }
    }

    fn step(&self, name: &str) -> Self {
        let steps = self.steps.iter().cloned().chain([name.to_owned()]).collect();
        let field = if self.field.is_empty() { name.to_owned() } else { format!("{}.{name}", self.field) };
        Self { channel: self.channel.clone(), steps, field }
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

/// Says what a value is and in which range it should be.
pub(in crate::desk) fn out_of_range(fault: Fault, value: f32, min: f32, max: f32) -> Fault {
    fault.with("value", value.to_string()).with("min", min.to_string()).with("max", max.to_string())
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
