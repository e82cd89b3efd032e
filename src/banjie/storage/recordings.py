"""Recordings of calls: named in the log of the call, kept as files on a shelf."""

from pathlib import Path, PurePosixPath
from typing import Final

from banjie.base.ids import CallId, TenantId
from banjie.storage.blobs import FolderBlobs
from banjie.storage.database import Queries

# From the log, since it is ahead of the record while the call lasts.
_FILE: Final = """
    SELECT facts->>'file' FROM call_event
    WHERE tenant_id = $1 AND call_id = $2 AND kind IN ('RecordingStarted', 'RecordingSaved', 'MessageBegan', 'MessageLeft') ORDER BY seq DESC LIMIT 1
"""
_CLOSED, _LIVE = ".flac", ".wav"


class SqlRecordingShelf:  # satisfies desk.ports.RecordingShelf
    def __init__(self, database: Queries, files: FolderBlobs) -> None:
        self._database, self._files = database, files

    async def find_recording(self, tenant_id: TenantId, call_id: CallId) -> Path | None:
        """Return the playable file: the closed one if it is there, else the one still being written; or None."""
        name = await self._database.fetch_value(_FILE, tenant_id, call_id)
        if name is None:
            return None
        stem = PurePosixPath(name).with_suffix("")
        candidates = (f"{stem}{_CLOSED}", str(name), f"{stem}{_LIVE}")
        return next((path for path in map(self._files.find, candidates) if path is not None), None)
