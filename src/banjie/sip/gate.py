"""Who may call: trunks known by address, digest or both; registered users by digest; nobody else.

Laws: a stranger costs one small answer and no memory but a bounded rate table; nobody learns from our answers
which user names exist; a wrong secret is judged only so often, whatever the right one is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from banjie.sip.digest import DigestSecret, DigestServer, Verdict
from banjie.sip.model import Hop, Request, TrunkPeer, UserPeer
from banjie.sip.ports import Admission, Admitted, Challenge, Refuse
from banjie.sip.ratelimit import BucketTable, SourceLimit, source_of
from banjie.sip.trunks import Trunk, TrunkBook

WRONG_RATE_PER_S: Final = 0.1
WRONG_BURST: Final = 10.0
GUESSERS_REMEMBERED: Final = 4096
LONGEST_NAME: Final = 64  # as far as guessers are told apart
_SILENT: Final = Refuse(status=None)


class Accounts:
    """The users who may register and call, by name, with their HA1."""

    def __init__(self, secrets: Iterable[DigestSecret] = ()) -> None:
        self._secrets: dict[str, DigestSecret] = {secret.username: secret for secret in secrets}

    def put(self, secret: DigestSecret) -> None:
        self._secrets[secret.username] = secret

    def drop(self, username: str) -> None:
        self._secrets.pop(username, None)

    def replace(self, secrets: Iterable[DigestSecret]) -> frozenset[str]:
        """Let these in, and nobody else. Return who is to prove himself anew, or is not let in any more."""
        before, self._secrets = self._secrets, {secret.username: secret for secret in secrets}
        return frozenset(name for name, secret in before.items() if self._secrets.get(name) != secret)

    def find(self, username: str) -> DigestSecret | None:
        return self._secrets.get(username)


@dataclass(slots=True)
class GateCounters:
    """What happened to requests outside dialogs since the start."""

    admitted: int = 0
    challenged: int = 0
    refused: int = 0  # told so
    ignored: int = 0  # not even told: rate limit
    wrong: int = 0  # answers to a challenge with a secret that does not fit


class PeerGate:
    """Judges each request outside a dialog."""

    def __init__(
        self,
        *,
        trunks: TrunkBook,
        accounts: Accounts,
        digest: DigestServer,
        limit: SourceLimit | None = None,
        is_phone: Callable[[Hop], bool] = lambda hop: False,
    ) -> None:
        self._trunks, self._accounts, self._digest = trunks, accounts, digest
        self._limit = SourceLimit() if limit is None else limit
        self._guesses = BucketTable(WRONG_RATE_PER_S, WRONG_BURST, GUESSERS_REMEMBERED)
        self._is_phone = is_phone  # whether a registered contact lives there
        self.counters = GateCounters()

    def admit(self, request: Request, hop: Hop, now: float) -> Admission:
        """Say who the sender is, or how to turn it away."""
        trunk = self._trunks.by_address(hop.host)
        if trunk is not None and trunk.secret is None and not self._speaks_for_a_user(request, hop):
            self.counters.admitted += 1
            return Admitted(peer=TrunkPeer(name=trunk.name))
        return self.authenticate(request, hop, now)

    def authenticate(self, request: Request, hop: Hop, now: float) -> Admission:
        """Say who the sender is by its digest alone (REGISTER is always judged so)."""
        for header in request.headers.all("Authorization"):
            username = self._digest.username_in(header)
            if username is not None:
                return self._judge(header, username, request, hop, now)
        if request.method in ("ACK", "CANCEL"):
            return self._ignore()  # neither can be challenged (RFC 3261 §22.1)
        return self._challenge(request, hop, now, stale=False)

    def _speaks_for_a_user(self, request: Request, hop: Hop) -> bool:
        proofs = request.headers.all("Authorization")
        return any(self._digest.username_in(proof) is not None for proof in proofs) or self._is_phone(hop)

    def _judge(self, header: str, username: str, request: Request, hop: Hop, now: float) -> Admission:
        guesser = f"{source_of(hop.host)} {username[:LONGEST_NAME]}"
        if not self._guesses.has(guesser, now):
            return self._ignore()
        trunk = self._trunks.by_username(username)
        secret = self._accounts.find(username) if trunk is None else trunk.secret
        verdict = self._digest.verify(header, secret, request.method, request.uri, hop.host, now)
        if verdict is Verdict.STALE:
            return self._challenge(request, hop, now, stale=True)
        if verdict is Verdict.RIGHT and (trunk is None or self._may_come_from(trunk, hop)):
            self._limit.give_back(hop.host)
            self.counters.admitted += 1
            peer = UserPeer(username=username) if trunk is None else TrunkPeer(name=trunk.name)
            return Admitted(peer=peer)
        self._guesses.take(guesser, now)
        self.counters.wrong += 1
        if not self._limit.take(hop.host, now):
            return self._ignore()
        self.counters.refused += 1
        return Refuse(status=403, reason="Forbidden")

    def _may_come_from(self, trunk: Trunk, hop: Hop) -> bool:
        return not trunk.networks or self._trunks.by_address(hop.host) is trunk

    def _challenge(self, request: Request, hop: Hop, now: float, *, stale: bool) -> Admission:
        if not self._limit.take(hop.host, now):
            return self._ignore()
        self.counters.challenged += 1
        asked = f"{hop.port} {request.headers.get('Via')} {request.headers.get('Call-ID')}"
        values = self._digest.challenges(hop.host, now, stale=stale, asked=asked)
        return Challenge(headers=tuple(("WWW-Authenticate", value) for value in values))

    def _ignore(self) -> Admission:
        self.counters.ignored += 1
        return _SILENT


def counted(counters: GateCounters) -> Mapping[str, int]:
    """Return the counters by name, for the health page."""
    return {name: getattr(counters, name) for name in GateCounters.__slots__}
