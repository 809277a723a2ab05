// Makes what the page takes from the product's one source: design tokens, sentences and letters.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { letters } from "./letters.mjs";
import { sentences } from "./sentences.mjs";
import { tokens } from "./tokens.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const assets = join(here, "../../assets");
const out = join(here, "../src/generated");

await mkdir(out, { recursive: true });
const text = (path) => readFile(join(assets, path), "utf8");
await write("tokens.css", tokens(await text("theme.toml")));
await write("sentences.ts", sentences({ en: await text("i18n/en/page.ftl"), mi: await text("i18n/mi/page.ftl") }));
for (const [name, content] of await letters()) await write(name, content);

/** Writes only what changed, so that a watching build does not run in circles. */
async function write(name, content) {
  const path = join(out, name);
  const old = await readFile(path).catch(() => null);
  if (old?.equals(Buffer.from(content))) return;
  await writeFile(path, content);
}
