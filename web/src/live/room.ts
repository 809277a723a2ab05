import { route, type ArtistNow } from "../api/types";
import { ask, isMissing } from "./ask";
import type { World } from "./world";

export interface RoomEvents {
  /** News of the artist. */
  now(now: ArtistNow): void;
  /** The server's clock right now, UTC in ms, cut to whole seconds. */
  clock(utcMs: number): void;
  /** No artist has this address. */
  missing(): void;
  /** Whether the server can be reached. */
  reachable(yes: boolean): void;
}

/** Between questions while no event stream stands, in ms. */
const ASK_MS = 1500;
/** The longest time between questions. */
const ASK_MAX_MS = 6000;
/** An event stream can die without a word (a phone that slept, a network that is gone): after so long a silence we ask, in ms.
 *  The spread keeps a room that heard the same last word from asking in the same instant. */
const QUIET_MS = 60_000;

/**
 * Watches an artist's room: asks once, then listens to the server's events; while the events fail, asks again and
 * again, and a stream that is quiet for long is renewed. Never gives up by itself, except where there is no such artist.
 */
export class RoomWatch {
  readonly #world: World;
  readonly #slug: string;
  readonly #events: RoomEvents;
  #source: EventSource | null = null;
  /** Cuts off the latest question. */
  #abort = new AbortController();
  #cancel: () => void = () => undefined;
  #failures = 0;
  #open = false;
  /** Answers to questions that were asked before the last start are old news. */
  #round = 0;

  constructor(world: World, slug: string, events: RoomEvents) {
    this.#world = world;
    this.#slug = slug;
    this.#events = events;
  }

  start(): void {
    if (this.#open) return;
    this.#open = true;
    void this.#ask(++this.#round);
  }

  stop(): void {
    this.#open = false;
    this.#round += 1;
    this.#cancel();
    this.#hangUp();
  }

  /** Asks now, such as when the network came back. */
  refresh(): void {
    if (!this.#open) return;
    this.#cancel();
    this.#hangUp();
    void this.#ask(++this.#round);
  }

  async #ask(round: number): Promise<void> {
    const answer = await this.#question();
    if (round !== this.#round) return;
    if (answer === "missing") {
      this.stop();
      this.#events.missing();
      return;
    }
    this.#events.reachable(answer !== null);
    if (answer === null) {
      this.#later();
      return;
    }
    this.#events.now(answer);
    this.#listen();
  }

  async #question(): Promise<ArtistNow | "missing" | null> {
    this.#abort = new AbortController();
    return ask(this.#world, route.artist(this.#slug), { cache: "no-store" }, async (response) => {
      if (isMissing(response)) return "missing";
      if (!response.ok) return null;
      const date = Date.parse(response.headers.get("date") ?? "");
      if (Number.isFinite(date)) this.#events.clock(date);
      return (await response.json()) as ArtistNow;
    }, this.#abort);
  }

  #listen(): void {
    const source = this.#world.events(route.artistEvents(this.#slug));
    this.#source = source;
    this.#renewLater();
    source.addEventListener("now", (event) => {
      const now = parse((event as MessageEvent<string>).data);
      if (now === null || this.#source !== source) return;
      this.#failures = 0;
      this.#renewLater();
      this.#events.reachable(true);
      this.#events.now(now);
    });
    source.addEventListener("error", () => {
      if (this.#source !== source) return;
      // The browser's own retry waits 3 s and more; ours is quicker and knows when the artist is gone.
      this.#hangUp();
      this.#later();
    });
  }

  #hangUp(): void {
    this.#abort.abort();
    this.#source?.close();
    this.#source = null;
  }

  #renewLater(): void {
    this.#cancel();
    this.#cancel = this.#world.after(QUIET_MS * (0.75 + 0.5 * this.#world.random()), () => { this.refresh(); });
  }

  #later(): void {
    this.#cancel();
    const wait = Math.min(ASK_MS * 1.5 ** this.#failures, ASK_MAX_MS) * (0.8 + 0.4 * this.#world.random());
    this.#failures += 1;
    const round = this.#round;
    this.#cancel = this.#world.after(wait, () => { void this.#ask(round); });
  }
}

function parse(text: string): ArtistNow | null {
  try {
    return JSON.parse(text) as ArtistNow;
  } catch {
    return null;
  }
}
