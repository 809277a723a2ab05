import { describe, expect, it } from "vitest";
import { iceServers } from "./ice";

describe("iceServers", () => {
  it("reads what the server names, with its quotes and commas", () => {
    const link =
      '<stun:stun.example.net>; rel="ice-server", <turn:turn.example.net?transport=udp>; rel="ice-server"; ' +
      'username="user"; credential="a, \\"b\\"; c"; credential-type="password"';
    expect(iceServers(link)).toEqual([
      { urls: "stun:stun.example.net" },
      { urls: "turn:turn.example.net?transport=udp", username: "user", credential: 'a, "b"; c' },
    ]);
  });
  it("passes over everything else", () => {
    for (const other of [null, "", "nonsense", '<https://example.net>; rel="ice-server"', '<turn:turn.example.net>; rel="ice-server"', '<stun:stun.example.net>; rel="next"']) {
      expect(iceServers(other)).toEqual([]);
    }
  });
});
