//! Lines of delay that feed each other: what goes round loses a little on each way, and its treble a little more.
//!
//! Every line is longer than a block, so what comes out of all lines in a block is known before anything of it goes in. That
//! lets a block be worked on at once, with the lines beside each other as lanes.

use crate::dispatch::{Level, dispatched, frame_by_frame};
use crate::lanes::{GRID, LANES, Lanes};
use crate::units::exp2;

/// The share of its way to a new setting that a filter goes in one frame: 63 % in 21 ms at 48 kHz.
const PACE: f32 = 0.001;
/// Of the all-pass within a line.
const INNER: f32 = 0.6;

/// Groups of eight lines that there are at most.
const MOST: usize = 4;

/// One value for each line; only the first groups count when there are fewer lines.
type Row = [Lanes; MOST];

/// The sound of the last frames, exactly as many as its delay: what is read at a place is overwritten there.
#[derive(Debug)]
struct Ring {
    sound: Box<[f32]>,
    at: usize,
}

impl Ring {
    fn new(frames: usize) -> Self {
        debug_assert!(frames > GRID);
        Self { sound: vec![0.0; frames].into(), at: 0 }
    }

    fn reset(&mut self) {
        self.sound.fill(0.0);
        self.at = 0;
    }

    /// The places of the next `frames`, first to the end of the ring and then from its beginning.
    fn places(&mut self, frames: usize) -> [&mut [f32]; 2] {
        let (begin, end) = self.sound.split_at_mut(self.at);
        let first = end.len().min(frames);
        [&mut end[..first], &mut begin[..frames - first]]
    }

    fn advance(&mut self, frames: usize) {
        self.at = (self.at + frames) % self.sound.len();
    }
}

/// 16 or 32 lines of delay with a gain and a one-pole low-pass each, from all of which a Hadamard matrix leads to all.
#[derive(Debug)]
pub(super) struct Lines {
    level: Level,
    /// Groups of eight lines.
    groups: usize,
    rings: Vec<Ring>,
    /// An all-pass in each line, or none.
    inner: Vec<Ring>,
    /// What comes out of the lines in a block, group after group of each frame, and then what goes in; the same of the
    /// all-passes.
    rows: [Box<[Lanes]>; 2],
    /// How loud each line is on the left and on the right.
    pans: [Row; 2],
    /// Frames of one way round.
    lengths: Row,
    /// Octaves that are lost in one frame.
    lost: f32,
    goal: Walls,
    state: State,
}

/// What a way round does to the sound.
#[derive(Clone, Copy, Debug)]
struct Walls {
    gain: Row,
    /// The one-pole's share of the sound before.
    pole: f32,
}

/// What the loop remembers beside the rings.
#[derive(Clone, Copy, Debug)]
struct State {
    walls: Walls,
    low: Row,
    /// What came round in the last frame.
    back: Row,
}

impl Lines {
    /// Silent lines of these delays in frames, each more than [`GRID`]; `inner` has the delays of the all-passes, or nothing;
    /// `pans` says how loud a line is on the left and on the right. Allocates.
    pub(super) fn new(level: Level, delays: &[usize], inner: &[usize], pan: impl Fn(usize) -> [f32; 2]) -> Self {
        let groups = delays.len() / LANES;
        debug_assert!(groups == 2 || groups == MOST);
        let (mut lengths, mut pans) = ([Lanes::SILENCE; MOST], [[Lanes::SILENCE; MOST]; 2]);
        for (line, delay) in delays.iter().enumerate() {
            let (group, lane) = (line / LANES, line % LANES);
            // An all-pass holds the sound back by about its own delay.
            lengths[group].0[lane] = (delay + inner.get(line).unwrap_or(&0)) as f32;
            (pans[0][group].0[lane], pans[1][group].0[lane]) = pan(line).into();
        }
        let goal = Walls { gain: [Lanes::splat(1.0); MOST], pole: 0.0 };
        let none = [Lanes::SILENCE; MOST];
        let rows = || vec![Lanes::SILENCE; groups * GRID].into();
        Self {
            level,
            groups,
            rings: delays.iter().copied().map(Ring::new).collect(),
            inner: inner.iter().copied().map(Ring::new).collect(),
            rows: [rows(), rows()],
            pans,
            lengths,
            lost: 0.0,
            goal,
            state: State { walls: goal, low: none, back: none },
        }
    }

    /// Where gains and filters shall go: the octaves lost in one frame, and the one-pole's share of the sound before.
    pub(super) fn aim(&mut self, lost: f32, pole: f32) {
        self.goal.pole = pole;
        if lost != self.lost {
            self.lost = lost;
            self.goal.gain = self.lengths.map(|lengths| Lanes(lengths.0.map(|length| exp2(-lost * length))));
        }
    }

    /// Lets gains and filters arrive.
    pub(super) fn arrive(&mut self) {
        self.state.walls = self.goal;
    }

    /// Lets gains and filters arrive and forgets the sound, if there was any.
    pub(super) fn reset(&mut self, used: bool) {
        if used {
            self.rings.iter_mut().chain(&mut self.inner).for_each(Ring::reset);
        }
        let none = [Lanes::SILENCE; MOST];
        self.state = State { walls: self.goal, low: none, back: none };
    }

    /// Stereo sound in, what is heard of the lines out; at most [`GRID`] frames.
    pub(super) fn process(&mut self, sound: &mut [[f32; 2]]) {
        if self.groups == MOST {
            self.work::<MOST>(sound, go_round_32);
        } else {
            self.work::<2>(sound, go_round_16);
        }
    }

    fn work<const N: usize>(&mut self, sound: &mut [[f32; 2]], go_round: GoRound) {
        let [rows, late] = self.rows.each_mut().map(|rows| &mut rows[..N * sound.len()]);
        read::<N>(&mut self.rings, rows);
        if !self.inner.is_empty() {
            read::<N>(&mut self.inner, late);
            diffuse(self.level, rows, late);
            write::<N>(&mut self.inner, late);
        }
        go_round(self.level, rows, sound, &self.pans, &self.goal, &mut self.state);
        write::<N>(&mut self.rings, rows);
    }
}

/// What comes out of the rings, a line a lane.
fn read<const N: usize>(rings: &mut [Ring], rows: &mut [Lanes]) {
    let rows = rows.as_chunks_mut::<N>().0;
    for (line, ring) in rings.iter_mut().enumerate() {
        let (group, lane) = (line / LANES % N, line % LANES);
        let [first, second] = ring.places(rows.len());
        let (begin, end) = rows.split_at_mut(first.len());
        begin.iter_mut().zip(first).for_each(|(row, sample)| row[group].0[lane] = *sample);
        end.iter_mut().zip(second).for_each(|(row, sample)| row[group].0[lane] = *sample);
    }
}

/// What goes into the rings, at the places of what came out.
fn write<const N: usize>(rings: &mut [Ring], rows: &[Lanes]) {
    let rows = rows.as_chunks::<N>().0;
    for (line, ring) in rings.iter_mut().enumerate() {
        let (group, lane) = (line / LANES % N, line % LANES);
        let [first, second] = ring.places(rows.len());
        let (begin, end) = rows.split_at(first.len());
        begin.iter().zip(first).for_each(|(row, place)| *place = row[group].0[lane]);
        end.iter().zip(second).for_each(|(row, place)| *place = row[group].0[lane]);
        ring.advance(rows.len());
    }
}

/// [`go_round_16`] or [`go_round_32`].
type GoRound = fn(Level, &mut [Lanes], &mut [[f32; 2]], &[Row; 2], &Walls, &mut State);

dispatched! {
    /// All-passes: the sound, and what came out of their rings and then goes in.
    fn diffuse(sound: &mut [Lanes], late: &mut [Lanes]) = diffuse_kernel;
}
dispatched! {
    /// What came out of the lines becomes what goes in, and the sound becomes what is heard of it.
    fn go_round_16(rows: &mut [Lanes], sound: &mut [[f32; 2]], pans: &[Row; 2], goal: &Walls, state: &mut State)
        = go_round_kernel::<2>;
}
dispatched! {
    fn go_round_32(rows: &mut [Lanes], sound: &mut [[f32; 2]], pans: &[Row; 2], goal: &Walls, state: &mut State)
        = go_round_kernel::<4>;
}

#[inline(always)]
fn diffuse_kernel(sound: &mut [Lanes], late: &mut [Lanes]) {
    for (sound, late) in sound.iter_mut().zip(late) {
        frame_by_frame();
        for lane in 0..LANES {
            let fresh = sound.0[lane] - INNER * late.0[lane];
            sound.0[lane] = INNER * fresh + late.0[lane];
            late.0[lane] = fresh;
        }
    }
}

/// In passes over all frames, so that each keeps what it needs in registers.
#[inline(always)]
fn go_round_kernel<const N: usize>(
    rows: &mut [Lanes],
    sound: &mut [[f32; 2]],
    pans: &[Row; 2],
    goal: &Walls,
    state: &mut State,
) {
    let mut poles = [0.0; GRID];
    let poles = &mut poles[..sound.len()];
    for pole in &mut *poles {
        state.walls.pole += (goal.pole - state.walls.pole) * PACE;
        *pole = state.walls.pole;
    }
    let rows = rows.as_chunks_mut::<N>().0;
    for group in 0..N {
        lose(rows, group, poles, &goal.gain[group], state);
    }
    let mut heard = [[Lanes::SILENCE; GRID]; 2];
    for (heard, pan) in heard.iter_mut().zip(pans) {
        mix(rows, pan, heard);
    }
    for group in 0..N {
        for row in &mut *rows {
            frame_by_frame();
            row[group] = within(&row[group]);
        }
    }
    for (row, sound) in rows.iter_mut().zip(&*sound) {
        frame_by_frame();
        let mut came = *row;
        across(&mut came);
        // The left and the right input take turns on the lines.
        let [l, r] = *sound;
        let input = Lanes([l, r, l, r, l, r, l, r]);
        for (values, back) in row.iter_mut().zip(&state.back) {
            *values = sum(&input, back);
        }
        state.back[..N].copy_from_slice(&came);
    }
    let [left, right] = &heard;
    for (sound, (left, right)) in sound.iter_mut().zip(left.iter().zip(right)) {
        frame_by_frame();
        *sound = [total(left), total(right)];
    }
}

/// What a group of lines loses on the way.
#[inline(always)]
fn lose<const N: usize>(rows: &mut [[Lanes; N]], group: usize, poles: &[f32], goal: &Lanes, state: &mut State) {
    let (goal, mut low, mut gain) = (*goal, state.low[group], state.walls.gain[group]);
    for (row, pole) in rows.iter_mut().zip(poles) {
        frame_by_frame();
        let values = &mut row[group];
        for lane in 0..LANES {
            gain.0[lane] += (goal.0[lane] - gain.0[lane]) * PACE;
            low.0[lane] = values.0[lane] + (low.0[lane] - values.0[lane]) * pole;
            values.0[lane] = low.0[lane] * gain.0[lane];
        }
    }
    (state.low[group], state.walls.gain[group]) = (low, gain);
}

/// All groups of lines on top of each other, as loud as they are on one side.
#[inline(always)]
fn mix<const N: usize>(rows: &[[Lanes; N]], pan: &Row, heard: &mut [Lanes]) {
    for (row, heard) in rows.iter().zip(heard) {
        frame_by_frame();
        let mut sums = product(&row[0], &pan[0]);
        for group in 1..N {
            sums = sum(&sums, &product(&row[group], &pan[group]));
        }
        *heard = sums;
    }
}

/// The sum of all lanes, always added in one order.
#[inline(always)]
fn total(values: &Lanes) -> f32 {
    let v = &values.0;
    ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]))
}

/// The Hadamard matrix of the lines of one group: sums and differences of lanes that lie 1, 2 and 4 apart.
#[inline(always)]
fn within(values: &Lanes) -> Lanes {
    const SIGNS: [Lanes; 3] = [
        Lanes([1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0]),
        Lanes([1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0]),
        Lanes([1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0]),
    ];
    let v = sum(&product(values, &SIGNS[0]), &values.of_partners());
    let other = Lanes([v.0[2], v.0[3], v.0[0], v.0[1], v.0[6], v.0[7], v.0[4], v.0[5]]);
    let v = sum(&product(&v, &SIGNS[1]), &other);
    let other = Lanes([v.0[4], v.0[5], v.0[6], v.0[7], v.0[0], v.0[1], v.0[2], v.0[3]]);
    sum(&product(&v, &SIGNS[2]), &other)
}

/// The rest of the matrix, from group to group, scaled so that all of it keeps the energy.
#[inline(always)]
fn across<const N: usize>(values: &mut [Lanes; N]) {
    const SCALES: [f32; 3] = [0.353_553_4, 0.25, 0.176_776_7];
    let scale = Lanes::splat(SCALES[N.ilog2() as usize]);
    let mut half = 1;
    while half < N {
        for at in 0..N {
            if at & half == 0 {
                let (one, two) = (values[at], values[at + half]);
                values[at] = sum(&one, &two);
                for lane in 0..LANES {
                    values[at + half].0[lane] = one.0[lane] - two.0[lane];
                }
            }
        }
        half *= 2;
    }
    for values in values {
        *values = product(values, &scale);
    }
}

#[inline(always)]
fn sum(one: &Lanes, two: &Lanes) -> Lanes {
    let mut sum = *one;
    for lane in 0..LANES {
        sum.0[lane] += two.0[lane];
    }
    sum
}

#[inline(always)]
fn product(one: &Lanes, two: &Lanes) -> Lanes {
    let mut product = *one;
    for lane in 0..LANES {
        product.0[lane] *= two.0[lane];
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_keeps_the_energy_and_undoes_itself() {
        let row: [Lanes; 4] = std::array::from_fn(|group| {
            Lanes(std::array::from_fn(|lane| ((group * LANES + lane) as f32 * 0.7).fract() - 0.4))
        });
        let energy = |row: &[Lanes; 4]| row.iter().flat_map(|values| values.0).map(|value| value * value).sum::<f32>();
        let turn = |row: &[Lanes; 4]| {
            let mut turned = row.map(|values| within(&values));
            across(&mut turned);
            turned
        };
        let turned = turn(&row);
        assert!((energy(&turned) / energy(&row) - 1.0).abs() < 1e-5);
        assert!(turned != row);
        let back = turn(&turned);
        let worst = |group: usize, lane: usize| (back[group].0[lane] - row[group].0[lane]).abs();
        assert!((0..4).all(|group| (0..LANES).all(|lane| worst(group, lane) < 1e-6)));
    }

    #[test]
    fn a_line_gives_back_what_it_got_after_its_delay_and_halves_what_decays_by_an_octave_on_a_way() {
        let delays: Vec<usize> = (0..16).map(|line| 40 + line).collect();
        let mut lines = Lines::new(Level::best(), &delays, &[], |line| if line == 0 { [1.0, 0.0] } else { [0.0; 2] });
        lines.aim(1.0 / 40.0, 0.0);
        lines.reset(false);
        let mut heard = Vec::new();
        for block in 0..4 {
            let mut sound = [[0.0; 2]; 20];
            sound[0] = if block == 0 { [1.0, 0.0] } else { [0.0; 2] };
            lines.process(&mut sound);
            heard.extend(sound.map(|[left, _]| left));
        }
        assert!((heard[40] - 0.5).abs() < 1e-6 && heard[..40].iter().all(|sample| *sample == 0.0));
    }
}
