"""The bus over PostgreSQL: keys only, gathered for a moment, one NOTIFY a batch, outside of all transactions."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
import structlog

from banjie.storage.database import Queries, to_json
from banjie.storage.health import Health

_log = structlog.get_logger()
_CHANNEL: Final = "banjie_bus"
_PAYLOAD_LIMIT_BYTES: Final = 7_900  # PostgreSQL takes 7,999 a notification
_GATHER_S: Final = 0.005
_FIRST_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 2.0
_KEEP_LIMIT: Final = (
    10_000  # while the database is away; more than that, and readers are told of a gap anyway
)
_ALIVE_S: Final = 10.0  # a question when the line was silent for so long


async def publish_with(work: Queries, topic: str, key: str) -> None:
    """Publish from a process without a bus, when this unit of work is committed."""
    await work.execute("SELECT pg_notify($1, $2)", _CHANNEL, to_json([(topic, key)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subscriber:
    on_key: Callable[[str], None]
    on_gap: Callable[[], None] | None


class PostgresBus:  # satisfies base.bus.Bus
    """Run it between `start` and `stop`; it reconnects by itself and tells subscribers that it may have missed some."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._subscribers: dict[str, list[_Subscriber]] = {}
        self._waiting: dict[tuple[str, str], None] = {}  # in order, each once: the key says it all
        self._given, self._connected = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect and listen. Returns once nothing published from now on is missed."""
        self._task = asyncio.create_task(self._run())
        await self._connected.wait()

    async def stop(self) -> None:
        """Let go of the connection; what was published and not sent is lost. Safe to repeat."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def publish(self, topic: str, key: str) -> None:
        if len(self._waiting) < _KEEP_LIMIT:
            self._waiting[(topic, key)] = None
            self._given.set()

    def subscribe(
        self, topic: str, on_key: Callable[[str], None], on_gap: Callable[[], None] | None = None
    ) -> Callable[[], None]:
        subscriber = _Subscriber(on_key=on_key, on_gap=on_gap)
        self._subscribers.setdefault(topic, []).append(subscriber)

        def leave() -> None:
            with contextlib.suppress(ValueError):
                self._subscribers[topic].remove(subscriber)

        return leave

    def health(self) -> Health:
        if self._connected.is_set():
            return Health(ok=True, detail="PostgreSQL LISTEN/NOTIFY")
        return Health(ok=False, detail="not connected to the database; trying again")

    async def _run(self) -> None:
        pause_s, is_first = _FIRST_PAUSE_S, True
        while True:
            try:
                connection = await asyncpg.connect(self._dsn, timeout=5.0, command_timeout=5.0)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as cause:
                _log.warning("bus not connected", cause=type(cause).__name__)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
                continue
            pause_s = _FIRST_PAUSE_S
            try:
                await self._serve(connection, is_first)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as cause:
                _log.warning("bus connection lost", cause=type(cause).__name__)
            finally:
                is_first = False
                self._connected.clear()
                connection.terminate()

    async def _serve(self, connection: "asyncpg.Connection[Any]", is_first: bool) -> None:
        """Listen and send until the connection breaks."""
        lost = asyncio.Event()

        def on_lost(_: object) -> None:
            lost.set()
            self._given.set()

        connection.add_termination_listener(on_lost)
        await connection.add_listener(_CHANNEL, self._on_notification)
        self._connected.set()
        if not is_first:
            self._tell_gap()
        while not lost.is_set():
            try:
                await asyncio.wait_for(self._given.wait(), _ALIVE_S)
            except TimeoutError:
                await connection.execute("SELECT 1")  # a dead peer is silent too
                continue
            self._given.clear()
            await asyncio.sleep(_GATHER_S)
            while self._waiting and not lost.is_set():
                batch = list(self._waiting)
                payloads = list(_payloads(batch))
                await connection.execute(
                    "SELECT pg_notify($1, p) FROM unnest($2::text[]) AS p", _CHANNEL, payloads
                )
                for sent in batch:
                    self._waiting.pop(sent, None)

    def _on_notification(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        for topic, key in json.loads(str(payload)):
            for subscriber in tuple(self._subscribers.get(topic, ())):
                _call(subscriber.on_key, key)

    def _tell_gap(self) -> None:
        for subscribers in tuple(self._subscribers.values()):
            for subscriber in tuple(subscribers):
                if subscriber.on_gap is not None:
                    _call(subscriber.on_gap)


def _call(reader: Callable[..., None], *given: str) -> None:
    try:
        reader(*given)
    except Exception:  # noqa: BLE001 (one reader's fault must not silence the others)
        _log.exception("a reader of the bus failed")


def _payloads(batch: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Cut the batch into JSON lists, each short enough for one notification."""
    part: list[str] = []
    size = 2
    for message in batch:
        text = to_json(message)
        length = len(text.encode()) + 1
        if part and size + length > _PAYLOAD_LIMIT_BYTES:
            yield f"[{','.join(part)}]"
            part, size = [], 2
        part.append(text)
        size += length
    if part:
        yield f"[{','.join(part)}]"
