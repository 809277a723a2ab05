//! The desks that are measured.

use korero::desk::channel::{Channel, Control, Insert, Section};
use korero::desk::{Desk, Strip, StripInput};
use korero::limits::MAX_STRIPS;
use korero_dsp::bank::{Place, Stage};
use korero_dsp::effects::{EFFECTS, eq};
use korero_dsp::slot::Kind;

/// The desk of that name.
pub(crate) fn named(name: &str) -> Option<Desk> {
    match name {
        "twenty" => Some(twenty()),
        "whole" => Some(whole()),
        "bare" => Some(bare()),
        "denoised" => Some(denoised()),
        "sixteen" => Some(sixteen()),
        _ => None,
    }
}

fn set(channel: &mut Channel, stage: Stage, values: &[(&str, f32)]) {
    for (name, value) in values {
        let param = stage.spec().param(name).expect("the stage has it");
        assert!(channel.set(Control::new(Section::Stage(stage), param), *value), "{stage:?} {name}");
    }
}

fn insert(channel: &mut Channel, place: Place, effect: &str) {
    let at = EFFECTS.iter().position(|spec| spec.id == effect).expect("it is in the registry");
    channel.put(place, Some(Insert::new(Kind(at as u8))));
}

/// What a voice or an instrument needs: the work that the peers do too.
fn usual_strip(channel: &mut Channel) {
    set(channel, Stage::Highpass, &[("on", 1.0), ("freq", 80.0), ("slope", 0.0)]);
    set(channel, Stage::Gate, &[("on", 1.0), ("threshold", -50.0), ("attack", 1.0), ("release", 100.0)]);
    set(channel, Stage::Eq, &[("on", 1.0)]);
    // The bands at rest are a low shelf of 100 Hz, bells of 400 Hz and 3 kHz, a high shelf of 10 kHz.
    for (band, gain) in [3.0, -3.0, 3.0, 2.0].into_iter().enumerate() {
        channel.set(Control::new(Section::Stage(Stage::Eq), eq::param(band, eq::Knob::Gain)), gain);
    }
    let compressor = [("on", 1.0), ("threshold", -20.0), ("ratio", 4.0), ("attack", 10.0), ("release", 100.0)];
    set(channel, Stage::Compressor, &compressor);
}

/// The work of `facts/sound.md` §9: twenty strips, their sum, the limiter.
fn twenty() -> Desk {
    let mut desk = Desk::for_inputs(20, |_| String::new());
    for (at, strip) in desk.strips.iter_mut().enumerate() {
        usual_strip(&mut strip.channel);
        strip.channel.set(Control::PAN, at as f32 / 9.5 - 1.0);
    }
    desk
}

/// Everything but denoise: all stages of 32 strips, all sends and cues, four groups, two reverbs, the mix bus.
fn whole() -> Desk {
    let strips = (1..=MAX_STRIPS as u8).map(|input| Strip::new("", StripInput::Mono(input)));
    let mut desk = Desk { strips: strips.collect(), ..Desk::default() };
    for (at, strip) in desk.strips.iter_mut().enumerate() {
        let channel = &mut strip.channel;
        usual_strip(channel);
        set(channel, Stage::Trim, &[("gain", 1.0)]);
        set(channel, Stage::Delay, &[("time", at as f32 / 8.0)]);
        set(channel, Stage::Highpass, &[("slope", 1.0)]);
        set(channel, Stage::Lowpass, &[("on", 1.0), ("freq", 16_000.0), ("slope", 1.0)]);
        set(channel, Stage::Gate, &[("hp", 100.0), ("lp", 8_000.0)]);
        set(channel, Stage::Compressor, &[("hp", 100.0), ("makeup", 3.0), ("mix", 80.0)]);
        set(channel, Stage::Deesser, &[("on", 1.0)]);
        channel.set(Control::PAN, at as f32 / 15.5 - 1.0);
        channel.set(Control::GROUP, (at % 5) as f32);
        for send in 0..4 {
            channel.set(Control::send(send), -12.0);
        }
    }
    let buses = desk.groups.iter_mut().map(|bus| &mut bus.channel).chain([&mut desk.mix]);
    for channel in buses {
        usual_strip(channel);
        set(channel, Stage::Highpass, &[("freq", 30.0)]);
        set(channel, Stage::Gate, &[("on", 0.0)]);
        set(channel, Stage::Compressor, &[("ratio", 2.0), ("link", 1.0)]);
        set(channel, Stage::Width, &[("width", 120.0)]);
    }
    for (bus, reverb) in desk.returns.iter_mut().zip(["hall", "plate"]) {
        insert(&mut bus.channel, Place::PreEq, reverb);
        bus.channel.set(Control::cue(0), -6.0);
    }
    desk
}

/// 32 strips with nothing on them.
fn bare() -> Desk {
    Desk::for_inputs(MAX_STRIPS as u8, |_| String::new())
}

/// 32 strips with nothing but a denoiser.
fn denoised() -> Desk {
    let mut desk = bare();
    desk.strips.iter_mut().for_each(|strip| insert(&mut strip.channel, Place::PreEq, "denoise"));
    desk
}

/// The whole desk, and a denoiser on every other strip.
fn sixteen() -> Desk {
    let mut desk = whole();
    desk.strips.iter_mut().step_by(2).for_each(|strip| insert(&mut strip.channel, Place::PreEq, "denoise"));
    desk
}
