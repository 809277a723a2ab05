use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use korero_sentences::Key;
use uuid::Uuid;

use super::*;
use crate::limits::MEND_READ_RECORDING;
use crate::record::claim::Claim;
use crate::record::disk::{Access, DiskFile};
use crate::record::journal::{FORMAT, Line};
use crate::record::names::TakeFolder;
use crate::record::wav::{WavLabel, WavWriter};
use crate::record::{Disk as _, LocalDisk, Part};
use crate::recording::SampleForm;
use crate::session::shelf::{Picture, Task};
use crate::show::Show;
use crate::stage::paced;
use crate::takes::export::{ExportPlan, export};
use crate::takes::list::{Row, State};
use crate::takes::{self, TakeFile};
use crate::timeline::{Epoch, FrameIndex};

/// Ends a test that hangs.
const HANG: Duration = Duration::from_secs(60);

/// Lays a stereo take of so many frames down, with its end or without.
fn lay_down(above: &Path, name: &str, frames: usize, ends: bool) -> PathBuf {
    let folder = TakeFolder(above.join(name));
    fs::create_dir_all(&folder.0).unwrap();
    let (part, track, form, first_frame) = (Part::Mix, None, SampleForm::Pcm24, FrameIndex(0));
    let label = WavLabel { channels: 2, form, ..WavLabel::default() };
    let mut writer = WavWriter::new(LocalDisk.create(&folder.sound(part, None)).unwrap(), &label);
    let sound: Vec<f32> = (0..2 * frames).map(|n| (n % 100) as f32 / 200.0).collect();
    writer.push(&sound, 0, 2);
    writer.finish().unwrap();
    let show = Show { title: "Pō".into(), artist: "Manu".into(), ..Show::default() };
    let epoch = Epoch { id: Uuid::from_u128(7), utc_ns_at_frame_0: 1_795_000_000_000_000_000 };
    let mut lines = vec![
        Line::Take { format: FORMAT, id: Uuid::from_u128(8), epoch, show },
        Line::File { part, track, name: "mix.wav".into(), channels: 2, form, first_frame },
    ];
    lines.extend(ends.then(|| end(&writer)));
    let text: String = lines.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
    fs::write(folder.journal(), text).unwrap();
    folder.0
}

fn end(writer: &WavWriter) -> Line {
    Line::End { part: Part::Mix, track: None, frames: writer.safe_frames(), sums: Some(writer.sums()) }
}

/// A shelf, with everything that it told.
struct Bench {
    shelf: Shelf,
    told: Vec<Event>,
}

impl Bench {
    fn new() -> Self {
        Self { shelf: Shelf::new(Pace::default()), told: Vec::new() }
    }

    fn ask(&mut self, errand: Errand) {
        self.shelf.ask(errand).unwrap();
    }

    /// The next thing told that `fits`; what was told before it is over.
    fn wait<T>(&mut self, what: &str, fits: impl Fn(&Event) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            self.told.extend(self.shelf.look());
            if let Some(n) = self.told.iter().position(|event| fits(event).is_some()) {
                return fits(&self.told.drain(..=n).next_back().unwrap()).unwrap();
            }
            assert!(begun.elapsed() < HANG, "{what} did not come: {:?}", self.told);
            thread::park_timeout(Duration::from_millis(2));
        }
    }

    fn opened(&mut self) -> OpenTake {
        self.wait("the take", |event| match event {
            Event::Shelf(ShelfNews::Opened(open)) => Some(open.clone()),
            _ => None,
        })
    }

    fn picture(&mut self) -> Picture {
        self.wait("the picture", |event| match event {
            Event::Shelf(ShelfNews::Looks(picture)) if !matches!(picture, Picture::Reading(_)) => Some(picture.clone()),
            _ => None,
        })
    }

    fn rows(&mut self) -> Vec<Row> {
        self.wait("the list", |event| match event {
            Event::Shelf(ShelfNews::Rows(rows)) => Some(rows.to_vec()),
            _ => None,
        })
    }

    fn done(&mut self) -> (Task, Done) {
        self.wait("the end", |event| match event {
            Event::Shelf(ShelfNews::Done(task, done)) => Some((*task, done.clone())),
            _ => None,
        })
    }

    fn fault(&mut self, code: Key) -> Fault {
        self.wait("the fault", |event| match event {
            Event::Trouble(fault) if fault.code == code => Some(fault.clone()),
            _ => None,
        })
    }

    fn name(&mut self, folder: &Path, artist: Option<&str>, title: Option<&str>) {
        self.shelf.rename(folder.to_owned(), artist.map(Into::into), title.map(Into::into)).unwrap();
    }
}

#[test]
fn a_take_that_was_renamed_is_found_by_its_old_folder_and_keeps_what_was_not_typed() {
    let home = tempfile::tempdir().unwrap();
    let old = lay_down(home.path(), "2026-03-01 20.05.09 Manu – Pō", 4_800, true);
    let mut bench = Bench::new();
    bench.ask(Errand::Open(Some(old.clone())));
    assert!(matches!(bench.opened().picture, Picture::Reading(_)));
    let seen = bench.picture();
    // Both were typed before the window saw what became of the first.
    bench.name(&old, None, Some("Ata"));
    bench.name(&old, Some("Hēmi"), None);
    assert_eq!(bench.opened().picture, seen, "its sound is the same");
    let open = bench.opened();
    assert_eq!((open.take.show.artist.as_str(), open.take.show.title.as_str()), ("Hēmi", "Ata"));
    assert_eq!(open.take.folder, home.path().join("2026-03-01 20.05.09 Hēmi – Ata"));
    bench.shelf.begin(Job::Verify(old)).unwrap();
    assert_eq!(bench.done(), (Task::Verify, Done::Good(open.take.folder.clone())));
}

#[test]
fn a_take_whose_picture_cannot_be_made_says_so_and_stays_open_under_its_new_name() {
    let home = tempfile::tempdir().unwrap();
    let folder = lay_down(home.path(), "2026-03-01 20.05.09 Manu – Pō", 4_800, true);
    fs::write(folder.join("mix.wav"), b"no sound").unwrap();
    let mut bench = Bench::new();
    bench.ask(Errand::Open(Some(folder.clone())));
    bench.opened();
    bench.fault(key::FAULT_TAKES_HEADER);
    assert_eq!(bench.picture(), Picture::Unreadable);
    bench.name(&folder, None, Some("Ata"));
    let open = bench.opened();
    assert_eq!((open.picture, open.take.show.title.as_str()), (Picture::Unreadable, "Ata"));
}

#[test]
fn a_take_that_is_recorded_is_looked_at_again_when_it_has_ended_whoever_recorded_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = lay_down(home.path(), "a", 4_800, false);
    let claim = Claim::new(&LocalDisk, &folder).unwrap();
    let mut bench = Bench::new();
    bench.ask(Errand::Look(vec![home.path().to_owned()]));
    bench.ask(Errand::Open(Some(folder.clone())));
    assert_eq!(bench.rows()[0].take.as_ref().unwrap().state, State::Busy);
    assert_eq!(bench.opened().picture, Picture::Awaited);
    let whole = fs::read(TakeFolder(lay_down(home.path(), "b", 4_800, true)).journal()).unwrap();
    fs::write(TakeFolder(folder.clone()).journal(), whole).unwrap();
    claim.end(&LocalDisk);
    let rows = bench.rows();
    assert!(rows.iter().all(|row| row.take.as_ref().unwrap().state == State::Whole), "{rows:?}");
    assert!(!bench.opened().take.is_open());
    assert!(matches!(bench.picture(), Picture::Known(_)));
}

#[test]
fn a_take_that_somebody_reads_goes_into_no_bin_and_one_that_is_not_there_is_closed() {
    let home = tempfile::tempdir().unwrap();
    let folder = lay_down(home.path(), "a", 4_800, true);
    let mut reads = LocalDisk.open(&folder.join("mix.wav"), Access::Read).unwrap();
    reads.share().unwrap();
    let mut bench = Bench::new();
    bench.ask(Errand::Open(Some(folder.clone())));
    bench.shelf.bin(folder.clone()).unwrap();
    assert!(bench.fault(key::FAULT_TAKES_HELD).to_string().contains("mix.wav"));
    assert_eq!(bench.done(), (Task::Bin, Done::Ended(folder.clone())));
    fs::remove_dir_all(&folder).unwrap();
    bench.ask(Errand::Look(vec![home.path().to_owned()]));
    bench.wait("the end of it", |event| (*event == Event::Shelf(ShelfNews::Closed)).then_some(()));
}

#[test]
fn nothing_is_moved_before_those_who_read_it_have_closed_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = lay_down(home.path(), "2026-03-01 20.05.09 Manu – Pō", 4_800, true);
    let mut file: Box<dyn DiskFile> = LocalDisk.open(&folder.join("mix.wav"), Access::Read).unwrap();
    file.share().unwrap();
    let (reads, reader) = Reader::new();
    let mut bench = Bench::new();
    bench.shelf.silenced = Some(reader);
    bench.ask(Errand::Open(Some(folder.clone())));
    bench.opened();
    bench.name(&folder, None, Some("Ata"));
    // Dropped in this order: the file is closed first.
    drop((file, reads));
    assert_eq!(bench.opened().take.show.title, "Ata");
}

#[test]
fn a_check_is_broken_off_when_it_is_asked_to_stop_and_when_nobody_keeps_it() {
    let home = tempfile::tempdir().unwrap();
    // Ten seconds of reading.
    let frames = 10 * MEND_READ_RECORDING as usize / 6;
    let folder = lay_down(home.path(), "a", frames, true);
    let mut bench = Bench::new();
    bench.shelf.disk.0.set(Some(Vec::new()));
    bench.shelf.begin(Job::Verify(folder.clone())).unwrap();
    bench.wait("its progress", |event| matches!(event, Event::Shelf(ShelfNews::Works(_))).then_some(()));
    bench.shelf.stop();
    assert_eq!(bench.done(), (Task::Verify, Done::Ended(folder.clone())));
    bench.shelf.begin(Job::Verify(folder.clone())).unwrap();
    bench.shelf.work = None;
    assert_eq!(bench.done(), (Task::Verify, Done::Ended(folder)));
}

#[test]
fn a_take_without_sound_is_not_played_and_told_by_its_folder() {
    let (_engine, mut handle) = crate::engine::new(Uuid::nil());
    let home = tempfile::tempdir().unwrap();
    let folder = lay_down(home.path(), "a", 4_800, true);
    let mut take = takes::read(&LocalDisk, &folder).unwrap();
    take.files = Vec::<TakeFile>::new();
    let open = OpenTake { take: take.into(), file: 0, picture: Picture::Awaited };
    let refused = Bench::new().shelf.play(&open, 0, handle.play_back().unwrap()).unwrap_err();
    assert_eq!(refused.code, key::FAULT_TAKES_NO_SOUND);
    assert!(refused.to_string().contains(&folder.display().to_string()));
}

#[test]
fn a_thread_that_dies_by_a_mistake_of_ours_says_that_its_work_is_over() {
    let (tell, told) = mpsc::channel();
    let last = LastWord { tell, news: Some(ShelfNews::Done(Task::Export, Done::Ended("a".into()))) };
    let died = start("korero-work", move || {
        let _last = last;
        panic!("a mistake");
    });
    assert!(died.unwrap().join().is_err());
    let told: Vec<Event> = told.try_iter().collect();
    let [Event::Trouble(fault), Event::Shelf(ShelfNews::Done(Task::Export, Done::Ended(_)))] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(fault.code, key::FAULT_STAGE_SHELF);
}

#[test]
fn a_librarian_who_died_is_replaced_by_the_next_who_is_asked() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new();
    let (errands, gone) = mpsc::channel();
    drop(gone);
    bench.shelf.errands = Some(errands);
    bench.ask(Errand::Look(vec![home.path().to_owned()]));
    assert_eq!(bench.rows(), []);
}

#[test]
fn an_export_leaves_the_recorder_its_room_at_its_start_and_on_its_way() {
    let home = tempfile::tempdir().unwrap();
    let take = lay_down(home.path(), "a", 500_000, true);
    let recorded = home.path().join("b");
    // As much as no disk has.
    paced::recorded(&recorded, u16::MAX);
    let (take, disk) = (takes::read(&LocalDisk, &take).unwrap(), PacedDisk(Pace::default()));
    let plan = ExportPlan::default();
    let begins = || disk.0.set(Some(vec![recorded.clone()]));
    let stopped = export(&disk, &take, &plan, &mut |_| {
        begins();
        ControlFlow::Continue(())
    });
    assert_eq!(stopped.unwrap_err().code, key::FAULT_EXPORT_STOPPED);
    assert_eq!(fs::read_dir(take.folder.join("Songs")).unwrap().count(), 0, "nothing half-made is left");
    let refused = export(&disk, &take, &plan, &mut |_| ControlFlow::Continue(()));
    assert_eq!(refused.unwrap_err().code, key::FAULT_EXPORT_ROOM);
    disk.0.set(None);
    assert!(export(&disk, &take, &plan, &mut |_| ControlFlow::Continue(())).is_ok());
}
