//! The scenes of the show: a list to recall from, and beside it what the chosen one does.

use egui::{Color32, Id, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};
use korero_sentences::key;

use crate::desk::scene::{Scene, SceneId, Scope};
use crate::session::command::{Command, SceneForm, SceneWish};
use crate::ui::reading;
use crate::ui::view::View;
use crate::ui::widgets::key::{KeyCap, fitting};
use crate::ui::widgets::row::{self, ListRow};

use super::scene::Editor;
use super::{caption, head};

/// The share of the width that the list takes.
const LIST: f32 = 0.38;

/// What the panel remembers from picture to picture.
#[derive(Default)]
pub(crate) struct ScenesPanel {
    /// The scene beside the list; while nobody chose one, that of the desk.
    selected: Option<SceneId>,
    /// The scene of the desk at the last look.
    current: Option<SceneId>,
    editor: Editor,
}

impl ScenesPanel {
    /// Shows the scenes in the whole of `ui`.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let scenes = view.snapshot.scenes.clone();
        // What was kept or recalled just now is what one wants to see.
        if self.current != view.snapshot.scene {
            self.current.clone_from(&view.snapshot.scene);
            self.selected.clone_from(&self.current);
        }
        let title = view.word(key::SCENE_PANEL);
        let Some(inner) = head::show(ui, view, (&title, None), keep) else { return };
        let selected = self.selected.as_ref().and_then(|id| scenes.get(id)).or_else(|| scenes.list.first());
        let Some(selected) = selected else {
            ui.scope_builder(UiBuilder::new().id_salt("none").max_rect(inner), |ui| {
                caption(ui, view.theme, view.word(key::SCENE_EMPTY));
            });
            return;
        };
        let list = (inner.width() * LIST).max(view.theme.space.chooser);
        let (left, right) = inner.split_left_right_at_x(inner.left() + list);
        let mut chosen = None;
        ui.scope_builder(UiBuilder::new().id_salt("list").max_rect(left), |ui| {
            ScrollArea::vertical().id_salt("scenes").auto_shrink([false, false]).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = view.theme.space.xs;
                for (n, scene) in scenes.list.iter().enumerate() {
                    let row = Row { n, scene, selected: scene.id == selected.id };
                    if ui.push_id(&scene.id, |ui| row.show(ui, view)).inner {
                        chosen = Some(scene.id.clone());
                    }
                }
            });
        });
        let right = right.with_min_x(right.left() + view.theme.space.m);
        ui.scope_builder(UiBuilder::new().id_salt(&selected.id).max_rect(right), |ui| {
            let scroll = ScrollArea::vertical().id_salt("scene").auto_shrink([false, false]);
            scroll.show(ui, |ui| self.editor.show(ui, view, selected));
        });
        self.selected = chosen.or_else(|| self.selected.take());
    }
}

/// The key that keeps the desk as a new scene, and why scenes cannot be changed, if so.
fn keep(ui: &mut Ui, view: &mut View<'_>) {
    let theme = view.theme;
    let scenes = &view.snapshot.scenes;
    let word = view.word(key::SCENE_KEEP);
    let whole = fitting(ui, theme, &word);
    let size = vec2(whole.x.min(ui.available_width()), whole.y);
    ui.add_enabled_ui(!scenes.locked, |ui| {
        let key = KeyCap { name: &word, word: &word, on: None, fill: theme.ember, size };
        if key.show(ui, theme).on_hover_text(view.word(key::SCENE_KEEP_TIP)).clicked() {
            let name = view.say(key::SCENE_NUMBERED, &[("number", (scenes.list.len() + 1).into())]);
            let form = SceneForm { name, scope: Scope::default(), fade: std::time::Duration::ZERO };
            view.send(Command::Scene(SceneWish::Store(form)));
        }
    });
    if scenes.locked {
        caption(ui, theme, view.word(key::SCENE_LOCKED));
    }
}

/// One scene in the list.
struct Row<'a> {
    n: usize,
    scene: &'a Scene,
    selected: bool,
}

impl Row<'_> {
    /// Shows it; `true` when it was chosen.
    fn show(&self, ui: &mut Ui, view: &View<'_>) -> bool {
        let theme = view.theme;
        let space = theme.space;
        let (rect, _) = ui.allocate_exact_size(vec2(row::room(ui, view.theme), space.touch), Sense::hover());
        let key = Rect::from_min_max(pos2(rect.right() - space.strip, rect.top()), rect.max);
        let body = rect.with_max_x(key.left() - space.xs);
        let name = self.scene.name.as_str();
        let row = ListRow {
            id: place(&self.scene.id),
            spoken: &view.say(key::SCENE_ROW, &[("number", (self.n + 1).into()), ("scene", name.into())]),
            selected: self.selected,
            number: Some(self.n + 1),
            name,
            state: self.state(view),
            facts: None,
        };
        let response = row.show(ui, theme, body);
        let mut chosen = response.clicked();
        if response.has_focus() {
            let list = &view.snapshot.scenes.list;
            row::arrows(ui, (self.n, rect), row.id, |n| list.get(n).map(|scene| place(&scene.id)));
            // The keyboard may have come here by them.
            chosen |= !self.selected;
        }
        let cap = KeyCap {
            name: &view.say(key::SCENE_RECALL_NAMED, &[("scene", name.into())]),
            word: &view.word(key::SCENE_RECALL),
            on: None,
            fill: theme.ember,
            size: key.size(),
        };
        let builder = UiBuilder::new().id_salt("recall").max_rect(key);
        if ui.scope_builder(builder, |ui| cap.show(ui, theme)).inner.clicked() {
            view.send(Command::Scene(SceneWish::Recall(self.scene.id.clone())));
        }
        chosen
    }

    /// What stands at the right: that it is the desk's or the next one, else how long its fade is.
    fn state(&self, view: &View<'_>) -> (String, Color32) {
        let now = view.snapshot;
        let next = now.scenes.after(now.scene.as_ref()).map(|scene| &scene.id);
        match &self.scene.id {
            id if now.scene.as_ref() == Some(id) => (view.word(key::SCENE_NOW), view.theme.ember),
            id if next == Some(id) => (view.word(key::SCENE_COMES), view.theme.ink[1]),
            _ if self.scene.fade.is_zero() => (String::new(), view.theme.ink[2]),
            _ => {
                let args = [("seconds", reading::seconds(self.scene.fade).into())];
                (view.say(key::SCENE_SECONDS, &args), view.theme.ink[2])
            }
        }
    }
}

/// A scene in the list, for the keyboard.
fn place(scene: &SceneId) -> Id {
    Id::unique(("scene", scene))
}
