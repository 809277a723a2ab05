// Figures from what the browser counted and the probe heard.

const decibels = (ratio) => 20 * Math.log10(Math.max(ratio, 1e-9));

/** The middle value; null for none. */
export function median(values) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What the counters of two looks say about the time between them; rates in bit/s of payload, times in ms. */
export function windowOf(before, after) {
  const grown = (name) => (after[name] ?? 0) - (before[name] ?? 0);
  const seconds = ((after.timestamp ?? 0) - (before.timestamp ?? 0)) / 1000;
  const emitted = grown("jitterBufferEmittedCount");
  // Counters of two connections have nothing to do with each other.
  if (before.ssrc === undefined || before.trackIdentifier !== after.trackIdentifier) return { seconds: null, same_connection: false };
  return {
    seconds,
    same_connection: true,
    fmtp: after.fmtp ?? null,
    bitrate_bps: seconds > 0 ? (grown("bytesReceived") * 8) / seconds : null,
    packets: grown("packetsReceived"),
    packets_lost: grown("packetsLost"),
    nacks: grown("nackCount"),
    samples: grown("totalSamplesReceived"),
    concealed_samples: grown("concealedSamples"),
    silent_concealed_samples: grown("silentConcealedSamples"),
    concealment_events: grown("concealmentEvents"),
    inserted_samples: grown("insertedSamplesForDeceleration"),
    removed_samples: grown("removedSamplesForAcceleration"),
    buffer_ms: emitted > 0 ? (grown("jitterBufferDelay") / emitted) * 1000 : null,
    buffer_target_ms: emitted > 0 ? (grown("jitterBufferTargetDelay") / emitted) * 1000 : null,
    jitter_ms: (after.jitter ?? 0) * 1000,
    round_trip_ms: after.roundTripTime === undefined ? null : after.roundTripTime * 1000,
  };
}

/** Levels and separation of 1,000 Hz left and 1,500 Hz right, in dBFS and dB; null where no tone was heard. */
export function tonesOf(blocks) {
  const sounding = blocks.filter(({ rms }) => Math.max(...rms) > 0.001);
  if (sounding.length === 0) return null;
  const separation = (own, other) => (block) => decibels(own(block) / Math.max(other(block), 1e-9));
  const left = sounding.map(separation((b) => b.tones[0][0], (b) => b.tones[0][1]));
  const right = sounding.map(separation((b) => b.tones[1][1], (b) => b.tones[1][0]));
  return {
    blocks: sounding.length,
    left_db: decibels(median(sounding.map((b) => b.tones[0][0]))),
    right_db: decibels(median(sounding.map((b) => b.tones[1][1]))),
    // A block in which the player stretched time smears its tone; the middle one says what the path does.
    left_separation_db: median(left),
    right_separation_db: median(right),
    worst_left_separation_db: Math.min(...left),
    worst_right_separation_db: Math.min(...right),
  };
}

/** The middle over all connections that worked. */
export function summaryOf(connections) {
  const worked = connections.filter((connection) => !connection.error);
  const middle = (pick) => median(worked.map(pick).filter((value) => value !== null && value !== undefined));
  return {
    heard: worked.length,
    of: connections.length,
    connect_ms: middle((c) => c.connect_ms),
    bitrate_bps: middle((c) => c.bitrate_bps),
    concealed_samples: worked.reduce((sum, c) => sum + (c.concealed_samples ?? 0), 0),
    buffer_ms: middle((c) => c.buffer_ms),
    left_separation_db: middle((c) => c.tones?.left_separation_db),
    right_separation_db: middle((c) => c.tones?.right_separation_db),
    clicks: worked.reduce((sum, c) => sum + c.clicks.length, 0),
    worst_render_stall_ms: Math.max(0, ...worked.flatMap((c) => c.render_stalls.map((stall) => stall.ms))),
  };
}
