"""Who may decide alone: a lease with an epoch. A write of the holder names the epoch, so that a stale one changes nothing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from banjie.base.ids import TenantId
from banjie.storage.database import Queries

# A new holder gets a new epoch; a holder who comes back in time keeps his.
_TAKE: Final = """
    INSERT INTO lease AS present (name, tenant_id, holder, epoch, expires_at) VALUES ($1, $2, $3, 1, now() + $4)
    ON CONFLICT (name) DO UPDATE
        SET epoch = present.epoch + CASE WHEN present.holder = $3 AND present.expires_at > now() THEN 0 ELSE 1 END,
            holder = $3, expires_at = now() + $4
        WHERE present.holder = $3 OR present.expires_at <= now()
    RETURNING epoch
"""
_GIVE_BACK: Final = "UPDATE lease SET expires_at = now() WHERE name = $1 AND holder = $2 AND epoch = $3"
_HOLDS: Final = (
    "SELECT true FROM lease WHERE name = $1 AND holder = $2 AND epoch = $3 AND expires_at > now() FOR SHARE"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    name: str
    holder: str
    epoch: int


class SqlLeases:
    def __init__(self, database: Queries) -> None:
        self._database = database

    async def take(self, tenant_id: TenantId, name: str, holder: str, length: timedelta) -> Lease | None:
        """Take or renew; None while another holds it. The clock is the database's."""
        epoch = await self._database.fetch_value(_TAKE, name, tenant_id, holder, length)
        return None if epoch is None else Lease(name=name, holder=holder, epoch=epoch)

    async def give_back(self, lease: Lease) -> None:
        await self._database.execute(_GIVE_BACK, lease.name, lease.holder, lease.epoch)

    async def holds(self, lease: Lease) -> bool:
        """True if it still stands; inside a unit of work it then stands until that ends."""
        return bool(await self._database.fetch_value(_HOLDS, lease.name, lease.holder, lease.epoch))
