//! A bad night, told in order afterwards, and nothing in the report that is nobody else's business.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::harness::{Program, Server, figure, korero, script, stereo_desk};

const BAD: &str = "frames = 256\n[[source]]\nkind = \"tone\"\nfreq = 440.0\nlevel_dbfs = -18.0\n\
                   [[source]]\nkind = \"tone\"\nfreq = 660.0\nlevel_dbfs = -18.0\n\
                   [[fault]]\nat_ms = 3000\nkind = \"unplug\"\n[[fault]]\nat_ms = 5000\nkind = \"plug\"\n";

/// What must be told, in this order.
const IN_ORDER: [&str; 8] = [
    "began on",
    "Recording began.",
    "On air at 127.0.0.1",
    "The interface is away.",
    "Sound from",
    "Off air at 127.0.0.1",
    "On air at 127.0.0.1",
    "ended in order.",
];

/// Plays it: the interface is unplugged and back, then the server dies and comes again.
fn bad_night(server: &mut Server, config: &Path) -> Program {
    let folder = server.folder.path();
    let mut app = server.air(&script(folder, BAD), &["--title", "A bad night"]);
    app.arg("--desk").arg(stereo_desk(folder)).env("KORERO_CONFIG", config).env("KORERO_LOG", "trace");
    let mut app = Program::start("app", &mut app);
    app.wait_until_it_says("On air");
    app.wait_until_it_says("The interface is away");
    crate::harness::wait_for("the interface", || (app.times_said("Sound comes from") >= 2).then_some(()));
    server.kill();
    app.wait_until_it_says("Off air for the moment");
    server.again();
    crate::harness::wait_for("the second “On air”", || (app.times_said("On air.") >= 2).then_some(()));
    app.interrupt();
    assert!(app.wait().success());
    app
}

fn report(config: &Path, out: &Path, more: &[&str]) -> String {
    let mut command = Command::new(korero());
    command.args(["report", "--out"]).arg(out).args(more).env("KORERO_CONFIG", config).env("KORERO_LANGUAGE", "en");
    let told = command.output().expect("it runs");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8(told.stdout).expect("text")
}

/// Every file below a folder, with what is in it.
fn all_files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            all_files(&entry, found);
        } else {
            found.push((entry.display().to_string(), fs::read(&entry).expect("it can be read")));
        }
    }
}

#[test]
fn a_bad_night_is_told_in_order_and_gives_no_key_away() {
    let mut server = Server::start();
    let home = tempfile::tempdir().expect("a folder");
    let (config, out) = (home.path().join("config"), home.path().join("night.zip"));
    let app = bad_night(&mut server, &config);
    let told = report(&config, &out, &[]);
    let mut rest = told.as_str();
    for what in IN_ORDER {
        let at = rest.find(what).unwrap_or_else(|| panic!("“{what}” is missing, or not in its place:\n{told}"));
        rest = &rest[at + what.len()..];
    }
    let times: Vec<&str> = told.lines().filter_map(|line| line.split_once("Z  ")).map(|(time, _)| time).collect();
    assert!(times.len() >= IN_ORDER.len() && times.is_sorted(), "{told}");
    assert!(told.lines().any(|line| line.contains("On air at") && line.contains("LUFS")), "levels stand beside it");
    figure("a bad night: moments told in order", times.len());

    // The take knows of the night too.
    let take = fs::read_dir(server.takes()).expect("takes").next().expect("one").expect("an entry").path();
    let of_take = report(&config, &home.path().join("take.zip"), &["--take", &take.display().to_string()]);
    assert!(IN_ORDER[1..7].iter().all(|what| of_take.contains(what)), "{of_take}");

    let secret = fs::read_to_string(server.key_file()).expect("the key");
    let unpacked = home.path().join("unpacked");
    for zip in ["night.zip", "take.zip"] {
        let status = Command::new("python3")
            .args(["-m", "zipfile", "-e"])
            .arg(home.path().join(zip))
            .arg(unpacked.join(zip))
            .status()
            .expect("python3 runs");
        assert!(status.success(), "others can open {zip}");
    }
    let mut files = Vec::new();
    [home.path(), &server.takes()].into_iter().for_each(|folder| all_files(folder, &mut files));
    assert!(files.iter().any(|(name, _)| name.ends_with("night.txt")), "{:?}", files.iter().map(|f| &f.0));
    let has_key = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
    let leaks: Vec<_> = files.iter().filter(|(_, bytes)| has_key(bytes)).map(|(name, _)| name).collect();
    assert!(leaks.is_empty(), "the key is in {leaks:?}");
    assert!(app.said(&secret).is_none() && !told.contains(&secret), "the key was said");
    figure("a seeded key: files and lines that have it", leaks.len());
}
