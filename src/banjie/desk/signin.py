"""Opening a session: throttle, password, a fresh token. Argon2 runs on its own two threads, off the loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, ParamSpec, TypeVar

from banjie.desk.audit import write_down_for
from banjie.desk.parts import DeskParts
from banjie.people.errors import TooManyAttempts, WrongPassword
from banjie.people.model import Credentials, Session, User
from banjie.people.passwords import NOBODY, hash_password, is_password_right, needs_rehash
from banjie.people.ration import network
from banjie.people.sessions import hash_token, new_session, new_token

P = ParamSpec("P")
R = TypeVar("R")

# Two threads bound both the memory (19 MiB each) and what a flood of sign-ins may take from calls.
_SLOW: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    user: User
    session: Session
    token: str


async def open_session(
    parts: DeskParts, username: str, password: str, source: str, old_token: str | None
) -> Opened:
    """Return a new session, or raise `WrongPassword` or `TooManyAttempts`."""
    credentials = await prove(parts, username, password, source, "session.refused")
    user = credentials.user
    await _strengthen(parts, credentials, password)
    if old_token:
        old = await parts.sessions.find_session(hash_token(old_token[:200]))
        if old is not None:
            await parts.sessions.end_session(old.session_id)
            parts.board.close_session(old.session_id)
    token = new_token()
    session = new_session(user, token, parts.now(), source)
    await parts.sessions.add_session(session)
    await parts.sessions.purge_sessions(parts.now())  # whoever comes sweeps: there is no other occasion
    await write_down_for(parts, user.user_id, source, "session.opened", session.session_id, {})
    return Opened(user=user, session=session, token=token)


async def prove(parts: DeskParts, username: str, password: str, source: str, refused: str) -> Credentials:
    """Return who has this password, or raise `WrongPassword` (audited as `refused`) or `TooManyAttempts`."""
    near = network(source)
    wait_s = parts.throttle.wait_s(username, near, parts.monotonic())
    if wait_s > 0.0:
        raise TooManyAttempts(wait_s)
    # Counted before it is known: many guesses sent at once are not all let through.
    parts.throttle.failed(username, near, parts.monotonic())
    credentials = await parts.users.find_credentials(parts.tenant_id, username)
    password_hash = credentials.password_hash if credentials is not None else NOBODY
    is_right = await slowly(is_password_right, password_hash, password)
    if credentials is None or not is_right or not credentials.user.is_active:
        await write_down_for(parts, None, source, refused, username, {})
        raise WrongPassword
    parts.throttle.succeeded(username, near, parts.monotonic())
    return credentials


async def _strengthen(parts: DeskParts, credentials: Credentials, password: str) -> None:
    if needs_rehash(credentials.password_hash):
        stronger = await slowly(hash_password, password)
        await parts.users.set_password_hash(credentials.user.user_id, stronger)


async def slowly(work: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
    """Let one of the two threads do it."""
    return await asyncio.get_running_loop().run_in_executor(_SLOW, partial(work, *given, **named))
