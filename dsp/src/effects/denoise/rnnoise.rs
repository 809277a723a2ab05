//! RNNoise: J.-M. Valin, *A Hybrid DSP/Deep Learning Approach to Real-Time Full-Band Speech Enhancement*, MMSP 2018. With his
//! weights, and with the choices of his program that the paper leaves out; the crate nnnoiseless is what the tests compare it
//! with. Ours, because it costs less than half: it is computed many numbers at a time on each level, as the crate is not.

mod bands;
mod colour;
mod features;
mod highpass;
mod network;
mod pitch;

use std::f64::consts::FRAC_PI_2;
use std::sync::LazyLock;

use super::HOP;
use super::transform::{LINES, Transform, WINDOW};
use crate::dispatch::{Level, dispatched};
use crate::units::sin;
use bands::{BANDS, Cosines, Line, alike, spread};
use features::Cepstra;
use highpass::HighPass;
use network::{Memory, Network};
use pitch::{HEARD, Pitch};

/// What all lanes share, and nothing changes.
struct Tables {
    network: Network,
    cosines: Cosines,
    /// Of the analysis, which also scales the spectrum as in the training, and of the synthesis, which takes that back.
    windows: [Box<[f32; WINDOW]>; 2],
}

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::new);

/// How much of the last hop's gain a band keeps at least: reverberation is not cut off.
const FALL: f32 = 0.6;

/// The room in which the lanes compute, one after another.
pub(super) struct Room {
    tables: &'static Tables,
    transform: Transform,
    sound: Box<[f32; WINDOW]>,
    now: Box<[Line; LINES]>,
    earlier: Box<[Line; LINES]>,
}

/// One lane's sound and what its network remembers.
pub(super) struct RnNoise {
    highpass: HighPass,
    heard: Box<[f32; HEARD]>,
    pitch: Pitch,
    cepstra: Cepstra,
    memory: Memory,
    gains: [f32; BANDS],
    /// The second half of the last window that was made.
    rest: [f32; HOP],
}

impl Tables {
    fn new() -> Self {
        // The window of Vorbis: its square and that of its neighbour add up to 1.
        let window = |n: usize| {
            let slope = sin((n as f64 + 0.5) / HOP as f64 * FRAC_PI_2);
            sin(FRAC_PI_2 * slope * slope)
        };
        let scaled = |scale: f64| Box::new(std::array::from_fn(|n| (window(n) * scale) as f32));
        Self { network: Network::new(), cosines: Cosines::new(), windows: [scaled(1.0 / HOP as f64), scaled(0.5)] }
    }
}

impl Room {
    /// Allocates; nothing else here does.
    pub(super) fn new() -> Self {
        Self {
            tables: &TABLES,
            transform: Transform::new(),
            sound: Box::new([0.0; WINDOW]),
            now: Box::new([Line::default(); LINES]),
            earlier: Box::new([Line::default(); LINES]),
        }
    }
}

impl RnNoise {
    /// Allocates; nothing else here does.
    pub(super) fn new() -> Self {
        Self {
            highpass: HighPass::STILL,
            heard: Box::new([0.0; HEARD]),
            pitch: Pitch::NONE,
            cepstra: Cepstra::EMPTY,
            memory: Memory::EMPTY,
            gains: [0.0; BANDS],
            rest: [0.0; HOP],
        }
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        self.heard.fill(0.0);
        (self.highpass, self.pitch, self.cepstra) = (HighPass::STILL, Pitch::NONE, Cepstra::EMPTY);
        (self.memory, self.gains, self.rest) = (Memory::EMPTY, [0.0; BANDS], [0.0; HOP]);
    }

    /// Hears a hop and gives the one before it, denoised. Full scale is 32,768, as in the training.
    pub(super) fn process(&mut self, level: Level, room: &mut Room, hop: &[f32; HOP], out: &mut [f32; HOP]) {
        process_hop(level, self, room, hop, out);
    }

    /// Tells from the two spectra what each band shall keep, and takes it off the newer one.
    #[inline(always)]
    fn filter(&mut self, tables: &Tables, period: usize, now: &mut [Line; LINES], earlier: &[Line; LINES]) {
        let Some((now, above)) = now.split_first_chunk_mut() else { return };
        let Some(earlier) = earlier.first_chunk() else { return };
        let energies = [alike(now, now), alike(earlier, earlier)];
        let mut likeness = alike(now, earlier);
        for (band, value) in likeness.iter_mut().enumerate() {
            *value /= (0.001 + energies[0][band] * energies[1][band]).sqrt();
        }
        let Some(features) = self.cepstra.hear(&tables.cosines, &energies[0], &likeness, period) else { return };
        let gains = tables.network.hear(&mut self.memory, &features);
        add_earlier(now, earlier, &energies, &likeness, &gains);
        let louder = alike(now, now);
        let scale = spread(&std::array::from_fn(|band| (energies[0][band] / (1e-8 + louder[band])).sqrt()));
        for (kept, gain) in self.gains.iter_mut().zip(gains) {
            *kept = gain.max(FALL * *kept);
        }
        for ((line, scale), gain) in now.iter_mut().zip(&scale).zip(&spread(&self.gains)) {
            let scale = scale * gain;
            *line = Line::new(line.re * scale, line.im * scale);
        }
        above.fill(Line::default());
    }
}

dispatched! { fn process_hop(lane: &mut RnNoise, room: &mut Room, hop: &[f32; HOP], out: &mut [f32; HOP]) = process_hop_kernel; }

#[inline(always)]
fn process_hop_kernel(lane: &mut RnNoise, room: &mut Room, hop: &[f32; HOP], out: &mut [f32; HOP]) {
    let Room { tables, transform, sound, now, earlier } = room;
    let [analysis, synthesis] = &tables.windows;
    lane.heard.copy_within(HOP.., 0);
    let Some(newest) = lane.heard.last_chunk_mut() else { return };
    lane.highpass.process(hop, newest);
    let period = lane.pitch.find(&lane.heard);
    for (back, spectrum) in [(0, &mut *now), (period, &mut *earlier)] {
        let begin = HEARD - WINDOW - back;
        for ((out, heard), weight) in sound.iter_mut().zip(&lane.heard[begin..]).zip(&analysis[..]) {
            *out = heard * weight;
        }
        transform.forward(sound, spectrum);
    }
    lane.filter(tables, period, now, earlier);
    transform.back(now, sound);
    for (sample, weight) in sound.iter_mut().zip(&synthesis[..]) {
        *sample *= weight;
    }
    let (first, second) = sound.split_at(HOP);
    for ((out, rest), sample) in out.iter_mut().zip(&lane.rest).zip(first) {
        *out = rest + sample;
    }
    lane.rest.copy_from_slice(second);
}

/// A voice is like itself a period earlier, and noise is not: adding that fills what noise lies between its partials. The
/// more, the more a band is alike, up to all of it where the network finds it purer than it is.
#[inline(always)]
fn add_earlier(
    now: &mut [Line; bands::LINES],
    earlier: &[Line; bands::LINES],
    energies: &[[f32; BANDS]; 2],
    likeness: &[f32; BANDS],
    gains: &[f32; BANDS],
) {
    let share = |band: usize| {
        let (alike, gain) = (likeness[band], gains[band]);
        let (alike2, gain2) = (alike * alike, gain * gain);
        let part = alike2 * (1.0 - gain2) / (0.001 + gain2 * (1.0 - alike2));
        let part = if alike > gain { 1.0 } else { part.clamp(0.0, 1.0) };
        part.sqrt() * (energies[0][band] / (1e-8 + energies[1][band])).sqrt()
    };
    for ((line, earlier), share) in now.iter_mut().zip(earlier).zip(&spread(&std::array::from_fn(share))) {
        *line = Line::new(line.re + earlier.re * share, line.im + earlier.im * share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vowels of a voice that glides, with breath between and a fan under them, in steps of 16 bits.
    fn speech(hops: usize) -> Vec<[f32; HOP]> {
        let mut dice = 1_u32;
        let (mut phase, mut fan) = (0.0_f32, 0.0_f32);
        let mut sample = |n: usize| {
            let seconds = n as f32 / 48_000.0;
            dice ^= dice << 13;
            dice ^= dice >> 17;
            dice ^= dice << 5;
            let noise = dice as i32 as f32 / i32::MAX as f32;
            fan += 0.02 * (noise - fan);
            let pitch = 130.0 + 40.0 * (3.0 * seconds).sin() + 5.0 * (30.0 * seconds).sin();
            phase = (phase + std::f32::consts::TAU * pitch / 48_000.0) % std::f32::consts::TAU;
            let vowel = 700.0 + 500.0 * (5.0 * seconds).sin();
            let partial = |k: f32| (k * phase).sin() / (1.0 + ((k * pitch - vowel) / 300.0).powi(2));
            let voice: f32 = (1..40).map(|k| partial(k as f32)).sum();
            let spoken = ((seconds * 2.3).sin() + 0.4).clamp(0.0, 1.0);
            let hiss = if (seconds * 2.3).sin() < -0.8 { 2_000.0 } else { 400.0 };
            (2_000.0 * spoken * voice + hiss * noise + 6_000.0 * fan).round()
        };
        (0..hops).map(|hop| std::array::from_fn(|n| sample(hop * HOP + n))).collect()
    }

    /// What a lane makes of these hops.
    fn run(lane: &mut RnNoise, level: Level, hops: &[[f32; HOP]]) -> Vec<[f32; HOP]> {
        let mut room = Room::new();
        let hear = |hop| {
            let mut out = [0.0; HOP];
            lane.process(level, &mut room, hop, &mut out);
            out
        };
        hops.iter().map(hear).collect()
    }

    #[test]
    fn it_does_what_the_program_of_others_does() {
        let hops = speech(1_000);
        let outs = run(&mut RnNoise::new(), Level::best(), &hops);
        let mut theirs = nnnoiseless::DenoiseState::new();
        let energy = |hop: &[f32]| hop.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>();
        let db = |part: f64| 10.0 * part.log10();
        let (mut heard, mut made, mut off) = (0.0, 0.0, 0.0);
        for (hop, out) in hops.iter().zip(&outs) {
            let mut reference = [0.0; HOP];
            theirs.process_frame(&mut reference, hop);
            let apart = energy(&std::array::from_fn::<_, HOP, _>(|n| out[n] - reference[n]));
            assert!(db(apart / energy(hop)) < -70.0, "{}", db(apart / energy(hop)));
            (heard, made, off) = (heard + energy(hop), made + energy(&reference), off + apart);
        }
        assert!(db(made / heard) < -0.5, "it has something to do: {}", db(made / heard));
        assert!(db(off / made) < -90.0, "{}", db(off / made));
    }

    #[test]
    fn all_levels_give_the_same_bits() {
        let hops = speech(200);
        let [baseline, best] = [Level::BASELINE, Level::best()].map(|level| run(&mut RnNoise::new(), level, &hops));
        assert!(baseline == best);
    }

    #[test]
    fn a_lane_that_is_reset_is_as_good_as_new() {
        let hops = speech(60);
        let (mut used, mut new) = (RnNoise::new(), RnNoise::new());
        run(&mut used, Level::best(), &hops);
        used.reset();
        assert!(run(&mut used, Level::best(), &hops) == run(&mut new, Level::best(), &hops));
    }
}
