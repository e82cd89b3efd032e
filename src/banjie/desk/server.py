"""Serving: uvicorn inside our own loop, signals left to `main`, a taken port said in one sentence."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator
from typing import ClassVar, Final, Self

import uvicorn
from starlette.types import ASGIApp

from banjie.base.errors import BanjieError

WS_MESSAGE_BYTES: Final = 16 * 1024
PING_S: Final = 1.25  # a network lost is noticed within PING_S + PONG_S, under the 5 s promised
PONG_S: Final = 3.0
SHUTDOWN_S: Final = 3


class CannotListen(BanjieError):
    """The address is taken, not ours, or needs rights."""

    code: ClassVar[str] = "desk.cannot_listen"


class _Uvicorn(uvicorn.Server):
    """Leaves signals alone: `main` stops the parts in its own order."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class DeskServer:
    """A running HTTP and WebSocket server."""

    def __init__(self, server: uvicorn.Server, task: asyncio.Task[None], port: int) -> None:
        self._server = server
        self._task = task
        self.port = port

    @classmethod
    async def start(
        cls, app: ASGIApp, host: str, port: int, *, trusted_proxies: tuple[str, ...] = ()
    ) -> Self:
        """Listen and serve; return when requests are answered. Port 0 takes a free one.

        Raises:
            CannotListen: one sentence that says what to do.
        """
        listening = listening_socket(host, port)
        config = uvicorn.Config(
            app,
            http="h11",
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            log_level="warning",  # its lines hold addresses with the visitors' tokens
            access_log=False,
            server_header=False,
            proxy_headers=bool(trusted_proxies),
            forwarded_allow_ips=list(trusted_proxies),
            ws_max_size=WS_MESSAGE_BYTES,
            ws_ping_interval=PING_S,
            ws_ping_timeout=PONG_S,
            ws_per_message_deflate=False,  # small messages; the CPU is worth more
            timeout_keep_alive=30,
            timeout_graceful_shutdown=SHUTDOWN_S,
            backlog=1024,
        )
        server = _Uvicorn(config)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        ready = asyncio.create_task(server.ready.wait())
        await asyncio.wait((ready, task), return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if task.done():
            await task
        bound: tuple[str, int] = listening.getsockname()[:2]
        return cls(server, task, bound[1])

    async def ended(self) -> str:
        """Return when the server has stopped, by itself if not by `stop`, with a sentence on why."""
        await asyncio.wait({self._task})
        cause = None if self._task.cancelled() else self._task.exception()
        why = "without a word" if cause is None else f"{type(cause).__name__}: {cause}"
        return f"the web server ended by itself ({why})"

    async def stop(self) -> None:
        """Close sockets, let requests under way finish for a few seconds. Repeatable."""
        self._server.should_exit = True
        await asyncio.gather(self._task, return_exceptions=True)


def listening_socket(host: str, port: int) -> socket.socket:
    """Bind, or refuse with `CannotListen`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
        except OSError:
            listening.close()
            raise
    except OSError as cause:
        raise CannotListen(_why(host, port, cause)) from None
    listening.setblocking(False)
    return listening


def _why(host: str, port: int, cause: OSError) -> str:
    where = f"HTTP cannot listen on {host}:{port}"
    if cause.errno == errno.EADDRINUSE:
        return f"{where}: the port is taken; stop what uses it or set BANJIE_HTTP_PORT to another."
    if cause.errno == errno.EACCES:
        return f"{where}: ports below 1024 need rights; set BANJIE_HTTP_PORT to 1024 or more."
    return f"{where}: this machine has no such address; set BANJIE_HTTP_HOST to one it has."
