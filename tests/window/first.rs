//! The guide through the first minute: every step can be done, left out, come back to and taken back, by mouse, by keyboard
//! and by name, in both languages; and it is never in the way.

use egui::accesskit::Role;
use korero::desk::history::Edit;
use korero::destination::DestinationId;
use korero::session::command::{CheckWish, DestinationWish, Label, SetUpWish, Typed};
use korero::session::guide::Step;
use korero::show::Show;

use super::listening::{reading, setup};
use super::*;

/// A first evening: an interface that is known and one that is not, and nothing chosen.
pub(super) fn fresh(step: Step) -> Snapshot {
    let choice =
        |id: &str, name: &str, inputs, outputs| DeviceChoice { id: id.into(), name: name.into(), inputs, outputs };
    let devices = vec![
        choice("alsa:default", "Default", 2, 2),
        choice("alsa:hw:USB", "Scarlett 4i4 USB", 6, 4),
        choice("alsa:hw:HDMI", "HDMI", 0, 8),
    ];
    Snapshot { devices, guide: Some(step), ..Snapshot::default() }
}

/// The same with everything chosen, heard and named, and a fault of the sound system besides.
pub(super) fn led(step: Step) -> Snapshot {
    let what = Destination::to(1, "https://live.example/whip/aroha", 256_000);
    let denied = Fault::new(key::FAULT_AUDIO_DENIED).with("device", "Scarlett 4i4 USB");
    Snapshot {
        device: four_in(),
        monitor: Some("alsa:hw:USB".into()),
        desk: Arc::new(Desk::for_inputs(4, |input| input.to_string())),
        set_up: setup(3.0),
        undo: Some(Edit::SetUp),
        destinations: vec![DestinationNow { what, ..DestinationNow::default() }],
        show: Show { artist: "Aroha".into(), title: "Pō whakangahau".into(), ..Show::default() },
        faults: vec![ShownFault { id: 1, fault: denied, times: 1 }],
        ..fresh(step)
    }
}

fn at(step: Step) -> Bench {
    Bench::new(fresh(step))
}

fn four_in() -> DeviceState {
    DeviceState::Running {
        id: "alsa:hw:USB".into(),
        name: "Scarlett 4i4 USB".into(),
        inputs: 6,
        rate: 48_000,
        frames: 128,
        realtime: true,
    }
}

fn goes_to(step: Option<Step>) -> Vec<Command> {
    vec![Command::Guide(step)]
}

fn clicked(bench: &mut Bench, label: &str) -> Vec<Command> {
    bench.window.get_by_label(label).click();
    bench.wishes()
}

/// What comes of a text that is typed into a field and taken with Enter. Its name stands above it too.
fn typed(bench: &mut Bench, field: &str, text: &str) -> Vec<Command> {
    let role = if field.ends_with("key") { Role::PasswordInput } else { Role::TextInput };
    bench.window.get_by_role_and_label(role, field).focus();
    bench.window.run_steps(2);
    bench.window.get_by_role_and_label(role, field).type_text(text);
    bench.window.run_steps(2);
    bench.press(egui::Key::Enter)
}

#[test]
fn no_key_of_the_guide_covers_another_where_everything_is_large_on_a_laptop() {
    for language in Language::ALL {
        for snapshot in Step::ALL.into_iter().flat_map(|step| [fresh(step), led(step)]) {
            let step = snapshot.guide.expect("somebody is led");
            let bench = Bench::of_size(snapshot, language, [1280.0 / 1.5, 800.0 / 1.5]);
            let shown = |name| {
                let word = korero_sentences::say(language, name, &[]);
                bench.window.query_by_role_and_label(Role::Button, &word).map(|node| node.rect())
            };
            let ahead = [key::GUIDE_BEGIN, key::GUIDE_GO_ON, key::GUIDE_TAKE, key::GUIDE_SKIP, key::GUIDE_DONE];
            let ahead = ahead.into_iter().find_map(shown).expect("it goes on");
            let leave = shown(key::GUIDE_LEAVE).expect("it can be left");
            assert!(leave.right() < ahead.left() && ahead.width() > 80.0, "{step:?}: {leave:?} {ahead:?}");
        }
    }
}

#[test]
fn every_step_says_what_it_is_in_both_languages_and_can_be_skipped_and_come_back_to() {
    let words = [
        (Step::Welcome, "Kia ora. A minute, and you are on air.", "Kia ora. He meneti noa, kua pāho koe."),
        (Step::Interface, "Which interface do you play into?", "Ka whakatangi koe mā tēhea taputapu oro?"),
        (Step::Play, "Play, and it is labelled", "Whakatangihia, ka tapaina"),
        (Step::Level, "Loud enough, and not too loud", "Kia kaha, kaua e kaha rawa"),
        (Step::Place, "Where does the show go?", "Ka haere te whakaaturanga ki hea?"),
        (Step::Ready, "Ready when you are", "Kua rite, kei a koe te tikanga"),
    ];
    for (step, english, maori) in words {
        let mut bench = at(step);
        bench.window.get_by_label(english);
        let ahead = match step {
            Step::Welcome => "Begin",
            Step::Ready => "Close the guide",
            _ => "Skip this step",
        };
        assert_eq!(clicked(&mut bench, ahead), goes_to(step.next()), "{step:?}");
        match step.before() {
            Some(before) => assert_eq!(clicked(&mut bench, "Back"), goes_to(Some(before)), "{step:?}"),
            None => assert!(bench.window.query_by_label("Back").is_none()),
        }
        Bench::in_language(fresh(step), Language::Maori).window.get_by_label(maori);
    }
}

#[test]
fn where_the_guide_ends_the_keyboard_goes_on_with_the_first_strip_unless_it_is_somewhere_already() {
    for elsewhere in [None, Some("Lock")] {
        let mut bench = Bench::new(led(Step::Ready));
        if let Some(key) = elsewhere {
            bench.window.get_by_label(key).focus();
            bench.window.run_steps(2);
        }
        bench.becomes(|now| now.guide = None);
        bench.window.run_steps(2);
        assert!(bench.window.get_by_label(elsewhere.unwrap_or("1, strip 1")).is_focused(), "{elsewhere:?}");
    }
}

#[test]
fn any_step_is_gone_to_from_any_other_by_its_name() {
    let mut bench = at(Step::Ready);
    assert_eq!(clicked(&mut bench, "Step 3 of 6: Play"), goes_to(Some(Step::Play)));
    bench.window.get_by_label("Step 5 of 6: Where to").focus();
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Space), goes_to(Some(Step::Place)));
}

#[test]
fn the_keyboard_alone_goes_on_from_step_to_step_one_press_for_each() {
    let mut bench = at(Step::Welcome);
    for step in Step::ALL {
        bench.becomes(|now| now.guide = Some(step));
        assert_eq!(bench.press(egui::Key::Enter), goes_to(step.next()), "{step:?}");
    }
}

#[test]
fn escape_leaves_the_guide_but_first_a_panel_that_is_open() {
    let mut bench = at(Step::Place);
    bench.window.key_press(egui::Key::F4);
    bench.window.run_steps(3);
    assert_eq!(bench.press(egui::Key::Escape), []);
    assert_eq!(bench.press(egui::Key::Escape), goes_to(None));
    assert_eq!(clicked(&mut bench, "Leave the guide"), goes_to(None));
}

#[test]
fn nobody_is_led_who_is_on_air_or_left_the_guide_and_it_is_shown_again_when_asked_for() {
    let mut bench = at(Step::Level);
    bench.becomes(|now| now.air = AirState::Connecting);
    bench.window.get_by_label("No strips yet");
    assert!(bench.window.query_by_label("Leave the guide").is_none());
    bench.becomes(|now| (now.air, now.guide) = (AirState::Off, None));
    bench.window.get_by_label("No strips yet");
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::F1);
    assert_eq!(bench.wishes(), goes_to(Some(Step::Welcome)));
    bench.window.get_by_label("Look").click();
    bench.window.run_steps(3);
    bench.window.get_by_role_and_label(Role::Button, "First steps").click();
    assert_eq!(bench.wishes(), goes_to(Some(Step::Welcome)));
    bench.becomes(|now| now.guide = Some(Step::Play));
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::F1);
    assert_eq!(bench.wishes(), goes_to(None));
}

#[test]
fn a_language_is_chosen_by_its_own_name_and_spoken_at_once() {
    let mut bench = at(Step::Welcome);
    assert_eq!(clicked(&mut bench, "Te reo Māori"), [Command::Speak("mi".into())]);
    bench.window.run_steps(2);
    bench.window.get_by_label("Kia ora. He meneti noa, kua pāho koe.");
    bench.window.get_by_label("English").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Kia ora. A minute, and you are on air.");
}

#[test]
fn a_known_interface_is_first_and_told_by_its_sockets_and_is_taken_let_go_and_listened_to_by_a_press_each() {
    let mut bench = at(Step::Interface);
    let known = "Scarlett 4i4 USB: Mic 1-2, Line 3-4";
    let top = |bench: &Bench, label: &str| bench.window.get_by_label(label).rect().top();
    assert!(top(&bench, known) < top(&bench, "Default: 2 inputs"));
    assert_eq!(clicked(&mut bench, known), [Command::ChooseDevice(Some("alsa:hw:USB".into()))]);
    assert!(bench.window.query_by_label("Let go of it").is_none());
    bench.becomes(|now| now.device = four_in());
    assert_eq!(clicked(&mut bench, "Go on"), goes_to(Some(Step::Play)));
    let ears = "Hear yourself in its headphones";
    assert_eq!(clicked(&mut bench, ears), [Command::ChooseMonitor(Some("alsa:hw:USB".into()))]);
    bench.becomes(|now| now.monitor = Some("alsa:hw:USB".into()));
    assert_eq!(clicked(&mut bench, ears), [Command::ChooseMonitor(None)]);
    assert_eq!(clicked(&mut bench, "Let go of it"), [Command::ChooseDevice(None)]);
}

#[test]
fn what_keeps_an_interface_from_running_is_told_with_its_remedy_and_another_rate_too() {
    let mut bench = at(Step::Interface);
    let denied = Fault::new(key::FAULT_AUDIO_DENIED).with("device", "Scarlett 4i4 USB");
    let other = Fault::new(key::FAULT_WINDOW_OPEN).with("reason", "no display.");
    let told = |bench: &Bench, text: String| bench.window.get_all_by_label(&text).count();
    bench.becomes(|now| {
        let shown = |(id, fault)| ShownFault { id, fault, times: 1 };
        now.faults = [(1, denied.clone()), (2, other.clone())].map(shown).to_vec();
    });
    // Both have their card; only what is about sound is explained in the guide too.
    assert_eq!(told(&bench, denied.sentence(Language::English)), 2);
    assert_eq!(told(&bench, denied.remedy(Language::English)), 2);
    assert_eq!(told(&bench, other.sentence(Language::English)), 1);
    bench.becomes(|now| {
        now.device = four_in();
        if let DeviceState::Running { rate, .. } = &mut now.device {
            *rate = 44_100;
        }
    });
    bench.window.get_by_label_contains("It runs at 44.1 kHz and is converted");
}

#[test]
fn without_an_interface_a_person_is_told_to_plug_it_in_and_can_look_again() {
    let mut bench = Bench::new(Snapshot { devices: Vec::new(), ..fresh(Step::Interface) });
    bench.window.get_by_label("No interface is found. Plug it in and switch it on, then look again.");
    assert_eq!(clicked(&mut bench, "Look again"), [Command::RefreshDevices]);
}

#[test]
fn the_assistant_listens_by_itself_while_its_step_is_shown_and_stops_with_it() {
    let mut bench = at(Step::Play);
    bench.window.get_by_label("Choose an interface first; then each instrument is found while it is played.");
    bench.becomes(|now| now.device = four_in());
    assert_eq!(bench.wishes(), [Command::SetUp(SetUpWish::Listen)]);
    bench.becomes(|now| now.set_up.listening = true);
    bench.window.run_steps(5);
    assert_eq!(bench.wishes(), [], "once in a visit");
    bench.window.get_by_label("Nobody is heard yet. Play, or turn the gain up at the interface.");
    bench.becomes(|now| now.guide = Some(Step::Level));
    assert_eq!(bench.wishes().first(), Some(&Command::SetUp(SetUpWish::Stop)));
    bench.becomes(|now| (now.guide, now.set_up.listening) = (Some(Step::Play), false));
    assert_eq!(bench.wishes(), [Command::SetUp(SetUpWish::Listen)], "again in the next one");
}

#[test]
fn what_was_heard_is_taken_over_by_the_key_that_goes_on_and_one_press_takes_it_back() {
    let mut bench = Bench::new(Snapshot { device: four_in(), ..fresh(Step::Play) });
    bench.becomes(|now| {
        now.set_up = setup(-3.0);
        now.desk = Arc::new(Desk::for_inputs(4, |input| input.to_string()));
    });
    bench.wishes();
    bench.window.get_by_label("Name of Line 3+4");
    bench.window.get_by_label("These bring back what the computer plays and are left out: Loopback 1");
    let label = |input, name: &str| Label { input, name: name.into() };
    let taken = SetUpWish::Only(vec![label(1, "Mic 1"), label(3, "Line 3+4")]);
    let wishes = clicked(&mut bench, "Take over and go on");
    assert_eq!(wishes, [Command::SetUp(taken), Command::Guide(Some(Step::Level))]);
    bench.becomes(|now| now.undo = Some(Edit::SetUp));
    assert_eq!(clicked(&mut bench, "Undo"), [Command::Undo]);
}

#[test]
fn the_mix_is_brought_to_what_listeners_expect_by_a_press_and_back_by_another() {
    let mut bench = at(Step::Level);
    bench.window.get_by_label("– LUFS: Nothing is heard yet.");
    bench.readings.store(Arc::new(Readings { mix: Some(reading(-22.5, 1.0)), ..Readings::default() }));
    bench.window.run_steps(2);
    bench.window.get_by_label("−22.5 LUFS: 6 LU softer than −16 LUFS.");
    let turned = Command::Turn(Address::MIX_FADER, 6.5);
    assert_eq!(clicked(&mut bench, "Bring the mix to −16 LUFS"), [turned]);
    bench.becomes(|now| now.undo = Some(Edit::Turn(Address::MIX_FADER)));
    assert_eq!(clicked(&mut bench, "Undo"), [Command::Undo]);
    bench.readings.store(Arc::new(Readings { mix: Some(reading(-16.4, 1.0)), ..Readings::default() }));
    bench.window.run_steps(2);
    assert!(bench.window.get_by_label("Bring the mix to −16 LUFS").accesskit_node().is_disabled());
    assert_eq!(clicked(&mut bench, "Go on"), goes_to(Some(Step::Place)));
}

#[test]
fn a_place_is_added_by_one_paste_checked_by_one_press_and_removed_by_another() {
    let mut bench = at(Step::Place);
    let link = "https://live.example/@aroha kk_1";
    let added = Command::Destination(DestinationWish::AddAt(Typed(link.into())));
    assert_eq!(typed(&mut bench, "Link or address", link), [added]);
    let what = Destination::to(1, "https://live.example/whip/aroha", 256_000);
    let one = DestinationNow { what, ..DestinationNow::default() };
    bench.becomes(|now| now.destinations = vec![one]);
    bench.window.get_by_label("live.example · ready");
    let key = Command::Destination(DestinationWish::Key(DestinationId(1), Typed("kk_2".into())));
    assert_eq!(typed(&mut bench, "live.example: key", "kk_2"), [key]);
    bench.becomes(|now| now.destinations[0].has_key = true);
    assert!(bench.window.query_by_label("live.example: key").is_none());
    let check = Command::Check(CheckWish::Begin(DestinationId(1)));
    assert_eq!(clicked(&mut bench, "live.example: check the network"), [check]);
    let gone = Command::Destination(DestinationWish::Remove(DestinationId(1)));
    assert_eq!(clicked(&mut bench, "Remove live.example"), [gone]);
    assert_eq!(clicked(&mut bench, "Go on"), goes_to(Some(Step::Ready)));
}

#[test]
fn at_the_end_a_name_can_be_given_and_what_was_chosen_leads_back_to_its_step() {
    let mut bench = Bench::new(Snapshot { device: four_in(), ..fresh(Step::Ready) });
    let named = Show { artist: "Aroha".into(), ..Show::default() };
    assert_eq!(typed(&mut bench, "Who plays", "Aroha"), [Command::NameShow(named)]);
    assert_eq!(clicked(&mut bench, "Interface: Scarlett 4i4 USB"), goes_to(Some(Step::Interface)));
    assert_eq!(clicked(&mut bench, "Where to: nowhere yet"), goes_to(Some(Step::Place)));
    bench.window.get_by_label("Go live: hold to go on air");
}

#[test]
fn loopback_inputs_are_offered_to_a_strip_only_when_they_are_wanted() {
    let strips = vec![Strip::new("Reo", StripInput::Mono(1))];
    let desk = Arc::new(Desk { strips, ..Desk::default() });
    let mut bench = Bench::new(Snapshot { device: four_in(), desk, ..Snapshot::default() });
    let open = |bench: &mut Bench| {
        bench.window.get_by_label("Reo: input: Mic 1").click();
        bench.window.run_steps(3);
    };
    open(&mut bench);
    bench.window.get_by_label("Line 3+4");
    assert!(bench.window.query_by_label("Loopback 1").is_none());
    // It is the last of the list, as a screen reader reaches it.
    bench.window.get_by_label("Show loopback").click_accesskit();
    assert_eq!(bench.wishes(), []);
    bench.window.run_steps(3);
    open(&mut bench);
    let id = bench.snapshot.load().desk.strips[0].id.clone();
    assert_eq!(clicked(&mut bench, "Loopback 1"), [Command::FeedStrip(id, StripInput::Mono(5))]);
}

#[test]
fn a_name_is_taken_as_soon_as_the_mouse_goes_down_elsewhere() {
    let mut bench = Bench::new(Snapshot { device: four_in(), ..fresh(Step::Ready) });
    bench.window.get_by_role_and_label(Role::TextInput, "Who plays").focus();
    bench.window.run_steps(2);
    bench.window.get_by_role_and_label(Role::TextInput, "Who plays").type_text("Aroha");
    bench.window.run_steps(2);
    let pos = bench.window.get_by_label("Go live: hold to go on air").rect().center();
    bench.window.hover_at(pos);
    bench.window.run_steps(1);
    let (button, modifiers) = (egui::PointerButton::Primary, egui::Modifiers::NONE);
    bench.window.event(egui::Event::PointerButton { pos, button, pressed: true, modifiers });
    let named = Show { artist: "Aroha".into(), ..Show::default() };
    assert_eq!(bench.wishes(), [Command::NameShow(named)]);
}

#[test]
fn a_name_is_taken_when_the_show_is_brought_on_air_by_keyboard() {
    let mut bench = Bench::new(Snapshot { device: four_in(), ..fresh(Step::Ready) });
    bench.window.get_by_role_and_label(Role::TextInput, "Who plays").focus();
    bench.window.run_steps(2);
    bench.window.get_by_role_and_label(Role::TextInput, "Who plays").type_text("Aroha");
    bench.window.run_steps(2);
    let named = Show { artist: "Aroha".into(), ..Show::default() };
    let wishes = bench.hold(egui::Modifiers::COMMAND, egui::Key::L, 30);
    assert_eq!(wishes, [Command::NameShow(named), Command::GoOnAir]);
}
