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

/** The `Retry-After` of an answer in ms (only the form in seconds), between 0.25 s and 30 s; null without one. */
export function retryAfter(headers: Headers): number | null {
  const text = headers.get("retry-after");
  if (text === null || !/^\s*\d+\s*$/.test(text)) return null;
  return Math.min(Math.max(Number(text) * 1000, 250), 30_000);
}
