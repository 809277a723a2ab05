//! What an effect takes away, heard by itself: with what comes out it is what went in, and hearing it changes nothing else.

use korero_dsp::bank::{Bank, Place};
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::denoise::{GUARD, LATENCY, LIMIT, MIX, ON};
use korero_dsp::effects::{EFFECTS, find};
use korero_dsp::param::ParamId;
use korero_dsp::slot::Kind;
use korero_dsp::smooth::GLIDE_CELLS;
use korero_dsp::{GRID, LANES, LaneBlock, Lanes};
use proptest::collection::vec;
use proptest::prelude::*;

const FORMAT: Format = Format { rate: 48_000.0 };
/// Frames within which a gain that was set has arrived.
const ARRIVED: usize = (GLIDE_CELLS as usize + 1) * GRID;

fn denoise() -> Kind {
    Kind(EFFECTS.iter().position(|spec| spec.id == "denoise").expect("it is there") as u8)
}

fn built(kind: Kind) -> Box<dyn Effect> {
    let mut effect = EFFECTS[usize::from(kind.0)].build();
    effect.prepare(FORMAT);
    effect
}

/// A bank with a denoiser on these lanes in one slot, set to these values, at rest.
fn bank(lanes: &[usize], place: Place, values: &[(ParamId, f32)]) -> Bank {
    let mut bank = Bank::new(FORMAT);
    assert!(bank.slot(place).install(denoise(), built(denoise())).is_ok());
    for lane in lanes {
        bank.slot(place).choose(*lane, Some(denoise()));
        values.iter().for_each(|(param, value)| bank.slot(place).set(*lane, denoise(), *param, *value));
    }
    bank.settle();
    bank
}

/// Runs `sound` through in blocks of at most `size` frames; `act` comes before each. Gives what comes out, and what of it goes
/// to the left and to the right of what is taken away.
fn run(
    bank: &mut Bank,
    sound: &[Lanes],
    size: usize,
    mut act: impl FnMut(usize, &mut Bank),
) -> (Vec<Lanes>, Vec<[f32; 2]>) {
    let (mut out, mut removed) = (Vec::new(), Vec::new());
    while out.len() < sound.len() {
        let at = out.len();
        act(at, bank);
        let count = size.min(GRID - at % GRID).min(sound.len() - at);
        let (mut frames, mut keys, mut cue) =
            (sound[at..at + count].to_vec(), [Lanes::SILENCE; GRID], [Lanes::SILENCE; GRID]);
        let mut block = LaneBlock::new(at as u64, &mut frames);
        bank.trim(&mut block);
        bank.process(&mut block, &LaneBlock::new(at as u64, &mut keys[..count]), &mut cue[..count]);
        for frame in 0..count {
            let mut sides = [0.0; 2];
            for part in bank.removed() {
                for (side, gain) in sides.iter_mut().zip(part.gains) {
                    *side += (0..LANES).map(|lane| part.sound[frame].0[lane] * gain.at(frame).0[lane]).sum::<f32>();
                }
            }
            removed.push(sides);
        }
        out.extend(frames);
    }
    (out, removed)
}

/// Noise under a chord that is struck again and again, on each lane another one.
fn music(seed: u32, frames: usize, noise: f32, chord: f32) -> Vec<Lanes> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let tone = |n: usize, lane: usize| {
        let (hertz, since) = (110.0 * (lane + 2) as f32, n % 9_000);
        (n as f32 * hertz * std::f32::consts::TAU / FORMAT.rate).sin() * (-(since as f32) / 4_000.0).exp()
    };
    (0..frames).map(|n| Lanes(std::array::from_fn(|lane| chord * tone(n, lane) + noise * next()))).collect()
}

fn late(sound: &[Lanes], n: usize, lane: usize) -> f32 {
    n.checked_sub(LATENCY).map_or(0.0, |n| sound[n].0[lane])
}

fn bits(sound: &[Lanes]) -> Vec<[u32; LANES]> {
    sound.iter().map(|frame| frame.0.map(f32::to_bits)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn what_is_taken_away_and_what_comes_out_are_together_what_went_in(
        seed: u32, noise in 0.0_f32..0.2, chord in 0.0_f32..0.8, limit in 0.0_f32..=60.0, mix in 0.0_f32..=100.0,
        guard: bool, lane in 0..LANES, place in 0..3_usize, size in 1..=GRID,
    ) {
        let place = Place::ALL[place];
        let values = [(ON, 1.0), (LIMIT, limit), (MIX, mix), (GUARD, f32::from(u8::from(guard)))];
        let mut bank = bank(&[lane], place, &values);
        bank.give_removed(lane, place, [1.0, 0.0]);
        bank.settle();
        let sound = music(seed, 9_600, noise, chord);
        let (out, removed) = run(&mut bank, &sound, size, |_, _| ());
        for (n, (out, [left, right])) in out.iter().zip(&removed).enumerate() {
            let (dry, out) = (late(&sound, n, lane), out.0[lane]);
            let rounding = f32::EPSILON * (dry.abs() + out.abs());
            prop_assert!((left + out - dry).abs() <= rounding, "frame {n}: {left} + {out} is not {dry}");
            prop_assert_eq!(*right, 0.0);
        }
    }

    #[test]
    fn hearing_what_is_taken_away_changes_no_bit_of_what_comes_out(
        seed: u32, turns in vec((0..9_600_usize, 0..LANES, 0..3_usize, prop::array::uniform2(0.0_f32..1.0)), 1..8),
        size in 1..=GRID,
    ) {
        let (lanes, place) = ([0, 3, 6], Place::PostEq);
        let sound = music(seed, 9_600, 0.05, 0.1);
        let fresh = || bank(&lanes, place, &[(ON, 1.0), (GUARD, 0.0)]);
        let (alone, silent) = run(&mut fresh(), &sound, size, |_, _| ());
        prop_assert!(silent.iter().all(|sides| *sides == [0.0; 2]), "nobody listens");
        let (heard, _) = run(&mut fresh(), &sound, size, |at, bank| {
            for (_, lane, place, gains) in turns.iter().filter(|(when, ..)| (at..at + size).contains(when)) {
                bank.give_removed(*lane, Place::ALL[*place], *gains);
            }
        });
        prop_assert!(bits(&heard) == bits(&alone));
    }
}

#[test]
fn a_denoiser_that_is_off_or_stands_on_other_lanes_takes_nothing_away() {
    let sound = music(7, 9_600, 0.1, 0.3);
    for (lanes, values) in [(vec![2], [(ON, 0.0), (LIMIT, 60.0)]), (vec![0, 1, 3], [(ON, 1.0), (LIMIT, 60.0)])] {
        let mut bank = bank(&lanes, Place::PreEq, &values);
        bank.give_removed(2, Place::PreEq, [1.0, 1.0]);
        bank.settle();
        let (_, removed) = run(&mut bank, &sound, GRID, |_, _| ());
        assert!(removed.iter().all(|sides| *sides == [0.0; 2]));
    }
}

#[test]
fn steady_noise_is_taken_away_and_heard_and_more_of_it_the_more_may_be_taken() {
    let sound = music(3, 96_000, 0.02, 0.0);
    let loud = |limit: f32| {
        let mut bank = bank(&[0], Place::PreEq, &[(ON, 1.0), (LIMIT, limit), (GUARD, 0.0)]);
        bank.give_removed(0, Place::PreEq, [1.0, 1.0]);
        bank.settle();
        let (_, removed) = run(&mut bank, &sound, GRID, |_, _| ());
        removed[48_000..].iter().map(|[left, _]| left * left).sum::<f32>()
    };
    let all = sound[48_000..].iter().map(|frame| frame.0[0] * frame.0[0]).sum::<f32>();
    let (little, much) = (loud(6.0), loud(40.0));
    assert!(little > 0.1 * all && much > 1.5 * little && much < 1.1 * all, "{little} {much} of {all}");
}

#[test]
fn it_comes_and_goes_without_a_step_and_then_costs_nothing() {
    // What is taken away is all of a slow tone: the effect turns it wholly down.
    let turn = std::f32::consts::TAU * 40.0 / FORMAT.rate;
    let sound: Vec<_> = (0..30_000).map(|n| Lanes::splat(0.3 * (n as f32 * turn).sin())).collect();
    let steepest =
        |sides: &[[f32; 2]]| sides.windows(2).map(|pair| (pair[1][0] - pair[0][0]).abs()).fold(0.0, f32::max);
    let heard = |gains: &[(usize, f32)]| {
        let mut bank = bank(&[0], Place::PreEq, &[(ON, 1.0), (LIMIT, 60.0), (GUARD, 0.0)]);
        let removed = run(&mut bank, &sound, GRID, |at, bank| {
            for (_, gain) in gains.iter().filter(|(when, _)| *when == at) {
                bank.give_removed(0, Place::PreEq, [*gain, 0.0]);
            }
        });
        (removed.1, bank.removed().count(), bank.gives_removed(0))
    };
    let (steady, parts, gives) = heard(&[(0, 1.0)]);
    assert!(parts == 1 && gives);
    let most = steady[20_000..].iter().map(|[left, _]| left.abs()).fold(0.0, f32::max);
    assert!(most > 0.1, "the tone is not taken away, and nothing is tested: {most}");
    let (moved, parts, gives) = heard(&[(19_200, 1.0), (24_000, 0.0)]);
    assert!(parts == 0 && !gives);
    let bound = steepest(&steady[19_200..]) + most / (GRID * GLIDE_CELLS as usize) as f32 * 1.01;
    assert!(steepest(&moved[19_200..]) <= bound, "{} over {bound}", steepest(&moved[19_200..]));
    assert!(moved[24_000 + ARRIVED..].iter().all(|sides| *sides == [0.0; 2]));
    assert_eq!(moved[19_200 + ARRIVED..24_000], steady[19_200 + ARRIVED..24_000]);
}

#[test]
fn a_denoiser_that_leaves_its_slot_leaves_without_a_step_what_is_heard_of_it() {
    let turn = std::f32::consts::TAU * 40.0 / FORMAT.rate;
    let sound: Vec<_> = (0..30_000).map(|n| Lanes::splat(0.3 * (n as f32 * turn).sin())).collect();
    let heard = |leaves: bool| {
        let mut bank = bank(&[0], Place::PreEq, &[(ON, 1.0), (LIMIT, 60.0), (GUARD, 0.0)]);
        bank.give_removed(0, Place::PreEq, [1.0, 0.0]);
        bank.settle();
        let (_, removed) = run(&mut bank, &sound, GRID, |at, bank| {
            if leaves && at == 19_200 {
                bank.choose(0, Place::PreEq, None);
                bank.slot(Place::PreEq).remove(denoise());
            }
            drop(bank.take_idle());
        });
        removed
    };
    let (stays, leaves) = (heard(false), heard(true));
    let steepest =
        |sides: &[[f32; 2]]| sides.windows(2).map(|pair| (pair[1][0] - pair[0][0]).abs()).fold(0.0, f32::max);
    assert!(steepest(&leaves[19_200..]) <= 1.2 * steepest(&stays[19_200..]));
    assert!(leaves[22_000..].iter().all(|sides| *sides == [0.0; 2]));
}

#[test]
fn a_lane_that_is_made_new_is_heard_no_more_at_once() {
    let sound = music(5, 9_600, 0.1, 0.0);
    let mut bank = bank(&[4], Place::PreEq, &[(ON, 1.0), (GUARD, 0.0)]);
    bank.give_removed(4, Place::PreEq, [1.0, 1.0]);
    bank.settle();
    let (_, removed) = run(&mut bank, &sound, GRID, |at, bank| {
        if at == 6_400 {
            bank.clear_lane(4);
        }
    });
    assert!(removed[6_000..6_400].iter().any(|sides| *sides != [0.0; 2]));
    assert!(removed[6_400..].iter().all(|sides| *sides == [0.0; 2]) && !bank.gives_removed(4));
}

#[test]
fn the_effects_that_say_so_remember_what_went_in_and_off_they_give_just_that() {
    for (at, spec) in EFFECTS.iter().enumerate() {
        let kind = Kind(at as u8);
        let (mut effect, mut remembered) = (built(kind), [Lanes::SILENCE; GRID]);
        for (cell, sound) in music(9, 4_800, 0.1, 0.3).chunks(GRID).enumerate() {
            let (mut frames, mut keys) = (sound.to_vec(), [Lanes::SILENCE; GRID]);
            let start = (cell * GRID) as u64;
            effect.process(&mut LaneBlock::new(start, &mut frames), &LaneBlock::new(start, &mut keys));
            assert_eq!(effect.entered(&mut remembered), kind.gives_removed(), "{}", spec.id);
            if kind.gives_removed() {
                assert!(bits(&frames) == bits(&remembered), "{}, cell {cell}", spec.id);
            }
        }
    }
    assert!(find("denoise").is_some() && denoise().gives_removed() && !Kind(u8::MAX).gives_removed());
}
