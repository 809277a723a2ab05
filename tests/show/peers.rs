//! Media by programs whose WebRTC others wrote: aiortc, both ways.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::harness::{
    Program, Server, figure, free_port, korero, listen, number, root, script, stereo_desk, write_secret,
};

/// A Python with aiortc.
pub(crate) fn python() -> PathBuf {
    python_with("peers", &["aiortc==1.16.0", "aiohttp", "numpy"])
}

/// A Python with these packages, made once under a name in the folder of built programs.
pub(crate) fn python_with(name: &str, packages: &[&str]) -> PathBuf {
    let folder = korero().parent().expect("a folder").join(name);
    let python = folder.join("bin/python");
    let made = folder.join("made");
    if !made.is_file() {
        let run = |program: &std::ffi::OsStr, words: &[&str]| {
            assert!(Command::new(program).args(words).status().expect("it starts").success(), "{words:?}");
        };
        run("python3".as_ref(), &["-m", "venv", &folder.display().to_string()]);
        run(python.as_os_str(), &[&["-m", "pip", "install", "--quiet"], packages].concat());
        std::fs::write(made, "").expect("written");
    }
    python
}

#[test]
fn a_publisher_by_others_is_heard_through_our_server() {
    let server = Server::start();
    let mut command = Command::new(python());
    command.arg(root().join("tests/peers/aiortc_whip_publish.py")).arg(server.whip());
    command.arg("--key-file").arg(server.key_file()).args(["--seconds", "40"]);
    let mut peer = Program::start("aiortc", &mut command);
    peer.wait_until_it_says("on air");
    let heard = listen(&server.page(), server.folder.path(), Duration::from_secs(60), &["--tones", "--seconds", "5"]);
    let left = number(&heard, "/summary/left_separation_db");
    let right = number(&heard, "/summary/right_separation_db");
    figure("aiortc through our server: separation, dB", format!("{left:.1} and {right:.1}"));
    assert!(left > 20.0 && right > 20.0, "both tones arrive, each on its side");
}

/// Our app through a WHIP server of that script: both tones must be heard, each on its side.
fn heard_through(what: &str, program: &str, more: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key");
    write_secret(&key, "stranger-key");
    let port = free_port().to_string();
    let mut command = Command::new(python());
    command.arg(root().join("tests/peers").join(program)).args(["--port", &port, "--key", "stranger-key"]);
    command.args(["--seconds", "5"]).args(more);
    let mut peer = Program::start("stranger", &mut command);
    peer.wait_until_it_says("ready");
    let script = script(
        folder.path(),
        "frames = 64\n[[source]]\nkind = \"tone\"\nfreq = 1000.0\nlevel_dbfs = -18.0\n\
         [[source]]\nkind = \"tone\"\nfreq = 1500.0\nlevel_dbfs = -18.0\n",
    );
    let mut app = Command::new(korero());
    app.args(["air", "--to", &format!("http://127.0.0.1:{port}/whip/demo")]).arg("--key-file").arg(&key);
    app.arg("--host").arg(format!("scripted:{}", script.display())).arg("--desk").arg(stereo_desk(folder.path()));
    let mut app = Program::start("app", &mut app);
    app.wait_until_it_says("On air");
    let (_, line) = peer.wait_until_it_says("separation");
    figure(what, &line);
    let told: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert!(number(&told, "/left_separation_db") > 40.0 && number(&told, "/right_separation_db") > 40.0, "{told}");
    app.interrupt();
    assert!(app.wait().success());
    peer.end();
}

#[test]
fn our_app_is_heard_through_a_server_by_others() {
    heard_through("our app through an aiortc server", "aiortc_whip_server.py", &[]);
}

#[test]
fn our_app_is_heard_through_a_server_by_others_that_does_only_what_it_must() {
    let odd = ["--bare", "--renumber", "--relative"];
    heard_through(
        "our app through an aiortc server without reports asked for, renumbered",
        "aiortc_whip_server.py",
        &odd,
    );
}

#[test]
fn our_app_is_heard_through_janus() {
    let port = free_port().to_string();
    let what = "our app through Janus, subscribed to by aiortc";
    heard_through(what, "janus_whip_server.py", &["--janus-port", &port]);
}
