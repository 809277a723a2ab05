//! One tap on its way into its files: every frame at its place, what is missing as silence.

mod filling;

use std::io;
use std::path::{Path, PathBuf};

use super::RecordedFile;
use super::disk::{Disk, DiskFile};
use super::journal::{Journal, Line};
use super::names::TakeFolder;
use super::past::{Fill, Past, Span};
use super::plan::{Part, Source};
use super::wav::{Cue, WavLabel, WavWriter};
use crate::engine::tap::{TapBlock, TapReader};
use crate::limits::{MAX_GAPS_KEPT, MAX_SAME_NAMES, SAMPLE_RATE};
use crate::recording::{Layout, Marker};
use crate::timeline::{FrameIndex, Gap, GapCause};

/// One part of the take.
pub(super) struct Track {
    part: Part,
    names: Vec<String>,
    tap: TapReader,
    samples: Vec<f32>,
    /// Frames that the tap dropped and that its blocks told.
    told_lost: u64,
    /// A block that was read and is not in the writers yet.
    held: Option<TapBlock>,
    /// Where it begins when it goes on from another place.
    goes_on_at: Option<FrameIndex>,
    /// What rolled before.
    past: Option<Past>,
    bounds: Bounds,
    open: Option<Open>,
}

/// How much a part may take; what is beyond waits in the tap.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Frames of a file, gaps included.
    pub(super) frames: u64,
    /// Frames of one gap.
    pub(super) gap: u64,
}

/// A take has no bounds.
impl Default for Bounds {
    fn default() -> Self {
        Self { frames: u64::MAX, gap: u64::MAX }
    }
}

/// Why sound waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum HeldBack {
    /// By [`Bounds::frames`].
    Frames,
    /// By [`Bounds::gap`].
    Gap,
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
    /// What of its pre-roll is still to be copied.
    fill: Option<Fill>,
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
        let (bounds, samples) = (Bounds::default(), Vec::new());
        Self { part, names, tap, samples, told_lost: 0, held: None, goes_on_at: None, past: None, bounds, open: None }
    }

    /// Where the first sound begins, its own gap included; `None` before there is any.
    pub(super) fn begins(&mut self) -> Option<FrameIndex> {
        if let Some(open) = &self.open {
            return Some(open.first);
        }
        if let Some(past) = &self.past {
            return Some(past.first);
        }
        if self.held.is_none() {
            self.held = self.read();
        }
        let block = self.held?;
        let sound = self.goes_on_at.unwrap_or_else(|| block.gap.map_or(block.start, |gap| gap.start));
        Some(if block.start.since(sound) > self.bounds.gap { block.start } else { sound })
    }

    /// From now on nothing goes beyond these.
    pub(super) fn keep_within(&mut self, bounds: Bounds) {
        self.bounds = bounds;
    }

    /// Why sound that came waits in the tap.
    pub(super) fn held_back(&self) -> Option<HeldBack> {
        let (block, open) = (self.held?, self.open.as_ref()?);
        let missing = block.start.since(open.next);
        if missing > self.bounds.gap {
            return Some(HeldBack::Gap);
        }
        let frames = open.next.max(block.start.plus(block.frames as u64)).since(open.first);
        (frames > self.bounds.frames).then_some(HeldBack::Frames)
    }

    /// Lets go of its files, which are ended, and tells what they are. What comes next begins new ones at the very next
    /// frame, or behind a gap that is too long.
    pub(super) fn turn_over(&mut self) -> Option<Span> {
        let files = self.told().collect();
        let behind = self.held.filter(|_| self.held_back() == Some(HeldBack::Gap)).map(|block| block.start);
        let open = self.open.take()?;
        self.goes_on_at = Some(behind.unwrap_or(open.next));
        Some(Span { first: open.first, end: open.next, files })
    }

    /// Where its files begin and go on, or where new ones do both.
    pub(super) fn begins_and_ends(&self) -> Option<(FrameIndex, FrameIndex)> {
        let now = self.open.as_ref().map(|open| (open.first, open.next));
        now.or_else(|| self.goes_on_at.map(|at| (at, at)))
    }

    /// Where new files begin; `None` before there was any sound.
    pub(super) fn goes_on(&self) -> Option<FrameIndex> {
        self.goes_on_at
    }

    /// What rolled belongs to a take now: it begins with `past`, or at `from` when that is later than what rolled.
    pub(super) fn becomes_a_take(&mut self, names: Vec<String>, past: Option<Past>, from: FrameIndex) {
        self.names = names;
        self.bounds = Bounds::default();
        self.goes_on_at = self.goes_on_at.map(|at| at.max(from));
        self.past = past;
    }

    /// Forgets where it was: the next sound begins anew.
    pub(super) fn begin_anew(&mut self) {
        self.goes_on_at = None;
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.files.len() == open.wanted)
    }

    /// Lets sound go that is safe elsewhere up to `until`; the rest waits in the ring.
    pub(super) fn pass_over(&mut self, until: FrameIndex) {
        loop {
            if self.held.is_none() {
                self.held = self.read();
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

    /// Nothing more comes in; what waits in the ring is still to be carried.
    pub(super) fn close(&self) {
        self.tap.end().close();
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
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(Open::new(wanted, first, self.past.as_ref())),
        };
        for nth in open.files.len()..wanted {
            let track = (wanted > 1).then_some(nth as u8 + 1);
            let called = self.names.get(nth).map_or("", String::as_str);
            let path = take.folder.sound(self.part, track.map(|number| (number, called)));
            let names = if wanted > 1 { vec![called.to_owned()] } else { self.names.clone() };
            let time_reference = take.frame_0.wrapping_add(first.0) % FRAMES_OF_DAY;
            let label = WavLabel { channels: channels as u16, time_reference, names, ..take.label.clone() };
            let (path, file) = create(disk, &path)?;
            let mut writer = WavWriter::new(file, &label);
            journal.push(&Line::File {
                part: self.part,
                track,
                name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                channels: channels as u16,
                form: label.form,
                first_frame: first,
            });
            let past = self.past.as_ref().map(|past| (past, past.pieces.get(nth).cloned().unwrap_or_default()));
            let fill = past.map(|(past, pieces)| {
                let frames = past.end.since(past.first);
                writer.leave_room(frames);
                journal.push(&Line::PreRoll { part: self.part, track, frames, pieces: pieces.clone() });
                Fill::new(pieces, past.first)
            });
            open.files.push(SoundFile { path, track, channel: nth * channels, writer, fill });
        }
        let gaps = self.past.take().map(|past| past.gaps).unwrap_or_default();
        gaps.into_iter().for_each(|gap| journal.push(&Line::Gap { part: self.part, gap }));
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
        // What comes in meanwhile is for the next time, so that this ends.
        let mut waiting = self.tap.frames_waiting();
        loop {
            let Some(open) = &mut self.open else { return Ok(()) };
            if open.files.iter().any(|file| file.writer.is_full()) {
                open.each(beat, WavWriter::flush)?;
            }
            let block = match self.held.take() {
                Some(block) => block,
                None if waiting == 0 => break,
                None => match self.read() {
                    Some(block) => {
                        waiting = waiting.saturating_sub(block.frames);
                        block
                    }
                    None => break,
                },
            };
            self.held = Some(block);
            if self.held_back().is_some() {
                break;
            }
            self.held = None;
            let Some(open) = &mut self.open else { break };
            if let Some(gap) = open.place(block, &self.samples) {
                open.tell(self.part, gap, journal, gap_told);
            }
        }
        self.lose_the_end(journal, gap_told);
        self.open.as_mut().map_or(Ok(()), |open| open.each(beat, WavWriter::flush))
    }

    fn read(&mut self) -> Option<TapBlock> {
        let block = self.tap.read(&mut self.samples)?;
        let missing = block.gap.map_or(0, |gap| gap.frames);
        // What the device lost at the same time is not counted by the tap.
        self.told_lost = self.told_lost.saturating_add(missing).min(self.tap.lost_frames());
        Some(block)
    }

    /// What a full tap dropped just before it was closed: no block comes behind it that would tell.
    fn lose_the_end(&mut self, journal: &mut Journal, gap_told: &mut dyn FnMut(&Path, Gap)) {
        let Some(open) = self.open.as_mut().filter(|_| self.held.is_none() && self.tap.frames_waiting() == 0) else {
            return;
        };
        let frames = self.tap.lost_frames().saturating_sub(self.told_lost);
        if frames > 0 && self.tap.end().is_closed() {
            self.told_lost += frames;
            let gap = Gap { start: open.next, frames, cause: GapCause::Tap, exact: true };
            open.silence(gap);
            open.tell(self.part, gap, journal, gap_told);
            open.next = gap.end();
        }
    }

    /// Whether so much sound waits that nothing else should be done.
    pub(super) fn is_behind(&self) -> bool {
        self.tap.frames_waiting() > SAMPLE_RATE as usize
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
        for SoundFile { track, writer, fill, .. } in &mut open.files {
            let done = writer.finish();
            // Without its pre-roll it is not ended: the repair copies it.
            if done.is_ok() && fill.is_none() {
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

/// Makes a file of that name, or of the next one that is free. The name may be taken by a file that the disk made and said that
/// it had not.
fn create(disk: &dyn Disk, path: &Path) -> io::Result<(PathBuf, Box<dyn DiskFile>)> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let numbered = (2..=MAX_SAME_NAMES).map(|number| path.with_file_name(format!("{stem} ({number}).wav")));
    let mut taken = io::ErrorKind::AlreadyExists.into();
    for name in std::iter::once(path.to_owned()).chain(numbered) {
        match disk.create(&name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = error,
            made => return made.map(|file| (name, file)),
        }
    }
    Err(taken)
}

/// Markers as a file from `first` to `end` has them.
pub(crate) fn cues(markers: &[Marker], first: FrameIndex, end: FrameIndex) -> Vec<Cue> {
    let inside = markers.iter().filter(|marker| (first..=end).contains(&marker.at));
    inside.map(|marker| Cue { frame: marker.at.since(first), label: marker.label.clone() }).collect()
}

/// `bext` counts from midnight to midnight.
pub(crate) const FRAMES_OF_DAY: u64 = 24 * 3_600 * SAMPLE_RATE as u64;

impl Open {
    /// With what rolled before.
    fn new(wanted: usize, first: FrameIndex, past: Option<&Past>) -> Self {
        let next = past.map_or(first, |past| past.end);
        let gaps = past.map(|past| past.gaps.clone()).unwrap_or_default();
        let frames_lost = gaps.iter().map(|gap| gap.frames).sum();
        Self { files: Vec::new(), wanted, first, next, gaps, frames_lost, frames_dropped: 0 }
    }

    fn lose(&mut self, gap: Gap) {
        self.frames_lost += gap.frames;
        if self.gaps.len() < MAX_GAPS_KEPT {
            let at = self.gaps.partition_point(|before| before.start <= gap.start);
            self.gaps.insert(at, gap);
        }
    }

    /// Does the same with each file: one in trouble must not hold up the others.
    fn each(&mut self, beat: &dyn Fn(), work: fn(&mut WavWriter) -> io::Result<()>) -> io::Result<()> {
        let mut outcome = Ok(());
        for file in &mut self.files {
            outcome = outcome.and(work(&mut file.writer));
            beat();
        }
        outcome
    }

    /// Puts the silence of a gap behind everything else.
    fn silence(&mut self, gap: Gap) {
        self.files.iter_mut().for_each(|file| file.writer.push_silence(gap.frames));
        self.lose(gap);
        if gap.cause == GapCause::Tap {
            self.frames_dropped += gap.frames;
        }
    }

    fn tell(&self, part: Part, gap: Gap, journal: &mut Journal, gap_told: &mut dyn FnMut(&Path, Gap)) {
        journal.push(&Line::Gap { part, gap });
        if let Some(file) = self.files.first() {
            gap_told(&file.path, gap);
        }
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
            self.silence(gap);
        }
        let samples = &samples[overlap as usize * channels..];
        for file in &mut self.files {
            file.writer.push(samples, file.channel, channels);
        }
        self.next = self.next.max(block.start.plus(block.frames as u64));
        gap
    }
}
