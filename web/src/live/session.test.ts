import { beforeEach, describe, expect, it } from "vitest";
import { created, FakeWorld, refused, room } from "./fake";
import { begin, listening, phase, posts, session, silence, sink, world } from "./scene";

beforeEach(() => { begin(); });

describe("a listener who presses Play", () => {
  it("hears an artist who is on air", async () => {
    session.start();
    expect(phase()).toBe("looking");
    await world.pass(10);
    expect(phase()).toBe("ready");
    session.play();
    expect(sink.primed).toBe(1);
    expect(phase()).toBe("connecting");
    await world.pass(500);
    expect(phase()).toBe("live");
    expect(sink.playing).not.toBeNull();
  });

  it("asks for stereo in its own offer", async () => {
    await listening();
    expect(world.peers[0]?.offer).toContain("minptime=10;stereo=1");
  });

  it("may press before anything is known of the room", async () => {
    session.start();
    session.play();
    await world.pass(500);
    expect(phase()).toBe("live");
  });

  it("waits for a show that has not begun and hears it at once", async () => {
    world.room = room("off_air");
    world.whep = () => refused(409, 5);
    session.start();
    await world.pass(10);
    expect(phase()).toBe("waiting");
    session.play();
    await world.pass(3000);
    expect(phase()).toBe("waiting");
    world.whep = () => created();
    world.tell(room("live"));
    await world.pass(500);
    expect(phase()).toBe("live");
  });

  it("hears a show that begins even when no event says so", async () => {
    world.room = room("off_air");
    world.whep = () => refused(409, 5);
    session.start();
    session.play();
    await world.pass(1000);
    world.whep = () => created();
    await world.pass(11_000);
    expect(phase()).toBe("live");
  });

  it("gets the figures of the sound", async () => {
    await listening();
    await world.pass(2000);
    const figures = session.snapshot().figures;
    expect(figures?.bitrate).toBeCloseTo(256_000, -2);
    expect(figures?.bufferMs).toBeCloseTo(30, 5);
    expect(figures?.concealed).toBe(0);
  });

  it("is asked once more when the browser holds the sound back", async () => {
    sink.allowed = false;
    session.start();
    session.play();
    await world.pass(500);
    expect(phase()).toBe("blocked");
    expect(session.snapshot().obstacle).toBe("gesture");
    sink.allowed = true;
    session.play();
    await world.pass(500);
    expect(phase()).toBe("live");
    expect(posts()).toBe(1);
  });

  it("is told when the browser cannot do it at all", async () => {
    const old = new FakeWorld();
    old.supported = false;
    begin(old);
    session.start();
    session.play();
    await world.pass(500);
    expect(session.snapshot()).toMatchObject({ phase: "blocked", obstacle: "browser" });
    expect(posts()).toBe(0);
  });
});

describe("what goes wrong", () => {
  it("no such artist is said and nothing is tried any more", async () => {
    world.room = "missing";
    session.start();
    await world.pass(10);
    expect(phase()).toBe("missing");
    const asked = world.requests.length;
    await world.pass(60_000);
    expect(world.requests.length).toBe(asked);
  });

  it("a server that dies and returns is heard within five seconds without a click", async () => {
    for (const away of [300, 2000, 9000, 40_000]) {
      begin();
      await listening();
      world.die();
      await world.pass(away + 2500);
      expect(phase()).toBe("reconnecting");
      world.room = room("live");
      world.whep = () => created();
      await world.pass(5000);
      expect(phase()).toBe("live");
    }
  });

  it("more than two seconds without a packet are noticed although the connection stands", async () => {
    await listening();
    silence();
    await world.pass(1500);
    expect(phase()).toBe("live");
    await world.pass(1000);
    expect(posts()).toBe(2);
    await world.pass(1000);
    expect(phase()).toBe("live");
  });

  it("packets without any sound in them are noticed", async () => {
    await listening();
    world.peers.forEach((peer) => (peer.concealedShare = 1));
    await world.pass(5000);
    expect(posts()).toBe(2);
    expect(phase()).toBe("live");
  });

  it("a connection that stands but never brings a packet is replaced", async () => {
    session.start();
    session.play();
    silence();
    await world.pass(6000);
    expect(posts()).toBe(2);
    expect(phase()).toBe("live");
  });

  it("while the artist is being reconnected the listener's own connection is kept", async () => {
    await listening();
    const peer = world.peers[0];
    world.tell(room("reconnecting"));
    if (peer) peer.packetsPerSecond = 0;
    await world.pass(30_000);
    expect(phase()).toBe("reconnecting");
    expect(posts()).toBe(1);
    if (peer) peer.packetsPerSecond = 100;
    world.tell(room("live"));
    await world.pass(1000);
    expect(phase()).toBe("live");
    expect(posts()).toBe(1);
  });

  it("a lost media path is replaced at once", async () => {
    await listening();
    world.peers[0]?.become("failed");
    await world.pass(1000);
    expect(posts()).toBe(2);
    expect(phase()).toBe("live");
  });

  it("a network that lets no media through is named, and tried again", async () => {
    session.start();
    session.play();
    for (let seconds = 0; seconds < 60; seconds += 1) {
      world.peers.forEach((peer) => (peer.connects = false));
      await world.pass(250);
      world.peers.forEach((peer) => { if (peer.connectionState === "connected") peer.become("failed"); });
      world.whep = () => {
        const peer = world.peers.at(-1);
        if (peer) peer.connects = false;
        return created();
      };
      await world.pass(750);
    }
    expect(session.snapshot()).toMatchObject({ phase: "blocked", obstacle: "network" });
    expect(posts()).toBeGreaterThan(3);
    world.whep = () => created();
    await world.pass(14_000);
    expect(phase()).toBe("live");
  });

  it("the relays that the server names are used where no direct way was found", async () => {
    world.whep = () => {
      const peer = world.peers.at(-1);
      if (peer) peer.connects = world.relays.at(-1)?.length === 1;
      return created('<turn:turn.example.net>; rel="ice-server"; username="u"; credential="c"');
    };
    session.start();
    session.play();
    await world.pass(12_000);
    expect(phase()).toBe("live");
    expect(world.relays).toEqual([[], [{ urls: "turn:turn.example.net", username: "u", credential: "c" }]]);
  });

  it("for the first minute an attempt begins every second, and a network that swallows them stops none", async () => {
    await listening();
    silence();
    world.swallows = true;
    await world.pass(10_000);
    expect(phase()).toBe("reconnecting");
    expect(posts()).toBeGreaterThan(8);
    expect(session.snapshot().patient).toBe(false);
    world.swallows = false;
    await world.pass(1100);
    expect(phase()).toBe("live");
    expect(world.peers.filter((peer) => peer.connectionState !== "closed").length).toBe(1);
  });

  it("a path that comes back ends the attempts and is played on", async () => {
    await listening();
    silence();
    world.swallows = true;
    await world.pass(5000);
    const first = world.peers[0];
    if (first) first.packetsPerSecond = 100;
    await world.pass(500);
    expect(phase()).toBe("live");
    const before = posts();
    world.swallows = false;
    await world.pass(60_000);
    expect(posts()).toBe(before);
    expect(world.peers.filter((peer) => peer.connectionState !== "closed")).toEqual([first]);
  });

  it("after the first minute it waits longer, and then the listener may hurry it", async () => {
    await listening();
    world.die();
    await world.pass(300_000);
    const before = posts();
    await world.pass(30_000);
    expect(posts() - before).toBeLessThanOrEqual(10);
    expect(session.snapshot().patient).toBe(true);
    world.room = room("live");
    world.whep = () => created();
    session.hurry();
    await world.pass(300);
    expect(phase()).toBe("live");
    expect(session.snapshot().patient).toBe(false);
  });

  it("a player that stays late after trouble is renewed, and plays on until then", async () => {
    await listening();
    const late = world.peers[0];
    await world.pass(10_000);
    if (late) late.bufferMs = 200;
    await world.pass(5000);
    world.swallows = true;
    await world.pass(10_000);
    expect(posts()).toBe(2);
    expect(phase()).toBe("live");
    world.swallows = false;
    await world.pass(30_000);
    expect(phase()).toBe("live");
    expect(world.peers.filter((peer) => peer.connectionState !== "closed")).toEqual([world.peers.at(-1)]);
    expect(world.peers.at(-1)).not.toBe(late);
    expect(posts()).toBe(3);
  });

  it("another network is tried at once, before silence is sure", async () => {
    await listening();
    silence();
    await world.pass(800);
    session.hurry();
    await world.pass(300);
    expect(posts()).toBe(2);
    expect(phase()).toBe("live");
  });

  it("a full room is said, the server's time is kept, and the next seat is taken", async () => {
    world.whep = () => refused(503, 7);
    session.start();
    session.play();
    await world.pass(6900);
    expect(session.snapshot()).toMatchObject({ phase: "blocked", obstacle: "full" });
    expect(posts()).toBe(1);
    world.whep = () => created();
    await world.pass(1000);
    expect(phase()).toBe("live");
  });

  it("an end is said, and a new start is heard without a click", async () => {
    await listening();
    world.whep = () => refused(409, 1);
    world.tell(room("ended"));
    await world.pass(3000);
    expect(phase()).toBe("ended");
    expect(posts()).toBe(1);
    world.whep = () => created();
    world.tell(room("live"));
    await world.pass(1000);
    expect(phase()).toBe("live");
  });

  it("the next evening does not start by itself in a forgotten page", async () => {
    await listening();
    world.tell(room("ended"));
    await world.pass(1000);
    world.tell(room("off_air"));
    await world.pass(1000);
    expect(session.snapshot()).toMatchObject({ phase: "waiting", wanted: false });
    const before = posts();
    world.tell(room("live"));
    await world.pass(60_000);
    expect(posts()).toBe(before);
    expect(phase()).toBe("ready");
  });
});

describe("a page that only looks", () => {
  it("claims nothing while the server is away, and says it again when it is back", async () => {
    session.start();
    await world.pass(10);
    expect(phase()).toBe("ready");
    world.die();
    await world.pass(3000);
    expect(session.snapshot()).toMatchObject({ phase: "looking", reachable: false });
    world.room = room("live");
    await world.pass(7000);
    expect(phase()).toBe("ready");
  });

  it("does not say on air for an artist whose connection was lost", async () => {
    world.room = room("reconnecting");
    world.whep = () => refused(409, 1);
    session.start();
    await world.pass(10);
    expect(phase()).toBe("away");
    session.play();
    await world.pass(3000);
    expect(phase()).toBe("away");
    world.whep = () => created();
    world.tell(room("live"));
    await world.pass(1000);
    expect(phase()).toBe("live");
  });

  it("notices within a minute or so that its event stream died without a word", async () => {
    session.start();
    await world.pass(1000);
    world.room = room("ended");
    await world.pass(75_000);
    expect(phase()).toBe("ended");
    expect(world.sources.filter((source) => !source.closed).length).toBe(1);
  });

  it("asks at once when it is looked at again", async () => {
    session.start();
    await world.pass(1000);
    world.room = room("ended");
    session.hurry();
    await world.pass(10);
    expect(phase()).toBe("ended");
  });

  it("knows the server's clock to a second, so that the running time is right on a device that goes wrong", async () => {
    world.aheadMs = 300_000;
    session.start();
    await world.pass(100);
    expect(session.snapshot().serverAheadMs).toBeGreaterThan(299_000);
    expect(session.snapshot().serverAheadMs).toBeLessThan(301_000);
  });

  it("takes a network that swallows every question for an absent server", async () => {
    session.start();
    await world.pass(1000);
    world.swallows = true;
    session.hurry();
    await world.pass(9000);
    expect(session.snapshot().reachable).toBe(false);
    world.swallows = false;
    await world.pass(10_000);
    expect(phase()).toBe("ready");
  });
});

describe("goodbye", () => {
  it("stop ends the session at the server and plays no more", async () => {
    await listening();
    session.stop();
    await world.pass(60_000);
    expect(phase()).toBe("ready");
    expect(world.count("DELETE /session/abc")).toBe(1);
    expect(posts()).toBe(1);
    expect(sink.playing).toBeNull();
  });

  it("a page that goes away says goodbye with a request that outlives it", async () => {
    await listening();
    session.leave();
    await world.pass(60_000);
    expect(world.count("DELETE /session/abc keepalive")).toBe(1);
    const asked = world.requests.length;
    await world.pass(60_000);
    expect(world.requests.length).toBe(asked);
  });

  it("an answer that comes after Stop does not leave a session behind", async () => {
    session.start();
    await world.pass(10);
    session.play();
    for (let turn = 0; turn < 50 && posts() === 0; turn += 1) await Promise.resolve();
    session.stop();
    await world.pass(1000);
    expect(posts()).toBe(1);
    expect(world.count("DELETE /session/abc")).toBe(1);
    expect(phase()).toBe("ready");
  });
});
