import { describe, expect, it } from "vitest";
import { texts } from "../generated/sentences";
import { firstLanguage, LANGUAGES, speaker, type Key } from "./say";

describe("sentences", () => {
  it("are said in both languages with nothing left open", () => {
    const values = { artist: "Hine", count: 3, time: "1:02", value: "12" };
    for (const language of LANGUAGES) {
      const say = speaker(language) as (key: string, values: object) => string;
      const keys = [...texts[language].matchAll(/^(page-[a-z-]+) =/gm)].map((match) => match[1] as Key);
      expect(keys.length).toBeGreaterThan(50);
      for (const key of keys) expect(say(key, values)).not.toMatch(/^$|^page-|[{}!]/);
    }
  });
  it("count people in both languages", () => {
    const english = speaker("en");
    expect(english("page-listeners", { count: 1 })).toBe("1 person is listening");
    expect(english("page-listeners", { count: 0 })).toBe("Nobody is listening yet");
    expect(speaker("mi")("page-listeners", { count: 12 })).toContain("12");
  });
});

describe("the first language", () => {
  it("is the chosen one, then what the browser asks for, then English", () => {
    expect(firstLanguage("mi", ["en-NZ"])).toBe("mi");
    expect(firstLanguage(null, ["de-DE", "mi-NZ", "en"])).toBe("mi");
    expect(firstLanguage("xx", ["fr"])).toBe("en");
  });
});
