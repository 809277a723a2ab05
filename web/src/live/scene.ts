import { expect } from "vitest";
import { FakeSink, FakeWorld } from "./fake";
import type { Phase } from "./phase";
import { LiveSession } from "./session";

/** The scene of every test of a session: a world, a loudspeaker, and one listener's page. */
export let world: FakeWorld;
export let sink: FakeSink;
export let session: LiveSession;

/** Begins anew, in another world if the test made one. */
export function begin(another = new FakeWorld()): void {
  world = another;
  sink = new FakeSink();
  session = new LiveSession("hine", world, sink, () => world.time);
}

export const phase = (): Phase => session.snapshot().phase;

/** How many connections were asked for. */
export const posts = (): number => world.count("POST /whep/hine");

/** A listener who pressed Play and hears it. */
export async function listening(): Promise<void> {
  session.start();
  await world.pass(100);
  session.play();
  await world.pass(1000);
  expect(phase()).toBe("live");
}

/** No packet arrives any more on any connection there is. */
export function silence(): void {
  for (const peer of world.peers) peer.packetsPerSecond = 0;
}
