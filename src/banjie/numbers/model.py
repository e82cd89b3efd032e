"""A service number people call, and the plan of where a call to it goes."""

from dataclasses import dataclass
from typing import Final

from banjie.base.hours import Hours
from banjie.base.ids import HoursId, NumberId, ScriptId, TenantId
from banjie.base.prompts import Bilingual, Prompt

Prompts = tuple[Prompt, ...]

# The words carriers use (features A6).
NOT_PERMITTED: Final = Prompt(
    name="not_permitted",
    text={"zh": "您无权拨打该号码。", "en": "You are not permitted to call this number."},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`hours` None: always open; a script may still branch by hours of its own.

    `blocked` holds what numbers begin with, as E.164: "+8613812345678" one caller, "+86755" an area, "+86170" a segment.
    """

    script_id: ScriptId
    hours: Hours | None = None
    closed_prompts: Prompts = ()
    blocked: frozenset[str] = frozenset()
    blocked_prompts: Prompts = (NOT_PERMITTED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """Hours with a name, kept by any number of numbers and queues."""

    hours_id: HoursId
    tenant_id: TenantId
    name: Bilingual
    hours: Hours
    is_active: bool = True  # False: not to be chosen any more; who keeps them goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNumber:
    number_id: NumberId
    tenant_id: TenantId
    number: str  # digits as dialled: 4000000001
    name: Bilingual
    plan: Plan
    hours_id: HoursId | None = None  # whose times the plan keeps; None: its own, or always
    is_active: bool = True  # False: nobody is reached by it
