"""What the user agent needs (who may call, where targets are, credentials) and what SIP offers the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from banjie.sip.events import SipEvent
from banjie.sip.model import MOST_HOPS, Hop, Peer, Request, Response, SessionId, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """This peer may call."""

    peer: Peer


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Ask who it is: `headers` are the WWW-Authenticate (401) or Proxy-Authenticate (407) lines."""

    headers: tuple[tuple[str, str], ...]
    status: int = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Turn a stranger away. `status` None: not worth an answer (rate limit)."""

    status: int | None = 403
    reason: str | None = None


Admission = Admitted | Challenge | Refuse


class Gate(Protocol):
    """Decides who may call. Asked for each request outside a dialog, REGISTER excepted; must be cheap."""

    def admit(self, request: Request, hop: Hop, now: float) -> Admission: ...

    def trust(self, hop: Hop) -> None:
        """Somebody who is in a call speaks from here: where `hop` has a flow, it is no stranger's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrarReply:
    """The answer to a REGISTER. `status` None: not worth one. `headers` as Contact, Date, WWW-Authenticate …"""

    status: int | None
    reason: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    events: tuple[SipEvent, ...] = ()  # Registered, Unregistered, StrangerRefused


class Registrar(Protocol):
    """Keeps the contacts of registered users. Its timers are its own: the user agent forwards `tick`."""

    def register(self, request: Request, hop: Hop, now: float) -> RegistrarReply: ...

    def flow_lost(self, hop: Hop, now: float) -> Sequence[SipEvent]: ...

    def tick(self, now: float) -> Sequence[SipEvent]: ...

    @property
    def next_deadline(self) -> float | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to a target. Several are tried in order: on time-out, 503 or a transport failure the next."""

    hop: Hop
    request_uri: str
    from_host: str | None = None  # domain of From; None: our own address
    credentials: str | None = None  # what `Credentials.answer` is asked for on 401/407
    preloaded_routes: tuple[str, ...] = ()  # Route header values, e.g. an outbound proxy or a Path
    headers: tuple[tuple[str, str], ...] = field(default=())  # more for the INVITE, e.g. P-Asserted-Identity
    is_natted: bool = False  # stay at this hop in the dialog too, whatever the Contact says
    patience_s: float | None = None  # to the first response; None: timer B, 32 s


class Directory(Protocol):
    """Knows where targets are. Pure: registrar look-up, trunk configuration, DNS results handed in by io."""

    def routes_for(self, target: Target, dialled: str, now: float) -> Sequence[Route]:
        """Return the ways to a target, best first; empty when there is none now."""

    def rest(self, hop: Hop, until: float) -> None:
        """Take that a server asked to be left alone (503 with Retry-After): it is tried last until then."""

    def local_for(self, hop: Hop) -> tuple[str, int]:
        """Return the address of ours that this hop can reach: written in Via and Contact. Must be cheap."""


class Credentials(Protocol):
    """Our passwords at other people's servers. They never leave this port but as digests."""

    def answer(self, name: str, request: Request, challenge: Response) -> tuple[str, str] | None:
        """Return the (Proxy-)Authorization header that answers a 401/407, or None where we have none."""


class SipSignalling(Protocol):
    """The commands of the user agent, as stories see them; `io.endpoint.SipEndpoint` satisfies it.

    Commands never block. A session ends by exactly one `SessionEnded`; a command on a session that has ended
    raises `NoSuchSession`, except `hang_up`, which may always be repeated.
    """

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
        """Call somebody. Refusals come as `SessionEnded`.

        Who passes a call on passes its `hops_left` on, less one: a call that goes in circles ends (RFC 7332).
        """

    def ring(self, session: SessionId, body: bytes | None) -> None:
        """Send 180, or 183 with early media."""

    def answer(self, session: SessionId, body: bytes) -> None: ...

    def reject(
        self, session: SessionId, status: int, reason: str | None, retry_after_s: int | None = None
    ) -> None: ...

    def offer(self, session: SessionId, body: bytes) -> None:
        """Offer anew in a running session; `AnswerReceived` or `OfferRefused` follows, or the session's end."""

    def answer_offer(self, session: SessionId, body: bytes) -> None: ...

    def refuse_offer(self, session: SessionId, status: int) -> None: ...

    def refer(self, session: SessionId, target: Target, dialled: str) -> None:
        """Ask the peer to call a number by itself; `ReferAccepted` and `ReferConcluded` follow, or the session's end."""

    def answer_refer(self, session: SessionId, status: int) -> None:
        """Accept what the peer asks (202), or refuse it."""

    def tell_refer(self, session: SessionId, status: int) -> None:
        """Say how it goes; a final status is the last word. May be repeated."""

    def hang_up(self, session: SessionId, cause: str | None = None) -> None:
        """CANCEL, BYE or a rejection, whichever fits. May be repeated."""
