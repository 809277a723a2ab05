//! The files themselves: their names, what stands in them, and that none is half-made or lost.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use korero::record::disk::{Access, Disk, DiskFile};
use korero::record::{LocalDisk, Part};
use korero::takes::export::{Cut, ExportPlan, Format, Step, export};

use crate::takes::{Noise, Recorded, by_ffmpeg, by_ffprobe, exported, names, paths, wav};

const ALL: [Format; 3] = [Format::Wav, Format::Flac, Format::Opus];

/// The local disk with so much room, which refuses when it is used up.
struct SmallDisk {
    told: Option<u64>,
    left: Arc<AtomicU64>,
}

struct SmallFile(Box<dyn DiskFile>, Arc<AtomicU64>);

impl Disk for SmallDisk {
    fn open_folder(&self, folder: &Path) -> io::Result<()> {
        LocalDisk.open_folder(folder)
    }
    fn exists(&self, path: &Path) -> bool {
        LocalDisk.exists(path)
    }
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(SmallFile(LocalDisk.create(path)?, Arc::clone(&self.left))))
    }
    fn complete(&self, draft: &Path, name: &Path) -> io::Result<()> {
        LocalDisk.complete(draft, name)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        LocalDisk.remove(path)
    }
    fn real(&self, folder: &Path) -> io::Result<PathBuf> {
        LocalDisk.real(folder)
    }
    fn open(&self, path: &Path, to: Access) -> io::Result<Box<dyn DiskFile>> {
        LocalDisk.open(path, to)
    }
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        LocalDisk.list(folder)
    }
    fn free(&self, _folder: &Path) -> Option<u64> {
        self.told
    }
}

impl DiskFile for SmallFile {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        let left = self.1.load(Ordering::Relaxed).checked_sub(bytes.len() as u64);
        self.1.store(left.ok_or(io::ErrorKind::StorageFull)?, Ordering::Relaxed);
        self.0.write_at(offset, bytes)
    }
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(offset, into)
    }
    fn claim(&mut self) -> io::Result<()> {
        self.0.claim()
    }
    fn length(&self) -> io::Result<u64> {
        self.0.length()
    }
    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.0.set_length(length)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.0.sync()
    }
}

#[test]
fn a_name_that_is_taken_is_passed_over_and_nothing_is_written_over() {
    let sound = Noise(3).steps(2 * 9_000);
    let (home, take) = Recorded::mix(&sound, &[(0, "Pō: marino"), (4_000, "")]).keep();
    let first = exported(&take, &ExportPlan::default()).unwrap();
    let folder = home.path().join("Songs");
    assert_eq!(paths(&first), [folder.join("01 Pō- marino.wav"), folder.join("02.wav")]);
    let before = std::fs::read(&first[0].path).unwrap();
    let second = exported(&take, &ExportPlan::default()).unwrap();
    assert_eq!(paths(&second), [folder.join("01 Pō- marino (2).wav"), folder.join("02 (2).wav")]);
    assert_eq!(std::fs::read(&first[0].path).unwrap(), before);
    assert_eq!(names(&folder).len(), 4, "no draft is left");
}

#[test]
fn what_is_stopped_at_any_moment_leaves_whole_files_and_no_others() {
    let sound = Noise(4).steps(2 * 100_000);
    let (home, take) = Recorded::mix(&sound, &[(0, "A"), (50_000, "B")]).keep();
    let folder = home.path().join("Songs");
    let plan = ExportPlan { formats: ALL.to_vec(), matched: Some(Default::default()), ..ExportPlan::default() };
    let mut steps = 0;
    export(&LocalDisk, &take, &plan, &mut |_| {
        steps += 1;
        ControlFlow::Continue(())
    })
    .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    for stop in (1..steps).step_by(7) {
        let mut seen = 0;
        let done = export(&LocalDisk, &take, &plan, &mut |_| {
            seen += 1;
            if seen == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let mut done: Vec<_> =
            paths(&done.unwrap()).iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
        done.sort();
        assert_eq!(names(&folder), done, "after {stop} steps");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

#[test]
fn a_disk_without_room_is_told_before_anything_is_written_and_one_that_fills_up_keeps_no_half() {
    let sound = Noise(6).steps(2 * 200_000);
    let (home, take) = Recorded::mix(&sound, &[]).keep();
    for format in ALL {
        let plan = ExportPlan { formats: vec![format], ..ExportPlan::default() };
        let small = SmallDisk { told: Some(30_000), left: Arc::new(AtomicU64::new(30_000)) };
        let fault = export(&small, &take, &plan, &mut |_| ControlFlow::Continue(())).unwrap_err();
        assert_eq!(fault.code.name(), "fault-export-room");
        assert!(!home.path().join("Songs").exists());
        // Somebody else uses up the room meanwhile.
        let small = SmallDisk { told: None, left: Arc::new(AtomicU64::new(70_000)) };
        let fault = export(&small, &take, &plan, &mut |_| ControlFlow::Continue(())).unwrap_err();
        assert_eq!(fault.code.name(), "fault-export-write", "{format:?}");
        assert_eq!(names(&home.path().join("Songs")), [""; 0], "{format:?}");
        std::fs::remove_dir(home.path().join("Songs")).unwrap();
    }
}

#[test]
fn more_channels_than_a_form_holds_become_a_file_for_each_track() {
    let sound = Noise(8).steps(18 * 8_000);
    let (home, take) = Recorded { part: Part::Inputs, channels: 18, ..Recorded::mix(&sound, &[]) }.keep();
    let plan = ExportPlan { part: Part::Inputs, cut: Cut::Whole, formats: ALL.to_vec(), ..ExportPlan::default() };
    let files = exported(&take, &plan).unwrap();
    assert_eq!(files.len(), 1 + 18 + 18);
    assert_eq!(files[0].path, home.path().join("inputs (2).wav"));
    assert!(wav(&files[0].path) == sound);
    assert_eq!(files[3].path, home.path().join("inputs 03.flac"));
    if let Some(third) = by_ffmpeg(&files[3].path) {
        let channel: Vec<f32> = sound.iter().skip(2).step_by(18).copied().collect();
        assert!(third == channel);
    }
    let told: Vec<_> = files[0].told.iter().map(|fault| fault.code.name()).collect();
    assert_eq!(told, ["fault-export-tracks"; 2]);
    // One track alone.
    let plan = ExportPlan { track: Some(18), formats: vec![Format::Wav], cut: Cut::Songs, ..plan };
    let last = exported(&take, &plan).unwrap();
    assert_eq!(last[0].path, home.path().join("Songs/01 Pō marino - inputs 18.wav"));
    assert!(wav(&last[0].path).iter().eq(sound.iter().skip(17).step_by(18)));
    for (part, track) in [(Part::Inputs, Some(19)), (Part::Inputs, Some(0)), (Part::Mix, None)] {
        let fault = exported(&take, &ExportPlan { part, track, ..plan.clone() }).unwrap_err();
        assert_eq!(fault.code.name(), "fault-export-part");
    }
    let together = ExportPlan { track: None, matched: Some(Default::default()), ..plan };
    assert_eq!(exported(&take, &together).unwrap_err().code.name(), "fault-export-match");
}

/// A song that Opus keeps well: two tones and a little noise.
fn tones(frames: usize) -> Vec<f32> {
    let mut noise = Noise(11);
    let tone = |frame: usize, hertz: f64| (std::f64::consts::TAU * hertz * frame as f64 / 48_000.0).sin();
    let frame = |frame| [tone(frame, 441.0) * 0.3, tone(frame, 1_000.0 + frame as f64 / 200.0) * 0.2];
    (0..frames).flat_map(frame).map(|sample| sample as f32 + noise.next() * 0.003).collect()
}

#[test]
fn an_opus_file_is_as_long_as_its_song_to_the_frame_and_nothing_is_shifted() {
    for frames in [1, 647, 648, 649, 960, 48_000, 100_001] {
        let sound = tones(frames);
        let (_home, take) = Recorded::mix(&sound, &[]).keep();
        let plan = ExportPlan { formats: vec![Format::Opus], ..ExportPlan::default() };
        let file = exported(&take, &plan).unwrap().remove(0);
        assert_eq!(file.frames, frames as u64, "the export decodes its file and compares");
        let Some(heard) = by_ffmpeg(&file.path) else { continue };
        assert_eq!(heard.len(), sound.len(), "{frames} frames, by another decoder");
        if frames < 48_000 {
            continue;
        }
        let error = |shift: isize| {
            let at = |index: usize| heard.get((index as isize + 2 * shift) as usize).copied().unwrap_or(0.0);
            (1_000..90_000).map(|index| f64::from(at(index) - sound[index]).powi(2)).sum::<f64>()
        };
        let best = (-8..=8).min_by(|a, b| error(*a).total_cmp(&error(*b)));
        assert_eq!(best, Some(0), "nothing is shifted");
        let power: f64 = sound[1_000..90_000].iter().map(|sample| f64::from(*sample).powi(2)).sum();
        assert!(10.0 * (power / error(0)).log10() > 20.0, "and it is the same sound");
    }
}

#[test]
fn every_form_tells_what_it_is_to_other_programs() {
    let sound = tones(96_000);
    let (_home, take) = Recorded::mix(&sound, &[(0, "Tahi"), (48_000, "Rua & toru")]).keep();
    let files = exported(&take, &ExportPlan { formats: ALL.to_vec(), ..ExportPlan::default() }).unwrap();
    let whole = ExportPlan { cut: Cut::Whole, formats: vec![Format::Flac, Format::Opus], ..ExportPlan::default() };
    let whole = exported(&take, &whole).unwrap();
    if by_ffprobe(&files[0].path).is_none() {
        return;
    }
    for (file, codec) in files[3..].iter().zip(["pcm_s24le", "flac", "opus"]) {
        let told = by_ffprobe(&file.path).unwrap();
        let stream = &told["streams"][0];
        assert_eq!((&stream["codec_name"], &stream["channels"]), (&codec.into(), &2.into()));
        if codec == "flac" {
            assert_eq!(stream["bits_per_raw_sample"], "24");
        }
        let tags = if codec == "opus" { &stream["tags"] } else { &told["format"]["tags"] };
        let told = |name: &str| tags[name].as_str().or(tags[name.to_lowercase()].as_str()).map(str::to_owned);
        if codec == "pcm_s24le" {
            assert_eq!(told("comment").as_deref(), Some("Ngā Manu – Rua & toru"));
        } else {
            let wanted = ["Rua & toru", "Ngā Manu", "Pō marino"].map(|text| Some(text.to_owned()));
            assert_eq!([told("TITLE"), told("ARTIST"), told("ALBUM")], wanted, "{codec}");
            assert_eq!(told("track").or(told("TRACKNUMBER")).as_deref(), Some("2"));
            assert!(told("DATE").is_some_and(|date| date.starts_with("2026-11-1")), "{:?}", told("DATE"));
        }
    }
    for file in whole {
        let told = by_ffprobe(&file.path).unwrap();
        let chapters = told["chapters"].as_array().unwrap();
        let chapter = |nth: usize| (chapters[nth]["start_time"].as_str(), chapters[nth]["tags"]["title"].as_str());
        assert_eq!(chapter(0), (Some("0.000000"), Some("Tahi")));
        assert_eq!(chapter(1), (Some("1.000000"), Some("Rua & toru")));
    }
}

#[test]
fn progress_goes_from_nothing_to_all_in_each_step_of_each_song() {
    let sound = Noise(12).steps(2 * 80_000);
    let (_home, take) = Recorded::mix(&sound, &[(0, "A"), (40_000, "B")]).keep();
    let mut seen = Vec::new();
    export(&LocalDisk, &take, &ExportPlan::default(), &mut |progress| {
        seen.push(progress);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(seen.iter().all(|progress| progress.of == 2 && (0.0..=1.0).contains(&progress.share)));
    for (nth, name) in [(1, "01 A"), (2, "02 B")] {
        let writing = seen.iter().filter(|told| told.nth == nth && told.step == Step::Writing);
        let shares: Vec<_> = writing.map(|told| (told.name.as_str(), told.share)).collect();
        assert!(shares.is_sorted_by(|a, b| a.1 < b.1), "{shares:?}");
        assert_eq!(shares.last(), Some(&(name, 1.0)));
    }
}
