import { describe, expect, it } from "vitest";
import { sentences } from "./sentences.mjs";
import { tokens } from "./tokens.mjs";

describe("sentences", () => {
  it("become a table that names what each one needs", () => {
    const module = sentences({ en: "page-a = Hi { $name }\npage-b = Bye\n", mi: "page-a = Kia ora { $name }\npage-b = Hei konā\n" });
    expect(module).toContain('"page-a": { name: string | number };');
    expect(module).toContain('"page-b": Record<string, never>;');
  });
  it("are refused when a language lacks one, or needs other values, or cannot be read", () => {
    expect(() => sentences({ en: "page-a = Hi\n", mi: "" })).toThrow("page-a");
    expect(() => sentences({ en: "page-a = Hi { $name }\n", mi: "page-a = Kia ora\n" })).toThrow("page-a");
    expect(() => sentences({ en: "page-a = Hi {\n", mi: "page-a = Kia ora\n" })).toThrow("cannot be read");
    expect(() => sentences({ en: "other = Hi\n", mi: "other = Kia ora\n" })).toThrow("page-");
  });
});

describe("tokens", () => {
  const theme = (motion) => `[dark]\nink0 = "#fff"\n[light]\nink0 = "#000"\n[contrast]\nink0 = "#fff"\n[type]\nbody = 15\n[space]\nl = 16\n[radius]\ns = 4\n[motion]\n${motion}\n`;
  it("become variables: sizes follow the reader's letters, motion stops where it is not wanted, a hold stays", () => {
    const css = tokens(theme("quick = 80\nhold = 600"));
    expect(css).toContain("--type-body: 0.9375rem;");
    expect(css).toContain("--space-l: 1rem;");
    expect(css).toContain("--motion-quick: 80ms;");
    const still = css.slice(css.indexOf("prefers-reduced-motion"));
    expect(still).toContain("--motion-quick: 0ms;");
    expect(still).not.toContain("hold");
  });
  it("are refused when a table is missing", () => {
    expect(() => tokens("[dark]\n")).toThrow("[light]");
  });
});
