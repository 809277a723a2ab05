//! The songs of the evening: those of the set list, or the scenes where there is none.

use super::command::SongWish;
use super::snapshot::{RecordingState, Snapshot};
use super::{Deed, Session};
use crate::desk::scene::{Scene, SceneId};

/// Where the evening is among its songs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Songs<'a> {
    /// The one that is played; `None` before the first.
    pub now: Option<&'a str>,
    /// The one that comes; `None` after the last.
    pub next: Option<&'a str>,
    /// Those after it.
    pub later: Vec<&'a str>,
    /// How many there are.
    pub count: usize,
}

impl Songs<'_> {
    /// Which one comes, counted from 1; one more than there are after the last.
    #[must_use]
    pub fn number_of_next(&self) -> usize {
        self.count - self.later.len() - usize::from(self.next.is_some()) + 1
    }
}

impl Snapshot {
    /// Where the evening is among its songs.
    #[must_use]
    pub fn songs(&self) -> Songs<'_> {
        let set_list = &self.show.set_list;
        if set_list.is_empty() {
            let list = &self.scenes.list;
            let begun = self.scene.as_ref().and_then(|id| list.iter().position(|scene| scene.id == *id));
            let names: Vec<_> = list.iter().map(|scene| scene.name.as_str()).collect();
            return at(&names, begun.map_or(0, |begun| begun + 1));
        }
        at(&set_list.iter().map(String::as_str).collect::<Vec<_>>(), self.song)
    }
}

fn at<'a>(all: &[&'a str], begun: usize) -> Songs<'a> {
    Songs {
        now: begun.checked_sub(1).and_then(|now| all.get(now)).copied(),
        next: all.get(begun).copied(),
        later: all.get(begun + 1..).unwrap_or_default().to_vec(),
        count: all.len(),
    }
}

impl Session {
    pub(super) fn song(&mut self, wish: SongWish) -> Vec<Deed> {
        match wish {
            SongWish::Next => self.next_song(),
            SongWish::Back => {
                self.state.song = self.state.song.saturating_sub(1);
                Vec::new()
            }
        }
    }

    fn next_song(&mut self) -> Vec<Deed> {
        let (name, scene) = if self.state.show.set_list.is_empty() {
            let Some(Scene { name, id, .. }) = self.state.scenes.after(self.state.scene.as_ref()) else {
                return Vec::new();
            };
            (name.clone(), Some(id.clone()))
        } else {
            let Some(name) = self.take_song() else { return Vec::new() };
            let scene = self.scene_called(&name);
            (name, scene)
        };
        let mut deeds = match self.state.recording {
            RecordingState::On { .. } => self.mark(Some(name)),
            RecordingState::Off => Vec::new(),
        };
        deeds.extend(scene.map(|id| self.recall(&id)).unwrap_or_default());
        deeds
    }

    /// The next song of the set list, which begins by that.
    pub(super) fn take_song(&mut self) -> Option<String> {
        let song = self.state.show.set_list.get(self.state.song).cloned();
        self.state.song += usize::from(song.is_some());
        song
    }

    fn scene_called(&self, song: &str) -> Option<SceneId> {
        let plain = |name: &str| name.trim().to_lowercase();
        self.state.scenes.list.iter().find(|scene| plain(&scene.name) == plain(song)).map(|scene| scene.id.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::desk::scene::{Scenes, Scope};
    use crate::session::command::Command;
    use crate::session::event::Event;
    use crate::session::snapshot::DeviceState;
    use crate::show::Show;

    fn evening(set_list: &[&str], scenes: &[&str]) -> Session {
        let scene = |name: &&str| Scene {
            id: SceneId::random(),
            name: (*name).to_owned(),
            desk: Arc::default(),
            scope: Scope::default(),
            fade: Duration::ZERO,
        };
        let list = scenes.iter().map(scene).collect();
        let set_list = set_list.iter().map(|song| (*song).to_owned()).collect();
        let start = Snapshot {
            scenes: Arc::new(Scenes { list, locked: false }),
            show: Show { set_list, ..Show::default() },
            ..Snapshot::default()
        };
        Session::new(start, BTreeMap::new())
    }

    fn record(session: &mut Session) {
        let device = DeviceState::Running {
            id: "scripted".into(),
            name: "Scripted".into(),
            inputs: 2,
            rate: 48_000,
            frames: 128,
            realtime: true,
        };
        session.event(Event::Device(device), Duration::ZERO);
        session.command(Command::StartRecording);
    }

    fn shown(session: &Session) -> (Option<String>, Option<String>, usize) {
        let snapshot = session.snapshot(Duration::ZERO);
        let songs = snapshot.songs();
        (songs.now.map(str::to_owned), songs.next.map(str::to_owned), songs.number_of_next())
    }

    fn recalled(session: &Session) -> Option<String> {
        let snapshot = session.snapshot(Duration::ZERO);
        let scene = snapshot.scene.as_ref().and_then(|id| snapshot.scenes.get(id));
        scene.map(|scene| scene.name.clone())
    }

    #[test]
    fn the_next_song_is_marked_in_the_recording_and_recalls_the_scene_of_its_name() {
        let mut session = evening(&["Pō", "Kāinga"], &["Intro", "kāinga "]);
        record(&mut session);
        assert_eq!(shown(&session), (None, Some("Pō".into()), 1));
        assert_eq!(session.command(Command::Song(SongWish::Next)), [Deed::Mark("Pō".into())]);
        assert_eq!(recalled(&session), None, "no scene has that name");
        let deeds = session.command(Command::Song(SongWish::Next));
        assert_eq!(deeds[0], Deed::Mark("Kāinga".into()));
        assert_eq!(recalled(&session).as_deref(), Some("kāinga "));
        assert_eq!(shown(&session), (Some("Kāinga".into()), None, 3));
        assert_eq!(session.command(Command::Song(SongWish::Next)), [], "that was the last one");
    }

    #[test]
    fn a_rehearsal_goes_through_the_set_list_without_a_mark_and_a_recording_begins_it_anew() {
        let mut session = evening(&["Pō", "Kāinga"], &[]);
        assert_eq!(session.command(Command::Song(SongWish::Next)), []);
        assert_eq!(shown(&session), (Some("Pō".into()), Some("Kāinga".into()), 2));
        record(&mut session);
        assert_eq!(shown(&session), (None, Some("Pō".into()), 1));
    }

    #[test]
    fn a_song_that_was_begun_too_early_is_taken_back() {
        let mut session = evening(&["Pō", "Kāinga"], &[]);
        session.command(Command::Song(SongWish::Next));
        session.command(Command::Song(SongWish::Next));
        session.command(Command::Song(SongWish::Back));
        assert_eq!(shown(&session), (Some("Pō".into()), Some("Kāinga".into()), 2));
        (0..5).for_each(|_| drop(session.command(Command::Song(SongWish::Back))));
        assert_eq!(shown(&session), (None, Some("Pō".into()), 1));
    }

    #[test]
    fn without_a_set_list_the_scenes_are_the_songs() {
        let mut session = evening(&[], &["Karakia", "Waiata"]);
        record(&mut session);
        assert_eq!(shown(&session), (None, Some("Karakia".into()), 1));
        assert_eq!(session.command(Command::Song(SongWish::Next))[0], Deed::Mark("Karakia".into()));
        assert_eq!(shown(&session), (Some("Karakia".into()), Some("Waiata".into()), 2));
        session.command(Command::Song(SongWish::Next));
        assert_eq!(
            (recalled(&session).as_deref(), session.command(Command::Song(SongWish::Next))),
            (Some("Waiata"), vec![])
        );
    }
}
