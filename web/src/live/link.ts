import { ask, isMissing } from "./ask";
import { retryAfter } from "./backoff";
import { iceServers } from "./ice";
import { withStereo } from "./sdp";
import type { World } from "./world";

/** Why a link is over. */
export type LinkEnd =
  /** Nobody publishes yet (409). */
  | { why: "silent-room"; retryMs: number | null }
  /** No seat is free (429, 503). */
  | { why: "full"; retryMs: number | null }
  /** No such artist (404, in the server's own words). */
  | { why: "missing" }
  /** The server said something else, or something that is no answer. */
  | { why: "refused"; retryMs: number | null }
  /** The server could not be reached. */
  | { why: "unreachable" }
  /** The server answered, but no media path was found. */
  | { why: "no-path" }
  /** It was connected, and the connection broke. */
  | { why: "broken" };

export interface LinkEvents {
  /** The media path stands. Told once. */
  up(): void;
  /** What the server names for networks that let no media through directly; of use from the next link on. */
  relays(servers: RTCIceServer[]): void;
  /** Told once; never after `close`. */
  ended(end: LinkEnd): void;
}

/** The server drops a session that has not connected in 10 s; so do we. */
const CONNECT_MS = 10_000;

/** One connection to a room by WHEP: from the offer to the goodbye. It never tries twice; the session decides that. */
export class WhepLink {
  /** The media path stands. */
  connected = false;
  /** The sound, once the server promised some; it may still be silent. */
  stream: MediaStream | null = null;
  readonly #world: World;
  readonly #endpoint: string;
  readonly #relays: RTCIceServer[];
  readonly #events: LinkEvents;
  readonly #abort = new AbortController();
  #peer: RTCPeerConnection | null = null;
  #resource: string | null = null;
  #over = false;
  #keepalive = false;
  #cancelGuard: () => void = () => undefined;

  constructor(world: World, endpoint: string, relays: RTCIceServer[], events: LinkEvents) {
    this.#world = world;
    this.#endpoint = endpoint;
    this.#relays = relays;
    this.#events = events;
  }

  /** Starts the attempt; its outcome comes as an event. */
  open(): void {
    this.#negotiate().catch((error: unknown) => {
      // Descriptions that the browser cannot use end here; everything expected was told before.
      console.warn("whep", error);
      this.#end({ why: "refused", retryMs: null });
    });
  }

  /** Statistics of the connection, or null when there is none. */
  async report(): Promise<RTCStatsReport | null> {
    return this.#over || !this.#peer ? null : this.#peer.getStats();
  }

  /** Says goodbye. `keepalive`: the page is going away, the browser finishes the request alone. */
  close(keepalive = false): void {
    if (this.#over) return;
    this.#over = true;
    this.#keepalive = keepalive;
    this.#cancelGuard();
    // A POST under way has all its time when the page stays: its answer names the session that must be deleted.
    if (keepalive) this.#abort.abort();
    this.#peer?.close();
    this.#goodbye();
  }

  /** Gives up an attempt that takes too long. Its request is cut off, for browsers keep few of them to one server; a session
   *  that the server may have made of it is dropped there by itself. */
  abandon(): void {
    this.close();
    this.#abort.abort();
  }

  async #negotiate(): Promise<void> {
    const peer = this.#world.peer(this.#relays);
    this.#peer = peer;
    peer.addEventListener("track", (event) => {
      this.stream = event.streams[0] ?? new MediaStream([event.track]);
    });
    peer.addEventListener("connectionstatechange", () => { this.#watch(peer.connectionState); });
    peer.addTransceiver("audio", { direction: "recvonly" });
    const offer = await peer.createOffer();
    const sdp = withStereo(offer.sdp ?? "");
    await peer.setLocalDescription({ type: "offer", sdp });
    if (this.#isOver()) return;
    const answer = await this.#post(sdp);
    if (answer === null || this.#isOver()) return;
    this.#cancelGuard = this.#world.after(CONNECT_MS, () => { this.#end({ why: "no-path" }); });
    await peer.setRemoteDescription({ type: "answer", sdp: answer });
  }

  /** Sends the offer; null when the attempt is over (already told). */
  async #post(sdp: string): Promise<string | null> {
    const offer = { method: "POST", headers: { "content-type": "application/sdp", accept: "application/sdp" }, body: sdp };
    const answer = await ask(this.#world, this.#endpoint, offer, (response) => this.#read(response), this.#abort);
    if (answer === null) this.#end({ why: "unreachable" });
    return answer;
  }

  async #read(response: Response): Promise<string | null> {
    if (response.status !== 201) {
      this.#end(refusal(response));
      return null;
    }
    const location = response.headers.get("location");
    if (location !== null) this.#resource = response.url === "" ? location : new URL(location, response.url).href;
    if (this.#over) {
      this.#goodbye();
      return null;
    }
    this.#events.relays(iceServers(response.headers.get("link")));
    return response.text();
  }

  #watch(state: RTCPeerConnectionState): void {
    if (this.#over) return;
    if (state === "connected") {
      const first = !this.connected;
      this.connected = true;
      this.#cancelGuard();
      if (first) this.#events.up();
    } else if (state === "failed" || state === "closed") {
      // "disconnected" is no end: the browser goes on asking the far side, and a path may come back.
      this.#end({ why: this.connected ? "broken" : "no-path" });
    }
  }

  #end(end: LinkEnd): void {
    if (this.#over) return;
    this.close();
    this.#events.ended(end);
  }

  #goodbye(): void {
    if (this.#resource === null) return;
    const resource = this.#resource;
    this.#resource = null;
    // Nothing depends on the answer: the server drops a silent session by itself.
    void ask(this.#world, resource, { method: "DELETE", keepalive: this.#keepalive }, () => null);
  }

  /** As a call, because the compiler believes that a field stays as it was before an await. */
  #isOver(): boolean {
    return this.#over;
  }
}

function refusal(response: Response): LinkEnd {
  const retryMs = retryAfter(response.headers);
  switch (response.status) {
    case 404:
      return isMissing(response) ? { why: "missing" } : { why: "unreachable" };
    case 409:
      return { why: "silent-room", retryMs };
    case 429:
    case 503:
      return { why: "full", retryMs };
    case 502:
    case 504:
      return { why: "unreachable" };
    default:
      return { why: "refused", retryMs };
  }
}
