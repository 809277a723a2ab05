// Listens to an artist's page as a person would, in a real browser, and measures what arrives.
//
//   node listen.mjs --url http://127.0.0.1:8080/@demo [--seconds 15] [--connections 1] [--settle 2] [--json out.json]
//        [--tones] [--clicks] [--screenshot page.png] [--language en] [--stay]
//        [--relay '{"loss":0.02,"burst":1,"delayMs":30,"jitterMs":10,"rateKbps":0,"seed":1}'] [--relay-log rtp.json]
//
// Each of `connections` is a fresh browser context: open, click Play, settle, then measure for `seconds`.
// --tones fails where no tone is heard, --clicks where no click is; without them both are only reported.
// --relay puts the bad (or, with {}, a clean) network between browser and server; --relay-log dates every RTP packet.
// --stay: measure from Play on, through whatever the server does (its death, its return); fails unless the page plays at the end.
// Prints one line of JSON for each event (`open`, `live`, `measured`); exit code 1 when a connection was not heard.
// All times are UTC in ms by the machine's clock.
import { readFileSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { read } from "./arguments.mjs";
import { launch } from "./chromium.mjs";
import { summaryOf, tonesOf, windowOf } from "./measure.mjs";
import { UdpRelay } from "./udp_relay.mjs";

/** Far more than the five seconds that a connection may take. */
const PATIENCE_MS = 60_000;
const here = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
const tell = (event, more = {}) => console.log(JSON.stringify({ event, utc_ms: utcMs(), ...more }));
const utcMs = () => performance.timeOrigin + performance.now();
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const args = read(process.argv.slice(2), {
  url: "", seconds: 15, connections: 1, settle: 2, json: "", tones: false, clicks: false,
  screenshot: "", language: "en", relay: "", relayLog: "", stay: false,
});
if (!args.url) throw new Error("--url is missing");

const browser = await launch();
const connections = [];
const packets = [];
try {
  for (let number = 1; number <= args.connections; number += 1) connections.push(await listen(number));
} finally {
  await browser.close();
}
const result = { url: args.url, chromium: browser.version(), connections, summary: summaryOf(connections) };
if (args.json) writeFileSync(args.json, JSON.stringify(result, null, 1));
if (args.relayLog) writeFileSync(args.relayLog, JSON.stringify(packets));
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
  let relay = null;
  try {
    await page.addInitScript(here("probe_page.js"));
    if (args.relay || args.relayLog) relay = await throughRelay(page, JSON.parse(args.relay || "{}"));
    return { number, ...(await measure(page, number)), complaints };
  } catch (error) {
    return { number, error: String(error), phases: await phases(page), complaints, clicks: [], tones: null };
  } finally {
    if (relay !== null) packets.push(...relay.all().map((packet) => ({ connection: number, ...packet })));
    await context.close();
    relay?.close();
  }
}

async function measure(page, number) {
  await page.goto(args.url, { waitUntil: "domcontentloaded" });
  const play = page.locator("#play");
  await play.waitFor({ timeout: PATIENCE_MS });
  tell("open", { connection: number });
  const pressed = performance.now();
  await play.click();
  const started = page.evaluate((text) => window.__measure(text), here("probe_worklet.js"));
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
    render_stalls: seen.stalls,
    worst_timer_late_ms: loop.max / 1e6,
  };
  tell("measured", { connection: number, bitrate_bps: outcome.bitrate_bps, concealed: outcome.concealed_samples });
  return outcome;
}

async function phases(page) {
  return page.evaluate(() => window.__probe.phases).catch(() => []);
}

/** Sends the media of `page` through relays of its own, by changing the candidates in the server's answer. */
async function throughRelay(page, network) {
  const relays = new Map();
  await page.route("**/whep/**", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    // While the server is away the page must see just that.
    const response = await route.fetch().catch(() => null);
    if (response === null) return route.abort();
    const lines = (await response.text()).split("\r\n");
    const body = await Promise.all(lines.map((line) => candidateThrough(line, relays, network)));
    return route.fulfill({ response, body: body.filter((line) => line !== null).join("\r\n") });
  });
  const each = (action) => [...relays.values()].flatMap(({ relay }) => action(relay));
  return { all: () => each((relay) => relay.log), close: () => each((relay) => [relay.close()]) };
}

/** A UDP candidate of IPv4 leads to a relay; every other candidate would lead around it and goes away. */
async function candidateThrough(line, relays, network) {
  const candidate = /^(a=candidate:\S+ \d+ udp \d+) (\S+) (\d+)( typ host.*)$/i.exec(line);
  if (candidate === null) return line.startsWith("a=candidate:") ? null : line;
  const [, head, host, port, rest] = candidate;
  if (host.includes(":")) return null;
  const name = `${host}:${port}`;
  if (!relays.has(name)) {
    const relay = new UdpRelay({ host, port: Number(port) }, network);
    relays.set(name, { relay, port: await relay.open() });
  }
  return `${head} 127.0.0.1 ${relays.get(name).port}${rest}`;
}
