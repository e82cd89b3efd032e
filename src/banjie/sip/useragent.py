"""The user agent: messages, time and commands in; messages, events and a deadline out. No I/O, no clock."""

from collections import Counter
from collections.abc import Callable, Mapping

from banjie.sip.attempts import Calling
from banjie.sip.core import Core, Settings
from banjie.sip.errors import Malformed
from banjie.sip.events import SipEvent
from banjie.sip.in_dialog import InDialog
from banjie.sip.intake import Intake
from banjie.sip.message import BadRequest, essentials, parse_message
from banjie.sip.model import MOST_HOPS, Hop, Request, SessionId, Target, Transmit, UserTarget
from banjie.sip.overload import Overload
from banjie.sip.ports import Credentials, Directory, Gate, Registrar
from banjie.sip.referring import Referring
from banjie.sip.reoffers import Reoffers
from banjie.sip.replies import Arrived
from banjie.sip.sessions import Session, SessionState
from banjie.sip.uac import Uac
from banjie.sip.uas import Uas

__all__ = ["Settings", "UserAgent"]


class UserAgent:
    """One SIP user agent. Every call takes `now`, monotonic seconds, last; it never goes back.

    After each call the outbox and the events are to be taken, and `tick` called at `next_deadline` at the latest.
    """

    def __init__(
        self,
        *,
        directory: Directory,
        gate: Gate,
        registrar: Registrar | None = None,
        credentials: Credentials | None = None,
        settings: Settings | None = None,
        token: Callable[[], str] | None = None,
    ) -> None:
        """`token` makes hexadecimal strings of at least 64 random bits; tests give their own."""
        self._core = Core(settings or Settings(), directory, credentials, token)
        self._registrar = registrar
        self._in_dialog = InDialog(self._core)
        self._reoffers = Reoffers(self._core, self._in_dialog)
        self._uas = Uas(self._core, self._in_dialog, self._reoffers)
        self._uac = Uac(self._core, self._in_dialog, self._reoffers)
        self._referring = Referring(self._core, self._in_dialog)
        self._intake = Intake(
            self._core, gate, registrar, self._in_dialog, self._reoffers, self._uas, self._referring
        )

    # what comes in

    def receive(self, data: bytes, hop: Hop, now: float) -> None:
        """Take one whole message. Whatever it holds, nothing is raised."""
        message = None
        try:
            message = parse_message(data)
            known = essentials(message)
        except BadRequest as cause:
            self._intake.take_broken(cause.request, hop, cause.status, str(cause), now)
        except Malformed as cause:
            if isinstance(message, Request):
                self._intake.take_broken(message, hop, 400, str(cause), now)
            else:
                self.counters["malformed"] += 1
        else:
            if isinstance(message, Request):
                self._intake.take(Arrived(message, known, hop), now)
            else:
                self._core.transactions.receive_response(message, known, hop, now)

    def flow_lost(self, hop: Hop, now: float) -> None:
        """A connection broke, or could not be made, or a datagram could not be sent."""
        self._core.transactions.flow_lost(hop, now)
        for _, dialog in list(self._core.dialogs.values()):
            if dialog.hop.flow is not None and dialog.hop == hop:
                dialog.lose_flow()
        if self._registrar is not None:
            self._core.events += self._registrar.flow_lost(hop, now)

    def tick(self, now: float) -> None:
        self._core.deadlines.tick(now)
        if self._registrar is not None:
            self._core.events += self._registrar.tick(now)

    @property
    def next_deadline(self) -> float | None:
        ours = self._core.deadlines.next_deadline
        theirs = self._registrar.next_deadline if self._registrar is not None else None
        return ours if theirs is None else theirs if ours is None else min(ours, theirs)

    def take_outbox(self) -> list[Transmit]:
        taken = self._core.outbox[:]
        self._core.outbox.clear()
        return taken

    def take_events(self) -> list[SipEvent]:
        taken = self._core.events[:]
        self._core.events.clear()
        return taken

    @property
    def counters(self) -> Counter[str]:
        """What was refused: `strangers`, `malformed`."""
        return self._intake.counters

    @property
    def overload(self) -> Overload:
        """Whoever reads our sockets tells it how late he is."""
        return self._core.overload

    def owes_answer(self, session: SessionId) -> bool:
        """Tell whether the peer waits for an `answer_offer`."""
        running = self._core.sessions.get(session)
        return running is not None and (running.owes_ack is not None or running.remote_offer is not None)

    def table_sizes(self) -> Mapping[str, int]:
        """Return how much is remembered, by table. All are zero some time after the last session: 32 s, or
        timer C (400 s) where a peer fell silent in the middle of something."""
        core = self._core
        return {
            "sessions": len(core.sessions),
            "dialogs": len(core.dialogs),
            "client_transactions": len(core.transactions.clients),
            "server_transactions": len(core.transactions.servers),
            "invited": len(core.invited),
            "offered": self._uas.offered_count,
            "timers": len(core.deadlines),
        }

    # commands: see ports.SipSignalling

    def invite(
        self,
        target: Target,
        *,
        caller: str,
        caller_name: str | None,
        dialled: str,
        body: bytes | None,
        now: float,
        hops_left: int = MOST_HOPS,
    ) -> SessionId:
        calling = Calling(
            caller=caller,
            caller_name=caller_name,
            dialled=dialled,
            body=body,
            hops_left=hops_left,
            replaces=target.replaces if isinstance(target, UserTarget) else None,
        )
        return self._uac.invite(target, calling, now)

    def ring(self, session: SessionId, body: bytes | None, now: float) -> None:
        self._uas.ring(self._core.get(session), body, now)

    def answer(self, session: SessionId, body: bytes | None, now: float) -> None:
        self._uas.answer(self._core.get(session), body, now)

    def reject(
        self,
        session: SessionId,
        status: int,
        reason: str | None,
        now: float,
        retry_after_s: int | None = None,
    ) -> None:
        self._uas.reject(self._core.get(session), status, reason, now, retry_after_s)

    def offer(self, session: SessionId, body: bytes, now: float) -> None:
        self._reoffers.offer(self._core.get(session), body, now)

    def answer_offer(self, session: SessionId, body: bytes, now: float) -> None:
        """Answer the offer that is open; nothing happens when the peer has withdrawn it."""
        self._reoffers.answer(self._core.get(session), body, now)

    def refuse_offer(self, session: SessionId, status: int, now: float) -> None:
        self._reoffers.refuse(self._core.get(session), status, now)

    def refer(self, session: SessionId, target: Target, dialled: str, now: float) -> None:
        self._referring.refer(self._core.get(session), target, dialled, now)

    def answer_refer(self, session: SessionId, status: int, now: float) -> None:
        self._referring.answer(self._core.get(session), status, now)

    def tell_refer(self, session: SessionId, status: int, now: float) -> None:
        running = self._core.sessions.get(session)
        if running is not None:
            self._referring.tell(running, status, now)

    def hang_up(self, session: SessionId, now: float, cause: str | None = None) -> None:
        """End a session by whatever its state asks for. May be repeated."""
        running = self._core.sessions.get(session)
        if running is not None:
            self._hang_up(running, cause, now)

    def _hang_up(self, session: Session, cause: str | None, now: float) -> None:
        match session.state:
            case SessionState.OFFERED | SessionState.RINGING:
                self._uas.reject(session, 480, None, now)
                return
            case SessionState.CALLING | SessionState.PROGRESSING:
                self._uac.hang_up(session, now)
            case SessionState.ANSWERED:
                session.bye_when_acked = True
            case SessionState.TALKING:
                self._in_dialog.leave(session, now, cause)
            case SessionState.ENDED:
                return
        self._core.end(session, None, cause or "hung up", "us", now)
