"""Who may call, and how little a stranger costs."""

import tracemalloc

import pytest

from banjie.sip.digest import Credentials, DigestSecret, DigestServer, Password
from banjie.sip.gate import Accounts, PeerGate
from banjie.sip.model import Hop, Request, TrunkPeer, UserPeer
from banjie.sip.ports import Admission, Admitted, Challenge, Refuse
from banjie.sip.ratelimit import SourceLimit
from banjie.sip.trunks import InvalidTrunk, Trunk, TrunkBook
from tests.sip.requests import PHONE, request, signed

pytestmark = pytest.mark.unit

BOB = DigestSecret.of("bob", "bank", "zanzibar")
CARRIER = DigestSecret.of("carrier", "bank", "carrier-secret")
TRUNKS = (
    Trunk(name="fixed", networks=("198.51.100.0/24",)),
    Trunk(name="narrow", networks=("198.51.100.7",)),
    Trunk(name="both", networks=("203.0.113.5",), secret=CARRIER),
)
FIXED, NARROW, BOTH = (Hop("udp", host, 5060) for host in ("198.51.100.1", "198.51.100.7", "203.0.113.5"))


def gate(limit: SourceLimit | None = None, phones: tuple[Hop, ...] = ()) -> PeerGate:
    return PeerGate(
        trunks=TrunkBook(TRUNKS),
        accounts=Accounts([BOB]),
        digest=DigestServer("bank"),
        limit=limit,
        is_phone=phones.__contains__,
    )


def proven(at: PeerGate, plain: Request, hop: Hop, credentials: Credentials, now: float = 0.0) -> Admission:
    asked = at.admit(plain, hop, now)
    assert isinstance(asked, Challenge)
    return at.admit(signed(plain, [value for _, value in asked.headers], credentials), hop, now)


def test_a_trunk_is_known_by_the_narrowest_network() -> None:
    assert gate().admit(request(), FIXED, 0.0) == Admitted(peer=TrunkPeer(name="fixed"))
    assert gate().admit(request(), NARROW, 0.0) == Admitted(peer=TrunkPeer(name="narrow"))


def test_a_trunk_with_both_needs_both() -> None:
    carrier = Password(username="carrier", password="carrier-secret")
    assert proven(gate(), request(), BOTH, carrier) == Admitted(peer=TrunkPeer(name="both"))
    assert proven(gate(), request(), BOTH, Password(username="carrier", password="x")) == Refuse(
        status=403, reason="Forbidden"
    )
    assert isinstance(proven(gate(), request(), PHONE, carrier), Refuse)


def test_a_user_proves_himself_from_anywhere() -> None:
    assert proven(gate(), request(), PHONE, BOB) == Admitted(peer=UserPeer(username="bob"))
    assert proven(gate(phones=(FIXED,)), request(), FIXED, BOB) == Admitted(peer=UserPeer(username="bob"))


def test_who_was_let_go_is_no_longer_known() -> None:
    accounts = Accounts([BOB])
    accounts.replace([CARRIER])
    assert accounts.find(BOB.username) is None
    assert accounts.find(CARRIER.username) == CARRIER


def test_nobody_learns_which_names_exist() -> None:
    known = proven(gate(), request(), PHONE, Password(username="bob", password="x"))
    unknown = proven(gate(), request(), PHONE, Password(username="eve", password="x"))
    assert known == unknown == Refuse(status=403, reason="Forbidden")


def test_what_cannot_be_challenged_is_not_answered() -> None:
    assert gate().admit(request("ACK"), PHONE, 0.0) == Refuse(status=None)
    assert gate().admit(request("CANCEL"), PHONE, 0.0) == Refuse(status=None)


def test_a_flood_is_answered_up_to_the_limit_and_remembers_nothing_else() -> None:
    door = gate(SourceLimit(rate_per_s=1.0, burst=5.0, capacity=10, total_rate_per_s=1000.0))
    answers = [door.admit(request(Call_ID=f"{n}"), PHONE, 0.0) for n in range(1000)]
    assert sum(isinstance(a, Challenge) for a in answers) == 5
    assert (door.counters.challenged, door.counters.ignored) == (5, 995)


def test_users_behind_one_address_do_not_spend_each_others_challenges() -> None:
    door = gate(SourceLimit(rate_per_s=0.1, burst=2.0))
    for number in range(50):
        assert isinstance(proven(door, request(Call_ID=str(number)), PHONE, BOB), Admitted)


def test_a_guesser_is_no_longer_judged_while_others_behind_his_address_are() -> None:
    door = gate()
    seen = [
        proven(door, request(Call_ID=str(n)), PHONE, Password(username="bob", password=str(n)), now=n * 0.2)
        for n in range(30)
    ]
    assert sum(a == Refuse(status=403, reason="Forbidden") for a in seen) <= 11
    assert proven(door, request(), PHONE, BOB, now=6.0) == Refuse(status=None)
    other = Hop("udp", "192.0.2.8", 5060)
    assert proven(door, request(), other, BOB, now=6.0) == Admitted(peer=UserPeer(username="bob"))
    assert proven(door, request(), PHONE, BOB, now=30.0) == Admitted(peer=UserPeer(username="bob"))


@pytest.mark.parametrize(
    "trunks",
    [
        (Trunk(name="a"), Trunk(name="a")),
        (Trunk(name="a", secret=CARRIER), Trunk(name="b", secret=CARRIER)),
        (Trunk(name="a", networks=("300.1.1.1",)),),
    ],
)
def test_a_senseless_configuration_is_refused_in_words(trunks: tuple[Trunk, ...]) -> None:
    with pytest.raises(InvalidTrunk, match="trunk"):
        TrunkBook(trunks)


def test_who_forges_an_address_locks_nobody_out() -> None:
    """A guess counts only with a nonce that was sent to that address: who never saw one is told to ask again."""
    door = gate(SourceLimit(rate_per_s=1000.0, burst=1000.0))
    forged = DigestServer("bank").challenges(PHONE.host, 0.0)
    for n in range(100):
        answer = door.admit(signed(request(), forged, Password(username="bob", password=str(n))), PHONE, 0.0)
        assert isinstance(answer, Challenge)

    assert proven(door, request(), PHONE, BOB) == Admitted(peer=UserPeer(username="bob"))
    assert door.counters.wrong == 0


def test_guessers_fill_no_memory_however_long_their_names_are() -> None:
    door = gate(SourceLimit(rate_per_s=1000.0, burst=1000.0))
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for n in range(60):
        credentials = Password(username=f"{n}" + "x" * 50_000, password="guess")
        assert proven(door, request(Call_ID=str(n)), PHONE, credentials) == Refuse(
            status=403, reason="Forbidden"
        )
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert after - before < 1_000_000


def test_a_trunk_that_relays_a_proof_for_somebody_else_is_still_that_trunk() -> None:
    relayed = request(
        Authorization='Digest username="bob", realm="elsewhere", nonce="n", uri="sip:x", response="0"'
    )

    assert gate().admit(relayed, FIXED, 0.0) == Admitted(peer=TrunkPeer(name="fixed"))


def test_a_flood_of_forged_strangers_does_not_keep_out_who_proved_himself_before() -> None:
    door = gate(SourceLimit(total_rate_per_s=50.0))
    assert proven(door, request(), PHONE, BOB) == Admitted(peer=UserPeer(username="bob"))
    for n in range(1000):
        door.admit(request(Call_ID=str(n)), Hop("udp", f"10.0.{n // 256}.{n % 256}", 5060), 0.0)
    assert door.admit(request(), Hop("udp", "10.9.9.9", 5060), 0.0) == Refuse(status=None)

    assert isinstance(door.admit(request(Call_ID="again"), PHONE, 0.0), Challenge)
