"""Who calls and what was dialled, as a request tells it: fit to be shown, stored and passed on."""

from banjie.sip.errors import Malformed
from banjie.sip.grammar import parse_name_addr, readable, split_list
from banjie.sip.model import Headers, NameAddr, SipUri


def caller_of(headers: Headers, *, is_trusted: bool) -> tuple[str, str]:
    """Return number and name. The network's word counts before the caller's own, where the network may be believed
    (RFC 3325). Raises `Malformed` when From cannot be read."""
    asserted = _asserted(headers) if is_trusted else None
    shown = asserted or parse_name_addr(headers.get("From") or "")
    return "" if shown.uri is None else number_in(shown.uri), readable(shown.display or "")


def number_in(uri: SipUri) -> str:
    """Return the user part without what carriers add to a number (`;phone-context=+86`, RFC 3966 §3)."""
    return readable((uri.user or "").partition(";")[0])


def _asserted(headers: Headers) -> NameAddr | None:
    """Return the first P-Asserted-Identity with a number: there may be two, one SIP and one tel."""
    try:
        values = split_list(headers.all("P-Asserted-Identity"))
        told = [parse_name_addr(value) for value in values]
    except Malformed:
        return None
    return next((one for one in told if one.uri is not None and one.uri.user), None)
