//! What listeners hear through bad networks, row by row: a real app, a real server, a real browser, and on one of the two
//! paths between them the weather of the row.

use std::net::IpAddr;
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::course::{CLICK_MS, Course};
use super::{Network, Path, Weather};
use crate::harness::{HANG, Program, Server, at_full_length, figure, korero, root, script, stats, stereo_desk};

const MS: Duration = Duration::from_millis(1);
/// Every path in both directions is this long in fair weather: a round trip of 20 ms.
const FAIR: Weather = Weather { delay: Duration::from_millis(10), ..Weather::FAIR };

/// What happens in a row.
#[derive(Clone, Copy)]
enum Happens {
    Weather(Weather),
    /// One after the other, each for its share of the time.
    Rates(&'static [f64]),
    /// Nothing passes, neither sound nor words.
    Darkness,
    /// The client gets another address towards the server.
    Moves(IpAddr),
}

/// One row of the matrix.
#[derive(Clone)]
struct Row {
    name: String,
    path: Path,
    happens: Happens,
    /// How long it lasts, and how long it is looked at afterwards.
    lasts: Duration,
    after: Duration,
    /// The most that may be concealed while it lasts, 0 to 1.
    conceals: Option<f64>,
}

/// What is looked at before anything happens.
const BEFORE: Duration = Duration::from_secs(5);

fn seconds(short: u64, full: u64) -> Duration {
    Duration::from_secs(if at_full_length() { full } else { short })
}

/// The rows of one path.
fn rows(path: Path) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |name: String, happens, lasts, after, conceals| {
        rows.push(Row { name, path, happens, lasts, after, conceals });
    };
    for percent in [0.0, 1.0, 3.0, 5.0, 10.0] {
        for burst in [1.0, 3.0] {
            let weather = Weather { loss: percent / 100.0, burst, ..FAIR };
            let (kind, floor) = match (percent, burst) {
                (0.0, 1.0) => ("nothing happens".to_owned(), Some(0.001)),
                (0.0, _) => continue,
                (_, 1.0) => (format!("{percent} % lost at random"), floor_at(percent)),
                _ => (format!("{percent} % lost in bursts of 3"), None),
            };
            // What grew a listener's buffer is looked at for as long as it may take until that is as before.
            let after = if percent == 0.0 { 8 } else { 32 };
            add(kind, Happens::Weather(weather), seconds(2, 20), seconds(1, after), floor);
        }
    }
    for jitter in [10, 30, 80] {
        let weather = Weather { delay: FAIR.delay + jitter * MS, jitter: jitter * MS, ..FAIR };
        add(format!("jitter ± {jitter} ms"), Happens::Weather(weather), seconds(3, 20), seconds(1, 32), None);
    }
    let steps = &[2_000_000.0, 256_000.0, 96_000.0, 2_000_000.0];
    add("2 Mb/s, 256, 96 kb/s, 2 Mb/s".to_owned(), Happens::Rates(steps), seconds(4, 48), seconds(1, 32), None);
    add("nothing passes".to_owned(), Happens::Darkness, seconds(3, 10), seconds(12, 32), None);
    for (name, ip) in [("another port", [127, 0, 0, 1]), ("another IP address", [127, 0, 0, 4])] {
        add(name.to_owned(), Happens::Moves(ip.into()), seconds(4, 6), seconds(1, 6), None);
    }
    rows
}

fn floor_at(percent: f64) -> Option<f64> {
    match percent {
        3.0 => Some(0.003),
        5.0 => Some(0.005),
        _ => None,
    }
}

#[test]
fn what_a_listener_hears_through_a_bad_uplink_and_a_bad_downlink() {
    let wanted = std::env::var("KORERO_ROWS").ok();
    let short = ["5 % lost at random", "another port"];
    let wanted = |row: &Row| match &wanted {
        Some(wanted) => format!("{:?} {}", row.path, row.name).contains(wanted.as_str()),
        None => at_full_length() || short.contains(&row.name.as_str()),
    };
    let all = rows(Path::Uplink).into_iter().chain(rows(Path::Downlink)).filter(wanted).enumerate();
    let (mut told, mut missed) = (Vec::new(), Vec::new());
    for (number, row) in all {
        let result = row.measure(number as u64 + 1);
        let number = |name: &str| result[name].as_f64().unwrap_or_default();
        // In the dark nobody asks for anything.
        let asks = matches!(row.happens, Happens::Weather(_));
        assert!(
            !asks || number("lost") < 5.0 || number("resent") > 0.0,
            "nothing that was lost is sent again: {}",
            Shown(&result)
        );
        missed.extend(row.judge(&result));
        told.push(result);
    }
    if let Some(file) = std::env::var_os("KORERO_NETWORK") {
        std::fs::write(file, serde_json::to_vec(&told).expect("JSON")).expect("written");
    }
    assert!(missed.is_empty() || !at_full_length(), "{missed:#?}");
}

fn utc_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64() * 1e3
}

impl Row {
    fn title(&self) -> String {
        format!("{}: {}", if self.path == Path::Uplink { "uplink" } else { "downlink" }, self.name)
    }

    fn measure(&self, seed: u64) -> Value {
        let (server, network) = Network::before_a_server(seed);
        for path in [Path::Uplink, Path::UplinkBack, Path::Downlink, Path::DownlinkBack] {
            network.becomes(path, FAIR);
        }
        let told = server.folder.path().join("stats.json");
        let mut app = on_air(&server, &network, &told);
        let heard = server.folder.path().join("heard.json");
        let before = if at_full_length() { BEFORE } else { BEFORE / 5 };
        // What was filled while it began is gone after some seconds.
        let settle = seconds(1, 3);
        let whole = settle + before + self.lasts + self.after;
        let mut listener = Command::new("node");
        listener.arg(root().join("tests/browser/listen.mjs")).args([
            "--url",
            &network.page(),
            "--stay",
            "--course",
            "100",
        ]);
        listener.args(["--seconds", &(whole.as_secs_f64() + 1.0).to_string(), "--json"]).arg(&heard);
        let mut listener = Program::start("browser", &mut listener);
        listener.wait_until_it_says("\"live\"");
        thread::park_timeout(settle);
        let from = utc_ms();
        thread::park_timeout(before);
        let begins = utc_ms();
        self.happen(&network);
        let ends = utc_ms();
        let lost = self.when_back(&app, ends);
        assert!(listener.wait_through(self.after + HANG).success(), "{}: the page plays at the end", self.title());
        app.interrupt();
        assert!(app.wait().success());
        let (heard, app_told) = (stats(&heard), stats(&told));
        let times = Times { from, begins, ends, last: ends + self.after.as_secs_f64() * 1e3 };
        self.result(&times, &Course::read(&heard, &app_told), &heard, &network, lost)
    }

    /// Does what the row does, for as long as it lasts.
    fn happen(&self, network: &Network) {
        match self.happens {
            Happens::Weather(weather) => {
                network.becomes(self.path, weather);
                thread::park_timeout(self.lasts);
                network.becomes(self.path, FAIR);
            }
            Happens::Rates(rates) => {
                for rate in rates {
                    network.becomes(self.path, Weather { rate: Some(*rate), ..FAIR });
                    thread::park_timeout(self.lasts / rates.len() as u32);
                }
                network.becomes(self.path, FAIR);
            }
            Happens::Darkness => {
                network.goes_dark_for(self.path, true);
                thread::park_timeout(self.lasts);
                network.goes_dark_for(self.path, false);
            }
            Happens::Moves(ip) => {
                network.moves(self.path, ip);
                thread::park_timeout(self.lasts);
            }
        }
    }

    /// After a darkness of the uplink: how long after its end the app says that it is on air, ms.
    fn when_back(&self, app: &Program, ends: f64) -> Option<f64> {
        let dark = matches!(self.happens, Happens::Darkness) && self.path == Path::Uplink;
        dark.then(|| {
            crate::harness::wait_for("the second “On air”", || (app.times_said("On air.") >= 2).then_some(()));
            utc_ms() - ends
        })
    }

    fn result(&self, times: &Times, course: &Course, heard: &Value, network: &Network, on_air: Option<f64>) -> Value {
        let Times { from, begins, ends, last } = *times;
        let record = network.record();
        let inside = |at: u64| (begins..ends).contains(&(at as f64 / 1e6));
        let passed = || record.passed.iter().filter(|p| p.path == self.path && inside(p.utc_ns));
        let old = course.player(from, begins).unwrap_or(f64::NAN);
        // In the second half of it everything has had its time.
        let during = course.player(begins.midpoint(ends), ends);
        let live_again = heard["connections"][0]["phases"].as_array().and_then(|phases| {
            let later = phases.iter().filter(|phase| phase["utc_ms"].as_f64().is_some_and(|at| at >= ends));
            later.filter(|phase| phase["phase"] == "live").find_map(|phase| phase["utc_ms"].as_f64())
        });
        let steps = self.steps(times, course);
        let since = |series: &[(f64, f64)]| -> Vec<[f64; 2]> {
            let round = |x: f64| (x * 10.0).round() / 10.0;
            series
                .iter()
                .filter(|(at, _)| *at >= from)
                .map(|(at, ms)| [round((at - begins) / 1e3), round(*ms)])
                .collect()
        };
        json!({
            "row": self.title(),
            "lasts_s": (ends - begins) / 1e3,
            "concealed": course.concealed(begins, ends),
            "gap_ms": course.longest_gap(begins, last),
            "settles_s": during.and_then(|during| course.settles(during, begins, ends)).map(|ms| ms / 1e3),
            "before_ms": old,
            "during_ms": during,
            "after_ms": course.player(last - 4_000.0, last),
            "clicks_before_ms": course.latency(from, begins),
            "clicks_after_ms": course.latency(last - 4_000.0, last),
            "back_s": course.settles(old, ends, last).map(|ms| ms / 1e3),
            "on_air_s": on_air.map(|ms| ms / 1e3),
            "live_again_s": live_again.map(|at| (at - ends) / 1e3),
            "nacks": course.nacks(begins, ends),
            "packets": passed().filter(|p| !p.again).count(),
            "resent": passed().filter(|p| p.again).count(),
            "lost": passed().filter(|p| p.is_lost()).count(),
            "kbps": course.kbps(begins, ends),
            "wire_kbps": passed().map(|p| p.bytes as f64 * 8.0).sum::<f64>() / (ends - begins),
            "steps": steps,
            "relay_latest_ms": record.latest.as_secs_f64() * 1e3,
            "relay_late": record.late,
            "relay_carried": record.carried,
            "browser_stall_ms": stall(heard, from, last),
            "played": since(&course.played),
            "clicks": since(course.clicks()),
        })
    }

    /// What each step of a rate did.
    fn steps(&self, times: &Times, course: &Course) -> Vec<Value> {
        let Happens::Rates(rates) = self.happens else { return Vec::new() };
        let long = (times.ends - times.begins) / rates.len() as f64;
        let step = |(number, rate): (usize, &f64)| {
            let from = times.begins + long * number as f64;
            let settled = from + 5_000.0_f64.min(long / 2.0);
            json!({
                "rate_kbps": rate / 1e3,
                "concealed": course.concealed(from, from + long),
                "concealed_once_settled": course.concealed(settled, from + long),
                "gap_once_settled_ms": course.longest_gap(settled, from + long),
                "kbps_once_settled": course.kbps(settled, from + long),
                "latency_once_settled_ms": course.player(settled, from + long),
            })
        };
        rates.iter().enumerate().map(step).collect()
    }

    /// Prints the figures of a row and gives what it promised and did not keep.
    fn judge(&self, result: &Value) -> Vec<String> {
        let read = |name: &str| result[name].as_f64();
        let shown = |name: &str, digits: usize| read(name).map_or("?".to_owned(), |value| format!("{value:.digits$}"));
        figure(
            &self.title(),
            format!(
                "{:.2} % concealed, longest gap {} ms, latency {} → {} → {} ms, back after {} s; {} of {} lost, {} resent, relay ≤ {} ms late",
                read("concealed").unwrap_or(1.0) * 100.0,
                shown("gap_ms", 0),
                shown("before_ms", 0),
                shown("during_ms", 0),
                shown("after_ms", 0),
                shown("back_s", 1),
                shown("lost", 0),
                shown("packets", 0),
                shown("resent", 0),
                shown("relay_latest_ms", 1),
            ),
        );
        let mut missed = Vec::new();
        let mut promise = |kept: bool, what: &str| {
            if !kept {
                missed.push(format!("{}: {what}: {}", self.title(), Shown(result)));
            }
        };
        if let Some(most) = self.conceals {
            promise(
                read("concealed").is_some_and(|share| share <= most),
                &format!("≤ {:.1} % concealed", most * 100.0),
            );
        }
        promise(read("back_s").is_some_and(|back| back <= 30.0), "latency as before within 30 s");
        if matches!(self.happens, Happens::Darkness) && self.path == Path::Uplink {
            promise(read("on_air_s").is_some_and(|back| back <= 2.0), "on air within 2 s");
        }
        if let (Happens::Rates(_), Path::Uplink) = (self.happens, self.path) {
            let gap = result["steps"][2]["gap_once_settled_ms"].as_f64();
            promise(gap.is_some_and(|gap| gap <= 300.0), "no gap over 300 ms once settled at 96 kb/s");
        }
        missed
    }
}

struct Shown<'a>(&'a Value);

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let map = self.0.as_object().into_iter().flatten();
        map.filter(|(name, _)| *name != "played" && *name != "clicks")
            .try_for_each(|(name, value)| write!(f, "{name} {value} "))
    }
}

#[derive(Clone, Copy)]
struct Times {
    from: f64,
    begins: f64,
    ends: f64,
    last: f64,
}

fn stall(heard: &Value, from: f64, to: f64) -> f64 {
    let stalls = heard["connections"][0]["render_stalls"].as_array().into_iter().flatten();
    let inside = stalls.filter(|stall| stall["utc_ms"].as_f64().is_some_and(|at| (from..to).contains(&at)));
    inside.filter_map(|stall| stall["ms"].as_f64()).fold(0.0, f64::max)
}

/// The app, on air through the network: clicks on the left, a tone that never ends on the right.
fn on_air(server: &Server, network: &Network, told: &std::path::Path) -> Program {
    let folder = server.folder.path();
    let sound = format!(
        "frames = 64\n[[source]]\nkind = \"click\"\nevery_ms = {CLICK_MS}\nlevel_dbfs = -6.0\n\
         [[source]]\nkind = \"tone\"\nfreq = 440.0\nlevel_dbfs = -18.0\n"
    );
    let mut app = Command::new(korero());
    app.arg("air").arg("--to").arg(network.whip()).arg("--key-file").arg(server.key_file());
    app.arg("--record").arg(server.takes()).arg("--host").arg(format!("scripted:{}", script(folder, &sound).display()));
    app.arg("--desk").arg(stereo_desk(folder)).arg("--stats").arg(told).env_remove("KORERO_KEY");
    let mut app = Program::start("app", &mut app);
    app.wait_until_it_says("On air");
    app
}
