"""The WebSockets: reading what clients ask, writing what the board tells, noticing who has gone."""

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from starlette.websockets import WebSocketState

from banjie.base.ids import AgentId, CallId
from banjie.desk.access import (
    Need,
    OnWall,
    Parts,
    Principal,
    Visitor,
    agents_in_scope,
    agents_of,
    identify,
)
from banjie.desk.errors import NotFound
from banjie.desk.live import CLOSED_SIGNED_OUT, Reader, is_wallboard, me, visitor
from banjie.desk.parts import DeskParts
from banjie.desk.schemas.words import Id
from banjie.desk.wire import LiveRefusal, LiveRequest
from banjie.insight.wall import WallScreen
from banjie.people.errors import Forbidden, NotSignedIn
from banjie.people.model import Permission
from banjie.people.ration import Ration
from banjie.stories.ports import WALLBOARD

router = APIRouter(tags=["live"])

SEND_TIMEOUT_S: Final = 4.0  # a socket that takes nothing for so long is closed: its page starts anew
RECHECK_S: Final = 60.0  # is the session still good, and the permission still there
CLOSED_GONE: Final = 4404  # not to be opened again
CLOSED_TOO_SLOW: Final = 4408
CLOSED_TOO_MANY: Final = 4429
CLOSED_NOT_UNDERSTOOD: Final = 4400
REQUESTS_AT_ONCE: Final = 20

ME: Final = "me"
PERMISSION_OF_TOPIC: Final[Mapping[str, Permission]] = {
    ME: Permission.TAKE_CALLS,
    WALLBOARD: Permission.READ_WALLBOARD,
}


@router.websocket("/api/live")
async def live(websocket: WebSocket, parts: Parts, who: Annotated[Principal, Depends(Need())]) -> None:
    """One socket a page. The client sends `{"subscribe": topic}`."""
    await websocket.accept()
    reader = parts.board.open_screen(who.session.session_id if who.session is not None else None)
    try:
        await _serve(
            websocket, reader, [_hear(websocket, parts, who, reader), _recheck(websocket, parts, reader)]
        )
    finally:
        had_me = me(who.agent_id) in reader.topics
        parts.board.close_screen(reader)
        if had_me:
            parts.presence.close(who.agent_id)


@router.websocket("/api/visitor/calls/{call_id}/live")
async def visitor_live(
    websocket: WebSocket,
    call_id: Annotated[Id, Path()],
    parts: Parts,
    gate: Annotated[None, Depends(Visitor())],
) -> None:
    """The visitor's own call. It is subscribed by itself."""
    await websocket.accept()
    reader = parts.board.open_screen()
    parts.board.subscribe(reader, visitor(CallId(call_id)))
    try:
        await _serve(websocket, reader, [_ignore(websocket)])
    finally:
        parts.board.close_screen(reader)


@router.websocket("/api/wall/live")
async def wall_live(
    websocket: WebSocket, parts: Parts, screen: Annotated[WallScreen, Depends(OnWall())]
) -> None:
    """The wallboard on a wall: as much of it as its link shows. It is subscribed by itself."""
    await websocket.accept()
    reader = parts.board.open_screen()
    _show_wallboard(parts, reader, await _agents_on_wall(parts, screen))
    try:
        await _serve(websocket, reader, [_ignore(websocket), _recheck_wall(parts, screen, reader)])
    finally:
        parts.board.close_screen(reader)


async def _serve(
    websocket: WebSocket, reader: Reader, others: list[Coroutine[None, None, int | None]]
) -> None:
    """Run until the first of them ends, then close with the code it names; None: the client has gone."""
    tasks = [asyncio.create_task(work) for work in (_write(websocket, reader), *others)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        codes = [task.result() for task in done]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if None not in codes:
        with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await websocket.close(codes[0] or CLOSED_SIGNED_OUT)


async def _write(websocket: WebSocket, reader: Reader) -> int | None:
    while (text := await reader.next_text()) is not None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await websocket.send_text(text)
        except TimeoutError:
            return CLOSED_TOO_SLOW
        except (WebSocketDisconnect, RuntimeError):
            return None
    return reader.close_code


async def _hear(websocket: WebSocket, parts: DeskParts, who: Principal, reader: Reader) -> int | None:
    ration = Ration(burst_count=REQUESTS_AT_ONCE, refill_s=0.5)
    while True:
        try:
            text = await websocket.receive_text()
        except (WebSocketDisconnect, RuntimeError):  # gone; the latter where the writer has found out first
            return None
        except KeyError:  # bytes
            return CLOSED_NOT_UNDERSTOOD
        if ration.take("", parts.monotonic()) > 0.0:
            return CLOSED_TOO_MANY
        try:
            asked = LiveRequest.model_validate_json(text)
        except ValidationError:
            return CLOSED_NOT_UNDERSTOOD
        await _subscribe(parts, who, reader, asked.subscribe)


async def _subscribe(parts: DeskParts, who: Principal, reader: Reader, topic: str) -> None:
    needed = PERMISSION_OF_TOPIC.get(topic)
    if needed is None or not who.may(needed):
        code = NotFound.code if needed is None else Forbidden.code
        reader.backlog.offer(LiveRefusal(refused=topic, code=code).model_dump_json())
        reader.wake()
        return
    if topic == WALLBOARD:
        _show_wallboard(parts, reader, await agents_in_scope(who, parts))
        return
    is_first = me(who.agent_id) not in reader.topics
    parts.board.subscribe(reader, me(who.agent_id))
    if is_first:
        parts.presence.open(who.agent_id)


def _show_wallboard(parts: DeskParts, reader: Reader, agents: frozenset[AgentId] | None) -> None:
    """As much of it as may be known by who knows of these agents. Again: a fresh snapshot."""
    topic = parts.board.wallboard_of(agents)
    parts.board.subscribe(reader, topic)
    for other in [other for other in reader.topics if is_wallboard(other) and other != topic]:
        parts.board.unsubscribe(reader, other)


def _reads_another(parts: DeskParts, reader: Reader, agents: frozenset[AgentId] | None) -> bool:
    """Whether what he reads of the wallboard is not what he may."""
    may = parts.board.name_of(agents)
    return any(is_wallboard(topic) and topic != may for topic in reader.topics)


async def _recheck(websocket: WebSocket, parts: DeskParts, reader: Reader) -> int | None:
    """An open page keeps its session alive, up to the session's absolute end; a changed house may change what it shows."""
    while True:
        await _until_asked(reader)
        try:
            who = await identify(websocket, parts)
        except NotSignedIn:
            return CLOSED_SIGNED_OUT
        allowed = {
            me(who.agent_id) if topic == ME else topic
            for topic, p in PERMISSION_OF_TOPIC.items()
            if who.may(p)
        }
        read = {WALLBOARD if is_wallboard(topic) else topic for topic in reader.topics}
        if not read <= allowed:
            return CLOSED_SIGNED_OUT
        if WALLBOARD in read:
            agents = await agents_in_scope(who, parts)
            if _reads_another(parts, reader, agents):
                _show_wallboard(parts, reader, agents)


async def _recheck_wall(parts: DeskParts, screen: WallScreen, reader: Reader) -> int | None:
    """A screen shows its teams as they are today, until its link is revoked."""
    while True:
        await _until_asked(reader)
        known = await parts.wall_screens.find_screen(screen.token_hash)
        if known is None or known.revoked_at is not None:
            return CLOSED_GONE
        agents = await _agents_on_wall(parts, known)
        if _reads_another(parts, reader, agents):
            _show_wallboard(parts, reader, agents)


async def _agents_on_wall(parts: DeskParts, screen: WallScreen) -> frozenset[AgentId] | None:
    return None if screen.teams is None else await agents_of(screen.teams, parts)


async def _until_asked(reader: Reader) -> None:
    """Now and then, and at once where the set-up was changed."""
    with suppress(TimeoutError):
        async with asyncio.timeout(RECHECK_S):
            await reader.asked_again.wait()
    reader.asked_again.clear()


async def _ignore(websocket: WebSocket) -> int | None:
    """A visitor has nothing to say here; more than a little of it closes the socket."""
    for _ in range(REQUESTS_AT_ONCE):
        try:
            await websocket.receive()
        except RuntimeError:
            return None
        if websocket.client_state is WebSocketState.DISCONNECTED:
            return None
    return CLOSED_TOO_MANY
