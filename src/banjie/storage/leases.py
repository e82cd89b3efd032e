"""Who may decide alone: a lease with an epoch. A write of the holder names the epoch, so that a stale one changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final

from banjie.base.ids import TenantId
from banjie.storage.database import Database, Queries, Row
from banjie.storage.errors import DatabaseUnavailable

# A new holder gets a new epoch; a holder who comes back in time keeps his.
_TAKE: Final = """
    INSERT INTO lease AS present (name, tenant_id, holder, epoch, expires_at) VALUES ($1, $2, $3, 1, now() + $4)
    ON CONFLICT (name) DO UPDATE
        SET epoch = present.epoch + CASE WHEN present.holder = $3 AND present.expires_at > now() THEN 0 ELSE 1 END,
            holder = $3, expires_at = now() + $4
        WHERE present.holder = $3 OR present.expires_at <= now()
    RETURNING epoch
"""
# Neither key column changes, so it waits for none of the writes that hold the row for their epoch (`_HOLDS`).
_RENEW: Final = """
    UPDATE lease SET expires_at = now() + $4 WHERE name = $1 AND holder = $2 AND epoch = $3 AND expires_at > now()
    RETURNING true
"""
_GIVE_BACK: Final = "UPDATE lease SET expires_at = now() WHERE name = $1 AND holder = $2 AND epoch = $3"
_VOID: Final = "UPDATE lease SET expires_at = now() WHERE name = $1"
_HOLDS: Final = """
    SELECT true FROM lease WHERE name = $1 AND holder = $2 AND epoch = $3 AND expires_at > now() FOR KEY SHARE
"""  # (name, epoch) is a key: another epoch waits until those who looked have written


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    name: str
    holder: str
    epoch: int


class SqlLeases:
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def take(self, tenant_id: TenantId, name: str, holder: str, length: timedelta) -> Lease | None:
        """Return what we hold from now on; None while another holds it. The clock is the database's."""
        epoch = await self._database.fetch_value(_TAKE, name, tenant_id, holder, length)
        return None if epoch is None else Lease(name=name, holder=holder, epoch=epoch)

    async def renew(self, lease: Lease, length: timedelta) -> bool:
        """Lengthen one that stands; false if it has run out or is another's."""
        return bool(await self._database.fetch_value(_RENEW, lease.name, lease.holder, lease.epoch, length))

    async def give_back(self, lease: Lease) -> None:
        await self._database.execute(_GIVE_BACK, lease.name, lease.holder, lease.epoch)

    async def void(self, name: str) -> None:
        """For who knows that its holder is no more."""
        await self._database.execute(_VOID, name)

    async def holds(self, lease: Lease) -> bool:
        """True if it still stands; inside a unit of work it then stands until that ends."""
        return bool(await self._database.fetch_value(_HOLDS, lease.name, lease.holder, lease.epoch))


class NotTheHolder(DatabaseUnavailable):
    """The lease has run out or is another's: nothing was written. It may be tried again when it is renewed."""

    code: ClassVar[str] = "storage.not_the_holder"


class Fenced:  # satisfies database.Queries
    """What is executed here takes effect only while the lease stands: looking and writing are one transaction."""

    def __init__(self, database: Database, lease: Callable[[], Lease]) -> None:
        self._database, self._lease = database, lease

    async def execute(self, sql: str, *values: object) -> str:
        async with self._database.unit_of_work() as work:
            lease = self._lease()
            if not await SqlLeases(work).holds(lease):
                raise NotTheHolder(f"the lease {lease.name} of epoch {lease.epoch} does not stand")
            return await work.execute(sql, *values)

    async def fetch(self, sql: str, *values: object) -> list[Row]:
        return await self._database.fetch(sql, *values)

    async def find_row(self, sql: str, *values: object) -> Row | None:
        return await self._database.find_row(sql, *values)

    async def fetch_value(self, sql: str, *values: object) -> Any:
        return await self._database.fetch_value(sql, *values)
