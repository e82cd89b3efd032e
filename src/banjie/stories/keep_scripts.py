"""An administrator begins a call script from a template or from another one, names it, and closes it when no number leads there.

What is in it is the draft's affair: scripts/versions.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from banjie.base.faults import Fault, both_names, fault, name_faults, require
from banjie.base.ids import QueueId, ScriptId, new_id
from banjie.base.prompts import Bilingual
from banjie.scripts.errors import NoSuchScript
from banjie.scripts.ports import ScriptHead
from banjie.scripts.templates import Template, from_template
from banjie.scripts.versions import Draft
from banjie.stories.office import NOTHING, Books, Facts, in_both, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class FromTemplate:
    template: Template
    queue_id: QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOf:
    """The draft of another script, as it is now."""

    script_id: ScriptId


async def add_script(books: Books, name: Bilingual, begin: FromTemplate | CopyOf) -> ScriptHead:
    """Begin a script nobody hears before it is published. Raise NoSuchScript or Faulty."""
    faults = name_faults(name)
    if isinstance(begin, FromTemplate):
        faults += await _queue_faults(books, begin.queue_id)
    require(faults)
    draft = Draft(
        script_id=ScriptId(new_id()),
        document=await _document(books, begin),
        revision=1,
        based_on=0,
        changed_by=books.clerk.user_id,
        changed_at=books.now,
    )
    await books.scripts.add_script(books.tenant_id, both_names(name), draft)
    made = await _head(books, draft.script_id)
    await books.write_down("script.added", made.script_id, made.name, before=NOTHING, after=_facts(made))
    return made


async def change_script(books: Books, script_id: ScriptId, name: Bilingual, *, is_active: bool) -> ScriptHead:
    """Name it anew, close it or open it again. Raise NoSuchScript or Faulty."""
    before = await _head(books, script_id)
    faults = name_faults(name)
    if before.is_active and not is_active:
        faults += await _leading_faults(books, script_id)
    require(faults)
    after = replace(before, name=both_names(name), is_active=is_active)
    await books.scripts.put_head(books.tenant_id, after)
    await books.write_down(
        "script.changed", script_id, after.name, before=_facts(before), after=_facts(after)
    )
    return after


async def _document(books: Books, begin: FromTemplate | CopyOf) -> Mapping[str, object]:
    if isinstance(begin, FromTemplate):
        return from_template(begin.template, begin.queue_id)
    draft = await books.scripts.find_draft(books.tenant_id, begin.script_id)
    if draft is None:
        raise NoSuchScript(begin.script_id)
    return draft.document


async def _head(books: Books, script_id: ScriptId) -> ScriptHead:
    heads = await books.scripts.list_heads(books.tenant_id)
    found = next((head for head in heads if head.script_id == script_id), None)
    if found is None:
        raise NoSuchScript(script_id)
    return found


async def _queue_faults(books: Books, queue_id: QueueId) -> list[Fault]:
    queues = await books.queues.list_queues(books.tenant_id)
    if any(queue.rules.queue_id == queue_id and queue.is_active for queue in queues):
        return []
    return [fault("begin.queue_id", "没有这个队列，或已停用", "there is no such queue, or it is closed")]


async def _leading_faults(books: Books, script_id: ScriptId) -> list[Fault]:
    numbers = await books.numbers.list_numbers(books.tenant_id)
    led = [number.number for number in numbers if number.is_active and number.plan.script_id == script_id]
    if not led:
        return []
    return [
        fault(
            "is_active",
            f"号码 {'、'.join(led)} 通向这个脚本，请先改到别的脚本",
            f"{', '.join(led)} leads here; lead it to another script first",
        )
    ]


def _facts(head: ScriptHead) -> Facts:
    return {"name": in_both(head.name), "is_active": shown(head.is_active)}
