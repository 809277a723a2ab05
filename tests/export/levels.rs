//! Copies of the same loudness, read by meters that are not the app's own: `ebur128` without its histogram, a true peak
//! at sixteen places, and ffmpeg.

use std::f32::consts::TAU;
use std::path::{Path, PathBuf};
use std::process::Command;

use ebur128::{EbuR128, Mode};
use korero::desk::file;
use korero::recording::SampleForm;
use korero::render::{self, Wanted};
use korero::takes::export::{ExportPlan, Exported, Format, Match};

use crate::takes::{Noise, Recorded, at_full_length, by_ffmpeg, exported, figure, wav};
use crate::true_peak::by_kaiser;

/// A stereo programme of so many frames.
type Programme = (&'static str, fn(usize) -> Vec<f32>);

const PROGRAMMES: [Programme; 12] = [
    ("sparse clicks", |frames| stereo(frames, |at, _| if at % 20_000 < 40 { 0.9 } else { 0.0 })),
    ("clipped loud noise", |frames| {
        let mut noise = Noise(1);
        stereo(frames, move |_, _| (noise.next() * 3.0).clamp(-1.0, 1.0))
    }),
    ("a loud master at its limit", |frames| {
        let mut noise = Noise(2);
        stereo(frames, move |at, _| {
            let beat = (-((at % 24_000) as f32) / 6_000.0).exp();
            (4.0 * beat * (tone(at, 60.0) + 0.5 * noise.next()) + tone(at, 440.0)).tanh()
        })
    }),
    ("very quiet noise", |frames| {
        let mut noise = Noise(3);
        stereo(frames, move |_, _| noise.next() * 0.000_5)
    }),
    ("a quiet song", |frames| {
        let mut noise = Noise(4);
        stereo(frames, move |at, _| 0.03 * tone(at, 220.0) * (1.0 + tone(at, 0.5)) + noise.next() * 0.000_3)
    }),
    ("fs/4 at 45 degrees", |frames| stereo(frames, |at, _| (TAU * (at % 4) as f32 / 4.0 + TAU / 8.0).sin())),
    ("0.4 fs bursts", |frames| {
        stereo(
            frames,
            |at, _| if at / 4_800 % 3 == 0 { (TAU * 0.4 * (at % 5) as f32).sin() } else { 0.1 * tone(at, 300.0) },
        )
    }),
    ("flips at random", |frames| {
        let mut noise = Noise(6);
        let mut held = 0.5;
        stereo(frames, move |_, _| {
            if noise.next() > 0.5 {
                held = -held;
            }
            held * 1.9
        })
    }),
    ("loud and quiet by turns", |frames| {
        stereo(frames, |at, channel| {
            let level = if at / 96_000 % 2 == 0 { 0.5 } else { 0.005 };
            level * tone(at, if channel == 0 { 330.0 } else { 495.0 })
        })
    }),
    ("bursts at fs/4 over a soft tone", |frames| {
        stereo(frames, |at, _| {
            let burst = if at % 24_000 < 480 { (TAU * (at % 4) as f32 / 4.0 + TAU / 8.0).sin() } else { 0.0 };
            1.4 * burst + 0.1 * tone(at, 330.0)
        })
    }),
    ("hard drums", |frames| {
        let mut noise = Noise(9);
        stereo(frames, move |at, channel| {
            let since = (at % 16_000) as f32;
            let drum = (-since / 700.0).exp() * noise.next() + (-since / 3_000.0).exp() * tone(at % 16_000, 70.0);
            1.3 * drum + if channel == 0 { 0.02 } else { 0.03 } * tone(at, 660.0)
        })
    }),
    ("bass and hi-hat", |frames| {
        let mut noise = Noise(7);
        stereo(frames, move |at, _| {
            let hat = (-((at % 12_000) as f32) / 400.0).exp() * noise.next();
            0.4 * tone(at, 55.0) + 0.5 * hat
        })
    }),
];

fn tone(at: usize, hertz: f32) -> f32 {
    (std::f64::consts::TAU * f64::from(hertz) * at as f64 / 48_000.0).sin() as f32
}

fn stereo(frames: usize, mut sample: impl FnMut(usize, usize) -> f32) -> Vec<f32> {
    (0..2 * frames).map(|at| sample(at / 2, at % 2)).collect()
}

/// The demo multitrack, mixed by the app.
fn demo(seconds: usize) -> Vec<f32> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let mut tracks: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    tracks.retain(|path| path.extension().is_some_and(|ending| ending == "flac"));
    tracks.sort();
    let home = tempfile::tempdir().unwrap();
    let mix = home.path().join("mix.wav");
    let desk = file::load(&folder.join("desk.toml")).unwrap();
    let wanted = Wanted { mix: &mix, stems: None, cues: None };
    render::render(&desk, &mut *render::open(&tracks).unwrap(), &wanted).unwrap();
    let mut sound = wav(&mix);
    sound.truncate(2 * 48_000 * seconds);
    sound
}

/// Loudness and true peak by `ebur128`.
fn by_ebur128(sound: &[f32]) -> (f64, f64) {
    let mut meter = EbuR128::new(2, 48_000, Mode::I | Mode::TRUE_PEAK).unwrap();
    meter.add_frames_f32(sound).unwrap();
    let lufs = meter.loudness_global().unwrap();
    meter.add_frames_f32(&[0.0; 128]).unwrap();
    let peak = meter.true_peak(0).unwrap().max(meter.true_peak(1).unwrap());
    (lufs, 20.0 * peak.log10())
}

fn by_sixteen_places(sound: &[f32]) -> f64 {
    let channel = |nth: usize| by_kaiser(&sound.iter().skip(nth).step_by(2).copied().collect::<Vec<_>>());
    channel(0).max(channel(1))
}

/// Loudness and true peak of a file by ffmpeg's `ebur128`, which rounds both to tenths.
fn by_ffmpegs_meter(path: &Path) -> Option<(f64, f64)> {
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-nostats", "-i"]).arg(path);
    let output = command.args(["-af", "ebur128=peak=true", "-f", "null", "-"]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let summary = text.rsplit("Summary:").next()?;
    let value = |name: &str| summary.split(name).nth(1)?.split_whitespace().next()?.parse().ok();
    Some((value("I:")?, value("Peak:")?))
}

#[test]
fn matched_copies_have_the_loudness_and_no_true_peak_over_the_ceiling_and_the_others_are_left_and_told() {
    let seconds = if at_full_length() { 12 } else { 4 };
    let mut sound = demo(2 * seconds);
    let mut markers = vec![(0, "the demo song")];
    for (name, programme) in PROGRAMMES {
        markers.push((sound.len() as u64 / 2, name));
        sound.extend(programme(48_000 * seconds));
    }
    // What is asked for by streaming services, and what leaves the limiter much to do.
    let quiet = [("sparse clicks", "fault-export-reach"), ("very quiet noise", "fault-export-quiet")];
    let left = check_matches(&sound, &markers, Match { lufs: -16.0, ceiling_db: -1.0 });
    assert_eq!(left, quiet.map(|(title, code)| (title.to_owned(), code)));
    let left = check_matches(&sound, &markers, Match { lufs: -12.0, ceiling_db: -3.0 });
    // Not every sound of peaks gets that loud: what does not is told, and nothing else is.
    let others = left.iter().filter(|(title, _)| quiet.iter().all(|(quiet, _)| quiet != title));
    assert!(others.clone().all(|(_, code)| *code == "fault-export-reach"), "{left:?}");
    figure("songs told to be out of reach of -12 LUFS, -3 dBTP, beside clicks and noise", others.count());
}

/// Exports in all forms; each matched copy must hold what is wished. Gives the songs that lack one, and what was told.
fn check_matches(sound: &[f32], markers: &[(u64, &str)], wish: Match) -> Vec<(String, &'static str)> {
    // A float take, so that what is louder than full scale is in it.
    let (_home, take) = Recorded { form: SampleForm::Float32, ..Recorded::mix(sound, markers) }.keep();
    let formats = vec![Format::Wav, Format::Flac, Format::Opus];
    let files = exported(&take, &ExportPlan { formats, matched: Some(wish), ..ExportPlan::default() }).unwrap();
    let (mut worst, mut over, mut copies, mut limited) = (0.0_f64, f64::NEG_INFINITY, 0, 0);
    let (target, ceiling) = (f64::from(wish.lufs), f64::from(wish.ceiling_db));
    for file in files.iter().filter(|file| file.matched) {
        let Some((lufs, peak)) = heard(file, ceiling) else { continue };
        worst = worst.max((lufs - target).abs());
        over = over.max(peak - ceiling);
        copies += 1;
        limited += u32::from(peak > ceiling - 0.5);
        let name = file.path.file_name().unwrap().to_string_lossy().into_owned();
        assert!((lufs - target).abs() <= 0.1, "{name}: {lufs} LUFS");
        assert!(peak <= ceiling, "{name}: {peak} dBTP");
        if let Some((lufs, peak)) = by_ffmpegs_meter(&file.path) {
            // It rounds to tenths.
            let near = (lufs - target).abs() < 0.11 && peak < ceiling + 0.05;
            assert!(near, "{name}: {lufs} LUFS, {peak} dBTP by ffmpeg");
        }
    }
    let told = files.iter().flat_map(|file| file.told.iter().map(move |fault| (file, fault.code.name())));
    let unmatched = told.filter(|(_, code)| *code != "fault-export-turned-down");
    let unmatched: Vec<_> = unmatched.map(|(file, code)| (file.song.as_ref().unwrap().title.clone(), code)).collect();
    assert!(limited > 0, "the limiter has work");
    let of = format!("matched copies at {target} LUFS, {ceiling} dBTP");
    figure(&of, format_args!("{copies}, {limited} of them at the ceiling"));
    figure(&format!("{of}: furthest from it, ebur128, LU"), format_args!("{worst:.3}"));
    figure(&format!("{of}: highest over the ceiling, ebur128 and 16x Kaiser, dB"), format_args!("{over:+.3}"));
    unmatched
}

/// How loud a copy is, by the strictest of the meters, and what it says; `None` when nobody is there to decode it.
fn heard(file: &Exported, ceiling: f64) -> Option<(f64, f64)> {
    let sound = if file.format == Format::Wav { wav(&file.path) } else { by_ffmpeg(&file.path)? };
    let (lufs, four) = by_ebur128(&sound);
    // Four places read less than a decibel too low (ITU-R BS.1770-5, annex 2, attachment 1), and FLAC holds what WAV holds.
    let doubtful = at_full_length() && file.format != Format::Flac && four > ceiling - 1.0;
    let sixteen = if doubtful { by_sixteen_places(&sound) } else { four };
    let (title, format) = (&file.song.as_ref()?.title, file.format);
    figure(&format!("{title}, {format:?}"), format_args!("{lufs:.3} LUFS, {four:.3} dBTP, by 16 places {sixteen:.3}"));
    let told = file.reading?;
    assert!((f64::from(told.lufs) - lufs).abs() < 0.05, "{title}, {format:?}: told {told:?}, heard {lufs}");
    assert!((f64::from(told.true_peak_db) - four).abs() < 0.1, "{title}, {format:?}: told {told:?}, heard {four}");
    Some((lufs, four.max(sixteen)))
}

#[test]
fn a_loudness_out_of_reach_is_told_and_an_easy_one_is_met_without_the_limiter() {
    // A click in each 400 ms stands 40 dB above the rest; the rest is loud enough to begin with.
    let mut noise = Noise(31);
    let spiky = stereo(48_000 * 5, |at, _| if at % 9_600 < 2 { 0.999 } else { 0.002 * noise.next() });
    let (_home, take) = Recorded::mix(&spiky, &[(0, "spiky")]).keep();
    let matched = Some(Match { lufs: -16.0, ceiling_db: -9.0 });
    let files = exported(&take, &ExportPlan { matched, ..ExportPlan::default() }).unwrap();
    assert_eq!(files.len(), 1, "only the untouched one");
    let code = files[0].told[0].code.name();
    assert!(["fault-export-reach", "fault-export-quiet"].contains(&code), "{code}");
    // Quieter than it was: a gain and nothing else.
    let song = stereo(48_000 * 5, |at, _| 0.5 * tone(at, 997.0));
    let (_home, take) = Recorded::mix(&song, &[]).keep();
    let matched = Some(Match { lufs: -23.0, ceiling_db: -1.0 });
    let files = exported(&take, &ExportPlan { matched, ..ExportPlan::default() }).unwrap();
    let (before, after) = (wav(&files[0].path), wav(&files[1].path));
    let gain = after[2_000] / before[2_000];
    let step = 1.01 / 8_388_608.0;
    assert!(before.iter().zip(&after).all(|(before, after)| (before * gain - after).abs() < 3.0 * step));
    assert!((by_ebur128(&after).0 + 23.0).abs() < 0.05);
    assert!(files[1].path.ends_with("Songs/01 Pō marino -23 LUFS.wav"), "{}", files[1].path.display());
}
