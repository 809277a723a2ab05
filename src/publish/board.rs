//! What the publisher's threads tell the control thread: the state now, and what happened since it last looked.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::fault::Fault;
use crate::limits::PUBLISH_EVENTS;
use crate::priority::Scheduling;
use crate::rtc::Trouble;
use crate::session::event::PathKind;
use crate::timeline::{FrameIndex, Gap, GapCause};

use super::rate::Rate;
use super::steps::StepCounter;
use super::told::Told;
use super::{PublishEvent, PublishState, PublishStatus};

/// How much sound went out lately: the window over which the bit rate is measured.
const WINDOW: Duration = Duration::from_secs(2);

#[derive(Default)]
pub(super) struct Board {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    status: PublishStatus,
    events: VecDeque<PublishEvent>,
    /// What was sent within [`WINDOW`]: when, and bytes of payload.
    sent: VecDeque<(Instant, usize)>,
    counter: StepCounter,
    told: Option<PathKind>,
}

impl Board {
    /// The state at `now`.
    pub(super) fn status(&self, now: Instant) -> PublishStatus {
        let mut inner = self.lock();
        inner.forget(now);
        let bytes: usize = inner.sent.iter().map(|(_, bytes)| bytes).sum();
        let bits = bytes as f64 * 8.0 / WINDOW.as_secs_f64();
        PublishStatus { bitrate: bits.round() as u32, steps: inner.counter.steps, ..inner.status.clone() }
    }

    pub(super) fn take_events(&self) -> Vec<PublishEvent> {
        self.lock().events.drain(..).collect()
    }

    pub(super) fn state(&self) -> PublishState {
        self.lock().status.state
    }

    /// Enters a state; told only when it is another one.
    pub(super) fn enter(&self, state: PublishState) {
        let mut inner = self.lock();
        if inner.status.state != state {
            inner.status.state = state;
            inner.tell(PublishEvent::State(state));
        }
    }

    /// Enters the state that follows from trouble and tells it, once for as long as it stays the same.
    pub(super) fn fell(&self, trouble: &Trouble, told: &mut Told, now: Instant) {
        let state = match self.state() {
            _ if trouble.refused => PublishState::Refused,
            PublishState::OnAir | PublishState::Reconnecting => PublishState::Reconnecting,
            _ => PublishState::Connecting,
        };
        self.enter(state);
        if told.is_news(trouble.fault.code, now) {
            self.trouble(trouble.fault.clone());
        }
    }

    pub(super) fn trouble(&self, fault: Fault) {
        self.lock().tell(PublishEvent::Trouble(fault));
    }

    /// By which kind of way sound goes from now on; told when it is another one than the last.
    pub(super) fn goes_by(&self, path: Option<PathKind>) {
        let mut inner = self.lock();
        inner.status.path = path;
        if let Some(path) = path.filter(|path| inner.told.replace(*path) != Some(*path)) {
            inner.tell(PublishEvent::Path(path));
        }
    }

    pub(super) fn scheduling(&self, scheduling: Scheduling) {
        self.lock().status.scheduling = scheduling;
    }

    pub(super) fn far_side(&self, rtt: Option<Duration>, far_lost: Option<f32>) {
        let mut inner = self.lock();
        inner.status.rtt = rtt.or(inner.status.rtt);
        inner.status.far_lost = far_lost;
    }

    /// A connection begins to send. One that was lost before it was confirmed left no trace in the state, so this is said by itself.
    pub(super) fn begins_to_send(&self) {
        self.lock().counter.begin();
    }

    /// A packet left: its first frame, how many it holds, and its payload.
    pub(super) fn sent(&self, now: Instant, frame: FrameIndex, frames: u64, bytes: usize) {
        let mut inner = self.lock();
        inner.counter.sent(frame, frames);
        inner.status.packets += 1;
        inner.sent.push_back((now, bytes));
        inner.forget(now);
    }

    /// What was decided; told when the encoder is set to something else.
    pub(super) fn rate(&self, rate: Rate) {
        let mut inner = self.lock();
        let before = inner.status.rate.replace(rate);
        if before.is_some_and(|before| before.setting != rate.setting) {
            inner.tell(PublishEvent::Rate(rate));
        }
    }

    /// Tells sound that does not go out. What joins the gap before is one gap with it.
    pub(super) fn gap(&self, gap: Gap) {
        let mut inner = self.lock();
        inner.status.frames_lost += gap.frames;
        if gap.cause == GapCause::Tap {
            inner.status.frames_dropped += gap.frames;
        }
        inner.counter.gap(gap);
        if let Some(PublishEvent::Gap(last)) = inner.events.back_mut()
            && (last.end(), last.cause, last.exact) == (gap.start, gap.cause, gap.exact)
        {
            last.frames += gap.frames;
            return;
        }
        inner.tell(PublishEvent::Gap(gap));
    }

    /// Tells `frames` that were ready but not sent.
    pub(super) fn dropped(&self, start: FrameIndex, frames: u64) {
        if frames > 0 {
            self.gap(Gap { start, frames, cause: GapCause::Tap, exact: true });
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn tell(&mut self, event: PublishEvent) {
        if self.events.len() == PUBLISH_EVENTS {
            self.events.pop_front();
            self.status.events_lost += 1;
        }
        self.events.push_back(event);
    }

    fn forget(&mut self, now: Instant) {
        while self.sent.front().is_some_and(|(at, _)| now.saturating_duration_since(*at) > WINDOW) {
            self.sent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bit_rate_is_the_payload_of_the_last_two_seconds() {
        let (board, began) = (Board::default(), Instant::now());
        for packet in 0..500 {
            board.sent(began + Duration::from_millis(10 * packet), FrameIndex(480 * packet), 480, 320);
        }
        let status = board.status(began + Duration::from_millis(4_995));
        assert!((254_000..=258_000).contains(&status.bitrate), "{}", status.bitrate);
        assert_eq!(status.packets, 500);
        assert_eq!(board.status(began + Duration::from_secs(9)).bitrate, 0);
    }

    #[test]
    fn losses_that_join_are_told_as_one_gap() {
        let board = Board::default();
        board.dropped(FrameIndex(480), 480);
        board.dropped(FrameIndex(960), 480);
        board.dropped(FrameIndex(4_800), 480);
        let gaps: Vec<_> = board.take_events();
        assert_eq!(gaps.len(), 2);
        assert!(matches!(gaps[0], PublishEvent::Gap(Gap { frames: 960, .. })));
        board.gap(Gap { start: FrameIndex(9_600), frames: 100, cause: GapCause::Device, exact: false });
        let status = board.status(Instant::now());
        assert_eq!((status.frames_lost, status.frames_dropped), (1_540, 1_440));
    }

    #[test]
    fn a_way_is_told_when_it_is_another_one() {
        use PathKind::{Direct, Tcp};
        let board = Board::default();
        let ways = [Some(Direct), None, Some(Direct), Some(Tcp), None, Some(Direct)];
        ways.into_iter().for_each(|way| board.goes_by(way));
        let told = [Direct, Tcp, Direct].map(PublishEvent::Path);
        assert_eq!(board.take_events(), told);
        assert_eq!(board.status(Instant::now()).path, Some(Direct));
    }

    #[test]
    fn what_was_not_sent_between_two_connections_is_no_wrong_step_and_within_one_it_is_whatever_the_state() {
        let (board, now) = (Board::default(), Instant::now());
        board.enter(PublishState::Connecting);
        for frame in [0, 48_000] {
            board.begins_to_send();
            board.sent(now, FrameIndex(frame), 480, 320);
        }
        assert_eq!(board.status(now).steps.wrong, 0);
        board.enter(PublishState::OnAir);
        board.enter(PublishState::Reconnecting);
        board.sent(now, FrameIndex(96_000), 480, 320);
        assert_eq!(board.status(now).steps.wrong, 1);
    }

    #[test]
    fn a_state_is_told_once() {
        let board = Board::default();
        board.enter(PublishState::OnAir);
        board.enter(PublishState::OnAir);
        assert_eq!(board.take_events().len(), 1);
    }

    #[test]
    fn events_that_nobody_takes_make_room_and_are_counted() {
        let board = Board::default();
        for packet in 0..PUBLISH_EVENTS as u64 + 7 {
            board.dropped(FrameIndex(9_600 * packet), 480);
        }
        assert_eq!(board.take_events().len(), PUBLISH_EVENTS);
        assert_eq!(board.status(Instant::now()).events_lost, 7);
    }
}
