"""The house as the stories see it: its agents, queues and prompts, loaded once and replaced when they change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final, Protocol

from banjie.base.errors import BanjieError
from banjie.base.hours import Hours, is_open
from banjie.base.ids import AgentId, QueueId
from banjie.base.prompts import Bilingual, Prompt
from banjie.insight.thresholds import Thresholds, standard
from banjie.media.model import ClipId
from banjie.routing.moves import Move
from banjie.routing.queues import Queue
from banjie.routing.skills import Skill


class NotAnAgent(BanjieError):
    """Only who takes calls has an agent's states."""

    code: ClassVar[str] = "desk.not_an_agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentProfile:
    agent_id: AgentId
    name: Bilingual
    extension: str  # also the user name of a registered desk phone
    queues: frozenset[QueueId]
    skills: Mapping[Skill, int]  # with his proficiency
    move: Move | None = None  # he serves otherwise than he is set up for, for a time


# What callers hear whom a queue does not take; the demonstration bank has them spoken.
OUT_OF_HOURS: Final = Prompt(
    name="closed",
    text={
        "zh": "您好，现在是非服务时间，请您在服务时间内再次来电，谢谢。",
        "en": "Hello. We are closed now. Please call again during our opening hours. Thank you.",
    },
)
NOT_SERVED: Final = Prompt(
    name="unavailable",
    text={
        "zh": "抱歉，您的电话暂时无法接通，请稍后再拨。",
        "en": "Sorry, your call cannot be connected now. Please try again later.",
    },
)
PLEASE_HOLD: Final = Prompt(name="hold", text={"zh": "请稍候，不要挂机。", "en": "Please hold the line."})
ALL_BUSY: Final = Prompt(
    name="all_busy",
    text={
        "zh": "抱歉，座席全忙，请您稍后再拨，谢谢。",
        "en": "Sorry, all of our people are busy. Please try again later. Thank you.",
    },
)
# What a desk phone hears that dials what leads nowhere.
NO_SUCH_NUMBER: Final = Prompt(
    name="no_such_number",
    text={
        "zh": "您拨打的号码不存在或不完整，请核对后再拨。",
        "en": "The number you have dialled does not exist or is not complete. Please check it and dial again.",
    },
)
NO_OUTSIDE_LINE: Final = Prompt(
    name="no_outside_line",
    text={
        "zh": "现在不能拨打外线，请稍后再拨，或联系管理员。",
        "en": "There is no outside line now. Please try again later, or tell your administrator.",
    },
)
# What a queue may have said to callers it does not take or keep, by name.
WORDS: Final[Mapping[str, Prompt]] = {prompt.name: prompt for prompt in (OUT_OF_HOURS, NOT_SERVED, ALL_BUSY)}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueProfile:
    rules: Queue
    name: Bilingual
    service_level_s: float
    language: str | None = None  # what is spoken there, where it differs from the caller's
    is_active: bool = True
    hours: Hours | None = None  # None: always
    position: int = 0  # among the queues of the house
    thresholds: Thresholds = field(default_factory=lambda: standard(20.0))

    @property
    def refusal(self) -> Prompt | None:
        """What a new caller is told whose queue is closed for good; None: its own rules say whether it takes him."""
        return None if self.is_active else NOT_SERVED

    def takes_calls(self, at: datetime) -> bool:
        """Tell whether calls can be handed to it now."""
        return self.is_active and (self.hours is None or is_open(self.hours, at))


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything by id. Immutable: a change makes a new one."""

    agents: Mapping[AgentId, AgentProfile]
    queues: Mapping[QueueId, QueueProfile]
    disposition_codes: frozenset[str]
    break_reasons: frozenset[str]
    noted_dispositions: frozenset[str] = frozenset()  # those that ask for a note
    in_band_trunks: frozenset[str] = frozenset()  # whose callers' keys come as tones
    referring_trunks: frozenset[str] = frozenset()  # who carry callers on to outside numbers by themselves
    outbound_trunk: str | None = None  # where outside numbers are dialled
    credit_s: Mapping[str, float] = field(default_factory=dict)  # of waiting, by the level of a customer
    outbound_caller: str = ""  # the number shown there; never a 400 number


class PromptShelf(Protocol):
    """Spoken words and music as clips of the switchboard."""

    def clips(self, prompts: Sequence[Prompt], language: str) -> tuple[ClipId, ...]: ...

    def music(self) -> ClipId: ...

    def ring_back(self) -> ClipId: ...
