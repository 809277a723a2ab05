//! Compressor, gate and de-esser against their formulas and their clocks.

#![expect(clippy::print_stdout, reason = "the prover reads the figures")]

#[path = "measure/dynamics.rs"]
mod measure;

use std::f64::consts::TAU;

use korero_dsp::effects::{compressor, deesser, find, gate};
use korero_dsp::units::db_to_gain;
use korero_dsp::{LANES, Lanes};
use measure::{RATE, STEADY, compressed, gains, level_of, run, settled, step, time_of, tone, turn, with};

fn figure(name: &str, value: f64) {
    println!("figure {name} = {value:.4}");
}

/// The worst distance in dB from `wanted`, over levels from −60 to 0 dBFS of a settled sine.
fn worst_static_error(id: &str, values: &[(&str, f32)], freq: f64, wanted: impl Fn(f64) -> f64) -> f64 {
    let mut worst = 0.0_f64;
    for (db, out) in settled(id, values, freq) {
        let error = out - wanted(db);
        assert!(error.abs() <= 0.1, "{id} {values:?}: {error:+.3} dB off at {db} dBFS, {freq} Hz");
        worst = worst.max(error.abs());
    }
    worst
}

#[test]
fn the_static_curve_is_within_a_tenth_of_a_decibel() {
    let mut worst = 0.0_f64;
    let curves = [(-20.0, 4.0, 0.0), (-20.0, 4.0, 6.0), (-20.0, 20.0, 24.0), (-50.0, 2.0, 12.0), (-6.0, 8.0, 3.0)];
    for (threshold, ratio, knee) in curves {
        for detector in [0.0, 1.0] {
            let values = [
                ("threshold", threshold),
                ("ratio", ratio),
                ("knee", knee),
                ("attack", 5.0),
                ("release", 100.0),
                ("detector", detector),
            ];
            let slope = if ratio >= compressor::LIMIT { 1.0 } else { 1.0 - 1.0 / f64::from(ratio) };
            let wanted = |db| compressed(db, f64::from(threshold), slope, f64::from(knee));
            worst = worst.max(worst_static_error("compressor", &values, 1_000.0, wanted));
        }
    }
    figure("compressor_static_worst_db", worst);
}

#[test]
fn the_static_curve_holds_from_the_lowest_string_to_the_highest_overtone() {
    let values = [("threshold", -30.0), ("ratio", 4.0), ("knee", 6.0), ("attack", 1.0), ("release", 30.0)];
    let mut worst = 0.0_f64;
    for freq in [50.0, 80.0, 250.0, 3_000.0, 7_990.0, 12_000.0, 18_010.0] {
        worst = worst.max(worst_static_error("compressor", &values, freq, |db| compressed(db, -30.0, 0.75, 6.0)));
    }
    figure("compressor_static_worst_db_50_hz_to_18_khz", worst);
}

#[test]
fn the_gate_and_the_expander_have_their_static_curves() {
    let fast = [("attack", 1.0), ("release", 10.0), ("hold", 0.0), ("hysteresis", 0.0)];
    let gate = [&fast[..], &[("threshold", -30.5), ("range", 40.0)]].concat();
    let wanted = |db: f64| if db >= -30.5 { db } else { db - 40.0 };
    let mut worst = worst_static_error("gate", &gate, 1_000.0, wanted);
    for (ratio, range) in [(2.0, 60.0), (4.0, 20.0)] {
        let values = [&fast[..], &[("threshold", -20.0), ("range", range), ("mode", 1.0), ("ratio", ratio)]].concat();
        let wanted = |db: f64| db - ((f64::from(ratio) - 1.0) * (-20.0 - db)).clamp(0.0, f64::from(range));
        worst = worst.max(worst_static_error("gate", &values, 1_000.0, wanted));
    }
    figure("gate_static_worst_db", worst);
}

#[test]
fn the_drawn_curves_are_what_is_heard() {
    let set = [("on", 1.0), ("threshold", -30.0), ("auto", 1.0), ("makeup", 2.0), ("mix", 70.0)];
    let spec = find("compressor").unwrap();
    let value = |param: korero_dsp::param::ParamId| {
        let spec = &spec.params[usize::from(param.0)];
        set.iter().find(|(id, _)| *id == spec.id).map_or(spec.default, |(_, value)| *value)
    };
    worst_static_error("compressor", &set, 1_000.0, |db| f64::from(compressor::output_db(db as f32, value)));
    let spec = find("gate").unwrap();
    let value = |param: korero_dsp::param::ParamId| match spec.params[usize::from(param.0)].id {
        "on" | "mode" => 1.0,
        _ => spec.params[usize::from(param.0)].default,
    };
    worst_static_error("gate", &[("mode", 1.0), ("hold", 0.0), ("release", 20.0)], 1_000.0, |db| {
        f64::from(gate::output_db(db as f32, value))
    });
}

#[test]
fn attack_and_release_take_their_time_within_a_twentieth() {
    let (mut worst_attack, mut worst_release) = (0.0_f64, 0.0_f64);
    let quick = [(1.0, 10.0), (2.0, 20.0), (5.0, 60.0)].into_iter().flat_map(|(attack, release)| {
        // Wherever the step falls between two frames at which gains are found.
        (0..4).map(move |shift| (attack, release, shift))
    });
    let slow = [(10.0, 120.0, 0), (30.0, 300.0, 0), (100.0, 800.0, 0), (200.0, 2_000.0, 0)];
    for (attack, release, shift) in quick.chain(slow) {
        let values = [("threshold", -20.0), ("ratio", 4.0), ("knee", 0.0), ("attack", attack), ("release", release)];
        let mut effect = with("compressor", &[&values[..], &[("key", 1.0)]].concat());
        let up = 4_800 + shift;
        let down = up + 480 * attack as usize + 960;
        let gains = gains(effect.as_mut(), &step(down + 96 * release as usize, up, down));
        assert!((gains[down - 1] + 7.5).abs() < 0.05, "{} dB after {attack} ms", gains[down - 1]);
        let attacked = time_of(&gains, up, 0.0, -7.5) / (f64::from(attack) * 48.0) - 1.0;
        let released = time_of(&gains, down, -7.5, 0.0) / (f64::from(release) * 48.0) - 1.0;
        assert!(attacked.abs() < 0.05, "attack {attack} ms: {:+.1} %", 100.0 * attacked);
        assert!(released.abs() < 0.05, "release {release} ms: {:+.1} %", 100.0 * released);
        worst_attack = worst_attack.max(attacked.abs());
        worst_release = worst_release.max(released.abs());
    }
    figure("compressor_attack_worst_percent", 100.0 * worst_attack);
    figure("compressor_release_worst_percent", 100.0 * worst_release);
}

#[test]
fn the_quickest_attack_is_there_within_four_frames_of_its_time() {
    let values = [("threshold", -20.0), ("ratio", 4.0), ("knee", 0.0), ("attack", 0.1), ("key", 1.0)];
    let gains = gains(with("compressor", &values).as_mut(), &step(9_600, 4_800, 9_600));
    let frames = time_of(&gains, 4_800, 0.0, -7.5);
    figure("compressor_attack_of_100_us_in_us", frames / 0.048);
    assert!((frames - 4.8).abs() < 4.0, "{frames} frames");
}

#[test]
fn a_gate_opens_and_closes_in_its_times() {
    let (mut worst_attack, mut worst_release) = (0.0_f64, 0.0_f64);
    let paces = [(1.0, 10.0, 0), (1.0, 10.0, 1), (1.0, 10.0, 2), (1.0, 10.0, 3), (5.0, 50.0, 0), (5.0, 50.0, 1)];
    for (attack, release, shift) in paces.into_iter().chain([(20.0, 150.0, 0), (50.0, 1_000.0, 0)]) {
        let values = [("threshold", -20.0), ("attack", attack), ("release", release), ("hold", 0.0), ("key", 1.0)];
        let up = 480 * release as usize + 4_800 + shift;
        let down = up + 960 * attack as usize + 960;
        let gains = gains(with("gate", &values).as_mut(), &step(down + 96 * release as usize, up, down));
        let attacked = time_of(&gains, up, gains[up - 1], 0.0) / (f64::from(attack) * 48.0) - 1.0;
        let released = time_of(&gains, down, gains[down - 1], -60.0) / (f64::from(release) * 48.0) - 1.0;
        assert!(attacked.abs() < 0.05, "attack {attack} ms: {:+.1} %", 100.0 * attacked);
        assert!(released.abs() < 0.05, "release {release} ms: {:+.1} %", 100.0 * released);
        worst_attack = worst_attack.max(attacked.abs());
        worst_release = worst_release.max(released.abs());
    }
    figure("gate_attack_worst_percent", 100.0 * worst_attack);
    figure("gate_release_worst_percent", 100.0 * worst_release);
}

#[test]
fn a_gate_opens_at_its_threshold_and_closes_below_the_hysteresis() {
    let values = [("threshold", -40.0), ("hysteresis", 6.0), ("hold", 0.0), ("release", 10.0), ("key", 1.0)];
    for freq in [60.0, 1_000.0, 9_000.0] {
        // 20 dB in a second, up and down again.
        let level = |n: usize| -50.0 + 20.0 * (1.0 - (n as f64 / RATE - 1.0).abs());
        let gains = gains(with("gate", &values).as_mut(), &tone(freq, 96_000, level));
        let opened = (4_800..48_000).find(|n| gains[*n] > gains[*n - 1] + 0.5).unwrap();
        let closed = (48_000..96_000).find(|n| gains[*n] < -0.1).unwrap();
        assert!((level(opened) + 40.0).abs() < 0.1, "{freq} Hz: opens at {} dB", level(opened));
        assert!((level(closed) + 46.0).abs() < 0.4, "{freq} Hz: closes at {} dB", level(closed));
    }
}

#[test]
fn a_gate_does_not_chatter_around_its_threshold() {
    let mut count = 0;
    let quick = [("attack", 0.05), ("release", 10.0), ("hold", 0.0), ("key", 1.0)];
    for freq in [45.0, 82.4, 440.0, 1_000.0, 15_000.0] {
        for wobble in [0.7, 5.0, 33.0] {
            let values = [&quick[..], &[("threshold", -40.0)]].concat();
            let level = |n: usize| -40.0 + (TAU * wobble * n as f64 / RATE).sin();
            let gains = gains(with("gate", &values).as_mut(), &tone(freq, 72_000, level));
            let opened = gains.iter().skip(1_000).position(|gain| *gain > -1.0).unwrap() + 1_000;
            // Every further movement would be chatter.
            let moved = gains[opened + 480..].windows(2).filter(|pair| pair[0] > -1.0 && pair[1] <= -1.0).count();
            count += moved;
        }
    }
    figure("gate_chatter_count", count as f64);
    assert_eq!(count, 0);
}

#[test]
fn the_hold_is_exact() {
    let closes_after = |hold: f32| {
        let values = [("threshold", -40.0), ("hold", hold), ("attack", 0.1), ("release", 10.0), ("key", 1.0)];
        let mut keys = tone(5_000.0, 9_600, |_| -10.0);
        keys.extend(vec![Lanes::SILENCE; 48_000]);
        let gains = gains(with("gate", &values).as_mut(), &keys);
        (9_600..gains.len()).find(|n| gains[*n] < -0.01).unwrap() as f64
    };
    let none = closes_after(0.0);
    let mut worst = 0.0_f64;
    for hold in [1.0, 7.3, 50.0, 123.0, 500.0] {
        worst = worst.max((closes_after(hold) - none - f64::from(hold) * 48.0).abs());
    }
    figure("gate_hold_worst_frames", worst);
    assert!(worst <= 1.0);
    // How long the level of a tone that stops takes to fall by 30 dB.
    figure("gate_closing_delay_30_db_ms", (none - 9_600.0) / 48.0);
}

#[test]
fn the_range_is_exact() {
    let mut worst = 0.0_f64;
    for range in [0.0, 3.0, 20.0, 60.0, 80.0] {
        for release in [10.0, 2_000.0] {
            let values = [("range", range), ("release", release), ("key", 1.0)];
            let gains = gains(with("gate", &values).as_mut(), &vec![Lanes::SILENCE; 24_000 + 700 * release as usize]);
            worst = worst.max((gains.last().unwrap() + f64::from(range)).abs());
        }
    }
    figure("gate_range_worst_db", worst);
    assert!(worst < 0.01);
}

/// Noise without a memory, −1 to 1.
fn noise(n: usize) -> f32 {
    let mixed = (n as u32 ^ 0x5bd1).wrapping_mul(2_654_435_761);
    (mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519) as i32 as f32 / i32::MAX as f32
}

#[test]
fn linked_lanes_have_the_same_gain() {
    let mut worst = 0.0_f64;
    for (id, values) in [
        ("compressor", [("threshold", -30.0), ("attack", 0.5), ("release", 20.0)]),
        ("gate", [("threshold", -10.0), ("release", 10.0), ("hold", 0.0)]),
        ("deesser", [("threshold", -40.0), ("range", 20.0), ("mode", 0.0)]),
    ] {
        let mut effect = with(id, &[&values[..], &[("link", 1.0)]].concat());
        // The quiet side is an exact eighth, so the same gain keeps it one to the bit.
        let mut sound: Vec<_> = (0..48_000)
            .map(|n| {
                let loud = noise(n) * if n / 3_000 % 2 == 0 { 1.0 } else { 0.02 };
                Lanes([loud, loud * 0.125, loud * 0.125, loud, 0.0, 0.0, loud, 0.0])
            })
            .collect();
        let input = sound.clone();
        run(effect.as_mut(), &mut sound, &[], |_, _| ());
        for frame in &sound {
            worst = worst.max(f64::from((frame.0[0] * 0.125 - frame.0[1]).abs()));
            worst = worst.max(f64::from((frame.0[3] * 0.125 - frame.0[2]).abs()));
        }
        assert!(sound.iter().zip(&input).any(|(out, input)| out.0[1] != input.0[1]), "{id} does nothing");
    }
    figure("stereo_link_worst_difference", worst);
    assert_eq!(worst, 0.0);
}

#[test]
fn lanes_that_are_linked_on_air_come_to_the_same_gain_without_a_jump() {
    let spec = find("compressor").unwrap();
    let mut effect = with("compressor", &[("release", 50.0), ("key", 1.0)]);
    let mut sound = vec![Lanes::splat(STEADY); 96_000];
    let keys: Vec<_> = tone(440.0, 96_000, |_| 0.0)
        .into_iter()
        .map(|key| Lanes([key.0[0], 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]))
        .collect();
    run(effect.as_mut(), &mut sound, &keys, |effect, cell| {
        if cell == 1_500 {
            effect.set(0, spec.param("link").unwrap(), 1.0);
        }
    });
    let jump = sound.windows(2).map(|pair| (pair[1].0[1] - pair[0].0[1]).abs()).fold(0.0, f32::max);
    assert!(jump < 0.002, "{jump}");
    assert!(sound[90_000..].iter().all(|frame| frame.0[0].to_bits() == frame.0[1].to_bits() && frame.0[2] == STEADY));
}

#[test]
fn below_the_threshold_not_a_bit_changes() {
    for (id, values) in [
        ("compressor", &[("threshold", -20.0), ("knee", 0.0)][..]),
        ("deesser", &[("mode", 0.0)]),
        ("deesser", &[("mode", 1.0)]),
    ] {
        let mut effect = with(id, values);
        let mut sound: Vec<_> = (0..9_600).map(|n| Lanes::splat(noise(n) * 0.005 + 0.001)).collect();
        let input = sound.clone();
        run(effect.as_mut(), &mut sound, &[], |_, _| ());
        assert!(sound == input, "{id} {values:?} changes what is quiet");
        assert_eq!(effect.take_reduction_db(3), 0.0);
    }
}

#[test]
fn the_high_pass_of_the_side_chain_keeps_a_compressor_from_pumping() {
    let reduction = |hp: f32| {
        let mut effect = with("compressor", &[("hp", hp), ("threshold", -20.0), ("ratio", 4.0)]);
        run(effect.as_mut(), &mut tone(40.0, 48_000, |_| -6.0), &[], |_, _| ());
        f64::from(effect.take_reduction_db(0))
    };
    assert!((reduction(20.0) - 10.5).abs() < 0.3, "{}", reduction(20.0));
    assert!(reduction(300.0) < 0.05, "{}", reduction(300.0));
}

#[test]
fn a_look_ahead_lets_the_first_wave_through() {
    let first_wave = |id: &str| {
        let mut effect = with(id, &[("attack", 0.1), ("threshold", -30.0)]);
        let mut sound = vec![Lanes::SILENCE; 48_000];
        sound.extend(tone(1_000.0, 480, |_| -6.0));
        run(effect.as_mut(), &mut sound, &[], |_, _| ());
        let late = effect.latency_frames();
        let first = &sound[48_000 + late..48_000 + late + 12];
        20.0 * f64::from(first.iter().map(|frame| frame.0[0].abs()).fold(0.0, f32::max)).log10() + 6.0
    };
    figure("gate_first_quarter_wave_db", first_wave("gate"));
    figure("gateahead_first_quarter_wave_db", first_wave("gateahead"));
    assert_eq!(with("gateahead", &[]).latency_frames(), gate::LOOK_AHEAD);
    assert!(first_wave("gateahead").abs() < 0.1);
}

#[test]
fn a_split_deesser_takes_the_hiss_and_leaves_the_voice() {
    let mut effect = with("deesser", &[("threshold", -50.0), ("range", 12.0), ("freq", 5_000.0)]);
    let mut sound = tone(300.0, 96_000, |_| -20.0);
    for (frame, hiss) in sound.iter_mut().zip(tone(12_000.0, 96_000, |_| -20.0)) {
        (0..LANES).for_each(|lane| frame.0[lane] += hiss.0[lane]);
    }
    run(effect.as_mut(), &mut sound, &[], |_, _| ());
    let [voice, hiss] = [300.0, 12_000.0].map(|freq| level_of(&sound[48_000..], 0, freq) + 20.0);
    figure("deesser_change_of_voice_db", voice);
    figure("deesser_change_of_hiss_db", hiss);
    assert!(voice.abs() < 0.02, "the voice changes by {voice} dB");
    assert!((-12.2..-11.0).contains(&hiss), "the hiss changes by {hiss} dB");
    assert!((effect.take_reduction_db(0) - 12.0).abs() < 0.05);
    assert_eq!(deesser::PARAMS[0].id, "on");
}

/// The loudest thing above 4 kHz, where a click would be and the tone is not, in dB of full scale.
fn clicks(sound: &[Lanes]) -> f64 {
    let mut signal: Vec<f64> = sound.iter().map(|frame| f64::from(frame.0[0])).collect();
    for _ in 0..4 {
        signal = signal.windows(2).map(|pair| (pair[1] - pair[0]) / 2.0).collect();
    }
    20.0 * signal.iter().fold(1e-12_f64, |peak, s| peak.max(s.abs())).log10()
}

#[test]
fn nothing_that_is_turned_clicks() {
    let mut worst = f64::NEG_INFINITY;
    for (id, values) in [
        ("compressor", &[("threshold", -40.0), ("attack", 0.5)][..]),
        ("gate", &[("threshold", -60.0), ("attack", 2.0)]),
        ("gateahead", &[("threshold", -60.0), ("attack", 2.0)]),
        ("deesser", &[("threshold", -60.0)]),
    ] {
        let spec = find(id).unwrap();
        for param in spec.params.iter().filter(|param| param.id != "attack") {
            let mut effect = with(id, values);
            let mut sound = tone(100.0, 19_200, |_| -6.0);
            let keys = tone(100.0, 19_200, |_| -20.0);
            run(effect.as_mut(), &mut sound, &keys, |effect, cell| {
                if cell % 150 == 100 {
                    turn(effect, spec, &[(param.id, if cell % 300 == 100 { param.min } else { param.max })]);
                }
            });
            let loudest = clicks(&sound[2_000..]);
            worst = worst.max(loudest);
            assert!(loudest < -60.0, "{id} {}: {loudest} dB", param.id);
        }
    }
    figure("dynamics_loudest_click_dbfs", worst);
}

#[test]
fn a_lane_is_well_again_as_soon_as_its_input_is() {
    let broken = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30, 1e-40, f32::MAX, 0.5];
    for id in ["compressor", "gate", "gateahead", "deesser"] {
        let mut effect = with(id, &[("threshold", -30.0)]);
        let mut sound: Vec<_> =
            (0..4_800).map(|n| Lanes(std::array::from_fn(|lane| broken[(n / 7 + lane) % 8]))).collect();
        sound.extend(tone(1_000.0, 96_000, |_| -10.0));
        run(effect.as_mut(), &mut sound, &[], |_, _| ());
        assert!(sound.iter().all(|frame| frame.0.iter().all(|sample| sample.is_finite())), "{id}");
        let mut fresh = tone(1_000.0, 96_000, |_| -10.0);
        run(with(id, &[("threshold", -30.0)]).as_mut(), &mut fresh, &[], |_, _| ());
        for (frame, wanted) in sound[4_800 + 48_000..].iter().zip(&fresh[48_000..]) {
            let error = (0..LANES).map(|lane| (frame.0[lane] - wanted.0[lane]).abs()).fold(0.0, f32::max);
            assert!(error < 1e-4, "{id} is still {error} off");
        }
        assert!(db_to_gain(effect.take_reduction_db(0)).is_finite());
    }
}
