/** What the connection measured, all since the last look except the totals. Null: not known (yet). */
export interface Figures {
  /** Payload, in bit/s. */
  bitrate: number | null;
  /** Share of packets that never came, since the connection began, 0 to 1. */
  lost: number | null;
  /** Share of sound that the player had to invent, since the connection began, 0 to 1. */
  concealed: number | null;
  /** RFC 3550 jitter in ms. */
  jitterMs: number | null;
  /** Round trip to the server in ms. */
  tripMs: number | null;
  /** Time that sound waits in the jitter buffer, in ms. */
  bufferMs: number | null;
  /** From the server to the loudspeaker's door: buffer + half a round trip, in ms. */
  playerMs: number | null;
  /** From the musician's engine to the loudspeaker's door, dated by the sender's own clock, in ms. */
  stageMs: number | null;
  /** The browser dates the sound, so that `stageMs` is known once the clocks are compared. */
  datable: boolean;
}

/** What the counters of one `getStats` say; times in ms. */
export interface Sample {
  atMs: number;
  packets: number;
  lost: number;
  /** Requests for packets that were missing. */
  nacks: number;
  bytes: number;
  /** Samples handed out, and those of them that were invented. */
  samples: number;
  concealed: number;
  bufferDelayS: number;
  bufferEmitted: number;
  jitterMs: number | null;
  tripMs: number | null;
  /** UTC in ms of the sound that is being played, by the sender's clock. */
  playoutUtcMs: number | null;
  /** UTC in ms of this look, by our clock. */
  takenUtcMs: number;
}

/** NTP counts from 1900, UTC here from 1970. */
const NTP_TO_UTC_MS = 2_208_988_800_000;
/** A difference beyond this is two clocks that disagree, not a delay. */
const CREDIBLE_MS = 10_000;

const count = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
const maybe = (value: unknown, scale: number): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value * scale : null;

/** Reads the counters of the sound; null while there is none. */
export function sampleOf(report: RTCStatsReport, nowUtcMs: number): Sample | null {
  const entries: Record<string, unknown>[] = [];
  report.forEach((entry: Record<string, unknown>) => entries.push(entry));
  const s = entries.find((entry) => entry["type"] === "inbound-rtp" && entry["kind"] === "audio");
  if (s === undefined) return null;
  const pair = entries.find((entry) => entry["type"] === "candidate-pair" && entry["nominated"] === true && entry["state"] === "succeeded");
  const playout = maybe(s["estimatedPlayoutTimestamp"], 1);
  return {
    atMs: count(s["timestamp"]),
    nacks: count(s["nackCount"]),
    packets: count(s["packetsReceived"]),
    lost: count(s["packetsLost"]),
    bytes: count(s["bytesReceived"]),
    samples: count(s["totalSamplesReceived"]),
    concealed: count(s["concealedSamples"]),
    bufferDelayS: count(s["jitterBufferDelay"]),
    bufferEmitted: count(s["jitterBufferEmittedCount"]),
    jitterMs: maybe(s["jitter"], 1000),
    tripMs: maybe(pair?.["currentRoundTripTime"], 1000),
    playoutUtcMs: playout === null || playout === 0 ? null : playout - NTP_TO_UTC_MS,
    takenUtcMs: nowUtcMs,
  };
}

/**
 * The figures between two looks. `clockOffsetMs`: server's clock minus ours, null while unknown; the sender's
 * clock is taken to agree with the server's, as both follow UTC.
 */
export function figuresOf(before: Sample, after: Sample, clockOffsetMs: number | null): Figures {
  const seconds = (after.atMs - before.atMs) / 1000;
  const emitted = after.bufferEmitted - before.bufferEmitted;
  const bufferMs = emitted > 0 ? ((after.bufferDelayS - before.bufferDelayS) / emitted) * 1000 : null;
  const expected = after.packets + Math.max(after.lost, 0);
  return {
    bitrate: seconds > 0 && after.bytes >= before.bytes ? ((after.bytes - before.bytes) * 8) / seconds : null,
    lost: expected > 0 ? Math.max(after.lost, 0) / expected : null,
    concealed: after.samples > 0 ? after.concealed / after.samples : null,
    jitterMs: after.jitterMs,
    tripMs: after.tripMs,
    bufferMs,
    playerMs: bufferMs === null ? null : bufferMs + (after.tripMs ?? 0) / 2,
    stageMs: stage(after, clockOffsetMs),
    datable: after.playoutUtcMs !== null,
  };
}

function stage(sample: Sample, clockOffsetMs: number | null): number | null {
  if (sample.playoutUtcMs === null || clockOffsetMs === null) return null;
  const delay = sample.takenUtcMs + clockOffsetMs - sample.playoutUtcMs;
  return delay >= 0 && delay <= CREDIBLE_MS ? delay : null;
}
