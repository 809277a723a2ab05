//! The audio thread's half.

mod obey;

use std::array;
use std::sync::Arc;

use korero_dsp::denormals::FlushToZero;
use korero_dsp::dispatch::Level;
use korero_dsp::effect::Effect;
use korero_dsp::gather::raise_inputs;
use korero_dsp::generator::Generator;
use korero_dsp::smooth::{GLIDE_CELLS, Glide};
use korero_dsp::{LANES, LOUDEST, LaneBlock};
use rtrb::{Consumer, Producer, PushError};

use super::folded::Folded;
use super::levels::{GROUP_RACK, Levels, RACKS, RETURN_RACK};
use super::mail::{Clock, Command, Returned, Tap};
use super::master::Master;
use super::playback::{Playback, Playbacks};
use super::rack::{self, Dry, Rack};
use super::removed::Removed;
use super::tap::TapSource;
use super::ways::{FOUR_BUSES, TO_CUES, TO_GROUPS, TO_MIX, TO_SENDS, WAYS};
use crate::limits::{CUES, GRID_FRAMES, LEVEL_FRAMES, MAIL_WORK, MAX_BANKS, MAX_INPUTS, MAX_TAPS, SAMPLE_RATE, SENDS};
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
    racks: Box<[Rack]>,
    master: Master,
    /// How much of each send each side of a return hears; a lane is a side.
    feeds: [Glide; SENDS],
    talk: Glide,
    talk_input: usize,
    oscillator: Generator,
    /// How much of the oscillator the mix (lane 0) and the first headphone mix (lane 1) hear.
    tone_to: Glide,
    removed: Removed,
    playbacks: Playbacks,
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
            master: Master::new(),
            feeds: array::from_fn(|_| Glide::new(0.0, GLIDE_CELLS)),
            talk: Glide::new(0.0, GLIDE_CELLS),
            talk_input: 0,
            oscillator: Generator::new(SAMPLE_RATE as f32),
            tone_to: Glide::new(0.0, GLIDE_CELLS),
            removed: Removed::new(),
            playbacks: Playbacks::new(),
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
        self.start();
        let frames = samples.len() / channels;
        let mut done = 0;
        while done < frames {
            let now = self.until_grid().min(frames - done);
            let samples = &samples[done * channels..(done + now) * channels];
            self.cell(now, Some(Dry { samples, channels }));
            done += now;
        }
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
        // The frame at which it is done as always may lie in the gap.
        self.raise_levels();
        self.clock.set_position(end);
    }

    fn until_grid(&self) -> usize {
        GRID_FRAMES - (self.position.0 % GRID_FRAMES as u64) as usize
    }

    /// By how many frames the limiter makes the mix later.
    pub(super) fn limiter_latency(&self) -> u64 {
        self.master.limiter_latency()
    }

    /// By how many frames the mix is later than its inputs now.
    fn mix_latency(&self) -> u64 {
        self.latency + self.master.limiter_latency()
    }

    /// Runs a stretch that does not cross the grid. Without `dry` the inputs are silent and only the mix goes on.
    fn cell(&mut self, frames: usize, dry: Option<Dry<'_>>) {
        let start = self.position;
        if start.0.is_multiple_of(GRID_FRAMES as u64) {
            self.give_back();
            self.open_mail(MAIL_WORK);
        }
        self.play_strips(start.0, frames, dry);
        self.play_buses(start.0, frames);
        self.removed.hush(start.0, frames, &mut self.folded.cues);
        self.talk(start.0, frames, dry);
        self.tone(start.0, frames);
        self.master.process(start.0, frames, &mut self.folded);
        let removed = self.racks.iter().flat_map(Rack::removed).chain(self.master.removed());
        self.removed.play(frames, removed, &mut self.folded.cues);
        self.playbacks.play(start.0, frames, &mut self.folded.cues);
        self.master.play_cues(start.0, frames, &self.folded.cues);
        self.position = start.plus(frames as u64);
        self.fill_taps(start, frames, dry);
        if let Some(dry) = dry {
            raise_inputs(Level::best(), dry.samples, dry.channels, &mut self.input_peak);
        }
        if self.position.0.is_multiple_of(LEVEL_FRAMES) {
            self.raise_levels();
        }
    }

    /// All strips through their trims first, so that a side-chain can listen to any of them; then through the rest.
    fn play_strips(&mut self, start: u64, frames: usize, dry: Option<Dry<'_>>) {
        for rack in self.racks[..MAX_BANKS].iter_mut().filter(|rack| !rack.is_idle()) {
            rack.begin(start, frames, dry);
        }
        for at in 0..MAX_BANKS {
            if !self.racks[at].is_keyed() {
                continue;
            }
            for lane in 0..LANES {
                let Some(to) = self.racks[at].listens(lane) else { continue };
                for frame in 0..frames {
                    let sample = self.racks[usize::from(to.rack)].trimmed(usize::from(to.lane), frame);
                    self.racks[at].key(lane, frame, sample);
                }
            }
        }
        for rack in self.racks[..MAX_BANKS].iter_mut().filter(|rack| !rack.is_idle()) {
            rack.finish(start, frames);
        }
    }

    /// Groups and returns, each fed by what strips sent to it.
    fn play_buses(&mut self, start: u64, frames: usize) {
        let Folded { direct, buses, cues, groups, sends, returned, .. } = &mut self.folded;
        let strips = &self.racks[..MAX_BANKS];
        direct.fold(strips, TO_MIX..WAYS, frames);
        groups.fold(strips, TO_GROUPS..TO_GROUPS + FOUR_BUSES, frames);
        sends.fold(strips, TO_SENDS..TO_SENDS + FOUR_BUSES, frames);
        returned.feed(start, &mut self.feeds, sends, frames);
        self.racks[GROUP_RACK].begin_bus(start, frames, groups.heard(frames));
        self.racks[RETURN_RACK].begin_bus(start, frames, returned.heard(frames));
        for rack in &mut self.racks[MAX_BANKS..] {
            rack.finish(start, frames);
        }
        buses.fold(&self.racks[MAX_BANKS..], TO_MIX..WAYS, frames);
        cues.fold(&self.racks[..], TO_CUES..TO_CUES + FOUR_BUSES, frames);
    }

    /// The engineer's microphone, to the players only.
    fn talk(&mut self, start: u64, frames: usize, dry: Option<Dry<'_>>) {
        let ramp = self.talk.ramp(&LaneBlock::new(start, self.folded.tone.frames(frames)));
        let Some(dry) = dry.filter(|dry| self.talk_input < dry.channels && !ramp.rests_at(0.0)) else { return };
        let frames = self.folded.cues.frames(frames).iter_mut().zip(dry.samples.chunks_exact(dry.channels));
        for (at, (cue, samples)) in frames.enumerate() {
            let sample = samples[self.talk_input];
            let word = if sample.abs() <= LOUDEST { sample * ramp.at(at).0[0] } else { 0.0 };
            cue.0.iter_mut().for_each(|side| *side += word);
        }
    }

    /// The oscillator, to the mix or to the first headphone mix.
    fn tone(&mut self, start: u64, frames: usize) {
        let Folded { direct, cues, tone, .. } = &mut self.folded;
        let mut block = LaneBlock::new(start, tone.frames(frames));
        let to = self.tone_to.ramp(&block);
        if self.oscillator.is_silent() {
            return;
        }
        self.oscillator.process(&mut block);
        let sums = direct.frames(frames).iter_mut().zip(cues.frames(frames));
        for (at, (tone, (direct, cue))) in block.frames().iter().zip(sums).enumerate() {
            let (tone, to) = (tone.0[0], to.at(at));
            for side in 0..2 {
                direct.0[side] += tone * to.0[0];
                cue.0[side] += tone * to.0[1];
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

    /// Before the first frame all mail is read at once, and everything is where it goes.
    fn start(&mut self) {
        if self.started {
            return;
        }
        self.started = true;
        self.open_mail(usize::MAX);
        self.racks.iter_mut().for_each(Rack::settle);
        self.feeds.iter_mut().for_each(Glide::settle);
        self.talk.settle();
        self.tone_to.settle();
        self.removed.settle();
        self.master.settle();
    }

    /// Reads mail that makes up to `work`; the rest waits for the next cell. At least one command is read.
    fn open_mail(&mut self, work: usize) {
        let mut left = work;
        while let Ok(command) = self.mail.peek() {
            let cost = command.work();
            let has_room = match command {
                Command::OpenTap(_) => self.has_slot(),
                Command::PlayBack(_) => self.playbacks.has_seat(),
                _ => true,
            };
            if cost > left || !has_room {
                // It stays in the mail: too much for now, or until a tap or a playback could be given back.
                break;
            }
            left -= cost;
            let Ok(command) = self.mail.pop() else { break };
            self.obey(command);
        }
    }

    /// Whether a tap can be opened; those whose readers left make room.
    fn has_slot(&mut self) -> bool {
        if self.taps.iter().all(Option::is_some) {
            self.give_back();
        }
        self.taps.iter().any(Option::is_none)
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

    fn play_back(&mut self, playback: Box<Playback>) {
        if let Some(no_seat) = self.playbacks.begin(playback) {
            self.hand_back(Returned::Playback(no_seat));
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

    fn give_back_effect(&mut self, effect: Option<Box<dyn Effect>>) {
        if let Some(effect) = effect {
            self.hand_back(Returned::Effect(effect));
        }
    }

    #[expect(clippy::disallowed_methods, reason = "leaking is the one thing that neither frees nor waits")]
    fn hand_back(&mut self, returned: Returned) {
        // The ring is as long as the mail, so that there is room; if ever not, it is never freed.
        if let Err(PushError::Full(returned)) = self.returns.push(returned) {
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
        if let Some(playback) = self.playbacks.take_silent() {
            self.hand_back(Returned::Playback(playback));
        }
        self.give_back_idle();
        // One lane in a cell: making it as new takes a while.
        let released = |(at, rack): (usize, &mut Rack)| Some((at, rack.released()?));
        let Some((at, lane)) = self.racks.iter_mut().enumerate().find_map(released) else { return };
        if self.returns.push(Returned::Lane((at * LANES + lane) as u8)).is_ok() {
            self.racks[at].told(lane);
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
