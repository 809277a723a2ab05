//! Denoises a file of raw 32-bit floats (one channel, 48 kHz), for measuring speech quality with tools outside.
//!
//! `cargo run --release -p korero-dsp --example denoise -- IN OUT [bare]`; `bare` has neither guard nor limit. What is
//! written is as long as the input and lies where the input lies.

#![expect(clippy::unwrap_used, reason = "a tool that stops at the first mistake")]

use korero_dsp::dispatch::Level;
use korero_dsp::effect::{Effect, Format};
use korero_dsp::effects::denoise;
use korero_dsp::{GRID, LaneBlock, Lanes};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let bytes = std::fs::read(&words[0]).unwrap();
    let mut sound: Vec<f32> = bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    let frames = sound.len();
    sound.resize((frames + denoise::LATENCY).next_multiple_of(GRID), 0.0);
    let mut effect = denoise::Denoise::new(Level::best());
    effect.prepare(Format { rate: 48_000.0 });
    effect.set(0, denoise::ON, 1.0);
    if words.get(2).is_some_and(|word| word == "bare") {
        effect.set(0, denoise::GUARD, 0.0);
        effect.set(0, denoise::LIMIT, 60.0);
    }
    for (cell, samples) in sound.chunks_mut(GRID).enumerate() {
        let mut block = [Lanes::SILENCE; GRID];
        let mut keys = [Lanes::SILENCE; GRID];
        block.iter_mut().zip(samples.iter()).for_each(|(frame, sample)| frame.0[0] = *sample);
        let start = (cell * GRID) as u64;
        effect.process(&mut LaneBlock::new(start, &mut block), &LaneBlock::new(start, &mut keys));
        samples.iter_mut().zip(&block).for_each(|(sample, frame)| *sample = frame.0[0]);
    }
    let out = &sound[denoise::LATENCY..denoise::LATENCY + frames];
    std::fs::write(&words[1], out.iter().flat_map(|sample| sample.to_le_bytes()).collect::<Vec<_>>()).unwrap();
}
