import type { ArtistNow } from "../api/types";
import type { Sink, World } from "./world";

/** So many connections does a browser keep to one server (HTTP/1.1). */
const CONNECTIONS = 6;

/** A world for tests: its clock is moved by hand, its server and its connections do what the test says. */
export class FakeWorld implements World {
  supported = true;
  time = 0;
  /** What the server answers; replaced by tests. "no-backend": a proxy answers in its place. Null: it cannot be reached. */
  room: ArtistNow | "missing" | "no-backend" | null = room("live");
  /** The server's clock minus the listener's, in ms. */
  aheadMs = 0;
  whep: () => Response | null = () => created();
  /** Requests in order, as `METHOD path`. */
  readonly requests: string[] = [];
  readonly peers: FakePeer[] = [];
  /** The relays that each connection was given. */
  readonly relays: RTCIceServer[][] = [];
  readonly sources: FakeEvents[] = [];
  /** Nothing is answered, neither yes nor no: a network that swallows everything. */
  swallows = false;
  /** How long an answer takes. */
  answerMs = 0;
  /** What every throw of the dice gives, from 0 to just below 1. */
  chance = 0.5;
  /** Requests that are not answered yet. */
  open = 0;
  /** Requests that the browser holds back, because it has no connection left. */
  readonly #heldBack: (() => void)[] = [];
  readonly #timers: { at: number; order: number; action: () => void }[] = [];
  #order = 0;

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.time + ms, order: this.#order++, action };
    this.#timers.push(timer);
    return () => {
      const place = this.#timers.indexOf(timer);
      if (place >= 0) this.#timers.splice(place, 1);
    };
  }

  async fetch(url: string, init?: RequestInit): Promise<Response> {
    const path = new URL(url, "http://stage.test").pathname;
    const method = init?.method ?? "GET";
    const aborted = new Promise<never>((_, reject) => init?.signal?.addEventListener("abort", () => { reject(new Error("aborted")); }));
    while (this.open + this.sources.filter((source) => !source.closed).length >= CONNECTIONS) {
      await Promise.race([aborted, new Promise<void>((go) => this.#heldBack.push(go))]);
    }
    this.requests.push(`${method} ${path}${init?.keepalive === true ? " keepalive" : ""}`);
    this.open += 1;
    try {
      return await Promise.race([aborted, this.#answer(method)]);
    } finally {
      this.open -= 1;
      for (const go of this.#heldBack.splice(0)) go();
    }
  }

  peer(iceServers: RTCIceServer[]): RTCPeerConnection {
    this.relays.push(iceServers);
    const peer = new FakePeer(this);
    this.peers.push(peer);
    return peer as unknown as RTCPeerConnection;
  }

  events(): EventSource {
    const source = new FakeEvents();
    this.sources.push(source);
    return source as unknown as EventSource;
  }

  /** The server tells every page the news. */
  tell(now: ArtistNow): void {
    this.room = now;
    for (const source of this.sources) source.tell(now);
  }

  /** The server vanishes: streams break, nothing is answered, nothing arrives. */
  die(): void {
    this.room = null;
    this.whep = () => null;
    for (const source of this.sources) source.fail();
    for (const peer of this.peers) peer.packetsPerSecond = 0;
  }

  /** Lets `ms` pass; everything due happens in order, promises in between. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const next = this.#timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!next) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.time = Math.max(this.time, next.at);
      next.action();
      await settle();
    }
    this.time = end;
  }

  count(request: string): number {
    return this.requests.filter((line) => line === request).length;
  }

  async #answer(method: string): Promise<Response> {
    if (this.swallows) return new Promise(() => undefined);
    const answer = method === "POST" ? this.whep() : method === "DELETE" ? new Response(null) : this.#roomAnswer();
    if (this.answerMs > 0) await new Promise<void>((go) => this.after(this.answerMs, go));
    if (answer === null) throw new TypeError("unreachable");
    return answer;
  }

  #roomAnswer(): Response | null {
    if (this.room === null) return null;
    if (this.room === "missing") return refused(404);
    if (this.room === "no-backend") return proxied(404);
    return Response.json(this.room, { headers: { date: new Date(this.time + this.aheadMs).toUTCString() } });
  }
}

/** A connection that works at once and then delivers packets at the world's clock. */
export class FakePeer {
  connectionState = "new";
  packetsPerSecond = 100;
  /** Share of the sound that the player must invent. */
  concealedShare = 0;
  /** How long sound waits in the player. */
  bufferMs = 30;
  /** Whether a media path is found. */
  connects = true;
  offer = "";
  readonly #world: FakeWorld;
  readonly #handlers = new Map<string, ((event: unknown) => void)[]>();
  #packets = 0;
  #samples = 0;
  #concealed = 0;
  #waitedS = 0;
  #counted = 0;

  constructor(world: FakeWorld) {
    this.#world = world;
  }

  addEventListener(name: string, handler: (event: unknown) => void): void {
    this.#handlers.set(name, [...(this.#handlers.get(name) ?? []), handler]);
  }

  addTransceiver(): void {
    this.#counted = this.#world.time;
  }

  createOffer(): Promise<{ sdp: string }> {
    return Promise.resolve({ sdp: "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\n" });
  }

  setLocalDescription(description: { sdp: string }): Promise<void> {
    this.offer = description.sdp;
    return Promise.resolve();
  }

  setRemoteDescription(): Promise<void> {
    this.#counted = this.#world.time;
    this.emit("track", { streams: [{}], track: {} });
    if (this.connects) this.become("connected");
    return Promise.resolve();
  }

  getStats(): Promise<Map<string, unknown>> {
    const seconds = (this.#world.time - this.#counted) / 1000;
    this.#counted = this.#world.time;
    this.#packets += this.connectionState === "connected" ? seconds * this.packetsPerSecond : 0;
    this.#samples += seconds * 48_000;
    this.#waitedS += (seconds * 48_000 * this.bufferMs) / 1000;
    this.#concealed += seconds * 48_000 * (this.packetsPerSecond === 0 ? 1 : this.concealedShare);
    const sound = {
      type: "inbound-rtp",
      kind: "audio",
      timestamp: this.#world.time,
      packetsReceived: Math.floor(this.#packets),
      packetsLost: 0,
      bytesReceived: this.#packets * 320,
      totalSamplesReceived: this.#samples,
      concealedSamples: this.#concealed,
      jitterBufferDelay: this.#waitedS,
      jitterBufferEmittedCount: this.#samples,
    };
    return Promise.resolve(new Map([["sound", sound]]));
  }

  become(state: string): void {
    this.connectionState = state;
    this.emit("connectionstatechange", {});
  }

  close(): void {
    this.connectionState = "closed";
  }

  emit(name: string, event: unknown): void {
    for (const handler of this.#handlers.get(name) ?? []) handler(event);
  }
}

/** An event stream that the test speaks through. */
export class FakeEvents {
  closed = false;
  readonly #handlers = new Map<string, (event: unknown) => void>();

  addEventListener(name: string, handler: (event: unknown) => void): void {
    this.#handlers.set(name, handler);
  }

  tell(now: ArtistNow): void {
    if (!this.closed) this.#handlers.get("now")?.({ data: JSON.stringify(now) });
  }

  fail(): void {
    if (!this.closed) this.#handlers.get("error")?.({});
  }

  close(): void {
    this.closed = true;
  }
}

/** A loudspeaker that remembers what it was asked. */
export class FakeSink implements Sink {
  allowed = true;
  primed = 0;
  playing: MediaStream | null = null;

  prime(): void {
    this.primed += 1;
  }

  play(stream: MediaStream): Promise<boolean> {
    this.playing = stream;
    return Promise.resolve(this.allowed);
  }

  release(): void {
    this.playing = null;
  }
}

/** The artist of every test. */
export function room(state: ArtistNow["state"], listeners = 1): ArtistNow {
  const performance = state === "off_air" ? null : { id: "018f", title: "Sunday songs", started_ms: 0 };
  return { slug: "hine", name: "Hine", state, performance, listeners };
}

/** A server's yes to an offer. */
export function created(link?: string): Response {
  return new Response("v=0\r\n", { status: 201, headers: { location: "/session/abc", ...(link === undefined ? {} : { link }) } });
}

/** A server's no. */
export function refused(status: number, retrySeconds?: number): Response {
  const retry = retrySeconds === undefined ? {} : { "retry-after": String(retrySeconds) };
  return new Response("{}", { status, headers: { "content-type": "application/problem+json", ...retry } });
}

/** The no of a proxy whose server is away. */
export function proxied(status: number): Response {
  return new Response("<h1>Not found</h1>", { status, headers: { "content-type": "text/html" } });
}

/** Lets every promise that can go on, go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
