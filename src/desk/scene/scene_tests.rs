use korero_sentences::{Language, key};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use super::*;
use crate::desk::StripInput;
use crate::random_desk::{self, Fit, Turn, fits, names, turns};

/// A desk with everything turned at random, names and inputs of its strips too.
fn turned(desk: Desk, turns: &[Turn], fits: &[Fit]) -> Desk {
    let names = names(&desk);
    let mut desk = random_desk::turned(desk, &names, fits, turns);
    for (at, (strip, (channel, ..))) in desk.strips.iter_mut().zip(turns).enumerate() {
        strip.name = channel.to_string();
        strip.input = StripInput::Mono((channel % 9 + at + 1) as u8);
    }
    desk
}

fn scene(desk: Desk, scope: Scope, fade: Duration) -> Scene {
    Scene { id: SceneId::random(), name: "Waiata".into(), desk: Arc::new(desk), scope, fade }
}

fn scopes() -> impl Strategy<Value = (Option<Vec<usize>>, BTreeSet<usize>)> {
    (prop::option::of(vec(0..99_usize, 0..8)), btree_set(0..Part::ALL.len(), 0..=Part::ALL.len()))
}

fn scope(desk: &Desk, (channels, parts): (Option<Vec<usize>>, BTreeSet<usize>)) -> Scope {
    let names = names(desk);
    let channels = channels.map(|list| list.into_iter().map(|at| names[at % names.len()].clone()).collect());
    Scope { channels, parts: parts.into_iter().map(|at| Part::ALL[at]).collect() }
}

/// What must stand on a channel after a recall, told without the code that recalls.
fn check(name: &ChannelName, scene: &Scene, before: &Desk, after: &Desk) -> Result<(), TestCaseError> {
    let (was, is) = (name.of(before).expect("there"), name.of(after).expect("there"));
    let kept = name.of(&scene.desk);
    let slots = scene.scope.holds(name, Part::Slots) && kept.is_some();
    for place in Place::ALL {
        let wanted = if slots { kept.and_then(|kept| kept.insert(place)) } else { was.insert(place) };
        prop_assert_eq!(is.insert(place), wanted, "{} {:?}", name, place);
    }
    for control in is.controls().filter(|control| !matches!(control.section, Section::Slot(..))) {
        let part = Part::of(is.role(), control);
        let recalled = part.is_some_and(|part| scene.scope.holds(name, part));
        let wanted = kept.filter(|_| recalled).unwrap_or(was).get(control);
        prop_assert_eq!(is.get(control), wanted, "{} {:?}", name, control);
    }
    if let ChannelName::Strip(id) = name {
        let (was, is) = (before.strip(id).expect("there"), after.strip(id).expect("there"));
        let kept = |part| scene.desk.strip(id).filter(|_| scene.scope.holds(name, part)).unwrap_or(was);
        prop_assert_eq!(&is.name, &kept(Part::Name).name);
        prop_assert_eq!(is.input, kept(Part::Input).input);
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_recall_touches_exactly_its_scope(
        (old, new) in (turns(80), turns(80)), (fit, refit) in (fits(8), fits(8)), wanted in scopes(), gone in 0..5_usize,
    ) {
        let base = Desk::for_inputs(4, |n| n.to_string());
        let kept = turned(base.clone(), &old, &fit);
        let mut now = turned(base, &new, &refit);
        // One strip went since, and one came.
        if gone < 4 {
            now.strips.remove(gone);
        }
        now.strips.push(Strip::new("New", StripInput::Mono(9)));
        let scene = scene(kept, scope(&now, wanted), Duration::ZERO);
        let after = scene.recalled(&now);
        prop_assert_eq!(names(&after), names(&now));
        for name in names(&now) {
            check(&name, &scene, &now, &after)?;
        }
        prop_assert_eq!(scene.recalled(&after), after);
    }

    #[test]
    fn a_fade_begins_where_the_desk_is_stays_between_and_ends_where_the_scene_is(
        (old, new) in (turns(80), turns(80)), (fit, refit) in (fits(8), fits(8)), wanted in scopes(), ms in 1..60_000_u64,
    ) {
        let base = Desk::for_inputs(3, |n| n.to_string());
        let (kept, now) = (turned(base.clone(), &old, &fit), turned(base, &new, &refit));
        let scene = scene(kept, scope(&now, wanted), Duration::from_millis(ms));
        let goal = scene.recalled(&now);
        let mut fade = Fade::default();
        let begun = Duration::from_secs(5);
        let mut desk = fade.begin(&scene, &now, begun);
        for step in 0..=10_u32 {
            for name in names(&now) {
                let (was, is, will) = (name.of(&now).expect("there"), name.of(&desk).expect("there"), name.of(&goal).expect("there"));
                for control in will.controls() {
                    let (value, to) = (is.value(control), will.value(control));
                    let from = was.get(control).unwrap_or(to);
                    let spec = will.role().spec(control).expect("it has it");
                    // Two values that are floats away from each other may be passed by the rounding of a power.
                    let room = 1e-4 * from.abs().max(to.abs());
                    let inside = from == value || to == value
                        || (from.min(to) - room..=from.max(to) + room).contains(&value);
                    prop_assert!(inside, "{} {:?}: {} to {}: {}", name, control, from, to, value);
                    if matches!(spec.unit, korero_dsp::param::Unit::Switch | korero_dsp::param::Unit::Choice(_)) {
                        prop_assert_eq!(value, to);
                    }
                }
            }
            fade.tick(&mut desk, begun + Duration::from_millis(ms) * step / 10);
        }
        prop_assert_eq!(&desk, &goal);
        prop_assert_eq!(fade.left(begun + Duration::from_millis(ms)), None);
    }

    #[test]
    fn every_scene_reads_back_as_it_was_written(
        turns in turns(80), fit in fits(8), wanted in scopes(), ms in 0..60_000_u64,
    ) {
        let desk = turned(Desk::for_inputs(2, |n| n.to_string()), &turns, &fit);
        let scope = scope(&desk, wanted);
        let list = vec![
            scene(desk, scope, Duration::from_millis(ms)),
            scene(Desk::default(), Scope::default(), Duration::ZERO),
        ];
        let mut scenes = Scenes { list, locked: false };
        let text = file::render("", &scenes, "x").expect("written");
        prop_assert_eq!(file::parse(&text, "x").expect("read"), (scenes.clone(), None));
        // Written over its own file, fewer scenes are those scenes and nothing of the old ones.
        scenes.list.remove(0);
        let text = file::render(&text, &scenes, "x").expect("written");
        prop_assert_eq!(file::parse(&text, "x").expect("read"), (scenes, None));
    }

    #[test]
    fn no_text_makes_the_reader_of_scenes_panic(text in ".{0,200}") {
        let _ = file::parse(&text, "x");
    }
}

#[test]
fn what_the_engineer_listens_to_belongs_to_no_scene() {
    for role in [Role::Strip, Role::Group, Role::Return, Role::Desk] {
        let kept = role.sections().flat_map(|section| {
            let count = role.params(section).len();
            (0..count).map(move |at| Control::new(section, korero_dsp::param::ParamId(at as u8)))
        });
        for control in kept {
            let mine = role == Role::Desk || control == Control::SOLO;
            assert_eq!(Part::of(role, control).is_none(), mine, "{role:?} {control:?}");
        }
    }
}

const FILE: &str = "# My scenes.\nformat = 1\n\n[[scene]]\nid = \"verse\"\nname = \"Verse\"   # quiet\nfade = 2.5\n\
    channels = [\"strip.voice\", \"mix\"]\nparts = [\"fader\", \"mute\"]\n[scene.desk.mix.fader]\nlevel = -3.0\n";

#[test]
fn a_scene_can_be_written_by_hand_and_keeps_its_comments() {
    let (scenes, newer) = file::parse(FILE, "scenes.toml").expect("it is read");
    let verse = &scenes.list[0];
    assert_eq!((verse.name.as_str(), verse.fade, newer), ("Verse", Duration::from_millis(2_500), None));
    assert_eq!(verse.scope.parts, BTreeSet::from([Part::Fader, Part::Mute]));
    assert_eq!(verse.desk.mix.level_db(), -3.0);
    let text = file::render(FILE, &scenes, "scenes.toml").expect("written");
    assert!(text.starts_with("# My scenes.") && text.contains("\"Verse\"   # quiet"), "{text}");
}

#[test]
fn what_is_wrong_in_a_scene_is_told_with_file_line_and_field() {
    for (good, bad, field, line) in [
        ("fade = 2.5", "fade = 61", "scene[1].fade", "7"),
        ("fade = 2.5", "fade = nan", "scene[1].fade", "7"),
        ("level = -3.0", "level = 30.0", "scene[1].desk.mix.fader.level", "11"),
        ("level = -3.0", "level = nan", "scene[1].desk.mix.fader.level", "11"),
        ("level =", "levle =", "scene[1].desk.mix.fader.levle", "11"),
        ("\"mute\"]", "\"mood\"]", "scene[1].parts", "9"),
        ("\"mix\"]", "\"moon\"]", "scene[1].channels", "8"),
        ("name =", "nmae =", "scene[1].nmae", "6"),
    ] {
        let told =
            file::parse(&FILE.replace(good, bad), "scenes.toml").expect_err("refused").sentence(Language::English);
        assert!(told.contains("scenes.toml") && told.contains(field) && told.contains(line), "{told}");
    }
}

#[test]
fn scenes_of_a_newer_version_can_be_used_and_are_never_written_over() {
    let text = FILE.replace("format = 1", "format = 2").replace("fade = 2.5", "fade = 2.5\nmood = \"blue\"");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scenes.toml");
    std::fs::write(&path, &text).expect("written");
    let (scenes, told) = file::load(&path);
    let told = told.expect("a sentence");
    assert_eq!(told.code, key::FAULT_DESK_NEWER_LOCKED);
    assert!(
        told.sentence(Language::English).contains("scenes.toml") && told.to_string().contains("format 2"),
        "{told}"
    );
    assert!(scenes.locked && scenes.list[0].desk.mix.level_db() == -3.0);
    assert!(file::save(&path, &scenes).is_err());
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), text);
}

#[test]
fn a_damaged_file_keeps_nobody_from_playing_and_a_missing_one_is_no_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scenes.toml");
    assert_eq!(file::load(&path), (Scenes::default(), None));
    std::fs::write(&path, "[[scene").expect("written");
    let (scenes, told) = file::load(&path);
    assert!(scenes.locked && scenes.list.is_empty() && told.is_some());
}
