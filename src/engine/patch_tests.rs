use korero_dsp::effects::denoise::HOP;

use super::*;
use crate::desk::channel::Insert;
use crate::desk::{Desk, Strip};

/// How many of these lanes compute, at most, in `block` frames one after another: the worst stretch begins with one of them.
fn most_at_once(phases: &[usize], block: usize) -> usize {
    let in_block = |begin: usize, phase: &usize| {
        let first = (phase + HOP - begin) % HOP;
        if first < block { 1 + (block - 1 - first) / HOP } else { 0 }
    };
    let from = |begin: &usize| phases.iter().map(|phase| in_block(*begin, phase)).sum();
    phases.iter().map(from).max().unwrap_or(0)
}

#[test]
fn however_many_strips_are_denoised_no_callback_computes_more_than_its_share() {
    let (mut patch, mut desk) = (Patch::new(), Desk::default());
    for strips in 1..=32_usize {
        let mut strip = Strip::new("", StripInput::Mono(strips as u8));
        strip.channel.put(Place::ALL[strips % 3], kind("denoise").map(Insert::new));
        desk.strips.push(strip);
        // One strip after another, as an engineer adds them.
        patch = patch.toward(&Setting::of(&desk), true).0;
        let phases: Vec<usize> = patch.phases.values().map(|phase| usize::from(*phase)).collect();
        assert_eq!(phases.len(), strips);
        for block in 32..=512 {
            let (most, bound) = (most_at_once(&phases, block), (strips * block).div_ceil(HOP));
            assert!(most <= bound, "{strips} strips, {block} frames: {most} > {bound}");
        }
    }
    assert_eq!(most_at_once(&[0; 5], 1), 5, "lanes that were not spread would be caught");
    assert_eq!(most_at_once(&[7], 481), 2);
}
