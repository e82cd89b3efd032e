"""Where registered users are reached now (RFC 3261 §10.3, RFC 3581 and 5626 for phones behind NAT).

Laws: only who proves to be a user changes that user's contacts; a contact is reached the way its REGISTER came
when it lies behind NAT or on a connection; every contact expires; a user has at most `max_contacts` (the one that
would expire first makes room), so memory is bounded by the users there are.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from banjie.sip.errors import Malformed
from banjie.sip.events import Registered, SipEvent, StrangerRefused, Unregistered
from banjie.sip.grammar import parse_name_addr, parse_number, parse_via, readable, split_list
from banjie.sip.hosts import address_of, hop_host
from banjie.sip.model import DEFAULT_PORTS, Hop, NameAddr, Request, SipUri, Transport, UserPeer
from banjie.sip.ports import Admission, Admitted, Challenge, RegistrarReply

DEFAULT_EXPIRES_S: Final = 600
MIN_EXPIRES_S: Final = 30
MAX_EXPIRES_S: Final = 3600
MAX_CONTACTS: Final = 8
LONGEST_NAME: Final = 100  # of what a phone calls itself

Authenticate = Callable[[Request, Hop, float], Admission]


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One contact of a user. `hop` is how to get there, whatever the URI says."""

    uri: str
    hop: Hop
    expires_at: float  # monotonic seconds
    call_id: str
    cseq: int
    q: float
    key: tuple[str, ...]  # what makes two contacts the same
    is_natted: bool
    user_agent: str  # what the phone calls itself
    since: float  # monotonic seconds, as of its first REGISTER
    renewed_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneState:
    """A phone that is registered now."""

    hop: Hop
    is_natted: bool
    user_agent: str
    since_s_ago: float
    renewed_s_ago: float
    expires_in_s: float


class _Refused(Exception):
    def __init__(self, status: int, reason: str, *headers: tuple[str, str]) -> None:
        super().__init__(reason)
        self.reply = RegistrarReply(status=status, reason=reason, headers=headers)


_LATER_KNOWN: Final = _Refused(500, "A later registration is known")


@dataclass(frozen=True, slots=True)
class RegistrarLimits:
    """Seconds a contact may live, and how many a user may have."""

    min_expires_s: int = MIN_EXPIRES_S
    max_expires_s: int = MAX_EXPIRES_S
    default_expires_s: int = DEFAULT_EXPIRES_S
    max_contacts: int = MAX_CONTACTS


class ContactRegistrar:  # satisfies sip.ports.Registrar
    """Keeps the contacts. `authenticate` says who a REGISTER comes from (`PeerGate.authenticate`)."""

    def __init__(self, authenticate: Authenticate, limits: RegistrarLimits | None = None) -> None:
        self._authenticate = authenticate
        self._limits = limits or RegistrarLimits()
        self._bindings: dict[str, list[Binding]] = {}
        self._hops: dict[Hop, set[str]] = {}  # who lives at a hop: a phone may have several lines
        self._expiries: list[tuple[float, str]] = []  # a heap; may hold moments that have been put off

    def register(self, request: Request, hop: Hop, now: float) -> RegistrarReply:
        """Answer a REGISTER."""
        admission = self._authenticate(request, hop, now)
        match admission:
            case Challenge(headers=headers, status=status):
                return RegistrarReply(status=status, headers=headers)
            case Admitted(peer=UserPeer(username=username)):
                try:
                    return self._update(username, request, hop, now)
                except _Refused as refused:
                    return refused.reply
                except Malformed as error:
                    return RegistrarReply(status=400, reason=str(error).capitalize())
            case Admitted():
                return RegistrarReply(status=403, reason="A trunk does not register here")
            case refuse:
                refused_event = StrangerRefused(source=hop.host)
                return RegistrarReply(status=refuse.status, reason=refuse.reason, events=(refused_event,))

    def bindings(self, username: str, now: float) -> list[Binding]:
        """Return where a user is reached, preferred and newest first."""
        alive = [binding for binding in self._bindings.get(username, ()) if binding.expires_at > now]
        return sorted(alive, key=lambda b: (-b.q, -b.expires_at))

    def phones(self, username: str, now: float) -> list[PhoneState]:
        """Return what is known of a user's phones, in the order in which they are listed to himself."""
        return [
            PhoneState(
                hop=binding.hop,
                is_natted=binding.is_natted,
                user_agent=binding.user_agent,
                since_s_ago=now - binding.since,
                renewed_s_ago=now - binding.renewed_at,
                expires_in_s=binding.expires_at - now,
            )
            for binding in self.bindings(username, now)
        ]

    def forget(self, username: str) -> list[SipEvent]:
        """Whoever registered so may not any more."""
        return self._replace(username, [])

    def is_phone(self, hop: Hop) -> bool:
        """Whether a registered user is reached at this hop."""
        return hop in self._hops

    def natted_hops(self, now: float) -> list[Hop]:
        """Return the UDP hops whose NAT forgets them unless something is sent (RFC 5626 §4.4)."""
        return [
            binding.hop
            for bindings in self._bindings.values()
            for binding in bindings
            if binding.is_natted and binding.hop.transport == "udp" and binding.expires_at > now
        ]

    def flow_lost(self, hop: Hop, now: float) -> list[SipEvent]:
        """A connection closed: the contacts behind it are reached no more (RFC 5626 §4.2.2)."""
        events: list[SipEvent] = []
        for username in sorted(self._hops.get(hop, ())):
            events += self._replace(username, [b for b in self._bindings[username] if b.hop != hop])
        return events

    def tick(self, now: float) -> list[SipEvent]:
        """Forget what has expired."""
        events: list[SipEvent] = []
        while self._expiries and self._expiries[0][0] <= now:
            _, username = heapq.heappop(self._expiries)
            bindings = self._bindings.get(username, [])
            kept = [binding for binding in bindings if binding.expires_at > now]
            if len(kept) < len(bindings):
                events += self._replace(username, kept)
        return events

    @property
    def next_deadline(self) -> float | None:
        return self._expiries[0][0] if self._expiries else None

    def _update(self, username: str, request: Request, hop: Hop, now: float) -> RegistrarReply:
        to = parse_name_addr(request.headers.get("To") or "")
        if to.uri is None or to.uri.user != username:
            raise _Refused(403, "Not your address of record")
        _check_required(request)
        contacts = split_list(request.headers.all("Contact"))
        call_id, cseq = request.headers.get("Call-ID") or "", _cseq(request)
        before = self._bindings.get(username, [])
        events: list[SipEvent] = []
        if contacts == ["*"]:
            _check_star(request)
            if any(b.call_id == call_id and b.cseq >= cseq for b in before):
                raise _LATER_KNOWN
            events = self._replace(username, [])
        elif contacts:
            changed = [self._binding(parse_name_addr(c), request, hop, now) for c in contacts]
            events = self._replace(username, self._merged(before, changed, now))
        return RegistrarReply(status=200, headers=self._listed(username, now), events=tuple(events))

    def _merged(self, before: Sequence[Binding], changed: Sequence[Binding], now: float) -> list[Binding]:
        merged = {binding.key: binding for binding in before if binding.expires_at > now}
        for binding in changed:
            known = merged.get(binding.key)
            if known is not None and known.call_id == binding.call_id and known.cseq >= binding.cseq:
                raise _LATER_KNOWN
        # What goes before what comes: a phone that moved names its old and its new place, in whatever order.
        for binding in sorted(changed, key=lambda b: b.expires_at > now):
            known = merged.pop(binding.key, None)
            if binding.expires_at > now:
                merged[binding.key] = binding if known is None else replace(binding, since=known.since)
        kept = sorted(merged.values(), key=lambda binding: binding.expires_at)
        return kept[-self._limits.max_contacts :]

    def _binding(self, contact: NameAddr, request: Request, hop: Hop, now: float) -> Binding:
        if contact.uri is None or contact.uri.scheme == "tel":
            raise _Refused(400, "A contact must be a SIP URI")
        expires_s = self._expires(contact, request)
        if 0 < expires_s < self._limits.min_expires_s:
            raise _Refused(423, "Interval Too Brief", ("Min-Expires", str(self._limits.min_expires_s)))
        via = parse_via(split_list(request.headers.all("Via"))[0])
        direct = _direct_hop(contact.uri, hop)
        stays = direct is None or hop.flow is not None or via.param("rport") is not None
        return Binding(
            uri=contact.uri_text,
            hop=hop if direct is None or stays else direct,
            expires_at=now + min(expires_s, self._limits.max_expires_s),
            call_id=request.headers.get("Call-ID") or "",
            cseq=_cseq(request),
            q=_q(contact),
            key=_key(contact, contact.uri),
            user_agent=readable(request.headers.get("User-Agent") or "")[:LONGEST_NAME],
            since=now,
            renewed_at=now,
            is_natted=direct is None or (stays and (direct.host, direct.port) != (hop.host, hop.port)),
        )

    def _expires(self, contact: NameAddr, request: Request) -> int:
        text = contact.param("expires") or request.headers.get("Expires")
        try:
            return self._limits.default_expires_s if text is None else parse_number(text, "Expires")
        except Malformed:
            return self._limits.default_expires_s  # RFC 3261 §20.19: as if it were absent

    def _listed(self, username: str, now: float) -> tuple[tuple[str, str], ...]:
        return tuple(
            ("Contact", f"<{binding.uri}>;expires={max(1, round(binding.expires_at - now))}")
            for binding in self.bindings(username, now)
        )

    def _replace(self, username: str, after: list[Binding]) -> list[SipEvent]:
        before = self._bindings.pop(username, [])
        for binding in before:
            self._leave(binding.hop, username)
        for binding in after:
            self._hops.setdefault(binding.hop, set()).add(username)
            heapq.heappush(self._expiries, (binding.expires_at, username))
        if len(self._expiries) > 64 + 4 * len(self._hops):
            self._expiries = [(b.expires_at, u) for u, all_ in self._bindings.items() for b in all_]
            self._expiries += [(b.expires_at, username) for b in after]
            heapq.heapify(self._expiries)
        if after:
            self._bindings[username] = after
            return (
                []
                if _uris(before) == _uris(after)
                else [Registered(username=username, contacts=_uris(after))]
            )
        return [Unregistered(username=username)] if before else []

    def _leave(self, hop: Hop, username: str) -> None:
        users = self._hops.get(hop)
        if users is not None:
            users.discard(username)
            if not users:
                del self._hops[hop]


def _uris(bindings: Sequence[Binding]) -> tuple[str, ...]:
    return tuple(sorted(binding.uri for binding in bindings))


def _check_required(request: Request) -> None:
    required = split_list(request.headers.all("Require"))
    if required:
        raise _Refused(420, "Bad Extension", ("Unsupported", ", ".join(required)))


def _check_star(request: Request) -> None:
    if request.headers.get("Expires") != "0":
        raise _Refused(400, "Contact * needs Expires 0")


def _cseq(request: Request) -> int:
    return parse_number((request.headers.get("CSeq") or "").partition(" ")[0], "CSeq")


def _q(contact: NameAddr) -> float:
    try:
        return min(1.0, max(0.0, float(contact.param("q") or 1.0)))
    except ValueError:
        return 1.0


def _key(contact: NameAddr, uri: SipUri) -> tuple[str, ...]:
    """Return what a later REGISTER repeats: the instance and flow of RFC 5626, else the URI (RFC 3261 §19.1.4)."""
    instance = contact.param("+sip.instance")
    if instance:
        return ("instance", instance, contact.param("reg-id") or "")
    port = str(uri.port or DEFAULT_PORTS["tls" if uri.scheme == "sips" else "udp"])
    return ("uri", uri.user or "", uri.host, port, (uri.param("transport") or "udp").lower())


def _direct_hop(uri: SipUri, source: Hop) -> Hop | None:
    """Return where the URI itself leads, if it leads to the host the REGISTER came from; None: NAT lies between."""
    if address_of(uri.host) is None or hop_host(uri.host) != source.host:
        return None
    named = "tls" if uri.scheme == "sips" else (uri.param("transport") or "udp").lower()
    transport: Transport = "tls" if named == "tls" else "tcp" if named == "tcp" else "udp"
    if source.transport != transport:
        return None
    return Hop(transport, source.host, uri.port or DEFAULT_PORTS[transport])
