//! Laws of cutting: the songs together are the take, and what lies in no fade keeps its bits.

use std::f64::consts::FRAC_PI_2;
use std::time::Duration;

use korero::recording::SampleForm;
use korero::takes::export::{Cut, ExportPlan, Format, songs};
use korero::timeline::{Gap, GapCause};
use proptest::prelude::*;

use crate::takes::{FIRST, Noise, Recorded, at_full_length, by_ffmpeg, exported, figure, wav};

fn cases() -> ProptestConfig {
    ProptestConfig { cases: if at_full_length() { 200 } else { 24 }, failure_persistence: None, ..Default::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_songs_one_after_the_other_are_the_take_whatever_was_marked_and_lost(
        frames in 1u64..40_000,
        markers in prop::collection::vec(0u64..45_000, 0..7),
        lost in prop::collection::vec((0u64..40_000, 1u64..4_000), 0..3),
        float in any::<bool>(),
        seed in 1u32..9_999,
    ) {
        let mut sound = Noise(seed).steps(2 * frames as usize);
        let gap = |(start, frames): &(u64, u64)| {
            Gap { start: FIRST.plus(*start), frames: *frames, cause: GapCause::Tap, exact: true }
        };
        for (start, long) in &lost {
            let (from, to) = ((2 * start).min(2 * frames), (2 * (start + long)).min(2 * frames));
            sound[from as usize..to as usize].fill(0.0);
        }
        let markers: Vec<_> = markers.into_iter().map(|at| (at, "Song")).collect();
        let gaps: Vec<_> = lost.iter().map(gap).collect();
        let form = if float { SampleForm::Float32 } else { SampleForm::Pcm24 };
        let (_home, take) = Recorded { form, gaps: &gaps, ..Recorded::mix(&sound, &markers) }.keep();
        let mut all = songs(&take, &take.files[0]);
        prop_assert_eq!(all.iter().map(|song| song.frames).sum::<u64>(), frames);
        prop_assert!(all.windows(2).all(|two| two[0].first + two[0].frames == two[1].first));
        prop_assert_eq!(all[0].first, 0);
        // Silence before the first marker is no song.
        let silent = all[0].number == 0 && sound[..2 * all[0].frames as usize].iter().all(|sample| *sample == 0.0);
        if silent {
            all.remove(0);
        }
        let plan = ExportPlan { formats: vec![Format::Wav, Format::Flac], ..ExportPlan::default() };
        let Ok(files) = exported(&take, &plan) else {
            prop_assert!(all.is_empty(), "only what has no song is refused");
            return Ok(());
        };
        prop_assert_eq!(files.len(), 2 * all.len());
        let mut together = if silent { vec![0.0; (sound.len() as u64 - all.iter().map(|s| 2 * s.frames).sum::<u64>()) as usize] } else { Vec::new() };
        for (song, two) in all.iter().zip(files.chunks(2)) {
            let samples = wav(&two[0].path);
            prop_assert_eq!(samples.len() as u64, 2 * song.frames);
            prop_assert_eq!(two[1].song.as_ref(), Some(song));
            together.extend(samples);
            let inside = |gap: &&Gap| gap.start < FIRST.plus(song.first + song.frames) && gap.end() > FIRST.plus(song.first);
            prop_assert_eq!(two[0].gaps.len(), gaps.iter().filter(inside).count());
            prop_assert_eq!(two[0].told.is_empty(), two[0].gaps.is_empty());
        }
        prop_assert!(together == sound, "the same bits in the same order");
    }
}

#[test]
fn wav_and_flac_songs_are_the_master_bit_for_bit_outside_their_fades() {
    let length = if at_full_length() { 48_000 * 240 } else { 48_000 * 12 };
    let sound = Noise(77).steps(2 * length);
    let third = length as u64 / 3;
    let (_home, take) = Recorded::mix(&sound, &[(0, "One"), (third, "Two"), (2 * third, "Three")]).keep();
    let (fade_in, fade_out) = (Duration::from_millis(500), Duration::from_secs(1));
    let formats = vec![Format::Wav, Format::Flac];
    let plan = ExportPlan { formats, fade_in, fade_out, ..ExportPlan::default() };
    let (mut same, mut worst) = (0u64, 0.0_f64);
    for (file, master) in exported(&take, &plan).unwrap().chunks(2).zip(sound.chunks(2 * third as usize)) {
        let samples = wav(&file[0].path);
        if let Some(flac) = by_ffmpeg(&file[1].path) {
            assert!(flac == samples, "FLAC holds what WAV holds, by another decoder");
        }
        let (inner, last) = (2 * 24_000..master.len() - 2 * 48_000, third as usize - 1);
        assert!(samples[inner.clone()] == master[inner.clone()]);
        same += inner.len() as u64;
        for (at, (heard, recorded)) in samples.iter().zip(master).enumerate().filter(|(at, _)| !inner.contains(at)) {
            let frame = at / 2;
            let up = (FRAC_PI_2 * (frame as f64 / 24_000.0).min(1.0)).sin();
            let down = (FRAC_PI_2 * ((last - frame) as f64 / 48_000.0).min(1.0)).sin();
            worst = worst.max((f64::from(*recorded) * up * down - f64::from(*heard)).abs());
        }
        assert_eq!((samples[0], samples[samples.len() - 1]), (0.0, 0.0), "fades begin and end in silence");
    }
    // Half a step of 24 bits, and the rounding of a float before it.
    assert!(worst < 1.5 / 8_388_608.0, "{worst}");
    figure("samples of songs outside fades that are the master's, WAV and FLAC", same);
    figure(
        "largest difference in fades from equal power, steps of 24 bits",
        format_args!("{:.2}", worst * 8_388_608.0),
    );
}

#[test]
fn head_and_tail_add_what_lies_around_a_song_and_a_whole_take_is_one_file() {
    let sound = Noise(5).steps(2 * 30_000);
    let (home, take) = Recorded::mix(&sound, &[(10_000, "A"), (20_000, "B")]).keep();
    let (head, tail) = (Duration::from_secs_f64(480.0 / 48_000.0), Duration::from_secs_f64(4_800.0 / 48_000.0));
    let files = exported(&take, &ExportPlan { head, tail, ..ExportPlan::default() }).unwrap();
    let ranges = [0..14_800, 9_520..24_800, 19_520..30_000];
    for (file, range) in files.iter().zip(ranges) {
        assert!(wav(&file.path) == sound[2 * range.start..2 * range.end], "{}", file.path.display());
    }
    let plan = ExportPlan { cut: Cut::Whole, formats: vec![Format::Flac], ..ExportPlan::default() };
    let whole = exported(&take, &plan).unwrap();
    assert_eq!(whole[0].path, home.path().join("mix.flac"));
    assert_eq!((whole[0].frames, whole[0].song.as_ref()), (30_000, None));
    if let Some(flac) = by_ffmpeg(&whole[0].path) {
        assert!(flac == sound);
    }
}

#[test]
fn float_takes_keep_their_whole_numbers_and_are_turned_down_only_when_they_would_be_cut() {
    let mut sound = Noise(9).steps(2 * 20_000);
    (sound[100], sound[101]) = (-1.0, 8_388_607.0 / 8_388_608.0);
    let float = |sound: &[f32]| Recorded { form: SampleForm::Float32, ..Recorded::mix(sound, &[]) }.keep();
    let (_home, take) = float(&sound);
    let files = exported(&take, &ExportPlan::default()).unwrap();
    assert!(wav(&files[0].path) == sound && files[0].told.is_empty());
    // Twice full scale, a bit of it beside: all is turned down alike.
    let loud: Vec<f32> = sound.iter().map(|sample| sample * 2.0).collect();
    let (_home, take) = float(&loud);
    let files = exported(&take, &ExportPlan::default()).unwrap();
    assert_eq!(files[0].told[0].code.name(), "fault-export-turned-down");
    let heard = wav(&files[0].path);
    let gain = heard[101] / loud[101];
    let step = 1.01 / 8_388_608.0;
    assert!(heard.iter().zip(&loud).all(|(heard, loud)| (heard - loud * gain).abs() < step), "one gain for all");
    let peak = files[0].reading.unwrap().true_peak_db;
    assert!((-0.15..=0.0).contains(&peak), "up to full scale and no further: {peak}");
}
