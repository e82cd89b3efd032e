"""REFER and its NOTIFYs within a dialog, both ways (RFC 3515, RFC 4488). The states stand in `referrals.py`.

Out of a dialog a REFER is refused, whoever sends it: to have us call somebody is for the desk to ask (RFC 5589 §6
would let phones do so).
"""

from functools import partial

from banjie.sip.bodies import media_type
from banjie.sip.callers import number_in
from banjie.sip.core import Core
from banjie.sip.dialogs import Dialog
from banjie.sip.errors import IllegalInState
from banjie.sip.events import ReferAccepted, ReferConcluded, ReferReceived
from banjie.sip.in_dialog import InDialog, Wish
from banjie.sip.message import Essentials
from banjie.sip.model import Response, Target
from banjie.sip.referrals import (
    LONGEST_S,
    SIPFRAG,
    Referral,
    ReferState,
    ReferTurn,
    event_of,
    fragment,
    is_for,
    is_last,
    refer_to,
    status_in,
)
from banjie.sip.replies import Arrived
from banjie.sip.sessions import Session, SessionState
from banjie.sip.uas import hops_left_of


class Referring:
    """Takes what the peer asks, and asks the peer."""

    def __init__(self, core: Core, in_dialog: InDialog) -> None:
        self._core = core
        self._in_dialog = in_dialog

    # the peer asks us

    def take(self, session: Session, dialog: Dialog, arrived: Arrived, now: float) -> None:
        """Take a REFER, or refuse it; `answer` is due. Raises `Malformed`."""
        core, request = self._core, arrived.request
        wanted = refer_to(request)
        if hops_left_of(request) == 0:
            core.refuse(arrived, 483)
        elif session.state is not SessionState.TALKING or session.asked is not None:
            core.refuse(arrived, 491)
        elif isinstance(wanted, int):
            core.refuse(arrived, wanted)
        else:
            session.referrals_count += 1
            referral = Referral(event_of(session.referrals_count, arrived.known.cseq))
            referral.is_subscribed = (request.headers.get("Refer-Sub") or "").strip().lower() != "false"
            referral.arrived, referral.transaction = arrived, core.transactions.serve(arrived, now)
            self._watch(session, referral, now)
            session.asked = referral
            named = wanted.replaces
            running = None if named is None else core.dialogs.get(named.dialog_id)
            core.events.append(
                ReferReceived(
                    session_id=session.id,
                    dialled=number_in(wanted.uri),
                    replaces=None if running is None else running[0].id,
                    foreign=None if named is None or running is not None else str(named),
                )
            )

    def answer(self, session: Session, status: int, now: float) -> None:
        """Accept with 202, or refuse, the REFER that waits."""
        referral = session.asked
        if referral is None or referral.arrived is None or referral.transaction is None:
            raise IllegalInState(session.id, session.state, "answer a REFER")
        arrived, transaction = referral.arrived, referral.transaction
        referral.arrived = referral.transaction = None
        if status >= 300:
            transaction.respond(status, arrived.write(status, None, None), now)
            self._over(session, referral)
            return
        more = f"Contact: {self._core.contact(arrived.hop)}\r\n"
        if not referral.is_subscribed:
            more += "Refer-Sub: false\r\n"
        transaction.respond(202, arrived.write(202, None, None, more), now)
        if referral.is_subscribed:
            referral.turn(ReferTurn.ACCEPT)
            self.tell(session, 100, now)
        else:
            self._over(session, referral)

    def tell(self, session: Session, status: int, now: float) -> None:
        """Say how it goes; a final status is the last word. Nothing where nobody wants to hear it (any more)."""
        referral, dialog = session.asked, session.dialog
        if referral is None or dialog is None or referral.state is not ReferState.ACTIVE:
            return
        left_s = max(1, round(referral.timer.at - now)) if referral.timer is not None else 1
        state = f"active;expires={left_s}" if status < 200 else "terminated;reason=noresource"
        lines = (
            ("Event", referral.event),
            ("Subscription-State", state),
            ("Contact", self._core.contact(dialog.hop)),
        )
        wish = Wish(method="NOTIFY", lines=lines, body=fragment(status), content_type=SIPFRAG)
        if status >= 200:
            self._over(session, referral)

        def told(response: Response | None, _known: Essentials | None, _at: float) -> None:
            if response is None or response.status >= 300:  # it does not listen: RFC 6665 §4.2.2
                self._over(session, referral)

        self._in_dialog.send(session, dialog, wish, told, now)

    # we ask the peer

    def refer(self, session: Session, target: Target, dialled: str, now: float) -> None:
        """Ask the peer to call a number by itself, as the target's own server knows it."""
        core, dialog = self._core, session.dialog
        if session.state is not SessionState.TALKING or dialog is None or session.asking is not None:
            raise IllegalInState(session.id, session.state, "be asked to call somebody")
        routes = core.directory.routes_for(target, dialled, now)
        if not routes:
            core.events.append(ReferConcluded(session_id=session.id, status=480))
            return
        referral = Referral("refer")
        session.asking = referral
        self._watch(session, referral, now)
        contact = core.contact(dialog.hop)
        lines = (("Refer-To", f"<{routes[0].request_uri}>"), ("Referred-By", contact), ("Contact", contact))

        def answered(response: Response | None, _known: Essentials | None, at: float) -> None:
            if session.asking is not referral:
                return
            if response is None or response.status >= 300:
                self._conclude(session, referral, 408 if response is None else response.status)
            elif referral.state is ReferState.ASKED:
                referral.turn(ReferTurn.ACCEPT)
                core.events.append(ReferAccepted(session_id=session.id))

        self._in_dialog.send(session, dialog, Wish(method="REFER", lines=lines), answered, now)
        referral.cseq = dialog.local_cseq

    def take_notify(self, session: Session, arrived: Arrived, now: float) -> None:
        """Take how a REFER of ours goes. Raises `Malformed`."""
        core, request, referral = self._core, arrived.request, session.asking
        headers = request.headers
        if not (headers.get("Event") or "").strip().lower().startswith("refer"):
            core.refuse(arrived, 489, None, "Allow-Events: refer\r\n")
        elif referral is None or not is_for(headers, referral):
            core.refuse(arrived, 481)
        elif not media_type(request).startswith("message/sipfrag"):
            core.refuse(arrived, 415, None, "Accept: message/sipfrag\r\n")
        else:
            status = status_in(request.body)
            core.transactions.serve(arrived, now).respond(200, arrived.write(200, None, None), now)
            if referral.state is ReferState.ASKED:
                core.events.append(ReferAccepted(session_id=session.id))
            referral.turn(ReferTurn.TELL)
            if status >= 200 or is_last(headers):
                self._conclude(session, referral, status if status >= 200 else 408)

    def _conclude(self, session: Session, referral: Referral, status: int) -> None:
        self._over(session, referral)
        self._core.events.append(ReferConcluded(session_id=session.id, status=status))

    # both

    def _watch(self, session: Session, referral: Referral, now: float) -> None:
        at = now + LONGEST_S
        referral.timer = self._core.deadlines.at(at, partial(self._lasted_too_long, session, referral))

    def _lasted_too_long(self, session: Session, referral: Referral, now: float) -> None:
        if referral is session.asking:
            self._conclude(session, referral, 408)
        elif referral.state is ReferState.ASKED:
            self.answer(session, 603, now)
        else:
            self.tell(session, 408, now)

    def _over(self, session: Session, referral: Referral) -> None:
        if referral.turn(ReferTurn.END):
            self._core.deadlines.cancel(referral.timer)
            if session.asked is referral:
                session.asked = None
            if session.asking is referral:
                session.asking = None
