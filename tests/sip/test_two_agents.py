"""Two user agents and a bad network: no call is doubled, none is lost or half-open, everything is freed."""

from contextlib import suppress
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from banjie.sip.errors import IllegalInState, NoSuchSession
from banjie.sip.events import Accepted, SessionEnded
from banjie.sip.model import SessionId
from banjie.sip.useragent import Settings
from tests.sip.network import Call, Network

pytestmark = pytest.mark.unit

SETTINGS = Settings(session_expires_s=120, longest_ringing_s=120)


class TwoAgents(RuleBasedStateMachine):
    @initialize(
        seed=st.integers(0, 2**32),
        loss=st.sampled_from([0.0, 0.1, 0.3]),
        delay_s=st.sampled_from([0.0, 0.05, 1.5]),
    )
    def begin(self, seed: int, loss: float, delay_s: float) -> None:
        self.net = Network(Random(seed), SETTINGS)
        self.net.loss, self.net.doubling, self.net.most_delay_s = loss, loss, delay_s

    def some(self, data: st.DataObject, sessions: list[tuple[str, SessionId]]) -> tuple[str, SessionId]:
        return data.draw(st.sampled_from(sessions))

    def offered(self) -> list[tuple[str, SessionId]]:
        return [
            (name, session)
            for call in self.net.calls.values()
            for name, session in call.sessions.items()
            if name != call.caller and not call.was_answered and not call.has_ended(name)
        ]

    def alive(self) -> list[tuple[str, SessionId]]:
        return [
            (name, session)
            for call in self.net.calls.values()
            for name, session in call.sessions.items()
            if not call.has_ended(name)
        ]

    def answered(self) -> list[tuple[str, SessionId]]:
        return [(n, s) for n, s in self.alive() if self.call_of(n, s).was_answered]

    @precondition(lambda self: len(self.net.calls) < 6)
    @rule(name=st.sampled_from("ab"), with_offer=st.sampled_from([True, True, False]))
    def place_call(self, name: str, with_offer: bool) -> None:
        self.net.place_call(name, with_offer=with_offer)

    @rule(seconds=st.sampled_from([0.01, 0.3, 1.0, 2.0, 4.0]))
    def wait(self, seconds: float) -> None:
        self.net.wait(seconds)

    @rule(seconds=st.sampled_from([40.0, 100.0]))
    def wait_long(self, seconds: float) -> None:
        self.net.wait(seconds, answering=True)

    @precondition(lambda self: self.offered())
    @rule(data=st.data(), early_media=st.booleans())
    def ring(self, data: st.DataObject, early_media: bool) -> None:
        name, session = self.some(data, self.offered())
        self.net.ring(name, session, early_media=early_media)

    @precondition(lambda self: self.offered())
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        self.net.answer(*self.some(data, self.offered()))

    @precondition(lambda self: self.offered())
    @rule(data=st.data())
    def answer_again(self, data: st.DataObject) -> None:
        self.net.answer(*self.some(data, self.offered()))

    @precondition(lambda self: self.offered())
    @rule(data=st.data())
    def reject(self, data: st.DataObject) -> None:
        self.net.reject(*self.some(data, self.offered()))

    @precondition(lambda self: self.answered())
    @rule(data=st.data())
    def offer(self, data: st.DataObject) -> None:
        with suppress(IllegalInState):  # the caller does not know yet that it was answered
            self.net.offer(*self.some(data, self.answered()))

    @precondition(lambda self: self.answered())
    @rule(data=st.data())
    def both_offer(self, data: st.DataObject) -> None:
        _, session = self.some(data, self.answered())
        for name in "ab":
            with suppress(IllegalInState, NoSuchSession, KeyError):
                self.net.offer(name, self.call_of_session(session).sessions[name])

    @precondition(lambda self: self.answered())
    @rule(data=st.data())
    def refer(self, data: st.DataObject) -> None:
        with suppress(IllegalInState):  # one at a time
            self.net.refer(*self.some(data, self.answered()))

    @precondition(lambda self: self.net.pending_referrals)
    @rule(accept=st.booleans(), status=st.sampled_from([200, 486]))
    def answer_refer(self, accept: bool, status: int) -> None:
        name, session = self.net.pending_referrals.pop()
        with suppress(IllegalInState):  # it has waited too long, and was declined
            self.net.answer_refer(name, session, accept=accept, status=status)

    @precondition(lambda self: self.alive())
    @rule(data=st.data())
    def hang_up(self, data: st.DataObject) -> None:
        self.net.hang_up(*self.some(data, self.alive()))

    @precondition(lambda self: self.answered())
    @rule(data=st.data())
    def both_hang_up(self, data: st.DataObject) -> None:
        _, session = self.some(data, self.answered())
        for name, mine in self.call_of_session(session).sessions.items():
            self.net.hang_up(name, mine)

    def call_of_session(self, session: SessionId) -> Call:
        return next(c for c in self.net.calls.values() if session in c.sessions.values())

    def call_of(self, name: str, session: SessionId) -> Call:
        return next(c for c in self.net.calls.values() if c.sessions.get(name) == session)

    @precondition(lambda self: self.net.pending_offers)
    @rule(refuse=st.booleans())
    def answer_offers(self, refuse: bool) -> None:
        self.net.answer_offers(refuse=refuse)

    def teardown(self) -> None:
        if not hasattr(self, "net"):
            return
        self.net.wait(110, answering=True)
        for call in self.net.calls.values():
            self.check(call)
        for call in self.net.calls.values():
            for name, session in call.sessions.items():
                self.net.hang_up(name, session)
        self.net.wait(500, answering=True)
        for call in self.net.calls.values():
            for name in call.sessions:
                assert sum(isinstance(e, SessionEnded) for e in call.told[name]) == 1
        for agent in self.net.agents.values():
            assert not any(agent.table_sizes().values()), agent.table_sizes()

    def check(self, call: Call) -> None:
        """After a while in which nothing was done both sides must agree."""
        ended = {name for name in call.sessions if call.has_ended(name)}
        if call.is_accepted():
            assert call.was_answered
            assert len(call.sessions) == 2
        if len(call.sessions) == 2:
            assert len(ended) in (0, 2), f"half-open: only {ended} has ended"
        if call.was_answered and not call.hung_up:
            assert any(isinstance(e, Accepted) for e in call.told[call.caller]), "the answer was lost"
            assert not ended, "the call was lost"
        assert not call.referring, "nobody said what came of a REFER"


TestTwoAgents = TwoAgents.TestCase
TestTwoAgents.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
