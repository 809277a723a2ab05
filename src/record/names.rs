//! The names of takes and of their files: `2026-03-01 20.15.03 Artist – Title/mix.wav`, safe on Linux, macOS and Windows.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::plan::Part;
use crate::limits::{MAX_FILE_STEM, MAX_FILE_WORD, SAMPLE_RATE};
use crate::show::Show;

/// A date and a time of day as a clock on the wall shows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct WallTime {
    /// Year, e.g. 2026.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60.
    pub second: u8,
}

impl WallTime {
    /// In UTC. The calendar is Howard Hinnant's `civil_from_days` (public domain), counted in eras of 400 years.
    #[must_use]
    pub fn utc(utc_ns: u64) -> Self {
        let seconds = (utc_ns / 1_000_000_000) as i64;
        let (days, of_day) = (seconds / 86_400, seconds % 86_400);
        let from_march_0000 = days + 719_468;
        let (era, of_era) = (from_march_0000 / 146_097, from_march_0000 % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: month as u8,
            day: (of_year - (153 * from_march + 2) / 5 + 1) as u8,
            hour: (of_day / 3_600) as u8,
            minute: (of_day / 60 % 60) as u8,
            second: (of_day % 60) as u8,
        }
    }

    /// Frames from the midnight before a moment to it, in this computer's time zone.
    #[must_use]
    pub fn frames_of_day(utc_ns: u64) -> u64 {
        let at = Self::local(utc_ns);
        let seconds = u64::from(at.hour) * 3_600 + u64::from(at.minute) * 60 + u64::from(at.second);
        let rate = u64::from(SAMPLE_RATE);
        seconds * rate + utc_ns % 1_000_000_000 * rate / 1_000_000_000
    }

    /// In this computer's time zone; in UTC where the system does not tell it.
    #[must_use]
    pub fn local(utc_ns: u64) -> Self {
        local(utc_ns).unwrap_or_else(|| Self::utc(utc_ns))
    }
}

#[cfg(unix)]
fn local(utc_ns: u64) -> Option<WallTime> {
    let seconds = libc::time_t::try_from(utc_ns / 1_000_000_000).ok()?;
    let mut told = std::mem::MaybeUninit::<libc::tm>::uninit();
    // SAFETY: both pointers are valid for the call; the result is null or points to `told`.
    if unsafe { libc::localtime_r(&raw const seconds, told.as_mut_ptr()) }.is_null() {
        return None;
    }
    // SAFETY: the call did not fail, so it filled the struct.
    let told = unsafe { told.assume_init() };
    Some(WallTime {
        year: i64::from(told.tm_year) + 1_900,
        month: u8::try_from(told.tm_mon + 1).ok()?,
        day: u8::try_from(told.tm_mday).ok()?,
        hour: u8::try_from(told.tm_hour).ok()?,
        minute: u8::try_from(told.tm_min).ok()?,
        second: u8::try_from(told.tm_sec).ok()?,
    })
}

#[cfg(not(unix))]
fn local(_utc_ns: u64) -> Option<WallTime> {
    None
}

/// The name of a take's folder, never longer than [`MAX_FILE_STEM`] bytes.
#[must_use]
pub fn stem(at: WallTime, show: &Show) -> String {
    let WallTime { year, month, day, hour, minute, second } = at;
    let mut stem = format!("{year:04}-{month:02}-{day:02} {hour:02}.{minute:02}.{second:02}");
    let names: Vec<_> = [&show.artist, &show.title].into_iter().map(|name| safe(name)).collect();
    let names: Vec<_> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    if !names.is_empty() {
        stem.push(' ');
        stem.push_str(&names.join(" – "));
    }
    cut(&mut stem, MAX_FILE_STEM);
    stem
}

/// The moment that the name of a take's folder begins with; `None` when it begins otherwise.
#[must_use]
pub fn moment(name: &str) -> Option<WallTime> {
    let begin = name.get(..19)?;
    let number = |at: Range<usize>| begin.get(at).filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?.parse().ok();
    let year = begin.get(..4).filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    let (month, day, hour) = (number(5..7)?, number(8..10)?, number(11..13)?);
    let at = WallTime { year, month, day, hour, minute: number(14..16)?, second: number(17..19)? };
    (stem(at, &Show::default()) == begin).then_some(at)
}

/// The name of a song's file without its ending: `03 Title`, of another part than the mix `03 Title - inputs`.
#[must_use]
pub fn song_stem(number: usize, title: &str, part: &str) -> String {
    let mut stem = format!("{number:02} {}", safe(title));
    cut(&mut stem, MAX_FILE_WORD);
    if !part.is_empty() {
        stem += &format!(" - {}", safe(part));
        cut(&mut stem, MAX_FILE_STEM);
    }
    stem
}

/// Cuts a name between characters; it never ends in what Windows drops or in a dash that leads nowhere.
fn cut(name: &mut String, bytes: usize) {
    let end = (0..=bytes.min(name.len())).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    name.truncate(end);
    name.truncate(name.trim_end_matches([' ', '.', '–']).len());
}

/// Refused by Windows; and marks that turn the direction of text or have no width, which could make a name read as another.
const REFUSED: [char; 19] = [
    '<', '>', '?', '*', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}',
    '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}', '\u{feff}',
];

/// One name without the characters that a file name must not have on some system, or that only pretend to be others.
fn safe(name: &str) -> String {
    let kept = name.chars().filter_map(|c| match c {
        '/' | '\\' | '|' | ':' => Some('-'),
        '"' => Some('\''),
        '\t' | '\n' | '\r' => Some(' '),
        c if c.is_control() || REFUSED.contains(&c) => None,
        c => Some(c),
    });
    kept.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The folder of one take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakeFolder(pub PathBuf);

impl TakeFolder {
    /// The name of every journal.
    pub const JOURNAL: &str = "take.jsonl";

    /// The first name of that stem that is free: `stem`, `stem (2)`, `stem (3)` …
    #[must_use]
    pub fn free(disk: &dyn Disk, folder: &Path, stem: &str) -> Self {
        let mut name = stem.to_owned();
        let mut number = 1u64;
        while disk.exists(&folder.join(&name)) {
            number += 1;
            name = format!("{stem} ({number})");
        }
        Self(folder.join(name))
    }

    /// What the take is and what is missing of it.
    #[must_use]
    pub fn journal(&self) -> PathBuf {
        self.0.join(Self::JOURNAL)
    }

    /// The sound of a whole part, or of one of its tracks (from 1, with its name).
    #[must_use]
    pub fn sound(&self, part: Part, track: Option<(u8, &str)>) -> PathBuf {
        let mut name = part.word();
        if let Some((number, called)) = track {
            name += &format!(" {number:02} {}", safe(called));
            cut(&mut name, MAX_FILE_WORD);
        }
        self.0.join(name + ".wav")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::disk::LocalDisk;
    use proptest::prelude::*;

    fn show(artist: &str, title: &str) -> Show {
        Show { title: title.to_owned(), artist: artist.to_owned(), set_list: Vec::new() }
    }

    const AT: WallTime = WallTime { year: 2026, month: 3, day: 1, hour: 20, minute: 5, second: 9 };

    #[test]
    fn a_take_is_named_after_its_moment_its_artist_and_its_title() {
        assert_eq!(stem(AT, &show("Ngā Manu", "Pō marino")), "2026-03-01 20.05.09 Ngā Manu – Pō marino");
        assert_eq!(stem(AT, &show("", "Late: set?")), "2026-03-01 20.05.09 Late- set");
        assert_eq!(stem(AT, &show(" ", "")), "2026-03-01 20.05.09");
    }

    #[test]
    fn the_moment_of_a_take_is_read_from_its_name_again() {
        let named = |artist| stem(AT, &show(artist, "Pō"));
        assert_eq!([named(""), named("Ngā Manu")].map(|name| moment(&name)), [Some(AT); 2]);
        for other in [
            "",
            "Pō",
            "2026-03-01",
            "2026-03-01 20.05.0",
            "2026-03-01 20:05:09",
            "+026-03-01 20.05.09",
            "ā026-03-01 20.05.09",
        ] {
            assert_eq!(moment(other), None, "{other}");
        }
    }

    #[test]
    fn the_calendar_knows_leap_years_and_the_ends_of_years() {
        let date = |seconds: u64| {
            let at = WallTime::utc(seconds * 1_000_000_000);
            (at.year, at.month, at.day, at.hour, at.minute, at.second)
        };
        assert_eq!(date(0), (1970, 1, 1, 0, 0, 0));
        assert_eq!(date(951_782_400), (2000, 2, 29, 0, 0, 0));
        assert_eq!(date(1_735_689_599), (2024, 12, 31, 23, 59, 59));
        assert_eq!(date(4_107_542_400), (2100, 3, 1, 0, 0, 0));
    }

    #[test]
    fn names_that_are_taken_are_passed_over() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("x")).unwrap();
        std::fs::write(home.path().join("x (2)"), b"").unwrap();
        let free = TakeFolder::free(&LocalDisk, home.path(), "x");
        assert_eq!(free.sound(Part::Mix, None), home.path().join("x (3)").join("mix.wav"));
        assert_eq!(free.sound(Part::Inputs, Some((3, "Kōauau: left"))), free.0.join("inputs 03 Kōauau- left.wav"));
    }

    #[test]
    fn a_song_is_named_after_its_number_and_its_title() {
        assert_eq!(song_stem(3, "Pō: marino?", ""), "03 Pō- marino");
        assert_eq!(song_stem(12, " ", ""), "12");
        assert_eq!(song_stem(1, "A", "inputs 03 Voice"), "01 A - inputs 03 Voice");
    }

    proptest! {
        #[test]
        fn every_name_is_safe_on_every_system(artist in "\\PC{0,200}|[\u{0}-\u{40}]{0,50}", title in any::<String>()) {
            let folder = format!("{} (999)", stem(AT, &show(&artist, &title)));
            let file = TakeFolder(PathBuf::new()).sound(Part::Inputs, Some((32, &artist)));
            let file = file.to_string_lossy();
            prop_assert!(folder.len() <= 255 && file.len() <= 255);
            let song = song_stem(7, &title, &artist);
            for name in [&*folder, &*file, &stem(AT, &show(&artist, &title)), file.trim_end_matches(".wav"), &song] {
                prop_assert!(!name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']));
                prop_assert!(!name.chars().any(char::is_control));
                prop_assert!(!name.ends_with([' ', '.']));
            }
        }
    }
}
