//! Every text has its room: none is cut off at the side, none lies on another, at the usual size and half as large again.

use egui::{Rect, Shape};
use korero::desk::address::{ChannelName, SlotName, kind};
use korero::desk::channel::{Insert, Place};
use korero::night::{Moment, What};
use korero::session::guide::Step;
use korero::timeline::FrameIndex;

use super::*;

/// A text as it was drawn.
struct Text {
    words: String,
    /// All of it, and what of it can be seen.
    whole: Rect,
    seen: Rect,
    cut: bool,
}

fn texts(bench: &Bench) -> Vec<Text> {
    let mut texts = Vec::new();
    for clipped in &bench.window.output().shapes {
        collect(&clipped.shape, clipped.clip_rect, &mut texts);
    }
    texts
}

fn collect(shape: &Shape, clip: Rect, texts: &mut Vec<Text>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, clip, texts)),
        Shape::Text(text) => {
            let whole = text.galley.mesh_bounds.translate(text.pos.to_vec2());
            let seen = whole.intersect(clip);
            if seen.is_positive() {
                texts.push(Text { words: text.galley.text().to_owned(), whole, seen, cut: text.galley.elided });
            }
        }
        _ => {}
    }
}

/// What is wrong with the picture.
fn wrong(bench: &Bench) -> Vec<String> {
    let texts = texts(bench);
    assert!(texts.len() > 12, "nothing is drawn");
    let mut wrong = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        let is_sentence = text.words.split_whitespace().count() > 4;
        if text.cut && is_sentence {
            wrong.push(format!("“{}” is cut short", text.words));
        }
        if is_sentence && text.seen.width() < text.whole.width() - 1.0 {
            wrong.push(format!("“{}” is cut off at the side", text.words));
        }
        for other in &texts[n + 1..] {
            let both = text.seen.intersect(other.seen);
            if both.width() > 2.0 && both.height() > 3.0 && text.words != other.words {
                wrong.push(format!("“{}” lies on “{}”", text.words, other.words));
            }
        }
    }
    wrong
}

/// A busy evening: on air at several places, recording, a fault, a night that was told.
fn busy() -> Snapshot {
    let names = ["Lead voice", "Backing voice", "Guitar", "Piano", "Double bass", "Brushes", "Shaker", "Kōauau"];
    let strips = names.iter().zip(1_u8..).map(|(name, input)| Strip::new(*name, StripInput::Mono(input))).collect();
    let to = |id, name: &str, air| DestinationNow {
        what: Destination { name: name.into(), ..Destination::to(id, "https://radio.example/whip/room", 256_000) },
        air,
        ..DestinationNow::default()
    };
    let on = AirState::On { length: Duration::from_secs(3_605), bitrate: 256_000 };
    let line = "The connection to radio.example is lost. Recording goes on.".to_owned();
    let night = vec![
        Moment {
            utc_ms: 1_000,
            frame: FrameIndex(48_000),
            levels: None,
            what: What::OnAir { to: "Aroha at home".into() },
        },
        Moment {
            utc_ms: 9_000,
            frame: FrameIndex(96_000),
            levels: None,
            what: What::Trouble { code: "fault-publish-lost".into(), values: None, about: None, line },
        },
    ];
    Snapshot {
        desk: Arc::new(Desk { strips, ..Desk::default() }),
        device: running(18),
        air: on.clone(),
        recording: RecordingState::On {
            length: Duration::from_secs(7_261),
            files: vec!["mix.wav".into()],
            disk_left: Some(Duration::from_secs(61 * 3_600)),
        },
        destinations: vec![
            to(1, "Aroha at home", on.clone()),
            to(2, "Te Ūpoko radio", AirState::Reconnecting),
            to(3, "The marae", AirState::Off),
        ],
        faults: vec![ShownFault {
            fault: Fault::new(key::FAULT_PUBLISH_LOST).with("host", "radio.example"),
            times: 3,
            id: 1,
        }],
        night: Arc::new(night),
        surfaces: surfaces::surfaces(),
        ..show()
    }
}

/// The keys that open each panel.
const PANELS: [Option<(egui::Modifiers, egui::Key)>; 10] = [
    None,
    Some((egui::Modifiers::NONE, egui::Key::F1)),
    Some((egui::Modifiers::NONE, egui::Key::F3)),
    Some((egui::Modifiers::NONE, egui::Key::F4)),
    Some((egui::Modifiers::NONE, egui::Key::F6)),
    Some((egui::Modifiers::NONE, egui::Key::F7)),
    Some((egui::Modifiers::NONE, egui::Key::F8)),
    Some((egui::Modifiers::NONE, egui::Key::F11)),
    Some((egui::Modifiers::NONE, egui::Key::F12)),
    Some((egui::Modifiers::COMMAND, egui::Key::E)),
];

#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn no_text_is_cut_or_covered(size: [f32; 2]) {
    let (mut told, mut walked) = (Vec::new(), 0);
    for language in Language::ALL {
        for (state, snapshot) in [("before", show()), ("busy", busy())] {
            for panel in PANELS {
                let mut bench = Bench::of_size(snapshot.clone(), language, size);
                if let Some((modifiers, key)) = panel {
                    bench.window.key_press_modifiers(modifiers, key);
                    bench.wishes();
                }
                let wrong = wrong(&bench);
                walked += texts(&bench).len();
                told.extend(wrong.into_iter().map(|what| format!("{language:?}, {state}, {panel:?}: {what}")));
            }
        }
    }
    for (language, step) in Language::ALL.into_iter().flat_map(|language| Step::ALL.map(|step| (language, step))) {
        for (state, snapshot) in [("fresh", first::fresh(step)), ("led", first::led(step))] {
            let bench = Bench::of_size(snapshot, language, size);
            let wrong = wrong(&bench);
            walked += texts(&bench).len();
            told.extend(wrong.into_iter().map(|what| format!("{language:?}, {state}, {step:?}: {what}")));
        }
    }
    println!("figure {:.0} points wide: texts that have their room in both languages = {walked}", size[0]);
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn no_text_is_cut_off_or_lies_on_another() {
    no_text_is_cut_or_covered([1280.0, 800.0]);
}

#[test]
fn no_text_is_cut_off_or_lies_on_another_when_all_is_half_as_large_again() {
    no_text_is_cut_or_covered([1920.0 / 1.5, 1080.0 / 1.5]);
}

#[test]
fn what_is_said_of_a_denoiser_and_of_hearing_what_it_takes_away_has_its_room() {
    for language in Language::ALL {
        for size in [[1280.0, 800.0], [1920.0 / 1.5, 1080.0 / 1.5]] {
            let mut now = busy();
            let desk = Arc::make_mut(&mut now.desk);
            desk.strips[0].channel.put(Place::PreEq, kind("denoise").map(Insert::new));
            let channel = ChannelName::Strip(desk.strips[0].id.clone());
            now.removed = Some(SlotName { channel, place: Place::PreEq });
            let mut bench = Bench::of_size(now, language, size);
            let name = bench.window.query_all_by_label_contains("Lead voice, ").next().expect("the strip");
            name.click();
            bench.window.run_steps(4);
            let place = korero_sentences::say(language, key::SECTION_INSERT, &[("number", 1.into())]);
            let what = korero_sentences::say(language, key::FOCUS_REMOVED, &[]);
            bench.window.get_by_label(&format!("Lead voice, {place}, {what}")).focus();
            bench.window.run_steps(20);
            let word = korero_sentences::say(language, key::FOCUS_REMOVED_KEY, &[]);
            let keys: Vec<_> = texts(&bench).into_iter().filter(|text| text.words == word).collect();
            let whole = |text: &Text| !text.cut && text.seen.width() >= text.whole.width() - 1.0;
            assert!(keys.len() == 2 && keys.iter().all(whole), "{word}: {} at {size:?}", keys.len());
            assert_eq!(wrong(&bench), Vec::<String>::new(), "{language:?} at {size:?}");
        }
    }
}

#[test]
fn the_name_of_the_program_stands_whole_in_the_bar_or_gives_way_to_what_is_needed_there() {
    let is_whole = |width: f32, language: Language| {
        let bench = Bench::of_size(busy(), language, [width, 800.0]);
        let name = korero_sentences::say(language, key::WINDOW_NAME, &[]);
        let name = texts(&bench).into_iter().find(|text| text.words == name);
        name.map(|name| !name.cut && name.seen.width() >= name.whole.width() - 1.0)
    };
    for language in Language::ALL {
        for width in [1_120.0, 1_280.0, 1_440.0, 1_600.0] {
            assert_ne!(is_whole(width, language), Some(false), "{width}, {language:?}");
        }
        assert_eq!((is_whole(960.0, language), is_whole(1_920.0, language)), (None, Some(true)), "{language:?}");
    }
}

#[test]
fn how_many_listen_is_not_cut_short_by_what_is_sent() {
    for language in Language::ALL {
        for listeners in [0, 1, 12_345] {
            let bench = Bench::of_size(Snapshot { listeners: Some(listeners), ..busy() }, language, [1280.0, 800.0]);
            let words = korero_sentences::say(language, key::WINDOW_LISTENERS, &[("count", listeners.into())]);
            let shown = texts(&bench).into_iter().find(|text| text.words == words).expect("it is shown");
            assert!(!shown.cut && shown.seen.width() >= shown.whole.width() - 1.0, "{words}");
        }
    }
}

#[test]
fn the_low_cut_is_called_by_its_word_and_tells_its_unit_where_strips_are_wide() {
    let mut bench = Bench::new(show());
    let drawn = |bench: &Bench, words: &str| texts(bench).iter().filter(|text| text.words == words).count();
    // Over the knob and on the key, of each of two strips.
    assert_eq!((drawn(&bench, "Cut"), drawn(&bench, "80 Hz"), drawn(&bench, "Hz")), (4, 2, 0));
    bench.window.get_by_label("Narrow strips, so that more of them are in sight").click();
    bench.window.run_steps(4);
    assert_eq!((drawn(&bench, "Cut"), drawn(&bench, "80 Hz"), drawn(&bench, "80")), (4, 0, 2));
    assert_eq!(wrong(&bench), Vec::<String>::new());
}
