// Inter, cut down to what the page needs first: plain Latin, and the vowels with macrons apart (the full
// extended set is 85 kB and loads only where a name needs it). Weights beyond 650 are not used.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import subset from "subset-font";

const require = createRequire(import.meta.url);
const MACRONS = "ĀāĒēĪīŌōŪū";
const WEIGHTS = { wght: { min: 400, max: 650 } };
const LATIN = [[0x20, 0x7e], [0xa0, 0xff], [0x131, 0x131], [0x152, 0x153], [0x2bb, 0x2bc], [0x2013, 0x2014],
  [0x2018, 0x201a], [0x201c, 0x201e], [0x2022, 0x2022], [0x2026, 0x2026], [0x2032, 0x2033], [0x20ac, 0x20ac], [0x2122, 0x2122],
  [0x2212, 0x2212]];

const source = (part) => readFile(require.resolve(`@fontsource-variable/inter/files/inter-${part}-wght-normal.woff2`));
const characters = LATIN.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)));
const range = LATIN.map(([from, to]) => `U+${from.toString(16)}-${to.toString(16)}`).join(", ");
const macronRange = [...MACRONS].map((letter) => `U+${letter.codePointAt(0).toString(16)}`).join(", ");

const face = (file, unicodeRange) => `@font-face {
  font-family: "Inter";
  font-style: normal;
  font-weight: 400 650;
  font-display: swap;
  src: url("./${file}") format("woff2");
  unicode-range: ${unicodeRange};
}
`;

/** Name and content of each file. */
export async function letters() {
  const [latin, extended] = await Promise.all([source("latin"), source("latin-ext")]);
  const cut = (font, text) => subset(font, text, { targetFormat: "woff2", variationAxes: WEIGHTS });
  return [
    ["inter-latin.woff2", await cut(latin, characters.join(""))],
    ["inter-macrons.woff2", await cut(extended, MACRONS)],
    ["inter-extended.woff2", extended],
    // The last face that claims a letter wins: the extended set first, the small cuts after it.
    ["letters.css", face("inter-extended.woff2", "U+100-130, U+132-151, U+154-2af, U+1e00-1eff") +
      face("inter-macrons.woff2", macronRange) + face("inter-latin.woff2", range)],
  ];
}
