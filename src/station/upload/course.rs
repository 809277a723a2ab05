//! What an upload does next. No clock and no network: time is an argument, and what the server answers is told.

use std::time::{Duration, Instant};

use korero_sentences::key;

use crate::fault::Fault;
use crate::limits::{
    UPLOAD_CHECK, UPLOAD_CHUNK, UPLOAD_CHUNK_LEAST, UPLOAD_PAUSE, UPLOAD_PAUSE_LONGEST, UPLOAD_WRONG_SUMS,
};

/// What is to be done now.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Step {
    /// Nothing, for so long.
    Wait(Duration),
    /// Announce the file.
    Create,
    /// Ask how much is safe.
    Ask,
    /// Send these bytes.
    Send { offset: u64, bytes: u64 },
    /// Ask what became of the whole.
    Check,
    /// It is in the archive, under this path.
    Done(String),
}

/// What came of it.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Heard {
    /// The file is announced; where the upload is was noted.
    Created,
    /// So many bytes are safe.
    Safe(u64),
    /// The upload ends elsewhere than was thought.
    Elsewhere,
    /// The chunk arrived damaged, and nothing of it was kept.
    Damaged,
    /// The server knows no such upload any more.
    Gone,
    /// The server compares the whole with its hash.
    Checking,
    /// It is in the archive, under this path.
    Published(String),
    /// The whole has another hash than was announced.
    OtherHash,
    /// The server wants to be left alone, for so long.
    Busy(Duration),
    /// No answer, or one that says that the server is in trouble.
    Lost,
    /// Only a person can change this.
    Refused(Fault),
}

/// An upload under way.
#[derive(Debug)]
pub(super) struct Course {
    bytes: u64,
    doing: Doing,
    /// How much is sent at once: little at first, more with each success, less after each loss, so that a link that is cut
    /// often is still got through.
    chunk: u64,
    losses: u32,
    wrong_sums: u32,
    rest_until: Option<Instant>,
}

#[derive(Clone, PartialEq, Debug)]
enum Doing {
    Creating,
    Asking,
    Sending(u64),
    Checking,
    Done(String),
}

impl Course {
    /// For a file of so many bytes, whose upload is known from an earlier attempt or not.
    pub(super) fn new(bytes: u64, known: bool) -> Self {
        let doing = if known { Doing::Asking } else { Doing::Creating };
        Self { bytes, doing, chunk: UPLOAD_CHUNK_LEAST, losses: 0, wrong_sums: 0, rest_until: None }
    }

    /// What to do at this moment.
    pub(super) fn next(&self, now: Instant) -> Step {
        let rest = self.rest_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        if !rest.is_zero() {
            return Step::Wait(rest);
        }
        match &self.doing {
            Doing::Creating => Step::Create,
            Doing::Asking => Step::Ask,
            Doing::Sending(offset) => Step::Send { offset: *offset, bytes: self.chunk.min(self.bytes - offset) },
            Doing::Checking => Step::Check,
            Doing::Done(path) => Step::Done(path.clone()),
        }
    }

    /// Whether the server has not answered lately.
    pub(super) fn is_lost(&self) -> bool {
        self.losses > 0
    }

    /// Takes in what came of the last step. `chance` from 0 to 1 spreads out the apps that lost the same server.
    ///
    /// # Errors
    /// What only a person can change.
    pub(super) fn hear(&mut self, heard: Heard, now: Instant, chance: f64) -> Result<(), Fault> {
        if heard == Heard::Lost {
            self.lose(now, chance);
            return Ok(());
        }
        self.losses = 0;
        self.rest_until = None;
        match heard {
            Heard::Created | Heard::Elsewhere => self.doing = Doing::Asking,
            Heard::Safe(offset) => self.go_on(offset)?,
            Heard::Damaged => {
                self.wrong_sums += 1;
                if self.wrong_sums >= UPLOAD_WRONG_SUMS {
                    return Err(Fault::new(key::FAULT_UPLOAD_DAMAGED).with("times", self.wrong_sums));
                }
            }
            Heard::Gone => self.doing = Doing::Creating,
            Heard::Checking => self.rest_until = Some(now + UPLOAD_CHECK),
            Heard::Published(path) => self.doing = Doing::Done(path),
            Heard::OtherHash => return Err(Fault::new(key::FAULT_UPLOAD_OTHER_HASH)),
            Heard::Busy(rest) => self.rest_until = Some(now + rest),
            Heard::Refused(fault) => return Err(fault),
            Heard::Lost => {}
        }
        Ok(())
    }

    fn go_on(&mut self, offset: u64) -> Result<(), Fault> {
        self.wrong_sums = 0;
        if let Doing::Sending(_) = self.doing {
            self.chunk = (self.chunk * 2).min(UPLOAD_CHUNK);
        }
        self.doing = match offset.cmp(&self.bytes) {
            std::cmp::Ordering::Less => Doing::Sending(offset),
            std::cmp::Ordering::Equal => Doing::Checking,
            // Only another file can be longer than this one.
            std::cmp::Ordering::Greater => return Err(Fault::new(key::FAULT_UPLOAD_OTHER_HASH)),
        };
        Ok(())
    }

    /// Waits longer each time (“Clients SHOULD use a randomized exponential back-off”, tus 1.0), and then asks.
    fn lose(&mut self, now: Instant, chance: f64) {
        let pause = UPLOAD_PAUSE.saturating_mul(1 << self.losses.min(16)).min(UPLOAD_PAUSE_LONGEST);
        self.rest_until = Some(now + pause.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0));
        self.losses = self.losses.saturating_add(1);
        if let Doing::Sending(_) = self.doing {
            self.chunk = (self.chunk / 2).max(UPLOAD_CHUNK_LEAST);
            self.doing = Doing::Asking;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: u64 = 3 * UPLOAD_CHUNK + 5;

    /// A course that is told one thing after the other at one moment, and what it does then.
    fn after(known: bool, heard: &[Heard]) -> (Course, Instant) {
        let (mut course, now) = (Course::new(BYTES, known), Instant::now());
        for heard in heard {
            course.hear(heard.clone(), now, 1.0).unwrap();
        }
        (course, now)
    }

    fn next(known: bool, heard: &[Heard]) -> Step {
        let (course, now) = after(known, heard);
        course.next(now)
    }

    #[test]
    fn a_new_file_is_announced_sent_chunk_by_chunk_and_then_checked() {
        assert_eq!(next(false, &[]), Step::Create);
        assert_eq!(next(false, &[Heard::Created]), Step::Ask);
        let (least, safe) = (UPLOAD_CHUNK_LEAST, Heard::Safe(UPLOAD_CHUNK_LEAST));
        assert_eq!(next(true, &[Heard::Safe(0)]), Step::Send { offset: 0, bytes: least });
        assert_eq!(next(true, &[Heard::Safe(0), safe]), Step::Send { offset: least, bytes: 2 * least });
        assert_eq!(next(true, &[Heard::Safe(BYTES - 5)]), Step::Send { offset: BYTES - 5, bytes: 5 });
        assert_eq!(next(true, &[Heard::Safe(BYTES)]), Step::Check);
        assert_eq!(next(true, &[Heard::Safe(BYTES), Heard::Checking]), Step::Wait(UPLOAD_CHECK));
        let path = || "/api/v1/recordings/x".to_owned();
        assert_eq!(next(true, &[Heard::Safe(BYTES), Heard::Published(path())]), Step::Done(path()));
    }

    #[test]
    fn a_known_upload_is_asked_first_and_one_that_is_gone_is_announced_anew() {
        assert_eq!(next(true, &[]), Step::Ask);
        assert_eq!(next(true, &[Heard::Gone]), Step::Create);
        assert_eq!(next(true, &[Heard::Safe(0), Heard::Elsewhere]), Step::Ask);
    }

    #[test]
    fn each_loss_waits_longer_up_to_a_bound_and_an_answer_makes_it_short_again() {
        let (mut course, now) = after(true, &[]);
        let mut waits = Vec::new();
        for _ in 0..12 {
            course.hear(Heard::Lost, now, 1.0).unwrap();
            let Step::Wait(wait) = course.next(now) else { panic!("it waits") };
            waits.push(wait);
        }
        assert_eq!((waits[0], waits[1]), (UPLOAD_PAUSE, 2 * UPLOAD_PAUSE));
        assert!(waits.is_sorted() && *waits.last().unwrap() == UPLOAD_PAUSE_LONGEST);
        assert_eq!(course.next(now + UPLOAD_PAUSE_LONGEST), Step::Ask);
        course.hear(Heard::Safe(0), now, 1.0).unwrap();
        course.hear(Heard::Lost, now, 0.0).unwrap();
        assert_eq!(course.next(now), Step::Wait(UPLOAD_PAUSE / 2));
    }

    #[test]
    fn a_link_that_is_cut_often_gets_smaller_chunks_and_a_good_one_larger_again() {
        let (mut course, now) = after(true, &vec![Heard::Safe(0); 9]);
        let far = now + UPLOAD_PAUSE_LONGEST;
        assert_eq!(course.next(now), Step::Send { offset: 0, bytes: UPLOAD_CHUNK });
        for _ in 0..10 {
            course.hear(Heard::Lost, now, 1.0).unwrap();
            course.hear(Heard::Safe(0), now, 1.0).unwrap();
        }
        assert_eq!(course.next(far), Step::Send { offset: 0, bytes: UPLOAD_CHUNK_LEAST });
        course.hear(Heard::Safe(UPLOAD_CHUNK_LEAST), now, 1.0).unwrap();
        let twice = 2 * UPLOAD_CHUNK_LEAST;
        assert_eq!(course.next(far), Step::Send { offset: UPLOAD_CHUNK_LEAST, bytes: twice });
        for _ in 0..10 {
            course.hear(Heard::Safe(0), now, 1.0).unwrap();
        }
        assert_eq!(course.next(far), Step::Send { offset: 0, bytes: UPLOAD_CHUNK });
    }

    #[test]
    fn a_damaged_chunk_is_sent_again_at_once_but_not_for_ever() {
        let (mut course, now) = after(true, &[Heard::Safe(7)]);
        for _ in 1..UPLOAD_WRONG_SUMS {
            course.hear(Heard::Damaged, now, 1.0).unwrap();
            assert_eq!(course.next(now), Step::Send { offset: 7, bytes: UPLOAD_CHUNK_LEAST });
        }
        assert_eq!(course.hear(Heard::Damaged, now, 1.0).unwrap_err().code, key::FAULT_UPLOAD_DAMAGED);
    }

    #[test]
    fn a_busy_server_is_left_alone_for_as_long_as_it_says() {
        let rest = Duration::from_secs(5);
        let (course, now) = after(true, &[Heard::Safe(0), Heard::Busy(rest)]);
        assert_eq!(course.next(now), Step::Wait(rest));
        assert_eq!(course.next(now + rest), Step::Send { offset: 0, bytes: UPLOAD_CHUNK_LEAST });
    }

    #[test]
    fn what_only_a_person_can_change_is_told() {
        let (mut course, now) = after(true, &[Heard::Safe(BYTES)]);
        let refused = Fault::new(key::FAULT_UPLOAD_REFUSED);
        assert_eq!(course.hear(Heard::Refused(refused.clone()), now, 1.0), Err(refused));
        assert_eq!(course.hear(Heard::OtherHash, now, 1.0).unwrap_err().code, key::FAULT_UPLOAD_OTHER_HASH);
        assert_eq!(course.hear(Heard::Safe(BYTES + 1), now, 1.0).unwrap_err().code, key::FAULT_UPLOAD_OTHER_HASH);
    }
}
