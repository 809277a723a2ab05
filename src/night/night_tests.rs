//! What of all events becomes a moment.

use korero_dsp::loudness::Loudness;
use korero_sentences::{Language, key};
use proptest::prelude::*;

use super::*;
use crate::fault::Fault;

const ONE: DestinationId = DestinationId(1);

fn titles(id: DestinationId) -> Option<String> {
    (id == ONE).then(|| "Marae".to_owned())
}

fn at(ms: u64) -> At {
    At { utc_ms: 1_000_000 + ms, since_start: Duration::from_millis(ms), frame: FrameIndex(48 * ms) }
}

#[test]
fn a_change_is_kept_once_and_carries_the_levels_of_its_moment() {
    let mut night = Night::default();
    let silent = f32::NEG_INFINITY;
    let loudness = Loudness {
        momentary: -18.5,
        short_term: silent,
        integrated: silent,
        range: 0.0,
        momentary_max: silent,
        short_term_max: silent,
        true_peak: [-6.0, silent],
        true_peak_max: [silent; 2],
    };
    assert_eq!(night.note(&Event::Loudness(loudness), titles, at(0)), None);
    let moment = night.note(&Event::Air(ONE, AirNews::OnAir), titles, at(1)).unwrap();
    assert_eq!(moment.levels, Some(Loud { momentary: Some(-18.5), peak: Some(-6.0) }));
    assert_eq!(night.note(&Event::Air(ONE, AirNews::OnAir), titles, at(2)), None, "the same again is no news");
    assert!(night.note(&Event::Air(ONE, AirNews::Reconnecting), titles, at(3)).is_some());
    assert!(night.note(&Event::Air(ONE, AirNews::OnAir), titles, at(4)).is_some());
    assert_eq!(
        night.latest().iter().map(|moment| moment.utc_ms).collect::<Vec<_>>(),
        [1_000_001, 1_000_003, 1_000_004]
    );
}

#[test]
fn a_second_show_is_told_as_one_and_what_was_never_on_air_does_not_leave_it() {
    let mut night = Night::default();
    let mut note = |news, named: bool, ms| {
        let name = |id| titles(id).filter(|_| named);
        night.note(&Event::Air(ONE, news), name, at(ms)).map(|moment| moment.what)
    };
    let to = || "Marae".to_owned();
    assert_eq!(note(AirNews::Reconnecting, true, 0), None);
    assert_eq!(note(AirNews::Ended, true, 1), None);
    assert_eq!(note(AirNews::OnAir, true, 2), Some(What::OnAir { to: to() }));
    assert_eq!(note(AirNews::Ended, true, 3), Some(What::OffAir { to: to() }));
    assert_eq!(note(AirNews::OnAir, true, 4), Some(What::OnAir { to: to() }));
    assert_eq!(note(AirNews::Ended, false, 5), Some(What::OffAir { to: to() }), "it was taken away meanwhile");
}

#[test]
fn the_network_is_told_now_and_then_and_not_at_every_tick() {
    let mut night = Night::default();
    let told = (0..60_000_u64)
        .step_by(20)
        .filter(|ms| {
            night
                .note(
                    &Event::Air(ONE, AirNews::Figures(AirFigures { bitrate: 256_000, ..AirFigures::default() })),
                    titles,
                    at(*ms),
                )
                .is_some()
        })
        .count() as u128;
    assert_eq!(told, 60_000_u128.div_ceil(NETWORK_LOOK.as_millis()));
}

#[test]
fn a_moment_says_what_happened_in_both_languages() {
    let gap = Gap { start: FrameIndex(0), frames: 481, cause: GapCause::Away, exact: false };
    let mut night = Night::default();
    night.begin(at(0));
    night.gap(gap, at(1));
    night.note(&Event::Trouble(Fault::new(key::FAULT_SESSION_NO_DEVICE)), titles, at(2));
    night.checked("Marae".to_owned(), Verdict::no_server(), at(3));
    night.end(at(4));
    let said = |language| night.latest().iter().map(|moment| moment.sentence(language)).collect::<Vec<_>>();
    let (english, maori) = (said(Language::English), said(Language::Maori));
    assert!(english[1].contains("11 ms"), "{english:?}");
    assert!(english.iter().chain(&maori).all(|line| !line.is_empty()));
    assert_ne!(english[1], maori[1]);
    let line = serde_json::to_string(&night.latest()[3]).unwrap();
    assert_eq!(serde_json::from_str::<Moment>(&line).unwrap(), night.latest()[3], "{line}");
    assert!(english[3].contains("Marae") && english[3].contains("no way to the server"), "{english:?}");
}

#[test]
fn a_trouble_is_told_in_the_language_of_whoever_reads_it_also_from_a_file() {
    let fault = Fault::new(key::FAULT_PUBLISH_BUSY).with("host", "live.example").with("seconds", 7_u64);
    let fault = fault.about(Some("Te Ūpoko".to_owned()));
    let mut night = Night::default();
    let kept = [Event::Trouble(fault.clone()), Event::Air(ONE, AirNews::Trouble(fault.clone()))]
        .map(|event| night.note(&event, titles, at(1)).unwrap());
    for moment in kept {
        let line = serde_json::to_string(&moment).unwrap();
        let read: Moment = serde_json::from_str(&line).unwrap();
        for language in Language::ALL {
            assert_eq!(read.sentence(language), fault.line(language), "{line}");
        }
        assert!(line.contains("takes no more shows"), "the file is read by people too: {line}");
    }
}

#[test]
fn a_trouble_whose_sentence_is_not_known_is_told_as_it_was_noted() {
    let of = |text: &str| serde_json::from_str::<Moment>(text).unwrap().sentence(Language::Maori);
    let before = r#"{"utc_ms":1,"frame":48,"what":"trouble","code":"fault-publish-lost","line":"It was lost."}"#;
    let newer = r#"{"utc_ms":1,"frame":48,"what":"trouble","code":"fault-of-tomorrow","values":{"n":1},"line":"New."}"#;
    assert_eq!((of(before).as_str(), of(newer).as_str()), ("It was lost.", "New."));
}

proptest! {
    #[test]
    fn the_latest_moments_are_bounded_in_order_and_read_back_as_they_were(
        events in proptest::collection::vec((0..5_u8, 0..5_000_u64), 0..400),
    ) {
        let (mut night, mut ms) = (Night::default(), 0);
        for (kind, later) in events {
            ms += later;
            let event = match kind {
                0 => Event::Air(ONE, AirNews::OnAir),
                1 => Event::Air(ONE, AirNews::Reconnecting),
                2 => Event::Device(DeviceState::Away { id: "a".into() }),
                3 => Event::RecordingStarted(Vec::new()),
                _ => Event::Trouble(Fault::new(key::FAULT_SESSION_NO_DEVICE)),
            };
            night.note(&event, titles, at(ms));
        }
        let latest = night.latest();
        prop_assert!(latest.len() <= NIGHT_MOMENTS);
        prop_assert!(latest.is_sorted_by_key(|moment| moment.utc_ms));
        for moment in latest {
            let line = serde_json::to_string(&moment).unwrap();
            prop_assert_eq!(serde_json::from_str::<Moment>(&line).unwrap(), moment);
        }
    }
}
