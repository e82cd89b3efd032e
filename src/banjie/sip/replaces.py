"""How a call names another whose place it is to take (RFC 3891)."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from banjie.sip.dialogs import DialogId
from banjie.sip.errors import Malformed, TooLarge
from banjie.sip.grammar import is_token, parse_params
from banjie.sip.model import Headers, find_param

MOST_REPLACES: Final = 512  # characters
_CALL_ID_CHARS: Final = frozenset(
    '()<>:\\"/[]?{}@'
)  # what a Call-ID may hold beside a token (RFC 3261 §25.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaces:
    """`to_tag` is of the end that is asked, `from_tag` of the other."""

    call_id: str
    to_tag: str
    from_tag: str
    early_only: bool = False

    @property
    def dialog_id(self) -> DialogId:
        """By which we know it, where we are the one asked."""
        return (self.call_id, self.to_tag, self.from_tag)

    def __str__(self) -> str:
        only = ";early-only" if self.early_only else ""
        return f"{self.call_id};to-tag={self.to_tag};from-tag={self.from_tag}{only}"


def parse_replaces(text: str) -> Replaces:
    """Read a Replaces value. Raises `Malformed`."""
    if len(text) > MOST_REPLACES:
        raise TooLarge("the Replaces is too long")
    call_id, _, tail = text.strip().partition(";")
    params = parse_params(tail)
    names = [name for name, _ in params]
    to_tag, from_tag = find_param(params, "to-tag"), find_param(params, "from-tag")
    call_id = call_id.strip()
    if not is_token("".join(c for c in call_id if c not in _CALL_ID_CHARS)):
        raise Malformed("the Replaces names no call")
    if not to_tag or not from_tag or names.count("to-tag") > 1 or names.count("from-tag") > 1:
        raise Malformed("the Replaces has not its two tags")
    if not (is_token(to_tag) and is_token(from_tag)):
        raise Malformed("a tag of the Replaces is not valid")
    return Replaces(call_id=call_id, to_tag=to_tag, from_tag=from_tag, early_only="early-only" in names)


def asked_for(headers: Headers) -> Replaces | None:
    """Return what an INVITE asks to replace. Raises `Malformed`: there is one at most, and no Join beside it (§3)."""
    values = headers.all("Replaces")
    if not values:
        return None
    if len(values) > 1 or "Join" in headers:
        raise Malformed("one Replaces, and nothing beside it")
    return parse_replaces(values[0])


def replaces_in(uri_headers: str) -> Replaces | None:
    """Return the Replaces among the headers of a URI; all others are left. Raises `Malformed`."""
    found = [
        unquote(value)
        for name, _, value in (part.partition("=") for part in uri_headers.split("&"))
        if unquote(name).strip().lower() == "replaces"
    ]
    if len(found) > 1:
        raise Malformed("one Replaces, and no more")
    return parse_replaces(found[0]) if found else None


def escaped(replaces: Replaces) -> str:
    """Return it as it stands among the headers of a URI."""
    return f"Replaces={quote(str(replaces), safe='')}"
