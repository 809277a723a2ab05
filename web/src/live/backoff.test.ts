import { describe, expect, it } from "vitest";
import { interval, retryAfter } from "./backoff";

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
  it("keeps the server's own word within reason", () => {
    const of = (text: string) => retryAfter(new Headers({ "retry-after": text }));
    expect([of("3"), of("0"), of("86400"), of("soon"), retryAfter(new Headers())]).toEqual([3000, 250, 30_000, null, null]);
  });
});
