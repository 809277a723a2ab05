//! Delay, width, reverbs and echo: what each promises beyond the laws.

#![expect(clippy::print_stdout, reason = "the prover reads the figures")]

#[path = "measure/room.rs"]
mod room;

use std::f32::consts::TAU;

use korero_dsp::effects::echo;
use korero_dsp::{GRID, LANES, Lanes};
use room::{RATE, decay_seconds, fresh, impulse, play};

fn energy(sound: &[Lanes], lane: usize) -> f64 {
    sound.iter().map(|frame| f64::from(frame.0[lane]).powi(2)).sum::<f64>()
}

#[test]
fn the_delay_is_exact_to_the_frame_and_a_new_time_never_clicks() {
    let (spec, mut effect) = fresh("delay", &[("time", 12.5)]);
    let turn = TAU * 100.0 / RATE as f32;
    let sine = |n: usize| Lanes::splat((n as f32 * turn).sin());
    let out = play(effect.as_mut(), 0, 4_800, sine);
    assert!((600..4_800).all(|n| out[n] == sine(n - 600)));
    (0..LANES).for_each(|lane| effect.set(lane, spec.param("time").unwrap(), 0.0));
    let moved = play(effect.as_mut(), 4_800, 4_800, sine);
    let steepest = moved.windows(2).map(|pair| (pair[1].0[0] - pair[0].0[0]).abs()).fold(0.0, f32::max);
    assert!(steepest < 1.5 * turn, "{steepest}");
    assert!((2_400..4_800).all(|n| moved[n] == sine(4_800 + n)));
}

#[test]
fn width_turns_the_side_and_keeps_the_bass_in_the_middle() {
    let stereo = |n: usize, hertz: f32| {
        let sample = (n as f32 * TAU * hertz / RATE as f32).sin();
        Lanes([sample, 0.25 * sample, sample, 0.25 * sample, sample, 0.25 * sample, sample, 0.25 * sample])
    };
    let (_, mut mono) = fresh("width", &[("width", 0.0)]);
    let out = play(mono.as_mut(), 0, 4_800, |n| stereo(n, 1_000.0));
    assert!(out.iter().all(|frame| (frame.0[0] - frame.0[1]).abs() < 1e-6));
    let (_, mut wide) = fresh("width", &[("width", 200.0)]);
    let out = play(wide.as_mut(), 0, 4_800, |n| stereo(n, 1_000.0));
    for (n, frame) in out.iter().enumerate() {
        let [l, r] = [stereo(n, 1_000.0).0[0], stereo(n, 1_000.0).0[1]];
        assert!(
            (frame.0[0] - frame.0[1] - 2.0 * (l - r)).abs() < 1e-5 && (frame.0[0] + frame.0[1] - l - r).abs() < 1e-5
        );
    }
    let side = |hertz: f32| {
        let (_, mut effect) = fresh("width", &[("monobelow", 200.0)]);
        let out = play(effect.as_mut(), 0, RATE, |n| stereo(n, hertz));
        let side: f64 = out[RATE / 2..].iter().map(|f| f64::from(f.0[0] - f.0[1]).powi(2)).sum();
        10.0 * (side / (0.5 * 0.75 * 0.75 * (RATE / 2) as f64)).log10()
    };
    assert!((side(200.0) + 3.01).abs() < 0.05 && side(20.0) < -19.0 && side(4_000.0) > -0.05);
}

#[test]
fn reverbs_decay_as_set_and_both_sides_differ() {
    for (id, settings) in [("room", [300.0, 800.0]), ("plate", [800.0, 2_000.0]), ("hall", [1_500.0, 3_000.0])] {
        for ms in settings {
            let (_, mut effect) = fresh(id, &[("on", 1.0), ("decay", ms), ("predelay", 0.0), ("damp", 20_000.0)]);
            let tail = play(effect.as_mut(), 0, (ms as usize * 2 * RATE) / 1_000, impulse);
            let seconds = decay_seconds(&tail);
            println!("figure reverb_{id}_{ms}_ms_decay_s = {seconds:.2}");
            let error = seconds / (f64::from(ms) * 0.001) - 1.0;
            assert!(error.abs() < 0.2, "{id} decays in {seconds} s instead of {ms} ms");
            // One voice in the middle makes sounds on both sides that have little to do with each other.
            let both: f64 = tail.iter().map(|frame| f64::from(frame.0[0] * frame.0[1])).sum();
            let alike = both / (energy(&tail, 0) * energy(&tail, 1)).sqrt();
            assert!(alike.abs() < 0.5, "{id} is nearly mono: {alike}");
            let balance = 10.0 * (energy(&tail, 0) / energy(&tail, 1)).log10();
            assert!(balance.abs() < 1.5, "{id} leans by {balance} dB");
        }
    }
}

#[test]
fn reverbs_are_about_as_loud_as_what_goes_in() {
    // White noise in the middle, long enough for the room to fill.
    for id in ["room", "plate", "hall"] {
        let (_, mut effect) = fresh(id, &[("on", 1.0)]);
        let noise = |n: usize| {
            Lanes::splat(
                (n as u32).wrapping_mul(2_654_435_761).wrapping_mul(n as u32 ^ 0x5bd1_e995) as i32 as f32
                    / i32::MAX as f32
                    * 0.1,
            )
        };
        let out = play(effect.as_mut(), 0, 4 * RATE, noise);
        let input: f64 = (3 * RATE..4 * RATE).map(|n| f64::from(noise(n).0[0]).powi(2)).sum();
        let gain = 10.0 * (energy(&out[3 * RATE..], 0) / input).log10();
        println!("figure reverb_{id}_level_db = {gain:.1}");
        assert!((-12.0..3.0).contains(&gain), "{id}: {gain} dB");
    }
}

#[test]
fn a_broken_input_does_not_stay_in_a_room() {
    for id in ["room", "plate", "hall", "echo"] {
        let (_, mut effect) = fresh(id, &[("on", 1.0)]);
        let wild = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30, f32::MIN_POSITIVE / 2.0];
        let out = play(effect.as_mut(), 0, RATE / 10 / GRID * GRID, |n| Lanes::splat(wild[n % 6]));
        assert!(out.iter().all(|frame| frame.0.iter().all(|s| s.is_finite() && s.abs() < 1_000.0)), "{id}");
        // 156 dB down from +36 dB: the hall needs 2.6 times its 2.4 s.
        let tail = play(effect.as_mut(), RATE / 10 / GRID * GRID, 8 * RATE, |_| Lanes::SILENCE);
        assert!(tail[8 * RATE - GRID..].iter().all(|frame| frame.0.iter().all(|s| s.abs() < 1e-5)), "{id}");
    }
}

#[test]
fn a_room_that_is_set_anew_while_it_is_silent_is_so_from_the_first_sound_on() {
    // Silence until the room is asleep, and the grid cell in which it is set anew.
    let begun = 2 * RATE + GRID;
    let click = |at: usize| impulse(at - begun);
    for id in ["room", "plate", "hall"] {
        let (spec, mut live) = fresh(id, &[("decay", 400.0), ("damp", 8_000.0)]);
        play(live.as_mut(), 0, 2 * RATE, |_| Lanes::SILENCE);
        for (name, value) in [("decay", 1_500.0), ("damp", 2_000.0)] {
            (0..LANES).for_each(|lane| live.set(lane, spec.param(name).unwrap(), value));
        }
        play(live.as_mut(), 2 * RATE, GRID, |_| Lanes::SILENCE);
        let heard = play(live.as_mut(), begun, RATE, click);
        let (_, mut anew) = fresh(id, &[("decay", 1_500.0), ("damp", 2_000.0)]);
        assert!(energy(&heard, 0) > 0.0);
        assert!(heard == play(anew.as_mut(), begun, RATE, click), "{id}");
    }
}

#[test]
fn an_echo_repeats_in_time_and_changes_sides() {
    let times = |turns: &[(&str, f32)]| {
        let (_, mut effect) = fresh("echo", turns);
        let out = play(effect.as_mut(), 0, 3 * RATE, |n| Lanes::splat(if n == 0 { 1.0 } else { 0.0 }));
        [0, 1].map(|lane| {
            let loud = |n: &usize| out[*n].0[lane].abs() > 0.05 && (*n == 0 || out[n - 1].0[lane].abs() <= 0.05);
            (0..out.len()).filter(loud).collect::<Vec<_>>()
        })
    };
    let open = [("on", 1.0), ("feedback", 50.0), ("highcut", 20_000.0), ("lowcut", 20.0)];
    let straight = times(&[&open[..], &[("time", 250.0)]].concat());
    assert_eq!((straight[0][0], straight[0][1], straight[0][2]), (12_000, 24_000, 36_000));
    assert_eq!(straight[0], straight[1]);
    let eighth = echo::NOTES.iter().position(|note| *note == "1/8d").unwrap();
    let synced =
        times(&[&open[..], &[("sync", 1.0), ("tempo", 120.0), ("note", eighth as f32), ("pingpong", 1.0)]].concat());
    // A dotted eighth at 120 a minute is 375 ms; left, right, left.
    assert_eq!((synced[0][0], synced[1][0], synced[0][1]), (18_000, 36_000, 54_000));
}
