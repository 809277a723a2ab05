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
use crate::show::NAMES;

/// What the key that unlocks is called by.
const UNLOCK: &str = "Unlock:";
/// The bar of a locked window is that high at most; what is below it does not hear.
const BAR: f32 = 80.0;
/// The name of the picture as one.
const WHOLE: &str = "whole picture";
/// So many things stand outside of every part.
const OTHERS: usize = 5;
/// Parts that catch what fails in them: six of the desk, eight that open below the strips, the palette, two of the lock,
/// seven of the air view, the question before leaving, and the whole picture.
const PARTS: usize = 26;

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
    /// How many things outside stood on, at the least.
    others: Option<usize>,
}

struct Saboteur<'a> {
    show: &'a Show,
    desktop: Desktop,
    aim: Arc<Mutex<Option<NodeId>>>,
    injected: usize,
    parts: usize,
}

impl Saboteur<'_> {
    /// Lets the things of a place fail one after the other, which are in so many parts, and is ready for the next `again`.
    fn ruins(
        &mut self,
        place: &str,
        parts: usize,
        among: impl Fn(&Thing) -> bool,
        again: impl Fn(&mut Desktop),
    ) -> Failed {
        let mut failed = Failed::default();
        for thing in self.desktop.things() {
            if self.can_be_seen(&thing) && among(&thing) {
                self.ruins_one(&thing, &mut failed);
                again(&mut self.desktop);
            }
        }
        let Failed { injected, places, others, .. } = &failed;
        figure(&format!("{place}: panics injected, parts that said so"), format!("{injected}, {}", places.len()));
        assert_eq!(places.len(), parts, "{place}: {places:?}");
        assert!(place == WHOLE || others.is_some_and(|others| others >= OTHERS), "{place}: nothing else stood on");
        self.injected += injected;
        self.parts += parts;
        failed
    }

    /// In the short form one strip stands for all.
    fn can_be_seen(&self, thing: &Thing) -> bool {
        let whole = self.desktop.window.ctx.content_rect();
        let alike = !at_full_length() && NAMES[1..].iter().any(|name| thing.name.starts_with(name));
        !alike && !thing.name.is_empty() && thing.rect.is_positive() && whole.contains(thing.rect.center())
    }

    fn ruins_one(&mut self, thing: &Thing, failed: &mut Failed) {
        let before = self.show.now().position;
        self.desktop.picture(vec![Event::PointerMoved(thing.rect.center())]);
        self.desktop.pictures(1);
        let stood: Vec<NodeId> = self.desktop.things().iter().map(|thing| thing.node).collect();
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
        let things = self.desktop.things();
        let fell = say(Language::English, key::WINDOW_PANEL_FELL, &[]);
        let sentences: Vec<&Thing> = things.iter().filter(|thing| thing.name == fell).collect();
        let Some(sentence) = sentences.first() else {
            // Only the key that unlocks may fail without a sentence: the window is open then.
            assert!(thing.name.starts_with(UNLOCK), "“{}” failed and nothing says so", thing.name);
            assert!(!things.iter().any(|thing| thing.name.starts_with(UNLOCK)), "it is open");
            failed.gave_way += 1;
            return;
        };
        assert_eq!(sentences.len(), 1, "“{}” took others with it", thing.name);
        let corner = (sentence.rect.min.x as i32, sentence.rect.min.y as i32);
        if !failed.places.contains(&corner) {
            failed.places.push(corner);
        }
        let others = things.iter().filter(|thing| stood.contains(&thing.node)).count();
        failed.others = Some(failed.others.map_or(others, |least| least.min(others)));
        let again = say(Language::English, key::WINDOW_PANEL_AGAIN, &[]);
        let again = self.desktop.find(|name| name == again).expect("the key that asks for it again");
        self.desktop.click(&again);
        assert!(self.desktop.find(|name| name == fell).is_none(), "“{}” did not come back", thing.name);
    }
}

/// News are told to those who listen, at a point in the corner.
fn is_news(thing: &Thing) -> bool {
    thing.rect.right() <= 1.0
}

fn nothing(_: &mut Desktop) {}

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
    let mut saboteur = Saboteur { show: &show, desktop, aim, injected: 0, parts: 0 };
    saboteur.ruins("desk", 6, |_| true, nothing);
    in_a_list(&mut saboteur);
    below_the_strips(&mut saboteur);
    palette(&mut saboteur);
    saboteur.parts += locked(&mut saboteur);
    saboteur.desktop.strike(Modifiers::NONE, Key::F11);
    saboteur.ruins("air view", 7, |thing| !is_news(thing), nothing);
    // The same two parts as above the desk.
    saboteur.parts -= 1;
    locked(&mut saboteur);
    saboteur.desktop.strike(Modifiers::NONE, Key::F11);
    whole(&mut saboteur);
    asks_to_close(&mut saboteur.desktop);
    saboteur.ruins("leaving", 1, |thing| thing.name == "Stay", nothing);
    saboteur.desktop.strike(Modifiers::NONE, Key::Escape);
    saboteur.desktop.is_at_hand(&show);
    let Saboteur { injected, parts, .. } = saboteur;
    figure("panics injected, parts of the window that failed", format!("{injected}, {parts}"));
    assert_eq!(parts, PARTS);
    assert_eq!(panics.all().len(), injected, "{:?}", panics.unwanted());
    let evening = show.end();
    evening.is_without_a_gap("panics");
    evening.is_the_sound_of(&alone.end(), "panics");
}

/// What is open over a part belongs to it, and is closed when the part comes back.
fn in_a_list(saboteur: &mut Saboteur<'_>) {
    let input = |name: &str| name == format!("{}: input: In 1", NAMES[0]);
    let list = saboteur.desktop.find(input).expect("its key");
    let stood: Vec<NodeId> = saboteur.desktop.things().iter().map(|thing| thing.node).collect();
    let open = |desktop: &mut Desktop| {
        if !desktop.window.ctx.any_popup_open() {
            desktop.press(&list);
        }
    };
    open(&mut saboteur.desktop);
    let parts = saboteur.parts;
    let failed = saboteur.ruins("an open list", 1, |thing| !stood.contains(&thing.node), open);
    assert!(failed.injected > 1, "one after the other");
    saboteur.parts = parts;
    saboteur.desktop.strike(Modifiers::NONE, Key::Escape);
}

fn below_the_strips(saboteur: &mut Saboteur<'_>) {
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
        in_the_panel(saboteur, name);
        saboteur.desktop.strike(modifiers, open);
    }
    let channel = saboteur.desktop.find(|name| name == "Mix: all controls").expect("its key");
    saboteur.desktop.press(&channel);
    in_the_panel(saboteur, "channel");
    saboteur.desktop.strike(Modifiers::NONE, Key::Escape);
}

fn in_the_panel(saboteur: &mut Saboteur<'_>, name: &str) {
    let close = saboteur.desktop.find(|name| name.starts_with("Close ")).expect("a panel is open").rect;
    let inside = |thing: &Thing| thing.rect.top() >= close.top() - 1.0 && thing.rect.right() <= close.right() + 1.0;
    saboteur.ruins(name, 1, inside, nothing);
}

fn palette(saboteur: &mut Saboteur<'_>) {
    saboteur.desktop.strike(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::P);
    let field = saboteur.desktop.find(|name| name == "Find an action").expect("the palette").rect;
    let inside = |thing: &Thing| thing.rect.left() >= field.left() - 1.0 && thing.rect.right() <= field.right() + 1.0;
    saboteur.ruins("palette", 1, inside, nothing);
    saboteur.desktop.strike(Modifiers::NONE, Key::Escape);
    assert!(saboteur.desktop.find(|name| name == "Find an action").is_none(), "the keyboard is free again");
}

/// The bar of the locked window; when its key fails, the lock opens and is closed again. Gives the parts that opened it.
fn locked(saboteur: &mut Saboteur<'_>) -> usize {
    let lock = |desktop: &mut Desktop| {
        if desktop.find(|name| name.starts_with(UNLOCK)).is_none() {
            desktop.strike(Modifiers::NONE, Key::F12);
        }
    };
    lock(&mut saboteur.desktop);
    let in_the_bar = |thing: &Thing| !is_news(thing) && thing.rect.bottom() < BAR;
    let bar = saboteur.ruins("locked", 1, in_the_bar, lock);
    assert_eq!(bar.gave_way, 1, "the key");
    let unlock = saboteur.desktop.find(|name| name.starts_with(UNLOCK)).expect("it is locked");
    saboteur.desktop.press(&unlock);
    bar.gave_way
}

/// News are told outside of all parts: what fails there is caught around everything.
fn whole(saboteur: &mut Saboteur<'_>) {
    saboteur.ruins(WHOLE, 1, is_news, nothing);
}
