//! What the engine plays: the same bits however it is called, each strip for itself, and no step when something moves.

use korero::desk::channel::Control;
use korero::desk::{Desk, Strip, StripInput};
use korero::engine::TapSource;
use korero::limits::{MAX_INPUTS, MAX_STRIPS};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{BELOW_CEILING, bits, desks, drain, mono, noise, pair, playing, tapped};

/// The mix of `desk` over `samples` in one go, and the cue.
fn mix_and_cue(desk: &Desk, samples: &[f32], channels: usize) -> (Vec<f32>, Vec<f32>) {
    let (mut engine, mut handle) = playing(desk);
    let (mut mix, mut cue) = (tapped(&mut handle, TapSource::Mix), tapped(&mut handle, TapSource::Cue(0)));
    engine.process(samples, channels);
    (drain(&mut mix).0, drain(&mut cue).0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_split_into_callbacks_gives_the_same_bits(
        (desk, later) in (desks(), desks()), sizes in vec(1usize..700, 1..30), seed: u32,
    ) {
        let frames: usize = sizes.iter().sum();
        let samples = noise(seed, frames * 6, 0.5);
        let (mut engine, mut handle) = playing(&desk);
        let (mut whole, mut whole_cue) = (tapped(&mut handle, TapSource::Mix), tapped(&mut handle, TapSource::Cue(0)));
        let half = frames / 2 * 6;
        engine.process(&samples[..half], 6);
        handle.set_desk(&later).unwrap();
        engine.process(&samples[half..], 6);
        let (mut engine, mut handle) = playing(&desk);
        let (mut split, mut split_cue) = (tapped(&mut handle, TapSource::Mix), tapped(&mut handle, TapSource::Cue(0)));
        let (mut done, mut turned) = (0, false);
        for size in sizes {
            let mut end = done + size * 6;
            if !turned && end >= half {
                engine.process(&samples[done..half], 6);
                handle.set_desk(&later).unwrap();
                (turned, done, end) = (true, half, end.max(half));
            }
            engine.process(&samples[done..end], 6);
            done = end;
        }
        prop_assert_eq!(bits(&drain(&mut split).0), bits(&drain(&mut whole).0));
        prop_assert_eq!(bits(&drain(&mut split_cue).0), bits(&drain(&mut whole_cue).0));
    }

    #[test]
    fn solo_before_or_after_the_fader_never_alters_the_mix_or_the_dry_inputs(
        mut desk in desks(), solos in vec(any::<bool>(), MAX_STRIPS), buses in vec(any::<bool>(), 6), afl: bool, seed: u32,
    ) {
        let samples = noise(seed, 2_000 * 4, 0.5);
        let hear = |desk: &Desk| {
            let (mut engine, mut handle) = playing(desk);
            let mut mix = tapped(&mut handle, TapSource::Mix);
            let mut dry = tapped(&mut handle, TapSource::Inputs { channels: 4 });
            engine.process(&samples, 4);
            (bits(&drain(&mut mix).0), bits(&drain(&mut dry).0))
        };
        let before = hear(&desk);
        for (strip, solo) in desk.strips.iter_mut().zip(solos) {
            strip.channel.set(Control::SOLO, f32::from(u8::from(solo)));
        }
        for (bus, solo) in desk.groups.iter_mut().chain(&mut desk.returns).zip(buses) {
            bus.channel.set(Control::SOLO, f32::from(u8::from(solo)));
        }
        desk.own.set(Control::SOLO_MODE, f32::from(u8::from(afl)));
        prop_assert_eq!(&hear(&desk), &before);
        prop_assert_eq!(&before.1, &bits(&samples));
    }
}

#[test]
fn a_stereo_pair_at_unity_leaves_bit_for_bit() {
    let samples = noise(7, 48_000 * 2, BELOW_CEILING);
    let (mix, _) = mix_and_cue(&pair(), &samples, 2);
    assert!(mix.len() > samples.len() - 2 * 256);
    assert_eq!(bits(&mix), bits(&samples[..mix.len()]));
}

#[test]
fn nothing_passes_the_ceiling() {
    let (mix, _) = mix_and_cue(&pair(), &noise(3, 48_000, 8.0), 2);
    let ceiling = korero_dsp::units::db_to_gain(-1.0);
    assert!(mix.iter().all(|sample| sample.abs() <= ceiling));
    assert!(mix.iter().any(|sample| sample.abs() > 0.5 * ceiling));
}

#[test]
fn strips_never_touch_each_other_on_1_8_9_and_32_strips() {
    for count in [1, 8, 9, 32u8] {
        let all = noise(u32::from(count), 1_500 * MAX_INPUTS, 0.5);
        for heard in [0, usize::from(count) / 2, usize::from(count) - 1] {
            let mut desk = mono(count);
            let alone = Desk { strips: vec![desk.strips[heard].clone()], ..Desk::default() };
            let wanted = mix_and_cue(&alone, &all, MAX_INPUTS);
            for (at, strip) in desk.strips.iter_mut().enumerate() {
                let mute = at % 2 == 0;
                for (control, value) in [
                    (Control::TRIM, 20.0),
                    (Control::HIGHPASS_ON, 1.0),
                    (Control::INVERT, 1.0),
                    (Control::MUTE, f32::from(u8::from(mute))),
                    (Control::FADER, if mute { 10.0 } else { f32::NEG_INFINITY }),
                ] {
                    strip.channel.set(control, value);
                }
            }
            desk.strips[heard] = alone.strips[0].clone();
            let mut poisoned = all.clone();
            for frame in poisoned.chunks_exact_mut(MAX_INPUTS) {
                frame[(heard + 1) % MAX_INPUTS] = f32::NAN;
            }
            for samples in [&all, &poisoned] {
                let got = mix_and_cue(&desk, samples, MAX_INPUTS);
                assert_eq!(bits(&got.0), bits(&wanted.0), "mix of strip {heard} of {count}");
                assert_eq!(bits(&got.1), bits(&wanted.1), "cue of strip {heard} of {count}");
            }
        }
    }
}

#[test]
fn thirty_two_stereo_strips_all_play() {
    let strips = (0..MAX_STRIPS).map(|_| Strip::new("", StripInput::Stereo(1, 2)).with(Control::FADER, -40.0));
    let desk = Desk { strips: strips.collect(), ..Desk::default() };
    let (mix, _) = mix_and_cue(&desk, &[0.5, -0.25].repeat(1_000), 2);
    let gain = 32.0 * korero_dsp::units::db_to_gain(-40.0);
    assert!((mix[200] - 0.5 * gain).abs() < 1e-5 && (mix[201] + 0.25 * gain).abs() < 1e-5);
}

#[test]
fn while_a_strip_is_soloed_the_cue_hears_only_it_before_its_fader() {
    let mut desk = Desk {
        strips: vec![Strip::new("A", StripInput::Stereo(1, 2)), Strip::new("B", StripInput::Stereo(3, 4))],
        ..Desk::default()
    };
    desk.cues[0].set(Control::FADER, 0.0);
    desk.strips[1] =
        desk.strips[1].clone().with(Control::SOLO, 1.0).with(Control::MUTE, 1.0).with(Control::FADER, -30.0);
    let samples = noise(9, 4_000, 0.4);
    let (_, cue) = mix_and_cue(&desk, &samples, 4);
    let wanted: Vec<f32> = samples.chunks_exact(4).flat_map(|frame| [frame[2], frame[3]]).collect();
    assert_eq!(bits(&cue), bits(&wanted));
}

/// The steepest step between neighbouring frames on the left.
fn steepest(sound: &[f32]) -> f32 {
    let left: Vec<f32> = sound.iter().step_by(2).copied().collect();
    left.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn every_change_on_air_glides() {
    let constant = [0.5, 0.5, -0.5, -0.5].repeat(4_800);
    let first = pair();
    let mut turned = first.clone();
    turned.strips[0] = turned.strips[0].clone().with(Control::FADER, -9.0).with(Control::PAN, 0.7);
    turned.mix.set(Control::FADER, -2.0);
    let mut fed = turned.clone();
    fed.strips[0].input = StripInput::Stereo(3, 4);
    let (mut engine, mut handle) = playing(&first);
    let (mut mix, mut cue) = (tapped(&mut handle, TapSource::Mix), tapped(&mut handle, TapSource::Cue(0)));
    for desk in [&first, &turned, &fed, &Desk::default(), &mono(4), &first] {
        handle.set_desk(desk).unwrap();
        engine.process(&constant, 4);
    }
    let (mix, cue) = (drain(&mut mix).0, drain(&mut cue).0);
    assert_eq!(mix[0], 0.5, "the first desk is there from frame 0");
    assert!(steepest(&mix) < 0.006, "{}", steepest(&mix));
    assert!(steepest(&cue) < 0.006, "{}", steepest(&cue));
    assert_eq!(mix[mix.len() - 2], 0.5);
}

#[test]
fn a_whole_desk_can_be_replaced_on_air_again_and_again() {
    let full = || Desk {
        strips: (0..MAX_STRIPS).map(|_| Strip::new("", StripInput::Stereo(1, 2)).with(Control::FADER, -40.0)).collect(),
        ..Desk::default()
    };
    let (mut engine, mut handle) = playing(&full());
    for _ in 0..20 {
        let desk = full();
        handle.set_desk(&desk).unwrap();
        // A desk of 64 lanes leaves and another one comes within a fifth of a second, never in one callback.
        for _ in 0..20 {
            engine.process(&[0.5; 960], 2);
            handle.collect();
        }
        assert!(
            desk.strips
                .iter()
                .all(|strip| handle.levels().take_strip(&strip.id).unwrap().right.unwrap().post_peak > 0.0)
        );
    }
}

#[test]
fn no_peak_between_two_looks_is_missed() {
    let desk = Desk {
        strips: vec![pair().strips[0].clone().with(Control::TRIM, 6.0).with(Control::FADER, -6.0)],
        ..Desk::default()
    };
    let (mut engine, handle) = playing(&desk);
    let mut samples = vec![0.0; 9_600];
    (samples[4_000], samples[5_001]) = (0.25, -0.125);
    engine.process(&samples, 2);
    engine.process(&[0.0; 9_600], 2);
    let levels = handle.levels();
    let strip = levels.take_strip(&desk.strips[0].id).unwrap();
    let (left, right) = (strip.left, strip.right.unwrap());
    let gain = korero_dsp::units::db_to_gain(6.0);
    assert!((left.pre_peak - 0.25 * gain).abs() < 1e-6 && (right.pre_peak - 0.125 * gain).abs() < 1e-6);
    assert!((left.post_peak - 0.25).abs() < 1e-6 && left.mean_square > 0.0);
    assert!((levels.take_mix().peak[0] - 0.25).abs() < 1e-6);
    assert_eq!((levels.take_input(1), levels.take_input(2), levels.take_input(0)), (0.25, 0.125, 0.0));
    assert_eq!(levels.take_strip(&desk.strips[0].id).unwrap().left.pre_peak, 0.0, "taken is taken");
    engine.process(&[1.0; 960], 2);
    assert!(levels.take_mix().reduction_db > 0.5);
}

#[test]
fn a_desk_that_does_not_fit_is_refused_and_changes_nothing() {
    let (_engine, mut handle) = playing(&pair());
    let many = Desk { strips: (0..33).map(|_| Strip::new("", StripInput::Mono(1))).collect(), ..Desk::default() };
    let mut twice = pair();
    twice.strips.push(twice.strips[0].clone());
    let far = Desk { strips: vec![Strip::new("", StripInput::Stereo(2, 33))], ..Desk::default() };
    let none = Desk { strips: vec![Strip::new("", StripInput::Mono(0))], ..Desk::default() };
    for desk in [many, twice, far, none] {
        assert!(handle.set_desk(&desk).is_err());
    }
}
