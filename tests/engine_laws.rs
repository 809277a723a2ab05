//! Laws of the engine: what it plays, what it never does, and how it dates what it lost.
//!
//! The allocation trap works in every build. With RealtimeSanitizer, which the stable toolchain carries for Linux, the
//! same tests also prove that nothing blocks (a finding prints its stack and exits with 43):
//!
//! ```sh
//! RTSAN_LIB_PATH=$(rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/lib/librustc-stable_rt.rtsan.a \
//! RTSAN_ENABLE=1 CARGO_TARGET_DIR=target/rtsan cargo test -p korero --test engine_laws -- --test-threads 1
//! ```

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use korero::desk::address::ChannelName;
use korero::desk::channel::{Control, Insert, Section};
use korero::desk::{Desk, Strip, StripInput};
use korero::engine::{self, Engine, EngineHandle, TapReader, TapSource, tap};
use korero::limits::{MAX_INPUTS, MAX_STRIPS, MAX_TAPS};
use korero::timeline::{FrameIndex, Gap, GapCause};
use korero_dsp::bank::{Place, Stage};
use korero_dsp::effects::EFFECTS;
use korero_dsp::slot::Kind;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use uuid::Uuid;

/// Counts what is allocated or freed while the trap is armed on a thread.
struct Trap;

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
    static CAUGHT: Cell<u64> = const { Cell::new(0) };
}

fn note() {
    if ARMED.get() {
        CAUGHT.set(CAUGHT.get() + 1);
    }
}

// SAFETY: everything is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Trap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: the caller keeps the promises of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        note();
        // SAFETY: the caller keeps the promises of `dealloc`.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Trap = Trap;

/// What the audio thread does, as RealtimeSanitizer watches it.
#[rtsan_standalone::nonblocking]
fn play_nonblocking(engine: &mut Engine, samples: &[f32], channels: usize) {
    engine.process(samples, channels);
}

#[rtsan_standalone::nonblocking]
fn skip_nonblocking(engine: &mut Engine, frames: u64) {
    engine.skip(frames, GapCause::Device);
}

/// An engine that plays `desk`, before its first frame.
fn playing(desk: &Desk) -> (Engine, EngineHandle) {
    let (mut engine, mut handle) = engine::new(Uuid::nil());
    handle.set_desk(desk).expect("the desk fits");
    engine.begin(1);
    (engine, handle)
}

fn tapped(handle: &mut EngineHandle, source: TapSource) -> TapReader {
    handle.open_tap(source, Duration::from_secs(10)).expect("a free tap")
}

/// Everything that waits in a tap, laid out from frame 0; what is missing is 0. Also the gaps.
fn drain(tap: &mut TapReader) -> (Vec<f32>, Vec<Gap>) {
    let (mut laid, mut gaps, mut block) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(read) = tap.read(&mut block) {
        gaps.extend(read.gap);
        let start = read.start.0 as usize * tap.channels();
        assert!(start >= laid.len(), "the index never goes back");
        laid.resize(start, 0.0);
        laid.extend_from_slice(&block);
    }
    (laid, gaps)
}

/// The mix of `desk` over `samples` in one go, and the cue.
fn mix_and_cue(desk: &Desk, samples: &[f32], channels: usize) -> (Vec<f32>, Vec<f32>) {
    let (mut engine, mut handle) = playing(desk);
    let (mut mix, mut cue) = (tapped(&mut handle, TapSource::Mix), tapped(&mut handle, TapSource::Cue(0)));
    engine.process(samples, channels);
    (drain(&mut mix).0, drain(&mut cue).0)
}

/// Noise of ±`peak`, the same for the same seed.
fn noise(seed: u32, samples: usize, peak: f32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..samples).map(|_| next() * peak).collect()
}

/// White noise up to here has no peak between its samples that reaches the limiter's ceiling.
const BELOW_CEILING: f32 = 0.14;

fn bits(samples: &[f32]) -> Vec<u32> {
    // Adding 0 makes −0 and 0 the same: they are the same sound.
    samples.iter().map(|sample| (sample + 0.0).to_bits()).collect()
}

fn mono(count: u8) -> Desk {
    Desk::for_inputs(count, |input| format!("{input}"))
}

fn pair() -> Desk {
    Desk { strips: vec![Strip::new("Pair", StripInput::Stereo(1, 2))], ..Desk::default() }
}

fn inputs() -> impl Strategy<Value = Vec<StripInput>> {
    let input =
        prop_oneof![(1u8..=32).prop_map(StripInput::Mono), (1u8..=31).prop_map(|n| StripInput::Stereo(n, n + 1))];
    vec(input, 0..=MAX_STRIPS)
}

/// Strips with everything on the desk turned at random: which channel, which of its controls, how far between its ends.
fn turned(inputs: Vec<StripInput>, inserts: &[(usize, usize, usize)], turns: &[(usize, usize, f32)]) -> Desk {
    let strips: Vec<_> = inputs.into_iter().map(|input| Strip::new("", input)).collect();
    let named = strips.iter().map(|strip| ChannelName::Strip(strip.id.clone()));
    let names: Vec<_> = named.chain(ChannelName::fixed().filter(|name| *name != ChannelName::Desk)).collect();
    let mut desk = Desk { strips, ..Desk::default() };
    for (channel, place, kind) in inserts {
        let channel = names[channel % names.len()].of_mut(&mut desk).expect("it is there");
        if !channel.section(Section::Stage(Stage::Trim)).is_empty() {
            channel.put(Place::ALL[place % 3], Some(Insert::new(Kind((kind % EFFECTS.len()) as u8))));
        }
    }
    for (channel, control, way) in turns {
        let channel = names[channel % names.len()].of_mut(&mut desk).expect("it is there");
        let controls: Vec<_> = channel.controls().collect();
        let control = controls[control % controls.len()];
        let spec = channel.role().spec(control).expect("it has it");
        let lowest = spec.min.max(-60.0);
        channel.set(control, lowest + (spec.max - lowest) * way);
    }
    desk
}

prop_compose! {
    fn desks()(
        inputs in inputs(),
        inserts in vec((0..99_usize, 0..3_usize, 0..99_usize), 0..6),
        turns in vec((0..99_usize, 0..999_usize, 0.0_f32..=1.0), 0..80),
    ) -> Desk {
        turned(inputs, &inserts, &turns)
    }
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

    #[test]
    fn the_gaps_of_a_slow_reader_sum_up_to_what_it_lost(steps in vec((1usize..200, 0usize..12), 1..60)) {
        let (mut writer, mut reader) = tap::tap(2, Duration::from_millis(2), FrameIndex(0));
        let (mut next, mut read, mut told, mut expected) = (0u64, 0u64, 0u64, 0u64);
        let mut block = Vec::new();
        let mut look = |reader: &mut TapReader| {
            let Some(got) = reader.read(&mut block) else { return false };
            if let Some(gap) = got.gap {
                assert!(gap.exact && gap.cause == GapCause::Tap && gap.start.0 == expected && gap.end() == got.start);
                told += gap.frames;
            }
            let firsts: Vec<f32> = block.iter().step_by(2).copied().collect();
            assert!(firsts.iter().enumerate().all(|(at, sample)| *sample == (got.start.0 as usize + at) as f32));
            read += got.frames as u64;
            expected = got.start.0 + got.frames as u64;
            true
        };
        let mut write = |frames: usize| {
            let samples: Vec<f32> = (0..frames * 2).map(|at| (next as usize + at / 2) as f32).collect();
            writer.write(FrameIndex(next), &samples);
            next += frames as u64;
        };
        for (frames, reads) in steps {
            write(frames);
            (0..reads).for_each(|_| { look(&mut reader); });
        }
        while look(&mut reader) {}
        write(1);
        while look(&mut reader) {}
        prop_assert_eq!(told, reader.lost_frames());
        prop_assert_eq!(told + read, next);
    }

    #[test]
    fn after_lost_frames_mix_and_inputs_stay_aligned(
        steps in vec((1usize..300, prop_oneof![Just(0u64), 1u64..60, 60u64..5_000]), 1..20), seed: u32,
    ) {
        let (mut engine, mut handle) = playing(&pair());
        let mut mix = tapped(&mut handle, TapSource::Mix);
        let mut dry = tapped(&mut handle, TapSource::Inputs { channels: 2 });
        let (mut skips, mut end) = (Vec::new(), 0);
        for (at, (frames, lost)) in steps.iter().enumerate() {
            engine.process(&noise(seed ^ at as u32, frames * 2, BELOW_CEILING), 2);
            end += *frames as u64;
            engine.skip(*lost, GapCause::Device);
            if *lost > 0 {
                skips.push(Gap { start: FrameIndex(end), frames: *lost, cause: GapCause::Device, exact: false });
            }
            end += lost;
        }
        engine.process(&noise(seed, 400, BELOW_CEILING), 2);
        prop_assert_eq!(engine.position(), FrameIndex(end + 200));
        let ((mix, mix_gaps), (dry, dry_gaps)) = (drain(&mut mix), drain(&mut dry));
        // What is missing is laid out as silence, and the mix is silent there: so one comparison says all.
        prop_assert_eq!(bits(&mix), bits(&dry[..mix.len()]));
        prop_assert!(mix.len() >= dry.len() - 2 * 128);
        prop_assert_eq!(&dry_gaps, &skips);
        prop_assert!(mix_gaps.iter().all(|gap| skips.iter().any(|skip| skip.start == gap.start && skip.frames > gap.frames)));
        prop_assert_eq!(handle.take_gaps(), skips.clone());
        prop_assert_eq!(handle.frames_skipped(), skips.iter().map(|gap| gap.frames).sum::<u64>());
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
fn the_trap_catches_what_is_allocated_and_what_is_freed() {
    ARMED.set(true);
    let kept = std::hint::black_box(Box::new(5));
    drop(kept);
    ARMED.set(false);
    assert_eq!(CAUGHT.get(), 2);
}

#[test]
fn the_audio_thread_never_allocates_or_frees() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut engine, mut handle) = playing(&mono(8));
    let samples = noise(5, 8_192 * 8, 1.5);
    let mut taps: Vec<TapReader> = Vec::new();
    let (mut block, mut seen) = (Vec::with_capacity(65_536), 0);
    korero_dsp::warm_up();
    for turn in 0..4_000 {
        let (desk, size, dice, channels) =
            (desks(), 1usize..1_200, 0..100, 1usize..=8).new_tree(&mut runner).unwrap().current();
        if dice < 70 {
            handle.set_desk(&desk).unwrap();
        }
        if turn % 7 == 0 && taps.len() == MAX_TAPS {
            taps.remove(dice as usize % MAX_TAPS);
        } else if turn % 5 == 0 {
            let source = [TapSource::Mix, TapSource::Cue(0), TapSource::Inputs { channels }][turn % 3];
            taps.extend(handle.open_tap(source, Duration::from_millis(20)));
        }
        let size = if turn % 100 == 0 { 8_192 } else { size };
        ARMED.set(true);
        play_nonblocking(&mut engine, &samples[..size * channels], channels);
        if dice > 95 {
            skip_nonblocking(&mut engine, size as u64);
        }
        ARMED.set(false);
        if dice % 3 == 0 {
            seen += taps.iter_mut().filter_map(|tap| tap.read(&mut block)).count();
        }
        handle.collect();
    }
    assert!(seen > 1_000);
    assert_eq!(CAUGHT.get(), 0);
}

#[test]
fn a_tap_that_is_dropped_makes_room_for_another_one_even_while_no_interface_runs() {
    let (mut engine, mut handle) = playing(&pair());
    for round in 0..5 {
        let open: Vec<_> = (0..MAX_TAPS).map(|_| tapped(&mut handle, TapSource::Mix)).collect();
        assert!(handle.open_tap(TapSource::Mix, Duration::from_secs(1)).is_err());
        if round % 2 == 0 {
            engine.process(&[0.1; 512], 2);
            assert!(open.iter().all(|tap| tap.frames_waiting() > 0));
        }
    }
    let mut last = tapped(&mut handle, TapSource::Cue(0));
    engine.process(&[0.1; 512], 2);
    assert_eq!(last.read(&mut Vec::new()).map(|block| block.frames), Some(256));
}

#[test]
fn a_tap_says_when_the_engine_is_gone_but_first_gives_all_its_sound() {
    let (mut engine, mut handle) = playing(&pair());
    let mut tap = tapped(&mut handle, TapSource::Inputs { channels: 3 });
    engine.process(&[0.5, 0.25].repeat(100), 2);
    drop(engine);
    assert!(!tap.is_closed());
    let (sound, _) = drain(&mut tap);
    assert_eq!(sound, [0.5, 0.25, 0.0].repeat(100), "an input that is not there is silent");
    assert!(tap.is_closed());
    assert!(handle.set_desk(&pair()).is_err() && handle.open_tap(TapSource::Mix, Duration::ZERO).is_err());
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
fn the_epoch_is_known_from_the_first_frame_on() {
    let (mut engine, handle) = engine::new(Uuid::from_u128(5));
    assert_eq!((handle.epoch(), handle.position()), (None, FrameIndex(0)));
    engine.begin(1_700_000_000_000_000_000);
    engine.begin(5);
    engine.process(&[0.0; 77], 1);
    engine.skip(23, GapCause::Away);
    let epoch = handle.epoch().unwrap();
    assert_eq!((epoch.id, epoch.utc_ns_at_frame_0), (Uuid::from_u128(5), 1_700_000_000_000_000_000));
    assert_eq!(handle.position(), FrameIndex(100));
}
