"""Where a request goes (RFC 3261 §8.2, §12.2.2): to its transaction, its dialog, the gate, or back with a refusal."""

from collections import Counter

from banjie.sip.core import ALLOW, EXTENSIONS, SUPPORTED, Core
from banjie.sip.dialogs import Dialog
from banjie.sip.errors import Malformed
from banjie.sip.events import StrangerRefused
from banjie.sip.grammar import is_token, parse_uri, split_list
from banjie.sip.in_dialog import InDialog
from banjie.sip.message import Essentials, top_via
from banjie.sip.model import Hop, Peer, Request
from banjie.sip.overload import retry_after_s
from banjie.sip.ports import Admitted, Challenge, Gate, Registrar
from banjie.sip.referring import Referring
from banjie.sip.reoffers import Reoffers
from banjie.sip.replies import Arrived
from banjie.sip.sessions import Session
from banjie.sip.transaction_layer import server_key
from banjie.sip.transactions import Given, State
from banjie.sip.uas import Uas, hops_left_of

_KNOWN_METHODS = frozenset({"BYE", "INFO", "MESSAGE", "PRACK", "PUBLISH", "REGISTER", "SUBSCRIBE", "UPDATE"})
_ABILITIES = (
    f"Allow: {ALLOW}\r\nAccept: application/sdp\r\nAccept-Encoding: identity\r\nSupported: {SUPPORTED}\r\n"
)


class Intake:
    """Sorts requests. `counters` tells what was refused."""

    def __init__(
        self,
        core: Core,
        gate: Gate,
        registrar: Registrar | None,
        in_dialog: InDialog,
        reoffers: Reoffers,
        uas: Uas,
        referring: Referring,
    ) -> None:
        self._core = core
        self._gate = gate
        self._registrar = registrar
        self._in_dialog = in_dialog
        self._reoffers = reoffers
        self._uas = uas
        self._referring = referring
        self.counters: Counter[str] = Counter()

    def take(self, arrived: Arrived, now: float) -> None:
        request, known = arrived.request, arrived.known
        method = request.method
        if method == "ACK":
            self._take_ack(arrived, now)
            return
        transaction = self._core.transactions.servers.get(server_key(request, known, method))
        if transaction is not None:
            transaction.step(Given.REQUEST_AGAIN, now)
        elif method == "CANCEL":
            self._take_cancel(arrived, now)
        elif known.to_tag:
            self._take_in_dialog(arrived, now)
        else:
            self._take_out_of_dialog(arrived, now)

    def _take_ack(self, arrived: Arrived, now: float) -> None:
        known = arrived.known
        transaction = self._core.transactions.servers.get(server_key(arrived.request, known, "INVITE"))
        if transaction is not None and transaction.state is not State.ACCEPTED:
            transaction.step(Given.ACK, now)
            return
        running = self._core.dialogs.get((known.call_id, known.to_tag, known.from_tag))
        if running is not None:
            session, dialog = running
            if self._in_dialog.take_ack(session, dialog, arrived.request, known.cseq, now):
                self._reoffers.resume(session, now)

    def _take_cancel(self, arrived: Arrived, now: float) -> None:
        if server_key(arrived.request, arrived.known, "INVITE") in self._core.transactions.servers:
            self._uas.cancel(arrived, now)
        else:
            self._refuse_unless_stranger(arrived, 481, now)

    # within a dialog

    def _take_in_dialog(self, arrived: Arrived, now: float) -> None:
        known = arrived.known
        running = self._core.dialogs.get((known.call_id, known.to_tag, known.from_tag))
        if running is None:
            self._refuse_unless_stranger(arrived, 481, now)
            return
        session, dialog = running
        if arrived.hop.flow is not None and arrived.hop != dialog.hop:
            self._gate.trust(arrived.hop)
        unsupported = _unsupported(arrived.request)
        if unsupported:
            self._core.refuse(arrived, 420, None, f"Unsupported: {unsupported}\r\n")
        elif not dialog.admits(known.cseq):
            self._core.refuse(arrived, 500, "CSeq out of order")
        else:
            try:
                self._sort_in_dialog(session, dialog, arrived, now)
            except Malformed as cause:
                self._core.refuse(arrived, 400, str(cause))

    def _sort_in_dialog(self, session: Session, dialog: Dialog, arrived: Arrived, now: float) -> None:
        match arrived.request.method:
            case "BYE":
                self._in_dialog.take_bye(session, dialog, arrived, now)
            case "INVITE" | "UPDATE":
                self._reoffers.take(session, dialog, arrived, now)
            case "PRACK":
                self._uas.prack(session, arrived, now)
            case "INFO":
                self._in_dialog.take_info(session, arrived, now)
            case "REFER":
                self._referring.take(session, dialog, arrived, now)
            case "NOTIFY":
                self._referring.take_notify(session, arrived, now)
            case "OPTIONS":
                self._core.refuse(arrived, 200, None, _ABILITIES)
            case method:
                self._refuse_method(arrived, method)

    # out of any dialog

    def _take_out_of_dialog(self, arrived: Arrived, now: float) -> None:
        request = arrived.request
        if request.method == "REGISTER" and self._registrar is not None:
            self._register(self._registrar, arrived, now)
            return
        match self._gate.admit(request, arrived.hop, now):
            case Admitted(peer=peer):
                refusal = _refusal(request)
                if refusal is not None:
                    self._core.refuse(arrived, *refusal)
                else:
                    self._serve(arrived, peer, now)
            case Challenge(headers=headers, status=status):
                self._core.refuse(arrived, status, None, _lines(headers))
            case refused:
                self._turn_away(arrived, refused.status, refused.reason)

    def _serve(self, arrived: Arrived, peer: Peer, now: float) -> None:
        match arrived.request.method:
            case "INVITE" if self._core.overload.is_shut(now):
                self._core.overload.refused += 1
                again_s = retry_after_s(arrived.known.call_id)
                self._core.refuse(arrived, 503, None, f"Retry-After: {again_s}\r\n")
            case "INVITE":
                self._uas.invite(arrived, peer, now)
            case "OPTIONS":
                self._core.refuse(arrived, 200, None, _ABILITIES)
            case "BYE" | "PRACK" | "UPDATE" | "INFO" | "NOTIFY":
                self._core.refuse(arrived, 481)
            case "REFER":
                self._core.refuse(arrived, 403, "Refer Within A Call")
            case method:
                self._refuse_method(arrived, method)

    def _register(self, registrar: Registrar, arrived: Arrived, now: float) -> None:
        reply = registrar.register(arrived.request, arrived.hop, now)
        self._core.events += reply.events
        if reply.status is None:
            return
        if reply.status < 300:
            # Remembered, so that a repeated REGISTER is not taken for another.
            data = arrived.write(
                reply.status, reply.reason, self._core.steady_tag(arrived), _lines(reply.headers)
            )
            self._core.transactions.serve(arrived, now).respond(reply.status, data, now)
        else:
            self._core.refuse(arrived, reply.status, reply.reason, _lines(reply.headers))

    def _refuse_method(self, arrived: Arrived, method: str) -> None:
        status = 405 if method in _KNOWN_METHODS else 501
        self._core.refuse(arrived, status, None, f"Allow: {ALLOW}\r\n")

    def _refuse_unless_stranger(self, arrived: Arrived, status: int, now: float) -> None:
        """Say what is wrong to those who may call; strangers hear what the gate has for them."""
        if arrived.request.method == "ACK":
            return
        match self._gate.admit(arrived.request, arrived.hop, now):
            case Admitted() | Challenge():
                self._core.refuse(arrived, status)
            case refused:
                self._turn_away(arrived, refused.status, refused.reason)

    def _turn_away(self, arrived: Arrived, status: int | None, reason: str | None) -> None:
        self.counters["strangers"] += 1
        self._core.events.append(StrangerRefused(source=arrived.hop.host))
        if status is not None:
            self._core.refuse(arrived, status, reason)

    # broken

    def take_broken(self, request: Request, hop: Hop, status: int, why: str, now: float) -> None:
        """Answer a request that cannot be served but can be answered; see RFC 4475 §3.1.2."""
        self.counters["malformed"] += 1
        headers = request.headers
        try:
            via = top_via(headers.get("Via") or "")
        except Malformed:
            return
        if request.method == "ACK" or not all(headers.get(n) for n in ("From", "To", "Call-ID", "CSeq")):
            return
        known = Essentials(via, headers.get("Call-ID") or "", "", "", 0, request.method)
        arrived = Arrived(request, known, hop)
        match self._gate.admit(request, hop, now):
            case Admitted() | Challenge():
                self._core.refuse(arrived, status, _phrase(status, why))
            case refused:
                self._turn_away(arrived, refused.status, refused.reason)


def _phrase(status: int, why: str) -> str | None:
    return f"Bad Request ({why})" if status == 400 else None


def _refusal(request: Request) -> tuple[int, str | None, str] | None:
    """Check what every request out of a dialog must have (RFC 3261 §8.2.1-8.2.3, §16.3)."""
    scheme = request.uri.partition(":")[0].lower()
    if scheme not in ("sip", "sips", "tel"):
        return (
            (416, None, "") if is_token(scheme) else (400, _phrase(400, "the Request-URI is not valid"), "")
        )
    try:
        parse_uri(request.uri)
        hops_left = hops_left_of(request)
        unsupported = _unsupported(request)
    except Malformed as cause:
        return 400, _phrase(400, str(cause)), ""
    if hops_left == 0 and request.method != "OPTIONS":
        return 483, None, ""  # a call that comes round through us and a trunk must end
    return (420, None, f"Unsupported: {unsupported}\r\n") if unsupported else None


def _unsupported(request: Request) -> str:
    if "Require" not in request.headers:
        return ""
    return ", ".join(
        option for option in split_list(request.headers.all("Require")) if option.lower() not in EXTENSIONS
    )


def _lines(headers: tuple[tuple[str, str], ...]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers)
