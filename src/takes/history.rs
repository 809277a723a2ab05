//! What happened while a take was recorded, in one list: gaps, marks and troubles, from its beginning to its end.

use korero_sentences::{self as sentences, Args, Key, Language, key};

use super::{FileEnd, Take, Trouble, seconds};
use crate::fault::Fault;
use crate::limits::SAMPLE_RATE;
use crate::record::Part;
use crate::timeline::{FrameIndex, Gap};

/// Something that happened, and when.
#[derive(Clone, PartialEq, Debug)]
pub struct Moment {
    /// The frame; the files of the take may begin at different ones, see [`Take::first_frame`].
    pub frame: FrameIndex,
    /// The same as UTC, in nanoseconds since 1970.
    pub utc_ns: u64,
    /// What it was.
    pub what: What,
}

/// What can happen to a take.
#[derive(Clone, PartialEq, Debug)]
pub enum What {
    /// The first file was begun.
    Began,
    /// Sound is missing; told once for all parts in which it is.
    Gap {
        /// What is missing.
        gap: Gap,
        /// Where.
        parts: Vec<Part>,
    },
    /// A moment that was marked.
    Marker {
        /// What it is called.
        label: String,
    },
    /// Something was wrong with the disk.
    Trouble(Fault),
    /// The take was interrupted here and mended later.
    Recovered {
        /// Frames that were lost behind it, of the file that lost most.
        lost_frames: u64,
    },
    /// It was ended in order.
    Ended,
}

impl Moment {
    /// What happened, in words, for the list of its take.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let tenths = |frames| ((seconds(frames).as_secs_f64() * 10.0).ceil() / 10.0).into();
        let said = |key, args: &Args| sentences::say(language, key, args);
        match &self.what {
            What::Began => said(key::TAKE_BEGAN, &[]),
            What::Ended => said(key::TAKE_ENDED, &[]),
            What::Marker { label } => said(key::TAKE_MARKER, &[("label", label.as_str().into())]),
            What::Trouble(fault) => fault.sentence(language),
            What::Recovered { lost_frames } => said(key::TAKE_CUT, &[("seconds", tenths(*lost_frames))]),
            What::Gap { gap, parts } => {
                // The words of the journal: names for machines.
                let cause = serde_json::to_string(&gap.cause).unwrap_or_default();
                let parts: Vec<String> = parts.iter().map(|part| part.word()).collect();
                let args = [
                    ("seconds", format!("{:.3}", gap.frames as f64 / f64::from(SAMPLE_RATE)).into()),
                    ("cause", cause.trim_matches('"').into()),
                    ("parts", parts.join(", ").into()),
                ];
                said(key::TAKE_GAP, &args)
            }
        }
    }
}

impl Take {
    /// All that happened, in the order of its frames.
    #[must_use]
    pub fn history(&self) -> Vec<Moment> {
        let mut told = Vec::new();
        if !self.files.is_empty() {
            told.push((self.first_frame(), What::Began));
        }
        told.extend(self.gaps().into_iter().map(|(gap, parts)| (gap.start, What::Gap { gap, parts })));
        told.extend(self.markers.iter().map(|marker| (marker.at, What::Marker { label: marker.label.clone() })));
        told.extend(
            self.troubles.iter().map(|trouble| (self.epoch.frame(trouble.utc_ns), What::Trouble(self.fault(trouble)))),
        );
        // Stable: what happened at one frame stays in this order.
        told.sort_by_key(|(frame, _)| *frame);
        told.extend(self.end_of_all());
        let date = |(frame, what)| Moment { frame, utc_ns: self.epoch.utc_ns(frame), what };
        told.into_iter().map(date).collect()
    }

    /// What is missing, each gap once with the parts in which it is, in the order of their frames.
    #[must_use]
    pub fn gaps(&self) -> Vec<(Gap, Vec<Part>)> {
        let mut all: Vec<(Gap, Part)> =
            self.files.iter().flat_map(|file| file.gaps.iter().map(|gap| (*gap, file.part))).collect();
        // Files of one part tell of the same gap; parts keep the order in which the take names them.
        all.sort_by_key(|(gap, _)| (gap.start, gap.frames, gap.cause as u8, gap.exact));
        let mut found: Vec<(Gap, Vec<Part>)> = Vec::new();
        for (gap, part) in all {
            match found.last_mut().filter(|(last, _)| *last == gap) {
                Some((_, parts)) if parts.contains(&part) => {}
                Some((_, parts)) => parts.push(part),
                None => found.push((gap, vec![part])),
            }
        }
        found
    }

    /// How the take ended, once every file did.
    fn end_of_all(&self) -> Option<(FrameIndex, What)> {
        if self.is_open() {
            return None;
        }
        let ends = self.files.iter().filter_map(|file| file.end.frames().map(|frames| file.first_frame.plus(frames)));
        let lost = self.files.iter().filter_map(|file| match file.end {
            FileEnd::Recovered { lost_frames, .. } => Some(lost_frames),
            _ => None,
        });
        let what = lost.max().map_or(What::Ended, |lost_frames| What::Recovered { lost_frames });
        ends.max().map(|end| (end, what))
    }

    /// The sentence of a trouble. A journal keeps its code alone: what a disk said is always said of the take's folder.
    fn fault(&self, trouble: &Trouble) -> Fault {
        let folder = self.folder.display().to_string();
        let ours = Some(trouble.code.as_str()).filter(|code| code.starts_with("fault-record-")).and_then(Key::named);
        // A newer recorder may know more troubles: its code stands where the system's number would.
        let number = if ours.is_some() { "?" } else { &trouble.code };
        Fault::new(ours.unwrap_or(key::FAULT_RECORD_DISK)).with("folder", folder).with("number", number)
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
