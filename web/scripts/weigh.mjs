// The first view may weigh 150 KB on the wire: the page, its scripts and styles, the two letter files it shows and the icon.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 150 * 1024;
const dist = join(dirname(fileURLToPath(import.meta.url)), "../dist");
/** Loads only where a name needs it, and only for a lock screen or a home screen. */
const LATER = /inter-extended|icon\.png/;

let total = 0;
for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || LATER.test(entry.name)) continue;
  const content = await readFile(join(entry.parentPath, entry.name));
  // Letters are compressed already.
  total += entry.name.endsWith(".woff2") ? content.length : gzipSync(content).length;
}
console.log(`first view: ${(total / 1024).toFixed(1)} KB of ${LIMIT / 1024} KB`);
if (total > LIMIT) {
  console.error("The first view is too heavy.");
  process.exit(1);
}
