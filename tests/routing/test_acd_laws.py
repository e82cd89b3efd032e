"""Whatever happens on the floor, in whatever order: the laws of `routing/acd.py` hold after every step.

The effects alone must tell the whole story: the model below knows nothing but them and what it asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.acd import Acd
from banjie.routing.agents import TRANSITIONS, WARM_UP, AgentState
from banjie.routing.errors import IllegalTransition, NoSuchOffer, NotInQueue
from banjie.routing.events import (
    AcwExtended,
    AgentStateChanged,
    Effect,
    NextStateChosen,
    Offer,
    OfferWithdrawn,
    Withdrawal,
)
from banjie.routing.queues import Queue, Skill, Skills
from banjie.routing.tally import QueueStatus

pytestmark = pytest.mark.unit

S = AgentState
QUEUES = [QueueId(q) for q in ("general", "urgent", "english")]
AGENTS = [AgentId(a) for a in ("ann", "bob", "cat", "dan")]
SKILLS = st.frozensets(st.sampled_from([Skill("english"), Skill("loans")]))
NEEDS = st.sampled_from(
    [frozenset[Skill](), frozenset[Skill](), frozenset({Skill("english")}), frozenset({Skill("loans")})]
)
ALL = frozenset(QUEUES)
SERVED = st.just(ALL) | st.frozensets(st.sampled_from(QUEUES), min_size=1)
IN_CALL = {S.RINGING, S.TALKING, S.ACW}


@dataclass(slots=True)
class Caller:
    queue_id: QueueId
    needs: Skills
    rank: tuple[int, float, int]
    since: float
    place: str = "waiting"  # "waiting", "ringing", "taken", "left"


@dataclass(slots=True)
class Person:
    queues: frozenset[QueueId]
    skills: Skills
    state: AgentState = S.OFFLINE
    reason: str | None = None
    idle: tuple[float, int] = (0.0, 0)
    offer: Offer | None = None
    next_state: AgentState | None = None
    keeps_idle: bool = False  # the caller left while it rang

    def serves(self, caller: Caller) -> bool:
        return caller.queue_id in self.queues and caller.needs <= self.skills


class Floor(RuleBasedStateMachine):
    calls: Bundle[CallId] = Bundle("calls")

    @initialize(
        misses=st.integers(1, 3),
        rejections=st.integers(1, 2),
        acw=st.sampled_from([None, 0.0, 20.0]),
        crew=st.lists(st.tuples(SERVED, SKILLS, st.booleans()), max_size=len(AGENTS)),
    )
    def open(
        self,
        misses: int,
        rejections: int,
        acw: float | None,
        crew: list[tuple[frozenset[QueueId], Skills, bool]],
    ) -> None:
        self.now = 0.0
        self.order = 0
        self.acd = Acd(
            Queue(
                queue_id=q,
                ring_timeout_s=10.0 + 5 * n,
                acw_s=acw,
                misses_before_break=misses,
                rejections_before_break=rejections,
            )
            for n, q in enumerate(QUEUES)
        )
        self.people: dict[AgentId, Person] = {}
        self.callers: dict[CallId, Caller] = {}
        self.offers_seen: set[int] = set()
        self.offers_ended: set[int] = set()
        for agent, (queues, skills, is_ready) in zip(AGENTS, crew, strict=False):
            self.sign_in(agent, queues, skills)
            if is_ready:
                self.ready(agent)

    # What people do

    @rule(agent=st.sampled_from(AGENTS), queues=SERVED, skills=SKILLS)
    def sign_in(self, agent: AgentId, queues: frozenset[QueueId], skills: Skills) -> None:
        person = self.people.setdefault(agent, Person(queues, skills))
        person.queues, person.skills = queues, skills
        was = person.state
        effects = self.acd.sign_in(agent, queues, self.now, skills)
        self.take(effects)
        if was is S.OFFLINE:
            assert (person.state, person.reason) == (S.BREAK, WARM_UP)

    @rule(agent=st.sampled_from(AGENTS))
    def sign_out(self, agent: AgentId) -> None:
        self.take(self.acd.sign_out(agent, self.now))
        person = self.people.get(agent)
        if person is not None:
            assert person.state is S.OFFLINE or (person.state, person.next_state) == (S.TALKING, S.OFFLINE)

    @rule(agent=st.sampled_from(AGENTS))
    def ready(self, agent: AgentId) -> None:
        person = self.people.get(agent)
        if person is None or person.state is S.OFFLINE:
            self.refused(IllegalTransition, lambda: self.acd.ready(agent, self.now))
            return
        self.take(self.acd.ready(agent, self.now))
        assert person.state in {S.READY, *IN_CALL}
        assert person.next_state is None

    @rule(agent=st.sampled_from(AGENTS), reason=st.sampled_from(["休息", "就餐"]))
    def take_break(self, agent: AgentId, reason: str) -> None:
        person = self.people.get(agent)
        if person is None or person.state is S.OFFLINE:
            self.refused(IllegalTransition, lambda: self.acd.take_break(agent, reason, self.now))
            return
        self.take(self.acd.take_break(agent, reason, self.now))
        assert person.next_state is S.BREAK if person.state in IN_CALL else person.reason == reason

    @precondition(lambda self: any(p.state is S.TALKING for p in self.people.values()))
    @rule(agent=st.sampled_from(AGENTS))
    def call_ended(self, agent: AgentId) -> None:
        person = self.people.get(agent)
        if person is None or person.state is not S.TALKING:
            self.refused(IllegalTransition, lambda: self.acd.call_ended(agent, self.now))
            return
        self.take(self.acd.call_ended(agent, self.now))
        assert person.state is not S.TALKING

    @precondition(lambda self: any(p.state is S.ACW for p in self.people.values()))
    @rule(agent=st.sampled_from(AGENTS))
    def wrapped_up(self, agent: AgentId) -> None:
        person = self.people.get(agent)
        if person is None or person.state is not S.ACW:
            self.refused(IllegalTransition, lambda: self.acd.wrapped_up(agent, self.now))
            return
        expected = person.next_state
        self.take(self.acd.wrapped_up(agent, self.now))
        assert person.state in ({S.READY, S.RINGING} if expected is None else {expected})

    @precondition(lambda self: any(p.state is S.ACW for p in self.people.values()))
    @rule(agent=st.sampled_from(AGENTS))
    def extend_acw(self, agent: AgentId) -> None:
        person = self.people.get(agent)
        if person is not None and person.state is S.ACW:
            self.take(self.acd.extend_acw(agent, 30.0, self.now))

    # What callers and devices do

    @rule(
        target=calls,
        queue=st.sampled_from(QUEUES),
        priority=st.sampled_from([0, 0, 10]),
        needs=NEEDS,
        waited=st.sampled_from([0.0, 0.0, 30.0]),
    )
    def enqueue(self, queue: QueueId, priority: int, needs: Skills, waited: float) -> CallId:
        self.order += 1
        call, since = CallId(f"call-{self.order}"), self.now - waited
        self.callers[call] = Caller(queue, needs, (-priority, since, self.order), since)
        self.take(
            self.acd.enqueue(
                call, queue, priority, self.now, needs=needs, waiting_since=since if waited else None
            )
        )
        return call

    @rule(call=consumes(calls))
    def abandon(self, call: CallId) -> None:
        caller = self.callers[call]
        if caller.place in {"taken", "left"}:
            self.refused(NotInQueue, lambda: self.acd.abandon(call, self.now))
            return
        if caller.place == "waiting":
            caller.place = "left"
        self.take(self.acd.abandon(call, self.now))
        assert caller.place == "left"

    @precondition(lambda self: any(p.offer for p in self.people.values()))
    @rule(data=st.data())
    def hang_up_while_it_rings(self, data: st.DataObject) -> None:
        ringing = sorted(call for call, c in self.callers.items() if c.place == "ringing")
        self.take(self.acd.abandon(data.draw(st.sampled_from(ringing)), self.now))

    @precondition(lambda self: any(p.offer for p in self.people.values()))
    @rule(data=st.data(), what=st.sampled_from(["accepted", "accepted", "rejected", "unreachable"]))
    def respond(self, data: st.DataObject, what: str) -> None:
        ringing = sorted(a for a, p in self.people.items() if p.offer)
        agent = data.draw(st.sampled_from(ringing))
        offer = self.people[agent].offer
        assert offer is not None
        if what == "accepted":
            self.end_offer(offer)
            self.callers[offer.call_id].place = "taken"
        self.take(getattr(self.acd, what)(offer.call_id, agent, self.now))
        assert offer.offer_id in self.offers_ended
        if what == "unreachable":
            assert self.people[agent].state is S.BREAK

    @rule(call=calls, agent=st.sampled_from(AGENTS))
    def respond_too_late(self, call: CallId, agent: AgentId) -> None:
        person = self.people.get(agent)
        if person is None or person.offer is None or person.offer.call_id != call:
            self.refused(NoSuchOffer, lambda: self.acd.accepted(call, agent, self.now))

    @rule(passed=st.sampled_from([0.0, 1.0, 7.0, 40.0]))
    def time_passes(self, passed: float) -> None:
        self.now += passed
        self.take(self.acd.tick(self.now))
        due = self.acd.next_deadline
        assert due is None or due > self.now

    # The story the effects tell

    def take(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case AgentStateChanged():
                    self.move(self.people[effect.agent_id], effect)
                case Offer():
                    self.ring(effect)
                case OfferWithdrawn():
                    self.withdraw(effect)
                case NextStateChosen():
                    self.people[effect.agent_id].next_state = effect.state
                case AcwExtended():
                    assert effect.ends_at > self.now

    def move(self, person: Person, changed: AgentStateChanged) -> None:
        assert changed.since == self.now
        assert changed.state in TRANSITIONS[person.state].values()
        assert (changed.reason is not None) == (changed.state is S.BREAK)
        person.state, person.reason = changed.state, changed.reason
        if changed.state not in IN_CALL:
            person.next_state = None
        if changed.state is S.READY and not person.keeps_idle:
            self.order += 1
            person.idle = (self.now, self.order)
        person.keeps_idle = False

    def ring(self, offer: Offer) -> None:
        person, caller = self.people[offer.agent_id], self.callers[offer.call_id]
        assert offer.offer_id not in self.offers_seen
        assert (person.state, person.offer) == (S.RINGING, None)
        assert caller.place == "waiting"
        assert offer.queue_id == caller.queue_id
        assert person.serves(caller)
        others = (p for p in self.people.values() if p.state is S.READY and p.serves(caller))
        assert all(person.idle < p.idle for p in others), "somebody is longer idle"
        waiting = (c for c in self.callers.values() if c.place == "waiting" and person.serves(c))
        assert all(caller.rank <= c.rank for c in waiting), "somebody is more urgent"
        self.offers_seen.add(offer.offer_id)
        person.offer, caller.place = offer, "ringing"

    def withdraw(self, gone: OfferWithdrawn) -> None:
        person, caller = self.people[gone.agent_id], self.callers[gone.call_id]
        assert person.offer is not None
        assert (person.offer.offer_id, person.offer.call_id) == (gone.offer_id, gone.call_id)
        if gone.why is Withdrawal.NO_ANSWER:
            assert person.offer.expires_at <= self.now
        self.end_offer(person.offer)
        left = gone.why is Withdrawal.CALLER_LEFT
        caller.place, person.keeps_idle = ("left" if left else "waiting"), left

    def end_offer(self, offer: Offer) -> None:
        assert offer.offer_id not in self.offers_ended
        self.offers_ended.add(offer.offer_id)
        self.people[offer.agent_id].offer = None

    def refused(self, error: type[Exception], act: object) -> None:
        before = (self.acd.agents(), [self.acd.waiting(q) for q in QUEUES], self.acd.next_deadline)
        assert callable(act)
        with pytest.raises(error):
            act()
        assert before == (self.acd.agents(), [self.acd.waiting(q) for q in QUEUES], self.acd.next_deadline)

    # The laws

    @invariant()
    def the_effects_told_everything(self) -> None:
        seated = {a: p for a, p in self.people.items() if p.state is not S.OFFLINE}
        statuses = {s.agent_id: s for s in self.acd.agents()}
        assert set(statuses) == set(seated)
        for agent, person in seated.items():
            status = statuses[agent]
            assert (status.state, status.reason) == (person.state, person.reason)
            assert status.next_state == person.next_state
            assert person.offer is None or status.call_id == person.offer.call_id
            assert (person.state is S.RINGING) == (person.offer is not None)
            assert person.state is not S.READY or status.call_id is None

    @invariant()
    def no_call_waits_while_somebody_who_may_take_it_is_ready(self) -> None:
        ready = [p for p in self.people.values() if p.state is S.READY]
        waiting = [c for c in self.callers.values() if c.place == "waiting"]
        assert not any(p.serves(c) for p in ready for c in waiting)

    @invariant()
    def nobody_is_lost_or_doubled_and_everybody_keeps_his_place_and_time(self) -> None:
        for queue in QUEUES:
            expected = sorted(
                (c.rank, call)
                for call, c in self.callers.items()
                if c.queue_id == queue and c.place in {"waiting", "ringing"}
            )
            waiting = self.acd.waiting(queue)
            assert [w.call_id for w in waiting] == [call for _, call in expected]
            for place, w in enumerate(waiting, 1):
                caller = self.callers[w.call_id]
                assert w.waiting_since == caller.since
                assert w.is_offered == (caller.place == "ringing")
                assert self.acd.position(w.call_id) == place
                assert self.acd.find_call(w.call_id) == w

    @invariant()
    def a_call_rings_one_agent_at_most(self) -> None:
        ringing = [p.offer.call_id for p in self.people.values() if p.offer]
        assert len(ringing) == len(set(ringing))

    @invariant()
    def every_offer_has_a_deadline(self) -> None:
        due = self.acd.next_deadline
        for person in self.people.values():
            if person.offer is not None:
                assert due is not None
                assert due <= person.offer.expires_at

    @invariant()
    def whoever_waits_and_works_is_counted(self) -> None:
        for queue in QUEUES:
            seated = [p for p in self.people.values() if p.state is not S.OFFLINE and queue in p.queues]
            since = [
                c.since
                for c in self.callers.values()
                if c.queue_id == queue and c.place in {"waiting", "ringing"}
            ]
            assert self.acd.queue_status(queue) == QueueStatus(
                waiting_count=len(since),
                longest_since=min(since, default=None),
                ready_count=sum(p.state is S.READY for p in seated),
                agents_count=len(seated),
            )


Floor.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestFloor = Floor.TestCase
