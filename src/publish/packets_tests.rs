use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// A frame that tells its own number, on both sides.
fn value(frame: u64) -> [f32; 2] {
    let exact = (frame % 9_973 + 1) as f32 / 16_384.0;
    [exact, -exact]
}

fn block(start: u64, frames: u64) -> Vec<f32> {
    (start..start + frames).flat_map(value).collect()
}

/// What came out: start, samples and missing frames of each packet; and where sound was, from and to.
type Cut = (Vec<(u64, Vec<f32>, usize)>, Vec<(u64, u64)>);

/// The packets that come of runs of sound, each `(missing before, frames)`, cut into pieces of `piece` frames.
fn packets(first: u64, runs: &[(u64, u64)], piece: u64) -> Cut {
    let (mut packetiser, mut out, mut there, mut at) = (Packetiser::default(), Vec::new(), Vec::new(), first);
    for (missing, frames) in runs {
        at += missing;
        there.push((at, at + frames));
        let end = at + frames;
        while at < end {
            let now = piece.min(end - at);
            packetiser.push(FrameIndex(at), &block(at, now), |p| out.push((p.start.0, p.samples.to_vec(), p.missing)));
            at += now;
        }
    }
    (out, there)
}

fn runs() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let missing = prop_oneof![Just(0u64), 1..200u64, 400..2_000u64];
    prop::collection::vec((missing, 1..1_500u64), 1..12)
}

proptest! {
    #[test]
    fn packets_lie_on_the_grid_and_only_wholly_missing_ones_are_left_out(first in 0..5_000u64, runs in runs()) {
        let (packets, there) = packets(first, &runs, 128);
        let end = there.last().unwrap().1;
        let expected: Vec<u64> = (0..end / 480)
            .map(|number| number * 480)
            .filter(|start| there.iter().any(|(from, to)| *from < start + 480 && *to > *start))
            .collect();
        prop_assert_eq!(packets.iter().map(|p| p.0).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn sound_that_is_there_is_never_changed_and_what_is_missing_is_counted(first in 0..5_000u64, runs in runs()) {
        let (packets, there) = packets(first, &runs, 128);
        for (start, samples, missing) in packets {
            let present: Vec<u64> =
                (start..start + 480).filter(|f| there.iter().any(|(from, to)| from <= f && f < to)).collect();
            prop_assert_eq!(missing, 480 - present.len());
            for frame in present {
                let i = 2 * (frame - start) as usize;
                prop_assert_eq!(&samples[i..i + 2], &value(frame)[..]);
            }
        }
    }

    #[test]
    fn silence_is_reached_by_a_fade_and_never_louder_than_its_neighbours(
        before in 1..200u64, hole in 1..279u64,
    ) {
        let (packets, _) = packets(0, &[(0, before), (hole, 480)], 64);
        let samples = &packets[0].1;
        let (from, to) = (before as usize, (before + hole) as usize);
        let (last, next) = (samples[2 * from - 2], samples[2 * to]);
        let fade = FADE_FRAMES.min(hole as usize / 2);
        for (i, frame) in samples[2 * from..2 * to].chunks_exact(2).enumerate() {
            prop_assert!(frame[0].abs() <= last.abs().max(next.abs()));
            prop_assert_eq!(frame[0] == 0.0, i >= fade && i < to - from - fade);
        }
    }

    #[test]
    fn the_packets_do_not_depend_on_how_the_sound_was_cut(first in 0..5_000u64, runs in runs(), piece in 1..1_100u64) {
        prop_assert_eq!(packets(first, &runs, piece).0, packets(first, &runs, 32).0);
    }

    #[test]
    fn the_step_between_packets_is_whole_packets_in_rtp_time_also_where_it_wraps(
        first in (u64::from(u32::MAX) - 20_000)..(u64::from(u32::MAX) + 5_000), runs in runs(), offset: u32,
    ) {
        let (packets, _) = packets(first, &runs, 256);
        for pair in packets.windows(2) {
            let step = rtp_time(offset, FrameIndex(pair[1].0)).wrapping_sub(rtp_time(offset, FrameIndex(pair[0].0)));
            prop_assert_eq!(step % 480, 0);
            prop_assert_eq!(u64::from(step), pair[1].0 - pair[0].0);
        }
    }

    #[test]
    fn what_was_given_up_is_dropped_whole(begun in 1..2_000u64, to in 0..4_000u64) {
        let mut packetiser = Packetiser::default();
        packetiser.push(FrameIndex(0), &block(0, begun), |_| {});
        let before = packetiser.position();
        let on = packetiser.drop_before(FrameIndex(to));
        let mut starts = BTreeMap::new();
        packetiser.push(before, &block(before.0, 9_600), |p| { starts.insert(p.start.0, p.missing); });
        let first = *starts.keys().next().unwrap();
        if to > before.0 {
            prop_assert!(on.0 >= to && on.0 < to + 480);
        }
        prop_assert!(first + 480 > before.0);
        prop_assert!(starts.values().all(|missing| *missing == 0));
    }
}

#[test]
fn only_our_own_absence_makes_sound_stale() {
    let ms = Duration::from_millis;
    assert_eq!(stale_frames(ms(1), 16_384), 0, "one long callback is fresh");
    assert_eq!(stale_frames(ms(100), 24_000), 0);
    assert_eq!(stale_frames(ms(250), 12_000), 7_200, "100 ms are kept");
    assert_eq!(stale_frames(ms(250), 3_000), 0);
}
