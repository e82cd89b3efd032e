"""Requests within a dialog: how ours are sent and authorised, BYE both ways, digits by INFO, 2xx until their ACK."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from banjie.sip.bodies import digits_of, session_description
from banjie.sip.core import Core
from banjie.sip.dialogs import Dialog
from banjie.sip.events import AnswerReceived, DigitsReceived
from banjie.sip.message import Essentials
from banjie.sip.model import Hop, Message, Request, Response, Transmit
from banjie.sip.replies import Arrived
from banjie.sip.sessions import Session, SessionState, Turn, Unacked
from banjie.sip.transaction_layer import Failure, ServerTransaction

OnFinal = Callable[[Response | None, Essentials | None, float], None]  # None: nobody answered

# RFC 3261 §12.2.1.2: the dialog is gone.
DIALOG_GONE = frozenset({404, 408, 410, 416, 480, 481, 482, 483, 484, 485, 502, 604})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A request we want sent within a dialog."""

    method: str
    lines: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    content_type: str = "application/sdp"


class InDialog:
    """Sends and takes requests of running dialogs."""

    def __init__(self, core: Core) -> None:
        self._core = core

    # ours

    def send(self, session: Session, dialog: Dialog, wish: Wish, on_final: OnFinal, now: float) -> None:
        """Send a request and tell its final answer (each 2xx of an INVITE). A challenge is answered where we can."""
        self._send(session, dialog, wish, on_final, None, now)

    def _send(
        self,
        session: Session,
        dialog: Dialog,
        wish: Wish,
        on_final: OnFinal,
        proof: tuple[str, str] | None,
        now: float,
    ) -> None:
        branch, via = self._core.via(dialog.hop)
        request = dialog.request(wish.method, via, dialog.next_cseq())
        headers = request.headers
        for name, value in wish.lines:
            headers.add(name, value)
        if wish.body:
            headers.add("Content-Type", wish.content_type)
            request = Request(request.method, request.uri, headers, wish.body)
        if proof is not None:
            headers.add(*proof)

        def on_response(response: Response, known: Essentials, hop: Hop, at: float) -> None:
            if response.status < 200:
                return
            asked = proof is None and response.status in (401, 407)
            answer = self._proof(session, request, response) if asked else None
            if answer is not None:
                self._send(session, dialog, wish, on_final, answer, at)
            else:
                on_final(response, known, at)

        def on_failure(failure: Failure, at: float) -> None:
            on_final(None, None, at)

        self._core.transactions.send(request, branch, dialog.hop, on_response, on_failure, now)

    def _proof(self, session: Session, request: Request, challenge: Response) -> tuple[str, str] | None:
        if self._core.credentials is None or session.credentials is None:
            return None
        return self._core.credentials.answer(session.credentials, request, challenge)

    def bye(self, session: Session, dialog: Dialog, now: float, cause: str | None = None) -> None:
        """Send BYE; the dialog is kept until it is answered, so that a crossing BYE finds it."""
        lines = (("Reason", reason_value(cause)),) if cause else ()

        def done(_response: Response | None, _known: Essentials | None, _at: float) -> None:
            self._core.forget_dialog(dialog)
            if session.dialog is dialog:
                self.stop_2xx(session)

        self.send(session, dialog, Wish(method="BYE", lines=lines), done, now)

    def leave(self, session: Session, now: float, cause: str | None = None) -> None:
        """Send BYE in a running session, after the ACK that is owed."""
        if session.owes_ack is not None:
            owes_ack, session.owes_ack = session.owes_ack, None
            owes_ack(None, now)
        if session.dialog is not None:
            self.bye(session, session.dialog, now, cause)

    def ack(self, dialog: Dialog, invite: Request, cseq: int, body: bytes | None, now: float) -> Transmit:
        """Send the ACK of a 2xx and return it, to be sent again for each repeated 2xx (RFC 3261 §13.2.2.4)."""
        _, via = self._core.via(dialog.hop)
        request = dialog.request("ACK", via, cseq)
        for name in ("Authorization", "Proxy-Authorization"):
            for value in invite.headers.all(name):
                request.headers.add(name, value)
        if body:
            request.headers.add("Content-Type", "application/sdp")
            request = Request("ACK", request.uri, request.headers, body)
        transmit = Transmit(dialog.hop, request.to_bytes())
        self._core.outbox.append(transmit)
        return transmit

    # the peer's

    def take_bye(self, session: Session, dialog: Dialog, arrived: Arrived, now: float) -> None:
        transaction = self._core.transactions.serve(arrived, now)
        transaction.respond(200, arrived.write(200, None, None), now)
        self.stop_2xx(session)
        self._core.forget_dialog(dialog)
        reason = arrived.request.headers.get("Reason") or "hung up"
        self._core.end(session, None, reason, "peer", now)

    def take_info(self, session: Session, arrived: Arrived, now: float) -> None:
        transaction = self._core.transactions.serve(arrived, now)
        digits = digits_of(arrived.request)
        transaction.respond(200, arrived.write(200, None, None), now)
        if digits and session.state is not SessionState.ENDED:
            self._core.events.append(DigitsReceived(session_id=session.id, digits=digits))

    # 2xx until their ACK

    def confirm(
        self,
        session: Session,
        transaction: ServerTransaction,
        arrived: Arrived,
        data: bytes,
        now: float,
        *,
        expects_answer: bool,
    ) -> None:
        """Send the 2xx of an INVITE, and again until its ACK; without one the session ends after 64 × T1."""
        t1_s = self._core.settings.timers.t1_s
        self.stop_2xx(session)
        unacked = Unacked(arrived.known.cseq, data, arrived.reply_hop, expects_answer=expects_answer)
        unacked.interval_s = t1_s
        unacked.gives_up_at = now + 64 * t1_s
        unacked.timer = self._core.deadlines.at(now + t1_s, partial(self._send_2xx_again, session, unacked))
        session.unacked = unacked
        transaction.respond(200, data, now)

    def _send_2xx_again(self, session: Session, unacked: Unacked, now: float) -> None:
        if now >= unacked.gives_up_at:
            session.unacked = None
            if session.state is SessionState.ENDED and not session.bye_when_acked:
                return
            self.leave(session, now, "ACK missing")
            self._core.end(session, 408, "our answer was never confirmed", "failure", now)
            return
        self._core.outbox.append(Transmit(unacked.hop, unacked.data))
        unacked.interval_s = min(unacked.interval_s * 2, self._core.settings.timers.t2_s)
        at = min(now + unacked.interval_s, unacked.gives_up_at)
        unacked.timer = self._core.deadlines.at(at, partial(self._send_2xx_again, session, unacked))

    def stop_2xx(self, session: Session) -> None:
        if session.unacked is not None:
            self._core.deadlines.cancel(session.unacked.timer)
            session.unacked = None

    def take_ack(self, session: Session, dialog: Dialog, request: Request, cseq: int, now: float) -> bool:
        """Take the ACK of a 2xx; False when it confirms nothing new."""
        unacked = session.unacked
        if unacked is None or unacked.cseq != cseq:
            return False
        self.stop_2xx(session)
        if session.state is SessionState.ANSWERED:
            session.turn(Turn.ACKED)
        if session.bye_when_acked:
            session.bye_when_acked = False
            self.bye(session, dialog, now)
            return False
        if unacked.expects_answer and session.state is not SessionState.ENDED:
            body = session_description(request)
            if body is not None:
                self.note_answer(session, body)
        return True

    def take_lost_ack(self, session: Session) -> None:
        """Hold a 2xx of ours for confirmed, where its ACK could not bring anything."""
        if session.unacked is not None:
            self.stop_2xx(session)
            if session.state is SessionState.ANSWERED:
                session.turn(Turn.ACKED)

    def note_answer(self, session: Session, body: bytes, *, is_news: bool = True) -> None:
        """Tell an answer of the peer; one to a mere sign of life only where it differs from what stands."""
        if is_news or body != session.remote_body:
            session.remote_body = body
            self._core.events.append(AnswerReceived(session_id=session.id, body=body))


def reason_value(cause: str) -> str:
    """RFC 3326. Words of ours become the text; a value that is one already stays."""
    safe = "".join(c for c in cause if c >= " " and c not in '"\\')
    return cause if ";cause=" in cause and safe.count(";") < 4 and "\n" not in cause else f'SIP;text="{safe}"'


def allows(message: Message, method: str) -> bool:
    return any(method in value for value in message.headers.all("Allow"))
