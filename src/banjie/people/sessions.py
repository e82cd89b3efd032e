"""When a session or a key opens the door, and what their secrets look like.

Laws: a secret is 256 random bits and is stored as its SHA-256 only; every sign-in makes a new session, so a token known
before the sign-in is worth nothing after it; a session ends when idle too long, at its absolute end, or at sign-out.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from banjie.base.ids import new_id
from banjie.people.model import ApiKey, Session, SessionId, User

IDLE: Final = timedelta(hours=4)  # an open page keeps it alive through its live connection
ABSOLUTE: Final = timedelta(hours=16)  # longer than any shift, shorter than two days
TOUCH_EVERY: Final = timedelta(minutes=1)
KEY_MARK: Final = "bjk_"
KEY_PREFIX_LENGTH: Final = 10


def new_token() -> str:
    """Return 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """Return an API key, recognisable by scanners for leaked secrets."""
    return KEY_MARK + secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """SHA-256 suffices: the secret is random, there is nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def new_session(user: User, token: str, now: datetime, source: str) -> Session:
    return Session(
        session_id=SessionId(new_id()),
        tenant_id=user.tenant_id,
        user_id=user.user_id,
        token_hash=hash_token(token),
        csrf_token=secrets.token_urlsafe(24),
        created_at=now,
        seen_at=now,
        expires_at=now + ABSOLUTE,
        source=source,
    )


def is_session_good(session: Session, now: datetime) -> bool:
    return now < session.expires_at and now < session.seen_at + IDLE


def needs_touch(session: Session, now: datetime) -> bool:
    """Whether `seen_at` is old enough to be worth a write."""
    return now >= session.seen_at + TOUCH_EVERY


def is_key_good(key: ApiKey, now: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or now < key.expires_at)
