import { route, type ArtistNow } from "../api/types";
import { Attempts, type Pause } from "./attempts";
import { atOnce, patience } from "./backoff";
import { figuresOf, sampleOf, type Figures, type Sample } from "./figures";
import { FlowWatch, type Flow } from "./flow";
import { WhepLink, type LinkEnd } from "./link";
import { phaseOf, type Obstacle, type Phase, type Room } from "./phase";
import { Ratchet, SPREAD_MS } from "./ratchet";
import { RoomWatch } from "./room";
import type { Sink, World } from "./world";

/** What the page draws; a new object whenever something changed. */
export interface LiveSnapshot {
  phase: Phase;
  obstacle: Obstacle | null;
  wanted: boolean;
  room: ArtistNow | null;
  /** The server answers. */
  reachable: boolean;
  /** How far the server's clock is ahead of ours, in ms, to about a second. */
  serverAheadMs: number;
  figures: Figures | null;
  /** The sound being played, for meters. */
  stream: MediaStream | null;
  /** It waits for some seconds before it tries again: the listener may want it at once. */
  patient: boolean;
}

/** How often the counters are looked at, in ms. */
const LOOK_MS = 250;
/** How often the figures change, in ms. */
const FIGURES_MS = 1000;
/** The date in an answer is cut to whole seconds: in the middle it is so much later, in ms. */
const CUT_MS = 500;
/** So many connections in a row without a media path are the network's fault. */
const NO_PATH_LIMIT = 3;
/** Between questions to a room where nobody publishes, unless the server names a time, in ms. */
const ROOM_SILENT_MS = 2000;
/** The same when the room itself said that nothing is on: its next word is what counts, this is the safety net. */
const OFF_AIR_MS = 10_000;
/** When the network is another one, this long without a packet means that the old path is gone, in ms. */
const QUIET_MS = 500;

/**
 * One listener at one artist's page: knows the room, keeps a connection while the listener wants sound, and mends it
 * by itself. It draws nothing and knows no framework.
 */
export class LiveSession {
  readonly #world: World;
  readonly #sink: Sink;
  readonly #utcNow: () => number;
  readonly #watch: RoomWatch;
  readonly #listeners = new Set<() => void>();
  #snapshot: LiveSnapshot;
  #wanted = false;
  #room: Room = { known: false };
  #reachable = true;
  #serverAheadMs = 0;
  #obstacle: Obstacle | null = null;
  #flowing = false;
  #heard = false;
  #link: WhepLink | null = null;
  #relays: RTCIceServer[] = [];
  #flow = new FlowWatch();
  #noPath = 0;
  /** So many connections in a row stood and brought no sound, the latest among them. */
  #fruitless = 0;
  /** Since when the latest connection stands. */
  #stoodAt = 0;
  readonly #ratchet = new Ratchet();
  /** What is planned or under way is meant to take the place of a connection that plays. */
  #renewing = false;
  readonly #attempts: Attempts;
  #cancelLook: () => void = () => undefined;
  #sample: { value: Sample; at: number } | null = null;
  #figures: Figures | null = null;
  #stream: MediaStream | null = null;
  #clockOffsetMs: number | null = null;

  constructor(slug: string, world: World, sink: Sink, utcNow: () => number) {
    this.#world = world;
    this.#sink = sink;
    this.#utcNow = utcNow;
    if (!world.supported) this.#obstacle = "browser";
    this.#watch = new RoomWatch(world, slug, {
      now: (now) => { this.#news(now); },
      clock: (utcMs) => { this.#serverAheadMs = utcMs + CUT_MS - this.#utcNow(); },
      missing: () => { this.#missing(); },
      reachable: (yes) => { this.#reach(yes); },
    });
    this.#attempts = new Attempts(world, {
      make: (up, ended) => new WhepLink(world, route.listen(slug), this.#relays, {
        relays: (servers) => { this.#relays = servers; },
        up,
        ended,
      }),
      won: (link) => { this.#use(link); },
      failed: (end) => this.#failed(end),
      changed: () => { this.#changed(); },
    });
    this.#snapshot = this.#draw();
  }

  /** For `useSyncExternalStore` and friends. */
  readonly snapshot = (): LiveSnapshot => this.#snapshot;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  /** Begins to watch the room. */
  start(): void {
    this.#watch.start();
  }

  /** The listener wants sound. Must be called inside the click. */
  play(): void {
    if (this.#obstacle === "browser") return;
    if (this.#obstacle === "gesture") this.#obstacle = null;
    this.#sink.prime();
    if (this.#wanted && this.#stream !== null) this.#sound(this.#stream);
    if (!this.#wanted) {
      this.#wanted = true;
      this.#heard = false;
      this.#noPath = 0;
      this.#fruitless = 0;
      this.#attempts.begin({ ms: 0, eager: true });
    }
    this.#changed();
  }

  /** The listener wants silence. */
  stop(): void {
    this.#wanted = false;
    this.#heard = false;
    this.#overcome();
    this.#drop();
    this.#sink.release();
    this.#changed();
  }

  /** The page goes away: everything is let go at once. `start` and `play` work again afterwards. */
  leave(): void {
    this.#wanted = false;
    this.#heard = false;
    this.#overcome();
    this.#drop(true);
    this.#sink.release();
    this.#watch.stop();
    this.#changed();
  }

  /** The network came back, or the page is looked at again, or the listener says so: no waiting any more. */
  hurry(): void {
    this.#watch.refresh();
    this.#fruitless = 0;
    this.#attempts.hurry();
    if (this.#link !== null && this.#flow.quiet(this.#world.now()) > QUIET_MS) this.#seek(0);
  }

  /** The server's clock minus ours in ms, once measured. */
  setClockOffset(ms: number | null): void {
    this.#clockOffsetMs = ms;
  }

  #news(now: ArtistNow): void {
    const before = this.#room.known === true ? this.#room.now : null;
    this.#room = { known: true, now };
    const begins = (state: ArtistNow["state"]) => now.state === state && before?.state !== state;
    if (begins("ended") && this.#wanted) {
      this.#drop();
      this.#attempts.begin({ ms: OFF_AIR_MS, eager: true });
    } else if (isOver(now) && before !== null && !isOver(before) && this.#heard) {
      // The evening is over for good: nobody wants to be surprised by the next one hours later.
      this.#wanted = false;
      this.#heard = false;
      this.#drop();
      this.#sink.release();
    } else if (begins("live")) {
      this.#flow.restart(this.#world.now());
      this.#fruitless = 0;
      this.#attempts.hurry(atOnce(this.#world.random()));
    }
    this.#changed();
  }

  #missing(): void {
    this.#room = { known: "missing" };
    this.#wanted = false;
    this.#drop();
    this.#sink.release();
    this.#changed();
  }

  #reach(yes: boolean): void {
    const back = yes && !this.#reachable;
    this.#reachable = yes;
    if (back) this.#attempts.hurry();
    this.#changed();
  }

  /** Looks for another connection. The one that was lost is kept as long as there is none: its path may come back first. */
  #seek(ms: number): void {
    if (this.#renewing) this.#stopAttempts();
    // A connection that stands is worth keeping while it is the artist who is away.
    if (!this.#wanted || this.#attempts.running || (this.#link !== null && this.#artistIsAway())) return;
    this.#attempts.begin({ ms, eager: true });
  }

  /** The same while all is well: the player stays late after trouble, and another one would not. */
  #renew(): void {
    if (this.#attempts.running) return;
    this.#renewing = true;
    this.#attempts.begin({ ms: SPREAD_MS * this.#world.random(), eager: false, alone: true });
  }

  /** How long the next connection waits, in ms. */
  #patience(): number {
    const random = this.#world.random();
    const given = this.#world.now() - this.#stoodAt;
    return Math.max(patience(this.#fruitless, random) - given, atOnce(random));
  }

  #use(link: WhepLink): void {
    this.#ratchet.renew(this.#renewing);
    this.#renewing = false;
    this.#fruitless += 1;
    this.#stoodAt = this.#world.now();
    this.#link?.close();
    this.#link = link;
    this.#flow = new FlowWatch();
    this.#sample = null;
    if (link.stream !== null) this.#sound(link.stream);
    this.#lookLater(link);
  }

  #sound(stream: MediaStream): void {
    this.#stream = stream;
    void this.#sink.play(stream).then((allowed) => {
      if (this.#stream !== stream || !this.#wanted) return;
      if (!allowed) this.#obstacle = "gesture";
      else if (this.#obstacle === "gesture") this.#obstacle = null;
      this.#changed();
    });
    this.#changed();
  }

  /** A link ended: one that was played, or an attempt. What it says of the next attempt. */
  #failed(end: LinkEnd): Pause | null {
    if (end.why === "missing") {
      this.#watch.stop();
      this.#missing();
      return null;
    }
    if (end.why === "broken") {
      this.#letGo();
      this.#seek(this.#patience());
      return null;
    }
    if (this.#renewing) {
      // What is played goes on.
      this.#stopAttempts();
      return null;
    }
    this.#noPath = end.why === "no-path" ? this.#noPath + 1 : this.#noPath;
    if (this.#obstacle !== "gesture") this.#obstacle = obstacleOf(end, this.#noPath);
    const retryMs = "retryMs" in end ? end.retryMs : null;
    if (end.why === "silent-room") {
      const least = this.#nothingIsOn() ? OFF_AIR_MS : 0;
      return { ms: Math.max(retryMs ?? ROOM_SILENT_MS, least), eager: true };
    }
    return retryMs === null ? null : { ms: retryMs, eager: false };
  }

  #lookLater(link: WhepLink): void {
    this.#cancelLook();
    this.#cancelLook = this.#world.after(LOOK_MS, () => { void this.#look(link); });
  }

  async #look(link: WhepLink): Promise<void> {
    const report = await link.report().catch(() => null);
    if (this.#link !== link) return;
    const now = this.#world.now();
    const sample = report === null ? null : sampleOf(report, this.#utcNow());
    this.#judge(this.#flow.look(sample, now, link.connected));
    if (sample !== null) this.#measure(sample, now);
    // Judging may have ended this link.
    if (this.#current() === link) this.#lookLater(link);
  }

  #judge(flow: Flow): void {
    const flowing = flow === "flowing";
    if (flowing) {
      this.#heard = true;
      this.#noPath = 0;
      if (this.#flow.proven(this.#world.now())) this.#fruitless = 0;
      // Its last packets are no reason to stay with a path that may be gone.
      if (!this.#renewing && this.#flow.quiet(this.#world.now()) <= QUIET_MS) this.#attempts.stop();
      if (this.#obstacle !== "gesture") this.#overcome();
    }
    if (flowing !== this.#flowing) {
      this.#flowing = flowing;
      this.#changed();
    }
    if (flow === "silent" || flow === "stuck") this.#seek(this.#patience());
  }

  /** The server says that the artist is being reconnected. */
  #artistIsAway(): boolean {
    return this.#reachable && this.#room.known === true && this.#room.now.state === "reconnecting";
  }

  #nothingIsOn(): boolean {
    if (!this.#reachable || this.#room.known !== true) return false;
    return this.#room.now.state === "off_air" || this.#room.now.state === "ended";
  }

  /** Forgets what stood in the way, except what no trying can change. */
  #overcome(): void {
    if (this.#obstacle !== "browser") this.#obstacle = null;
  }

  #measure(sample: Sample, now: number): void {
    const last = this.#sample;
    if (last !== null && now - last.at < FIGURES_MS) return;
    this.#sample = { value: sample, at: now };
    if (this.#flowing && this.#ratchet.look(sample)) this.#renew();
    if (last === null) return;
    this.#figures = figuresOf(last.value, sample, this.#clockOffsetMs);
    this.#changed();
  }

  /** Ends the link and every plan for one. */
  #drop(keepalive = false): void {
    this.#stopAttempts(keepalive);
    this.#letGo(keepalive);
  }

  #stopAttempts(keepalive = false): void {
    this.#attempts.stop(keepalive);
    this.#renewing = false;
  }

  #letGo(keepalive = false): void {
    this.#cancelLook();
    this.#link?.close(keepalive);
    this.#link = null;
    this.#flowing = false;
    this.#sample = null;
    this.#figures = null;
    this.#stream = null;
  }

  #current(): WhepLink | null {
    return this.#link;
  }

  #changed(): void {
    this.#snapshot = this.#draw();
    for (const listener of this.#listeners) listener();
  }

  #draw(): LiveSnapshot {
    const facts = {
      wanted: this.#wanted,
      room: this.#room,
      reachable: this.#reachable,
      flowing: this.#flowing,
      heard: this.#heard,
      obstacle: this.#obstacle,
    };
    return {
      phase: phaseOf(facts),
      obstacle: this.#obstacle,
      wanted: this.#wanted,
      room: this.#room.known === true ? this.#room.now : null,
      reachable: this.#reachable,
      serverAheadMs: this.#serverAheadMs,
      figures: this.#figures,
      stream: this.#stream,
      patient: this.#wanted && this.#attempts.patient && !this.#nothingIsOn(),
    };
  }
}

/** The evening is over for good. An open performance that has not sounded yet is told as off air too. */
function isOver(now: ArtistNow): boolean {
  return now.state === "off_air" && (now.performance ?? null) === null;
}

function obstacleOf(end: LinkEnd, noPath: number): Obstacle | null {
  if (end.why === "full") return "full";
  return noPath >= NO_PATH_LIMIT ? "network" : null;
}
