//! What the effects of a strip do to sound.

#[path = "measure/through.rs"]
mod through;

use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::{highpass, limiter, trim};
use korero_dsp::meter::Reading;
use korero_dsp::param::ParamId;
use korero_dsp::smooth::{Glide, eased};
use korero_dsp::units::{db_to_gain, gain_to_db};
use korero_dsp::{GRID, LANES, LaneBlock, Lanes};
use proptest::collection::vec;
use proptest::prelude::*;
use through::{RATE, level_of, prepared, run, tone};

#[test]
fn the_high_pass_has_the_butterworth_response() {
    let mut effect = prepared(highpass::Highpass::new(Level::best()));
    for (corner, freq) in [(80.0, 20.0), (80.0, 40.0), (80.0, 80.0), (80.0, 1_000.0), (400.0, 100.0), (20.0, 20.0)] {
        (0..LANES).for_each(|lane| effect.set(lane, highpass::FREQ, corner as f32));
        (0..LANES).for_each(|lane| effect.set(lane, highpass::ON, 1.0));
        effect.reset();
        let mut sound = tone(freq, 1.0, 96_000);
        run(&mut effect, &mut sound, |_, _| ());
        let wanted = -10.0 * (1.0 + (corner / freq).powi(4)).log10();
        let got = level_of(&sound[48_000..], 3, freq);
        assert!((got - wanted).abs() < 0.02, "{freq} Hz through {corner} Hz: {got} dB, not {wanted} dB");
    }
}

/// The loudest thing above 4 kHz, where a click would be and the tone is not, in dB of full scale.
fn clicks(sound: &[Lanes], lane: usize) -> f64 {
    // Fourth difference: rises 24 dB an octave and leaves a low tone far behind.
    let mut signal: Vec<f64> = sound.iter().map(|frame| f64::from(frame.0[lane])).collect();
    for _ in 0..4 {
        signal = signal.windows(2).map(|pair| (pair[1] - pair[0]) / 2.0).collect();
    }
    20.0 * signal.iter().fold(1e-12_f64, |peak, s| peak.max(s.abs())).log10()
}

#[test]
fn nothing_that_is_turned_clicks() {
    type Turning = (&'static str, Box<dyn Effect>, ParamId, f32, f32);
    let cases: [Turning; 5] = [
        ("trim", Box::new(trim::Trim::new(Level::best())), trim::GAIN, -24.0, 0.0),
        ("polarity", Box::new(trim::Trim::new(Level::best())), trim::INVERT, 0.0, 1.0),
        ("high-pass switch", Box::new(highpass::Highpass::new(Level::best())), highpass::ON, 0.0, 1.0),
        ("high-pass sweep", Box::new(highpass::Highpass::new(Level::best())), highpass::FREQ, 20.0, 400.0),
        ("ceiling", Box::new(limiter::Limiter::new(Level::best())), limiter::CEILING, -12.0, 0.0),
    ];
    for (name, mut effect, param, low, high) in cases {
        effect.prepare(Format { rate: RATE as f32 });
        if name == "high-pass sweep" {
            effect.set(0, highpass::ON, 1.0);
        }
        let mut sound = tone(100.0, 0.5, 48_000);
        run(effect.as_mut(), &mut sound, |effect, cell| {
            if cell % 150 == 100 {
                effect.set(0, param, if cell % 300 == 100 { low } else { high });
            }
        });
        let loudest = clicks(&sound[2_000..], 0);
        // A switch without a glide would be a click of −8 dB here.
        assert!(loudest < -70.0, "{name}: {loudest} dB");
    }
}

#[test]
fn polarity_turns_exactly_and_a_trim_is_its_gain() {
    let mut effect = prepared(trim::Trim::new(Level::best()));
    effect.set(0, trim::INVERT, 1.0);
    effect.set(1, trim::GAIN, -6.0);
    effect.reset();
    let input = tone(997.0, 0.9, 320);
    let mut sound = input.clone();
    run(&mut effect, &mut sound, |_, _| ());
    for (out, input) in sound.iter().zip(&input) {
        assert_eq!(out.0[0], -input.0[0]);
        assert_eq!(out.0[1], input.0[1] * db_to_gain(-6.0));
        assert_eq!(out.0[2].to_bits(), input.0[2].to_bits());
    }
}

#[test]
fn the_limiter_tells_how_deep_it_went_and_comes_back_at_the_release() {
    let mut effect = prepared(limiter::Limiter::new(Level::best()));
    let mut burst = tone(1_000.0, 1.0, 4_800);
    burst.extend(vec![Lanes::splat(0.01); 9_600]);
    run(&mut effect, &mut burst, |_, _| ());
    let deepest = effect.take_reduction_db(0);
    assert!((1.0..1.12).contains(&deepest), "{deepest} dB");
    // 100 ms after it was held, 63 % of the way from there to unity is done, in gain.
    let held = (limiter::HOLD_MS * 0.001 * RATE as f32) as usize + limiter::LOOK_AHEAD;
    let gain = burst[4_800 + held + 4_800].0[0] / 0.01;
    let wanted = 1.0 - (1.0 - db_to_gain(-deepest)) * (-1.0_f32).exp();
    assert!((gain - wanted).abs() < 0.005, "{gain}, not {wanted}");
    assert_eq!(effect.take_reduction_db(0), 0.0, "taken once");
}

#[test]
fn a_steady_tone_into_the_limiter_stays_a_tone() {
    let mut effect = prepared(limiter::Limiter::new(Level::best()));
    let mut sound = tone(1_000.0, db_to_gain(5.0), 96_000);
    run(&mut effect, &mut sound, |_, _| ());
    let settled = &sound[48_000..];
    let third = level_of(settled, 0, 3_000.0) - level_of(settled, 0, 1_000.0);
    let level = level_of(settled, 0, 1_000.0);
    assert!((-1.12..=-1.0).contains(&level), "{level} dB");
    assert!(third < -100.0, "third harmonic at {third} dB");
}

/// Anything that a cable may bring: quiet, loud, huge, broken.
fn wild() -> impl Strategy<Value = f32> {
    prop_oneof![4 => -1.0_f32..1.0, 4 => -20.0_f32..20.0, 1 => any::<f32>(), 1 => Just(0.0)]
}

proptest! {
    #[test]
    fn no_sample_passes_the_ceiling(
        sound in vec(prop::array::uniform8(wild()), 1..600), ceiling in -12.0_f32..=0.0, release in 10.0_f32..1_000.0,
        links in prop::array::uniform4(prop::bool::ANY),
    ) {
        let mut effect = prepared(limiter::Limiter::new(Level::best()));
        for lane in 0..LANES {
            effect.set(lane, limiter::CEILING, ceiling);
            effect.set(lane, limiter::RELEASE, release);
            effect.set(lane, limiter::LINK, if links[lane / 2] { 1.0 } else { 0.0 });
        }
        effect.reset();
        let mut sound: Vec<_> = sound.into_iter().map(Lanes).collect();
        sound.extend([Lanes::SILENCE; 64]);
        run(&mut effect, &mut sound, |_, _| ());
        let ceiling = db_to_gain(ceiling);
        prop_assert!(sound.iter().all(|frame| frame.0.iter().all(|sample| sample.abs() <= ceiling)));
    }

    #[test]
    fn linked_lanes_have_the_same_gain(loud in vec(-4.0_f32..4.0, 400)) {
        let mut effect = prepared(limiter::Limiter::new(Level::best()));
        let quiet = 0.125;
        let mut sound: Vec<_> = loud.iter().map(|s| Lanes([*s, *s * quiet, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])).collect();
        run(&mut effect, &mut sound, |_, _| ());
        for (out, loud) in sound[limiter::LOOK_AHEAD..].iter().zip(&loud) {
            // The quiet lane is an exact eighth, so the same gain keeps it one, but for the rounding at the ceiling.
            prop_assert!((out.0[0] * quiet - out.0[1]).abs() <= 1e-7 * loud.abs());
            prop_assert_eq!(out.0[2], 0.1, "another pair is not touched");
        }
    }

    #[test]
    fn the_limiter_is_a_pure_delay_below_the_ceiling(sound in vec(prop::array::uniform8(-0.247_f32..0.247), 200..400)) {
        let mut effect = prepared(limiter::Limiter::new(Level::best()));
        let input: Vec<_> = sound.into_iter().map(Lanes).collect();
        let mut out = input.clone();
        run(&mut effect, &mut out, |_, _| ());
        for (out, input) in out[limiter::LOOK_AHEAD..].iter().zip(&input) {
            prop_assert_eq!(out.0.map(f32::to_bits), input.0.map(f32::to_bits));
        }
        prop_assert_eq!(effect.take_reduction_db(0), 0.0);
    }

    #[test]
    fn a_glide_begins_at_the_grid_and_arrives_exactly(
        from in -2.0_f32..2.0, to in -2.0_f32..2.0, cells in 1_u32..40, set_at in 1_usize..GRID, bends: bool,
    ) {
        let mut glide = if bends { Glide::eased(from, cells) } else { Glide::new(from, cells) };
        // Straight through every cell; at their edges on the line or on the bend.
        let edge = |cell: usize| {
            let way = (cell as f32 / cells as f32).min(1.0);
            if bends { eased(way) } else { way }
        };
        let mut frames = [Lanes::SILENCE; GRID];
        let mut values = Vec::new();
        for (start, len) in [(0, set_at), (set_at, GRID - set_at)] {
            if start > 0 {
                glide.set(2, to);
            }
            let ramp = glide.ramp(&LaneBlock::new(start as u64, &mut frames[..len]));
            values.extend((0..len).map(|at| ramp.at(at)));
        }
        prop_assert!(values.iter().all(|v| *v == Lanes::splat(from)), "nothing moves before the grid frame");
        for cell in 1..=u64::from(cells) + 1 {
            let ramp = glide.ramp(&LaneBlock::new(cell * GRID as u64, &mut frames));
            for at in 0..GRID {
                let (before, after) = (edge(cell as usize - 1), edge(cell as usize));
                let wanted = from + (to - from) * (before + (after - before) * at as f32 / GRID as f32);
                prop_assert!((ramp.at(at).0[2] - wanted).abs() < 2e-6);
                prop_assert_eq!(ramp.at(at).0[3], from);
            }
            let arrived = cell > u64::from(cells) || from == to;
            // A way that is short beside its ends may be over but for less than a rounding.
            if arrived || (from - to).abs() > 0.05 {
                prop_assert_eq!(ramp.lane_rests_at(2, to), arrived);
            }
        }
        prop_assert!(glide.is_still() || cells == 0);
    }

    #[test]
    fn a_meter_reads_peak_and_energy(sound in vec(prop::array::uniform8(-1.0_f32..1.0), 1..=GRID)) {
        let mut frames: Vec<_> = sound.into_iter().map(Lanes).collect();
        let reading = Reading::of(&LaneBlock::new(0, &mut frames));
        for lane in 0..LANES {
            let peak = frames.iter().map(|frame| frame.0[lane].abs()).fold(0.0, f32::max);
            let energy: f64 = frames.iter().map(|frame| f64::from(frame.0[lane]).powi(2)).sum();
            prop_assert_eq!(reading.peak.0[lane], peak);
            prop_assert!((f64::from(reading.mean_square(lane)) - energy / frames.len() as f64).abs() < 1e-6);
        }
    }
}

#[test]
fn a_broken_sample_does_not_stick_in_a_meter() {
    let mut frames = [Lanes::splat(f32::NAN), Lanes::splat(0.25)];
    let mut reading = Reading::of(&LaneBlock::new(0, &mut frames));
    reading.add(&Reading::of(&LaneBlock::new(2, &mut [Lanes::splat(-0.5)])));
    assert_eq!((reading.peak.0[7], reading.frames), (0.5, 3));
    assert_eq!(gain_to_db(reading.peak.0[7]), gain_to_db(0.5));
}
