//! One tap on its way into its files: every frame at its place, what is missing as silence.

use std::io;
use std::path::{Path, PathBuf};

use super::RecordedFile;
use super::disk::Disk;
use super::journal::{Journal, Line};
use super::names::TakeFolder;
use super::plan::{Part, Source};
use super::wav::{Cue, WavLabel, WavWriter};
use crate::engine::tap::{TapBlock, TapReader};
use crate::limits::MAX_GAPS_KEPT;
use crate::recording::{Layout, Marker};
use crate::timeline::{FrameIndex, Gap, GapCause};

/// One part of the take.
pub(super) struct Track {
    part: Part,
    names: Vec<String>,
    tap: TapReader,
    samples: Vec<f32>,
    /// A block that was read and is not in the writers yet.
    held: Option<TapBlock>,
    /// Where it begins when it goes on from another place.
    goes_on_at: Option<FrameIndex>,
    open: Option<Open>,
}

/// What there is from the first sound on.
struct Open {
    files: Vec<SoundFile>,
    /// How many there will be.
    wanted: usize,
    first: FrameIndex,
    next: FrameIndex,
    gaps: Vec<Gap>,
    frames_lost: u64,
    frames_dropped: u64,
}

struct SoundFile {
    path: PathBuf,
    track: Option<u8>,
    /// The first of the tap's channels that it takes.
    channel: usize,
    writer: WavWriter,
}

/// What all files of a take share.
pub(super) struct Shared {
    pub(super) folder: TakeFolder,
    pub(super) label: WavLabel,
    pub(super) layout: Layout,
    /// The time reference of frame 0.
    pub(super) frame_0: u64,
}

impl Track {
    pub(super) fn new(source: Source) -> Self {
        let Source { part, names, tap } = source;
        Self { part, names, tap, samples: Vec::new(), held: None, goes_on_at: None, open: None }
    }

    /// Where the first sound begins, its own gap included; `None` before there is any.
    pub(super) fn begins(&mut self) -> Option<FrameIndex> {
        if let Some(open) = &self.open {
            return Some(open.first);
        }
        if self.held.is_none() {
            self.held = self.tap.read(&mut self.samples);
        }
        let sound = self.held.map(|block| block.gap.map_or(block.start, |gap| gap.start))?;
        Some(self.goes_on_at.unwrap_or(sound))
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.files.len() == open.wanted)
    }

    /// Lets sound go that is safe elsewhere up to `until`; the rest waits in the ring.
    pub(super) fn pass_over(&mut self, until: FrameIndex) {
        loop {
            if self.held.is_none() {
                self.held = self.tap.read(&mut self.samples);
            }
            match self.held {
                Some(block) if block.start.plus(block.frames as u64) <= until => self.held = None,
                _ => return,
            }
        }
    }

    /// What was recorded elsewhere ends at `at`: what is missing between there and the first sound is a gap.
    pub(super) fn go_on_at(&mut self, at: FrameIndex) {
        self.goes_on_at = Some(at);
    }

    /// Frames that wait in the ring.
    pub(super) fn waits(&self) -> usize {
        self.tap.frames_waiting()
    }

    /// Begins the files, once [`begins`](Self::begins) is known.
    pub(super) fn open(&mut self, disk: &dyn Disk, take: &Shared, journal: &mut Journal) -> io::Result<()> {
        let Some(first) = self.begins() else { return Ok(()) };
        let all = self.tap.channels();
        let channels = if take.layout == Layout::Polywav { all } else { self.part.track_channels().min(all) };
        let wanted = all.div_ceil(channels);
        let open = self.open.get_or_insert_with(|| Open {
            files: Vec::new(),
            wanted,
            first,
            next: first,
            gaps: Vec::new(),
            frames_lost: 0,
            frames_dropped: 0,
        });
        for nth in open.files.len()..wanted {
            let track = (wanted > 1).then_some(nth as u8 + 1);
            let called = self.names.get(nth).map_or("", String::as_str);
            let path = take.folder.sound(self.part, track.map(|number| (number, called)));
            let names = if wanted > 1 { vec![called.to_owned()] } else { self.names.clone() };
            let time_reference = take.frame_0.wrapping_add(first.0) % FRAMES_OF_DAY;
            let label = WavLabel { channels: channels as u16, time_reference, names, ..take.label.clone() };
            let writer = WavWriter::new(disk.create(&path)?, &label);
            journal.push(&Line::File {
                part: self.part,
                track,
                name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                channels: channels as u16,
                form: label.form,
                first_frame: first,
            });
            open.files.push(SoundFile { path, track, channel: nth * channels, writer });
        }
        Ok(())
    }

    /// Moves what waits in the tap to the disk, and tells of each gap in it. What the disk refuses waits here, then in
    /// the tap, and is dropped there, counted, when that is full: a slow disk is a gap like any other. `beat` is called
    /// whenever the disk has answered.
    pub(super) fn carry(
        &mut self,
        journal: &mut Journal,
        gap_told: &mut dyn FnMut(&Path, Gap),
        beat: &dyn Fn(),
    ) -> io::Result<()> {
        if !self.is_open() {
            return Ok(());
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        // What comes in meanwhile is for the next time, so that this ends.
        let mut waiting = self.tap.frames_waiting();
        loop {
            if open.files.iter().any(|file| file.writer.is_full()) {
                open.each(beat, WavWriter::flush)?;
            }
            let block = match self.held.take() {
                Some(block) => block,
                None if waiting == 0 => break,
                None => match self.tap.read(&mut self.samples) {
                    Some(block) => {
                        waiting = waiting.saturating_sub(block.frames);
                        block
                    }
                    None => break,
                },
            };
            if let Some(gap) = open.place(block, &self.samples) {
                journal.push(&Line::Gap { part: self.part, gap });
                if let Some(file) = open.files.first() {
                    gap_told(&file.path, gap);
                }
            }
        }
        open.each(beat, WavWriter::flush)
    }

    /// Makes what was carried safe on disk.
    pub(super) fn make_safe(&mut self, beat: &dyn Fn()) -> io::Result<()> {
        self.open.as_mut().map_or(Ok(()), |open| open.each(beat, WavWriter::make_safe))
    }

    /// Ends the files. The journal tells the end of those whose sound, cues and length are all safe; the others are for
    /// the repair.
    pub(super) fn finish(&mut self, journal: &mut Journal, beat: &dyn Fn()) -> io::Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let mut outcome = Ok(());
        for SoundFile { track, writer, .. } in &mut open.files {
            let done = writer.finish();
            if done.is_ok() {
                let (frames, sums) = (writer.safe_frames(), Some(writer.sums()));
                journal.push(&Line::End { part: self.part, track: *track, frames, sums });
            }
            outcome = outcome.and(done);
            beat();
        }
        outcome
    }

    /// Marks these moments in every file that has them.
    pub(super) fn mark(&mut self, markers: &[Marker]) {
        let Some(open) = &mut self.open else { return };
        let cues = cues(markers, open.first, open.next);
        if !cues.is_empty() {
            open.files.iter_mut().for_each(|file| file.writer.set_cues(&cues));
        }
    }

    /// What the files are now, as far as they are safe.
    pub(super) fn told(&self) -> impl Iterator<Item = RecordedFile> {
        self.open.iter().flat_map(|open| {
            open.files.iter().map(|file| RecordedFile {
                path: file.path.clone(),
                frames: file.writer.safe_frames(),
                first_frame: open.first,
                gaps: open.gaps.clone(),
            })
        })
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.open.iter().flat_map(|open| open.files.iter().map(|file| &file.path))
    }

    /// The frame up to which all files are safe; `None` before they are there.
    pub(super) fn safe(&self) -> Option<FrameIndex> {
        let open = self.open.as_ref().filter(|_| self.is_open())?;
        open.files.iter().map(|file| open.first.plus(file.writer.safe_frames())).min()
    }

    /// The frame that comes next into the files.
    pub(super) fn next(&self) -> Option<FrameIndex> {
        self.open.as_ref().map(|open| open.next)
    }

    /// Frames from the first to the last, gaps included.
    pub(super) fn frames(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.next.since(open.first))
    }

    pub(super) fn frames_lost(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.frames_lost)
    }

    /// Of [`frames_lost`](Self::frames_lost), those that the tap dropped because the disk was too slow.
    pub(super) fn frames_dropped(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.frames_dropped)
    }
}

/// Markers as a file from `first` to `end` has them.
pub(crate) fn cues(markers: &[Marker], first: FrameIndex, end: FrameIndex) -> Vec<Cue> {
    let inside = markers.iter().filter(|marker| (first..=end).contains(&marker.at));
    inside.map(|marker| Cue { frame: marker.at.since(first), label: marker.label.clone() }).collect()
}

/// `bext` counts from midnight to midnight.
pub(crate) const FRAMES_OF_DAY: u64 = 24 * 3_600 * crate::limits::SAMPLE_RATE as u64;

impl Open {
    /// Does the same with each file: one in trouble must not hold up the others.
    fn each(&mut self, beat: &dyn Fn(), work: fn(&mut WavWriter) -> io::Result<()>) -> io::Result<()> {
        let mut outcome = Ok(());
        for file in &mut self.files {
            outcome = outcome.and(work(&mut file.writer));
            beat();
        }
        outcome
    }

    /// Puts a block where its index says. Silence fills what is missing before it, told by the tap or not.
    fn place(&mut self, block: TapBlock, samples: &[f32]) -> Option<Gap> {
        let missing = block.start.since(self.next);
        let overlap = self.next.since(block.start).min(block.frames as u64);
        let channels = samples.len() / block.frames.max(1);
        let gap = (missing > 0).then(|| Gap {
            start: self.next,
            frames: missing,
            cause: block.gap.map_or(GapCause::Tap, |gap| gap.cause),
            exact: block.gap.is_none_or(|gap| gap.exact),
        });
        if let Some(gap) = gap {
            self.files.iter_mut().for_each(|file| file.writer.push_silence(missing));
            self.frames_lost += missing;
            if gap.cause == GapCause::Tap {
                self.frames_dropped += missing;
            }
            if self.gaps.len() < MAX_GAPS_KEPT {
                self.gaps.push(gap);
            }
        }
        let samples = &samples[overlap as usize * channels..];
        for file in &mut self.files {
            file.writer.push(samples, file.channel, channels);
        }
        self.next = self.next.max(block.start.plus(block.frames as u64));
        gap
    }
}
