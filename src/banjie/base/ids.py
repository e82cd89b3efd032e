"""Identifiers: opaque strings, one NewType each, so that a leg is never passed for a call."""

from typing import NewType
from uuid import uuid4

TenantId = NewType("TenantId", str)
SiteId = NewType("SiteId", str)
UserId = NewType("UserId", str)
AgentId = NewType("AgentId", str)  # the user id of somebody who takes calls
CustomerId = NewType("CustomerId", str)
CallId = NewType("CallId", str)
LegId = NewType("LegId", str)
QueueId = NewType("QueueId", str)
ScriptId = NewType("ScriptId", str)
NumberId = NewType("NumberId", str)
TeamId = NewType("TeamId", str)
HoursId = NewType("HoursId", str)


def new_id() -> str:
    """Return a random 128-bit identifier, 32 lower-case hex digits."""
    return uuid4().hex
