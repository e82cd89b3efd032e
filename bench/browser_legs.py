"""What a browser's leg costs: N of them, in calls of two, on the real switchboard, 50 packets a second both ways.

The browsers live in a second process, so the CPU time reported is the server's alone: DTLS-SRTP, the way between, and
the switchboard's own port. `python -m bench.browser_legs [--legs 20] [--seconds 6]`; the last line is JSON.
"""

import argparse
import asyncio
import json
import multiprocessing
import resource
import time
from multiprocessing.connection import Connection

import uvloop
from tests.fakes.browser_peer import BrowserPeer

from banjie.media.io.native import NativeSwitchboard
from banjie.media.io.webrtc import WebRtcAudio


async def _serve(pipe: Connection, seconds: float) -> dict[str, float]:
    offers = await asyncio.to_thread(pipe.recv)
    switchboard = NativeSwitchboard("127.0.0.1", (36_000, 39_999))
    await switchboard.start()
    audio = WebRtcAudio(switchboard, addresses=["127.0.0.1"])
    await audio.start()
    began = time.process_time()
    ports = [await audio.open(offer) for offer in offers]
    for one, other in zip(ports[::2], ports[1::2], strict=True):
        switchboard.cord(one.port_id, other.port_id)
        switchboard.cord(other.port_id, one.port_id)
    pipe.send([port.answer_sdp for port in ports])
    await asyncio.to_thread(pipe.recv)  # all connected
    connecting = time.process_time() - began
    await asyncio.sleep(2)
    cpu, wall = time.process_time(), time.monotonic()
    await asyncio.sleep(seconds)
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    pipe.send("stop")
    said, heard = await asyncio.to_thread(pipe.recv)
    await audio.stop()
    await switchboard.shut_down()
    legs = len(offers)
    return {
        "legs": legs,
        "cpu_ms_per_leg_second": round(cpu / wall / legs * 1000, 2),
        "core_percent_per_leg": round(cpu / wall / legs * 100, 3),
        "connect_cpu_ms": round(connecting / legs * 1000, 2),
        "lost_ratio": round(max(0.0, 1 - heard / said), 5),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


async def _load(pipe: Connection, legs: int) -> None:
    peers = [BrowserPeer() for _ in range(legs)]
    pipe.send([p.offer for p in peers])
    answers = await asyncio.to_thread(pipe.recv)
    for peer, answer in zip(peers, answers, strict=True):
        await peer.dial(answer)
        peer.keeps_heard = False
    pipe.send("connected")
    stopped = asyncio.create_task(asyncio.to_thread(pipe.recv))
    n = said = heard_before = 0
    due = time.monotonic()
    while not stopped.done():
        if n == 50:  # both directions have settled: count from here
            heard_before, said = sum(p.heard_count for p in peers), 0
        for peer in peers:
            peer.say(n)
        n, said, due = n + 1, said + legs, due + 0.02
        await asyncio.sleep(max(0.0, due - time.monotonic()))
    pipe.send((said, sum(p.heard_count for p in peers) - heard_before))
    for peer in peers:
        peer.close()


def _child(pipe: Connection, legs: int) -> None:
    uvloop.run(_load(pipe, legs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--legs", type=int, default=20, help="an even number")
    parser.add_argument("--seconds", type=float, default=6.0)
    chosen = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    load = multiprocessing.get_context("fork").Process(target=_child, args=(theirs, chosen.legs), daemon=True)
    load.start()
    print(json.dumps(uvloop.run(_serve(ours, chosen.seconds))))
    load.join(5)


if __name__ == "__main__":
    main()
