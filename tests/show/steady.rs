//! Half an hour on air with eighteen inputs: no step is wrong, memory stays, the processor is told.

use std::time::{Duration, Instant};

use crate::harness::{Program, Server, at_full_length, figure, processor_time, resident_kib, script, stats};

#[test]
#[cfg(target_os = "linux")]
fn eighteen_inputs_stay_on_air_with_even_steps_and_level_memory() {
    let server = Server::start();
    let script = script(server.folder.path(), "frames = 256\n[[source]]\nkind = \"noise\"\ninputs = 18\n");
    let told = server.folder.path().join("stats.json");
    let seconds: u64 = if at_full_length() { 1_800 } else { 8 };
    let mut app = Program::start("app", server.air(&script, &["--inputs"]).arg("--stats").arg(&told));
    app.wait_until_it_says("On air");
    let warm = Duration::from_secs(if at_full_length() { 60 } else { 2 });
    std::thread::park_timeout(warm);
    let (begun, used) = (Instant::now(), processor_time(app.id()));
    let first = resident_kib(app.id());
    let (mut least, mut most) = (first, first);
    while begun.elapsed() + warm < Duration::from_secs(seconds) {
        std::thread::park_timeout(Duration::from_secs(1));
        let now = resident_kib(app.id());
        (least, most) = (least.min(now), most.max(now));
    }
    let share = (processor_time(app.id()) - used).as_secs_f64() / begun.elapsed().as_secs_f64();
    app.interrupt();
    assert!(app.wait().success());
    let report = stats(&told);
    figure("time on air, s", seconds);
    figure("processor, share of one core", format!("{:.1} %", share * 100.0));
    figure(
        "memory after the warm-up, MiB: first, least, most",
        format!("{:.1}, {:.1}, {:.1}", mib(first), mib(least), mib(most)),
    );
    let steps = report["air"]["1"]["steps"].clone();
    figure("RTP steps: even, over a told gap, wrong (0)", &steps);
    assert!(steps["even"].as_u64().is_some_and(|even| even > 0));
    assert_eq!(steps["wrong"], 0, "{steps}");
    if at_full_length() {
        assert!(most.abs_diff(first) <= 2_048 && first.abs_diff(least) <= 2_048, "{least} to {most} KiB from {first}");
    }
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1_024.0
}
