import type { Sample } from "./figures";

/** A buffer this much longer than usual is too long, in ms. */
const TOO_LONG_MS = 25;
/** A network where nothing is missing and packets come this evenly needs no long buffer: jitter in ms (RFC 3550). */
const EVEN_MS = 10;
/** After so many seconds without trouble the buffer should be as before. */
const CALM = 10;
/** A hiccup of the artist makes a whole room late at once, and handshakes are made by the thread that sends the sound: the
 *  renewals are spread over this time, in ms. No longer, for within 30 s of the end of trouble a listener is promised to be as
 *  early as before: 10 s of calm, 1 s until they are seen, this, and the rest for the handshake and the new player's own pace. */
export const SPREAD_MS = 12_000;
/** So much of the latest second goes into what is usual. */
const WEIGHT = 0.2;

/**
 * Notices a player that stays late after trouble. A browser's buffer grows at once when packets come late and takes a minute
 * to forget; a fresh connection has a fresh one.
 */
export class Ratchet {
  #usualMs: number | null = null;
  #last: Sample | null = null;
  #calm = 0;
  #renewed = false;

  /** Takes the counters of each second; true when the connection should be renewed. */
  look(sample: Sample): boolean {
    const last = this.#last;
    this.#last = sample;
    if (last === null || sample.bufferEmitted <= last.bufferEmitted) return false;
    const bufferMs = ((sample.bufferDelayS - last.bufferDelayS) / (sample.bufferEmitted - last.bufferEmitted)) * 1000;
    const even = sample.concealed === last.concealed && sample.nacks === last.nacks && (sample.jitterMs ?? 0) < EVEN_MS;
    this.#calm = even ? this.#calm + 1 : 0;
    if (this.#usualMs !== null && bufferMs > this.#usualMs + TOO_LONG_MS) return this.#long(bufferMs);
    if (even) this.#usualMs = this.#usualMs === null ? bufferMs : this.#usualMs + WEIGHT * (bufferMs - this.#usualMs);
    this.#renewed = false;
    return false;
  }

  /** Another connection is played, `asWished` when that was wished for here: what is usual stays, the counters begin anew. */
  renew(asWished: boolean): void {
    this.#last = null;
    this.#calm = 0;
    this.#renewed = asWished;
  }

  #long(bufferMs: number): boolean {
    if (this.#calm < CALM) return false;
    this.#calm = 0;
    // When a fresh connection does not help, this network is like that.
    if (this.#renewed) this.#usualMs = bufferMs;
    return !this.#renewed;
  }
}
