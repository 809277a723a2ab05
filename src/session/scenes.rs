//! Scenes: kept, changed, and recalled at once or in a fade.

use std::sync::Arc;
use std::time::Duration;

use korero_sentences::key;

use super::command::{SceneEdit, SceneForm, SceneWish};
use super::{Deed, Session};
use crate::desk::history::Edit;
use crate::desk::scene::{Scene, SceneId, Scenes};
use crate::fault::Fault;
use crate::limits::{MAX_FADE, MAX_NAME, MAX_SCENES};

impl Session {
    /// The time is `now` (monotonic): controls that fade to a scene move on.
    pub fn tick(&mut self, now: Duration) -> Vec<Deed> {
        self.now = now;
        let learned = self.stops_learning();
        if self.fade.left(now).is_none() {
            return learned;
        }
        let mut desk = (*self.state.desk).clone();
        self.fade.tick(&mut desk, now);
        let mut deeds = self.desk_is(desk);
        deeds.extend(learned);
        // What is on its way is worth keeping once it has arrived.
        if self.fade.left(now).is_some() {
            deeds.retain(|deed| *deed != Deed::Remember);
        }
        deeds
    }

    pub(super) fn scene(&mut self, wish: SceneWish) -> Vec<Deed> {
        match wish {
            SceneWish::Recall(id) => self.recall(&id),
            SceneWish::Next => {
                let scenes = Arc::clone(&self.state.scenes);
                scenes.after(self.state.scene.as_ref()).map_or_else(Vec::new, |next| self.recall(&next.id))
            }
            _ if self.state.scenes.locked => {
                self.tell(Fault::new(key::FAULT_SCENE_LOCKED));
                Vec::new()
            }
            SceneWish::Store(_) if self.state.scenes.list.len() >= MAX_SCENES => {
                self.tell(Fault::new(key::FAULT_SESSION_TOO_MANY_SCENES).with("most", MAX_SCENES));
                Vec::new()
            }
            SceneWish::Store(form) => {
                let desk = Arc::new(self.fade.arrived(&self.state.desk));
                let SceneForm { name, scope, fade } = form;
                let (name, fade) = (fitting_name(&name), fitting_fade(fade));
                let id = SceneId::random();
                let now = self.state.scene.replace(id.clone());
                self.scenes_are(|scenes| scenes.insert_after(now.as_ref(), Scene { id, name, desk, scope, fade }))
            }
            SceneWish::Update(id) => {
                let desk = Arc::new(self.fade.arrived(&self.state.desk));
                self.state.scene = Some(id.clone());
                self.scenes_are(|scenes| scenes.get_mut(&id).into_iter().for_each(|scene| scene.desk = desk.clone()))
            }
            SceneWish::Edit(id, edit) => self.scenes_are(|scenes| {
                let Some(scene) = scenes.get_mut(&id) else { return };
                match edit {
                    SceneEdit::Name(name) => scene.name = fitting_name(&name),
                    SceneEdit::Scope(scope) => scene.scope = scope,
                    SceneEdit::Fade(fade) => scene.fade = fitting_fade(fade),
                }
            }),
            SceneWish::Move(id, to) => self.scenes_are(|scenes| scenes.put(&id, to)),
            SceneWish::Remove(id) => {
                if self.state.scene.as_ref() == Some(&id) {
                    // The show stands where it stood: what came next comes next.
                    self.state.scene = self.state.scenes.before(&id).map(|scene| scene.id.clone());
                }
                self.scenes_are(|scenes| scenes.list.retain(|scene| scene.id != id))
            }
        }
    }

    fn scenes_are(&mut self, change: impl FnOnce(&mut Scenes)) -> Vec<Deed> {
        change(Arc::make_mut(&mut self.state.scenes));
        vec![Deed::KeepScenes(Arc::clone(&self.state.scenes))]
    }

    /// The show is at this scene, or before the first. One that was removed meanwhile is no place to be at.
    pub(super) fn place_is(&mut self, scene: Option<SceneId>) {
        if scene.as_ref().is_none_or(|id| self.state.scenes.get(id).is_some()) {
            self.state.scene = scene;
        }
    }

    /// One edit to undo, whatever time it takes; undone while another fade ran, the desk is where that one went.
    pub(super) fn recall(&mut self, id: &SceneId) -> Vec<Deed> {
        let scenes = Arc::clone(&self.state.scenes);
        let Some(scene) = scenes.get(id) else { return Vec::new() };
        let before = self.fade.arrived(&self.state.desk);
        let edit = Edit::Recall { scene: id.clone(), before: self.state.scene.replace(id.clone()) };
        let patch = self.history.edited(&before, &scene.recalled(&before), edit, self.now);
        self.tell_trail();
        self.fade.let_go_of(&patch);
        let begin = self.fade.begin(scene, &self.state.desk, self.now);
        self.desk_is(begin)
    }
}

/// A name that is not too long.
fn fitting_name(name: &str) -> String {
    name.chars().take(MAX_NAME).collect()
}

/// A fade to the millisecond that is not too long.
fn fitting_fade(fade: Duration) -> Duration {
    Duration::from_millis(fade.min(MAX_FADE).as_millis() as u64)
}
