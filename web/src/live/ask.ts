import type { World } from "./world";

/** A server that takes longer to answer is treated as away, in ms. */
const ANSWER_MS = 8000;

/**
 * Asks the server and reads its whole answer; null when none came in time. What takes too long is cut off: a browser keeps
 * six connections to one server (HTTP/1.1), and a network that swallows requests would soon have them all.
 */
export async function ask<T>(
  world: World,
  url: string,
  init: RequestInit,
  read: (response: Response) => T | Promise<T>,
  abort = new AbortController(),
): Promise<T | null> {
  const cancel = world.after(ANSWER_MS, () => { abort.abort(); });
  try {
    return await read(await world.fetch(url, { ...init, signal: abort.signal }));
  } catch {
    return null;
  } finally {
    cancel();
  }
}

/** The server's word that there is no such artist. A proxy says 404 too while the server behind it is restarted. */
export function isMissing(response: Response): boolean {
  return response.status === 404 && (response.headers.get("content-type") ?? "").startsWith("application/problem+json");
}
