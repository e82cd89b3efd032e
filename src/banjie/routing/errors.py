"""What the ACD refuses. A refusal leaves everything as it was."""

from typing import ClassVar

from banjie.base.errors import BanjieError
from banjie.base.ids import AgentId, CallId, QueueId


class IllegalTransition(BanjieError):
    """The agent is in a state where this has no meaning."""

    code: ClassVar[str] = "routing.illegal_transition"

    def __init__(self, agent_id: AgentId, state: str, given: str) -> None:
        super().__init__(f"agent {agent_id} is {state}; {given} has no meaning there")
        self.agent_id, self.state, self.given = agent_id, state, given


class NoSuchQueue(BanjieError):
    """No queue has this id: the script or the agent's record names one that was never made."""

    code: ClassVar[str] = "routing.no_such_queue"

    def __init__(self, queue_id: QueueId) -> None:
        super().__init__(f"there is no queue {queue_id}; make it or correct who names it")
        self.queue_id = queue_id


class NotInQueue(BanjieError):
    """The call does not wait here: it was answered, left or never came."""

    code: ClassVar[str] = "routing.not_in_queue"

    def __init__(self, call_id: CallId) -> None:
        super().__init__(f"call {call_id} does not wait in any queue")
        self.call_id = call_id


class AlreadyInQueue(BanjieError):
    """A call waits in one queue at a time."""

    code: ClassVar[str] = "routing.already_in_queue"

    def __init__(self, call_id: CallId) -> None:
        super().__init__(f"call {call_id} waits already; take it out before it waits elsewhere")
        self.call_id = call_id


class NoSuchOffer(BanjieError):
    """The offer is over: it timed out, the caller left, or another was made."""

    code: ClassVar[str] = "routing.no_such_offer"

    def __init__(self, call_id: CallId, agent_id: AgentId) -> None:
        super().__init__(f"call {call_id} is not offered to agent {agent_id} any more")
        self.call_id, self.agent_id = call_id, agent_id


class NoSuchCode(BanjieError):
    """No break reason, or no disposition, has this code."""

    code: ClassVar[str] = "routing.no_such_code"

    def __init__(self, code: str) -> None:
        super().__init__(f"there is no code {code}; choose one of the list")


class QueueClosed(BanjieError):
    """The queue takes no new calls now; those that wait in it are answered."""

    code: ClassVar[str] = "routing.queue_closed"

    def __init__(self, queue_id: QueueId) -> None:
        super().__init__(f"queue {queue_id} takes no new calls now; choose another")
        self.queue_id = queue_id
