"""What somebody does to a matter. A step taken is a line of its history, with who took it and when; none is ever undone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from banjie.base.ids import UserId
from banjie.matters.ids import EvidenceId, MatterId, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """In whose hands a matter is: one owner (责任人) of one unit (责任单位), and who helps him (协办)."""

    owner_id: UserId
    unit_id: UnitId
    helpers: tuple[UserId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """派单: from now on somebody has it."""

    hands: Hands
    supervisor_id: UserId  # who signs it off


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """签收: the owner takes it on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """退单: it is not his; back to whoever dispatches."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassign:
    """改派: somebody else has it, at once."""

    hands: Hands
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """进展: what was done so far."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExtension:
    """申请延期."""

    days_count: int  # working days
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantExtension:
    """同意延期."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseExtension:
    """不同意延期."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend:
    """挂起: the clock stands until it is resumed, or until a day at the latest."""

    reason: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """恢复: as much working time is left as was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """反馈: it is done; this is the answer, and what proves it."""

    text: str
    evidence: tuple[EvidenceId, ...] = ()
    customer_confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """审核通过; in CONFIRMING 复核通过, by somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rework:
    """重办: it is not done; a new deadline."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """回访: what the customer says of it. `missed`: he was not reached, and is not called a second time."""

    answer: Literal["satisfied", "dissatisfied", "missed"]
    is_solved: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """归档."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge:
    """催办: by a rule of the ladder, the customer, or the office."""

    rule: str | None = None  # None: by hand
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """提级: the unit above answers for it as well."""

    rule: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """合并: it is the same matter as another, which goes on."""

    into: MatterId


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """撤销."""

    reason: str


Step = (
    Dispatch
    | Sign
    | Return
    | Reassign
    | Report
    | AskExtension
    | GrantExtension
    | RefuseExtension
    | Suspend
    | Resume
    | Reply
    | Approve
    | Rework
    | FollowUp
    | Archive
    | Urge
    | Escalate
    | Merge
    | Withdraw
)
