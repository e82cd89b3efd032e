"""Session timers (RFC 4028): how long a session lasts without a sign of life, and who has to give it."""

from dataclasses import dataclass

from banjie.sip.grammar import parse_number, parse_params
from banjie.sip.model import Headers, Request, Response, find_param

SMALLEST_S = 90  # RFC 4028 §4


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshment:
    """What was agreed. The refresher signs after half of it; the other hangs up shortly before its end."""

    interval_s: int
    ours: bool  # we refresh

    @property
    def refresh_after_s(self) -> float:
        return self.interval_s / 2

    @property
    def expires_after_s(self) -> float:
        """RFC 4028 §10: the smaller of 32 s and a third before the end."""
        return self.interval_s - min(32.0, self.interval_s / 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class TooSmall:
    """422, with Min-SE."""

    min_se_s: int


def has_option(headers: Headers, name: str, option: str) -> bool:
    """Tell whether an option tag stands in a header (Supported, Require)."""
    return any(option in value.lower() and option in _options(value) for value in headers.all(name))


def _options(value: str) -> list[str]:
    return [part.strip().lower() for part in value.split(",")]


def read_session_expires(message: Request | Response) -> tuple[int, str | None] | None:
    """Return seconds and refresher. Raises `Malformed`."""
    value = message.headers.get("Session-Expires")
    if value is None:
        return None
    seconds, _, params = value.partition(";")
    refresher = find_param(parse_params(params), "refresher")
    return parse_number(seconds, "Session-Expires"), refresher.lower() if refresher else None


def agreed_as_server(request: Request, wish_s: int, least_s: int) -> Refreshment | TooSmall:
    """Decide as the one who answers (RFC 4028 §9). Raises `Malformed`."""
    asked = read_session_expires(request)
    supports = has_option(request.headers, "Supported", "timer")
    least_text = request.headers.get("Min-SE")
    theirs_s = parse_number(least_text.partition(";")[0], "Min-SE") if least_text else 0
    if asked is None:
        return Refreshment(interval_s=max(wish_s, theirs_s), ours=not supports)
    seconds, refresher = asked
    if seconds < least_s:
        if supports:
            return TooSmall(min_se_s=least_s)
        seconds = least_s  # §9: one that does not know the extension is not told
    interval_s = max(min(seconds, wish_s), least_s, min(theirs_s, seconds))
    # §9 table 2: without support for the extension the peer cannot refresh.
    return Refreshment(interval_s=interval_s, ours=not supports or refresher == "uas")


def lines_as_server(request: Request, agreed: Refreshment) -> str:
    """Return the header lines that tell the peer."""
    who = "uas" if agreed.ours else "uac"
    require = "Require: timer\r\n" if has_option(request.headers, "Supported", "timer") else ""
    return f"{require}Session-Expires: {agreed.interval_s};refresher={who}\r\n"


def agreed_as_client(response: Response) -> Refreshment | None:
    """Read what the 2xx to our INVITE or UPDATE says (RFC 4028 §7.2). Raises `Malformed`."""
    told = read_session_expires(response)
    if told is None:
        return None
    seconds, refresher = told
    return Refreshment(interval_s=max(seconds, SMALLEST_S), ours=refresher != "uas")
