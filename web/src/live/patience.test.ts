import { beforeEach, describe, expect, it } from "vitest";
import { created, room, type FakePeer } from "./fake";
import { begin, listening, phase, posts, session, world } from "./scene";

beforeEach(() => { begin(); });

describe("a server that says live while no sound comes", () => {
  /** Connections stand, and this is what they bring. */
  const useless = {
    "no packet": (peer) => { peer.packetsPerSecond = 0; },
    "packets without sound": (peer) => { peer.concealedShare = 1; },
    "one packet in ten seconds": (peer) => { Object.assign(peer, { packetsPerSecond: 0.1, concealedShare: 1 }); },
  } satisfies Record<string, (peer: FakePeer) => void>;

  /** Another connection is as useless from now on. */
  function spoil(how: (peer: FakePeer) => void): void {
    world.peers.forEach(how);
    world.whep = () => {
      const peer = world.peers.at(-1);
      if (peer) how(peer);
      return created();
    };
  }

  /** When connections were asked for in so many seconds from now, in ms. */
  async function asked(seconds: number): Promise<number[]> {
    const times: number[] = [];
    const began = world.time;
    let before = posts();
    while (world.time < began + seconds * 1000) {
      await world.pass(50);
      if (posts() > before) times.push(world.time - began);
      before = posts();
    }
    return times;
  }

  for (const [name, how] of Object.entries(useless)) {
    it(`is asked ever more rarely: ${name}`, async () => {
      await listening();
      spoil(how);
      const times = await asked(600);
      expect(times.length).toBeGreaterThan(8);
      expect(times.length).toBeLessThan(22);
      expect(times.filter((time) => time > 300_000).length).toBeLessThan(8);
    });

    it(`is asked at once when the listener says so, and quickly again after that: ${name}`, async () => {
      await listening();
      spoil(how);
      await world.pass(300_000);
      while (!session.snapshot().patient) await world.pass(100);
      session.hurry();
      const times = await asked(30);
      expect(times[0]).toBeLessThan(200);
      expect(times.length).toBeGreaterThan(3);
    });
  }

  it("is heard as soon as a connection brings sound, and then a loss is mended at once", async () => {
    await listening();
    spoil(useless["no packet"]);
    await world.pass(300_000);
    expect(phase()).toBe("reconnecting");
    world.whep = () => created();
    await world.pass(65_000);
    expect(phase()).toBe("live");
    await world.pass(10_000);
    const before = posts();
    world.peers.at(-1)?.become("failed");
    await world.pass(500);
    expect(posts()).toBe(before + 1);
    expect(phase()).toBe("live");
  });

  it("is not asked by all its pages in one instant", async () => {
    const times: number[] = [];
    for (const chance of [0, 0.25, 0.5, 0.75, 0.99]) {
      begin();
      world.chance = chance;
      await listening();
      spoil(useless["no packet"]);
      times.push((await asked(90))[3] ?? 0);
    }
    times.slice(1).forEach((time, place) => { expect(time - (times[place] ?? 0)).toBeGreaterThan(2000); });
  });

  it("is asked at once when the artist is back", async () => {
    await listening();
    spoil(useless["no packet"]);
    await world.pass(300_000);
    world.tell(room("reconnecting"));
    await world.pass(5000);
    world.whep = () => created();
    world.tell(room("live"));
    await world.pass(6000);
    expect(phase()).toBe("live");
  });
});
