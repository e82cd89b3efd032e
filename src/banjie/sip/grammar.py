"""How header values are read: URIs, addresses, Via, lists, parameters. Linear in their length, whatever is sent.

`sipmessage` (BSD-2) is not used on this path: its patterns backtrack on hostile input, are case-sensitive in
parameter names, and cost three times as much. Tests hold it beside ours as a second opinion.
"""

from typing import Final
from urllib.parse import unquote

from banjie.sip.errors import Malformed, TooLarge
from banjie.sip.model import NameAddr, Params, SipUri, Via

MAX_LIST: Final = 128  # elements of one list header; honest ones have a handful
MAX_HOST: Final = 255  # RFC 1035 §2.3.4
MAX_READABLE: Final = 128  # characters of a name, a number or a reason
MAX_CSEQ: Final = 2**31  # RFC 3261 §8.1.1.5

_HOST_CHARS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")
_TOKEN_CHARS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~")
_IPV6_CHARS: Final = frozenset("0123456789abcdefABCDEF:.")


def is_token(text: str) -> bool:
    return bool(text) and _TOKEN_CHARS.issuperset(text)


def split_list(values: list[str]) -> list[str]:
    """Return the elements of a comma-separated header, its several lines taken together."""
    elements: list[str] = []
    for value in values:
        if "," not in value:
            elements.append(value.strip())
        else:
            elements += (part.strip() for part in split_outside(value, ","))
        if len(elements) > MAX_LIST:
            raise TooLarge(f"a list header has more than {MAX_LIST} elements")
    return [element for element in elements if element]


def split_outside(text: str, separator: str) -> list[str]:
    """Split where the separator stands outside quotes and angle brackets."""
    if '"' not in text and "<" not in text:
        return text.split(separator)
    parts: list[str] = []
    start = position = 0
    closing = ""  # what ends the quote or bracket we are in
    length = len(text)
    while position < length:
        char = text[position]
        if closing:
            if char == "\\" and closing == '"':
                position += 1
            elif char == closing:
                closing = ""
        elif char == '"':
            closing = '"'
        elif char == "<":
            closing = ">"
        elif char == separator:
            parts.append(text[start:position])
            start = position + 1
        position += 1
    parts.append(text[start:])
    return parts


def parse_params(text: str) -> Params:
    """Read `;a=b;c`. Names become lower case; a quoted value loses its quotes only where it is a token inside."""
    if not text:
        return ()
    params: list[tuple[str, str | None]] = []
    for part in split_outside(text, ";"):
        name, equals, value = part.partition("=")
        name = name.strip().lower()
        if not name:
            if equals or value:
                raise Malformed("a parameter has no name")
            continue
        params.append((name, value.strip() if equals else None))
        if len(params) > MAX_LIST:
            raise TooLarge(f"more than {MAX_LIST} parameters")
    return tuple(params)


def parse_host_port(text: str) -> tuple[str, int | None]:
    """Read `host`, `host:port`, `[v6]:port`. The host keeps its brackets and becomes lower case."""
    if text.startswith("["):
        host, bracket, rest = text.partition("]")
        if not bracket or len(host) > MAX_HOST or not _IPV6_CHARS.issuperset(host[1:]) or host.count(":") < 2:
            raise Malformed("an IPv6 reference is not valid")
        if rest and not rest.startswith(":"):
            raise Malformed("something stands between host and port")
        return (host + "]").lower(), parse_port(rest[1:]) if rest else None
    host, colon, port = text.partition(":")
    host = host.strip()
    if not 0 < len(host) <= MAX_HOST or not _HOST_CHARS.issuperset(host):
        raise Malformed("the host is not valid")
    return host.lower(), parse_port(port) if colon else None


def parse_port(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65536):
        raise Malformed("the port is not valid")
    return int(text)


def parse_uri(text: str) -> SipUri:
    """Read a sip:, sips: or tel: URI. Raises `Malformed` for anything else."""
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in ("sip", "sips", "tel"):
        raise Malformed("the URI scheme is not ours")
    if any(c in rest for c in ' \t<>"\r\n'):
        raise Malformed("the URI holds a character it must not")
    if scheme == "tel":
        number, _, params = rest.partition(";")
        if not number:
            raise Malformed("the tel URI has no number")
        return SipUri("tel", unquote(number), "", None, _uri_params(params))
    # The user part may hold `;` and `?`, the headers may hold `@` only escaped (RFC 3261 §25.1).
    user_text, at, where = rest.rpartition("@")
    user: str | None = None
    password: str | None = None
    if at:
        user, colon, secret = user_text.partition(":")
        user = unquote(user, errors="surrogateescape")
        password = unquote(secret, errors="surrogateescape") if colon else None
        if not user or "@" in user_text:
            raise Malformed("the user part of the URI is not valid")
    where, _, headers = where.partition("?")
    where, _, params = where.partition(";")
    host, port = parse_host_port(where)
    return SipUri(scheme, user, host, port, _uri_params(params) if params else (), headers, password)


def _uri_params(text: str) -> Params:
    return tuple((unquote(n), None if v is None else unquote(v)) for n, v in parse_params(text))


def parse_name_addr(text: str) -> NameAddr:
    """Read one From, To, Contact, Route … value. Raises `Malformed`."""
    text = text.strip()
    display: str | None = None
    if text.startswith('"'):
        display, text = _quoted_string(text)
        text = text.lstrip()
        if not text.startswith("<"):
            raise Malformed("no address follows the display name")
    before, bracket, rest = text.partition("<")
    if not bracket:
        # RFC 3261 §20.10: without brackets every parameter belongs to the header.
        uri_text, _, tail = text.partition(";")
        uri_text = uri_text.strip()
        if "?" in uri_text or "," in uri_text:
            raise Malformed("this URI must stand in angle brackets")
    else:
        if before.strip():
            if '"' in before:
                raise Malformed("the display name is not valid")
            display = " ".join(before.split())
        uri_text, bracket, tail = rest.partition(">")
        tail = tail.lstrip()
        if not bracket or (tail and not tail.startswith(";")):
            raise Malformed("the address is not closed")
        tail = tail[1:]
    if not uri_text:
        raise Malformed("the address is empty")
    return NameAddr(uri_text, _uri_or_none(uri_text), display, parse_params(tail))


def _uri_or_none(text: str) -> SipUri | None:
    scheme, colon, _ = text.partition(":")
    if not colon or not is_token(scheme):
        raise Malformed("the address holds no URI")
    return parse_uri(text) if scheme.lower() in ("sip", "sips", "tel") else None


def _quoted_string(text: str) -> tuple[str, str]:
    """Return what the leading quoted-string says, and what follows it."""
    close = text.find('"', 1)
    if close > 0 and "\\" not in text[:close]:
        return text[1:close], text[close + 1 :]
    said: list[str] = []
    position, length = 1, len(text)
    while position < length:
        char = text[position]
        if char == '"':
            return "".join(said), text[position + 1 :]
        if char == "\\":
            position += 1
            char = text[position] if position < length else ""
        said.append(char)
        position += 1
    raise Malformed("a quoted string is not closed")


def parse_via(text: str) -> Via:
    """Read one Via value. Raises `Malformed`."""
    sent, semicolon, params = text.partition(";")
    words = sent.split()
    if len(words) != 2:
        # White space may surround the slashes and the colon (RFC 4475 §3.1.1.1).
        squeezed = " ".join(words)
        for mark in "/:":
            squeezed = squeezed.replace(f" {mark}", mark).replace(f"{mark} ", mark)
        words = squeezed.split(" ")
        if len(words) != 2:
            raise Malformed("the Via is not valid")
    protocol, sent_by = words
    name, _, transport = protocol.rpartition("/")
    if name.upper() != "SIP/2.0" or not is_token(transport):
        raise Malformed("the Via names another protocol")
    host, port = parse_host_port(sent_by)
    return Via(transport.upper(), host, port, parse_params(params) if semicolon else ())


def parse_cseq(text: str) -> tuple[int, str]:
    """Return the number and the method."""
    words = text.split()
    if len(words) != 2 or not is_token(words[1]):
        raise Malformed("the CSeq is not valid")
    return parse_number(words[0], "CSeq", MAX_CSEQ - 1), words[1]


def parse_number(text: str, what: str, largest: int = 2**32 - 1) -> int:
    """Read delta-seconds and other plain numbers."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= largest):
        raise Malformed(f"{what} is not a number in range")
    return int(text)


def readable(text: str) -> str:
    """Return what can be shown and stored of a text: without what only controls a screen or a line, and not long.

    Bytes that are no UTF-8 are taken for GB 18030, as older exchanges in China write names.
    """
    octets = text[: 4 * MAX_READABLE].encode("utf-8", "surrogateescape")
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        text = octets.decode("gb18030", "replace")
    return "".join(c for c in text if c.isprintable())[:MAX_READABLE]


def tag_of(value: str) -> str | None:
    """Return the tag of a From or To value without reading the rest of it."""
    tail = value[value.rfind(">") + 1 :]
    if '"' in tail:
        return parse_name_addr(value).tag
    for part in tail.split(";")[1:]:
        name, equals, tag = part.partition("=")
        if equals and name.strip().lower() == "tag":
            return tag.strip()
    return None
