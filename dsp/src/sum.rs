//! Adding lanes up: what many banks send to one bus is kept lane by lane and folded once.

use crate::dispatch::{Level, dispatched, frame_by_frame};
use crate::lanes::{LANES, Lanes};
use crate::smooth::Ramp;

/// Adds `sound` times `gain` to `sums`; `fresh` sums begin with it. All slices have one length. Audio thread.
pub fn send(level: Level, sound: &[Lanes], gain: &Ramp, sums: &mut [Lanes], fresh: bool) {
    run_send(level, sound, gain, sums, fresh);
}

/// Writes the sum of each frame's lanes into one lane of `out`, always added in one order. Audio thread.
pub fn fold(level: Level, sums: &[Lanes], out: &mut [Lanes], lane: usize) {
    run_fold(level, sums, out, lane);
}

/// Raises `peaks` to the largest magnitude of `sound` times `gain`, lane by lane. NaN counts as silence. Audio thread.
pub fn raise(level: Level, sound: &[Lanes], gain: &Ramp, peaks: &mut Lanes) {
    run_raise(level, sound, gain, peaks);
}

dispatched! { fn run_send(sound: &[Lanes], gain: &Ramp, sums: &mut [Lanes], fresh: bool) = send_kernel; }
dispatched! { fn run_fold(sums: &[Lanes], out: &mut [Lanes], lane: usize) = fold_kernel; }
dispatched! { fn run_raise(sound: &[Lanes], gain: &Ramp, peaks: &mut Lanes) = raise_kernel; }

#[inline(always)]
fn send_kernel(sound: &[Lanes], gain: &Ramp, sums: &mut [Lanes], fresh: bool) {
    // A resting gain is read once: the usual case, and worth its own loop.
    match (gain.rests(), fresh) {
        (true, true) => {
            let gain = gain.at(0);
            sums.iter_mut().zip(sound).for_each(|(sum, sound)| *sum = times(sound, &gain));
        }
        (true, false) => {
            let gain = gain.at(0);
            sums.iter_mut().zip(sound).for_each(|(sum, sound)| add(sum, &times(sound, &gain)));
        }
        (false, true) => {
            let frames = sums.iter_mut().zip(sound).enumerate();
            frames.for_each(|(at, (sum, sound))| *sum = times(sound, &gain.at(at)));
        }
        (false, false) => {
            let frames = sums.iter_mut().zip(sound).enumerate();
            frames.for_each(|(at, (sum, sound))| add(sum, &times(sound, &gain.at(at))));
        }
    }
}

#[inline(always)]
fn fold_kernel(sums: &[Lanes], out: &mut [Lanes], lane: usize) {
    for (out, sums) in out.iter_mut().zip(sums) {
        frame_by_frame();
        // Halves upon each other, which is how registers add.
        let s = &sums.0;
        let four = [s[0] + s[4], s[1] + s[5], s[2] + s[6], s[3] + s[7]];
        let two = [four[0] + four[2], four[1] + four[3]];
        out.0[lane] = two[0] + two[1];
    }
}

#[inline(always)]
fn raise_kernel(sound: &[Lanes], gain: &Ramp, peaks: &mut Lanes) {
    let (mut highest, still, mut now) = (*peaks, gain.rests(), gain.at(0));
    for (at, sound) in sound.iter().enumerate() {
        frame_by_frame();
        if !still {
            now = gain.at(at);
        }
        let faded = times(sound, &now);
        for lane in 0..LANES {
            let magnitude = faded.0[lane].abs();
            highest.0[lane] = if magnitude > highest.0[lane] { magnitude } else { highest.0[lane] };
        }
    }
    *peaks = highest;
}

#[inline(always)]
fn times(sound: &Lanes, gain: &Lanes) -> Lanes {
    let mut product = *sound;
    for lane in 0..LANES {
        product.0[lane] *= gain.0[lane];
    }
    product
}

#[inline(always)]
fn add(sum: &mut Lanes, more: &Lanes) {
    for lane in 0..LANES {
        sum.0[lane] += more.0[lane];
    }
}
