//! What a listener hears, how soon, and where each millisecond is.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

use crate::harness::{Program, Server, at_full_length, figure, listen, number, percentile, script, stats, stereo_desk};
use crate::network::{Network, Path};

const FRAMES_PER_MS: f64 = 48.0;
const CALLBACK_FRAMES: f64 = 64.0;
/// Between clicks: no multiple of the 10 ms packet, so that clicks fall on every place in one.
const CLICK_MS: u64 = 497;

#[test]
fn left_and_right_stay_apart_and_nothing_is_mended_on_a_quiet_machine() {
    let server = Server::start();
    let folder = server.folder.path();
    let script = script(
        folder,
        "frames = 64\n\
         [[source]]\nkind = \"tone\"\nfreq = 1000.0\nlevel_dbfs = -18.0\n\
         [[source]]\nkind = \"tone\"\nfreq = 1500.0\nlevel_dbfs = -18.0\n",
    );
    let desk = stereo_desk(folder);
    let mut air = Program::start("app", server.air(&script, &[]).arg("--desk").arg(desk));
    air.wait_until_it_says("On air");
    let seconds = if at_full_length() { "60" } else { "6" };
    let heard = listen(&server.page(), folder, Duration::from_secs(100), &["--tones", "--seconds", seconds]);
    let left = number(&heard, "/summary/left_separation_db");
    let right = number(&heard, "/summary/right_separation_db");
    let bitrate = number(&heard, "/summary/bitrate_bps");
    let mended = number(&heard, "/summary/concealed_samples");
    let stall =
        number(&heard, "/summary/worst_render_stall_ms").max(number(&heard, "/connections/0/worst_timer_late_ms"));
    figure("separation left over right, dB (>= 50)", format!("{left:.1}"));
    figure("separation right over left, dB (>= 50)", format!("{right:.1}"));
    figure("payload bit rate, kb/s (>= 243.2)", format!("{:.1}", bitrate / 1e3));
    figure(&format!("concealed samples in {seconds} s (0)"), mended);
    figure("longest stall seen by the browser's machine, ms", format!("{stall:.1}"));
    assert!(left >= 50.0 && right >= 50.0, "left {left} dB, right {right} dB");
    if at_full_length() {
        assert!(bitrate >= 0.95 * 256_000.0, "{bitrate} bit/s");
        assert!(mended == 0.0 || stall > 20.0, "{mended} samples were mended, longest stall {stall} ms");
    }
    air.interrupt();
    assert!(air.wait().success());
}

#[test]
fn a_click_is_heard_soon_after_it_was_played() {
    let (server, network) = Network::before_a_server(1);
    let folder = server.folder.path();
    let script = script(
        folder,
        &format!(
            "frames = 64\n{0}{0}",
            format_args!("[[source]]\nkind = \"click\"\nevery_ms = {CLICK_MS}\nlevel_dbfs = -6.0\n")
        ),
    );
    let (desk, told) = (stereo_desk(folder), folder.join("stats.json"));
    let mut air = Program::start("app", server.air(&script, &[]).arg("--desk").arg(desk).arg("--stats").arg(&told));
    air.wait_until_it_says("On air");
    let (connections, seconds) = if at_full_length() { ("11", "12") } else { ("1", "4") };
    let words = ["--clicks", "--connections", connections, "--seconds", seconds];
    let heard = listen(&network.page(), folder, Duration::from_secs(400), &words);
    air.interrupt();
    assert!(air.wait().success());
    let report = stats(&told);
    let p50s = click_latencies(&heard, &report);
    figure("fresh connections", p50s.len());
    let mut medians = p50s.clone();
    let median = percentile(&mut medians, 0.5);
    figure("sample at the engine to AudioWorklet, ms: p50 of each connection", rounded(&p50s));
    figure("sample at the engine to AudioWorklet, ms: median of the p50s (<= 65)", format!("{median:.1}"));
    let (p50, p95) = own_share(&report, &network);
    if at_full_length() {
        assert!(median <= 65.0, "{median} ms");
        assert!(p50 <= 13.0 && p95 <= 15.0, "own share p50 {p50} ms, p95 {p95} ms");
    }
}

/// The p50 of each connection: from the moment of the click's frame by the engine's epoch to the call of the worklet.
fn click_latencies(heard: &Value, report: &Value) -> Vec<f64> {
    let epoch_ms = number(report, "/epoch/utc_ns_at_frame_0") / 1e6;
    let period = CLICK_MS as f64;
    let connections = heard["connections"].as_array().expect("a list");
    let p50s = connections.iter().filter_map(|connection| {
        let clicks = connection["clicks"].as_array().expect("a list");
        let mut late: Vec<f64> =
            clicks.iter().map(|click| (number(click, "/utc_ms") - epoch_ms).rem_euclid(period)).collect();
        (!late.is_empty()).then(|| percentile(&mut late, 0.5))
    });
    p50s.collect()
}

/// From the callback of a packet's first sample to the packet on the wire behind the server: p50 and p95 in ms. The
/// RTP time that is readable on the wire names the frame.
fn own_share(report: &Value, network: &Network) -> (f64, f64) {
    let epoch_ns = number(report, "/epoch/utc_ns_at_frame_0");
    let sent: HashMap<u64, &Value> = report["air"]["1"]["packet_times"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|packet| (packet["rtp_time"].as_u64().expect("a number"), packet))
        .collect();
    let (mut total, mut gathering, mut encoding, mut server) = (vec![], vec![], vec![], vec![]);
    for seen in network.record().passed.iter().filter(|packet| packet.path == Path::Downlink) {
        let Some(packet) = sent.get(&u64::from(seen.rtp_time)) else { continue };
        // The callback that the sample comes in ends with the last of its frames.
        let callback_end = (number(packet, "/frame") / CALLBACK_FRAMES).floor() * CALLBACK_FRAMES + CALLBACK_FRAMES;
        let first_ms = epoch_ns / 1e6 + callback_end / FRAMES_PER_MS;
        let sent_ms = number(packet, "/utc_ns") / 1e6;
        let wire_ms = seen.utc_ns as f64 / 1e6;
        total.push(wire_ms - first_ms);
        let encode_ms = (number(packet, "/sent_ns") - number(packet, "/captured_ns")) / 1e6;
        gathering.push(sent_ms - encode_ms - first_ms);
        encoding.push(encode_ms);
        server.push(wire_ms - sent_ms);
    }
    for (name, values) in [
        ("our share, first sample of a packet to the wire behind the server, ms", &mut total),
        ("of it gathering 10 ms (callback, limiter, tap), ms", &mut gathering),
        ("of it encoding and handing over, ms", &mut encoding),
        ("of it publisher, network, server, ms", &mut server),
    ] {
        let (p50, p95) = (percentile(values, 0.5), percentile(values, 0.95));
        figure(name, format!("p50 {p50:.2}, p95 {p95:.2}"));
    }
    (percentile(&mut total, 0.5), percentile(&mut total, 0.95))
}

fn rounded(values: &[f64]) -> String {
    values.iter().map(|value| format!("{value:.0}")).collect::<Vec<_>>().join(" ")
}
