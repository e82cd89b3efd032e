"""What a site has set up for its agents: queues with their names and aims, break reasons, dispositions.

Laws: nothing is ever taken away, only closed, so that what was keeps its name; what is under something closed is not
offered either; there is always a reason and a disposition left to choose.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from banjie.base.faults import Fault, fault, name_faults
from banjie.base.ids import HoursId, QueueId, TenantId
from banjie.base.prompts import Bilingual
from banjie.routing.agents import SYSTEM_REASONS
from banjie.routing.queues import Queue

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}")
_OF_THE_SYSTEM: Final = frozenset({"acw_timed_out", "interrupted", *SYSTEM_REASONS})


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSetup:
    """`is_active` False: it takes no new calls; those that wait in it are answered."""

    rules: Queue
    name: Bilingual
    priority: int
    service_level_s: float
    is_active: bool = True
    hours_id: HoursId | None = None  # when it takes calls; None: always


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A break reason, a disposition or a skill. `parent` makes a tree."""

    code: str
    name: Bilingual
    parent: str | None = None
    is_active: bool = True
    needs_note: bool = False  # a disposition: its name alone does not say what the call was


def code_faults(
    code: Code, others: Sequence[Code], *, is_new: bool, is_choice_needed: bool = True
) -> list[Fault]:
    """Say what keeps a reason, a disposition or a skill from standing among the others."""
    faults = name_faults(code.name)
    if not _CODE.fullmatch(code.code):
        faults.append(
            fault(
                "code",
                "代码用字母、数字和 . _ -，最多 40 个",
                "a code is letters, digits and . _ -, 40 at most",
            )
        )
    elif code.code in _OF_THE_SYSTEM:
        faults.append(
            fault("code", "这个代码由系统使用，请换一个", "the system uses this code; choose another")
        )
    elif is_new and any(other.code == code.code for other in others):
        faults.append(fault("code", "这个代码已被使用，请换一个", "this code is taken; choose another"))
    after = [*(other for other in others if other.code != code.code), code]
    faults += _parent_faults(code, after)
    if is_choice_needed and not choices(after):
        faults.append(
            fault(
                "is_active", "至少要保留一个可选项", "one at least must be left to choose; add another first"
            )
        )
    return faults


def _parent_faults(code: Code, codes: Sequence[Code]) -> Iterable[Fault]:
    by_code = {known.code: known for known in codes}
    if code.parent is not None and code.parent not in by_code:
        yield fault("parent", "没有这个上级", "there is no such group")
    elif _lineage(code, by_code) is None:
        yield fault("parent", "不能放在自己的下级里", "it cannot stand below itself")


def offered(codes: Sequence[Code]) -> list[Code]:
    """Return those that are shown to choose from: active, and so is all above them."""
    by_code = {code.code: code for code in codes}
    lineages = ((code, _lineage(code, by_code)) for code in codes)
    return [code for code, line in lineages if line is not None and all(above.is_active for above in line)]


def _lineage(code: Code, by_code: Mapping[str, Code]) -> list[Code] | None:
    """Return a code and all above it; None if that leads nowhere or in a circle."""
    line = [code]
    while (parent := line[-1].parent) is not None:
        above = by_code.get(parent)
        if above is None or above in line:
            return None
        line.append(above)
    return line


def choices(codes: Sequence[Code]) -> frozenset[str]:
    """Return the codes that can be chosen: what is offered and has nothing offered below it."""
    shown = offered(codes)
    groups = {code.parent for code in shown}
    return frozenset(code.code for code in shown if code.code not in groups)


class QueueCatalogue(Protocol):
    async def list_queues(self, tenant_id: TenantId) -> Sequence[QueueSetup]:
        """All of them, closed ones too, in the order of the house."""

    async def put_queue(self, tenant_id: TenantId, setup: QueueSetup, position: int) -> None: ...

    async def count_members(self, tenant_id: TenantId) -> dict[QueueId, int]: ...

    async def list_break_reasons(self, tenant_id: TenantId) -> Sequence[Code]:
        """All of them, closed ones too."""

    async def list_dispositions(self, tenant_id: TenantId) -> Sequence[Code]:
        """All of them, closed ones too."""

    async def list_skills(self, tenant_id: TenantId) -> Sequence[Code]:
        """All of them, closed ones too."""

    async def put_skills(self, tenant_id: TenantId, skills: Sequence[Code]) -> None:
        """Set them in this order; those left out stay as they are."""

    async def put_codes(
        self, tenant_id: TenantId, break_reasons: Sequence[Code], dispositions: Sequence[Code]
    ) -> None:
        """Set both lists, in this order; codes left out are kept for the record but no longer offered."""
