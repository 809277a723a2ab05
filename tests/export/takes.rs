//! Takes for these tests, written as the recorder writes them, and other readers of what becomes of them.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use korero::fault::Fault;
use korero::record::disk::Disk as _;
use korero::record::journal::{FORMAT, Line};
use korero::record::names::TakeFolder;
use korero::record::wav::{WavLabel, WavWriter};
use korero::record::{LocalDisk, Part};
use korero::recording::{Marker, SampleForm};
use korero::show::Show;
use korero::takes::export::{ExportPlan, Exported, export};
use korero::takes::{Take, read};
use korero::timeline::{Epoch, FrameIndex, Gap};
use tempfile::TempDir;
use uuid::Uuid;

/// The engine ran for a second before the take.
pub(crate) const FIRST: FrameIndex = FrameIndex(48_000);

/// What is in a take.
pub(crate) struct Recorded<'a> {
    pub(crate) part: Part,
    pub(crate) channels: u16,
    pub(crate) form: SampleForm,
    /// Interleaved.
    pub(crate) sound: &'a [f32],
    /// Frames of the file, and labels.
    pub(crate) markers: &'a [(u64, &'a str)],
    pub(crate) gaps: &'a [Gap],
}

impl<'a> Recorded<'a> {
    /// A stereo mix of 24 bits.
    pub(crate) fn mix(sound: &'a [f32], markers: &'a [(u64, &'a str)]) -> Self {
        Self { part: Part::Mix, channels: 2, form: SampleForm::Pcm24, sound, markers, gaps: &[] }
    }

    /// Lays the take down in a folder of its own.
    pub(crate) fn keep(&self) -> (TempDir, Take) {
        let home = tempfile::tempdir().expect("a folder");
        let name = format!("{}.wav", self.part.word());
        let label = WavLabel { channels: self.channels, form: self.form, ..WavLabel::default() };
        let mut writer = WavWriter::new(LocalDisk.create(&home.path().join(&name)).expect("a file"), &label);
        writer.push(self.sound, 0, usize::from(self.channels));
        writer.finish().expect("room on the disk");
        let (part, track, channels, form) = (self.part, None, self.channels, self.form);
        let show = Show { title: "Pō marino".into(), artist: "Ngā Manu".into(), set_list: Vec::new() };
        let epoch = Epoch { id: Uuid::from_u128(7), utc_ns_at_frame_0: 1_795_000_000_000_000_000 };
        let mut lines = vec![
            Line::Take { format: FORMAT, id: Uuid::from_u128(8), epoch, show },
            Line::File { part, track, name, channels, form, first_frame: FIRST },
        ];
        lines.extend(self.gaps.iter().map(|gap| Line::Gap { part, gap: *gap }));
        let marker = |(at, label): &(u64, &str)| Line::Marker(Marker { at: FIRST.plus(*at), label: (*label).into() });
        lines.extend(self.markers.iter().map(marker));
        lines.push(Line::End { part, track, frames: writer.safe_frames(), sums: Some(writer.sums()) });
        let text: String = lines.iter().map(|line| serde_json::to_string(line).expect("JSON") + "\n").collect();
        fs::write(TakeFolder(home.path().to_owned()).journal(), text).expect("written");
        let take = read(&LocalDisk, home.path()).expect("a take");
        (home, take)
    }
}

/// Exports to its end.
pub(crate) fn exported(take: &Take, plan: &ExportPlan) -> Result<Vec<Exported>, Fault> {
    export(&LocalDisk, take, plan, &mut |_| ControlFlow::Continue(()))
}

/// Noise that is the same each time, −1 to 1: xorshift (G. Marsaglia, 2003).
pub(crate) struct Noise(pub(crate) u32);

impl Noise {
    pub(crate) fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (f64::from(self.0 as i32) / f64::from(i32::MAX)) as f32
    }

    /// So many samples that 24 bits hold exactly, none of them 0.
    pub(crate) fn steps(&mut self, count: usize) -> Vec<f32> {
        let step = |sample: f32| ((sample * 8_000_000.0) as i32 | 1) as f32 / 8_388_608.0;
        (0..count).map(|_| step(self.next())).collect()
    }
}

/// The samples of a WAV file as `hound` reads them, interleaved.
pub(crate) fn wav(path: &Path) -> Vec<f32> {
    let mut reader = hound::WavReader::open(path).expect("a whole WAV file");
    let spec = reader.spec();
    assert_eq!((spec.bits_per_sample, spec.sample_rate), (24, 48_000));
    let whole: Vec<i32> = reader.samples().collect::<Result<_, _>>().expect("whole samples");
    whole.iter().map(|sample| *sample as f32 / 8_388_608.0).collect()
}

/// The samples of any file as ffmpeg decodes it, when it is there.
pub(crate) fn by_ffmpeg(path: &Path) -> Option<Vec<f32>> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-f", "f32le", "-c:a", "pcm_f32le", "-"])
        .output()
        .ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let four = |bytes: &[u8]| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    Some(output.stdout.chunks_exact(4).map(four).collect())
}

/// What ffprobe says of a file, when it is there.
pub(crate) fn by_ffprobe(path: &Path) -> Option<serde_json::Value> {
    let words = ["-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json"];
    let output = Command::new("ffprobe").args(words).arg(path).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

/// Everything in a folder, by name, in order.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name().to_string_lossy().into_owned();
    let mut names: Vec<_> = entries.map(name).collect();
    names.sort();
    names
}

pub(crate) fn paths(files: &[Exported]) -> Vec<PathBuf> {
    files.iter().map(|file| file.path.clone()).collect()
}

/// A line for the prover.
pub(crate) fn figure(name: &str, value: impl std::fmt::Display) {
    println!("figure {name} = {value}");
}

pub(crate) fn at_full_length() -> bool {
    std::env::var_os("KORERO_PROVE").is_some()
}
