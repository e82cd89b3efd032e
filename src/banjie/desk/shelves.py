"""The desk's reading of numbers, queues, customers and scripts, over the stores of their departments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from banjie.base.hours import is_open
from banjie.base.ids import QueueId, ScriptId, TenantId, UserId
from banjie.base.prompts import Prompt
from banjie.customers.ports import CustomerStore
from banjie.desk.errors import NotFound
from banjie.desk.ports import Json, NumberRow, QueueRow, ScriptDraft
from banjie.numbers.ports import NumberStore
from banjie.routing.catalogue import QueueCatalogue
from banjie.scripts.document import read_script
from banjie.scripts.errors import BadScript, DraftOutdated, DraftOvertaken, Problem
from banjie.scripts.model import LANGUAGES, prompts_of
from banjie.scripts.ports import ScriptHead, ScriptStore
from banjie.scripts.problems import find_problems
from banjie.scripts.versions import Draft, publish, save


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDirectory:  # satisfies ports.Directory
    numbers: NumberStore
    queues: QueueCatalogue
    scripts: ScriptStore
    customers: CustomerStore
    now: Callable[[], datetime]

    async def list_numbers(self, tenant_id: TenantId) -> Sequence[NumberRow]:
        heads = {head.script_id: head for head in await self.scripts.list_heads(tenant_id)}
        rows = []
        for number in await self.numbers.list_numbers(tenant_id):
            head = heads.get(number.plan.script_id)
            hours = number.plan.hours
            rows.append(
                NumberRow(
                    number_id=number.number_id,
                    number=number.number,
                    name=number.name,
                    script_id=number.plan.script_id,
                    script_name=None if head is None else head.name,
                    script_version=None if head is None else head.published_version or None,
                    is_open=number.is_active and (hours is None or is_open(hours, self.now())),
                    hours_id=number.hours_id,
                    has_own_hours=number.hours_id is None and hours is not None,
                    blocked=tuple(sorted(number.plan.blocked)),
                    is_active=number.is_active,
                )
            )
        return rows

    async def list_queues(self, tenant_id: TenantId) -> Sequence[QueueRow]:
        members = await self.queues.count_members(tenant_id)
        return [
            QueueRow(
                rules=queue.rules,
                name=queue.name,
                priority=queue.priority,
                service_level_s=queue.service_level_s,
                hours_id=queue.hours_id,
                is_active=queue.is_active,
                agents_count=members.get(queue.rules.queue_id, 0),
            )
            for queue in await self.queues.list_queues(tenant_id)
        ]

    async def customer_names(self, tenant_id: TenantId, customer_ids: Sequence[str]) -> Mapping[str, str]:
        names = await self.customers.names_of(tenant_id, customer_ids)
        return {str(customer_id): name for customer_id, name in names.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredScripts:  # satisfies ports.ScriptShelf
    """`on_published` is told after a version became the one that new calls begin with; `is_spoken` says whether a prompt
    has its sound in a language.
    """

    scripts: ScriptStore
    queues: QueueCatalogue
    now: Callable[[], datetime]
    on_published: Callable[[ScriptId], None]
    is_spoken: Callable[[str, str], bool]

    async def list_scripts(self, tenant_id: TenantId) -> Sequence[ScriptHead]:
        return await self.scripts.list_heads(tenant_id)

    async def find_draft(self, tenant_id: TenantId, script_id: ScriptId) -> ScriptDraft | None:
        draft = await self.scripts.find_draft(tenant_id, script_id)
        return None if draft is None else await self._told(tenant_id, draft)

    async def save_draft(
        self,
        tenant_id: TenantId,
        script_id: ScriptId,
        document: Mapping[str, Json],
        revision: int,
        changed_by: UserId,
    ) -> ScriptDraft:
        draft = await self._draft(tenant_id, script_id)
        newer = save(draft, document, revision, changed_by, self.now())
        if not await self.scripts.put_draft(tenant_id, newer, revision):
            raise DraftOvertaken(script_id, revision, newer.revision)
        return await self._told(tenant_id, newer)

    async def publish(
        self, tenant_id: TenantId, script_id: ScriptId, revision: int, published_by: UserId
    ) -> int:
        draft = await self._draft(tenant_id, script_id)
        if draft.revision != revision:
            raise DraftOvertaken(script_id, revision, draft.revision)
        queues = await self._queues(tenant_id)
        version = publish(draft, draft.based_on, published_by, self.now(), queues=queues)
        if not await self.scripts.add_version(tenant_id, version):
            raise DraftOutdated(script_id, draft.based_on, version.script.version)
        self.on_published(script_id)
        return version.script.version

    async def _draft(self, tenant_id: TenantId, script_id: ScriptId) -> Draft:
        draft = await self.scripts.find_draft(tenant_id, script_id)
        if draft is None:
            raise NotFound
        return draft

    async def _told(self, tenant_id: TenantId, draft: Draft) -> ScriptDraft:
        head = await self._head(tenant_id, draft.script_id)
        problems, prompts = _judged(draft, await self._queues(tenant_id))
        return ScriptDraft(
            script_id=draft.script_id,
            name={} if head is None else head.name,
            document=cast(Mapping[str, Json], draft.document),
            revision=draft.revision,
            published_version=draft.based_on or None,
            changed_at=draft.changed_at,
            changed_by=draft.changed_by,
            problems=tuple(problems),
            silent=tuple(
                f"{prompt.name}.{language}"
                for prompt in prompts
                for language in LANGUAGES
                if not self.is_spoken(prompt.name, language)
            ),
        )

    async def _queues(self, tenant_id: TenantId) -> frozenset[QueueId]:
        return frozenset(setup.rules.queue_id for setup in await self.queues.list_queues(tenant_id))

    async def _head(self, tenant_id: TenantId, script_id: ScriptId) -> ScriptHead | None:
        return next((h for h in await self.scripts.list_heads(tenant_id) if h.script_id == script_id), None)


def _judged(draft: Draft, queues: frozenset[QueueId]) -> tuple[Sequence[Problem], Sequence[Prompt]]:
    """What is wrong with a draft, and what it says, each prompt once."""
    try:
        script = read_script(draft.script_id, 0, draft.document)
    except BadScript as refusal:
        return refusal.problems, ()
    prompts = {prompt.name: prompt for node in script.nodes.values() for prompt in prompts_of(node)}
    return find_problems(script, queues=queues), tuple(prompts.values())
