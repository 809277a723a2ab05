//! `docs/surfaces.md` says what the registry says. `KORERO_WRITE=1` writes it anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use korero_dsp::effects::EFFECTS;
use korero_dsp::param::{ParamSpec, Unit};

use super::facts::Fact;
use super::osc::space::{CLOSED_DB, control_path};
use crate::desk::channel::Role;
use crate::limits::{
    HUES, MIDI_BOUND, MIDI_PORTS, OSC_FEEDBACK, OSC_LIFETIME, OSC_PACKET, OSC_PATTERNS, OSC_PORT, OSC_SUBSCRIBERS,
    SURFACE_EVERY, SURFACE_HOLD, SURFACE_HOLD_LONGEST, SURFACE_MESSAGES,
};
use crate::session::act::Act;

/// What stands before the tables; `{…}` are filled from the bounds.
const BEGIN: &str = include_str!("book.md");

/// Where paths begin, and what for.
const CHANNELS: [(&str, Role); 6] = [
    ("/strip/NAME", Role::Strip),
    ("/group1", Role::Group),
    ("/return1", Role::Return),
    ("/mix", Role::Mix),
    ("/cue1", Role::Cue),
    ("/desk", Role::Desk),
];

fn number(value: f32) -> String {
    if value == f32::NEG_INFINITY { format!("{CLOSED_DB}") } else { format!("{value}") }
}

fn unit(spec: &ParamSpec) -> String {
    match spec.unit {
        Unit::Decibels => "dB".into(),
        Unit::Hertz => "Hz".into(),
        Unit::Milliseconds => "ms".into(),
        Unit::Number => "number".into(),
        Unit::Pan => "left −1, right 1".into(),
        Unit::Percent => "%".into(),
        Unit::Ratio => "ratio".into(),
        Unit::Switch => "off 0, on 1".into(),
        Unit::Choice(words) => {
            words.iter().enumerate().map(|(n, word)| format!("{n} {word}")).collect::<Vec<_>>().join(", ")
        }
    }
}

fn row(page: &mut String, path: &str, spec: &ParamSpec) {
    let (least, most, rest) = (number(spec.min), number(spec.max), number(spec.default));
    writeln!(page, "| `{path}` | {} | {least} … {most} | {rest} |", unit(spec)).expect("text");
}

fn table(page: &mut String, title: &str) {
    write!(page, "\n### {title}\n\n| path | value | range | at rest |\n|---|---|---|---|\n").expect("text");
}

fn page() -> String {
    let fill = [
        ("{port}", OSC_PORT.to_string()),
        ("{lifetime}", OSC_LIFETIME.as_secs().to_string()),
        ("{subscribers}", OSC_SUBSCRIBERS.to_string()),
        ("{parts}", OSC_PATTERNS.to_string()),
        ("{every}", SURFACE_EVERY.as_millis().to_string()),
        ("{feedback}", OSC_FEEDBACK.to_string()),
        ("{messages}", SURFACE_MESSAGES.to_string()),
        ("{packet}", OSC_PACKET.to_string()),
        ("{hold}", SURFACE_HOLD.as_secs().to_string()),
        ("{longest}", SURFACE_HOLD_LONGEST.as_secs().to_string()),
        ("{closed}", CLOSED_DB.to_string()),
        ("{devices}", MIDI_PORTS.to_string()),
        ("{bound}", MIDI_BOUND.to_string()),
    ];
    let mut page = fill.iter().fold(BEGIN.to_owned(), |page, (place, value)| page.replace(place, value));
    page.push_str("\n## Actions\n\n| path | takes |\n|---|---|\n");
    for act in Act::ALL {
        let takes = if act.needs_hold() { "a hold" } else { "a press" };
        writeln!(page, "| `/action/{}` | {takes} |", act.id()).expect("text");
    }
    page.push_str("| `/action/scene` | the number of a scene from 1, or its name |\n");
    page.push_str("\n## The show\n\nOnly told.\n\n| path | value |\n|---|---|\n");
    for fact in Fact::ALL {
        let value = match fact {
            Fact::Recording => "off 0, on 1",
            Fact::Air => "off 0, on its way or being brought back 1, on air 2, refused 3",
            Fact::Scene => "the name of the scene that was recalled or kept last",
        };
        writeln!(page, "| `/show/{}` | {value} |", fact.id()).expect("text");
    }
    page.push_str("| `/strip/NAME/name` | the name of a strip |\n");
    writeln!(page, "| `/strip/NAME/hue` | its colour, 0 … {} |\n\n## The desk", HUES - 1).expect("text");
    for (channel, role) in CHANNELS {
        table(&mut page, &format!("`{channel}`"));
        for section in role.sections() {
            for spec in role.params(section) {
                row(&mut page, &format!("{channel}/{}", control_path(section, spec.id)), spec);
            }
        }
    }
    for effect in EFFECTS {
        table(&mut page, &format!("`…/SLOT/{}`", effect.id));
        for spec in effect.params {
            row(&mut page, &format!("…/SLOT/{}/{}", effect.id, spec.id.replace('.', "/")), spec);
        }
    }
    page
}

#[test]
fn the_page_of_control_surfaces_says_what_the_registry_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/surfaces.md");
    let page = page();
    assert!(!page.contains('{'), "a place was not filled");
    if std::env::var_os("KORERO_WRITE").is_some() {
        fs::write(&path, &page).expect("it is written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default().replace('\r', "");
    assert!(there == page, "docs/surfaces.md is stale: run this test with KORERO_WRITE=1");
}
