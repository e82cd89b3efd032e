"""An administrator opens a queue, changes its rules, closes it; and keeps the lists agents choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from banjie.base.faults import Fault, both_names, fault, name_faults, require
from banjie.base.ids import HoursId, QueueId, ScriptId, new_id
from banjie.base.prompts import Bilingual
from banjie.routing.catalogue import Code, QueueSetup, code_faults
from banjie.routing.errors import NoSuchCode, NoSuchQueue
from banjie.routing.queue_form import Known, number_faults, rule_faults
from banjie.routing.queues import Queue
from banjie.routing.rules import Document, rules_from_document, rules_to_document
from banjie.routing.skills import speaks
from banjie.scripts.model import LANGUAGES, prompts_of
from banjie.stories.house import WORDS
from banjie.stories.office import NOTHING, Books, Facts, in_both, shown

Kind = Literal["break_reason", "disposition", "skill"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueForm:
    """A queue as filled in; `rules` is the document `routing/rules.py` reads."""

    name: Bilingual
    service_level_s: float
    hours_id: HoursId | None
    is_active: bool
    rules: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptNode:
    """Where a queue can send a call on to in its call script."""

    node: str
    script_id: ScriptId
    script_name: Bilingual
    says: Bilingual  # its first words, empty where it says nothing


async def list_nodes(books: Books) -> Sequence[ScriptNode]:
    """All nodes of the published scripts."""
    nodes: list[ScriptNode] = []
    for head in await books.scripts.list_heads(books.tenant_id):
        if head.published_version:
            script = await books.scripts.get_script(books.tenant_id, head.script_id, head.published_version)
            nodes += [
                ScriptNode(
                    node=name,
                    script_id=head.script_id,
                    script_name=head.name,
                    says=next((prompt.text for prompt in prompts_of(node)), {}),
                )
                for name, node in script.nodes.items()
            ]
    return nodes


async def add_queue(books: Books, form: QueueForm) -> QueueSetup:
    """Raise Faulty."""
    queues = await books.queues.list_queues(books.tenant_id)
    fresh = QueueSetup(
        rules=Queue(queue_id=QueueId(new_id())), name={}, priority=0, service_level_s=0.0, is_active=True
    )
    return await _keep_queue(books, queues, fresh, form)


async def change_queue(books: Books, queue_id: QueueId, form: QueueForm) -> QueueSetup:
    """Raise NoSuchQueue or Faulty."""
    queues = await books.queues.list_queues(books.tenant_id)
    before = next((setup for setup in queues if setup.rules.queue_id == queue_id), None)
    if before is None:
        raise NoSuchQueue(queue_id)
    return await _keep_queue(books, queues, before, form)


async def _keep_queue(
    books: Books, queues: Sequence[QueueSetup], before: QueueSetup, form: QueueForm
) -> QueueSetup:
    this = before.rules.queue_id
    require(
        [
            *name_faults(form.name),
            *number_faults({"service_level_s": form.service_level_s}),
            *rule_faults(form.rules, await _known(books, queues, before), is_active=form.is_active),
            *await _hours_faults(books, before, form.hours_id),
        ]
    )
    after = replace(
        before,
        rules=rules_from_document(this, form.rules),
        name=both_names(form.name),
        service_level_s=form.service_level_s,
        hours_id=form.hours_id,
        is_active=form.is_active,
    )
    position = queues.index(before) if before in queues else len(queues)
    await books.queues.put_queue(books.tenant_id, after, position)
    is_new = before not in queues
    await books.write_down(
        "queue.added" if is_new else "queue.changed",
        after.rules.queue_id,
        after.name,
        before=NOTHING if is_new else _queue_facts(before),
        after=_queue_facts(after),
    )
    return after


async def _hours_faults(books: Books, before: QueueSetup, hours_id: HoursId | None) -> list[Fault]:
    if hours_id is None or hours_id == before.hours_id:
        return []
    known = await books.hours.list_hours(books.tenant_id)
    if any(hours.hours_id == hours_id and hours.is_active for hours in known):
        return []
    return [
        fault("hours_id", "没有这个时间表，请从列表中选择", "there are no such hours; choose from the list")
    ]


async def _known(books: Books, queues: Sequence[QueueSetup], before: QueueSetup) -> Known:
    """What was there before may stay, though it is closed now."""
    rules = before.rules
    kept = {*rules.requires, *rules.prefers, *(skill for ring in rules.rings for skill in ring.drops)}
    skills = await books.queues.list_skills(books.tenant_id)
    return Known(
        this=rules.queue_id,
        queues={setup.rules.queue_id: setup.rules for setup in queues},
        open_queues=frozenset(setup.rules.queue_id for setup in queues if setup.is_active),
        skills=frozenset(
            {*(skill.code for skill in skills if skill.is_active), *kept, *map(speaks, LANGUAGES)}
        ),
        nodes=frozenset(node.node for node in await list_nodes(books)),
        prompts=frozenset(WORDS),
    )


def _queue_facts(setup: QueueSetup) -> Facts:
    return {
        "name": in_both(setup.name),
        **{rule: _rule_shown(value) for rule, value in rules_to_document(setup.rules).items()},
        "service_level_s": shown(setup.service_level_s),
        "hours_id": shown(setup.hours_id),
        "is_active": shown(setup.is_active),
    }


def _rule_shown(value: object) -> str:
    """Return a rule for the record; what is made of several parts with each of them."""
    match value:
        case {"kind": str(kind), **to}:
            return " ".join((kind, *map(str, to.values())))
        case Mapping():
            return ", ".join(f"{name} {_rule_shown(part)}" for name, part in value.items())
        case list():
            return "; ".join(map(_rule_shown, value))
        case _:
            return shown(value)


async def list_codes(books: Books, kind: Kind) -> Sequence[Code]:
    catalogue = books.queues
    match kind:
        case "break_reason":
            return await catalogue.list_break_reasons(books.tenant_id)
        case "disposition":
            return await catalogue.list_dispositions(books.tenant_id)
        case "skill":
            return await catalogue.list_skills(books.tenant_id)


async def add_code(books: Books, kind: Kind, code: Code) -> Code:
    """Raise Faulty."""
    codes = await list_codes(books, kind)
    require(code_faults(code, codes, is_new=True, is_choice_needed=kind != "skill"))
    after = replace(code, name=both_names(code.name))
    await _put(books, kind, [*codes, after])
    await books.write_down(f"{kind}.added", after.code, after.name, after=_code_facts(kind, after))
    return after


async def change_code(books: Books, kind: Kind, code: Code) -> Code:
    """Raise NoSuchCode or Faulty."""
    codes = await list_codes(books, kind)
    before = next((known for known in codes if known.code == code.code), None)
    if before is None:
        raise NoSuchCode(code.code)
    require(code_faults(code, codes, is_new=False, is_choice_needed=kind != "skill"))
    after = replace(code, name=both_names(code.name))
    await _put(books, kind, [after if known is before else known for known in codes])
    await books.write_down(
        f"{kind}.changed",
        after.code,
        after.name,
        before=_code_facts(kind, before),
        after=_code_facts(kind, after),
    )
    return after


async def order_codes(books: Books, kind: Kind, wanted: Sequence[str]) -> Sequence[Code]:
    """Set the order in which they are shown; those not named follow as they stood."""
    codes = await list_codes(books, kind)
    place = {code: position for position, code in enumerate(wanted)}
    after = sorted(codes, key=lambda code: place.get(code.code, len(place)))
    await _put(books, kind, after)
    title = {"zh": "顺序", "en": "order"}
    order = {"order": " ".join(code.code for code in after)}
    before = {"order": " ".join(code.code for code in codes)}
    await books.write_down(f"{kind}.ordered", kind, title, before=before, after=order)
    return after


async def _put(books: Books, kind: Kind, codes: Sequence[Code]) -> None:
    if kind == "break_reason":
        others = await list_codes(books, "disposition")
        await books.queues.put_codes(books.tenant_id, codes, others)
    elif kind == "disposition":
        others = await list_codes(books, "break_reason")
        await books.queues.put_codes(books.tenant_id, others, codes)
    else:
        await books.queues.put_skills(books.tenant_id, codes)


def _code_facts(kind: Kind, code: Code) -> Facts:
    facts = {
        "name": in_both(code.name),
        "parent": shown(code.parent),
        "is_active": shown(code.is_active),
    }
    return {**facts, "needs_note": shown(code.needs_note)} if kind == "disposition" else facts
