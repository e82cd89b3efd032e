"""Agents at their desks: each reads what his screen is told and acts over the API, as a person would."""

import asyncio
import contextlib
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from banjie.base.ids import CallId
from bench import house
from bench.desk_phones import DeskPhones

AGAIN_S = 0.2
Entity = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Mean seconds, and how often of 1."""

    talk_s: float
    acw_s: float
    break_s: float
    hold: float = 0.15
    to_queue: float = 0.05
    to_colleague: float = 0.05
    by_phone: float = 0.3  # who ends the call does it there
    reject: float = 0.02
    pause: float = 0.04  # a break after the call


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackOffered:
    """Somebody's screen says that a customer waits to be called back."""

    call_id: CallId  # by which he asked for it
    at: datetime


@dataclass(slots=True, kw_only=True)
class Seen:
    """By all agents together."""

    did: Counter[str] = field(default_factory=Counter)
    too_late: Counter[str] = field(default_factory=Counter)  # refused: the call had moved on meanwhile
    callbacks: list[CallbackOffered] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True, eq=False)
class Agent:
    name: str
    desk: httpx.AsyncClient
    phones: DeskPhones
    habits: Habits
    chance: random.Random
    seen: Seen
    view: dict[str, Entity] = field(default_factory=dict)
    is_connected: bool = False
    _situation: tuple[object, ...] = ()
    _acting: "asyncio.Task[None] | None" = None

    @property
    def state(self) -> str:
        return str(self.view.get("agent", {}).get("state", "OFFLINE"))

    async def work(self) -> None:
        """Until cancelled; the page connects again whenever its socket breaks."""
        try:
            while True:
                with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                    await self._read()
                self.is_connected = False
                await asyncio.sleep(AGAIN_S)
        finally:
            self._act(None)

    async def _read(self) -> None:
        address = f"ws{str(self.desk.base_url).removeprefix('http').rstrip('/')}/api/live"
        cookie = {"Cookie": f"banjie_session={self.desk.cookies['banjie_session']}"}
        origin = str(self.desk.base_url).rstrip("/")
        async with connect(
            address, additional_headers=cookie, origin=origin, compression=None, ping_interval=None
        ) as page:
            await page.send('{"subscribe":"me"}')
            async for text in page:
                told = json.loads(text)
                if "snapshot" in told:
                    self.view = told["snapshot"]
                    self.is_connected = True
                elif "set" in told:
                    self.view.update(told["set"])
                    for key in told["drop"]:
                        self.view.pop(key, None)
                self._look()

    # -- what he sees -----------------------------------------------------------------------------------

    def _look(self) -> None:
        offer, call = self.view.get("offer"), self.view.get("call")
        if offer is not None and call is not None and offer["call_id"] != call["call_id"]:
            self.seen.faults.append(f"{self.name} is offered a call while he has another")
        situation, act = self._what_now(offer, call)
        if situation != self._situation:
            self._situation = situation
            if situation[0] == "offer" and offer is not None and offer["kind"] == "callback":
                at = datetime.fromisoformat(offer["offered_at"])
                self.seen.callbacks.append(CallbackOffered(call_id=CallId(offer["call_id"]), at=at))
            self._act(act)

    def _what_now(
        self, offer: Entity | None, call: Entity | None
    ) -> tuple[tuple[object, ...], Callable[[], Awaitable[None]] | None]:
        if call is not None:
            call_id, is_guest = str(call["call_id"]), bool(call["is_guest"])
            return ("call", call_id, is_guest), lambda: self._talk(call_id)
        if offer is not None:
            call_id = str(offer["call_id"])
            return ("offer", call_id, offer["offered_at"]), lambda: self._let_ring(call_id)
        if (acw := self.view.get("acw")) is not None:
            call_id = str(acw["call_id"])
            return ("acw", call_id), lambda: self._wrap_up(call_id)
        agent = self.view.get("agent", {})
        if self.state in ("BREAK", "OFFLINE") or (self.state == "READY" and agent.get("device") != "phone"):
            return ("away", agent.get("since")), self._rest
        return ("waits",), None

    def _act(self, act: Callable[[], Awaitable[None]] | None) -> None:
        if self._acting is not None:
            self._acting.cancel()
            self._acting = None
        if act is not None:
            self._acting = asyncio.ensure_future(self._do(act))

    async def _do(self, act: Callable[[], Awaitable[None]]) -> None:
        with contextlib.suppress(httpx.TransportError):  # the server is away; the page connects again
            await act()

    # -- what he does -----------------------------------------------------------------------------------

    async def _let_ring(self, call_id: str) -> None:
        if self.chance.random() < self.habits.reject:
            await asyncio.sleep(self.chance.uniform(0.0, 1.0))
            await self._ask("reject", f"/api/desk/calls/{call_id}/reject")

    async def _talk(self, call_id: str) -> None:
        habits, call = self.habits, f"/api/desk/calls/{call_id}"
        talk_s = min(1.0 + self.chance.expovariate(1 / habits.talk_s), 6 * habits.talk_s)
        if self.chance.random() < habits.hold:
            await asyncio.sleep(talk_s / 3)
            await self._ask("hold", f"{call}/hold")
            await asyncio.sleep(talk_s / 3)
            await self._ask("resume", f"{call}/resume")
        else:
            await asyncio.sleep(talk_s)
        drawn = self.chance.random()
        to_queue, to_colleague = drawn < habits.to_queue, drawn < habits.to_queue + habits.to_colleague
        if to_queue and await self._ask("to the queue", f"{call}/transfer", {"queue_id": house.QUEUE}):
            return
        if to_colleague and not to_queue and await self._to_colleague(call):
            return
        if self.chance.random() < habits.by_phone:
            self.seen.did["hang up at the phone"] += 1
            self.phones.put_down(self.name)
        else:
            await self._ask("hang up", f"{call}/hang-up")

    async def _to_colleague(self, call: str) -> bool:
        """Hand the caller to somebody who is ready, if anybody is; tell whether so."""
        targets = (await self.desk.get("/api/desk/targets")).json()
        free = [c["agent_id"] for c in targets["colleagues"] if c["state"] == "READY"]
        return bool(free) and await self._ask(
            "to a colleague", f"{call}/transfer", {"agent_id": self.chance.choice(free)}
        )

    async def _wrap_up(self, call_id: str) -> None:
        await asyncio.sleep(self.chance.uniform(0.5, 1.5) * self.habits.acw_s)
        if self.chance.random() < self.habits.pause:
            await self._state("BREAK", self.chance.choice(("rest", "meal", "meeting")))
        body = {"code": self.chance.choice(("resolved", "account.balance", "complaint")), "note": "asked"}
        await self._ask("dispose", f"/api/desk/calls/{call_id}/disposition", body)

    async def _rest(self) -> None:
        """From any break, his own or the system's; signed out by a restart, he comes back at once."""
        if self.state == "BREAK":
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * self.habits.break_s)
        while not await self._state("READY", None):
            await asyncio.sleep(1.0)

    async def _state(self, state: str, reason: str | None) -> bool:
        body = {"state": state, "reason": reason, "device": "phone"}
        return await self._ask(state.lower(), "/api/desk/state", body)

    async def _ask(self, what: str, path: str, body: dict[str, Any] | None = None) -> bool:
        answer = await self.desk.post(path, json=body)
        if answer.status_code >= 500:
            self.seen.faults.append(f"{what}: {answer.status_code} {answer.text[:200]}")
        (self.seen.did if answer.is_success else self.seen.too_late)[what] += 1
        return answer.is_success
