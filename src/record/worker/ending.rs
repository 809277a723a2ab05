//! The end of a take, in steps: first everything that was played is made safe, then the rest of the pre-roll is copied, then
//! the files are ended.

use std::io;
use std::time::Duration;

use korero_sentences::key;

use super::Worker;
use crate::fault::Fault;
use crate::limits::{RECORD_REFUSED, RECORD_SYNC};
use crate::record::ring::Need;
use crate::record::track::Track;
use crate::record::{RecordEvent, RecordedFile};

impl Worker {
    /// A step towards the end; `true` when there is none left. A disk that refuses is asked again until it has refused for
    /// [`RECORD_REFUSED`]: what is not on it then is left to the repair. `now` is the clock of [`step`](Self::step).
    pub(in crate::record) fn ends(&mut self, now: Duration) -> bool {
        if let Some(lead) = &self.lead {
            if lead.board.pulse.is_all_safe() {
                return true;
            }
            self.go_on();
        }
        let went_on = *self.ending.get_or_insert(now);
        let over = match self.end_step(now) {
            Ok(over) => {
                self.ending = Some(now);
                self.resumed();
                over
            }
            Err(error) if self.makes_room(&error, now) => {
                self.ending = Some(now);
                false
            }
            Err(error) => {
                self.tell_trouble(&error);
                now >= went_on + RECORD_REFUSED && self.gives_up()
            }
        };
        if over {
            self.let_go();
        }
        self.tell_status();
        over
    }

    /// What there is in this place, as far as it is safe.
    pub(in crate::record) fn files(&self) -> Vec<RecordedFile> {
        self.tracks.iter().flat_map(Track::told).collect()
    }

    fn end_step(&mut self, now: Duration) -> io::Result<bool> {
        if !self.board.pulse.is_all_safe() {
            self.take_the_rest()?;
        }
        if !self.fills() {
            return self.end_files().map(|()| true);
        }
        if !self.may_fill() {
            if self.ring_gives(now, Need::Room) {
                return Ok(false);
            }
            let fault = Fault::new(key::FAULT_RECORD_PRE_ROLL_LATE).with("folder", self.folder.display().to_string());
            self.board.told().event(RecordEvent::Trouble(fault));
            return self.end_files().map(|()| true);
        }
        self.fill()?;
        if now >= self.last_safe + RECORD_SYNC {
            self.last_safe = now;
            self.make_safe()?;
            self.tell_files();
        }
        Ok(false)
    }

    /// Makes everything safe that the taps still hold, before anything else is done that takes its time. Others may have
    /// the taps then, and no other place is needed any more.
    fn take_the_rest(&mut self) -> io::Result<()> {
        self.tracks.iter().for_each(Track::close);
        let carried = self.open().and(self.carry());
        // What was carried before a failure is made safe all the same.
        let safe = self.make_safe();
        self.tell_files();
        carried.and(safe)?;
        self.board.pulse.all_is_safe();
        Ok(())
    }

    /// Ends what can be ended in spite of all.
    fn gives_up(&mut self) -> bool {
        // What is wrong was told.
        let _ = self.end_files();
        true
    }
}

#[cfg(test)]
impl Worker {
    /// The whole end at once, as far as its disk is concerned.
    pub(in crate::record) fn finish(&mut self) -> Vec<RecordedFile> {
        let mut now = self.last_safe;
        while !self.ends(now) {
            now += crate::limits::RECORD_POLL;
        }
        self.files()
    }
}
