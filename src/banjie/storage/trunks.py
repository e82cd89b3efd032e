"""Trunks. Their passwords are sealed: whoever reads the database, or a copy of it, does not have them."""

from collections.abc import Sequence
from typing import Final

from banjie.base.ids import TenantId
from banjie.sip.trunk_setup import TrunkId, TrunkSetup
from banjie.storage.database import Queries
from banjie.storage.seal import Seal

_PUT: Final = """
    INSERT INTO trunk (trunk_id, tenant_id, name, servers, transport, networks, username, password_sealed, must_prove,
        has_in_band_digits, transfers_by_refer, is_active)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (trunk_id) DO UPDATE
    SET name = excluded.name, servers = excluded.servers, transport = excluded.transport,
        networks = excluded.networks, username = excluded.username, password_sealed = excluded.password_sealed,
        must_prove = excluded.must_prove, has_in_band_digits = excluded.has_in_band_digits,
        transfers_by_refer = excluded.transfers_by_refer, is_active = excluded.is_active
    WHERE trunk.tenant_id = excluded.tenant_id
"""


class SqlTrunkStore:  # satisfies sip.trunk_setup.TrunkStore
    def __init__(self, database: Queries, seal: Seal) -> None:
        self._database, self._seal = database, seal

    async def list_trunks(self, tenant_id: TenantId) -> Sequence[TrunkSetup]:
        """A password that cannot be opened, the key being another, is none."""
        sql = "SELECT * FROM trunk WHERE tenant_id = $1 ORDER BY created_at, trunk_id"
        return [
            TrunkSetup(
                trunk_id=TrunkId(row["trunk_id"]),
                name=row["name"],
                servers=tuple(row["servers"]),
                transport=row["transport"],
                networks=tuple(row["networks"]),
                username=row["username"],
                password=None if row["password_sealed"] is None else self._seal.find(row["password_sealed"]),
                must_prove=row["must_prove"],
                has_in_band_digits=row["has_in_band_digits"],
                transfers_by_refer=row["transfers_by_refer"],
                is_active=row["is_active"],
            )
            for row in await self._database.fetch(sql, tenant_id)
        ]

    async def put_trunk(self, tenant_id: TenantId, trunk: TrunkSetup) -> None:
        await self._database.execute(
            _PUT,
            trunk.trunk_id,
            tenant_id,
            trunk.name,
            trunk.servers,
            trunk.transport,
            trunk.networks,
            trunk.username,
            None if trunk.password is None else self._seal.seal(trunk.password),
            trunk.must_prove,
            trunk.has_in_band_digits,
            trunk.transfers_by_refer,
            trunk.is_active,
        )
