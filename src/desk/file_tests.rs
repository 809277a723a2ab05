use korero_dsp::bank::{Place, Stage};
use korero_dsp::effects::EFFECTS;
use korero_dsp::slot::Kind;
use korero_sentences::Language;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::desk::Strip;
use crate::desk::StripInput;
use crate::desk::address::ChannelName;
use crate::desk::channel::{Control, Insert, Role, Section};

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
fn saving_over_a_file_leaves_either_the_old_or_the_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("desk.toml");
    let desk = Desk::for_inputs(3, |n| format!("In {n}"));
    save(&path, &desk).expect("saved");
    assert_eq!(load(&path).expect("read"), desk);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

/// One thing turned: which channel, which of its controls, how far between its ends.
type Turn = (usize, usize, f32);

/// Strips with effects in slots, and everything on the desk turned at random.
fn turned(turns: &[Turn], inserts: &[(usize, usize, usize)]) -> Desk {
    let mut desk = Desk::for_inputs(3, |n| format!("In {n}"));
    desk.strips[1].input = StripInput::Stereo(4, 9);
    desk.strips[1].key = Some(desk.strips[0].id.clone());
    desk.groups[2].name = "Kapa haka".to_owned();
    let strips: Vec<_> = desk.strips.iter().map(|strip| ChannelName::Strip(strip.id.clone())).collect();
    let names: Vec<_> = strips.into_iter().chain(ChannelName::fixed()).collect();
    for (channel, place, kind) in inserts {
        let channel = names[channel % names.len()].of_mut(&mut desk).expect("it is there");
        if !channel.section(Section::Stage(Stage::Trim)).is_empty() {
            channel.put(Place::ALL[place % 3], Some(Insert::new(Kind((kind % EFFECTS.len()) as u8))));
        }
    }
    for (channel, control, way) in turns {
        let channel = names[channel % names.len()].of_mut(&mut desk).expect("it is there");
        let controls: Vec<_> = channel.controls().collect();
        let control = controls[control % controls.len()];
        let spec = channel.role().spec(control).expect("it has it");
        let lowest = spec.min.max(-120.0);
        channel.set(control, if *way == 0.0 { spec.min } else { lowest + (spec.max - lowest) * way });
    }
    desk
}

proptest! {
    #[test]
    fn every_desk_reads_back_as_it_was_written(
        turns in vec((0..99_usize, 0..999_usize, 0.0_f32..=1.0), 0..60),
        later in vec((0..99_usize, 0..999_usize, 0.0_f32..=1.0), 0..20),
        inserts in vec((0..99_usize, 0..3_usize, 0..99_usize), 0..8),
    ) {
        let desk = turned(&turns, &inserts);
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
