use korero_dsp::effects::EFFECTS;
use korero_dsp::slot::Kind;

use super::*;
use crate::desk::channel::Insert;

fn id(text: &str) -> PresetId {
    PresetId::parse(text).expect("an id")
}

#[test]
fn every_preset_of_the_house_is_read_and_has_a_name_in_both_languages() {
    let presets = house();
    assert_eq!(presets.len(), HOUSE.len());
    for preset in &presets {
        assert!(!preset.is_own() && !preset.locked && !preset.with_fader);
        assert!(preset.chain.is_on(Control::HIGHPASS_ON), "{:?}: every sound has something below it", preset.id);
        for language in Language::ALL {
            assert!(!preset.name(language).is_empty());
        }
    }
    let highpass = |id: &str| {
        let preset = presets.iter().find(|preset| preset.id.as_str() == id).expect("it is there");
        preset.chain.value(Control::HIGHPASS_FREQ)
    };
    // Below the lowest note of each: E2 of a guitar is 82 Hz, E1 of a bass 41 Hz, A0 of a piano 27.5 Hz.
    assert!(highpass("guitar-di") <= 82.0 && highpass("double-bass") <= 41.0 && highpass("piano") <= 41.0);
}

#[test]
fn a_preset_sets_the_whole_chain_and_nothing_else() {
    let mut before = Channel::new(Role::Strip);
    for control in before.controls().collect::<Vec<_>>() {
        let spec = before.role().spec(control).expect("it has it");
        before.set(control, spec.max);
    }
    before.put(Place::PostEq, Some(Insert::new(Kind(0))));
    for preset in house() {
        let mut after = before.clone();
        preset.apply(&mut after);
        assert!(after.insert(Place::PostEq).is_none());
        for control in after.controls() {
            let wanted = if in_chain(control.section) { preset.chain.get(control) } else { before.get(control) };
            assert_eq!(after.get(control), wanted, "{:?} {control:?}", preset.id);
        }
    }
}

#[test]
fn ones_own_preset_reads_back_as_it_was_saved_with_its_fader_only_when_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut channel = Channel::new(Role::Strip)
        .with(Control::FADER, -6.1)
        .with(Control::PAN, 0.25)
        .with(Control::TRIM, 12.0)
        .with(Control::MUTE, 1.0)
        .with(Control::HIGHPASS_ON, 1.0);
    for (place, kind) in Place::ALL.into_iter().zip([0, EFFECTS.len() - 1, 4]) {
        channel.put(place, Some(Insert::new(Kind(kind as u8))));
    }
    for with_fader in [false, true] {
        let preset = Preset::of(&channel, PresetId::random(), Title::Own("Tāku reo".into()), with_fader);
        file::save(folder.path(), &preset).expect("saved");
        let (all, faults) = file::load_all(folder.path());
        assert!(all.contains(&preset) && faults.is_empty(), "{all:?} {faults:?}");
        let mut other = Channel::new(Role::Strip);
        preset.apply(&mut other);
        assert_eq!((other.value(Control::TRIM), other.mute()), (0.0, false));
        assert_eq!((other.level_db(), other.pan()), if with_fader { (-6.1, 0.25) } else { (0.0, 0.0) });
    }
}

#[test]
fn saving_over_a_preset_keeps_its_comments() {
    let old = "# For the old Shure.\nformat = 1\nname = \"Reo\"\n[highpass]\non = true # always\n";
    let (preset, _) = file::parse(old, "x", &id("reo")).expect("read");
    let text = file::render(old, &preset, "x").expect("written");
    assert!(text.contains("# For the old Shure.") && text.contains("on = true # always"), "{text}");
}

#[test]
fn what_is_wrong_in_a_preset_is_told_with_file_line_and_field_and_the_others_are_read() {
    for (line, field) in [
        ("[highpass]\nfreq = 999.0", "highpass.freq"),
        ("[highpass]\nfreq = nan", "highpass.freq"),
        ("[eq.band1]\ngain = -inf", "eq.band1.gain"),
        ("[postdyn.limiter]\nceiling = 3.0", "postdyn.limiter.ceiling"),
        ("[fader]\nlevel = 30.0", "fader.level"),
        ("[highpass]\nfrequency = 99.0", "highpass.frequency"),
        ("[compressor]\ndetector = \"loud\"", "compressor.detector"),
        ("[trim]\ngain = 3.0", "trim"),
        ("[fader]\nmute = true", "fader.mute"),
        ("[postdyn.fuzz]\non = true", "postdyn.fuzz"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("bad.toml"), format!("format = 1\n{line}\n")).expect("written");
        std::fs::write(folder.path().join("good.toml"), "format = 1\nname = \"Good\"\n").expect("written");
        let (presets, faults) = file::load_all(folder.path());
        assert_eq!(presets.iter().map(|preset| preset.id.as_str()).collect::<Vec<_>>(), ["good"]);
        let told = faults[0].sentence(Language::English);
        assert!(told.contains("bad.toml") && told.contains(field), "{told}");
        assert!(told.contains("line 2") || told.contains("line 3"), "{told}");
    }
}

#[test]
fn a_preset_of_a_newer_version_can_be_used_and_is_never_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("next.toml");
    let text = "format = 2\nname = \"Next\"\nmood = 3\n[highpass]\non = true\ncurve = \"s\"\n";
    std::fs::write(&path, text).expect("written");
    let (preset, told) = file::load(&path).expect("it opens");
    assert!(preset.locked && preset.chain.is_on(Control::HIGHPASS_ON));
    let told = told.expect("a sentence");
    assert_eq!(told.code, key::FAULT_DESK_NEWER_LOCKED);
    assert!(told.sentence(Language::English).contains("next.toml") && told.to_string().contains("format 2"), "{told}");
    assert!(file::save(folder.path(), &preset).is_err());
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), text);
}
