import { FluentBundle, FluentResource } from "@fluent/bundle";
import { texts, type Sentences } from "../generated/sentences";

/** A language that everything is said in. */
export type Language = keyof typeof texts;
export const LANGUAGES: readonly Language[] = ["en", "mi"];

/** The name of a sentence; only those of page.ftl exist. */
export type Key = keyof Sentences;
/** Sentences that need no values. */
export type PlainKey = { [K in Key]: Sentences[K] extends Record<string, never> ? K : never }[Key];

/** Says a sentence; values are demanded where the sentence has places for them. */
export type Say = <K extends Key>(key: K, ...values: K extends PlainKey ? [] : [Sentences[K]]) => string;

/** The speaker of one language. */
export function speaker(language: Language): Say {
  // Marks that isolate the direction of text are for scripts that mix directions; ours do not.
  const bundle = new FluentBundle(language, { useIsolating: false });
  bundle.addResource(new FluentResource(texts[language]));
  return (key, ...values) => {
    const pattern = bundle.getMessage(key)?.value;
    return pattern == null ? key : bundle.formatPattern(pattern, values[0] ?? null, []);
  };
}

/** The language to begin with: what was chosen before, else the first that the reader's browser asks for and we speak. */
export function firstLanguage(chosen: string | null, asked: readonly string[]): Language {
  const known = (tag: string) => LANGUAGES.find((language) => tag.toLowerCase().split("-")[0] === language);
  return [chosen ?? "", ...asked].map(known).find((language) => language !== undefined) ?? "en";
}
