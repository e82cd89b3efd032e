"""A small telephone exchange on a SipEndpoint: what happens to a call is in the number dialled."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

from banjie.sip.core import Settings
from banjie.sip.digest import DigestSecret, Password
from banjie.sip.events import (
    Accepted,
    CallOffered,
    OfferReceived,
    Progressed,
    ReferConcluded,
    ReferReceived,
    Registered,
    SessionEnded,
    SipEvent,
    Unregistered,
)
from banjie.sip.gate import Accounts
from banjie.sip.io.endpoint import EndpointSettings, SipEndpoint
from banjie.sip.model import Peer, SessionId, Target, TrunkTarget
from banjie.sip.registrar import RegistrarLimits
from banjie.sip.transactions import TimerValues
from banjie.sip.trunks import Trunk, TrunkBook, TrunkServer

HUNG_UP: Final = "1200"  # answered, then we hang up
MOMENT_S: Final = 0.15

PASSWORD: Final = "zanzibar"
REALM: Final = "bank"
# RFC 3261 §17.1.1.1 allows a smaller T1 where the round trip is known to be short, as it is here.
QUICK: Final = TimerValues(t1_s=0.1, t2_s=0.8, t4_s=1.0)


def description(direction: str = "sendrecv", version: int = 1) -> bytes:
    return (
        f"v=0\r\no=- 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        "m=audio 20000 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
        f"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na={direction}\r\n"
    ).encode()


def answering(offer: bytes) -> bytes:
    """Return the answer to an offer: what they only send we only receive (RFC 3264 §6.1)."""
    if b"a=sendonly" in offer:
        return description("recvonly", 2)
    return description("sendonly" if b"a=recvonly" in offer else "sendrecv", 3)


class Dialled:
    """The numbers, and what happens to who dials them."""

    ANSWERED = "1000"  # at once
    RUNG = "1180"  # 180, after a moment 200
    SLOW = "1185"  # not a word, after a moment 200
    ANNOUNCED = "1183"  # 183 with audio, after a moment 200
    RINGING = "1181"  # 180 for ever
    ANNOUNCING = "1184"  # 183 for ever
    SILENT = "1100"  # not a word
    BUSY = "1486"


@dataclass(slots=True)
class Tally:
    """What our side saw."""

    offered: Counter[str] = field(default_factory=Counter)  # by dialled number
    ended: Counter[SessionId] = field(default_factory=Counter)
    accepted: int = 0
    registered: int = 0
    unregistered: int = 0
    digits: str = ""
    referred: Counter[int] = field(default_factory=Counter)  # what came of our REFERs
    reasons: Counter[tuple[int | None, str]] = field(default_factory=Counter)  # status, by whom
    running: set[SessionId] = field(default_factory=set)
    peers: list[Peer] = field(default_factory=list)  # of the calls offered


class Exchange:
    """Made by `open_exchange`."""

    def __init__(self, settings: EndpointSettings, trunks: tuple[Trunk, ...]) -> None:
        self.tally = Tally()
        self.on_accepted = "hang up"  # or "hold"
        self._settings = settings
        self._trunks = TrunkBook(trunks)
        self._accounts = Accounts([DigestSecret.of("bob", settings.realm, PASSWORD)])
        self._loop = asyncio.get_running_loop()
        self._dialled: dict[SessionId, str] = {}
        self._offers: Counter[SessionId] = Counter()
        self.endpoint: SipEndpoint

    async def start(self) -> None:
        self.endpoint = await SipEndpoint.start(
            self._settings, trunks=self._trunks, accounts=self._accounts, on_event=self._take
        )

    def call(self, target: Target, dialled: str = "13900139000") -> SessionId:
        session = self.endpoint.invite(
            target, caller="4000000001", caller_name=None, dialled=dialled, body=description()
        )
        self.tally.running.add(session)
        return session

    def later(self, session: SessionId, act: str) -> None:
        self._loop.call_later(MOMENT_S, self._do, session, act)

    def _do(self, session: SessionId, act: str) -> None:
        if session not in self.tally.running:
            return
        match act:
            case "answer":
                self.endpoint.answer(session, description())
            case "hang up":
                self.endpoint.hang_up(session)
            case "refer":
                self.endpoint.refer(session, TrunkTarget(name="out"), "13900001111")
            case "tell":
                self.endpoint.tell_refer(session, 200)
            case "hold":
                self._offers[session] += 1
                self.endpoint.offer(session, description("sendonly", 2))
            case "resume":
                self._offers[session] += 1
                self.endpoint.offer(session, description("sendrecv", 3))

    def _take(self, event: SipEvent) -> None:
        match event:
            case CallOffered():
                self._offered(event)
            case OfferReceived(session_id=session, body=body):
                self.endpoint.answer_offer(session, answering(body))
            case Progressed(session_id=session) if self.on_accepted == "give up":
                self.later(session, "hang up")
            case Accepted(session_id=session):
                self.tally.accepted += 1
                if self.on_accepted != "wait":
                    self.later(session, self.on_accepted)
            case SessionEnded(session_id=session, status=status, by=by):
                self.tally.ended[session] += 1
                self.tally.reasons[(status, by)] += 1
                self.tally.running.discard(session)
            case ReferReceived(session_id=session, dialled=Dialled.ANSWERED):
                self.endpoint.answer_refer(session, 202)
                self.later(session, "tell")
            case ReferReceived(session_id=session):
                self.endpoint.answer_refer(session, 403)
            case ReferConcluded(session_id=session, status=status):
                self.tally.referred[status] += 1
                self.later(session, "hang up")
            case Registered():
                self.tally.registered += 1
            case Unregistered():
                self.tally.unregistered += 1
            case _:
                self._more(event)

    def _more(self, event: SipEvent) -> None:
        digits = getattr(event, "digits", None)
        if digits is not None:
            self.tally.digits += digits
            return
        session = getattr(event, "session_id", None)
        if session is not None and self._offers[session]:  # AnswerReceived to an offer of ours
            self.later(session, "resume" if self._offers[session] == 1 else "hang up")

    def _offered(self, event: CallOffered) -> None:
        session = event.session_id
        self.tally.offered[event.dialled] += 1
        self.tally.peers.append(event.peer)
        self.tally.running.add(session)
        match event.dialled:
            case Dialled.ANSWERED:
                self.endpoint.answer(session, description())
            case Dialled.RUNG:
                self.endpoint.ring(session)
                self.later(session, "answer")
            case Dialled.SLOW:
                self.later(session, "answer")
            case Dialled.ANNOUNCED:
                self.endpoint.ring(session, description())
                self.later(session, "answer")
            case Dialled.RINGING:
                self.endpoint.ring(session)
            case Dialled.ANNOUNCING:
                self.endpoint.ring(session, description())
            case Dialled.BUSY:
                self.endpoint.reject(session, 486)
            case "1200":
                self.endpoint.answer(session, description())
                self.later(session, "hang up")
            case _:
                pass


LOOPBACK: Final = Trunk(name="loopback", networks=("127.0.0.1",), ping_interval_s=None)
SETTINGS: Final = EndpointSettings(
    udp_port=0,
    tcp_port=0,
    realm=REALM,
    agent=Settings(timers=QUICK, session_expires_s=1800, min_se_s=2),
    registrar=RegistrarLimits(min_expires_s=30),
)


def trunk_to(address: tuple[str, int], transport: str = "udp") -> Trunk:
    server = TrunkServer(host=address[0], port=address[1], transport="tcp" if transport == "tcp" else "udp")
    return Trunk(
        name="out",
        servers=(server,),
        credentials=Password(username="bank", password=PASSWORD),
        ping_interval_s=None,
    )


async def open_exchange(*trunks: Trunk, knows_loopback: bool = True, **changes: object) -> Exchange:
    """Start an exchange on free ports of 127.0.0.1. Where it knows the loopback, callers need no digest."""
    known = (LOOPBACK, *trunks) if knows_loopback else trunks
    exchange = Exchange(replace(SETTINGS, **changes), known)  # type: ignore[arg-type]
    await exchange.start()
    return exchange
