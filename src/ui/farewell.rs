//! Leaving: one question while a show runs, then patience while its files are finished.

use egui::{Context, Id, Modal, RichText};
use korero_sentences::{Language, key, say};

use crate::limits::FAREWELL;

use super::panels::guard::Guard;
use super::theme::{Theme, Weight};

/// Where leaving stands.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
enum State {
    #[default]
    Open,
    Asking,
    /// The show was asked to end, at this many seconds.
    Ending(f64),
}

/// What the window should do now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// Nothing.
    Stay,
    /// Do not close yet.
    KeepOpen,
    /// Ask the show to end, and do not close yet.
    End,
    /// Close.
    Close,
}

/// Leaves the window without leaving the show in pieces.
#[derive(Default)]
pub(crate) struct Farewell {
    state: State,
    guard: Guard,
}

impl Farewell {
    /// Whether it waits for an answer.
    pub(crate) fn asks(&self) -> bool {
        self.state == State::Asking
    }

    /// One picture: `asked` to close, a show `runs`, something is in the way of closing (`busy`), it has `ended`; `now` in
    /// seconds. Shows the question or the sentence that asks for patience.
    pub(crate) fn step(
        &mut self,
        ctx: &Context,
        theme: &Theme,
        language: Language,
        (asked, runs, busy, ended): (bool, bool, bool, bool),
        now: f64,
    ) -> Step {
        let step = self.decide(asked, busy, ended, now);
        let (state, mut answer) = (self.state, None);
        let shown = self.guard.run(|| match state {
            State::Asking => answer = question(ctx, theme, language, runs),
            State::Ending(_) if step != Step::Close => {
                Modal::new(Id::unique("farewell")).show(ctx, |ui| ui.label(say(language, key::WINDOW_ENDING, &[])));
            }
            State::Ending(_) | State::Open => {}
        });
        if !shown && self.guard.over(ctx, theme, language) {
            self.guard.mend();
            answer = Some(false);
        }
        match (state, answer) {
            (State::Asking, Some(true)) => {
                self.state = State::Ending(now);
                Step::End
            }
            (State::Asking, Some(false)) => {
                self.state = State::Open;
                step
            }
            _ => step,
        }
    }

    fn decide(&mut self, asked: bool, busy: bool, ended: bool, now: f64) -> Step {
        if ended {
            return Step::Close;
        }
        match self.state {
            State::Ending(since) if now - since > FAREWELL.as_secs_f64() => Step::Close,
            State::Asking | State::Ending(_) if asked => Step::KeepOpen,
            State::Open if asked && busy => {
                self.state = State::Asking;
                Step::KeepOpen
            }
            State::Open if asked => {
                self.state = State::Ending(now);
                Step::End
            }
            State::Open | State::Asking | State::Ending(_) => Step::Stay,
        }
    }
}

/// Asks; a window in which no show `runs` was only locked.
fn question(ctx: &Context, theme: &Theme, language: Language, runs: bool) -> Option<bool> {
    let (words, close) = if runs {
        (key::WINDOW_LEAVE, key::WINDOW_LEAVE_END)
    } else {
        (key::HANDS_LEAVE_LOCKED, key::HANDS_LEAVE_CLOSE)
    };
    let mut answer = None;
    let modal = Modal::new(Id::unique("leave?")).show(ctx, |ui| {
        ui.set_width(theme.space.air);
        let words = RichText::new(say(language, words, &[]));
        ui.label(words.font(theme.font(theme.letters.body, Weight::Medium)).color(theme.ink[0]));
        ui.add_space(theme.space.s);
        ui.horizontal(|ui| {
            let stay = ui.button(say(language, key::WINDOW_LEAVE_STAY, &[]));
            let end = ui.button(say(language, close, &[]));
            if !stay.has_focus() && !end.has_focus() {
                stay.request_focus();
            }
            if stay.clicked() {
                answer = Some(false);
            }
            if end.clicked() {
                answer = Some(true);
            }
        });
    });
    if modal.should_close() {
        answer = answer.or(Some(false));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_during_a_show_asks_once_and_keeps_the_window_open() {
        let mut farewell = Farewell::default();
        assert_eq!(farewell.decide(true, true, false, 0.0), Step::KeepOpen);
        assert_eq!(farewell.state, State::Asking);
        assert_eq!(farewell.decide(true, true, false, 0.1), Step::KeepOpen);
        assert_eq!(farewell.decide(false, true, false, 0.2), Step::Stay);
    }

    #[test]
    fn an_idle_window_ends_the_session_and_closes_when_it_has_ended() {
        let mut farewell = Farewell::default();
        assert_eq!(farewell.decide(true, false, false, 0.0), Step::End);
        assert_eq!(farewell.decide(false, false, false, 0.1), Step::Stay);
        assert_eq!(farewell.decide(false, false, true, 0.2), Step::Close);
    }

    #[test]
    fn a_show_that_does_not_end_does_not_hold_the_window_for_ever() {
        let mut farewell = Farewell::default();
        farewell.decide(true, false, false, 0.0);
        assert_eq!(farewell.decide(false, false, false, FAREWELL.as_secs_f64() + 1.0), Step::Close);
    }
}
