"""A plain model of the floor, told by the ACD's effects alone, that looks at everybody for every decision."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.agents import TRANSITIONS, AgentState
from banjie.routing.callbacks import CallbackState
from banjie.routing.events import (
    AcwExtended,
    AgentStateChanged,
    CallbackEnded,
    CallbackKept,
    CallbackPostponed,
    CallMoved,
    CallOverflowed,
    DialCustomer,
    Effect,
    NeedsRelaxed,
    NextStateChosen,
    Offer,
    OfferWithdrawn,
    Withdrawal,
)
from banjie.routing.outcomes import Cause
from banjie.routing.queues import Queue, Strategy, Urgency
from banjie.routing.skills import Levels, Skill, both, can, without

S = AgentState
IN_CALL = {S.RINGING, S.DIALING, S.TALKING, S.ACW}
NOT_HIS_DOING = {Withdrawal.CALLER_LEFT, Withdrawal.SENT_ON, Withdrawal.ANSWERED_ELSEWHERE}


@dataclass(slots=True)
class Caller:
    call_id: CallId
    queue_id: QueueId
    own_needs: Levels
    priority: int
    credit_s: float
    since: float
    entered_at: float
    number: int
    is_callback: bool = False
    place: str = "waiting"  # or ringing, dialled, asleep; at the end answered, left, overflowed, called back
    ring: int = 0
    rung: set[AgentId] = field(default_factory=set)
    tried: set[AgentId] = field(default_factory=set)
    kept_for: AgentId | None = None
    kept_until: float = 0.0
    due: float = 0.0  # of a callback: when it expires
    asleep_until: float = 0.0
    attempts: int = 0

    @property
    def is_here(self) -> bool:
        return self.place in {"waiting", "ringing", "dialled", "asleep"}


@dataclass(slots=True)
class Person:
    agent_id: AgentId
    queues: frozenset[QueueId]
    levels: dict[Skill, int]
    place: tuple[int, int]
    state: AgentState = S.OFFLINE
    reason: str | None = None
    idle: tuple[float, int] = (0.0, 0)
    taken: int = 0
    offer: Offer | None = None
    dialling: CallId | None = None
    next_state: AgentState | None = None
    keeps_idle: bool = False


class House:
    def __init__(self, queues: Iterable[Queue]) -> None:
        self.now = 0.0
        self.order = 0
        self.queues = {queue.queue_id: queue for queue in queues}
        self.closed: set[QueueId] = set()
        self.people: dict[AgentId, Person] = {}
        self.callers: dict[CallId, Caller] = {}
        self.entering: CallId | None = None
        self.changing: set[CallId] = set()  # kept for somebody up to this very moment
        self.round: dict[tuple[QueueId, Levels, int], tuple[int, int]] = {}
        self.offers_seen: set[int] = set()
        self.offers_ended: set[int] = set()

    # What can be said of them

    def needs(self, caller: Caller) -> Levels:
        queue = self.queues[caller.queue_id]
        needs = both(queue.required, caller.own_needs)
        for ring in queue.rings[: caller.ring]:
            needs = without(needs, ring.drops)
        return needs

    def can_serve(self, person: Person, caller: Caller) -> bool:
        return caller.queue_id in person.queues and can(person.levels, self.needs(caller))

    def may_take(self, person: Person, caller: Caller) -> bool:
        return caller.kept_for in (None, person.agent_id) and self.can_serve(person, caller)

    def rank(self, caller: Caller) -> tuple[float, ...]:
        queue, since = self.queues[caller.queue_id], caller.since - caller.credit_s
        if queue.urgency is Urgency.SCORE:
            return (0, since - caller.priority * queue.score_s_per_priority, caller.number)
        return (-caller.priority, since, caller.number)

    def liked(self, person: Person, queue: Queue) -> int:
        return sum(skill in person.levels for skill in queue.prefers)

    def comes_first(self, person: Person, other: Person, caller: Caller) -> bool:
        """Tell whether the queue rings this one before the other."""
        queue = self.queues[caller.queue_id]
        liked, others = self.liked(person, queue), self.liked(other, queue)
        if liked != others:
            return liked > others
        match queue.strategy:
            case Strategy.RANDOM:
                return True
            case Strategy.LINEAR:
                return person.place < other.place
            case Strategy.ROUND_ROBIN:
                last = self.round.get((queue.queue_id, self.needs(caller), liked), (-1, -1))
                return (person.place <= last, person.place) < (other.place <= last, other.place)
            case Strategy.FEWEST_CALLS:
                return (person.taken, person.idle) < (other.taken, other.idle)
            case Strategy.HIGHEST_PROFICIENCY:
                weighed = {s for s, _ in (*self.needs(caller), *queue.required)} | queue.prefers
                mine, his = (sum(p.levels.get(s, 0) for s in weighed) for p in (person, other))
                return (-mine, person.idle) < (-his, other.idle)
            case _:
                return person.idle < other.idle

    def staff(self, queue_id: QueueId) -> list[Person]:
        return [p for p in self.people.values() if p.state is not S.OFFLINE and queue_id in p.queues]

    def here(self, queue_id: QueueId) -> list[Caller]:
        mine = (c for c in self.callers.values() if c.queue_id == queue_id and c.is_here)
        return sorted(mine, key=self.rank)

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
                case NeedsRelaxed():
                    self.relax(effect)
                case CallMoved():
                    self.send_on(effect)
                case CallOverflowed():
                    self.overflow(effect)
                case _:
                    self.take_callback(effect)

    def take_callback(self, effect: CallbackKept | DialCustomer | CallbackPostponed | CallbackEnded) -> None:
        caller = self.callers[effect.call_id]
        assert caller.is_callback
        match effect:
            case CallbackKept():
                caller.due = effect.expires_at
            case DialCustomer():
                self.dial(effect, caller)
            case CallbackPostponed():
                assert caller.place == "dialled"
                caller.place, caller.asleep_until = "asleep", effect.until
                self.hang_up(effect.call_id)
            case CallbackEnded():
                self.end_callback(effect, caller)

    def relax(self, effect: NeedsRelaxed) -> None:
        caller = self.callers[effect.call_id]
        assert caller.ring != effect.ring
        caller.ring = effect.ring
        assert {skill for skill, _ in self.needs(caller)} == effect.needs

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
        if changed.state in {S.BREAK, S.OFFLINE}:
            self.let_go(person)
        person.keeps_idle = False

    def let_go(self, person: Person) -> None:
        for caller in self.callers.values():
            if caller.kept_for == person.agent_id and caller.place == "waiting":
                caller.kept_for = None

    def ring(self, offer: Offer) -> None:
        person, caller = self.people[offer.agent_id], self.callers[offer.call_id]
        queue = self.queues[caller.queue_id]
        assert offer.offer_id not in self.offers_seen
        assert (person.state, person.offer) == (S.RINGING, None)
        assert caller.place in {"waiting", "ringing"}
        assert len(caller.rung) < queue.rings_at_once
        assert person.agent_id not in caller.tried
        assert offer.queue_id == caller.queue_id
        if caller.call_id in self.changing and caller.kept_for != person.agent_id:
            caller.kept_for = None
        assert self.may_take(person, caller)
        self.check_first(person, caller)
        if queue.strategy is Strategy.ROUND_ROBIN:
            self.round[queue.queue_id, self.needs(caller), self.liked(person, queue)] = person.place
        self.offers_seen.add(offer.offer_id)
        caller.rung.add(person.agent_id)
        person.offer, caller.place = offer, "ringing"

    def check_first(self, person: Person, caller: Caller) -> None:
        if caller.kept_for is None:
            for other in self.people.values():
                if other.state is S.READY and self.may_take(other, caller):
                    is_first = other.agent_id in caller.tried or self.comes_first(person, other, caller)
                    assert is_first, "another agent comes first"
        for other_call in self.callers.values():
            if other_call.place == "waiting" and other_call.call_id not in self.changing:
                urgent = self.may_take(person, other_call) and self.rank(other_call) < self.rank(caller)
                assert not urgent, "somebody is more urgent"
        if caller.place == "ringing":
            waiting = [c for c in self.callers.values() if c.place == "waiting" and c is not caller]
            assert not any(self.may_take(person, c) and c.call_id not in self.changing for c in waiting)

    def withdraw(self, gone: OfferWithdrawn) -> None:
        person, caller = self.people[gone.agent_id], self.callers[gone.call_id]
        assert person.offer is not None
        assert (person.offer.offer_id, person.offer.call_id) == (gone.offer_id, gone.call_id)
        if gone.why is Withdrawal.NO_ANSWER:
            assert person.offer.expires_at <= self.now
        self.end_offer(person)
        person.keeps_idle = gone.why in NOT_HIS_DOING
        if gone.why is Withdrawal.ANSWERED_ELSEWHERE:
            return
        if gone.why is Withdrawal.CALLER_LEFT:
            caller.place = "waiting" if caller.is_callback else "left"
            return
        caller.kept_for = None
        caller.tried.add(person.agent_id)
        if not caller.rung:
            caller.place = "waiting"
            caller.tried.clear()

    def end_offer(self, person: Person) -> None:
        assert person.offer is not None
        assert person.offer.offer_id not in self.offers_ended
        self.offers_ended.add(person.offer.offer_id)
        self.callers[person.offer.call_id].rung.discard(person.agent_id)
        person.offer = None

    def send_on(self, moved: CallMoved) -> None:
        caller = self.callers[moved.call_id]
        assert caller.queue_id == moved.from_queue_id
        self.check_cause(caller, moved.from_queue_id, moved.cause)
        caller.queue_id, caller.entered_at, caller.ring = moved.queue_id, self.now, 0
        if moved.call_id != self.entering:
            caller.kept_for = None

    def overflow(self, gone: CallOverflowed) -> None:
        caller = self.callers[gone.call_id]
        assert caller.place == "waiting"
        assert not caller.is_callback
        assert gone.waiting_since == caller.since
        if gone.queue_id == caller.queue_id:
            self.check_cause(caller, gone.queue_id, gone.cause)
        caller.place = "overflowed"

    def check_cause(self, caller: Caller, queue_id: QueueId, cause: Cause) -> None:
        queue = self.queues[queue_id]
        match cause:
            case Cause.CLOSED:
                assert queue_id in self.closed
            case Cause.NOBODY:
                assert not self.staff(queue_id)
            case Cause.FULL:
                others = [c for c in self.here(queue_id) if not c.is_callback and c is not caller]
                assert queue.size_max is not None
                assert len(others) >= queue.size_max
            case Cause.WAITED:
                assert queue.wait_max_s is not None
                assert caller.entered_at + queue.wait_max_s <= self.now

    # Callbacks

    def dial(self, dial: DialCustomer, caller: Caller) -> None:
        person = self.people[dial.agent_id]
        assert person.state is S.DIALING
        assert not any(p.dialling == dial.call_id for p in self.people.values()), "dialled twice"
        caller.place, person.dialling = "dialled", dial.call_id
        caller.attempts += 1
        assert dial.attempt == caller.attempts

    def hang_up(self, call_id: CallId) -> None:
        for person in self.people.values():
            if person.dialling == call_id:
                person.dialling = None

    def end_callback(self, ended: CallbackEnded, caller: Caller) -> None:
        assert caller.is_here
        if ended.how is CallbackState.EXPIRED:
            assert caller.place in {"waiting", "asleep"}
            assert caller.due <= self.now
        if ended.how is CallbackState.GIVEN_UP:
            assert caller.attempts >= self.queues[caller.queue_id].callback.attempts_max
        self.hang_up(ended.call_id)
        caller.place = "called back" if ended.how is CallbackState.CONNECTED else "left"
