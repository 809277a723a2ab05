//! The period of a voice, as RNNoise and the Opus codec look for it: where the sound is most like itself earlier on, first
//! roughly at a quarter of the rate, then at half of it near the two best places, then at whole parts of the period found,
//! for a sound with the period T is like itself after 2 T and 3 T too.

use super::colour::{dot, without_colour};

/// Frames that are looked at: two hops now, and as many before them as the longest period has.
pub(super) const HEARD: usize = 2 * super::HOP + LONGEST;
/// The longest period and the shortest, frames: 62.5 Hz and 800 Hz.
const LONGEST: usize = 768;
const SHORTEST: usize = 60;

// At half the rate.
pub(super) const HALF: usize = HEARD / 2;
const NOW: usize = super::HOP;
const BACK: usize = LONGEST / 2;
/// Places at which it is looked for: not the shortest periods, which are found as parts of longer ones.
const PLACES: usize = (LONGEST - 3 * SHORTEST) / 2;
// At a quarter.
const ROUGH_NOW: usize = NOW / 2;
const ROUGH_BACK: usize = BACK / 2;
const ROUGH_PLACES: usize = PLACES / 2;
/// Places that are computed beside each other, and all of them padded to such groups.
const BESIDE: usize = 32;
const PADDED: usize = ROUGH_PLACES.next_multiple_of(BESIDE);

/// Parts of a period are tried from a half to a fifteenth; how many of each make the other time after which the sound must be
/// alike.
const ALSO: [usize; 14] = [3, 2, 3, 2, 5, 2, 3, 2, 3, 2, 5, 2, 3, 2];

const _: () = assert!(PADDED + ROUGH_NOW <= HALF / 2);

/// What is remembered from hop to hop.
pub(super) struct Pitch {
    period: usize,
    strength: f32,
}

/// The sound at half the rate without its colour: `back` is all of it, of which the last [`NOW`] samples are now.
struct Sound {
    back: [f32; HALF],
    /// The energy of [`NOW`] samples from each place on.
    energies: [f32; BACK + 1],
}

impl Pitch {
    pub(super) const NONE: Self = Self { period: 0, strength: 0.0 };

    /// The period now, in frames.
    #[inline(always)]
    pub(super) fn find(&mut self, heard: &[f32; HEARD]) -> usize {
        let sound = Sound::of(heard);
        let lag = (LONGEST - sound.best_place()) / 2;
        let (period, strength) = self.shortest(&sound, lag.min(BACK - 1));
        self.strength = strength;
        self.period = (2 * period).saturating_add_signed(sound.between(period)).max(SHORTEST);
        self.period
    }

    /// The shortest part of `whole` (at half the rate) after which the sound is nearly as much alike, and how much.
    #[inline(always)]
    fn shortest(&self, sound: &Sound, whole: usize) -> (usize, f32) {
        let energy = sound.energies[BACK];
        let strength = |alike: f32, before: f32| alike / (1.0 + energy * before).sqrt();
        let (mut alike, mut before) = (sound.alike(whole), sound.energies[BACK - whole]);
        let at_whole = strength(alike, before);
        let (mut period, mut best) = (whole, at_whole);
        for (parts, times) in (2..).zip(ALSO) {
            let part = (2 * whole + parts) / (2 * parts);
            if part < SHORTEST / 2 {
                break;
            }
            // One and a half times the whole may be longer ago than what was heard.
            let also = match parts {
                2 if part + whole > BACK => whole,
                2 => part + whole,
                _ => (2 * times * whole + parts) / (2 * parts),
            };
            let both = 0.5 * (sound.alike(part) + sound.alike(also));
            let energies = 0.5 * (sound.energies[BACK - part] + sound.energies[BACK - also]);
            let found = strength(both, energies);
            if found > self.least(part, parts, whole, at_whole) {
                (alike, before, period, best) = (both, energies, part, found);
            }
        }
        let alike = alike.max(0.0);
        let share = if before <= alike { 1.0 } else { alike / (before + 1.0) };
        (period, share.min(best))
    }

    /// How strong a part must be to be taken for the period: less where the period was before, more where it would be very
    /// short, since any sound is like itself after a very short time.
    #[inline(always)]
    fn least(&self, part: usize, parts: usize, whole: usize, at_whole: f32) -> f32 {
        let kept = match part.abs_diff(self.period / 2) {
            0 | 1 => self.strength,
            2 if 5 * parts * parts < whole => 0.5 * self.strength,
            _ => 0.0,
        };
        if part < 3 * SHORTEST / 2 { (0.85 * at_whole - kept).max(0.4) } else { (0.7 * at_whole - kept).max(0.3) }
    }
}

impl Sound {
    #[inline(always)]
    fn of(heard: &[f32; HEARD]) -> Self {
        let back = without_colour(heard);
        let now = &back[BACK..];
        let mut energies = [0.0; BACK + 1];
        let mut energy = dot::<NOW>(now, now);
        energies[BACK] = energy;
        for place in (0..BACK).rev() {
            energy += back[place] * back[place] - back[place + NOW] * back[place + NOW];
            energies[place] = energy.max(0.0);
        }
        Self { back, energies }
    }

    /// How alike the sound now is to that of so many samples before.
    #[inline(always)]
    fn alike(&self, lag: usize) -> f32 {
        dot::<NOW>(&self.back[BACK..], &self.back[BACK - lag..])
    }

    /// The place where the sound is most like now, in frames from the beginning of what was heard.
    #[inline(always)]
    fn best_place(&self) -> usize {
        let roughly = self.rough_places();
        let mut alike = [0.0; PLACES];
        for rough in roughly {
            let near = (2 * rough).saturating_sub(2)..(2 * rough + 3).min(PLACES);
            for (place, alike) in near.clone().zip(&mut alike[near]) {
                *alike = self.alike(BACK - place).max(-1.0);
            }
        }
        let [best, _] = two_best(alike.iter().copied().zip(self.energies.iter().map(|energy| 1.0 + energy)));
        let offset = match best {
            0 => 0,
            last if last + 1 >= PLACES => 0,
            _ => leaning([alike[best - 1], alike[best], alike[best + 1]]),
        };
        (2 * best).saturating_add_signed(-offset)
    }

    /// The two best places at a quarter of the rate.
    #[inline(always)]
    fn rough_places(&self) -> [usize; 2] {
        let mut rough = [0.0; HALF / 2];
        for (rough, pair) in rough.iter_mut().zip(self.back.as_chunks::<2>().0) {
            *rough = pair[0];
        }
        let alike = rough_likeness(&rough);
        let mut energy = 1.0 + dot::<ROUGH_NOW>(&rough, &rough);
        let energies = std::iter::once(energy).chain((0..ROUGH_PLACES).map(|place| {
            let (gone, come) = (rough[place], rough[place + ROUGH_NOW]);
            energy = (energy + come * come - gone * gone).max(1.0);
            energy
        }));
        two_best(alike[..ROUGH_PLACES].iter().copied().zip(energies))
    }

    /// Towards which side of a period at half the rate the whole rate's lies, in frames.
    #[inline(always)]
    fn between(&self, period: usize) -> isize {
        leaning([self.alike(period - 1), self.alike(period), self.alike(period + 1)])
    }
}

/// The likeness of now to each place at a quarter of the rate.
#[inline(always)]
fn rough_likeness(rough: &[f32; HALF / 2]) -> [f32; PADDED] {
    let mut alike = [0.0; PADDED];
    for (group, sums) in alike.as_chunks_mut::<BESIDE>().0.iter_mut().enumerate() {
        let mut beside = [0.0; BESIDE];
        let places = rough[group * BESIDE..].windows(BESIDE);
        for (now, places) in rough[ROUGH_BACK..].iter().zip(places).take(ROUGH_NOW) {
            for (sum, place) in beside.iter_mut().zip(places) {
                *sum += now * place;
            }
        }
        *sums = beside;
    }
    alike
}

/// The two places with the most likeness for their energy, of those that are alike at all.
#[inline(always)]
fn two_best(places: impl Iterator<Item = (f32, f32)>) -> [usize; 2] {
    let mut best = [(-1.0, 0.0, 0), (-1.0, 0.0, 1)];
    // Products instead of a quotient for each place.
    let beats = |alike: f32, energy: f32, than: (f32, f32, usize)| alike * alike * than.1 > than.0 * energy;
    for (place, (alike, energy)) in places.enumerate() {
        if alike > 0.0 && beats(alike, energy, best[1]) {
            best[1] = (alike * alike, energy, place);
            if beats(alike, energy, best[0]) {
                best.swap(0, 1);
            }
        }
    }
    best.map(|(_, _, place)| place)
}

/// Whether the top of a hill lies nearer to its left (−1) or right (1) neighbour than to itself.
#[inline(always)]
fn leaning([left, middle, right]: [f32; 3]) -> isize {
    if right - left > 0.7 * (middle - left) {
        1
    } else if left - right > 0.7 * (middle - right) {
        -1
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_period_of_a_voice_is_found() {
        for period in [70, 133, 240, 401, 520, 700] {
            // A glottis that closes once in each period, and a throat.
            let mut heard = [0.0_f32; HEARD];
            for n in 2..HEARD {
                let pulse = if n % period == 0 { 8_000.0 } else { 0.0 };
                heard[n] = pulse + 1.6 * heard[n - 1] - 0.8 * heard[n - 2];
            }
            let mut pitch = Pitch::NONE;
            let found = pitch.find(&heard);
            assert!(found.abs_diff(period) <= 2, "{found} is not {period}");
        }
    }

    #[test]
    fn silence_has_some_period_that_may_be() {
        let mut pitch = Pitch::NONE;
        assert!((SHORTEST..=LONGEST).contains(&pitch.find(&[0.0; HEARD])));
    }
}
