//! Interrupted takes are mended when the show begins, on a thread of their own: a long take is read from end to end,
//! slowly while something is recorded.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use korero_sentences::key;

use super::paced::{Pace, PacedDisk};
use crate::fault::Fault;
use crate::record::Disk;
use crate::session::event::Event;
use crate::takes::repair::{self, Repaired};

/// Mending that runs; what it found comes one by one.
pub(super) struct Mending {
    told: Receiver<Fault>,
}

impl Mending {
    /// Begins with the takes in these folders. A system that gives no thread mends nothing now; what is not mended
    /// can be played all the same, and is mended the next time.
    pub(super) fn start(folders: Vec<PathBuf>, pace: Pace) -> Self {
        let (tell, told) = mpsc::channel();
        let disk = PacedDisk(pace);
        let run = move || {
            for folder in folders.iter().filter(|folder| !folder.as_os_str().is_empty()) {
                // A show that ended meanwhile needs no word.
                faults(&disk, folder).into_iter().for_each(|fault| drop(tell.send(fault)));
            }
        };
        let _ = thread::Builder::new().name("korero-mending".to_owned()).spawn(run);
        Self { told }
    }

    /// What was found since the last look.
    pub(super) fn look(&self) -> Vec<Event> {
        self.told.try_iter().map(Event::Trouble).collect()
    }
}

/// Mends what is in a folder for recordings and tells it.
fn faults(disk: &dyn Disk, folder: &Path) -> Vec<Fault> {
    match repair::repair_all(disk, folder) {
        Err(fault) => vec![fault],
        Ok((repaired, faults)) => repaired.iter().flat_map(|repaired| told(disk, repaired)).chain(faults).collect(),
    }
}

/// What there is to tell of a take: that it was recovered, and each file that could not be.
fn told(disk: &dyn Disk, repaired: &Repaired) -> Vec<Fault> {
    let recovered = repaired.mended.then(|| {
        let seconds = (repaired.take.lost().unwrap_or_default().as_secs_f64() * 10.0).ceil() / 10.0;
        let take = repaired.take.folder.display().to_string();
        Fault::new(key::FAULT_TAKES_RECOVERED).with("take", take).with("seconds", seconds)
    });
    let left_alone = repaired.left_alone.iter().map(|file| {
        let code = if disk.exists(file) { key::FAULT_TAKES_FOREIGN } else { key::FAULT_TAKES_MISSING };
        Fault::new(code).with("file", file.display().to_string())
    });
    recovered.into_iter().chain(left_alone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::LocalDisk;

    #[test]
    fn what_was_recovered_and_what_is_not_there_are_told_once_each_in_its_own_sentence() {
        let home = tempfile::tempdir().unwrap();
        let take = home.path().join("take");
        std::fs::create_dir(&take).unwrap();
        let epoch = r#""epoch":{"id":"00000000-0000-0000-0000-000000000007","utc_ns_at_frame_0":1}"#;
        let show = r#""show":{"title":"","artist":"","set_list":[]}"#;
        let file = |name: &str, part: &str| {
            format!(r#"{{"line":"file","part":"{part}","name":"{name}","channels":2,"first_frame":0}}"#)
        };
        let lines = [
            format!(r#"{{"line":"take","format":1,{epoch},{show}}}"#),
            file("mix.wav", "mix"),
            file("groups.wav", "groups"),
            file("cue 1.wav", "cue 1"),
        ];
        std::fs::write(take.join("take.jsonl"), lines.join("\n") + "\n").unwrap();
        std::fs::write(take.join("mix.wav"), b"").unwrap();
        std::fs::write(take.join("cue 1.wav"), b"another file").unwrap();
        let codes = || faults(&LocalDisk, home.path()).into_iter().map(|fault| fault.code).collect::<Vec<_>>();
        assert_eq!(codes(), [key::FAULT_TAKES_RECOVERED, key::FAULT_TAKES_MISSING, key::FAULT_TAKES_FOREIGN]);
        assert_eq!(codes(), []);
    }
}
