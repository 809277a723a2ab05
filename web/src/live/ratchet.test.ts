import { describe, expect, it } from "vitest";
import type { Sample } from "./figures";
import { Ratchet } from "./ratchet";

/** A player whose counters go on by one second at each look. */
class Player {
  readonly ratchet = new Ratchet();
  /** It gets another connection when it wants one. */
  renews = true;
  #sample: Sample = {
    atMs: 0, packets: 0, lost: 0, nacks: 0, bytes: 0, samples: 0, concealed: 0, bufferDelayS: 0, bufferEmitted: 0,
    jitterMs: 1, tripMs: null, playoutUtcMs: null, takenUtcMs: 0,
  };

  /** How often it wanted another connection in those seconds. */
  plays(seconds: number, bufferMs: number, trouble: Partial<Pick<Sample, "concealed" | "nacks" | "jitterMs">> = {}): number {
    let renewals = 0;
    for (let second = 0; second < seconds; second += 1) {
      const before = this.#sample;
      this.#sample = {
        ...before,
        bufferEmitted: before.bufferEmitted + 48_000,
        bufferDelayS: before.bufferDelayS + (48_000 * bufferMs) / 1000,
        concealed: before.concealed + (trouble.concealed ?? 0),
        nacks: before.nacks + (trouble.nacks ?? 0),
        jitterMs: trouble.jitterMs ?? 1,
      };
      if (this.ratchet.look(this.#sample)) {
        renewals += 1;
        if (this.renews) this.ratchet.renew(true);
      }
    }
    return renewals;
  }
}

describe("a buffer that stays long", () => {
  it("is renewed once, when all has been calm for a while", () => {
    const player = new Player();
    expect(player.plays(60, 40)).toBe(0);
    expect(player.plays(30, 180, { concealed: 480 })).toBe(0);
    expect(player.plays(9, 180)).toBe(0);
    expect(player.plays(3, 180)).toBe(1);
    expect(player.plays(60, 45)).toBe(0);
  });

  it("is left as long as the network needs it", () => {
    const player = new Player();
    player.plays(60, 40);
    expect(player.plays(300, 180, { jitterMs: 30 })).toBe(0);
    expect(player.plays(300, 180, { nacks: 1 })).toBe(0);
  });

  it("is taken for usual when another connection has it too", () => {
    const player = new Player();
    player.plays(60, 40);
    expect(player.plays(600, 180)).toBe(1);
    expect(player.plays(60, 200)).toBe(0);
  });

  it("is not taken for usual before another connection was tried", () => {
    const player = new Player();
    player.plays(60, 40);
    player.renews = false;
    expect(player.plays(45, 180)).toBeGreaterThan(2);
    player.renews = true;
    expect(player.plays(15, 180)).toBe(1);
    expect(player.plays(60, 180)).toBe(0);
  });

  it("may swing a little", () => {
    const player = new Player();
    let renewals = 0;
    for (let turn = 0; turn < 100; turn += 1) renewals += player.plays(5, turn % 2 === 0 ? 35 : 55);
    expect(renewals).toBe(0);
  });
});
