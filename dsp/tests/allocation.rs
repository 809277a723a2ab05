//! Nothing that runs in a callback allocates or frees.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use korero_dsp::align::Align;
use korero_dsp::bank::{Bank, Stage};
use korero_dsp::denormals::FlushToZero;
use korero_dsp::drift::{ClockFace, DriftLoop};
use korero_dsp::effect::Format;
use korero_dsp::effects::EFFECTS;
use korero_dsp::loudness::LoudnessMeter;
use korero_dsp::meter::Reading;
use korero_dsp::param::ParamId;
use korero_dsp::resample::{InputResampler, OutputResampler};
use korero_dsp::ring::RingDetector;
use korero_dsp::spectrum::Spectrum;
use korero_dsp::{GRID, LANES, LaneBlock, Lanes};

thread_local! {
    static TOUCHES: Cell<u64> = const { Cell::new(0) };
}

/// Counts every call on its thread and passes it on.
struct Trap;

// SAFETY: every call is passed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Trap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TOUCHES.with(|touches| touches.set(touches.get() + 1));
        // SAFETY: the caller keeps the promises of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        TOUCHES.with(|touches| touches.set(touches.get() + 1));
        // SAFETY: the caller keeps the promises of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static TRAP: Trap = Trap;

/// How often `work` allocated or freed.
fn touches(work: impl FnOnce()) -> u64 {
    let before = TOUCHES.with(Cell::get);
    work();
    TOUCHES.with(Cell::get) - before
}

fn noise(n: usize) -> f32 {
    (n as u32).wrapping_mul(2_654_435_761) as i32 as f32 / i32::MAX as f32
}

#[test]
fn the_trap_sees_an_allocation() {
    assert_eq!(touches(|| drop(std::hint::black_box(vec![1_u8; 100]))), 2);
}

#[test]
fn effects_process_and_are_set_without_allocating() {
    for spec in EFFECTS {
        let mut effect = spec.build();
        effect.prepare(Format { rate: 48_000.0 });
        let count = touches(|| {
            for cell in 0..1_000 {
                let mut frames = [Lanes::SILENCE; GRID];
                let mut keys = [Lanes::SILENCE; GRID];
                frames
                    .iter_mut()
                    .enumerate()
                    .for_each(|(n, frame)| *frame = Lanes::splat(2.0 * noise(cell * GRID + n)));
                let param = cell % spec.params.len();
                let value = if cell % 2 == 0 { spec.params[param].min } else { spec.params[param].max };
                effect.set(cell % LANES, ParamId(param as u8), value);
                let start = (cell * GRID) as u64;
                effect.process(&mut LaneBlock::new(start, &mut frames), &LaneBlock::new(start, &mut keys));
                effect.take_reduction_db(cell % LANES);
                if cell % 100 == 99 {
                    effect.reset();
                }
            }
        });
        assert_eq!(count, 0, "{} allocates", spec.id);
    }
}

#[test]
fn banks_alignment_and_meters_run_without_allocating() {
    let mut bank = Bank::new(Format { rate: 48_000.0 });
    let mut align = Align::new(2_000);
    let count = touches(|| {
        let _flush = FlushToZero::new();
        for cell in 0..1_000_usize {
            let mut frames = [Lanes::splat(noise(cell)); GRID];
            let (mut keys, mut cue) = ([Lanes::SILENCE; GRID], [Lanes::SILENCE; GRID]);
            let mut block = LaneBlock::new((cell * GRID) as u64, &mut frames);
            bank.set(cell % LANES, Stage::ALL[cell % 2], ParamId((cell / 2 % 2) as u8), cell as f32);
            bank.trim(&mut block);
            bank.process(&mut block, &LaneBlock::new((cell * GRID) as u64, &mut keys), &mut cue);
            align.set(cell % LANES, cell);
            align.process(&mut block);
            std::hint::black_box(Reading::of(&block));
            if cell % 100 == 99 {
                bank.clear_lane(cell % LANES);
                align.reset_lane(cell % LANES);
            }
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn resamplers_and_the_drift_loop_run_without_allocating() {
    let mut fed = InputResampler::new(44_100.0, 48_000.0, 2).unwrap();
    let mut asked = OutputResampler::new(48_000.0, 48_000.0, 2).unwrap();
    let mut drift = DriftLoop::new(48_000.0, 64, 128);
    let face = ClockFace::new(48_000.0);
    let input = vec![0.5; 2 * 3_000];
    let mut output = vec![0.0; 2 * 3_000];
    let count = touches(|| {
        for round in 0..300_usize {
            let frames = 1 + round * 37 % 3_000;
            fed.push(&input[..2 * frames], |made| {
                std::hint::black_box(made);
            });
            face.tell(round as u64 * 64, round as u64 * 1_333_333);
            let fill = face.frames_at(round as u64 * 1_333_333).unwrap_or(0.0);
            let steering = drift.update(fill, frames);
            asked.steer(steering.ratio);
            fed.steer(steering.ratio);
            asked.pull(&mut output[..2 * frames], |room| {
                room.fill(0.25);
                room.len() / 2
            });
        }
        fed.reset();
        asked.reset();
    });
    assert_eq!(count, 0);
}

#[test]
fn loudness_spectrum_and_rings_are_measured_without_allocating() {
    let mut loudness = LoudnessMeter::new(2).unwrap();
    let mut spectrum = Spectrum::new(2);
    let mut ring = RingDetector::new(2);
    let sound: Vec<f32> = (0..2 * 1_024).map(noise).collect();
    // The long form is ten minutes: a list of all blocks of a show would have grown by then.
    let rounds = if std::env::var_os("KORERO_PROVE").is_some() { 28_125 } else { 2_000 };
    let count = touches(|| {
        for round in 0..rounds {
            loudness.feed(&sound);
            if round < 100 {
                spectrum.feed(&sound);
                std::hint::black_box(ring.feed(&sound));
            }
            if round % 500 == 0 {
                std::hint::black_box((loudness.look(), spectrum.levels()));
            }
        }
        loudness.reset();
        spectrum.reset();
        ring.reset();
    });
    assert_eq!(count, 0);
}
