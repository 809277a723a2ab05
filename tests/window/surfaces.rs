//! The panel of control surfaces: what is on, what is bound, and how a binding is learned.

use korero::session::act::Act;
use korero::session::surfaces::{
    Binding, Counts, Learning, MidiControl, MidiDevice, MidiKind, Osc, OscState, Reads, Source, SurfaceState,
    SurfaceWish, Surfaces, SurfacesNow, Target,
};

use super::*;

const KNOB: MidiControl = MidiControl::Cc(1, 7);

fn source(control: MidiControl) -> Source {
    Source { port: "nanoKONTROL2".into(), control }
}

pub(super) fn surfaces() -> SurfacesNow {
    let device = |name: &str, kind| MidiDevice { name: name.into(), kind };
    let bind = |control, target| Binding { source: source(control), reads: Reads::Absolute, target };
    let chosen = Surfaces {
        osc: Osc { on: true, open: false, port: 9_000 },
        midi: vec![device("X-Touch", MidiKind::Mackie), device("nanoKONTROL2", MidiKind::Controls)],
        bound: vec![
            bind(KNOB, Target::Turn(Address::MIX_FADER)),
            bind(MidiControl::Note(10, 36), Target::Act(Act::LeaveAir)),
        ],
        while_locked: false,
    };
    let state = SurfaceState {
        osc: OscState::At("127.0.0.1:9000".into()),
        subscribers: 2,
        midi: Some(vec!["nanoKONTROL2".into(), "Launchkey".into()]),
        open: vec!["nanoKONTROL2".into()],
        osc_counts: Counts { taken: 1_204, refused: 3 },
        ..SurfaceState::default()
    };
    SurfacesNow { chosen: Arc::new(chosen), learning: None, state: Arc::new(state) }
}

/// The panel is open; that it asks which devices there are is put aside.
fn bench(now: SurfacesNow, language: Language) -> Bench {
    let mut bench = Bench::in_language(Snapshot { surfaces: now, ..show() }, language);
    bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::E);
    bench.window.run_steps(3);
    assert_eq!(bench.wishes(), [Command::Surface(SurfaceWish::Look)]);
    bench
}

fn wish(wish: SurfaceWish) -> Vec<Command> {
    vec![Command::Surface(wish)]
}

#[test]
fn what_is_on_and_what_is_bound_is_told_in_both_languages() {
    let bench = bench(surfaces(), Language::English);
    for words in [
        "heard at 127.0.0.1:9000",
        "1204 taken, 3 refused · 2 are told of changes",
        "X-Touch: used as: Mackie Control",
        "nanoKONTROL2: used as: Controls to be bound",
        "Launchkey: used as: Not used",
        "in use",
        "not plugged in",
        "CC 7 · 1 on nanoKONTROL2: Mix, fader, level",
        "Note 36 · 10 on nanoKONTROL2: Leave the air (hold a second)",
    ] {
        bench.window.get_by_label(words);
    }
    let bench = self::bench(surfaces(), Language::Maori);
    for words in ["e rangona ana i 127.0.0.1:9000", "kei te whakamahia", "X-Touch: ka whakamahia hei: Mackie Control"] {
        bench.window.get_by_label(words);
    }
}

#[test]
fn what_broke_down_is_not_said_to_be_heard() {
    let mut bench = bench(surfaces(), Language::English);
    bench.becomes(|now| {
        now.surfaces.state = Arc::new(SurfaceState { osc: OscState::Gone, ..SurfaceState::default() });
    });
    bench.window.get_by_label("not heard: this part broke down");
    assert!(bench.window.query_by_label_contains("heard at").is_none());
    assert!(bench.window.query_by_label("in use").is_none());
}

#[test]
fn osc_is_switched_opened_to_the_network_and_moved_to_another_port() {
    let mut bench = bench(SurfacesNow::default(), Language::English);
    let off = Osc::default();
    bench.window.get_by_label("Hear OSC").click();
    assert_eq!(bench.wishes(), wish(SurfaceWish::Osc(Osc { on: true, ..off })));
    bench.window.get_by_label("From the whole network").focus();
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Space), wish(SurfaceWish::Osc(Osc { open: true, ..off })));
    let mut typed = |text: &str| {
        bench.window.get_by_label("OSC: port").focus();
        bench.window.run_steps(2);
        bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        bench.window.get_by_label("OSC: port").type_text(text);
        bench.window.run_steps(2);
        bench.press(egui::Key::Enter)
    };
    assert_eq!(typed("8000"), wish(SurfaceWish::Osc(Osc { port: 8_000, ..off })));
    assert_eq!(typed("80"), [], "a port that the system keeps");
    let exposed = "Everybody in this network can hold the desk and the show.";
    assert!(bench.window.query_by_label(exposed).is_none());
    bench.becomes(|now| {
        let osc = Osc { on: true, open: true, ..off };
        now.surfaces.chosen = Arc::new(Surfaces { osc, ..Surfaces::default() });
    });
    bench.window.get_by_label(exposed);
    bench.window.get_by_label("No MIDI device is plugged in.");
    bench.becomes(|now| {
        let state = SurfaceState { no_midi: true, midi: Some(Vec::new()), ..SurfaceState::default() };
        now.surfaces.state = Arc::new(state);
    });
    bench.window.get_by_label("This system has no MIDI.");
}

#[test]
fn a_device_is_used_as_a_kind_and_a_control_is_read_otherwise_or_unbound() {
    let mut bench = bench(surfaces(), Language::English);
    bench.window.get_by_label("Launchkey: used as: Not used").click_accesskit();
    bench.window.run_steps(3);
    bench.window.get_by_label("Controls to be bound").click_accesskit();
    bench.window.run_steps(2);
    let used = SurfaceWish::Midi("Launchkey".into(), Some(MidiKind::Controls));
    assert_eq!(bench.wishes(), wish(used));
    bench.window.get_by_label("CC 7 · 1: read as: Where it stands").click_accesskit();
    bench.window.run_steps(3);
    bench.window.get_by_label("Steps (1 and 65)").click_accesskit();
    bench.window.run_steps(2);
    assert_eq!(bench.wishes(), wish(SurfaceWish::Read(source(KNOB), Reads::SignBit)));
    bench.window.get_by_label("Remove Note 36 · 10").click_accesskit();
    bench.window.run_steps(2);
    assert_eq!(bench.wishes(), wish(SurfaceWish::Unbind(source(MidiControl::Note(10, 36)))));
}

#[test]
fn learning_says_what_to_do_next_and_takes_an_action() {
    let mut bench = bench(surfaces(), Language::English);
    bench.window.get_by_label("Learn").click();
    assert_eq!(bench.wishes(), wish(SurfaceWish::Learn(true)));
    bench.becomes(|now| now.surfaces.learning = Some(Learning::default()));
    bench.window.get_by_label_contains("Turn something in the window or choose an action");
    bench.window.get_by_label("Action: Choose an action").click_accesskit();
    bench.window.run_steps(3);
    bench.window.get_by_label("Leave the air (hold a second)").click_accesskit();
    bench.window.run_steps(2);
    assert_eq!(bench.wishes(), wish(SurfaceWish::Aim(Target::Act(Act::LeaveAir))));
    bench.becomes(|now| {
        let target = Some(Target::Turn(Address::MIX_FADER));
        now.surfaces.learning = Some(Learning { target, ..Learning::default() });
    });
    bench.window.get_by_label_contains("Mix, fader, level: now move a control");
    bench.window.get_by_label("Give up").click();
    assert_eq!(bench.wishes(), wish(SurfaceWish::Learn(false)));
}

#[test]
fn the_panel_is_also_opened_in_the_menu_of_the_window() {
    let mut bench = Bench::new(show());
    bench.window.get_by_label("Look").click();
    bench.window.run_steps(3);
    // The list of keys names it too.
    bench.window.get_by_role_and_label(egui::accesskit::Role::Button, "Control surfaces").click();
    bench.window.run_steps(3);
    bench.window.get_by_label("Hear OSC");
}

#[test]
fn whether_surfaces_work_on_a_locked_stage_is_chosen_and_the_lock_says_it() {
    let mut bench = bench(surfaces(), Language::English);
    bench.window.get_by_label("Work while the window is locked").click_accesskit();
    assert_eq!(bench.wishes(), wish(SurfaceWish::WhileLocked(true)));
    let sentences = [
        (false, "Locked, control surfaces too. Only the next song, a mark and unlocking work."),
        (true, "Locked. Only the next song, a mark and unlocking work here; control surfaces work as ever."),
    ];
    bench.window.key_press(egui::Key::F12);
    assert_eq!(bench.wishes(), [Command::Lock(true)]);
    for (while_locked, sentence) in sentences {
        bench.becomes(|now| Arc::make_mut(&mut now.surfaces.chosen).while_locked = while_locked);
        bench.window.get_by_role_and_label(egui::accesskit::Role::Label, sentence);
    }
    assert_eq!(bench.wishes(), [], "the show is told once");
    assert_eq!(bench.hold(egui::Modifiers::NONE, egui::Key::F12, 30), [Command::Lock(false)]);
}
