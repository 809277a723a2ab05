//! The window by its accessible names: what it shows, what it asks the session for, and that a keyboard reaches it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use arc_swap::ArcSwap;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use korero::desk::address::Address;
use korero::desk::channel::Control;
use korero::desk::{Desk, Strip, StripInput};
use korero::destination::Destination;
use korero::engine;
use korero::fault::Fault;
use korero::metering::Readings;
use korero::session::command::Command;
use korero::session::event::PathKind;
use korero::session::snapshot::{
    AirState, DestinationNow, DeviceChoice, DeviceState, RecordingState, ShownFault, Snapshot,
};
use korero::ui::{Link, Window};
use korero_sentences::{Language, key};

#[path = "window/air_view.rs"]
mod air_view;
#[path = "window/channel.rs"]
mod channel_panel;
#[path = "window/check.rs"]
mod check;
#[path = "window/destinations.rs"]
mod destinations;
#[path = "window/ear.rs"]
mod ear;
#[path = "window/edits.rs"]
mod edits;
#[cfg(target_os = "linux")]
#[path = "window/evening.rs"]
mod evening;
#[path = "window/faults.rs"]
mod faults;
#[path = "window/first.rs"]
mod first;
#[path = "window/focus.rs"]
mod focus;
#[path = "window/frame.rs"]
mod frame;
#[path = "window/hidden.rs"]
mod hidden;
#[path = "window/hues.rs"]
mod hues;
#[path = "window/keys.rs"]
mod keys;
#[path = "window/listening.rs"]
mod listening;
#[path = "window/live.rs"]
mod live;
#[path = "window/lock.rs"]
mod lock;
#[path = "window/looks.rs"]
mod looks;
#[path = "window/night.rs"]
mod night;
#[path = "window/pace.rs"]
mod pace;
#[path = "window/palette.rs"]
mod palette;
#[path = "window/recording.rs"]
mod recording;
#[path = "window/removed.rs"]
mod removed;
#[path = "window/room.rs"]
mod room;
#[path = "window/scenes.rs"]
mod scenes;
// Pictures are compared where the device that draws them is at hand.
#[cfg(target_os = "linux")]
#[path = "window/snapshots.rs"]
mod snapshots;
#[path = "window/strips.rs"]
mod strips;
#[path = "window/surfaces.rs"]
mod surfaces;
#[path = "window/takes.rs"]
mod takes;
#[path = "window/truth.rs"]
mod truth;

mod engine_sound;

struct Bench {
    window: Harness<'static, Window>,
    wishes: Receiver<Command>,
    snapshot: Arc<ArcSwap<Snapshot>>,
    readings: Arc<ArcSwap<Readings>>,
}

impl Bench {
    fn new(first: Snapshot) -> Self {
        Self::in_language(first, Language::English)
    }

    fn in_language(first: Snapshot, language: Language) -> Self {
        Self::of_size(first, language, [1280.0, 800.0])
    }

    /// `size` in points, as many as a screen has at its scale.
    fn of_size(first: Snapshot, language: Language, size: [f32; 2]) -> Self {
        let (commands, wishes) = channel();
        let snapshot = Arc::new(ArcSwap::from_pointee(first));
        let (_, handle) = engine::new(uuid::Uuid::nil());
        let readings = Arc::<ArcSwap<Readings>>::default();
        let link = Link {
            snapshot: snapshot.clone(),
            commands,
            levels: handle.levels(),
            readings: readings.clone(),
            language,
        };
        let mut window = Harness::builder()
            .with_size(size)
            .with_step_dt(0.05)
            .with_max_steps(64)
            .build_eframe(|cc| Window::new(&cc.egui_ctx, link));
        window.run();
        Self { window, wishes, snapshot, readings }
    }

    /// What was asked for but to look closer at a channel, which comes with every panel.
    fn wishes(&mut self) -> Vec<Command> {
        self.every_wish().into_iter().filter(|wish| !matches!(wish, Command::LookAt(_))).collect()
    }

    fn every_wish(&mut self) -> Vec<Command> {
        self.window.run_steps(2);
        self.wishes.try_iter().collect()
    }

    fn becomes(&mut self, change: impl FnOnce(&mut Snapshot)) {
        let mut next = self.snapshot.load().as_ref().clone();
        change(&mut next);
        self.snapshot.store(Arc::new(next));
        self.window.run_steps(2);
    }

    /// Holds keys down for so many pictures, in which they repeat as those of a system do, and lets them go.
    fn hold(&mut self, modifiers: egui::Modifiers, key: egui::Key, pictures: usize) -> Vec<Command> {
        let event = |pressed, repeat| egui::Event::Key { key, pressed, modifiers, repeat, physical_key: None };
        self.window.event(egui::Event::ModifiersChanged(modifiers));
        self.window.event(event(true, false));
        for _ in 0..pictures {
            self.window.run_steps(1);
            self.window.event(event(true, true));
        }
        self.window.event(event(false, false));
        self.window.event(egui::Event::ModifiersChanged(egui::Modifiers::NONE));
        self.wishes()
    }

    fn press(&mut self, key: egui::Key) -> Vec<Command> {
        self.window.key_press(key);
        self.wishes()
    }
}

fn show() -> Snapshot {
    let strips = vec![Strip::new("Reo", StripInput::Mono(1)), Strip::new("Piano", StripInput::Stereo(3, 4))];
    let scarlett = DeviceChoice { id: "alsa:scarlett".into(), name: "Scarlett".into(), inputs: 18, outputs: 20 };
    Snapshot {
        devices: vec![scarlett],
        desk: Arc::new(Desk { strips, ..Desk::default() }),
        listen_url: Some("https://example.org/@aroha".into()),
        destinations: vec![DestinationNow {
            what: Destination::to(1, "https://example.org/whip/aroha", 256_000),
            ..DestinationNow::default()
        }],
        ..Snapshot::default()
    }
}

fn running(inputs: u8) -> DeviceState {
    DeviceState::Running {
        id: "alsa:scarlett".into(),
        name: "Scarlett".into(),
        inputs,
        rate: 48_000,
        frames: 128,
        realtime: false,
    }
}

fn strip_address(bench: &Bench, control: Control) -> Address {
    Address::strip(&bench.snapshot.load().desk.strips[0].id, control)
}

#[test]
fn every_control_has_a_name_with_the_name_of_its_strip_in_both_languages() {
    let bench = Bench::new(show());
    for name in ["Reo: fader", "Reo: trim", "Reo: pan", "Reo: low cut", "Reo: mute", "Piano: level", "Mix: fader"] {
        bench.window.get_by_label(name);
    }
    let bench = Bench::in_language(show(), Language::Maori);
    for name in ["Reo: kaha", "Piano: ngū", "Ranunga: kaha"] {
        bench.window.get_by_label(name);
    }
}

#[test]
fn the_window_itself_has_a_name_for_screen_readers() {
    let name = |language| Bench::in_language(show(), language).window.root().accesskit_node().label();
    assert_eq!(name(Language::English).as_deref(), Some("Covers & Kōrero"));
    assert!(name(Language::Maori).is_some());
}

#[test]
fn the_tab_key_goes_from_the_interface_over_the_strips_and_the_mix_to_the_air() {
    let mut bench = Bench::new(show());
    let mut visited = Vec::new();
    for _ in 0..120 {
        bench.window.key_press(egui::Key::Tab);
        bench.window.run_steps(2);
        let focused =
            bench.window.query_all(egui_kittest::kittest::by().recursive(true)).find(egui_kittest::Node::is_focused);
        visited.extend(focused.and_then(|node| node.accesskit_node().label()));
    }
    let place = |name: &str| {
        visited.iter().position(|label| label.starts_with(name)).unwrap_or_else(|| panic!("{name} not in {visited:?}"))
    };
    let order = [
        "Interface",
        "Reo, strip 1",
        "Reo: trim",
        "Reo: fader",
        "Reo: solo",
        "Piano: fader",
        "Group 1: fader",
        "Cue 4: fader",
        "Mix: fader",
        "Go live",
        "Record",
        "Where the show goes",
        "example.org: on",
    ];
    assert!(order.windows(2).all(|pair| place(pair[0]) < place(pair[1])), "{visited:?}");
}

#[test]
fn arrow_keys_turn_a_fader_by_half_a_decibel_and_finely_with_shift() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Reo: fader").focus();
    bench.window.run_steps(2);
    let fader = strip_address(&bench, Control::FADER);
    assert_eq!(bench.press(egui::Key::ArrowDown), [Command::Turn(fader.clone(), -0.5)]);
    bench.window.key_press_modifiers(egui::Modifiers::SHIFT, egui::Key::ArrowUp);
    assert_eq!(bench.wishes(), [Command::Turn(fader.clone(), -0.4)]);
    assert_eq!(bench.press(egui::Key::Home), [Command::Turn(fader, 0.0)]);
}

#[test]
fn a_value_is_typed_after_enter() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Reo: fader").focus();
    let mute = bench.window.get_by_label("Reo: mute").rect();
    bench.window.run_steps(2);
    bench.window.key_press(egui::Key::Enter);
    bench.window.run_steps(3);
    assert_eq!(bench.window.get_by_label("Reo: mute").rect(), mute, "typing moved something");
    bench.window.get_by_label("Reo: fader: type a value").type_text("-12,5 dB");
    bench.window.run_steps(2);
    let wishes = bench.press(egui::Key::Enter);
    assert_eq!(wishes, [Command::Turn(strip_address(&bench, Control::FADER), -12.5)]);
}

#[test]
fn a_dragged_fader_is_held_by_unity() {
    let mut bench = Bench::new(show());
    let fader = strip_address(&bench, Control::FADER);
    bench.becomes(|now| {
        Arc::make_mut(&mut now.desk).strips[0].channel.set(Control::FADER, -1.0);
    });
    let at = bench.window.get_by_label("Reo: fader").rect().center();
    bench.window.drag_at(at);
    bench.window.run_steps(2);
    let mut last = -1.0;
    for step in 1..=12 {
        bench.window.hover_at(at - egui::vec2(0.0, step as f32));
        for wish in bench.wishes() {
            let Command::Turn(address, value) = wish else { panic!("{wish:?}") };
            assert_eq!(address, fader);
            assert!(value == 0.0 || value.abs() >= 0.3, "{value} lies too near to unity");
            last = value;
        }
    }
    assert!(last >= 0.0, "{last}");
}

#[test]
fn a_hand_that_wanders_sideways_leaves_a_fader_where_it_is() {
    let mut bench = Bench::new(show());
    let at = bench.window.get_by_label("Reo: fader").rect().center();
    bench.window.drag_at(at);
    bench.window.run_steps(2);
    for step in 1..=12 {
        bench.window.hover_at(at + egui::vec2(4.0 * step as f32, 0.0));
        assert_eq!(bench.wishes(), []);
    }
}

#[test]
fn arrow_keys_go_from_strip_to_strip_and_a_strip_out_of_sight_comes_into_view() {
    let strips = (1..=18).map(|n| Strip::new(format!("In {n}"), StripInput::Mono(n))).collect();
    let mut bench = Bench::new(Snapshot { desk: Arc::new(Desk { strips, ..Desk::default() }), ..Snapshot::default() });
    let mix = bench.window.get_by_label("Mix: fader").rect().left();
    assert!(bench.window.get_by_label("In 18, strip 18").rect().right() > mix, "all fit, and nothing is tested");
    bench.window.get_by_label("In 1, strip 1").focus();
    bench.window.run_steps(2);
    for n in 2..=18 {
        bench.press(egui::Key::ArrowRight);
        assert!(bench.window.get_by_label(&format!("In {n}, strip {n}")).is_focused());
    }
    bench.window.run_steps(20);
    assert!(bench.window.get_by_label("In 18, strip 18").rect().right() < mix);
    bench.press(egui::Key::ArrowLeft);
    assert!(bench.window.get_by_label("In 17, strip 17").is_focused());
}

#[test]
fn one_key_puts_out_every_solo() {
    let mut bench = Bench::new(show());
    bench.becomes(|now| {
        Arc::make_mut(&mut now.desk).strips[0].channel.set(Control::SOLO, 1.0);
    });
    bench.window.get_by_label("Put out every solo").click();
    assert_eq!(bench.wishes(), [Command::Turn(strip_address(&bench, Control::SOLO), 0.0)]);
}

#[test]
fn a_strip_that_is_added_by_a_shortcut_takes_the_first_free_input_of_the_interface() {
    let mut bench = Bench::new(show());
    bench.becomes(|now| {
        Arc::make_mut(&mut now.desk).strips[0].input = StripInput::Stereo(1, 2);
        now.device = running(18);
    });
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::N);
    assert_eq!(bench.wishes(), [Command::AddStrip(StripInput::Mono(5))]);
}

#[test]
fn sound_that_is_missing_is_told_beside_the_interface() {
    let mut bench = Bench::new(show());
    bench.becomes(|now| (now.device, now.frames_lost) = (running(2), 480));
    bench.window.get_by_label("Running · 48 kHz · 10 ms missing");
}

#[test]
fn a_detour_of_the_sound_is_told_in_words_and_the_straight_way_is_not() {
    let mut bench = Bench::new(show());
    let [tcp, relayed] = ["Over TCP: the network blocks UDP", "Over a relay: the straight way is blocked"];
    for (path, told) in [(PathKind::Direct, None), (PathKind::Tcp, Some(tcp)), (PathKind::Relayed, Some(relayed))] {
        bench.becomes(|now| now.destinations[0].path = Some(path));
        for words in [tcp, relayed] {
            assert_eq!(bench.window.query_by_label(words).is_some(), told == Some(words), "{path:?}: {words}");
        }
    }
}

#[test]
fn an_interface_that_went_away_keeps_its_name() {
    let mut bench = Bench::new(show());
    bench.becomes(|now| now.device = running(18));
    bench.becomes(|now| {
        now.device = DeviceState::Away { id: "alsa:scarlett".into() };
        now.devices.clear();
    });
    bench.window.get_by_label("Interface: Scarlett (18 in)");
}

#[test]
fn a_screen_reader_sets_a_fader() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Mix: fader").set_value_accesskit(-20.0);
    assert_eq!(bench.wishes(), [Command::Turn(Address::MIX_FADER, -20.0)]);
}

#[test]
fn mute_and_solo_are_keys_that_tell_their_state() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Reo: mute").click();
    assert_eq!(bench.wishes(), [Command::Turn(strip_address(&bench, Control::MUTE), 1.0)]);
    let toggled = bench.window.get_by_label("Reo: mute").accesskit_node().toggled();
    assert_eq!(toggled, Some(egui::accesskit::Toggled::True));
}

#[test]
fn an_interface_is_chosen_by_its_stable_name() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Interface: None").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Scarlett (18 in)").click();
    assert_eq!(bench.wishes(), [Command::ChooseDevice(Some("alsa:scarlett".into()))]);
}

#[test]
fn a_fault_is_told_with_its_remedy_and_put_away() {
    let mut bench = Bench::new(show());
    let fault = Fault::new(key::FAULT_WINDOW_OPEN).with("reason", "no display.");
    bench.becomes(|now| now.faults = vec![ShownFault { id: 7, fault: fault.clone(), times: 2 }]);
    bench.window.get_by_label(&fault.sentence(Language::English));
    bench.window.get_by_label(&fault.remedy(Language::English));
    bench.window.get_by_label("Put away").click();
    assert_eq!(bench.wishes(), [Command::DismissFault(7)]);
}

#[test]
fn a_window_without_strips_says_what_to_do() {
    let mut bench = Bench::new(Snapshot::default());
    bench.window.get_by_label("Choose your interface above; its inputs become strips.");
    bench.becomes(|now| now.device = running(2));
    bench.window.get_by_label("A strip for each of 2 inputs").click();
    let wishes = bench.wishes();
    assert!(matches!(&wishes[..], [Command::ReplaceDesk(desk)] if desk.strips.len() == 2), "{wishes:?}");
}

#[test]
fn a_strip_is_renamed_in_place() {
    let mut bench = Bench::new(show());
    let id = bench.snapshot.load().desk.strips[0].id.clone();
    bench.window.get_by_label("Reo, strip 1").focus();
    bench.window.run_steps(2);
    bench.window.key_press(egui::Key::F2);
    bench.window.run_steps(3);
    bench.window.get_by_label("Name of Reo").type_text("2");
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Enter), [Command::RenameStrip(id, "Reo2".into())]);
}

#[test]
fn a_strip_is_removed_by_two_keys_and_not_by_one() {
    let mut bench = Bench::new(show());
    let id = bench.snapshot.load().desk.strips[0].id.clone();
    bench.window.get_by_label("Reo, strip 1").focus();
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Delete), []);
    bench.window.key_press_modifiers(egui::Modifiers::SHIFT, egui::Key::Delete);
    assert_eq!(bench.wishes(), [Command::RemoveStrip(id)]);
}

#[test]
fn closing_the_window_on_air_asks_first_and_ends_the_show_only_when_told() {
    let mut bench = Bench::new(show());
    bench.becomes(|now| now.air = AirState::On { length: Duration::from_secs(60), bitrate: 256_000 });
    let close = |bench: &mut Bench| {
        let root = bench.window.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default();
        root.events.push(egui::ViewportEvent::Close);
        bench.window.step();
    };
    close(&mut bench);
    assert_eq!(bench.wishes(), []);
    bench.window.get_by_label("Stay").click();
    assert_eq!(bench.wishes(), []);
    assert!(bench.window.query_by_label("Stay").is_none());
    close(&mut bench);
    bench.wishes();
    bench.window.get_by_label("End the show and close").click();
    assert_eq!(bench.wishes(), [Command::Quit]);
    bench.window.run_steps(2);
    bench.window.get_by_label("Finishing the recording and saying goodbye.");
}
