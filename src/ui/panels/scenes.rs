//! The scenes of the show: a list to recall from, and beside it what the chosen one does.

use egui::{
    Align2, EventFilter, Id, Key as Press, Modifiers, Rect, Response, Role, ScrollArea, Sense, StrokeKind, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};
use korero_sentences::key;

use crate::desk::scene::{Scene, SceneId, Scope};
use crate::session::command::{Command, SceneForm, SceneWish};
use crate::ui::reading;
use crate::ui::theme::{Weight, corner};
use crate::ui::view::View;
use crate::ui::widgets::figures;
use crate::ui::widgets::key::{KeyCap, least_width};
use crate::ui::widgets::{paint_within, ring};

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
        let (left, right) = inner.split_left_right_at_x(inner.left() + inner.width() * LIST);
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
            self.editor.show(ui, view, selected);
        });
        self.selected = chosen.or_else(|| self.selected.take());
    }
}

/// The key that keeps the desk as a new scene, and why scenes cannot be changed, if so.
fn keep(ui: &mut Ui, view: &mut View<'_>) {
    let theme = view.theme;
    let scenes = &view.snapshot.scenes;
    let word = view.word(key::SCENE_KEEP);
    let width = least_width(ui, theme, &word) + theme.space.xl;
    ui.add_enabled_ui(!scenes.locked, |ui| {
        let size = vec2(width, theme.space.hit);
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
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width() - space.s, space.touch), Sense::hover());
        let key = Rect::from_min_max(pos2(rect.right() - space.strip, rect.top()), rect.max);
        let body = rect.with_max_x(key.left() - space.xs);
        let response = ui.interact(body, place(&self.scene.id), Sense::click());
        let name = self.scene.name.as_str();
        let spoken = view.say(key::SCENE_ROW, &[("number", (self.n + 1).into()), ("scene", name.into())]);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, self.selected, &spoken));
        self.paint(ui, view, body, &response);
        let mut chosen = response.clicked();
        if response.has_focus() {
            chosen |= self.keys(ui, view);
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

    fn paint(&self, ui: &Ui, view: &View<'_>, rect: Rect, response: &Response) {
        let theme = view.theme;
        let space = theme.space;
        let painter = ui.painter_at(rect.expand(space.xs));
        let edge = match (self.selected, response.hovered()) {
            (true, _) => theme.ember,
            (false, true) => theme.ink[2],
            (false, false) => theme.line,
        };
        let stroke = egui::Stroke::new(space.hair, edge);
        painter.rect(rect, corner(theme.radius.s), theme.surface[2], stroke, StrokeKind::Inside);
        let small = theme.font(theme.letters.tiny, Weight::Medium);
        let number = pos2(rect.left() + space.xl, rect.center().y);
        figures::paint(&painter, number, Align2::RIGHT_CENTER, &(self.n + 1).to_string(), &small, theme.ink[2]);
        let right = pos2(rect.right() - space.s, rect.center().y);
        let (state, ink) = self.state(view);
        let used = painter.text(right, Align2::RIGHT_CENTER, state, small, ink);
        let left = number.x + space.s;
        let font = theme.font(theme.letters.body, Weight::Medium);
        let at = (pos2(left, rect.center().y), Align2::LEFT_CENTER);
        let room = used.left() - space.s - left;
        paint_within(&painter, at, self.scene.name.clone(), (font, theme.ink[0]), room);
        if response.has_focus() {
            ring(&painter, theme, rect, theme.radius.s);
        }
    }

    /// What stands at the right: that it is the desk's or the next one, else how long its fade is.
    fn state(&self, view: &View<'_>) -> (String, egui::Color32) {
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

    /// The arrow keys go from scene to scene; `true` when the keyboard has come here by them.
    fn keys(&self, ui: &Ui, view: &View<'_>) -> bool {
        let arrows = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(place(&self.scene.id), arrows));
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        let list = &view.snapshot.scenes.list;
        let to = match (pressed(Press::ArrowUp), pressed(Press::ArrowDown)) {
            (true, false) => self.n.checked_sub(1),
            (false, true) => Some(self.n + 1),
            _ => None,
        };
        if let Some(to) = to.and_then(|to| list.get(to)) {
            ui.memory_mut(|memory| memory.request_focus(place(&to.id)));
        }
        !self.selected
    }
}

/// A scene in the list, for the keyboard.
fn place(scene: &SceneId) -> Id {
    Id::unique(("scene", scene))
}
