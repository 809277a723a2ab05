//! How loud one input was while somebody played.

use korero_dsp::units::{gain_to_db, power_to_db};

/// Softer blocks are no playing, dBFS: above the hiss of an open microphone, below soft playing.
const PLAYS_DB: f32 = -50.0;
/// Blocks that must have been loud enough, so that a knock on the stand is no instrument: 300 ms.
const ENOUGH: u32 = 3;
/// Blocks softer than the average by this are pauses, dB, as in EBU R 128.
const PAUSE_DB: f32 = 10.0;
/// Steps of 1 dB from [`PLAYS_DB`] up to +6 dBFS, which only square waves reach.
const STEPS: usize = 56;

/// Blocks of one step: how many, and the sum of their mean squares.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    blocks: u32,
    power: f64,
}

/// One input. Its size does not grow with the time that it listens.
#[derive(Clone, Debug)]
pub(super) struct Played {
    steps: [Step; STEPS],
    peak: f32,
    now_db: f32,
}

impl Default for Played {
    fn default() -> Self {
        Self { steps: [Step::default(); STEPS], peak: 0.0, now_db: f32::NEG_INFINITY }
    }
}

impl Played {
    /// Takes one block.
    pub(super) fn hear(&mut self, sound: &[f32]) {
        let power = sound.iter().map(|s| f64::from(*s) * f64::from(*s)).sum::<f64>() / sound.len() as f64;
        self.peak = sound.iter().fold(self.peak, |peak, sample| peak.max(sample.abs()));
        self.now_db = power_to_db(power as f32);
        if self.plays() {
            let step = &mut self.steps[((self.now_db - PLAYS_DB) as usize).min(STEPS - 1)];
            step.blocks += 1;
            step.power += power;
        }
    }

    /// The level of the last block, dBFS.
    pub(super) fn now_db(&self) -> f32 {
        self.now_db
    }

    /// Whether the last block was played.
    pub(super) fn plays(&self) -> bool {
        self.now_db >= PLAYS_DB
    }

    /// Whether somebody played here for long enough.
    pub(super) fn has_played(&self) -> bool {
        self.steps.iter().map(|step| step.blocks).sum::<u32>() >= ENOUGH
    }

    /// The highest sample, dBFS.
    pub(super) fn peak_db(&self) -> f32 {
        gain_to_db(self.peak)
    }

    /// The RMS without pauses, dBFS.
    pub(super) fn average_db(&self) -> f32 {
        let all = mean(&self.steps);
        let pause = power_to_db(all as f32) - PAUSE_DB;
        let first = ((pause - PLAYS_DB).max(0.0) as usize).min(STEPS - 1);
        power_to_db(mean(&self.steps[first..]) as f32)
    }
}

fn mean(steps: &[Step]) -> f64 {
    let blocks: u32 = steps.iter().map(|step| step.blocks).sum();
    steps.iter().map(|step| step.power).sum::<f64>() / f64::from(blocks.max(1))
}
