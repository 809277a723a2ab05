#!/usr/bin/env python3
"""A small WHIP server before Janus (VideoRoom), whose WebRTC is not ours: proves that the app is heard through it.

It starts a Janus of its own, answers WHIP by Janus' answers, subscribes to what is published with aiortc, and says what that
heard. Prints `ready http://HOST:PORT`, then one line of JSON: how far a tone of --left Hz on the left and --right Hz on the
right stayed apart. Needs janus, aiortc, aiohttp, numpy.
"""

import argparse
import asyncio
import json
import pathlib
import secrets
import sys
import tempfile

import aiohttp
from aiohttp import web
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from aiortc_whip_server import RATE, verdict

ROOM = 1234


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--janus-port", type=int, required=True, help="a free port, at which Janus itself is spoken to")
    parser.add_argument("--key", help="the bearer key that is asked for; none: everyone may come")
    parser.add_argument("--seconds", type=float, default=5.0, help="how much sound is listened to")
    parser.add_argument("--left", type=float, default=1_000.0, help="Hz of the tone on the left")
    parser.add_argument("--right", type=float, default=1_500.0, help="Hz of the tone on the right")
    return parser.parse_args()


def folder_of(kind):
    for library in pathlib.Path("/usr/lib").glob(f"*/janus/{kind}"):
        return library
    sys.exit("Janus is not installed")


def settings(folder, port):
    """Janus with the room, WebSockets on loopback, and nothing else."""
    plugins = [f.name for f in folder_of("plugins").glob("*.so*") if "videoroom" not in f.name]
    transports = [f.name for f in folder_of("transports").glob("*.so*") if "websockets" not in f.name]
    names = lambda files: ",".join(sorted(files))
    (folder / "janus.jcfg").write_text(
        f"""general: {{
  configs_folder = "{folder}"
  plugins_folder = "{folder_of('plugins')}"
  transports_folder = "{folder_of('transports')}"
  events_folder = "{folder}"
  loggers_folder = "{folder}"
  debug_level = 4
  protected_folders = []
}}
media: {{ ipv6 = false }}
nat: {{ ice_enforce_list = "127.0.0.1" }}
plugins: {{ disable = "{names(plugins)}" }}
transports: {{ disable = "{names(transports)}" }}
"""
    )
    (folder / "janus.transport.websockets.jcfg").write_text(
        f'general: {{ json = "compact"\n ws = true\n ws_port = {port}\n ws_ip = "127.0.0.1"\n wss = false }}\n'
        "admin: { admin_ws = false }\n"
    )
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")


class Janus:
    """One WebSocket to Janus; what it says is matched with what was asked by the transaction."""

    def __init__(self, link):
        self.link = link
        self.waiting = {}
        self.session = None
        self.reader = asyncio.ensure_future(self.read())

    async def read(self):
        async for message in self.link:
            told = json.loads(message.data)
            answer = self.waiting.get(told.get("transaction"))
            # “ack” says only that the real answer comes later.
            if answer and not answer.done() and told["janus"] != "ack":
                answer.set_result(told)

    async def ask(self, **what):
        name = secrets.token_hex(6)
        if self.session:
            what["session_id"] = self.session
        answer = self.waiting[name] = asyncio.get_running_loop().create_future()
        await self.link.send_json({**what, "transaction": name})
        told = await asyncio.wait_for(answer, 10)
        del self.waiting[name]
        if told["janus"] == "error" or "error" in told.get("plugindata", {}).get("data", {}):
            raise RuntimeError(json.dumps(told))
        return told

    async def begin(self):
        self.session = (await self.ask(janus="create"))["data"]["id"]

    async def handle(self):
        return (await self.ask(janus="attach", plugin="janus.plugin.videoroom"))["data"]["id"]

    async def message(self, handle, body, jsep=None):
        more = {"jsep": jsep} if jsep else {}
        return await self.ask(janus="message", handle_id=handle, body=body, **more)


class Front:
    def __init__(self, options, janus):
        self.options = options
        self.janus = janus
        self.sessions = {}
        self.listeners = []

    def refused(self, request):
        wanted = self.options.key
        return wanted is not None and request.headers.get("Authorization") != f"Bearer {wanted}"

    async def open(self, request):
        if self.refused(request):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        if request.content_type != "application/sdp":
            return web.Response(status=415)
        handle = await self.janus.handle()
        body = {"request": "joinandconfigure", "room": ROOM, "ptype": "publisher"}
        offer = {"type": "offer", "sdp": await request.text(), "trickle": False}
        told = await self.janus.message(handle, body, offer)
        name = secrets.token_hex(16)
        self.sessions[name] = handle
        feed = told["plugindata"]["data"]["id"]
        asyncio.ensure_future(self.listen(feed))
        headers = {"Location": f"/session/{name}"}
        return web.Response(status=201, text=told["jsep"]["sdp"], content_type="application/sdp", headers=headers)

    async def close(self, request):
        handle = self.sessions.pop(request.match_info["name"], None)
        if self.refused(request) or handle is None:
            return web.Response(status=404)
        await self.janus.ask(janus="detach", handle_id=handle)
        return web.Response(status=200)

    async def listen(self, feed):
        handle = await self.janus.handle()
        body = {"request": "join", "room": ROOM, "ptype": "subscriber", "streams": [{"feed": feed}]}
        told = await self.once_it_is_there(handle, body)
        connection = RTCPeerConnection()
        self.listeners.append(connection)
        connection.on("track", lambda track: asyncio.ensure_future(self.measure(track)))
        await connection.setRemoteDescription(RTCSessionDescription(told["jsep"]["sdp"], "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        answer = {"type": "answer", "sdp": connection.localDescription.sdp, "trickle": False}
        await self.janus.message(handle, {"request": "start"}, answer)

    async def once_it_is_there(self, handle, body):
        """Janus knows what is published once its media is up."""
        for _ in range(50):
            try:
                return await self.janus.message(handle, body)
            except RuntimeError:
                await asyncio.sleep(0.2)
        raise SystemExit("nothing was published")

    async def measure(self, track):
        frames, heard = [], 0
        try:
            while heard < self.options.seconds * RATE:
                frame = await track.recv()
                frames.append(frame.to_ndarray().reshape(-1, 2).astype(float) / 32_768)
                heard += len(frames[-1])
        except MediaStreamError:
            pass
        print(json.dumps(verdict(frames, self.options.left, self.options.right)), flush=True)


async def connected(http, port):
    for _ in range(100):
        try:
            return await http.ws_connect(f"ws://127.0.0.1:{port}/", protocols=["janus-protocol"])
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)
    raise SystemExit("Janus does not answer")


async def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as made:
        folder, port = pathlib.Path(made), options.janus_port
        settings(folder, port)
        program = await asyncio.create_subprocess_exec(
            # It ends with us, however we end.
            "setpriv", "--pdeathsig", "TERM", "janus", "-F", made, "-C", str(folder / "janus.jcfg"), stdout=sys.stderr, stderr=sys.stderr
        )
        try:
            async with aiohttp.ClientSession() as http:
                janus = Janus(await connected(http, port))
                await janus.begin()
                body = {"request": "create", "room": ROOM, "publishers": 4, "audiocodec": "opus", "opus_fec": False}
                await janus.message(await janus.handle(), body)
                front = Front(options, janus)
                app = web.Application()
                app.router.add_post("/whip/{slug}", front.open)
                app.router.add_delete("/session/{name}", front.close)
                runner = web.AppRunner(app)
                await runner.setup()
                await web.TCPSite(runner, "127.0.0.1", options.port).start()
                host, port = runner.addresses[0][:2]
                print(f"ready http://{host}:{port}", flush=True)
                await asyncio.Event().wait()
        finally:
            program.terminate()
            await program.wait()


if __name__ == "__main__":
    # Ended by a signal, it still ends its Janus.
    import signal

    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
