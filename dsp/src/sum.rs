//! Adding lanes up: what many banks give to one bus is added lane by lane and folded once.

use crate::dispatch::{Level, dispatched};
use crate::lanes::{LANES, Lanes};
use crate::smooth::Ramp;
use crate::wide::Wide;

/// What eight lanes give to the two sides of a bus. The sound is as long as what it is folded into, or longer.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// What sounds.
    pub sound: &'a [Lanes],
    /// How much of each lane goes to the left, and to the right.
    pub gains: [&'a Ramp; 2],
}

/// Writes what all lanes of all parts add up to into `lane` of `out` and, the right side, into the next one; always added in
/// one order: on each lane part by part, four at a time (as many as have their gains in the registers), then lane by lane.
/// Says whether there was any part: else nothing is written. Audio thread.
pub fn fold<'a>(level: Level, mut parts: impl Iterator<Item = Part<'a>>, out: &mut [Lanes], lane: usize) -> bool {
    let mut any = false;
    loop {
        match [parts.next(), parts.next(), parts.next(), parts.next()] {
            [None, ..] => return any,
            [Some(a), None, ..] => fold_one(level, &[a], out, lane, any),
            [Some(a), Some(b), None, _] => fold_two(level, &[a, b], out, lane, any),
            [Some(a), Some(b), Some(c), None] => fold_three(level, &[a, b, c], out, lane, any),
            [Some(a), Some(b), Some(c), Some(d)] => fold_four(level, &[a, b, c, d], out, lane, any),
        }
        any = true;
    }
}

dispatched! { wide fn fold_one(parts: &[Part<'_>; 1], out: &mut [Lanes], lane: usize, more: bool) = fold_kernel::<1>; }
dispatched! { wide fn fold_two(parts: &[Part<'_>; 2], out: &mut [Lanes], lane: usize, more: bool) = fold_kernel::<2>; }
dispatched! { wide fn fold_three(parts: &[Part<'_>; 3], out: &mut [Lanes], lane: usize, more: bool) = fold_kernel::<3>; }
dispatched! { wide fn fold_four(parts: &[Part<'_>; 4], out: &mut [Lanes], lane: usize, more: bool) = fold_kernel::<4>; }
dispatched! {
    /// Raises `peaks` to the largest magnitude of `sound` times `gain`, lane by lane. NaN counts as silence. Audio thread.
    wide pub fn raise(sound: &[Lanes], gain: &Ramp, peaks: &mut Lanes) = raise_kernel;
}

#[inline(always)]
fn fold_kernel<W: Wide, const N: usize>(parts: &[Part<'_>; N], out: &mut [Lanes], lane: usize, more: bool) {
    let (mut gains, mut still, lane) = ([[W::splat(0.0); 2]; N], true, lane.min(LANES - 2));
    for (gains, part) in gains.iter_mut().zip(parts) {
        *gains = [W::load(&part.gains[0].at(0)), W::load(&part.gains[1].at(0))];
        still &= part.gains[0].rests() & part.gains[1].rests();
    }
    let frames = parts.iter().fold(out.len(), |frames, part| frames.min(part.sound.len()));
    let mut sounds = parts.each_ref().map(|part| &part.sound[..frames]);
    for (at, frame) in out[..frames].iter_mut().enumerate() {
        // A resting gain is read once: the usual case.
        if !still {
            for (gains, part) in gains.iter_mut().zip(parts) {
                *gains = [W::load(&part.gains[0].at(at)), W::load(&part.gains[1].at(at))];
            }
        }
        let mut sums = [W::splat(0.0); 2];
        for (sound, gains) in sounds.iter_mut().zip(&gains) {
            let Some((now, rest)) = sound.split_first() else { continue };
            let now = W::load(now);
            sums = [sums[0].add(now.mul(gains[0])), sums[1].add(now.mul(gains[1]))];
            *sound = rest;
        }
        let sides = sums[0].across(sums[1]);
        let before = if more { [frame.0[lane], frame.0[lane + 1]] } else { [0.0; 2] };
        frame.0[lane] = before[0] + sides[0];
        frame.0[lane + 1] = before[1] + sides[1];
    }
}

#[inline(always)]
fn raise_kernel<W: Wide>(sound: &[Lanes], gain: &Ramp, peaks: &mut Lanes) {
    let (mut highest, mut now) = (W::load(peaks), W::load(&gain.at(0)));
    for (at, sound) in sound.iter().enumerate() {
        // A resting gain is read once: the usual case.
        if !gain.rests() {
            now = W::load(&gain.at(at));
        }
        highest = W::load(sound).mul(now).magnitude().max(highest);
    }
    *peaks = highest.lanes();
}
