use std::time::Duration;

use super::*;
use crate::engine::TapWriter;
use crate::engine::tap::tap;
use crate::timeline::FrameIndex;

const NS: f64 = 1e9;

/// A capture clock and a headphone clock that do not agree, in virtual time.
struct Clocks {
    writer: TapWriter,
    face: Arc<ClockFace>,
    source: MonitorSource,
    health: Arc<Health>,
    written: u64,
    played: u64,
    write_rate: f64,
    read_rate: f64,
    write_frames: u64,
    read_frames: u64,
    heard: Vec<f32>,
    seed: u32,
}

impl Clocks {
    fn new(ppm: f64, read_rate: u32, write_frames: u64, read_frames: u64) -> Self {
        let (writer, reader) = tap(STEREO, Duration::from_millis(500), FrameIndex(0));
        let face = Arc::new(ClockFace::new(48_000.0));
        let health = Arc::new(Health::default());
        let slot = Arc::new(Slot::new(Cue::new(reader, Arc::clone(&face))));
        let mut source = MonitorSource::new(&slot, Arc::clone(&health), false, write_frames as usize);
        source.prepare(read_rate, 2, read_frames as u32);
        Self {
            writer,
            face,
            source,
            health,
            written: 0,
            played: 0,
            write_rate: 48_000.0 * (1.0 + ppm * 1e-6),
            read_rate: f64::from(read_rate),
            write_frames,
            read_frames,
            heard: Vec::new(),
            seed: 1,
        }
    }

    /// Up to half a millisecond, always the same ones.
    fn jitter(&mut self) -> f64 {
        self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.seed >> 8) / f64::from(1 << 24) * 500_000.0
    }

    fn run(&mut self, seconds: f64) {
        let until = self.played as f64 / self.read_rate + seconds;
        while (self.played as f64) / self.read_rate < until {
            let write_at = (self.written + self.write_frames) as f64 * NS / self.write_rate;
            let read_at = self.played as f64 * NS / self.read_rate;
            if write_at <= read_at { self.write(write_at) } else { self.read(read_at) }
        }
    }

    fn write(&mut self, at: f64) {
        let tone = |frame: u64| (frame as f64 * 1_000.0 / 48_000.0 * std::f64::consts::TAU).sin() as f32 * 0.5;
        let block: Vec<f32> =
            (self.written..self.written + self.write_frames).flat_map(|frame| [tone(frame), -tone(frame)]).collect();
        self.writer.write(FrameIndex(self.written), &block);
        self.written += self.write_frames;
        self.face.tell(self.written, at as u64);
    }

    fn read(&mut self, at: f64) {
        let now = at + self.jitter();
        let mut out = vec![0.0; self.read_frames as usize * STEREO];
        self.source.read(&mut out, now as u64);
        self.played += self.read_frames;
        self.heard.extend(out);
    }
}

#[test]
fn headphones_on_another_clock_never_run_dry_and_the_drift_is_known() {
    for ppm in [-300.0, 0.0, 300.0] {
        let mut clocks = Clocks::new(ppm, 48_000, 64, 512);
        clocks.run(90.0);
        assert_eq!(clocks.health.xruns(), 0, "at {ppm} ppm");
        let drift = f64::from(clocks.health.drift_ppm().expect("measured"));
        assert!((drift - ppm).abs() < 10.0, "{drift} ppm instead of {ppm}");
        // The last second is a tone without a break: neighbours never differ by more than its slope.
        let tail = &clocks.heard[clocks.heard.len() - 96_000..];
        let steepest = tail.chunks_exact(2).map(|f| f[0]).collect::<Vec<_>>();
        let jump = steepest.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
        assert!(jump < 0.07, "a jump of {jump}");
        assert!(tail.chunks_exact(2).all(|f| (f[0] + f[1]).abs() < 1e-6), "left and right were mixed up");
    }
}

#[test]
fn headphones_at_another_rate_never_run_dry() {
    let mut clocks = Clocks::new(50.0, 44_100, 256, 441);
    clocks.run(30.0);
    assert_eq!(clocks.health.xruns(), 0);
}

#[test]
fn an_outage_of_the_interface_makes_silence_and_no_delay() {
    let mut clocks = Clocks::new(0.0, 48_000, 256, 256);
    clocks.run(5.0);
    // Two seconds away: the index jumps, as the engine's does.
    let away = 96_000;
    let until = clocks.played + away;
    while clocks.played < until {
        let at = clocks.played as f64 * NS / clocks.read_rate;
        clocks.read(at);
    }
    clocks.written += away;
    clocks.heard.clear();
    clocks.run(3.0);
    let late = clocks.face.frames_at((clocks.played as f64 * NS / clocks.read_rate) as u64);
    assert!(late.is_some());
    let loud = clocks.heard.iter().rposition(|x| x.abs() > 0.4).expect("sound again");
    assert!(loud + 200 > clocks.heard.len());
    let before = clocks.health.xruns();
    clocks.run(3.0);
    assert_eq!(clocks.health.xruns(), before, "runs dry after an outage");
}
