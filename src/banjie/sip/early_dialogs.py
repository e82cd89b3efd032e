"""What a call of ours hears before it is answered: early dialogs, and PRACK for each 1xx that asks for it (RFC 3262 §4)."""

from typing import Final

from banjie.sip.attempts import Attempt
from banjie.sip.bodies import session_description
from banjie.sip.core import Core
from banjie.sip.dialogs import Dialog, as_caller
from banjie.sip.errors import Malformed
from banjie.sip.events import Progressed
from banjie.sip.grammar import parse_number
from banjie.sip.in_dialog import InDialog, Wish, allows
from banjie.sip.message import Essentials
from banjie.sip.model import Hop, Response
from banjie.sip.session_timers import has_option
from banjie.sip.sessions import Turn

MOST_EARLY: Final = 16  # dialogs of one INVITE; a fork has a handful


class EarlyDialogs:
    """Keeps those of every attempt that runs."""

    def __init__(self, core: Core, in_dialog: InDialog) -> None:
        self._core = core
        self._in_dialog = in_dialog

    def progress(self, attempt: Attempt, response: Response, known: Essentials, hop: Hop, now: float) -> None:
        """Take a 1xx; one that must be confirmed is, once and in order."""
        session = attempt.session
        session.turn(Turn.PROGRESS)
        if response.status == 100 or not known.to_tag:
            return
        dialog = self._dialog(attempt, response, known, hop)
        if dialog is None:
            return
        body = session_description(response)
        if has_option(response.headers, "Require", "100rel"):
            if not self._confirm(attempt, dialog, response, known, now):
                return
            if body is not None:
                session.remote_body = body
        dialog.remote_body = body or dialog.remote_body  # the answer; the 2xx may come without it
        session.allows_update = allows(response, "UPDATE")
        self._core.events.append(Progressed(session_id=session.id, status=response.status, body=body))

    def _dialog(self, attempt: Attempt, response: Response, known: Essentials, hop: Hop) -> Dialog | None:
        dialog = attempt.early.get(known.to_tag)
        if dialog is not None or attempt.transaction is None:
            return dialog
        if len(attempt.early) >= MOST_EARLY:
            return None
        try:
            dialog = as_caller(
                attempt.transaction.request, response, known, hop, is_natted=attempt.route.is_natted
            )
        except Malformed:
            return None
        attempt.early[known.to_tag] = dialog
        self._core.keep_dialog(attempt.session, dialog)
        return dialog

    def _confirm(
        self, attempt: Attempt, dialog: Dialog, response: Response, known: Essentials, now: float
    ) -> bool:
        """PRACK a reliable 1xx; False when it was seen before or is out of order (RFC 3262 §4)."""
        try:
            rseq = parse_number(response.headers.get("RSeq") or "", "RSeq")
        except Malformed:
            return False
        last = attempt.rseqs.get(known.to_tag)
        if last is not None and rseq != last + 1:
            return False
        attempt.rseqs[known.to_tag] = rseq
        wish = Wish(method="PRACK", lines=(("RAck", f"{rseq} {known.cseq} INVITE"),))
        self._in_dialog.send(attempt.session, dialog, wish, lambda _r, _k, _at: None, now)
        return True

    def forget(self, attempt: Attempt) -> None:
        for dialog in attempt.early.values():
            self._core.forget_dialog(dialog)
        attempt.early.clear()
