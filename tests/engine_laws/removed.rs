//! What a denoiser takes away, in the headphones: there alone, instead of what is heard there, and without a click.

use korero::desk::address::{ChannelName, SlotName, kind};
use korero::desk::channel::{Control, Insert, Place, Section};
use korero::desk::{Desk, Strip, StripInput};
use korero::engine::{EngineHandle, TapSource};
use korero_dsp::effects::denoise::{GUARD, LATENCY, LIMIT, ON};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{bits, desks, drain, noise, playing, tapped};

/// By when every glide has arrived: 16 cells, and the one that it begins in.
const ARRIVED: usize = 17 * 32;
/// By when a denoiser that was taken out is gone and nobody waits for it any more: two fades of 30 cells.
const LEFT: usize = 4 * 30 * 32 + LATENCY;
/// Where the first headphone mix stands among what is heard.
const CUE: usize = 2;

/// What all ways out gave while `samples` of 4 inputs were played in callbacks of `sizes`, and `act` did something before each.
fn heard(
    desk: &Desk,
    samples: &[f32],
    sizes: &[usize],
    mut act: impl FnMut(usize, &mut EngineHandle),
) -> [Vec<f32>; 6] {
    let (mut engine, mut handle) = playing(desk);
    let sources = [
        TapSource::Mix,
        TapSource::Inputs { channels: 4 },
        TapSource::Cue(0),
        TapSource::Cue(1),
        TapSource::Cue(3),
        TapSource::Rack(0),
    ];
    let mut taps = sources.map(|source| tapped(&mut handle, source));
    let mut done = 0;
    for (nth, size) in sizes.iter().enumerate() {
        act(nth, &mut handle);
        let end = (done + size * 4).min(samples.len());
        engine.process(&samples[done..end], 4);
        done = end;
        handle.collect();
    }
    taps.each_mut().map(|tap| drain(tap).0)
}

/// A mono strip, a stereo strip, a group, a return and the mix.
fn channels(desk: &Desk) -> [ChannelName; 5] {
    let strip = |at: usize| ChannelName::Strip(desk.strips[at].id.clone());
    [strip(0), strip(1), ChannelName::Group(1), ChannelName::Return(1), ChannelName::Mix]
}

/// Two strips, which the headphones hear as loud as they are.
fn plain() -> Desk {
    let strips = [Strip::new("One", StripInput::Mono(1)), Strip::new("Two", StripInput::Stereo(3, 4))];
    let mut desk = Desk { strips: strips.map(|strip| strip.with(Control::SOLO, 1.0)).into(), ..Desk::default() };
    desk.cues[0].set(Control::FADER, 0.0);
    desk
}

/// Puts a denoiser in that works.
fn denoised(mut desk: Desk, slot: &SlotName) -> Desk {
    let (kind, channel) = (kind("denoise").expect("it is there"), slot.channel.of_mut(&mut desk).expect("it is there"));
    channel.put(slot.place, Some(Insert::new(kind)));
    for (param, value) in [(ON, 1.0), (GUARD, 0.0), (LIMIT, 60.0)] {
        channel.set(Control::new(Section::Slot(slot.place, kind), param), value);
    }
    desk
}

fn slot(channel: ChannelName, place: Place) -> SlotName {
    SlotName { channel, place }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn only_the_first_headphone_mix_hears_it_and_afterwards_what_it_heard_before(
        desk in desks(), at: prop::sample::Index, place in 0..3_usize, begins in 0..3_usize,
        sizes in vec(1usize..900, 6..12), seed: u32,
    ) {
        let names = super::random_desk::names(&desk);
        let names: Vec<_> = names.into_iter().filter(|name| !matches!(name, ChannelName::Cue(_) | ChannelName::Desk)).collect();
        let slot = slot(at.get(&names).clone(), Place::ALL[place]);
        let desk = denoised(desk, &slot);
        let sizes: Vec<_> = sizes.into_iter().chain([3 * ARRIVED]).collect();
        let frames: usize = sizes.iter().sum();
        let samples = noise(seed, frames * 4, 0.3);
        let last = sizes.len() - 1;
        let with = heard(&desk, &samples, &sizes, |nth, handle| match nth {
            nth if nth == begins => handle.hear_removed(Some(slot.clone())).unwrap(),
            nth if nth == last => handle.hear_removed(None).unwrap(),
            _ => {}
        });
        let without = heard(&desk, &samples, &sizes, |_, _| {});
        for other in (0..6).filter(|other| *other != CUE) {
            prop_assert!(bits(&with[other]) == bits(&without[other]), "{other}");
        }
        let end = 2 * (frames - ARRIVED);
        prop_assert!(bits(&with[CUE][end..]) == bits(&without[CUE][end..]));
    }

    #[test]
    fn any_split_into_callbacks_gives_the_same_bits(sizes in vec(1usize..700, 2..20), at in 0..5_usize, seed: u32) {
        let desk = plain();
        let slot = slot(channels(&desk)[at].clone(), Place::PostEq);
        let desk = denoised(desk, &slot);
        let frames: usize = sizes.iter().sum();
        let samples = noise(seed, frames * 4, 0.1);
        let play = |sizes: &[usize]| {
            heard(&desk, &samples, sizes, |nth, handle| {
                if nth == 0 {
                    handle.hear_removed(Some(slot.clone())).unwrap();
                }
            })
        };
        prop_assert!(bits(&play(&sizes)[CUE]) == bits(&play(&[frames])[CUE]));
    }
}

/// The first headphone mix and the rest while that slot is listened to from the beginning.
fn listening(desk: &Desk, slot: &SlotName, samples: &[f32]) -> [Vec<f32>; 6] {
    heard(desk, samples, &[samples.len() / 4], |_, handle| handle.hear_removed(Some(slot.clone())).expect("it plays"))
}

fn is_something(cue: &[f32]) -> bool {
    cue.iter().any(|sample| sample.abs() > 0.005)
}

#[test]
fn of_a_strip_the_headphones_hold_what_went_in_without_what_came_out_and_nothing_else() {
    let (frames, middle) = (19_200, std::f32::consts::FRAC_1_SQRT_2);
    let samples = noise(11, frames * 4, 0.05);
    for (place, strip) in Place::ALL.into_iter().flat_map(|place| [(place, 0), (place, 1)]) {
        let mut desk = plain();
        let slot = slot(channel_of(&desk, strip), place);
        // Neither its fader nor its mute matters.
        desk.strips[strip].channel.set(Control::FADER, -30.0);
        desk.strips[strip].channel.set(Control::MUTE, 1.0);
        let [_, _, cue, _, _, rack] = listening(&denoised(desk, &slot), &slot, &samples);
        for frame in ARRIVED + LATENCY..frames {
            for side in 0..2 {
                let (input, lane, gain) = if strip == 0 { (0, 0, middle) } else { (2 + side, 2 + side, 1.0) };
                let wanted = (samples[4 * (frame - LATENCY) + input] - rack[8 * frame + lane]) * gain;
                let got = cue[2 * frame + side];
                assert!((got - wanted).abs() < 1e-6, "{slot:?}, frame {frame}: {got} for {wanted}");
            }
        }
        assert!(is_something(&cue), "nothing is taken away, and nothing is tested");
    }
}

#[test]
fn of_a_bus_the_headphones_hold_what_went_in_without_what_came_out_and_nothing_else() {
    let frames = 19_200;
    let samples = noise(13, frames * 4, 0.05);
    for (place, at) in Place::ALL.into_iter().flat_map(|place| [(place, 2), (place, 3), (place, 4)]) {
        // Only the stereo strip plays: it is all that a bus has.
        let mut desk = plain();
        desk.strips.remove(0);
        let strip = &mut desk.strips[0].channel;
        match at {
            2 => assert!(strip.set(Control::GROUP, 2.0)),
            3 => assert!(strip.set(Control::send(1), 0.0) && desk.returns[1].channel.set(Control::SOURCE, 1.0)),
            _ => {}
        }
        let slot = slot(channels(&plain())[at].clone(), place);
        let [mix, _, cue, ..] = listening(&denoised(desk, &slot), &slot, &samples);
        // The mix is dated by what went in; beside a return it also holds what goes there directly, held back as long.
        let times = if at == 3 { 2.0 } else { 1.0 };
        for frame in ARRIVED..frames - LATENCY - 480 {
            for side in 0..2 {
                let wanted = times * samples[4 * frame + 2 + side] - mix[2 * frame + side];
                let got = cue[2 * (frame + LATENCY) + side];
                assert!((got - wanted).abs() < 2e-6, "{slot:?}, frame {frame}: {got} for {wanted}");
            }
        }
        assert!(is_something(&cue), "nothing is taken away, and nothing is tested");
    }
}

/// How the first headphone mix goes on from frame to frame, at the most.
fn steepest(cue: &[f32]) -> f32 {
    cue.windows(3).map(|three| (three[2] - three[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn neither_its_beginning_nor_another_slot_nor_its_end_steps() {
    // A slow tone that the denoiser turns down: what is heard before, what is taken away, and all between is smooth.
    let frames = 60_000;
    let turn = std::f32::consts::TAU * 40.0 / 48_000.0;
    let samples: Vec<f32> = (0..frames).flat_map(|n| [0.2 * (n as f32 * turn).sin(); 4]).collect();
    let desk = plain();
    let [one, two, ..] = channels(&desk);
    let slots = [slot(one, Place::PreEq), slot(two, Place::PostDynamics)];
    let desk = slots.iter().fold(desk, denoised);
    let sizes = [20_000, 5_000, 5_000, 100, 100, 100, 5_000, 24_700];
    let wishes =
        [None, Some(Some(0)), Some(Some(1)), Some(Some(0)), Some(None), Some(Some(1)), Some(Some(0)), Some(None)];
    let cue = &heard(&desk, &samples, &sizes, |nth, handle| {
        if let Some(wish) = wishes[nth] {
            handle.hear_removed(wish.map(|at: usize| slots[at].clone())).unwrap();
        }
    })[CUE];
    let always = &heard(&desk, &samples, &sizes, |_, _| {})[CUE];
    let most = always.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    // As steep as a glide of 512 frames makes it at the most, from one to the other.
    let bound = 2.0 * steepest(&always[20_000..]) + 2.0 * most / 512.0;
    assert!(most > 0.1 && steepest(&cue[30_000..]) <= bound, "{} over {bound}", steepest(&cue[30_000..]));
    assert_eq!(bits(&cue[2 * (35_300 + ARRIVED)..]), bits(&always[2 * (35_300 + ARRIVED)..]));
}

#[test]
fn it_ends_with_the_denoiser_or_its_strip_and_nothing_is_left_of_it() {
    let samples = noise(17, 60_000 * 4, 0.2);
    for strip in 0..2 {
        for (whole, muted) in [(false, false), (true, false), (true, true)] {
            let mut desk = plain();
            desk.strips[strip].channel.set(Control::MUTE, f32::from(u8::from(muted)));
            let slot = slot(ChannelName::Strip(desk.strips[strip].id.clone()), Place::PostEq);
            let first = denoised(desk.clone(), &slot);
            let mut second = desk;
            if whole {
                second.strips.remove(strip);
            }
            // Another one comes, who may get the same lanes.
            let mut third = second.clone();
            third.strips.push(Strip::new("Three", StripInput::Stereo(1, 2)));
            let third = denoised(
                third.clone(),
                &SlotName { channel: channel_of(&third, 2 - usize::from(whole)), ..slot.clone() },
            );
            let sizes = [20_000, LEFT, LEFT, LEFT];
            let play = |listens: bool| {
                heard(&first, &samples, &sizes, |nth, handle| match nth {
                    0 if listens => handle.hear_removed(Some(slot.clone())).unwrap(),
                    1 => handle.set_desk(&second).unwrap(),
                    2 => handle.set_desk(&third).unwrap(),
                    _ => {}
                })
            };
            let (with, without) = (play(true), play(false));
            assert!(bits(&with[0]) == bits(&without[0]));
            let end = 2 * (20_000 + LEFT);
            assert!(bits(&with[CUE][..2 * 20_000]) != bits(&without[CUE][..2 * 20_000]));
            assert!(bits(&with[CUE][end..]) == bits(&without[CUE][end..]), "strip {strip}, {whole}, {muted}");
        }
    }
}

fn channel_of(desk: &Desk, strip: usize) -> ChannelName {
    ChannelName::Strip(desk.strips[strip].id.clone())
}

#[test]
fn a_strip_that_gets_other_lanes_is_listened_to_there() {
    let samples = noise(23, 60_000 * 4, 0.2);
    let mut desk = plain();
    let slot = slot(ChannelName::Strip(desk.strips[0].id.clone()), Place::PreEq);
    desk = denoised(desk, &slot);
    let mut fed = desk.clone();
    fed.strips[0].input = StripInput::Stereo(1, 2);
    let cue = &heard(&desk, &samples, &[20_000, 40_000], |nth, handle| {
        if nth == 0 {
            handle.hear_removed(Some(slot.clone())).unwrap();
        } else {
            handle.set_desk(&fed).unwrap();
        }
    })[CUE];
    let energy =
        |side: usize| cue[2 * 50_000..].iter().skip(side).step_by(2).map(|sample| sample * sample).sum::<f32>();
    let apart = cue[2 * 50_000..].chunks_exact(2).map(|pair| (pair[0] - pair[1]).powi(2)).sum::<f32>();
    assert!(energy(0) > 1.0 && energy(1) > 1.0 && apart > 1.0, "{} {} {apart}", energy(0), energy(1));
}

#[test]
fn where_nothing_is_taken_away_everything_is_heard_as_always() {
    let samples = noise(29, 8_000 * 4, 0.2);
    let mut desk = plain();
    let id = ChannelName::Strip(desk.strips[0].id.clone());
    desk.strips[0].channel.put(Place::PostEq, kind("hall").map(Insert::new));
    let gone = ChannelName::Strip(plain().strips[0].id.clone());
    let without = heard(&desk, &samples, &[8_000], |_, _| {});
    for slot in [
        slot(id.clone(), Place::PreEq),
        slot(id, Place::PostEq),
        slot(gone, Place::PreEq),
        slot(ChannelName::Cue(0), Place::PreEq),
        slot(ChannelName::Group(250), Place::PreEq),
    ] {
        let with = heard(&desk, &samples, &[8_000], |_, handle| handle.hear_removed(Some(slot.clone())).unwrap());
        assert!(bits(&with[CUE]) == bits(&without[CUE]), "{slot:?}");
    }
}

#[test]
fn talkback_and_a_take_are_heard_beside_it_as_always() {
    let frames = 12_000;
    // Only the engineer speaks: the strips bring silence.
    let samples: Vec<f32> = noise(31, frames, 0.2).into_iter().flat_map(|word| [0.0, word, 0.0, 0.0]).collect();
    let desk = plain();
    let slot = slot(ChannelName::Strip(desk.strips[0].id.clone()), Place::PreEq);
    let mut desk = denoised(desk, &slot);
    for (param, value) in [("on", 1.0), ("input", 2.0)] {
        let controls: Vec<_> = desk.own.controls().filter(|control| control.section == Section::Talkback).collect();
        let role = desk.own.role();
        let control = controls.into_iter().find(|control| role.spec(*control).is_some_and(|spec| spec.id == param));
        desk.own.set(control.expect("it is there"), value);
    }
    let play = |listens: bool, take: bool| {
        let mut feed = None;
        let cue = heard(&desk, &samples, &[frames], |_, handle| {
            if listens {
                handle.hear_removed(Some(slot.clone())).unwrap();
            }
            if take {
                let mut playing = handle.play_back().expect("room in the mail");
                playing.push(&noise(37, 2 * 12_000, 0.3));
                feed = Some(playing);
            }
        });
        cue[CUE].clone()
    };
    assert!(play(true, false).iter().any(|sample| sample.abs() > 0.01));
    assert!(bits(&play(true, false)) == bits(&play(false, false)));
    assert!(bits(&play(true, true)[2 * ARRIVED..]) == bits(&play(false, true)[2 * ARRIVED..]));
}
