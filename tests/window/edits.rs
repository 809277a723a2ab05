//! Undo and redo, copy and paste, presets, and whom a side-chain listens to.

use korero::desk::Desk;
use korero::desk::channel::Section;
use korero::desk::history::{Edit, Told, Trail};
use korero::desk::preset::{self, PresetId, Title};
use korero_dsp::bank::Stage;
use korero_dsp::effects::eq;

use super::*;

fn bench() -> Bench {
    let presets = Arc::new(preset::house());
    Bench::new(Snapshot { presets, ..show() })
}

fn open(bench: &mut Bench, label: &str) {
    bench.window.get_by_label(label).click();
    bench.window.run_steps(3);
    bench.wishes();
}

fn strip(bench: &Bench, at: usize) -> korero::desk::StripId {
    bench.snapshot.load().desk.strips[at].id.clone()
}

#[test]
fn undo_and_redo_say_what_they_would_do_and_do_it_by_key_and_by_keyboard() {
    for (language, names) in [
        (Language::English, ["Undo: Reo, fader, level", "Redo: remove Kitā"]),
        (Language::Maori, ["Whakahokia: Reo, kaha, taumata", "Mahia anō: te tango i a Kitā"]),
    ] {
        let mut bench = Bench::in_language(show(), language);
        let fader = strip_address(&bench, Control::FADER);
        bench.becomes(|now| (now.undo, now.redo) = (Some(Edit::Turn(fader)), Some(Edit::Remove("Kitā".into()))));
        bench.window.get_by_label(names[0]).click();
        assert_eq!(bench.wishes(), [Command::Undo]);
        bench.window.get_by_label(names[1]).click();
        assert_eq!(bench.wishes(), [Command::Redo]);
        bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
        assert_eq!(bench.wishes(), [Command::Undo]);
        let redo = egui::Modifiers::COMMAND.plus(egui::Modifiers::SHIFT);
        bench.window.key_press_modifiers(redo, egui::Key::Z);
        assert_eq!(bench.wishes(), [Command::Redo]);
    }
}

#[test]
fn what_was_done_is_listed_in_words_and_a_click_goes_there_and_back() {
    for (language, [list, done, on, back, begin]) in [
        (
            Language::English,
            [
                "What was done",
                "Reo, low cut, frequency: 80 → 110 Hz",
                "Reo, low cut, on: on",
                "Name of Reo (taken back)",
                "As the evening began",
            ],
        ),
        (
            Language::Maori,
            [
                "Ngā mea i mahia",
                "Reo, tope hakahaka, auau: 80 → 110 Hz",
                "Reo, tope hakahaka, kā: kā",
                "Te ingoa o Reo (kua whakahokia)",
                "Te tīmatanga o te pō",
            ],
        ),
    ] {
        let mut bench = Bench::in_language(show(), language);
        let turn = |control| Edit::Turn(strip_address(&bench, control));
        let step = |edit, turned| Told { edit, turned };
        let steps = vec![
            step(turn(Control::HIGHPASS_FREQ), vec![Some((80.0, 110.0))]),
            step(turn(Control::HIGHPASS_ON), vec![Some((0.0, 1.0))]),
            step(Edit::Rename(strip(&bench, 0)), vec![]),
        ];
        bench.becomes(|now| now.trail = Arc::new(Trail { steps, done: 2, earlier: 0 }));
        bench.window.get_by_label(list).click();
        bench.window.run_steps(4);
        for (label, wishes) in [
            (done, vec![Command::Undo]),
            (on, vec![]),
            (back, vec![Command::Redo]),
            (begin, vec![Command::Undo, Command::Undo]),
        ] {
            bench.window.get_by_label(label).click();
            assert_eq!(bench.wishes(), wishes, "{label}");
            bench.window.get_by_label(begin).click();
            assert_eq!(bench.wishes().len(), usize::from(wishes.is_empty()) * 2, "it waits for the step asked for");
            bench.window.run_steps(25);
        }
    }
}

#[test]
fn what_was_turned_together_is_told_with_values_where_few_words_tell_them() {
    for (language, [list, point, one, faders, mutes, apart]) in [
        (
            Language::English,
            [
                "What was done",
                "Reo, EQ, band 2: 80 → 110 Hz, 0.0 → +3.0 dB",
                "Reo, EQ, band 2: 0.0 → −4.5 dB",
                "2 strips: fader: −70.0 dB",
                "2 strips: mute: on",
                "2 strips: fader",
            ],
        ),
        (
            Language::Maori,
            [
                "Ngā mea i mahia",
                "Reo, whārite, rahinga 2: 80 → 110 Hz, 0.0 → +3.0 dB",
                "Reo, whārite, rahinga 2: 0.0 → −4.5 dB",
                "Hongere e 2: kaha: −70.0 dB",
                "Hongere e 2: ngū: kā",
                "Hongere e 2: kaha",
            ],
        ),
    ] {
        let mut bench = Bench::in_language(show(), language);
        let band = [eq::Knob::Freq, eq::Knob::Gain]
            .map(|knob| strip_address(&bench, Control::new(Section::Stage(Stage::Eq), eq::param(1, knob))));
        let both = |control| Edit::Turns([0, 1].map(|at| Address::strip(&strip(&bench, at), control)).to_vec());
        let step = |edit, turned: &[Option<(f32, f32)>]| Told { edit, turned: turned.to_vec() };
        let steps = vec![
            step(Edit::Turns(band.to_vec()), &[Some((80.0, 110.0)), Some((0.0, 3.0))]),
            step(Edit::Turns(band.to_vec()), &[None, Some((0.0, -4.5))]),
            step(both(Control::FADER), &[Some((10.0, -60.0)), Some((9.0, -61.0))]),
            step(both(Control::MUTE), &[None, Some((0.0, 1.0))]),
            step(both(Control::FADER), &[Some((0.0, 3.0)), Some((9.0, 10.0))]),
        ];
        bench.becomes(|now| now.trail = Arc::new(Trail { steps, done: 5, earlier: 0 }));
        bench.window.get_by_label(list).click();
        bench.window.run_steps(4);
        for told in [point, one, faders, mutes, apart] {
            bench.window.get_by_label(told);
        }
    }
}

#[test]
fn what_several_strips_did_together_is_told_by_their_number() {
    for (language, names) in [
        (Language::English, ["Undo: 2 strips: fader", "Undo: 2 strips: mute", "Undo: 2 strips: send 2"]),
        (
            Language::Maori,
            ["Whakahokia: hongere e 2: kaha", "Whakahokia: hongere e 2: ngū", "Whakahokia: hongere e 2: tuku 2"],
        ),
    ] {
        let mut bench = Bench::in_language(show(), language);
        for (control, name) in [Control::FADER, Control::MUTE, Control::send(1)].into_iter().zip(names) {
            let turns = [0, 1].map(|at| Address::strip(&strip(&bench, at), control));
            bench.becomes(|now| now.undo = Some(Edit::Turns(turns.to_vec())));
            bench.window.get_by_label(name);
        }
    }
}

#[test]
fn with_nothing_to_take_back_the_key_says_so_and_does_nothing() {
    let mut bench = bench();
    bench.window.get_by_label("Undo: nothing to take back").click();
    assert_eq!(bench.wishes(), []);
    assert!(bench.window.get_by_label("Redo: nothing was taken back").accesskit_node().is_disabled());
}

#[test]
fn while_something_is_typed_the_keys_of_undo_and_the_clipboard_belong_to_the_text() {
    let mut bench = bench();
    let fader = strip_address(&bench, Control::FADER);
    bench.becomes(|now| (now.undo, now.copied) = (Some(Edit::Turn(fader)), Some("Reo".into())));
    bench.window.get_by_label("Reo, strip 1").click();
    bench.window.get_by_label("Folder for recordings").focus();
    bench.wishes();
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
    bench.window.event(egui::Event::Copy);
    bench.window.event(egui::Event::Paste("x".into()));
    assert_eq!(bench.wishes(), []);
}

#[test]
fn the_strip_that_the_keyboard_holds_is_copied_and_pasted_before_the_one_whose_panel_is_open() {
    let mut bench = bench();
    let (reo, piano) = (strip(&bench, 0), strip(&bench, 1));
    open(&mut bench, "Reo, strip 1");
    bench.window.event(egui::Event::Copy);
    assert_eq!(bench.wishes(), [Command::CopyStrip(reo)]);
    bench.window.get_by_label("Piano, strip 2").focus();
    bench.window.run_steps(2);
    bench.window.event(egui::Event::Paste("Reo".into()));
    assert_eq!(bench.wishes(), [Command::PasteStrip(piano.clone())]);
    bench.window.event(egui::Event::Copy);
    assert_eq!(bench.wishes(), [Command::CopyStrip(piano)]);
}

#[test]
fn copy_and_paste_are_keys_of_the_panel_as_well() {
    let mut bench = bench();
    let reo = strip(&bench, 0);
    open(&mut bench, "Reo, strip 1");
    bench.window.get_by_label("Reo: Copy all settings").click();
    assert_eq!(bench.wishes(), [Command::CopyStrip(reo.clone())]);
    assert!(bench.window.get_by_label("Reo: Paste: no strip was copied yet").accesskit_node().is_disabled());
    bench.becomes(|now| now.copied = Some("Piano".into()));
    bench.window.get_by_label("Reo: Paste the settings of Piano").click();
    assert_eq!(bench.wishes(), [Command::PasteStrip(reo)]);
}

#[test]
fn a_preset_is_recalled_in_the_panel_which_shows_the_one_that_the_strip_is_set_to() {
    let mut bench = bench();
    let reo = strip(&bench, 0);
    open(&mut bench, "Reo, strip 1");
    bench.window.get_by_label("Reo: preset: No preset").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Cajón").click();
    let cajon = PresetId::parse("cajon").expect("an id");
    assert_eq!(bench.wishes(), [Command::ApplyPreset(reo, cajon.clone())]);
    bench.becomes(|now| {
        let presets = now.presets.clone();
        let cajon = presets.iter().find(|preset| preset.id == cajon).expect("it is there");
        cajon.apply(&mut Arc::make_mut(&mut now.desk).strips[0].channel);
    });
    bench.window.get_by_label("Reo: preset: Cajón");
}

#[test]
fn a_preset_of_a_newer_version_is_marked_and_told_and_can_be_used() {
    let mut bench = bench();
    let reo = strip(&bench, 0);
    bench.becomes(|now| {
        let mut newer = now.presets[0].clone();
        (newer.title, newer.locked) = (Title::Own("Taku reo".into()), true);
        newer.id = PresetId::random();
        let Desk { strips, .. } = Arc::make_mut(&mut now.desk);
        newer.apply(&mut strips[0].channel);
        now.presets = Arc::new(vec![newer]);
    });
    open(&mut bench, "Reo, strip 1");
    bench.window.get_by_label("A newer version wrote this preset. It can be used; it is not changed.");
    bench.window.get_by_label("Reo: preset: Taku reo (read-only)");
    open(&mut bench, "Piano, strip 2");
    bench.window.get_by_label("Piano: preset: No preset").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Taku reo (read-only)").click();
    let wishes = bench.wishes();
    assert!(matches!(&wishes[..], [Command::ApplyPreset(strip, _)] if *strip != reo), "{wishes:?}");
}

#[test]
fn a_preset_of_ones_own_is_kept_under_a_name_with_its_fader_when_asked() {
    let mut bench = bench();
    let reo = strip(&bench, 0);
    open(&mut bench, "Reo, strip 1");
    bench.window.get_by_label("Keep as…").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Name of the preset").focus();
    bench.window.run_steps(2);
    bench.window.get_by_label("Name of the preset").type_text(" 2");
    bench.window.run_steps(2);
    bench.window.get_by_label("With fader and pan").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Keep").click();
    let saved = Command::SavePreset { strip: reo, name: "Reo 2".into(), with_fader: true };
    assert_eq!(bench.wishes(), [saved]);
    bench.window.run_steps(2);
    assert!(bench.window.query_by_label("Name of the preset").is_none());
}

#[test]
fn a_side_chain_listens_to_another_strip() {
    let mut bench = bench();
    let (reo, piano) = (strip(&bench, 0), strip(&bench, 1));
    open(&mut bench, "Reo, strip 1");
    bench.window.get_by_label("Reo, compressor, listens to: Itself").focus();
    bench.window.run_steps(10);
    bench.window.get_by_label("Reo, compressor, listens to: Itself").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Piano").click();
    assert_eq!(bench.wishes(), [Command::KeyStrip(reo, Some(piano.clone()))]);
    bench.becomes(|now| Arc::make_mut(&mut now.desk).strips[0].key = Some(piano));
    bench.window.get_by_label("Reo, gate, listens to: Piano");
}

#[test]
fn width_is_only_shown_where_there_are_two_sides() {
    let mut bench = bench();
    let width = Section::Stage(Stage::Width);
    assert!(!bench.snapshot.load().desk.strips[0].channel.section(width).is_empty());
    open(&mut bench, "Reo, strip 1");
    assert!(bench.window.query_by_label("Reo, width, width").is_none());
    open(&mut bench, "Piano, strip 2");
    bench.window.get_by_label("Piano, width, width");
}
