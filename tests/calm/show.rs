//! The real show: stage, session, engine, recorder and publisher, with a scripted interface.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use korero::audio::{Script, ScriptedHost};
use korero::desk::address::kind;
use korero::desk::channel::{Control, Insert, Place, Section};
use korero::desk::{Desk, Strip, StripInput};
use korero::destination::Destination;
use korero::keys::KeyStore;
use korero::recording::{Recording, SampleForm};
use korero::session::command::{Command, DestinationWish, SceneWish, SetUpWish};
use korero::session::shelf::ShelfWish;
use korero::session::snapshot::{AirState, DestinationNow, DeviceState, RecordingState, Snapshot};
use korero::session::surfaces::SurfaceWish;
use korero::stage::{self, Plan, Running};
use korero_dsp::bank::Stage;
use korero_dsp::param::ParamId;
use tempfile::TempDir;

use crate::ingest::{Ingest, Kept};
use crate::sound::Evening;

/// Ends a test that hangs; what is waited for takes two seconds at most on a quiet machine.
const HANG: Duration = Duration::from_secs(60);
/// Noise never repeats, so that a frame that is missing, doubled or shifted is another sound.
const SOUND: &str = "frames = 256\n[[source]]\nkind = 'noise'\ninputs = 8\n";
const BITRATE: u32 = 256_000;
/// The strips.
pub(crate) const NAMES: [&str; 8] = ["Reo", "Piano", "Kitā", "Bass", "Kick", "Snare", "Koro", "Kuia"];

/// A show that runs.
pub(crate) struct Show {
    pub(crate) running: Running,
    ingest: Option<Ingest>,
    folder: TempDir,
}

impl Show {
    /// On air at a server in this process, and recorded.
    pub(crate) fn on_air() -> Self {
        let ingest = Ingest::start(0, Arc::new(Kept::default()));
        let destination = Destination::to(1, ingest.url(), BITRATE);
        let show = Self::begin(vec![DestinationNow { what: destination, ..DestinationNow::default() }], Some(ingest));
        show.asks(Command::GoOnAir);
        show.waits_for("the air", |now| matches!(now.air, AirState::On { .. }));
        show.waits_for("the take", is_recorded);
        show
    }

    /// Only recorded: what it sounds like while there is neither window nor network.
    pub(crate) fn alone() -> Self {
        let show = Self::begin(Vec::new(), None);
        show.asks(Command::StartRecording);
        show.waits_for("the take", is_recorded);
        show
    }

    fn begin(destinations: Vec<DestinationNow>, ingest: Option<Ingest>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let host = ScriptedHost::realtime(Script::parse(SOUND).expect("a script"));
        let device = host.id().to_owned();
        let start = Snapshot {
            desk: Arc::new(desk()),
            destinations,
            record_folder: folder.path().join("takes"),
            record: Recording { form: SampleForm::Float32, ..Recording::master() },
            ..Snapshot::default()
        };
        let plan = Plan {
            host: Box::new(host),
            start,
            keys: BTreeMap::new(),
            store: KeyStore::None,
            frames: None,
            strict: false,
            remember: None,
            nights: None,
            log_packets: true,
        };
        let show = Self { running: stage::start(plan).expect("it starts"), ingest, folder };
        show.asks(Command::ChooseDevice(Some(device)));
        show.waits_for("sound", |now| matches!(now.device, DeviceState::Running { .. }));
        show
    }

    /// The latest state.
    pub(crate) fn now(&self) -> Arc<Snapshot> {
        self.running.snapshot.load_full()
    }

    pub(crate) fn asks(&self, command: Command) {
        self.running.commands.send(command).expect("the stage listens");
    }

    /// Headphones are plugged into its interface.
    pub(crate) fn listens(&self) {
        let DeviceState::Running { id, .. } = &self.now().device else { panic!("no interface runs") };
        self.asks(Command::ChooseMonitor(Some(id.clone())));
    }

    pub(crate) fn waits_for(&self, what: &str, there: impl Fn(&Snapshot) -> bool) {
        let begun = Instant::now();
        while !there(&self.now()) {
            assert!(!self.running.has_died(), "the stage died before {what}");
            assert!(begun.elapsed() < HANG, "{what} did not come: {:?}", self.now().faults);
            thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Ends it, and gives what is left of it.
    pub(crate) fn end(self) -> Evening {
        assert!(!self.running.has_died(), "the stage died");
        let asked_at = self.now().position.0;
        let report = self.running.end();
        let kept = self.ingest.map(|ingest| Arc::clone(&ingest.kept));
        Evening::new((report, asked_at), kept.as_deref(), BITRATE, self.folder)
    }
}

fn is_recorded(now: &Snapshot) -> bool {
    matches!(&now.recording, RecordingState::On { length, .. } if !length.is_zero())
}

/// Eight strips with names, through equaliser, gate and compressor; the first one through a denoiser.
fn desk() -> Desk {
    let strip = |(name, input): (&str, u8)| {
        let on = |stage| Control::new(Section::Stage(stage), ParamId(0));
        let strip = Strip { hue: input, ..Strip::new(name, StripInput::Mono(input)) };
        strip
            .with(on(Stage::Gate), 1.0)
            .with(on(Stage::Eq), 1.0)
            .with(on(Stage::Compressor), 1.0)
            .with(Control::FADER, -24.0)
    };
    let mut strips: Vec<_> = NAMES.into_iter().zip(1..).map(strip).collect();
    let denoise = kind("denoise").expect("it is there");
    strips[0].channel.put(Place::PreEq, Some(Insert::new(denoise)));
    strips[0].channel.set(Control::new(Section::Slot(Place::PreEq, denoise), ParamId(0)), 1.0);
    Desk { strips, ..Desk::default() }
}

/// Every wish but those that end or interrupt by their meaning what is proved to go on, and those that would reach beyond this
/// test: into the bin, the file manager, the network and the ports of the machine.
pub(crate) fn stays_on_air(wish: &Command) -> bool {
    match wish {
        Command::Quit
        | Command::ChooseDevice(_)
        | Command::StopRecording
        | Command::LeaveAir
        | Command::RecordInto(_)
        | Command::Shelf(ShelfWish::Bin(_) | ShelfWish::Reveal(_)) => false,
        Command::Destination(wish) => matches!(wish, DestinationWish::Add(_)),
        Command::Surface(wish) => matches!(wish, SurfaceWish::Look),
        _ => true,
    }
}

/// Of those, every wish but the ones that are meant to change what is heard.
pub(crate) fn keeps_the_sound(wish: &Command) -> bool {
    let changes = match wish {
        Command::Turn(..)
        | Command::TurnTogether(_)
        | Command::PutEffect(..)
        | Command::AddStrip(_)
        | Command::RemoveStrip(_)
        | Command::FeedStrip(..)
        | Command::KeyStrip(..)
        | Command::ReplaceDesk(_)
        | Command::ApplyPreset(..)
        | Command::Compare(..)
        | Command::PasteStrip(_)
        | Command::Song(_) => true,
        Command::Scene(wish) => matches!(wish, SceneWish::Recall(_) | SceneWish::Next),
        Command::SetUp(wish) => matches!(wish, SetUpWish::Accept(_) | SetUpWish::Only(_)),
        _ => false,
    };
    stays_on_air(wish) && !changes
}
