//! A running show that is held by OSC, with real threads and a real socket.

use std::net::UdpSocket;

use rosc::{OscMessage, OscPacket, OscType, decoder, encoder};

use super::*;
use crate::audio::{Script, ScriptedHost};
use crate::desk::address::Address;
use crate::desk::channel::Control;
use crate::session::snapshot::Snapshot;
use crate::session::surfaces::{Osc, OscState, Surfaces as Chosen, SurfacesNow};

/// Ends a test that hangs.
const HANG: Duration = Duration::from_secs(20);

fn begin(remember: Option<PathBuf>) -> (Running, String) {
    let script = Script::parse("frames = 256\n[[source]]\nkind = 'noise'\ninputs = 2\n").unwrap();
    let osc = Osc { on: true, open: false, port: 0 };
    let chosen = Arc::new(Chosen { osc, ..Chosen::default() });
    let surfaces = SurfacesNow { chosen, ..SurfacesNow::default() };
    let plan = Plan {
        host: Box::new(ScriptedHost::realtime(script)),
        start: Snapshot { surfaces, ..Snapshot::default() },
        keys: BTreeMap::new(),
        store: KeyStore::None,
        frames: None,
        strict: false,
        remember,
        nights: None,
        log_packets: false,
    };
    let show = super::start(plan).unwrap();
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
    let (show, at) = begin(Some(folder.path().to_owned()));
    let (tablet, phone) = (Tablet::new(&at), Tablet::new(&at));
    phone.say("/subscribe", vec![OscType::String("/mix/fader".into())]);
    assert_eq!(phone.hears("/mix/fader"), [OscType::Float(0.0)]);
    tablet.say("/mix/fader", vec![OscType::Float(-6.5)]);
    assert_eq!(phone.hears("/mix/fader"), [OscType::Float(-6.5)]);
    assert_eq!(show.snapshot.load().desk.mix.value(Control::FADER), -6.5);
    // From a turn in the window to the packet: told for the notes, not asserted, since a machine may be busy.
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
    println!("figure surfaces: from a turn to the packet = median {:.1} ms, longest {:.1} ms of 40", ms(20), ms(39));
    let report = show.end();
    assert_eq!(report.faults, []);
    let desk = file::load(&folder.path().join(Settings::DESK_FILE)).unwrap();
    assert_eq!(desk.mix.value(Control::FADER), -40.0);
    assert!(Settings::load(folder.path()).0.surfaces.osc.on);
}

#[test]
fn a_show_that_only_surfaces_could_ask_for_something_ends() {
    let (show, at) = begin(None);
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
