//! Hearing what a denoiser takes away: the key beside it, the lamp that nobody overlooks, and every way there.

use egui_kittest::kittest::by;
use korero::desk::address::{ChannelName, SlotName, kind};
use korero::desk::channel::{Insert, Place};

use super::*;

const KEY: &str = "Reo, insert 1, hear what is removed";
const LAMP: &str = "Headphones: only what is removed from Reo, put it out";

/// Two strips and the mix with a denoiser, and a strip with another effect.
fn denoised() -> Snapshot {
    let mut snapshot = show();
    let desk = Arc::make_mut(&mut snapshot.desk);
    let put = |channel: &mut korero::desk::channel::Channel, place, effect| {
        channel.put(place, kind(effect).map(Insert::new));
    };
    put(&mut desk.strips[0].channel, Place::PreEq, "denoise");
    put(&mut desk.strips[0].channel, Place::PostEq, "hall");
    put(&mut desk.strips[1].channel, Place::PostDynamics, "denoise");
    put(&mut desk.mix, Place::PostEq, "denoise");
    snapshot
}

fn slot(bench: &Bench, strip: usize) -> SlotName {
    let place = if strip == 0 { Place::PreEq } else { Place::PostDynamics };
    SlotName { channel: ChannelName::Strip(bench.snapshot.load().desk.strips[strip].id.clone()), place }
}

/// With the panel of the first strip open.
fn open() -> Bench {
    let mut bench = Bench::new(denoised());
    bench.window.get_by_label("Reo, strip 1").click();
    bench.window.run_steps(4);
    bench.wishes();
    bench
}

fn hears(bench: &mut Bench, strip: usize) {
    let slot = slot(bench, strip);
    bench.becomes(|now| now.removed = Some(slot));
}

fn is_on(bench: &Bench, label: &str) -> bool {
    bench.window.get_by_label(label).accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
}

#[test]
fn the_key_beside_a_denoiser_lets_the_headphones_play_what_it_takes_away_and_everything_again() {
    let mut bench = open();
    let here = slot(&bench, 0);
    assert!(!is_on(&bench, KEY));
    bench.window.get_by_label(KEY).click();
    assert_eq!(bench.wishes(), [Command::HearRemoved(Some(here))]);
    hears(&mut bench, 0);
    assert!(is_on(&bench, KEY));
    bench.window.get_by_label(KEY).click();
    assert_eq!(bench.wishes(), [Command::HearRemoved(None)]);
    hears(&mut bench, 1);
    assert!(!is_on(&bench, KEY), "another one is heard");
}

#[test]
fn the_key_is_pressed_by_the_keyboard_and_by_a_screen_reader() {
    let mut bench = open();
    let here = slot(&bench, 0);
    bench.window.get_by_label(KEY).focus();
    bench.window.run_steps(2);
    assert_eq!(bench.press(egui::Key::Space), [Command::HearRemoved(Some(here.clone()))]);
    bench.window.get_by_label(KEY).click_accesskit();
    assert_eq!(bench.wishes(), [Command::HearRemoved(Some(here))]);
}

#[test]
fn only_an_effect_that_takes_something_away_has_the_key() {
    let bench = open();
    let keys = bench.window.query_all(by().recursive(true));
    let told = keys.filter_map(|node| node.accesskit_node().label());
    let keys: Vec<_> = told.filter(|label| label.ends_with("hear what is removed")).collect();
    assert_eq!(keys, [KEY]);
}

#[test]
fn a_lamp_at_the_mix_says_it_all_the_time_and_puts_it_out_with_every_solo() {
    let mut bench = Bench::new(denoised());
    assert!(!is_on(&bench, "Put out every solo") && bench.window.query_by_label(LAMP).is_none());
    hears(&mut bench, 0);
    assert!(is_on(&bench, LAMP));
    bench.window.get_by_label(LAMP).click();
    assert_eq!(bench.wishes(), [Command::HearRemoved(None)]);
    bench.becomes(|now| {
        Arc::make_mut(&mut now.desk).strips[1].channel.set(Control::SOLO, 1.0);
    });
    bench.window.get_by_label(LAMP).click();
    let wishes = bench.wishes();
    assert!(matches!(&wishes[..], [Command::HearRemoved(None), Command::Turn(_, 0.0)]), "{wishes:?}");
}

#[test]
fn the_lamp_is_seen_beside_every_panel_and_where_it_is_not_seen_nothing_is_heard_that_way() {
    use egui::Key;
    for (size, panel) in [
        ([1280.0, 800.0], None),
        ([1280.0, 800.0], Some(Key::F6)),
        ([1280.0, 800.0], Some(Key::F8)),
        ([1280.0, 800.0], Some(Key::F12)),
        ([853.0, 533.0], None),
        ([853.0, 533.0], Some(Key::F3)),
    ] {
        let mut bench = Bench::of_size(denoised(), Language::English, size);
        hears(&mut bench, 0);
        panel.into_iter().for_each(|key| bench.window.key_press(key));
        bench.window.run_steps(4);
        let lamp = bench.window.get_by_label(LAMP).rect();
        let whole = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        let seen = whole.intersect(lamp);
        assert!(seen.width() == lamp.width() && seen.height() > 20.0, "{lamp:?} at {size:?} with {panel:?}");
        let wishes = bench.wishes();
        assert!(!wishes.contains(&Command::HearRemoved(None)), "{wishes:?} with {panel:?}");
    }
    let mut bench = Bench::new(denoised());
    hears(&mut bench, 0);
    bench.window.key_press(Key::F11);
    let wishes = bench.wishes();
    assert!(wishes.contains(&Command::HearRemoved(None)), "{wishes:?}");
}

#[test]
fn its_keys_mean_the_open_channel_else_the_chosen_strip_and_bring_everything_back_from_anywhere() {
    let keys = |bench: &mut Bench| {
        bench.window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::H);
        bench.wishes()
    };
    let mut bench = Bench::new(denoised());
    assert_eq!(keys(&mut bench), [], "no strip is chosen");
    bench.window.get_by_label("Piano, strip 2").focus();
    bench.window.run_steps(2);
    let second = slot(&bench, 1);
    assert_eq!(keys(&mut bench), [Command::HearRemoved(Some(second))]);
    let mut bench = open();
    let first = slot(&bench, 0);
    assert_eq!(keys(&mut bench), [Command::HearRemoved(Some(first))]);
    hears(&mut bench, 1);
    assert_eq!(keys(&mut bench), [Command::HearRemoved(None)]);
    // Nothing is taken away there.
    bench.becomes(|now| {
        now.removed = None;
        Arc::make_mut(&mut now.desk).strips[0].channel.put(Place::PreEq, None);
    });
    assert_eq!(keys(&mut bench), []);
}

#[test]
fn it_is_found_in_the_palette_by_its_words_in_both_languages() {
    for (language, field, words) in
        [(Language::English, "Find an action", "hear rem"), (Language::Maori, "Kimihia he mahi", "nga mea ka tangohia")]
    {
        let mut bench = Bench::in_language(denoised(), language);
        hears(&mut bench, 0);
        let keys = egui::Modifiers::COMMAND.plus(egui::Modifiers::SHIFT);
        bench.window.key_press_modifiers(keys, egui::Key::P);
        bench.window.run_steps(3);
        bench.window.get_by_label(field).type_text(words);
        bench.window.run_steps(3);
        assert_eq!(bench.press(egui::Key::Enter), [Command::HearRemoved(None)], "{language:?}");
    }
}

#[test]
fn that_it_begins_and_that_it_ends_is_said_aloud() {
    let mut bench = Bench::new(denoised());
    hears(&mut bench, 0);
    bench.window.get_by_label("Your headphones play only what the denoiser takes away.");
    bench.becomes(|now| now.removed = None);
    bench.window.get_by_label("Your headphones play everything again.");
}
