"""The house as the stories see it: its agents, queues and prompts, loaded once and replaced when they change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from banjie.base.errors import BanjieError
from banjie.base.ids import AgentId, QueueId
from banjie.base.prompts import Bilingual, Prompt
from banjie.media.model import ClipId
from banjie.routing.queues import Queue, Skills


class NotAnAgent(BanjieError):
    """Only who takes calls has an agent's states."""

    code: ClassVar[str] = "desk.not_an_agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentProfile:
    agent_id: AgentId
    name: Bilingual
    extension: str  # also the user name of a registered desk phone
    queues: frozenset[QueueId]
    skills: Skills


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueProfile:
    rules: Queue
    name: Bilingual
    service_level_s: float
    language: str | None = None  # what is spoken there, where it differs from the caller's


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything by id. Immutable: a change makes a new one."""

    agents: Mapping[AgentId, AgentProfile]
    queues: Mapping[QueueId, QueueProfile]
    disposition_codes: frozenset[str]
    break_reasons: frozenset[str]
    outbound_trunk: str | None = None  # where outside numbers are dialled
    outbound_caller: str = ""  # the number shown there; never a 400 number


class PromptShelf(Protocol):
    """Spoken words and music as clips of the switchboard."""

    def clips(self, prompts: Sequence[Prompt], language: str) -> tuple[ClipId, ...]: ...

    def music(self) -> ClipId: ...

    def ring_back(self) -> ClipId: ...
