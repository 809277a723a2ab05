import type { ArtistNow } from "../api/types";

/** What the listener sees; each has its sentences. */
export type Phase =
  | "looking"
  | "ready"
  | "away"
  | "waiting"
  | "connecting"
  | "live"
  | "reconnecting"
  | "ended"
  | "missing"
  | "blocked";

/** Why no sound can come although the artist plays. */
export type Obstacle = "gesture" | "browser" | "network" | "full";

/** What is known of the artist's room. */
export type Room =
  | { known: false }
  | { known: "missing" }
  | { known: true; now: ArtistNow };

/** Everything the phase depends on. */
export interface Facts {
  /** The listener pressed Play and not Stop. */
  wanted: boolean;
  room: Room;
  /** The server answers; without it, what is known of the room is old news. */
  reachable: boolean;
  /** Sound packets arrive. */
  flowing: boolean;
  /** Sound was heard since Play. */
  heard: boolean;
  obstacle: Obstacle | null;
}

/** The one place that decides what the page says. */
export function phaseOf(facts: Facts): Phase {
  const { room, wanted } = facts;
  if (room.known === "missing") return "missing";
  if (facts.obstacle === "browser") return "blocked";
  if (wanted && facts.obstacle === "gesture") return "blocked";
  if (wanted && facts.flowing) return "live";
  const state = room.known && facts.reachable ? room.now.state : null;
  if (state === "off_air") return "waiting";
  if (state === "ended") return "ended";
  if (state === "reconnecting" && !(wanted && facts.heard)) return "away";
  if (!wanted) return state === null ? "looking" : "ready";
  if (facts.obstacle !== null) return "blocked";
  return facts.heard ? "reconnecting" : "connecting";
}
