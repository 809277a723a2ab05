//! Any sound, any loss and any disk, in any order.

use proptest::prelude::*;

use super::*;

/// What happens between engine and disk.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    Sound(u64),
    Loss(u64, Option<GapCause>),
    Steps(u32),
    Refusals(Vec<i32>),
    Bite(Option<usize>),
}

pub(super) fn happening() -> impl Strategy<Value = Happening> {
    let cause = prop_oneof![Just(None), Just(Some(GapCause::Device)), Just(Some(GapCause::Away))];
    // EIO, ENOSPC and an interrupted call, between calls that pass.
    let refusal = prop_oneof![4 => Just(0), 1 => Just(5), 1 => Just(28), 1 => Just(4)];
    prop_oneof![
        6 => (1u64..3_000).prop_map(Happening::Sound),
        2 => (1u64..9_000, cause).prop_map(|(frames, cause)| Happening::Loss(frames, cause)),
        6 => (1u32..12).prop_map(Happening::Steps),
        1 => prop::collection::vec(refusal, 1..12).prop_map(Happening::Refusals),
        1 => prop::option::of(1usize..5_000).prop_map(Happening::Bite),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn any_sound_any_loss_any_disk_gives_every_frame_at_its_place(
        happenings in prop::collection::vec(happening(), 1..80),
        holds_ms in 50u64..2_000,
    ) {
        let mut rig = Rig::new(Duration::from_millis(holds_ms));
        rig.disk.set(|disk| disk.forgetful = true);
        let mut at = FIRST.0;
        for happening in happenings {
            match happening {
                Happening::Sound(frames) => {
                    rig.play(at, frames);
                    at += frames;
                }
                Happening::Loss(frames, cause) => {
                    at += frames;
                    if let Some(cause) = cause {
                        rig.mix.device_lost(cause);
                        rig.inputs.device_lost(cause);
                    }
                }
                Happening::Steps(steps) => (0..steps).for_each(|_| rig.step()),
                Happening::Refusals(refusals) => rig.disk.set(|disk| disk.refusals = refusals),
                Happening::Bite(bite) => rig.disk.set(|disk| disk.bite = bite),
            }
        }
        rig.disk.set(|disk| disk.refusals.clear());
        // The disk is well again: everything that waited in memory is written, then a last sound that always fits.
        (0..40).for_each(|_| rig.step());
        write(&mut rig.mix, at, 64);
        write(&mut rig.inputs, at, 64);
        let files = rig.worker.finish();
        prop_assert_eq!(files.len(), 2);
        for (file, channels, ending) in [(&files[0], 2, "/mix.wav"), (&files[1], CHANNELS, "/inputs.wav")] {
            prop_assert_eq!(file.first_frame.plus(file.frames), FrameIndex(at + 64));
            holds_what_was_played(&rig.disk.samples(ending), channels, file);
        }
        let journal = rig.disk.journal();
        for gap in &files[1].gaps {
            let told = Line::Gap { part: Part::Inputs, gap: *gap };
            prop_assert_eq!(journal.iter().filter(|line| **line == told).count(), 1);
        }
    }
}
