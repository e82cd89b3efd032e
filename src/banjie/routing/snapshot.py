"""The ACD as plain data and back, so that another process can go on where this one stopped.

Law: an ACD restored decides every later command as the one it was made from. Only queues that ring at random draw
anew; what they would have drawn is as likely as what they draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar

from banjie.base.ids import QueueId
from banjie.routing import waits
from banjie.routing.agents import AgentState
from banjie.routing.callbacks import Callback, CallbackState, Happened
from banjie.routing.errors import NoSuchQueue
from banjie.routing.estimate import Pace
from banjie.routing.events import Effect
from banjie.routing.floor import Floor
from banjie.routing.kept import KeptCallback
from banjie.routing.order import Order
from banjie.routing.places import Place
from banjie.routing.seats import Seat
from banjie.routing.skills import Levels

VERSION: Final = 1
K = TypeVar("K")
Due = tuple[float, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Whom a line has rung last."""

    queue_id: QueueId
    needs: Levels
    memory: dict[float, tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything but the rules of the queues. `at` and all times by one clock, in seconds."""

    version: int
    at: float
    next_number: int
    next_offer: int
    closed: frozenset[QueueId]
    agents: tuple[tuple[Seat, Due | None], ...]
    calls: tuple[tuple[Place, Due | None], ...]
    rounds: tuple[Round, ...]
    paces: dict[QueueId, Pace]


def export(floor: Floor, now: float) -> Snapshot:
    """Return the floor as it is. It goes on changing with the floor: make it plain at once."""
    return Snapshot(
        version=VERSION,
        at=now,
        next_number=floor.numbers.coming,
        next_offer=floor.offer_numbers.coming,
        closed=frozenset(floor.closed),
        agents=tuple((seat, _due(floor.due_seats, seat)) for seat in floor.seats.values()),
        calls=tuple((place, _due(floor.due_calls, place)) for place in floor.calls.values()),
        rounds=tuple(
            Round(queue_id=queue_id, needs=needs, memory=memory)
            for queue_id, needs, memory in floor.lines.memories()
        ),
        paces={queue_id: tally.pace for queue_id, tally in floor.tallies.items()},
    )


def restore(floor: Floor, snapshot: Snapshot, now: float, elapsed_s: float) -> None:
    """Fill a floor whose queues are open already. `elapsed_s`: how long ago the export was, by a clock that ran on."""
    shift_s = _begin(floor, snapshot, now, elapsed_s)
    floor.closed.update(snapshot.closed)
    for round_ in snapshot.rounds:
        floor.lines.line(round_.queue_id, round_.needs).turn.memory = round_.memory
    for queue_id, pace in snapshot.paces.items():
        if queue_id in floor.tallies:
            pace.shift(shift_s)
            floor.tallies[queue_id].pace = pace
    for seat, due in snapshot.agents:
        _shift_seat(seat, shift_s)
        floor.seat(seat)
        if seat.state is AgentState.READY:
            floor.lines.add_agent(seat)
        if due is not None:
            floor.due_seats.put(seat, (due[0] + shift_s, due[1]))
    for place, due in snapshot.calls:
        _put(floor, place, shift_s)
        if due is not None:
            floor.due_calls.put(place, (due[0] + shift_s, due[1]))
    floor.deserted.clear()


def restore_callbacks(floor: Floor, snapshot: Snapshot, now: float, elapsed_s: float) -> list[Effect]:
    """After a crash: callers and offers are gone, agents sign in anew; callbacks wait at their places.

    One that was being dialled waits too, its attempt counted; was that the last, it is given up.
    """
    shift_s = _begin(floor, snapshot, now, elapsed_s)
    effects: list[Effect] = []
    for place, _ in snapshot.calls:
        if (callback := place.callback) is None:
            continue
        place.rung, place.tried, place.kept_for = {}, set(), None
        place.is_paced = place.was_paced = False
        callback.dialled_by = None
        attempts_max = floor.queues[place.queue_id].callback.attempts_max
        if callback.state is CallbackState.DIALLED and callback.attempts >= attempts_max:
            _put(floor, place, shift_s)
            effects += floor.end_callback(place, Happened.ENOUGH_TRIED, now)
            continue
        if callback.state is not CallbackState.ASLEEP:
            callback.state = CallbackState.WAITING
            floor.homeless.append(place)
        _put(floor, place, shift_s)
        floor.set_due(place)
    return effects


def snapshot_of(kept: Sequence[KeptCallback], at: datetime, now: float) -> Snapshot:
    """Return the callbacks that were written down as they wait at `at`, which is `now` by the monotonic clock.

    Of two that have waited as long the one asked for first comes first.
    """

    def mono(then: datetime) -> float:
        return now + (then - at).total_seconds()

    in_order = sorted(kept, key=lambda one: (one.waiting_since, one.asked_at, one.call_id))
    places = (
        Place(
            call_id=one.call_id,
            queue_id=one.queue_id,
            priority=one.priority,
            credit_s=one.credit_s,
            own_needs=one.needs,
            waiting_since=mono(one.waiting_since),
            entered_at=mono(one.waiting_since),
            number=number,
            callback=Callback(
                number=one.number,
                expires_at=mono(one.expires_at),
                state=one.state,
                attempts=one.attempts,
                asleep_until=0.0 if one.next_at is None else mono(one.next_at),
            ),
        )
        for number, one in enumerate(in_order, start=1)
    )
    return Snapshot(
        version=VERSION,
        at=now,
        next_number=len(in_order) + 1,
        next_offer=1,
        closed=frozenset(),
        agents=(),
        calls=tuple((place, None) for place in places),
        rounds=(),
        paces={},
    )


def _begin(floor: Floor, snapshot: Snapshot, now: float, elapsed_s: float) -> float:
    if snapshot.version != VERSION:
        raise ValueError(f"a snapshot of version {snapshot.version}; {VERSION} is understood")
    named = {queue_id for seat, _ in snapshot.agents for queue_id in seat.queues}
    for queue_id in sorted(named | {place.queue_id for place, _ in snapshot.calls}):
        if queue_id not in floor.queues:
            raise NoSuchQueue(queue_id)
    floor.numbers.coming, floor.offer_numbers.coming = snapshot.next_number, snapshot.next_offer
    return now - (snapshot.at + elapsed_s)


def _shift_seat(seat: Seat, by_s: float) -> None:
    seat.since += by_s
    seat.idle_rank = (seat.idle_rank[0] + by_s, *seat.idle_rank[1:])
    if seat.acw_ends_at is not None:
        seat.acw_ends_at += by_s
    if seat.offer is not None:
        seat.offer = replace(seat.offer, expires_at=seat.offer.expires_at + by_s)


def _put(floor: Floor, place: Place, shift_s: float) -> None:
    place.waiting_since += shift_s
    place.entered_at += shift_s
    place.kept_until += shift_s
    if place.callback is not None:
        place.callback.expires_at += shift_s
        place.callback.asleep_until += shift_s
    place.needs = waits.needs_of(place, floor.queues[place.queue_id])
    floor.calls[place.call_id] = place
    floor.line_up(place)
    if floor.rings_more(place) and not (place.callback and place.callback.is_held_back):
        floor.lines.add_call(place)


def _due(order: Order[K], who: K) -> Due | None:
    if who not in order:
        return None
    at, number = order.rank(who)
    return at, int(number)
