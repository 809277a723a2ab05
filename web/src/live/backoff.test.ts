import { describe, expect, it } from "vitest";
import { backoff, retryAfter } from "./backoff";

describe("waiting", () => {
  it("grows, and stays short enough for a restarted server to be heard in five seconds", () => {
    for (let failures = 0; failures < 100; failures += 1) {
      for (const random of [0, 0.5, 0.999]) {
        expect(backoff(failures, random)).toBeGreaterThan(100);
        expect(backoff(failures, random)).toBeLessThanOrEqual(2500);
        expect(backoff(failures + 1, random)).toBeGreaterThanOrEqual(backoff(failures, random));
      }
    }
  });
  it("keeps the server's own word within reason", () => {
    const of = (text: string) => retryAfter(new Headers({ "retry-after": text }));
    expect([of("3"), of("0"), of("86400"), of("soon"), retryAfter(new Headers())]).toEqual([3000, 250, 30_000, null, null]);
  });
});
