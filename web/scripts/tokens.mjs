// theme.toml → CSS variables: the only place where the page gets a colour or a size from.
import { parse } from "smol-toml";

/** Lengths are written in rem, so that they follow the reader's own letter size. */
const rem = (px) => `${px / 16}rem`;
const lines = (entries) => entries.map(([name, value]) => `  --${name}: ${value};`).join("\n");
const group = (table, prefix, unit) =>
  Object.entries(table).map(([name, value]) => [`${prefix}-${name}`, unit(value)]);

/** The style sheet of all tokens of `source` (the text of theme.toml). Throws when a table is missing. */
export function tokens(source) {
  const theme = parse(source);
  for (const table of ["dark", "light", "contrast", "type", "space", "radius", "motion"]) {
    if (!theme[table]) throw new Error(`theme.toml has no [${table}]`);
  }
  const colours = (scheme) => lines(Object.entries(theme[scheme]));
  const still = Object.keys(theme.motion).filter((name) => name !== "hold");
  const sizes = lines([
    ...group(theme.type, "type", rem),
    ...group(theme.space, "space", rem),
    ...group(theme.radius, "radius", rem),
    ...group(theme.motion, "motion", (ms) => `${ms}ms`),
  ]);
  return `:root {
  color-scheme: dark;
${colours("dark")}
${sizes}
}
@media (prefers-color-scheme: light) {
:root {
  color-scheme: light;
${colours("light")}
}
}
@media (prefers-contrast: more) {
:root {
  color-scheme: dark;
${colours("contrast")}
}
}
@media (prefers-reduced-motion: reduce) {
:root {
${lines(still.map((name) => [`motion-${name}`, "0ms"]))}
}
}
`;
}
