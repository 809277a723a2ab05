//! What the window remembers from one evening to the next. The stream key is not among it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use korero_sentences::key;
use serde::{Deserialize, Serialize};

use crate::desk::file::place;
use crate::destination::Destination;
use crate::fault::Fault;
use crate::limits::{BITRATE_DEFAULT, MAX_DESTINATIONS};
use crate::looks::Looks;
use crate::recording::{Recording, Rolling};
use crate::session::guide::Step;
use crate::session::snapshot::Snapshot;
use crate::session::surfaces::Surfaces;
use crate::show::Show;

/// The remembered choices, `settings.toml` in the folder of [`folder`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// BCP 47 tag of the language; `None` follows the system.
    pub language: Option<String>,
    /// Stable id of the interface.
    pub device: Option<String>,
    /// Stable id of the headphones' device.
    pub monitor: Option<String>,
    /// Where the air goes, at most [`MAX_DESTINATIONS`]; never a key.
    pub destinations: Vec<Destination>,
    /// Where recordings go.
    pub record_folder: PathBuf,
    /// The evening's names.
    pub show: Show,
    /// What is recorded and how.
    pub record: Recording,
    /// What rolls while nothing is recorded.
    pub rolling: Rolling,
    /// Whether our own ear listens to the show.
    pub ear: bool,
    /// Where a person is in the guide; `None` once it was left.
    pub guide: Option<Step>,
    /// The control surfaces and what their controls do.
    pub surfaces: Surfaces,
    /// How the window looks.
    pub looks: Looks,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: None,
            device: None,
            monitor: None,
            destinations: Vec::new(),
            record_folder: takes_folder(),
            record: Recording::master(),
            rolling: Rolling::always(),
            ear: true,
            guide: None,
            surfaces: Surfaces::default(),
            looks: Looks::default(),
            show: Show::default(),
        }
    }
}

/// Settings from when the air went to one place only.
#[derive(Deserialize)]
#[serde(default)]
struct OneAim {
    aim_url: String,
    bitrate: u32,
}

impl Default for OneAim {
    fn default() -> Self {
        Self { aim_url: String::new(), bitrate: BITRATE_DEFAULT }
    }
}

impl OneAim {
    fn destination(self) -> Option<Destination> {
        let bitrate = if self.bitrate == 0 { BITRATE_DEFAULT } else { self.bitrate };
        (!self.aim_url.is_empty()).then(|| Destination::to(1, self.aim_url, bitrate))
    }
}

impl Settings {
    /// The settings in their folder.
    pub const FILE: &str = "settings.toml";
    /// The desk beside the settings.
    pub const DESK_FILE: &str = "desk.toml";
    /// The scenes beside the desk.
    pub const SCENES_FILE: &str = "scenes.toml";
    /// The folder of the timelines of the latest nights, beside the settings.
    pub const NIGHTS: &str = "nights";
    /// The folder of a person's own presets, beside the settings.
    pub const PRESETS: &str = "presets";

    /// Reads `settings.toml` in `folder`; what is missing is at rest. A damaged file never keeps an artist from playing:
    /// all is at rest then, and the fault says so.
    #[must_use]
    pub fn load(folder: &Path) -> (Self, Option<Fault>) {
        let path = folder.join(Self::FILE);
        let read = match fs::read_to_string(&path) {
            Ok(text) => Self::read(&text).map_err(|e| e.message().to_owned()),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(e) => Err(e.to_string()),
        };
        let wrong = |why: String| {
            Fault::new(key::FAULT_STAGE_SETTINGS_READ).with("file", path.display().to_string()).with("why", why)
        };
        read.map_or_else(|why| (Self::default(), Some(wrong(why))), |settings| (settings, None))
    }

    fn read(text: &str) -> Result<Self, toml::de::Error> {
        let mut settings: Self = toml::from_str(text)?;
        if settings.destinations.is_empty() {
            settings.destinations.extend(toml::from_str::<OneAim>(text)?.destination());
        }
        settings.destinations.truncate(MAX_DESTINATIONS);
        settings.surfaces = settings.surfaces.bounded();
        settings.looks = settings.looks.bounded();
        Ok(settings)
    }

    /// Saves by an atomic rename. Errors: the folder cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), Fault> {
        let wrong = |why: String| {
            Fault::new(key::FAULT_STAGE_SETTINGS).with("folder", folder.display().to_string()).with("why", why)
        };
        let text = toml::to_string(self).map_err(|e| wrong(e.to_string()))?;
        fs::create_dir_all(folder)
            .and_then(|()| place::replace(&folder.join(Self::FILE), &text))
            .map_err(|e| wrong(e.to_string()))
    }

    /// The same settings with what the show has now.
    #[must_use]
    pub fn taken_from(&self, now: &Snapshot) -> Self {
        use crate::session::snapshot::DeviceState::{Away, None as NoDevice, Opening, Running};
        Self {
            language: now.language.clone().or_else(|| self.language.clone()),
            device: match &now.device {
                NoDevice => None,
                Opening { id } | Running { id, .. } | Away { id } => Some(id.clone()),
            },
            monitor: now.monitor.clone(),
            destinations: now.destinations.iter().map(|one| one.what.clone()).collect(),
            record_folder: now.record_folder.clone(),
            record: now.record.clone(),
            rolling: now.rolling,
            ear: now.ear_on,
            guide: now.guide,
            surfaces: (*now.surfaces.chosen).clone(),
            looks: (*now.looks).clone(),
            show: now.show.clone(),
        }
    }
}

/// Where the app keeps its settings on this system, `KORERO_CONFIG` if that is set.
#[must_use]
pub fn folder() -> PathBuf {
    std::env::var_os("KORERO_CONFIG")
        .map(PathBuf::from)
        .or_else(|| dirs::config_dir().map(|folder| folder.join("korero")))
        .unwrap_or_else(|| PathBuf::from(".korero"))
}

/// Where recordings go unless another place is chosen: `Kōrero takes` in the person's music folder.
#[must_use]
pub fn takes_folder() -> PathBuf {
    dirs::audio_dir().or_else(dirs::home_dir).unwrap_or_default().join("Kōrero takes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::looks::{Colours, Layer, Place, Renderer};

    #[test]
    fn what_was_chosen_is_there_the_next_evening() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place { left: Some(10.0), top: None, width: 1_200.0, height: 700.0, maximised: true };
        let looks = Looks {
            colours: Some(Colours::Contrast),
            still: true,
            scale: 150,
            air_view: true,
            narrow: true,
            layer: Layer::Cue(1),
            renderer: Renderer::Wgpu,
            place: Some(place),
            keys: [("mark".to_owned(), "Alt+J".to_owned())].into_iter().collect(),
        };
        let settings = Settings {
            looks,
            device: Some("alsa:hw:USB".into()),
            destinations: vec![Destination::to(1, "https://a/whip/x", 128_000), Destination::default()],
            guide: Some(Step::Play),
            ..Settings::default()
        };
        settings.save(folder.path()).expect("saved");
        assert_eq!(Settings::load(folder.path()), (settings, None));
    }

    #[test]
    fn a_language_that_was_chosen_goes_before_the_one_that_was_kept() {
        let kept = Settings { language: Some("en".into()), ..Settings::default() };
        assert_eq!(kept.taken_from(&Snapshot::default()).language.as_deref(), Some("en"));
        let now = Snapshot { language: Some("mi".into()), ..Snapshot::default() };
        assert_eq!(kept.taken_from(&now).language.as_deref(), Some("mi"));
    }

    #[test]
    fn the_one_place_of_older_settings_is_the_first_destination() {
        let folder = tempfile::tempdir().expect("a folder");
        let old = "aim_url = \"https://a/whip/x\"\nbitrate = 128000\ndevice = \"alsa:hw:USB\"\n";
        fs::write(folder.path().join(Settings::FILE), old).expect("written");
        let (settings, fault) = Settings::load(folder.path());
        assert_eq!((settings.destinations, fault), (vec![Destination::to(1, "https://a/whip/x", 128_000)], None));
        fs::write(folder.path().join(Settings::FILE), "aim_url = \"\"\nbitrate = 256000\n").expect("written");
        assert_eq!(Settings::load(folder.path()).0.destinations, []);
    }

    #[test]
    fn a_damaged_file_leaves_the_settings_at_rest_and_is_told_and_a_missing_one_is_no_fault() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(Settings::load(folder.path()), (Settings::default(), None));
        fs::write(folder.path().join(Settings::FILE), "destinations = \"many\"").expect("written");
        let (settings, fault) = Settings::load(folder.path());
        assert_eq!(
            (settings, fault.map(|fault| fault.code)),
            (Settings::default(), Some(key::FAULT_STAGE_SETTINGS_READ))
        );
    }
}
