import { describe, expect, it } from "vitest";
import { decibels, FLOOR_DB, Needle, place, zone } from "./meter";

describe("meter", () => {
  it("never goes down when the level goes up", () => {
    for (let db = -80; db < 6; db += 0.1) expect(place(db + 0.1)).toBeGreaterThanOrEqual(place(db));
  });
  it("ends where the scale ends and stands in the middle at −20", () => {
    expect([place(-60), place(-20), place(0), place(3)]).toEqual([0, 0.5, 1, 1]);
    expect(place(-200)).toBeLessThanOrEqual(0);
  });
  it("reads full scale and silence", () => {
    expect([decibels(1), decibels(0), decibels(1e-9)]).toEqual([0, FLOOR_DB, FLOOR_DB]);
    expect([zone(-30), zone(-12), zone(-0.5)]).toEqual(["good", "caution", "over"]);
  });
  it("holds a peak for a second and a half, then lets it fall by 20 dB a second", () => {
    const needle = new Needle();
    needle.move({ peak: 1, rms: 0.5 }, 0);
    for (let now = 10; now <= 1500; now += 10) needle.move({ peak: 0, rms: 0 }, now);
    expect(needle.peak).toBe(0);
    for (let now = 1510; now <= 2500; now += 10) needle.move({ peak: 0, rms: 0 }, now);
    expect(needle.peak).toBeCloseTo(-20, 5);
    expect(needle.body).toBe(FLOOR_DB);
  });
});
