use crate::audio::{Script, ScriptedHost};
use crate::desk::{Desk, Strip, StripInput};

use crate::desk::address::Address;
use crate::desk::channel::Control;
use crate::desk::scene::Scope;
use crate::limits::SAMPLE_RATE;
use crate::session::command::{Label, SceneForm, SceneWish, SetUpWish};
use crate::session::snapshot::DeviceState;
use crate::timeline::FrameIndex;

use super::*;

/// Ends a test that hangs.
const HANG: Duration = Duration::from_secs(20);

fn begin(strips: Vec<Strip>) -> Running {
    begin_with("kind = 'noise'\ninputs = 2", strips)
}

fn begin_with(source: &str, strips: Vec<Strip>) -> Running {
    let script = Script::parse(&format!("frames = 256\n[[source]]\n{source}\n")).unwrap();
    let host = ScriptedHost::realtime(script);
    let device = host.id().to_owned();
    let start = Snapshot { desk: Arc::new(Desk { strips, ..Desk::default() }), ..Snapshot::default() };
    let plan = Plan {
        host: Box::new(host),
        start,
        keys: BTreeMap::new(),
        store: KeyStore::None,
        frames: None,
        strict: false,
        remember: None,
        nights: None,
        log_packets: false,
    };
    let show = super::start(plan).unwrap();
    show.commands.send(Command::ChooseDevice(Some(device))).unwrap();
    show
}

fn wait_for(show: &Running, what: &str, there: impl Fn(&Snapshot) -> bool) {
    let begun = Instant::now();
    while !there(&show.snapshot.load()) {
        assert!(begun.elapsed() < HANG, "{what} did not come: {:?}", show.snapshot.load());
        thread::park_timeout(Duration::from_millis(5));
    }
}

#[test]
fn a_desk_that_names_inputs_which_the_interface_lacks_is_told_once() {
    let strip = |input| Strip::new("x", StripInput::Mono(input));
    let show = begin(vec![strip(1), strip(9)]);
    wait_for(&show, "the fault", |now| !now.faults.is_empty());
    let report = show.end();
    let told: Vec<_> = report.faults.iter().filter(|fault| fault.code == key::FAULT_STAGE_DESK_INPUTS).collect();
    assert_eq!(told.len(), 1, "{:?}", report.faults);
    assert!(told[0].to_string().contains('9') && told[0].to_string().contains('2'), "{}", told[0]);
}

#[test]
fn a_card_of_an_interface_that_went_away_goes_when_it_is_back_and_the_report_tells_it() {
    let unplugged =
        "kind = 'noise'\ninputs = 2\n[[fault]]\nat_ms = 500\nkind = 'unplug'\n[[fault]]\nat_ms = 3000\nkind = 'plug'";
    let show = begin_with(unplugged, Vec::new());
    wait_for(&show, "the loss", |now| now.faults.iter().any(|shown| shown.fault.code == key::FAULT_AUDIO_LOST));
    wait_for(&show, "its end", |now| matches!(now.device, DeviceState::Running { .. }) && now.faults.is_empty());
    let report = show.end();
    assert!(report.faults.iter().any(|fault| fault.code == key::FAULT_AUDIO_LOST), "{:?}", report.faults);
}

#[test]
fn what_kept_an_interface_from_being_taken_goes_when_another_runs_and_the_headphones_keep_theirs() {
    let show = begin(Vec::new());
    let send = |command| show.commands.send(command).unwrap();
    wait_for(&show, "sound", |now| matches!(now.device, DeviceState::Running { .. }));
    let DeviceState::Running { id, .. } = show.snapshot.load().device.clone() else { panic!("it runs") };
    send(Command::ChooseMonitor(Some("no headphones".into())));
    send(Command::ChooseDevice(Some("no interface".into())));
    wait_for(&show, "both", |now| now.faults.len() == 2);
    send(Command::ChooseDevice(Some(id)));
    wait_for(&show, "sound again", |now| matches!(now.device, DeviceState::Running { .. }));
    let left = show.snapshot.load().faults.clone();
    assert!(left.len() == 1 && left[0].fault.to_string().contains("no headphones"), "{left:?}");
    send(Command::ChooseMonitor(None));
    wait_for(&show, "no card", |now| now.faults.is_empty());
    assert!(show.end().faults.len() >= 2);
}

#[test]
fn a_recording_is_ended_by_itself_after_it_was_asked_to_and_begins_again() {
    let folder = tempfile::tempdir().unwrap();
    let show = begin(Vec::new());
    let send = |command| show.commands.send(command).unwrap();
    wait_for(&show, "sound", |now| matches!(now.device, DeviceState::Running { .. }));
    send(Command::RecordInto(folder.path().to_owned()));
    let files = |now: &Snapshot| match &now.recording {
        RecordingState::On { length, files, .. } if !length.is_zero() => files.clone(),
        _ => Vec::new(),
    };
    send(Command::StartRecording);
    wait_for(&show, "the recording", |now| !files(now).is_empty());
    let first = files(&show.snapshot.load());
    // The second wish comes before the files of the first are ended.
    send(Command::StopRecording);
    send(Command::StartRecording);
    wait_for(&show, "the next recording", |now| !files(now).is_empty() && files(now) != first);
    assert!(!show.has_died());
    let report = show.end();
    assert_eq!(report.recorded.len(), 2, "{:?}", report.recorded);
    assert!(report.recorded.iter().all(|file| file.frames > 0) && !report.recording_short);
}

#[test]
fn the_assistant_hears_what_is_played_into_the_interface_while_it_is_asked_to() {
    let show = begin(vec![Strip::new("x", StripInput::Mono(1))]);
    let send = |command| show.commands.send(command).unwrap();
    wait_for(&show, "sound", |now| matches!(now.device, DeviceState::Running { .. }));
    send(Command::SetUp(SetUpWish::Listen));
    wait_for(&show, "an instrument", |now| {
        now.set_up.listening && now.set_up.heard.as_ref().is_some_and(|setup| setup.instruments().next().is_some())
    });
    send(Command::SetUp(SetUpWish::Stop));
    wait_for(&show, "the end", |now| !now.set_up.listening);
    let label = Label { input: 1, name: "Reo".into() };
    send(Command::SetUp(SetUpWish::Accept(vec![label])));
    wait_for(&show, "the strip", |now| now.desk.strips.iter().any(|strip| strip.name == "Reo"));
    let _ = show.end();
}

#[test]
fn a_tone_that_a_scene_fades_in_is_no_ring() {
    let strip = Strip::new("x", StripInput::Mono(1)).with(Control::FADER, -3.0);
    let fader = Address::strip(&strip.id, Control::FADER);
    let show = begin_with("kind = 'tone'\nfreq = 2500.0\nlevel_dbfs = -20.0", vec![strip]);
    let send = |command| show.commands.send(command).unwrap();
    wait_for(&show, "sound", |now| matches!(now.device, DeviceState::Running { .. }));
    let form = SceneForm { name: "Loud".into(), scope: Scope::default(), fade: Duration::from_millis(1_500) };
    send(Command::Scene(SceneWish::Store(form)));
    send(Command::Turn(fader, -43.0));
    wait_for(&show, "the scene", |now| !now.scenes.list.is_empty());
    // The detector has heard that it is quiet.
    let heard = |begin: FrameIndex| move |now: &Snapshot| now.position.since(begin) > u64::from(SAMPLE_RATE);
    wait_for(&show, "a second of it", heard(show.snapshot.load().position));
    send(Command::Scene(SceneWish::Recall(show.snapshot.load().scenes.list[0].id.clone())));
    wait_for(&show, "the fade", |now| now.fade_left.is_some());
    wait_for(&show, "its end", |now| now.fade_left.is_none());
    wait_for(&show, "what is told late", heard(show.snapshot.load().position));
    let told = show.end().faults;
    assert!(told.iter().all(|fault| fault.code != key::FAULT_STAGE_RING_STRIP && fault.code != key::FAULT_STAGE_RING));
}

#[test]
fn the_latency_of_the_mix_is_told_with_what_stands_in_a_slot() {
    use crate::desk::address::{ChannelName, kind};
    use crate::desk::channel::Place;
    let strip = Strip::new("x", StripInput::Mono(1));
    let name = ChannelName::Strip(strip.id.clone());
    let show = begin(vec![strip]);
    wait_for(&show, "the limiter's", |now| now.latency_frames > 0);
    let limiter = show.snapshot.load().latency_frames;
    assert!(limiter <= 72, "1.5 ms at most: {limiter}");
    show.commands.send(Command::PutEffect(name, Place::PreEq, kind("denoise"))).unwrap();
    wait_for(&show, "that of the effect", |now| now.latency_frames > limiter);
    let _ = show.end();
}

/// Every file below `folder` that holds `secret`.
fn files_with(secret: &str, folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files_with(secret, &entry));
        } else {
            // One that takes another's place has its first name no longer.
            let bytes = std::fs::read(&entry).or_else(|error| match error.kind() {
                std::io::ErrorKind::NotFound => Ok(Vec::new()),
                _ => Err(error),
            });
            if bytes.unwrap().windows(secret.len()).any(|bytes| bytes == secret.as_bytes()) {
                found.push(entry);
            }
        }
    }
    found
}

#[test]
fn a_key_is_kept_in_its_file_alone_found_again_the_next_evening_and_forgotten_when_that_is_asked() {
    use crate::destination::{DestinationId, Service};
    use crate::session::command::{DestinationEdit, DestinationWish, Typed};
    let home = tempfile::tempdir().unwrap();
    let (config, takes) = (home.path().join("config"), home.path().join("takes"));
    let evening = |destinations| {
        let script = Script::parse("frames = 256\n[[source]]\nkind = 'noise'\ninputs = 2\n").unwrap();
        let host = ScriptedHost::realtime(script);
        let device = host.id().to_owned();
        let start = Snapshot { destinations, record_folder: takes.clone(), ..Snapshot::default() };
        let plan = Plan {
            host: Box::new(host),
            start,
            keys: BTreeMap::new(),
            store: KeyStore::File(config.join(KeyStore::FILE)),
            frames: None,
            strict: false,
            remember: Some(config.clone()),
            nights: None,
            log_packets: false,
        };
        let show = super::start(plan).unwrap();
        show.commands.send(Command::ChooseDevice(Some(device))).unwrap();
        show
    };
    let secret = "s3cret-of-this-evening";
    let show = evening(Vec::new());
    let wish = |wish| show.commands.send(Command::Destination(wish)).unwrap();
    wish(DestinationWish::Add(Service::Icecast));
    let url = format!("icecast://source:{secret}@127.0.0.1:9/live");
    wish(DestinationWish::Edit(DestinationId(1), DestinationEdit::Url(url)));
    wait_for(&show, "the word on the file", |now| {
        now.faults.iter().any(|shown| shown.fault.code == key::FAULT_KEYS_IN_FILE)
    });
    show.commands.send(Command::GoOnAir).unwrap();
    wait_for(&show, "the refusal", |now| {
        now.faults.iter().any(|shown| shown.fault.code == key::FAULT_PUBLISH_UNREACHABLE)
    });
    assert!(!format!("{:?}", show.snapshot.load()).contains(secret));
    let report = show.end();
    assert!(!format!("{report:?} {}", serde_json::to_string(&report).unwrap()).contains(secret));
    assert_eq!(files_with(secret, home.path()), [config.join(KeyStore::FILE)], "takes, desk, settings hold no key");

    let kept = Settings::load(&config).0.destinations;
    let now = |what| crate::session::snapshot::DestinationNow { what, ..Default::default() };
    let show = evening(kept.into_iter().map(now).collect());
    wait_for(&show, "the key", |now| now.destinations.first().is_some_and(|one| one.has_key));
    let forget = DestinationWish::Key(DestinationId(1), Typed::default());
    show.commands.send(Command::Destination(forget)).unwrap();
    wait_for(&show, "an empty file", |_| files_with(secret, home.path()).is_empty());
    drop(show.end());
}
