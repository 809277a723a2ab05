import { beforeEach, describe, expect, it } from "vitest";
import type { ArtistNow } from "../api/types";
import { clockOffset } from "./clock";
import { created, proxied, refused, room } from "./fake";
import { begin, listening, phase, posts, session, silence, world } from "./scene";

beforeEach(() => { begin(); });

const standing = () => world.peers.filter((peer) => peer.connectionState !== "closed");
/** A performance is open that has not sounded yet. */
const opened: ArtistNow = { ...room("off_air"), performance: room("live").performance ?? null };

describe("a new start of the air", () => {
  it("is heard without a click after an end", async () => {
    await listening();
    world.whep = () => refused(409, 1);
    world.tell(room("ended"));
    await world.pass(3000);
    world.tell(opened);
    await world.pass(3000);
    expect(session.snapshot()).toMatchObject({ phase: "waiting", wanted: true });
    world.whep = () => created();
    world.tell(room("live"));
    await world.pass(1000);
    expect(phase()).toBe("live");
  });

  it("is heard without a click after a connection that was lost, on the connection that was kept", async () => {
    await listening();
    world.tell(room("reconnecting"));
    silence();
    await world.pass(1000);
    world.tell(opened);
    await world.pass(500);
    world.tell(room("live"));
    for (const peer of world.peers) peer.packetsPerSecond = 100;
    await world.pass(1000);
    expect(phase()).toBe("live");
    expect(posts()).toBe(1);
  });

  it("is heard soon where the old connection is of no use any more", async () => {
    await listening();
    world.whep = () => refused(409, 1);
    silence();
    world.tell(opened);
    await world.pass(20_000);
    world.whep = () => created();
    world.tell(room("live"));
    await world.pass(500);
    expect(phase()).toBe("live");
  });

  it("does not play by itself in a page that slept through the end", async () => {
    await listening();
    world.tell(opened);
    await world.pass(1000);
    world.tell(room("off_air"));
    await world.pass(1000);
    expect(session.snapshot()).toMatchObject({ phase: "waiting", wanted: false });
  });
});

describe("an artist who is being reconnected", () => {
  it("is heard again by a listener whose own connection was lost meanwhile", async () => {
    await listening();
    world.whep = () => refused(409, 1);
    world.tell(room("reconnecting"));
    silence();
    world.peers[0]?.become("failed");
    await world.pass(10_000);
    expect(phase()).toBe("reconnecting");
    world.whep = () => created();
    world.tell(room("live"));
    await world.pass(1000);
    expect(phase()).toBe("live");
  });

  it("is told of by the server before the pages ask for other connections", async () => {
    await listening();
    silence();
    await world.pass(2200);
    world.tell(room("reconnecting"));
    await world.pass(10_000);
    expect(posts()).toBe(1);
  });
});

describe("a network that swallows every request", () => {
  it("leaves none open for long, so that there is sound when it is back", async () => {
    await listening();
    silence();
    world.swallows = true;
    await world.pass(60_000);
    world.swallows = false;
    await world.pass(1500);
    expect(phase()).toBe("live");
    await world.pass(8000);
    expect(world.open).toBe(0);
  });

  it("keeps no request of a listener who pressed Stop", async () => {
    session.start();
    await world.pass(100);
    world.swallows = true;
    for (let press = 0; press < 8; press += 1) {
      session.play();
      await world.pass(100);
      session.stop();
    }
    await world.pass(9000);
    expect(world.open).toBe(0);
  });

  it("keeps no goodbye", async () => {
    await listening();
    world.swallows = true;
    session.stop();
    await world.pass(9000);
    expect(world.count("DELETE /session/abc")).toBe(1);
    expect(world.open).toBe(0);
  });

  it("is asked one question at a time, however often the page is looked at", async () => {
    session.start();
    await world.pass(100);
    world.swallows = true;
    for (let look = 0; look < 10; look += 1) {
      session.hurry();
      await world.pass(100);
    }
    expect(world.open).toBe(1);
    world.swallows = false;
    world.room = room("ended");
    session.hurry();
    await world.pass(10);
    expect(phase()).toBe("ended");
  });

  it("does not hold up the comparison of the clocks for ever", async () => {
    world.swallows = true;
    let offset: number | null | undefined;
    void clockOffset(world, () => world.time).then((measured) => { offset = measured; });
    await world.pass(100_000);
    expect(offset).toBeNull();
    expect(world.open).toBe(0);
  });
});

describe("a network where answers take long", () => {
  it("is not kept from another connection by the last packets of the old one", async () => {
    await listening();
    world.answerMs = 600;
    silence();
    await world.pass(800);
    session.hurry();
    await world.pass(1000);
    expect(standing()).toEqual([world.peers[1]]);
    expect(posts()).toBe(1 + 1);
  });

  it("loses no attempt when the old connection is given up by the browser", async () => {
    await listening();
    world.answerMs = 3000;
    silence();
    await world.pass(3500);
    world.peers[0]?.become("failed");
    await world.pass(3500);
    expect(phase()).toBe("live");
    expect(standing()).toEqual([world.peers[1]]);
  });
});

describe("a crowd after a hiccup of the artist", () => {
  /** Sound breaks up for two seconds, and the player stays late. */
  async function hiccup(): Promise<void> {
    await world.pass(10_000);
    world.peers.forEach((peer) => { peer.bufferMs = 200; peer.concealedShare = 0.1; });
    await world.pass(2000);
    world.peers.forEach((peer) => (peer.concealedShare = 0));
  }

  /** How long after it each page takes another connection, in ms. */
  async function renewals(chances: number[]): Promise<number[]> {
    const all: number[] = [];
    for (const chance of chances) {
      begin();
      world.chance = chance;
      await listening();
      await hiccup();
      const since = world.time;
      while (posts() < 2 && world.time - since < 60_000) await world.pass(100);
      all.push(world.time - since);
    }
    return all;
  }

  it("does not renew its connections all at once, and is as early as before within half a minute", async () => {
    const times = await renewals([0, 0.25, 0.5, 0.75, 0.99]);
    times.slice(1).forEach((time, place) => { expect(time - (times[place] ?? 0)).toBeGreaterThan(2000); });
    // What is left is for the handshake, and for the new player to find its pace.
    expect(Math.max(...times)).toBeLessThan(26_000);
  });

  it("does not wait for its turn when the sound stops", async () => {
    world.chance = 0.99;
    await listening();
    await hiccup();
    await world.pass(13_000);
    expect(posts()).toBe(1);
    silence();
    await world.pass(3000);
    expect(posts()).toBe(2);
    expect(standing()).toEqual([world.peers[1]]);
  });

  it("is early again even when trouble came between", async () => {
    world.chance = 0.99;
    await listening();
    const late = world.peers[0];
    await hiccup();
    await world.pass(13_000);
    world.whep = () => null;
    silence();
    await world.pass(5000);
    if (late) late.packetsPerSecond = 100;
    await world.pass(5000);
    world.whep = () => created();
    expect(standing()).toEqual([late]);
    await world.pass(30_000);
    expect(standing()).toEqual([world.peers.at(-1)]);
    expect(standing()).not.toEqual([late]);
  });

  it("shows nothing of a renewal that waits for its turn", async () => {
    await listening();
    await hiccup();
    await world.pass(13_000);
    expect(session.snapshot()).toMatchObject({ phase: "live", patient: false });
    session.hurry();
    await world.pass(1000);
    expect(posts()).toBe(1);
  });

  it("that waits for a show does not come in one instant", async () => {
    world.room = room("off_air");
    world.whep = () => refused(409, 1);
    session.start();
    session.play();
    await world.pass(1000);
    const before = posts();
    world.whep = () => created();
    world.tell(room("live"));
    await world.pass(50);
    expect(posts()).toBe(before);
    await world.pass(500);
    expect(phase()).toBe("live");
  });

  it("does not ask a server that is busy again and again", async () => {
    await listening();
    await hiccup();
    world.answerMs = 5000;
    await world.pass(22_000);
    expect(phase()).toBe("live");
    expect(posts()).toBe(2);
    expect(standing()).toEqual([world.peers[1]]);
  });
});

describe("a proxy whose server is restarted", () => {
  it("does not end the page when the room is asked for", async () => {
    session.start();
    await world.pass(100);
    world.room = "no-backend";
    session.hurry();
    await world.pass(3000);
    expect(session.snapshot()).toMatchObject({ phase: "looking", reachable: false });
    world.room = room("live");
    await world.pass(10_000);
    expect(phase()).toBe("ready");
  });

  it("does not end the page when a connection is asked for", async () => {
    await listening();
    world.whep = () => proxied(404);
    world.peers[0]?.become("failed");
    await world.pass(5000);
    expect(phase()).toBe("reconnecting");
    world.whep = () => created();
    await world.pass(1500);
    expect(phase()).toBe("live");
  });

  it("is not mistaken for our own word that there is no such artist", async () => {
    world.whep = () => refused(404);
    session.start();
    session.play();
    await world.pass(500);
    expect(phase()).toBe("missing");
  });
});

describe("a page that comes back", () => {
  it("does not show what stood in the way before", async () => {
    world.whep = () => refused(503, 7);
    session.start();
    session.play();
    await world.pass(500);
    expect(session.snapshot()).toMatchObject({ phase: "blocked", obstacle: "full" });
    session.leave();
    session.start();
    session.play();
    expect(session.snapshot()).toMatchObject({ phase: "connecting", obstacle: null });
  });
});
