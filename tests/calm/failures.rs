//! A panic in each part of the window, from outside: the toolkit tells a plugin of each widget that is made under the pointer,
//! in the middle of the panel that makes it, and there the plugin panics. Nothing in the product knows of it.

use std::sync::{Arc, Mutex};

use egui::accesskit::NodeId;
use egui::{Event, Key, Modifiers, ViewportEvent, ViewportId};
use korero::session::command::Command;
use korero_sentences::{Language, key, say};

use super::*;
use crate::desktop::Thing;
use crate::panics::WANTED;

/// In the short form so many things of each place fail; at full length all.
const FEW: usize = 8;
/// The bar of a locked window is that high at most; what is below it does not hear.
const BAR: f32 = 80.0;

/// Panics when that widget is made, once.
struct Failure(Arc<Mutex<Option<NodeId>>>);

impl egui::Plugin for Failure {
    fn debug_name(&self) -> &'static str {
        "failure"
    }

    fn on_widget_under_pointer(&mut self, _ctx: &egui::Context, widget: &egui::WidgetRect) {
        let hit = self.0.lock().expect("free").take_if(|aim| *aim == widget.id.accesskit_id()).is_some();
        assert!(!hit, "{WANTED}");
    }
}

/// What failed in one place of the window.
#[derive(Default)]
struct Failed {
    injected: usize,
    /// The corners at which a sentence stood.
    places: Vec<(i32, i32)>,
    /// The lock opened, because its key could not be shown.
    gave_way: usize,
}

struct Saboteur<'a> {
    show: &'a Show,
    desktop: Desktop,
    aim: Arc<Mutex<Option<NodeId>>>,
}

impl Saboteur<'_> {
    /// Lets the things of this place fail, one after the other.
    fn ruins(&mut self, place: &str, among: impl Fn(&Thing) -> bool, again: impl Fn(&mut Desktop)) -> Failed {
        let all: Vec<Thing> =
            self.desktop.things().into_iter().filter(|thing| self.can_be_seen(thing) && among(thing)).collect();
        let step = if at_full_length() { 1 } else { all.len().div_ceil(FEW).max(1) };
        let mut failed = Failed::default();
        for thing in all.iter().step_by(step) {
            self.ruins_one(thing, &mut failed);
            again(&mut self.desktop);
        }
        let Failed { injected, places, gave_way } = &failed;
        let told = format!("{injected}, {}, {gave_way}", places.len());
        figure(&format!("{place}: panics injected, parts that said so, locks that opened"), told);
        failed
    }

    fn can_be_seen(&self, thing: &Thing) -> bool {
        let whole = self.desktop.window.ctx.content_rect();
        !thing.name.is_empty() && thing.rect.is_positive() && whole.contains(thing.rect.center())
    }

    fn ruins_one(&mut self, thing: &Thing, failed: &mut Failed) {
        let before = self.show.now().position;
        self.desktop.picture(vec![Event::PointerMoved(thing.rect.center())]);
        self.desktop.pictures(1);
        *self.aim.lock().expect("free") = Some(thing.node);
        self.desktop.pictures(1);
        if self.aim.lock().expect("free").take().is_some() {
            // Something lies on it, or it is gone.
            return;
        }
        failed.injected += 1;
        self.desktop.picture(vec![Event::PointerMoved(egui::Pos2::ZERO)]);
        self.desktop.pictures(1);
        self.show.waits_for("more sound", |now| now.position > before);
        let fell = say(Language::English, key::WINDOW_PANEL_FELL, &[]);
        let sentences: Vec<Thing> = self.desktop.things().into_iter().filter(|thing| thing.name == fell).collect();
        let Some(sentence) = sentences.first() else {
            // Only the key that unlocks may fail without a sentence: the window is open then.
            assert!(thing.name.starts_with("Unlock"), "“{}” failed and nothing says so", thing.name);
            assert!(self.desktop.find(|name| name.starts_with("Unlock")).is_none());
            failed.gave_way += 1;
            return;
        };
        assert_eq!(sentences.len(), 1, "“{}” took others with it", thing.name);
        let corner = (sentence.rect.min.x as i32, sentence.rect.min.y as i32);
        if !failed.places.contains(&corner) {
            failed.places.push(corner);
        }
        let again = say(Language::English, key::WINDOW_PANEL_AGAIN, &[]);
        let again = self.desktop.find(|name| name == again).expect("the key that asks for it again");
        self.desktop.press(&again);
        assert!(self.desktop.find(|name| name == fell).is_none(), "“{}” did not come back", thing.name);
    }
}

fn key(key: Key) -> impl Fn(&mut Desktop) {
    move |desktop| desktop.strike(Modifiers::NONE, key)
}

fn palette(desktop: &mut Desktop) {
    desktop.strike(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::P);
}

fn asks_to_close(desktop: &mut Desktop) {
    let root = desktop.window.input_mut().viewports.entry(ViewportId::ROOT).or_default();
    root.events.push(ViewportEvent::Close);
    desktop.pictures(3);
}

#[test]
fn a_panic_in_any_part_is_said_there_and_everything_else_and_the_sound_go_on() {
    let (show, alone) = (Show::on_air(), Show::alone());
    // A card of a fault stands there too.
    show.asks(Command::ChooseMonitor(Some("no such device".to_owned())));
    show.waits_for("the card", |now| !now.faults.is_empty());
    let panics = Panics::watched();
    let desktop = Desktop::open(&show, keeps_the_sound);
    let aim = Arc::default();
    desktop.window.ctx.add_plugin(Failure(Arc::clone(&aim)));
    let mut saboteur = Saboteur { show: &show, desktop, aim };
    let nothing = |_: &mut Desktop| {};
    let mut injected = saboteur.ruins("desk", |_| true, nothing).injected;
    let panels = [
        ("scenes", Modifiers::NONE, Key::F6),
        ("set-up", Modifiers::NONE, Key::F7),
        ("takes", Modifiers::NONE, Key::F8),
        ("destinations", Modifiers::NONE, Key::F4),
        ("night", Modifiers::NONE, Key::F3),
        ("surfaces", Modifiers::COMMAND, Key::E),
        ("keys", Modifiers::NONE, Key::F1),
    ];
    for (name, modifiers, open) in panels {
        saboteur.desktop.strike(modifiers, open);
        let close = saboteur.desktop.find(|name| name.starts_with("Close ")).expect("a panel is open");
        let panel =
            saboteur.ruins(name, |thing| thing.rect.top() >= close.rect.top() && thing.rect.left() < 800.0, nothing);
        assert!(!panel.places.is_empty(), "{name}");
        injected += panel.injected;
        saboteur.desktop.strike(modifiers, open);
    }
    let channel = saboteur.desktop.find(|name| name == "Mix: all controls").expect("its key");
    saboteur.desktop.press(&channel);
    injected += saboteur.ruins("channel", |_| true, nothing).injected;
    saboteur.desktop.strike(Modifiers::NONE, Key::Escape);
    palette(&mut saboteur.desktop);
    let field = saboteur.desktop.find(|name| name == "Find an action").expect("the palette");
    let of_palette =
        |thing: &Thing| thing.rect.left() >= field.rect.left() - 1.0 && thing.rect.right() <= field.rect.right() + 1.0;
    let listed = saboteur.ruins("palette", of_palette, nothing);
    assert_eq!(listed.places.len(), 1, "in its own place");
    injected += listed.injected;
    saboteur.desktop.strike(Modifiers::NONE, Key::Escape);
    assert!(saboteur.desktop.find(|name| name == "Find an action").is_none(), "the keyboard is free again");
    injected += locked(&mut saboteur);
    saboteur.desktop.strike(Modifiers::NONE, Key::F11);
    let played = saboteur.ruins("air view", |_| true, nothing);
    injected += played.injected + locked(&mut saboteur);
    saboteur.desktop.strike(Modifiers::NONE, Key::F11);
    asks_to_close(&mut saboteur.desktop);
    let answers = saboteur.ruins("leaving", |thing| thing.name == "Stay", nothing);
    assert_eq!(answers.places.len(), 1);
    saboteur.desktop.strike(Modifiers::NONE, Key::Escape);
    injected += answers.injected;
    saboteur.desktop.is_at_hand(&show);
    figure("panics injected", injected);
    assert_eq!(panics.all().len(), injected, "{:?}", panics.unwanted());
    let evening = show.end();
    evening.is_without_a_gap("panics");
    evening.is_the_sound_of(&alone.end(), "panics");
}

/// The bar of the locked window; when its key fails, the lock opens and is closed again.
fn locked(saboteur: &mut Saboteur<'_>) -> usize {
    let lock = key(Key::F12);
    lock(&mut saboteur.desktop);
    let again = |desktop: &mut Desktop| {
        if desktop.find(|name| name.starts_with("Unlock")).is_none() {
            desktop.strike(Modifiers::NONE, Key::F12);
        }
    };
    let bar = saboteur.ruins("locked", |thing| thing.rect.bottom() < BAR, again);
    assert!(bar.gave_way == 1 && !bar.places.is_empty(), "the key and the rest");
    let unlock = saboteur.desktop.find(|name| name.starts_with("Unlock")).expect("it is locked");
    saboteur.desktop.press(&unlock);
    bar.injected
}
