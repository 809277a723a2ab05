import { describe, expect, it } from "vitest";
import { atOnce, interval, patience, retryAfter } from "./backoff";

describe("waiting", () => {
  it("is at most a second for the first minute, and never more than five", () => {
    for (let since = 0; since < 1_000_000; since += 777) {
      for (const random of [0, 0.5, 0.999]) {
        const wait = interval(since, random);
        expect(wait).toBeGreaterThan(500);
        expect(wait).toBeLessThanOrEqual(since <= 60_000 ? 1000 : 5000);
        expect(interval(since + 777, random)).toBeGreaterThanOrEqual(wait);
      }
    }
    expect(interval(600_000, 1)).toBe(5000);
  });
  it("grows with each connection that brought no sound, up to a minute, and is another one for each page", () => {
    for (const random of [0, 0.5, 0.999]) {
      expect([patience(0, random), patience(1, random)]).toEqual([0, 0]);
      for (let fruitless = 2; fruitless < 5; fruitless += 1) {
        expect(patience(fruitless + 1, random)).toBe(2 * patience(fruitless, random));
      }
      expect(patience(1000, random)).toBe(patience(5, random));
      expect(patience(1000, random)).toBeGreaterThanOrEqual(32_000);
      expect(atOnce(random)).toBeLessThan(250);
    }
    for (let fruitless = 2; fruitless < 10; fruitless += 1) {
      expect(patience(fruitless, 0.999)).toBeGreaterThan(1.9 * patience(fruitless, 0));
    }
  });
  it("keeps the server's own word within reason", () => {
    const of = (text: string) => retryAfter(new Headers({ "retry-after": text }));
    expect([of("3"), of("0"), of("86400"), of("soon"), retryAfter(new Headers())]).toEqual([3000, 250, 30_000, null, null]);
  });
});
