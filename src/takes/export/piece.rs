//! What a plan means for a take: which stretches of which channels become which files, and how much room they need.

use std::ops::Range;
use std::time::Duration;

use korero_sentences::key;

use super::super::{Take, TakeFile};
use super::songs::{Song, songs};
use super::sound::Passage;
use super::{Cut, ExportPlan, Format, flac, ogg_opus};
use crate::fault::Fault;
use crate::limits::SAMPLE_RATE;
use crate::record::Part;
use crate::record::names::song_stem;
use crate::record::wav::HEADER;
use crate::timeline::Gap;

/// One stretch of some channels of one file; it becomes a file in each form.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Piece {
    pub(super) song: Option<Song>,
    pub(super) passage: Passage,
    /// The name of its files, without ending.
    pub(super) stem: String,
}

/// The files of a take that a plan wants, each with the channels that are wanted of it.
///
/// # Errors
/// `fault-export-part` when there are none.
pub(super) fn chosen<'t>(take: &'t Take, plan: &ExportPlan) -> Result<Vec<(&'t TakeFile, Range<u16>)>, Fault> {
    let wanted = |file: &'t TakeFile| {
        let all = 0..file.channels;
        let width = file.part.track_channels() as u16;
        let channels = match (plan.track, file.track) {
            (None, _) => all,
            (Some(track), Some(own)) => (track == own).then_some(all)?,
            (Some(track), None) => {
                let first = u16::from(track.checked_sub(1)?) * width;
                (first + width <= file.channels).then_some(first..first + width)?
            }
        };
        (file.part == plan.part).then_some((file, channels))
    };
    let found: Vec<_> = take.files.iter().filter_map(wanted).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let track = plan.track.map_or(String::new(), |track| format!(" {track}"));
    Err(Fault::new(key::FAULT_EXPORT_PART)
        .with("take", take.folder.display().to_string())
        .with("part", plan.part.word() + &track))
}

/// The pieces of one file.
pub(super) fn pieces(take: &Take, file: &TakeFile, channels: &Range<u16>, plan: &ExportPlan) -> Vec<Piece> {
    let all = file.end.frames().unwrap_or(0);
    if all == 0 {
        return Vec::new();
    }
    let own = file.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let track = plan.track.filter(|_| file.track.is_none()).map_or(String::new(), |track| format!(" {track:02}"));
    if plan.cut == Cut::Whole {
        let passage = passage(0, all, channels, plan);
        return vec![Piece { song: None, passage, stem: own + &track }];
    }
    let (head, tail) = (frames(plan.head), frames(plan.tail));
    let piece = |song: Song| {
        let first = song.first.saturating_sub(head);
        let end = song.first.saturating_add(song.frames).saturating_add(tail).min(all);
        let part = if file.part == Part::Mix { String::new() } else { format!("{own}{track}") };
        let stem = song_stem(song.number, &song.title, &part);
        Piece { passage: passage(first, end - first, channels, plan), stem, song: Some(song) }
    };
    songs(take, file).into_iter().map(piece).collect()
}

fn passage(first: u64, all: u64, channels: &Range<u16>, plan: &ExportPlan) -> Passage {
    let fade = |time| frames(time).min(all);
    let (fade_in, fade_out) = (fade(plan.fade_in), fade(plan.fade_out));
    Passage { first, frames: all, channels: channels.clone(), fade_in, fade_out }
}

fn frames(time: Duration) -> u64 {
    (time.as_secs_f64() * f64::from(SAMPLE_RATE)).round() as u64
}

/// The channels that go into one file of that form together, and what is added to the file's name: a form that holds no
/// more gets a file for each track.
pub(super) fn bundles(format: Format, part: Part, channels: &Range<u16>) -> Vec<(Range<u16>, String)> {
    let most = match format {
        Format::Wav => u16::MAX,
        Format::Flac => flac::MOST_CHANNELS,
        Format::Opus => ogg_opus::MOST_CHANNELS,
    };
    if channels.end - channels.start <= most {
        return vec![(channels.clone(), String::new())];
    }
    let width = part.track_channels();
    let firsts = channels.clone().step_by(width);
    firsts.zip(1..).map(|(first, track)| (first..first + width as u16, format!(" {track:02}"))).collect()
}

/// The most bytes that a file of that form becomes.
pub(super) fn bytes(format: Format, passage: &Passage, bitrate: u32) -> u64 {
    let plain = HEADER + passage.frames.saturating_mul(3 * passage.width() as u64);
    match format {
        // The blocks that FLAC gets no smaller are a little larger.
        Format::Wav | Format::Flac => plain + plain / 1_000,
        // The rate is an average that a song may pass by half.
        Format::Opus => passage.frames.saturating_mul(u64::from(bitrate)) / u64::from(SAMPLE_RATE) / 8 * 3 / 2 + HEADER,
    }
}

/// The gaps in a passage.
pub(super) fn gaps(file: &TakeFile, passage: &Passage) -> Vec<Gap> {
    let first = file.first_frame.plus(passage.first);
    let end = first.plus(passage.frames);
    let inside = file.gaps.iter().filter(|gap| gap.start < end && gap.end() > first);
    let cut = |gap: &Gap| {
        let start = gap.start.max(first);
        Gap { start, frames: gap.end().min(end).since(start), ..*gap }
    };
    inside.map(cut).collect()
}
