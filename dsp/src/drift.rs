//! Two clocks that do not agree: how fast one runs against the other, and how a resampler is steered to follow.
//!
//! One thread writes sound into a ring by its clock, another reads it by another clock. The number of frames between
//! them says how far the clocks have come apart. Counted naively it jumps by whole callbacks, and the jumps beat
//! slowly with each other (at 300 ppm and 256 frames every 18 s), which no loop can tell from drift; so the writer
//! tells a [`ClockFace`] *when* it has written, and the fill is taken between its callbacks.
//!
//! The fill and the drift are estimated by a Kalman filter with two states (constant drift, noisy fill): it is as
//! quick as a regression over all that was seen and as quiet as a slow loop later.

use std::sync::atomic::{AtomicU64, Ordering};

/// The furthest that a ratio is steered, in ppm. Clocks of sound interfaces stay within 100.
pub const STEER_PPM: f64 = 500.0;

/// The drift that is expected before anything is known, in ppm (one standard deviation).
const PRIOR_PPM: f64 = 150.0;
/// How far a clock may wander in a minute, in ppm (one standard deviation): what warming up does.
const WANDER_PPM: f64 = 0.3;
/// How unpunctual callbacks are assumed to be, in seconds (one standard deviation).
const JITTER_SECONDS: f64 = 0.000_5;
/// What a [`ClockFace`] is averaged over, in seconds.
const FACE_SECONDS: f64 = 0.5;
/// What no late callback explains, in seconds.
const FACE_JUMP_SECONDS: f64 = 0.05;
/// Air above the least fill that two punctual callbacks need, in seconds.
const AIR_SECONDS: f64 = 0.002;

/// Where a running clock stands, told by the one thread that it drives and read by any other.
///
/// What is told is averaged over half a second: were the last callback alone believed, a reader that comes just
/// before or just after late callbacks would see them differently, and take that for drift while the two beat.
#[derive(Debug)]
pub struct ClockFace {
    rate: f64,
    // The frame count at time 0 of the line through the readings, as the bits of an f64: one word, never torn.
    origin: AtomicU64,
    // Only for the thread that tells: how much it has told, and when last.
    told: AtomicU64,
    last: AtomicU64,
}

impl ClockFace {
    /// A face for a clock of nominally `rate` Hz that has told nothing yet.
    #[must_use]
    pub const fn new(rate: f64) -> Self {
        let origin = AtomicU64::new(f64::NAN.to_bits());
        Self { rate, origin, told: AtomicU64::new(0), last: AtomicU64::new(0) }
    }

    /// The clock has come to `frames` at `nanoseconds` of a monotonic time. Always from the same thread. Audio thread.
    pub fn tell(&self, frames: u64, nanoseconds: u64) {
        let fresh = frames as f64 - nanoseconds as f64 * 1e-9 * self.rate;
        let before = f64::from_bits(self.origin.load(Ordering::Relaxed));
        let passed = nanoseconds.saturating_sub(self.last.swap(nanoseconds, Ordering::Relaxed)) as f64 * 1e-9;
        // A jump (a lost device, a skipped gap) is believed at once.
        let jumped = before.is_nan() || (fresh - before).abs() > FACE_JUMP_SECONDS * self.rate;
        let told = if jumped { 1 } else { self.told.load(Ordering::Relaxed) + 1 };
        self.told.store(told, Ordering::Relaxed);
        let share = (passed / (passed + FACE_SECONDS)).max(1.0 / told as f64);
        let origin = if jumped { fresh } else { before + (fresh - before) * share };
        self.origin.store(origin.to_bits(), Ordering::Release);
    }

    /// Where the clock stands at `nanoseconds`, in frames; nothing before it has told anything. Audio thread.
    #[must_use]
    pub fn frames_at(&self, nanoseconds: u64) -> Option<f64> {
        let origin = f64::from_bits(self.origin.load(Ordering::Acquire));
        (!origin.is_nan()).then_some(origin + nanoseconds as f64 * 1e-9 * self.rate)
    }
}

/// What a reader shall do after one look at the fill.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Steering {
    /// Output frames for each input frame against the nominal ratio; to be given to the resampler.
    pub ratio: f64,
    /// By how many input frames the reader's position jumps: forward (> 0) it throws frames away, back (< 0) it plays
    /// silence in the place of those that it has played already. Only at the first look, which brings the fill to its
    /// target, and when the fill is more than one buffer off; else 0.
    pub resync: i64,
}

/// Follows the drift between writer and reader of one ring.
#[derive(Clone, Debug)]
pub struct DriftLoop {
    rate: f64,
    target: f64,
    tolerance: f64,
    noise: f64,
    // Estimates: fill in frames, drift as a fraction, and their covariance.
    fill: f64,
    drift: f64,
    covariance: [f64; 3],
    steer: f64,
    frames: f64,
    begun: bool,
}

impl DriftLoop {
    /// For a reader of `rate` Hz; `writer` and `reader` are the sizes of their callbacks in frames.
    #[must_use]
    pub fn new(rate: f64, writer: usize, reader: usize) -> Self {
        let (writer, reader) = (writer.max(1) as f64, reader.max(1) as f64);
        let larger = writer.max(reader);
        let noise = (JITTER_SECONDS * rate).max(1.0);
        Self {
            rate,
            // The writer may be a whole callback behind when the reader takes a whole one.
            target: writer + reader + (0.5 * larger).max(AIR_SECONDS * rate),
            tolerance: larger.max(AIR_SECONDS * rate),
            noise: noise * noise,
            fill: 0.0,
            drift: 0.0,
            covariance: [0.0; 3],
            steer: 0.0,
            frames: 0.0,
            begun: false,
        }
    }

    /// The fill that the loop keeps, in frames: seen just before the reader takes its frames.
    #[must_use]
    pub fn target_fill(&self) -> f64 {
        self.target
    }

    /// The writer's clock against the reader's, in ppm: positive when the writer is fast.
    #[must_use]
    pub fn drift_ppm(&self) -> f64 {
        self.drift * 1e6
    }

    /// The input frames in waiting are `fill` ([`ClockFace::frames_at`] now, less the reader's position, which is the
    /// next frame to be read), and the reader has made `elapsed` output frames since the last call. Audio thread.
    pub fn update(&mut self, fill: f64, elapsed: usize) -> Steering {
        if !fill.is_finite() {
            return Steering { ratio: self.ratio(), resync: 0 };
        }
        let resync = if self.begun {
            self.predict(elapsed as f64);
            self.correct(fill);
            self.resync(fill)
        } else {
            self.begin(fill)
        };
        self.steer_on(elapsed as f64);
        Steering { ratio: self.ratio(), resync }
    }

    fn ratio(&self) -> f64 {
        1.0 / (1.0 + self.steer)
    }

    fn begin(&mut self, seen: f64) -> i64 {
        let (prior, jump) = (PRIOR_PPM * 1e-6, (seen - self.target).round());
        (self.fill, self.begun) = (seen - jump, true);
        self.covariance = [self.noise, 0.0, prior * prior];
        jump as i64
    }

    fn predict(&mut self, elapsed: f64) {
        let wander = WANDER_PPM * 1e-6;
        let [fill, both, drift] = self.covariance;
        self.fill += (self.drift - self.steer) * elapsed;
        self.covariance = [
            fill + 2.0 * elapsed * both + elapsed * elapsed * drift,
            both + elapsed * drift,
            drift + wander * wander * elapsed / (60.0 * self.rate),
        ];
        self.frames += elapsed;
    }

    fn correct(&mut self, seen: f64) {
        let [fill, both, drift] = self.covariance;
        let surprise = seen - self.fill;
        let total = fill + self.noise;
        let (to_fill, to_drift) = (fill / total, both / total);
        self.fill += to_fill * surprise;
        self.drift = (self.drift + to_drift * surprise).clamp(-STEER_PPM * 1e-6, STEER_PPM * 1e-6);
        self.covariance = [(1.0 - to_fill) * fill, (1.0 - to_fill) * both, drift - to_drift * both];
    }

    /// Steers by the drift and a gentle pull of the fill to its target: quick in the first seconds, quieter later. The
    /// ratio itself moves slowly, because each of its steps is phase noise on what is played.
    fn steer_on(&mut self, elapsed: f64) {
        let pull_frames = (self.frames / 3.0).clamp(3.0 * self.rate, 30.0 * self.rate);
        let pull = (self.fill - self.target) / pull_frames;
        let wanted = (self.drift + pull).clamp(-STEER_PPM * 1e-6, STEER_PPM * 1e-6);
        let share = elapsed / (elapsed + pull_frames / 5.0);
        self.steer += (wanted - self.steer) * share;
    }

    /// Frames to throw away or to leave when the fill is beyond what steering should repair.
    fn resync(&mut self, seen: f64) -> i64 {
        if (seen - self.target).abs() <= self.tolerance || (self.fill - self.target).abs() <= self.tolerance {
            return 0;
        }
        let frames = (seen - self.target).round();
        self.fill = seen - frames;
        self.covariance[0] = self.noise;
        self.covariance[1] = 0.0;
        frames as i64
    }
}
