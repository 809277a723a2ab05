//! A show on the air with one command.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{packages, pages, shell};

/// The demo artist's place on the server.
const SLUG: &str = "demo";
/// The port that is tried first.
const PORT: u16 = 8080;
/// How long the server may take until it answers, and the app until it has finished its files.
const PATIENCE: Duration = Duration::from_secs(30);

/// Builds, starts the server and the app, prints and opens the listener's link, and ends all of it on Ctrl-C.
pub(crate) fn run() -> Result<()> {
    let window = has_display();
    let lists: &[&str] = if window { &[packages::BUILD, packages::RUN] } else { &[packages::BUILD] };
    packages::install(lists)?;
    pages::build()?;
    // Always the whole workspace: parts of it would have their dependencies built anew, with fewer features.
    shell::run("cargo", &["build", "--quiet", "--workspace", "--bins"])?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop)).context("Ctrl-C cannot be caught")?;
    }
    let started = Instant::now();
    let home = shell::root().join(".korero");
    let takes = home.join("takes");
    fs::create_dir_all(&takes).with_context(|| format!("{} cannot be made", takes.display()))?;
    let key_file = demo_artist(&home)?;
    let mut server = Running::new("server", serve(&home)?);
    let address = server.ready()?;
    let link = format!("{address}/@{SLUG}");
    let mut app = Running::new("app", play(&address, &key_file, &takes, window)?);
    shell::say(&format!(
        "\n  Listeners:  {link}\n  Masters:    {}\n  Ctrl-C ends the show.   (up after {:.1} s)\n",
        takes.display(),
        started.elapsed().as_secs_f32()
    ));
    if window {
        // Only a convenience: the link stands above.
        let _ = open::that_detached(&link);
    }
    while !stop.load(Ordering::Relaxed) && app.runs() && server.runs() {
        std::thread::park_timeout(Duration::from_millis(100));
    }
    let app_end = app.end();
    let server_end = server.end();
    shell::say(&newest_takes(&takes));
    app_end.and(server_end)
}

fn has_display() -> bool {
    cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Makes the demo artist and a key once; the key stays in a file that only its owner reads.
fn demo_artist(home: &Path) -> Result<PathBuf> {
    let key_file = home.join("demo.key");
    if key_file.is_file() {
        return Ok(key_file);
    }
    let server = program("korero-server")?;
    let data = home.join("server");
    let ask = |words: &[&str]| -> Result<String> {
        let output = Command::new(&server).args(words).arg("--data").arg(&data).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            bail!("the server could not do “{}”", words.join(" "));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    // An artist of an earlier run stays; only the key is new.
    let made = ask(&["artist", "add", "Demo", "--slug", SLUG]);
    let key = ask(&["key", "new", SLUG]).or_else(|error| made.and(Err(error)))?;
    write_secret(&key_file, &key)?;
    Ok(key_file)
}

#[cfg(unix)]
fn write_secret(path: &Path, text: &str) -> Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

#[cfg(not(unix))]
fn write_secret(path: &Path, text: &str) -> Result<()> {
    Ok(fs::write(path, text)?)
}

fn serve(home: &Path) -> Result<Child> {
    let port = match TcpListener::bind(("127.0.0.1", PORT)) {
        Ok(free) => free.local_addr()?.port(),
        Err(_) => TcpListener::bind("127.0.0.1:0")?.local_addr()?.port(),
    };
    Command::new(program("korero-server")?)
        .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
        .arg(home.join("server"))
        .stdout(Stdio::piped())
        .spawn()
        .context("the server could not be started")
}

fn play(address: &str, key_file: &Path, takes: &Path, window: bool) -> Result<Child> {
    let korero = program("korero")?;
    let mut app = Command::new(&korero);
    if window {
        app.args(["window", "--on-air"]);
    } else {
        app.arg("air");
    }
    app.arg("--to").arg(format!("{address}/whip/{SLUG}"));
    app.arg("--key-file").arg(key_file);
    app.arg("--record").arg(takes);
    match interface(&korero) {
        Some(id) => {
            shell::say(&format!("The sound comes from the interface {id}."));
            app.args(["--host", &format!("cpal:{id}")]);
        }
        None => {
            shell::say("No sound interface is plugged in: the demo multitrack plays.");
            let demo = shell::root().join("assets/demo");
            app.args(["--title", "The demo multitrack", "--artist", "Demo"]);
            app.arg("--host").arg(format!("scripted:{}", demo.display()));
            app.arg("--desk").arg(demo.join("desk.toml"));
        }
    }
    app.spawn().context("the app could not be started")
}

/// The first interface with more inputs than a laptop's own microphone has.
fn interface(korero: &Path) -> Option<String> {
    let output = Command::new(korero).args(["devices", "--json"]).stderr(Stdio::null()).output().ok()?;
    let devices: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let real = |device: &&serde_json::Value| {
        let name = device["name"].as_str().unwrap_or_default().to_lowercase();
        let known =
            ["scarlett", "focusrite", "clarett", "usb audio", "interface"].iter().any(|word| name.contains(word));
        device["inputs"].as_u64().is_some_and(|inputs| inputs > 2 || (inputs == 2 && known))
    };
    devices.as_array()?.iter().find(real)?["id"].as_str().map(str::to_owned)
}

fn program(name: &str) -> Result<PathBuf> {
    Ok(shell::built()?.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// Takes are folders whose names begin with their date.
fn newest_takes(takes: &Path) -> String {
    let entries = fs::read_dir(takes).into_iter().flatten();
    let mix = |entry: std::io::Result<fs::DirEntry>| Some(entry.ok()?.path().join("mix.wav"));
    let mut files: Vec<_> = entries.filter_map(mix).filter(|mix| mix.is_file()).collect();
    files.sort();
    match files.last() {
        Some(newest) => format!("The show ended. Its master lies in {}", newest.display()),
        None => format!("The show ended. Nothing was recorded in {}", takes.display()),
    }
}

/// A program that was started and is ended with the show.
struct Running {
    name: &'static str,
    child: Child,
}

impl Running {
    fn new(name: &'static str, child: Child) -> Self {
        Self { name, child }
    }

    fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for the line “ready ADDRESS”.
    fn ready(&mut self) -> Result<String> {
        let out = self.child.stdout.take().context("the server's output is not ours")?;
        let mut lines = BufReader::new(out).lines();
        for line in lines.by_ref() {
            if let Some(address) = line?.strip_prefix("ready ") {
                let address = address.trim().to_owned();
                // What it prints later still has to go somewhere.
                std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| shell::say(&line)));
                return Ok(address);
            }
        }
        bail!("the {} ended before it was ready", self.name)
    }

    /// Asks it to end and waits until it has.
    fn end(&mut self) -> Result<()> {
        interrupt(&mut self.child);
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                if !status.success() {
                    bail!("the {} ended with {status}", self.name);
                }
                return Ok(());
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        self.child.kill()?;
        bail!("the {} did not end within {} s and was stopped", self.name, PATIENCE.as_secs())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.runs() {
            interrupt(&mut self.child);
            let _ = self.child.wait();
        }
    }
}

#[cfg(unix)]
fn interrupt(child: &mut Child) {
    if let Ok(id) = i32::try_from(child.id()) {
        // SAFETY: a plain system call; the child is ours and was not waited for yet.
        unsafe { libc::kill(id, libc::SIGINT) };
    }
}

#[cfg(not(unix))]
fn interrupt(child: &mut Child) {
    let _ = child.kill();
}
