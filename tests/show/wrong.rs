//! What goes wrong in an evening: one clear sentence, an exit code other than 0, nothing lost.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::harness::{
    HANG, Program, Server, at_full_length, figure, free_port, korero, number, script, stereo_desk, wait_for,
    write_secret,
};

const TONE: &str = "frames = 256\n[[source]]\nkind = \"tone\"\nfreq = 440.0\nlevel_dbfs = -18.0\n\
                    [[source]]\nkind = \"tone\"\nfreq = 660.0\nlevel_dbfs = -18.0\n";

fn run(command: &mut Command) -> Output {
    command.env("KORERO_LANGUAGE", "en").env_remove("KORERO_KEY").output().expect("it runs")
}

/// The one line that a failed command says on standard error.
fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "it must not look like success");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1, "one sentence: {text}");
    lines[0].to_owned()
}

fn only_wav(folder: &Path) -> PathBuf {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).expect("the folder was made").map(|entry| entry.expect("an entry").path()).collect()
    };
    let mut found: Vec<PathBuf> = entries(folder).iter().flat_map(|take| entries(take)).collect();
    found.retain(|path| path.extension().is_some_and(|e| e == "wav"));
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// Seconds of sound, by two readers that others wrote.
fn seconds_by_others(wav: &Path) -> f64 {
    let ask = |program: &str, words: &[&str]| -> f64 {
        let output = Command::new(program).args(words).arg(wav).output().expect("it is installed");
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
    };
    let ffprobe = ask("ffprobe", &["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]);
    let soxi = ask("soxi", &["-D"]);
    assert!((ffprobe - soxi).abs() < 0.01, "ffprobe {ffprobe} s, soxi {soxi} s");
    soxi
}

#[test]
fn a_device_that_is_not_there_is_named() {
    let output = run(Command::new(korero()).args(["record", "--host", "cpal:alsa:no-such-thing", "--for", "1"]));
    assert!(complaint(&output).contains("no-such-thing"));
}

#[test]
fn too_few_inputs_are_told_with_both_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = script(folder.path(), "[[source]]\nkind = \"noise\"\n");
    let desk = folder.path().join("desk.toml");
    fs::write(&desk, "format = 1\n[[strip]]\ninput = 18\n").expect("written");
    let output = run(Command::new(korero())
        .args(["record", "--for", "1", "--host", &format!("scripted:{}", script.display())])
        .arg("--into")
        .arg(folder.path())
        .arg("--desk")
        .arg(&desk));
    let told = complaint(&output);
    assert!(told.contains("18") && told.contains('1'), "{told}");
}

#[test]
fn a_bad_desk_value_is_told_with_file_line_and_field() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = folder.path().join("bad.toml");
    fs::write(&desk, "format = 1\n[mix.fader]\nlevel = 30\n").expect("written");
    let told = complaint(&run(Command::new(korero()).args(["desk", "check"]).arg(&desk)));
    assert!(told.contains("bad.toml") && told.contains("line 3") && told.contains("mix.fader.level"), "{told}");
}

#[test]
fn a_folder_that_cannot_be_written_is_told_and_nothing_starts_in_silence() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = script(folder.path(), TONE);
    let blocked = folder.path().join("not-a-folder");
    fs::write(&blocked, "a file").expect("written");
    let output = run(Command::new(korero())
        .args(["record", "--for", "1", "--host", &format!("scripted:{}", script.display())])
        .arg("--into")
        .arg(&blocked));
    assert!(complaint(&output).contains("not-a-folder"));
}

#[test]
fn a_recording_without_any_sound_does_not_look_like_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = script(folder.path(), &format!("{TONE}[[fault]]\nat_ms = 0\nkind = \"stall\"\n"));
    let output = run(Command::new(korero())
        .args(["record", "--for", "1", "--host", &format!("scripted:{}", script.display())])
        .arg("--into")
        .arg(folder.path().join("takes")));
    assert!(complaint(&output).contains("nothing was recorded"));
}

#[test]
fn the_multitrack_is_never_written_over_by_its_own_mix() {
    let folder = tempfile::tempdir().expect("a folder");
    let only = folder.path().join("only.wav");
    fs::write(&only, "the only one").expect("written");
    let output = run(Command::new(korero()).arg("render").arg("--desk").arg(stereo_desk(folder.path())).args([
        "--in".as_ref(),
        only.as_os_str(),
        "--out".as_ref(),
        folder.path().join("./only.wav").as_os_str(),
    ]));
    assert!(complaint(&output).contains("only.wav"));
    assert_eq!(fs::read(&only).expect("it is there"), b"the only one");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let server = korero().with_file_name("korero-server");
    let output = run(Command::new(server).args(["serve", "--listen", &address, "--data"]).arg(folder.path()));
    assert!(complaint(&output).contains(&address), "{output:?}");
}

#[test]
fn a_key_file_that_others_can_read_is_refused_with_the_command_that_mends_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key");
    write_secret(&key, "abc");
    Command::new("chmod").arg("644").arg(&key).status().expect("chmod runs");
    let script = script(folder.path(), TONE);
    let output = run(Command::new(korero())
        .args(["air", "--to", "http://127.0.0.1:9/whip/demo", "--host", &format!("scripted:{}", script.display())])
        .arg("--key-file")
        .arg(&key));
    assert!(complaint(&output).contains("chmod 600"));
}

#[test]
fn a_wrong_key_ends_the_attempt_and_keeps_the_recording() {
    let server = Server::start();
    let wrong = server.folder.path().join("wrong.key");
    write_secret(&wrong, "not-the-key");
    let script = script(server.folder.path(), TONE);
    let mut command = server.air(&script, &[]);
    command.arg("--key-file").arg(&wrong);
    let output = run(&mut command);
    let told = complaint(&output);
    assert!(told.to_lowercase().contains("key"), "{told}");
    assert!(seconds_by_others(&only_wav(&server.takes())) > 0.0);
}

#[test]
fn without_a_server_it_records_keeps_trying_and_is_on_air_when_the_server_comes() {
    let mut server = Server::start();
    server.kill();
    let script = script(server.folder.path(), TONE);
    let mut app = Program::start("app", server.air(&script, &["--stats", "/dev/null"]).arg("--mix"));
    app.wait_until_it_says("Recording into");
    std::thread::park_timeout(Duration::from_secs(2));
    assert!(app.said("On air").is_none());
    server.again();
    let back = Instant::now();
    app.wait_until_it_says("On air");
    figure("server down at the start: on air after it came, s", format!("{:.1}", back.elapsed().as_secs_f64()));
    app.interrupt();
    assert!(app.wait().success());
}

#[test]
fn without_a_server_at_all_it_says_so_at_the_end_and_the_recording_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = script(folder.path(), TONE);
    let output = run(Command::new(korero())
        .args(["air", "--for", "2", "--to", &format!("http://127.0.0.1:{}/whip/demo", free_port())])
        .args(["--host", &format!("scripted:{}", script.display())])
        .arg("--record")
        .arg(folder.path().join("takes")));
    assert!(!output.status.success());
    assert!(seconds_by_others(&only_wav(&folder.path().join("takes"))) >= 1.9);
}

#[test]
fn killing_the_app_costs_at_most_a_second_of_the_recording() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = script(folder.path(), TONE);
    let rounds = if at_full_length() { 10 } else { 1 };
    let mut worst: f64 = 0.0;
    for round in 0..rounds {
        let takes = folder.path().join(format!("takes {round}"));
        let mut app = Program::start(
            "app",
            Command::new(korero())
                .args(["record", "--host", &format!("scripted:{}", script.display()), "--into"])
                .arg(&takes),
        );
        let (since, _) = app.wait_until_it_says("Sound comes from");
        std::thread::park_timeout(Duration::from_millis(2_000 + 137 * round));
        let played = since.elapsed().as_secs_f64();
        app.kill();
        worst = worst.max(played - seconds_by_others(&only_wav(&takes)));
    }
    figure(&format!("kill -9 of the app, {rounds} times: worst loss, s (<= 1)"), format!("{worst:.2}"));
    assert!(worst <= 1.0, "{worst} s were lost");
}

#[test]
fn killing_the_server_brings_everyone_back_by_themselves() {
    let mut server = Server::start();
    let script = script(server.folder.path(), TONE);
    let mut app = Program::start("app", server.air(&script, &[]).arg("--desk").arg(stereo_desk(server.folder.path())));
    app.wait_until_it_says("On air");
    let before = performance(&server);
    let mut listener = Command::new("node");
    listener.arg(crate::harness::root().join("tests/browser/listen.mjs"));
    listener.args(["--url", &server.page(), "--stay", "--seconds", "20", "--json"]);
    let result = server.folder.path().join("stay.json");
    listener.arg(&result);
    let mut listener = Program::start("browser", &mut listener);
    listener.wait_until_it_says("\"live\"");
    server.kill();
    std::thread::park_timeout(Duration::from_secs(2));
    let returned = Instant::now();
    let returned_utc = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    server.again();
    let back = wait_for("the second “On air”", || (app.times_said("On air.") >= 2).then(|| returned.elapsed()));
    figure("kill -9 of the server: app on air after its restart, s (<= 5)", format!("{:.1}", back.as_secs_f64()));
    assert!(listener.wait_through(HANG).success(), "the page plays at the end");
    let heard: serde_json::Value = serde_json::from_slice(&fs::read(result).expect("it measured")).expect("JSON");
    let again = heard["connections"][0]["phases"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|phase| phase["phase"] == "live")
        .map(|phase| number(phase, "/utc_ms") / 1e3 - returned_utc.as_secs_f64())
        .find(|seconds| *seconds > 0.0)
        .expect("the page is live again without a click");
    figure("kill -9 of the server: page live again without a click, s", format!("{again:.1}"));
    assert_eq!(performance(&server), before, "the same performance goes on");
    if at_full_length() {
        assert!(back <= Duration::from_secs(5), "{back:?}");
    }
    app.interrupt();
    assert!(app.wait().success());
}

fn performance(server: &Server) -> String {
    wait_for("a performance", || {
        server.get("/api/v1/artists/demo").pointer("/performance/id").and_then(|id| id.as_str().map(str::to_owned))
    })
}

#[test]
fn an_unplugged_interface_comes_back_by_itself_and_the_gap_is_silence_of_its_length() {
    let server = Server::start();
    let script = script(
        server.folder.path(),
        &format!("{TONE}[[fault]]\nat_ms = 2000\nkind = \"unplug\"\n[[fault]]\nat_ms = 4000\nkind = \"plug\"\n"),
    );
    let told = server.folder.path().join("stats.json");
    let mut app = Program::start("app", server.air(&script, &["--for", "7"]).arg("--stats").arg(&told));
    app.wait_until_it_says("The interface is away");
    let status = app.wait();
    assert!(status.success());
    assert_eq!(app.times_said("Sound comes from"), 2, "the same device is taken again");
    let report = crate::harness::stats(&told);
    let away: Vec<_> = report["device_gaps"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|gap| gap["cause"] == "away")
        .map(|gap| number(gap, "/frames") / 48_000.0)
        .collect();
    assert_eq!(away.len(), 1, "one gap is told: {report:#}");
    figure("unplugged for 2 s: silence that stands for it, s (2.0 to 3.0)", format!("{:.2}", away[0]));
    assert!(away[0] >= 1.9, "it was away for 2 s: {away:?}");
    if at_full_length() {
        assert!(away[0] <= 3.0, "back within a second of its return: {away:?}");
    }
    assert!(seconds_by_others(&only_wav(&server.takes())) >= 6.9, "nothing is shifted or lost");
}

#[test]
fn samples_that_are_no_numbers_are_told_once_and_counted_for_their_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let fault = "[[fault]]\nat_ms = 500\nkind = \"nan\"\ninput = 2\nframes = 4800\n";
    let script = script(folder.path(), &format!("format = \"f32\"\n{TONE}{fault}"));
    let told = folder.path().join("stats.json");
    let takes = folder.path().join("takes");
    let output = run(Command::new(korero())
        .args(["record", "--for", "3", "--host", &format!("scripted:{}", script.display())])
        .arg("--into")
        .arg(&takes)
        .arg("--stats")
        .arg(&told));
    assert!(output.status.success(), "the show goes on: {output:?}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<_> = said.lines().filter(|line| line.contains("no number")).collect();
    assert_eq!(lines.len(), 1, "once, not every block: {said}");
    assert!(lines[0].contains("4800 samples") && lines[0].contains("inputs: 2"), "{}", lines[0]);
    let report = crate::harness::stats(&told);
    assert_eq!(report["no_numbers"], serde_json::json!([{ "input": 2, "samples": 4_800 }]), "{report:#}");
    let told_faults = report["faults"].as_array().expect("a list");
    let about = told_faults.iter().filter(|fault| fault["code"] == "fault-audio-no-numbers").count();
    assert_eq!(about, 1, "{report:#}");
    assert!(seconds_by_others(&only_wav(&takes)) >= 2.9);
}
