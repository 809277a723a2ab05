//! The audio thread's half.

use std::array;
use std::sync::Arc;

use korero_dsp::LANES;
use korero_dsp::denormals::FlushToZero;
use rtrb::{Consumer, Producer, PushError};

use super::levels::Levels;
use super::mail::{Clock, Command, Returned, Tap};
use super::master::{Buses, Master};
use super::rack::{Dry, Rack};
use super::tap::TapSource;
use crate::limits::{GRID_FRAMES, MAX_BANKS, MAX_INPUTS, MAX_TAPS};
use crate::timeline::{FrameIndex, Gap, GapCause};

/// The mixer in sound. Making and dropping it belong to the control thread; everything else may run on the
/// audio thread: it never allocates, frees, locks, waits, logs or panics.
pub struct Engine {
    clock: Arc<Clock>,
    levels: Arc<Levels>,
    mail: Consumer<Command>,
    returns: Producer<Returned>,
    gaps: Producer<Gap>,
    racks: [Rack; MAX_BANKS],
    buses: Buses,
    master: Master,
    taps: [Option<Box<Tap>>; MAX_TAPS],
    // One grid cell of inputs for a tap, interleaved.
    copied: [f32; GRID_FRAMES * MAX_INPUTS],
    input_peak: [f32; MAX_INPUTS],
    position: FrameIndex,
    started: bool,
}

/// The engine's ends of the rings.
pub(super) struct Rings {
    pub(super) mail: Consumer<Command>,
    pub(super) returns: Producer<Returned>,
    pub(super) gaps: Producer<Gap>,
}

impl Engine {
    pub(super) fn new(clock: Arc<Clock>, levels: Arc<Levels>, rings: Rings) -> Self {
        Self {
            clock,
            levels,
            mail: rings.mail,
            returns: rings.returns,
            gaps: rings.gaps,
            racks: array::from_fn(|_| Rack::new()),
            buses: Buses::new(),
            master: Master::new(),
            taps: array::from_fn(|_| None),
            copied: [0.0; GRID_FRAMES * MAX_INPUTS],
            input_peak: [0.0; MAX_INPUTS],
            position: FrameIndex(0),
            started: false,
        }
    }

    /// Dates frame 0, before the first frame; later calls change nothing. `utc_ns` is UTC in nanoseconds since 1970.
    pub fn begin(&mut self, utc_ns: u64) {
        self.clock.begin(utc_ns);
    }

    /// The frame that is computed next.
    #[must_use]
    pub fn position(&self) -> FrameIndex {
        self.position
    }

    /// Plays interleaved 48 kHz samples of `channels` inputs, full scale ±1.0; any number of frames. Inputs beyond
    /// [`MAX_INPUTS`] are not heard; samples that are no numbers are silence.
    pub fn process(&mut self, samples: &[f32], channels: usize) {
        if channels == 0 {
            return;
        }
        let _flush = FlushToZero::new();
        self.open_mail();
        let frames = samples.len() / channels;
        let mut done = 0;
        while done < frames {
            let now = self.until_grid().min(frames - done);
            let samples = &samples[done * channels..(done + now) * channels];
            self.cell(now, Some(Dry { samples, channels }));
            done += now;
        }
        self.raise_levels();
        self.clock.set_position(self.position);
    }

    /// The device lost `frames` frames: the index jumps over them. What was played before leaves the mix in time,
    /// so that the mix shows a part of the gap as silence, and nothing shifts.
    pub fn skip(&mut self, frames: u64, cause: GapCause) {
        if frames == 0 {
            return;
        }
        let _flush = FlushToZero::new();
        // When the ring is full the gap itself is not told, but its frames are counted.
        let _ = self.gaps.push(Gap { start: self.position, frames, cause, exact: false });
        self.clock.add_skipped(frames);
        let end = self.position.plus(frames);
        let flushed = self.position.plus(frames.min(self.master.latency()));
        while self.position < flushed {
            let left = usize::try_from(flushed.since(self.position)).unwrap_or(GRID_FRAMES);
            self.cell(self.until_grid().min(left), None);
        }
        for tap in self.taps.iter_mut().flatten() {
            if tap.source != TapSource::Mix || flushed < end {
                tap.writer.device_lost(cause);
            }
        }
        self.position = end;
        self.clock.set_position(end);
    }

    fn until_grid(&self) -> usize {
        GRID_FRAMES - (self.position.0 % GRID_FRAMES as u64) as usize
    }

    /// Runs a stretch that does not cross the grid. Without `dry` the inputs are silent and only the mix goes on.
    fn cell(&mut self, frames: usize, dry: Option<Dry<'_>>) {
        let start = self.position;
        self.buses.clear(frames);
        for rack in self.racks.iter_mut().filter(|rack| !rack.is_idle()) {
            rack.process(start.0, frames, dry, &mut self.buses);
        }
        self.master.process(start.0, frames, &self.buses);
        self.position = start.plus(frames as u64);
        self.fill_taps(start, frames, dry);
        if let Some(dry) = dry {
            self.read_inputs(dry);
        }
    }

    fn fill_taps(&mut self, start: FrameIndex, frames: usize, dry: Option<Dry<'_>>) {
        // The first sound that was played comes out of the limiter this much later.
        let latency = self.master.latency();
        let early = latency.saturating_sub(start.0).min(frames as u64);
        for tap in self.taps.iter_mut().flatten() {
            match (tap.source, dry) {
                (TapSource::Mix, _) => {
                    let heard = FrameIndex((start.0 + early).saturating_sub(latency));
                    tap.writer.write(heard, &self.master.mix(frames)[2 * early as usize..]);
                }
                (TapSource::Cue, Some(_)) => tap.writer.write(start, self.master.cue(frames)),
                (TapSource::Inputs { channels }, Some(dry)) => {
                    let copied = &mut self.copied[..frames * channels.min(MAX_INPUTS)];
                    copy_inputs(dry, copied, channels);
                    tap.writer.write(start, copied);
                }
                (_, None) => {}
            }
        }
    }

    fn read_inputs(&mut self, dry: Dry<'_>) {
        for frame in dry.samples.chunks_exact(dry.channels) {
            for (peak, sample) in self.input_peak.iter_mut().zip(frame) {
                // `max` passes over NaN.
                *peak = peak.max(sample.abs());
            }
        }
    }

    fn raise_levels(&mut self) {
        for (at, rack) in self.racks.iter_mut().enumerate().filter(|(_, rack)| !rack.is_idle()) {
            for lane in 0..LANES {
                self.levels.raise_lane(at * LANES + lane, rack.level(lane));
            }
            rack.rest_meters();
        }
        let (mix, cue) = self.master.take_levels();
        self.levels.raise_mix(mix);
        self.levels.raise_cue(cue);
        for (input, peak) in self.input_peak.iter_mut().enumerate() {
            self.levels.raise_input(input, std::mem::take(peak));
        }
    }

    fn open_mail(&mut self) {
        self.give_back();
        while let Ok(command) = self.mail.peek() {
            if matches!(command, Command::OpenTap(_)) && !self.has_slot() {
                // It stays in the mail until a tap could be given back.
                break;
            }
            let Ok(command) = self.mail.pop() else { break };
            self.obey(command);
        }
        if !self.started {
            self.started = true;
            self.racks.iter_mut().for_each(Rack::settle);
            self.master.settle();
        }
    }

    /// Whether a tap can be opened; those whose readers left make room.
    fn has_slot(&mut self) -> bool {
        if self.taps.iter().all(Option::is_some) {
            self.give_back();
        }
        self.taps.iter().any(Option::is_none)
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Assign { lane, input } => self.rack(lane, |rack, lane| rack.assign(lane, usize::from(input))),
            Command::Release { lane } => self.rack(lane, Rack::release),
            Command::Turn { lane, stage, param, value } => {
                self.rack(lane, |rack, lane| rack.turn(lane, stage, param, value));
            }
            Command::Route { lane, gains } => self.rack(lane, |rack, lane| rack.route(lane, gains)),
            Command::Levels { mix, cue } => self.master.set_levels(mix, cue),
            Command::Ceiling(db) => self.master.set_ceiling(db),
            Command::OpenTap(tap) => self.open_tap(tap),
        }
    }

    fn rack(&mut self, lane: u8, turn: impl FnOnce(&mut Rack, usize)) {
        let lane = usize::from(lane);
        if let Some(rack) = self.racks.get_mut(lane / LANES) {
            turn(rack, lane % LANES);
        }
    }

    #[expect(clippy::disallowed_methods, reason = "leaking is the one thing that neither frees nor waits")]
    fn open_tap(&mut self, mut tap: Box<Tap>) {
        let latency = if tap.source == TapSource::Mix { self.master.latency() } else { 0 };
        tap.writer.open_at(FrameIndex(self.position.0.saturating_sub(latency)));
        match self.taps.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => *slot = Some(tap),
            // Cannot be: `open_mail` looked.
            None => std::mem::forget(tap),
        }
    }

    /// Sends what is no longer needed to the control thread; what does not fit stays until the next block.
    fn give_back(&mut self) {
        for slot in &mut self.taps {
            let Some(tap) = slot.take_if(|tap| tap.writer.is_abandoned()) else { continue };
            if let Err(PushError::Full(Returned::Tap(tap))) = self.returns.push(Returned::Tap(tap)) {
                *slot = Some(tap);
            }
        }
        for (at, rack) in self.racks.iter_mut().enumerate() {
            while let Some(lane) = rack.released() {
                if self.returns.push(Returned::Lane((at * LANES + lane) as u8)).is_err() {
                    return;
                }
                rack.told(lane);
            }
        }
    }
}

/// Copies the first `channels` inputs; those that the interface does not have are silent.
fn copy_inputs(dry: Dry<'_>, copied: &mut [f32], channels: usize) {
    if dry.channels == channels {
        copied.copy_from_slice(dry.samples);
        return;
    }
    copied.fill(0.0);
    let both = channels.min(dry.channels);
    for (to, from) in copied.chunks_exact_mut(channels).zip(dry.samples.chunks_exact(dry.channels)) {
        to[..both].copy_from_slice(&from[..both]);
    }
}
