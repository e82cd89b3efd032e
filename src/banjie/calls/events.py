"""What happens to a call, in the order it is written to the append-only log. Publisher: `stories`, through `LiveCall`.

All are *recorded*: written in batches, in order within a call; a crash loses at most the last batch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from banjie.base.events import Event
from banjie.base.ids import AgentId, CallId, CustomerId, LegId, QueueId, ScriptId
from banjie.calls.supervision import Mode

Channel = Literal["sip", "web"]
Direction = Literal["in", "out", "internal"]
Purpose = Literal["consult", "transfer", "internal"]
GuestGone = Literal[
    "no_answer", "rejected", "unreachable", "busy", "hung_up", "dismissed", "call_ended", "took_over"
]
WhyLeft = Literal["transferred", "to_queue", "to_script", "left_conference", "taken_over", "lost"]
Part = Literal["caller", "agent", "guest", "supervisor"]
OfferFailure = Literal["no_answer", "rejected", "unreachable", "withdrawn"]
SentTo = Literal["script", "voicemail", "callback", "words"]
EndReason = Literal[
    "caller_hung_up",
    "agent_hung_up",
    "supervisor_hung_up",
    "guest_hung_up",
    "carried_on",
    "busy",
    "no_answer",
    "not_reached",
    "script_ended",
    "callback_kept",
    "cancelled",
    "closed",
    "overflowed",
    "message_left",
    "refused",
    "media_lost",
    "failed",
    "interrupted",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    call_id: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallArrived(CallEvent):
    """Somebody calls one of our numbers. The first event of such a call."""

    channel: Channel
    peer: str  # trunk, user or page the call came through
    dialled: str
    caller: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlaced(CallArrived):
    """An agent calls somebody: the first event of such a call. `caller` is the number we show."""

    agent_id: AgentId
    direction: Direction
    queue_id: QueueId | None = None  # whose callback it is
    callback_of: CallId | None = None  # the call whose caller is called back


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(CallEvent):
    """The caller's leg was answered: from here on he hears us and is charged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptStarted(CallEvent):
    """The call keeps this version to its end, whatever is published meanwhile."""

    script_id: ScriptId
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitChosen(CallEvent):
    """A menu took a digit."""

    node: str
    digit: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsEntered(CallEvent):
    """The caller typed what was asked for under a name; of secret digits nothing is kept."""

    node: str
    name: str
    digits: str  # pii


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferBegan(CallEvent):
    """An outside number is being rung for the caller."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAnswered(CallEvent):
    """Caller and outside number hear each other; no agent of ours is with them."""

    number: str | None = None  # None: the one that `TransferBegan` names


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQueued(CallEvent):
    """`moved_from` and `cause`: another queue did not take or keep him; he waits on, with his place and time."""

    queue_id: QueueId
    priority: int
    language: str
    moved_from: QueueId | None = None
    cause: str | None = None  # closed, nobody, full, waited


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLeft(CallEvent):
    """The queue did not take or keep the caller, who goes elsewhere: to a script, a voice box, a callback or words."""

    queue_id: QueueId
    cause: str  # closed, nobody, full, waited
    to: SentTo


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWidened(CallEvent):
    """The call waits in a further ring: it asks for less, so that more agents may take it."""

    ring: int  # from 0
    needs: tuple[str, ...]  # what it still asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitTold(CallEvent):
    """The caller heard this of his place and wait, to its end; None was not said. No `high_min`: more than the longest."""

    position: int | None  # 1: next
    low_min: int | None
    high_min: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackPromised(CallEvent):
    """He may hang up: his place in this queue waits on without him, and he is called back at this number."""

    queue_id: QueueId
    number: str  # pii


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMatched(CallEvent):
    """The caller's number belongs to a customer. Looked up when a person is going to need it."""

    customer_id: CustomerId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOffered(CallEvent):
    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFailed(CallEvent):
    """The call waits again, with its place and time."""

    agent_id: AgentId
    why: OfferFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityChanged(CallEvent):
    """A supervisor gave a waiting call another place."""

    supervisor_id: AgentId
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsChanged(CallEvent):
    """A supervisor asks other skills of who answers, each with its least proficiency, beside those of the queue."""

    supervisor_id: AgentId
    needs: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPassed(CallEvent):
    """One of several agents it rings at does not take it: it rings on at the others."""

    agent_id: AgentId
    why: OfferFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentConnected(CallEvent):
    """Caller and agent hear each other."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLeft(CallEvent):
    """The agent is out of the call, the caller is not: somebody else is to have him."""

    agent_id: AgentId
    why: WhyLeft


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestInvited(CallEvent):
    """A colleague or an outside number is rung: to be asked (`consult`), or to take the caller over (`transfer`)."""

    guest_id: LegId
    agent_id: AgentId | None
    number: str | None
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestAnswered(CallEvent):
    guest_id: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestJoined(CallEvent):
    """A conference: from here on he and the caller hear each other."""

    guest_id: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestLeft(CallEvent):
    guest_id: LegId
    why: GuestGone


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLost(CallEvent):
    """The agent's page reloads, or his network is away: the caller hears music and waits for him."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRejoined(CallEvent):
    """The agent's page has the call's sound again; or another page of his took it over."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(CallEvent):
    """The agent put the caller on hold: he hears music."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResumed(CallEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpAsked(CallEvent):
    """The agent wants a supervisor with him. It is over when he says so, or when one speaks to him."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpEnded(CallEvent):
    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorJoined(CallEvent):
    supervisor_id: AgentId
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorChanged(CallEvent):
    """From now on he is heard by others than before."""

    supervisor_id: AgentId
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorLeft(CallEvent):
    supervisor_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundMeasured(CallEvent):
    """How a leg's packets fared, written as it leaves. `sent_…` is what its peer reported of ours by RTCP, if it did."""

    part: Part
    agent_id: AgentId | None  # of an agent, or a colleague he asked
    loss_ratio: float
    jitter_ms: float
    sent_loss_ratio: float | None
    sent_jitter_ms: float | None
    round_trip_ms: float | None
    mos: float  # of the worse way, 1 to 4.41


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(CallEvent):
    file: str  # below the recordings folder


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSaved(CallEvent):
    file: str
    duration_s: float
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBegan(CallEvent):
    """The tone has sounded, the caller speaks. What he says is kept though we fall meanwhile."""

    box: QueueId
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLeft(CallEvent):
    """The caller left a message for the people of a queue. Written when its file is closed."""

    box: QueueId
    file: str
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallEvent):
    """The last leg left. Once for each call; only what is written afterwards may follow."""

    reason: EndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDisposed(CallEvent):
    """What the call was: 小结. May follow the system's; never another person's."""

    agent_id: AgentId | None  # None: the system, in the agent's stead
    code: str
    note: str
    for_agent: AgentId | None = None  # in whose stead; None: of whoever had the call last
