"""Offers in a running session (RFC 3264, RFC 3311, RFC 6337): re-INVITE and UPDATE both ways, glare, refreshes."""

from collections.abc import Callable
from functools import partial

from banjie.sip.bodies import has_foreign_body, session_description
from banjie.sip.core import ALLOW, SUPPORTED, Core
from banjie.sip.dialogs import Dialog
from banjie.sip.errors import IllegalInState, Malformed
from banjie.sip.events import OfferReceived, OfferRefused
from banjie.sip.in_dialog import DIALOG_GONE, InDialog, Wish
from banjie.sip.message import Essentials
from banjie.sip.model import Response, Transmit
from banjie.sip.refreshing import Refreshing
from banjie.sip.replies import Arrived
from banjie.sip.session_timers import TooSmall, agreed_as_client, agreed_as_server, lines_as_server
from banjie.sip.sessions import RemoteOffer, Session, SessionState

_AGAIN_S = 2.0  # a refresh that found the session busy
_REFUSED_AGAIN_S = 10.0  # a refresh that was refused


class Reoffer:
    """One re-INVITE of ours. Its ACK is kept for repeated 2xx."""

    __slots__ = ("ack", "body", "dialog", "is_refresh", "session")

    def __init__(self, session: Session, dialog: Dialog, body: bytes, *, is_refresh: bool) -> None:
        self.session = session
        self.dialog = dialog
        self.body = body
        self.is_refresh = is_refresh
        self.ack: Transmit | None = None


class Reoffers:
    """Changes what two ends have agreed, one change at a time."""

    def __init__(self, core: Core, in_dialog: InDialog) -> None:
        self._core = core
        self._in_dialog = in_dialog
        self.refreshing = Refreshing(core, self.refresh, self.expire)

    # ours

    def offer(self, session: Session, body: bytes, now: float) -> None:
        """Send a re-INVITE, now or when what is on its way is done. A later offer replaces one that waits."""
        if session.state not in (SessionState.TALKING, SessionState.ANSWERED):
            raise IllegalInState(session.id, session.state, "offer anew")
        session.waiting_offer = body
        self.resume(session, now)

    def resume(self, session: Session, now: float) -> None:
        """Send the offer that waits, if nothing else is on its way."""
        if session.waiting_offer is not None and not self._is_busy(session):
            body, session.waiting_offer = session.waiting_offer, None
            self._invite(session, body, now, is_refresh=False)

    def _is_busy(self, session: Session) -> bool:
        return (
            session.state is not SessionState.TALKING
            or session.offering
            or session.remote_offer is not None
            or session.unacked is not None
            or session.owes_ack is not None
            or session.glare_timer is not None
        )

    def _invite(self, session: Session, body: bytes, now: float, *, is_refresh: bool) -> None:
        dialog = session.dialog
        if dialog is None:
            return
        session.offering = True
        reoffer = Reoffer(session, dialog, body, is_refresh=is_refresh)
        lines = [("Contact", self._core.contact(dialog.hop)), ("Allow", ALLOW), ("Supported", SUPPORTED)]
        lines += self._session_expires(session)
        wish = Wish(method="INVITE", lines=tuple(lines), body=body)
        self._in_dialog.send(session, dialog, wish, partial(self._answered, reoffer), now)

    def _session_expires(self, session: Session) -> list[tuple[str, str]]:
        agreed = session.refreshment
        if agreed is None:
            return []
        return [
            ("Session-Expires", f"{agreed.interval_s};refresher={'uac' if agreed.ours else 'uas'}"),
            ("Min-SE", str(self._core.settings.min_se_s)),
        ]

    def _answered(
        self, reoffer: Reoffer, response: Response | None, known: Essentials | None, now: float
    ) -> None:
        session = reoffer.session
        if reoffer.ack is not None:
            self._core.outbox.append(reoffer.ack)
            return
        session.offering = False
        if response is not None and known is not None and response.status < 300:
            self._accepted(reoffer, response, known, now)
        elif session.state is SessionState.ENDED:
            return
        elif response is None or response.status in DIALOG_GONE:
            self._gone(session, response, now)
        elif response.status == 491:
            self._wait_after_glare(session, reoffer, now)
        elif reoffer.is_refresh:
            self._refresh_later(session, _REFUSED_AGAIN_S, now)
        else:
            self._core.events.append(OfferRefused(session_id=session.id, status=response.status))
        if session.state is not SessionState.ENDED:
            self.resume(session, now)

    def _accepted(self, reoffer: Reoffer, response: Response, known: Essentials, now: float) -> None:
        session, dialog = reoffer.session, reoffer.dialog
        try:
            dialog.refresh_target(response, known, dialog.hop)
            agreed = agreed_as_client(response)
        except Malformed:
            agreed = session.refreshment
        invite = dialog.request("INVITE", "", known.cseq)
        reoffer.ack = self._in_dialog.ack(dialog, invite, known.cseq, None, now)
        if session.state is SessionState.ENDED:
            return
        session.local_body = reoffer.body
        self.refreshing.agree(session, agreed, now)
        body = session_description(response)
        if body is not None:
            self._in_dialog.note_answer(session, body, is_news=not reoffer.is_refresh)

    def _gone(self, session: Session, response: Response | None, now: float) -> None:
        self._in_dialog.leave(session, now)
        status = 408 if response is None else response.status
        self._core.end(session, status, "the peer no longer knows the call", "failure", now)

    def _wait_after_glare(self, session: Session, reoffer: Reoffer, now: float) -> None:
        """RFC 3261 §14.1: who made the Call-ID waits 2.1 to 4 s, the other 0 to 2 s."""
        if not reoffer.is_refresh and session.waiting_offer is None:
            session.waiting_offer = reoffer.body
        wait_s = 2.1 + 1.9 * self._core.chance() if session.is_caller else 2.0 * self._core.chance()
        self._later(session, wait_s, self.refresh if reoffer.is_refresh else self.resume, now)

    def _later(
        self, session: Session, wait_s: float, act: Callable[[Session, float], None], now: float
    ) -> None:
        def fire(at: float) -> None:
            session.glare_timer = None
            act(session, at)

        self._core.deadlines.cancel(session.glare_timer)
        session.glare_timer = self._core.deadlines.at(now + wait_s, fire)

    # the peer's

    def take(self, session: Session, dialog: Dialog, arrived: Arrived, now: float) -> None:
        """Take a re-INVITE or an UPDATE."""
        refusal = self._refusal(session, arrived)
        if refusal is not None:
            status, more = refusal
            transaction = self._core.transactions.serve(arrived, now)
            transaction.respond(status, arrived.write(status, None, None, more), now)
            return
        request = arrived.request
        dialog.refresh_target(request, arrived.known, arrived.hop)
        if request.method == "INVITE":
            # Who offers anew has our last 2xx: its ACK was lost, or comes later than this.
            self._in_dialog.take_lost_ack(session)
        pending = RemoteOffer(dialog, arrived, self._core.transactions.serve(arrived, now))
        body = session_description(request)
        if request.method == "UPDATE" and body is None:
            self._accept(session, pending, b"", now)
        elif body is not None and body == session.remote_body and session.local_body:
            # A sign of life: what stands is said again.
            self._accept(session, pending, session.local_body, now)
        else:
            session.remote_offer = pending
            self._core.events.append(OfferReceived(session_id=session.id, body=body or b""))

    def _refusal(self, session: Session, arrived: Arrived) -> tuple[int, str] | None:
        """Return how a re-INVITE or UPDATE must be refused, or None."""
        request = arrived.request
        if session.state is SessionState.ENDED:
            return 481, ""
        if has_foreign_body(request):
            return 415, "Accept: application/sdp\r\n"
        is_invite = request.method == "INVITE"
        if is_invite or request.body:
            if _owes_answer(session, is_invite=is_invite):
                return 500, f"Retry-After: {int(self._core.chance() * 10)}\r\n"
            if _awaits_answer(session, is_invite=is_invite):
                return 491, ""
        settings = self._core.settings
        try:
            agreed = agreed_as_server(request, settings.session_expires_s, settings.min_se_s)
        except Malformed:
            return 400, ""
        return (422, f"Min-SE: {agreed.min_se_s}\r\n") if isinstance(agreed, TooSmall) else None

    def answer(self, session: Session, body: bytes, now: float) -> None:
        """Answer the offer that is open; nothing happens when the peer has withdrawn it."""
        if session.owes_ack is not None:
            owes_ack, session.owes_ack = session.owes_ack, None
            session.local_body = body
            owes_ack(body, now)
            self.resume(session, now)
        elif session.remote_offer is not None:
            pending, session.remote_offer = session.remote_offer, None
            self._accept(session, pending, body, now)

    def refuse(self, session: Session, status: int, now: float) -> None:
        """Refuse the offer that is open; what was agreed before stands. Where nothing was, the call ends."""
        if session.owes_ack is not None:
            self._in_dialog.leave(session, now)
            self._core.end(session, status, "the offer in the answer was refused", "us", now)
            return
        pending, session.remote_offer = session.remote_offer, None
        if pending is not None:
            pending.transaction.respond(status, pending.arrived.write(status, None, None), now)
            self.resume(session, now)

    def _accept(self, session: Session, pending: RemoteOffer, body: bytes, now: float) -> None:
        arrived = pending.arrived
        offered = session_description(arrived.request)
        settings = self._core.settings
        lines = f"Contact: {self._core.contact(arrived.hop)}\r\nAllow: {ALLOW}\r\nSupported: {SUPPORTED}\r\n"
        agreed = agreed_as_server(arrived.request, settings.session_expires_s, settings.min_se_s)
        if not isinstance(agreed, TooSmall):
            lines += lines_as_server(arrived.request, agreed)
            self.refreshing.agree(session, agreed, now)
        if body:
            session.local_body = body
            session.remote_body = pending.dialog.remote_body = offered or session.remote_body
            lines += "Content-Type: application/sdp\r\n"
        data = arrived.write(200, None, None, lines, body)
        if arrived.request.method == "INVITE":
            self._in_dialog.confirm(
                session, pending.transaction, arrived, data, now, expects_answer=offered is None
            )
        else:
            pending.transaction.respond(200, data, now)
            self.resume(session, now)

    def withdraw(self, session: Session, now: float) -> None:
        """The peer cancelled its re-INVITE."""
        self.refuse(session, 487, now)

    # signs of life

    def refresh(self, session: Session, now: float) -> None:
        """Give a sign of life: UPDATE where the peer takes it, else the same re-INVITE again."""
        dialog = session.dialog
        if dialog is None or session.state is SessionState.ENDED:
            return
        if self._is_busy(session):
            self._refresh_later(session, _AGAIN_S, now)  # what is on its way counts as one, if it succeeds
        elif session.waiting_offer is not None:
            self.resume(session, now)
        elif session.allows_update:
            lines = [("Contact", self._core.contact(dialog.hop)), ("Supported", SUPPORTED)]
            lines += self._session_expires(session)
            wish = Wish(method="UPDATE", lines=tuple(lines))
            self._in_dialog.send(session, dialog, wish, partial(self._refreshed, session, dialog), now)
        elif session.local_body is not None:
            self._invite(session, session.local_body, now, is_refresh=True)

    def _refresh_later(self, session: Session, wait_s: float, now: float) -> None:
        self._core.deadlines.cancel(session.refresh_timer)
        session.refresh_timer = self._core.deadlines.at(now + wait_s, partial(self.refresh, session))

    def _refreshed(
        self,
        session: Session,
        dialog: Dialog,
        response: Response | None,
        known: Essentials | None,
        now: float,
    ) -> None:
        if session.state is SessionState.ENDED:
            return
        if response is None or response.status in DIALOG_GONE:
            self._gone(session, response, now)
        elif response.status < 300:
            try:
                self.refreshing.agree(session, agreed_as_client(response), now)
            except Malformed:
                return
        elif response.status in (405, 501):
            session.allows_update = False
            self.refresh(session, now)
        else:
            self._refresh_later(session, _AGAIN_S if response.status == 491 else _REFUSED_AGAIN_S, now)

    def expire(self, session: Session, now: float) -> None:
        self._in_dialog.leave(session, now, "session expired")
        self._core.end(session, 408, "no sign of life from the peer", "failure", now)


def _owes_answer(session: Session, *, is_invite: bool) -> bool:
    """Tell whether an offer of the peer, or its first INVITE, waits for us: the next must wait too (RFC 3261 §14.2)."""
    is_unanswered = session.state in (SessionState.OFFERED, SessionState.RINGING)
    return session.remote_offer is not None or (
        is_unanswered and (is_invite or not session.body_sent_reliably)
    )


def _awaits_answer(session: Session, *, is_invite: bool) -> bool:
    """Tell whether an offer of ours, or our first INVITE, waits for the peer: its own crosses it."""
    is_early = session.state in (SessionState.CALLING, SessionState.PROGRESSING)
    unconfirmed = (session.unacked, session.reliable)
    return (
        session.offering
        or session.owes_ack is not None
        or (is_early and (is_invite or session.remote_body is None))
        or any(sent is not None and sent.expects_answer for sent in unconfirmed)
    )
