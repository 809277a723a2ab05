//! The window in front of ten strips of made-up sound, to be looked at: `window_demo [dark|light|contrast] [en|mi] [off|on|away|empty] [big]`.

#![allow(clippy::print_stderr, clippy::disallowed_methods, reason = "a bench to look at the window, not the product")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use korero::desk::{Desk, Strip, StripInput};
use korero::engine::{self, Engine, EngineHandle};
use korero::fault::Fault;
use korero::session::command::Command;
use korero::session::snapshot::{AirState, DeviceChoice, DeviceState, RecordingState, ShownFault, Snapshot};
use korero::show::Show;
use korero::ui::{Link, Window};
use korero_sentences::{Language, key};

const BAND: [(&str, f32, f32, f32); 10] = [
    ("Reo", 0.5, -3.0, 0.0),
    ("Guitar", 0.35, -6.5, -0.3),
    ("Piano", 0.3, -9.0, 0.0),
    ("Bass", 0.6, -4.0, 0.0),
    ("Kick", 0.9, -2.0, 0.0),
    ("Snare", 0.7, -8.0, 0.15),
    ("Overheads", 0.2, -12.0, 0.0),
    ("Ukulele", 0.25, -10.0, 0.4),
    ("Backing", 0.15, -14.0, -0.5),
    ("Room", 0.08, f32::NEG_INFINITY, 0.0),
];

fn main() -> eframe::Result {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| words.iter().any(|w| w == word);
    let colours = ["light", "contrast"].into_iter().find(|c| has(c)).unwrap_or("dark");
    let language = if has("mi") { Language::Maori } else { Language::English };
    let size = if has("big") { (1920.0, 1080.0) } else { (1280.0, 800.0) };
    let (commands, wishes) = channel();
    let snapshot = Arc::new(ArcSwap::from_pointee(first(&words)));
    let (engine, handle) = engine::new(uuid::Uuid::now_v7());
    let link = Link { snapshot: snapshot.clone(), commands, levels: handle.levels(), language };
    std::thread::spawn(move || play(engine));
    std::thread::spawn(move || stage(&snapshot, &wishes, handle));
    let viewport = egui::ViewportBuilder::default().with_inner_size([size.0, size.1]).with_position([0.0, 0.0]);
    let options = eframe::NativeOptions { viewport, renderer: eframe::Renderer::Glow, ..Default::default() };
    eframe::run_native(
        "korero",
        options,
        Box::new(move |cc| {
            let mut window = Window::new(&cc.egui_ctx, link);
            window.wear(&cc.egui_ctx, colours);
            Ok(Box::new(window))
        }),
    )
}

fn first(words: &[String]) -> Snapshot {
    let has = |word: &str| words.iter().any(|w| w == word);
    let strips = BAND.iter().zip(0u8..).map(|((name, _, fader_db, pan), n)| {
        let input = if n == 2 { StripInput::Stereo(3, 4) } else { StripInput::Mono(n + 1) };
        let strip = Strip::new(*name, input);
        Strip { hue: n, fader_db: *fader_db, pan: *pan, highpass_on: n % 3 == 0, mute: n == 8, solo: n == 1, ..strip }
    });
    let scarlett =
        DeviceChoice { id: "alsa:scarlett".into(), name: "Scarlett 18i20 USB".into(), inputs: 18, outputs: 20 };
    let desk = Desk { strips: strips.collect(), ..Desk::default() };
    let fault = ShownFault { id: 1, fault: Fault::new(key::FAULT_WINDOW_OPEN).with("reason", "no display."), times: 3 };
    let running = DeviceState::Running {
        id: scarlett.id.clone(),
        name: scarlett.name.clone(),
        inputs: 18,
        rate: 48_000,
        frames: 128,
        realtime: true,
    };
    let empty = has("empty");
    Snapshot {
        device: if has("away") { DeviceState::Away { id: scarlett.id.clone() } } else { running },
        devices: vec![scarlett.clone()],
        monitor: Some(scarlett.id),
        desk: Arc::new(if empty { Desk::default() } else { desk }),
        recording: if has("off") { RecordingState::Off } else { recording(Duration::ZERO) },
        air: if has("off") { AirState::Off } else { AirState::On { length: Duration::ZERO, bitrate: 256_000 } },
        listeners: (!has("off")).then_some(128),
        listen_url: Some("https://korero.live/@aroha".into()),
        aim_url: "https://korero.live/whip/aroha".into(),
        has_key: true,
        bitrate: 256_000,
        record_folder: PathBuf::from("/home/aroha/Music/Kōrero"),
        record_mix: true,
        show: Show { title: "Songs from the porch".into(), ..Show::default() },
        faults: if has("off") { Vec::new() } else { vec![fault] },
        ..Snapshot::default()
    }
}

fn recording(length: Duration) -> RecordingState {
    RecordingState::On { length, files: Vec::new(), disk_left: Some(Duration::from_secs(9 * 3_600 + 720)) }
}

/// Sound at the pace of the clock: slow swells of tones, each strip its own.
fn play(mut engine: Engine) {
    engine.begin(0);
    let (begun, mut frame) = (Instant::now(), 0u64);
    let mut block = vec![0.0f32; 480 * 18];
    loop {
        for n in 0..480u64 {
            let t = (frame + n) as f32 / 48_000.0;
            for channel in 0..18usize {
                let strip = if channel > 2 { channel - 1 } else { channel };
                let loud = BAND.get(strip).map_or(0.0, |b| b.1);
                let beat = (1.0 - (t * (1.3 + strip as f32 * 0.17)).fract()).powi(2);
                let tone = (t * 110.0 * (strip as f32 + 1.0) * std::f32::consts::TAU).sin();
                block[n as usize * 18 + channel] = loud * (0.15 + 0.85 * beat) * tone;
            }
        }
        engine.process(&block, 18);
        frame += 480;
        let due = Duration::from_millis(frame / 48);
        std::thread::sleep(due.saturating_sub(begun.elapsed()));
    }
}

/// Does what the window asks, as far as a picture needs it.
fn stage(snapshot: &ArcSwap<Snapshot>, wishes: &Receiver<Command>, mut handle: EngineHandle) {
    let begun = Instant::now();
    loop {
        let mut now = snapshot.load().as_ref().clone();
        let mut desk = now.desk.as_ref().clone();
        for wish in wishes.try_iter() {
            eprintln!("{wish:?}");
            match wish {
                Command::Turn(address, value) => drop(address.set(&mut desk, value)),
                Command::RenameStrip(id, name) => {
                    desk.strip_mut(&id).into_iter().for_each(|s| s.name.clone_from(&name));
                }
                Command::FeedStrip(id, input) => desk.strip_mut(&id).into_iter().for_each(|s| s.input = input),
                Command::ReplaceDesk(new) => desk = new,
                Command::GoOnAir => now.air = AirState::On { length: Duration::ZERO, bitrate: 256_000 },
                Command::LeaveAir => now.air = AirState::Off,
                Command::StartRecording => now.recording = recording(Duration::ZERO),
                Command::StopRecording => now.recording = RecordingState::Off,
                Command::DismissFault(id) => now.faults.retain(|f| f.id != id),
                Command::Quit => now.ended = true,
                _ => {}
            }
        }
        if let AirState::On { length, .. } = &mut now.air {
            *length = Duration::from_secs(3_725) + begun.elapsed();
        }
        if now.recording != RecordingState::Off {
            now.recording = recording(Duration::from_secs(4_210) + begun.elapsed());
        }
        now.desk = Arc::new(desk);
        handle.set_desk(&now.desk).unwrap_or_else(|fault| eprintln!("{fault}"));
        handle.collect();
        snapshot.store(Arc::new(now));
        std::thread::sleep(Duration::from_millis(20));
    }
}
