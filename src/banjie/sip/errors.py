"""What the SIP department refuses. Wire status codes are chosen where a response is built, not here."""

from typing import ClassVar

from banjie.base.errors import BanjieError


class Malformed(BanjieError):
    """The peer sent something that is not SIP, or not this part of SIP. Never our own fault."""

    code: ClassVar[str] = "sip.malformed"


class TooLarge(Malformed):
    """The message, or a list within it, is larger than anything an honest peer sends."""

    code: ClassVar[str] = "sip.too_large"


class NoSuchSession(BanjieError):
    """The session never was, or has ended already."""

    code: ClassVar[str] = "sip.no_such_session"


class IllegalInState(BanjieError):
    """The session is in a state where this command has no meaning; the state stands."""

    code: ClassVar[str] = "sip.illegal_in_state"

    def __init__(self, session_id: str, state: str, command: str) -> None:
        super().__init__(f"session {session_id} is {state}; it cannot {command}")
        self.session_id, self.state, self.command = session_id, state, command


class NoCommonCodec(BanjieError):
    """The peer's session description has no audio codec of ours."""

    code: ClassVar[str] = "sip.no_common_codec"


class BadDescription(BanjieError):
    """The peer's session description cannot be read, or describes nothing we can hear."""

    code: ClassVar[str] = "sip.bad_description"


class NoSuchTrunk(BanjieError):
    """No trunk that is kept by hand has this id."""

    code: ClassVar[str] = "sip.no_such_trunk"
