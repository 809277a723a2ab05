//! Finds the level at which a copy has the loudness that is asked for, below its ceiling.

use super::sound::Treatment;
use super::{Halt, Match, Reading};
use crate::limits::{EXPORT_CLOSE_LU, EXPORT_MOST_GAIN_DB, EXPORT_MOST_LIMITED_DB, EXPORT_ROUNDS, EXPORT_UNDER_DB};

/// How a search ended.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Found {
    /// With this treatment, which was measured to read so.
    At(Treatment, Reading),
    /// So quiet that its noise would come up with it: more gain would be needed than [`EXPORT_MOST_GAIN_DB`].
    TooQuiet,
    /// Its peaks stand so far above everything else that it gets no louder below the ceiling.
    OutOfReach,
}

/// Searches; `measure` plays the sound with a treatment and reads it. `plain` is what it reads with a gain of `base_db`.
pub(super) fn search(
    wish: Match,
    base_db: f32,
    plain: Reading,
    measure: &mut dyn FnMut(Treatment) -> Result<Reading, Halt>,
) -> Result<Found, Halt> {
    let asked_db = base_db + wish.lufs - plain.lufs;
    if !asked_db.is_finite() || asked_db > EXPORT_MOST_GAIN_DB {
        return Ok(Found::TooQuiet);
    }
    let (mut gain_db, mut ceiling_db) = (asked_db, wish.ceiling_db - EXPORT_UNDER_DB);
    // How much of a dB more arrives: the less, the more is limited. The last two rounds below one ceiling tell it.
    let (mut arrives, mut before) = (1.0, None);
    for _ in 0..EXPORT_ROUNDS {
        let treatment = Treatment { gain_db, ceiling_db: Some(ceiling_db) };
        let heard = measure(treatment)?;
        let missing = wish.lufs - heard.lufs;
        let over = heard.true_peak_db - wish.ceiling_db;
        if missing.abs() <= EXPORT_CLOSE_LU && over <= 0.0 {
            return Ok(Found::At(treatment, heard));
        }
        if let Some((gain, lufs)) = before {
            let slope: f32 = (heard.lufs - lufs) / (gain_db - gain);
            arrives = if slope.is_finite() { slope.clamp(0.2, 1.0) } else { arrives };
        }
        before = Some((gain_db, heard.lufs)).filter(|_| over <= 0.0);
        gain_db += missing / arrives;
        if over > 0.0 {
            ceiling_db -= over + EXPORT_UNDER_DB;
        }
        if gain_db > asked_db + EXPORT_MOST_LIMITED_DB {
            break;
        }
    }
    Ok(Found::OutOfReach)
}
