// Listens to an artist's page as a person would, in a real browser, and measures what arrives.
//
//   node listen.mjs --url http://127.0.0.1:8080/@demo [--seconds 15] [--connections 1] [--settle 2] [--json out.json]
//        [--tones] [--clicks] [--screenshot page.png] [--language en] [--stay] [--course 0]
//
// Each of `connections` is a fresh browser context: open, click Play, settle, then measure for `seconds`.
// --tones fails where no tone is heard, --clicks where no click is; without them both are only reported.
// --stay: measure from Play on, through whatever the server does (its death, its return); fails unless the page plays at the end.
// --course: look at the counters every so many ms, find clicks on the left alone and silence on the right alone.
// Prints one line of JSON for each event (`open`, `live`, `measured`); exit code 1 when a connection was not heard.
// All times are UTC in ms by the machine's clock.
import { readFileSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { read } from "./arguments.mjs";
import { launch } from "./chromium.mjs";
import { summaryOf, tonesOf, windowOf } from "./measure.mjs";

/** Far more than the five seconds that a connection may take. */
const PATIENCE_MS = 60_000;
const here = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
const tell = (event, more = {}) => console.log(JSON.stringify({ event, utc_ms: utcMs(), ...more }));
const utcMs = () => performance.timeOrigin + performance.now();
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const args = read(process.argv.slice(2), {
  url: "", seconds: 15, connections: 1, settle: 2, json: "", tones: false, clicks: false,
  screenshot: "", language: "en", course: 0, stay: false,
});
if (!args.url) throw new Error("--url is missing");

const browser = await launch();
const connections = [];
try {
  for (let number = 1; number <= args.connections; number += 1) connections.push(await listen(number));
} finally {
  await browser.close();
}
const result = { url: args.url, chromium: browser.version(), connections, summary: summaryOf(connections) };
if (args.json) writeFileSync(args.json, JSON.stringify(result, null, 1));
tell("done", result.summary);
process.exit(connections.every(heard) ? 0 : 1);

function heard(connection) {
  if (connection.error) return false;
  if (args.stay && connection.phases.at(-1)?.phase !== "live") return false;
  return (!args.tones || connection.tones !== null) && (!args.clicks || connection.clicks.length > 0);
}

async function listen(number) {
  const context = await browser.newContext({ bypassCSP: true, locale: args.language, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
  page.on("pageerror", (error) => complaints.push(String(error)));
  try {
    await page.addInitScript(here("probe_page.js"));
    return { number, ...(await measure(page, number)), complaints };
  } catch (error) {
    return { number, error: String(error), phases: await phases(page), complaints, clicks: [], tones: null };
  } finally {
    await context.close();
  }
}

async function measure(page, number) {
  await page.goto(args.url, { waitUntil: "domcontentloaded" });
  const play = page.locator("#play");
  await play.waitFor({ timeout: PATIENCE_MS });
  tell("open", { connection: number });
  const pressed = performance.now();
  await play.click();
  const started = page.evaluate(([text, course]) => window.__measure(text, course), [here("probe_worklet.js"), args.course]);
  await page.locator('main[data-phase="live"]').waitFor({ timeout: PATIENCE_MS });
  const connectMs = performance.now() - pressed;
  await started;
  tell("live", { connection: number, connect_ms: connectMs });
  if (!args.stay) {
    await sleep(args.settle * 1000);
    await page.evaluate(() => window.__forget());
  }
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const before = await page.evaluate(() => window.__counters());
  await sleep(args.seconds * 1000);
  const after = await page.evaluate(() => window.__counters());
  loop.disable();
  if (args.screenshot) await page.screenshot({ path: args.screenshot });
  const seen = await page.evaluate(() => { const { peers, ...rest } = window.__probe; return { ...rest, peers: peers.length }; });
  const outcome = {
    connect_ms: connectMs,
    peers: seen.peers,
    ...windowOf(before, after),
    tones: tonesOf(seen.tones),
    clicks: seen.clicks,
    phases: seen.phases,
    silences: seen.silences,
    course: seen.course,
    render_stalls: seen.stalls,
    worst_timer_late_ms: loop.max / 1e6,
  };
  tell("measured", { connection: number, bitrate_bps: outcome.bitrate_bps, concealed: outcome.concealed_samples });
  return outcome;
}

async function phases(page) {
  return page.evaluate(() => window.__probe.phases).catch(() => []);
}
