//! The meter thread on taps of an engine: what it measures, that it drops instead of waiting, and that it ends.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected happens")]
#![expect(clippy::print_stdout, reason = "figures for the proof")]

use std::f64::consts::TAU;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use korero::desk::address::{ChannelName, kind};
use korero::desk::channel::{Control, Insert, Place, Section};
use korero::desk::{Desk, Strip, StripInput};
use korero::engine::levels::{METERED, SLOTS};
use korero::engine::{self, Engine, EngineHandle, TapSource};
use korero::metering::{BusMeter, Metering, RackWatch, Readings, SmallSpectrum, Watch};
use korero_dsp::bank::Stage;
use korero_dsp::effects::{compressor, eq, gate};
use korero_dsp::param::ParamId;
use uuid::Uuid;

/// Ends a test that hangs.
const HANG: Duration = Duration::from_secs(20);
const CALLBACK: usize = 480;

fn playing() -> (Engine, EngineHandle, Strip) {
    let strip = Strip::new("x", StripInput::Mono(2)).with(Control::FADER, -20.0);
    let desk = Desk { strips: vec![strip.clone()], ..Desk::default() };
    let (mut engine, mut handle) = engine::new(Uuid::nil());
    handle.set_desk(&desk).unwrap();
    engine.begin(0);
    (engine, handle, strip)
}

/// Plays a tone of `gain` on the second of two inputs.
fn play(engine: &mut Engine, seconds: f64, freq: f64, gain: impl Fn(f64) -> f64) {
    let mut block = vec![0.0; 2 * CALLBACK];
    for callback in 0..(seconds * 100.0) as usize {
        for (n, frame) in block.chunks_exact_mut(2).enumerate() {
            let at = (callback * CALLBACK + n) as f64 / 48_000.0;
            frame[1] = (gain(at) * (TAU * freq * at).sin()) as f32;
        }
        engine.process(&block, 2);
    }
}

fn wait_for<T>(what: &str, mut there: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = there() {
            return found;
        }
        assert!(begun.elapsed() < HANG, "{what} did not come");
        thread::park_timeout(Duration::from_millis(5));
    }
}

#[test]
fn the_mix_and_the_channel_that_is_looked_at_are_measured() {
    let (mut engine, mut handle, strip) = playing();
    let latest = Arc::<ArcSwap<Readings>>::default();
    let mix = handle.open_tap(TapSource::Mix, Duration::from_secs(10)).unwrap();
    let metering = Metering::start(mix, Arc::clone(&latest)).unwrap();
    let name = ChannelName::Strip(strip.id.clone());
    let place = handle.levels().place(&name).unwrap();
    let tap = handle.open_tap(TapSource::Rack(place.rack), Duration::from_secs(10)).unwrap();
    metering.watch(Some(Watch { name: name.clone(), tap, place }));
    play(&mut engine, 4.0, 1_000.0, |_| 0.1);
    let seen = wait_for("a full window", || {
        let now = latest.load_full();
        let (mix, watched) = (now.mix?, now.watched.clone()?);
        (mix.loudness.short_term > -43.3 && watched.1.loudness.short_term > -23.2).then_some((mix, watched))
    });
    let (mix, (watched_name, watched)) = seen;
    // A sine at −20 dBFS is −23 LUFS in one channel; in the mix it is at −20 dB in the middle: −3 dB on two sides.
    assert_eq!(watched_name, name);
    assert!((watched.loudness.integrated + 23.0).abs() < 0.2, "{:?}", watched.loudness);
    assert!((mix.loudness.integrated + 43.0).abs() < 0.3, "{:?}", mix.loudness);
    assert!(mix.correlation > 0.999 && watched.correlation == 1.0);
    assert!((watched.loudness.true_peak_max[0] + 20.0).abs() < 0.3);
    let loudest = (0..watched.spectrum.len()).max_by(|a, b| watched.spectrum[*a].total_cmp(&watched.spectrum[*b]));
    assert!((korero_dsp::spectrum::band_freq(loudest.unwrap()) - 1_000.0).abs() < 60.0);
    metering.watch(None);
    wait_for("the reset", || {
        // Some of the tone may still wait in the tap.
        metering.reset();
        engine.process(&[0.0; 2 * CALLBACK], 2);
        let now = latest.load();
        (now.watched.is_none() && now.mix?.loudness.integrated < -60.0).then_some(())
    });
}

#[test]
fn every_strip_that_is_seen_shows_what_it_is_made_of_and_no_other_does() {
    let strips: Vec<_> = (1..=2).map(|input| Strip::new("x", StripInput::Mono(input))).collect();
    let desk = Desk { strips, ..Desk::default() };
    let (mut engine, mut handle) = engine::new(Uuid::nil());
    handle.set_desk(&desk).unwrap();
    engine.begin(0);
    let latest = Arc::<ArcSwap<Readings>>::default();
    let mix = handle.open_tap(TapSource::Mix, Duration::from_secs(10)).unwrap();
    let metering = Metering::start(mix, Arc::clone(&latest)).unwrap();
    let [silent, played] = [0, 1].map(|at: usize| desk.strips[at].id.clone());
    let places = [&silent, &played].map(|id| handle.levels().place(&ChannelName::Strip(id.clone())).unwrap());
    assert_eq!(places[0].rack, places[1].rack);
    let tap = handle.open_tap(TapSource::Rack(places[0].rack), Duration::from_secs(10)).unwrap();
    metering
        .watch_strips(vec![RackWatch { tap, strips: vec![(silent.clone(), places[0]), (played.clone(), places[1])] }]);
    play(&mut engine, 1.0, 1_000.0, |_| 0.1);
    let loudest = |levels: &SmallSpectrum| (0..levels.len()).max_by(|a, b| levels[*a].total_cmp(&levels[*b])).unwrap();
    wait_for("the tone", || {
        let strips = latest.load().strips.clone();
        let [silent, played] = [strips.get(&silent)?, strips.get(&played)?];
        let at = loudest(played);
        let freq = korero_dsp::spectrum::band_freq(3 * at + 1);
        let heard = (played[at] + 20.0).abs() < 0.5 && (freq - 1_000.0).abs() < 130.0;
        (heard && silent.iter().all(|level| *level < -100.0)).then_some(())
    });
    metering.watch_strips(Vec::new());
    wait_for("the end", || latest.load().strips.is_empty().then_some(()));
}

#[test]
fn a_ring_is_told_once_though_mix_and_channel_hear_it() {
    let (mut engine, mut handle, strip) = playing();
    let mix = handle.open_tap(TapSource::Mix, Duration::from_secs(10)).unwrap();
    let metering = Metering::start(mix, Arc::default()).unwrap();
    let name = ChannelName::Strip(strip.id);
    let place = handle.levels().place(&name).unwrap();
    let tap = handle.open_tap(TapSource::Rack(place.rack), Duration::from_secs(10)).unwrap();
    metering.watch(Some(Watch { name, tap, place }));
    play(&mut engine, 3.0, 2_500.0, |at| (1e-4 * 10_f64.powf(3.0 * at)).min(1.0));
    let mut rings = wait_for("a ring", || Some(metering.take_rings()).filter(|rings| !rings.is_empty()));
    assert!((rings[0].freq - 2_500.0).abs() < 10.0, "{rings:?}");
    thread::park_timeout(Duration::from_millis(300));
    rings.extend(metering.take_rings());
    assert_eq!(rings.len(), 1, "{rings:?}");
}

#[test]
fn a_meter_that_comes_late_loses_sound_and_counts_it_and_nobody_waits() {
    let (mut engine, mut handle, _) = playing();
    let mix = handle.open_tap(TapSource::Mix, Duration::from_millis(100)).unwrap();
    // Nobody reads yet: a second is played at once.
    play(&mut engine, 1.0, 1_000.0, |_| 0.1);
    let latest = Arc::<ArcSwap<Readings>>::default();
    let metering = Metering::start(mix, Arc::clone(&latest)).unwrap();
    wait_for("the count", || (latest.load().frames_lost > 40_000).then_some(()));
    let begun = Instant::now();
    drop(metering);
    assert!(begun.elapsed() < Duration::from_secs(1), "the thread ends at once");
    handle.collect();
}

#[test]
fn the_cost_of_a_bus_is_small() {
    let mut meter = BusMeter::new(2).unwrap();
    let sound: Vec<f32> =
        (0..2 * 48_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 8) as f32 / 16_777_216.0 - 0.5).collect();
    let begun = Instant::now();
    let seconds = 20;
    for _ in 0..seconds {
        for piece in sound.chunks(2 * 1_024) {
            std::hint::black_box(meter.feed(piece));
        }
        for _ in 0..25 {
            std::hint::black_box(meter.look());
        }
    }
    let part = begun.elapsed().as_secs_f64() / f64::from(seconds) * 100.0;
    println!("figure meter_bus_percent_of_a_core = {part:.2}");
    assert!(part < 20.0, "{part} % of a core");
}

#[test]
fn what_an_effect_in_a_slot_takes_away_is_metered_on_its_channel_and_on_no_other() {
    let compressor = || kind("compressor").map(Insert::new);
    let mut strips: Vec<_> = (1..=2).map(|input| Strip::new("x", StripInput::Mono(input))).collect();
    strips[1].channel.put(Place::PostEq, compressor());
    let mut desk = Desk { strips, ..Desk::default() };
    desk.mix.put(Place::PreEq, compressor());
    let (mut engine, mut handle) = engine::new(Uuid::nil());
    handle.set_desk(&desk).unwrap();
    engine.begin(0);
    play(&mut engine, 1.0, 1_000.0, |_| 0.9);
    let levels = handle.levels();
    let taken = |at: usize| levels.take_strip(&desk.strips[at].id).unwrap().left;
    assert_eq!(taken(0).slots_db, [0.0; SLOTS]);
    let second = taken(1);
    assert!(second.slots_db[Place::PostEq as usize] > 6.0, "{second:?}");
    assert_eq!((second.slots_db[Place::PreEq as usize], second.reduction_db), (0.0, [0.0; METERED.len()]));
    assert!(levels.take_mix().slots_db[Place::PreEq as usize] > 3.0);
    // Taken is taken: without sound there is nothing more.
    assert_eq!(taken(1).slots_db, [0.0; SLOTS]);
}

/// A strip whose equaliser stands between its trim and its dynamics, which all work.
fn shaped(gate_threshold: f32) -> Strip {
    let on = |stage| Control::new(Section::Stage(stage), ParamId(0));
    let gate = Control::new(Section::Stage(Stage::Gate), gate::THRESHOLD);
    let gain = Control::new(Section::Stage(Stage::Eq), eq::param(1, eq::Knob::Gain));
    let freq = Control::new(Section::Stage(Stage::Eq), eq::param(1, eq::Knob::Freq));
    Strip::new("x", StripInput::Mono(2))
        .with(on(Stage::Gate), 1.0)
        .with(gate, gate_threshold)
        .with(on(Stage::Eq), 1.0)
        .with(freq, 1_000.0)
        .with(gain, 9.0)
        .with(on(Stage::Compressor), 1.0)
}

#[test]
fn what_comes_into_dynamics_and_what_leaves_them_lies_on_the_curve_that_is_drawn() {
    for (level_db, gate_threshold) in [(-6.0, -50.0), (-20.0, -50.0), (-40.0, -50.0), (-40.0, -20.0)] {
        let strip = shaped(gate_threshold);
        let desk = Desk { strips: vec![strip.clone()], ..Desk::default() };
        let (mut engine, mut handle) = engine::new(Uuid::nil());
        handle.set_desk(&desk).unwrap();
        engine.begin(0);
        let gain = 10_f64.powf(level_db / 20.0);
        play(&mut engine, 3.0, 1_000.0, |_| gain);
        handle.levels().take_strip(&strip.id).unwrap();
        play(&mut engine, 0.1, 1_000.0, |_| gain);
        let stages = handle.levels().take_strip(&strip.id).unwrap().left.through.stages;
        let db = |peak: f32| 20.0 * peak.log10();
        let value = |stage, param| strip.channel.value(Control::new(Section::Stage(stage), param));
        let [gated, compressed] = [0, 1].map(|at: usize| stages[at].map(db));
        assert!((f64::from(gated[0]) - level_db).abs() < 0.1, "{level_db} dB come in: {gated:?}");
        let law = gate::output_db(gated[0], |param| value(Stage::Gate, param));
        assert!((gated[1] - law).abs() < 0.3, "the gate makes {} dB of it, not {law}", gated[1]);
        assert!((compressed[0] - gated[1] - 9.0).abs() < 0.3, "the equaliser stands between: {compressed:?}");
        let law = compressor::output_db(compressed[0], |param| value(Stage::Compressor, param));
        assert!((compressed[1] - law).abs() < 0.3, "the compressor makes {} dB of it, not {law}", compressed[1]);
    }
}
