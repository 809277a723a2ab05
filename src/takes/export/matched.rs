//! Finds the level at which a copy has the loudness that is asked for, below its ceiling.

use super::sound::Treatment;
use super::{Halt, Match, Reading};
use crate::limits::{EXPORT_CLOSE_LU, EXPORT_MOST_GAIN_DB, EXPORT_ROUNDS, EXPORT_UNDER_DB};

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
    // What the limiter takes may be given back, up to as much as a song may be raised at all.
    let most_db = asked_db + EXPORT_MOST_GAIN_DB;
    let (mut gain_db, mut ceiling_db) = (asked_db, wish.ceiling_db - EXPORT_UNDER_DB);
    let mut before: Option<(f32, f32)> = None;
    for _ in 0..EXPORT_ROUNDS {
        let treatment = Treatment { gain_db, ceiling_db: Some(ceiling_db) };
        let heard = measure(treatment)?;
        let missing = wish.lufs - heard.lufs;
        let over = heard.true_peak_db - wish.ceiling_db;
        if missing.abs() <= EXPORT_CLOSE_LU && over <= 0.0 {
            return Ok(Found::At(treatment, heard));
        }
        if over > 0.0 {
            ceiling_db -= over + EXPORT_UNDER_DB;
        }
        // The more is limited, the less of a dB arrives: the last two rounds tell how much.
        let arrives = before.map_or(1.0, |(gain, lufs)| (heard.lufs - lufs) / (gain_db - gain));
        before = Some((gain_db, heard.lufs));
        gain_db += missing / if arrives.is_finite() { arrives.clamp(0.2, 1.0) } else { 1.0 };
        if gain_db > most_db {
            break;
        }
    }
    Ok(Found::OutOfReach)
}
