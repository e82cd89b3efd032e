"""What an answered call costs on real sockets: SIPp calls, a SipEndpoint answers 200 with SDP at once.

The figure is process time of the endpoint's process (user and system) divided by calls. Beside it the physical limit: a
bare loop that receives as many datagrams and sends as many, with the same sizes.
"""

import asyncio
import multiprocessing
import socket
import time
from multiprocessing.connection import Connection

import uvloop

from banjie.sip.events import CallOffered, SipEvent
from banjie.sip.gate import Accounts
from banjie.sip.io.endpoint import EndpointSettings, SipEndpoint
from banjie.sip.sdp import describe_audio
from banjie.sip.trunks import Trunk, TrunkBook
from bench import sipp
from bench.report import Figure, Reference, Report, main

WARM_CALLS = 100


async def _serve(pipe: Connection) -> None:
    """Answer; say the port, then the CPU seconds each time one asks."""

    def take(event: SipEvent) -> None:
        if isinstance(event, CallOffered):
            answer = describe_audio("127.0.0.1", 20_000, ("PCMA",), 101, "sendrecv", 1)
            endpoint.answer(event.session_id, answer)

    endpoint = await SipEndpoint.start(
        EndpointSettings(udp_port=0, tcp_port=None),
        trunks=TrunkBook([Trunk(name="load", networks=("127.0.0.1",), ping_interval_s=None)]),
        accounts=Accounts(),
        on_event=take,
    )
    pipe.send(endpoint.local["udp"][1])
    while await asyncio.to_thread(pipe.recv) == "spent":
        pipe.send(time.process_time())
    await endpoint.stop()


def _child(pipe: Connection) -> None:
    uvloop.run(_serve(pipe))


def bare_loop(calls: int) -> float:
    """CPU seconds of receiving and sending as many datagrams as `calls` need, and nothing else."""
    here, there = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    here.bind(("127.0.0.1", 0))
    there.bind(("127.0.0.1", 0))
    big, small = b"x" * 800, b"x" * 400
    spent_s = 0.0
    for _ in range(calls):
        for data in (big, small, small):
            there.sendto(data, here.getsockname())
        before = time.process_time()
        for data in (big, small, b""):
            _, peer = here.recvfrom(65_535)
            if data:
                here.sendto(data, peer)
        spent_s += time.process_time() - before
        there.recvfrom(65_535)
        there.recvfrom(65_535)
    here.close()
    there.close()
    return spent_s


def measure(rate: int = 300, seconds: int = 10) -> Report:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_child, args=(theirs,), daemon=True)
    server.start()

    def cpu_s() -> float:
        ours.send("spent")
        return float(ours.recv())

    try:
        port, calls = ours.recv(), rate * seconds
        sipp.call(port, "4000000001", sipp.Load(rate=rate, calls=WARM_CALLS))
        before_s = cpu_s()
        run = sipp.call(port, "4000000001", sipp.Load(rate=rate, calls=calls))
        spent_s = cpu_s() - before_s
        ours.send("stop")
        server.join(10)
    finally:
        server.terminate()
    figure = Figure(
        name="an answered call",
        value=spent_s * 1000 / calls,
        unit="CPU-ms a call",
        reference=Reference(what="a bare loop, as many datagrams", value=bare_loop(calls) * 1000 / calls),
    )
    facts = {"calls/s": rate, "calls": calls, "failed": run.failed, "sent again": run.sent_again}
    return Report(figures=[figure], facts=facts)


if __name__ == "__main__":
    main(measure)
