"""Notices: each once, on the desk at once, by e-mail and SMS through the outbox, all with what caused them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from banjie.base.ids import TenantId, UserId
from banjie.matters.ids import MatterId
from banjie.matters.ladder import Channel
from banjie.matters.notices import Notice, Tells
from banjie.storage.database import Queries

OUTBOX_KIND: Final = "notice"
_ADD: Final = f"""
    WITH fresh AS (
        INSERT INTO notice (key, tenant_id, matter_id, user_id, tells, channel, at)
        SELECT key, $1, matter_id, user_id, tells, channel, $7
        FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
            AS given (key, matter_id, user_id, tells, channel)
        ON CONFLICT (key) DO NOTHING
        RETURNING *
    )
    INSERT INTO outbox (tenant_id, kind, key, payload)
    SELECT $1, '{OUTBOX_KIND}', key,
        jsonb_build_object('matter_id', matter_id, 'user_id', user_id, 'tells', tells, 'channel', channel)
    FROM fresh WHERE channel <> '{Channel.DESK}'
    ON CONFLICT (kind, key) DO NOTHING
"""  # noqa: S608 (names are ours)


class SqlNoticeBox:  # satisfies stories.handle_matter.NoticeBox
    def __init__(self, database: Queries, tenant_id: TenantId) -> None:
        self._database, self._tenant_id = database, tenant_id

    async def add(self, notices: Sequence[Notice], at: datetime) -> None:
        if not notices:
            return
        rows = [(n.key, n.matter_id, n.to, n.tells.value, n.channel.value) for n in notices]
        await self._database.execute(_ADD, self._tenant_id, *map(list, zip(*rows, strict=True)), at)

    async def unseen(self, user_id: UserId, limit: int) -> Sequence[tuple[datetime, Notice]]:
        """Return what somebody has not seen on his desk, the newest first."""
        rows = await self._database.fetch(
            """
            SELECT * FROM notice WHERE tenant_id = $1 AND user_id = $2 AND seen_at IS NULL AND channel = 'desk'
            ORDER BY at DESC, key LIMIT $3
            """,
            self._tenant_id,
            user_id,
            limit,
        )
        return [
            (
                row["at"],
                Notice(
                    key=row["key"],
                    matter_id=MatterId(row["matter_id"]),
                    to=UserId(row["user_id"]),
                    tells=Tells(row["tells"]),
                    channel=Channel(row["channel"]),
                ),
            )
            for row in rows
        ]

    async def seen(self, user_id: UserId, keys: Sequence[str], at: datetime) -> None:
        """He has seen these. Repeatable."""
        await self._database.execute(
            "UPDATE notice SET seen_at = $3 WHERE user_id = $1 AND key = ANY ($2::text[]) AND seen_at IS NULL",
            user_id,
            list(keys),
            at,
        )
