//! From the words of the command line, and what is remembered, to the plan of a show.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use korero_sentences::{Language, key};

use super::args::Play;
use crate::audio;
use crate::desk::file::{self, place};
use crate::desk::preset::{self, Preset};
use crate::desk::{Desk, scene};
use crate::destination::{Destination, DestinationId};
use crate::fault::Fault;
use crate::keys::KeyStore;
use crate::limits::{BITRATE_DEFAULT, PRE_ROLL_DEFAULT};
use crate::recording::{Recording, Rolling};
use crate::secret::{self, StreamKey};
use crate::session::command::Command;
use crate::session::guide::Step;
use crate::session::snapshot::{DestinationNow, ShownFault, Snapshot};
use crate::session::surfaces::SurfacesNow;
use crate::settings::{self, Settings};
use crate::show::Show;
use crate::stage::Plan;
use crate::stage::report::Report;

/// A plan, and the wishes that follow it at once.
pub(super) struct Begin {
    pub(super) plan: Plan,
    pub(super) commands: Vec<Command>,
    pub(super) language: Option<Language>,
}

/// A show without a window: everything comes from the words.
pub(super) fn headless(play: &Play, on_air: bool) -> Result<Begin, Fault> {
    let (host, device) = audio::host(play.host.as_deref().unwrap_or("cpal"))?;
    let device = match device {
        Some(device) => device,
        None => only_interface(&mut *audio::host("cpal")?.0)?,
    };
    let desk = play.desk.as_deref().map(file::load).transpose()?.unwrap_or_default();
    let record = records(play, on_air);
    let (destinations, keys) = destinations(play, Vec::new())?;
    let start = Snapshot {
        destinations,
        desk: Arc::new(desk),
        monitor: play.monitor.clone(),
        record_folder: play.record.clone().unwrap_or_else(settings::takes_folder),
        record: Recording { mix: play.recording.mix || (on_air && record), ..play.recording.clone() },
        rolling: rolling(play, Rolling::of(Duration::ZERO, PRE_ROLL_DEFAULT)),
        ear_on: !play.no_ear,
        show: Show {
            title: play.title.clone().unwrap_or_default(),
            artist: play.artist.clone().unwrap_or_default(),
            set_list: Vec::new(),
        },
        ..Snapshot::default()
    };
    let mut commands = vec![Command::ChooseDevice(Some(device))];
    commands.extend(play.monitor.clone().map(|id| Command::ChooseMonitor(Some(id))));
    if record && !waits(play, on_air) {
        commands.push(Command::StartRecording);
    }
    if on_air {
        commands.push(Command::GoOnAir);
    }
    let plan = Plan {
        host,
        start,
        keys,
        store: KeyStore::usual(&settings::folder()),
        frames: play.frames,
        strict: true,
        remember: None,
        nights: Some(settings::folder().join(Settings::NIGHTS)),
        log_packets: play.stats.is_some(),
    };
    Ok(Begin { plan, commands, language: None })
}

/// A show with a window: the words go before what is remembered.
pub(super) fn for_window(play: &Play) -> Result<Begin, Fault> {
    let folder = settings::folder();
    let (host, device) = audio::host(play.host.as_deref().unwrap_or("cpal"))?;
    // A scripted show is no evening to be remembered.
    let remember = play.host.as_deref().is_none_or(|host| !host.starts_with("scripted"));
    let mut kept = Kept { remember: remember.then(|| folder.clone()), faults: Vec::new() };
    let fresh = !folder.join(Settings::FILE).exists();
    let (remembered, wrong) = Settings::load(&folder);
    kept.put_aside(&folder.join(Settings::FILE), wrong);
    let desk = kept.desk(play, &folder.join(Settings::DESK_FILE))?;
    let show = Show {
        title: play.title.clone().unwrap_or_else(|| remembered.show.title.clone()),
        artist: play.artist.clone().unwrap_or_else(|| remembered.show.artist.clone()),
        set_list: remembered.show.set_list.clone(),
    };
    let (scenes, wrong) = scene::file::load(&folder.join(Settings::SCENES_FILE));
    let (presets, faults) = presets(&folder);
    kept.faults.extend(wrong.into_iter().chain(faults));
    let (destinations, keys) = destinations(play, remembered.destinations)?;
    let guide = if fresh { guide(play, &desk) } else { remembered.guide };
    let start = Snapshot {
        destinations,
        guide,
        scenes: Arc::new(scenes),
        presets: Arc::new(presets),
        faults: kept.faults.into_iter().map(|fault| ShownFault { id: 0, fault, times: 1 }).collect(),
        desk: Arc::new(desk),
        record_folder: play.record.clone().unwrap_or(remembered.record_folder),
        record: play.recording.clone().over(remembered.record),
        rolling: rolling(play, remembered.rolling),
        ear_on: remembered.ear && !play.no_ear,
        surfaces: SurfacesNow { chosen: Arc::new(remembered.surfaces), ..SurfacesNow::default() },
        looks: Arc::new(remembered.looks),
        show,
        ..Snapshot::default()
    };
    let mut commands = vec![Command::RefreshDevices];
    commands.extend(device.or(remembered.device).map(|id| Command::ChooseDevice(Some(id))));
    commands.extend(play.monitor.clone().or(remembered.monitor).map(|id| Command::ChooseMonitor(Some(id))));
    if play.on_air {
        commands.push(Command::GoOnAir);
    }
    let log_packets = play.stats.is_some();
    let store = if kept.remember.is_some() { KeyStore::usual(&folder) } else { KeyStore::None };
    let (remember, frames) = (kept.remember, play.frames);
    let nights = Some(folder.join(Settings::NIGHTS));
    let plan = Plan { host, start, keys, store, frames, strict: false, remember, nights, log_packets };
    Ok(Begin { plan, commands, language: remembered.language.as_deref().map(Language::from_tag) })
}

/// Where nothing was ever chosen a person is led, unless the words say what to do already.
fn guide(play: &Play, desk: &Desk) -> Option<Step> {
    (!play.on_air && desk.strips.is_empty()).then(Step::default)
}

/// Every preset at hand: those in the folder of the settings, then those of the house. One's own goes before the house's of
/// the same id. Also what is wrong with one's own.
pub(super) fn presets(folder: &Path) -> (Vec<Preset>, Vec<Fault>) {
    let (mut all, faults) = preset::file::load_all(&folder.join(Settings::PRESETS));
    let house: Vec<_> = preset::house().into_iter().filter(|one| all.iter().all(|own| own.id != one.id)).collect();
    all.extend(house);
    (all, faults)
}

/// Whether a show without a window is recorded.
pub(super) fn records(play: &Play, on_air: bool) -> bool {
    !on_air || play.record.is_some() || play.recording.has_any()
}

/// Whether a show without a window rolls until it is told to record.
pub(super) fn waits(play: &Play, on_air: bool) -> bool {
    !on_air && play.rolling.is_some_and(|hold| !hold.is_zero())
}

/// What rolls: the words go before what was chosen.
fn rolling(play: &Play, chosen: Rolling) -> Rolling {
    Rolling::of(play.rolling.unwrap_or(chosen.hold()), play.pre_roll.unwrap_or(chosen.pre_roll()))
}

/// Writes the statistics where they were asked for.
///
/// # Errors
/// The file cannot be written.
pub(super) fn write_stats(play: &Play, report: &Report) -> Result<(), Fault> {
    let Some(path) = &play.stats else { return Ok(()) };
    serde_json::to_vec_pretty(report)
        .map_err(|e| e.to_string())
        .and_then(|text| std::fs::write(path, text).map_err(|e| e.to_string()))
        .map_err(|why| Fault::new(key::FAULT_CLI_STATS).with("file", path.display().to_string()).with("why", why))
}

/// What is kept from one evening to the next: a file of it that cannot be used must not keep the window from opening, nor
/// be written over.
struct Kept {
    /// Where; nowhere once a damaged file could not be put aside.
    remember: Option<PathBuf>,
    faults: Vec<Fault>,
}

impl Kept {
    /// A desk that was named must be good; the remembered one may be missing or damaged.
    fn desk(&mut self, play: &Play, remembered: &Path) -> Result<Desk, Fault> {
        if let Some(path) = &play.desk {
            return file::load(path);
        }
        if !remembered.is_file() {
            return Ok(Desk::default());
        }
        Ok(file::load(remembered).unwrap_or_else(|wrong| {
            self.put_aside(remembered, Some(wrong));
            Desk::default()
        }))
    }

    /// Tells what is wrong with a file, if anything, and keeps it under another name.
    fn put_aside(&mut self, path: &Path, wrong: Option<Fault>) {
        let Some(wrong) = wrong else { return };
        self.faults.push(wrong);
        let Some(folder) = self.remember.take() else { return };
        let name = |path: &Path| path.display().to_string();
        match place::set_aside(path) {
            Ok(aside) => {
                let kept = Fault::new(key::FAULT_STAGE_SET_ASIDE).with("file", name(path)).with("kept", name(&aside));
                self.faults.push(kept);
                self.remember = Some(folder);
            }
            Err(e) => {
                let lost = Fault::new(key::FAULT_STAGE_SETTINGS).with("folder", name(&folder));
                self.faults.push(lost.with("why", e.to_string()));
            }
        }
    }
}

/// The only interface with inputs; with none or several the person has to name one.
pub(super) fn only_interface(host: &mut dyn audio::AudioHost) -> Result<String, Fault> {
    let mut with_inputs: Vec<_> = host.devices()?.into_iter().filter(|device| device.inputs > 0).collect();
    match (with_inputs.pop(), with_inputs.is_empty()) {
        (Some(only), true) => Ok(only.id),
        (None, _) => Err(Fault::new(key::FAULT_CLI_NO_INTERFACE)),
        (Some(last), false) => {
            let names: Vec<_> = with_inputs.into_iter().chain([last]).map(|device| device.id).collect();
            Err(Fault::new(key::FAULT_CLI_SEVERAL_INTERFACES).with("list", names.join(", ")))
        }
    }
}

/// Where the show goes, and the keys that the words give: named addresses take the place of those remembered.
fn destinations(
    play: &Play,
    remembered: Vec<Destination>,
) -> Result<(Vec<DestinationNow>, BTreeMap<DestinationId, StreamKey>), Fault> {
    let mut all = remembered;
    if play.url().is_some() {
        let named = play.to.iter().zip(1..);
        let named = named.map(|(to, id)| {
            let url = to.url.as_deref().unwrap_or_default();
            Destination { safest: to.safest, ..Destination::to(id, url, to.bitrate.unwrap_or(BITRATE_DEFAULT)) }
        });
        all = named.collect();
    } else if let (Some(to), Some(first)) = (play.to.first(), all.first_mut()) {
        first.bitrate = to.bitrate.unwrap_or(first.bitrate);
        first.safest |= to.safest;
    }
    let mut keys = BTreeMap::new();
    for (n, one) in all.iter_mut().enumerate() {
        let (url, inside) = secret::split_address(&one.url);
        one.url = url;
        if let Some(ear) = play.to.get(n).and_then(|to| to.ear.clone()) {
            one.ear_url = ear;
        }
        let file = play.to.get(n).and_then(|to| to.key_file.as_deref());
        let given = match n {
            0 => stream_key(file)?,
            _ => file.map(secret::read_key_file).transpose()?,
        };
        keys.extend(given.or(inside).map(|key| (one.id, key)));
    }
    let now = |what| DestinationNow { what, ..DestinationNow::default() };
    Ok((all.into_iter().map(now).collect(), keys))
}

/// The key of `--key-file`, or of `KORERO_KEY`.
pub(super) fn stream_key(key_file: Option<&Path>) -> Result<Option<StreamKey>, Fault> {
    match key_file {
        Some(path) => secret::read_key_file(path).map(Some),
        None => key_of(&std::env::var_os("KORERO_KEY").unwrap_or_default().to_string_lossy()),
    }
}

/// The key in a text that may be empty. One that cannot be sent must not become no key, which the server would refuse.
fn key_of(text: &str) -> Result<Option<StreamKey>, Fault> {
    match text.trim() {
        "" => Ok(None),
        text => StreamKey::parse(text).map(Some).ok_or_else(|| Fault::new(key::FAULT_PUBLISH_KEY_FORM)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_the_environment_that_cannot_be_sent_is_told_and_an_empty_one_is_none() {
        assert_eq!(key_of(" \n"), Ok(None));
        assert_eq!(key_of("abc\n").unwrap().unwrap().reveal(), "abc");
        assert_eq!(key_of("two words").unwrap_err().code, key::FAULT_PUBLISH_KEY_FORM);
    }

    #[test]
    fn a_remembered_desk_that_cannot_be_used_is_told_and_kept_and_the_window_opens_with_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(Settings::DESK_FILE);
        for (n, (text, code)) in [
            ("", key::FAULT_DESK_FORMAT),
            ("format = 1\n[[strip", key::FAULT_DESK_SYNTAX),
            ("format = 99\n", key::FAULT_DESK_NEWER),
        ]
        .into_iter()
        .enumerate()
        {
            std::fs::write(&path, text).unwrap();
            let mut kept = Kept { remember: Some(folder.path().to_owned()), faults: Vec::new() };
            assert_eq!(kept.desk(&Play::default(), &path), Ok(Desk::default()));
            let codes: Vec<_> = kept.faults.iter().map(|fault| fault.code).collect();
            assert_eq!(codes, [code, key::FAULT_STAGE_SET_ASIDE]);
            assert!(kept.remember.is_some());
            // The evening is saved to the place that is free now.
            file::save(&path, &Desk::default()).unwrap();
            let aside = folder.path().join(format!("desk.damaged-{}.toml", n + 1));
            assert_eq!(std::fs::read_to_string(aside).unwrap(), text);
        }
        std::fs::write(&path, "").unwrap();
        let named = Play { desk: Some(path.clone()), ..Play::default() };
        let mut kept = Kept { remember: Some(folder.path().to_owned()), faults: Vec::new() };
        assert!(kept.desk(&named, &path).is_err() && path.is_file(), "one that was named by hand must be good");
    }

    #[test]
    fn only_who_comes_without_a_desk_and_does_not_go_on_air_at_once_is_led() {
        let on_air = Play { on_air: true, ..Play::default() };
        assert_eq!(guide(&Play::default(), &Desk::default()), Some(Step::Welcome));
        assert_eq!(guide(&on_air, &Desk::default()), None);
        assert_eq!(guide(&Play::default(), &Desk::for_inputs(2, |input| input.to_string())), None);
    }

    #[test]
    fn what_cannot_be_put_aside_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept = Kept { remember: Some(folder.path().to_owned()), faults: Vec::new() };
        kept.put_aside(&folder.path().join("gone/desk.toml"), Some(Fault::new(key::FAULT_DESK_SYNTAX)));
        assert_eq!((kept.remember, kept.faults[1].code), (None, key::FAULT_STAGE_SETTINGS));
    }
}
