#!/usr/bin/env python3
"""Publishes two tones by WHIP with a WebRTC that is not ours (aiortc): proves that our server takes a stranger's sound.

Prints `on air` once connected and one line of JSON at the end. Needs aiortc, aiohttp, numpy.
"""

import argparse
import asyncio
import fractions
import json
import time

import aiohttp
import numpy
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from av import AudioFrame

RATE = 48_000
FRAME = 960


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="the WHIP address")
    parser.add_argument("--key", help="the stream key")
    parser.add_argument("--key-file", help="a file with the stream key")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--left", type=float, default=1_000.0, help="Hz of the tone on the left")
    parser.add_argument("--right", type=float, default=1_500.0, help="Hz of the tone on the right")
    parser.add_argument("--level", type=float, default=-18.0, help="dBFS of each tone")
    return parser.parse_args()


class Tones(MediaStreamTrack):
    kind = "audio"

    def __init__(self, options):
        super().__init__()
        self.hz = (options.left, options.right)
        self.gain = 10 ** (options.level / 20)
        self.at = 0
        self.began = None

    async def recv(self):
        self.began = self.began or time.monotonic()
        await asyncio.sleep(max(0.0, self.began + self.at / RATE - time.monotonic()))
        moment = (self.at + numpy.arange(FRAME)) / RATE
        sound = numpy.stack([self.gain * numpy.sin(2 * numpy.pi * hz * moment) for hz in self.hz], axis=1)
        samples = numpy.round(sound * 32_767).astype("<i2").reshape(1, -1)
        frame = AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self.at, fractions.Fraction(1, RATE)
        self.at += FRAME
        return frame


async def main():
    options = arguments()
    key = options.key
    if options.key_file:
        with open(options.key_file, encoding="utf-8") as file:
            key = file.read().strip()
    authorization = {"Authorization": f"Bearer {key}"} if key else {}
    connection = RTCPeerConnection()
    connection.addTransceiver(Tones(options), direction="sendonly")
    connected = asyncio.Event()

    @connection.on("connectionstatechange")
    def changed():
        if connection.connectionState == "connected":
            connected.set()

    await connection.setLocalDescription(await connection.createOffer())
    async with aiohttp.ClientSession() as http:
        headers = {"Content-Type": "application/sdp", **authorization}
        async with http.post(options.url, data=connection.localDescription.sdp, headers=headers) as answer:
            if answer.status != 201:
                raise SystemExit(f"refused: {answer.status} {await answer.text()}")
            session = str(answer.url.join(aiohttp.client.URL(answer.headers["Location"])))
            await connection.setRemoteDescription(RTCSessionDescription(await answer.text(), "answer"))
        await asyncio.wait_for(connected.wait(), 15)
        print("on air", flush=True)
        await asyncio.sleep(options.seconds)
        sent = [s for s in (await connection.getStats()).values() if s.type == "outbound-rtp"]
        async with http.delete(session, headers=authorization) as gone:
            ended = gone.status
        await connection.close()
    print(json.dumps({"packets": sum(s.packetsSent for s in sent), "ended": ended}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
