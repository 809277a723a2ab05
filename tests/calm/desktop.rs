//! The real window without a screen, and the one place where its wishes pass on their way to the show.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use egui::accesskit::{Action, ActionData, ActionRequest, NodeId, Role, TreeId};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT;
use korero::limits::MAX_MARKERS;
use korero::session::command::Command;
use korero::ui::{Link, Window};
use korero_sentences::{Language, key, say};

use crate::show::Show;

/// Time that the window has seen before the test begins, s: its own first pictures are not dated.
const BEFORE: f64 = 60.0;
/// Ends a test that hangs.
const HANG: Duration = Duration::from_secs(20);

/// One thing in the accessibility tree.
#[derive(Clone)]
pub(crate) struct Thing {
    pub(crate) node: NodeId,
    tree: TreeId,
    pub(crate) name: String,
    pub(crate) rect: Rect,
}

impl Thing {
    /// What a screen reader asks of it.
    pub(crate) fn asked(&self, action: Action, data: Option<ActionData>) -> Event {
        let (target_node, target_tree) = (self.node, self.tree);
        Event::AccessKitActionRequest(ActionRequest { action, target_tree, target_node, data })
    }
}

/// The window.
pub(crate) struct Desktop {
    pub(crate) window: Harness<'static, Window>,
    begun: Instant,
    wishes: Receiver<Command>,
    to_the_show: Sender<Command>,
    passes: fn(&Command) -> bool,
    passed: u64,
    kept: u64,
    marks: u64,
    pictures: u64,
    sizes: BTreeSet<(u32, u32)>,
}

impl Desktop {
    /// A window onto that show; wishes that do not pass stay here, counted.
    pub(crate) fn open(show: &Show, passes: fn(&Command) -> bool) -> Self {
        let (commands, wishes) = channel();
        let running = &show.running;
        let link = Link {
            snapshot: Arc::clone(&running.snapshot),
            commands,
            levels: Arc::clone(&running.levels),
            readings: Arc::clone(&running.readings),
            language: Language::English,
        };
        let window = Harness::builder()
            .with_size([1280.0, 800.0])
            .with_accessibility_check(false)
            .build_eframe(|cc| Window::new(&cc.egui_ctx, link));
        let mut desktop = Self {
            window,
            begun: Instant::now(),
            wishes,
            to_the_show: running.commands.clone(),
            passes,
            passed: 0,
            kept: 0,
            marks: 0,
            pictures: 0,
            sizes: BTreeSet::new(),
        };
        desktop.pictures(3);
        desktop
    }

    /// One picture in which all that happens.
    pub(crate) fn picture(&mut self, events: Vec<Event>) {
        let input = self.window.input_mut();
        input.time = Some(BEFORE + self.begun.elapsed().as_secs_f64());
        input.events.extend(events);
        self.window.step();
        self.pictures += 1;
        for wish in self.wishes.try_iter() {
            if (self.passes)(&wish) {
                self.passed += 1;
                self.marks += u64::from(wish == Command::Mark(None));
                self.to_the_show.send(wish).expect("the stage listens");
            } else {
                self.kept += 1;
            }
        }
    }

    pub(crate) fn pictures(&mut self, count: usize) {
        (0..count).for_each(|_| self.picture(Vec::new()));
    }

    /// The window becomes that large.
    pub(crate) fn becomes(&mut self, size: Vec2) {
        self.sizes.insert((size.x as u32, size.y as u32));
        self.window.set_size(size);
    }

    /// Everything that the accessibility tree has, in its order.
    pub(crate) fn things(&self) -> Vec<Thing> {
        let scale = f64::from(self.window.ctx.pixels_per_point());
        let thing = |node: egui_kittest::Node<'_>| {
            let node = node.accesskit_node();
            let bounds = node.bounding_box()?;
            let (id, tree) = node.locate();
            let at = |x: f64, y: f64| Pos2::new((x / scale) as f32, (y / scale) as f32);
            let rect = Rect::from_min_max(at(bounds.x0, bounds.y0), at(bounds.x1, bounds.y1));
            // What is written is the name of writing.
            let name = if node.role() == Role::Label { node.value() } else { node.label() };
            Some(Thing { node: id, tree, name: name.unwrap_or_default(), rect })
        };
        self.window.root().children_recursive().filter_map(thing).collect()
    }

    /// The first thing whose name fits.
    pub(crate) fn find(&self, fits: impl Fn(&str) -> bool) -> Option<Thing> {
        self.things().into_iter().find(|thing| fits(&thing.name))
    }

    /// A screen reader presses it.
    pub(crate) fn press(&mut self, thing: &Thing) {
        self.picture(vec![thing.asked(Action::Click, None)]);
        self.pictures(2);
    }

    /// The mouse clicks on it.
    pub(crate) fn click(&mut self, thing: &Thing) {
        let pos = thing.rect.center();
        let button =
            |pressed| Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
        self.picture(vec![Event::PointerMoved(pos)]);
        self.picture(vec![button(true)]);
        self.picture(vec![button(false)]);
        self.picture(vec![Event::PointerGone]);
    }

    /// A key of the keyboard goes down and up again.
    pub(crate) fn strike(&mut self, modifiers: Modifiers, key: Key) {
        self.picture(stroke(modifiers, key));
        self.pictures(2);
    }

    /// After whatever happened: no list is stuck, the window can be unlocked, and a wish still comes to the show.
    pub(crate) fn is_at_hand(&mut self, show: &Show) {
        self.becomes(Vec2::new(1280.0, 800.0));
        self.picture(vec![Event::PointerButton {
            pos: Pos2::ZERO,
            button: PointerButton::Primary,
            pressed: false,
            modifiers: Modifiers::NONE,
        }]);
        for _ in 0..8 {
            self.strike(Modifiers::NONE, Key::Escape);
        }
        let unlocks = [Language::English, Language::Maori].map(|language| {
            let words = say(language, key::HANDS_UNLOCK, &[("keys", "§".into())]);
            words.split('§').next().unwrap_or_default().to_owned()
        });
        if let Some(unlock) = self.find(|name| unlocks.iter().any(|words| name.starts_with(words.as_str()))) {
            self.press(&unlock);
        }
        assert!(
            self.find(|name| unlocks.iter().any(|words| name.starts_with(words.as_str()))).is_none(),
            "it is locked"
        );
        assert!(!self.window.ctx.any_popup_open(), "a list is stuck");
        let palettes = [Language::English, Language::Maori].map(|language| say(language, key::HANDS_PALETTE, &[]));
        assert!(self.find(|name| palettes.iter().any(|words| words == name)).is_none(), "the palette is stuck");
        let fallen = [Language::English, Language::Maori].map(|language| say(language, key::WINDOW_PANEL_FELL, &[]));
        assert!(self.find(|name| fallen.iter().any(|words| words == name)).is_none(), "a panel fell");
        let marks = [Language::English, Language::Maori].map(|language| say(language, key::WINDOW_MARK, &[]));
        let mark = self.find(|name| marks.iter().any(|words| words == name)).expect("the key that marks");
        let (asked, marked) = (self.marks, show.now().marked);
        self.press(&mark);
        assert_eq!(self.marks, asked + 1, "a press is heard");
        let begun = Instant::now();
        // A take has no more marks than that.
        while show.now().marked <= marked.min(MAX_MARKERS - 1) {
            assert!(begun.elapsed() < HANG, "the mark did not come to the show");
            self.pictures(1);
        }
    }

    pub(crate) fn pictures_and_sizes(&self) -> String {
        format!("{}, {}", self.pictures, self.sizes.len())
    }

    pub(crate) fn wishes_told(&self) -> String {
        format!("{}, {}", self.passed, self.kept)
    }
}

/// The events of one stroke of a key.
pub(crate) fn stroke(modifiers: Modifiers, key: Key) -> Vec<Event> {
    let event = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
    vec![Event::ModifiersChanged(modifiers), event(true), event(false), Event::ModifiersChanged(Modifiers::NONE)]
}
