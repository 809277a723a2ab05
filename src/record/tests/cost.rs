//! What recording costs, and that hours of it come out byte for byte.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::marks::cues;
use super::*;
use crate::limits::MAX_INPUTS;
use crate::record::disk::{Access, DiskFile};
use crate::record::sum::Sum;
use crate::record::wav::{HEADER, Head};
use crate::recording::Marker;

fn at_full_length() -> bool {
    std::env::var_os("KORERO_PROVE").is_some()
}

/// One recorder of all inputs and the end of its tap.
fn inputs_only(disk: Arc<dyn Disk>, folder: &Path, channels: usize) -> (Worker, TapWriter, Board) {
    let (writer, tap) = tap(channels, Duration::from_secs(2), FIRST);
    let sources = vec![Source { part: Part::Inputs, names: Vec::new(), tap }];
    let board = Board::new(1);
    let place = Place { folder: folder.to_owned(), disk, sources };
    (Worker::new(naming(), place, board.clone()), writer, board)
}

/// Plays a block again and again, half a second between two steps of the clock of the recorder.
fn play(worker: &mut Worker, tap: &mut TapWriter, seconds: u64, block: &[f32], mut each: impl FnMut(&mut Worker, u64)) {
    let frames = (block.len() / tap.channels()) as u64;
    assert_eq!(frames, 2_400);
    for step in 0..seconds * 20 {
        let at = FIRST.0 + step * frames;
        each(worker, at);
        tap.write(FrameIndex(at), block);
        worker.step(Duration::from_millis(50 * (step + 1)));
    }
}

fn block(channels: usize) -> Vec<f32> {
    let frames = (0..2_400).flat_map(|frame| (0..channels).map(move |channel| value(frame, channel)));
    frames.map(|sample| sample as f32 / 8_388_608.0).collect()
}

/// Processor time of this thread.
#[cfg(target_os = "linux")]
fn thread_time() -> Duration {
    let mut told = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is valid for the call.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut told) };
    assert_eq!(failed, 0);
    Duration::new(told.tv_sec as u64, told.tv_nsec as u32)
}

#[test]
#[cfg(target_os = "linux")]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn thirty_two_tracks_cost_little_of_one_core() {
    let seconds = if at_full_length() { 60 } else { 5 };
    let memory = Path::new("/dev/shm");
    if !memory.is_dir() {
        println!("skipped: there is no /dev/shm");
        return;
    }
    let home = tempfile::tempdir_in(memory).unwrap();
    let (mut worker, mut tap, board) = inputs_only(Arc::new(LocalDisk), home.path(), MAX_INPUTS);
    let block = block(MAX_INPUTS);
    let mut playing = Duration::ZERO;
    let begun = thread_time();
    for step in 0..seconds * 20 {
        let before = thread_time();
        tap.write(FrameIndex(FIRST.0 + step * 2_400), &block);
        playing += thread_time() - before;
        worker.step(Duration::from_millis(50 * (step + 1)));
    }
    let share = (thread_time() - begun - playing).as_secs_f64() / seconds as f64 * 100.0;
    assert_eq!(worker.finish()[0].frames, seconds * 48_000);
    assert_eq!(board.told().status.frames_dropped, 0);
    println!("figure cost: 32 tracks of 24 bits to memory, share of one core (<= 2 %) = {share:.2} %");
    if at_full_length() {
        assert!(share <= 2.0, "{share} %");
    }
}

/// A disk that keeps headers and journals and only counts and sums the rest.
#[derive(Clone, Default)]
struct CountingDisk(Arc<Mutex<BTreeMap<PathBuf, Counted>>>);

#[derive(Clone, Default)]
struct Counted {
    head: Vec<u8>,
    /// Bytes of the file.
    length: u64,
    sound: Sum,
    /// All bytes that were written.
    written: u64,
}

struct CountingFile(CountingDisk, PathBuf);

impl Disk for CountingDisk {
    fn open_folder(&self, _folder: &Path) -> io::Result<()> {
        Ok(())
    }
    fn exists(&self, _path: &Path) -> bool {
        false
    }
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.0.lock().unwrap().insert(path.to_owned(), Counted::default());
        Ok(Box::new(CountingFile(self.clone(), path.to_owned())))
    }
    fn open(&self, _path: &Path, _to: Access) -> io::Result<Box<dyn DiskFile>> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn list(&self, _folder: &Path) -> io::Result<Vec<PathBuf>> {
        Ok(Vec::new())
    }
    fn remove(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }
    fn real(&self, folder: &Path) -> io::Result<PathBuf> {
        Ok(folder.to_owned())
    }
    fn free(&self, _folder: &Path) -> Option<u64> {
        None
    }
}

impl DiskFile for CountingFile {
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<usize> {
        let mut files = self.0.0.lock().unwrap();
        let file = files.get_mut(&self.1).unwrap();
        file.written += bytes.len() as u64;
        if at < HEADER {
            disk::put(&mut file.head, at, bytes);
        } else {
            assert_eq!(at, file.length, "sound is written once and in its order");
            file.sound.take(bytes);
        }
        file.length = file.length.max(at + bytes.len() as u64);
        Ok(bytes.len())
    }
    fn read_at(&mut self, _at: u64, _into: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn claim(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn length(&self) -> io::Result<u64> {
        Ok(self.0.0.lock().unwrap()[&self.1].length)
    }
    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.0.0.lock().unwrap().get_mut(&self.1).unwrap().length = length;
        Ok(())
    }
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn a_whole_day_of_eighteen_tracks_is_byte_for_byte_what_was_played() {
    const CHANNELS: usize = 18;
    let seconds = if at_full_length() { 8 * 3_600 } else { 20 };
    let disk = CountingDisk::default();
    let (mut worker, mut tap, _) = inputs_only(Arc::new(disk.clone()), Path::new("takes"), CHANNELS);
    let block = block(CHANNELS);
    let every = seconds * 48_000 / 10;
    let mark = |worker: &mut Worker, at: u64| {
        if (at - FIRST.0).is_multiple_of(every) {
            worker.mark(Marker { at: FrameIndex(at), label: at.to_string() });
        }
    };
    play(&mut worker, &mut tap, seconds, &block, mark);
    let frames = worker.finish()[0].frames;
    assert_eq!(frames, seconds * 48_000);
    let bytes: Vec<u8> = (0..2_400)
        .flat_map(|frame| (0..CHANNELS).map(move |channel| value(frame, channel)))
        .flat_map(|sample| sample.to_le_bytes()[..3].to_vec())
        .collect();
    let mut expected = Sum::default();
    (0..seconds * 20).for_each(|_| expected.take(&bytes));
    let files = disk.0.lock().unwrap();
    let (_, file) = files.iter().find(|(path, _)| path.ends_with("inputs.wav")).unwrap();
    assert_eq!(file.sound.value(), expected.value());
    assert_eq!(file.length, HEADER + frames * CHANNELS as u64 * 3);
    assert_eq!(Head::of(file.head.clone()).unwrap().told(), frames * CHANNELS as u64 * 3);
    let cues = cues(&file.head);
    assert_eq!(cues.len(), 10);
    assert!(cues.iter().all(|(at, label)| (u64::from(*at) + FIRST.0).to_string() == *label), "{cues:?}");
    let all: u64 = files.values().map(|file| file.written).sum();
    let amplification = all as f64 / (frames * CHANNELS as u64 * 3) as f64;
    println!(
        "figure long: {seconds} s of 18 tracks, bytes exact, bytes written per byte of sound = {amplification:.4}"
    );
}
