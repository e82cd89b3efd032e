"""What a call refuses."""

from typing import ClassVar

from banjie.base.errors import BanjieError
from banjie.base.ids import CallId


class IllegalTransition(BanjieError):
    """The call is in a state where this has no meaning."""

    code: ClassVar[str] = "calls.illegal_transition"

    def __init__(self, call_id: CallId, state: str, given: str) -> None:
        super().__init__(f"call {call_id} is {state}; it cannot take {given}")
        self.call_id, self.state, self.given = call_id, state, given


class AlreadyRegistered(BanjieError):
    """A person has said what the call was; it is not said twice."""

    code: ClassVar[str] = "calls.already_registered"

    def __init__(self, call_id: CallId) -> None:
        super().__init__(f"call {call_id} has its disposition already")
        self.call_id = call_id


class NoSuchCall(BanjieError):
    """No live call of that id, or none that belongs to the one who asks."""

    code: ClassVar[str] = "calls.no_such_call"

    def __init__(self, call_id: CallId) -> None:
        super().__init__(f"there is no call {call_id} here; it may have ended")
        self.call_id = call_id
