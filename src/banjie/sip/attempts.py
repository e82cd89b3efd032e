"""What one call of ours says at each route, and what it remembers of the one it tries."""

from collections.abc import Sequence

from banjie.sip.dialogs import Dialog
from banjie.sip.model import Transmit
from banjie.sip.ports import Route
from banjie.sip.sessions import Session
from banjie.sip.timers import Timer
from banjie.sip.transaction_layer import ClientTransaction


class Calling:
    """What is to be said in each attempt of one call."""

    __slots__ = ("body", "caller", "caller_name", "dialled", "routes")

    def __init__(
        self, routes: Sequence[Route], caller: str, caller_name: str | None, dialled: str, body: bytes | None
    ) -> None:
        self.routes = list(routes)
        self.caller = caller
        self.caller_name = caller_name
        self.dialled = dialled
        self.body = body


class Attempt:
    """One route tried. `is_wanted` falls once, and never rises again."""

    __slots__ = (
        "acks",
        "call_id",
        "calling",
        "cancelled",
        "early",
        "is_wanted",
        "local_tag",
        "patience",
        "progressed",
        "route",
        "rseqs",
        "session",
        "session_expires_s",
        "transaction",
        "tries",
    )

    def __init__(
        self, session: Session, calling: Calling, route: Route, call_id: str, local_tag: str
    ) -> None:
        self.session = session
        self.calling = calling
        self.route = route
        self.call_id = call_id
        self.local_tag = local_tag
        self.tries = 0
        self.session_expires_s = 0
        self.is_wanted = True
        self.progressed = False
        self.cancelled = False
        self.transaction: ClientTransaction | None = None
        self.early: dict[str, Dialog] = {}  # by the peer's tag
        self.rseqs: dict[str, int] = {}
        self.acks: dict[str, Transmit | None] = {}  # by the peer's tag; None: waits for our answer
        self.patience: Timer | None = None
