//! What one scene is called, how long its fade takes, where it stands in the show, and what its recall touches.

use egui::{Id, Ui, vec2};
use korero_sentences::key;

use crate::desk::scene::{Scene, SceneId};
use crate::limits::{MAX_FADE, MAX_NAME};
use crate::session::command::{Command, SceneForm, SceneWish};
use crate::ui::reading;
use crate::ui::view::View;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::key::{KeyCap, least_width};

use super::{caption, scope};

/// How long the second press that removes a scene is waited for, in seconds.
const DOUBT: f64 = 4.0;
/// The longest text of a fade.
const MAX_SECONDS: usize = 8;

/// What is half done with the scene that is shown.
#[derive(Default)]
pub(crate) struct Editor {
    /// The scene that the next press removes, and since when.
    doomed: Option<(SceneId, f64)>,
}

impl Editor {
    /// Shows everything of `scene` in the whole of `ui`.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &View<'_>, scene: &Scene) {
        let space = view.theme.space;
        ui.spacing_mut().item_spacing = vec2(space.s, space.xs);
        ui.add_enabled_ui(!view.snapshot.scenes.locked, |ui| {
            ui.horizontal(|ui| {
                ui.vertical(|ui| name(ui, view, scene));
                ui.vertical(|ui| fade(ui, view, scene));
            });
            ui.add_space(space.xs);
            ui.horizontal_wrapped(|ui| self.keys(ui, view, scene));
            ui.add_space(space.s);
            if let Some(changed) = scope::show(ui, view, &scene.scope) {
                edit(view, scene, |form| form.scope = changed);
            }
        });
    }

    fn keys(&mut self, ui: &mut Ui, view: &View<'_>, scene: &Scene) {
        let id = || scene.id.clone();
        let list = &view.snapshot.scenes.list;
        let at = list.iter().position(|other| other.id == scene.id).unwrap_or(0);
        if key(ui, view, scene, (key::SCENE_UPDATE, key::SCENE_UPDATE_NAMED), true) {
            view.send(Command::Scene(SceneWish::Update(id())));
        }
        if key(ui, view, scene, (key::SCENE_UP, key::SCENE_UP_NAMED), at > 0) {
            view.send(Command::Scene(SceneWish::Move(id(), at - 1)));
        }
        if key(ui, view, scene, (key::SCENE_DOWN, key::SCENE_DOWN_NAMED), at + 1 < list.len()) {
            view.send(Command::Scene(SceneWish::Move(id(), at + 1)));
        }
        // A scene does not come back by undo, so removing it takes two presses.
        let sure = matches!(&self.doomed, Some((doomed, since)) if *doomed == scene.id && view.now - since < DOUBT);
        let words = if sure {
            (key::SCENE_REMOVE_SURE, key::SCENE_REMOVE_SURE_NAMED)
        } else {
            (key::SCENE_REMOVE, key::SCENE_REMOVE_NAMED)
        };
        if key(ui, view, scene, words, true) {
            self.doomed = (!sure).then(|| (id(), view.now));
            if sure {
                view.send(Command::Scene(SceneWish::Remove(id())));
            }
        }
    }
}

/// One key of the row, named with the scene.
fn key(
    ui: &mut Ui,
    view: &View<'_>,
    scene: &Scene,
    (word, named): (korero_sentences::Key, korero_sentences::Key),
    can: bool,
) -> bool {
    let theme = view.theme;
    let word = view.word(word);
    let name = view.say(named, &[("scene", scene.name.as_str().into())]);
    let size = vec2((least_width(ui, theme, &word) + theme.space.l).max(theme.space.hit), theme.space.hit);
    let shown = ui.add_enabled_ui(can, |ui| {
        KeyCap { name: &name, word: &word, on: None, fill: theme.ember, size }.show(ui, theme).on_hover_text(&name)
    });
    shown.inner.clicked()
}

fn name(ui: &mut Ui, view: &View<'_>, scene: &Scene) {
    caption(ui, view.theme, view.word(key::SCENE_NAME));
    let field = Field {
        id: Id::unique(("scene name", &scene.id)),
        name: &view.say(key::SCENE_NAME_OF, &[("scene", scene.name.as_str().into())]),
        text: &scene.name,
        hint: "",
        width: view.theme.space.chooser,
        secret: false,
        limit: MAX_NAME,
    };
    if let (_, Some(name)) = field.show(ui)
        && !name.trim().is_empty()
    {
        edit(view, scene, |form| name.trim().clone_into(&mut form.name));
    }
}

fn fade(ui: &mut Ui, view: &View<'_>, scene: &Scene) {
    caption(ui, view.theme, view.word(key::SCENE_FADE));
    let field = Field {
        id: Id::unique(("scene fade", &scene.id)),
        name: &view.say(key::SCENE_FADE_OF, &[("scene", scene.name.as_str().into())]),
        text: &reading::seconds(scene.fade),
        hint: "",
        width: view.theme.space.compact,
        secret: false,
        limit: MAX_SECONDS,
    };
    let (_, typed) = field.show(ui);
    if let Some(fade) = typed.and_then(|text| reading::read_seconds(&text)) {
        edit(view, scene, |form| form.fade = fade.min(MAX_FADE));
    }
}

/// Asks for a change of what is said of the scene.
fn edit(view: &View<'_>, scene: &Scene, change: impl FnOnce(&mut SceneForm)) {
    let Scene { name, scope, fade, .. } = scene.clone();
    let mut form = SceneForm { name, scope, fade };
    change(&mut form);
    view.send(Command::Scene(SceneWish::Edit(scene.id.clone(), form)));
}
