"""Two user agents joined by a network that loses, doubles and reorders, all in virtual time."""

import heapq
import itertools
from collections import Counter
from collections.abc import Sequence
from random import Random

from banjie.sip.events import (
    Accepted,
    AnswerReceived,
    CallOffered,
    OfferReceived,
    OfferRefused,
    Progressed,
    ReferAccepted,
    ReferConcluded,
    ReferReceived,
    SessionEnded,
    SipEvent,
)
from banjie.sip.model import Hop, Request, SessionId, Target, Transmit, TrunkPeer, UriTarget
from banjie.sip.ports import Admission, Admitted, Route
from banjie.sip.useragent import Settings, UserAgent

HOPS = {"a": Hop("udp", "10.0.0.1", 5060), "b": Hop("udp", "10.0.0.2", 5060)}
NAMES = {hop.host: name for name, hop in HOPS.items()}
OTHER = {"a": "b", "b": "a"}


def description(name: str, version: int) -> bytes:
    return f"v=0\r\no=- 1 {version} IN IP4 {HOPS[name].host}\r\ns=-\r\nm=audio 4 RTP/AVP 8\r\n".encode()


class World:
    """What an agent asks of its surroundings: everybody may call, the other one is where everything is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def trust(self, hop: Hop) -> None:
        """Datagrams have no connection to keep."""

    def admit(self, request: Request, hop: Hop, now: float) -> Admission:
        return Admitted(peer=TrunkPeer(name=NAMES[hop.host]))

    def routes_for(self, target: Target, dialled: str, now: float) -> Sequence[Route]:
        there = HOPS[OTHER[self._name]]
        return (Route(hop=there, request_uri=f"sip:{dialled}@{there.host}:{there.port}"),)

    def rest(self, hop: Hop, until: float) -> None:
        """Nobody is so busy here."""

    def local_for(self, hop: Hop) -> tuple[str, int]:
        return (HOPS[self._name].host, HOPS[self._name].port)


class Call:
    """What the tests know of one call: its two sessions and what was done and told."""

    def __init__(self, caller: str) -> None:
        self.sessions: dict[str, SessionId] = {}
        self.caller = caller
        self.was_answered = False
        self.told: dict[str, list[SipEvent]] = {"a": [], "b": []}
        self.hung_up: set[str] = set()
        self.referring: dict[str, bool] = {}  # who asks the other: whether that one has accepted
        self.referrals: dict[str, list[bool]] = {
            "a": [],
            "b": [],
        }  # asked of whom: whether it accepted, one by one

    def has_ended(self, name: str) -> bool:
        return any(isinstance(event, SessionEnded) for event in self.told[name])

    def is_accepted(self) -> bool:
        return any(isinstance(event, Accepted) for event in self.told[self.caller])


class Network:
    """Carries what the agents send. A fair enemy: no datagram is lost more than `most_losses` times."""

    def __init__(self, random: Random, settings: Settings) -> None:
        count = itertools.count(1)
        self.random = random
        self.now = 1000.0
        self.loss = self.doubling = 0.0
        self.most_delay_s = 0.0
        self.most_losses = 2
        self.agents = {
            name: UserAgent(
                directory=(world := World(name)),
                gate=world,
                settings=settings,
                token=lambda name=name: f"{ord(name)}{next(count) * 40503 % 2**32:08x}",
            )
            for name in HOPS
        }
        self.calls: dict[str, Call] = {}  # by the number dialled
        self.pending_offers: dict[tuple[str, SessionId], float] = {}  # since when they wait for our answer
        self.pending_referrals: list[tuple[str, SessionId]] = []  # they wait for our answer
        self._by_session: dict[tuple[str, SessionId], Call] = {}
        self._flying: list[tuple[float, int, str, Transmit]] = []
        self._lost: Counter[bytes] = Counter()
        self._order = itertools.count()
        self._numbers = itertools.count(4000000001)
        self._versions = itertools.count(2)

    # acts

    def place_call(self, name: str, *, with_offer: bool) -> None:
        dialled = str(next(self._numbers))
        call = self.calls[dialled] = Call(name)
        session = self.agents[name].invite(
            UriTarget(uri="sip:x"),
            caller="1",
            caller_name=None,
            dialled=dialled,
            body=description(name, 1) if with_offer else None,
            now=self.now,
        )
        call.sessions[name] = session
        self._by_session[name, session] = call
        self.settle(name)

    def ring(self, name: str, session: SessionId, *, early_media: bool) -> None:
        self.agents[name].ring(session, description(name, 1) if early_media else None, self.now)
        self.settle(name)

    def answer(self, name: str, session: SessionId) -> None:
        self._by_session[name, session].was_answered = True
        self.agents[name].answer(session, description(name, 1), self.now)
        self.settle(name)

    def reject(self, name: str, session: SessionId) -> None:
        self._by_session[name, session].hung_up.add(name)
        self.agents[name].reject(session, 486, None, self.now)
        self.settle(name)

    def offer(self, name: str, session: SessionId) -> None:
        self.agents[name].offer(session, description(name, next(self._versions)), self.now)
        self.settle(name)

    def refer(self, name: str, session: SessionId) -> None:
        self.agents[name].refer(session, UriTarget(uri="sip:x"), "4009", self.now)
        self._by_session[name, session].referring[name] = False
        self.settle(name)

    def answer_refer(self, name: str, session: SessionId, *, accept: bool, status: int) -> None:
        """Accept and say at once what comes of it, or refuse."""
        call = self._by_session[name, session]
        self.agents[name].answer_refer(session, 202 if accept else 603, self.now)
        call.referrals[name].append(accept)
        self.settle(name)
        if accept:
            self.agents[name].tell_refer(session, status, self.now)
            self.settle(name)

    def hang_up(self, name: str, session: SessionId) -> None:
        call = self._by_session[name, session]
        call.hung_up.add(name)
        self.agents[name].hang_up(session, self.now)
        self.settle(name)

    def answer_offers(self, *, refuse: bool = False, older_than_s: float = 0.0) -> None:
        for name, session in sorted(self.pending_offers):
            if self.now - self.pending_offers[name, session] < older_than_s:
                continue
            if refuse:
                call = self._by_session[name, session]
                if isinstance(call.told[name][-1], Accepted):
                    call.hung_up.add(name)
                self.agents[name].refuse_offer(session, 488, self.now)
            else:
                self.agents[name].answer_offer(session, description(name, next(self._versions)), self.now)
            del self.pending_offers[name, session]
            self.settle(name)

    # time

    def wait(self, seconds: float, *, answering: bool = False) -> None:
        """Let time pass. An offer left open for 32 s rightly ends the call: none is, for more than 8."""
        until = self.now + seconds
        for _ in range(200_000):
            self.answer_offers(older_than_s=0.0 if answering else 8.0)
            moments = [at for agent in self.agents.values() if (at := agent.next_deadline) is not None]
            if self._flying:
                moments.append(self._flying[0][0])
            at = min(moments, default=until + 1)
            if at > until:
                break
            self.now = max(self.now, at)
            self._deliver()
            for name, agent in self.agents.items():
                agent.tick(self.now)
                self.settle(name)
        else:
            raise AssertionError("the network never comes to rest")
        self.now = until

    def _deliver(self) -> None:
        while self._flying and self._flying[0][0] <= self.now:
            _, _, sender, transmit = heapq.heappop(self._flying)
            name = NAMES[transmit.hop.host]
            self.agents[name].receive(transmit.data, HOPS[sender], self.now)
            self.settle(name)

    def settle(self, name: str) -> None:
        """Take what an agent has to say: messages into the network, events into the record."""
        agent = self.agents[name]
        for transmit in agent.take_outbox():
            if self.random.random() < self.loss and self._lost[transmit.data] < self.most_losses:
                self._lost[transmit.data] += 1
                continue
            for _ in range(2 if self.random.random() < self.doubling else 1):
                at = self.now + 0.001 + self.random.random() * self.most_delay_s
                heapq.heappush(self._flying, (at, next(self._order), name, transmit))
        for event in agent.take_events():
            self._record(name, event)

    def _record_referral(self, name: str, call: Call, event: SipEvent) -> None:
        match event:
            case ReferReceived():
                assert event.dialled == "4009"
                self.pending_referrals.append((name, event.session_id))
            case ReferAccepted():
                assert call.referring[name] is False, "it was accepted twice, or never asked"
                call.referring[name] = True
            case ReferConcluded(status=status):
                was_accepted = call.referring.pop(name)
                assert was_accepted or status >= 300, "it was carried out, and never accepted"
                assert status != 200 or any(call.referrals[OTHER[name]]), "nobody said so"
            case SessionEnded():
                call.referring.pop(name, None)
                self.pending_referrals = [
                    (one, session)
                    for one, session in self.pending_referrals
                    if (one, session) != (name, event.session_id)
                ]
            case _:
                pass

    def _record(self, name: str, event: SipEvent) -> None:
        assert isinstance(
            event,
            CallOffered
            | Progressed
            | Accepted
            | AnswerReceived
            | OfferReceived
            | OfferRefused
            | ReferReceived
            | ReferAccepted
            | ReferConcluded
            | SessionEnded,
        )
        if isinstance(event, CallOffered):
            call = self.calls[event.dialled]
            assert name not in call.sessions, "the call was doubled"
            call.sessions[name] = event.session_id
            self._by_session[name, event.session_id] = call
        call = self._by_session[name, event.session_id]
        assert not call.has_ended(name), "something was told after the end"
        if isinstance(event, Accepted):
            assert not call.is_accepted(), "the call was accepted twice"
        self._record_referral(name, call, event)
        if isinstance(event, OfferReceived):
            self.pending_offers[name, event.session_id] = self.now
        if isinstance(event, Accepted) and event.body is not None and event.body.find(b"v=0") != 0:
            raise AssertionError("the body is not a description")
        if isinstance(event, Accepted) and self.agents[name].owes_answer(event.session_id):
            self.pending_offers[name, event.session_id] = self.now
        if isinstance(event, SessionEnded):
            if event.reason == "nobody answered":
                call.hung_up.add(name)
            self.pending_offers.pop((name, event.session_id), None)
        call.told[name].append(event)
