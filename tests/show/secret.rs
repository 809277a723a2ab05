//! A stream key is where it must be, and nowhere else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Program, Server, korero, script, stereo_desk, write_secret};
use crate::icecast::{Radio, TONES};

/// Every file below `folder` that holds one of the secrets.
fn files_with(secrets: &[&str], folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            found.extend(files_with(secrets, &entry));
            continue;
        }
        let bytes = fs::read(&entry).expect("it can be read");
        let holds = |secret: &&str| bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        found.extend(secrets.iter().any(holds).then_some(entry));
    }
    found
}

#[test]
fn a_key_is_in_no_log_take_statistics_or_settings_of_a_whole_evening() {
    let (server, radio) = (Server::start(), Radio::start());
    let home = tempfile::tempdir().expect("a folder");
    let key = fs::read_to_string(server.key_file()).expect("the key");
    let wrong = home.path().join("wrong.key");
    write_secret(&wrong, "s3cret-that-is-refused");
    let inside = radio.address("live.opus").replace("://", &format!("://source:{}@", Radio::PASSWORD));
    let mut app = Command::new(korero());
    app.arg("air").env_remove("KORERO_KEY").env("KORERO_LOG", "trace").env("KORERO_CONFIG", home.path().join("config"));
    app.arg("--to").arg(server.whip()).arg("--key-file").arg(server.key_file()).args(["--to", &inside]);
    app.arg("--to").arg(server.whip().replace("demo", "other")).arg("--key-file").arg(&wrong);
    app.arg("--record").arg(home.path().join("takes")).arg("--stats").arg(home.path().join("stats.json"));
    app.arg("--host").arg(format!("scripted:{}", script(home.path(), TONES).display()));
    app.arg("--desk").arg(stereo_desk(home.path()));
    let mut app = Program::start("app", &mut app);
    crate::harness::wait_for("two times “On air”", || (app.times_said("On air.") >= 2).then_some(()));
    crate::harness::wait_for("the refusal", || app.said("refused the stream key").or_else(|| app.said("no artist")));
    app.interrupt();
    app.wait();
    let secrets = [key.trim(), Radio::PASSWORD, "s3cret-that-is-refused"];
    for secret in secrets {
        assert_eq!(app.times_said(secret), 0, "what the app says");
    }
    assert_eq!(files_with(&secrets, home.path()), [wrong], "what the app writes");
}
