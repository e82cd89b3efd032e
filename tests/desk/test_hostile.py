"""What strangers send: refused in words, never a broken server, never told back."""

import json

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banjie.desk.shield import BODY_BYTES
from banjie.desk.texts import WORDS, language_of
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk
from tests.fakes.desk_stories import answer_sdp

pytestmark = pytest.mark.unit

OFFER = answer_sdp("")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"username":"1001"}',
        b'{"username":"1001","password":null}',
        b'{"username":"1001","password":["x"]}',
        b'{"username":"a\\u0000b","password":"x"}',
        b'{"username":"\\ud800","password":"x"}',
        b'{"username":"1001","password":"x","role":"administrator"}',
        b'{"username":"' + b"a" * 1000 + b'","password":"x"}',
        b"[" * 20_000,
        b'{"a":' * 20_000,
    ],
)
async def test_a_malformed_body_is_refused_and_not_told_back(body: bytes, browser) -> None:  # type: ignore[no-untyped-def]
    reply = await browser().post("/api/session", content=body, headers={"Content-Type": "application/json"})

    assert reply.status_code in {400, 422}
    assert reply.json()["code"] == "desk.bad_request"
    assert "aaaa" not in reply.text


async def test_a_form_of_another_page_is_not_json(browser) -> None:  # type: ignore[no-untyped-def]
    reply = await browser().post(
        "/api/session",
        content=b'{"username":"1001","password":"demo-1001"}',
        headers={"Content-Type": "text/plain"},
    )

    assert reply.status_code == 422


async def test_a_large_body_is_refused_before_it_is_read(sign_in: SignIn) -> None:
    client = await sign_in("1001")
    reply = await client.post("/api/desk/state", content=b" " * (BODY_BYTES + 1))

    assert reply.status_code == 413
    assert reply.json()["code"] == "desk.too_large"


async def test_a_large_body_in_chunks_is_refused_as_it_comes(sign_in: SignIn) -> None:
    client = await sign_in("1001")

    async def chunks():  # type: ignore[no-untyped-def]
        for _ in range(100):
            yield b" " * 4096

    reply = await client.post(
        "/api/desk/state", content=chunks(), headers={"Content-Type": "application/json"}
    )

    assert reply.status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e9", "٣", "9" * 40, "abc"])
async def test_a_nonsensical_length_is_refused(length: str, browser) -> None:  # type: ignore[no-untyped-def]
    headers = {"Content-Length": length.encode()}
    reply = await browser().post("/api/session", content=b"{}", headers=headers)

    assert reply.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/api/calls/%00",
        "/api/calls/" + "a" * 65,
        "/api/calls/%27%20OR%201=1",
        "/api/calls?limit=0",
        "/api/calls?limit=100000",
        "/api/calls?limit=x",
        "/api/calls?since=yesterday",
        "/api/calls?since=2026-01-01T00:00:00",
        "/api/calls?outcome=NONE",
        "/api/calls?caller=%25",
        "/api/calls?cursor=%00",
        "/api/calls?cursor=AAAA",
        "/api/calls?cursor=MjAyNi0wMS0wMSAx",  # a day without a zone
        "/api/calls?cursor=" + "A" * 300,
    ],
)
async def test_a_malformed_address_is_422(path: str, sign_in: SignIn) -> None:
    reply = await (await sign_in("2001")).get(path)

    assert reply.status_code == 422, reply.text
    assert (
        {"code", "message", "what_to_do"} <= set(reply.json()) <= {"code", "message", "what_to_do", "faults"}
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/desk/state", {"state": "TALKING"}),
        ("/api/desk/state", {"state": "BREAK", "reason": "x y"}),
        ("/api/desk/state", {"state": "READY", "device": "fax"}),
        ("/api/desk/calls/c/answer", {"sdp": ""}),
        ("/api/desk/calls/c/answer", {"sdp": "v=0\r\n" + "a" * 70_000}),
        ("/api/desk/calls/c/answer", {"sdp": "v=0\r\n\x00"}),
        ("/api/desk/calls/c/digits", {"digits": "1;2"}),
        ("/api/desk/calls/c/digits", {"digits": "1" * 33}),
        ("/api/desk/calls/c/mute", {"muted": "perhaps"}),
        ("/api/desk/calls/c/disposition", {"code": "", "note": ""}),
        ("/api/desk/calls/c/disposition", {"code": "other", "note": "x" * 2001}),
        ("/api/visitor/calls", {"number": "sip:x@y", "sdp": OFFER}),
        ("/api/visitor/calls", {"number": "4000000001", "sdp": OFFER, "language": "fr"}),
    ],
)
async def test_what_makes_no_sense_never_reaches_a_story(
    path: str, body: dict[str, object], sign_in: SignIn, desk: FakeDesk
) -> None:
    reply = await (await sign_in("1001")).post(path, json=body)

    assert reply.status_code == 422, reply.text
    assert desk.agents.asked == desk.visitors.asked == []


@given(headers=st.text(max_size=300))
def test_any_accept_language_gives_a_language(headers: str) -> None:
    assert language_of(headers) in {"zh", "en"}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr,en;q=0.5", "en"),
        ("en;q=0.2,zh-TW;q=0.9", "zh"),
        ("en;q=0", "zh"),
        ("*", "zh"),
    ],
)
def test_the_reader_chooses_the_language(header: str, language: str) -> None:
    assert language_of(header) == language


def test_every_refusal_has_words_in_both_languages() -> None:
    for code, words in WORDS.items():
        assert set(words) == {"zh", "en"}, code
        for message, what_to_do in words.values():
            assert message
            assert what_to_do


async def test_refusals_speak_the_readers_language(browser) -> None:  # type: ignore[no-untyped-def]
    client = browser()
    zh = await client.get("/api/session", headers={"Accept-Language": "zh-CN"})
    en = await client.get("/api/session", headers={"Accept-Language": "en-US,en;q=0.9"})

    assert zh.json()["what_to_do"] == "请重新登录。"
    assert en.json()["what_to_do"] == "Sign in again."


@given(
    body=st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda s: st.lists(s) | st.dictionaries(st.text(), s),
        max_leaves=8,
    )
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_any_json_is_answered_below_500(body: object, browser) -> None:  # type: ignore[no-untyped-def]
    content = json.dumps(body).encode()
    client: httpx.AsyncClient = browser()
    for path in ("/api/session", "/api/visitor/calls"):
        reply = await client.post(path, content=content, headers={"Content-Type": "application/json"})

        assert reply.status_code < 500


async def test_a_broken_part_is_500_in_words_and_tells_nothing(desk: FakeDesk, browser, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    async def broken(*_: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(desk.users, "find_credentials", broken)
    client: httpx.AsyncClient = browser()
    client._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
    reply = await client.post("/api/session", json={"username": "1001", "password": "x"})

    assert reply.status_code == 500
    assert reply.json()["code"] == "desk.broken"
    assert "hunter2" not in reply.text


async def test_unknown_addresses_of_the_interface_are_404_in_json(browser) -> None:  # type: ignore[no-untyped-def]
    reply = await browser().get("/api/nothing")

    assert reply.status_code == 404
    assert reply.json()["code"] == "desk.not_found"
    assert (await browser().post("/healthz")).status_code == 405
