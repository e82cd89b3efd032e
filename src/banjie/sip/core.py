"""What all parts of the user agent share: tables, deadlines, outbox, events, and how we name ourselves."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from banjie.sip.dialogs import Dialog, DialogId
from banjie.sip.errors import NoSuchSession
from banjie.sip.events import EndedBy, SessionEnded, SipEvent
from banjie.sip.grammar import readable
from banjie.sip.model import Hop, SessionId, Transmit
from banjie.sip.overload import Overload
from banjie.sip.ports import Credentials, Directory
from banjie.sip.replies import Arrived
from banjie.sip.sessions import Session, SessionState, Turn
from banjie.sip.timers import Deadlines
from banjie.sip.transaction_layer import COOKIE, TransactionLayer
from banjie.sip.transactions import TimerValues

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REGISTER, REFER, NOTIFY"
SUPPORTED = "timer, 100rel, replaces, norefersub"
EXTENSIONS = frozenset({"timer", "100rel", "replaces", "norefersub"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What may be set. Seconds."""

    timers: TimerValues = field(default_factory=TimerValues)
    session_expires_s: int = 1800
    min_se_s: int = 90
    longest_ringing_s: float = 300.0  # nobody's phone rings longer, whoever forgets it
    most_sessions: int = 20_000
    server: str = "Banjie"


class Core:
    """The state of the user agent; its rules stand in uas, uac, reoffers and in_dialog."""

    def __init__(
        self,
        settings: Settings,
        directory: Directory,
        credentials: Credentials | None,
        token: Callable[[], str] | None,
    ) -> None:
        self.settings = settings
        self.directory = directory
        self.credentials = credentials
        self.token = token or _random_token
        self.overload = Overload()
        self.deadlines = Deadlines()
        self.outbox: list[Transmit] = []
        self.events: list[SipEvent] = []
        # A call of ours is cancelled, and that is answered or given up, well before timer C.
        c_s = max(settings.timers.c_s, settings.longest_ringing_s + 100 * settings.timers.t1_s)
        timers = replace(settings.timers, c_s=c_s)
        self.transactions = TransactionLayer(self.deadlines, self.outbox, timers)
        self.sessions: dict[SessionId, Session] = {}
        self.dialogs: dict[DialogId, tuple[Session, Dialog]] = {}
        self.invited: set[tuple[str, str, int]] = set()  # Call-ID, From tag, CSeq of running INVITEs: merging
        self._contacts: dict[tuple[str, str, int], str] = {}
        self._tag_salt = self.token()

    def get(self, session_id: SessionId) -> Session:
        session = self.sessions.get(session_id)
        if session is None:
            raise NoSuchSession(f"there is no session {session_id}")
        return session

    def end(self, session: Session, status: int | None, reason: str, by: EndedBy, now: float) -> None:
        """Tell that the session is over, refuse what the peer still waits for, and stop what runs by itself.

        May be repeated: tells once.
        """
        if session.state is SessionState.ENDED:
            return
        session.turn(Turn.END)
        self._refuse_open(session, now)
        cancel = self.deadlines.cancel
        for timer in (
            session.ringing_timer,
            session.refresh_timer,
            session.expiry_timer,
            session.glare_timer,
            *(referral.timer for referral in (session.asked, session.asking) if referral is not None),
        ):
            cancel(timer)
        session.ringing_timer = session.refresh_timer = session.expiry_timer = session.glare_timer = None
        if session.reliable is not None:
            cancel(session.reliable.timer)
            session.reliable = None
        session.waiting_offer = session.asked = session.asking = None
        self.sessions.pop(session.id, None)
        self.events.append(SessionEnded(session_id=session.id, status=status, reason=readable(reason), by=by))

    def _refuse_open(self, session: Session, now: float) -> None:
        """Answer an INVITE or an offer of the peer that the end of the session leaves open."""
        pending = [session.transaction] if session.transaction is not None else []
        if session.remote_offer is not None:
            pending.append(session.remote_offer.transaction)
        if session.asked is not None and session.asked.transaction is not None:
            pending.append(session.asked.transaction)
        session.transaction = session.remote_offer = session.arrived = None
        for transaction in pending:
            if transaction.arrived is not None:
                transaction.respond(487, transaction.arrived.write(487, None, session.local_tag), now)

    def keep_dialog(self, session: Session, dialog: Dialog) -> None:
        self.dialogs[dialog.id] = (session, dialog)

    def forget_dialog(self, dialog: Dialog | None) -> None:
        if dialog is not None:
            self.dialogs.pop(dialog.id, None)

    def chance(self) -> float:
        """Return a random number in 0..1."""
        return int(self.token()[-8:], 16) / 2**32

    def via(self, hop: Hop) -> tuple[str, str]:
        """Return a new branch and the Via value that carries it."""
        branch = COOKIE + self.token()
        host, port = self.directory.local_for(hop)
        return branch, f"SIP/2.0/{hop.transport.upper()} {host}:{port};branch={branch};rport"

    def contact(self, hop: Hop) -> str:
        """Return our Contact as this hop can reach it."""
        host, port = self.directory.local_for(hop)
        key = (hop.transport, host, port)
        known = self._contacts.get(key)
        if known is None:
            transport = "" if hop.transport == "udp" else f";transport={hop.transport}"
            known = self._contacts[key] = f"<sip:banjie@{host}:{port}{transport}>"
        return known

    def steady_tag(self, arrived: Arrived) -> str:
        """Return a To tag that is the same for each retransmission of a request, without remembering it."""
        known = arrived.known
        return f"{hash((self._tag_salt, known.via.branch, known.call_id, known.from_tag)) & (2**64 - 1):016x}"

    def refuse(self, arrived: Arrived, status: int, reason: str | None = None, more: str = "") -> None:
        """Answer once, remembering nothing: a repeated request is answered again the same way (RFC 3261 §8.2.7)."""
        if arrived.request.method != "ACK":
            data = arrived.write(status, reason, self.steady_tag(arrived), more)
            self.outbox.append(Transmit(arrived.reply_hop, data))


def _random_token() -> str:
    return secrets.token_hex(8)
