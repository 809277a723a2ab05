//! An evening that is the same on every machine: a desk of 8 or 32 strips that are set and heard, on air and recorded, with
//! nothing in it that depends on when or where it is looked at.

use std::f32::consts::TAU;

use korero::desk::address::{ChannelName, kind};
use korero::desk::channel::{Insert, Place, Section};
use korero::desk::history::Edit;
use korero::desk::scene::{Scene, SceneId, Scenes, Scope};
use korero::engine::{Engine, EngineHandle};
use korero::metering::{Reading, SmallSpectrum};
use korero::night::{Loud, Moment, What};
use korero::record::names::WallTime;
use korero::recording::Recording;
use korero::session::ear::{EarState, Verdict};
use korero::show::Show;
use korero::timeline::FrameIndex;
use korero_dsp::bank::Stage;
use korero_dsp::effects::eq::Knob;
use korero_dsp::effects::{compressor, deesser, eq, gate};
use korero_dsp::loudness::Loudness;

use super::*;

/// The strips of the evening: name, hue, and the level of what is played into it, dBFS.
pub(super) const PLAYERS: [(&str, u8, f32); 32] = [
    ("Reo matua", 0, -9.0),
    ("Backing voice", 1, -17.0),
    ("Guitar DI", 3, -12.0),
    ("Bass DI", 5, -8.0),
    ("Kick", 7, -4.0),
    ("Snare", 8, -7.0),
    ("Overhead left", 9, -21.0),
    ("Overhead right", 9, -22.0),
    ("Piano low", 10, -15.0),
    ("Piano high", 10, -16.0),
    ("Pūtōrino", 2, -26.0),
    ("Kōauau", 2, -31.0),
    ("Violin", 4, -19.0),
    ("Viola", 4, -20.5),
    ("Cello", 4, -18.0),
    ("Double bass", 5, -13.0),
    ("Trumpet", 6, 0.5),
    ("Trombone", 6, -11.0),
    ("Sax", 6, -12.5),
    ("Tom 1", 8, -34.0),
    ("Tom 2", 8, -38.0),
    ("Hat", 9, -24.0),
    ("Shaker", 11, -42.0),
    ("Congas", 11, -17.5),
    ("Keys left", 10, -14.0),
    ("Keys right", 10, -14.5),
    ("Choir 1", 1, -23.0),
    ("Choir 2", 1, -25.0),
    ("Choir 3", 1, -29.0),
    ("Talk", 0, -55.0),
    ("Room left", 9, -36.0),
    ("Room right", 9, -37.0),
];
/// Where their faders stand, dB, again and again.
const FADERS: [f32; 8] = [0.0, -6.5, -3.0, -4.0, -9.0, -7.5, -14.0, -14.0];
/// Frames of one callback.
const CALLBACK: usize = 480;

/// A strip that somebody has mixed.
fn mixed(at: usize) -> Strip {
    let (name, hue, _) = PLAYERS[at];
    let stage = |stage, param| Control::new(Section::Stage(stage), param);
    let band = |band, knob| stage(Stage::Eq, eq::param(band, knob));
    let strip = Strip { hue, ..Strip::new(name, StripInput::Mono(at as u8 + 1)) };
    let mut strip = strip
        .with(Control::FADER, FADERS[at % FADERS.len()])
        .with(Control::PAN, [0.0, -0.3, 0.25, 0.0][at % 4])
        .with(Control::HIGHPASS_ON, f32::from(u8::from(at % 4 != 3)))
        .with(stage(Stage::Gate, gate::ON), f32::from(u8::from(at % 6 > 3)))
        .with(stage(Stage::Eq, eq::ON), 1.0)
        .with(band(0, Knob::Gain), [-4.0, 3.0, 0.0, 5.0][at % 4])
        .with(band(1, Knob::Gain), [2.5, -6.0, -3.0, 0.0][at % 4])
        .with(band(3, Knob::Gain), [3.0, 0.0, 4.0, -5.0][at % 4])
        .with(stage(Stage::Compressor, compressor::ON), f32::from(u8::from(at % 3 != 2)))
        .with(stage(Stage::Compressor, compressor::THRESHOLD), -24.0)
        .with(stage(Stage::Compressor, compressor::RATIO), 4.0)
        .with(Control::send(0), if at.is_multiple_of(2) { -12.0 } else { -60.0 });
    match at {
        0 => {
            strip.channel.set(stage(Stage::Deesser, deesser::ON), 1.0);
            strip.channel.put(Place::PostDynamics, kind("hall").map(Insert::new));
        }
        1 => drop(strip.channel.set(Control::MUTE, 1.0)),
        2 => drop(strip.channel.set(Control::GROUP, 1.0)),
        _ => {}
    }
    strip
}

/// The desk of that many strips.
fn desk(strips: usize) -> Desk {
    let mut desk = Desk { strips: (0..strips).map(mixed).collect(), ..Desk::default() };
    "Band".clone_into(&mut desk.groups[0].name);
    desk
}

fn scenes(desk: &Arc<Desk>) -> Scenes {
    let scene = |name: &str| Scene {
        id: SceneId::random(),
        name: name.into(),
        desk: desk.clone(),
        scope: Scope::default(),
        fade: Duration::from_millis(2_500),
    };
    Scenes { list: ["Karakia", "Waiata", "Poi"].map(scene).to_vec(), locked: false }
}

/// What was told of it, at the same time of day wherever it is looked at.
pub(super) fn night() -> Vec<Moment> {
    /// 2026-11-20 19:30 UTC, s.
    const BEGUN: u64 = 1_795_203_000;
    let there = WallTime::local(BEGUN * 1_000_000_000);
    let of_day = |hour: u8, minute: u8| u64::from(hour) * 3_600 + u64::from(minute) * 60;
    let begun = BEGUN + of_day(19, 30) - of_day(there.hour, there.minute);
    let moment = |second: u64, what: What| Moment {
        utc_ms: (begun + second) * 1_000,
        frame: FrameIndex(second * 48_000),
        levels: (second > 60).then_some(Loud { momentary: Some(-15.2 - second as f32 / 1_000.0), peak: Some(-2.5) }),
        what,
    };
    let (to, code) = ("Te Ūpoko radio".to_owned(), "fault-publish-lost".to_owned());
    let line = "The connection to radio.example is lost. Recording goes on.".to_owned();
    let device = What::Device { name: "Scarlett".into(), inputs: 18, rate: 48_000, frames: 128, realtime: true };
    vec![
        moment(4, device),
        moment(61, What::Recording),
        moment(302, What::OnAir { to: "Aroha at home".into() }),
        moment(305, What::OnAir { to: to.clone() }),
        moment(1_810, What::Ear { to: "Aroha at home".into(), word: "ear-heard".into() }),
        moment(2_744, What::Trouble { code, values: None, about: None, line }),
        moment(2_745, What::Reconnecting { to }),
    ]
}

/// On air at two places, of which one is coming back, and recorded for an hour.
pub(super) fn snapshot(strips: usize) -> Snapshot {
    let desk = Arc::new(desk(strips));
    let scenes = Arc::new(scenes(&desk));
    let on = AirState::On { length: Duration::from_secs(3_725), bitrate: 255_700 };
    let to = |id, name: &str, url: &str, air| DestinationNow {
        what: Destination { name: name.into(), ..Destination::to(id, url, 256_000) },
        has_key: true,
        air,
        ..DestinationNow::default()
    };
    let lost = Fault::new(key::FAULT_PUBLISH_LOST).with("host", "radio.example");
    Snapshot {
        device: running(32),
        monitor: Some("alsa:scarlett".into()),
        undo: Some(Edit::Turn(Address::strip(&desk.strips[2].id, Control::FADER))),
        scene: Some(scenes.list[0].id.clone()),
        desk,
        scenes,
        show: Show {
            title: "Te pō waiata".into(),
            artist: "Aroha".into(),
            set_list: ["Pōkarekare ana", "Tūrangawaewae", "Wairua"].map(str::to_owned).to_vec(),
        },
        song: 1,
        air: on.clone(),
        record: Recording::master(),
        recording: RecordingState::On {
            length: Duration::from_secs(3_901),
            files: vec!["mix.wav".into()],
            disk_left: Some(Duration::from_secs(9_000)),
        },
        marked: 2,
        destinations: vec![
            to(1, "Aroha at home", "https://live.example/whip/aroha", on),
            to(2, "Te Ūpoko radio", "icecast://radio.example:8000/live.opus", AirState::Reconnecting),
        ],
        listeners: Some(42),
        ear: EarState::Listens { verdict: Verdict::Heard, delay: Some(Duration::from_millis(310)), lost: 0 },
        ear_on: true,
        faults: vec![ShownFault { fault: lost, times: 3, id: 1 }],
        night: Arc::new(night()),
        latency_frames: 72,
        loudness: Some(reading().loudness),
        ..show()
    }
}

/// A band at play: the more the higher, with something of everybody.
fn reading() -> Reading {
    let loudness = Loudness {
        momentary: -15.2,
        short_term: -16.4,
        integrated: -16.8,
        range: 6.25,
        momentary_max: -10.0,
        short_term_max: -12.0,
        true_peak: [-2.5, -3.0],
        true_peak_max: [-1.5, -1.75],
    };
    let level = |band: usize| -22.0 - band as f32 * 0.3 - 8.0 * (band as f32 * 0.45).sin().abs();
    Reading { loudness, correlation: 0.6, spectrum: std::array::from_fn(level) }
}

/// What the strip at a place is made of: a hill with its own middle.
fn small(at: usize) -> SmallSpectrum {
    let middle = 6.0 + (at * 7 % 24) as f32;
    std::array::from_fn(|band| -24.0 - 3.0 * (band as f32 - middle).abs() - 6.0 * (band as f32 * 1.3).sin().abs())
}

/// What is measured while somebody looks at the first strip.
fn readings(desk: &Desk) -> Readings {
    let watched = desk.strips.first().map(|strip| (ChannelName::Strip(strip.id.clone()), reading()));
    let strips = desk.strips.iter().enumerate().map(|(at, strip)| (strip.id.clone(), small(at))).collect();
    Readings { mix: Some(reading()), watched, strips: Arc::new(strips), frames_lost: 0 }
}

/// An engine that plays the evening, and what a window needs to look at it.
pub(super) struct Evening {
    engine: Engine,
    _handle: EngineHandle,
    _wishes: Receiver<Command>,
    frame: usize,
}

impl Evening {
    /// The evening of that snapshot, and the link to it.
    pub(super) fn begin(snapshot: Snapshot, language: Language) -> (Self, Link) {
        let (mut engine, mut handle) = engine::new(uuid::Uuid::nil());
        handle.set_desk(&snapshot.desk).expect("it fits");
        engine.begin(0);
        let (commands, wishes) = channel();
        let link = Link {
            readings: Arc::new(ArcSwap::from_pointee(readings(&snapshot.desk))),
            snapshot: Arc::new(ArcSwap::from_pointee(snapshot)),
            commands,
            levels: handle.levels(),
            language,
        };
        (Self { engine, _handle: handle, _wishes: wishes, frame: 0 }, link)
    }

    /// Everybody plays for `seconds`: a tone each, of a pitch of its own, that swells once a second, so that peaks are held.
    pub(super) fn play(&mut self, seconds: f32) {
        let inputs = PLAYERS.len();
        for _ in 0..(seconds * 48_000.0) as usize / CALLBACK {
            let mut sound = Vec::with_capacity(CALLBACK * inputs);
            for _ in 0..CALLBACK {
                let at = self.frame as f32 / 48_000.0;
                let swell = 0.7 + 0.3 * (at * TAU).sin();
                sound.extend(PLAYERS.iter().zip(1_u8..).map(|((_, _, level), input)| {
                    let tone = (at * TAU * 55.0 * f32::from(input)).sin();
                    tone * swell * 10.0_f32.powf(level / 20.0)
                }));
                self.frame += 1;
            }
            self.engine.process(&sound, inputs);
        }
    }
}
