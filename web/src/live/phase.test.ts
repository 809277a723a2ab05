import { describe, expect, it } from "vitest";
import { room } from "./fake";
import { phaseOf, type Facts, type Obstacle, type Room } from "./phase";

const rooms: Room[] = [{ known: false }, { known: "missing" }, ...(["off_air", "live", "reconnecting", "ended"] as const).map((state): Room => ({ known: true, now: room(state) }))];
const obstacles: (Obstacle | null)[] = [null, "gesture", "browser", "network", "full"];
const all: Facts[] = rooms.flatMap((r) =>
  [true, false].flatMap((wanted) =>
    [true, false].flatMap((flowing) => [true, false].flatMap((heard) =>
      [true, false].flatMap((reachable) => obstacles.map((obstacle) => ({ room: r, reachable, wanted, flowing, heard, obstacle }))),
    )),
  ),
);

describe("phaseOf", () => {
  it("never says live without sound that arrives and is wanted", () => {
    for (const facts of all) if (phaseOf(facts) === "live") expect(facts.flowing && facts.wanted).toBe(true);
  });
  it("never says that it connects for a listener who did not press Play", () => {
    for (const facts of all.filter((f) => !f.wanted)) expect(["connecting", "reconnecting", "live"]).not.toContain(phaseOf(facts));
  });
  it("says reconnecting only to those who heard something", () => {
    for (const facts of all) if (phaseOf(facts) === "reconnecting") expect(facts.heard).toBe(true);
  });
  it("says nothing of a room that it cannot ask", () => {
    for (const facts of all.filter((f) => !f.reachable)) expect(["ready", "away", "waiting", "ended"]).not.toContain(phaseOf(facts));
  });
  it("does not call an artist on air whose connection was lost", () => {
    for (const facts of all) if (phaseOf(facts) === "ready") expect(facts.room).toMatchObject({ now: { state: "live" } });
  });
  it("names an unknown artist whatever else is true", () => {
    for (const facts of all.filter((f) => f.room.known === "missing")) expect(phaseOf(facts)).toBe("missing");
  });
});
