"""From the departments' dataclasses to what is told over HTTP. Numbers are masked here, by what the reader may see."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from pydantic import JsonValue

from banjie.base.phones import find_number, print_number
from banjie.calls.cdr import Cdr
from banjie.calls.dispositions import is_unregistered
from banjie.calls.events import CallEvent, CallPlaced
from banjie.customers.masking import mask_number
from banjie.desk.access import Principal
from banjie.desk.parts import DeskParts
from banjie.desk.ports import Choice, QueueRow
from banjie.desk.schemas.calls import CallEventOut, CallOut
from banjie.desk.schemas.desk import ChoiceOut
from banjie.desk.schemas.people import SessionOut, TenantOut, UserOut
from banjie.desk.schemas.queues import QueueOut
from banjie.people.model import Permission, Session, User
from banjie.people.roles import permissions_of
from banjie.routing.rules import rules_to_document

_TOLD_APART: Final = frozenset({"call_id", "occurred_at"})
_NUMBERS: Final = frozenset({"caller", "number"})
_NUMBERS_CALLED: Final = frozenset({"dialled"})  # there the caller is ourselves
_SECRET: Final = frozenset({"digits"})  # typed by the caller into a script: a card number, a birthday


def told_user(user: User) -> UserOut:
    return UserOut(
        user_id=user.user_id,
        username=user.username,
        name=dict(user.name),
        roles=sorted(user.roles),
        extension=user.extension,
        queues=list(user.queues),
        language=user.language,
        is_active=user.is_active,
        team_id=user.team_id,
        leads=list(user.leads),
        skills=dict(user.skills),
        has_own_phone_password=user.has_own_phone_password,
    )


async def told_session(parts: DeskParts, user: User, session: Session) -> SessionOut:
    tenant = await parts.users.get_tenant(user.tenant_id)
    return SessionOut(
        user=told_user(user),
        keys=dict(await parts.users.desk_keys(user.user_id)),
        permissions=sorted(permissions_of(user.roles)),
        tenant=TenantOut(tenant_id=tenant.tenant_id, name=dict(tenant.name), timezone=tenant.timezone),
        csrf_token=session.csrf_token,
        expires_at=session.expires_at,
    )


def told_number(number: str, who: Principal) -> str:
    return number if who.may(Permission.SEE_NUMBERS) else mask_number(number)


async def told_calls(parts: DeskParts, calls: Sequence[Cdr], who: Principal) -> list[CallOut]:
    ids = sorted({call.customer_id for call in calls if call.customer_id is not None})
    names = await parts.directory.customer_names(parts.tenant_id, ids) if ids else {}
    return [_told_call(call, names, who) for call in calls]


def _told_call(call: Cdr, names: Mapping[str, str], who: Principal) -> CallOut:
    return CallOut(
        call_id=call.call_id,
        channel=call.channel,
        direction=call.direction,
        peer=call.peer,
        dialled=told_number(call.dialled, who) if call.direction == "out" else call.dialled,
        caller=told_number(call.caller, who) if call.direction == "in" else call.caller,
        customer_id=call.customer_id,
        customer_name=names.get(call.customer_id) if call.customer_id is not None else None,
        language=call.language,
        arrived_at=call.arrived_at,
        queued_at=call.queued_at,
        connected_at=call.connected_at,
        ended_at=call.ended_at,
        wait_s=call.wait_s,
        talk_s=call.talk_s,
        hold_s=call.hold_s,
        pressed=call.pressed,
        queue_id=call.queue_id,
        agent_id=call.agent_id,
        outcome=call.outcome,
        end_reason=call.end_reason,
        disposition=call.disposition,
        is_unregistered=is_unregistered(call),
        note=call.note,
        callback_of=call.callback_of,
        has_recording=call.recording_file is not None,
        recording_s=call.recording_s,
        mos=call.mos,
    )


def told_events(events: Sequence[CallEvent], who: Principal) -> list[CallEventOut]:
    return [
        CallEventOut(
            seq=seq, kind=type(event).__name__, occurred_at=event.occurred_at, facts=_facts(event, who)
        )
        for seq, event in enumerate(events)
    ]


def _facts(event: CallEvent, who: Principal) -> dict[str, JsonValue]:
    facts: dict[str, JsonValue] = {}
    numbers = _NUMBERS_CALLED if isinstance(event, CallPlaced) else _NUMBERS
    for field in dataclasses.fields(event):
        if field.name in _TOLD_APART:
            continue
        value = getattr(event, field.name)
        if field.name in numbers and value is not None:
            value = told_number(value, who)
        elif field.name in _SECRET:
            value = "*" * len(value)
        if isinstance(value, datetime):
            value = value.isoformat()
        facts[field.name] = cast(JsonValue, dict(value) if isinstance(value, Mapping) else value)
    return facts


def told_choice(choice: Choice) -> ChoiceOut:
    return ChoiceOut(
        code=choice.code,
        label=dict(choice.label),
        parent=choice.parent,
        is_active=choice.is_active,
        needs_note=choice.needs_note,
    )


def told_queues(queues: Sequence[QueueRow]) -> list[QueueOut]:
    return [
        QueueOut.model_validate(
            {
                "queue_id": queue.rules.queue_id,
                "name": dict(queue.name),
                "priority": queue.priority,
                "service_level_s": queue.service_level_s,
                "hours_id": queue.hours_id,
                "is_active": queue.is_active,
                "agents_count": queue.agents_count,
                **rules_to_document(queue.rules),
            }
        )
        for queue in queues
    ]


def printed(number: str) -> str:
    """Print a number in its usual groups; what is none as it is."""
    known = find_number(number)
    return number if known is None else print_number(known)
