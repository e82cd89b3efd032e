"""An agent's desk and a visitor's calls played by a script: a ready agent is offered a call a second later."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from banjie.base.ids import AgentId, CallId, CustomerId, LegId, QueueId, new_id
from banjie.calls.errors import IllegalTransition, NoSuchCall
from banjie.customers.model import Customer
from banjie.desk.live import Board, me, visitor
from banjie.insight.thresholds import standard
from banjie.people.model import User
from banjie.routing.spoken_wait import SaidWait, WaitWords
from banjie.stories.callback_talk import callable_number
from banjie.stories.house import NotAnAgent
from banjie.stories.ports import (
    WALLBOARD,
    BrowserAnswer,
    Party,
    PlacedCall,
    Target,
    ToColleague,
    ToNumber,
    VisitorCall,
)
from banjie.stories.views import (
    AcwView,
    AgentView,
    CallerView,
    CallView,
    ColleagueView,
    GuestView,
    OfferView,
    Press,
    QueueView,
    TargetsView,
    VisitorCallView,
    WaitView,
)

GENERAL = QueueId("general")
QUEUE_NAMES = {
    "general": {"zh": "综合服务", "en": "General service"},
    "urgent": {"zh": "紧急挂失", "en": "Lost card"},
    "english": {"zh": "英语服务", "en": "English"},
}
CALLER = CallerView(
    number="138****1234",
    customer_id="c-1",
    customer_name="王丽华",
    level="vip",
    region="石家庄",
    calls_before_count=3,
)
PARTY_NUMBER = "13800001234"
PRESSED = (Press(node="welcome", digit="0", label={"zh": "人工服务", "en": "A person"}),)


def utc_now() -> datetime:
    return datetime.now(UTC)


def answer_sdp(offer: str) -> str:
    """Answer an offer so that a browser accepts it; no media will ever flow."""
    mid = re.search(r"a=mid:(\S+)", offer)
    lines = [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {mid.group(1) if mid else '0'}",
        "m=audio 9 UDP/TLS/RTP/SAVPF 8",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{mid.group(1) if mid else '0'}",
        "a=rtpmap:8 PCMA/8000",
        "a=sendrecv",
        "a=rtcp-mux",
        "a=ice-ufrag:fake",
        "a=ice-pwd:fakefakefakefakefakefake",
        "a=setup:active",
        "a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
    ]
    return "\r\n".join(lines) + "\r\n"


@dataclass(slots=True)
class _Seat:
    view: AgentView
    offer: OfferView | None = None
    call: CallView | None = None
    acw: AcwView | None = None
    timer: asyncio.TimerHandle | None = None


def _refuse_late(agent_id: AgentId, call_id: CallId, code: str, note: str) -> None:
    raise NoSuchCall(call_id)


class ScriptedDesk:  # satisfies stories.ports.AgentDesk
    """Plays the states of one call an agent. Everything asked is kept in `asked`."""

    def __init__(
        self, board: Board, users: list[User], offer_after_s: float = 1.0, ring_s: float = 20.0
    ) -> None:
        self._board = board
        self.on_link: Callable[[CallId, Customer], None] = lambda call_id, customer: None
        self._offer_after_s = offer_after_s
        self._legs_count = 0
        self._ring_s = ring_s
        self.asked: list[tuple[object, ...]] = []
        self.register_late: Callable[[AgentId, CallId, str, str], None] = _refuse_late
        self._seats = {AgentId(u.user_id): _Seat(_offline(u)) for u in users if u.extension is not None}

    def sees(self, user: User) -> None:
        """The set-up of this agent was changed."""
        seat = self._seats[AgentId(user.user_id)]
        seat.view = replace(seat.view, queues=user.queues)

    def publish_wallboard(self) -> None:
        for seat in self._seats.values():
            if seat.view.queues:  # who serves none is not shown while he is away
                self._board.set(WALLBOARD, f"agent/{seat.view.agent_id}", seat.view)
            self._board.set(me(seat.view.agent_id), "agent", seat.view)
        for queue_id, name in QUEUE_NAMES.items():
            self._board.set(WALLBOARD, f"queue/{queue_id}", self._queue(QueueId(queue_id), name))

    def set_state(self, agent_id: AgentId, state: str, reason: str | None, device: str) -> None:
        self.asked.append(("set_state", agent_id, state, reason, device))
        seat = self._seat_of(agent_id)
        if seat.call is not None or seat.acw is not None:
            if state == "BREAK":
                self._show(seat, next_state="BREAK")
            return
        self._withdraw(seat)
        self._state(seat, state, (reason or "Warm-up") if state == "BREAK" else None, device)
        if state == "READY":
            self._after(seat, self._offer_after_s, self._offer)

    def steer(self, agent_id: AgentId, state: str, reason: str | None) -> None:
        self.asked.append(("steer", agent_id, state, reason))

    def ask_help(self, agent_id: AgentId, call_id: CallId, wanted: bool) -> None:
        self.asked.append(("ask_help", agent_id, call_id, wanted))
        seat, call = self._call_of(agent_id, call_id)
        seat.call = replace(call, help_since=utc_now() if wanted else None)
        self._board.set(me(agent_id), "call", seat.call)

    async def place(self, agent_id: AgentId, to: ToColleague | ToNumber, offer_sdp: str | None) -> PlacedCall:
        self.asked.append(("place", agent_id, to))
        seat = self._seat_of(agent_id)
        now = utc_now()
        call = CallView(
            call_id=CallId(new_id()),
            state="PLACING",
            muted=False,
            queue_id=None,
            queue_name={},
            dialled="13800001234",
            caller=CALLER,
            language="zh",
            pressed=(),
            answered_at=now,
            waited_s=0.0,
            recording=False,
            held_since=None,
            leg_id=self._new_leg(),
        )
        self._guests(agent_id, call)
        self._state(seat, "TALKING", None, seat.view.device, call.call_id)
        self._after(
            seat, 1.0, lambda s: self._guests(agent_id, replace(call, state="TALKING", recording=True))
        )
        sdp = None if offer_sdp is None else answer_sdp(offer_sdp)
        return PlacedCall(call_id=call.call_id, sdp=sdp, leg_id=call.leg_id or LegId(""))

    def targets(self, agent_id: AgentId) -> TargetsView:
        return TargetsView(
            colleagues=tuple(
                ColleagueView(agent_id=other, name=seat.view.name, extension=seat.view.extension, state=state)
                for (other, seat), state in zip(
                    self._seats.items(), ("READY", "READY", "TALKING", "BREAK", "READY", "ACW"), strict=False
                )
                if other != agent_id
            ),
            queues=tuple(
                WaitView(
                    queue_id=QueueId(queue_id),
                    name=name,
                    waiting_count=3 if queue_id == GENERAL else 0,
                    longest_since=utc_now() - timedelta(seconds=95) if queue_id == GENERAL else None,
                    ready_count=0 if queue_id == GENERAL else 2,
                    expected=LONG_WAIT if queue_id == GENERAL else AT_ONCE,
                )
                for queue_id, name in QUEUE_NAMES.items()
            ),
            can_dial_out=True,
        )

    def party(self, agent_id: AgentId, call_id: CallId) -> Party:
        seat = self._seat_of(agent_id)
        if call_id not in {one.call_id for one in (seat.offer, seat.call, seat.acw) if one is not None}:
            raise NoSuchCall(call_id)
        return Party(number=PARTY_NUMBER, customer_id=CustomerId("c-1"))

    async def link(self, call_id: CallId, customer: Customer) -> None:
        self.asked.append(("link", call_id, customer.customer_id))
        self.on_link(call_id, customer)

    def transfer(self, agent_id: AgentId, call_id: CallId, to: Target) -> None:
        self.asked.append(("transfer", agent_id, call_id, to))
        self._call_of(agent_id, call_id)
        self.hang_up(agent_id, call_id)

    def consult(self, agent_id: AgentId, call_id: CallId, whom: ToColleague | ToNumber) -> None:
        self.asked.append(("consult", agent_id, call_id, whom))
        seat, call = self._call_of(agent_id, call_id)
        is_colleague = isinstance(whom, ToColleague)
        guest = GuestView(
            guest_id=LegId("guest-1"),
            agent_id=whom.agent_id if is_colleague else None,
            name=self._seat_of(whom.agent_id).view.name if is_colleague else {},
            number=None if is_colleague else whom.number,
            since=utc_now(),
            is_up=False,
            is_member=False,
        )
        self._guests(agent_id, replace(call, guests=(guest,), is_aside=True, state="HELD"))
        self._after(seat, 1.0, self._colleague_answers)

    def _colleague_answers(self, seat: _Seat) -> None:
        if seat.call is not None and seat.call.guests:
            guests = tuple(replace(guest, is_up=True) for guest in seat.call.guests)
            self._guests(seat.view.agent_id, replace(seat.call, guests=guests))

    def swap(self, agent_id: AgentId, call_id: CallId, aside: bool) -> None:
        self.asked.append(("swap", agent_id, call_id, aside))
        _, call = self._call_of(agent_id, call_id)
        self._guests(agent_id, replace(call, is_aside=aside, state="HELD" if aside else "TALKING"))

    def join(self, agent_id: AgentId, call_id: CallId) -> None:
        self.asked.append(("join", agent_id, call_id))
        _, call = self._call_of(agent_id, call_id)
        guests = tuple(replace(guest, is_member=True) for guest in call.guests)
        self._guests(agent_id, replace(call, guests=guests, is_aside=False, state="TALKING"))

    def complete(self, agent_id: AgentId, call_id: CallId) -> None:
        self.asked.append(("complete", agent_id, call_id))
        self.hang_up(agent_id, call_id)

    def dismiss(self, agent_id: AgentId, call_id: CallId, guest_id: LegId) -> None:
        self.asked.append(("dismiss", agent_id, call_id, guest_id))
        _, call = self._call_of(agent_id, call_id)
        self._guests(agent_id, replace(call, guests=(), is_aside=False, state="TALKING"))

    def _guests(self, agent_id: AgentId, call: CallView) -> None:
        self._seat_of(agent_id).call = call
        self._board.set(me(agent_id), "call", call)

    def screen_lost(self, agent_id: AgentId) -> None:
        self.asked.append(("screen_lost", agent_id))

    def screen_back(self, agent_id: AgentId) -> None:
        self.asked.append(("screen_back", agent_id))

    async def answer(self, agent_id: AgentId, call_id: CallId, offer_sdp: str) -> BrowserAnswer:
        self.asked.append(("answer", agent_id, call_id))
        seat = self._seat_of(agent_id)
        offer = seat.offer
        if offer is None or offer.call_id != call_id:
            raise NoSuchCall(call_id)
        self._withdraw(seat)
        now = utc_now()
        seat.call = CallView(
            call_id=call_id,
            state="TALKING",
            muted=False,
            queue_id=offer.queue_id,
            queue_name=offer.queue_name,
            dialled=offer.dialled,
            caller=offer.caller,
            language=offer.language,
            pressed=offer.pressed,
            answered_at=now,
            waited_s=(now - offer.queued_at).total_seconds(),
            recording=True,
            held_since=None,
            leg_id=self._new_leg(),
            told=WaitWords(position=4, wait=LONG_WAIT),
        )
        self._board.set(me(agent_id), "call", seat.call)
        self._state(seat, "TALKING", None, "browser", call_id)
        return BrowserAnswer(sdp=answer_sdp(offer_sdp), leg_id=seat.call.leg_id or LegId(""), call_id=call_id)

    async def rejoin(self, agent_id: AgentId, call_id: CallId, offer_sdp: str) -> BrowserAnswer:
        self.asked.append(("rejoin", agent_id, call_id))
        seat, call = self._call_of(agent_id, call_id)
        leg_id = self._new_leg()
        seat.call = replace(call, leg_id=leg_id)
        self._board.set(me(agent_id), "call", seat.call)
        return BrowserAnswer(sdp=answer_sdp(offer_sdp), leg_id=leg_id, call_id=call_id)

    def _new_leg(self) -> LegId:
        self._legs_count += 1
        return LegId(f"leg-{self._legs_count}")

    def reject(self, agent_id: AgentId, call_id: CallId) -> None:
        self.asked.append(("reject", agent_id, call_id))
        seat = self._seat_of(agent_id)
        if seat.offer is None or seat.offer.call_id != call_id:
            raise NoSuchCall(call_id)
        self._withdraw(seat)
        self._state(seat, "BREAK", "RejectCall", seat.view.device)

    def hold(self, agent_id: AgentId, call_id: CallId) -> None:
        self._change_call(agent_id, call_id, "TALKING", "HELD")

    def resume(self, agent_id: AgentId, call_id: CallId) -> None:
        self._change_call(agent_id, call_id, "HELD", "TALKING")

    def mute(self, agent_id: AgentId, call_id: CallId, muted: bool) -> None:
        self.asked.append(("mute", agent_id, call_id, muted))
        seat, call = self._call_of(agent_id, call_id)
        seat.call = replace(call, muted=muted)
        self._board.set(me(agent_id), "call", seat.call)

    def send_digits(self, agent_id: AgentId, call_id: CallId, digits: str) -> None:
        self.asked.append(("send_digits", agent_id, call_id, digits))
        self._call_of(agent_id, call_id)

    def hang_up(self, agent_id: AgentId, call_id: CallId) -> None:
        self.asked.append(("hang_up", agent_id, call_id))
        seat, call = self._call_of(agent_id, call_id)
        now = utc_now()
        seat.call = None
        seat.acw = AcwView(
            call_id=call_id,
            queue_name=call.queue_name,
            caller=call.caller,
            ended_at=now,
            ends_at=now + timedelta(seconds=60),
        )
        self._board.drop(me(agent_id), "call")
        self._board.set(me(agent_id), "acw", seat.acw)
        self._state(seat, "ACW", None, seat.view.device, call_id)

    async def dispose(self, agent_id: AgentId, call_id: CallId, code: str, note: str) -> None:
        self.asked.append(("dispose", agent_id, call_id, code, note))
        acw = self._seat_of(agent_id).acw
        if acw is None or acw.call_id != call_id:
            self.register_late(agent_id, call_id, code, note)
            return
        seat = self._acw_of(agent_id, call_id)
        seat.acw = None
        self._board.drop(me(agent_id), "acw")
        if seat.view.next_state == "BREAK":
            self._state(seat, "BREAK", "rest", seat.view.device)
            return
        self._state(seat, "READY", None, seat.view.device)
        self._after(seat, self._offer_after_s * 5, self._offer)

    def extend_acw(self, agent_id: AgentId, call_id: CallId) -> None:
        self.asked.append(("extend_acw", agent_id, call_id))
        seat = self._acw_of(agent_id, call_id)
        if seat.acw is not None and seat.acw.ends_at is not None:
            seat.acw = replace(seat.acw, ends_at=seat.acw.ends_at + timedelta(seconds=30))
            self._board.set(me(agent_id), "acw", seat.acw)

    def stop(self) -> None:
        for seat in self._seats.values():
            if seat.timer is not None:
                seat.timer.cancel()

    # --- inside ---

    def _seat_of(self, agent_id: AgentId) -> _Seat:
        if agent_id not in self._seats:
            raise NotAnAgent("this user takes no calls")
        return self._seats[agent_id]

    def _offer(self, seat: _Seat) -> None:
        now = utc_now()
        seat.offer = OfferView(
            call_id=CallId(new_id()),
            queue_id=GENERAL,
            queue_name=QUEUE_NAMES["general"],
            dialled="4000000001",
            caller=CALLER,
            language="zh",
            pressed=PRESSED,
            queued_at=now - timedelta(seconds=18),
            offered_at=now,
            expires_at=now + timedelta(seconds=self._ring_s),
        )
        self._board.set(me(seat.view.agent_id), "offer", seat.offer)
        self._state(seat, "RINGING", None, seat.view.device, seat.offer.call_id)
        self._after(seat, self._ring_s, self._unanswered)

    def _unanswered(self, seat: _Seat) -> None:
        self._withdraw(seat)
        self._state(seat, "BREAK", "RingingTimeout", seat.view.device)

    def _withdraw(self, seat: _Seat) -> None:
        if seat.timer is not None:
            seat.timer.cancel()
        if seat.offer is not None:
            seat.offer = None
            self._board.drop(me(seat.view.agent_id), "offer")

    def _after(self, seat: _Seat, delay_s: float, act: object) -> None:
        if seat.timer is not None:
            seat.timer.cancel()
        seat.timer = asyncio.get_running_loop().call_later(delay_s, act, seat)  # type: ignore[arg-type]

    def _change_call(self, agent_id: AgentId, call_id: CallId, old: str, new: str) -> None:
        self.asked.append(("hold" if new == "HELD" else "resume", agent_id, call_id))
        seat, call = self._call_of(agent_id, call_id)
        if call.state != old:
            raise IllegalTransition(call_id, call.state, new)
        seat.call = replace(call, state=new)
        self._board.set(me(agent_id), "call", seat.call)

    def _call_of(self, agent_id: AgentId, call_id: CallId) -> tuple[_Seat, CallView]:
        seat = self._seat_of(agent_id)
        if seat.call is None or seat.call.call_id != call_id:
            raise NoSuchCall(call_id)
        return seat, seat.call

    def _acw_of(self, agent_id: AgentId, call_id: CallId) -> _Seat:
        seat = self._seat_of(agent_id)
        if seat.acw is None or seat.acw.call_id != call_id:
            raise NoSuchCall(call_id)
        return seat

    def _state(
        self, seat: _Seat, state: str, reason: str | None, device: str, call_id: CallId | None = None
    ) -> None:
        seat.view = replace(
            seat.view,
            state=state,
            reason=reason,
            since=utc_now(),
            device=device,
            call_id=call_id,
            next_state=None if state in {"BREAK", "READY", "OFFLINE"} else seat.view.next_state,
        )
        self._show(seat)

    def _show(self, seat: _Seat, next_state: str | None = None) -> None:
        if next_state is not None:
            seat.view = replace(seat.view, next_state=next_state)
        self._board.set(me(seat.view.agent_id), "agent", seat.view)
        self.publish_wallboard()

    def _queue(self, queue_id: QueueId, name: dict[str, str]) -> QueueView:
        ready = sum(seat.view.state == "READY" for seat in self._seats.values())
        is_general = queue_id == GENERAL
        return QueueView(
            queue_id=queue_id,
            name=name,
            waiting_count=3 if is_general else 0,
            longest_since=utc_now().replace(second=0, microsecond=0) - timedelta(minutes=1)
            if is_general
            else None,
            ready_count=ready,
            callbacks_count=0,
            agents_count=len(self._seats),
            offered_count=128 if is_general else 17,
            answered_count=119 if is_general else 17,
            abandoned_count=6 if is_general else 0,
            service_level_ratio=0.87 if is_general else None,
            service_level_s=20.0,
            expected=LONG_WAIT if is_general else AT_ONCE,
            thresholds=standard(20.0),
            position=list(QUEUE_NAMES).index(queue_id),
        )


def _offline(user: User) -> AgentView:
    return AgentView(
        agent_id=AgentId(user.user_id),
        name=user.name,
        extension=user.extension or "",
        state="OFFLINE",
        reason=None,
        since=utc_now(),
        device="browser",
        queues=user.queues,
        skills=user.skills,
        call_id=None,
        next_state=None,
    )


LONG_WAIT = SaidWait(low_min=2, high_min=5)
AT_ONCE = SaidWait(low_min=0, high_min=1)
_MENU = VisitorCallView(
    call_id=CallId(""),
    state="IN_SCRIPT",
    position=None,
    expected=None,
    prompt={
        "zh": "欢迎致电示范银行。账户服务请按 1，挂失请按 2，英语请按 9，人工服务请按 0。",
        "en": "Welcome to Demo Bank. For accounts press 1, lost card 2, English 9, a person 0.",
    },
    choices={
        "1": {"zh": "账户服务", "en": "Account services"},
        "2": {"zh": "挂失", "en": "Lost card"},
        "9": {"zh": "英语", "en": "English"},
        "0": {"zh": "人工服务", "en": "A person"},
    },
    answered_at=None,
)


class ScriptedVisitors:  # satisfies stories.ports.VisitorCalls
    """A menu a second after the call; a digit leads to the queue, then to a person."""

    def __init__(self, board: Board, pace_s: float = 1.0) -> None:
        self._board = board
        self.to_call_back: list[tuple[CallId, str]] = []
        self._pace_s = pace_s
        self.calls: dict[CallId, VisitorCallView] = {}
        self.tokens: dict[CallId, str] = {}
        self.asked: list[tuple[object, ...]] = []
        self._timers: list[asyncio.TimerHandle] = []

    async def call(self, dialled: str, offer_sdp: str, language: str, source: str) -> VisitorCall:
        call_id = CallId(new_id())
        self.asked.append(("call", dialled, language, source))
        self.tokens[call_id] = new_id()
        self._show(call_id, replace(_MENU, call_id=call_id, state="CONNECTING", prompt=None, choices={}))
        self._later(1, call_id, "IN_SCRIPT")
        return VisitorCall(call_id=call_id, token=self.tokens[call_id], answer_sdp=answer_sdp(offer_sdp))

    def is_token_of(self, call_id: CallId, token: str) -> bool:
        return self.tokens.get(call_id) == token

    def send_digits(self, call_id: CallId, digits: str) -> None:
        self.asked.append(("send_digits", call_id, digits))
        self._step(call_id, "WAITING")
        self._later(2, call_id, "RINGING")
        self._later(3, call_id, "TALKING")

    def call_back(self, call_id: CallId, number: str) -> None:
        self.to_call_back.append((call_id, callable_number(number).national))
        self.hang_up(call_id)

    def hang_up(self, call_id: CallId) -> None:
        self.asked.append(("hang_up", call_id))
        self.stop()
        self._step(call_id, "ENDED")

    def stop(self) -> None:
        for timer in self._timers:
            timer.cancel()

    def _later(self, paces: int, call_id: CallId, state: str) -> None:
        loop = asyncio.get_running_loop()
        self._timers.append(loop.call_later(paces * self._pace_s, self._step, call_id, state))

    def _step(self, call_id: CallId, state: str) -> None:
        view = replace(
            _MENU,
            call_id=call_id,
            state=state,
            position=4 if state == "WAITING" else None,
            expected=LONG_WAIT if state == "WAITING" else None,
            prompt=_MENU.prompt if state == "IN_SCRIPT" else None,
            choices=_MENU.choices if state == "IN_SCRIPT" else {},
            answered_at=utc_now() if state == "TALKING" else None,
        )
        self._show(call_id, view)

    def _show(self, call_id: CallId, view: VisitorCallView) -> None:
        self.calls[call_id] = view
        self._board.set(visitor(call_id), "call", view)
