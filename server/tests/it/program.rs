//! The program itself: what it prints, how it ends, what survives its death.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use uuid::Uuid;

fn program(data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_korero-server"));
    command.args(words).arg("--data").arg(data).env("KORERO_LANGUAGE", "en");
    command
}

fn output(data: &Path, words: &[&str]) -> Output {
    program(data, words).output().unwrap()
}

/// A running server and where it said that it is.
fn serve(data: &Path) -> (Child, String) {
    ready(&mut program(data, &["serve", "--listen", "127.0.0.1:0"]))
}

fn ready(command: &mut Command) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("ready ").unwrap().to_owned();
    (child, address)
}

async fn now(address: &str) -> Value {
    reqwest::get(format!("{address}/api/v1/artists/hana")).await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_killed_server_knows_the_performance_when_it_is_back() {
    let data = tempfile::tempdir().unwrap();
    let added = output(data.path(), &["artist", "add", "Hana", "--json"]);
    assert_eq!(serde_json::from_slice::<Value>(&added.stdout).unwrap()["slug"], "hana");
    let key = String::from_utf8(output(data.path(), &["key", "new", "hana"]).stdout).unwrap();
    let (mut child, address) = serve(data.path());
    let body = json!({ "take_id": Uuid::now_v7(), "title": "Tonight",
        "epoch": { "id": Uuid::now_v7(), "utc_ns_at_frame_0": "1795000000123456789" } });
    let ask = reqwest::Client::new().post(format!("{address}/api/v1/performances"));
    assert_eq!(ask.bearer_auth(key.trim()).json(&body).send().await.unwrap().status(), 201);
    let before = now(&address).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let (mut child, address) = serve(data.path());
    assert_eq!(now(&address).await, before);
    assert_eq!(before["performance"]["title"], "Tonight");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn what_cannot_be_done_is_one_sentence_and_exit_code_2() {
    let data = tempfile::tempdir().unwrap();
    let (mut child, address) = serve(data.path());
    let taken = address.trim_start_matches("http://");
    let file = data.path().join("korero.sqlite");
    for (folder, words, named) in [
        (data.path(), &["serve", "--listen", taken][..], taken),
        (&file, &["serve", "--listen", "127.0.0.1:0"], "korero.sqlite"),
        (data.path(), &["key", "new", "nobody"], "nobody"),
        (data.path(), &["dance"], "dance"),
    ] {
        let told = output(folder, words);
        let sentence = String::from_utf8(told.stderr).unwrap();
        assert_eq!(told.status.code(), Some(2), "{sentence}");
        assert!(told.stdout.is_empty() && sentence.contains(named), "{sentence}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_makes_room_for_more_pages_than_the_system_begins_with() {
    let data = tempfile::tempdir().unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -Sn 256; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_korero-server"), "serve"]);
    shell.args(["--listen", "127.0.0.1:0", "--data"]).arg(data.path());
    let (mut child, _) = ready(&mut shell);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let numbers: Vec<u64> = files.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert_eq!(numbers[0], numbers[1].min(10_240), "{files}");
}

#[cfg(unix)]
#[test]
fn a_server_that_is_told_to_end_ends_well() {
    let data = tempfile::tempdir().unwrap();
    let (mut child, _) = serve(data.path());
    // SAFETY: the child runs and is our own; the signal asks it to end.
    unsafe { libc::kill(child.id().cast_signed(), libc::SIGTERM) };
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
