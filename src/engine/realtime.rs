//! The audio thread's half.

use std::array;
use std::sync::Arc;

use korero_dsp::denormals::FlushToZero;
use korero_dsp::effect::Effect;
use korero_dsp::generator::Generator;
use korero_dsp::smooth::{GLIDE_CELLS, Glide};
use korero_dsp::{LANES, LaneBlock, Lanes};
use rtrb::{Consumer, Producer, PushError};

use super::levels::{GROUP_RACK, Levels, RACKS, RETURN_RACK};
use super::mail::{Clock, Command, MasterCommand, Returned, Tap};
use super::master::Master;
use super::rack::{self, Dry, Rack};
use super::tap::TapSource;
use super::ways::{Buses, TO_CUES, TO_GROUPS, TO_MIX, TO_SENDS, WAYS};
use crate::limits::{CUES, GRID_FRAMES, MAX_BANKS, MAX_INPUTS, MAX_TAPS, RETURNS, SAMPLE_RATE, SENDS};
use crate::timeline::{FrameIndex, Gap, GapCause};

/// The mixer in sound. Making and dropping it belong to the control thread; everything else may run on the
/// audio thread: it never allocates, frees, locks, waits, logs or panics.
pub struct Engine {
    clock: Arc<Clock>,
    levels: Arc<Levels>,
    mail: Consumer<Command>,
    returns: Producer<Returned>,
    gaps: Producer<Gap>,
    /// Strips, then groups, then returns.
    racks: Box<[Rack; RACKS]>,
    buses: Buses,
    master: Master,
    /// How much of each send each side of a return hears; a lane is a side.
    feeds: [Glide; SENDS],
    talk: Glide,
    talk_input: usize,
    oscillator: Generator,
    /// How much of the oscillator the mix (lane 0) and the first headphone mix (lane 1) hear.
    tone_to: Glide,
    folded: Folded,
    /// By how many frames the mix before the limiter is later than its inputs.
    latency: u64,
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
            racks: rack::all(),
            buses: Buses::new(),
            master: Master::new(),
            feeds: array::from_fn(|_| Glide::new(0.0, GLIDE_CELLS)),
            talk: Glide::new(0.0, GLIDE_CELLS),
            talk_input: 0,
            oscillator: Generator::new(SAMPLE_RATE as f32),
            tone_to: Glide::new(0.0, GLIDE_CELLS),
            folded: Folded::default(),
            latency: 0,
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
        let flushed = self.position.plus(frames.min(self.mix_latency()));
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

    /// By how many frames the mix is later than its inputs now.
    fn mix_latency(&self) -> u64 {
        self.latency + self.master.limiter_latency()
    }

    /// Runs a stretch that does not cross the grid. Without `dry` the inputs are silent and only the mix goes on.
    fn cell(&mut self, frames: usize, dry: Option<Dry<'_>>) {
        let start = self.position;
        self.buses.clear();
        self.play_strips(start.0, frames, dry);
        self.play_buses(start.0, frames);
        self.talk(start.0, frames, dry);
        self.tone(start.0, frames);
        let Folded { direct, buses, cues, .. } = &mut self.folded;
        self.master.process(start.0, &mut direct[..frames], &buses[..frames], &mut cues[..frames]);
        self.position = start.plus(frames as u64);
        self.fill_taps(start, frames, dry);
        if let Some(dry) = dry {
            self.read_inputs(dry);
        }
    }

    /// All strips through their trims first, so that a side-chain can listen to any of them; then through the rest.
    fn play_strips(&mut self, start: u64, frames: usize, dry: Option<Dry<'_>>) {
        for rack in self.racks[..MAX_BANKS].iter_mut().filter(|rack| !rack.is_idle()) {
            rack.begin(start, frames, dry);
        }
        for at in 0..MAX_BANKS {
            for lane in 0..LANES {
                let Some(to) = self.racks[at].listens(lane) else { continue };
                for frame in 0..frames {
                    let sample = self.racks[usize::from(to.rack)].trimmed(usize::from(to.lane), frame);
                    self.racks[at].key(lane, frame, sample);
                }
            }
        }
        for rack in self.racks[..MAX_BANKS].iter_mut().filter(|rack| !rack.is_idle()) {
            rack.finish(start, frames, &mut self.buses);
        }
    }

    /// Groups and returns, each fed by what strips sent to it.
    fn play_buses(&mut self, start: u64, frames: usize) {
        let Folded { direct, buses, cues, fed, sends } = &mut self.folded;
        self.buses.fold(TO_MIX, &mut direct[..frames]);
        self.buses.fold(TO_GROUPS, &mut fed[..frames]);
        self.racks[GROUP_RACK].begin_bus(start, &fed[..frames]);
        self.buses.fold(TO_SENDS, &mut sends[..frames]);
        feed_returns(start, &mut self.feeds, &mut sends[..frames], &mut fed[..frames]);
        self.racks[RETURN_RACK].begin_bus(start, &fed[..frames]);
        for rack in &mut self.racks[MAX_BANKS..] {
            rack.finish(start, frames, &mut self.buses);
        }
        self.buses.fold(TO_MIX, &mut buses[..frames]);
        self.buses.fold(TO_CUES, &mut cues[..frames]);
    }

    /// The engineer's microphone, to the players only.
    fn talk(&mut self, start: u64, frames: usize, dry: Option<Dry<'_>>) {
        let ramp = self.talk.ramp(&LaneBlock::new(start, &mut self.folded.fed[..frames]));
        let Some(dry) = dry.filter(|dry| self.talk_input < dry.channels && !ramp.rests_at(0.0)) else { return };
        let frames = self.folded.cues[..frames].iter_mut().zip(dry.samples.chunks_exact(dry.channels));
        for (at, (cue, samples)) in frames.enumerate() {
            let sample = samples[self.talk_input];
            let word = if sample.is_finite() { sample * ramp.at(at).0[0] } else { 0.0 };
            cue.0.iter_mut().for_each(|side| *side += word);
        }
    }

    /// The oscillator, to the mix or to the first headphone mix.
    fn tone(&mut self, start: u64, frames: usize) {
        let Folded { direct, cues, fed, .. } = &mut self.folded;
        let mut block = LaneBlock::new(start, &mut fed[..frames]);
        let to = self.tone_to.ramp(&block);
        if self.oscillator.is_silent() {
            return;
        }
        self.oscillator.process(&mut block);
        for (at, tone) in block.frames().iter().enumerate() {
            let (tone, to) = (tone.0[0], to.at(at));
            for side in 0..2 {
                direct[at].0[side] += tone * to.0[0];
                cues[at].0[side] += tone * to.0[1];
            }
        }
    }

    fn fill_taps(&mut self, start: FrameIndex, frames: usize, dry: Option<Dry<'_>>) {
        for tap in self.taps.iter_mut().flatten() {
            match (tap.source, dry) {
                (TapSource::Mix, _) => {
                    // The first sound that was played comes out this much later.
                    let early = tap.latency.saturating_sub(start.0).min(frames as u64);
                    let heard = FrameIndex((start.0 + early).saturating_sub(tap.latency));
                    tap.writer.write(heard, &self.master.mix(frames)[2 * early as usize..]);
                }
                (TapSource::Cue(cue), Some(_)) => {
                    tap.writer.write(start, self.master.cue(usize::from(cue).min(CUES - 1), frames));
                }
                (TapSource::Rack(rack), Some(_)) => {
                    let lanes = self.racks[usize::from(rack).min(RACKS - 1)].sound(frames);
                    let copied = &mut self.copied[..frames * LANES];
                    copied.chunks_exact_mut(LANES).zip(lanes).for_each(|(to, from)| to.copy_from_slice(&from.0));
                    tap.writer.write(start, copied);
                }
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
        let (mix, cues) = self.master.take_levels();
        self.levels.raise_mix(mix);
        self.levels.raise_cues(cues);
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
            self.feeds.iter_mut().for_each(Glide::settle);
            self.talk.settle();
            self.tone_to.settle();
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
                self.rack(lane, |rack, lane| rack.bank().set(lane, stage, param, value));
            }
            Command::Install { rack, place, kind, effect } => {
                if let Some(rack) = self.racks.get_mut(usize::from(rack)) {
                    let refused = rack.bank().slot(place).install(kind, effect).err();
                    self.give_back_effect(refused);
                }
            }
            Command::Remove { rack, place, kind } => {
                if let Some(rack) = self.racks.get_mut(usize::from(rack)) {
                    rack.bank().slot(place).remove(kind);
                }
            }
            Command::Choose { lane, place, kind } => {
                self.rack(lane, |rack, lane| rack.bank().slot(place).choose(lane, kind));
            }
            Command::TurnSlot { lane, place, kind, param, value } => {
                self.rack(lane, |rack, lane| rack.bank().slot(place).set(lane, kind, param, value));
            }
            Command::Phase { lane, place, kind, phase } => {
                self.rack(lane, |rack, lane| rack.bank().slot(place).set_phase(lane, kind, usize::from(phase)));
            }
            Command::Hold { lane, frames, late } => {
                self.rack(lane, |rack, lane| rack.bank().hold(lane, usize::from(frames), late));
            }
            Command::Listen { lane, to } => self.rack(lane, |rack, lane| rack.listen(lane, to)),
            Command::Fade { lane, gain } => self.rack(lane, |rack, lane| rack.fade(lane, gain)),
            Command::Way { lane, way, gain } => {
                self.rack(lane, |rack, lane| rack.way(lane, usize::from(way).min(WAYS - 1), gain));
            }
            Command::Master(command) => self.obey_master(command),
            Command::OpenTap(tap) => self.open_tap(tap),
        }
    }

    fn rack(&mut self, lane: u8, turn: impl FnOnce(&mut Rack, usize)) {
        let lane = usize::from(lane);
        if let Some(rack) = self.racks.get_mut(lane / LANES) {
            turn(rack, lane % LANES);
        }
    }

    fn obey_master(&mut self, command: MasterCommand) {
        match command {
            MasterCommand::Turn { stage, param, value } => {
                (0..2).for_each(|side| self.master.bank().set(side, stage, param, value));
            }
            MasterCommand::Install { place, kind, effect } => {
                let refused = self.master.bank().slot(place).install(kind, effect).err();
                self.give_back_effect(refused);
            }
            MasterCommand::Remove { place, kind } => self.master.bank().slot(place).remove(kind),
            MasterCommand::Choose { place, kind } => {
                (0..2).for_each(|side| self.master.bank().slot(place).choose(side, kind));
            }
            MasterCommand::TurnSlot { place, kind, param, value } => {
                (0..2).for_each(|side| self.master.bank().slot(place).set(side, kind, param, value));
            }
            MasterCommand::Level(gain) => self.master.set_level(gain),
            MasterCommand::CueLevel { cue, gain } => self.master.set_cue_level(usize::from(cue).min(CUES - 1), gain),
            MasterCommand::Limiter { param, value } => self.master.turn_limiter(param, value),
            MasterCommand::HoldDirect(frames) => self.master.hold_direct(usize::from(frames)),
            MasterCommand::Source { bus, send } => {
                for (at, feed) in self.feeds.iter_mut().enumerate() {
                    let gain = if at == usize::from(send) { 1.0 } else { 0.0 };
                    (0..2).for_each(|side| feed.set(2 * usize::from(bus).min(RETURNS - 1) + side, gain));
                }
            }
            MasterCommand::Phase { side, place, kind, phase } => {
                self.master.bank().slot(place).set_phase(usize::from(side).min(1), kind, usize::from(phase));
            }
            MasterCommand::Tone(tone) => {
                self.oscillator.set_sound(tone.sound);
                self.oscillator.set_frequency(tone.hertz);
                self.oscillator.set_level(tone.db);
                self.tone_to.set(0, if tone.to_mix { 1.0 } else { 0.0 });
                self.tone_to.set(1, if tone.to_mix { 0.0 } else { 1.0 });
            }
            MasterCommand::Latency(frames) => self.latency = u64::from(frames),
            MasterCommand::Talk { input, gain } => {
                self.talk_input = usize::from(input);
                self.talk.set(0, gain);
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "leaking is the one thing that neither frees nor waits")]
    fn open_tap(&mut self, mut tap: Box<Tap>) {
        tap.latency = if tap.source == TapSource::Mix { self.mix_latency() } else { 0 };
        tap.writer.open_at(FrameIndex(self.position.0.saturating_sub(tap.latency)));
        match self.taps.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => *slot = Some(tap),
            // Cannot be: `open_mail` looked.
            None => std::mem::forget(tap),
        }
    }

    /// Effects that nobody hears any more go back, while there is room.
    fn give_back_idle(&mut self) {
        while self.returns.slots() > 0 {
            let idle = self.racks.iter_mut().find_map(|rack| rack.bank().take_idle());
            let Some(effect) = idle.or_else(|| self.master.bank().take_idle()) else { return };
            self.give_back_effect(Some(effect));
        }
    }

    #[expect(clippy::disallowed_methods, reason = "leaking is the one thing that neither frees nor waits")]
    fn give_back_effect(&mut self, effect: Option<Box<dyn Effect>>) {
        let Some(effect) = effect else { return };
        // The ring is as long as the mail, so that there is room; if ever not, the effect is never freed.
        if let Err(PushError::Full(returned)) = self.returns.push(Returned::Effect(effect)) {
            std::mem::forget(returned);
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
        self.give_back_idle();
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

/// What buses add up to in one cell.
struct Folded {
    /// What strips send straight to the mix.
    direct: [Lanes; GRID_FRAMES],
    /// What groups and returns send there.
    buses: [Lanes; GRID_FRAMES],
    cues: [Lanes; GRID_FRAMES],
    sends: [Lanes; GRID_FRAMES],
    /// What a rack of buses is fed with.
    fed: [Lanes; GRID_FRAMES],
}

impl Default for Folded {
    fn default() -> Self {
        let silence = [Lanes::SILENCE; GRID_FRAMES];
        Self { direct: silence, buses: silence, cues: silence, sends: silence, fed: silence }
    }
}

/// Each side of a return hears the same side of the sends that feed it.
fn feed_returns(start: u64, feeds: &mut [Glide; SENDS], sends: &mut [Lanes], fed: &mut [Lanes]) {
    fed.fill(Lanes::SILENCE);
    for (send, feed) in feeds.iter_mut().enumerate() {
        let ramp = feed.ramp(&LaneBlock::new(start, sends));
        if ramp.rests_at(0.0) {
            continue;
        }
        for (at, (into, from)) in fed.iter_mut().zip(&*sends).enumerate() {
            let gain = ramp.at(at);
            (0..2 * RETURNS).for_each(|lane| into.0[lane] += from.0[2 * send + lane % 2] * gain.0[lane]);
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
