"""What the desk reads: histories, lists and health. Adapters live in `storage`, `stories` and `main`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from banjie.base.ids import CallId, HoursId, NumberId, ScriptId, TenantId, UserId
from banjie.routing.queues import Queue
from banjie.scripts.errors import Problem
from banjie.scripts.ports import ScriptHead
from banjie.sip.health import ServerState
from banjie.sip.registrar import PhoneState
from banjie.sip.trunk_setup import TrunkSetup

Text = Mapping[str, str]  # language tag ("zh", "en") to text
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class RecordingShelf(Protocol):
    async def find_recording(self, tenant_id: TenantId, call_id: CallId) -> Path | None:
        """Return the playable file (.flac when closed, .wav while the call lasts), or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRow:
    number_id: NumberId
    number: str  # digits as dialled
    name: Text
    script_id: ScriptId | None
    script_name: Text | None
    script_version: int | None  # the published version that new calls begin with
    is_open: bool
    hours_id: HoursId | None
    has_own_hours: bool
    blocked: tuple[str, ...]
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    rules: Queue
    name: Text
    priority: int
    service_level_s: float
    hours_id: HoursId | None
    is_active: bool
    agents_count: int


class Directory(Protocol):
    async def list_numbers(self, tenant_id: TenantId) -> Sequence[NumberRow]: ...

    async def list_queues(self, tenant_id: TenantId) -> Sequence[QueueRow]: ...

    async def customer_names(self, tenant_id: TenantId, customer_ids: Sequence[str]) -> Mapping[str, str]:
        """Names of those customers that are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptDraft:
    script_id: ScriptId
    name: Text
    document: Mapping[str, Json]  # as `scripts/document.py` reads and writes it
    revision: int  # grows with every save; a save that names an old one is refused
    published_version: int | None
    changed_at: datetime
    changed_by: UserId | None
    problems: tuple[Problem, ...]
    silent: tuple[str, ...]  # prompts without a sound, NAME.LANGUAGE


class ScriptShelf(Protocol):
    """Drafts may be saved with problems; only a draft without any is published."""

    async def list_scripts(self, tenant_id: TenantId) -> Sequence[ScriptHead]: ...

    async def find_draft(self, tenant_id: TenantId, script_id: ScriptId) -> ScriptDraft | None: ...

    async def save_draft(
        self,
        tenant_id: TenantId,
        script_id: ScriptId,
        document: Mapping[str, Json],
        revision: int,
        changed_by: UserId,
    ) -> ScriptDraft:
        """Raise `DraftOvertaken` when `revision` is not the newest."""

    async def publish(
        self, tenant_id: TenantId, script_id: ScriptId, revision: int, published_by: UserId
    ) -> int:
        """Return the new version. Raise `BadScript`, `DraftOutdated` or `DraftOvertaken`."""


class TrunkRoom(Protocol):
    """The trunks in use: those of the settings, and what is known of all."""

    @property
    def of_settings(self) -> Sequence[TrunkSetup]: ...

    def states(self, name: str) -> Sequence[ServerState]:
        """Of the servers of a trunk, as they would be tried; none for one that is closed."""


class PhoneRoom(Protocol):
    def phones(self, extension: str) -> Sequence[PhoneState]:
        """The phones that are registered now for an extension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartHealth:
    ok: bool
    detail: str


class HealthProbe(Protocol):
    async def check(self) -> Mapping[str, PartHealth]:
        """Ask each part (database, sip, media, bus); never raises, answers within a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A code people pick: a break reason, a disposition. `parent` makes a tree."""

    code: str
    label: Text
    parent: str | None = None
    is_active: bool = True  # False: it may be read, and not chosen
    needs_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOptions:
    break_reasons: tuple[Choice, ...]
    dispositions: tuple[Choice, ...]
    service_number: str  # what the page `/call` dials
    service_name: Text
