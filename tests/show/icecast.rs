//! Radio: Debian's Icecast 2, and what its listeners hear.

use std::f64::consts::TAU;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::harness::{Program, figure, free_port, korero, number, script, stats, stereo_desk, wait_for, write_secret};

/// 1,000 Hz on the left, 1,500 Hz on the right.
pub(crate) const TONES: &str = "frames = 256\n[[source]]\nkind = \"tone\"\nfreq = 1000.0\nlevel_dbfs = -18.0\n\
                                [[source]]\nkind = \"tone\"\nfreq = 1500.0\nlevel_dbfs = -18.0\n";

/// An Icecast server that takes two sources.
pub(crate) struct Radio {
    folder: TempDir,
    port: u16,
    pub(crate) program: Program,
}

impl Radio {
    pub(crate) const PASSWORD: &str = "hackme-not";

    pub(crate) fn start() -> Self {
        let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
        let program = Self::program(folder.path(), port);
        Self { folder, port, program }
    }

    /// Starts it on the same port.
    pub(crate) fn again(&mut self) {
        self.program = Self::program(self.folder.path(), self.port);
    }

    fn program(folder: &Path, port: u16) -> Program {
        let config = folder.join("icecast.xml");
        let id = Command::new("id").arg("-u").output().expect("id runs").stdout;
        // It refuses to run as root.
        let owner = if id.trim_ascii() == b"0" {
            "<changeowner><user>nobody</user><group>nogroup</group></changeowner>"
        } else {
            ""
        };
        let text = format!(
            "<icecast><limits><sources>2</sources><clients>20</clients><source-timeout>10</source-timeout></limits>\
             <authentication><source-password>{}</source-password><admin-user>admin</admin-user>\
             <admin-password>nobody-knows</admin-password></authentication><hostname>127.0.0.1</hostname>\
             <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>\
             <paths><logdir>{}</logdir><webroot>/usr/share/icecast2/web</webroot>\
             <adminroot>/usr/share/icecast2/admin</adminroot></paths><logging><accesslog>-</accesslog>\
             <errorlog>-</errorlog><loglevel>3</loglevel></logging><security><chroot>0</chroot>{owner}</security></icecast>",
            Self::PASSWORD,
            folder.display(),
        );
        fs::write(&config, text).expect("written");
        wait_for("Icecast to answer", || {
            let mut program = Program::start("icecast", Command::new("icecast2").arg("-c").arg(&config));
            // Icecast 2.4.4 sometimes hangs in its own start: its port is open then, and nobody answers there.
            let answers = answers(port);
            if !answers {
                program.kill();
            }
            answers.then_some(program)
        })
    }

    pub(crate) fn address(&self, mount: &str) -> String {
        format!("icecast://127.0.0.1:{}/{mount}", self.port)
    }

    pub(crate) fn key_file(&self) -> std::path::PathBuf {
        let path = self.folder.path().join("source.key");
        write_secret(&path, Self::PASSWORD);
        path
    }

    /// What it says of its mounts, as JSON.
    pub(crate) fn status(&self) -> String {
        let url = format!("http://127.0.0.1:{}/status-json.xsl", self.port);
        let status = Command::new("curl").arg("-sS").arg(url).output().expect("curl runs");
        String::from_utf8(status.stdout).expect("text")
    }

    /// Listens for so long, and gives the stereo sound as another decoder hears it, and the complaints of that.
    fn heard(&self, mount: &str, length: Duration) -> (Vec<[f32; 2]>, String) {
        let file = self.folder.path().join("heard.ogg");
        let url = format!("http://127.0.0.1:{}/{mount}", self.port);
        let seconds = length.as_secs().to_string();
        // What ends after that time ends by it.
        let _ = Command::new("curl").args(["-sS", "--max-time", &seconds, "-o"]).arg(&file).arg(url).status();
        let probe = Command::new("ffprobe")
            .args(["-v", "error", "-show_entries", "stream=codec_name,channels,sample_rate", "-of", "csv=p=0"])
            .arg(&file)
            .output()
            .expect("ffprobe runs");
        assert_eq!(String::from_utf8_lossy(&probe.stdout).trim(), "opus,48000,2");
        let decoded = Command::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .arg(&file)
            .args(["-f", "f32le", "-"])
            .output()
            .expect("ffmpeg runs");
        let sample = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("four"));
        let frame = |bytes: &[u8]| [sample(&bytes[..4]), sample(&bytes[4..])];
        let sound = decoded.stdout.chunks_exact(8).map(frame).collect();
        (sound, String::from_utf8_lossy(&decoded.stderr).into_owned())
    }
}

/// Whether Icecast says something of itself within a few seconds.
fn answers(port: u16) -> bool {
    let url = format!("http://127.0.0.1:{port}/status-json.xsl");
    let patient =
        ["-sS", "-o", "/dev/null", "--max-time", "5", "--retry", "5", "--retry-connrefused", "--retry-delay", "1"];
    Command::new("curl").args(patient).arg(url).status().expect("curl runs").success()
}

/// The level of a frequency on one side, dB of full scale.
fn level_db(sound: &[[f32; 2]], side: usize, hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (n, frame) in sound.iter().enumerate() {
        let phase = TAU * hz * n as f64 / 48_000.0;
        re += f64::from(frame[side]) * phase.cos();
        im += f64::from(frame[side]) * phase.sin();
    }
    20.0 * (2.0 * re.hypot(im) / sound.len() as f64).log10()
}

#[test]
fn a_radio_station_hears_the_show_in_stereo_without_a_hole_and_by_its_name() {
    let radio = Radio::start();
    let folder = tempfile::tempdir().expect("a folder");
    let told = folder.path().join("stats.json");
    let mut app = Command::new(korero());
    app.args(["air", "--to", &radio.address("live.opus")]).arg("--key-file").arg(radio.key_file());
    app.arg("--host").arg(format!("scripted:{}", script(folder.path(), TONES).display()));
    app.arg("--desk")
        .arg(stereo_desk(folder.path()))
        .args(["--artist", "Aroha", "--title", "Pō"])
        .arg("--stats")
        .arg(&told);
    let mut app = Program::start("app", &mut app);
    app.wait_until_it_says("On air");
    let (sound, complaints) = radio.heard("live.opus", Duration::from_secs(8));
    assert_eq!(complaints, "");
    let length = sound.len() as f64 / 48_000.0;
    let settled = &sound[24_000..sound.len() / 96 * 96];
    // A hole or a jump would take from the level of the whole, and not from that of a part.
    let (whole, part) = (level_db(settled, 0, 1_000.0), level_db(&settled[..4_800], 0, 1_000.0));
    let apart = [whole - level_db(settled, 0, 1_500.0), level_db(settled, 1, 1_500.0) - level_db(settled, 1, 1_000.0)];
    figure(
        "Icecast: seconds heard in 8 s, separation left and right, dB",
        format!("{length:.1}, {:.0} and {:.0}", apart[0], apart[1]),
    );
    assert!(length > 6.0 && apart.iter().all(|db| *db > 40.0), "{length} {apart:?}");
    assert!((whole - part).abs() < 0.05 && (whole + 18.0).abs() < 0.5, "{whole} {part}");
    let status = radio.status();
    assert!(status.contains("Aroha") && status.contains("Pō"), "{status}");
    app.interrupt();
    assert!(app.wait().success());
    let report = stats(&told);
    assert_eq!(number(&report, "/air/1/frames_lost"), 0.0);
    assert_eq!((number(&report, "/air/1/steps/wrong"), number(&report, "/air/1/steps/over_gap")), (0.0, 0.0));
}

#[test]
fn a_wrong_password_and_a_mount_that_is_taken_are_told_and_a_server_that_comes_back_is_on_air_again() {
    let mut radio = Radio::start();
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = folder.path().join("wrong.key");
    write_secret(&wrong, "wrong");
    let air = |key: &Path, length: &str| {
        let mut app = Command::new(korero());
        app.args(["air", "--to", &radio.address("live.opus"), "--for", length]).arg("--key-file").arg(key);
        app.arg("--host").arg(format!("scripted:{}", script(folder.path(), TONES).display()));
        Program::start("app", &mut app)
    };
    let mut refused = air(&wrong, "20");
    refused.wait_until_it_says("refused the stream key");
    assert!(!refused.wait().success(), "the key was refused before the first note was heard");
    let mut first = air(&radio.key_file(), "600");
    first.wait_until_it_says("On air");
    let mut second = air(&radio.key_file(), "600");
    second.wait_until_it_says("Another show holds this address");
    second.kill();
    radio.program.kill();
    first.wait_until_it_says("getting back on");
    radio.again();
    wait_for("the second “On air”", || (first.times_said("On air") >= 2).then_some(()));
    first.interrupt();
    assert!(first.wait().success());
}
