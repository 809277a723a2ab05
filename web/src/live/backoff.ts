/** For this long attempts follow each other closely, in ms: most losses are over by then, and the listener still waits. */
const EAGER_MS = 60_000;
/** Between the beginnings of two attempts at the latest, in ms: then, and after five minutes. */
const CLOSE_MS = 1000;
const FAR_MS = 5000;

/**
 * From the beginning of one attempt to that of the next, in ms, when the first began `sinceMs` ago. The spread keeps a
 * full room from knocking in the same instant.
 */
export function interval(sinceMs: number, random: number): number {
  const most = sinceMs <= EAGER_MS ? CLOSE_MS : Math.min(Math.max(sinceMs / 60, CLOSE_MS), FAR_MS);
  return most * (0.6 + 0.4 * random);
}

/** What was lost is tried again within this time, by chance, in ms: a whole room must not come back in one instant. */
const AT_ONCE_MS = 250;
/** From one connection that stood for nothing to the next, in ms: after the second, and at the most. */
const FRUITLESS_MS = 8000;
const FRUITLESS_MAX_MS = 64_000;

/** A moment, another one for each page, in ms. */
export function atOnce(random: number): number {
  return AT_ONCE_MS * random;
}

/**
 * How long the latest connection is given, in ms since it stood, when `fruitless` in a row brought no sound. The first is
 * forgiven: its path may have died just then. The next ones help ever less, and each costs the server a handshake.
 */
export function patience(fruitless: number, random: number): number {
  if (fruitless <= 1) return 0;
  return Math.min(FRUITLESS_MS * 2 ** (fruitless - 2), FRUITLESS_MAX_MS) * (0.5 + 0.5 * random);
}

/** The `Retry-After` of an answer in ms (only the form in seconds), between 0.25 s and 30 s; null without one. */
export function retryAfter(headers: Headers): number | null {
  const text = headers.get("retry-after");
  if (text === null || !/^\s*\d+\s*$/.test(text)) return null;
  return Math.min(Math.max(Number(text) * 1000, 250), 30_000);
}
