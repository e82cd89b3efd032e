"""A customer is called back at the place he kept: offered to an agent like a call, dialled once the agent has taken it.

Laws: never more customers are being dialled than agents are held for them; an attempt is written down before the
customer's phone rings; a number waits once in a queue; who calls himself takes his own place, and is not called back;
whatever stops us, the callbacks wait on in their order.
"""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, assert_never

import structlog

from banjie.base.errors import BanjieError, Unavailable
from banjie.base.ids import CallId, CustomerId, QueueId, new_id
from banjie.base.phones import PhoneNumber, find_number
from banjie.calls.events import AgentConnected, CallbackPromised, CallEvent, CallPlaced
from banjie.calls.machine import CallState
from banjie.routing.arrivals import Arrival
from banjie.routing.callbacks import CallbackState
from banjie.routing.events import (
    CallbackEffect,
    CallbackEnded,
    CallbackKept,
    CallbackPostponed,
    DialCustomer,
    Offer,
)
from banjie.routing.kept import CallbackLog, Ending, KeptCallback
from banjie.routing.skills import Skill, levels
from banjie.stories.callback_room import Kept
from banjie.stories.known_caller import CallerBook
from banjie.stories.legs import Leg
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.placed_call import PlacedCalls
from banjie.stories.ports import CallbackNow
from banjie.stories.stage import Stage
from banjie.stories.views import CallerView

log = structlog.get_logger()


class NoSuchCallback(BanjieError):
    """It has ended, or never was."""

    code: ClassVar[str] = "calls.no_such_callback"


class Callbacks:
    """Satisfies `callback_room.CallbackRoom` and `ports.CallbackList`."""

    def __init__(
        self,
        stage: Stage,
        offers: OffersAndAnswers,
        placed: PlacedCalls,
        callback_log: CallbackLog,
        book: CallerBook,
        spawn: Callable[[Coroutine[None, None, None]], None],
    ) -> None:
        self._house, self._floor, self._clock = stage.house, stage.floor, stage.clock
        self._offers, self._placed, self._log = offers, placed, callback_log
        self._book, self._spawn = book, spawn
        self._kept: dict[CallId, Kept] = {}
        self._promised: dict[CallId, Ongoing] = {}  # until the ACD has said so
        self._endings: dict[CallId, tuple[Ending, CallId | None]] = {}  # of those cancelled in this moment
        self._is_closing = False
        self._same_moment = self._moment()
        self.on_changed: Callable[[QueueId], None] = lambda queue_id: None
        self._floor.watchers.append(self._happened)
        offers.callbacks = self

    # -- keeping ----------------------------------------------------------------------------------------

    def promise(self, ongoing: Ongoing, number: PhoneNumber, since: float | None = None) -> None:
        """Keep the caller's place without him, from here on. `since`: the one he had in the queue that let him go.

        Where this number waits in the queue already, that earlier place is the one that is kept.
        """
        queue_id = ongoing.queue_id
        if queue_id is None:
            raise NoSuchCallback("who waits in no queue has no place to keep")
        acd, now = self._offers.acd, self._clock.mono()
        self._floor.note(ongoing, CallbackPromised, queue_id=queue_id, number=number.national)
        self._promised[ongoing.call_id] = ongoing
        if any(self._of_number(number.national, queue_id)):
            del self._promised[ongoing.call_id]
            effects = [] if acd.find_call(ongoing.call_id) is None else acd.abandon(ongoing.call_id, now)
        elif acd.find_call(ongoing.call_id) is not None:
            effects = acd.call_back(ongoing.call_id, number.national, now)
        else:
            needs = frozenset(map(Skill, ongoing.needs))
            arrival = Arrival(
                call_id=ongoing.call_id,
                queue_id=queue_id,
                needs=needs,
                waiting_since=since,
                callback_number=number.national,
            )
            effects = acd.enter(arrival, now)
        self._offers.apply(effects)

    async def stored(self) -> None:
        """Return when all there is has been written down. Raise `Unavailable` where that takes seconds."""
        await self._log.stored()

    def take_up(self, rows: Sequence[KeptCallback]) -> None:
        """Go on after a start with those written down, each at its place."""
        known = [row for row in rows if row.queue_id in self._house().queues]
        if len(known) < len(rows):
            log.error("callbacks of unknown queues are left alone", count=len(rows) - len(known))
        self._same_moment = self._moment()
        for row in known:
            self._kept[row.call_id] = Kept(row=self._woken(row), view=_unknown(row.number))
        effects = self._offers.acd.take_up_callbacks(known, *self._same_moment)
        for kept in self._kept.values():
            self._write(kept.row)
        self._offers.apply(effects)
        for call_id in list(self._kept):
            self._spawn(self._look_up(call_id))

    def close(self) -> None:
        """The house closes: what is written stands. Who is being dialled waits again, his attempt counted."""
        self._is_closing = True

    @staticmethod
    def _woken(row: KeptCallback) -> KeptCallback:
        is_asleep = row.state is CallbackState.ASLEEP
        return row if is_asleep else replace(row, state=CallbackState.WAITING, next_at=None)

    async def _look_up(self, call_id: CallId) -> None:
        customer = await self._book.find_customer(self._kept[call_id].row.caller)
        kept = self._kept.get(call_id)
        if kept is not None and customer is not None:
            kept.view = replace(
                kept.view,
                customer_id=customer.customer_id,
                customer_name=customer.name,
                level=customer.level.value,
                region=customer.region,
            )

    # -- what the ACD decides (CallbackRoom) ------------------------------------------------------------

    def find(self, call_id: CallId) -> Kept | None:
        return self._kept.get(call_id)

    def carry_out(self, effect: CallbackEffect) -> None:
        match effect:
            case CallbackKept():
                self._keep(effect)
            case DialCustomer():
                self._dial(effect)
            case CallbackPostponed():
                self._postpone(effect)
            case CallbackEnded():
                self._end(effect)
            case never:
                assert_never(never)

    def _keep(self, effect: CallbackKept) -> None:
        ongoing, waiting = self._promised.pop(effect.call_id), self._offers.acd.find_call(effect.call_id)
        if waiting is None:
            return  # its end is decided already
        customer_id = ongoing.view.customer_id
        row = KeptCallback(
            call_id=effect.call_id,
            queue_id=effect.queue_id,
            number=effect.number,
            caller=ongoing.view.number,
            dialled=ongoing.live.cdr.dialled,
            customer_id=None if customer_id is None else CustomerId(customer_id),
            language=ongoing.language,
            priority=waiting.priority,
            credit_s=waiting.credit_s,
            needs=levels(frozenset(map(Skill, ongoing.needs))),
            waiting_since=self._place_at(waiting.waiting_since),
            asked_at=self._clock.utc(),
            expires_at=self._clock.utc_of(effect.expires_at),
        )
        self._kept[row.call_id] = Kept(row=row, view=replace(ongoing.view, number=effect.number))
        self._write(row)

    def _place_at(self, since: float) -> datetime:
        """By the wall clock, so that the order is exactly the queue's: two readings of two clocks are never of one moment.

        The reading is kept for as long as anybody is; else the clocks may have run apart.
        """
        if not self._kept:
            self._same_moment = self._moment()
        wall, mono = self._same_moment
        return wall + timedelta(seconds=since - mono)

    def _moment(self) -> tuple[datetime, float]:
        return self._clock.utc(), self._clock.mono()

    def taken(self, offer: Offer, leg: Leg) -> Ongoing:
        """The agent took it, his sound is open: a call of its own begins, in which he hears it ring."""
        kept, house = self._kept[offer.call_id], self._house()
        asked = self._floor.find(offer.call_id)
        if asked is not None:  # he still hears that he will be called back
            self._offers.end(asked, "callback_kept")
        row = kept.row
        placed = CallPlaced(
            call_id=CallId(new_id()),
            occurred_at=self._clock.utc(),
            channel="web" if leg.is_browser else "sip",
            peer=offer.agent_id,
            dialled=row.number,
            caller=house.outbound_caller,
            language=row.language,
            agent_id=offer.agent_id,
            direction="out",
            queue_id=row.queue_id,
            callback_of=row.call_id,
        )
        attempt = self._floor.admit(placed, None, kept.view)
        attempt.queue_id, attempt.agent_id = row.queue_id, offer.agent_id
        attempt.answered_at = self._clock.utc()
        kept.attempt = attempt
        self._floor.seat(attempt, leg)
        self._floor.patch(attempt)
        self._offers.on_call_changed(attempt)
        return attempt

    def _dial(self, effect: DialCustomer) -> None:
        kept = self._kept[effect.call_id]
        kept.row = replace(
            kept.row,
            state=CallbackState.DIALLED,
            attempts=effect.attempt,
            agent_id=effect.agent_id,
            next_at=None,
            last_call_id=None if kept.attempt is None else kept.attempt.call_id,
        )
        self._write(kept.row)
        if kept.attempt is not None:
            self._spawn(self._ring(kept.attempt))

    async def _ring(self, attempt: Ongoing) -> None:
        try:
            await self._log.stored()
        except Unavailable:
            self._offers.end(attempt, "not_reached")  # nobody is rung twice for want of a note
            return
        if not attempt.live.is_over:
            self._placed.ring_customer(attempt)

    def _postpone(self, effect: CallbackPostponed) -> None:
        kept = self._kept[effect.call_id]
        kept.attempt = None
        kept.row = replace(
            kept.row,
            state=CallbackState.ASLEEP,
            attempts=effect.attempts,
            next_at=self._clock.utc_of(effect.until),
        )
        self._write(kept.row)

    def _end(self, effect: CallbackEnded) -> None:
        kept = self._kept.pop(effect.call_id, None)
        if kept is None:
            return
        ending, own_call = self._endings.pop(effect.call_id, (Ending(effect.how), None))
        self._write(
            replace(
                kept.row,
                state=effect.how,
                next_at=None,
                last_call_id=own_call or kept.row.last_call_id,
                ended_at=self._clock.utc(),
                ending=ending,
            )
        )
        if kept.attempt is not None and kept.attempt.live.state is CallState.PLACING:
            self._offers.end(kept.attempt, "cancelled")

    def _write(self, row: KeptCallback) -> None:
        if not self._is_closing:
            self._log.append(row)
            self.on_changed(row.queue_id)

    # -- the customer is reached, comes himself, or is let go ---------------------------------------------

    def _happened(self, ongoing: Ongoing, event: CallEvent) -> None:
        call_id = ongoing.live.cdr.callback_of
        if isinstance(event, AgentConnected) and call_id in self._kept:
            now = self._clock.mono()
            self._offers.apply(
                self._offers.acd.callback_reached(call_id, event.agent_id, now, in_call=ongoing.call_id)
            )

    def place_of(self, ongoing: Ongoing, queue_id: QueueId) -> float | None:
        acd = self._offers.acd
        places = (acd.find_call(call_id) for call_id in self._of_caller(ongoing, queue_id))
        return min((place.waiting_since for place in places if place is not None), default=None)

    def came_himself(self, ongoing: Ongoing, queue_id: QueueId) -> None:
        for call_id in self._of_caller(ongoing, queue_id):
            self._cancel(call_id, Ending.CALLED_IN, ongoing.call_id)

    def _of_caller(self, ongoing: Ongoing, queue_id: QueueId) -> list[CallId]:
        number = _national(ongoing.view.number)
        if number is None:
            return []
        return [call_id for call_id in self._of_number(number, queue_id) if call_id != ongoing.call_id]

    def cancel(self, call_id: CallId) -> None:
        """He is not called back; an agent who dials him is free. Raise `NoSuchCallback`."""
        if call_id not in self._kept:
            raise NoSuchCallback("it has ended, or never was")
        self._cancel(call_id, Ending.CANCELLED, None)

    def _cancel(self, call_id: CallId, ending: Ending, own_call: CallId | None) -> None:
        self._endings[call_id] = (ending, own_call)
        self._offers.apply(self._offers.acd.abandon(call_id, self._clock.mono()))

    def _of_number(self, number: str, queue_id: QueueId) -> Iterator[CallId]:
        """Those of this number in this queue; by where they are called, or called from."""
        for call_id, kept in self._kept.items():
            row = kept.row
            if row.queue_id == queue_id and (row.number == number or _national(row.caller) == number):
                yield call_id

    # -- questions --------------------------------------------------------------------------------------

    def now(self, call_id: CallId) -> CallbackNow | None:
        waiting = self._offers.acd.find_call(call_id)
        if waiting is None or waiting.callback_state is None:
            return None
        return CallbackNow(state=waiting.callback_state, position=self._offers.position(call_id))


def _national(caller: str) -> str | None:
    number = find_number(caller)
    return None if number is None else number.national


def _unknown(number: str) -> CallerView:
    return CallerView(
        number=number, customer_id=None, customer_name=None, level=None, region=None, calls_before_count=0
    )
