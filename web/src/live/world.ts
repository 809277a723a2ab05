/** What the session needs from the world around it, so that tests can be the world. Times are milliseconds. */
export interface World {
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Whether this browser has WebRTC at all. */
  readonly supported: boolean;
  peer(iceServers: RTCIceServer[]): RTCPeerConnection;
  /** Opens a stream of server-sent events. */
  events(url: string): EventSource;
  /** Monotonic time. */
  now(): number;
  /** Calls `action` once, later; the answer cancels it. */
  after(ms: number, action: () => void): () => void;
  /** From 0 to just below 1. */
  random(): number;
}

/** Where the sound goes: the page's audio element. */
export interface Sink {
  /** Called inside the listener's click, so that the browser lets sound start later. */
  prime(): void;
  /** Plays `stream`. Resolves to false when the browser wants another click first. */
  play(stream: MediaStream): Promise<boolean>;
  /** Falls silent and lets the stream go. */
  release(): void;
}

/** The browser's clock: UTC in ms with fractions. */
export const utcNow = (): number => performance.timeOrigin + performance.now();

/** The real world of a browser. */
export function browserWorld(): World {
  return {
    fetch: (url, init) => fetch(url, init),
    supported: typeof RTCPeerConnection === "function",
    peer: (iceServers) => new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers }),
    events: (url) => new EventSource(url),
    now: () => performance.now(),
    after(ms, action) {
      const timer = setTimeout(action, ms);
      return () => { clearTimeout(timer); };
    },
    random: () => Math.random(),
  };
}
