use korero_dsp::bank::Place;
use korero_dsp::effects::EFFECTS;
use korero_dsp::param::{ParamSpec, Unit};
use korero_dsp::slot::Kind;
use korero_sentences::Language;
use proptest::prelude::*;

use super::*;
use crate::desk::Strip;
use crate::desk::StripInput;
use crate::desk::channel::{Control, Insert, Role, Section};
use crate::limits::HUES;
use crate::random_desk::{self, Fit, Turn};

fn line(text: &str) -> String {
    parse(text, "desk.toml").expect_err("it is refused").sentence(Language::English)
}

#[test]
fn the_commented_desk_is_a_desk() {
    let desk = parse(COMMENTED, "new.toml").expect("it is read");
    assert_eq!(desk.strips.len(), 2);
    assert_eq!(desk.strips[0].input, StripInput::Mono(1));
    assert!(desk.strips[0].channel.is_on(Control::HIGHPASS_ON));
}

/// The commented desk with everything switched on that it only shows.
fn all_of_it() -> String {
    let line = |line: &str| match line.strip_prefix('#') {
        Some(rest) if rest.starts_with(|c: char| c == '[' || c.is_ascii_lowercase()) => format!("{rest}\n"),
        _ => format!("{line}\n"),
    };
    COMMENTED.lines().map(line).collect()
}

#[test]
fn the_commented_desk_names_every_control_of_every_role_and_every_effect() {
    let text = all_of_it();
    parse(&text, "new.toml").expect("it is read");
    let document: toml_edit::DocumentMut = text.parse().expect("TOML");
    let flat = |item: &toml_edit::Item| {
        let mut found = Vec::new();
        fn walk(item: &toml_edit::Item, path: &str, found: &mut Vec<String>) {
            match item.as_table_like() {
                Some(table) => table.iter().for_each(|(name, item)| walk(item, &format!("{path}.{name}"), found)),
                None => found.push(path.to_owned()),
            }
        }
        walk(item, "", &mut found);
        found
    };
    let strip = document["strip"].as_array_of_tables().expect("strips").get(0).expect("a strip").clone();
    let strip = flat(&toml_edit::Item::Table(strip));
    let everything = flat(document.as_item());
    let of =
        |word: &str| everything.iter().filter_map(|path| path.strip_prefix(&format!(".{word}"))).collect::<Vec<_>>();
    for (role, word) in [
        (Role::Strip, ""),
        (Role::Group, "group1"),
        (Role::Return, "return1"),
        (Role::Mix, "mix"),
        (Role::Cue, "cue1"),
        (Role::Desk, "desk"),
    ] {
        for section in role.sections() {
            for spec in role.params(section) {
                let wanted = format!(".{}.{}", section.id(), spec.id);
                // The chain is everywhere the same: it stands once, on the strip.
                let there = match section {
                    Section::Stage(_) => strip.contains(&wanted),
                    _ if role == Role::Strip => strip.contains(&wanted),
                    _ => of(word).contains(&wanted.as_str()),
                };
                assert!(there, "{role:?} {wanted}");
            }
        }
    }
    for effect in EFFECTS {
        for param in effect.params {
            let wanted = format!(".{}.{}", effect.id, param.id);
            assert!(strip.contains(&wanted) || everything.iter().any(|path| path.ends_with(&wanted)), "{wanted}");
        }
    }
}

#[test]
fn the_commented_desk_says_what_is_at_rest() {
    let text = all_of_it();
    let desk = parse(&text, "new.toml").expect("it is read");
    let at_rest = Strip::new("", StripInput::Mono(1)).channel.with(Control::HIGHPASS_ON, 1.0);
    assert_eq!(desk.strips[0].channel, at_rest);
    assert_eq!((&desk.mix, &desk.cues, &desk.own), (&Desk::default().mix, &Desk::default().cues, &Desk::default().own));
    for bus in desk.groups.iter().chain(&desk.returns) {
        let inserts = Place::ALL.into_iter().filter_map(|place| bus.channel.insert(place));
        assert!(inserts.into_iter().all(|insert| *insert == Insert::new(insert.kind)), "{}", bus.name);
    }
}

#[test]
fn a_file_of_a_newer_version_is_never_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("desk.toml");
    std::fs::write(&path, "format = 2\n").expect("written");
    assert_eq!(save(&path, &Desk::default()).map_err(|fault| fault.code), Err(key::FAULT_DESK_NEWER));
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "format = 2\n");
}

#[test]
fn a_value_out_of_range_is_told_with_file_line_and_field() {
    let text = "format = 1\n[[strip]]\ninput = 1\n[strip.trim]\ngain = 99\n";
    let told = line(text);
    assert!(told.contains("desk.toml") && told.contains('5') && told.contains("strip[1].trim.gain"), "{told}");
}

/// Everything that a parameter may not be, as it is written in a file.
fn wrong_values(spec: &ParamSpec) -> Vec<String> {
    match spec.unit {
        Unit::Switch => vec!["2".to_owned(), "\"yes\"".to_owned()],
        Unit::Choice(_) => vec!["0".to_owned(), "\"no-such-word\"".to_owned()],
        _ => {
            let ends = [spec.min - 1.0 - spec.min.abs() / 100.0, spec.max + 1.0 + spec.max.abs() / 100.0];
            let ends = ends.into_iter().filter(|end| end.is_finite()).map(|end| format!("{end:?}"));
            ends.chain(["nan".to_owned(), "inf".to_owned(), "\"0\"".to_owned()]).collect()
        }
    }
}

#[test]
fn no_channel_and_no_effect_takes_a_value_out_of_range_and_each_is_named() {
    let all = [
        (Role::Strip, "strip", "strip[1]"),
        (Role::Group, "group1", "group1"),
        (Role::Return, "return2", "return2"),
        (Role::Mix, "mix", "mix"),
        (Role::Cue, "cue4", "cue4"),
        (Role::Desk, "desk", "desk"),
    ];
    let mut tried = 0;
    for (role, table, channel) in all {
        let slots = (0..EFFECTS.len()).map(|at| Section::Slot(Place::PostEq, Kind(at as u8)));
        for section in role.sections().chain(slots) {
            for spec in role.params(section) {
                for value in wrong_values(spec) {
                    let strip = if role == Role::Strip { "[[strip]]\ninput = 1\n" } else { "\n\n" };
                    let text = format!("format = 1\n{strip}[{table}.{}]\n{} = {value}\n", section.id(), spec.id);
                    let (told, field) = (line(&text), format!("{channel}.{}.{}", section.id(), spec.id));
                    assert!(told.contains("line 5") && told.contains(&field), "{text}{told}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
}

#[test]
fn an_unknown_key_is_told_with_its_line() {
    let told = line("format = 1\n[mix.fader]\nlevle = 1.0\n");
    assert!(told.contains('3') && told.contains("mix.fader.levle"), "{told}");
}

#[test]
fn what_is_not_toml_is_told_with_its_line() {
    assert!(line("format = 1\n[[strip\n").contains('2'));
}

#[test]
fn a_strip_without_inputs_or_with_impossible_ones_is_refused() {
    assert!(line("format = 1\n[[strip]]\nname = \"a\"\n").contains("strip[1]"));
    assert!(line("format = 1\n[[strip]]\ninput = [1, 1]\n").contains("strip[1].input"));
    assert!(line("format = 1\n[[strip]]\ninput = 33\n").contains("strip[1].input"));
}

#[test]
fn a_newer_format_is_never_read_as_this_one() {
    assert!(line("format = 2\n").contains('2'));
}

#[test]
fn saving_keeps_the_comments() {
    let mut desk = parse(COMMENTED, "new.toml").expect("it is read");
    desk.strips[0].channel.set(Control::TRIM, 3.5);
    let text = render(COMMENTED, &desk, "new.toml").expect("it is written");
    assert!(text.contains("gain = 3.5           # dB, -24 to 24"), "{text}");
    assert!(text.starts_with("# A desk file of Covers & Kōrero Live."));
}

#[test]
fn every_hue_of_a_strip_is_kept_and_another_one_is_refused() {
    let mut desk = Desk::for_inputs(2, |n| format!("In {n}"));
    let mut text = String::new();
    for hue in 0..HUES {
        desk.strips[1].hue = hue;
        text = render(&text, &desk, "x").expect("written");
        assert_eq!(parse(&text, "x").expect("read"), desk);
    }
    let more = text.replace(&format!("hue = {}", HUES - 1), &format!("hue = {HUES}"));
    assert!(more != text && line(&more).contains("hue"), "{more}");
}

#[test]
fn saving_over_a_file_leaves_either_the_old_or_the_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("desk.toml");
    let desk = Desk::for_inputs(3, |n| format!("In {n}"));
    save(&path, &desk).expect("saved");
    assert_eq!(load(&path).expect("read"), desk);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

/// A desk of a name, a pair and a key, with effects in slots and everything turned at random.
fn turned(turns: &[Turn], fits: &[Fit]) -> Desk {
    let mut desk = Desk::for_inputs(3, |n| format!("In {n}"));
    desk.strips[1].input = StripInput::Stereo(4, 9);
    desk.strips[1].key = Some(desk.strips[0].id.clone());
    desk.groups[2].name = "Kapa haka".to_owned();
    let names = random_desk::names(&desk);
    random_desk::turned(desk, &names, fits, turns)
}

proptest! {
    #[test]
    fn every_desk_reads_back_as_it_was_written(
        turns in random_desk::turns(60), later in random_desk::turns(20), fits in random_desk::fits(8),
    ) {
        let desk = turned(&turns, &fits);
        let text = render("", &desk, "x").expect("written");
        let read = parse(&text, "x").expect("read");
        prop_assert_eq!(&read, &desk);
        // Written over its own file, a changed desk is that desk and nothing of the old one.
        let mut changed = turned(&later, &[]);
        changed.strips.iter_mut().zip(&desk.strips).for_each(|(strip, old)| strip.id = old.id.clone());
        changed.strips[1].key = None;
        let text = render(&text, &changed, "x").expect("written");
        prop_assert_eq!(parse(&text, "x").expect("read"), changed);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}") {
        let _ = parse(&text, "x");
    }
}
