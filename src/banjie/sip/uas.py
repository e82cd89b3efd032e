"""Calls that come in (RFC 3261 §13.3, RFC 3262 §3): ringing, early media, answering, refusing, CANCEL."""

from functools import partial

from banjie.sip.bodies import has_foreign_body, session_description
from banjie.sip.callers import caller_of, number_in
from banjie.sip.core import ALLOW, SUPPORTED, Core
from banjie.sip.dialogs import as_callee
from banjie.sip.errors import IllegalInState, Malformed
from banjie.sip.events import CallOffered
from banjie.sip.grammar import parse_name_addr, parse_number, parse_uri
from banjie.sip.in_dialog import InDialog, allows
from banjie.sip.model import MOST_HOPS, Peer, Request, SessionId, Transmit, TrunkPeer
from banjie.sip.reoffers import Reoffers
from banjie.sip.replaces import asked_for
from banjie.sip.replacing import refusal
from banjie.sip.replies import Arrived
from banjie.sip.session_timers import TooSmall, agreed_as_server, has_option, lines_as_server
from banjie.sip.sessions import Reliable, Session, SessionState, Turn
from banjie.sip.transaction_layer import Failure, ServerKey, server_key


class Uas:
    """Takes calls, up to the ACK."""

    def __init__(self, core: Core, in_dialog: InDialog, reoffers: Reoffers) -> None:
        self._core = core
        self._in_dialog = in_dialog
        self._reoffers = reoffers
        self._offered: dict[ServerKey, Session] = {}  # by the INVITE's transaction: CANCEL asks for it

    def invite(self, arrived: Arrived, peer: Peer, now: float) -> None:
        """Take an INVITE that begins a call, or refuse it."""
        core, request, known = self._core, arrived.request, arrived.known
        merge_key = (known.call_id, known.from_tag, known.cseq)
        if merge_key in core.invited:
            core.refuse(arrived, 482)  # RFC 3261 §8.2.2.2: the same call came by two ways
            return
        if has_foreign_body(request):
            core.refuse(arrived, 415, None, "Accept: application/sdp\r\n")
            return
        if len(core.sessions) >= core.settings.most_sessions:
            core.refuse(arrived, 503, None, "Retry-After: 5\r\n")
            return
        session = Session(SessionId(core.token()), is_caller=False, local_tag=core.steady_tag(arrived))
        try:
            agreed = agreed_as_server(request, core.settings.session_expires_s, core.settings.min_se_s)
            session.dialog = as_callee(request, known, session.local_tag, arrived.hop)
            replaced = self._replaced(request)
            if isinstance(replaced, int):
                core.refuse(arrived, replaced)
                return
            offered = self._offered_call(session, request, peer, replaced)
        except Malformed as cause:
            core.refuse(arrived, 400, str(cause))
            return
        if isinstance(agreed, TooSmall):
            core.refuse(arrived, 422, None, f"Min-SE: {agreed.min_se_s}\r\n")
            return
        session.refreshment = agreed
        self._begin(session, arrived, merge_key, now)
        core.events.append(offered)

    def _begin(self, session: Session, arrived: Arrived, merge_key: tuple[str, str, int], now: float) -> None:
        core = self._core
        transaction = core.transactions.serve(arrived, now)
        session.arrived, session.transaction = arrived, transaction
        session.allows_update = allows(arrived.request, "UPDATE")
        core.invited.add(merge_key)
        self._offered[transaction.key] = session

        def ended() -> None:
            core.invited.discard(merge_key)
            self._offered.pop(transaction.key, None)

        transaction.on_end = ended
        transaction.on_failure = partial(self._lost, session)
        core.sessions[session.id] = session
        if session.dialog is not None:
            core.keep_dialog(session, session.dialog)
        at = now + core.settings.longest_ringing_s
        session.ringing_timer = core.deadlines.at(at, partial(self._rang_too_long, session))

    def _replaced(self, request: Request) -> SessionId | int | None:
        """Return whose place is asked for, or the status that refuses it (RFC 3891 §3). Raises `Malformed`."""
        wanted = asked_for(request.headers)
        if wanted is None:
            return None
        running = self._core.dialogs.get(wanted.dialog_id)
        status = refusal(None if running is None else running[0].state, early_only=wanted.early_only)
        return running[0].id if running is not None and status is None else status

    def _offered_call(
        self, session: Session, request: Request, peer: Peer, replaced: SessionId | None
    ) -> CallOffered:
        headers = request.headers
        caller, caller_name = caller_of(headers, is_trusted=isinstance(peer, TrunkPeer))
        parse_name_addr(headers.get("To") or "")  # repeated in each answer: it must be whole
        uri = parse_uri(request.uri)
        body = session_description(request)
        session.remote_body = body
        return CallOffered(
            session_id=session.id,
            peer=peer,
            caller=caller or "anonymous",
            caller_name=caller_name or None,
            dialled=number_in(uri),
            body=body,
            hops_left=hops_left_of(request),
            replaces=replaced,
        )

    def ring(self, session: Session, body: bytes | None, now: float) -> None:
        """Send 180, or 183 with early media; reliably where the peer demands it, or can and there is a body."""
        session.turn(Turn.RING)
        arrived = session.arrived
        if arrived is None:
            return
        headers = arrived.request.headers
        if has_option(headers, "Require", "100rel") or (body and has_option(headers, "Supported", "100rel")):
            self._ring_reliably(session, arrived, body, now)
        else:
            self._send_provisional(session, arrived, body, "", now)

    def _send_provisional(
        self, session: Session, arrived: Arrived, body: bytes | None, more: str, now: float
    ) -> bytes:
        status = 183 if body else 180
        lines = f"{self._dialog_lines(arrived)}{more}"
        if body:
            session.local_body = body
            lines += "Content-Type: application/sdp\r\n"
        data = arrived.write(status, None, session.local_tag, lines, body or b"")
        if session.transaction is not None:
            session.transaction.respond(status, data, now)
        return data

    def _dialog_lines(self, arrived: Arrived) -> str:
        routes = "".join(
            f"Record-Route: {value}\r\n" for value in arrived.request.headers.all("Record-Route")
        )
        return f"{routes}Contact: {self._core.contact(arrived.hop)}\r\nAllow: {ALLOW}\r\n"

    # reliable provisional responses

    def _ring_reliably(self, session: Session, arrived: Arrived, body: bytes | None, now: float) -> None:
        if session.reliable is not None:
            # RFC 3262 §3: one at a time.
            session.reliable.waiting.append(lambda at: self._ring_reliably(session, arrived, body, at))
            return
        if session.state is not SessionState.RINGING:
            return
        session.rseq = session.rseq + 1 if session.rseq else 1 + int(self._core.chance() * 2**16)
        t1_s = self._core.settings.timers.t1_s
        more = f"Require: 100rel\r\nRSeq: {session.rseq}\r\n"
        data = self._send_provisional(session, arrived, body, more, now)
        expects_answer = bool(body) and session.remote_body is None
        session.body_sent_reliably = session.body_sent_reliably or bool(body)
        reliable = Reliable(session.rseq, arrived.known.cseq, data, expects_answer=expects_answer)
        reliable.interval_s, reliable.gives_up_at = t1_s, now + 64 * t1_s
        reliable.timer = self._core.deadlines.at(now + t1_s, partial(self._ring_again, session, reliable))
        session.reliable = reliable

    def _ring_again(self, session: Session, reliable: Reliable, now: float) -> None:
        transaction = session.transaction
        if transaction is None:
            return
        if now >= reliable.gives_up_at:
            session.reliable = None
            self.reject(session, 504, None, now)
            return
        self._core.outbox.append(Transmit(transaction.hop, reliable.data))
        reliable.interval_s *= 2
        at = min(now + reliable.interval_s, reliable.gives_up_at)
        reliable.timer = self._core.deadlines.at(at, partial(self._ring_again, session, reliable))

    def prack(self, session: Session, arrived: Arrived, now: float) -> None:
        """Take the PRACK of a reliable 1xx; 481 where it confirms none."""
        transaction = self._core.transactions.serve(arrived, now)
        reliable = session.reliable
        if reliable is None or not _confirms(arrived.request, reliable):
            transaction.respond(481, arrived.write(481, None, None), now)
            return
        self._core.deadlines.cancel(reliable.timer)
        session.reliable = None
        body = session_description(arrived.request)
        if body is not None and not reliable.expects_answer:
            # RFC 3262 §5 lets a PRACK offer anew; we have nothing more to say before the answer.
            transaction.respond(488, arrived.write(488, None, None), now)
        else:
            transaction.respond(200, arrived.write(200, None, None), now)
            if body is not None:
                self._in_dialog.note_answer(session, body)
        for act in reliable.waiting:
            act(now)

    # final answers

    def answer(self, session: Session, body: bytes | None, now: float) -> None:
        """Send 200, after the PRACK where one is due (RFC 3262 §3)."""
        arrived, transaction = session.arrived, session.transaction
        if (
            session.state not in (SessionState.OFFERED, SessionState.RINGING)
            or arrived is None
            or transaction is None
        ):
            raise IllegalInState(session.id, session.state, "answer")
        if session.reliable is not None and session.body_sent_reliably:
            session.reliable.waiting.append(lambda at: self._answer_if_open(session, body, at))
            return
        session.turn(Turn.ANSWER)
        if session.reliable is not None:
            # Not sent again, but its PRACK may be on its way (RFC 3262 §3).
            self._core.deadlines.cancel(session.reliable.timer)
        self._core.deadlines.cancel(session.ringing_timer)
        session.ringing_timer = None
        lines = f"{self._dialog_lines(arrived)}Supported: {SUPPORTED}\r\n"
        if session.refreshment is not None:
            lines += lines_as_server(arrived.request, session.refreshment)
            self._reoffers.refreshing.agree(session, session.refreshment, now)
        if session.body_sent_reliably:
            body = None
        if body:
            session.local_body = body
            lines += "Content-Type: application/sdp\r\n"
        data = arrived.write(200, None, session.local_tag, lines, body or b"")
        session.arrived = session.transaction = None
        expects_answer = bool(body) and session.remote_body is None
        self._in_dialog.confirm(session, transaction, arrived, data, now, expects_answer=expects_answer)

    def _answer_if_open(self, session: Session, body: bytes | None, now: float) -> None:
        if session.state in (SessionState.OFFERED, SessionState.RINGING):
            self.answer(session, body, now)

    def reject(
        self, session: Session, status: int, reason: str | None, now: float, retry_after_s: int | None = None
    ) -> None:
        """Refuse the call; the session has ended."""
        if session.state not in (SessionState.OFFERED, SessionState.RINGING):
            raise IllegalInState(session.id, session.state, "reject")
        self._close(session, status, reason, now, retry_after_s)
        self._core.end(session, status, reason or "rejected", "us", now)

    def _close(
        self, session: Session, status: int, reason: str | None, now: float, retry_after_s: int | None = None
    ) -> None:
        arrived, transaction = session.arrived, session.transaction
        session.arrived = session.transaction = None
        self._core.forget_dialog(session.dialog)
        if arrived is not None and transaction is not None:
            more = "" if retry_after_s is None else f"Retry-After: {retry_after_s}\r\n"
            phrase = None if reason is None else "".join(c for c in reason if c.isprintable())
            transaction.respond(status, arrived.write(status, phrase, session.local_tag, more), now)

    def cancel(self, arrived: Arrived, now: float) -> None:
        """RFC 3261 §9.2. Answered without memory: a repeated CANCEL is answered the same way."""
        key = server_key(arrived.request, arrived.known, "INVITE")
        transaction = self._core.transactions.servers.get(key)
        if transaction is None:
            self._core.refuse(arrived, 481)
            return
        self._core.refuse(arrived, 200)
        session = self._offered.get(key)
        if session is not None and session.transaction is transaction:
            reason = arrived.request.headers.get("Reason") or "cancelled"
            self._close(session, 487, None, now)
            self._core.end(session, 487, reason, "peer", now)
            return
        known = arrived.known
        running = self._core.dialogs.get((known.call_id, known.to_tag, known.from_tag))
        if running is not None:
            pending = running[0].remote_offer
            if pending is not None and pending.transaction is transaction:
                self._reoffers.withdraw(running[0], now)

    def _rang_too_long(self, session: Session, now: float) -> None:
        self._close(session, 480, None, now)
        self._core.end(session, 480, "nobody answered", "failure", now)

    def _lost(self, session: Session, _failure: Failure, now: float) -> None:
        session.arrived = session.transaction = None
        self._core.forget_dialog(session.dialog)
        self._core.end(session, None, "the connection broke", "failure", now)

    @property
    def offered_count(self) -> int:
        return len(self._offered)


def hops_left_of(request: Request) -> int:
    """Return Max-Forwards. Raises `Malformed`."""
    text = request.headers.get("Max-Forwards")
    return MOST_HOPS if text is None else parse_number(text, "Max-Forwards", 255)


def _confirms(request: Request, reliable: Reliable) -> bool:
    """RFC 3262 §3: RAck names the RSeq, the CSeq number and the method."""
    words = (request.headers.get("RAck") or "").split()
    if len(words) != 3 or words[2] != "INVITE":
        return False
    try:
        return (parse_number(words[0], "RAck"), parse_number(words[1], "RAck")) == (
            reliable.rseq,
            reliable.cseq,
        )
    except Malformed:
        return False
