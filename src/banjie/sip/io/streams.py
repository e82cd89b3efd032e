"""TCP and TLS connections: framed, reused, capped, closed when idle (RFC 3261 §18, RFC 5626 §3.5.1, RFC 5923)."""

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Final, cast

from banjie.sip.framing import PING, PONG, KeepAlive, StreamFramer, UnframeableStream
from banjie.sip.hosts import hop_host
from banjie.sip.io.datagrams import bound_socket
from banjie.sip.model import Hop, Transport
from banjie.sip.ratelimit import source_of

WAITING_BYTES: Final = 1 << 20  # written and not yet taken by the peer, or by a connection being made
DEAD_PEER_MS: Final = 30_000
CLOSING_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLimits:
    """Bounds on what connections may cost. Seconds."""

    most: int = 4000
    most_per_source: int = 200
    stranger_s: float = 30.0  # for which one is open that nobody we know has spoken through
    idle_s: float = 7200.0
    connect_s: float = 4.0
    ping_s: float = 60.0  # on connections we opened
    sweep_s: float = 5.0  # how often all this is looked at


@dataclass(slots=True)
class StreamCounters:
    opened: int = 0
    refused: int = 0  # over a bound
    unframeable: int = 0
    idle_closed: int = 0


class Streams:
    """All connections of one endpoint. `received` gets whole messages, `lost` each hop that is gone."""

    def __init__(
        self, limits: StreamLimits, received: Callable[[bytes, Hop], None], lost: Callable[[Hop], None]
    ) -> None:
        self.limits, self.received, self._lost = limits, received, lost
        self.counters = StreamCounters()
        self.loop = asyncio.get_running_loop()
        self._connections: dict[int, Connection] = {}
        self._to: dict[tuple[str, str, int], int] = {}  # reuse: transport, host, port -> flow
        self._sources: Counter[str] = Counter()
        self._waiting: dict[Hop, list[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []
        self._flows = count(1)
        self._is_empty = asyncio.Event()
        self._is_empty.set()
        self._sweeping = self.loop.call_later(self.limits.sweep_s, self._sweep)
        self.client_tls: ssl.SSLContext | None = None
        self.tls_name_of: Callable[[Hop], str] = lambda hop: hop.host.strip("[]")

    def __len__(self) -> int:
        return len(self._connections)

    async def listen(self, host: str, port: int, tls: ssl.SSLContext | None) -> int:
        """Accept connections; return the port."""
        transport: Transport = "tcp" if tls is None else "tls"
        listening = bound_socket(host, port, socket.SOCK_STREAM)
        server = await self.loop.create_server(
            lambda: Connection(self, transport, is_ours=False),
            sock=listening,
            ssl=tls,
            ssl_handshake_timeout=None if tls is None else self.limits.connect_s,
            backlog=1024,
        )
        self._servers.append(server)
        return int(listening.getsockname()[1])

    def send(self, hop: Hop, data: bytes) -> None:
        """Send through the flow named, else through a connection to there, else through a new one."""
        flow = hop.flow if hop.flow is not None else self._to.get((hop.transport, hop.host, hop.port))
        connection = None if flow is None else self._connections.get(flow)
        if connection is not None:
            connection.send(data)
        elif hop.flow is not None:
            self.loop.call_soon(self._lost, hop)  # the caller is in the middle of sending
        else:
            self._open(hop, data)

    def local_host(self, hop: Hop) -> str | None:
        """Return the address of ours that a flow uses."""
        connection = None if hop.flow is None else self._connections.get(hop.flow)
        return None if connection is None else connection.local_host

    def trust(self, flow: int) -> None:
        """Somebody we know speaks through this flow: it may rest longer."""
        connection = self._connections.get(flow)
        if connection is not None:
            connection.is_trusted = True

    async def close(self) -> None:
        self._sweeping.cancel()
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        for connection in list(self._connections.values()):
            connection.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_S):
                await self._is_empty.wait()
        for connection in list(self._connections.values()):
            connection.abort()
        for server in self._servers:
            await server.wait_closed()

    def _open(self, hop: Hop, data: bytes) -> None:
        waiting = self._waiting.get(hop)
        if waiting is not None:
            if sum(map(len, waiting)) < WAITING_BYTES:
                waiting.append(data)
            return
        self._waiting[hop] = [data]
        task = self.loop.create_task(self._connect(hop))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, hop: Hop) -> None:
        tls = self.client_tls if hop.transport == "tls" else None
        name = self.tls_name_of(hop) if tls is not None else None
        try:
            if hop.transport == "tls" and tls is None:
                raise ConnectionError("TLS is not configured")
            async with asyncio.timeout(self.limits.connect_s):
                _, connection = await self.loop.create_connection(
                    lambda: Connection(self, hop.transport, is_ours=True),
                    hop.host.strip("[]"),
                    hop.port,
                    ssl=tls,
                    server_hostname=name,
                )
        except (OSError, TimeoutError):  # ssl.SSLError is an OSError
            self._waiting.pop(hop, None)
            self._lost(hop)
            return
        for data in self._waiting.pop(hop, ()):
            connection.send(data)

    def adopt(self, connection: "Connection", host: str, port: int) -> int | None:
        """Take a new connection; return its flow, or None when there are too many."""
        source = source_of(host)
        limits = self.limits
        if not connection.is_trusted and (
            len(self._connections) >= limits.most or self._sources[source] >= limits.most_per_source
        ):
            self.counters.refused += 1
            return None
        self.counters.opened += 1
        self._is_empty.clear()
        self._sources[source] += 1
        flow = next(self._flows)
        self._connections[flow] = connection
        self._to[(connection.transport_name, host, port)] = flow
        return flow

    def drop(self, hop: Hop) -> None:
        """Forget a connection that is closed."""
        connection = None if hop.flow is None else self._connections.pop(hop.flow, None)
        if connection is None:
            return
        if self._to.get((hop.transport, hop.host, hop.port)) == hop.flow:
            del self._to[(hop.transport, hop.host, hop.port)]
        if not self._connections:
            self._is_empty.set()
        source = source_of(hop.host)
        self._sources[source] -= 1
        if not self._sources[source]:
            del self._sources[source]
        if connection.is_trusted:  # nothing hangs on a stranger's connection: its loss costs nothing
            self._lost(hop)

    def _sweep(self) -> None:
        self._sweeping = self.loop.call_later(self.limits.sweep_s, self._sweep)
        now = self.loop.time()
        for connection in list(self._connections.values()):
            connection.sweep(now)


class Connection(asyncio.Protocol):
    """One stream."""

    def __init__(self, streams: Streams, transport: Transport, *, is_ours: bool) -> None:
        self._streams = streams
        self.transport_name: Transport = transport
        self._is_ours = self.is_trusted = is_ours
        self._framer = StreamFramer()
        self._wire: asyncio.Transport | None = None
        self._hop: Hop | None = None
        self.local_host = ""
        self._opened_at = self._heard_at = self._pinged_at = streams.loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        wire = self._wire = cast("asyncio.Transport", transport)  # uvloop's are of no common class
        host, port = _bracketed(transport.get_extra_info("peername"))
        self.local_host = _bracketed(transport.get_extra_info("sockname"))[0]
        flow = self._streams.adopt(self, host, port)
        if flow is None:
            wire.abort()
            return
        self._hop = Hop(self.transport_name, host, port, flow)
        plain = transport.get_extra_info("socket")
        if plain is not None:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_PEER_MS)
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def data_received(self, data: bytes) -> None:
        if self._hop is None or self._wire is None or self._wire.is_closing():
            return
        self._heard_at = self._streams.loop.time()
        try:
            frames = self._framer.feed(data)
        except UnframeableStream:
            self._streams.counters.unframeable += 1
            self._wire.abort()
            return
        for frame in frames:
            if isinstance(frame, bytes):
                self._streams.received(frame, self._hop)
            elif frame is KeepAlive.PING:
                self.send(PONG)

    def connection_lost(self, error: Exception | None) -> None:
        if self._hop is not None:
            self._streams.drop(self._hop)

    def send(self, data: bytes) -> None:
        if self._wire is None or self._wire.is_closing():
            return
        if self._wire.get_write_buffer_size() > WAITING_BYTES:
            self._wire.abort()  # it has stopped reading
            return
        self._wire.write(data)

    def sweep(self, now: float) -> None:
        limits = self._streams.limits
        # What a stranger says, byte after byte, buys no time.
        is_over = (
            now - self._heard_at > limits.idle_s
            if self.is_trusted
            else now - self._opened_at > limits.stranger_s
        )
        if is_over:
            self._streams.counters.idle_closed += 1
            self.close()
        elif self._is_ours and now - self._pinged_at >= limits.ping_s:
            self._pinged_at = now
            self.send(PING)

    def close(self) -> None:
        """Close once what was written is sent."""
        if self._wire is not None:
            self._wire.close()

    def abort(self) -> None:
        if self._wire is not None:
            self._wire.abort()


def _bracketed(address: tuple[str, int]) -> tuple[str, int]:
    return hop_host(address[0]), address[1]
