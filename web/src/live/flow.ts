import type { Sample } from "./figures";

/** Whether sound comes. */
export type Flow = "none-yet" | "flowing" | "silent" | "stuck";

/** No packet for this long means that the sound stopped. The server calls an artist lost after 2 s, which it looks at each
 *  250 ms: its word comes first, and a thousand pages do not ask for other connections that would be as silent. */
export const SILENT_MS = 2250;
/** A connection that stands for this long without a first packet is useless. */
export const NOTHING_MS = 4000;
/** Packets come, but the player has to invent nearly everything for this long. */
export const STUCK_MS = 3000;
const STUCK_SHARE = 0.9;
/** A connection that flows for this long without a break has brought sound: silence and what is stuck show before. */
const PROVEN_MS = 5000;

/** Watches the counters for sound that stops although the connection stands. */
export class FlowWatch {
  #last: Sample | null = null;
  #packetAt = 0;
  #soundAt = 0;
  #begun = false;
  #connectedAt: number | null = null;
  #flowingAt: number | null = null;

  /** Judges the counters at `now` (monotonic ms); `connected`: the media path stands. */
  look(sample: Sample | null, now: number, connected: boolean): Flow {
    const flow = this.#judge(sample, now, connected);
    this.#flowingAt = flow === "flowing" ? (this.#flowingAt ?? now) : null;
    return flow;
  }

  /** Whether this connection is known to bring sound. */
  proven(now: number): boolean {
    return this.#flowingAt !== null && now - this.#flowingAt >= PROVEN_MS;
  }

  #judge(sample: Sample | null, now: number, connected: boolean): Flow {
    const last = this.#last;
    if (connected) this.#connectedAt ??= now;
    if (sample === null || sample.packets === 0) return this.#nothing(now);
    this.#last = sample;
    if (!this.#begun) {
      this.restart(now);
      this.#begun = true;
      return "flowing";
    }
    if (last !== null && sample.packets !== last.packets) this.#packetAt = now;
    if (last === null || audible(last, sample)) this.#soundAt = now;
    if (now - this.#packetAt >= SILENT_MS) return "silent";
    return now - this.#soundAt >= STUCK_MS ? "stuck" : "flowing";
  }

  /** How long no packet has come, in ms, at `now`; 0 before the first one. */
  quiet(now: number): number {
    return this.#begun ? now - this.#packetAt : 0;
  }

  #nothing(now: number): Flow {
    if (this.#begun) return now - this.#packetAt >= SILENT_MS ? "silent" : "flowing";
    return this.#connectedAt !== null && now - this.#connectedAt >= NOTHING_MS ? "silent" : "none-yet";
  }

  /** Forgives what was missing until now, such as when the artist has just come back. */
  restart(now: number): void {
    this.#packetAt = now;
    this.#soundAt = now;
    if (this.#connectedAt !== null) this.#connectedAt = now;
  }
}

function audible(before: Sample, after: Sample): boolean {
  const samples = after.samples - before.samples;
  // Between two looks that are close together the player may not have asked for sound at all.
  if (samples <= 0) return after.samples === before.samples;
  return (after.concealed - before.concealed) / samples < STUCK_SHARE;
}
