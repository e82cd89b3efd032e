"""A SIP side without messages: it keeps the commands, and tests say what peers do."""

from collections.abc import Callable
from dataclasses import dataclass, field

from banjie.sip.errors import IllegalInState, NoSuchSession
from banjie.sip.events import (
    Accepted,
    CallOffered,
    OfferReceived,
    Progressed,
    ReferAccepted,
    ReferConcluded,
    ReferReceived,
    SessionEnded,
    SipEvent,
)
from banjie.sip.model import MOST_HOPS, Peer, SessionId, Target, TrunkPeer, UserTarget
from banjie.sip.sdp import describe_audio

_LOOPBACK = TrunkPeer(name="loopback")


@dataclass
class FakeSession:
    target: Target | None = None  # None: they called us
    hops_left: int = MOST_HOPS
    dialled: str = ""  # by us
    shown: str = ""  # as who calls
    answered: bool = False
    rejected: int | None = None
    ended: bool = False
    our_sdp: bytes = b""
    offers_answered: list[bytes] = field(default_factory=list)
    rang: int = 0
    said: bytes | None = None  # in the 183
    refer_answer: int | None = None  # to what they asked
    refer_told: list[int] = field(default_factory=list)  # before the call ended
    referred_to: tuple[Target, str] | None = None  # what we asked of them


def their_sdp(port: int = 30000, direction: str = "sendrecv") -> bytes:
    return describe_audio("127.0.0.1", port, ("PCMA", "PCMU"), 101, direction, session_version=1)  # type: ignore[arg-type]


class FakeSip:  # satisfies sip.ports.SipSignalling
    def __init__(self) -> None:
        self.on_event: Callable[[SipEvent], None] = lambda event: None
        self.sessions: dict[SessionId, FakeSession] = {}
        self.registered: set[str] = set()
        self.is_referring_illegal = False

    # what a test does

    def call(
        self,
        dialled: str,
        caller: str = "13800001234",
        body: bytes | None = b"",
        hops_left: int = MOST_HOPS,
        *,
        peer: Peer = _LOOPBACK,
        replaces: SessionId | None = None,
    ) -> SessionId:
        session_id = self._new(FakeSession())
        self.on_event(
            CallOffered(
                session_id=session_id,
                peer=peer,
                caller=caller,
                caller_name=None,
                dialled=dialled,
                body=their_sdp() if body == b"" else body,
                hops_left=hops_left,
                replaces=replaces,
            )
        )
        return session_id

    def ask_refer(
        self,
        session_id: SessionId,
        dialled: str,
        replaces: SessionId | None = None,
        foreign: str | None = None,
    ) -> FakeSession:
        """The peer presses its transfer key."""
        self.on_event(
            ReferReceived(session_id=session_id, dialled=dialled, replaces=replaces, foreign=foreign)
        )
        return self.sessions[session_id]

    def conclude_refer(self, session_id: SessionId, status: int) -> None:
        """Say what came of what we asked; of what was not accepted (202) nothing comes but a refusal."""
        if status == 202:
            self.on_event(ReferAccepted(session_id=session_id))
            return
        self.sessions[session_id].referred_to = None
        self.on_event(ReferConcluded(session_id=session_id, status=status))

    def hold(self, session_id: SessionId, held: bool = True) -> None:
        """The person at the peer presses hold."""
        body = their_sdp(direction="sendonly" if held else "sendrecv")
        self.on_event(OfferReceived(session_id=session_id, body=body))

    def end(self, session_id: SessionId, status: int | None = None, by: str = "peer") -> None:
        """The peer hangs up, or refuses."""
        self.sessions[session_id].ended = True
        self.on_event(SessionEnded(session_id=session_id, status=status, reason="", by=by))  # type: ignore[arg-type]

    def progress(self, session_id: SessionId, port: int = 30004, body: bytes | None = None) -> None:
        """183 with early media."""
        self.on_event(Progressed(session_id=session_id, status=183, body=body or their_sdp(port)))

    def pick_up(self, session_id: SessionId, port: int = 30002) -> None:
        self.sessions[session_id].answered = True
        self.on_event(Accepted(session_id=session_id, body=their_sdp(port)))

    def ringing(self, username: str) -> SessionId | None:
        """The session that rings a user's phone now."""
        for session_id, session in self.sessions.items():
            if session.target == UserTarget(username=username) and not session.ended and not session.answered:
                return session_id
        return None

    @property
    def open_sessions(self) -> list[SessionId]:
        return [i for i, session in self.sessions.items() if not session.ended]

    # the port

    def invite(
        self,
        target: Target,
        *,
        caller: str,
        caller_name: str | None,
        dialled: str,
        body: bytes | None,
        hops_left: int = MOST_HOPS,
    ) -> SessionId:
        session_id = self._new(
            FakeSession(
                target=target, hops_left=hops_left, our_sdp=body or b"", dialled=dialled, shown=caller
            )
        )
        if isinstance(target, UserTarget) and target.username not in self.registered:
            self.end(session_id, 480, "failure")
        return session_id

    def ring(self, session: SessionId, body: bytes | None) -> None:
        self._live(session).rang += 1
        self._live(session).said = body

    def answer(self, session: SessionId, body: bytes) -> None:
        live = self._live(session)
        assert live.said in (None, body), "another answer than in the 183 (RFC 3261 §13.2.1)"
        live.answered, live.our_sdp = True, body

    def reject(
        self, session: SessionId, status: int, reason: str | None, retry_after_s: int | None = None
    ) -> None:
        self._live(session).rejected = status
        self.end(session, status, "us")

    def offer(self, session: SessionId, body: bytes) -> None:
        self._live(session)

    def answer_offer(self, session: SessionId, body: bytes) -> None:
        self._live(session).offers_answered.append(body)

    def refuse_offer(self, session: SessionId, status: int) -> None:
        self._live(session)

    def refer(self, session: SessionId, target: Target, dialled: str) -> None:
        if self.is_referring_illegal or self._live(session).referred_to is not None:
            raise IllegalInState(session, "talking", "be asked to call somebody")
        self._live(session).referred_to = (target, dialled)

    def answer_refer(self, session: SessionId, status: int) -> None:
        self._live(session).refer_answer = status

    def tell_refer(self, session: SessionId, status: int) -> None:
        if not self.sessions[session].ended and self.sessions[session].refer_answer == 202:
            self.sessions[session].refer_told.append(status)

    def hang_up(self, session: SessionId, cause: str | None = None) -> None:
        if not self.sessions[session].ended:
            self.end(session, None, "us")

    def _new(self, session: FakeSession) -> SessionId:
        session_id = SessionId(f"s{len(self.sessions) + 1}")
        self.sessions[session_id] = session
        return session_id

    def _live(self, session: SessionId) -> FakeSession:
        found = self.sessions[session]
        if found.ended:
            raise NoSuchSession(session)
        return found
