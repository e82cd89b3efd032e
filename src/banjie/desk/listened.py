"""When playing a recording counts as listening anew: a player asks for it piece by piece. Pure."""

from datetime import datetime, timedelta
from typing import Final

from banjie.base.ids import UserId

LISTENING: Final = timedelta(minutes=10)
_REMEMBERED: Final = 10_000


class Listened:
    """A player asks for a recording piece by piece: one entry for all pieces of one listening."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], datetime] = {}

    def is_new(self, user_id: UserId, call_id: str, now: datetime) -> bool:
        last = self._last.pop((user_id, call_id), None)
        self._last[(user_id, call_id)] = now
        while len(self._last) > _REMEMBERED:
            del self._last[next(iter(self._last))]
        return last is None or now - last > LISTENING
