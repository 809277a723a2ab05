import { afterEach, expect, it, vi } from "vitest";
import { LevelTap } from "./levels";

const RATE = 48_000;
const node = () => ({ connect: () => undefined, disconnect: () => undefined });

/** A device that hands the sound over in blocks; its clock stands still in between. */
class BlockContext {
  static last: BlockContext;
  currentTime = 0;
  sampleRate = RATE;
  constructor() { BlockContext.last = this; }
  createMediaStreamSource() { return node(); }
  createChannelSplitter() { return node(); }
  createAnalyser() { return { ...node(), fftSize: 0, getFloatTimeDomainData: (block: Float32Array) => block.fill(0.5) }; }
  resume() { return Promise.resolve(); }
  close() { return Promise.resolve(); }
}

afterEach(() => { vi.unstubAllGlobals(); });

it("a level is measured where sound came, and none is invented between the blocks of a device", () => {
  vi.stubGlobal("AudioContext", BlockContext);
  const tap = new LevelTap({} as MediaStream);
  const level = { peak: 0.5, rms: 0.5 };
  expect(tap.look()).toBeNull();
  BlockContext.last.currentTime = 1024 / RATE;
  expect(tap.look()).toEqual([level, level]);
  expect(tap.look()).toBeNull();
});
