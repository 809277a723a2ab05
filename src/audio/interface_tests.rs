use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;

use super::super::scripted_host::signal;
use super::super::{Pump, Script, ScriptedFormat, ScriptedHost, ScriptedKind, ScriptedSource};
use super::*;
use crate::timeline::{FrameIndex, GapCause};

const FULL_SCALE: f32 = 8_388_608.0;

/// Everything that came out of the interface: each sound frame with its index, and each gap.
#[derive(Default)]
struct Heard {
    begun: u32,
    position: u64,
    frames: Vec<(u64, Vec<f32>)>,
    gaps: Vec<(u64, u64, GapCause)>,
}

#[derive(Clone, Default)]
struct Ears(Arc<Mutex<Heard>>);

impl Downstream for Ears {
    fn begin(&mut self, _utc_ns: u64) {
        self.0.lock().unwrap().begun += 1;
    }

    fn process(&mut self, samples: &[f32], channels: usize) {
        let mut heard = self.0.lock().unwrap();
        for frame in samples.chunks_exact(channels) {
            let at = heard.position;
            heard.frames.push((at, frame.to_vec()));
            heard.position += 1;
        }
    }

    fn skip(&mut self, frames: u64, cause: GapCause) {
        let mut heard = self.0.lock().unwrap();
        let at = heard.position;
        heard.gaps.push((at, frames, cause));
        heard.position += frames;
    }

    fn position(&self) -> FrameIndex {
        FrameIndex(self.0.lock().unwrap().position)
    }
}

struct Bench {
    interface: Interface,
    pump: Pump,
    ears: Ears,
    events: Vec<AudioEvent>,
}

impl Bench {
    fn new(script: Script, frames: u32) -> Self {
        let (host, pump) = ScriptedHost::manual(script);
        let ears = Ears::default();
        let mut interface = Interface::new(Box::new(host), ears.clone());
        interface.choose(Wanted::new("scripted:script").with_frames(frames)).unwrap();
        Self { interface, pump, ears, events: Vec::new() }
    }

    fn run(&mut self, milliseconds: u64, frames: usize) {
        let until = self.pump.now() + Duration::from_millis(milliseconds);
        while self.pump.now() < until {
            self.pump.pump(frames);
            self.events.extend(self.interface.tick(self.pump.now()));
        }
    }

    fn gaps(&self) -> Vec<(u64, u64, GapCause)> {
        self.ears.0.lock().unwrap().gaps.clone()
    }

    /// Every frame must carry the source's frame of its own index, give or take `slack` frames.
    fn assert_in_time(&self, slack: i64) {
        for (at, frame) in &self.ears.0.lock().unwrap().frames {
            let source = (frame[0] * FULL_SCALE) as i64;
            assert!((source - at.cast_signed()).abs() <= slack, "frame {source} of the source stands at {at}");
        }
    }
}

fn script(format: ScriptedFormat) -> Script {
    let sources = vec![ScriptedSource::Counter {}, ScriptedSource::Noise { inputs: 17 }];
    Script { sources, format, ..Script::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn callbacks_of_any_size_lose_nothing_and_change_nothing(
        sizes in prop::collection::vec(prop_oneof![
            prop::sample::select(vec![16_usize, 32, 64, 128, 256, 480, 512, 1_024, 2_048, 4_096, 8_192]), 1..3_000_usize,
        ], 1..12),
        format in prop::sample::select(vec![ScriptedFormat::I24, ScriptedFormat::I32, ScriptedFormat::F32]),
    ) {
        let bench = Bench::new(script(format), 64);
        for frames in &sizes {
            bench.pump.pump(*frames);
        }
        let heard = bench.ears.0.lock().unwrap();
        prop_assert_eq!(heard.position, sizes.iter().sum::<usize>() as u64);
        prop_assert!(heard.gaps.is_empty());
        for (at, frame) in &heard.frames {
            prop_assert_eq!(frame.len(), 18);
            prop_assert_eq!(frame[0], signal::counter(*at));
            for (input, sample) in frame.iter().enumerate().skip(1) {
                prop_assert_eq!(*sample, signal::noise(*at, input as u64));
            }
        }
    }

    #[test]
    fn whatever_happens_to_the_device_sound_stands_at_its_own_time(
        faults in prop::collection::vec((0..3_u8, 20..3_500_u64, 50..900_u64), 1..6),
    ) {
        let mut bench = Bench::new(script(ScriptedFormat::I32), 256);
        bench.run(300, 256);
        let mut discontinuities = 0;
        for (kind, length, calm) in faults {
            match kind {
                0 => bench.pump.fault(ScriptedKind::Xrun { frames: 512 + length }),
                1 => {
                    bench.pump.fault(ScriptedKind::Unplug);
                    bench.run(length, 256);
                    bench.pump.fault(ScriptedKind::Plug);
                }
                _ => {
                    bench.pump.fault(ScriptedKind::Stall);
                    bench.run(length.max(20), 256);
                    bench.pump.fault(ScriptedKind::Resume);
                }
            }
            discontinuities += 1;
            bench.run(300 + calm, 256);
        }
        bench.assert_in_time(1);
        prop_assert_eq!(bench.gaps().len(), discontinuities);
        prop_assert_eq!(bench.ears.0.lock().unwrap().begun, 1);
    }
}

#[test]
fn a_lost_device_is_told_once_and_taken_back_within_a_second() {
    let mut bench = Bench::new(script(ScriptedFormat::I32), 256);
    bench.run(200, 256);
    assert!(matches!(bench.events[..], [AudioEvent::Running { rate: 48_000, frames: 256, .. }, ..]));
    bench.events.clear();
    bench.pump.fault(ScriptedKind::Unplug);
    bench.run(5_000, 256);
    assert!(matches!(&bench.events[..], [AudioEvent::Lost(fault)] if fault.code == key::FAULT_AUDIO_LOST));
    assert!(matches!(bench.interface.state(), DeviceState::Away { .. }));
    bench.pump.fault(ScriptedKind::Plug);
    let back = bench.pump.now();
    while !bench.events.contains(&AudioEvent::Returned) {
        bench.run(1, 256);
        assert!(bench.pump.now() - back < Duration::from_secs(1), "not back within a second");
    }
    assert!(matches!(bench.interface.state(), DeviceState::Running { .. }));
    bench.assert_in_time(1);
}

#[test]
fn a_hung_device_is_noticed_without_any_error() {
    let mut bench = Bench::new(script(ScriptedFormat::I32), 256);
    bench.run(200, 256);
    bench.pump.fault(ScriptedKind::Stall);
    bench.run(1_900, 256);
    assert!(!bench.events.iter().any(|event| matches!(event, AudioEvent::Lost(_))));
    bench.run(300, 256);
    assert!(
        bench
            .events
            .iter()
            .any(|event| matches!(event, AudioEvent::Lost(fault) if fault.code == key::FAULT_AUDIO_STALLED))
    );
}

#[test]
fn a_device_that_returns_at_another_rate_is_resampled_in_time() {
    let sources = vec![ScriptedSource::Tone { freq: 1_000.0, level_dbfs: -6.0 }];
    let mut bench = Bench::new(Script { sources, ..Script::default() }, 256);
    bench.run(500, 256);
    bench.pump.fault(ScriptedKind::Rate { rate: 44_100 });
    bench.run(2_000, 256);
    assert!(matches!(bench.interface.state(), DeviceState::Running { rate: 44_100, .. }));
    let heard = bench.ears.0.lock().unwrap();
    let seconds = bench.pump.now().as_secs_f64();
    assert!((heard.position as f64 / 48_000.0 - seconds).abs() < 0.02, "{} frames in {seconds} s", heard.position);
    // The last second is a clean tone of 1 kHz at 48 kHz: it comes again after 48 frames.
    let tail: Vec<f32> = heard.frames[heard.frames.len() - 48_000..].iter().map(|(_, frame)| frame[0]).collect();
    let worst = tail.windows(49).map(|w| (w[0] - w[48]).abs()).fold(0.0, f32::max);
    let peak = tail.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
    assert!(worst < 1e-4, "off by {worst}");
    assert!((peak - 0.501).abs() < 0.01, "peak {peak}");
}

#[test]
fn xruns_of_a_resampled_device_keep_time() {
    let mut bench = Bench::new(Script { rate: 96_000, ..script(ScriptedFormat::I32) }, 512);
    for round in 0..20 {
        bench.run(400, 512);
        bench.pump.fault(ScriptedKind::Xrun { frames: 1_024 + round * 331 });
    }
    bench.run(400, 512);
    let heard = bench.ears.0.lock().unwrap();
    assert_eq!(heard.gaps.len(), 20);
    let due = bench.pump.position() / 2;
    assert!(heard.position.abs_diff(due) < 160, "{} of {due}", heard.position);
}

#[test]
fn a_device_with_too_few_inputs_is_refused_with_both_numbers() {
    let (host, _pump) = ScriptedHost::manual(Script { inputs: Some(1), ..Script::default() });
    let mut interface = Interface::new(Box::new(host), Ears::default());
    let fault = interface.choose(Wanted::new("scripted:script").with_channels(18)).unwrap_err();
    assert_eq!(fault.code, key::FAULT_AUDIO_TOO_FEW_INPUTS);
    assert!(fault.to_string().contains("1 input ") && fault.to_string().contains("18"), "{fault}");
    assert_eq!(interface.state(), DeviceState::None);
}

#[test]
fn a_device_that_is_not_there_is_never_replaced() {
    let (host, _pump) = ScriptedHost::manual(Script::default());
    let mut interface = Interface::new(Box::new(host), Ears::default());
    let fault = interface.choose(Wanted::new("alsa:hw:CARD=Gone")).unwrap_err();
    assert!(
        fault.to_string().contains("alsa:hw:CARD=Gone") && fault.to_string().contains("scripted:script"),
        "{fault}"
    );
    assert_eq!(interface.state(), DeviceState::None);
}

#[test]
fn a_script_without_repetition_ends_to_the_frame() {
    let script = Script { repeat: false, length_ms: Some(1_000), ..script(ScriptedFormat::I32) };
    let mut bench = Bench::new(script, 256);
    bench.run(1_500, 250);
    assert_eq!(bench.events.iter().filter(|event| **event == AudioEvent::Finished).count(), 1);
    assert_eq!(bench.ears.0.lock().unwrap().position, 48_000);
}

/// The faults that told of samples that are no numbers.
fn told(events: &[AudioEvent]) -> Vec<&Fault> {
    events
        .iter()
        .filter_map(|event| if let AudioEvent::NoNumbers(fault) = event { Some(fault) } else { None })
        .collect()
}

#[test]
fn samples_that_are_no_numbers_are_silence_counted_for_their_input_and_told_once() {
    let mut bench = Bench::new(script(ScriptedFormat::F32), 256);
    bench.run(200, 256);
    let from = bench.pump.position();
    bench.pump.fault(ScriptedKind::Nan { input: 3, frames: 4_801 });
    bench.pump.fault(ScriptedKind::Nan { input: 18, frames: 7 });
    bench.run(3_000, 256);
    assert_eq!(
        bench.interface.silenced(),
        [Silenced { input: 3, samples: 4_801 }, Silenced { input: 18, samples: 7 }],
        "to the sample"
    );
    for (at, frame) in &bench.ears.0.lock().unwrap().frames {
        for (input, sample) in frame.iter().enumerate().skip(1) {
            let spoiled =
                [(2, 4_801), (17, 7)].iter().any(|(i, frames)| input == *i && (from..from + frames).contains(at));
            let wanted = if spoiled { 0.0 } else { signal::noise(*at, input as u64) };
            assert_eq!(*sample, wanted, "input {} in frame {at}", input + 1);
        }
    }
    let faults = told(&bench.events);
    assert_eq!(faults.len(), 1, "once, not every block: {faults:?}");
    let said = faults[0].to_string();
    assert!(["Scripted interface", "4808", "inputs: 3, 18"].iter().all(|part| said.contains(part)), "{said}");
    assert_eq!(bench.interface.untold(), None);
}

#[test]
fn samples_that_are_no_numbers_go_on_being_counted_when_the_device_comes_back_and_not_for_another() {
    let mut bench = Bench::new(script(ScriptedFormat::F32), 256);
    bench.run(200, 256);
    bench.pump.fault(ScriptedKind::Nan { input: 2, frames: 10 });
    bench.run(100, 256);
    bench.pump.fault(ScriptedKind::Unplug);
    bench.run(100, 256);
    bench.pump.fault(ScriptedKind::Plug);
    bench.run(600, 256);
    bench.pump.fault(ScriptedKind::Nan { input: 2, frames: 20 });
    bench.run(50, 256);
    assert_eq!(bench.interface.silenced(), [Silenced { input: 2, samples: 30 }]);
    assert!(bench.interface.untold().is_some_and(|fault| fault.to_string().contains("30")), "it gathers still");
    bench.interface.choose(Wanted::new("scripted:script")).unwrap();
    assert_eq!(bench.interface.silenced(), []);
}

#[test]
fn a_resampled_device_loses_only_the_samples_that_are_no_numbers() {
    let sources = vec![ScriptedSource::Tone { freq: 1_000.0, level_dbfs: -6.0 }, ScriptedSource::Noise { inputs: 1 }];
    let mut bench = Bench::new(Script { sources, rate: 96_000, format: ScriptedFormat::F32, ..Script::default() }, 512);
    bench.run(500, 512);
    bench.pump.fault(ScriptedKind::Nan { input: 1, frames: 64 });
    bench.run(500, 512);
    assert_eq!(bench.interface.silenced(), [Silenced { input: 1, samples: 64 }]);
    let heard = bench.ears.0.lock().unwrap();
    assert!(heard.frames.iter().flat_map(|(_, frame)| frame).all(|sample| sample.is_finite()));
    let tail: Vec<f32> = heard.frames[heard.frames.len() - 12_000..].iter().map(|(_, frame)| frame[0]).collect();
    let peak = tail.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
    assert!((peak - 0.501).abs() < 0.01, "the tone goes on: {peak}");
}
