"""What the screens show: one frozen view an entity, published on the live topics.

Numbers of callers arrive here already masked for the reader's role.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from banjie.base.ids import AgentId, CallId, LegId, QueueId
from banjie.insight.thresholds import Thresholds
from banjie.routing.skills import Skill
from banjie.routing.spoken_wait import SaidWait, WaitWords

Bilingual = Mapping[str, str]  # language tag ("zh", "en") to text


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedBy:
    """A supervisor in an agent's call."""

    supervisor_id: AgentId
    name: Bilingual
    mode: str  # "monitor", "whisper" or "barge"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """One agent: key `agent` of the topic `me`, key `agent/ID` of the topic `wallboard`."""

    agent_id: AgentId
    name: Bilingual
    extension: str
    state: str  # routing.AgentState
    reason: str | None
    since: datetime
    device: str  # "browser" or "phone"
    queues: tuple[QueueId, ...]
    call_id: CallId | None
    next_state: str | None  # a break asked for during a call, taken after it
    skills: Mapping[str, int]  # with his proficiency
    is_moved: bool = False  # he serves otherwise than he is set up for …
    moved_until: datetime | None = None  # … until then; None: until he is put back
    help_since: datetime | None = None  # he asked for a supervisor
    watched_by: tuple[WatchedBy, ...] = ()  # on the wallboard only


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A digit the caller pressed, with what it meant there."""

    node: str
    digit: str
    label: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerView:
    """Who calls, as far as it is known before the answer."""

    number: str
    customer_id: str | None
    customer_name: str | None
    level: str | None  # "vip" or "regular"
    region: str | None
    calls_before_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestView:
    """Somebody in the call besides caller and agent."""

    guest_id: LegId
    agent_id: AgentId | None
    name: Bilingual
    number: str | None
    since: datetime
    is_up: bool  # False: he is being rung
    is_member: bool  # the caller hears him


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueView:
    agent_id: AgentId
    name: Bilingual
    extension: str
    state: str  # routing.AgentState


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitView:
    """A queue, as who sends a caller there wants to know it."""

    queue_id: QueueId
    name: Bilingual
    waiting_count: int
    longest_since: datetime | None
    ready_count: int
    expected: SaidWait | None = None  # of who is sent there now; None: nothing is known yet


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetsView:
    """To whom a caller can be handed now."""

    colleagues: tuple[ColleagueView, ...]
    queues: tuple[WaitView, ...]
    can_dial_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """A ringing call: key `offer` of the topic `me`."""

    call_id: CallId
    queue_id: QueueId | None
    queue_name: Bilingual
    dialled: str
    caller: CallerView
    language: str
    pressed: tuple[Press, ...]
    queued_at: datetime
    offered_at: datetime
    expires_at: datetime
    kind: str = "queue"  # or "callback"; or "consult", "transfer": a colleague wants him
    from_name: Bilingual | None = None  # that colleague
    asked_at: datetime | None = None  # to be called back
    attempts: int = 0  # to reach him so far


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """The call an agent has: key `call` of the topic `me`."""

    call_id: CallId
    state: str  # "TALKING" or "HELD"
    muted: bool
    queue_id: QueueId | None
    queue_name: Bilingual
    dialled: str
    caller: CallerView
    language: str
    pressed: tuple[Press, ...]
    answered_at: datetime
    waited_s: float
    recording: bool
    held_since: datetime | None  # None: not on hold
    leg_id: LegId | None  # the agent's; None: his page is away, the caller hears music
    told: WaitWords | None = None  # of his place and wait, while he waited
    is_guest: bool = False  # it is a colleague's call: he is asked, or takes part
    host_name: Bilingual | None = None  # that colleague
    is_inside: bool = (
        False  # his desk phone has dialled one of our numbers: he is the caller, and can hang up
    )
    is_on_phone: bool = False  # his sound is at his desk phone
    guests: tuple[GuestView, ...] = ()
    is_aside: bool = False  # the agent speaks to whom he asks, the caller does not hear them
    help_since: datetime | None = None
    watched_by: tuple[
        WatchedBy, ...
    ] = ()  # those he can hear, and, where the house says so, those who only listen


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchView:
    """The call a supervisor is in: key `watch` of the topic `me`."""

    call_id: CallId
    agent_id: AgentId | None
    agent_name: Bilingual
    mode: str
    since: datetime
    leg_id: LegId  # his own
    is_up: bool  # False: his desk phone rings


@dataclass(frozen=True, slots=True, kw_only=True)
class AcwView:
    """After-call work that still asks for a disposition: key `acw` of the topic `me`."""

    call_id: CallId
    queue_name: Bilingual
    caller: CallerView
    ended_at: datetime
    ends_at: datetime | None  # None: only the disposition ends it


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentsView:
    """What an agent has promised to call: key `appointments` of the topic `me`."""

    open_count: int
    due: tuple[str, ...]  # those he has been reminded of
    next_at: datetime | None
    read_at: datetime  # another time than before: the list is to be read again


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """One queue on the wallboard: key `queue/ID`."""

    queue_id: QueueId
    name: Bilingual
    waiting_count: int  # those to be called back included
    longest_since: datetime | None
    ready_count: int
    agents_count: int
    callbacks_count: int
    offered_count: int  # today, in the site's zone
    answered_count: int
    abandoned_count: int
    service_level_ratio: float | None  # answered ≤ threshold ÷ (answered + abandoned after threshold)
    service_level_s: float
    expected: SaidWait | None = None  # of a call that comes now; None: nothing is known yet
    thresholds: Thresholds
    position: int  # in the order of the house


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingView:
    """One who waits in a queue. Not live: it is asked for."""

    call_id: CallId
    number: str  # not masked yet
    customer_name: str | None
    level: str | None
    waiting_since: datetime
    position: int  # 1 is next
    priority: int
    needs: Mapping[Skill, int]  # now: his queue's included
    own_needs: Mapping[Skill, int]  # beside his queue's: what can be changed
    expected: SaidWait | None
    is_ringing: bool
    is_callback: bool  # he has left, his place waits


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesView:
    """A queue's last sixty whole minutes, oldest first: key `minutes/ID` of the wallboard."""

    queue_id: QueueId
    until: datetime  # where the last of them ends
    waiting_max: tuple[int, ...]  # the most that waited at once
    level_ratio: tuple[float | None, ...]  # the service level of what ended in it


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorCallView:
    """What the caller's page shows: key `call` of the visitor's topic."""

    call_id: CallId
    state: str  # "CONNECTING", "IN_SCRIPT", "WAITING", "RINGING", "TALKING", "HELD", "ENDED"
    position: int | None
    expected: SaidWait | None
    prompt: Bilingual | None  # the words being said, for those who read
    choices: Mapping[str, Bilingual]  # digit to label, while a menu listens
    may_be_called_back: bool = False  # instead of waiting on
    is_callback_kept: bool = False  # he may close the page
    answered_at: datetime | None
