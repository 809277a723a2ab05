//! An evening at the window, by keyboard and mouse: the network is checked, the show goes on air, loses its way to the
//! listeners, and is back; with pictures of all that the window shows of it.

use std::fs;
use std::path::{Path as File, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::harness::{Program, Server, at_full_length, figure, wait_at_most, wait_for};
use crate::icecast::Radio;
use crate::network::{Network, Path, Weather};
use crate::screen::{Screen, config, gallery, window_with_settings};

/// A check takes less than half a minute.
const CHECKED: Duration = Duration::from_secs(300);
/// The far side is missed, and found again, within a few seconds; the ear hears within ten.
const FOUND: Duration = Duration::from_secs(120);

/// What is chosen before the check, bit/s.
const CHOSEN: u64 = 256_000;

/// The keys of the panel of destinations, and the row of the first one at the right, where they stand.
const CHECK: (i32, i32) = (90, 614);
const USE_IT: (i32, i32) = (100, 673);
const FIRST_ROW: (i32, i32) = (1_110, 493);
/// Where the mouse points at nothing.
const NOWHERE: (i32, i32) = (1_120, 790);

/// The window, the places that it sends to, and the network before the first of them.
struct Evening {
    server: Server,
    radio: Radio,
    network: Network,
    screen: Screen,
    app: Program,
    gallery: PathBuf,
    /// What the pictures of it are called by; one in two sets of colours where there is none.
    language: Option<&'static str>,
}

impl Evening {
    fn begin(language: Option<&'static str>) -> Self {
        let (server, network) = Network::before_a_server(7);
        let (radio, screen) = (Radio::start(), Screen::open());
        let weather = Weather { loss: 0.02, burst: 1.0, delay: Duration::from_millis(15), ..Weather::FAIR };
        network.becomes(Path::Uplink, weather);
        let inside = radio.address("aroha.opus").replace("://", &format!("://source:{}@", Radio::PASSWORD));
        let settings = format!(
            "language = \"{}\"\n[[destinations]]\nid = 1\nname = \"Aroha at home\"\nservice = \"korero\"\nurl = \"{}\"\nbitrate = {CHOSEN}\n\
             [[destinations]]\nid = 2\nname = \"Te Ūpoko radio\"\nservice = \"icecast\"\nurl = \"{inside}\"\nbitrate = 128000\n",
            language.unwrap_or("en"),
            network.whip()
        );
        let (app, gallery) = (window_with_settings(&server, &screen, &settings), gallery(&server));
        screen.focus("Covers");
        Self { server, radio, network, screen, app, gallery, language }
    }

    /// Everything that the night was told by now.
    fn night(&self) -> Vec<Value> {
        let nights = fs::read_dir(config(&self.server).join("nights")).into_iter().flatten();
        let text: String = nights.filter_map(|night| fs::read_to_string(night.ok()?.path()).ok()).collect();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Waits until the night was told of so many of these.
    fn told(&self, what: &str, times: usize, fits: impl Fn(&Value) -> bool) -> Value {
        let told = || self.night().into_iter().filter(|line| line["what"] == what && fits(line)).nth(times - 1);
        wait_at_most(CHECKED.max(FOUND), &format!("“{what}” in the night, {times} times"), told)
    }

    fn picture(&self, name: &str) {
        self.screen.settle();
        let shot = |look: &str| self.screen.picture(&self.gallery.join(format!("{name}-{look}.png")));
        if let Some(language) = self.language {
            return shot(language);
        }
        shot("dark");
        // Light, high contrast, dark again.
        self.screen.press("F9");
        self.screen.settle();
        shot("light");
        self.screen.press("F9");
        self.screen.press("F9");
    }

    /// The network is checked, and what was found is taken over.
    fn check(&self) {
        self.screen.press("F4");
        self.click(CHECK);
        let checked = self.told("checked", 1, |_| true);
        assert_eq!(checked["to"], "Aroha at home");
        assert_eq!(checked["verdict"]["class"], "good", "{checked:#}");
        self.picture("check");
        self.click(USE_IT);
        self.screen.press("F4");
    }

    fn go_on_air(&self) {
        self.screen.hold("ctrl", "l");
        let live = || self.server.get("/api/v1/artists/demo")["state"].as_str() == Some("live");
        wait_for("both to be on air", || (live() && self.radio.status().contains("aroha.opus")).then_some(()));
        self.told("ear", 1, |line| line["word"] == "ear-heard");
        self.told("path", 1, |line| line["path"] == "udp");
        // The check found more room than was chosen, and its settings were taken over.
        self.told("network", 1, |line| line["bitrate"].as_u64() > Some(CHOSEN) && line["lost"].is_number());
        // What is known of the way is told beside the row.
        self.screen.point(FIRST_ROW.0, FIRST_ROW.1);
        self.picture("air");
        self.screen.point(NOWHERE.0, NOWHERE.1);
        self.screen.press("F4");
        self.picture("destinations");
        self.screen.press("F4");
    }

    /// Nothing passes for a while; the way is tried again by hand when something does.
    fn lose_the_way(&self) {
        self.network.goes_dark(true);
        self.told("reconnecting", 1, |_| true);
        self.told("trouble", 1, |line| line["code"].as_str().is_some_and(|code| code.starts_with("fault-publish")));
        self.picture("outage");
        self.network.goes_dark(false);
        self.screen.press("ctrl+t");
        self.told("on_air", 2, |line| line["to"] == "Aroha at home");
        self.told("ear", 2, |line| line["word"] == "ear-heard");
        self.screen.press("F3");
        self.picture("night");
    }

    fn click(&self, (x, y): (i32, i32)) {
        self.screen.click(x, y);
    }

    fn end(mut self) {
        self.app.interrupt();
        assert!(self.app.wait().success());
        assert_eq!(self.night().last().map(|line| line["what"].clone()), Some("ended".into()));
    }
}

fn exists(folder: &File, name: &str) {
    assert!(folder.join(name).metadata().is_ok_and(|file| file.len() > 10_000), "{name} is a picture");
}

#[test]
fn the_window_tells_an_evening_from_the_check_to_an_outage_and_back() {
    // In te reo Māori too where there is time for it.
    for language in [None, Some("mi")].into_iter().take(if at_full_length() { 2 } else { 1 }) {
        let evening = Evening::begin(language);
        evening.check();
        evening.go_on_air();
        evening.lose_the_way();
        let looks = language.map_or(vec!["dark", "light"], |language| vec![language]);
        for name in ["check", "air", "destinations", "outage", "night"] {
            looks.iter().for_each(|look| exists(&evening.gallery, &format!("{name}-{look}.png")));
        }
        evening.end();
    }
    figure("window: checked, on air, lost and back, driven by keyboard and mouse", "yes");
}
