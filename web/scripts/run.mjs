// Makes what the page takes from the product's one source: design tokens, sentences, letters and the icon.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { letters } from "./letters.mjs";
import { sentences } from "./sentences.mjs";
import { tokens } from "./tokens.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const assets = join(here, "../../assets");
const out = join(here, "../src/generated");
const served = join(here, "../public");

for (const folder of [out, served]) await mkdir(folder, { recursive: true });
const text = (path) => readFile(join(assets, path), "utf8");
await write(out, "tokens.css", tokens(await text("theme.toml")));
await write(out, "sentences.ts", sentences({ en: await text("i18n/en/page.ftl"), mi: await text("i18n/mi/page.ftl") }));
for (const [name, content] of await letters()) await write(out, name, content);
for (const name of ["icon.svg", "icon.png"]) await write(served, name, await readFile(join(assets, name)));

/** Writes only what changed, so that a watching build does not run in circles. */
async function write(folder, name, content) {
  const path = join(folder, name);
  const old = await readFile(path).catch(() => null);
  if (old?.equals(Buffer.from(content))) return;
  await writeFile(path, content);
}
