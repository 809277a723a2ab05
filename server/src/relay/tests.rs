//! Rooms in virtual time, with peers that do as they are told.

mod endurance;
mod hostile;

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use super::board::Boards;
use super::*;
use crate::limits::PUBLISHER_SILENCE;

/// What a scripted peer was handed, in order.
type Heard = Arc<Mutex<Vec<Packet>>>;

/// A peer that reads its orders from the first byte of each datagram.
struct Scripted {
    steps: VecDeque<Step>,
    heard: Heard,
    closed: Arc<Mutex<bool>>,
    /// Counts ticks, when set; then it wants the next one at once.
    restless: Arc<Mutex<Option<u32>>>,
}

const CONNECT: u8 = b'c';
const PANIC: u8 = b'p';
const SOUND: u8 = b's';
const OTHER_STREAM: u8 = b'o';
const MISSING: u8 = b'm';
const LEAVE: u8 = b'l';

impl Peer for Scripted {
    /// Where it counts restarts.
    type Restart = Arc<Mutex<u32>>;

    fn restart(&mut self, restart: Arc<Mutex<u32>>) {
        *restart.lock().unwrap() += 1;
    }

    fn receive(&mut self, now: Instant, from: Way, datagram: &[u8]) {
        if stun::request_for(datagram).is_some() {
            let mut success = [0; 20];
            success[..2].copy_from_slice(&[1, 1]);
            self.steps.push_back(Step::Send(from, success.into()));
            return;
        }
        match datagram[0] {
            CONNECT => self.steps.push_back(Step::Connected),
            PANIC => panic!("told to"),
            SOUND if datagram.len() == 17 => {
                let number = |at: usize| u64::from_le_bytes(datagram[at..at + 8].try_into().unwrap());
                self.steps.push_back(Step::Sound(endurance::sound(number(1), number(9), now)));
            }
            SOUND => self.steps.push_back(Step::Sound(sound(u64::from(datagram[1]), now))),
            OTHER_STREAM => {
                let sound = sound(u64::from(datagram[1]), now);
                self.steps.push_back(Step::Sound(Packet { stream: 2, ..sound }));
            }
            MISSING => self.steps.push_back(Step::Missing(vec![u16::from_be_bytes([datagram[1], datagram[2]])])),
            LEAVE => self.steps.push_back(Step::Ended),
            _ => {}
        }
    }

    fn tick(&mut self, _now: Instant) {
        if let Some(ticks) = self.restless.lock().unwrap().as_mut() {
            *ticks += 1;
        }
    }

    fn write(&mut self, _now: Instant, packet: Packet) {
        self.heard.lock().unwrap().push(packet);
    }

    fn close(&mut self) {
        *self.closed.lock().unwrap() = true;
    }

    fn step(&mut self, now: Instant) -> Step {
        let rest = if self.restless.lock().unwrap().is_some() { 0 } else { 1 };
        self.steps.pop_front().unwrap_or(Step::Wait(now + Duration::from_secs(rest)))
    }
}

fn sound(seq: u64, now: Instant) -> Packet {
    Packet { stream: 1, seq, time: 480 * seq as u32, marker: false, captured: now, payload: vec![seq as u8; 5].into() }
}

/// How many datagrams, and which ways were hung up.
#[derive(Default)]
struct Sent(usize, Vec<Way>);

impl Wire for Sent {
    fn send(&mut self, _to: Way, _datagram: &[u8]) {
        self.0 += 1;
    }

    fn hang_up(&mut self, way: Way) {
        self.1.push(way);
    }
}

/// A relay, its clock and its wire.
struct World {
    relay: Relay<Scripted>,
    boards: Boards,
    wire: Sent,
    now: Instant,
    artist: Uuid,
    next: u128,
}

/// One end of a scripted session.
struct Guest {
    id: SessionId,
    from: Way,
    heard: Heard,
    closed: Arc<Mutex<bool>>,
    restless: Arc<Mutex<Option<u32>>>,
    gone: Gone,
}

impl World {
    fn new() -> Self {
        let now = Instant::now();
        let relay = Relay::new(now, || 1_000, MediaMetrics::default());
        Self { relay, boards: Boards::default(), wire: Sent::default(), now, artist: Uuid::now_v7(), next: 1 }
    }

    fn join(&mut self, role: Role) -> Guest {
        self.join_as(role, true)
    }

    fn join_as(&mut self, role: Role, counted: bool) -> Guest {
        let id = SessionId(self.next);
        self.next += 1;
        let guest = Guest {
            id,
            from: Way::udp(([127, 0, 0, 1], 1_000 + id.0 as u16).into()),
            heard: Heard::default(),
            closed: Arc::default(),
            restless: Arc::default(),
            gone: Gone::default(),
        };
        let peer = Scripted {
            steps: VecDeque::new(),
            heard: Arc::clone(&guest.heard),
            closed: Arc::clone(&guest.closed),
            restless: Arc::clone(&guest.restless),
        };
        let entry = Entry {
            id,
            role,
            room: self.artist,
            board: self.boards.of(self.artist),
            gone: guest.gone.clone(),
            counted,
            ufrag: format!("u{}", id.0),
            first_seq: 100,
            peer,
        };
        self.relay.add(self.now, entry, &mut self.wire);
        guest
    }

    fn knock(&mut self, guest: &Guest, from: Way) {
        self.knock_by(&format!("u{}", guest.id.0), from);
    }

    fn knock_by(&mut self, ufrag: &str, from: Way) {
        let name = format!("{ufrag}:x");
        let mut request = vec![0, 1];
        request.resize(20, 0);
        request.extend([0, 6, 0, name.len() as u8]);
        request.extend(name.as_bytes());
        request.resize(request.len().next_multiple_of(4), 0);
        self.relay.datagram(self.now, from, &request, &mut self.wire);
    }

    fn tell(&mut self, guest: &Guest, datagram: &[u8]) {
        self.relay.datagram(self.now, guest.from, datagram, &mut self.wire);
    }

    fn connected(&mut self, role: Role) -> Guest {
        self.connected_as(role, true)
    }

    fn connected_as(&mut self, role: Role, counted: bool) -> Guest {
        let guest = self.join_as(role, counted);
        self.knock(&guest, guest.from);
        self.tell(&guest, &[CONNECT]);
        guest
    }

    fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now = self.relay.next_due().clamp(self.now, end);
            self.relay.tick(self.now, &mut self.wire);
        }
    }

    fn room(&self) -> board::RoomNow {
        self.boards.of(self.artist).now()
    }
}

fn seqs(guest: &Guest) -> Vec<u64> {
    guest.heard.lock().unwrap().iter().map(|packet| packet.seq).collect()
}

#[test]
fn a_check_is_heard_by_nobody_disturbs_nobody_and_ends_by_itself() {
    let mut world = World::new();
    let publisher = world.connected(Role::Publisher);
    let listener = world.connected(Role::Listener);
    world.tell(&publisher, &[SOUND, 7]);
    let before = world.room();
    let check = world.connected(Role::Check);
    world.tell(&check, &[SOUND, 99]);
    world.tell(&publisher, &[SOUND, 8]);
    assert_eq!(seqs(&listener), [100, 101]);
    assert_eq!(world.room(), before);
    assert!(!publisher.gone.is_raised() && !check.gone.is_raised());
    let began = world.now;
    while world.now - began < CHECK_LIFE - Duration::from_secs(1) {
        world.wait(Duration::from_secs(1));
        world.tell(&check, &[SOUND, 1]);
        world.tell(&publisher, &[SOUND, 9]);
    }
    assert!(!check.gone.is_raised());
    world.wait(Duration::from_secs(2));
    assert!(check.gone.is_raised() && *check.closed.lock().unwrap());
    assert!(!publisher.gone.is_raised());
}

#[test]
fn a_check_of_an_artist_who_is_not_on_air_opens_no_room() {
    let mut world = World::new();
    let check = world.connected(Role::Check);
    world.tell(&check, &[SOUND, 1]);
    assert_eq!(world.room(), board::RoomNow::default());
    assert_eq!(world.boards.of(world.artist).last_packet_ms(), None);
}

#[test]
fn every_listener_hears_every_packet_untouched_with_numbers_of_its_own() {
    let mut world = World::new();
    let publisher = world.connected(Role::Publisher);
    let early = world.connected(Role::Listener);
    world.tell(&publisher, &[SOUND, 7]);
    let late = world.connected(Role::Listener);
    world.tell(&publisher, &[SOUND, 8]);
    assert_eq!((seqs(&early), seqs(&late)), (vec![100, 101], vec![100]));
    let heard = late.heard.lock().unwrap();
    assert_eq!((heard[0].time, &heard[0].payload[..]), (480 * 8, &[8; 5][..]));
    assert_eq!(world.room().listeners, 2);
}

#[test]
fn a_panic_in_one_session_leaves_the_others() {
    std::panic::set_hook(Box::new(|_| ()));
    let mut world = World::new();
    let publisher = world.connected(Role::Publisher);
    let (doomed, other) = (world.connected(Role::Listener), world.connected(Role::Listener));
    world.tell(&doomed, &[PANIC]);
    world.tell(&publisher, &[SOUND, 1]);
    assert!(doomed.gone.is_raised() && !other.gone.is_raised());
    assert_eq!((seqs(&doomed), seqs(&other)), (vec![], vec![100]));
    assert_eq!(world.room().listeners, 1);
}

#[test]
fn a_session_that_never_rests_keeps_nobody_waiting() {
    let mut world = World::new();
    let restless = world.connected(Role::Listener);
    let ticks = Arc::clone(&restless.restless);
    *ticks.lock().unwrap() = Some(0);
    world.tell(&restless, b"wake");
    world.wait(Duration::from_secs(1));
    assert!((1..=1_000).contains(&ticks.lock().unwrap().unwrap()));
}

#[test]
fn an_address_that_proved_nothing_is_not_listened_to() {
    let mut world = World::new();
    let guest = world.join(Role::Listener);
    world.tell(&guest, &[CONNECT]);
    assert_eq!(world.room().listeners, 0);
    world.knock(&guest, guest.from);
    world.tell(&guest, &[CONNECT]);
    assert_eq!(world.room().listeners, 1);
}

#[test]
fn the_addresses_of_one_session_are_bounded() {
    let mut world = World::new();
    let guest = world.connected(Role::Listener);
    for port in 0..200 {
        world.knock(&guest, Way::udp(([10, 0, 0, 1], port).into()));
    }
    assert_eq!(world.relay.verified.len(), MAX_ADDRESSES);
    assert!(world.relay.verified.contains_key(&guest.from), "the one in use was forgotten");
    world.relay.end(world.now, guest.id, &mut world.wire);
    assert!(world.relay.verified.is_empty() && world.relay.ufrags.is_empty());
}

#[test]
fn a_session_that_moved_often_may_move_again() {
    let mut world = World::new();
    let guest = world.connected(Role::Listener);
    for port in 0..3 * MAX_ADDRESSES as u16 {
        world.wait(Duration::from_secs(2));
        let here = Way::udp(([10, 0, 0, 1], port).into());
        world.knock(&guest, here);
        assert!(world.relay.verified.contains_key(&here), "{port}");
    }
    assert!(world.relay.verified.len() <= MAX_ADDRESSES && !guest.gone.is_raised());
}

#[test]
fn half_open_sessions_are_dropped_after_ten_seconds() {
    let mut world = World::new();
    let guest = world.join(Role::Listener);
    world.wait(CONNECT_TIMEOUT - Duration::from_secs(1));
    assert!(!guest.gone.is_raised());
    world.wait(Duration::from_secs(2));
    assert!(guest.gone.is_raised());
    assert!(world.relay.rooms.is_empty());
}

#[test]
fn a_listener_that_vanished_is_not_counted_for_long() {
    let mut world = World::new();
    let guest = world.connected(Role::Listener);
    let staying = world.connected(Role::Listener);
    for _ in 0..15 {
        world.wait(Duration::from_secs(1));
        world.tell(&staying, b"sign of life");
    }
    assert!(guest.gone.is_raised() && !staying.gone.is_raised());
    assert_eq!(world.room().listeners, 1);
}

#[test]
fn a_silent_publisher_is_told_and_comes_back() {
    let mut world = World::new();
    let publisher = world.connected(Role::Publisher);
    assert!(world.room().publisher && !world.room().flowing);
    world.tell(&publisher, &[SOUND, 1]);
    assert!(world.room().flowing);
    world.wait(PUBLISHER_SILENCE + Duration::from_secs(1));
    assert!(!world.room().flowing);
    world.tell(&publisher, &[SOUND, 2]);
    assert!(world.room().flowing);
}

#[test]
fn a_second_publisher_takes_the_room_over_and_listeners_stay() {
    let mut world = World::new();
    let first = world.connected(Role::Publisher);
    let listener = world.connected(Role::Listener);
    world.tell(&first, &[SOUND, 50]);
    let second = world.connected(Role::Publisher);
    assert!(first.gone.is_raised() && *first.closed.lock().unwrap());
    world.tell(&first, &[SOUND, 51]);
    world.tell(&second, &[SOUND, 9]);
    assert_eq!(seqs(&listener), [100, 101]);
    assert!(world.room().publisher);
}

#[test]
fn a_second_publisher_that_never_connects_takes_nobody_off_the_air() {
    let mut world = World::new();
    let first = world.connected(Role::Publisher);
    let listener = world.connected(Role::Listener);
    let second = world.join(Role::Publisher);
    for n in 1..=12 {
        world.wait(Duration::from_secs(1));
        world.tell(&first, &[SOUND, n]);
        world.tell(&listener, b"sign of life");
    }
    assert!(second.gone.is_raised() && !first.gone.is_raised());
    assert_eq!(seqs(&listener).len(), 12);
    assert!(world.room().publisher && world.room().flowing);
}

#[test]
fn a_missing_packet_is_sent_again_with_its_number() {
    let mut world = World::new();
    let publisher = world.connected(Role::Publisher);
    let listener = world.connected(Role::Listener);
    (1..=3).for_each(|n| world.tell(&publisher, &[SOUND, n]));
    world.tell(&listener, &[MISSING, 0, 101]);
    assert_eq!(seqs(&listener), [100, 101, 102, 101]);
    let heard = listener.heard.lock().unwrap();
    assert_eq!((heard[1].time, &heard[1].payload), (heard[3].time, &heard[3].payload));
}

#[test]
fn ending_a_room_says_goodbye_to_all() {
    let mut world = World::new();
    let guests = [world.connected(Role::Publisher), world.connected(Role::Listener)];
    world.relay.end_room(world.now, world.artist, &mut world.wire);
    assert!(guests.iter().all(|guest| guest.gone.is_raised() && *guest.closed.lock().unwrap()));
    assert_eq!((world.room().publisher, world.room().listeners), (false, 0));
}

#[test]
fn who_leaves_is_forgotten() {
    let mut world = World::new();
    let guest = world.connected(Role::Listener);
    world.tell(&guest, &[LEAVE]);
    assert!(guest.gone.is_raised() && world.relay.sessions.is_empty());
}

#[test]
fn ice_begins_anew_when_the_far_side_knocks_by_its_new_name_and_not_before() {
    let mut world = World::new();
    let publisher = world.connected(Role::Publisher);
    let listener = world.connected(Role::Listener);
    let (never, restarts) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
    world.relay.restart(publisher.id, "first".into(), Arc::clone(&never));
    world.relay.restart(publisher.id, "second".into(), Arc::clone(&restarts));
    let elsewhere = Way::udp(([10, 0, 0, 9], 9).into());
    world.knock_by("first", elsewhere);
    world.knock(&publisher, publisher.from);
    world.tell(&publisher, &[SOUND, 1]);
    assert_eq!((*never.lock().unwrap(), *restarts.lock().unwrap()), (0, 0));
    world.knock_by("second", elsewhere);
    world.knock_by("second", elsewhere);
    assert_eq!((*never.lock().unwrap(), *restarts.lock().unwrap()), (0, 1));
    world.relay.datagram(world.now, elsewhere, &[SOUND, 2], &mut world.wire);
    assert_eq!(seqs(&listener), [100, 101]);
    // Its old name is nobody's now.
    let before = world.wire.0;
    world.knock(&publisher, publisher.from);
    assert_eq!(world.wire.0, before);
    world.relay.restart(publisher.id, "third".into(), never);
    world.relay.end_all(world.now, &mut world.wire);
    assert!(world.relay.ufrags.is_empty());
}

#[test]
fn a_stream_that_was_closed_is_a_strangers_from_then_on_and_one_of_the_same_numbers_is_another() {
    let mut world = World::new();
    let publisher = world.join(Role::Publisher);
    let over_tcp = Way::tcp(publisher.from.at);
    world.knock(&publisher, over_tcp);
    world.relay.datagram(world.now, over_tcp, &[CONNECT], &mut world.wire);
    let listener = world.connected(Role::Listener);
    world.relay.datagram(world.now, over_tcp, &[SOUND, 1], &mut world.wire);
    world.tell(&publisher, &[SOUND, 2]);
    assert_eq!(seqs(&listener).len(), 1, "nobody has proved anything by UDP");
    world.relay.closed(over_tcp);
    world.relay.datagram(world.now, over_tcp, &[SOUND, 3], &mut world.wire);
    assert_eq!(seqs(&listener).len(), 1);
    assert!(world.relay.verified.keys().all(|way| *way != over_tcp));
}

#[test]
fn the_artists_own_ear_hears_everything_and_is_no_listener() {
    let mut world = World::new();
    let publisher = world.connected(Role::Publisher);
    let ear = world.connected_as(Role::Listener, false);
    assert_eq!(world.room().listeners, 0);
    let listener = world.connected(Role::Listener);
    assert_eq!(world.room().listeners, 1);
    world.tell(&publisher, &[SOUND, 1]);
    assert_eq!((seqs(&ear).len(), seqs(&listener).len()), (1, 1));
    world.relay.end(world.now, ear.id, &mut world.wire);
    assert_eq!(world.room().listeners, 1);
    world.relay.end(world.now, listener.id, &mut world.wire);
    assert_eq!(world.room().listeners, 0);
}
