//! What is fuzzed: whatever the bytes are, nothing panics, and what was mended is in order. The daily test feeds it a few
//! hundred cases; `cargo xtask prove 4.6` lets libFuzzer search for ten minutes each.

mod memory;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use korero::record::Part;
use korero::record::disk::{Access, Disk as _};
use korero::record::journal::{FORMAT, Line};
use korero::record::names::TakeFolder;
use korero::record::wav::{Cue, HEADER, Head, WavLabel, WavWriter};
use korero::recording::{Marker, SampleForm};
use korero::show::Show;
use korero::takes::{self, FileEnd, list, repair, verify};
use korero::timeline::{Epoch, FrameIndex, Gap, GapCause};
use uuid::Uuid;

use memory::Memory;

/// Where the only take lies.
const FOLDER: &str = "takes/one";
/// Forms that a template may have: its first byte chooses one, or that the file is what follows.
const TEMPLATES: [(u16, SampleForm); 3] = [(2, SampleForm::Pcm24), (1, SampleForm::Float32), (32, SampleForm::Pcm24)];

/// Fuzzes the readers of WAV headers, and mending by what they say. The bytes are a whole file, or changes of one of ours:
/// so that a few bytes reach all of its 64 KiB.
pub(crate) fn header(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let which = usize::from(*first) % (TEMPLATES.len() + 1);
    let (channels, form) = TEMPLATES[which % TEMPLATES.len()];
    let file = if which == TEMPLATES.len() { rest.to_vec() } else { changed(template(which), rest) };
    let disk = Memory::default();
    let path = sound();
    disk.put(&path, file.clone());
    let shape = verify::shape(&mut *disk.open(&path, Access::Read).unwrap()).unwrap();
    if let Ok(shape) = shape {
        assert!(shape.channels > 0 && shape.frame_bytes > 0 && shape.sound_at >= 20);
    }
    if let Some(mut head) = Head::of(file[..file.len().min(HEADER as usize)].to_vec()) {
        let there = file.len() as u64 - HEADER;
        let told = head.told().min(there);
        let told = told - told % (u64::from(head.channels()) * head.form().bytes());
        head.tell(told);
        assert_eq!(head.told(), told);
        head.put_cues(&[Cue { frame: 1, label: "Pō".to_owned() }]);
        assert_eq!((head.told(), head.bytes().len() as u64), (told, HEADER));
    }
    let open = [begun(), named(channels, form), marked()];
    disk.put(&TakeFolder(FOLDER.into()).journal(), text(&open));
    mended(&disk);
}

/// Fuzzes the reader of journals and everything that trusts it. The bytes are the journal; the files beside it are whole.
pub(crate) fn journal(data: &[u8]) {
    let disk = Memory::default();
    disk.put(&TakeFolder(FOLDER.into()).journal(), data.to_vec());
    disk.put(&sound(), template(0));
    disk.put(&Path::new(FOLDER).join("inputs 01 Waha.wav"), template(1));
    let Ok(take) = takes::read(&disk, Path::new(FOLDER)) else { return };
    assert!(take.files.iter().all(|file| file.path.parent() == Some(Path::new(FOLDER))), "{take:?}");
    let history = take.history();
    assert!(history.iter().all(|moment| !moment.sentence(korero_sentences::Language::Maori).is_empty()));
    // The end stands last, whatever was marked behind it.
    let before_end = history.split_last().map_or(&[][..], |(_, before)| before);
    assert!(before_end.is_sorted_by_key(|moment| moment.frame));
    let rows = list::list(&disk, Path::new("takes")).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].take.as_ref().unwrap().length, take.length());
    let _ = verify::verify(&disk, Path::new(FOLDER));
    mended(&disk);
}

/// Mends the take: what is in order stays as it is, and what was mended is found in order and not mended again.
fn mended(disk: &Memory) {
    let folder = Path::new(FOLDER);
    let sound_of =
        |disk: &Memory| disk.get(&sound()).map(|file| file.get(HEADER as usize..).unwrap_or_default().to_vec());
    let before = sound_of(disk);
    let Ok(Some(repaired)) = repair::repair(disk, folder) else { return };
    assert_eq!(sound_of(disk), before, "mending touched sound");
    let again = takes::read(disk, folder).unwrap();
    for file in again.files.iter().filter(|file| matches!(file.end, FileEnd::Recovered { .. })) {
        // Several tracks may be told to lie in one file.
        let mine = repaired.take.files.iter().find(|other| (other.part, other.track) == (file.part, file.track));
        assert_eq!(mine.map(|mine| mine.end), Some(file.end), "the journal tells what was mended");
    }
    assert!(!again.is_open() && matches!(repair::repair(disk, folder), Ok(None)), "it is mended once");
}

/// A whole file of ours of [`TEMPLATES`], with 40 frames; made once.
fn template(which: usize) -> Vec<u8> {
    static MADE: LazyLock<[Vec<u8>; TEMPLATES.len()]> =
        LazyLock::new(|| TEMPLATES.map(|(channels, form)| wav(channels, form, 40)));
    MADE[which].clone()
}

/// A whole file of ours.
fn wav(channels: u16, form: SampleForm, frames: usize) -> Vec<u8> {
    let (disk, path) = (Memory::default(), PathBuf::from("x.wav"));
    let label = WavLabel { channels, form, description: "Manu – Pō".to_owned(), ..WavLabel::default() };
    let mut writer = WavWriter::new(disk.create(&path).unwrap(), &label);
    writer.push(&vec![0.25; frames * usize::from(channels)], 0, usize::from(channels));
    writer.set_cues(&[Cue { frame: 7, label: "Waiata".to_owned() }]);
    writer.finish().unwrap();
    disk.get(&path).unwrap()
}

/// Changes by `place (2 bytes), length (1), bytes`; the first two bytes say how much is cut off at the end.
fn changed(mut file: Vec<u8>, changes: &[u8]) -> Vec<u8> {
    let Some((cut, mut rest)) = changes.split_at_checked(2) else { return file };
    let cut = usize::from(u16::from_le_bytes([cut[0], cut[1]]));
    file.truncate(file.len().saturating_sub(cut));
    while let Some((what, later)) = rest.split_at_checked(3) {
        let place = usize::from(u16::from_le_bytes([what[0], what[1]]));
        let (bytes, later) = later.split_at(usize::from(what[2]).min(later.len()));
        for (at, byte) in (place..).zip(bytes) {
            if let Some(there) = file.get_mut(at) {
                *there = *byte;
            }
        }
        rest = later;
    }
    file
}

fn sound() -> PathBuf {
    Path::new(FOLDER).join("mix.wav")
}

fn begun() -> Line {
    let epoch = Epoch { id: Uuid::from_u128(9), utc_ns_at_frame_0: 1_772_395_503_000_000_000 };
    let show = Show { title: "Pō".to_owned(), artist: "Manu".to_owned(), set_list: vec!["Waiata".to_owned()] };
    Line::Take { format: FORMAT, id: Uuid::from_u128(8), epoch, show }
}

fn named(channels: u16, form: SampleForm) -> Line {
    let (part, track, first_frame) = (Part::Mix, None, FrameIndex(480));
    Line::File { part, track, name: "mix.wav".to_owned(), channels, form, first_frame }
}

fn marked() -> Line {
    Line::Marker(Marker { at: FrameIndex(490), label: "Waiata".to_owned() })
}

fn text(lines: &[Line]) -> Vec<u8> {
    lines.iter().flat_map(|line| (serde_json::to_string(line).unwrap() + "\n").into_bytes()).collect()
}

/// What the search begins with, for each target: what our own writers write.
pub(crate) fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "header" => {
            let whole = TEMPLATES.iter().map(|(channels, form)| [&[3], &*wav(*channels, *form, 1)].concat());
            // A place of each kind of field, changed to what is extreme.
            let change = |which: u8, place: u16, bytes: &[u8]| {
                [&[which, 0, 0], &place.to_le_bytes()[..], &[bytes.len() as u8], bytes].concat()
            };
            let fields = [
                (0u16, &b"RF64"[..]),
                (4, &[0xFF; 4]),
                (12, b"ds64"),
                (20, &[0xFF; 16]),
                (58, &[0, 0]),
                (70, &[0; 2]),
                (65_532, &[0xFF; 4]),
            ];
            let changes =
                fields.iter().flat_map(|(place, bytes)| (0..3).map(move |which| change(which, *place, bytes)));
            let cut = [vec![0, 100, 0], vec![1, 0, 1], vec![2, 0xFF, 0xFF]];
            whole.chain(changes).chain(cut).collect()
        }
        "journal" => {
            let part = Part::Inputs;
            let (form, first_frame, track) = (SampleForm::Float32, FrameIndex(500), Some(1));
            let name = "inputs 01 Waha.wav".to_owned();
            let gap = Gap { start: FrameIndex(520), frames: 8, cause: GapCause::Away, exact: false };
            let sums = korero::record::journal::Sums { head: 1, sound: u32::MAX };
            let all = [
                begun(),
                named(2, SampleForm::Pcm24),
                Line::File { part, track, name, channels: 1, form, first_frame },
                marked(),
                Line::Gap { part, gap },
                Line::Trouble { utc_ns: 1_772_395_503_000_500_000, code: "fault-record-full".to_owned() },
                Line::Renamed { artist: "Ngā Manu".to_owned(), title: String::new() },
                Line::End { part: Part::Mix, track: None, frames: 40, sums: Some(sums) },
                Line::Recovered { part, track, frames: 40, lost_frames: 3, sums },
                Line::LeftAlone { part: Part::Groups, track: None },
            ];
            // Two tracks that are told to lie in one file, of which one was mended.
            let twice = [0, 1].map(|track| {
                let name = "inputs 01 Waha.wav".to_owned();
                Line::File { part, track: Some(track), name, channels: 1, form, first_frame }
            });
            let twice = [begun()].into_iter().chain(twice).chain([all[8].clone()]).collect::<Vec<_>>();
            (1..=all.len())
                .map(|count| text(&all[..count]))
                .chain([text(&twice)])
                .chain([text(&all[..6]), b"{}\n{".to_vec()])
                .collect()
        }
        other => panic!("there is no target “{other}”"),
    }
}

/// Runs one case of a target.
pub(crate) fn run(target: &str, data: &[u8]) {
    match target {
        "header" => header(data),
        "journal" => journal(data),
        other => panic!("there is no target “{other}”"),
    }
}
