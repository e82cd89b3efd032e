"""What every event has. Events are frozen, in the past tense, with one publisher each."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact. `occurred_at` is UTC."""

    occurred_at: datetime
