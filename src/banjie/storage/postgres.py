"""The embedded PostgreSQL: started with us, watched, revived when it dies, stopped with us.

Laws: one process of ours serves a folder at a time (a lock that dies with it); a server left behind by a killed
process is taken over, or stopped when it is not as we would start it; nobody connects without the kernel's word
for who he is.
"""

import asyncio
import contextlib
import fcntl
import math
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import asyncpg
import structlog

from banjie.storage.binaries import SHARED_HOME
from banjie.storage.cluster import Cluster, launch, prepare
from banjie.storage.errors import CannotStartPostgres, FolderInUse, FolderRefused
from banjie.storage.health import Health

_log = structlog.get_logger()
_START_LIMIT_S: Final = 30.0  # recovery of a database that was killed may take a while
_STOP_LIMIT_S: Final = 10.0
_LOCK_LIMIT_S: Final = 1.0
_POLL_S: Final = 0.01
_LOG_LIMIT_BYTES: Final = 8_000_000
_REVIVALS: Final = 5  # within _REVIVALS_WITHIN_S; then it is given up, and said so
_REVIVALS_WITHIN_S: Final = 60.0


class EmbeddedPostgres:
    """A running server of one folder. Make it with `start`."""

    def __init__(self, cluster: Cluster, database: str, lock: int) -> None:
        self._cluster, self._database, self._lock = cluster, database, lock
        self._child: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._watch: asyncio.Task[None] | None = None
        self._revived_at: list[float] = []
        self._trouble: str | None = None

    @classmethod
    async def start(
        cls,
        folder: Path,
        *,
        database: str = "banjie",
        settings: Mapping[str, str] | None = None,
        shared_home: Path = SHARED_HOME,
    ) -> "EmbeddedPostgres":
        """Make the database if there is none, start its server or take over one left behind.

        `settings` are added to the server's own. Raises CannotStartPostgres with the sentence to show.
        """
        folder = Path(os.path.abspath(folder))  # noqa: ASYNC240 (touches no disk)
        lock = await asyncio.to_thread(_lock, folder)
        try:
            cluster = await asyncio.to_thread(prepare, folder, settings or {}, shared_home)
            server = cls(cluster, database, lock)
            await server._run()
            await _ensure_database(cluster, database)
        except BaseException:
            os.close(lock)
            raise
        server._watch = asyncio.create_task(server._revive_when_dead())
        return server

    @property
    def dsn(self) -> str:
        return self._cluster.dsn(self._database)

    @property
    def pid(self) -> int:
        """The postmaster's process id; another one after a revival."""
        return self._pid

    def health(self) -> Health:
        if self._trouble is not None:
            return Health(ok=False, detail=self._trouble)
        return Health(ok=True, detail=f"PostgreSQL {self._cluster.binaries.major} in {self._cluster.data}")

    async def ended(self) -> str:
        """Return when the server is gone for good: it died, and could not be revived. The sentence says why."""
        if self._watch is not None:
            await asyncio.wait({self._watch})
        return self._trouble or "the database was stopped"

    async def stop(self) -> None:
        """Stop the server, open connections or not, and let the folder go. Safe to repeat."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
            self._watch = None
        if self._lock >= 0:
            await self._end(signal.SIGINT)
            if self._cluster.sockets != self._cluster.data:
                with contextlib.suppress(OSError):  # made anew at the next start
                    self._cluster.sockets.rmdir()
            os.close(self._lock)
            self._lock = -1

    async def _run(self) -> None:
        left = self._cluster.served_by()
        if left is not None and not left.is_alive:
            self._cluster.disown_stale()
        elif left is not None:
            self._pid = left.pid
            if left.is_ready and self._cluster.is_served_as_we_would():
                _log.info("database taken over", pid=left.pid)
                return
            await self._end(signal.SIGINT)
        deadline = time.monotonic() + _START_LIMIT_S
        for _ in range(int(_START_LIMIT_S / 0.1)):
            if await self._launched(deadline):
                return
            # Killed without a chance to tidy up: its children still hold the shared memory for a moment.
            await asyncio.sleep(0.1)

    async def _launched(self, deadline: float) -> bool:
        """Start the postmaster and wait until it serves. False: an old one's children are still going away."""
        log = _open_log(self._cluster.log)
        try:
            # On the loop's thread though it forks: a stop meanwhile would lose the child to a thread.
            self._child = launch(self._cluster.command, self._cluster.account, log)
        except OSError as cause:
            raise CannotStartPostgres(
                f"{cause.filename or self._cluster.binaries.postgres} did not run: {cause.strerror}"
            ) from None
        finally:
            os.close(log)
        self._pid = self._child.pid
        while time.monotonic() < deadline:
            served = self._cluster.served_by()
            if served is not None and served.pid == self._pid and served.is_ready:
                return True
            if self._child.poll() is not None:
                words = self._cluster.last_words()
                if "still in use" in words or "is still running" in words:
                    return False
                raise CannotStartPostgres(
                    f"the database stopped at its start: {words} (all of it: {self._cluster.log})"
                )
            await asyncio.sleep(_POLL_S)
        await self._end(signal.SIGQUIT)
        raise CannotStartPostgres(
            f"the database was not ready after {_START_LIMIT_S:.0f} s; see {self._cluster.log}"
        )

    async def _end(self, how: signal.Signals) -> None:
        """Ask the postmaster to end, ever more firmly, and reap it if it is our child."""
        for firmly in (how, signal.SIGQUIT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, firmly)
            if await self._has_ended_within(_STOP_LIMIT_S):
                return

    async def _has_ended_within(self, limit_s: float) -> bool:
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            if self._has_ended():
                return True
            await asyncio.sleep(_POLL_S)
        return False

    def _has_ended(self) -> bool:
        if self._child is not None and self._child.pid == self._pid:
            return self._child.poll() is not None
        served = self._cluster.served_by()
        return served is None or served.pid != self._pid or not served.is_alive

    async def _revive_when_dead(self) -> None:
        while True:
            await self._exit()
            now = time.monotonic()
            self._trouble = f"the database ended by itself: {self._cluster.last_words()}"
            _log.error("database ended", detail=self._trouble)
            self._revived_at = [at for at in self._revived_at if now - at < _REVIVALS_WITHIN_S] + [now]
            if len(self._revived_at) > _REVIVALS:
                self._trouble += f"; given up after {_REVIVALS} attempts, see {self._cluster.log}"
                return
            try:
                await self._run()
            except CannotStartPostgres as cause:
                self._trouble = str(cause)
                _log.error("database not revived", detail=self._trouble)
                return
            self._trouble = None
            _log.warning("database revived", pid=self._pid)

    async def _exit(self) -> None:
        """Return when the postmaster is gone."""
        try:
            handle = os.pidfd_open(self._pid)
        except (AttributeError, OSError):  # macOS, an old kernel, or gone already
            await self._has_ended_within(math.inf)
            return
        loop, gone = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(handle, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(handle)
            os.close(handle)
        await self._has_ended_within(_STOP_LIMIT_S)


def running_dsn(folder: Path, database: str = "banjie") -> str | None:
    """Return how to reach the server of this folder if another process runs it now; None if nobody does."""
    folder = folder.absolute()
    if not (folder / "lock").exists():
        return None
    cluster = prepare(folder, {})
    served = cluster.served_by()
    return cluster.dsn(database) if served is not None and served.is_alive and served.is_ready else None


def _lock(folder: Path) -> int:
    """Take the folder for this process; the lock goes with the process, however it ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as cause:
        raise FolderRefused(
            f"the folder {cause.filename or folder} cannot be used: {cause.strerror}; "
            "give yourself the right to write there, or choose another with BANJIE_DATA_DIR"
        ) from None
    if not _has_locked(lock):
        owner = os.pread(lock, 20, 0).decode().strip() or "?"
        os.close(lock)
        raise FolderInUse(
            f"Banjie already runs on {folder} (process {owner}); stop it first, or choose another folder "
            "with BANJIE_DATA_DIR"
        ) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _has_locked(lock: int) -> bool:
    """Try for a moment: a killed process holds its lock until the kernel has taken it apart."""
    deadline = time.monotonic() + _LOCK_LIMIT_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)  # in a thread of its own
        else:
            return True


def _open_log(path: Path) -> int:
    """Open the server's log at its end; begin a new one when it has grown large, keeping the one before."""
    if path.exists() and path.stat().st_size > _LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


async def _ensure_database(cluster: Cluster, database: str) -> None:
    try:
        connection = await asyncpg.connect(cluster.dsn("postgres"), timeout=_START_LIMIT_S)
        try:
            if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
                await connection.execute(f'CREATE DATABASE "{database}"')
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError, TimeoutError) as cause:
        raise CannotStartPostgres(f"the database runs but refuses us: {cause} (see {cluster.log})") from None
