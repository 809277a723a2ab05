import { describe, expect, it } from "vitest";
import { figuresOf, sampleOf } from "./figures";

const report = (sound: object, pair: object = {}): RTCStatsReport =>
  new Map<string, object>([
    ["a", { type: "inbound-rtp", kind: "audio", ...sound }],
    ["p", { type: "candidate-pair", nominated: true, state: "succeeded", ...pair }],
  ]);

const first = { timestamp: 1000, packetsReceived: 100, packetsLost: 0, bytesReceived: 32_000, totalSamplesReceived: 48_000, concealedSamples: 0, jitterBufferDelay: 960, jitterBufferEmittedCount: 48_000, jitter: 0.002 };
const second = { ...first, timestamp: 2000, packetsReceived: 190, packetsLost: 10, bytesReceived: 64_000, totalSamplesReceived: 96_000, concealedSamples: 4800, jitterBufferDelay: 960 + 0.04 * 48_000, jitterBufferEmittedCount: 96_000 };

function figures(later: object = {}, pair: object = {}, offset: number | null = null, utc = 0) {
  const before = sampleOf(report(first), utc);
  const after = sampleOf(report({ ...second, ...later }, pair), utc);
  if (!before || !after) throw new Error("no sound");
  return figuresOf(before, after, offset);
}

describe("figures", () => {
  it("are rates between two looks and shares of the whole", () => {
    expect(figures({}, { currentRoundTripTime: 0.02 })).toEqual({
      bitrate: 256_000, lost: 0.05, concealed: 0.05, jitterMs: 2, tripMs: 20, bufferMs: 40, playerMs: 50, stageMs: null, datable: false,
    });
  });
  it("date the sound by the sender's clock when the clocks are known", () => {
    const utc = 1_795_000_000_000;
    const playout = utc + 3 - 62 + 2_208_988_800_000;
    expect(figures({ estimatedPlayoutTimestamp: playout }, {}, 3, utc).stageMs).toBeCloseTo(62, 3);
    expect(figures({ estimatedPlayoutTimestamp: playout }, {}, null, utc).stageMs).toBeNull();
  });
  it("claim no delay where the clocks disagree", () => {
    const utc = 1_795_000_000_000;
    for (const wrong of [-50, 60_000]) {
      expect(figures({ estimatedPlayoutTimestamp: utc - wrong + 2_208_988_800_000 }, {}, 0, utc).stageMs).toBeNull();
    }
  });
  it("are unknown, not nought, where the browser does not count", () => {
    const bare = sampleOf(report({ timestamp: 1, packetsReceived: 1 }), 0);
    if (!bare) throw new Error("no sound");
    expect(figuresOf(bare, { ...bare, atMs: 1001 }, null)).toMatchObject({ bufferMs: null, playerMs: null, jitterMs: null, concealed: null });
  });
  it("there is no sample before there is sound", () => {
    expect(sampleOf(new Map() as unknown as RTCStatsReport, 0)).toBeNull();
  });
});
