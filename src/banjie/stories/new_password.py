"""A new password: what is kept of it for the web and for the desk phone, and other places signed out."""

from dataclasses import dataclass
from typing import Final

from banjie.base.ids import UserId
from banjie.people.model import PhoneLogin, SessionId, User
from banjie.people.passwords import hash_password, require_good_password
from banjie.people.ports import SessionStore, UserStore
from banjie.sip.digest import ha1

REALM: Final = "banjie"  # of the digest secrets of desk phones


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What is kept of a password."""

    password_hash: str
    phone: PhoneLogin | None  # of somebody with an extension whose phone has no password of its own


def secrets_of(user: User, password: str) -> Secrets:
    """Return what to keep, or raise `WeakPassword`. Slow by design: run off the loop."""
    require_good_password(password, user.username)
    phone = None
    if user.extension is not None and not user.has_own_phone_password:
        phone = phone_login(user.user_id, user.extension, password)
    return Secrets(password_hash=hash_password(password), phone=phone)


def phone_login(user_id: UserId, extension: str, password: str, *, is_own: bool = False) -> PhoneLogin:
    """How the desk phone of this person proves itself. `is_own`: by a password that only the phone has."""
    return PhoneLogin(
        user_id=user_id,
        username=extension,
        realm=REALM,
        ha1_md5=ha1(extension, REALM, password, "MD5"),
        ha1_sha256=ha1(extension, REALM, password, "SHA-256"),
        is_own=is_own,
    )


async def give_password(
    users: UserStore, sessions: SessionStore, user: User, secrets: Secrets, keep: SessionId | None = None
) -> list[SessionId]:
    """Let only the new password open the door; return the sessions that ended. May be repeated."""
    await users.set_password_hash(user.user_id, secrets.password_hash)
    if secrets.phone is not None:
        await users.set_phone_login(secrets.phone)
    return await sessions.end_sessions_of(user.user_id, keep)
