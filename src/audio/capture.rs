//! From a device's callback to the engine: any format, any size, any rate in; 48 kHz frames out, and every lost frame
//! accounted for.

use std::sync::Arc;

use cpal::I24;
use korero_dsp::denormals::FlushToZero;
use korero_dsp::drift::ClockFace;

use super::clock::CaptureClock;
use super::health::Health;
use super::no_numbers::NoNumbers;
use super::rate::OtherRate;
use super::slot::Slot;
use crate::engine::Engine;
use crate::limits::{CONVERT_FRAMES, MAX_INPUTS, SAMPLE_RATE};
use crate::priority;
use crate::timeline::{FrameIndex, GapCause};

/// Where captured sound goes: the engine, or a test that looks at every frame. All of it is called on the audio thread.
pub trait Downstream: Send {
    /// Dates frame 0; once, before the first frame.
    fn begin(&mut self, utc_ns: u64);
    /// Takes interleaved frames at 48 kHz.
    fn process(&mut self, samples: &[f32], channels: usize);
    /// Frames that were lost by the device.
    fn skip(&mut self, frames: u64, cause: GapCause);
    /// The index of the next frame.
    fn position(&self) -> FrameIndex;
}

impl Downstream for Engine {
    fn begin(&mut self, utc_ns: u64) {
        Self::begin(self, utc_ns);
    }

    fn process(&mut self, samples: &[f32], channels: usize) {
        Self::process(self, samples, channels);
    }

    fn skip(&mut self, frames: u64, cause: GapCause) {
        Self::skip(self, frames, cause);
    }

    fn position(&self) -> FrameIndex {
        Self::position(self)
    }
}

/// The samples of one callback, interleaved, as the device gives them.
#[derive(Clone, Copy, Debug)]
pub enum Samples<'a> {
    /// 16-bit integers.
    I16(&'a [i16]),
    /// 24-bit integers in 32-bit containers.
    I24(&'a [I24]),
    /// 32-bit integers; a 24-bit device fills the upper three bytes.
    I32(&'a [i32]),
    /// Floating point, full scale 1.
    F32(&'a [f32]),
}

impl Samples<'_> {
    fn len(&self) -> usize {
        match self {
            Self::I16(s) => s.len(),
            Self::I24(s) => s.len(),
            Self::I32(s) => s.len(),
            Self::F32(s) => s.len(),
        }
    }

    /// Writes frames `from..from + into.len() / used` into `into`, the first `used` of `channels` channels of each.
    /// Exact for up to 24 bits: full scale is a power of two and a float holds 24 bits.
    fn convert(&self, from: usize, channels: usize, used: usize, into: &mut [f32]) {
        match self {
            Self::I16(s) => pick(&s[from * channels..], channels, used, into, |x| f32::from(x) * (1.0 / 32_768.0)),
            Self::I24(s) => {
                pick(&s[from * channels..], channels, used, into, |x| x.inner() as f32 * (1.0 / 8_388_608.0));
            }
            Self::I32(s) => pick(&s[from * channels..], channels, used, into, |x| x as f32 * (1.0 / 2_147_483_648.0)),
            Self::F32(s) => pick(&s[from * channels..], channels, used, into, |x| x),
        }
    }
}

macro_rules! samples {
    ($($form:ident: $kind:ty),*) => {$(
        impl<'a> From<&'a [$kind]> for Samples<'a> {
            fn from(samples: &'a [$kind]) -> Self {
                Self::$form(samples)
            }
        }
    )*};
}
samples!(I16: i16, I24: I24, I32: i32, F32: f32);

#[inline]
fn pick<T: Copy>(from: &[T], channels: usize, used: usize, into: &mut [f32], convert: impl Fn(T) -> f32) {
    for (frame, out) in from.chunks_exact(channels).zip(into.chunks_exact_mut(used)) {
        for (sample, out) in frame.iter().zip(out) {
            *out = convert(*sample);
        }
    }
}

/// The times of one callback. The first two are of the stream's own clock and can only be compared within one stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// When the first frame was captured, ns.
    pub capture_ns: u64,
    /// When the callback was called, ns.
    pub callback_ns: u64,
    /// Now by the clock that all streams share, ns.
    pub now_ns: u64,
    /// Now in UTC, ns since 1970.
    pub utc_ns: u64,
}

impl Stamp {
    fn age_ns(&self) -> u64 {
        self.callback_ns.saturating_sub(self.capture_ns)
    }
}

/// What lies in the slot: the engine and when its timeline ends.
pub(super) struct Held {
    pub(super) downstream: Box<dyn Downstream>,
    begun: bool,
    /// When the next frame is due, by the shared clock.
    end_ns: u64,
    /// The same for the headphones' clock to look at.
    face: Arc<ClockFace>,
}

impl Held {
    pub(super) fn new(downstream: Box<dyn Downstream>, face: Arc<ClockFace>) -> Self {
        Self { downstream, begun: false, end_ns: 0, face }
    }
}

/// What a host feeds: moved into the stream's callback, one for each stream.
pub struct CaptureSink {
    slot: Arc<Slot<Held>>,
    generation: u64,
    health: Arc<Health>,
    no_numbers: Arc<NoNumbers>,
    clock: CaptureClock,
    /// Shared clock minus the stream's clock, the least seen, ns.
    origin_ns: Option<i64>,
    /// Sound could not be handed on since the last time, because an older stream's callback held the engine.
    missed: bool,
    path: Path,
}

impl CaptureSink {
    /// The sink of a new stream; callbacks of earlier ones are shut out from now on.
    pub(super) fn new(slot: &Arc<Slot<Held>>, health: Arc<Health>, no_numbers: Arc<NoNumbers>) -> Self {
        let generation = slot.next_generation();
        Self {
            slot: Arc::clone(slot),
            generation,
            health,
            no_numbers,
            clock: CaptureClock::new(SAMPLE_RATE),
            origin_ns: None,
            missed: false,
            path: Path::new(SAMPLE_RATE, 1),
        }
    }

    /// The stream's state, for its error callback.
    #[must_use]
    pub fn health(&self) -> Arc<Health> {
        Arc::clone(&self.health)
    }

    /// Makes ready for a device of this rate and so many channels, of which the first [`MAX_INPUTS`] are used.
    /// Allocates; before the first callback.
    pub fn prepare(&mut self, rate: u32, channels: u16) {
        self.clock = CaptureClock::new(rate);
        self.path = Path::new(rate, usize::from(channels.max(1)));
    }

    /// Takes one callback of any size. Audio thread: neither waits nor allocates, except that its very first call asks
    /// for realtime priority and warms the thread up.
    pub fn write(&mut self, samples: Samples<'_>, stamp: Stamp) {
        let _flush = FlushToZero::new();
        if self.origin_ns.is_none() {
            self.health.scheduled(priority::promote());
            korero_dsp::warm_up();
        }
        let frames = samples.len() / self.path.channels;
        if self.slot.is_current(self.generation) {
            match self.slot.take() {
                Some(mut held) => {
                    self.account(&mut held, frames as u64, stamp);
                    self.path.deliver(held.downstream.as_mut(), &samples, frames, &self.no_numbers);
                    held.end_ns = self.shared(self.clock.end_ns());
                    held.face.tell(held.downstream.position().0, held.end_ns);
                    self.slot.put(held);
                }
                None => self.missed = true,
            }
        }
        self.health.beat(frames);
    }

    /// Moves the engine over what is missing before this callback.
    fn account(&mut self, held: &mut Held, frames: u64, stamp: Stamp) {
        let offset = stamp.now_ns.cast_signed() - stamp.callback_ns.cast_signed();
        let first = self.origin_ns.is_none();
        self.origin_ns = Some(self.origin_ns.map_or(offset, |o| o.min(offset)));
        let reported = self.health.take_xrun() | std::mem::take(&mut self.missed);
        let lost = self.clock.observe(stamp.capture_ns, frames, reported);
        if !held.begun {
            held.begun = true;
            held.downstream.begin(stamp.utc_ns.saturating_sub(stamp.age_ns()));
        } else if first {
            let away = self.shared(stamp.capture_ns).saturating_sub(held.end_ns);
            let away = u128::from(away) * u128::from(SAMPLE_RATE) / 1_000_000_000;
            skip(held.downstream.as_mut(), u64::try_from(away).unwrap_or(u64::MAX), GapCause::Away);
        }
        self.path.skip(held.downstream.as_mut(), lost);
    }

    fn shared(&self, stream_ns: u64) -> u64 {
        stream_ns.saturating_add_signed(self.origin_ns.unwrap_or(0))
    }
}

/// Tells the engine of a loss, if it is one.
pub(super) fn skip(downstream: &mut dyn Downstream, frames: u64, cause: GapCause) {
    if frames > 0 {
        downstream.skip(frames, cause);
    }
}

/// From the device's frames to the engine's: the first [`MAX_INPUTS`] channels, as floats, at 48 kHz.
struct Path {
    channels: usize,
    used: usize,
    converted: Vec<f32>,
    other_rate: Option<OtherRate>,
}

impl Path {
    fn new(rate: u32, channels: usize) -> Self {
        let used = channels.min(MAX_INPUTS);
        Self { channels, used, converted: vec![0.0; CONVERT_FRAMES * used], other_rate: OtherRate::new(rate, used) }
    }

    fn deliver(&mut self, downstream: &mut dyn Downstream, samples: &Samples<'_>, frames: usize, counts: &NoNumbers) {
        let mut from = 0;
        while from < frames {
            let count = (frames - from).min(CONVERT_FRAMES);
            let block = &mut self.converted[..count * self.used];
            samples.convert(from, self.channels, self.used, block);
            // Before the resampler, which would smear one NaN over its whole filter.
            if matches!(samples, Samples::F32(_)) {
                counts.silence(block, self.used);
            }
            match &mut self.other_rate {
                Some(other) => other.deliver(downstream, block, self.used),
                None => downstream.process(block, self.used),
            }
            from += count;
        }
    }

    fn skip(&mut self, downstream: &mut dyn Downstream, lost: u64) {
        match &mut self.other_rate {
            _ if lost == 0 => {}
            Some(other) => other.skip(downstream, lost),
            None => skip(downstream, lost, GapCause::Device),
        }
    }
}
