"""Whatever happens on the floor, in whatever order: the laws of `routing/acd.py` hold after every step.

The effects alone must tell the whole story: the model (`house.py`) knows nothing but them and what was asked for. Every
command goes by a leader and a node that follows him; now and then another leader goes on from a snapshot, and the old
one, who has not heard of it, decides in vain.
"""

import json
from collections.abc import Callable, Mapping
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.acd import Acd
from banjie.routing.agents import WARM_UP, AgentState
from banjie.routing.arrivals import Arrival, LastServed
from banjie.routing.bullseye import Ring
from banjie.routing.callbacks import CallbackRules
from banjie.routing.errors import IllegalTransition, NoSuchOffer, NotInQueue
from banjie.routing.events import Effect
from banjie.routing.leadership import Follower, Leader
from banjie.routing.outcomes import HangUp, ToCallback, ToQueue
from banjie.routing.queues import Queue, Strategy, Urgency
from banjie.routing.skills import Skill, levels
from banjie.routing.tally import QueueStatus
from tests.routing.house import IN_CALL, Caller, House, Person, S

pytestmark = pytest.mark.unit

QUEUES = [QueueId(q) for q in ("general", "urgent", "english")]
AGENTS = [AgentId(a) for a in ("ann", "bob", "cat", "dan")]
ENGLISH, LOANS = Skill("english"), Skill("loans")
REASONS = ["休息", "就餐"]
FORCED = [S.READY, S.BREAK, S.OFFLINE]

agents = st.sampled_from(AGENTS)
queue_ids = st.sampled_from(QUEUES)
skill_sets = st.frozensets(st.sampled_from([ENGLISH, LOANS]))
have = st.dictionaries(st.sampled_from([ENGLISH, LOANS]), st.sampled_from([0, 3, 5]))
needs = st.sampled_from([{}, {}, {ENGLISH: 0}, {LOANS: 3}])
served = st.just(frozenset(QUEUES)) | st.frozensets(queue_ids, min_size=1)
outcomes = st.none() | st.sampled_from([HangUp(prompt="busy"), ToCallback()])
anywhere = outcomes | queue_ids.map(lambda queue_id: ToQueue(queue_id=queue_id))
rings = st.lists(st.builds(Ring, lasts_s=st.sampled_from([5.0, 20.0]), drops=skill_sets), max_size=2)


FEATURES = ["skills", "rings", "urgency", "sticky", "size", "wait", "nobody", "closed", "misses"]


@st.composite
def queues(draw: st.DrawFn, queue_id: QueueId, strategy: Strategy | None = None) -> Queue:
    """Any rules, but few at a time, so that each is tried with calls and agents enough."""
    has = draw(st.frozensets(st.sampled_from(FEATURES), max_size=3))
    full, waited = draw(anywhere) if "size" in has else None, draw(anywhere) if "wait" in has else None
    return Queue(
        queue_id=queue_id,
        strategy=strategy or draw(st.sampled_from(Strategy)),
        ring_timeout_s=10.0,
        acw_s=draw(st.sampled_from([0.0, 0.0, None, 20.0])),
        misses_before_break=draw(st.integers(1, 3)) if "misses" in has else 1,
        rejections_before_break=2 if "misses" in has else 1,
        unreachables_before_break=2 if "misses" in has else 1,
        ring_all_max=draw(st.integers(1, 3)),
        requires=draw(st.sampled_from([{}, {ENGLISH: 0}, {ENGLISH: 3}])) if "skills" in has else {},
        prefers=draw(skill_sets) if "skills" in has else frozenset(),
        rings=tuple(draw(rings)) if "rings" in has else (),
        urgency=Urgency.SCORE if "urgency" in has else Urgency.PRIORITY,
        sticky_within_s=100.0 if "sticky" in has else 0.0,
        sticky_wait_s=draw(st.sampled_from([0.0, 10.0])),
        size_max=None if full is None else draw(st.integers(0, 3)),
        when_full=full,
        wait_max_s=None if waited is None else draw(st.sampled_from([8.0, 45.0])),
        when_waited=waited,
        when_nobody=draw(anywhere) if "nobody" in has else None,
        when_closed=draw(anywhere) if "closed" in has else None,
        callback=CallbackRules(
            attempts_max=2, retry_after_s=30.0, lasts_s=draw(st.sampled_from([60.0, 600.0]))
        ),
    )


all_queues = (st.none() | st.sampled_from(Strategy)).flatmap(
    lambda strategy: st.tuples(*(queues(queue_id, strategy) for queue_id in QUEUES))
)


class Floor(RuleBasedStateMachine):
    @initialize(
        rules=all_queues,
        crew=st.lists(st.tuples(served, have, st.booleans()), min_size=2, max_size=len(AGENTS)),
    )
    def open(
        self,
        rules: tuple[Queue, ...],
        crew: list[tuple[frozenset[QueueId], Mapping[Skill, int], bool]],
    ) -> None:
        self.leader, self.node = Leader(Acd(rules, Random(1)), 1), Follower()
        self.house = House(rules)
        for agent, (which, skills, is_ready) in zip(AGENTS, crew, strict=False):
            self.sign_in(agent, which, skills, 0)
            if is_ready:
                self.ready(agent)

    @property
    def acd(self) -> Acd:
        return self.leader.acd

    def do(self, command: Callable[[Acd], list[Effect]]) -> None:
        self.house.take(self.node.take(self.leader.decide(command)))

    # What people do

    @rule(agent=agents, which=served, skills=have, position=st.integers(0, 2))
    def sign_in(
        self, agent: AgentId, which: frozenset[QueueId], skills: Mapping[Skill, int], position: int
    ) -> None:
        house, person = self.house, self.house.people.get(agent)
        number = self.acd._floor.numbers.coming  # the place of a newcomer among equals
        if person is None or person.state is S.OFFLINE:
            house.people[agent] = Person(agent, which, dict(skills), (position, number))
            self.do(lambda acd: acd.sign_in(agent, which, house.now, skills, position))
            assert (house.people[agent].state, house.people[agent].reason) == (S.BREAK, WARM_UP)
            return
        newly = (which, dict(skills), (position, person.place[1]))
        if newly != (person.queues, person.levels, person.place):
            house.let_go(person)
        person.queues, person.levels, person.place = newly
        self.do(lambda acd: acd.sign_in(agent, which, house.now, skills, position))

    @rule(agent=agents, which=served, skills=have)
    def serve_others(self, agent: AgentId, which: frozenset[QueueId], skills: Mapping[Skill, int]) -> None:
        """A supervisor moves him: whoever waited for one like him is offered, or the laws below are broken."""
        house, person = self.house, self.house.people.get(agent)
        if person is not None and person.state is not S.OFFLINE:
            if (which, dict(skills)) != (person.queues, person.levels):
                house.let_go(person)
            person.queues, person.levels = which, dict(skills)
        self.do(lambda acd: acd.serve(agent, which, house.now, skills))

    @rule(agent=agents, what=st.sampled_from(["ready", "ready", "ready", "break", "sign out", *FORCED]))
    def person_decides(self, agent: AgentId, what: str | AgentState) -> None:
        match what:
            case "ready":
                self.ready(agent)
            case "break":
                self.take_break(agent, REASONS[len(agent) % 2])
            case "sign out":
                self.sign_out(agent)
            case AgentState():
                self.force(agent, what)

    def sign_out(self, agent: AgentId) -> None:
        self.do(lambda acd: acd.sign_out(agent, self.house.now))
        person = self.house.people.get(agent)
        if person is not None and person.state is not S.OFFLINE:
            assert person.state in {S.TALKING, S.DIALING}
            assert person.next_state is S.OFFLINE

    def ready(self, agent: AgentId) -> None:
        if self.is_out(agent, lambda acd: acd.ready(agent, self.house.now)):
            return
        self.do(lambda acd: acd.ready(agent, self.house.now))
        person = self.house.people[agent]
        assert person.state in {S.READY, *IN_CALL}
        assert person.next_state is None

    def take_break(self, agent: AgentId, reason: str) -> None:
        if self.is_out(agent, lambda acd: acd.take_break(agent, reason, self.house.now)):
            return
        self.do(lambda acd: acd.take_break(agent, reason, self.house.now))
        person = self.house.people[agent]
        assert person.next_state is S.BREAK if person.state in IN_CALL else person.reason == reason

    def force(self, agent: AgentId, state: AgentState) -> None:
        reason = "会议" if state is S.BREAK else None
        if self.is_out(agent, lambda acd: acd.force(agent, state, self.house.now, reason)):
            return
        self.do(lambda acd: acd.force(agent, state, self.house.now, reason))
        person = self.house.people[agent]
        if person.state in {S.TALKING, S.DIALING}:
            assert person.next_state is (None if state is S.READY else state)
        else:
            assert person.state is state or (state is S.READY and person.state is S.RINGING)

    def is_out(self, agent: AgentId, command: Callable[[Acd], object]) -> bool:
        person = self.house.people.get(agent)
        if person is not None and person.state is not S.OFFLINE:
            return False
        self.refused(IllegalTransition, command)
        return True

    @precondition(lambda self: self.house_has(S.TALKING, S.DIALING))
    @rule(agent=agents)
    def call_ended(self, agent: AgentId) -> None:
        if self.state(agent) not in {S.TALKING, S.DIALING}:
            self.refused(IllegalTransition, lambda acd: acd.call_ended(agent, self.house.now))
            return
        was = self.state(agent)
        self.do(lambda acd: acd.call_ended(agent, self.house.now))
        assert self.state(agent) is not was or self.house.people[agent].dialling is not None

    @precondition(lambda self: self.house_has(S.ACW))
    @rule(agent=agents, is_more=st.booleans())
    def write_up(self, agent: AgentId, is_more: bool) -> None:
        if self.state(agent) is not S.ACW:
            self.refused(IllegalTransition, lambda acd: acd.wrapped_up(agent, self.house.now))
        elif is_more:
            self.do(lambda acd: acd.extend_acw(agent, 30.0, self.house.now))
        else:
            expected = self.house.people[agent].next_state
            self.do(lambda acd: acd.wrapped_up(agent, self.house.now))
            assert self.state(agent) in ({S.READY, S.RINGING} if expected is None else {expected})

    # What callers and devices do

    @rule(
        queue_id=queue_ids,
        priority=st.sampled_from([0, 0, 5]),
        needed=needs,
        waited=st.sampled_from([0.0, 0.0, 30.0]),
        credit_s=st.sampled_from([0.0, 0.0, 90.0]),
        known=st.none() | st.builds(LastServed, agent_id=agents, ago_s=st.sampled_from([50.0, 200.0])),
        is_callback=st.sampled_from([False, False, False, True]),
    )
    def enter(
        self,
        queue_id: QueueId,
        priority: int,
        needed: Mapping[Skill, int],
        waited: float,
        credit_s: float,
        known: LastServed | None,
        is_callback: bool,
    ) -> None:
        house, number = self.house, self.acd._floor.numbers.coming
        call, since = CallId(f"call-{number}"), house.now - waited
        caller = Caller(queue_id, queue_id, levels(needed), priority, credit_s, since, house.now, number)  # type: ignore[arg-type]
        caller.call_id, caller.is_callback = call, is_callback
        house.callers[call] = caller
        arrival = Arrival(
            call_id=call,
            queue_id=queue_id,
            priority=priority,
            needs=needed,
            waiting_since=since,
            credit_s=credit_s,
            last_served=known,
            callback_number="13800001234" if is_callback else None,
        )
        decision = self.leader.decide(lambda acd: acd.enter(arrival, house.now))
        effects = self.node.take(decision)
        self.keep_for_known(caller, known, effects)
        house.entering = call
        house.take(effects)
        house.entering = None

    def keep_for_known(self, caller: Caller, known: LastServed | None, effects: tuple[Effect, ...]) -> None:
        """As the docs say it: he served him lately, is at work, stays, and can take it, in the queue it ends up in."""
        house = self.house
        if known is None or known.agent_id not in house.people:
            return
        moved = [e for e in effects if type(e).__name__ == "CallMoved"]
        queue_id, caller.queue_id = caller.queue_id, moved[0].queue_id if moved else caller.queue_id  # type: ignore[union-attr]
        person, queue = house.people[known.agent_id], house.queues[caller.queue_id]
        if (
            known.ago_s < queue.sticky_within_s
            and person.state not in {S.OFFLINE, S.BREAK}
            and person.next_state is None
            and house.can_serve(person, caller)
        ):
            caller.kept_for, caller.kept_until = known.agent_id, house.now + queue.sticky_wait_s
        caller.queue_id = queue_id

    @rule(queue_id=queue_ids, count=st.integers(2, 4))
    def traffic(self, queue_id: QueueId, count: int) -> None:
        """Plain calls, one after the other; whom it rings answers, talks and is free again at once."""
        for _ in range(count):
            self.enter(queue_id, 0, {}, 0.0, 0.0, None, is_callback=False)
            ringing = [p for p in self.house.people.values() if p.offer]
            if ringing:
                self.serve_one(ringing[0])

    @precondition(lambda self: self.has_waiting())
    @rule(data=st.data(), what=st.sampled_from(["call back", "reprioritise", "needs", "send"]))
    def change_a_call(self, data: st.DataObject, what: str) -> None:
        match what:
            case "call back":
                self.ask_to_be_called_back(data)
            case "reprioritise":
                self.reprioritise(
                    data, data.draw(st.integers(-2, 6)), data.draw(st.sampled_from([0.0, 60.0]))
                )
            case "send":
                self.send_to(data, data.draw(queue_ids))
            case _:
                self.change_needs(data, data.draw(needs))

    @precondition(lambda self: self.has_waiting())
    @rule(data=st.data())
    def abandon(self, data: st.DataObject) -> None:
        caller = self.one_here(data)
        if not caller.is_callback and caller.place == "waiting":
            caller.place = "left"
        self.do(lambda acd: acd.abandon(caller.call_id, self.house.now))
        assert caller.place == "left"
        self.refused(NotInQueue, lambda acd: acd.abandon(caller.call_id, self.house.now))
        self.refused(NoSuchOffer, lambda acd: acd.accepted(caller.call_id, AGENTS[0], self.house.now))
        self.refused(NoSuchOffer, lambda acd: acd.callback_reached(caller.call_id, AGENTS[0], self.house.now))

    def ask_to_be_called_back(self, data: st.DataObject) -> None:
        caller = self.one_here(data)
        if not caller.is_callback:
            caller.is_callback = True
            self.do(lambda acd: acd.call_back(caller.call_id, "13800001234", self.house.now))

    def reprioritise(self, data: st.DataObject, priority: int, credit_s: float) -> None:
        caller = self.one_here(data)
        caller.priority, caller.credit_s = priority, credit_s
        self.keep_no_more(caller)
        self.do(lambda acd: acd.reprioritise(caller.call_id, self.house.now, priority, credit_s))

    def change_needs(self, data: st.DataObject, needed: Mapping[Skill, int]) -> None:
        caller = self.one_here(data)
        caller.own_needs = levels(needed)
        self.keep_no_more(caller)
        self.do(lambda acd: acd.change_needs(caller.call_id, self.house.now, needed))

    def send_to(self, data: st.DataObject, queue_id: QueueId) -> None:
        caller = self.one_here(data)
        if caller.is_callback:
            self.refused(NotInQueue, lambda acd: acd.send_to(caller.call_id, queue_id, self.house.now))
            return
        since = caller.since
        self.do(lambda acd: acd.send_to(caller.call_id, queue_id, self.house.now))
        assert caller.since == since

    def keep_no_more(self, caller: Caller) -> None:
        if caller.kept_for and (
            caller.kept_until <= self.house.now
            or not self.house.can_serve(self.house.people[caller.kept_for], caller)
        ):
            caller.kept_for = None

    @precondition(lambda self: self.house_has(S.RINGING))
    @rule(data=st.data(), what=st.sampled_from(["accepted", "rejected", "unreachable"]))
    def respond(self, data: st.DataObject, what: str) -> None:
        ringing = [p for p in self.house.people.values() if p.offer]
        self.answer(data.draw(st.sampled_from(ringing)), what)

    def answer(self, person: Person, what: str) -> None:
        assert person.offer is not None
        offer = person.offer
        if what == "accepted":
            self.house.end_offer(person)
            person.taken += 1
            caller = self.house.callers[offer.call_id]
            caller.kept_for = None
            caller.place = "waiting" if caller.is_callback else "answered"
        self.do(lambda acd: getattr(acd, what)(offer.call_id, person.agent_id, self.house.now))  # type: ignore[no-any-return]
        assert offer.offer_id in self.house.offers_ended

    @precondition(lambda self: self.house_has(S.RINGING))
    @rule(data=st.data())
    def serve(self, data: st.DataObject) -> None:
        """Answer, talk, write up: the agent is free again in this very moment."""
        self.serve_one(data.draw(st.sampled_from([p for p in self.house.people.values() if p.offer])))

    def serve_one(self, person: Person) -> None:
        self.answer(person, "accepted")
        if person.state is S.TALKING:
            self.call_ended(person.agent_id)
        if person.state is S.ACW:
            self.write_up(person.agent_id, is_more=False)

    @precondition(lambda self: self.house_has(S.DIALING))
    @rule(data=st.data(), is_reached=st.booleans())
    def customer(self, data: st.DataObject, is_reached: bool) -> None:
        person = data.draw(st.sampled_from([p for p in self.house.people.values() if p.dialling]))
        call = person.dialling
        assert call is not None
        how = Acd.callback_reached if is_reached else Acd.callback_failed
        self.do(lambda acd: how(acd, call, person.agent_id, self.house.now))
        assert person.dialling != call

    # What time and the administrator do

    @rule(passed=st.sampled_from([0.0, 1.0, 4.0, 7.0, 40.0]))
    def time_passes(self, passed: float) -> None:
        house = self.house
        house.now += passed
        house.changing = {
            c.call_id for c in house.callers.values() if c.kept_for and c.kept_until <= house.now
        } | {c.call_id for c in house.callers.values() if c.place == "asleep" and c.asleep_until <= house.now}
        for call in house.changing:
            if house.callers[call].place == "asleep":
                house.callers[call].place = "waiting"
        self.do(lambda acd: acd.tick(house.now))
        for call in house.changing:
            house.callers[call].kept_for = None
        house.changing = set()
        due = self.acd.next_deadline
        assert due is None or due > house.now

    @rule(data=st.data(), queue_id=queue_ids, what=st.sampled_from(["rules", "open", "close", "leader"]))
    def run_the_house(self, data: st.DataObject, queue_id: QueueId, what: str) -> None:
        match what:
            case "rules":
                self.change_rules(data, queue_id)
            case "leader":
                self.another_leader_goes_on(
                    data.draw(st.booleans()), data.draw(st.sampled_from([0.0, 1024.0]))
                )
            case _:
                self.open_or_close(queue_id, what == "open")

    def change_rules(self, data: st.DataObject, queue_id: QueueId) -> None:
        house, before = self.house, self.house.queues[queue_id]
        queue = house.queues[queue_id] = data.draw(queues(queue_id))
        if (queue.strategy, queue.prefers) != (before.strategy, before.prefers):
            house.round = {key: place for key, place in house.round.items() if key[0] != queue_id}
        for caller in house.here(queue_id):
            was, caller.ring = caller.ring, self.ring_at(caller, queue)
            self.keep_no_more(caller)
            caller.ring = was
        self.do(lambda acd: acd.put_queue(queue, house.now))

    def ring_at(self, caller: Caller, queue: Queue) -> int:
        end, over = caller.entered_at, 0
        for ring in queue.rings:
            end += ring.lasts_s
            over += end <= self.house.now
        return over

    def open_or_close(self, queue_id: QueueId, is_open: bool) -> None:
        (self.acd.open_queue if is_open else self.acd.close_queue)(queue_id)
        (self.house.closed.discard if is_open else self.house.closed.add)(queue_id)

    # What nodes do

    def another_leader_goes_on(self, is_json: bool, shift_s: float) -> None:
        """From what the last one exported, here with the same clock; the old one still believes to lead."""
        plain = self.acd.export(self.house.now)
        if is_json:
            plain = json.loads(json.dumps(plain))
        stale, now = self.leader, self.house.now
        self.leader = Leader(Acd(self.house.queues.values(), Random(2)), stale.epoch + 1)
        self.acd.restore(plain, now - shift_s, 0.0)
        if shift_s:
            moved = Acd(self.house.queues.values(), Random(2))
            moved.restore(self.acd.export(now - shift_s), now, 0.0)
            self.leader.acd = moved
        assert self.acd.export(now) == stale.acd.export(now) == plain or not is_json
        self.node.follow(self.leader.epoch)
        for command in (
            lambda acd: acd.tick(now + 60.0),
            lambda acd: acd.enqueue(CallId("stray"), QUEUES[0], 9, now),
            lambda acd: acd.sign_out(AGENTS[0], now),
        ):
            assert self.node.take(stale.decide(command)) == ()

    def refused(self, error: type[Exception], act: Callable[[Acd], object]) -> None:
        before = self.acd.export(self.house.now)
        with pytest.raises(error):
            act(self.acd)
        assert self.acd.export(self.house.now) == before

    # The laws

    @invariant()
    def the_effects_told_everything(self) -> None:
        seated = {a: p for a, p in self.house.people.items() if p.state is not S.OFFLINE}
        statuses = {s.agent_id: s for s in self.acd.agents()}
        assert set(statuses) == set(seated)
        for agent, person in seated.items():
            status = statuses[agent]
            assert (status.state, status.reason) == (person.state, person.reason)
            assert status.next_state == person.next_state
            assert status.calls_taken == person.taken
            assert person.offer is None or status.call_id == person.offer.call_id
            assert (person.state is S.RINGING) == (person.offer is not None)
            assert (person.state is S.DIALING) == (person.dialling is not None)
            assert person.state is not S.READY or status.call_id is None

    @invariant()
    def no_call_waits_while_somebody_who_may_take_it_is_ready(self) -> None:
        ready = [p for p in self.house.people.values() if p.state is S.READY]
        waiting = [c for c in self.house.callers.values() if c.place == "waiting"]
        assert not any(self.house.may_take(p, c) for p in ready for c in waiting)

    @invariant()
    def nobody_is_lost_or_doubled_and_everybody_keeps_his_place_and_time(self) -> None:
        for queue_id in QUEUES:
            expected = self.house.here(queue_id)
            assert list(self.acd.line(queue_id)) == [c.call_id for c in expected]
            for place, (caller, told) in enumerate(zip(expected, self.acd.waiting(queue_id), strict=True), 1):
                assert (told.waiting_since, told.ring) == (caller.since, caller.ring)
                assert told.needs == dict(self.house.needs(caller))
                assert told.is_offered == (caller.place == "ringing")
                assert (told.callback_state is not None) == caller.is_callback
                assert told.kept_for == caller.kept_for
                assert self.acd.position(caller.call_id) == place
                assert self.acd.find_call(caller.call_id) == told

    @invariant()
    def a_call_rings_as_many_as_its_queue_says_and_an_agent_for_one(self) -> None:
        for caller in self.house.callers.values():
            ringing = {
                p.agent_id
                for p in self.house.people.values()
                if p.offer and p.offer.call_id == caller.call_id
            }
            assert ringing == caller.rung
            assert bool(ringing) == (caller.place == "ringing")

    @invariant()
    def nobody_is_dialled_without_an_agent_held_for_him(self) -> None:
        dialled = {c.call_id for c in self.house.callers.values() if c.place == "dialled"}
        held = [p.dialling for p in self.house.people.values() if p.dialling]
        assert sorted(dialled) == sorted(held)

    @invariant()
    def nobody_stays_where_he_cannot(self) -> None:
        house = self.house
        for caller in house.callers.values():
            queue = house.queues[caller.queue_id]
            if caller.place == "waiting" and not caller.is_callback:
                assert queue.wait_max_s is None or caller.entered_at + queue.wait_max_s > house.now
                ways = (queue.when_nobody, queue.when_closed, queue.when_full, queue.when_waited)
                if house.staff(queue.queue_id) or any(isinstance(way, ToQueue) for way in ways):
                    continue  # where queues lead to queues a circle may end here
                assert queue.when_nobody is None
            if caller.place in {"waiting", "asleep"} and caller.is_callback:
                assert caller.due > house.now

    @invariant()
    def every_deadline_is_known(self) -> None:
        due = self.acd.next_deadline
        for person in self.house.people.values():
            if person.offer is not None:
                assert due is not None
                assert due <= person.offer.expires_at

    @invariant()
    def whoever_waits_and_works_is_counted(self) -> None:
        for queue_id in QUEUES:
            seated, here = self.house.staff(queue_id), self.house.here(queue_id)
            assert self.acd.queue_status(queue_id) == QueueStatus(
                waiting_count=len(here),
                callbacks_count=sum(c.is_callback for c in here),
                longest_since=min((c.since for c in here), default=None),
                ready_count=sum(p.state is S.READY for p in seated),
                agents_count=len(seated),
            )

    # How

    def house_has(self, *states: AgentState) -> bool:
        return any(p.state in states for p in self.house.people.values())

    def has_waiting(self) -> bool:
        return any(c.is_here for c in self.house.callers.values())

    def one_here(self, data: st.DataObject) -> Caller:
        return data.draw(st.sampled_from([c for c in self.house.callers.values() if c.is_here]))

    def state(self, agent: AgentId) -> AgentState:
        person = self.house.people.get(agent)
        return S.OFFLINE if person is None else person.state


Floor.TestCase.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)
TestFloor = pytest.mark.timeout(600)(Floor.TestCase)  # what fails is made small first
