//! What stands in a file beside its sound: Vorbis comments in FLAC and Opus, `bext` and iXML in WAV.

use super::super::{Take, TakeFile};
use super::songs::Song;
use crate::limits::SAMPLE_RATE;
use crate::record::names::WallTime;
use crate::record::track::{FRAMES_OF_DAY, cues};
use crate::record::wav::{Cue, WavLabel};
use crate::timeline::FrameIndex;

/// Names and values of the comments.
pub(super) type Comments = Vec<(String, String)>;

/// What a file is called and what it is from.
pub(super) struct About<'a> {
    pub(super) take: &'a Take,
    pub(super) file: &'a TakeFile,
    /// `None` for a whole file.
    pub(super) song: Option<&'a Song>,
    /// The first frame of the file that is written, counted from the first one of the master, and their number.
    pub(super) first: u64,
    pub(super) frames: u64,
}

impl About<'_> {
    fn title(&self) -> &str {
        self.song.map_or(&self.take.show.title, |song| &song.title)
    }

    fn begin(&self) -> FrameIndex {
        self.file.first_frame.plus(self.first)
    }

    /// In the time zone of this computer.
    fn moment(&self) -> WallTime {
        WallTime::local(self.take.epoch.utc_ns(self.begin()))
    }

    fn date(&self) -> String {
        let WallTime { year, month, day, .. } = self.moment();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Comments as every player knows them (xiph.org, *Ogg Vorbis I format specification: comment field*), and chapters
    /// (wiki.xiph.org/Chapter_Extension) in a whole file.
    pub(super) fn comments(&self) -> Comments {
        let mut comments = Comments::new();
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                comments.push((name.to_owned(), value.to_owned()));
            }
        };
        add("TITLE", self.title());
        add("ARTIST", &self.take.show.artist);
        add("ALBUM", &self.take.show.title);
        add("DATE", &self.date());
        match self.song {
            Some(song) => add("TRACKNUMBER", &song.number.to_string()),
            None => {
                for (nth, cue) in self.cues().iter().enumerate() {
                    add(&format!("CHAPTER{nth:03}"), &clock(cue.frame));
                    add(&format!("CHAPTER{nth:03}NAME"), &cue.label);
                }
            }
        }
        comments
    }

    /// The markers in what is written, in their order.
    pub(super) fn cues(&self) -> Vec<Cue> {
        let mut cues = cues(&self.take.markers, self.begin(), self.begin().plus(self.frames));
        cues.sort_by_key(|cue| cue.frame);
        cues
    }

    pub(super) fn label(&self, channels: u16) -> WavLabel {
        let WallTime { hour, minute, second, .. } = self.moment();
        let frame_0 = WallTime::frames_of_day(self.take.epoch.utc_ns_at_frame_0);
        let names = [self.take.show.artist.as_str(), self.title()];
        WavLabel {
            channels,
            description: names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" – "),
            reference: self.take.epoch.id.simple().to_string(),
            date: self.date(),
            time: format!("{hour:02}:{minute:02}:{second:02}"),
            time_reference: frame_0.wrapping_add(self.begin().0) % FRAMES_OF_DAY,
            ..WavLabel::default()
        }
    }
}

/// `HH:MM:SS.mmm`.
fn clock(frame: u64) -> String {
    let ms = frame.saturating_mul(1_000) / u64::from(SAMPLE_RATE);
    let (seconds, ms) = (ms / 1_000, ms % 1_000);
    format!("{:02}:{:02}:{:02}.{ms:03}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
