/** How long to wait before attempt number `failures` + 1, in ms, when the server named no time of its own. */
export function backoff(failures: number, random: number): number {
  // The longest wait stays below the 5 s in which a restarted server must be heard again; the spread keeps a
  // full room from knocking in the same instant.
  const base = Math.min(200 * 2 ** Math.min(failures, 5), 2000);
  return base * (0.75 + 0.5 * random);
}

/** The `Retry-After` of an answer in ms (only the form in seconds), between 0.25 s and 30 s; null without one. */
export function retryAfter(headers: Headers): number | null {
  const text = headers.get("retry-after");
  if (text === null || !/^\s*\d+\s*$/.test(text)) return null;
  return Math.min(Math.max(Number(text) * 1000, 250), 30_000);
}
