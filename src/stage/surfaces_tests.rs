//! A running show that is held by OSC, with real threads and a real socket.

use std::net::UdpSocket;

use rosc::{OscMessage, OscPacket, OscType, decoder, encoder};

use super::*;
use crate::audio::{Script, ScriptedHost};
use crate::desk::address::Address;
use crate::desk::channel::Control;
use crate::desk::{Desk, Strip, StripInput};
use crate::session::snapshot::Snapshot;
use crate::session::surfaces::{Counts, Osc, OscState, Surfaces as Chosen, SurfacesNow};

/// Ends a test that hangs.
const HANG: Duration = Duration::from_secs(20);

fn begin(remember: Option<PathBuf>, strips: usize) -> (Running, String) {
    let script = Script::parse("frames = 256\n[[source]]\nkind = 'noise'\ninputs = 2\n").unwrap();
    let osc = Osc { on: true, open: false, port: 0 };
    let chosen = Arc::new(Chosen { osc, ..Chosen::default() });
    let strips = (1..=strips).map(|n| Strip::new(format!("Strip {n}"), StripInput::Mono(1))).collect();
    let surfaces = SurfacesNow { chosen, ..SurfacesNow::default() };
    let plan = Plan {
        host: Box::new(ScriptedHost::realtime(script)),
        start: Snapshot { surfaces, desk: Arc::new(Desk { strips, ..Desk::default() }), ..Snapshot::default() },
        keys: BTreeMap::new(),
        store: KeyStore::None,
        frames: None,
        strict: false,
        remember,
        nights: None,
        log_packets: false,
    };
    let show = start(plan).unwrap();
    let begun = Instant::now();
    loop {
        if let OscState::At(at) = &show.snapshot.load().surfaces.state.osc {
            return (show, at.clone());
        }
        assert!(begun.elapsed() < HANG, "OSC is not heard: {:?}", show.snapshot.load().surfaces);
        thread::park_timeout(Duration::from_millis(2));
    }
}

struct Tablet(UdpSocket);

impl Tablet {
    fn new(at: &str) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(at).unwrap();
        socket.set_read_timeout(Some(HANG)).unwrap();
        Self(socket)
    }

    fn say(&self, path: &str, args: Vec<OscType>) {
        let message = OscMessage { addr: path.into(), args };
        self.0.send(&encoder::encode(&OscPacket::Message(message)).unwrap()).unwrap();
    }

    /// Waits for a message at `path`.
    fn hears(&self, path: &str) -> Vec<OscType> {
        let mut bytes = [0; 2_048];
        loop {
            let length = self.0.recv(&mut bytes).unwrap();
            match decoder::decode_udp(&bytes[..length]).unwrap().1 {
                OscPacket::Message(message) if message.addr == path => return message.args,
                _ => {}
            }
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn a_fader_that_is_moved_by_osc_is_on_the_desk_in_its_file_and_back_at_whoever_wants_to_know() {
    let folder = tempfile::tempdir().unwrap();
    let (show, at) = begin(Some(folder.path().to_owned()), 0);
    let (tablet, phone) = (Tablet::new(&at), Tablet::new(&at));
    phone.say("/subscribe", vec![OscType::String("/mix/fader".into())]);
    assert_eq!(phone.hears("/mix/fader"), [OscType::Float(0.0)]);
    tablet.say("/mix/fader", vec![OscType::Float(-6.5)]);
    assert_eq!(phone.hears("/mix/fader"), [OscType::Float(-6.5)]);
    assert_eq!(show.snapshot.load().desk.mix.value(Control::FADER), -6.5);
    // From a turn in the window to the packet: told for the notes, and asserted only there, since a machine may be busy.
    let mut times: Vec<Duration> = (1..=40)
        .map(|n| {
            let begun = Instant::now();
            show.commands.send(Command::Turn(Address::MIX_FADER, -f32::from(n as u8))).unwrap();
            assert_eq!(phone.hears("/mix/fader"), [OscType::Float(-f32::from(n as u8))]);
            begun.elapsed()
        })
        .collect();
    times.sort();
    let ms = |n: usize| times[n].as_secs_f64() * 1_000.0;
    println!(
        "figure OSC on loopback, from a turn in the window to the packet, median of 40, ms (at most 20) = {:.1}",
        ms(20)
    );
    println!("figure OSC on loopback, from a turn in the window to the packet, longest of 40, ms = {:.1}", ms(39));
    if std::env::var_os("KORERO_PROVE").is_some() {
        assert!(ms(20) <= 20.0, "{times:?}");
    }
    let report = show.end();
    assert_eq!(report.faults, []);
    let desk = file::load(&folder.path().join(Settings::DESK_FILE)).unwrap();
    assert_eq!(desk.mix.value(Control::FADER), -40.0);
    assert!(Settings::load(folder.path()).0.surfaces.osc.on);
}

#[test]
fn a_show_that_only_surfaces_could_ask_for_something_ends() {
    let (show, at) = begin(None, 0);
    let Running { snapshot, commands, levels, readings, _door, thread } = show;
    drop((commands, _door, levels, readings));
    let begun = Instant::now();
    while !thread.is_finished() {
        Tablet::new(&at).say("/mix/fader", vec![OscType::Float(-1.0)]);
        assert!(begun.elapsed() < HANG, "it goes on: {:?}", snapshot.load());
        thread::park_timeout(Duration::from_millis(20));
    }
    assert!(snapshot.load().ended);
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for the proof")]
fn a_flood_by_osc_is_counted_and_told_once_and_the_window_is_obeyed_meanwhile() {
    let (show, at) = begin(None, 32);
    let tablet = Tablet::new(&at);
    let (mut sent, mut longest) = (0_u32, Duration::ZERO);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) {
        for n in 0..500_u16 {
            tablet.say(&format!("/strip/{}/fader", n % 32 + 1), vec![OscType::Float(-f32::from(n % 60))]);
        }
        sent += 500;
        let asked = Instant::now();
        let level = -(sent as f32) / 10_000.0;
        show.commands.send(Command::Turn(Address::CUE_LEVEL, level)).unwrap();
        while show.snapshot.load().desk.cues[0].level_db() != level {
            assert!(asked.elapsed() < HANG, "the window is not obeyed");
            thread::park_timeout(Duration::from_millis(1));
        }
        longest = longest.max(asked.elapsed());
    }
    let counts = |now: &Snapshot| now.surfaces.state.osc_counts;
    let told = || show.snapshot.load().faults.iter().filter(|one| one.fault.code == key::FAULT_SURFACE_FLOOD).count();
    let ended = Instant::now();
    while told() == 0 || counts(&show.snapshot.load()).refused == 0 {
        assert!(ended.elapsed() < HANG, "the flood is not told: {:?}", counts(&show.snapshot.load()));
        thread::park_timeout(Duration::from_millis(5));
    }
    let now = show.snapshot.load_full();
    assert_eq!((told(), now.faults[0].times), (1, 1));
    let ms = longest.as_secs_f64() * 1_000.0;
    let Counts { taken, refused } = counts(&now);
    println!("figure OSC flood of 2 s, messages sent = {sent}");
    println!("figure OSC flood of 2 s, messages taken = {taken}");
    println!("figure OSC flood of 2 s, messages refused and counted = {refused}");
    println!("figure OSC flood of 2 s, a turn in the window waited at most, ms = {ms:.0}");
    drop(show.end());
}
