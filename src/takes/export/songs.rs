//! Songs: the stretches between markers. Each marker begins one; what comes before the first is song 0.

use super::super::{Take, TakeFile};
use crate::recording::Marker;

/// One song in one file of a take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Song {
    /// From 1; 0 for what comes before the first marker.
    pub number: usize,
    /// What its marker is called; may be empty.
    pub title: String,
    /// Its first frame, counted from the first one of the file.
    pub first: u64,
    /// Its frames, never none.
    pub frames: u64,
}

/// The songs of a file that is ended: together they are all of its frames, in order. A take without markers is one song,
/// called like the show; a marker with nothing behind it begins none.
#[must_use]
pub fn songs(take: &Take, file: &TakeFile) -> Vec<Song> {
    let end = file.end.frames().unwrap_or(0);
    let mut markers: Vec<&Marker> = take.markers.iter().collect();
    markers.sort_by_key(|marker| marker.at);
    let at = |marker: &Marker| marker.at.since(file.first_frame).min(end);
    let ends = markers.iter().skip(1).map(|marker| at(marker)).chain([end]);
    let marked = markers.iter().zip(ends).map(|(marker, end)| (marker.label.clone(), at(marker), end));
    let before = match markers.first() {
        Some(first) => (0, String::new(), at(first)),
        None => (1, take.show.title.clone(), end),
    };
    let mut songs = Vec::new();
    if before.2 > 0 {
        songs.push(Song { number: before.0, title: before.1, first: 0, frames: before.2 });
    }
    let real = marked.filter(|(_, first, end)| end > first);
    songs.extend(real.zip(1..).map(|((title, first, end), number)| Song { number, title, first, frames: end - first }));
    songs
}
