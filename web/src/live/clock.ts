import { route } from "../api/types";
import { ask } from "./ask";
import type { World } from "./world";

/** Questions asked; the quickest answer has the smallest error. */
const ROUNDS = 8;

/**
 * The server's clock minus ours in ms, by the quickest of several round trips (error at most half of it); null when
 * the server cannot be asked. `utcNow` is our clock, UTC in ms with fractions.
 */
export async function clockOffset(world: World, utcNow: () => number): Promise<number | null> {
  let best: { trip: number; offset: number } | null = null;
  for (let round = 0; round < ROUNDS; round += 1) {
    const asked = utcNow();
    const server = await serverTime(world);
    const answered = utcNow();
    if (server === null) continue;
    const trip = answered - asked;
    if (best === null || trip < best.trip) best = { trip, offset: server - (asked + answered) / 2 };
  }
  return best === null ? null : best.offset;
}

async function serverTime(world: World): Promise<number | null> {
  return ask(world, route.time, { cache: "no-store" }, async (response) => {
    if (!response.ok) return null;
    const { utc_us: microseconds } = (await response.json()) as { utc_us: string };
    const milliseconds = Number(microseconds) / 1000;
    return Number.isFinite(milliseconds) ? milliseconds : null;
  });
}
