//! An uplink that narrows and widens: what really leaves the app, as the network sees it, and the take beside it.

use std::collections::HashMap;
use std::path::{Path as File, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::harness::{Program, Server, at_full_length, figure, korero, percentile, script, stats, stereo_desk};
use crate::network::{Fate, Network, Passed, Path, Weather};

/// Music would do as well; these never repeat within a minute, so that a shifted take is another one.
const SOUND: &str = "frames = 64\n[[source]]\nkind = \"tone\"\nfreq = 441.37\nlevel_dbfs = -12.0\n\
                     [[source]]\nkind = \"tone\"\nfreq = 661.91\nlevel_dbfs = -12.0\n";
/// From here on a path counts as settled.
const SETTLES: Duration = Duration::from_secs(5);

/// What one stretch of the evening looked like once it had settled.
struct Settled {
    /// Packets that the path's full queue dropped.
    dropped: usize,
    /// Time in the queue and on the line, ms: 99 of 100 packets, and the longest.
    p99_ms: f64,
    longest_ms: f64,
    /// The longest time between two arrivals, ms.
    gap_ms: f64,
    /// What arrived, kb/s with all headers.
    kbps: f64,
}

#[test]
fn a_path_that_narrows_twice_and_widens_again_is_followed_within_five_seconds_and_the_take_never_notices() {
    let (server, network) = Network::before_a_server(7);
    let folder = server.folder.path();
    let (told, sound) = (folder.join("stats.json"), script(folder, SOUND));
    let mut command = Command::new(korero());
    command.arg("air").arg("--to").arg(network.whip()).arg("--key-file").arg(server.key_file());
    command.args(["--bitrate", "256000", "--float", "--record"]).arg(server.takes());
    command.arg("--host").arg(format!("scripted:{}", sound.display())).arg("--desk").arg(stereo_desk(folder));
    let mut app = Program::start("app", command.arg("--stats").arg(&told).env_remove("KORERO_KEY"));
    app.wait_until_it_says("On air");
    let long = Duration::from_secs(if at_full_length() { 40 } else { 12 });
    let back = if at_full_length() { Duration::from_secs(75) } else { SETTLES + Duration::from_secs(2) };
    let mut began = Vec::new();
    for (rate, length) in [(2e6, SETTLES), (256e3, long), (96e3, long), (2e6, back)] {
        began.push((utc_ns(), rate));
        network.becomes(Path::Uplink, Weather { rate: Some(rate), ..Weather::FAIR });
        std::thread::park_timeout(length);
    }
    let ends = utc_ns();
    app.interrupt();
    assert!(app.wait().success());
    assert_eq!(app.times_said("On air."), 1, "a narrow path is no lost one");
    let passed: Vec<Passed> = network.record().passed.iter().filter(|p| p.path == Path::Uplink).copied().collect();
    for (at, (from, rate)) in began.iter().enumerate().skip(1) {
        let until = began.get(at + 1).map_or(ends, |(next, _)| *next);
        let settled = settled(&passed, from + SETTLES.as_nanos() as u64, until);
        let name = format!("uplink at {:.0} kb/s, 5 s after it became so", rate / 1e3);
        figure(&format!("{name}: dropped (0)"), settled.dropped);
        figure(&format!("{name}: p99 in the queue, ms (<= 100)"), format!("{:.0}", settled.p99_ms));
        figure(&format!("{name}: longest in the queue, ms"), format!("{:.0}", settled.longest_ms));
        figure(&format!("{name}: longest gap, ms (<= 300)"), format!("{:.0}", settled.gap_ms));
        figure(&format!("{name}: arrived, kb/s with headers"), format!("{:.0}", settled.kbps));
        if at_full_length() {
            assert!(settled.dropped == 0 && settled.p99_ms <= 100.0 && settled.gap_ms <= 300.0, "{name}");
        }
        // Up is slow, and takes longer than the short form lasts.
        let climbs = *rate > 1e6 && !at_full_length();
        let least = if climbs { 48.0 } else { 0.5 * (rate / 1e3).min(256.0) };
        assert!(settled.kbps >= least && settled.kbps <= 1.02 * rate / 1e3, "{name}");
    }
    nothing_left_late(&passed, &stats(&told));
    the_take_is_the_one_without_a_network(&server, &sound);
}

/// The last second before a change belongs to nobody: its packets may still be under way.
fn settled(passed: &[Passed], from: u64, until: u64) -> Settled {
    let until = until - Duration::from_millis(500).as_nanos() as u64;
    let inside: Vec<&Passed> = passed.iter().filter(|packet| (from..until).contains(&packet.utc_ns)).collect();
    let ns = |packet: &&&Passed| match packet.fate {
        Fate::Passes(after) => Some(after.as_nanos() as u64),
        _ => None,
    };
    let mut queued: Vec<f64> = inside.iter().filter_map(|packet| Some(ns(&packet)? as f64 / 1e6)).collect();
    let mut arrivals: Vec<u64> = inside.iter().filter_map(|packet| Some(packet.utc_ns + ns(&packet)?)).collect();
    arrivals.sort_unstable();
    let gaps = arrivals.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / 1e6);
    let bytes: usize = inside.iter().filter(|packet| !packet.is_lost()).map(|packet| packet.bytes).sum();
    Settled {
        dropped: inside.iter().filter(|packet| packet.is_lost()).count(),
        p99_ms: percentile(&mut queued, 0.99),
        longest_ms: percentile(&mut queued, 1.0),
        gap_ms: gaps.fold(0.0, f64::max),
        kbps: bytes as f64 * 8.0 / (until - from) as f64 * 1e6,
    }
}

/// A packet leaves within 100 ms after its sound was captured; what is sent again, within 200 ms after that.
fn nothing_left_late(passed: &[Passed], report: &serde_json::Value) {
    let times = report["air"]["1"]["packet_times"].as_array().expect("a list");
    let ms = |packet: &serde_json::Value, name: &str| packet[name].as_f64().expect("a number") / 1e6;
    let ages = times.iter().map(|packet| ms(packet, "sent_ns") - ms(packet, "captured_ns"));
    let oldest = ages.fold(0.0, f64::max);
    figure("oldest sound that was sent, ms (<= 100)", format!("{oldest:.1}"));
    assert!(!times.is_empty() && oldest <= 100.0, "{oldest} ms");
    let mut first = HashMap::new();
    let mut again: f64 = 0.0;
    for packet in passed {
        let began = *first.entry(packet.rtp_time).or_insert(packet.utc_ns);
        again = again.max((packet.utc_ns - began) as f64 / 1e6);
    }
    figure("oldest packet that was sent again, ms after the first time (<= 200)", format!("{again:.1}"));
    // Threads of two programs are in between.
    assert!(again <= 250.0, "{again} ms");
}

/// The take's sound is that of one that was recorded without any network, bit by bit.
fn the_take_is_the_one_without_a_network(server: &Server, sound: &File) {
    let alone = server.folder.path().join("alone");
    let mut command = Command::new(korero());
    command.args(["record", "--float", "--for", "5", "--into"]).arg(&alone).env_remove("KORERO_KEY");
    command.arg("--host").arg(format!("scripted:{}", sound.display()));
    let desk = stereo_desk(server.folder.path());
    assert!(Program::start("recorder", command.arg("--desk").arg(desk)).wait().success());
    let (beside, alone) = aligned(&server.takes(), &alone);
    let common = beside.len().min(alone.len());
    figure("take beside a narrow uplink: samples compared with one without a network, all the same", common);
    assert!(common >= 2 * 48_000 * 4, "{common} samples");
    assert!(beside[..common] == alone[..common], "another sound");
    // The whole of it goes on as it began: two tones that never break off.
    let (quietest, loudest) = beside[9_600..]
        .chunks_exact(9_600)
        .map(energy)
        .fold((f64::MAX, 0.0_f64), |(a, b), now| (a.min(now), b.max(now)));
    assert!(loudest < 1.05 * quietest, "from {quietest} to {loudest}");
}

/// The samples of two takes from the later of their first frames on.
fn aligned(one: &File, other: &File) -> (Vec<u32>, Vec<u32>) {
    let (first, second) = (first_frame(one), first_frame(other));
    let from = |folder: &File, begins: u64| samples(folder).split_off(2 * (first.max(second) - begins) as usize);
    (from(one, first), from(other, second))
}

/// The index of the first frame of the one file below a folder, as the journal beside it says.
fn first_frame(folder: &File) -> u64 {
    let take = std::fs::read_dir(folder).expect("a folder").next().expect("a take").expect("an entry").path();
    let journal = std::fs::read_to_string(korero::record::names::TakeFolder(take).journal()).expect("a journal");
    let lines = journal.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    lines.filter_map(|line| line["first_frame"].as_u64()).next().expect("a file was begun")
}

fn energy(piece: &[u32]) -> f64 {
    piece.iter().map(|bits| f64::from(f32::from_bits(*bits)).powi(2)).sum()
}

/// The bits of the samples of the one file below a folder.
fn samples(folder: &File) -> Vec<u32> {
    let mut files = Vec::new();
    collect(folder, &mut files);
    assert_eq!(files.len(), 1, "{files:?}");
    let reader = hound::WavReader::open(&files[0]).expect("a WAV file");
    reader.into_samples::<f32>().map(|sample| sample.expect("a sample").to_bits()).collect()
}

fn collect(folder: &File, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            collect(&entry, files);
        } else if entry.extension().is_some_and(|ending| ending == "wav") {
            files.push(entry);
        }
    }
}

fn utc_ns() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as u64
}
