//! From an interface that ALSA opens like hardware, through cpal, `Interface` and engine, to the tap that the recorder
//! reads: bit-exact, every loss told once and with its length, never another device.
//!
//! `KORERO_PROVE_SECONDS` makes the two long measurements as long as wanted (60 in `cargo xtask prove`).
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected happens")]
#![expect(clippy::print_stdout, reason = "the figures of the long form")]

mod virtual_scarlett;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use korero::audio::{self, AudioEvent, Interface, Wanted, signal};
use korero::engine::{self, TapReader, TapSource};
use korero::session::snapshot::DeviceState;
use korero::timeline::{Gap, GapCause};
use korero_sentences::key;
use uuid::Uuid;
use virtual_scarlett::{ID, Setup, VirtualScarlett};

const INPUTS: usize = 18;
/// Full scale of 24 bits, and how many frame numbers there are in it.
const FULL_SCALE: f32 = 8_388_608.0;
const NUMBERS: u64 = 1 << 24;
/// Ten times what the slowest step was seen to take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the reader of the inputs tap saw.
#[derive(Debug, Default)]
struct Seen {
    frames: u64,
    wrong_samples: u64,
    /// Numbers that are missing between two frames without a gap between them.
    untold: Vec<u64>,
    /// Each gap with the frame numbers that are really missing there.
    gaps: Vec<(Gap, u64)>,
    tap_lost: u64,
    last: Option<u64>,
}

impl Seen {
    fn take(&mut self, samples: &[f32], gap: Option<Gap>) {
        self.frames += (samples.len() / INPUTS) as u64;
        let mut gap = gap;
        for frame in samples.chunks_exact(INPUTS) {
            let number = u64::from(((frame[0] * FULL_SCALE) as i32).cast_unsigned()) % NUMBERS;
            let wrong = |(input, sample): (usize, &f32)| *sample != signal::noise(number, input as u64);
            self.wrong_samples += frame.iter().enumerate().skip(1).filter(|one| wrong(*one)).count() as u64;
            let missing = self.last.map_or(0, |last| (number + NUMBERS - last - 1) % NUMBERS);
            match gap.take() {
                Some(gap) => self.gaps.push((gap, missing)),
                None if missing > 0 => self.untold.push(missing),
                None => {}
            }
            self.last = Some(number);
        }
    }

    /// Nothing is wrong, every discontinuity was told once, and each length is right within a period and 2 ms.
    fn assert_honest(&self, period: u64) {
        assert_eq!(self.wrong_samples, 0, "{self:?}");
        assert!(self.untold.is_empty(), "{self:?}");
        for (gap, missing) in &self.gaps {
            let slack = if gap.exact { 0 } else { period + 96 };
            assert!(gap.frames.abs_diff(*missing) <= slack, "{gap:?} where {missing} are missing");
            assert!(*missing > 0, "{gap:?} where nothing is missing");
        }
    }

    fn missing(&self) -> u64 {
        self.gaps.iter().map(|(_, missing)| missing).sum()
    }
}

/// An interface in use, with a reader on the tap of its inputs.
struct Bench {
    interface: Interface,
    scarlett: VirtualScarlett,
    reader: Option<JoinHandle<Seen>>,
    stop: Arc<AtomicBool>,
    began: Instant,
    events: Vec<AudioEvent>,
    _handle: engine::EngineHandle,
}

impl Bench {
    fn open(setup: Setup, frames: u32) -> Self {
        let scarlett = VirtualScarlett::plug_in(setup);
        let (engine, mut handle) = engine::new(Uuid::new_v4());
        let tap = handle.open_tap(TapSource::Inputs { channels: INPUTS }, Duration::from_secs(10)).unwrap();
        let (host, named) = audio::host(&format!("cpal:{ID}")).unwrap();
        let mut interface = Interface::new(host, engine);
        let wanted = Wanted::new(named.unwrap()).with_channels(18).with_frames(frames);
        interface.choose(wanted).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let reader = Some(read(tap, Arc::clone(&stop)));
        Self { interface, scarlett, reader, stop, began: Instant::now(), events: Vec::new(), _handle: handle }
    }

    fn tick(&mut self) {
        self.events.extend(self.interface.tick(self.began.elapsed()));
        thread::park_timeout(Duration::from_millis(10));
    }

    fn run(&mut self, length: Duration) {
        let until = Instant::now() + length;
        while Instant::now() < until {
            self.tick();
        }
    }

    /// Waits for an event and says how long it took.
    fn wait(&mut self, what: impl Fn(&AudioEvent) -> bool) -> Duration {
        let began = Instant::now();
        while !self.events.iter().any(&what) {
            assert!(began.elapsed() < PATIENCE, "{:?}", self.events);
            self.tick();
        }
        began.elapsed()
    }

    fn finish(mut self) -> Seen {
        self.interface.close();
        self.stop.store(true, Ordering::Release);
        self.reader.take().unwrap().join().unwrap()
    }
}

fn read(mut tap: TapReader, stop: Arc<AtomicBool>) -> JoinHandle<Seen> {
    thread::spawn(move || {
        let (mut seen, mut block) = (Seen::default(), Vec::new());
        loop {
            // Looked at before the tap, so that nothing written before the stop is left behind.
            let ends = stop.load(Ordering::Acquire);
            while let Some(head) = tap.read(&mut block) {
                seen.take(&block, head.gap);
            }
            if ends {
                seen.tap_lost = tap.lost_frames();
                return seen;
            }
            thread::park_timeout(Duration::from_millis(5));
        }
    })
}

/// How long the long measurements are.
fn seconds(short: u64) -> Duration {
    let told = std::env::var("KORERO_PROVE_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(told.unwrap_or(short))
}

fn is_lost(event: &AudioEvent) -> bool {
    matches!(event, AudioEvent::Lost(_))
}

#[test]
fn eighteen_inputs_arrive_bit_for_bit_with_nothing_missing() {
    // A quarter of real time and long periods: no stall of the machine is long enough to lose anything.
    let length = seconds(4);
    let mut bench = Bench::open(Setup { speed: 0.25, ..Setup::default() }, 4_096);
    bench.run(length);
    let seen = bench.finish();
    seen.assert_honest(4_096);
    assert!(seen.gaps.is_empty() && seen.tap_lost == 0, "{seen:?}");
    let due = length.as_secs_f64() * 12_000.0;
    assert!(seen.frames as f64 > due - 3.0 * 4_096.0, "{} frames of {due}", seen.frames);
    println!("figure bit-exact at quarter speed: {} frames of 18 inputs, 0 missing", seen.frames);
}

#[test]
fn every_loss_is_told_once_and_with_its_length() {
    let length = seconds(5);
    let mut bench = Bench::open(Setup::default(), 256);
    let mut asked = 0;
    bench.run(Duration::from_secs(1));
    let until = Instant::now() + length;
    while Instant::now() < until {
        if asked % 2 == 0 {
            bench.scarlett.xrun();
        } else {
            // Long enough to overrun the ring, too short for the watchdog.
            bench.scarlett.stall();
            bench.run(Duration::from_millis(30 + asked * 40 % 400));
            bench.scarlett.resume();
        }
        asked += 1;
        bench.run(Duration::from_millis(500));
    }
    let seen = bench.finish();
    seen.assert_honest(256);
    assert!(seen.gaps.len() as u64 >= asked, "{asked} losses were made: {seen:?}");
    assert!(seen.gaps.iter().filter(|(gap, _)| !gap.exact).all(|(gap, _)| gap.cause == GapCause::Device));
    let worst = seen.gaps.iter().map(|(gap, missing)| gap.frames.abs_diff(*missing)).max().unwrap_or(0);
    println!(
        "figure capture at 256 frames: {} frames, {} losses made, {} gaps told, {} frames missing, worst error of a length {worst} frames",
        seen.frames,
        asked,
        seen.gaps.len(),
        seen.missing()
    );
}

#[test]
fn an_unplugged_interface_is_taken_back_within_a_second_and_no_other_is() {
    let mut bench = Bench::open(Setup::default(), 512);
    bench.wait(|event| matches!(event, AudioEvent::Running { rate: 48_000, frames: 512, .. }));
    bench.run(Duration::from_secs(2));
    bench.scarlett.unplug();
    bench.wait(|event| matches!(event, AudioEvent::Lost(fault) if fault.code == key::FAULT_AUDIO_LOST));
    assert_eq!(bench.interface.state(), DeviceState::Away { id: ID.to_owned() });
    bench.run(Duration::from_millis(700));
    bench.scarlett.plug();
    let back = bench.wait(|event| *event == AudioEvent::Returned);
    assert!(back < Duration::from_secs(1), "{back:?}");
    bench.run(Duration::from_secs(1));
    assert_eq!(bench.events.iter().filter(|event| is_lost(event)).count(), 1);
    let seen = bench.finish();
    seen.assert_honest(512);
    let away: Vec<_> = seen.gaps.iter().filter(|(gap, _)| gap.cause == GapCause::Away).collect();
    assert_eq!(away.len(), 1, "{:?}", seen.gaps);
    println!(
        "figure unplugged and returned: back after {back:?}; away told as {} frames, {} missing",
        away[0].0.frames, away[0].1
    );
}

#[test]
fn a_hung_interface_is_noticed_and_taken_back_when_it_answers() {
    let mut bench = Bench::open(Setup::default(), 512);
    bench.run(Duration::from_secs(1));
    bench.scarlett.stall();
    bench.wait(|event| matches!(event, AudioEvent::Lost(fault) if fault.code == key::FAULT_AUDIO_STALLED));
    bench.run(Duration::from_millis(800));
    assert!(!bench.events.contains(&AudioEvent::Returned));
    bench.scarlett.resume();
    let back = bench.wait(|event| *event == AudioEvent::Returned);
    assert!(back < Duration::from_secs(1), "{back:?}");
    bench.run(Duration::from_millis(500));
    bench.finish().assert_honest(512);
}

#[test]
fn an_interface_that_returns_at_another_rate_goes_on_resampled() {
    let mut bench = Bench::open(Setup::default(), 512);
    bench.run(Duration::from_millis(500));
    bench.scarlett.rates("44100");
    bench.scarlett.unplug();
    bench.wait(is_lost);
    bench.scarlett.plug();
    bench.wait(|event| *event == AudioEvent::Returned);
    assert!(matches!(bench.interface.state(), DeviceState::Running { rate: 44_100, .. }));
    let before = bench.began.elapsed();
    bench.run(Duration::from_secs(2));
    assert!(!bench.events.iter().skip_while(|e| **e != AudioEvent::Returned).any(is_lost), "{before:?}");
}

#[test]
fn one_input_where_eighteen_are_named_is_refused_with_both_numbers() {
    let _scarlett = VirtualScarlett::plug_in(Setup { inputs: 1, ..Setup::default() });
    let (engine, _handle) = engine::new(Uuid::new_v4());
    let mut interface = Interface::new(audio::host("cpal").unwrap().0, engine);
    let fault = interface.choose(Wanted::new(ID).with_channels(18)).unwrap_err();
    assert_eq!(fault.code, key::FAULT_AUDIO_TOO_FEW_INPUTS);
    assert!(fault.to_string().contains("1 input ") && fault.to_string().contains("18"), "{fault}");
}

#[test]
fn an_interface_that_is_not_there_is_told_with_those_that_are() {
    let _scarlett = VirtualScarlett::plug_in(Setup::default());
    let (engine, _handle) = engine::new(Uuid::new_v4());
    let mut interface = Interface::new(audio::host("cpal").unwrap().0, engine);
    let listed = interface.devices().unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!((listed[0].id.as_str(), listed[0].inputs, listed[0].outputs), (ID, 18, 20));
    let fault = interface.choose(Wanted::new("alsa:hw:CARD=Other")).unwrap_err();
    assert_eq!(fault.code, key::FAULT_AUDIO_NO_SUCH_DEVICE);
    assert!(fault.to_string().contains("Scarlett 18i20"), "{fault}");
    assert_eq!(interface.state(), DeviceState::None);
}

#[test]
fn the_capture_thread_is_scheduled_as_the_system_allows() {
    let privileged = thread::spawn(korero::priority::promote).join().unwrap().is_realtime();
    let mut bench = Bench::open(Setup::default(), 512);
    bench.wait(|event| matches!(event, AudioEvent::Running { .. }));
    assert!(matches!(bench.interface.state(), DeviceState::Running { realtime, .. } if realtime == privileged));
    let refused = bench.events.iter().any(|event| matches!(event, AudioEvent::RealtimeRefused(_)));
    assert_eq!(refused, !privileged);
}

#[test]
fn without_the_privilege_sound_runs_and_the_refusal_is_told() {
    // A thread without privileges; the threads that it starts inherit that.
    let events = thread::spawn(|| {
        let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: the pointer is to a local; the bare system call changes the user of this thread alone.
        unsafe {
            assert_eq!(libc::setrlimit(libc::RLIMIT_RTPRIO, &raw const none), 0);
            libc::syscall(libc::SYS_setresuid, 65_534, 65_534, 65_534);
        }
        let mut script = audio::Script::parse("[[source]]\nkind = 'counter'\n").unwrap();
        script.frames = Some(256);
        let host = audio::ScriptedHost::realtime(script);
        let (id, (engine, _handle)) = (host.id().to_owned(), engine::new(Uuid::new_v4()));
        let mut interface = Interface::new(Box::new(host), engine);
        interface.choose(Wanted::new(id)).unwrap();
        let (began, mut events) = (Instant::now(), Vec::new());
        while events.is_empty() && began.elapsed() < PATIENCE {
            events.extend(interface.tick(began.elapsed()));
            thread::park_timeout(Duration::from_millis(10));
        }
        events
    });
    let events = events.join().unwrap();
    assert!(matches!(events[0], AudioEvent::Running { realtime: false, .. }), "{events:?}");
    assert!(matches!(&events[1], AudioEvent::RealtimeRefused(f) if f.code == key::FAULT_AUDIO_REALTIME), "{events:?}");
}
