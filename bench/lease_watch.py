"""How a lease is renewed while everything else happens: read from its row, on a connection of its own."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from banjie.parts.lead import MATCHER

LOOK_S = 0.1  # a renewal is due five times as seldom
_ROW = "SELECT holder, epoch, expires_at FROM lease WHERE name = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewals:
    """`apart_s`: from one renewal to the next, by the database's clock."""

    apart_s: list[float]
    lapses_count: int  # it had run out, and was taken anew


@dataclass(slots=True, kw_only=True)
class LeaseWatch:
    """`watch` until cancelled. A server that is killed and comes back is another holder: the time between is not counted."""

    dsn: Callable[[], str]
    seen: list[tuple[str, int, datetime]] = field(default_factory=list)

    async def watch(self) -> None:
        while True:
            with contextlib.suppress(OSError, AssertionError, asyncpg.PostgresError, asyncpg.InterfaceError):
                connection = await asyncpg.connect(self.dsn())
                try:
                    while True:
                        self._look(await connection.fetchrow(_ROW, MATCHER))
                        await asyncio.sleep(LOOK_S)
                finally:
                    connection.terminate()
            await asyncio.sleep(LOOK_S)

    def _look(self, row: asyncpg.Record | None) -> None:
        if row is not None and (not self.seen or self.seen[-1] != tuple(row)):
            self.seen.append((row["holder"], row["epoch"], row["expires_at"]))

    @property
    def renewals(self) -> Renewals:
        pairs = [
            (one, other) for one, other in zip(self.seen, self.seen[1:], strict=False) if one[0] == other[0]
        ]
        return Renewals(
            apart_s=[(other[2] - one[2]).total_seconds() for one, other in pairs],
            lapses_count=sum(one[1] != other[1] for one, other in pairs),
        )
