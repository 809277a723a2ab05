//! What happens to the sound on each way round a line: it loses a little, and its treble a little more.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use fundsp::prelude::{AudioNode, Frame, U1};

use crate::units::exp2;

/// Binary octaves in 60 dB: log₂ 1000.
const SIXTY_DB: f32 = 9.965_784;
/// 2π / ln 2: turns an angle of frequency into binary octaves of decay.
const TAU_OVER_LN_2: f32 = 9.064_72;
/// The share of its way to a new setting that a filter goes in one frame: 63 % in 21 ms at 48 kHz.
const PACE: f32 = 0.001;

/// Decay and damping of one network: written at grid frames, read by its filters. Atomic only because fundsp's nodes
/// must be `Sync`; one thread at a time uses them.
#[derive(Debug)]
pub(super) struct Settings {
    rate: f32,
    wanted: [AtomicU32; 2],
    /// Octaves lost in one frame, and the one-pole's share of the sound before.
    now: [AtomicU32; 2],
}

fn load(cell: &AtomicU32) -> f32 {
    f32::from_bits(cell.load(Ordering::Relaxed))
}

fn store(cell: &AtomicU32, value: f32) {
    cell.store(value.to_bits(), Ordering::Relaxed);
}

impl Settings {
    pub(super) fn new(rate: f32, decay: f32, damp: f32) -> Self {
        let settings = Self { rate, wanted: Default::default(), now: Default::default() };
        settings.set_decay(decay);
        settings.set_damp(damp);
        settings.settle();
        settings
    }

    /// Time to −60 dB, in ms.
    pub(super) fn set_decay(&self, ms: f32) {
        store(&self.wanted[0], ms);
    }

    /// Where the walls begin to take the treble, in Hz.
    pub(super) fn set_damp(&self, hertz: f32) {
        store(&self.wanted[1], hertz);
    }

    pub(super) fn wanted(&self) -> (f32, f32) {
        (load(&self.wanted[0]), load(&self.wanted[1]))
    }

    /// At a grid frame: what was set begins to count.
    pub(super) fn enter_cell(&self) {
        self.settle();
    }

    pub(super) fn settle(&self) {
        let (decay, damp) = self.wanted();
        store(&self.now[0], SIXTY_DB / (decay * 0.001 * self.rate));
        // Impulse-invariant one-pole: the sound before counts e^(−2π f / rate).
        store(&self.now[1], exp2(-TAU_OVER_LN_2 * damp / self.rate));
    }
}

/// Gain and one-pole low-pass at the end of one line.
#[derive(Clone)]
pub(super) struct LoopFilter {
    settings: Arc<Settings>,
    /// Frames of the line before it.
    length: f32,
    /// The settings that `target` was computed from.
    read: u32,
    target: f32,
    gain: f32,
    damp: f32,
    state: f32,
}

impl LoopFilter {
    pub(super) fn new(settings: &Arc<Settings>, length: usize) -> Self {
        let mut filter = Self {
            settings: Arc::clone(settings),
            length: length as f32,
            read: 0,
            target: 0.0,
            gain: 0.0,
            damp: 0.0,
            state: 0.0,
        };
        filter.reset();
        filter
    }

    fn look(&mut self) {
        let lost = self.settings.now[0].load(Ordering::Relaxed);
        if lost != self.read {
            self.read = lost;
            self.target = exp2(-f32::from_bits(lost) * self.length);
        }
    }
}

impl AudioNode for LoopFilter {
    // Any number that fundsp itself does not use.
    const ID: u64 = 0x6b6f_7265;
    type Inputs = U1;
    type Outputs = U1;

    fn reset(&mut self) {
        self.look();
        (self.gain, self.damp, self.state) = (self.target, load(&self.settings.now[1]), 0.0);
    }

    #[inline]
    fn tick(&mut self, input: &Frame<f32, U1>) -> Frame<f32, U1> {
        self.look();
        self.gain += (self.target - self.gain) * PACE;
        self.damp += (load(&self.settings.now[1]) - self.damp) * PACE;
        self.state = input[0] + (self.state - input[0]) * self.damp;
        [self.state * self.gain].into()
    }
}
