//! The set-up assistant on the demo multitrack, through a scripted interface: what plays, what is a pair, which polarity,
//! which trim.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected happens")]
#![expect(clippy::print_stdout, reason = "figures for the proof")]

use std::path::Path;
use std::time::Duration;

use korero::assistant::{Assistant, Finding, Kind, Setup};
use korero::audio::{Interface, Script, ScriptedHost, Wanted};
use korero::desk::StripInput;
use korero::desk::channel::Control;
use korero::engine::{self, TapSource};
use korero::limits::SAMPLE_RATE;
use uuid::Uuid;

const INPUTS: usize = 10;
/// The left inputs of the demo's pairs: guitar, brushes, piano.
const PAIRS: [u8; 3] = [1, 4, 6];
/// Frames of one callback.
const CALLBACK: usize = 480;

fn seconds() -> usize {
    if std::env::var_os("KORERO_PROVE").is_some() { 84 } else { 25 }
}

/// What the inputs of the demo give from the beginning, interleaved, as it comes out of the engine's tap.
fn demo() -> Vec<f32> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let (host, pump) = ScriptedHost::manual(Script::open(&folder).unwrap());
    let device = host.id().to_owned();
    let (engine, mut handle) = engine::new(Uuid::nil());
    let mut interface = Interface::new(Box::new(host), engine);
    interface.choose(Wanted::new(device).with_frames(CALLBACK as u32)).unwrap();
    let mut tap = handle.open_tap(TapSource::Inputs { channels: INPUTS }, Duration::from_secs(1)).unwrap();
    let (mut all, mut block) = (Vec::new(), Vec::new());
    while all.len() < seconds() * SAMPLE_RATE as usize * INPUTS {
        pump.pump(CALLBACK);
        while tap.read(&mut block).is_some() {
            all.extend_from_slice(&block);
        }
    }
    assert_eq!(tap.lost_frames(), 0);
    all
}

fn asked(sound: &[f32], channels: usize, name: &str) -> Setup {
    let mut assistant = Assistant::new(channels, name);
    sound.chunks(channels * 1_000).for_each(|piece| assistant.feed(piece));
    assistant.setup()
}

fn input(sound: &[f32], at: usize) -> Vec<f32> {
    sound.iter().skip(at).step_by(INPUTS).copied().collect()
}

/// The trim by its definition: the level of the stretches of 400 ms, four of them overlapping, that are played (R 128's
/// gates without its weighting), and the highest sample.
fn true_trim(sound: &[f32]) -> f64 {
    let stretch = |at: usize| {
        let part = &sound[at..at + 19_200];
        part.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / part.len() as f64
    };
    let powers: Vec<f64> = (0..sound.len() - 19_200).step_by(4_800).map(stretch).filter(|p| *p > 1e-6).collect();
    let mean = |powers: &[f64]| powers.iter().sum::<f64>() / powers.len() as f64;
    let gate = mean(&powers) / 10.0;
    let played: Vec<f64> = powers.iter().copied().filter(|power| *power > gate).collect();
    let peak = sound.iter().fold(0.0_f64, |peak, s| peak.max(f64::from(s.abs())));
    (-18.0 - 10.0 * mean(&played).log10()).min(-6.0 - 20.0 * peak.log10())
}

/// Whether this is what the demo's `LICENCE.md` says of the input.
fn is_right(finding: &Finding, sound: &[f32], turned: &[u8]) -> bool {
    // The second voice is silent for the first half minute.
    if input(sound, usize::from(finding.input) - 1).iter().all(|sample| sample.abs() < 1e-3) {
        return finding.kind == Kind::Silent;
    }
    let left = PAIRS.iter().copied().find(|left| (*left..=left + 1).contains(&finding.input));
    match (left, finding.kind) {
        (None, Kind::Mono) => true,
        (Some(left), Kind::Side(pair)) => pair.left == left && pair.inverted == turned.contains(&left),
        _ => false,
    }
}

#[test]
fn the_inputs_of_the_demo_are_labelled_and_trimmed_as_they_are() {
    let sound = demo();
    let setup = asked(&sound, INPUTS, "Scripted");
    let truth: Vec<f64> = (0..INPUTS).map(|at| true_trim(&input(&sound, at))).collect();
    let (mut right, mut worst) = (0, 0.0_f64);
    for finding in &setup.findings {
        let at = usize::from(finding.input) - 1;
        let wanted = match finding.kind {
            Kind::Side(pair) => truth[usize::from(pair.left) - 1].min(truth[usize::from(pair.left)]),
            _ => truth[at],
        };
        println!("{finding:?}, true trim {wanted:.1}");
        right += usize::from(is_right(finding, &sound, &[]));
        if finding.kind == Kind::Silent {
            continue;
        }
        worst = worst.max((f64::from(finding.trim_db) - wanted).abs());
    }
    println!("figure assistant_inputs_right = {right} of {INPUTS}");
    println!("figure assistant_worst_trim_db = {worst:.2}");
    assert_eq!(right, INPUTS);
    assert!(worst <= 2.0, "a trim is {worst} dB off");
}

#[test]
fn a_side_of_the_wrong_polarity_is_found_whatever_the_levels() {
    let mut sound = demo();
    let mut state = 7_u32;
    for turned in [vec![1], vec![4], vec![6], PAIRS.to_vec()] {
        let gains: Vec<f32> = (0..INPUTS)
            .map(|at| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let turn = if at > 0 && turned.contains(&(at as u8)) { -1.0 } else { 1.0 };
                // Down to −9 dB.
                turn * (1.0 - 0.64 * (state >> 8) as f32 / 16_777_216.0)
            })
            .collect();
        let was = sound.clone();
        sound.chunks_exact_mut(INPUTS).for_each(|frame| frame.iter_mut().zip(&gains).for_each(|(s, gain)| *s *= gain));
        let setup = asked(&sound, INPUTS, "Scripted");
        let wrong: Vec<_> = setup.findings.iter().filter(|finding| !is_right(finding, &sound, &turned)).collect();
        assert!(wrong.is_empty(), "{turned:?}: {wrong:?}");
        sound = was;
    }
}

#[test]
fn one_after_the_other_is_found_while_it_plays_and_what_is_silent_or_comes_back_is_left_out() {
    let sound = demo();
    // Only the double bass plays, and the computer's own sound comes back on inputs 5 and 6.
    let channels = 6;
    let played: Vec<f32> = sound.chunks_exact(INPUTS).flat_map(|f| [0.0, 1e-4 * f[7], f[2], 0.0, f[7], f[8]]).collect();
    let mut assistant = Assistant::new(channels, "Scarlett 4i4 USB");
    for second in played.chunks(channels * SAMPLE_RATE as usize) {
        assistant.feed(second);
        assert!(assistant.setup().findings.iter().all(|finding| !finding.now || finding.input == 3));
    }
    let setup = assistant.setup();
    let kinds: Vec<_> = setup.findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [Kind::Silent, Kind::Silent, Kind::Mono, Kind::Silent, Kind::Loopback, Kind::Loopback]);
    assistant.feed(&vec![0.0; channels * SAMPLE_RATE as usize]);
    assert!(assistant.setup().findings.iter().all(|finding| !finding.now));
    assert_eq!(assistant.setup().desk(|_, _| String::new()).strips.len(), 1);
}

#[test]
fn the_sum_is_foreseen_within_a_few_decibels() {
    let sound = demo();
    let setup = asked(&sound, INPUTS, "Scripted");
    let half = 10_f32.powf(-3.0 / 20.0);
    let ways: Vec<[f32; 2]> = setup
        .findings
        .iter()
        .map(|finding| {
            let gain = 10_f32.powf(finding.trim_db / 20.0);
            match finding.kind {
                Kind::Side(pair) if pair.left == finding.input => [gain, 0.0],
                Kind::Side(_) => [0.0, gain],
                _ => [half * gain; 2],
            }
        })
        .collect();
    let sum = |frame: &[f32], side: usize| frame.iter().zip(&ways).map(|(s, way)| s * way[side]).sum::<f32>().abs();
    let peak = sound.chunks_exact(INPUTS).map(|frame| sum(frame, 0).max(sum(frame, 1))).fold(0.0, f32::max);
    let truth = 20.0 * peak.log10();
    println!("figure assistant_sum_foreseen_db = {:.1}, true {truth:.1}", setup.sum_peak_db);
    assert!((setup.sum_peak_db - truth).abs() < 4.0);
}

#[test]
fn the_desk_has_a_strip_for_each_instrument_and_two_for_a_turned_pair() {
    let mut sound = demo();
    sound.iter_mut().skip(1).step_by(INPUTS).for_each(|sample| *sample = -*sample);
    let desk = asked(&sound, INPUTS, "Scripted").desk(|first, last| format!("{first}-{last}"));
    let inputs: Vec<_> = desk.strips.iter().map(|strip| strip.input).collect();
    use StripInput::{Mono, Stereo};
    let mut wanted = vec![Mono(1), Mono(2), Mono(3), Stereo(4, 5), Stereo(6, 7), Mono(8), Mono(9), Mono(10)];
    wanted.retain(|strip| *strip != Mono(9) || input(&sound, 8).iter().any(|sample| sample.abs() > 1e-3));
    assert_eq!(inputs, wanted);
    let turned: Vec<_> = desk.strips.iter().map(|strip| strip.channel.is_on(Control::INVERT)).collect();
    assert_eq!(turned.iter().filter(|turned| **turned).count(), 1);
    assert!(turned[1] && desk.strips[1].channel.pan() == 1.0 && desk.strips[0].channel.pan() == -1.0);
    assert_eq!(desk.strips[3].name, "4-5");
    let text = korero::desk::file::render("", &desk, "desk.toml").unwrap();
    assert_eq!(korero::desk::file::parse(&text, "desk.toml").unwrap(), desk);
}

#[test]
fn the_loopback_lies_where_the_model_has_it_and_what_comes_after_it_is_heard() {
    let sound = demo();
    // A Scarlett with twenty inputs: the computer comes back on 9 and 10, and ADAT 8 at the end is an instrument.
    let channels = 20;
    let frame =
        |f: &[f32]| (0..channels).map(|at| if [8, 9, 19].contains(&at) { f[2] } else { 0.0 }).collect::<Vec<_>>();
    let played: Vec<f32> = sound.chunks_exact(INPUTS).flat_map(frame).collect();
    let kinds =
        |name: &str| asked(&played, channels, name).findings.iter().map(|finding| finding.kind).collect::<Vec<_>>();
    let known = kinds("Scarlett 18i20 USB");
    assert_eq!([known[8], known[9], known[19]], [Kind::Loopback, Kind::Loopback, Kind::Mono]);
    assert!((0..channels).all(|at| [8, 9, 19].contains(&at) || known[at] == Kind::Silent));
    // Of an interface that nobody knows nothing is left out.
    assert!(kinds("Twenty inputs").iter().all(|kind| *kind != Kind::Loopback));
}
