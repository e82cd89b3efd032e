"""Calls that go out (RFC 3261 §13.2, RFC 3262 §4, RFC 3263 §4.3): at one route of a trunk after another, at all phones of
a user at once.

Each route is an attempt of its own: its INVITE transaction, its early dialogs. An attempt that nobody wants any
more (hung up, given up for the next route, answered elsewhere) is cancelled as soon as the peer lets it be, and what it
still accepts is confirmed and hung up at once: no call is lost half-open, none is doubled. Of a user's phones the first
that answers has the call, and the others are told so (RFC 3326); one that is busy leaves the others ringing, one that
declines for all of them (6xx) does not.
"""

from functools import partial

from banjie.sip.attempts import Attempt, Calling, Failed, attempts_of, best, invite_of
from banjie.sip.bodies import session_description
from banjie.sip.core import Core
from banjie.sip.dialogs import Dialog, as_caller
from banjie.sip.early_dialogs import MOST_EARLY, EarlyDialogs
from banjie.sip.errors import Malformed
from banjie.sip.events import Accepted
from banjie.sip.grammar import parse_number
from banjie.sip.in_dialog import InDialog, allows
from banjie.sip.message import Essentials
from banjie.sip.model import Hop, Response, SessionId, Target, UserTarget
from banjie.sip.reoffers import Reoffers
from banjie.sip.session_timers import agreed_as_client
from banjie.sip.sessions import Session, SessionState, Turn
from banjie.sip.transaction_layer import ClientTransaction, Failure, cancel

_LONGEST_REST_S = 300.0  # whatever a server says
_FOR_ALL = 600  # RFC 3261 §16.7: nobody else need be asked
_ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"'  # RFC 3326: phones list it as no call missed
_TRIES = 4  # INVITEs at one route: challenges and 422


class Uac:
    """Makes calls, up to our ACK."""

    def __init__(self, core: Core, in_dialog: InDialog, reoffers: Reoffers) -> None:
        self._core = core
        self._in_dialog = in_dialog
        self._reoffers = reoffers
        self._early = EarlyDialogs(core, in_dialog)

    def invite(self, target: Target, calling: Calling, now: float) -> SessionId:
        """Call a target; where there is no way to it, `SessionEnded` says so."""
        core = self._core
        session = Session(SessionId(core.token()), is_caller=True, local_tag="")
        core.sessions[session.id] = session
        session.local_body = calling.body
        calling.routes = list(core.directory.routes_for(target, calling.dialled, now))
        if not calling.routes:
            core.end(session, 480, "there is no way to the target now", "failure", now)
            return session.id
        at = now + core.settings.longest_ringing_s
        session.ringing_timer = core.deadlines.at(at, partial(self._rang_too_long, session))
        self._try(session, calling, now)
        while isinstance(target, UserTarget) and calling.routes:
            self._try(session, calling, now)
        return session.id

    def _try(self, session: Session, calling: Calling, now: float) -> None:
        """Begin an attempt at the next route."""
        route = calling.routes.pop(0)
        core = self._core
        attempt = Attempt(session, calling, route, core.token() + core.token(), core.token())
        attempt.session_expires_s = core.settings.session_expires_s
        session.attempts.append(attempt)
        session.local_tag = attempt.local_tag
        session.credentials = route.credentials
        self._send(attempt, None, now)
        if route.patience_s is not None:
            at = now + route.patience_s
            attempt.patience = core.deadlines.at(at, partial(self._impatient, attempt))

    def _send(self, attempt: Attempt, proof: tuple[str, str] | None, now: float) -> None:
        attempt.tries += 1
        core, hop = self._core, attempt.route.hop
        branch, via = core.via(hop)
        request = invite_of(attempt, via, core)
        if proof is not None:
            request.headers.add(*proof)
        attempt.transaction = core.transactions.send(
            request,
            branch,
            hop,
            partial(self._receive, attempt),
            partial(self._failed, attempt),
            now,
        )

    # what comes back

    def _receive(self, attempt: Attempt, response: Response, known: Essentials, hop: Hop, now: float) -> None:
        self._core.deadlines.cancel(attempt.patience)
        if response.status < 200:
            attempt.progressed = True
            if attempt.is_wanted:
                self._early.progress(attempt, response, known, hop, now)
            else:
                self._cancel(attempt, now)
        elif response.status < 300:
            self._accept(attempt, response, known, hop, now)
        else:
            self._refused(attempt, response, now)

    def _accept(self, attempt: Attempt, response: Response, known: Essentials, hop: Hop, now: float) -> None:
        session, tag = attempt.session, known.to_tag
        if tag in attempt.acks:
            again = attempt.acks[tag]
            if again is not None:
                self._core.outbox.append(again)
            return
        if attempt.transaction is None or len(attempt.acks) >= MOST_EARLY:
            return
        invite = attempt.transaction.request
        try:
            dialog = as_caller(invite, response, known, hop, is_natted=attempt.route.is_natted)
            agreed = agreed_as_client(response)
        except Malformed:
            # Confirmed so that the peer stops, then hung up: we cannot tell where it is.
            dialog = Dialog(
                known.call_id,
                (known.from_tag, invite.headers.get("From") or ""),
                (tag, response.headers.get("To") or ""),
                hop,
            )
            dialog.local_cseq, dialog.remote_target = known.cseq, invite.uri
            self._turn_down(attempt, dialog, known, now)
            self._give_up(attempt, 502, "the answer could not be read", now)
            return
        early = attempt.early.pop(tag, None)
        if early is not None:
            dialog.local_cseq = max(dialog.local_cseq, early.local_cseq)
            dialog.remote_cseq, dialog.remote_body = early.remote_cseq, early.remote_body
        if not attempt.is_wanted or session.state is SessionState.TALKING:
            self._turn_down(attempt, dialog, known, now)
            return
        session.turn(Turn.ACCEPT)
        self._withdraw(session, attempt, now)
        self._core.deadlines.cancel(session.ringing_timer)
        session.ringing_timer = None
        session.dialog = dialog
        session.allows_update = allows(response, "UPDATE")
        self._early.forget(attempt)
        self._core.keep_dialog(session, dialog)
        self._reoffers.refreshing.agree(session, agreed, now)
        self._acknowledge(attempt, dialog, response, known, now)

    def _acknowledge(
        self, attempt: Attempt, dialog: Dialog, response: Response, known: Essentials, now: float
    ) -> None:
        session, tag = attempt.session, known.to_tag
        invite = (
            attempt.transaction.request if attempt.transaction is not None else dialog.request("ACK", "", 0)
        )
        body = session_description(response)
        if attempt.calling.body:
            attempt.acks[tag] = self._in_dialog.ack(dialog, invite, known.cseq, None, now)
            body = body or dialog.remote_body
        else:
            attempt.acks[tag] = None

            def owed(answer: bytes | None, at: float) -> None:
                attempt.acks[tag] = self._in_dialog.ack(dialog, invite, known.cseq, answer, at)

            session.owes_ack = owed
        session.remote_body = body
        self._core.events.append(Accepted(session_id=session.id, body=body))

    def _turn_down(self, attempt: Attempt, dialog: Dialog, known: Essentials, now: float) -> None:
        """Confirm what was accepted too late, or by a second phone, and hang it up."""
        if attempt.transaction is None:
            return
        attempt.acks[known.to_tag] = self._in_dialog.ack(
            dialog, attempt.transaction.request, known.cseq, None, now
        )
        self._core.keep_dialog(attempt.session, dialog)
        self._in_dialog.bye(attempt.session, dialog, now)

    def _refused(self, attempt: Attempt, response: Response, now: float) -> None:
        self._early.forget(attempt)
        if not attempt.is_wanted:
            return
        if response.status in (401, 407) and (proof := self._proof(attempt, response)) is not None:
            self._send(attempt, proof, now)
        elif response.status == 422 and self._may_lengthen(attempt, response):
            self._send(attempt, None, now)
        elif response.status == 503:
            rest_s = _retry_after_s(response)
            if rest_s:
                self._core.directory.rest(attempt.route.hop, now + rest_s)
            self._give_up(attempt, 503, response.reason, now)
        else:
            attempt.is_wanted = False
            self._end_unless_others_ring(attempt, Failed(response.status, response.reason, "peer"), now)

    def _proof(self, attempt: Attempt, response: Response) -> tuple[str, str] | None:
        """Return the header that answers a challenge. The next INVITE is the same in all that it signs."""
        credentials, name = self._core.credentials, attempt.route.credentials
        if credentials is None or name is None or attempt.transaction is None or attempt.tries >= _TRIES:
            return None
        sent = attempt.transaction.request.headers
        proven = "Authorization" in sent or "Proxy-Authorization" in sent
        challenge = (
            response.headers.get("WWW-Authenticate") or response.headers.get("Proxy-Authenticate") or ""
        )
        if proven and "stale=true" not in challenge.lower().replace('"', ""):
            return None
        return credentials.answer(name, attempt.transaction.request, response)

    def _may_lengthen(self, attempt: Attempt, response: Response) -> bool:
        try:
            least_s = parse_number((response.headers.get("Min-SE") or "").partition(";")[0], "Min-SE")
        except Malformed:
            return False
        if attempt.tries >= _TRIES or least_s <= attempt.session_expires_s:
            return False
        attempt.session_expires_s = least_s
        return True

    def _failed(self, attempt: Attempt, failure: Failure, now: float) -> None:
        self._core.deadlines.cancel(attempt.patience)
        self._early.forget(attempt)
        self._give_up(attempt, 408 if failure == "timed out" else 503, failure, now)

    def _impatient(self, attempt: Attempt, now: float) -> None:
        self._give_up(attempt, 408, "timed out", now)

    def _give_up(self, attempt: Attempt, status: int, reason: str, now: float) -> None:
        """Leave this route; take the next, or end."""
        if not attempt.is_wanted:
            return
        attempt.is_wanted = False
        session = attempt.session
        if session.state is not SessionState.CALLING and session.state is not SessionState.PROGRESSING:
            return
        if attempt.calling.routes:
            session.turn(Turn.TRY_AGAIN)
            session.remote_body = None
            self._try(session, attempt.calling, now)
        else:
            self._end_unless_others_ring(attempt, Failed(status, reason, "failure"), now)

    def _end_unless_others_ring(self, attempt: Attempt, failed: Failed, now: float) -> None:
        session, calling = attempt.session, attempt.calling
        calling.failures.append(failed)
        if any(other.is_wanted for other in attempts_of(session)) and failed.status < _FOR_ALL:
            return
        self.hang_up(session, now)
        told = best(calling.failures)
        self._core.end(session, told.status, told.reason, told.by, now)

    # what we no longer want

    def hang_up(self, session: Session, now: float) -> None:
        """Cancel the attempts that run. The session's end is the caller's to tell."""
        for attempt in attempts_of(session):
            self._leave(attempt, now)

    def _withdraw(self, session: Session, answered: Attempt, now: float) -> None:
        """Let his other phones stop ringing: this one was answered."""
        for attempt in attempts_of(session):
            if attempt is not answered:
                attempt.is_elsewhere = True
                self._leave(attempt, now)

    def _leave(self, attempt: Attempt, now: float) -> None:
        if not attempt.is_wanted:
            return  # it is over, or cancelled as soon as may be
        attempt.is_wanted = False
        self._core.deadlines.cancel(attempt.patience)
        if attempt.progressed:
            self._cancel(attempt, now)

    def _cancel(self, attempt: Attempt, now: float) -> None:
        """RFC 3261 §9.1: once, and only after a provisional response."""
        transaction = attempt.transaction
        if attempt.cancelled or transaction is None:
            return
        attempt.cancelled = True
        self._early.forget(attempt)
        branch = transaction.key[0]
        request = cancel(transaction.request)
        if attempt.is_elsewhere:
            request.headers.add("Reason", _ELSEWHERE)
        self._core.transactions.send(
            request,
            branch,
            transaction.hop,
            lambda _r, _k, _h, _at: None,
            lambda _f, _at: None,
            now,
        )
        # §9.1: without a final answer in 64 × T1 the INVITE is taken for cancelled.
        wait_s = 64 * self._core.settings.timers.t1_s
        self._core.deadlines.at(now + wait_s, partial(_abandon_unless_accepted, transaction))

    def _rang_too_long(self, session: Session, now: float) -> None:
        self.hang_up(session, now)
        self._core.end(session, 408, "nobody answered", "failure", now)


def _abandon_unless_accepted(transaction: ClientTransaction, now: float) -> None:
    if transaction.state in ("calling", "proceeding"):
        transaction.abandon(now)


def _retry_after_s(response: Response) -> float:
    """Return how long a server asks to be left alone; 0.0 where it does not, or not in a way that can be read."""
    text = (response.headers.get("Retry-After") or "").partition(";")[0].partition("(")[0]
    try:
        return min(_LONGEST_REST_S, float(parse_number(text, "Retry-After")))
    except Malformed:
        return 0.0
