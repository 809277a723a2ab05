import type { Level } from "./levels";

/** Below this a meter is dark, in dBFS. */
export const FLOOR_DB = -60;
const HOLD_MS = 1500;
const FALL_DB_PER_S = 20;
/** Scale marks: level in dBFS and place from 0 to 1. More room above −20, like IEC 60268-18. */
const MARKS: readonly (readonly [number, number])[] = [[-60, 0], [-50, 0.06], [-40, 0.14], [-30, 0.29], [-20, 0.5], [0, 1]];

/** Linear amplitude to dBFS, not below the floor. */
export function decibels(amplitude: number): number {
  return amplitude > 0 ? Math.max(20 * Math.log10(amplitude), FLOOR_DB) : FLOOR_DB;
}

/** Where a level stands on the meter, 0 (floor) to 1 (full scale). */
export function place(db: number): number {
  let below = MARKS[0] ?? [FLOOR_DB, 0];
  for (const mark of MARKS) {
    if (db < mark[0]) return below[1] + ((db - below[0]) / (mark[0] - below[0])) * (mark[1] - below[1]) || 0;
    below = mark;
  }
  return 1;
}

/** The word for a level: good to −18, caution to −6, over above −1 dBFS; between −6 and −1 caution stays. */
export function zone(db: number): "good" | "caution" | "over" {
  if (db > -1) return "over";
  return db > -18 ? "caution" : "good";
}

/** What one channel of a meter shows: RMS as the body, the highest peak held and then falling. In dBFS. */
export class Needle {
  body = FLOOR_DB;
  peak = FLOOR_DB;
  #heldAt = 0;
  #movedAt = 0;

  /** Takes a new level at `now` (ms). */
  move(level: Level, now: number): void {
    this.body = decibels(level.rms);
    const peak = decibels(level.peak);
    const fallen = now - this.#heldAt > HOLD_MS ? this.peak - (FALL_DB_PER_S * (now - this.#movedAt)) / 1000 : this.peak;
    this.#movedAt = now;
    if (peak >= fallen) {
      this.peak = peak;
      this.#heldAt = now;
    } else {
      this.peak = Math.max(fallen, FLOOR_DB);
    }
  }
}
