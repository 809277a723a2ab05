use korero_sentences::Language;
use proptest::prelude::*;

use super::*;

fn line(text: &str) -> String {
    parse(text, "desk.toml").expect_err("it is refused").sentence(Language::English)
}

#[test]
fn the_commented_desk_is_a_desk() {
    let desk = parse(COMMENTED, "new.toml").expect("it is read");
    assert_eq!(desk.strips.len(), 2);
    assert_eq!(desk.strips[0].input, StripInput::Mono(1));
    assert!(desk.strips[0].highpass_on);
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
    desk.strips[0].trim_db = 3.5;
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

fn strips() -> impl Strategy<Value = Vec<Strip>> {
    let strip =
        (1u8..=32, -24.0f32..=24.0, any::<bool>(), 20.0f32..=400.0, -1.0f32..=1.0, -90.0f32..=10.0, "[a-zā ]{0,9}");
    proptest::collection::vec(strip, 0..32).prop_map(|all| {
        all.into_iter()
            .map(|(input, trim_db, on, highpass_hz, pan, fader_db, name)| Strip {
                trim_db,
                highpass_on: on,
                highpass_hz,
                pan,
                fader_db,
                mute: !on,
                ..Strip::new(name, StripInput::Mono(input))
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn every_desk_reads_back_as_it_was_written(strips in strips(), fader in prop_oneof![Just(f32::NEG_INFINITY), -90.0f32..=10.0]) {
        let mut desk = Desk { strips, ..Desk::default() };
        desk.mix.fader_db = fader;
        let text = render("", &desk, "x").expect("written");
        prop_assert_eq!(parse(&text, "x").expect("read"), desk);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}") {
        let _ = parse(&text, "x");
    }
}
