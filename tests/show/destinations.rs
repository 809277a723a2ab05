//! Four destinations at once: what befalls one of them is noticed by no other, nor by the take.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{
    Program, Server, at_full_length, figure, free_port, korero, number, root, script, stats, stereo_desk, wait_for,
    write_secret,
};
use crate::icecast::{Radio, TONES};
use crate::peers::python;
use crate::screen::{Screen, gallery, window_with_settings};

/// What befalls a destination.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Fate {
    Killed,
    Stalled,
}

/// Our server twice, a stranger's, and a radio station.
struct Four {
    servers: [Server; 2],
    stranger: Program,
    radio: Radio,
    folder: TempDir,
    stranger_port: u16,
}

impl Four {
    fn start() -> Self {
        let (folder, stranger_port) = (tempfile::tempdir().expect("a folder"), free_port());
        let mut command = Command::new(python());
        command.arg(root().join("tests/peers/aiortc_whip_server.py"));
        command.args(["--port", &stranger_port.to_string(), "--key", "stranger-key", "--seconds", "100000"]);
        let mut stranger = Program::start("aiortc", &mut command);
        stranger.wait_until_it_says("ready");
        Self { servers: [Server::start(), Server::start()], stranger, radio: Radio::start(), folder, stranger_port }
    }

    /// The app, sending to all of them and recording.
    fn app(&self, told: &Path) -> Program {
        let key = self.folder.path().join("stranger.key");
        write_secret(&key, "stranger-key");
        let mut app = Command::new(korero());
        app.arg("air").env_remove("KORERO_KEY");
        for server in &self.servers {
            app.arg("--to").arg(server.whip()).arg("--key-file").arg(server.key_file());
        }
        app.args(["--to", &format!("http://127.0.0.1:{}/whip/demo", self.stranger_port)]).arg("--key-file").arg(key);
        app.args(["--to", &self.radio.address("live.opus")]).arg("--key-file").arg(self.radio.key_file());
        app.args(["--bitrate", "128000"]);
        app.arg("--record").arg(self.folder.path().join("takes")).arg("--stats").arg(told);
        app.arg("--host").arg(format!("scripted:{}", script(self.folder.path(), TONES).display()));
        app.arg("--desk").arg(stereo_desk(self.folder.path()));
        Program::start("app", &mut app)
    }

    fn victim(&mut self, n: usize) -> &mut Program {
        match n {
            0 | 1 => self.servers[n].program(),
            2 => &mut self.stranger,
            _ => &mut self.radio.program,
        }
    }
}

/// What the app tells of an evening on which this befell the `n`-th destination.
fn evening(n: usize, fate: Fate, length: Duration) -> (Value, PathBuf, TempDir) {
    let mut four = Four::start();
    let told = four.folder.path().join("stats.json");
    let mut app = four.app(&told);
    wait_for("four times “On air”", || (app.times_said("On air") >= 4).then_some(()));
    std::thread::park_timeout(Duration::from_secs(2));
    match fate {
        Fate::Killed => four.victim(n).kill(),
        Fate::Stalled => four.victim(n).signal("STOP"),
    }
    std::thread::park_timeout(length);
    app.interrupt();
    assert!(app.wait().success());
    if fate == Fate::Stalled {
        four.victim(n).signal("CONT");
    }
    let report = stats(&told);
    let take = PathBuf::from(report["recorded"][0]["path"].as_str().expect("a file"));
    (report, take, four.folder)
}

/// The two tones repeat after 96 frames. What was cut out, put in or made silent does not.
fn frames_that_do_not_repeat(take: &Path) -> (usize, usize) {
    let decoded = Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(take).args(["-f", "s32le", "-"]).output();
    let bytes = decoded.expect("ffmpeg runs").stdout;
    let samples: Vec<i32> =
        bytes.chunks_exact(4).map(|four| i32::from_le_bytes(four.try_into().expect("four")) >> 8).collect();
    // Steps of a 24-bit file: the tone itself is computed to within one of them.
    let settled = &samples[2 * 4_800..];
    let odd = settled.iter().zip(&settled[2 * 96..]).filter(|(a, b)| (**a - **b).abs() > 2).count();
    (samples.len() / 2, odd)
}

#[test]
fn killing_or_stalling_one_of_four_destinations_leaves_the_others_and_the_take_untouched() {
    let full = at_full_length();
    let all: Vec<(usize, Fate)> = (0..4).flat_map(|n| [(n, Fate::Killed), (n, Fate::Stalled)]).collect();
    let evenings = if full { all } else { vec![(0, Fate::Killed), (3, Fate::Stalled)] };
    let length = Duration::from_secs(if full { 20 } else { 6 });
    for (victim, fate) in evenings {
        let (report, take, _folder) = evening(victim, fate, length);
        let (mut lost, mut packets, mut gaps) = (0.0, 0.0, 0.0);
        for id in (1..=4).filter(|id| *id != victim + 1) {
            let of = |field: &str| number(&report, &format!("/air/{id}/{field}"));
            lost += of("frames_lost") / 480.0;
            packets += of("packets");
            gaps += of("steps/over_gap");
            assert_eq!((of("reconnects"), of("steps/wrong")), (0.0, 0.0), "{id}: {report:#}");
        }
        let name = format!("destination {} {fate:?}: packets to the others, lost (0)", victim + 1);
        figure(&name, format!("{packets}, {lost}"));
        assert!(packets > 0.0);
        // A machine that is busy with other things may be late.
        if full {
            assert_eq!((lost, gaps), (0.0, 0.0), "{report:#}");
        }
        let recorded = number(&report, "/recorded/0/frames") as usize;
        let (frames, odd) = frames_that_do_not_repeat(&take);
        assert_eq!((frames, odd), (recorded, 0), "the take is whole and exact");
        assert_eq!(report["recording_short"], Value::Bool(false));
    }
}

#[test]
fn the_window_shows_each_destination_by_its_own_word() {
    let (server, radio) = (Server::start(), Radio::start());
    let (screen, gallery) = (Screen::open(), gallery(&server));
    let inside = radio.address("aroha.opus").replace("://", &format!("://source:{}@", Radio::PASSWORD));
    let settings = format!(
        "[[destinations]]\nid = 1\nname = \"Aroha at home\"\nservice = \"korero\"\nurl = \"{}\"\n\
         [[destinations]]\nid = 2\nname = \"Te Ūpoko radio\"\nservice = \"icecast\"\nurl = \"{inside}\"\nbitrate = 128000\n\
         [[destinations]]\nid = 3\nname = \"Campus\"\nservice = \"media-mtx\"\nurl = \"http://127.0.0.1:9/campus/whip\"\n\
         [[destinations]]\nid = 4\nname = \"Cloudflare\"\nservice = \"cloudflare\"\non = false\n",
        server.whip()
    );
    let app = window_with_settings(&server, &screen, &settings);
    screen.focus("Covers");
    screen.hold("ctrl", "l");
    let live = || server.get("/api/v1/artists/demo")["state"].as_str() == Some("live");
    let listened = || radio.status().contains("aroha.opus");
    wait_for("both to be on air", || (live() && listened()).then_some(()));
    std::thread::park_timeout(Duration::from_secs(4));
    screen.picture(&gallery.join("four-air.png"));
    app.interrupt();
    figure("window: four destinations, each by its own word", "yes");
}
