// A small bad network: a UDP relay between browser and server with loss, bursts, delay, jitter and a rate limit, all from
// one seed (the kernel here has no netem). It also dates every RTP packet that passes towards the browser.
//
//   node udp_relay.mjs --target 127.0.0.1:8080 [--loss 0.02] [--burst 3] [--delay-ms 30] [--jitter-ms 10] [--rate-kbps 0]
//                      [--seed 1] [--log out.json]          prints `relay 127.0.0.1:PORT`; Ctrl-C ends it and writes the log
import { createSocket } from "node:dgram";
import { writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { read } from "./arguments.mjs";

/** A queue longer than this is full and drops, as a router would. */
const QUEUE_MS = 500;
/** Clients remembered at most; a test has a handful. */
const CLIENTS = 64;

/** What a relay does to RTP on its way to the browser; times in ms, `loss` a share from 0 to 1, `burst` packets lost in a row (mean). */
export const CLEAN = { loss: 0, burst: 1, delayMs: 0, jitterMs: 0, rateKbps: 0, seed: 1 };

/** Numbers from 0 to just below 1, the same for the same seed (xorshift, Marsaglia 2003, with the 13-17-5 triple). */
export function random(seed) {
  // Nought would stay nought for ever; a multiplication spreads neighbouring seeds.
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Decides which packets are lost: a Gilbert chain whose mean burst is `burst` and whose mean loss is `loss`. */
export function losses({ loss, burst, seed }) {
  const next = random(seed);
  const leave = 1 / Math.max(burst, 1);
  const enter = loss >= 1 ? 1 : (loss * leave) / (1 - loss);
  let bad = false;
  return () => {
    bad = bad ? next() >= leave : next() < enter;
    return bad;
  };
}

/** The plain head of an RTP packet, or null for anything else (RTCP, STUN, DTLS). Encryption leaves this part readable. */
export function rtpHead(packet) {
  if (packet.length < 12 || packet[0] >> 6 !== 2) return null;
  const type = packet[1] & 0x7f;
  if (type >= 64 && type <= 95) return null;
  return { seq: packet.readUInt16BE(2), rtp_ts: packet.readUInt32BE(4) };
}

/** UTC in ns as a decimal string. */
const utcNs = () => String(BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n);

/** One relay in front of one server. */
export class UdpRelay {
  /** RTP towards the browser: `{rtp_ts, seq, utc_ns, lost}` in order of arrival from the server. */
  log = [];
  #front = createSocket("udp4");
  #backs = new Map();
  #network;
  #target;
  #isLost;
  #jitter;
  #freeAt = 0;

  constructor(target, network = {}) {
    this.#target = target;
    this.#network = { ...CLEAN, ...network };
    this.#isLost = losses(this.#network);
    this.#jitter = random(this.#network.seed + 1);
  }

  /** Opens the relay; answers the port that the browser must send to. */
  async open() {
    this.#front.on("message", (packet, from) => this.#back(from)?.send(packet, this.#target.port, this.#target.host));
    await new Promise((resolve, reject) => {
      this.#front.once("error", reject);
      this.#front.bind(0, "127.0.0.1", resolve);
    });
    return this.#front.address().port;
  }

  close() {
    this.#front.close();
    for (const back of this.#backs.values()) back.close();
    this.#backs.clear();
  }

  /** The server must see each client at an address of its own. */
  #back(client) {
    const name = `${client.address}:${client.port}`;
    const known = this.#backs.get(name);
    if (known || this.#backs.size >= CLIENTS) return known;
    const back = createSocket("udp4");
    back.on("message", (packet) => this.#towardsBrowser(packet, client));
    this.#backs.set(name, back);
    return back;
  }

  #towardsBrowser(packet, client) {
    const head = rtpHead(packet);
    if (head === null) return this.#later(packet, client, this.#network.delayMs);
    const lost = this.#isLost();
    const wait = this.#queue(packet.length);
    this.log.push({ ...head, utc_ns: utcNs(), lost: lost || wait === null });
    if (lost || wait === null) return;
    const jitter = (this.#jitter() * 2 - 1) * this.#network.jitterMs;
    this.#later(packet, client, Math.max(this.#network.delayMs + wait + jitter, 0));
  }

  /** Time in the queue of the slow link in ms, or null when the queue is full. */
  #queue(bytes) {
    if (this.#network.rateKbps <= 0) return 0;
    const now = performance.now();
    const wait = Math.max(this.#freeAt - now, 0);
    if (wait > QUEUE_MS) return null;
    this.#freeAt = now + wait + (bytes * 8) / this.#network.rateKbps;
    return wait;
  }

  #later(packet, client, ms) {
    const send = () => {
      // A packet may be due after the end of the test.
      if (this.#backs.size > 0) this.#front.send(packet, client.port, client.address);
    };
    if (ms <= 0) send();
    else setTimeout(send, ms);
  }
}

async function main() {
  const args = read(process.argv.slice(2), { ...CLEAN, target: "", log: "" });
  const [host, port] = args.target.split(":");
  const relay = new UdpRelay({ host, port: Number(port) }, args);
  console.log(`relay 127.0.0.1:${await relay.open()}`);
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
      if (args.log) writeFileSync(args.log, JSON.stringify(relay.log));
      relay.close();
      process.exit(0);
    });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
