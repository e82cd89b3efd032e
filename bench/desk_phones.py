"""Many phones behind one UDP port, a crew's or customers': they ring, are picked up or not, and are put down.

A small user agent of its own, so that what is measured is not measured by itself: of our code only the parser is used.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from banjie.sip.errors import Malformed
from banjie.sip.message import parse_message
from banjie.sip.model import Request, Response

Address = tuple[str, int]
# RFC 3261 §9.1: no CANCEL before a provisional response, and a 2xx may cross it: then ACK and BYE follow at once.
# Until then a phone may ring for the next call already.
GONE_WITHIN_S = 1.0
FIRST_REPEAT_S, LONGEST_REPEAT_S, REPEATS = 0.5, 4.0, 9  # RFC 3261 §17: T1 and T2
_SDP = (
    "v=0\r\no=phone 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """What happens at a phone that rings, after how long; `talks_s`: after which its user hangs up, 0 if he never does."""

    what: Literal["answer", "decline", "nothing"]
    after_s: float = 0.0
    talks_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang:
    """An INVITE has reached a phone."""

    user: str  # whose phone
    caller: str
    at: float  # wall clock, seconds


@dataclass(slots=True, kw_only=True, eq=False)
class _Line:
    user: str
    invite: Request
    peer: Address
    state: Literal["ringing", "answered", "up", "leaving"] = "ringing"
    waiting: asyncio.TimerHandle | None = None  # for the pick-up, or for the ACK
    last: bytes = b""  # the latest response to the INVITE
    talks_s: float = 0.0
    crossed_at: float | None = None  # a CANCEL came when it was answered already

    @property
    def call_id(self) -> str:
        return self.invite.headers.get("Call-ID") or ""


@dataclass(slots=True, kw_only=True)
class DeskPhones(asyncio.DatagramProtocol):
    """`pickup` is asked at every ring. What was seen: `rang`, `doubled`, `gone_wrong` and `crossed_ms`."""

    port: int
    pickup: Callable[[str], Pickup]
    rang: list[Rang] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)  # whose phone rang in a call, or twice at once
    gone_wrong: list[str] = field(default_factory=list)
    crossed_ms: list[float] = field(default_factory=list)  # of answers that crossed a CANCEL: until the BYE
    _lines: dict[str, _Line] = field(default_factory=dict)
    _transport: asyncio.DatagramTransport | None = None
    _numbers: "count[int]" = field(default_factory=count)

    async def open(self) -> None:
        self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", self.port)
        )

    def forget(self) -> None:
        """Whatever is open is open no more: who was at the other side is gone."""
        for line in list(self._lines.values()):
            self._drop(line)

    def close(self) -> None:
        """Pull the plug."""
        self.forget()
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    @property
    def open_count(self) -> int:
        return len(self._lines)

    def put_down(self, user: str) -> None:
        """Hang up at the phone; nothing happens where it is not in a call."""
        for line in self._lines.values():
            if line.user == user and line.state == "up":
                self._leave(line)
                return

    # -- asyncio ----------------------------------------------------------------------------------------

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        peer = (str(addr[0]), addr[1])
        try:
            message = parse_message(data)
        except Malformed as cause:
            self.gone_wrong.append(f"what a phone got cannot be read: {cause}")
            return
        line = self._lines.get(message.headers.get("Call-ID") or "")
        if isinstance(message, Response):
            if line is not None and line.state == "leaving":
                self._drop(line)
            return
        match message.method:
            case "INVITE":
                self._invited(message, peer, line)
            case "ACK":
                self._acknowledged(line)
            case "CANCEL":
                self._cancelled(message, peer, line)
            case "BYE":
                self._respond(message, peer, "200 OK")
                if line is not None:
                    if line.crossed_at is not None:
                        self.crossed_ms.append((time.monotonic() - line.crossed_at) * 1000)
                    self._drop(line)
            case _:
                self._respond(message, peer, "200 OK")

    # -- a call -----------------------------------------------------------------------------------------

    def _invited(self, invite: Request, peer: Address, line: _Line | None) -> None:
        if line is not None:
            self._send(line.last, peer)
            return
        user = invite.uri.partition(":")[2].partition("@")[0]
        caller = (invite.headers.get("From") or "").partition("sip:")[2].partition("@")[0]
        self.rang.append(Rang(user=user, caller=caller, at=time.time()))
        line = _Line(user=user, invite=invite, peer=peer)
        for earlier in self._lines.values():
            if earlier.user == user and earlier.state == "up":
                self.doubled.append(user)
            elif earlier.user == user and earlier.state != "leaving":
                asyncio.get_running_loop().call_later(GONE_WITHIN_S, self._look_again, earlier)
        self._lines[line.call_id] = line
        self._answer(line, "180 Ringing")
        wanted = self.pickup(user)
        line.talks_s = wanted.talks_s
        if wanted.what != "nothing":
            act = self._pick_up if wanted.what == "answer" else self._decline
            line.waiting = asyncio.get_running_loop().call_later(wanted.after_s, act, line)

    def _look_again(self, earlier: _Line) -> None:
        if self._lines.get(earlier.call_id) is earlier:
            self.doubled.append(earlier.user)

    def _pick_up(self, line: _Line) -> None:
        line.state = "answered"
        self._answer(line, "200 OK", _SDP)
        self._repeat(line, line.last)

    def _decline(self, line: _Line) -> None:
        self._answer(line, "486 Busy Here")
        line.state = "leaving"
        self._repeat(line, line.last)

    def _acknowledged(self, line: _Line | None) -> None:
        if line is None:
            return
        self._stop_waiting(line)
        if line.state == "answered":
            line.state = "up"
            if line.talks_s:
                line.waiting = asyncio.get_running_loop().call_later(line.talks_s, self._leave, line)
        elif line.state == "leaving":
            self._drop(line)

    def _cancelled(self, cancel: Request, peer: Address, line: _Line | None) -> None:
        self._respond(cancel, peer, "200 OK")
        if line is not None and line.state == "ringing":
            self._answer(line, "487 Request Terminated")
            line.state = "leaving"
            self._repeat(line, line.last)
        elif line is not None and line.state == "answered":
            line.crossed_at = time.monotonic()
            asyncio.get_running_loop().call_later(GONE_WITHIN_S, self._look_whether_gone, line)

    def _look_whether_gone(self, line: _Line) -> None:
        if self._lines.get(line.call_id) is line:
            self.gone_wrong.append(f"the answer of phone {line.user} crossed a CANCEL and was not hung up")

    def _leave(self, line: _Line) -> None:
        line.state = "leaving"
        self._repeat(line, self._bye(line))

    def _drop(self, line: _Line) -> None:
        self._stop_waiting(line)
        self._lines.pop(line.call_id, None)

    # -- what is sent -----------------------------------------------------------------------------------

    def _answer(self, line: _Line, status: str, body: str = "") -> None:
        self._stop_waiting(line)
        line.last = self._response(line.invite, status, body)
        self._send(line.last, line.peer)

    def _respond(self, request: Request, peer: Address, status: str) -> None:
        self._send(self._response(request, status), peer)

    def _response(self, request: Request, status: str, body: str = "") -> bytes:
        headers = request.headers
        to = headers.get("To") or ""
        if "tag=" not in to:
            to += f";tag={self.port}"
        lines = [f"SIP/2.0 {status}", *(f"Via: {via}" for via in headers.all("Via"))]
        lines += [f"{name}: {headers.get(name)}" for name in ("From", "Call-ID", "CSeq")]
        lines += [f"To: {to}", f"Contact: <sip:phone@127.0.0.1:{self.port}>"]
        if body:
            lines.append("Content-Type: application/sdp")
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()

    def _bye(self, line: _Line) -> bytes:
        headers = line.invite.headers
        target = (headers.get("Contact") or "").partition("<")[2].partition(">")[0]
        branch = f"z9hG4bKphone{self.port}{next(self._numbers)}"
        lines = [
            f"BYE {target} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch={branch};rport",
            f"From: {headers.get('To')};tag={self.port}",
            f"To: {headers.get('From')}",
            f"Call-ID: {line.call_id}",
            *("CSeq: 1 BYE", "Max-Forwards: 70", "Content-Length: 0", "", ""),
        ]
        return "\r\n".join(lines).encode()

    def _repeat(
        self, line: _Line, data: bytes, after_s: float = FIRST_REPEAT_S, times: int = REPEATS
    ) -> None:
        """Send until somebody stops it: an ACK, an answer; or the other side is gone."""
        if after_s == FIRST_REPEAT_S and data is not line.last:
            self._send(data, line.peer)
        self._stop_waiting(line)
        if not times:
            self.gone_wrong.append(
                f"{data.split(b' SIP/2.0')[0][:20]!r} of phone {line.user} was never answered"
            )
            self._drop(line)
            return

        def again() -> None:
            self._send(data, line.peer)
            self._repeat(line, data, min(2 * after_s, LONGEST_REPEAT_S), times - 1)

        line.waiting = asyncio.get_running_loop().call_later(after_s, again)

    def _stop_waiting(self, line: _Line) -> None:
        if line.waiting is not None:
            line.waiting.cancel()
            line.waiting = None

    def _send(self, data: bytes, peer: Address) -> None:
        if self._transport is not None and data:
            self._transport.sendto(data, peer)


def usual_pickup(chance: random.Random, ring_s: float) -> Pickup:
    """Most answer soon, some late, a few never, a few decline."""
    drawn = chance.random()
    if drawn < 0.02:
        return Pickup(what="nothing")
    if drawn < 0.04:
        return Pickup(what="decline", after_s=chance.uniform(0.2, 0.5 * ring_s))
    return Pickup(what="answer", after_s=chance.uniform(0.1, 0.1 * ring_s if drawn < 0.8 else 0.6 * ring_s))


def customers_pickup(chance: random.Random, talk_s: float) -> Pickup:
    """Of those called back most answer, some are busy, some do not hear it; who answered may hang up first."""
    drawn = chance.random()
    if drawn < 0.15:
        return Pickup(what="nothing")
    if drawn < 0.35:
        return Pickup(what="decline", after_s=chance.uniform(0.1, 1.0))
    talks_s = 1.0 + chance.expovariate(1 / talk_s) if drawn < 0.6 else 0.0
    return Pickup(what="answer", after_s=chance.uniform(0.2, 0.2 * talk_s), talks_s=talks_s)
