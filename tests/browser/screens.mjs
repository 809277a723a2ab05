// Takes pictures of the listener's page: dark and light, phone and desktop, before Play and while listening.
//
//   node screens.mjs --url http://127.0.0.1:8080/@demo --out docs/screens [--listen 4] [--languages en,mi]
//
// Also fails (exit code 1) where a page is wider than its window, which would make a phone scroll sideways.
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
const wide = [];
try {
  for (const language of args.languages.split(",")) {
    for (const scheme of SCHEMES) {
      for (const [size, viewport] of Object.entries(SIZES)) await pictures(language, scheme, size, viewport);
    }
  }
} finally {
  await browser.close();
}
if (wide.length > 0) console.error(`wider than the window: ${wide.join(", ")}`);
process.exit(wide.length > 0 ? 1 : 0);

async function pictures(language, scheme, size, viewport) {
  const context = await browser.newContext({ locale: language, colorScheme: scheme, viewport, reducedMotion: "reduce" });
  const page = await context.newPage();
  const name = (state) => `${language}-${scheme}-${size}-${state}`;
  const take = async (state) => {
    await page.screenshot({ path: join(args.out, `${name(state)}.png`) });
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) wide.push(name(state));
  };
  await page.goto(args.url);
  await page.waitForLoadState("networkidle", { timeout: 3000 }).catch(() => undefined);
  await take("before");
  if (args.listen > 0 && (await page.locator("#play").count()) > 0) {
    await page.locator("#play").click();
    await page.locator('main[data-phase="live"]').waitFor({ timeout: PATIENCE_MS });
    await page.waitForTimeout(args.listen * 1000);
    await take("live");
  }
  await context.close();
}
