//! A whole show in virtual time: window, session, surfaces and an engine that plays. However a control was moved, and by
//! however many at once, all of them end up with the same value.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use arc_swap::ArcSwap;
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use korero_sentences::Language;
use proptest::prelude::*;
use rosc::OscType;

use super::midi::{Midi, bend};
use super::osc::space::{Naming, Space, Spot};
use super::world_tests::*;
use crate::desk::address::{Address, ChannelName};
use crate::desk::scene::Scope;
use crate::desk::taper::to_way;
use crate::desk::{Desk, file};
use crate::engine;
use crate::engine_sound::{Live, apart, sound};
use crate::limits::SURFACE_EVERY;
use crate::random_desk::names;
use crate::session::command::{Command, SceneForm, SceneWish};
use crate::session::snapshot::Snapshot;
use crate::session::surfaces::{MidiControl, MidiKind, Reads, Surfaces, Target};
use crate::ui::{Link, Window};

/// Strips of the show.
const STRIPS: u8 = 4;
/// Who only listens by OSC, and who turns by it.
const LISTENER: u16 = 8;
const TABLET: u16 = 7;
/// An engine that was turned while it played is heard within this of one that began so, full scale being 1 (−100 dB): what
/// was played before dies away.
const RESIDUAL: f32 = 1e-5;

/// One thing that somebody does.
#[derive(Clone, Debug)]
enum Move {
    /// A fader is dragged by mouse, so many points up.
    Drag(u8, i16),
    /// A mute is clicked.
    Click(u8),
    /// A fader is turned by an arrow key, so many times up or down.
    Keys(u8, bool, u8),
    /// A level is typed.
    Typed(u8, i8),
    /// Anything is turned by OSC: which channel, which of its controls, how far on its way.
    Osc(usize, usize, f32),
    /// A fader of a Mackie Control is moved there.
    Fader(u8, u16),
    /// Its mute is pressed.
    Mute(u8),
    /// The desk is kept as a scene, with a fade of so many ms.
    Store(u16),
    /// A scene is recalled, in the window or by OSC.
    Recall(u8, bool),
    Undo,
    Redo,
    /// Time passes, ms.
    Wait(u16),
}

fn moves(most: usize) -> impl Strategy<Value = Vec<Move>> {
    let strip = 0..STRIPS;
    let one = prop_oneof![
        1 => (strip.clone(), -120_i16..120).prop_map(|(strip, up)| Move::Drag(strip, up)),
        1 => strip.clone().prop_map(Move::Click),
        1 => (strip.clone(), any::<bool>(), 1_u8..5).prop_map(|(strip, up, times)| Move::Keys(strip, up, times)),
        1 => (strip.clone(), -50_i8..10).prop_map(|(strip, level)| Move::Typed(strip, level)),
        4 => (0..99_usize, 0..999_usize, 0.0_f32..=1.0).prop_map(|(of, control, way)| Move::Osc(of, control, way)),
        2 => (strip.clone(), 0..=0x3fff_u16).prop_map(|(strip, place)| Move::Fader(strip, place)),
        1 => strip.prop_map(Move::Mute),
        1 => (0..400_u16).prop_map(Move::Store),
        1 => (any::<u8>(), any::<bool>()).prop_map(|(scene, by_osc)| Move::Recall(scene, by_osc)),
        1 => Just(Move::Undo),
        1 => Just(Move::Redo),
        2 => (0..600_u16).prop_map(Move::Wait),
    ];
    proptest::collection::vec(one, 1..most)
}

struct Room {
    world: World,
    window: Harness<'static, Window>,
    wishes: Receiver<Command>,
    shown: Arc<ArcSwap<Snapshot>>,
    live: Live,
    playing: Arc<Desk>,
    played: Vec<f32>,
    renewed: std::time::Duration,
}

impl Room {
    fn new() -> Self {
        let chosen = Surfaces { osc: osc().osc, ..device(MidiKind::Mackie) };
        let mut world = World::new(chosen, desk(usize::from(STRIPS)));
        world.say(LISTENER, "/subscribe", Vec::new());
        let shown = Arc::new(ArcSwap::new(Arc::clone(&world.show)));
        let (commands, wishes) = channel();
        let levels = engine::new(uuid::Uuid::nil()).1.levels();
        let (snapshot, readings) = (Arc::clone(&shown), Arc::default());
        let link = Link { snapshot, commands, levels, readings, language: Language::English };
        let harness = Harness::builder().with_size([1280.0, 800.0]).with_step_dt(0.05).with_max_steps(64);
        let mut window = harness.build_eframe(|cc| Window::new(&cc.egui_ctx, link));
        window.run();
        let playing = Arc::clone(world.session.desk());
        let (live, played, renewed) = (Live::playing(&playing), sound(1), world.now);
        let mut room = Self { world, window, wishes, shown, live, playing, played, renewed };
        room.pass(1_000);
        room
    }

    /// So many ms pass, while the engine plays.
    fn pass(&mut self, time: u64) {
        for at in 0..time.div_ceil(10) {
            self.world.pass(SURFACE_EVERY);
            self.play();
            if at.is_multiple_of(5) {
                self.look();
            }
            if self.world.now - self.renewed > ms(4_000) {
                self.renewed = self.world.now;
                self.world.say(LISTENER, "/subscribe", Vec::new());
            }
        }
        self.look();
    }

    /// The engine takes the latest desk and plays for 10 ms.
    fn play(&mut self) {
        let latest = self.world.applied.clone().filter(|desk| !Arc::ptr_eq(desk, &self.playing));
        if let Some(latest) = latest {
            self.live.turned_to(&latest);
            self.playing = latest;
        }
        self.live.hear(&self.played);
    }

    /// The window is drawn, and what was asked for in it is done.
    fn look(&mut self) {
        self.shown.store(Arc::clone(&self.world.show));
        self.window.run_steps(2);
        for wish in self.wishes.try_iter() {
            self.world.hand(wish);
        }
        self.shown.store(Arc::clone(&self.world.show));
        self.window.run_steps(1);
    }

    fn fader(strip: u8) -> String {
        format!("Strip {}: fader", strip + 1)
    }

    fn press(&mut self, key: Key) {
        self.window.key_press(key);
        self.look();
    }

    fn does(&mut self, what: &Move) {
        match what {
            Move::Drag(strip, up) => self.drag(*strip, f32::from(*up)),
            Move::Click(strip) => self.window.get_by_label(&format!("Strip {}: mute", strip + 1)).click(),
            Move::Keys(strip, up, times) => {
                self.window.get_by_label(&Self::fader(*strip)).focus();
                self.window.run_steps(2);
                (0..*times).for_each(|_| self.press(if *up { Key::ArrowUp } else { Key::ArrowDown }));
            }
            Move::Typed(strip, level) => self.typed(*strip, *level),
            Move::Osc(of, control, way) => self.osc(*of, *control, *way),
            Move::Fader(strip, place) => self.world.play(&Midi::Bend { channel: strip + 1, value: *place }.bytes()),
            Move::Mute(strip) => {
                self.world.play(&[0x90, 0x10 + strip, 127]);
                self.world.play(&[0x90, 0x10 + strip, 0]);
            }
            Move::Store(fade) => {
                let form = SceneForm { name: "Waiata".into(), scope: Scope::default(), fade: ms((*fade).into()) };
                self.world.hand(Command::Scene(SceneWish::Store(form)));
            }
            Move::Recall(scene, by_osc) => self.recall(usize::from(*scene), *by_osc),
            Move::Undo => self.window.key_press_modifiers(Modifiers::COMMAND, Key::Z),
            Move::Redo => self.window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z),
            Move::Wait(time) => self.pass((*time).into()),
        }
        self.look();
    }

    fn drag(&mut self, strip: u8, up: f32) {
        let at = self.window.get_by_label(&Self::fader(strip)).rect().center();
        self.window.drag_at(at);
        self.look();
        for part in 1..=4_u8 {
            self.window.hover_at(at - vec2(0.0, up * f32::from(part) / 4.0));
            self.look();
        }
        self.window.drop_at(at - vec2(0.0, up));
    }

    fn typed(&mut self, strip: u8, level: i8) {
        self.window.get_by_label(&Self::fader(strip)).focus();
        self.window.run_steps(2);
        self.press(Key::Enter);
        self.window.run_steps(2);
        self.window.get_by_label(&format!("{}: type a value", Self::fader(strip))).type_text(&level.to_string());
        self.window.run_steps(2);
        self.press(Key::Enter);
    }

    fn osc(&mut self, of: usize, control: usize, way: f32) {
        let desk = Arc::clone(self.world.session.desk());
        // What the desk itself generates is in no phase that another engine could be in.
        let channels: Vec<_> = names(&desk).into_iter().filter(|name| *name != ChannelName::Desk).collect();
        let channel = channels[of % channels.len()].clone();
        let controls: Vec<_> = channel.of(&desk).expect("it is there").controls().collect();
        let address = Address { channel, control: controls[control % controls.len()] };
        // What lets go for seconds would have to be waited for.
        let slow = ["release", "hold"].contains(&address.spec().id);
        let path = Space::of(&desk).path(&Spot::Param(address), Naming::Ids).expect("a path");
        let way = if slow { way / 2.0 } else { way };
        self.world.say(TABLET, &format!("/norm{path}"), vec![OscType::Float(way)]);
    }

    fn recall(&mut self, scene: usize, by_osc: bool) {
        let scenes: Vec<_> = self.world.show.scenes.list.iter().map(|scene| scene.id.clone()).collect();
        if scenes.is_empty() {
            return;
        }
        let scene = scene % scenes.len();
        if by_osc {
            self.world.say(TABLET, "/action/scene", vec![OscType::Int(scene as i32 + 1)]);
        } else {
            self.world.hand(Command::Scene(SceneWish::Recall(scenes[scene].clone())));
        }
    }

    /// What everybody has once nobody moves anything any more.
    fn settles_the_same_everywhere(mut self) -> Result<(), TestCaseError> {
        self.pass(3_000);
        let desk = Arc::clone(self.world.session.desk());
        prop_assert_eq!(&*self.shown.load().desk, &*desk, "the window has another desk");
        prop_assert_eq!(&self.playing, &desk, "the engine was given another desk");
        let kept = file::parse(&file::render("", &desk, "desk.toml").expect("text"), "desk.toml").expect("a desk");
        prop_assert_eq!(&kept, &*desk, "the file keeps another desk");
        for (n, strip) in (0..).zip(&desk.strips) {
            self.strip_is_shown(n, strip.channel.level_db(), strip.channel.mute())?;
        }
        let mut fresh = Live::playing(&kept);
        self.live.rest(400);
        fresh.rest(400);
        let apart = apart(&self.live.hear(&sound(50)), &fresh.hear(&sound(50)));
        prop_assert!(apart <= RESIDUAL, "the engine is {} apart from what the file says", apart);
        Ok(())
    }

    /// In the window, at who listens by OSC, and on the motor of the fader.
    fn strip_is_shown(&self, n: u8, level: f32, mute: bool) -> Result<(), TestCaseError> {
        let names = [Self::fader(n), format!("Strip {}: mute", n + 1)];
        let [control, key] = [0, 1].map(|at| self.window.get_by_label(&names[at]).accesskit_node());
        prop_assert_eq!(control.numeric_value(), Some(f64::from(level).max(-120.0)), "the window");
        prop_assert_eq!(key.toggled() == Some(egui::accesskit::Toggled::True), mute, "the window");
        let path = format!("/strip/strip-{}/fader", n + 1);
        let told = self.world.told.iter().rev().find(|(_, to, message)| *to == LISTENER && message.addr == path);
        let Some([OscType::Float(told)]) = told.map(|(_, _, message)| &message.args[..]) else {
            return Err(TestCaseError::fail(format!("{path} is not told")));
        };
        let there = level.max(-120.0);
        prop_assert!((told - there).abs() <= 1e-3, "by OSC: {} and not {}", told, there);
        let motor =
            self.world.midi.iter().rev().find(|(_, bytes)| bytes[0] == 0xe0 + n).map(|(_, bytes)| bytes.clone());
        let stands = Midi::Bend { channel: n + 1, value: bend(to_way(&crate::desk::channel::LEVEL, level)) };
        prop_assert_eq!(motor, Some(stands.bytes().to_vec()), "the motor of the fader");
        Ok(())
    }
}

/// How many evenings, and how many things are done in each at the most.
fn evenings() -> (u32, usize) {
    if std::env::var_os("KORERO_PROVE").is_some() { (24, 60) } else { (3, 20) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: evenings().0, max_shrink_iters: 64, ..ProptestConfig::default() })]
    #[test]
    fn whoever_moves_what_in_whatever_order_all_have_the_same_in_the_end(moves in moves(evenings().1)) {
        let mut room = Room::new();
        moves.iter().for_each(|one| room.does(one));
        room.settles_the_same_everywhere()?;
    }

    #[test]
    fn two_at_one_fader_at_the_same_time_settle_the_same_everywhere(
        steps in proptest::collection::vec((0_i16..60, 0.0_f32..1.0, 0..=0x3fff_u16), 1..20), last in 0..3,
    ) {
        let mut room = Room::new();
        for (up, way, place) in steps {
            room.does(&Move::Drag(0, up - 30));
            room.world.say(TABLET, "/norm/strip/1/fader", vec![OscType::Float(way)]);
            room.does(&Move::Fader(0, place));
            room.pass(10);
        }
        match last {
            0 => room.does(&Move::Drag(0, 17)),
            1 => room.world.say(TABLET, "/strip/1/fader", vec![OscType::Float(-11.5)]),
            _ => room.does(&Move::Fader(0, 0x2000)),
        }
        room.settles_the_same_everywhere()?;
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn what_is_moved_elsewhere_is_on_every_kind_of_surface_within_20_ms() {
    let with_osc = |chosen: Surfaces| Surfaces { osc: osc().osc, ..chosen };
    let knob = bound(MidiControl::Cc(1, 7), Reads::Absolute, Target::Turn(Address::MIX_FADER));
    for (kind, chosen) in [("Mackie Control", device(MidiKind::Mackie)), ("bound knob", knob)] {
        let mut world = World::new(with_osc(chosen), desk(8));
        world.say(LISTENER, "/subscribe", Vec::new());
        world.pass(ms(5_000));
        let mut longest = [ms(0); 2];
        for step in 0..200_u16 {
            if step.is_multiple_of(50) {
                world.say(LISTENER, "/subscribe", Vec::new());
            }
            // At any time between two looks of the thread.
            world.now += ms((step % 10).into());
            (world.told, world.midi) = (Vec::new(), Vec::new());
            let begun = world.now;
            world.hand(Command::Turn(Address::MIX_FADER, -1.0 - f32::from(step % 40)));
            world.pass(ms(40));
            let packet = world.told.iter().find(|(_, _, message)| message.addr == "/mix/fader").expect("it is told");
            let message = world.midi.first().expect("the device is told");
            longest = [longest[0].max(packet.0 - begun), longest[1].max(message.0 - begun)];
        }
        assert!(longest.iter().all(|longest| *longest <= ms(20)), "{kind}: {longest:?}");
        println!("figure in virtual time, a turn is told by OSC after at most, ms = {}", longest[0].as_millis());
        println!("figure in virtual time, a turn is told to a {kind} after at most, ms = {}", longest[1].as_millis());
    }
}
