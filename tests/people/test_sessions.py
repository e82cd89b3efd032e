"""When a session or a key opens the door."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from banjie.base.ids import TenantId, UserId
from banjie.people.model import ApiKey, ApiKeyId, Permission, Role
from banjie.people.sessions import (
    ABSOLUTE,
    IDLE,
    TOUCH_EVERY,
    hash_token,
    is_key_good,
    is_session_good,
    needs_touch,
    new_key,
    new_session,
    new_token,
)
from tests.fakes.desk_people import demo_user

pytestmark = pytest.mark.unit
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
USER = demo_user("1001", Role.AGENT, "坐席", "Agent")


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens)
    assert new_key().startswith("bjk_")


def test_a_session_keeps_the_hash_and_not_the_token() -> None:
    session = new_session(USER, "secret-token", NOW, "10.0.0.1")

    assert "secret-token" not in repr(session)
    assert session.token_hash == hash_token("secret-token")
    assert session.csrf_token != "secret-token"


def test_any_token_can_be_hashed() -> None:
    assert len(hash_token("\udcff坏")) == 32


def test_an_idle_session_ends() -> None:
    session = new_session(USER, "t", NOW, "")

    assert is_session_good(session, NOW + IDLE - timedelta(seconds=1))
    assert not is_session_good(session, NOW + IDLE)


def test_a_used_session_ends_too() -> None:
    session = replace(new_session(USER, "t", NOW, ""), seen_at=NOW + ABSOLUTE - timedelta(minutes=1))

    assert is_session_good(session, NOW + ABSOLUTE - timedelta(seconds=1))
    assert not is_session_good(session, NOW + ABSOLUTE)


def test_use_is_written_down_once_a_minute() -> None:
    session = new_session(USER, "t", NOW, "")

    assert not needs_touch(session, NOW + TOUCH_EVERY - timedelta(seconds=1))
    assert needs_touch(session, NOW + TOUCH_EVERY)


@pytest.mark.parametrize(
    ("expires_at", "revoked_at", "is_good"),
    [
        (None, None, True),
        (NOW + timedelta(days=1), None, True),
        (NOW, None, False),
        (None, NOW - timedelta(days=1), False),
    ],
)
def test_a_key_is_good_until_it_expires_or_is_revoked(
    expires_at: datetime | None, revoked_at: datetime | None, is_good: bool
) -> None:
    key = ApiKey(
        key_id=ApiKeyId("k"),
        tenant_id=TenantId("demo"),
        user_id=UserId("admin"),
        name="crm",
        prefix="bjk_abc",
        key_hash=b"",
        permissions=frozenset({Permission.READ_CALLS}),
        created_at=NOW,
        expires_at=expires_at,
        revoked_at=revoked_at,
    )

    assert is_key_good(key, NOW) is is_good
