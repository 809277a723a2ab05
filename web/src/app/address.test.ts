import { expect, it } from "vitest";
import { addressOf } from "./address";

it("an address names the home, an artist or nothing", () => {
  expect(addressOf("/")).toEqual({ page: "home" });
  expect(addressOf("/@hine-2")).toEqual({ page: "artist", slug: "hine-2" });
  expect(addressOf("/%40Hine/")).toEqual({ page: "artist", slug: "hine" });
  for (const path of ["/@", "/hine", "/@a/b", "/@a b", "/@" + "a".repeat(65)]) expect(addressOf(path)).toEqual({ page: "lost" });
});
