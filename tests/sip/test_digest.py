"""Digest: the RFCs' own examples, replay, age, and what memory keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.sip.digest import (
    Challenge,
    DigestClient,
    DigestSecret,
    DigestServer,
    Password,
    Verdict,
    digest_fields,
    ha1,
    parse_challenge,
)

pytestmark = pytest.mark.unit

SECRET = DigestSecret.of("bob", "bank", "zanzibar")
URI = "sip:bank.example"
HOST = "192.0.2.4"


def answered(server: DigestServer, client: DigestClient, now: float = 0.0, host: str = HOST) -> str:
    challenge = client.choose(server.challenges(host, now))
    assert challenge is not None
    return client.answer(challenge, "REGISTER", URI)


def verdict(server: DigestServer, header: str, now: float = 0.0, host: str = HOST) -> Verdict:
    return server.verify(header, SECRET, "REGISTER", URI, host, now)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_rfc_7616_example(algorithm: str, response: str) -> None:
    """RFC 7616 §3.9.1."""
    challenge = parse_challenge(
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    assert challenge is not None
    client = DigestClient(
        Password(username="Mufasa", password="Circle of Life"),
        cnonce=lambda: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )

    fields = digest_fields(client.answer(challenge, "GET", "/dir/index.html"))

    assert fields is not None
    assert fields["response"] == response
    assert fields["opaque"] == "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"


@pytest.mark.parametrize("algorithms", [("SHA-256", "MD5"), ("MD5",), ("SHA-256",)])
def test_the_right_secret_is_right_in_every_algorithm(algorithms: tuple[str, ...]) -> None:
    server = DigestServer("bank", algorithms=algorithms)  # type: ignore[arg-type]
    assert verdict(server, answered(server, DigestClient(SECRET))) is Verdict.RIGHT
    assert verdict(server, answered(server, DigestClient(Password(username="bob", password="zanzibar")))) is (
        Verdict.RIGHT
    )


def test_the_strongest_algorithm_is_chosen() -> None:
    challenge = DigestClient(SECRET).choose(list(reversed(DigestServer("bank").challenges(HOST, 0.0))))
    assert challenge is not None
    assert challenge.algorithm == "SHA-256"


def test_a_wrong_password_an_unknown_user_and_another_method_are_wrong() -> None:
    server = DigestServer("bank")
    wrong = answered(server, DigestClient(Password(username="bob", password="guess")))
    right = answered(server, DigestClient(SECRET))
    assert verdict(server, wrong) is Verdict.WRONG
    assert server.verify(right, None, "REGISTER", URI, HOST, 0.0) is Verdict.WRONG
    assert server.verify(right, SECRET, "INVITE", URI, HOST, 0.0) is Verdict.WRONG
    assert server.verify(right, SECRET, "REGISTER", "sip:elsewhere.example", HOST, 0.0) is Verdict.WRONG


def test_a_replayed_answer_is_stale_and_the_next_count_is_right() -> None:
    server, client = DigestServer("bank"), DigestClient(SECRET)
    challenge = client.choose(server.challenges(HOST, 0.0))
    assert challenge is not None
    first = client.answer(challenge, "REGISTER", URI)
    assert verdict(server, first) is Verdict.RIGHT
    assert verdict(server, first) is Verdict.STALE
    second = client.answer(challenge, "REGISTER", URI)
    assert "nc=00000002" in second
    assert verdict(server, second) is Verdict.RIGHT


def test_an_old_nonce_a_strange_nonce_and_another_host_are_stale() -> None:
    server, client = DigestServer("bank", life_s=300.0), DigestClient(SECRET)
    assert verdict(server, answered(server, client), now=301.0) is Verdict.STALE
    assert verdict(server, answered(server, client), host="192.0.2.5") is Verdict.STALE
    own = Challenge(realm="bank", nonce="f" * 60, algorithm="MD5", qop="auth")
    assert verdict(server, client.answer(own, "REGISTER", URI)) is Verdict.STALE
    assert all("stale=true" in value for value in server.challenges(HOST, 0.0, stale=True))


def test_a_request_sent_again_is_challenged_alike_and_another_is_not() -> None:
    server = DigestServer("bank")
    first = server.challenges(HOST, 8.0, asked="branch-1")
    assert server.challenges(HOST, 11.9, asked="branch-1") == first
    assert server.challenges(HOST, 8.0, asked="branch-2") != first
    assert server.challenges("192.0.2.5", 8.0, asked="branch-1") != first
    assert server.challenges(HOST, 8.0) != server.challenges(HOST, 8.0)


def test_an_answer_without_count_serves_once() -> None:
    server, client = DigestServer("bank"), DigestClient(SECRET)
    asked = client.choose(server.challenges(HOST, 0.0))
    assert asked is not None
    old = Challenge(realm="bank", nonce=asked.nonce, algorithm=asked.algorithm, qop=None)
    assert verdict(server, client.answer(old, "REGISTER", URI)) is Verdict.RIGHT
    assert verdict(server, client.answer(old, "REGISTER", URI)) is Verdict.STALE


def test_memory_is_bounded_and_forgetting_opens_no_replay() -> None:
    server = DigestServer("bank", capacity=10)
    headers = []
    for moment in range(50):
        headers.append(answered(server, DigestClient(SECRET), now=float(moment)))
        assert verdict(server, headers[-1], now=float(moment)) is Verdict.RIGHT
    assert {verdict(server, header, now=50.0) for header in headers} == {Verdict.STALE}


def test_secrets_do_not_show() -> None:
    assert "zanzibar" not in repr(SECRET)
    assert ha1("bob", "bank", "zanzibar", "MD5") not in repr(SECRET)
    assert "zanzibar" not in repr(Password(username="bob", password="zanzibar"))


def test_auth_int_signs_the_body() -> None:
    client = DigestClient(SECRET, cnonce=lambda: "c")
    challenge = parse_challenge('Digest realm="bank", nonce="n", qop="auth-int"')
    assert challenge is not None
    one, other = (digest_fields(client.answer(challenge, "INVITE", URI, body)) for body in (b"a", b"b"))
    assert one is not None
    assert other is not None
    assert one["qop"] == "auth-int"
    assert one["response"] != other["response"]


@given(st.text(max_size=200))
def test_no_header_upsets_the_server(header: str) -> None:
    server = DigestServer("bank")
    signed = f'Digest username="bob", realm="bank", uri="{URI}", nonce="{header[:60]}", response="{header}"'
    for value in (header, f"Digest {header}", f'Digest realm="bank", {header}', signed):
        assert verdict(server, value) is not Verdict.RIGHT
        parse_challenge(value)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), st.text(max_size=20))
def test_names_and_passwords_of_any_letters_work(username: str, password: str) -> None:
    server = DigestServer("bank", algorithms=("SHA-256",))
    header = answered(server, DigestClient(Password(username=username, password=password)))
    assert server.username_in(header) == username
    secret = DigestSecret.of(username, "bank", password)
    assert server.verify(header, secret, "REGISTER", URI, HOST, 0.0) is Verdict.RIGHT
