//! How the engine dates its sound, what it says of what is lost, and who may listen.

use std::time::Duration;

use korero::engine::{self, TapReader, TapSource, tap};
use korero::limits::MAX_TAPS;
use korero::timeline::{FrameIndex, Gap, GapCause};
use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

use super::{BELOW_CEILING, bits, drain, noise, pair, playing, tapped};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

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
