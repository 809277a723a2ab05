#!/usr/bin/env python3
"""A small WHIP server whose WebRTC is not ours (aiortc): proves that the app is heard by a stranger.

Prints `ready http://HOST:PORT`, then, when a session has ended or --seconds of it were heard, one line of JSON: how much
was heard, and how far a tone of --left Hz on the left and --right Hz on the right stayed apart. Needs aiortc, aiohttp, numpy.
"""

import argparse
import asyncio
import json
import re
import secrets
import wave

import numpy
from aiohttp import web
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

RATE = 48_000


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--key", help="the bearer key that is asked for; none: everyone may come")
    parser.add_argument("--seconds", type=float, default=10.0, help="how much sound is listened to")
    parser.add_argument("--left", type=float, default=1_000.0, help="Hz of the tone on the left")
    parser.add_argument("--right", type=float, default=1_500.0, help="Hz of the tone on the right")
    parser.add_argument("--bare", action="store_true", help="the answer asks for no feedback of any kind")
    parser.add_argument("--renumber", action="store_true", help="the answer gives Opus another number")
    parser.add_argument("--relative", action="store_true", help="sessions are named relative to the address that was asked")
    parser.add_argument("--wav", help="where the heard sound is kept")
    return parser.parse_args()


def level_db(sound, hz):
    """Level of one frequency, dB of full scale."""
    phase = numpy.exp(-2j * numpy.pi * hz * numpy.arange(len(sound)) / RATE)
    window = numpy.hanning(len(sound))
    return 20 * numpy.log10(abs(numpy.dot(sound * window, phase)) * 2 / window.sum() + 1e-12)


def verdict(frames, left_hz, right_hz):
    if not frames:
        return {"seconds": 0.0}
    sound = numpy.concatenate(frames)
    settled = sound[RATE // 2 :] if len(sound) > RATE else sound
    left, right = settled[:, 0], settled[:, 1]
    return {
        "seconds": round(len(sound) / RATE, 3),
        "left_db": round(level_db(left, left_hz), 2),
        "right_db": round(level_db(right, right_hz), 2),
        "left_separation_db": round(level_db(left, left_hz) - level_db(left, right_hz), 2),
        "right_separation_db": round(level_db(right, right_hz) - level_db(right, left_hz), 2),
    }


def renumbered(offer):
    """The offer as if Opus had been 97 in it: the answer then says 97."""
    return re.sub(r"(?m)^(m=audio .*|a=(?:rtpmap|fmtp|rtcp-fb):)\b111\b", r"\g<1>97", offer)


class Room:
    def __init__(self, options):
        self.options = options
        self.sessions = {}

    async def listen(self, connection, track):
        frames, heard = [], 0
        try:
            while heard < self.options.seconds * RATE:
                frame = await track.recv()
                samples = frame.to_ndarray().reshape(-1, 2).astype(numpy.float64) / 32_768
                frames.append(samples)
                heard += len(samples)
        except MediaStreamError:
            pass
        report = verdict(frames, self.options.left, self.options.right)
        for stats in (await connection.getStats()).values():
            if stats.type == "inbound-rtp":
                report["packets"], report["lost"] = stats.packetsReceived, stats.packetsLost
        if self.options.wav and frames:
            self.keep(numpy.concatenate(frames))
        print(json.dumps(report), flush=True)

    def keep(self, sound):
        with wave.open(self.options.wav, "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((sound * 32_767).astype("<i2").tobytes())

    def refused(self, request):
        wanted = self.options.key
        return wanted is not None and request.headers.get("Authorization") != f"Bearer {wanted}"

    async def open(self, request):
        if self.refused(request):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        if request.content_type != "application/sdp":
            return web.Response(status=415)
        offer = await request.text()
        if self.options.renumber:
            offer = renumbered(offer)
        if self.options.bare:
            offer = "".join(line + "\r\n" for line in offer.splitlines() if not line.startswith("a=rtcp-fb"))
        connection = RTCPeerConnection()
        connection.on("track", lambda track: asyncio.ensure_future(self.listen(connection, track)))
        await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        name = secrets.token_hex(16)
        self.sessions[name] = connection
        headers = {"Location": f"{name}" if self.options.relative else f"/session/{name}"}
        sdp = connection.localDescription.sdp
        return web.Response(status=201, text=sdp, content_type="application/sdp", headers=headers)

    async def close(self, request):
        if self.refused(request):
            return web.Response(status=401)
        connection = self.sessions.pop(request.match_info["name"], None)
        if connection is None:
            return web.Response(status=404)
        await connection.close()
        return web.Response(status=200)


async def main():
    options = arguments()
    room = Room(options)
    app = web.Application()
    app.router.add_post("/whip/{slug}", room.open)
    app.router.add_delete("/session/{name}", room.close)
    app.router.add_delete("/whip/{name}", room.close)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", options.port)
    await site.start()
    host, port = runner.addresses[0][:2]
    print(f"ready http://{host}:{port}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
