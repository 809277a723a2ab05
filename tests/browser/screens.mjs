// Takes pictures of the listener's page: dark and light, phone and desktop, before Play and while listening.
//
//   node screens.mjs --url http://127.0.0.1:8080/@demo --out docs/screens [--listen 4] [--languages en,mi]
//
// Also fails (exit code 1) where a page is wider than its window, which would make a phone scroll sideways, and where the
// word on the Play key leaves its circle.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { read } from "./arguments.mjs";
import { launch } from "./chromium.mjs";

const SIZES = { phone: { width: 390, height: 844 }, narrow: { width: 320, height: 568 }, desktop: { width: 1280, height: 800 } };
const SCHEMES = ["dark", "light"];
const PATIENCE_MS = 60_000;

const args = read(process.argv.slice(2), { url: "", out: "", listen: 4, languages: "en" });
if (!args.url || !args.out) throw new Error("--url and --out are needed");
mkdirSync(args.out, { recursive: true });
const browser = await launch();
const faults = [];
try {
  for (const language of args.languages.split(",")) {
    for (const scheme of SCHEMES) {
      for (const [size, viewport] of Object.entries(SIZES)) await pictures(language, scheme, size, viewport);
    }
  }
} finally {
  await browser.close();
}
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);

/** What a person would call broken, or null; runs inside the page. */
function faultOf() {
  if (document.documentElement.scrollWidth > innerWidth) return "wider than the window";
  const key = document.querySelector("#play")?.getBoundingClientRect();
  const word = document.querySelector("#play span")?.getBoundingClientRect();
  if (!key || !word) return null;
  const [x, y] = [key.x + key.width / 2, key.y + key.height / 2];
  const corners = [word.left, word.right].flatMap((left) => [word.top, word.bottom].map((top) => Math.hypot(left - x, top - y)));
  return Math.max(...corners) > key.width / 2 ? "the word leaves the Play key" : null;
}

async function pictures(language, scheme, size, viewport) {
  const context = await browser.newContext({ locale: language, colorScheme: scheme, viewport, reducedMotion: "reduce" });
  const page = await context.newPage();
  const name = (state) => `${language}-${scheme}-${size}-${state}`;
  const take = async (state) => {
    await page.screenshot({ path: join(args.out, `${name(state)}.png`) });
    const fault = await page.evaluate(faultOf);
    if (fault !== null) faults.push(`${name(state)}: ${fault}`);
  };
  await page.goto(args.url);
  await page.waitForLoadState("networkidle", { timeout: 3000 }).catch(() => undefined);
  await take("before");
  if (args.listen > 0 && (await page.locator("#play").count()) > 0) {
    await page.locator("#play").click();
    await page.mouse.move(0, 0);
    await page.locator('main[data-phase="live"]').waitFor({ timeout: PATIENCE_MS });
    await page.waitForTimeout(args.listen * 1000);
    await take("live");
  }
  await context.close();
}
