use std::collections::VecDeque;
use std::time::Instant;

use proptest::prelude::*;

use super::compare::Comparer;
use super::order::Arrived;
use super::programmes::*;
use super::watch::Watch;
use crate::limits::SAMPLE_RATE;
use crate::session::ear::Verdict;

type Sound<'a> = &'a dyn Fn(u64) -> [f32; 2];

const RATES: [i32; 3] = [32_000, 96_000, 256_000];
/// The alarm fires within this, in seconds (issue 5, “Done when” 3).
const SOON: f64 = 3.0;

fn at_full_length() -> bool {
    std::env::var_os("KORERO_PROVE").is_some()
}

#[expect(clippy::print_stdout, reason = "the prover reads it")]
fn figure(name: &str, value: impl std::fmt::Display) {
    println!("figure {name} = {value}");
}

/// A show and its way back, in virtual time.
struct World {
    encoder: opus::Encoder,
    packet_frames: u64,
    loss: f32,
    /// There and back, in frames, and by how much it varies.
    delay: u64,
    jitter: u64,
    watch: Watch,
    now: u64,
    sequence: u16,
    rtp_offset: u32,
    random: u64,
    wire: VecDeque<Arrived>,
}

impl World {
    fn new(bitrate: i32) -> Self {
        let mut encoder = opus::Encoder::new(SAMPLE_RATE, opus::Channels::Stereo, opus::Application::Audio).unwrap();
        encoder.set_vbr(false).unwrap();
        encoder.set_force_channels(Some(opus::Channels::Stereo)).unwrap();
        encoder.set_complexity(5).unwrap();
        let mut world = Self {
            encoder,
            packet_frames: 480,
            loss: 0.0,
            delay: 4_800,
            jitter: 0,
            watch: Watch::new().unwrap(),
            now: 1_000_080,
            sequence: 65_000,
            rtp_offset: 4_000_000_000,
            random: 0x1234_5678_9abc_def1,
            wire: VecDeque::new(),
        };
        world.rate(bitrate);
        world
    }

    fn rate(&mut self, bitrate: i32) {
        self.encoder.set_bitrate(opus::Bitrate::Bits(bitrate)).unwrap();
    }

    fn chance(&mut self) -> f32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 40) as f32 / 16_777_216.0
    }

    /// Plays for so many seconds what is `sent`, while the far side is given `upstream`. The verdicts that were seen, with the
    /// seconds since the beginning; the first is the one that stood then.
    fn play(&mut self, seconds: f64, sent: Sound<'_>, upstream: Sound<'_>) -> Vec<(f64, Verdict)> {
        let begun = self.now;
        let mut seen = vec![(0.0, self.watch.verdict())];
        while self.now < begun + (seconds * 48_000.0) as u64 {
            self.packet(sent, upstream);
            let verdict = self.watch.verdict();
            if seen.last().is_some_and(|(_, last)| *last != verdict) {
                seen.push(((self.now - begun) as f64 / 48_000.0, verdict));
            }
        }
        seen
    }

    fn packet(&mut self, sent: Sound<'_>, upstream: Sound<'_>) {
        let frames = self.now..self.now + self.packet_frames;
        let sound: Vec<f32> = frames.clone().flat_map(sent).collect();
        self.watch.sent(self.now, &sound);
        let sound: Vec<f32> = frames.flat_map(upstream).collect();
        let payload = self.encoder.encode_vec_float(&sound, 1_275).unwrap();
        let (sequence, rtp_time) = (self.sequence, (self.now as u32).wrapping_add(self.rtp_offset));
        self.sequence = self.sequence.wrapping_add(1);
        self.now += self.packet_frames;
        let at = self.now + self.delay + (self.chance() * self.jitter as f32) as u64;
        if self.chance() >= self.loss {
            self.wire.push_back(Arrived { sequence, rtp_time, payload, at });
        }
        while self.wire.front().is_some_and(|packet| packet.at <= self.now) {
            self.watch.packet(self.wire.pop_front().unwrap());
        }
        self.watch.tick(self.now);
    }

    /// Plays until it is heard, from wherever the programme is.
    fn settled(&mut self, sent: Sound<'_>) {
        let seen = self.play(4.0, sent, sent);
        assert_eq!(seen.last().unwrap().1, Verdict::Heard, "{seen:?}");
    }
}

/// The first verdict that is an alarm.
fn alarm(seen: &[(f64, Verdict)]) -> Option<(f64, Verdict)> {
    seen.iter().find(|(_, verdict)| verdict.is_alarm()).copied()
}

fn programmes() -> Vec<(&'static str, Programme)> {
    vec![
        ("demo", demo()),
        ("speech", speech()),
        ("applause", applause()),
        ("noise", noise()),
        ("machine", machine()),
        ("tone", tone(440.0, 440.0)),
        ("two tones", tone(440.0, 660.0)),
        ("left", on_the_left(demo())),
        ("wide", wide(demo())),
        ("mono", mono(demo())),
        ("quiet", at_gain_db(-40.0, demo())),
    ]
}

#[test]
fn every_kind_of_programme_is_heard_at_every_rate_and_alarms_nothing() {
    for (name, sent) in programmes() {
        for rate in RATES {
            let mut world = World::new(rate);
            let seen = world.play(if at_full_length() { 60.0 } else { 12.0 }, &*sent, &*sent);
            let verdicts: Vec<_> = seen.iter().map(|(_, verdict)| *verdict).collect();
            let likeness = world.watch.seen().map_or(0.0, |seen| seen.matched.likeness);
            assert!(likeness > 0.85, "{name} at {rate}: {likeness}");
            assert_eq!(verdicts, [Verdict::Listening, Verdict::Heard], "{name} at {rate}");
        }
    }
}

/// What a far side does to the show.
struct Wrong {
    name: &'static str,
    says: &'static [Verdict],
    does: fn(Sound<'_>, u64) -> [f32; 2],
}

const WRONGS: [Wrong; 8] = [
    Wrong { name: "muted", says: &[Verdict::Silent], does: |_, _| [0.0; 2] },
    Wrong { name: "mono", says: &[Verdict::Mono], does: |sent, n| [(sent(n)[0] + sent(n)[1]) / 2.0; 2] },
    Wrong { name: "left on both sides", says: &[Verdict::Mono], does: |sent, n| [sent(n)[0]; 2] },
    Wrong { name: "one side", says: &[Verdict::Mono], does: |sent, n| [sent(n)[0], 0.0] },
    Wrong { name: "swapped", says: &[Verdict::Swapped], does: |sent, n| [sent(n)[1], sent(n)[0]] },
    Wrong { name: "stale", says: &[Verdict::Late], does: |sent, n| sent(n - 480_000) },
    Wrong {
        name: "looping",
        says: &[Verdict::Late, Verdict::NotUs],
        does: |sent, n| sent(n / 144_000 * 144_000 - 144_000 + n % 144_000),
    },
    Wrong { name: "speech of another", says: &[Verdict::NotUs], does: |_, n| SPEECH.with(|speech| speech(n)) },
];

thread_local! {
    static SPEECH: Programme = speech();
    static SONG: Programme = from(1_700_000, at_gain_db(-3.0, demo()));
}

#[test]
fn whatever_is_wrong_is_told_within_three_seconds_and_all_is_well_again_afterwards() {
    let moments: &[u64] = if at_full_length() { &[0, 700_000, 1_300_000, 2_100_000, 2_900_000] } else { &[700_000] };
    let demo = demo();
    for wrong in &WRONGS {
        let mut slowest = 0.0_f64;
        for (rate, start) in RATES.iter().flat_map(|rate| moments.iter().map(move |start| (*rate, *start))) {
            let sent = |n: u64| demo(n + start);
            let mut world = World::new(rate);
            // Stale sound can only be told from sound that was played.
            world.play(if wrong.name == "stale" { 12.0 } else { 4.0 }, &sent, &sent);
            world.settled(&sent);
            let seen = world.play(8.0, &sent, &|n| (wrong.does)(&sent, n));
            let (after, says) = alarm(&seen).unwrap_or((99.0, Verdict::Heard));
            let why = world.watch.seen();
            assert!(after <= SOON, "{} at {rate} from {start}: {seen:?} {why:?}", wrong.name);
            assert!(wrong.says.contains(&says), "{} at {rate} from {start}: {seen:?}", wrong.name);
            let says = seen.last().is_some_and(|(_, verdict)| wrong.says.contains(verdict));
            assert!(says, "{} at {rate} from {start}: {seen:?} {why:?}", wrong.name);
            slowest = slowest.max(after);
            let seen = world.play(5.0, &sent, &sent);
            assert_eq!(seen.last().unwrap().1, Verdict::Heard, "{}: {seen:?}", wrong.name);
        }
        figure(&format!("ear_alarm_{}_s", wrong.name.replace(' ', "_")), format!("{slowest:.2}"));
    }
}

#[test]
fn another_place_of_the_same_song_is_not_us() {
    let demo = demo();
    for rate in RATES {
        let mut world = World::new(rate);
        world.settled(&*demo);
        let seen = world.play(6.0, &*demo, &|n| SONG.with(|song| song(n)));
        let (after, says) = alarm(&seen).unwrap_or((99.0, Verdict::Heard));
        assert!(after <= SOON && says == Verdict::NotUs, "{rate}: {seen:?}");
    }
}

#[test]
fn somebody_elses_sound_while_we_are_silent_is_not_us_and_silence_alone_is_nothing() {
    let (demo, silence) = (demo(), silence());
    let mut world = World::new(96_000);
    world.settled(&*demo);
    assert_eq!(alarm(&world.play(60.0, &*silence, &*silence)), None);
    assert_eq!(world.watch.verdict(), Verdict::Listening);
    let seen = world.play(4.0, &*silence, &*demo);
    assert_eq!(alarm(&seen).map(|(_, verdict)| verdict), Some(Verdict::NotUs), "{seen:?}");
}

#[test]
fn a_muted_upstream_is_found_out_however_often_the_music_pauses() {
    let demo = demo();
    let pauses = |n: u64| if (n / 24_000).is_multiple_of(2) { [0.0; 2] } else { demo(n) };
    let mut world = World::new(96_000);
    world.settled(&pauses);
    let seen = world.play(4.0, &pauses, &|_| [0.0; 2]);
    assert!(alarm(&seen).is_some_and(|(after, says)| after <= SOON && says == Verdict::Silent), "{seen:?}");
}

#[test]
fn no_packets_at_all_are_silence_within_three_seconds() {
    let demo = demo();
    let mut world = World::new(96_000);
    world.settled(&*demo);
    world.loss = 1.1;
    let seen = world.play(4.0, &*demo, &*demo);
    assert!(alarm(&seen).is_some_and(|(after, says)| after <= SOON && says == Verdict::Silent), "{seen:?}");
}

#[test]
fn a_stream_that_never_begins_is_silence_within_three_seconds_and_one_that_begins_late_is_heard() {
    let demo = demo();
    let mut world = World::new(96_000);
    world.loss = 1.1;
    let seen = world.play(4.0, &*demo, &*demo);
    assert!(alarm(&seen).is_some_and(|(after, says)| after <= SOON && says == Verdict::Silent), "{seen:?}");
    world.loss = 0.0;
    let seen = world.play(4.0, &*demo, &*demo);
    assert_eq!(seen.last().map(|(_, says)| *says), Some(Verdict::Heard), "{seen:?}");
}

#[test]
fn loss_jitter_other_rates_longer_packets_and_a_new_stream_alarm_nothing() {
    let demo = demo();
    let mut world = World::new(256_000);
    world.settled(&*demo);
    let calm = |world: &mut World, what: &str| {
        let seen = world.play(8.0, &*demo, &*demo);
        assert_eq!(seen, [(0.0, Verdict::Heard)], "{what}");
    };
    world.loss = 0.05;
    calm(&mut world, "5 % loss");
    assert!(world.watch.lost() > 20, "{}", world.watch.lost());
    world.jitter = 3_000;
    calm(&mut world, "jitter");
    world.rate(32_000);
    calm(&mut world, "32 kb/s");
    world.packet_frames = 960;
    calm(&mut world, "20 ms");
    // Two seconds of nothing, then other numbers and times, as after a restart of the server.
    world.loss = 1.1;
    world.play(2.0, &*demo, &*demo);
    (world.loss, world.sequence, world.rtp_offset) = (0.0, 7, 12_345);
    let seen = world.play(8.0, &*demo, &*demo);
    assert_eq!(alarm(&seen), None, "{seen:?}");
    world.delay = 40_000;
    calm(&mut world, "0.8 s of delay");
}

#[test]
fn a_server_that_falls_behind_by_more_than_two_seconds_is_late() {
    let demo = demo();
    let mut world = World::new(96_000);
    world.settled(&*demo);
    world.delay += 120_000;
    let seen = world.play(9.0, &*demo, &*demo);
    assert_eq!(seen.last().unwrap().1, Verdict::Late, "{seen:?}");
}

/// An evening: songs with a pause and applause or speech after each, and every second song as it comes from another desk.
fn evening() -> Programme {
    let parts: Vec<(u64, Programme)> = vec![
        (81, demo()),
        (4, silence()),
        (12, applause()),
        (20, speech()),
        (60, at_gain_db(-24.0, demo())),
        (30, machine()),
        (8, at_gain_db(-50.0, noise())),
        (60, wide(demo())),
        (15, mono(speech())),
        (60, on_the_left(demo())),
        (10, tone(220.0, 221.0)),
        (60, mono(demo())),
        (3, silence()),
    ];
    let length: u64 = parts.iter().map(|(seconds, _)| seconds * 48_000).sum();
    Box::new(move |n| {
        let (mut at, round) = (n % length, n / length);
        for (seconds, part) in &parts {
            if at < seconds * 48_000 {
                return part(at + round * 444_444);
            }
            at -= seconds * 48_000;
        }
        [0.0; 2]
    })
}

#[test]
fn half_an_hour_of_music_alarms_nothing() {
    let evening = evening();
    let minutes = if at_full_length() { 30 } else { 4 };
    for rate in RATES {
        let mut world = World::new(rate);
        (world.loss, world.jitter) = (0.02, 1_500);
        let (mut heard, mut alarms) = (0, Vec::new());
        for second in 0..minutes * 60 {
            // The path gets worse and better.
            if second % 97 == 50 {
                world.rate(RATES[second / 97 % 3]);
                world.packet_frames = if second / 97 % 2 == 0 { 480 } else { 960 };
            }
            let seen = world.play(1.0, &*evening, &*evening);
            alarms.extend(alarm(&seen).map(|alarm| (second, alarm, world.watch.seen().copied())));
            heard += usize::from(world.watch.verdict() == Verdict::Heard);
        }
        assert!(alarms.is_empty(), "from {rate}: {alarms:#?}");
        assert!(heard > minutes * 60 * 9 / 10, "from {rate}: heard in {heard} of {} seconds", minutes * 60);
        figure(&format!("ear_calm_minutes_from_{rate}"), minutes);
    }
}

#[test]
fn the_ear_costs_little() {
    let demo = demo();
    let mut world = World::new(256_000);
    world.settled(&*demo);
    // What the ear does alone, with packets that are encoded already.
    let mut packets = Vec::new();
    let mut sound = Vec::new();
    for n in 0..1_000_u64 {
        let block: Vec<f32> = (n * 480..(n + 1) * 480).flat_map(&demo).collect();
        packets.push(world.encoder.encode_vec_float(&block, 1_275).unwrap());
        sound.push(block);
    }
    let mut watch = Watch::new().unwrap();
    let begun = Instant::now();
    for (n, (payload, sound)) in packets.into_iter().zip(sound).enumerate() {
        let at = n as u64 * 480;
        watch.sent(at, &sound);
        watch.packet(Arrived { sequence: n as u16, rtp_time: at as u32, payload, at: at + 480 });
        watch.tick(at + 480);
    }
    let share = begun.elapsed().as_secs_f64() / 10.0 * 100.0;
    figure("ear_cpu_percent", format!("{share:.2}"));
    if at_full_length() {
        assert!(share < 2.0, "{share:.2} % of a core in a build for tests");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_delay_is_that_of_the_sound_whatever_gain_polarity_and_lag(
        delay in 0..95_000u64, gain in prop_oneof![-2.0..-0.05f32, 0.05..2.0f32], seed in 0..1_000_000u64,
    ) {
        let (mut comparer, speech) = (Comparer::new(), from(seed, speech()));
        let sound = |from: u64, gain: f32| -> Vec<f32> {
            (from..from + 4_800).flat_map(|n| speech(n).map(|sample| gain * sample)).collect()
        };
        let mut seen = None;
        for n in 0..60_u64 {
            comparer.sent(100_000 + n * 4_800, &sound(100_000 + n * 4_800, 1.0));
            if n >= 22 {
                comparer.heard(100_000 + n * 4_800, &sound(100_000 + n * 4_800 - delay, gain));
                seen = comparer.look(0).or(seen);
            }
        }
        let seen = seen.unwrap();
        prop_assert!(seen.matched.likeness > 0.95, "{:?}", seen);
        let measured = seen.delay.unwrap().as_secs_f64();
        prop_assert!((measured - delay as f64 / 48_000.0).abs() < 0.001, "{measured} {delay}");
        prop_assert!(seen.matched.width.is_none_or(|width| (width - 1.0).abs() < 0.1), "{:?}", seen);
    }
}
