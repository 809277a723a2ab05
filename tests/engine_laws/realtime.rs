//! What the audio thread never does.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use korero::desk::address::SlotName;
use korero::desk::channel::Place;
use korero::engine::{Engine, TapReader, TapSource};
use korero::limits::MAX_TAPS;
use korero::timeline::GapCause;
use proptest::strategy::{Strategy, ValueTree};

use super::{desks, mono, noise, playing, random_desk};

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
    let (mut block, mut seen, mut listened, mut feed) = (Vec::with_capacity(65_536), 0, 0, None);
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
        match turn % 11 {
            0 => feed = handle.play_back().ok(),
            5 => feed = None,
            _ => feed.iter_mut().for_each(|feed| feed.push(&samples[..size])),
        }
        if turn % 3 == 0 {
            let mut slots = random_desk::names(&desk)
                .into_iter()
                .flat_map(|channel| Place::ALL.map(|place| SlotName { channel: channel.clone(), place }));
            let slot = slots.rfind(|slot| slot.gives_removed(&desk));
            listened += usize::from(slot.is_some());
            handle.hear_removed(slot).unwrap();
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
    assert!(seen > 1_000 && listened > 100, "{seen} {listened}");
    assert_eq!(CAUGHT.get(), 0);
}
