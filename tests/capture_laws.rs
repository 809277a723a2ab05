//! The laws of the sound callbacks, from the device's samples to the engine and from the cue to the headphones: no
//! allocation, no free, nothing that blocks.
//!
//! The allocation trap works in every build; with RealtimeSanitizer (the command stands in `engine_laws.rs`) the same
//! test proves that nothing blocks either.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use korero::audio::{Interface, Pump, Script, ScriptedFormat, ScriptedHost, ScriptedKind, ScriptedSource, Wanted};
use korero::engine::{self, TapSource};
use uuid::Uuid;

/// Counts what is allocated or freed while it is armed on a thread.
struct Trap;

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
    static CAUGHT: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    if ARMED.get() {
        CAUGHT.set(CAUGHT.get() + 1);
    }
}

// SAFETY: everything is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Trap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the promises of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count();
        // SAFETY: the caller keeps the promises of `dealloc`.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Trap = Trap;

/// One callback of capture and one of the headphones, as RealtimeSanitizer watches them.
#[rtsan_standalone::nonblocking]
fn callbacks(pump: &Pump, frames: usize) {
    pump.pump(frames);
}

/// What was allocated or freed in callbacks of many sizes, losses included.
fn caught(rate: u32, format: ScriptedFormat) -> u64 {
    let sources = vec![ScriptedSource::Counter {}, ScriptedSource::Noise { inputs: 17 }];
    let (host, pump) = ScriptedHost::manual(Script { sources, rate, format, ..Script::default() });
    let id = host.id().to_owned();
    let (engine, mut handle) = engine::new(Uuid::nil());
    let tap = |handle: &mut engine::EngineHandle, source| {
        handle.open_tap(source, Duration::from_millis(500)).expect("a free tap")
    };
    let cue = tap(&mut handle, TapSource::Cue(0));
    let mut inputs = tap(&mut handle, TapSource::Inputs { channels: 18 });
    let mut interface = Interface::new(Box::new(host), engine);
    interface.choose(Wanted::new(id.clone())).expect("the scripted device");
    interface.choose_monitor(Some(Wanted::new(id)), Some(cue)).expect("its outputs");
    // The first callback may warm up, and the script makes room for its largest.
    pump.pump(8_192);
    let mut block = Vec::new();
    for round in 0..2_000_u64 {
        let frames = 1 + (round * 7_919 % 2_048) as usize;
        if round % 97 == 96 {
            pump.fault(ScriptedKind::Xrun { frames: 512 + round });
        }
        if round % 89 == 88 {
            pump.fault(ScriptedKind::Nan { input: 2, frames: round });
        }
        ARMED.set(true);
        callbacks(&pump, frames);
        ARMED.set(false);
        while inputs.read(&mut block).is_some() {}
    }
    assert!(handle.frames_skipped() > 0, "losses were made");
    CAUGHT.take()
}

#[test]
fn callbacks_of_any_size_and_format_allocate_and_free_nothing() {
    for format in [ScriptedFormat::I16, ScriptedFormat::I24, ScriptedFormat::I32, ScriptedFormat::F32] {
        assert_eq!(caught(48_000, format), 0, "{format:?}");
    }
}

#[test]
fn a_resampled_device_allocates_and_frees_nothing_either() {
    for rate in [44_100, 96_000, 192_000] {
        assert_eq!(caught(rate, ScriptedFormat::I32), 0, "at {rate} Hz");
    }
}
