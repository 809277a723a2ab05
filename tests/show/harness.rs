//! Starts the programs, and ends them with the test.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) use crate::port::free_port;

/// Ends a test that hangs; everything that is waited for takes a tenth of it or less.
pub(crate) const HANG: Duration = Duration::from_secs(60);

/// Whether the test runs at the length that the issue asks for.
pub(crate) fn at_full_length() -> bool {
    std::env::var_os("KORERO_PROVE").is_some()
}

/// Prints a figure for `docs/figures.md`.
#[expect(clippy::print_stdout, reason = "the prover reads it")]
pub(crate) fn figure(name: &str, value: impl std::fmt::Display) {
    println!("figure {name} = {value}");
}

/// The checkout that is tested: where cargo runs this, whichever checkout of a shared build folder compiled it.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| std::env::var_os("CARGO_MANIFEST_DIR").map_or(env!("CARGO_MANIFEST_DIR").into(), PathBuf::from))
}

pub(crate) fn korero() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_korero"))
}

fn server_program() -> PathBuf {
    let program = korero().with_file_name(format!("korero-server{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "build the workspace first: {} is missing", program.display());
    program
}

/// Waits until `ready` gives something. The clock only ends a test that hangs.
pub(crate) fn wait_for<T>(what: &str, ready: impl FnMut() -> Option<T>) -> T {
    wait_at_most(HANG, what, ready)
}

/// The same for what takes longer.
pub(crate) fn wait_at_most<T>(hang: Duration, what: &str, mut ready: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = ready() {
            return found;
        }
        assert!(begun.elapsed() < hang, "waited {} s for {what}", hang.as_secs());
        thread::park_timeout(Duration::from_millis(10));
    }
}

/// A program that runs, with everything it says.
pub(crate) struct Program {
    name: &'static str,
    child: Child,
    lines: Arc<Mutex<Vec<(Instant, String)>>>,
}

impl Program {
    #[expect(clippy::print_stderr, reason = "what a program said belongs to a failed test")]
    pub(crate) fn start(name: &'static str, command: &mut Command) -> Self {
        let mut child = command
            .env("KORERO_LANGUAGE", "en")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (out, err) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        for reader in [Box::new(out) as Box<dyn std::io::Read + Send>, Box::new(err)] {
            let lines = Arc::clone(&lines);
            thread::spawn(move || {
                for line in BufReader::new(reader).lines().map_while(Result::ok) {
                    eprintln!("[{name}] {line}");
                    lines.lock().expect("nobody panics with it").push((Instant::now(), line));
                }
            });
        }
        Self { name, child, lines }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The first line with `text` in it, and when it was said.
    pub(crate) fn said(&self, text: &str) -> Option<(Instant, String)> {
        self.first_line(|line| line.contains(text))
    }

    /// The first line that `fits`, and when it was said.
    pub(crate) fn first_line(&self, fits: impl Fn(&str) -> bool) -> Option<(Instant, String)> {
        self.lines.lock().expect("nobody panics with it").iter().find(|(_, line)| fits(line)).cloned()
    }

    /// Everything that it said, once it has ended.
    pub(crate) fn everything_said(&self) -> String {
        let lines = self.lines.lock().expect("nobody panics with it");
        lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// How many lines have `text` in them.
    pub(crate) fn times_said(&self, text: &str) -> usize {
        self.lines.lock().expect("nobody panics with it").iter().filter(|(_, line)| line.contains(text)).count()
    }

    pub(crate) fn wait_until_it_says(&mut self, text: &str) -> (Instant, String) {
        let what = format!("“{text}” from {}", self.name);
        wait_for(&what, || {
            let said = self.said(text);
            if said.is_none()
                && let Ok(Some(status)) = self.child.try_wait()
            {
                panic!("{} ended with {status} before it said “{text}”", self.name);
            }
            said
        })
    }

    pub(crate) fn interrupt(&self) {
        self.signal("INT");
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn end(&mut self) {
        self.signal("TERM");
        self.wait();
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Sends it a signal, by its name without “SIG”.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-s", name, &id]).status().expect("kill runs");
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("it is ours")
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        let what = format!("the end of {}", self.name);
        wait_for(&what, || self.child.try_wait().expect("it is ours"))
    }

    /// Waits for a program that is meant to run for `length`.
    pub(crate) fn wait_through(&mut self, length: Duration) -> ExitStatus {
        let begun = Instant::now();
        while begun.elapsed() < length {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return status;
            }
            thread::park_timeout(Duration::from_millis(50));
        }
        self.wait()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server with one artist, `demo`, in a folder of its own.
pub(crate) struct Server {
    pub(crate) folder: TempDir,
    pub(crate) address: String,
    port: u16,
    words: Vec<String>,
    env: Vec<(&'static str, String)>,
    program: Option<Program>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(&[], Vec::new())
    }

    /// With more words after `serve`, and variables in its environment.
    pub(crate) fn with(words: &[&str], env: Vec<(&'static str, String)>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let mut server = Self { folder, address: format!("http://127.0.0.1:{port}"), port, words, env, program: None };
        server.ask(&["artist", "add", "Demo", "--slug", "demo"]);
        let key = server.ask(&["key", "new", "demo"]);
        write_secret(&server.key_file(), key.trim());
        server.again();
        server
    }

    /// Starts it on the same port with the same data.
    pub(crate) fn again(&mut self) {
        let mut command = Command::new(server_program());
        command.args(["serve", "--listen", &format!("127.0.0.1:{}", self.port), "--data"]).arg(self.data());
        command.args(&self.words).envs(self.env.clone());
        let mut program = Program::start("server", &mut command);
        program.wait_until_it_says("ready ");
        self.program = Some(program);
    }

    pub(crate) fn kill(&mut self) {
        self.program.take().expect("it runs").kill();
    }

    pub(crate) fn program(&mut self) -> &mut Program {
        self.program.as_mut().expect("it runs")
    }

    pub(crate) fn ask(&self, words: &[&str]) -> String {
        let output =
            Command::new(server_program()).args(words).arg("--data").arg(self.data()).output().expect("it runs");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.program.as_ref().expect("it runs").id()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.folder.path().join("demo.key")
    }

    pub(crate) fn whip(&self) -> String {
        format!("{}/whip/demo", self.address)
    }

    pub(crate) fn page(&self) -> String {
        format!("{}/@demo", self.address)
    }

    pub(crate) fn takes(&self) -> PathBuf {
        self.folder.path().join("takes")
    }

    /// What the server says of an address, as JSON.
    pub(crate) fn get(&self, path: &str) -> Value {
        let output =
            Command::new("curl").args(["-sS", &format!("{}{path}", self.address)]).output().expect("curl runs");
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{path}: {e}: {}", String::from_utf8_lossy(&output.stdout)))
    }

    /// `korero air` to this server, recording beside it, with a script as its interface.
    pub(crate) fn air(&self, script: &Path, more: &[&str]) -> Command {
        let mut command = Command::new(korero());
        command.arg("air").arg("--to").arg(self.whip()).arg("--key-file").arg(self.key_file());
        command.arg("--record").arg(self.takes()).arg("--host").arg(format!("scripted:{}", script.display()));
        command.args(more).env_remove("KORERO_KEY");
        command
    }
}

/// A file that only its owner reads, as keys must be.
pub(crate) fn write_secret(path: &Path, text: &str) {
    fs::write(path, text).expect("written");
    let status = Command::new("chmod").arg("600").arg(path).status().expect("chmod runs");
    assert!(status.success());
}

/// Writes a script for the scripted interface.
pub(crate) fn script(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("script.toml");
    fs::write(&path, text).expect("written");
    path
}

/// A desk with one stereo strip at rest, fed by inputs 1 and 2.
pub(crate) fn stereo_desk(folder: &Path) -> PathBuf {
    let path = folder.join("desk.toml");
    fs::write(&path, "format = 1\n[[strip]]\nid = \"pair\"\ninput = [1, 2]\n").expect("written");
    path
}

/// Runs the browser's probe on a page and gives what it measured. `length` is how long it listens in all.
pub(crate) fn listen(url: &str, folder: &Path, length: Duration, more: &[&str]) -> Value {
    let result = folder.join("heard.json");
    let mut command = Command::new("node");
    command.arg(root().join("tests/browser/listen.mjs")).args(["--url", url, "--json"]).arg(&result).args(more);
    let mut probe = Program::start("browser", &mut command);
    let status = probe.wait_through(length);
    let text = fs::read(&result).unwrap_or_else(|e| panic!("the browser measured nothing ({status}): {e}"));
    let heard: Value = serde_json::from_slice(&text).expect("JSON");
    assert!(status.success(), "the browser did not hear it: {heard:#}");
    heard
}

/// The statistics that `--stats` wrote.
pub(crate) fn stats(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("the statistics are there")).expect("JSON")
}

/// A number in the middle of JSON.
pub(crate) fn number(value: &Value, pointer: &str) -> f64 {
    value.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("{pointer} is no number in {value:#}"))
}

/// The value below which `part` (0 to 1) of the values lie.
pub(crate) fn percentile(values: &mut [f64], part: f64) -> f64 {
    assert!(!values.is_empty(), "there is nothing to rank");
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    values[((last as f64 * part).round() as usize).min(last)]
}

/// Resident memory of a process, KiB.
#[cfg(target_os = "linux")]
pub(crate) fn resident_kib(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
    line.split_whitespace().next().and_then(|n| n.parse().ok()).expect("a number")
}

/// Processor time that a process used so far.
#[cfg(target_os = "linux")]
pub(crate) fn processor_time(id: u32) -> Duration {
    used(&format!("/proc/{id}/stat"))
}

/// The same of its main thread alone, which is that of the window.
#[cfg(target_os = "linux")]
pub(crate) fn window_time(id: u32) -> Duration {
    used(&format!("/proc/{id}/task/{id}/stat"))
}

#[cfg(target_os = "linux")]
fn used(stat: &str) -> Duration {
    let stat = fs::read_to_string(stat).expect("it runs");
    let after_name = stat.rsplit_once(')').expect("a name").1;
    let fields: Vec<u64> = after_name.split_whitespace().skip(11).take(2).filter_map(|n| n.parse().ok()).collect();
    Duration::from_millis(fields.iter().sum::<u64>() * 10)
}
