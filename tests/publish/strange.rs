//! A few hundred cases of what `cargo xtask prove 5.6` searches for hours.

use super::network::{TARGETS, run, seeds};

/// SplitMix64.
fn chance(state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed ^ (mixed >> 27)) >> 3) as usize
}

/// Cut, doubled, turned over, or with bytes that are others.
fn changed(mut seed: Vec<u8>, state: &mut u64) -> Vec<u8> {
    for _ in 0..=chance(state) % 4 {
        if seed.is_empty() {
            break;
        }
        let (from, to) = (chance(state) % seed.len(), chance(state) % seed.len());
        let (from, to) = (from.min(to), from.max(to));
        match chance(state) % 6 {
            0 => seed.truncate(to),
            1 => drop(seed.drain(from..to)),
            2 => seed.extend_from_within(from..to),
            3 => seed[from..to].reverse(),
            4 => seed[to] = [0, b'\n', b' ', b'9', b':', 255][chance(state) % 6],
            _ => seed[from] ^= 1 << (chance(state) % 8),
        }
    }
    seed
}

#[test]
fn no_answer_and_no_report_is_too_strange() {
    let mut state = 11;
    for target in TARGETS {
        let seeds = seeds(target);
        seeds.iter().for_each(|seed| run(target, seed));
        for time in 0..300 {
            run(target, &changed(seeds[time % seeds.len()].clone(), &mut state));
        }
    }
}
