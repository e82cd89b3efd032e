"""The bus between processes: topics and short keys, live. What the key stands for is read where the truth is."""

from collections.abc import Callable
from typing import Protocol


class Bus(Protocol):
    """Messages may be lost when a connection breaks: `on_gap` is then called, and readers read all anew."""

    def publish(self, topic: str, key: str) -> None:
        """Tell every subscriber of every process, ourselves included. Never blocks, never fails."""

    def subscribe(
        self, topic: str, on_key: Callable[[str], None], on_gap: Callable[[], None] | None = None
    ) -> Callable[[], None]:
        """Hear the keys of a topic; return what ends it."""
