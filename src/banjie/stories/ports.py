"""What the stories offer the desk, and what they need from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from banjie.base.ids import AgentId, CallId, CustomerId, LegId, QueueId
from banjie.base.prompts import Bilingual
from banjie.calls.supervision import Mode
from banjie.customers.model import Customer
from banjie.routing.callbacks import CallbackState
from banjie.routing.skills import Skill
from banjie.stories.views import TargetsView, WaitingView

WALLBOARD: Final = "wallboard"


class LiveBoard(Protocol):
    """Numbered, live topics: each a map from key to view. Readers resync by snapshot."""

    def set(self, topic: str, key: str, view: object) -> None: ...

    def drop(self, topic: str, key: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserAnswer:
    """The SDP answer for a page, and the leg its sound is: while the call shows another, another page has it."""

    sdp: str
    leg_id: LegId
    call_id: CallId  # of a callback it is a new one, to the customer


@dataclass(frozen=True, slots=True, kw_only=True)
class ToColleague:
    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ToNumber:
    """An outside one, however it is written."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToQueue:
    queue_id: QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class ToScript:
    """One of our numbers: the caller begins with what it leads to."""

    dialled: str


Target = ToColleague | ToNumber | ToQueue | ToScript


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCall:
    call_id: CallId
    sdp: str | None  # None: his desk phone rings first
    leg_id: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The customer in a call: who called us, or whom we called."""

    number: str
    customer_id: CustomerId | None


class AgentDesk(Protocol):
    """Everything an agent's screen may ask. Refusals are `BanjieError`s; states come back on the topic `me/ID`."""

    def set_state(self, agent_id: AgentId, state: str, reason: str | None, device: str) -> None:
        """Ask for OFFLINE, BREAK(reason) or READY. During a call a break is taken after it."""

    def steer(self, agent_id: AgentId, state: str, reason: str | None) -> None:
        """The same for another person, who is signed in; where he answers stays as it is."""

    def screen_lost(self, agent_id: AgentId) -> None:
        """The last live connection of this agent's screens closed; a grace period starts."""

    def screen_back(self, agent_id: AgentId) -> None: ...

    async def answer(self, agent_id: AgentId, call_id: CallId, offer_sdp: str) -> BrowserAnswer:
        """Answer the ringing call in the browser."""

    async def rejoin(self, agent_id: AgentId, call_id: CallId, offer_sdp: str) -> BrowserAnswer:
        """Take the sound of the call in hand to this page: after a reload, or from another page."""

    def reject(self, agent_id: AgentId, call_id: CallId) -> None: ...

    def hold(self, agent_id: AgentId, call_id: CallId) -> None: ...

    def resume(self, agent_id: AgentId, call_id: CallId) -> None: ...

    def mute(self, agent_id: AgentId, call_id: CallId, muted: bool) -> None: ...

    def send_digits(self, agent_id: AgentId, call_id: CallId, digits: str) -> None: ...

    def hang_up(self, agent_id: AgentId, call_id: CallId) -> None: ...

    async def place(self, agent_id: AgentId, to: ToColleague | ToNumber, offer_sdp: str | None) -> PlacedCall:
        """Call somebody, from this page or, without `offer_sdp`, from his desk phone."""

    def party(self, agent_id: AgentId, call_id: CallId) -> Party:
        """Return the customer of a call that rings at him, that he is in, or that he has yet to write up.

        Raises `NoSuchCall` for any other, `NoCustomer` for one between colleagues.
        """

    async def link(self, call_id: CallId, customer: Customer) -> None:
        """Let a call, under way or over, be this customer's."""

    def targets(self, agent_id: AgentId) -> TargetsView: ...

    def transfer(self, agent_id: AgentId, call_id: CallId, to: Target) -> None:
        """Hand the caller on at once. Refused, nothing has changed."""

    def consult(self, agent_id: AgentId, call_id: CallId, whom: ToColleague | ToNumber) -> None:
        """Ring somebody to ask him; the caller hears music meanwhile."""

    def swap(self, agent_id: AgentId, call_id: CallId, aside: bool) -> None:
        """Speak to whom is asked (`aside`), or to the caller. Repeatable."""

    def join(self, agent_id: AgentId, call_id: CallId) -> None:
        """Let whom is asked hear the caller too: a conference."""

    def complete(self, agent_id: AgentId, call_id: CallId) -> None:
        """Leave the caller to whom is asked, or rung, or to the conference."""

    def dismiss(self, agent_id: AgentId, call_id: CallId, guest_id: LegId) -> None:
        """Send somebody away; the agent is with the caller again."""

    async def dispose(self, agent_id: AgentId, call_id: CallId, code: str, note: str) -> None:
        """Close the after-call work with its required disposition, or, when its time is over, register it late."""

    def extend_acw(self, agent_id: AgentId, call_id: CallId) -> None:
        """Give thirty more seconds."""

    def ask_help(self, agent_id: AgentId, call_id: CallId, wanted: bool) -> None:
        """Show on the wallboard that he wants a supervisor with him, or no longer does. Repeatable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    agent_id: AgentId  # his user id
    name: Bilingual
    extension: str | None


class SupervisorDesk(Protocol):
    """Being in other people's calls. What he watches comes back on the topic `me/ID`, under `watch`."""

    async def listen_in_browser(
        self, supervisor: Supervisor, call_id: CallId, mode: Mode, offer_sdp: str
    ) -> BrowserAnswer: ...

    def listen_on_phone(self, supervisor: Supervisor, call_id: CallId, mode: Mode) -> None: ...

    def change(self, supervisor: Supervisor, call_id: CallId, mode: Mode) -> None:
        """Another mode, or another call, with the sound that is open."""

    def leave(self, supervisor_id: AgentId) -> None: ...

    def take_over(self, supervisor: Supervisor, call_id: CallId) -> None: ...

    def end_call(self, call_id: CallId) -> None: ...

    def reprioritise(self, supervisor: Supervisor, call_id: CallId, priority: int) -> None:
        """Give a waiting call another place. Raise `NoSuchCall` or `NotInQueue`."""

    def change_needs(self, supervisor: Supervisor, call_id: CallId, needs: Mapping[Skill, int]) -> None:
        """Ask for other skills than the call came with. Raise `Faulty`, `NoSuchCall` or `NotInQueue`."""

    def send_to(self, call_id: CallId, queue_id: QueueId) -> None:
        """Let him wait in another queue, with the time he has waited. Raise `NoSuchCall`, `NotInQueue`, `NoSuchQueue` or
        `QueueClosed`."""

    def waiting(self, queue_id: QueueId, after: int, limit: int) -> list[WaitingView]:
        """Return who waits in a queue, who is next first, but the first `after` of them. Raise `NoSuchQueue`."""

    def queue_of(self, call_id: CallId) -> QueueId | None:
        """Return where it waits; None: nowhere."""

    def agent_of(self, call_id: CallId) -> AgentId | None:
        """Return whose call it is; None where no agent has it. Raise `NoSuchCall`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackNow:
    """What is written of a callback does not say how it stands at this moment."""

    state: CallbackState
    position: int | None  # 1: next


class CallbackList(Protocol):
    def now(self, call_id: CallId) -> CallbackNow | None:
        """None: it has ended."""

    def cancel(self, call_id: CallId) -> None:
        """He is not called back; an agent who dials him is free. Raise `NoSuchCallback`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorCall:
    call_id: CallId
    token: str  # lets this visitor, and nobody else, act on this call
    answer_sdp: str


class VisitorCalls(Protocol):
    """Calls from the web page `/call`."""

    async def call(self, dialled: str, offer_sdp: str, language: str, source: str) -> VisitorCall: ...

    def is_token_of(self, call_id: CallId, token: str) -> bool: ...

    def send_digits(self, call_id: CallId, digits: str) -> None: ...

    def call_back(self, call_id: CallId, number: str) -> None:
        """Keep his place: he is called at this number. Raise `NumberNotCalled`, `NoCallbackHere`."""

    def hang_up(self, call_id: CallId) -> None: ...
