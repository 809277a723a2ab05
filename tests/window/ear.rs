//! What our own ear says, beside the meters of the mix.

use std::time::Duration;

use egui::accesskit::Live;
use egui_kittest::kittest::{NodeT, Queryable};
use korero::fault::Fault;
use korero::session::command::Command;
use korero::session::ear::{EarState, Verdict};
use korero_sentences::{Language, key};

use super::{Bench, show};

fn hears(verdict: Verdict) -> EarState {
    EarState::Listens { verdict, delay: Some(Duration::from_millis(117)), lost: 0 }
}

#[test]
fn the_window_says_in_words_what_the_ear_hears() {
    let mut bench = Bench::new(show());
    for (verdict, word) in [
        (Verdict::Listening, "Own ear: Listening…"),
        (Verdict::Heard, "Own ear: Heard"),
        (Verdict::Silent, "Own ear: Silent!"),
        (Verdict::Mono, "Own ear: Mono!"),
        (Verdict::Swapped, "Own ear: Swapped!"),
        (Verdict::Late, "Own ear: Late!"),
        (Verdict::NotUs, "Own ear: Not us!"),
    ] {
        bench.becomes(|now| now.ear = hears(verdict));
        let told = bench.window.get_by_label(word);
        assert_eq!(
            told.value().as_deref(),
            Some("117 ms"),
            "what changes with every look is not part of what is told at once"
        );
        assert_eq!(told.accesskit_node().live(), Live::Polite);
    }
    bench.becomes(|now| now.ear = EarState::Deaf(Fault::new(key::FAULT_EAR_LOST).with("host", "live.example")));
    bench.window.get_by_label("Own ear: Cannot hear");
    bench.becomes(|now| now.ear = EarState::Nowhere);
    bench.window.get_by_label("Own ear: Cannot hear: no address to listen at");
    let mut bench = Bench::in_language(show(), Language::Maori);
    bench.becomes(|now| now.ear = hears(Verdict::Heard));
    bench.window.get_by_label("Taringa ake: Kua rangona");
}

#[test]
fn a_press_switches_the_ear_off_and_on() {
    let mut bench = Bench::new(show());
    bench.becomes(|now| now.ear_on = true);
    bench.window.get_by_label("Own ear").click();
    assert_eq!(bench.wishes(), [Command::Hear(false)]);
    bench.becomes(|now| now.ear_on = false);
    bench.window.get_by_label("Own ear off").click();
    assert_eq!(bench.wishes(), [Command::Hear(true)]);
}
