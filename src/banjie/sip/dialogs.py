"""Dialogs (RFC 3261 §12): who the two ends are, the route set, the order of requests, and the next hop."""

from banjie.sip.errors import Malformed
from banjie.sip.grammar import parse_name_addr, parse_uri, split_list
from banjie.sip.hosts import address_of, hop_host, leads_from
from banjie.sip.message import Essentials
from banjie.sip.model import DEFAULT_PORTS, Headers, Hop, Request, Response, SipUri, Transport

DialogId = tuple[str, str, str]  # Call-ID, our tag, their tag


class Dialog:
    """One dialog, early or confirmed. `local` and `remote` are From and To values with their tags."""

    __slots__ = (
        "call_id",
        "hop",
        "is_natted",
        "local",
        "local_cseq",
        "local_tag",
        "remote",
        "remote_body",
        "remote_cseq",
        "remote_tag",
        "remote_target",
        "routes",
    )

    def __init__(self, call_id: str, local: tuple[str, str], remote: tuple[str, str], hop: Hop) -> None:
        """`local` and `remote` are (tag, From or To value)."""
        self.call_id = call_id
        self.local_tag, self.local = local
        self.remote_tag, self.remote = remote
        self.hop = hop
        self.is_natted = False  # stay where the peer was seen, whatever its Contact says
        self.local_cseq = 0
        self.remote_cseq = -1  # -1: none seen
        self.remote_target = ""
        self.remote_body: bytes | None = None  # of an early dialog: what its end says of media
        self.routes: tuple[str, ...] = ()

    @property
    def id(self) -> DialogId:
        return (self.call_id, self.local_tag, self.remote_tag)

    def next_cseq(self) -> int:
        self.local_cseq += 1
        return self.local_cseq

    def admits(self, cseq: int) -> bool:
        """Note the number of a request of the peer; False when it is out of order (RFC 3261 §12.2.2)."""
        if cseq < self.remote_cseq:
            return False
        self.remote_cseq = cseq
        return True

    def request(self, method: str, via: str, cseq: int) -> Request:
        """Return a request within the dialog (RFC 3261 §12.2.1.1), strict routers served too."""
        uri, routes = self.remote_target, list(self.routes)
        if routes:
            first = parse_name_addr(routes[0])
            if first.uri is not None and first.uri.param("lr") is None:
                uri, routes = first.uri_text, [*routes[1:], f"<{uri}>"]
        headers = Headers()
        headers.add("Via", via)
        headers.add("Max-Forwards", "70")
        for route in routes:
            headers.add("Route", route)
        headers.add("From", self.local)
        headers.add("To", self.remote)
        headers.add("Call-ID", self.call_id)
        headers.add("CSeq", f"{cseq} {method}")
        return Request(method, uri, headers)

    def refresh_target(self, message: Request | Response, known: Essentials, seen: Hop) -> None:
        """Take the Contact of a target refresh, and where requests then go. Raises `Malformed`."""
        contact = message.headers.get("Contact")
        if contact is not None:
            self.remote_target = _contact_uri(contact)
        if isinstance(message, Request):
            self.is_natted = known.via.host != seen.host
        self.hop = self._next_hop(seen)

    def lose_flow(self) -> None:
        """The connection broke: requests go to where the remote target says, over a new one."""
        self.hop = self._next_hop(Hop(self.hop.transport, self.hop.host, self.hop.port))

    def _next_hop(self, seen: Hop) -> Hop:
        """Follow the route set or the remote target where they name an address; else stay where the peer was seen.

        A connection is used again. A peer behind NAT is reached where its packets come from.
        """
        if seen.flow is not None or self.is_natted:
            return seen
        text = parse_name_addr(self.routes[0]).uri_text if self.routes else self.remote_target
        try:
            return hop_for(parse_uri(text), seen)
        except Malformed:
            return seen


def as_callee(request: Request, known: Essentials, local_tag: str, hop: Hop) -> Dialog:
    """RFC 3261 §12.1.1: the dialog that our response to an INVITE makes. Raises `Malformed`."""
    headers = request.headers
    dialog = Dialog(
        known.call_id,
        (local_tag, f"{headers.get('To')};tag={local_tag}"),
        (known.from_tag, headers.get("From") or ""),
        hop,
    )
    dialog.remote_cseq = known.cseq
    dialog.routes = tuple(split_list(headers.all("Record-Route"))) if "Record-Route" in headers else ()
    _check_routes(dialog.routes)
    if "Contact" not in headers:
        # RFC 2543 did not ask for one (RFC 4475 §3.3.16).
        dialog.remote_target = parse_name_addr(dialog.remote).uri_text
    dialog.refresh_target(request, known, hop)
    return dialog


def as_caller(
    request: Request, response: Response, known: Essentials, seen: Hop, *, is_natted: bool = False
) -> Dialog:
    """RFC 3261 §12.1.2: the dialog that a response to our INVITE makes. Raises `Malformed`."""
    headers = response.headers
    dialog = Dialog(
        known.call_id,
        (known.from_tag, request.headers.get("From") or ""),
        (known.to_tag, headers.get("To") or ""),
        seen,
    )
    dialog.local_cseq = known.cseq
    dialog.routes = tuple(reversed(split_list(headers.all("Record-Route"))))
    _check_routes(dialog.routes)
    dialog.remote_target = request.uri
    dialog.is_natted = is_natted
    dialog.refresh_target(response, known, seen)
    return dialog


def hop_for(uri: SipUri, seen: Hop) -> Hop:
    """Return the hop a URI names by an address that leads there; else where the peer was seen (DNS is io's)."""
    address = address_of(uri.host)
    if address is None or not leads_from(address, seen.host):
        return seen
    named = "tls" if uri.scheme == "sips" else (uri.param("transport") or seen.transport).lower()
    transport: Transport = "tls" if named == "tls" else "tcp" if named == "tcp" else "udp"
    hop = Hop(transport, hop_host(uri.host), uri.port or DEFAULT_PORTS[transport])
    is_there = (hop.transport, hop.host, hop.port) == (seen.transport, seen.host, seen.port)
    return seen if is_there else hop


def _contact_uri(value: str) -> str:
    # The common form needs no reading: `<sip:a@b>` alone.
    if value[:1] == "<" and value[-1:] == ">" and "," not in value:
        uri = value[1:-1]
        if uri.startswith(("sip:", "sips:", "tel:")) and "<" not in uri and ">" not in uri and " " not in uri:
            return uri
    contacts = split_list([value])
    if not contacts:
        raise Malformed("the Contact is empty")
    return parse_name_addr(contacts[0]).uri_text


def _check_routes(routes: tuple[str, ...]) -> None:
    for route in routes:
        if parse_name_addr(route).uri is None:
            raise Malformed("a Record-Route is not a SIP URI")
