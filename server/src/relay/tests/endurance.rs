//! A day of bad networks in one room: publishers that come and go, listeners that leave or vanish, and what must hold.

use super::*;

/// RTP time of frame 0; the day wraps it round.
const OFFSET: u32 = u32::MAX - 500_000_000;
const FRAMES: u64 = 480;
const PACKET: Duration = Duration::from_millis(10);
/// Long enough for whatever is silent to be forgotten.
const FORGOTTEN: Duration = Duration::from_secs(30);

/// A packet that carries the number of its first frame.
pub(super) fn sound(seq: u64, frame: u64, now: Instant) -> Packet {
    let (time, payload) = (OFFSET.wrapping_add(frame as u32), Arc::from(&frame.to_le_bytes()[..]));
    Packet { stream: 1, seq, time, marker: false, captured: now, payload }
}

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }
}

/// A listener, and the last number that it got for the first time.
struct Ear {
    guest: Guest,
    last: Option<u64>,
    /// It is told nothing and says nothing until this moment.
    deaf_until: Option<Instant>,
}

/// Everything that comes and goes.
struct Day {
    world: World,
    chance: Chance,
    publisher: Option<Guest>,
    dark_until: Option<Instant>,
    sequence: u64,
    ears: Vec<Ear>,
    opened: Vec<Gone>,
    sent: u64,
    heard: u64,
}

impl Day {
    fn new(seed: u64) -> Self {
        let (world, chance) = (World::new(), Chance(seed));
        let (ears, opened) = (Vec::new(), Vec::new());
        Self { world, chance, publisher: None, dark_until: None, sequence: 0, ears, opened, sent: 0, heard: 0 }
    }

    fn open(&mut self, role: Role, up: bool) -> Guest {
        let guest = if up { self.world.connected(role) } else { self.world.join(role) };
        self.opened.push(guest.gone.clone());
        guest
    }

    /// Ten milliseconds, in which one packet is due.
    fn step(&mut self, frame: u64) {
        self.world.wait(PACKET);
        let now = self.world.now;
        if self.dark_until.is_some_and(|until| until <= now) {
            self.dark_until = None;
            self.comes_back();
        }
        if self.publisher.is_none() && self.dark_until.is_none() {
            self.comes_back();
        }
        self.sequence += 1;
        // One packet of 50 is lost on its way.
        if self.dark_until.is_none()
            && !self.chance.one_in(50)
            && let Some(publisher) = &self.publisher
        {
            let mut datagram = vec![SOUND];
            datagram.extend(self.sequence.to_le_bytes());
            datagram.extend(frame.to_le_bytes());
            self.world.relay.datagram(now, publisher.from, &datagram, &mut self.world.wire);
            self.sent += 1;
        }
        self.listen(now);
        self.happen(now);
    }

    /// By a session that it still has, or by a new one, which takes the place of the old.
    fn comes_back(&mut self) {
        if self.publisher.as_ref().is_some_and(|old| !old.gone.is_raised()) && self.chance.one_in(2) {
            return;
        }
        let new = self.open(Role::Publisher, true);
        if let Some(old) = self.publisher.replace(new)
            && self.chance.one_in(2)
        {
            self.world.relay.end(self.world.now, old.id, &mut self.world.wire);
        }
        self.sequence = self.chance.below(1 << 40);
    }

    fn listen(&mut self, now: Instant) {
        for ear in &mut self.ears {
            if ear.deaf_until.is_some_and(|until| until <= now) {
                ear.deaf_until = None;
            }
            for packet in ear.guest.heard.lock().unwrap().drain(..) {
                let frame = u64::from_le_bytes(packet.payload[..8].try_into().unwrap());
                assert_eq!(packet.time, OFFSET.wrapping_add(frame as u32), "RTP time left frame time at {frame}");
                let again = ear.last.is_some_and(|last| packet.seq <= last && last - packet.seq < 64);
                assert!(again || ear.last.is_none_or(|last| packet.seq > last), "{} after {:?}", packet.seq, ear.last);
                assert!(ear.last.is_some() || packet.seq == 100, "the first number is the one that was promised");
                ear.last = ear.last.max(Some(packet.seq));
                self.heard += 1;
            }
            if ear.deaf_until.is_none() && self.chance.one_in(100) {
                let last = (ear.last.unwrap_or(0) as u16).wrapping_sub(self.chance.below(40) as u16).to_be_bytes();
                let missing = [MISSING, last[0], last[1]];
                self.world.relay.datagram(now, ear.guest.from, &missing, &mut self.world.wire);
            }
        }
        self.ears.retain(|ear| !ear.guest.gone.is_raised());
    }

    /// Something happens, about every two seconds.
    fn happen(&mut self, now: Instant) {
        if !self.chance.one_in(200) {
            return;
        }
        match self.chance.below(12) {
            0 | 1 => {
                let length = if self.chance.one_in(10) { 120_000 } else { 8_000 };
                self.dark_until = Some(now + Duration::from_millis(self.chance.below(length)));
            }
            2 => drop(self.open(Role::Publisher, false)),
            3 => drop(self.open(Role::Listener, false)),
            4 => drop(self.open(Role::Listener, true)),
            5 if self.publisher.is_some() => {
                let guest = self.publisher.take().unwrap();
                self.world.tell(&guest, &[[PANIC, LEAVE][self.chance.below(2) as usize]]);
            }
            6 if self.publisher.is_some() => {
                let ufrag = format!("r{}", self.chance.below(1 << 40));
                let id = self.publisher.as_ref().unwrap().id;
                self.world.relay.restart(id, ufrag.clone(), Arc::default());
                if self.chance.one_in(2) {
                    let port = self.chance.below(60_000) as u16;
                    self.world.knock_by(&ufrag, Way::udp(([10, 0, 0, 1], port).into()));
                }
            }
            7 if !self.ears.is_empty() => {
                let at = self.chance.below(self.ears.len() as u64) as usize;
                let ear = self.ears.swap_remove(at);
                self.world.relay.end(now, ear.guest.id, &mut self.world.wire);
            }
            8 if !self.ears.is_empty() => {
                let at = self.chance.below(self.ears.len() as u64) as usize;
                self.ears[at].deaf_until = Some(now + Duration::from_millis(self.chance.below(30_000)));
            }
            _ if self.ears.len() < 4 => {
                let guest = self.open(Role::Listener, true);
                self.ears.push(Ear { guest, last: None, deaf_until: None });
            }
            _ => {}
        }
    }
}

/// The line of the issue: 24 hours.
#[test]
#[expect(clippy::print_stdout, reason = "the prover reads it")]
fn a_day_of_bad_networks_leaves_every_packet_at_its_time_and_every_session_closed() {
    let hours = if std::env::var_os("KORERO_PROVE").is_some() { 24.0 } else { 0.25 };
    let mut day = Day::new(5);
    let packets = (hours * 360_000.0) as u64;
    for number in 0..packets {
        day.step(number * FRAMES);
        assert!(day.world.relay.sessions.len() < 64, "sessions pile up");
    }
    assert!(day.sent > packets / 4 && day.heard > day.sent / 4, "{} sent, {} heard", day.sent, day.heard);
    day.world.wait(FORGOTTEN);
    let relay = &day.world.relay;
    let open = day.opened.iter().filter(|gone| !gone.is_raised()).count();
    assert_eq!((open, relay.sessions.len(), relay.rooms.len()), (0, 0, 0), "of {} sessions", day.opened.len());
    assert!(relay.ufrags.is_empty() && relay.verified.is_empty());
    assert!(relay.due.len() < 1_000, "{} alarms for nobody", relay.due.len());
    println!(
        "figure {hours} h of virtual time in the relay = {} packets in, {} out, {} sessions opened and closed",
        day.sent,
        day.heard,
        day.opened.len()
    );
}
