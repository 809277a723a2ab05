import assert from "node:assert/strict";
import test from "node:test";
import { median, summaryOf, tonesOf, windowOf } from "./measure.mjs";

const counters = (at, more = {}) => ({
  ssrc: 1, trackIdentifier: "a", timestamp: at * 1000, bytesReceived: at * 32_000, packetsReceived: at * 100, packetsLost: 0,
  totalSamplesReceived: at * 48_000, concealedSamples: 0, jitterBufferDelay: at * 48_000 * 0.03, jitterBufferEmittedCount: at * 48_000, ...more,
});

test("figures are what grew between two looks", () => {
  const window = windowOf(counters(2), counters(62));
  assert.equal(window.bitrate_bps, 256_000);
  assert.equal(window.packets, 6000);
  assert.equal(window.concealed_samples, 0);
  assert.ok(Math.abs(window.buffer_ms - 30) < 1e-6);
});

test("counters of two connections are never mixed", () => {
  assert.deepEqual(windowOf(counters(2), counters(4, { trackIdentifier: "b" })), { seconds: null, same_connection: false });
  assert.equal(windowOf({}, counters(4)).same_connection, false);
});

test("separation is own tone against the other one, each way", () => {
  const block = { rms: [0.1, 0.1], tones: [[0.12, 0.00012], [0.0012, 0.12]] };
  const tones = tonesOf([block, block, { rms: [0, 0], tones: [[0, 0], [0, 0]] }]);
  assert.equal(tones.blocks, 2);
  assert.ok(Math.abs(tones.left_separation_db - 60) < 1e-9);
  assert.ok(Math.abs(tones.right_separation_db - 40) < 1e-9);
});

test("a mono mix has no separation, and silence has no tones", () => {
  const mono = tonesOf([{ rms: [0.1, 0.1], tones: [[0.06, 0.06], [0.06, 0.06]] }]);
  assert.ok(Math.abs(mono.left_separation_db) < 1e-9);
  assert.equal(tonesOf([{ rms: [0, 0], tones: [[0, 0], [0, 0]] }]), null);
});

test("the summary is the middle of what worked", () => {
  assert.equal(median([3, 1, 2, 10]), 2.5);
  assert.equal(median([]), null);
  const good = { connect_ms: 5, bitrate_bps: 1, concealed_samples: 0, buffer_ms: 20, tones: null, clicks: [{}], render_stalls: [] };
  const summary = summaryOf([good, { error: "no", clicks: [] }]);
  assert.deepEqual([summary.heard, summary.of, summary.connect_ms, summary.clicks], [1, 2, 5, 1]);
});
