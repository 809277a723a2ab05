//! What holds for every effect of the registry, and for the bank.

use korero_dsp::bank::{Bank, Stage};
use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect, EffectSpec, Format};
use korero_dsp::effects::{self, EFFECTS};
use korero_dsp::param::{ParamId, ParamSpec};
use korero_dsp::{GRID, LANES, LaneBlock, Lanes};
use proptest::collection::vec;
use proptest::prelude::*;

const FORMAT: Format = Format { rate: 48_000.0 };

/// One thing done to an effect before a stretch of sound.
#[derive(Clone, Debug)]
struct Turn {
    lane: usize,
    param: usize,
    /// The place between the lowest and the highest value.
    place: f32,
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    vec((0..LANES, 0_usize..64, 0.0_f32..=1.0).prop_map(|(lane, param, place)| Turn { lane, param, place }), 0..12)
}

fn any_effect() -> impl Strategy<Value = &'static EffectSpec> {
    (0..EFFECTS.len()).prop_map(|at| &EFFECTS[at])
}

fn sound(frames: usize) -> impl Strategy<Value = Vec<Lanes>> {
    vec(prop::array::uniform8(-1.5_f32..1.5).prop_map(Lanes), frames)
}

fn value(spec: &ParamSpec, place: f32) -> f32 {
    spec.min + (spec.max - spec.min) * place
}

fn turn(effect: &mut dyn Effect, spec: &EffectSpec, turn: &Turn) {
    let at = turn.param % spec.params.len();
    effect.set(turn.lane, ParamId(at as u8), value(&spec.params[at], turn.place));
}

fn fresh(spec: &EffectSpec) -> Box<dyn Effect> {
    let mut effect = spec.build();
    effect.prepare(FORMAT);
    effect
}

/// Lets an effect hear `sound` from frame `start` on, cut at the grid and into callbacks of the given sizes.
fn run(effect: &mut dyn Effect, start: u64, sound: &[Lanes], callbacks: &[usize]) -> Vec<Lanes> {
    let mut out = sound.to_vec();
    each_block(start, &mut out, callbacks, |block| {
        let mut silence = [Lanes::SILENCE; GRID];
        let keys = LaneBlock::new(block.start(), &mut silence[..block.len()]);
        effect.process(block, &keys);
    });
    out
}

fn each_block(start: u64, sound: &mut [Lanes], callbacks: &[usize], mut process: impl FnMut(&mut LaneBlock<'_>)) {
    let (mut at, mut callback) = (0, 0);
    while at < sound.len() {
        let size = callbacks[callback % callbacks.len()].min(sound.len() - at);
        callback += 1;
        let end = at + size;
        while at < end {
            let position = start + at as u64;
            let room = GRID - (position % GRID as u64) as usize;
            let frames = room.min(end - at);
            process(&mut LaneBlock::new(position, &mut sound[at..at + frames]));
            at += frames;
        }
    }
}

/// A block through the whole chain of a bank.
fn play(bank: &mut Bank, block: &mut LaneBlock<'_>) {
    let (mut keys, mut cue) = ([Lanes::SILENCE; GRID], [Lanes::SILENCE; GRID]);
    bank.trim(block);
    let keys = LaneBlock::new(block.start(), &mut keys[..block.len()]);
    bank.process(block, &keys, &mut cue[..block.len()]);
}

fn bits(sound: &[Lanes]) -> Vec<[u32; LANES]> {
    sound.iter().map(|frame| frame.0.map(f32::to_bits)).collect()
}

/// Lanes that may hear each other by intent: the limiter's pairs.
fn unlink(effect: &mut dyn Effect, spec: &EffectSpec) {
    if let Some(link) = spec.param("link") {
        (0..LANES).for_each(|lane| effect.set(lane, link, 0.0));
    }
}

fn without_links(spec: &EffectSpec, turns: Vec<Turn>) -> Vec<Turn> {
    let is_link = |turn: &Turn| spec.params[turn.param % spec.params.len()].id == "link";
    turns.into_iter().filter(|turn| !is_link(turn)).collect()
}

#[test]
fn ids_are_unique_lower_case_words_and_defaults_can_be_set() {
    let mut ids: Vec<_> = EFFECTS.iter().map(|spec| spec.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), EFFECTS.len());
    for spec in EFFECTS {
        assert!(effects::find(spec.id).is_some_and(|found| std::ptr::eq(found.params, spec.params)));
        for (at, param) in spec.params.iter().enumerate() {
            let is_word =
                |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
            assert!(param.id.split('.').count() <= 2 && param.id.split('.').all(is_word), "{}", param.id);
            assert!(param.id != "on" || param.default == 0.0, "{} starts off", spec.id);
            assert_eq!(spec.param(param.id), Some(ParamId(at as u8)), "{} stands once", param.id);
            assert!(param.min < param.max && param.clamp(param.default) == param.default);
            assert_eq!(param.clamp(f32::NAN), param.default);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn callbacks_of_any_size_give_the_same_bits(
        spec in any_effect(), first in turns(), second in turns(), start in 0_u64..1_000,
        sound in sound(400), callbacks in vec(1_usize..150, 1..8),
    ) {
        let [whole, cut] = [&[1_000_000][..], &callbacks].map(|callbacks| {
            let mut effect = fresh(spec);
            first.iter().for_each(|t| turn(effect.as_mut(), spec, t));
            let mut out = run(effect.as_mut(), start, &sound[..200], callbacks);
            second.iter().for_each(|t| turn(effect.as_mut(), spec, t));
            out.extend(run(effect.as_mut(), start + 200, &sound[200..], callbacks));
            bits(&out)
        });
        prop_assert_eq!(whole, cut);
    }

    #[test]
    fn all_levels_of_the_processor_give_the_same_bits(spec in any_effect(), turns in turns(), sound in sound(400)) {
        let [baseline, best] = [Level::BASELINE, Level::best()].map(|level| {
            let mut effect = (spec.build_at)(level);
            effect.prepare(FORMAT);
            turns.iter().for_each(|t| turn(effect.as_mut(), spec, t));
            bits(&run(effect.as_mut(), 0, &sound, &[64]))
        });
        prop_assert_eq!(baseline, best);
    }

    #[test]
    fn lanes_never_touch_each_other(
        spec in any_effect(), turns in turns(), kept in 0..LANES, sound in sound(300), other in sound(300),
    ) {
        let turns = without_links(spec, turns);
        let is_kept = |lane: usize| if spec.pairs { lane / 2 == kept / 2 } else { lane == kept };
        let [one, two] = [false, true].map(|changed| {
            let mut effect = fresh(spec);
            unlink(effect.as_mut(), spec);
            let mut heard = sound.clone();
            if changed {
                for (frame, other) in heard.iter_mut().zip(&other) {
                    (0..LANES).filter(|lane| !is_kept(*lane)).for_each(|lane| frame.0[lane] = other.0[lane]);
                }
            }
            // The other lanes are turned differently too.
            turns.iter().filter(|t| is_kept(t.lane) || changed).for_each(|t| turn(effect.as_mut(), spec, t));
            let out = run(effect.as_mut(), 0, &heard, &[64]);
            out.iter().map(|frame| frame.0[kept].to_bits()).collect::<Vec<_>>()
        });
        prop_assert_eq!(one, two);
    }

    #[test]
    fn reset_is_as_good_as_new(spec in any_effect(), turns in turns(), before in sound(200), after in sound(200)) {
        let mut used = fresh(spec);
        let mut new = fresh(spec);
        turns.iter().for_each(|t| turn(used.as_mut(), spec, t));
        turns.iter().for_each(|t| turn(new.as_mut(), spec, t));
        run(used.as_mut(), 0, &before, &[64]);
        used.reset();
        new.reset();
        prop_assert_eq!(bits(&run(used.as_mut(), 224, &after, &[64])), bits(&run(new.as_mut(), 224, &after, &[64])));
    }

    #[test]
    fn any_value_is_taken_as_the_nearest_that_may_be_set(
        spec in any_effect(), lane in 0..LANES, param in 0_usize..64, value in any::<f32>(), sound in sound(200),
    ) {
        let at = param % spec.params.len();
        let [wild, tame] = [value, spec.params[at].clamp(value)].map(|value| {
            let mut effect = fresh(spec);
            effect.set(lane, ParamId(at as u8), value);
            effect.set(lane, ParamId(200), value);
            run(effect.as_mut(), 0, &sound, &[64])
        });
        prop_assert!(wild.iter().all(|frame| frame.0.iter().all(|sample| sample.is_finite())));
        prop_assert_eq!(bits(&wild), bits(&tame));
    }

    #[test]
    fn silence_comes_out_of_silence_in_the_end(spec in any_effect(), turns in turns(), sound in sound(200)) {
        let mut effect = fresh(spec);
        turns.iter().for_each(|t| turn(effect.as_mut(), spec, t));
        run(effect.as_mut(), 0, &sound, &[64]);
        // What rings on by intent is asked for its shortest tail, and for as long as that and the longest delays are.
        let mut frames = 48_000;
        for tail in ["decay", "feedback"].into_iter().filter_map(|id| spec.param(id)) {
            (0..LANES).for_each(|lane| effect.set(lane, tail, spec.params[usize::from(tail.0)].min));
            frames = 144_000;
        }
        let tail = run(effect.as_mut(), 200, &vec![Lanes::SILENCE; frames], &[64]);
        let loudest = tail[frames - 1_000..].iter().flat_map(|frame| frame.0).fold(0.0_f32, |peak, s| peak.max(s.abs()));
        prop_assert!(loudest < 1e-6, "{} is still heard at {loudest}", spec.id);
    }

    #[test]
    fn at_rest_an_effect_is_a_pure_delay(spec in any_effect(), sound in sound(300)) {
        // Below the limiter's ceiling at rest, between the samples too: those add up to at most six times the largest one.
        let sound: Vec<_> = sound.iter().map(|frame| Lanes(frame.0.map(|sample| sample * 0.09))).collect();
        let mut effect = fresh(spec);
        let late = effect.latency_frames();
        let heard = [sound.clone(), vec![Lanes::SILENCE; late]].concat();
        let out = run(effect.as_mut(), 0, &heard, &[64]);
        prop_assert_eq!(bits(&out[late..]), bits(&sound));
    }

    #[test]
    fn strips_never_touch_each_other_over_many_banks(
        strips in prop::sample::select(vec![1_usize, 8, 9, 32]), kept in 0_usize..32,
        turns in vec((0_usize..32, 0..Stage::COUNT, 0_usize..64, 0.0_f32..=1.0), 0..40), sound in sound(256),
    ) {
        let kept = kept % strips;
        let hear = |alone: bool| {
            let mut banks: Vec<_> = (0..strips.div_ceil(LANES)).map(|_| Bank::new(FORMAT)).collect();
            for (strip, stage, param, place) in turns.iter().filter(|t| t.0 == kept || (!alone && t.0 < strips)) {
                // What works on pairs, and what links them, joins two strips by intent.
                let stage = Stage::ALL[*stage];
                let param = param % stage.params().len();
                if !stage.spec().pairs && stage.params()[param].id != "link" {
                    let value = value(&stage.params()[param], *place);
                    banks[strip / LANES].set(strip % LANES, stage, ParamId(param as u8), value);
                }
            }
            let mut heard = Vec::new();
            for (number, bank) in banks.iter_mut().enumerate() {
                let mut input = sound.clone();
                for (lane, frame) in (0..LANES).flat_map(|lane| (0..256).map(move |n| (lane, n))) {
                    let strip = number * LANES + lane;
                    let silent = strip >= strips || (alone && strip != kept);
                    input[frame].0[lane] *= if silent { 0.0 } else { (strip + 1) as f32 / 32.0 };
                }
                each_block(0, &mut input, &[48], |block| play(bank, block));
                if number == kept / LANES {
                    heard = input.iter().map(|frame| frame.0[kept % LANES].to_bits()).collect();
                }
            }
            heard
        };
        prop_assert_eq!(hear(true), hear(false));
    }

    #[test]
    fn a_cleared_lane_of_a_bank_is_as_new(turns in vec((0..Stage::COUNT, 0_usize..64, 0.0_f32..=1.0), 0..12), lane in 0..LANES, sound in sound(128)) {
        let (mut used, mut new) = (Bank::new(FORMAT), Bank::new(FORMAT));
        for (stage, param, place) in &turns {
            let stage = Stage::ALL[*stage];
            let param = param % stage.params().len();
            used.set(lane, stage, ParamId(param as u8), value(&stage.params()[param], *place));
        }
        each_block(0, &mut sound.clone(), &[64], |block| play(&mut used, block));
        // What works on pairs was turned for both lanes of one.
        let pair = [lane & !1, lane | 1];
        pair.iter().for_each(|lane| used.clear_lane(*lane));
        let [a, b] = [&mut used, &mut new].map(|bank| {
            let mut out = sound.clone();
            each_block(128, &mut out, &[64], |block| play(bank, block));
            bits(&out).iter().map(|frame| pair.map(|lane| frame[lane])).collect::<Vec<_>>()
        });
        prop_assert_eq!(a, b);
    }
}
