//! One bank in the engine: eight lanes of channels, each from what feeds it to the buses.

use korero_dsp::bank::{Bank, LONGEST, Place};
use korero_dsp::dispatch::Level;
use korero_dsp::effect::Format;
use korero_dsp::gather::gather;
use korero_dsp::meter::Reading;
use korero_dsp::smooth::{GLIDE_CELLS, Glide};
use korero_dsp::sum::{self, Part};
use korero_dsp::{LANES, LaneBlock, Lanes};

use super::levels::{GROUP_RACK, LaneLevel, METERED, RACKS, RETURN_RACK, Throughs};
use super::ways::{TO_CUES, TO_MIX, Ways};
use crate::limits::{GRID_FRAMES, GROUPS, RETURNS, SAMPLE_RATE};

/// Frames over which the mean square of a meter is taken: 300 ms, the integration time of a VU meter (IEC 60268-17).
pub(super) const METER_FRAMES: f32 = SAMPLE_RATE as f32 * 0.3;

/// A stretch of what the interface gave, interleaved.
#[derive(Clone, Copy)]
pub(super) struct Dry<'a> {
    pub(super) samples: &'a [f32],
    pub(super) channels: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Use {
    #[default]
    Free,
    /// Plays this input (from 0).
    Playing { input: usize },
    /// Glides to silence, or arrived there.
    Leaving { input: usize, silent: bool },
    /// Is fed by a bus, always.
    Bus,
}

/// Which lane of which rack a side-chain listens to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct LaneRef {
    pub(super) rack: u8,
    pub(super) lane: u8,
}

/// Eight lanes of channels.
pub(super) struct Rack {
    bank: Bank,
    fade: Glide,
    ways: Ways,
    uses: [Use; LANES],
    /// Releases of each lane that are still to be answered.
    owed: [u16; LANES],
    /// Whether there is any.
    owes: bool,
    listens: [Option<LaneRef>; LANES],
    /// Whether any lane listens to another.
    keyed: bool,
    sound: [Lanes; GRID_FRAMES],
    keys: [Lanes; GRID_FRAMES],
    cue: [Lanes; GRID_FRAMES],
    /// Whether cues hear `cue`, and not the sound.
    cue_apart: bool,
    pre: Reading,
    post_peak: Lanes,
    mean_square: Lanes,
    level: Level,
    /// Frames for which the buses that feed this rack were silent.
    quiet: usize,
}

/// All racks: strips, then groups, then returns. Allocates.
pub(super) fn all() -> Box<[Rack]> {
    // One after the other: together they are more than some stacks hold.
    let racks = (0..RACKS).map(|at| match at {
        GROUP_RACK => Rack::for_buses(2 * GROUPS),
        RETURN_RACK => Rack::for_buses(2 * RETURNS),
        _ => Rack::new(),
    });
    racks.collect()
}

impl Rack {
    /// A rack whose lanes are all free.
    pub(super) fn new() -> Self {
        Self {
            bank: Bank::new(Format { rate: SAMPLE_RATE as f32 }),
            fade: Glide::new(0.0, GLIDE_CELLS),
            ways: Ways::new(),
            uses: [Use::Free; LANES],
            owed: [0; LANES],
            owes: false,
            listens: [None; LANES],
            keyed: false,
            sound: [Lanes::SILENCE; GRID_FRAMES],
            keys: [Lanes::SILENCE; GRID_FRAMES],
            cue: [Lanes::SILENCE; GRID_FRAMES],
            cue_apart: false,
            pre: Reading::default(),
            post_peak: Lanes::SILENCE,
            mean_square: Lanes::SILENCE,
            level: Level::best(),
            quiet: 0,
        }
    }

    /// A rack whose first `lanes` lanes are fed by buses.
    pub(super) fn for_buses(lanes: usize) -> Self {
        let mut rack = Self::new();
        rack.uses[..lanes].fill(Use::Bus);
        rack
    }

    /// Whether no lane has sound to give; then the rack need not be run.
    pub(super) fn is_idle(&self) -> bool {
        self.uses.iter().all(|lane| *lane == Use::Free)
    }

    pub(super) fn bank(&mut self) -> &mut Bank {
        &mut self.bank
    }

    pub(super) fn assign(&mut self, lane: usize, input: usize) {
        self.silence(lane);
        self.uses[lane] = Use::Playing { input };
    }

    /// Makes a lane as new and silent at once.
    fn silence(&mut self, lane: usize) {
        self.bank.clear_lane(lane);
        self.mean_square.0[lane] = 0.0;
        // What was heard of the last owner since the last look is not the next one's.
        (self.pre.peak.0[lane], self.pre.energy.0[lane], self.post_peak.0[lane]) = (0.0, 0.0, 0.0);
        self.listen(lane, None);
        self.fade.set(lane, 0.0);
        self.fade.settle_lane(lane);
        self.ways.close(lane);
        self.ways.settle_lane(lane);
    }

    pub(super) fn release(&mut self, lane: usize) {
        self.owed[lane] += 1;
        self.owes = true;
        if let Use::Playing { input } = self.uses[lane] {
            self.uses[lane] = Use::Leaving { input, silent: false };
            self.fade.set(lane, 0.0);
            self.ways.close(lane);
        }
    }

    /// Fader and mute of a lane, for its meter; the ways carry their product already.
    pub(super) fn fade(&mut self, lane: usize, gain: f32) {
        self.fade.set(lane, gain);
    }

    pub(super) fn way(&mut self, lane: usize, way: usize, gain: f32) {
        self.ways.set(lane, way, gain);
    }

    pub(super) fn listen(&mut self, lane: usize, to: Option<LaneRef>) {
        self.listens[lane] = to;
        self.keyed = self.listens.iter().any(Option::is_some);
        self.keys.iter_mut().for_each(|frame| frame.0[lane] = 0.0);
    }

    /// Everything arrives at once, as before the first frame.
    pub(super) fn settle(&mut self) {
        self.bank.settle();
        self.fade.settle();
        self.ways.settle();
    }

    /// A lane whose release is done and was not told yet. Tell it with [`Rack::told`].
    pub(super) fn released(&mut self) -> Option<usize> {
        if !self.owes {
            return None;
        }
        (0..LANES).find(|lane| self.owed[*lane] > 0 && !matches!(self.uses[*lane], Use::Leaving { silent: false, .. }))
    }

    /// The owner of the lane knows of one release.
    pub(super) fn told(&mut self, lane: usize) {
        self.owed[lane] -= 1;
        self.owes = self.owed.iter().any(|owed| *owed > 0);
        if matches!(self.uses[lane], Use::Leaving { .. }) {
            self.silence(lane);
            // The last one leaves nothing to be heard behind.
            self.ways.hush();
            self.uses[lane] = Use::Free;
        }
    }

    /// First pass, for a rack of strips: what the interface gave, through the trim. `dry` is `None` for silence.
    pub(super) fn begin(&mut self, start: u64, frames: usize, dry: Option<Dry<'_>>) {
        self.gather(frames, dry);
        self.trim(start, frames);
    }

    /// First pass, for a rack of buses: the sums of what feeds them, through the trim; `None` when nothing does.
    pub(super) fn begin_bus(&mut self, start: u64, frames: usize, fed: Option<&[Lanes]>) {
        self.quiet = if fed.is_some() { 0 } else { self.quiet.saturating_add(frames) };
        if self.sleeps() {
            self.pre.frames += frames as u32;
            return;
        }
        match fed {
            Some(fed) => self.sound[..frames].copy_from_slice(fed),
            None => self.sound.fill(Lanes::SILENCE),
        }
        self.trim(start, frames);
    }

    /// Whether running this rack would change nothing: a plain chain that heard silence until its last line was silent.
    fn sleeps(&self) -> bool {
        self.quiet > LONGEST + GRID_FRAMES && self.bank.is_plain() && self.fade.is_still() && self.ways.are_still()
    }

    fn trim(&mut self, start: u64, frames: usize) {
        let reading = self.bank.trim(&mut LaneBlock::new(start, &mut self.sound[..frames]));
        self.pre.add(&reading);
    }

    /// What the lanes sounded like after the first pass.
    pub(super) fn trimmed(&self, lane: usize, frame: usize) -> f32 {
        self.sound[frame].0[lane]
    }

    /// Whether any side-chain listens to another lane.
    pub(super) fn is_keyed(&self) -> bool {
        self.keyed
    }

    /// What a lane's side-chain listens to.
    pub(super) fn listens(&self, lane: usize) -> Option<LaneRef> {
        self.listens[lane]
    }

    /// What a lane's side-chain hears at a frame of this cell.
    pub(super) fn key(&mut self, lane: usize, frame: usize, sample: f32) {
        self.keys[frame].0[lane] = sample;
    }

    /// Second pass: the rest of the chain. Then buses can hear this rack.
    pub(super) fn finish(&mut self, start: u64, frames: usize) {
        if self.sleeps() {
            self.ways.hush();
            return;
        }
        let mut block = LaneBlock::new(start, &mut self.sound[..frames]);
        let keys = LaneBlock::new(start, &mut self.keys[..frames]);
        self.cue_apart = self.bank.process(&mut block, &keys, &mut self.cue[..frames]);
        let fade = self.fade.ramp(&block);
        sum::raise(self.level, block.frames(), fade, &mut self.post_peak);
        self.ways.enter(&block);
        for (lane, used) in self.uses.iter_mut().enumerate() {
            if let Use::Leaving { silent, .. } = used {
                *silent = self.ways.are_closed(lane) && !self.bank.gives_removed(lane);
            }
        }
    }

    /// The ways on which the last cell is heard: a bit for each.
    pub(super) fn heard(&self) -> u32 {
        self.ways.heard()
    }

    /// What the bus whose left way that is hears of the last cell: a cue what cues hear, all others the end of the chain.
    pub(super) fn to_bus(&self, left: usize) -> Option<Part<'_>> {
        let gains = self.ways.to_bus(left)?;
        let sound = if self.cue_apart && (TO_CUES..TO_MIX).contains(&left) { &self.cue } else { &self.sound };
        Some(Part { sound, gains })
    }

    /// What was taken away from its lanes in the last cell, as far as it is listened to.
    pub(super) fn removed(&self) -> impl Iterator<Item = Part<'_>> {
        self.bank.removed()
    }

    fn gather(&mut self, frames: usize, dry: Option<Dry<'_>>) {
        let Dry { samples, channels } = dry.unwrap_or(Dry { samples: &[], channels: 0 });
        let inputs = self.uses.map(|lane| match lane {
            Use::Playing { input } | Use::Leaving { input, .. } => u16::try_from(input).ok(),
            Use::Free | Use::Bus => None,
        });
        gather(self.level, samples, channels, &inputs, &mut self.sound[..frames]);
    }

    /// The sound after the chain and its alignment, before the faders; of the last cell.
    pub(super) fn sound(&self, frames: usize) -> &[Lanes] {
        &self.sound[..frames]
    }

    /// What a lane's meter shows of the sound since the last call of [`Rack::rest_meters`].
    pub(super) fn level(&mut self, lane: usize) -> LaneLevel {
        let weight = (self.pre.frames as f32 / METER_FRAMES).min(1.0);
        let mean_square = &mut self.mean_square.0[lane];
        let moved = *mean_square + (self.pre.mean_square(lane) - *mean_square) * weight;
        // One overflow must not stay in the meter for the rest of the show.
        *mean_square = if moved.is_finite() { moved } else { 0.0 };
        let reduction_db = METERED.map(|stage| self.bank.take_reduction_db(lane, stage));
        let slots_db = Place::ALL.map(|place| self.bank.take_slot_reduction_db(lane, place));
        let through = Throughs { stages: self.bank.take_through(lane), slots: self.bank.take_slots_through(lane) };
        LaneLevel {
            pre_peak: self.pre.peak.0[lane],
            post_peak: self.post_peak.0[lane],
            mean_square: *mean_square,
            reduction_db,
            slots_db,
            through,
        }
    }

    pub(super) fn rest_meters(&mut self) {
        self.pre = Reading::default();
        self.post_peak = Lanes::SILENCE;
    }
}
