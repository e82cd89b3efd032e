"""Screens on walls: each shows the wallboard by a link of its own, to nobody's name, until the link is revoked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NewType

from banjie.base.faults import Fault, fault
from banjie.base.ids import TeamId, TenantId, UserId

WallScreenId = NewType("WallScreenId", str)
NAME_LENGTH: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class WallScreen:
    screen_id: WallScreenId
    tenant_id: TenantId
    name: str  # where it hangs
    teams: frozenset[TeamId] | None  # whose agents and queues it shows; None: all
    token_hash: bytes  # SHA-256 of what the link ends in, 32 bytes
    created_by: UserId
    created_at: datetime
    revoked_at: datetime | None = None


def screen_faults(name: str, teams: frozenset[TeamId] | None, known: Mapping[TeamId, bool]) -> list[Fault]:
    """`known`: each team, and whether it is active."""
    faults = []
    if not name.strip() or len(name.strip()) > NAME_LENGTH or not name.isprintable():
        faults.append(
            fault(
                "name",
                f"请写明屏幕在哪里，一行，最多 {NAME_LENGTH} 个字符",
                f"say where it hangs, in one line of {NAME_LENGTH} characters at most",
            )
        )
    if teams is not None and not teams:
        faults.append(fault("teams", "请选择班组，或显示全部", "choose teams, or show all"))
    if teams is not None and not all(known.get(team, False) for team in teams):
        faults.append(
            fault("teams", "没有这个班组，请从列表中选择", "there is no such team; choose from the list")
        )
    return faults
