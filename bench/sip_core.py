"""What the SIP core costs: CPU-milliseconds of one answered call (INVITE, 180, 200, ACK, BYE, 200), no sockets.

Run: `PYTHONPATH=src python bench/sip_core.py [--calls N] [--profile]`. The last line is JSON. The calls begin 1 ms
apart in the core's time, so that its timers and tables hold what they hold at 1,000 calls/s.
"""

import argparse
import cProfile
import gc
import json
import platform
import pstats
import time

from banjie.sip.events import CallOffered
from banjie.sip.grammar import tag_of
from banjie.sip.message import parse_message
from banjie.sip.model import Hop, Request, TrunkPeer
from banjie.sip.ports import Admission, Admitted, Route
from banjie.sip.sdp import describe_audio, negotiate, parse_audio, reverse
from banjie.sip.useragent import UserAgent

PEER = Hop("udp", "10.0.0.2", 5061)
HEADERS = (
    "Via: SIP/2.0/UDP 10.0.0.2:5061;branch=z9hG4bK-{n}-{b}\r\n"
    "From: sipp <sip:13800001234@10.0.0.2:5061>;tag=sipp{n}\r\n"
    "To: <sip:4000000001@10.0.0.1:5060>{to}\r\n"
    "Call-ID: {n}-1@10.0.0.2\r\nCSeq: {cseq}\r\n"
    "Contact: sip:13800001234@10.0.0.2:5061\r\nMax-Forwards: 70\r\nSubject: Performance Test\r\n"
)
SDP = (
    "v=0\r\no=user1 53655765 2353687637 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\n"
    "m=audio 6000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
)


class Open:
    """Gate and directory of a bench: everybody may call, nobody is called."""

    def __init__(self) -> None:
        self._admission = Admitted(peer=TrunkPeer(name="bench"))

    def trust(self, hop: Hop) -> None:
        """Datagrams have no connection to keep."""

    def admit(self, request: Request, hop: Hop, now: float) -> Admission:
        return self._admission

    def routes_for(self, target: object, dialled: str, now: float) -> tuple[Route, ...]:
        return ()

    def rest(self, hop: Hop, until: float) -> None:
        """Nobody is so busy here."""

    def local_for(self, hop: Hop) -> tuple[str, int]:
        return ("10.0.0.1", 5060)


def message(method: str, n: int, *, to: str = "", cseq: str, body: str = "") -> bytes:
    kind = "Content-Type: application/sdp\r\n" if body else ""
    head = HEADERS.format(n=n, b=cseq.replace(" ", "-"), to=to, cseq=cseq)
    start = f"{method} sip:4000000001@10.0.0.1:5060 SIP/2.0\r\n"
    return f"{start}{head}{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def one_call(agent: UserAgent, n: int, now: float) -> float:
    """Run one call; return the CPU seconds the core took, the peer's own work left out."""
    clock = time.process_time
    invite = message("INVITE", n, cseq="1 INVITE", body=SDP)
    begun = clock()
    agent.tick(now)
    agent.receive(invite, PEER, now)
    (offered,) = agent.take_events()
    assert isinstance(offered, CallOffered)
    assert offered.body is not None
    agent.take_outbox()
    agreed = negotiate(parse_audio(offered.body))
    agent.ring(offered.session_id, None, now)
    agent.take_outbox()
    body = describe_audio(
        "10.0.0.1", 20000, (agreed.codec,), agreed.dtmf_payload, reverse(agreed.direction), 1
    )
    agent.answer(offered.session_id, body, now)
    (answer,) = agent.take_outbox()
    spent = clock() - begun
    tag = tag_of(parse_message(answer.data).headers.get("To") or "")
    ack = message("ACK", n, to=f";tag={tag}", cseq="1 ACK")
    bye = message("BYE", n, to=f";tag={tag}", cseq="2 BYE")
    begun = clock()
    agent.receive(ack, PEER, now)
    agent.receive(bye, PEER, now)
    agent.take_outbox()
    events = agent.take_events()
    _ = agent.next_deadline
    spent += clock() - begun
    assert len(events) == 1
    return spent


def run(calls: int) -> tuple[UserAgent, float]:
    port = Open()
    agent = UserAgent(directory=port, gate=port)
    for n in range(200):
        one_call(agent, -n, 0.0)
    gc.collect()
    gc.freeze()
    spent = sum(one_call(agent, n, 1.0 + n * 0.001) for n in range(1, calls + 1))
    return agent, spent


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--calls", type=int, default=5000)
    arguments.add_argument("--profile", action="store_true")
    asked = arguments.parse_args()
    if asked.profile:
        profile = cProfile.Profile()
        profile.runcall(run, asked.calls)
        pstats.Stats(profile).sort_stats("tottime").print_stats(35)
        return
    agent, spent = run(asked.calls)
    sizes = dict(agent.table_sizes())
    agent.tick(asked.calls * 0.001 + 100.0)
    figure = {
        "bench": "sip_core",
        "python": platform.python_version(),
        "calls": asked.calls,
        "cpu_ms_per_call": round(spent / asked.calls * 1000, 4),
        "to_reach_ms": 0.8,
        "tables_at_the_end_of_load": sizes,
        "tables_after_100_s": dict(agent.table_sizes()),
    }
    print(json.dumps(figure))


if __name__ == "__main__":
    main()
