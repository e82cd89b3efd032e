"""Numbered maps and the backlog of one reader. Pure; `live.py` puts sockets to it.

Laws: a snapshot is the map at its number; change n applied to the map at n-1 gives the map at n; whatever a slow reader
loses, the next thing it gets of that topic is a snapshot; what waits for one reader is bounded; a text is made once,
however many read it.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Final

BACKLOG_COUNT: Final = 256
BACKLOG_CHARS: Final = 1_000_000


Changes = Mapping[str, str | None]  # key to the text of its entity; None: there is none any more


class Topic:
    """A map from key to an entity. `set` and `drop` wait until `take_change` numbers them.

    An entity becomes text when its change is taken: of many changes in between only the last is written.
    """

    def __init__(self, shown_as: str, write: Callable[[object], str]) -> None:
        self.shown_as = shown_as  # readers of `me/1001` see `me`
        self.seq = 0
        self._write = write
        self._texts: dict[str, str] = {}
        self._pending: dict[str, object] = {}  # None: to be dropped
        self._snapshot: str | None = None

    def set(self, key: str, entity: object) -> None:
        self._pending[key] = entity

    def drop(self, key: str) -> None:
        self._pending[key] = None

    def take_change(self) -> str | None:
        """Number what waits and return it as a message; None when readers have all of it."""
        return self.number(self.written())

    def written(self) -> Changes:
        """Write what waits; only what readers do not have yet is in it."""
        pending, self._pending = self._pending, {}
        changes: dict[str, str | None] = {}
        for key, entity in pending.items():
            text = None if entity is None else self._write(entity)
            if text != self._texts.get(key):
                changes[key] = text
        return changes

    def number(self, changes: Changes) -> str | None:
        """Give changes the next number and return them as a message; None when there are none."""
        if not changes:
            return None
        for key, text in changes.items():
            if text is None:
                del self._texts[key]
            else:
                self._texts[key] = text
        self.seq += 1
        self._snapshot = None
        kept = ",".join(f"{json.dumps(key)}:{text}" for key, text in changes.items() if text is not None)
        dropped = [key for key, text in changes.items() if text is None]
        return f'{self._head()},"set":{{{kept}}},"drop":{json.dumps(dropped)}}}'

    def snapshot(self) -> str:
        """Return the map at `seq`. What waits is not in it: it follows as the next change."""
        if self._snapshot is None:
            self._snapshot = f'{self._head()},"snapshot":{{{self.entities_json()}}}}}'
        return self._snapshot

    def entities_json(self, prefix: str = "") -> str:
        chosen = ((key, text) for key, text in self._texts.items() if key.startswith(prefix))
        return ",".join(f"{json.dumps(key)}:{text}" for key, text in chosen)

    def find(self, key: str) -> str | None:
        return self._texts.get(key)

    def __iter__(self) -> Iterator[str]:
        """The keys of its map."""
        return iter(self._texts)

    def texts(self, prefix: str) -> list[str]:
        """Entities whose key begins so, in the order of their keys."""
        return [self._texts[key] for key in sorted(self._texts) if key.startswith(prefix)]

    def _head(self) -> str:
        return f'{{"topic":{json.dumps(self.shown_as)},"seq":{self.seq}'


class Backlog:
    """What waits for one reader. When it grows too long it is thrown away, and snapshots take its place."""

    def __init__(self, limit_count: int = BACKLOG_COUNT, limit_chars: int = BACKLOG_CHARS) -> None:
        self._texts: deque[str] = deque()
        self._chars = 0
        self._stale: dict[str, Topic] = {}  # subscriptions whose next message must be a snapshot
        self._topics: dict[str, Topic] = {}
        self._limits = (limit_count, limit_chars)
        self.resync_count = 0

    def __bool__(self) -> bool:
        return bool(self._texts or self._stale)

    def subscribe(self, topic: Topic) -> None:
        """Ask for a snapshot; again for a fresh one."""
        self._topics[topic.shown_as] = topic
        self._stale[topic.shown_as] = topic

    def offer_change(self, topic: Topic, text: str) -> None:
        """Queue a change, unless a snapshot that holds it is due anyway."""
        if topic.shown_as in self._stale:
            return
        self.offer(text)

    def offer(self, text: str) -> None:
        """Queue a message of no topic."""
        limit_count, limit_chars = self._limits
        if len(self._texts) >= limit_count or self._chars + len(text) > limit_chars:
            self._texts.clear()
            self._chars = 0
            self._stale = dict(self._topics)
            self.resync_count += 1
            return
        self._texts.append(text)
        self._chars += len(text)

    def take(self) -> str | None:
        """Return the next message. Snapshots are made now, so that they are as new as can be."""
        if self._texts:
            text = self._texts.popleft()
            self._chars -= len(text)
            return text
        if self._stale:
            _, topic = self._stale.popitem()
            return topic.snapshot()
        return None
