//! Laws of the desk about time and ways: what is late is late for everybody but the players, what moves is not heard to
//! move, and what is sent somewhere arrives there.

#![expect(clippy::print_stdout, reason = "the prover reads the figures")]

use std::f64::consts::TAU;
use std::time::Duration;

use korero::desk::channel::{Control, Insert, Section};
use korero::desk::{Desk, Strip, StripInput};
use korero::engine::{self, Engine, EngineHandle, TapReader, TapSource};
use korero::limits::{CUES, MAX_STRIPS};
use korero_dsp::bank::{Place, Stage};
use korero_dsp::effects::{EFFECTS, compressor};
use korero_dsp::param::ParamId;
use korero_dsp::slot::Kind;
use korero_dsp::units::db_to_gain;
use realfft::RealFftPlanner;
use uuid::Uuid;

fn playing(desk: &Desk) -> (Engine, EngineHandle) {
    let (mut engine, mut handle) = engine::new(Uuid::nil());
    handle.set_desk(desk).expect("the desk fits");
    engine.begin(1);
    (engine, handle)
}

fn tapped(handle: &mut EngineHandle, source: TapSource) -> TapReader {
    handle.open_tap(source, Duration::from_secs(60)).expect("a free tap")
}

/// Everything that waits in a tap, from frame 0 on; its dates go on without a gap.
fn drain(tap: &mut TapReader) -> Vec<f32> {
    let (mut laid, mut block) = (Vec::new(), Vec::new());
    while let Some(read) = tap.read(&mut block) {
        assert_eq!(read.gap, None);
        assert_eq!(read.start.0 as usize * tap.channels(), laid.len(), "the dates go on");
        laid.extend_from_slice(&block);
    }
    laid
}

/// What a desk makes of `samples` in one go, at each of `sources`.
fn heard<const N: usize>(desk: &Desk, samples: &[f32], channels: usize, sources: [TapSource; N]) -> [Vec<f32>; N] {
    let (mut engine, mut handle) = playing(desk);
    let mut taps = sources.map(|source| tapped(&mut handle, source));
    engine.process(samples, channels);
    taps.each_mut().map(drain)
}

/// Numbers that are the same each time: xorshift (G. Marsaglia, 2003).
struct Dice(u32);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 >> 8) as usize % sides
    }

    fn noise(&mut self, samples: usize, peak: f32) -> Vec<f32> {
        (0..samples).map(|_| (self.below(2_001) as f32 / 1_000.0 - 1.0) * peak).collect()
    }
}

/// White noise up to here has no peak between its samples that reaches the limiter's ceiling.
const BELOW_CEILING: f32 = 0.14;

fn bits(samples: &[f32]) -> Vec<u32> {
    // Adding 0 makes −0 and 0 the same: they are the same sound.
    samples.iter().map(|sample| (sample + 0.0).to_bits()).collect()
}

fn kind(id: &str) -> Kind {
    Kind(EFFECTS.iter().position(|effect| effect.id == id).expect("it is in the registry") as u8)
}

fn switch(kind: Kind) -> Option<ParamId> {
    EFFECTS[usize::from(kind.0)].param("on")
}

/// An effect in a slot, switched off if it can be.
fn at_rest(strip: &mut Strip, place: Place, id: &str) {
    strip.channel.put(place, Some(Insert::new(kind(id))));
    if let Some(on) = switch(kind(id)) {
        strip.channel.set(Control::new(Section::Slot(place, kind(id)), on), 0.0);
    }
}

fn pair(name: &str, left: u8) -> Strip {
    Strip::new(name, StripInput::Stereo(left, left + 1))
}

#[test]
fn thirty_two_strips_of_mixed_latency_sum_an_impulse_into_one_frame_and_the_players_hear_it_at_once() {
    let late = ["denoise", "gateahead", "limiter", "compressor"];
    let mut desk = Desk::for_inputs(MAX_STRIPS as u8, |_| String::new());
    for (at, strip) in desk.strips.iter_mut().enumerate() {
        strip.input = StripInput::Mono(1);
        strip.channel.set(Control::FADER, -30.0);
        // Nothing, one, two or three effects of different latency, at different places.
        for (step, place) in Place::ALL.into_iter().enumerate().take(at % 4) {
            at_rest(strip, place, late[(at / 4 + step) % late.len()]);
        }
    }
    let (mut samples, impulse) = (vec![0.0; 9_600], 4_000);
    samples[impulse] = 0.5;
    let (_, handle) = playing(&desk);
    assert!(handle.latency_frames() > 480, "some of them are late");
    let [mix, cue] = heard(&desk, &samples, 1, [TapSource::Mix, TapSource::Cue(0)]);
    let gain = db_to_gain(-30.0) * std::f32::consts::FRAC_1_SQRT_2 * MAX_STRIPS as f32;
    for (name, sound, level) in [("mix", &mix, 0.5 * gain), ("cue", &cue, 0.5 * gain * db_to_gain(-6.0))] {
        for (at, frame) in sound.chunks_exact(2).enumerate() {
            let wanted = if at == impulse { level } else { 0.0 };
            let far = frame.iter().map(|sample| (sample - wanted).abs()).fold(0.0, f32::max);
            assert!(far <= 1e-6, "{name}: {frame:?} in frame {at}, not {wanted}");
        }
    }
}

/// The tone, and what counts as its skirt, in Hz: as in the law of swept equalisers.
const TONE: f64 = 1_000.0;
const SKIRT: std::ops::Range<f64> = 500.0..2_000.0;
/// 100 ms.
const WINDOW: usize = 4_800;

/// The loudest window of `sound` outside the tone's skirt, in dB of all that is in the window.
fn beside_the_tone(sound: &[f32]) -> f64 {
    let plan = RealFftPlanner::<f64>::new().plan_fft_forward(WINDOW);
    let (mut spectrum, mut worst) = (plan.make_output_vec(), f64::NEG_INFINITY);
    for window in sound.windows(WINDOW).step_by(WINDOW / 4) {
        let hann = |at: usize| 0.5 - 0.5 * (TAU * at as f64 / WINDOW as f64).cos();
        let mut shaped: Vec<f64> = window.iter().enumerate().map(|(at, x)| f64::from(*x) * hann(at)).collect();
        plan.process(&mut shaped, &mut spectrum).expect("the sizes are the plan's");
        let (mut all, mut beside) = (0.0, 0.0);
        for (bin, value) in spectrum.iter().enumerate() {
            all += value.norm_sqr();
            if !SKIRT.contains(&(bin as f64 * 48_000.0 / WINDOW as f64)) {
                beside += value.norm_sqr();
            }
        }
        worst = worst.max(10.0 * (beside / all).log10());
    }
    worst
}

/// Inserts, removes or bypasses an effect that leaves a quiet tone as it is, or (a closed gate) takes it away.
fn operate(desk: &mut Desk, dice: &mut Dice) {
    let quiet = ["denoise", "gateahead", "limiter", "compressor", "deesser", "eq", "trim"];
    let place = Place::ALL[dice.below(3)];
    let effect = kind(quiet[dice.below(quiet.len())]);
    let mut channels: Vec<_> = desk.strips.iter_mut().map(|strip| &mut strip.channel).collect();
    channels.extend([&mut desk.groups[0].channel, &mut desk.returns[0].channel]);
    let channel = channels.swap_remove(dice.below(channels.len()));
    match (dice.below(3), channel.insert(place).map(|insert| insert.kind)) {
        (0, Some(_)) => channel.put(place, None),
        // The denoiser itself works on what it hears: it is moved, but not switched on.
        (1, Some(there)) if there != kind("denoise") => {
            if let Some(on) = switch(there) {
                let control = Control::new(Section::Slot(place, there), on);
                let turned = 1.0 - channel.value(control);
                channel.set(control, turned);
            }
        }
        _ => {
            channel.put(place, Some(Insert::new(effect)));
            if effect == kind("denoise") {
                channel.set(Control::new(Section::Slot(place, effect), ParamId(0)), 0.0);
            }
        }
    }
}

/// The loudest window beside a tone during a thousand operations.
fn beside_the_tone_of_a_thousand_operations(seed: u32) -> f64 {
    let mut desk = Desk::for_inputs(4, |_| String::new());
    for strip in &mut desk.strips {
        strip.input = StripInput::Mono(1);
        strip.channel.set(Control::FADER, -12.0);
    }
    desk.strips[2].channel.set(Control::GROUP, 1.0);
    desk.strips[3].channel.set(Control::send(0), -6.0);
    let (mut engine, mut handle) = playing(&desk);
    let mut tap = tapped(&mut handle, TapSource::Mix);
    // Below every threshold. The strips hear it above that of the gate, and the return, 21 dB lower, below: a gate there is
    // closed, so that putting it in, taking it out and bypassing it fades a part of the mix away and back.
    let tone = |at: usize| (0.03 * (TAU * TONE / 48_000.0 * at as f64).sin()) as f32;
    let (mut dice, mut at, mut mix) = (Dice(seed), 0, Vec::new());
    for _ in 0..1_000 {
        let frames = 64 + dice.below(2_400);
        engine.process(&(at..at + frames).map(tone).collect::<Vec<_>>(), 1);
        at += frames;
        operate(&mut desk, &mut dice);
        handle.set_desk(&desk).expect("it fits");
        let mut block = Vec::new();
        while let Some(read) = tap.read(&mut block) {
            assert_eq!(read.gap, None, "what moves is no gap");
            assert_eq!(read.start.0 as usize, mix.len(), "the dates go on");
            mix.extend(block.chunks_exact(2).map(|frame| frame[0]));
        }
    }
    beside_the_tone(&mix[4_800..])
}

#[test]
fn nobody_hears_a_thousand_effects_being_inserted_removed_and_bypassed() {
    let long = std::env::var_os("KORERO_PROVE").is_some();
    for seed in if long { &[7, 1, 2, 3, 11][..] } else { &[7] } {
        let worst = beside_the_tone_of_a_thousand_operations(*seed);
        println!("figure outside the skirt of a tone while 1,000 effects come and go, dB (<= -80) = {worst:.1}");
        assert!(worst <= -80.0, "{worst:.1} dB with seed {seed}");
    }
}

#[test]
fn a_closed_gate_that_is_bypassed_lets_half_of_the_mix_in_without_a_click() {
    let mut desk = Desk::for_inputs(2, |_| String::new());
    for strip in &mut desk.strips {
        strip.input = StripInput::Mono(1);
        strip.channel.set(Control::FADER, -12.0);
    }
    let gate = kind("gateahead");
    let on = Control::new(Section::Slot(Place::PostEq, gate), switch(gate).expect("it has one"));
    desk.strips[1].channel.put(Place::PostEq, Some(Insert::new(gate)));
    desk.strips[1].channel.set(on, 1.0);
    let (mut engine, mut handle) = playing(&desk);
    let mut tap = tapped(&mut handle, TapSource::Mix);
    // −54 dBFS: below the gate's threshold.
    let tone: Vec<f32> = (0..96_000).map(|at| (0.002 * (TAU * TONE / 48_000.0 * f64::from(at)).sin()) as f32).collect();
    engine.process(&tone[..48_000], 1);
    desk.strips[1].channel.set(on, 0.0);
    handle.set_desk(&desk).expect("it fits");
    engine.process(&tone[48_000..], 1);
    let mix: Vec<f32> = drain(&mut tap).chunks_exact(2).map(|frame| frame[0]).collect();
    let peak = |part: &[f32]| part.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!(peak(&mix[80_000..]) > 1.9 * peak(&mix[30_000..40_000]), "twice as much is heard");
    let worst = beside_the_tone(&mix[24_000..]);
    println!(
        "figure outside the skirt of a tone while a closed gate is bypassed beside an equal strip, dB = {worst:.1}"
    );
    assert!(worst <= -80.0, "{worst:.1} dB");
}

#[test]
fn the_measure_of_the_law_above_hears_a_click_and_not_a_tone() {
    let mut tone: Vec<f32> = (0..48_000).map(|at| (0.03 * (TAU * 0.02081 * f64::from(at)).sin()) as f32).collect();
    assert!(beside_the_tone(&tone) < -100.0);
    tone[20_000] += 0.000_2;
    assert!(beside_the_tone(&tone) > -80.0);
}

#[test]
fn a_tap_that_was_open_before_an_effect_was_inserted_goes_on_without_a_gap() {
    let mut desk = Desk { strips: vec![pair("A", 1)], ..Desk::default() };
    let (mut engine, mut handle) = playing(&desk);
    let (mut early, mut cue) = (tapped(&mut handle, TapSource::Mix), tapped(&mut handle, TapSource::Cue(0)));
    let silence = vec![0.0; 2 * 4_800];
    engine.process(&silence, 2);
    at_rest(&mut desk.strips[0], Place::PreEq, "denoise");
    handle.set_desk(&desk).expect("it fits");
    engine.process(&silence, 2);
    let mut later = handle.open_tap(TapSource::Mix, Duration::from_secs(1)).expect("a free tap");
    let mut impulse = silence.clone();
    impulse[0] = 0.5;
    engine.process(&impulse, 2);
    let late = handle.latency_frames() as usize;
    // The old tap keeps its dates, so the impulse comes late in it; the new one knows better; the players never notice.
    let place = |sound: &[f32]| sound.chunks_exact(2).position(|frame| frame[0] > 0.1);
    assert_eq!(place(&drain(&mut early)), Some(9_600 + late));
    assert_eq!(place(&drain(&mut cue)), Some(9_600));
    let (mut block, mut found) = (Vec::new(), None);
    while let Some(read) = later.read(&mut block) {
        found = found.or(place(&block).map(|at| read.start.0 as usize + at));
    }
    assert_eq!(found, Some(9_600));
}

#[test]
fn a_return_with_nothing_in_its_slots_adds_what_is_sent_to_it() {
    let samples = Dice(3).noise(9_600, BELOW_CEILING / 2.0);
    let mut desk = Desk { strips: vec![pair("A", 1)], ..Desk::default() };
    let [alone] = heard(&desk, &samples, 2, [TapSource::Mix]);
    desk.strips[0].channel.set(Control::send(1), 0.0);
    let [sent] = heard(&desk, &samples, 2, [TapSource::Mix]);
    // The second return listens to the second send.
    let doubled: Vec<f32> = alone.iter().map(|sample| sample + sample).collect();
    assert_eq!(bits(&sent), bits(&doubled));
    desk.returns[1].channel.set(Control::SOURCE, 2.0);
    assert_eq!(bits(&heard(&desk, &samples, 2, [TapSource::Mix])[0]), bits(&alone));
}

#[test]
fn a_send_before_the_fader_is_heard_while_the_fader_is_closed() {
    let samples = Dice(5).noise(9_600, BELOW_CEILING / 2.0);
    let mut desk = Desk { strips: vec![pair("A", 1)], ..Desk::default() };
    desk.strips[0].channel.set(Control::FADER, f32::NEG_INFINITY);
    desk.strips[0].channel.set(Control::send(0), 0.0);
    assert!(heard(&desk, &samples, 2, [TapSource::Mix])[0].iter().all(|sample| *sample == 0.0));
    desk.strips[0].channel.set(Control::send(0).pre(), 1.0);
    let [mix] = heard(&desk, &samples, 2, [TapSource::Mix]);
    assert_eq!(bits(&mix), bits(&samples[..mix.len()]));
}

#[test]
fn strips_through_a_group_at_rest_arrive_with_the_same_bits_as_straight_to_the_mix() {
    let strips: Vec<_> = (0..12).map(|at| pair("", 1 + at % 7).with(Control::FADER, -20.0 - f32::from(at))).collect();
    let samples = Dice(11).noise(9_600, BELOW_CEILING);
    let mut desk = Desk { strips, ..Desk::default() };
    let [straight] = heard(&desk, &samples, 8, [TapSource::Mix]);
    for group in 1..=4 {
        for strip in &mut desk.strips {
            strip.channel.set(Control::GROUP, group as f32);
        }
        assert_eq!(bits(&heard(&desk, &samples, 8, [TapSource::Mix])[0]), bits(&straight), "group {group}");
    }
    desk.groups[3].channel.set(Control::MUTE, 1.0);
    assert!(heard(&desk, &samples, 8, [TapSource::Mix])[0].iter().all(|sample| *sample == 0.0));
}

#[test]
fn each_headphone_mix_has_its_own_levels() {
    let mut desk = Desk { strips: vec![pair("A", 1), pair("B", 3)], ..Desk::default() };
    for cue in 0..CUES as u8 {
        desk.cues[usize::from(cue)].set(Control::FADER, 0.0);
        desk.strips[0].channel.set(Control::cue(cue), -3.0 * f32::from(cue));
        desk.strips[1].channel.set(Control::cue(cue), f32::NEG_INFINITY);
    }
    let samples = Dice(13).noise(4_000, 0.5);
    let cues = heard(&desk, &samples, 4, std::array::from_fn::<_, CUES, _>(|cue| TapSource::Cue(cue as u8)));
    for (cue, sound) in cues.iter().enumerate() {
        let gain = db_to_gain(-3.0 * cue as f32);
        for (heard, played) in sound.chunks_exact(2).zip(samples.chunks_exact(4)) {
            assert!((heard[0] - gain * played[0]).abs() < 1e-6 && (heard[1] - gain * played[1]).abs() < 1e-6);
        }
    }
}

#[test]
fn a_compressor_whose_key_is_another_strip_ducks_while_that_one_plays() {
    let control = |param| Control::new(Section::Stage(Stage::Compressor), param);
    let mut music = pair("Music", 1);
    for (param, value) in [(compressor::ON, 1.0), (compressor::KEY, 1.0), (compressor::THRESHOLD, -30.0)] {
        music.channel.set(control(param), value);
    }
    let voice = pair("Voice", 3).with(Control::FADER, f32::NEG_INFINITY);
    music.key = Some(voice.id.clone());
    let desk = Desk { strips: vec![music, voice], ..Desk::default() };
    let tone = |at: usize, gain: f32| gain * (at as f32 * 0.13).sin();
    let level_db = |voice: f32| {
        let samples: Vec<f32> =
            (0..48_000).flat_map(|at| [tone(at, 0.1), tone(at, 0.1), tone(at, voice), tone(at, voice)]).collect();
        let [mix] = heard(&desk, &samples, 4, [TapSource::Mix]);
        let peak = mix[48_000..].iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        20.0 * peak.log10()
    };
    // 24 dB above the threshold, four to one: 18 dB less.
    let ducked = level_db(0.0) - level_db(db_to_gain(-6.0));
    assert!((level_db(0.0) + 20.0).abs() < 0.1, "alone it stays as loud as it is");
    assert!((ducked - 18.0).abs() < 0.2, "{ducked} dB");
}
