//! What a screen reader is told of the window itself: its name, and what changed, said aloud. It hears when the show goes on
//! air or off, when recording begins or ends, when a moment was marked, when the window is locked, and when the headphones
//! play only what is taken away. Faults are told by their own cards.

use egui::accesskit::Live;
use egui::{Rect, Role, Sense, Ui, Vec2, WidgetInfo, accesskit_root_id};
use korero_sentences::{Key, Language, key, say};

use super::lock;
use crate::session::snapshot::{AirState, RecordingState, Snapshot};

/// The states whose changes are told.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Told {
    air: Key,
    recording: bool,
    locked: bool,
    marked: usize,
    removed: bool,
}

/// The latest news.
#[derive(Default)]
pub(crate) struct News {
    told: Option<Told>,
    latest: Vec<Key>,
}

impl News {
    /// Looks for what changed, and tells it beside the upper left corner of `ui` to those who listen.
    pub(crate) fn tell(&mut self, ui: &Ui, language: Language, now: &Snapshot, locked: bool) {
        self.look(now, locked);
        ui.ctx().accesskit_node_builder(accesskit_root_id(), |window| {
            window.set_label(say(language, key::WINDOW_NAME, &[]));
        });
        let marked = [("mark", now.marked.into())];
        let sentences: Vec<_> = self.latest.iter().map(|news| say(language, *news, &marked)).collect();
        if sentences.is_empty() {
            return;
        }
        let text = sentences.join(" ");
        // As small as anything that is there can be.
        let place = Rect::from_min_size(ui.max_rect().min, Vec2::splat(1.0));
        let response = ui.interact(place, ui.scope_id().with("news"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &text));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(Live::Assertive));
    }

    fn look(&mut self, now: &Snapshot, locked: bool) {
        let air = match now.air {
            AirState::Off => key::HANDS_NEWS_OFF_AIR,
            AirState::Connecting => key::HANDS_NEWS_CONNECTING,
            AirState::On { .. } => key::HANDS_NEWS_ON_AIR,
            AirState::Reconnecting => key::HANDS_NEWS_RECONNECTING,
            AirState::Refused => key::HANDS_NEWS_REFUSED,
        };
        let recording = now.recording != RecordingState::Off;
        let seen = Told { air, recording, locked, marked: now.marked, removed: now.removed.is_some() };
        // What was so from the beginning is no news.
        let before = *self.told.get_or_insert(seen);
        if before == seen {
            return;
        }
        self.told = Some(seen);
        let recording = if seen.recording { key::HANDS_NEWS_RECORDING } else { key::HANDS_NEWS_RECORDED };
        let removed = if seen.removed { key::HANDS_NEWS_REMOVED } else { key::HANDS_NEWS_ALL_HEARD };
        let lock = if seen.locked { lock::sentence(now) } else { key::HANDS_NEWS_UNLOCKED };
        let news = [
            (before.air != seen.air).then_some(air),
            (before.recording != seen.recording).then_some(recording),
            (before.marked < seen.marked).then_some(key::HANDS_NEWS_MARKED),
            (before.locked != seen.locked).then_some(lock),
            (before.removed != seen.removed).then_some(removed),
        ];
        self.latest = news.into_iter().flatten().collect();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::desk::address::{ChannelName, SlotName};
    use crate::desk::channel::Place;

    #[test]
    fn only_what_changed_is_news_and_what_was_so_from_the_beginning_is_not() {
        let mut news = News::default();
        let mut now = Snapshot::default();
        news.look(&now, false);
        assert_eq!(news.latest, []);
        now.air = AirState::Connecting;
        now.recording = RecordingState::On { length: Duration::ZERO, files: Vec::new(), disk_left: None };
        news.look(&now, false);
        assert_eq!(news.latest, [key::HANDS_NEWS_CONNECTING, key::HANDS_NEWS_RECORDING]);
        now.air = AirState::On { length: Duration::ZERO, bitrate: 1 };
        news.look(&now, false);
        now.air = AirState::On { length: Duration::from_secs(1), bitrate: 2 };
        news.look(&now, false);
        assert_eq!(news.latest, [key::HANDS_NEWS_ON_AIR], "the running time is none");
        now.marked = 1;
        news.look(&now, false);
        assert_eq!(news.latest, [key::HANDS_NEWS_MARKED]);
        news.look(&now, true);
        assert_eq!(news.latest, [key::HANDS_LOCKED]);
        now.removed = Some(SlotName { channel: ChannelName::Mix, place: Place::PreEq });
        news.look(&now, true);
        assert_eq!(news.latest, [key::HANDS_NEWS_REMOVED]);
        now.removed = None;
        news.look(&now, true);
        assert_eq!(news.latest, [key::HANDS_NEWS_ALL_HEARD]);
    }
}
