import { interval } from "./backoff";
import type { LinkEnd, WhepLink } from "./link";
import type { World } from "./world";

/** So many attempts may be under way beside each other: where answers take seconds, the next does not wait for the one before. */
const AT_ONCE = 3;

/** What the attempts need of the one who wants a connection. */
export interface AttemptEvents {
  /** A link that has not been opened yet and reports to these two. */
  make(up: () => void, ended: (end: LinkEnd) => void): WhepLink;
  /** This one stands. No other is under way any more. */
  won(link: WhepLink): void;
  /** One failed: how long the next must wait, in ms, when it is not the usual time. */
  failed(end: LinkEnd): Pause | null;
  /** One is planned, began or ended. */
  changed(): void;
}

export interface Pause {
  ms: number;
  /** Good news may cut the waiting short. */
  eager: boolean;
  /** One attempt and no other beside it: nothing is lost when it fails. */
  alone?: true;
}

/** Tries to connect, again and again and some attempts beside each other, until one link stands. */
export class Attempts {
  readonly #world: World;
  readonly #events: AttemptEvents;
  readonly #underWay: WhepLink[] = [];
  #began: number | null = null;
  #next: { cancel: () => void; pause: Pause } | null = null;

  constructor(world: World, events: AttemptEvents) {
    this.#world = world;
    this.#events = events;
  }

  /** There is one under way, or planned. */
  get running(): boolean {
    return this.#began !== null;
  }

  /** The listener may wish that it went on at once: none is under way, and the first minute is over. */
  get patient(): boolean {
    return this.#underWay.length === 0 && this.#next?.pause.eager === true && this.#next.pause.ms > 1000;
  }

  /** Begins with an attempt after that pause, whatever was planned before. */
  begin(pause: Pause): void {
    this.#began ??= this.#world.now();
    if (pause.ms > 0) this.#plan(pause);
    else this.#try(pause);
    this.#events.changed();
  }

  /** Good news: no waiting any more, but for that long. */
  hurry(ms = 0): void {
    if (this.#underWay.length === 0 && this.#next?.pause.eager === true) this.begin({ ms, eager: true });
  }

  /** None any more. `keepalive`: the page is going away. */
  stop(keepalive = false): void {
    this.#began = null;
    this.#next?.cancel();
    this.#next = null;
    for (const link of this.#underWay.splice(0)) link.close(keepalive);
  }

  #plan(pause: Pause): void {
    this.#next?.cancel();
    this.#next = { cancel: this.#world.after(pause.ms, () => { this.#try(pause); }), pause };
  }

  #try(pause: Pause): void {
    const now = this.#world.now();
    // The oldest has all its time, for networks where everything takes seconds; the others make room for a fresh one.
    if (this.#underWay.length >= AT_ONCE) this.#underWay.splice(1, 1)[0]?.abandon();
    const link: WhepLink = this.#events.make(() => { this.#won(link); }, (end) => { this.#failed(link, end); });
    this.#underWay.push(link);
    if (pause.alone !== true) this.#plan({ ms: interval(now - (this.#began ?? now), this.#world.random()), eager: true });
    link.open();
  }

  #won(link: WhepLink): void {
    this.#forget(link);
    this.stop();
    this.#events.won(link);
  }

  #failed(link: WhepLink, end: LinkEnd): void {
    this.#forget(link);
    const pause = this.#events.failed(end);
    if (pause !== null && this.running) this.#plan(pause);
    this.#events.changed();
  }

  #forget(link: WhepLink): void {
    const place = this.#underWay.indexOf(link);
    if (place >= 0) this.#underWay.splice(place, 1);
  }
}
