import type { PlainKey } from "../../i18n/say";
import type { LiveSnapshot } from "../../live/session";

/** The sentences for what is going on: a headline and one line below it. */
export function wordsOf(snapshot: LiveSnapshot): { head: PlainKey; line: PlainKey } {
  const head: PlainKey = `page-state-${snapshot.phase}`;
  return { head, line: lineOf(snapshot) };
}

function lineOf({ phase, wanted, obstacle, reachable }: LiveSnapshot): PlainKey {
  if (phase === "blocked") return `page-state-blocked-${obstacle ?? "network"}-line`;
  // Sound that arrives is proof enough that the server lives.
  if (!reachable && phase !== "live") return "page-state-offline-line";
  if (wanted && phase === "waiting") return "page-state-waiting-wanted-line";
  if (wanted && phase === "away") return "page-state-away-wanted-line";
  if (wanted && phase === "ended") return "page-state-ended-wanted-line";
  return `page-state-${phase}-line`;
}
