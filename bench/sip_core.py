"""What the SIP core costs: CPU-milliseconds of one answered call (INVITE, 180, 200, ACK, BYE, 200), no sockets.

The calls begin 1 ms apart in the core's time, so that its timers and tables hold what they hold at 1,000 calls/s. The
reference reads the same messages and writes as many answers, and knows nothing: no state, no rule.
"""

import gc
import time

from banjie.sip.events import CallOffered
from banjie.sip.grammar import tag_of
from banjie.sip.message import parse_message
from banjie.sip.model import Hop, Request, TrunkPeer
from banjie.sip.ports import Admission, Admitted, Route
from banjie.sip.sdp import describe_audio, negotiate, parse_audio, reverse
from banjie.sip.useragent import UserAgent
from bench.report import Figure, Reference, Report, main

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


def bare_call(n: int) -> float:
    """CPU seconds of reading the three messages of a call and answering INVITE (twice) and BYE, by rote."""
    clock = time.process_time
    messages = [
        message("INVITE", n, cseq="1 INVITE", body=SDP),
        message("ACK", n, to=";tag=t", cseq="1 ACK"),
        message("BYE", n, to=";tag=t", cseq="2 BYE"),
    ]
    begun = clock()
    for data, answers in zip(messages, ((180, 200), (), (200,)), strict=True):
        head, _, body = data.decode().partition("\r\n\r\n")
        _, *lines = head.split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        for status in answers:
            kept = "\r\n".join(
                f"{name}: {headers[name]}" for name in ("Via", "From", "To", "Call-ID", "CSeq")
            )
            f"SIP/2.0 {status} OK\r\n{kept}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    return clock() - begun


def measure(calls: int = 5000) -> Report:
    port = Open()
    agent = UserAgent(directory=port, gate=port)
    for n in range(200):
        one_call(agent, -n, 0.0)
    gc.collect()
    gc.freeze()
    spent_s = sum(one_call(agent, n, 1.0 + n * 0.001) for n in range(1, calls + 1))
    bare_s = sum(map(bare_call, range(calls)))
    held = sum(agent.table_sizes().values())
    agent.tick(calls * 0.001 + 100.0)
    figure = Figure(
        name="an answered call",
        value=spent_s * 1000 / calls,
        unit="CPU-ms a call",
        reference=Reference(what="the same messages, read and answered by rote", value=bare_s * 1000 / calls),
        goal="≤ 0.8",
    )
    facts = {"calls": calls, "held in tables": held, "100 s later": sum(agent.table_sizes().values())}
    return Report(figures=[figure], facts=facts)


if __name__ == "__main__":
    main(measure)
