//! What one scene is called, how long its fade takes, where it stands in the show, and what its recall touches.

use egui::{Id, Ui, vec2};
use korero_sentences::{Key as Sentence, key};

use crate::desk::scene::{Scene, SceneId};
use crate::limits::{MAX_FADE, MAX_NAME};
use crate::session::command::{Command, SceneEdit, SceneWish};
use crate::ui::reading;
use crate::ui::view::View;
use crate::ui::widgets::doubt::Doubt;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::key::{KeyCap, fitting};

use super::{caption, scope};

/// The longest text of a fade.
const MAX_SECONDS: usize = 8;

/// What is lost by it does not come back by undo, so it takes two presses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// Keep the desk in the scene.
    Update,
    /// Remove the scene.
    Remove,
}

impl Deed {
    /// The word on its key and the key's name, before the first press and after it.
    fn words(self, sure: bool) -> (Sentence, Sentence) {
        match (self, sure) {
            (Self::Update, false) => (key::SCENE_UPDATE, key::SCENE_UPDATE_NAMED),
            (Self::Update, true) => (key::SCENE_UPDATE_SURE, key::SCENE_UPDATE_SURE_NAMED),
            (Self::Remove, false) => (key::SCENE_REMOVE, key::SCENE_REMOVE_NAMED),
            (Self::Remove, true) => (key::SCENE_REMOVE_SURE, key::SCENE_REMOVE_SURE_NAMED),
        }
    }
}

/// What is half done with the scene that is shown.
#[derive(Default)]
pub(crate) struct Editor {
    doubt: Doubt<(Deed, SceneId)>,
}

impl Editor {
    /// Shows everything of `scene` in the whole of `ui`.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &View<'_>, scene: &Scene) {
        let space = view.theme.space;
        ui.spacing_mut().item_spacing = vec2(space.s, space.xs);
        ui.add_enabled_ui(!view.snapshot.scenes.locked, |ui| {
            let beside = space.chooser + space.s + space.compact;
            if ui.available_width() >= beside {
                ui.horizontal(|ui| {
                    ui.vertical(|ui| name(ui, view, scene));
                    ui.vertical(|ui| fade(ui, view, scene));
                });
            } else {
                name(ui, view, scene);
                fade(ui, view, scene);
            }
            ui.add_space(space.xs);
            ui.horizontal_wrapped(|ui| self.keys(ui, view, scene));
            ui.add_space(space.s);
            if let Some(changed) = scope::show(ui, view, &scene.scope) {
                edit(view, scene, SceneEdit::Scope(changed));
            }
        });
    }

    fn keys(&mut self, ui: &mut Ui, view: &View<'_>, scene: &Scene) {
        let id = || scene.id.clone();
        let list = &view.snapshot.scenes.list;
        let at = list.iter().position(|other| other.id == scene.id).unwrap_or(0);
        if self.twice(ui, view, scene, Deed::Update) {
            view.send(Command::Scene(SceneWish::Update(id())));
        }
        if key(ui, view, scene, (key::SCENE_UP, key::SCENE_UP_NAMED), at > 0) {
            view.send(Command::Scene(SceneWish::Move(id(), at - 1)));
        }
        if key(ui, view, scene, (key::SCENE_DOWN, key::SCENE_DOWN_NAMED), at + 1 < list.len()) {
            view.send(Command::Scene(SceneWish::Move(id(), at + 1)));
        }
        if self.twice(ui, view, scene, Deed::Remove) {
            view.send(Command::Scene(SceneWish::Remove(id())));
        }
    }

    /// Shows the key of a deed; `true` at the second of two presses.
    fn twice(&mut self, ui: &mut Ui, view: &View<'_>, scene: &Scene, deed: Deed) -> bool {
        let this = (deed, scene.id.clone());
        let sure = self.doubt.asks(&this, view.now);
        key(ui, view, scene, deed.words(sure), true) && self.doubt.press(this, view.now)
    }
}

/// One key of the row, named with the scene.
fn key(ui: &mut Ui, view: &View<'_>, scene: &Scene, (word, named): (Sentence, Sentence), can: bool) -> bool {
    let theme = view.theme;
    let word = view.word(word);
    let name = view.say(named, &[("scene", scene.name.as_str().into())]);
    let size = fitting(ui, theme, &word);
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
        width: view.theme.space.chooser.min(ui.available_width()),
        secret: false,
        limit: MAX_NAME,
    };
    if let (_, Some(name)) = field.show(ui)
        && !name.trim().is_empty()
    {
        edit(view, scene, SceneEdit::Name(name.trim().to_owned()));
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
        edit(view, scene, SceneEdit::Fade(fade.min(MAX_FADE)));
    }
}

/// Asks for a change of what is said of the scene.
fn edit(view: &View<'_>, scene: &Scene, change: SceneEdit) {
    view.send(Command::Scene(SceneWish::Edit(scene.id.clone(), change)));
}
