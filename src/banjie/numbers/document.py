"""A plan as JSON, for storage and administrators, and back."""

from collections.abc import Mapping
from typing import Final

from banjie.base.errors import BanjieError
from banjie.base.hours import hours_from_document, hours_to_document
from banjie.base.ids import ScriptId
from banjie.base.prompts import prompts_from_document, prompts_to_document
from banjie.numbers.errors import BadPlan
from banjie.numbers.model import NOT_PERMITTED, Plan

_KEYS: Final = frozenset({"script_id", "hours", "closed_prompts", "blocked", "blocked_prompts"})
_BLOCKED_MAX: Final = 16  # characters of E.164


def plan_to_document(plan: Plan) -> dict[str, object]:
    return {
        "script_id": plan.script_id,
        "hours": None if plan.hours is None else hours_to_document(plan.hours),
        "closed_prompts": prompts_to_document(plan.closed_prompts),
        "blocked": sorted(plan.blocked),
        "blocked_prompts": prompts_to_document(plan.blocked_prompts),
    }


def plan_from_document(document: object) -> Plan:
    """Read what `plan_to_document` writes; only `script_id` must be there.

    Raises:
        BadPlan: with words that say what to mend.
    """
    if not isinstance(document, Mapping):
        raise BadPlan("a plan must be an object")
    if unknown := set(document) - _KEYS:
        raise BadPlan(f"a plan knows {', '.join(sorted(_KEYS))}, not {', '.join(sorted(map(str, unknown)))}")
    script_id = document.get("script_id")
    if not isinstance(script_id, str) or not script_id:
        raise BadPlan("a plan must name its script")
    hours = document.get("hours")
    try:
        plan = Plan(
            script_id=ScriptId(script_id),
            hours=None if hours is None else hours_from_document(hours),
            closed_prompts=prompts_from_document(document.get("closed_prompts", [])),
            blocked=_blocked(document.get("blocked", [])),
            blocked_prompts=prompts_from_document(
                document.get("blocked_prompts", prompts_to_document([NOT_PERMITTED]))
            ),
        )
    except BadPlan:
        raise
    except BanjieError as cause:
        raise BadPlan(str(cause)) from cause
    if plan.hours is not None and not plan.closed_prompts:
        raise BadPlan("a plan with hours must say something when closed: add closed_prompts")
    return plan


def _blocked(document: object) -> frozenset[str]:
    if not isinstance(document, list | tuple):
        raise BadPlan("blocked must be a list of numbers, or of what they begin with, like +86755")
    for entry in document:
        is_prefix = (
            isinstance(entry, str) and entry[:1] == "+" and entry[1:].isascii() and entry[1:].isdigit()
        )
        if not is_prefix or len(entry) > _BLOCKED_MAX:
            raise BadPlan("a blocked number is written like +8613812345678, an area like +86755")
    return frozenset(document)
