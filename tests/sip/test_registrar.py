"""Contacts: who may set them, how they are reached, when they end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.sip.digest import DigestSecret
from banjie.sip.events import Registered, StrangerRefused, Unregistered
from banjie.sip.gate import Accounts
from banjie.sip.hosts import masked_host
from banjie.sip.model import Hop, Request, TrunkPeer, UserPeer
from banjie.sip.ports import Admission, Admitted, Challenge, Refuse, RegistrarReply
from banjie.sip.registrar import ContactRegistrar, RegistrarLimits
from tests.sip.requests import PHONE, register

pytestmark = pytest.mark.unit


def registrar(admission: Admission | None = None, **limits: int) -> ContactRegistrar:
    admitted = admission or Admitted(peer=UserPeer(username="bob"))

    def authenticate(request: Request, hop: Hop, now: float) -> Admission:
        return admitted

    return ContactRegistrar(authenticate, RegistrarLimits(**limits))


def contacts(reply: RegistrarReply) -> list[str]:
    assert reply.status == 200, reply
    return [value for name, value in reply.headers if name == "Contact"]


def test_a_phone_behind_nat_is_reached_the_way_it_came() -> None:
    book = registrar()
    reply = book.register(register(Expires="120"), PHONE, 0.0)
    assert contacts(reply) == ["<sip:bob@10.0.0.9:5060>;expires=120"]
    assert reply.events == (Registered(username="bob", contacts=("sip:bob@10.0.0.9:5060",)),)
    assert [(b.hop, b.is_natted) for b in book.bindings("bob", 1.0)] == [(PHONE, True)]
    assert book.natted_hops(1.0) == [PHONE]
    assert book.is_phone(PHONE)


def test_a_phone_that_sends_from_another_port_than_it_listens_at_is_reached_where_it_listens() -> None:
    book = registrar()
    plain = register("<sip:bob@192.0.2.7:5070>", Via="SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK1")
    book.register(plain, PHONE, 0.0)
    assert [b.hop for b in book.bindings("bob", 0.0)] == [Hop("udp", "192.0.2.7", 5070)]
    assert book.natted_hops(0.0) == []


def test_a_phone_whose_nat_gives_it_another_port_is_reached_through_that_port() -> None:
    """RFC 3581: it asks for the port it is seen at, so its Contact tells only what it believes."""
    book = registrar()
    book.register(
        register("<sip:bob@192.0.2.7:5060>", Via="SIP/2.0/UDP 192.0.2.7:5060;rport;branch=z9hG4bK1"), PHONE, 0
    )
    assert [(b.hop, b.is_natted) for b in book.bindings("bob", 0.0)] == [(PHONE, True)]


def test_a_refresh_keeps_one_contact_and_tells_nobody() -> None:
    book = registrar()
    book.register(register(Expires="60"), PHONE, 0.0)
    moved = Hop("udp", "192.0.2.7", 40_002)
    reply = book.register(register(cseq=2, Expires="60"), moved, 30.0)
    assert len(contacts(reply)) == 1
    assert reply.events == ()
    assert book.tick(60.0) == []
    assert [b.hop for b in book.bindings("bob", 60.0)] == [moved]
    assert not book.is_phone(PHONE)
    assert book.tick(90.0) == [Unregistered(username="bob")]
    assert book.next_deadline is None


def test_several_contacts_are_kept_by_preference_and_up_to_the_limit() -> None:
    book = registrar(max_contacts=3)
    for n in range(5):
        hop = Hop("udp", "192.0.2.7", 41_000 + n)
        book.register(
            register(f"<sip:bob@10.0.0.{n}>;q=0.{n}", Call_ID=str(n), Expires=str(100 + n)), hop, 0.0
        )
    assert [b.uri for b in book.bindings("bob", 0.0)] == [f"sip:bob@10.0.0.{n}" for n in (4, 3, 2)]


def test_unregistering_one_and_all() -> None:
    book = registrar()
    book.register(register("<sip:bob@10.0.0.1>, <sip:bob@10.0.0.2>"), PHONE, 0.0)
    reply = book.register(register("<sip:bob@10.0.0.1>;expires=0", cseq=2), PHONE, 1.0)
    assert len(contacts(reply)) == 1
    gone = book.register(register("*", cseq=3, Expires="0"), PHONE, 2.0)
    assert contacts(gone) == []
    assert gone.events == (Unregistered(username="bob"),)
    assert not book.is_phone(PHONE)


def test_a_question_without_contact_changes_nothing() -> None:
    book = registrar()
    book.register(register(Expires="100"), PHONE, 0.0)
    reply = book.register(register(None, cseq=2), PHONE, 40.0)
    assert contacts(reply) == ["<sip:bob@10.0.0.9:5060>;expires=60"]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (register(Expires="5"), 423),
        (register("*"), 400),
        (register("*", Expires="30"), 400),
        (register("<mailto:bob@bank.example>"), 400),
        (register('"bob <sip:bob@10.0.0.9>'), 400),
        (register(To="<sip:ann@bank.example>"), 403),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(request_: Request, status: int) -> None:
    book = registrar()
    book.register(register(Call_ID="before"), PHONE, 0.0)
    assert book.register(request_, PHONE, 1.0).status == status
    assert len(book.bindings("bob", 1.0)) == 1


def test_an_older_request_is_not_taken_for_a_newer_one() -> None:
    book = registrar()
    book.register(register(cseq=5), PHONE, 0.0)
    assert book.register(register("<sip:bob@10.0.0.9:5060>;expires=0", cseq=4), PHONE, 1.0).status == 500
    assert len(book.bindings("bob", 1.0)) == 1


def test_a_lost_connection_takes_its_contacts_along() -> None:
    book = registrar()
    flow = Hop("tcp", "192.0.2.7", 50_000, 7)
    book.register(register("<sip:bob@10.0.0.9;transport=tcp>"), flow, 0.0)
    book.register(register("<sip:bob@10.0.0.10>", Call_ID="2"), PHONE, 0.0)
    events = book.flow_lost(flow, 1.0)
    assert events == [Registered(username="bob", contacts=("sip:bob@10.0.0.10",))]
    assert book.flow_lost(flow, 2.0) == []


def test_the_same_instance_replaces_its_former_contact() -> None:
    book = registrar()
    instance = ';+sip.instance="<urn:uuid:1>";reg-id=1'
    book.register(register(f"<sip:bob@10.0.0.1>{instance}"), PHONE, 0.0)
    book.register(register(f"<sip:bob@10.0.0.2>{instance}", Call_ID="after-reboot"), PHONE, 1.0)
    assert [b.uri for b in book.bindings("bob", 1.0)] == ["sip:bob@10.0.0.2"]


def test_strangers_and_trunks_register_nothing() -> None:
    asked = Challenge(headers=(("WWW-Authenticate", "Digest …"),))
    assert registrar(asked).register(register(), PHONE, 0.0) == RegistrarReply(
        status=401, headers=asked.headers
    )
    refused = registrar(Refuse(status=None)).register(register(), PHONE, 0.0)
    assert refused == RegistrarReply(status=None, events=(StrangerRefused(source="192.0.2.7"),))
    trunk = registrar(Admitted(peer=TrunkPeer(name="carrier")))
    assert trunk.register(register(), PHONE, 0.0).status == 403


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from(["0", "30", "60", "600"]), st.floats(0, 100)),
        max_size=60,
    )
)
def test_memory_stays_within_its_bounds(steps: list[tuple[int, str, float]]) -> None:
    book, now = registrar(max_contacts=4), 0.0
    for number, (phone, expires, pause) in enumerate(steps):
        now += pause
        hop = Hop("udp", "192.0.2.7", 40_000 + phone)
        book.register(register(f"<sip:bob@10.0.0.{phone}>", Call_ID=str(number), Expires=expires), hop, now)
        book.tick(now)
        alive = book.bindings("bob", now)
        assert len(alive) <= 4
        assert {
            hop for hop in (Hop("udp", "192.0.2.7", 40_000 + n) for n in range(13)) if book.is_phone(hop)
        } == {b.hop for b in alive}
    book.tick(now + 4000)
    assert book.bindings("bob", now) == []
    assert book.next_deadline is None


@pytest.mark.parametrize(
    "contacts_",
    [
        "<sip:bob@10.0.0.1>{i};expires=0, <sip:bob@10.0.0.2>{i}",
        "<sip:bob@10.0.0.2>{i}, <sip:bob@10.0.0.1>{i};expires=0",
        "<sip:bob@10.0.0.2>{i}, <sip:bob@10.0.0.2>{i}",
    ],
)
def test_a_phone_that_moved_names_both_places_in_one_request(contacts_: str) -> None:
    """What goes is taken away before what comes is put in, whatever the order they are written in."""
    book = registrar()
    instance = ';+sip.instance="<urn:uuid:1>";reg-id=1'
    book.register(register(f"<sip:bob@10.0.0.1>{instance}"), PHONE, 0.0)

    assert len(contacts(book.register(register(contacts_.format(i=instance), cseq=2), PHONE, 1.0))) == 1

    assert [b.uri for b in book.bindings("bob", 1.0)] == ["sip:bob@10.0.0.2"]


def test_an_older_request_to_forget_everything_is_refused() -> None:
    """RFC 3261 §10.3 step 6."""
    book = registrar()
    book.register(register(cseq=5), PHONE, 0.0)

    assert book.register(register("*", cseq=4, Expires="0"), PHONE, 1.0).status == 500
    assert len(book.bindings("bob", 1.0)) == 1


def test_an_extension_that_is_demanded_of_the_registrar_is_refused() -> None:
    """RFC 3261 §10.3 step 2."""
    book = registrar()
    reply = book.register(register(Require="path, gruu"), PHONE, 0.0)

    assert (reply.status, dict(reply.headers)["Unsupported"]) == (420, "path, gruu")
    assert book.bindings("bob", 0.0) == []


def test_what_is_known_of_a_phone_is_since_when_and_when_it_was_heard_from_last() -> None:
    book = registrar()
    book.register(register(Expires="120", User_Agent="Yealink T46U\x07" + "x" * 200), PHONE, 10.0)
    book.register(register(cseq=2, Expires="120", User_Agent="Yealink T46U"), PHONE, 70.0)

    (phone,) = book.phones("bob", 100.0)
    assert (phone.hop, phone.is_natted, phone.user_agent) == (PHONE, True, "Yealink T46U")
    assert (phone.since_s_ago, phone.renewed_s_ago, phone.expires_in_s) == (90.0, 30.0, 90.0)
    book.register(register("<sip:bob@10.0.0.9:5062>", cseq=3, User_Agent="\x00" + "y" * 200), PHONE, 100.0)
    assert {len(known.user_agent) <= 100 for known in book.phones("bob", 100.0)} == {True}


def test_who_may_not_register_any_more_is_reached_no_more() -> None:
    book = registrar()
    book.register(register(), PHONE, 0.0)

    assert book.forget("bob") == [Unregistered(username="bob")]
    assert (book.phones("bob", 1.0), book.is_phone(PHONE), book.forget("bob")) == ([], False, [])


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "127.0.0.1"),
        ("8.8.4.4", "8.8.4.*"),
        ("[fd00::7]", "[fd00::7]"),
        ("[2400:3200:1::9]", "[2400:3200:0001:*]"),
        ("phone.example", "phone.example"),
    ],
)
def test_where_somebody_is_at_home_is_not_shown_whole(host: str, shown: str) -> None:
    assert masked_host(host) == shown


def test_whose_secret_is_another_or_gone_is_to_prove_himself_anew() -> None:
    ann, bob, cat = (DigestSecret.of(name, "bank", "zanzibar") for name in ("ann", "bob", "cat"))
    accounts = Accounts([ann, bob, cat])

    assert accounts.replace([ann, DigestSecret.of("bob", "bank", "another")]) == {"bob", "cat"}
    assert accounts.find("cat") is None
