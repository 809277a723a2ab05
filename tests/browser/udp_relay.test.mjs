import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import test from "node:test";
import { losses, random, rtpHead, UdpRelay } from "./udp_relay.mjs";

const rtp = (seq) => {
  const packet = Buffer.alloc(40);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(111, 1);
  packet.writeUInt16BE(seq, 2);
  packet.writeUInt32BE(seq * 480, 4);
  return packet;
};

test("the same seed loses the same packets", () => {
  const run = () => Array.from({ length: 1000 }, losses({ loss: 0.05, burst: 3, seed: 7 }));
  assert.deepEqual(run(), run());
  assert.notDeepEqual(run(), Array.from({ length: 1000 }, losses({ loss: 0.05, burst: 3, seed: 8 })));
});

test("loss and the length of bursts are what was asked for", () => {
  for (const [loss, burst] of [[0.02, 1], [0.05, 1], [0.05, 3], [0.2, 5]]) {
    const lost = Array.from({ length: 400_000 }, losses({ loss, burst, seed: 3 }));
    const share = lost.filter(Boolean).length / lost.length;
    const bursts = lost.filter((bad, at) => bad && !lost[at - 1]).length;
    assert.ok(Math.abs(share - loss) < loss * 0.1, `loss ${share} for ${loss}`);
    assert.ok(Math.abs(share * lost.length / bursts - burst) < burst * 0.1, `burst for ${burst}`);
  }
});

test("random numbers fill their range evenly", () => {
  const next = random(1);
  const numbers = Array.from({ length: 100_000 }, next);
  assert.ok(numbers.every((number) => number >= 0 && number < 1));
  assert.ok(Math.abs(numbers.reduce((sum, number) => sum + number) / numbers.length - 0.5) < 0.01);
});

test("RTP is told from RTCP, STUN and DTLS", () => {
  assert.deepEqual(rtpHead(rtp(5)), { seq: 5, rtp_ts: 2400 });
  const report = rtp(1);
  report.writeUInt8(200, 1);
  assert.equal(rtpHead(report), null);
  assert.equal(rtpHead(Buffer.from([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])), null);
  assert.equal(rtpHead(Buffer.from([22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0])), null);
  assert.equal(rtpHead(Buffer.alloc(3)), null);
});

test("packets pass both ways, RTP towards the browser is dated and lost as the seed says", async () => {
  const server = createSocket("udp4");
  await new Promise((resolve) => server.bind(0, "127.0.0.1", resolve));
  const relay = new UdpRelay({ host: "127.0.0.1", port: server.address().port }, { loss: 0.3, seed: 5 });
  const port = await relay.open();
  const browser = createSocket("udp4");
  browser.send("hello", port, "127.0.0.1");
  const [, from] = await once(server, "message");
  const got = [];
  browser.on("message", (packet) => got.push(packet.readUInt16BE(2)));
  for (let seq = 1; seq <= 200; seq += 1) server.send(rtp(seq), from.port, "127.0.0.1");
  for (let wait = 0; wait < 100 && relay.log.length < 200; wait += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(relay.log.length, 200);
  assert.deepEqual(got, relay.log.filter((packet) => !packet.lost).map((packet) => packet.seq));
  assert.ok(got.length > 100 && got.length < 180);
  for (const socket of [server, browser, relay]) socket.close();
});
