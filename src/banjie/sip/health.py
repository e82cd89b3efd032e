"""Whether a trunk's servers live: OPTIONS at intervals (RFC 3261 §11), any final answer but 408 and 503 is life.

Laws: a server is down after two pings in a row without life, and up after one with it; one ping is at most
`SENDINGS` packets; a hop that is no longer asked about is forgotten.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Final

from banjie.sip.model import Headers, Hop, Request, Transmit
from banjie.sip.trunks import host_port

SENDINGS: Final = 4  # over UDP: at 0, 1, 2 and 3 intervals of resending
RESEND_S: Final = 0.5
PATIENCE_S: Final = 4.0
FAILURES_TO_DOWN: Final = 2
_BRANCH: Final = "z9hG4bKping"
_MARK: Final = b"branch=z9hG4bKping"
_LIFELESS: Final = (b"408", b"503")


@dataclass(slots=True)
class _Pulse:
    interval_s: float
    next_at: float
    request: bytes = b""
    branch: bytes = b""
    began_at: float = 0.0
    sendings: int = 0
    failures: int = 0
    answered_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """What asking a server has told. `is_up` None: nothing yet."""

    address: str
    is_up: bool | None
    answered_s_ago: float | None


class TrunkHealth:
    """Pings the hops it is told to watch. All times are monotonic seconds."""

    def __init__(self, local_for: Callable[[Hop], tuple[str, int]]) -> None:
        self._local_for = local_for
        self._pulses: dict[Hop, _Pulse] = {}

    def watch(self, hops: Mapping[Hop, float], now: float) -> None:
        """Take the hops to ping and how often, in seconds. Those already watched keep their state."""
        for gone in self._pulses.keys() - hops.keys():
            del self._pulses[gone]
        for hop, interval_s in hops.items():
            self._pulses.setdefault(hop, _Pulse(interval_s, now)).interval_s = interval_s

    @property
    def down(self) -> frozenset[Hop]:
        return frozenset(hop for hop, pulse in self._pulses.items() if pulse.failures >= FAILURES_TO_DOWN)

    def state(self, hop: Hop, now: float) -> ServerState:
        pulse = self._pulses.get(hop)
        answered_at = None if pulse is None else pulse.answered_at
        is_down = pulse is not None and pulse.failures >= FAILURES_TO_DOWN
        return ServerState(
            address=f"{host_port(hop)} {hop.transport.upper()}",
            is_up=False if is_down else None if answered_at is None else True,
            answered_s_ago=None if answered_at is None else now - answered_at,
        )

    @property
    def next_deadline(self) -> float | None:
        return min((pulse.next_at for pulse in self._pulses.values()), default=None)

    def tick(self, now: float) -> list[Transmit]:
        """Return the pings due."""
        return [
            Transmit(hop, pulse.request)
            for hop, pulse in self._pulses.items()
            if pulse.next_at <= now and self._advance(hop, pulse, now)
        ]

    def receive(self, data: bytes, hop: Hop, now: float) -> bool:
        """Take a response; True if it was the answer to a ping (others are the user agent's)."""
        if _MARK not in data or not data.startswith(b"SIP/2.0 "):
            return False
        status = data[8:11]
        pulse = next((p for p in self._pulses.values() if p.branch and p.branch in data), None)
        if pulse is not None and not status.startswith(b"1"):
            pulse.answered_at = now
            self._settle(pulse, is_alive=status not in _LIFELESS)
        return True

    def _advance(self, hop: Hop, pulse: _Pulse, now: float) -> bool:
        """Move to what is next; True if that is to send."""
        if not pulse.branch:
            self._begin(hop, pulse, now)
        elif now - pulse.began_at >= PATIENCE_S:
            self._settle(pulse, is_alive=False)
            pulse.next_at = max(pulse.next_at, now)
            return False
        is_sending = pulse.sendings == 0 or (not hop.is_reliable and pulse.sendings < SENDINGS)
        pulse.sendings += is_sending
        is_last = hop.is_reliable or pulse.sendings == SENDINGS
        pulse.next_at = pulse.began_at + PATIENCE_S if is_last else now + RESEND_S
        return is_sending

    def _begin(self, hop: Hop, pulse: _Pulse, now: float) -> None:
        branch = _BRANCH + token_hex(8)
        pulse.request = options_request(hop, self._local_for(hop), branch).to_bytes()
        pulse.branch, pulse.began_at, pulse.sendings = branch.encode(), now, 0

    def _settle(self, pulse: _Pulse, *, is_alive: bool) -> None:
        pulse.failures = 0 if is_alive else pulse.failures + 1
        pulse.branch = b""
        # A silent server is asked again at once, so that one lost ping is soon forgiven or confirmed.
        pulse.next_at = pulse.began_at + (pulse.interval_s if is_alive or pulse.failures > 1 else 0.0)


def options_request(hop: Hop, local: tuple[str, int], branch: str) -> Request:
    """Return the ping itself."""
    here, there = f"{local[0]}:{local[1]}", host_port(hop)
    headers: Sequence[tuple[str, str]] = (
        ("Via", f"SIP/2.0/{hop.transport.upper()} {here};rport;branch={branch}"),
        ("Max-Forwards", "70"),
        ("From", f"<sip:ping@{here}>;tag={token_hex(4)}"),
        ("To", f"<sip:{there}>"),
        ("Call-ID", token_hex(12)),
        ("CSeq", "1 OPTIONS"),
        ("Contact", f"<sip:{here}>"),
        ("Accept", "application/sdp"),
    )
    return Request("OPTIONS", f"sip:{there}", Headers(headers))
