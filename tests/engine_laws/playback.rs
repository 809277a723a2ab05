//! A take in the headphones: heard there alone, instead of what is heard there, and without a click.

use korero::desk::channel::Control;
use korero::engine::{PlaybackFeed, TapSource};
use korero::limits::PLAYBACK_FRAMES;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{bits, drain, mono, noise, playing, tapped};

/// By when every glide has arrived: 16 cells, and the one that it begins in.
const ARRIVED: usize = 17 * 32;

/// What all ways out gave while `samples` of 2 inputs were played in callbacks of `sizes`, and `act` did something before each.
fn heard(
    samples: &[f32],
    sizes: &[usize],
    mut act: impl FnMut(usize, &mut korero::engine::EngineHandle),
) -> [Vec<f32>; 4] {
    let mut desk = mono(2);
    for strip in &mut desk.strips {
        strip.channel.set(Control::SOLO, 1.0);
    }
    let (mut engine, mut handle) = playing(&desk);
    let sources = [TapSource::Mix, TapSource::Inputs { channels: 2 }, TapSource::Cue(0), TapSource::Cue(1)];
    let mut taps = sources.map(|source| tapped(&mut handle, source));
    let mut done = 0;
    for (nth, size) in sizes.iter().enumerate() {
        act(nth, &mut handle);
        let end = (done + size * 2).min(samples.len());
        engine.process(&samples[done..end], 2);
        done = end;
        handle.collect();
    }
    taps.each_mut().map(|tap| drain(tap).0)
}

fn begun(handle: &mut korero::engine::EngineHandle, stereo: &[f32]) -> PlaybackFeed {
    let mut feed = handle.play_back().expect("room in the mail");
    feed.push(stereo);
    feed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn only_the_first_headphone_mix_hears_a_take_and_after_it_what_it_heard_before(
        sizes in vec(1usize..900, 12..30), seed: u32, at in 0usize..4,
    ) {
        let frames: usize = sizes.iter().sum::<usize>() + 3 * ARRIVED;
        let sizes: Vec<_> = sizes.into_iter().chain([3 * ARRIVED]).collect();
        let (samples, take) = (noise(seed, frames * 2, 0.1), noise(!seed, 2 * PLAYBACK_FRAMES, 0.5));
        let mut feed = None;
        let with = heard(&samples, &sizes, |nth, handle| {
            if nth == at {
                feed = Some(begun(handle, &take));
            } else if nth + 1 == sizes.len() {
                feed = None;
            }
        });
        let without = heard(&samples, &sizes, |_, _| {});
        for other in [0, 1, 3] {
            prop_assert_eq!(bits(&with[other]), bits(&without[other]));
        }
        prop_assert_ne!(bits(&with[2]), bits(&without[2]));
        let end = 2 * (frames - ARRIVED);
        prop_assert_eq!(bits(&with[2][end..]), bits(&without[2][end..]));
    }

    #[test]
    fn any_split_into_callbacks_plays_a_take_with_the_same_bits(sizes in vec(1usize..700, 2..20), seed: u32) {
        let frames: usize = sizes.iter().sum();
        let (samples, take) = (noise(seed, frames * 2, 0.1), noise(!seed, 2 * PLAYBACK_FRAMES, 0.5));
        let mut feeds = Vec::new();
        let mut play = |sizes: &[usize]| {
            heard(&samples, sizes, |nth, handle| if nth == 0 { feeds.push(begun(handle, &take)) })
        };
        let (split, whole) = (play(&sizes), play(&[frames]));
        prop_assert_eq!(bits(&split[2]), bits(&whole[2]));
    }
}

#[test]
fn while_a_take_plays_nothing_else_is_in_the_headphones_and_every_frame_of_it_comes_in_order() {
    let frames = 4_000;
    let take: Vec<f32> = (0..2 * frames).map(|at| at as f32 / 100_000.0).collect();
    let mut feed = None;
    let cue = &heard(&noise(3, frames * 2, 0.5), &[frames], |_, handle| feed = Some(begun(handle, &take)))[2];
    let gain = cue[2 * ARRIVED] / take[2 * ARRIVED];
    assert!(gain > 0.0);
    for (heard, played) in cue.iter().zip(&take).skip(2 * ARRIVED) {
        assert!((heard - played * gain).abs() < 1e-6, "{heard} for {played}");
    }
    assert_eq!(feed.expect("it plays").played(), frames as u64);
}

#[test]
fn neither_the_start_nor_a_jump_nor_the_end_of_a_take_steps() {
    let frames = 8 * ARRIVED;
    let steady = vec![0.5; 2 * PLAYBACK_FRAMES];
    let mut feeds = Vec::new();
    let cue = &heard(&vec![0.0; frames * 2], &[2 * ARRIVED, 2 * ARRIVED, frames], |nth, handle| match nth {
        0 | 1 => feeds.push(begun(handle, &steady)),
        _ => feeds.clear(),
    })[2];
    let highest = cue.iter().fold(0.0_f32, |most, sample| most.max(*sample));
    let steps = cue.windows(3).map(|three| (three[2] - three[0]).abs());
    assert!(steps.fold(0.0, f32::max) <= highest / 500.0, "a glide takes 512 frames");
    // From one to the other nothing is missing.
    let jump = &cue[4 * ARRIVED..8 * ARRIVED];
    assert!(jump.iter().all(|sample| (sample - highest).abs() < 1e-5));
    assert_eq!(cue[cue.len() - 2..], [0.0, 0.0]);
}

#[test]
fn a_playback_ends_when_another_begins_or_its_feed_is_dropped_and_tells_its_feed() {
    let (mut engine, mut handle) = playing(&mono(1));
    let mut feeds: Vec<_> = (0..5).map(|_| begun(&mut handle, &[0.1; 64])).collect();
    for _ in 0..40 {
        engine.process(&[0.0; ARRIVED], 1);
        handle.collect();
    }
    let last = feeds.pop().expect("five");
    assert!(feeds.iter().all(PlaybackFeed::is_over) && !last.is_over());
    drop(engine);
    drop(handle);
    assert!(last.is_over(), "the engine is gone");
}

#[test]
fn sound_that_is_no_number_is_silence() {
    let mut feed = None;
    let wrong = [f32::NAN, f32::INFINITY, 1e30, -f32::INFINITY].repeat(1_000);
    let cue = &heard(&vec![0.0; 8_000], &[4_000], |_, handle| feed = Some(begun(handle, &wrong)))[2];
    assert!(cue.iter().all(|sample| *sample == 0.0));
}
