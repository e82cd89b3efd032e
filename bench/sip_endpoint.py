"""What an answered call costs on real sockets: SIPp calls, a SipEndpoint answers 200 with SDP at once.

`python -m bench.sip_endpoint --rate 300 --seconds 10 --json`. The figure is process time of the endpoint's process
(user and system) divided by calls. Beside it, in the same run, the physical limit: a bare loop that receives as
many datagrams and sends as many, with the same sizes.
"""

import argparse
import asyncio
import contextlib
import cProfile
import json
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from banjie.sip.events import CallOffered, SessionEnded, SipEvent
from banjie.sip.gate import Accounts
from banjie.sip.io.endpoint import EndpointSettings, SipEndpoint
from banjie.sip.sdp import describe_audio
from banjie.sip.trunks import Trunk, TrunkBook

SCENARIO = Path(__file__).parent / "sip_endpoint.xml"
# INVITE, ACK, BYE in; 200, 200 out: more means that something was sent again.
DATAGRAMS_PER_CALL = 5


async def serve(seconds: float, profile: str | None) -> None:
    """Answer until the time is over or stdin closes; say the port first and the figures last."""
    ended = 0

    def take(event: SipEvent) -> None:
        nonlocal ended
        if isinstance(event, CallOffered):
            answer = describe_audio("127.0.0.1", 20_000, ("PCMA",), 101, "sendrecv", 1)
            endpoint.answer(event.session_id, answer)
        elif isinstance(event, SessionEnded):
            ended += 1

    endpoint = await SipEndpoint.start(
        EndpointSettings(udp_port=0, tcp_port=None),
        trunks=TrunkBook([Trunk(name="load", networks=("127.0.0.1",), ping_interval_s=None)]),
        accounts=Accounts(),
        on_event=take,
    )
    print(endpoint.local["udp"][1], flush=True)
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    loop.add_reader(sys.stdin, done.set)
    before = time.process_time()
    profiler = None
    if profile:
        profiler = cProfile.Profile()
        profiler.enable()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(done.wait(), seconds)
    if profiler is not None and profile:
        profiler.disable()
        profiler.dump_stats(profile)
    spent = time.process_time() - before
    print(
        json.dumps(
            {"cpu_s": spent, "calls": ended, "datagrams": endpoint.counters.received + endpoint.counters.sent}
        ),
        flush=True,
    )
    loop.remove_reader(sys.stdin)
    await endpoint.stop()


def bare_loop(calls: int) -> float:
    """Return CPU seconds of receiving and sending as many datagrams as `calls` need, and nothing else."""
    here, there = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    here.bind(("127.0.0.1", 0))
    there.bind(("127.0.0.1", 0))
    big, small = b"x" * 800, b"x" * 400
    spent = 0.0
    for _ in range(calls):
        for data in (big, small, small):
            there.sendto(data, here.getsockname())
        before = time.process_time()
        for data in (big, small, b""):
            _, peer = here.recvfrom(65_535)
            if data:
                here.sendto(data, peer)
        spent += time.process_time() - before
        there.recvfrom(65_535)
        there.recvfrom(65_535)
    here.close()
    there.close()
    return spent


def measure(rate: int, seconds: int, profile: str | None) -> dict[str, object]:
    sipp = shutil.which("sipp")
    if sipp is None:
        raise SystemExit("SIPp is not installed: run `apt-get install sip-tester` (as root), then again")
    calls = rate * seconds
    command = [sys.executable, "-m", "bench.sip_endpoint", "--serve", str(seconds + 60)]
    if profile:
        command += ["--profile", profile]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        port = int(server.stdout.readline())
        with tempfile.TemporaryDirectory(prefix="banjie-bench-") as folder:
            arguments = [
                sipp,
                f"127.0.0.1:{port}",
                "-sf",
                str(SCENARIO),
                "-s",
                "4000000001",
                "-i",
                "127.0.0.1",
            ]
            arguments += ["-m", str(calls), "-r", str(rate), "-nostdin", "-timeout", f"{seconds + 30}s"]
            run = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)
        server.stdin.close()
        figures = json.loads(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()
    successful, failed = (
        int(found[-1]) if (found := re.findall(rf"{line}\s*\|\s*\d+\s*\|\s*(\d+)", run.stdout)) else -1
        for line in ("Successful call", "Failed call")
    )
    bare_ms = bare_loop(1000) * 1000 / 1000
    cpu_ms = figures["cpu_s"] * 1000 / max(1, figures["calls"])
    return {
        "machine": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "calls_per_s": rate,
        "calls": calls,
        "successful": successful,
        "failed": failed,
        "sent_again_per_call": round(figures["datagrams"] / max(1, figures["calls"]) - DATAGRAMS_PER_CALL, 3),
        "cpu_ms_per_call": round(cpu_ms, 3),
        "bare_loop_ms_per_call": round(bare_ms, 3),
        "ratio": round(cpu_ms / bare_ms, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=300, help="calls a second")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument(
        "--profile", help="write a cProfile of the endpoint here (its figure is then too high)"
    )
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        uvloop.run(serve(given.serve, given.profile))
        return
    figures = measure(given.rate, given.seconds, given.profile)
    if not given.json:
        for name, value in figures.items():
            print(f"{name:24} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
