"""The only gate: who asks, and may they. Every route declares one `Gate`; `app.py` refuses to start with one that does not.

A browser proves itself by the session cookie, and for everything that changes something by the page's CSRF token as
well; an integrator by an API key. Requests sent by other sites' pages are refused by their Origin.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection

from banjie.base.ids import AgentId, CallId, TeamId, UserId
from banjie.desk.errors import NotFound, WrongOrigin
from banjie.desk.parts import DeskParts, parts_of
from banjie.desk.seen import seen_by
from banjie.insight.wall import WallScreen
from banjie.people.errors import CsrfMismatch, Forbidden, NotSignedIn, NotYourTeam
from banjie.people.model import ApiKey, Permission, Role, Session, User
from banjie.people.ration import network
from banjie.people.roles import permissions_of
from banjie.people.sessions import hash_token, is_key_good, is_session_good, needs_touch
from banjie.stories.office import Clerk

COOKIE: Final = "banjie_session"
_SEES_ALL: Final = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.QUALITY, Role.PLANNER})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

Parts = Annotated[DeskParts, Depends(parts_of)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks: a signed-in user, or an API key acting in the name of the user who made it."""

    user: User
    permissions: frozenset[Permission]
    session: Session | None
    key: ApiKey | None
    source: str
    seen: int | None  # the last change of the set-up he may have seen

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def clerk(self) -> Clerk:
        """Who it is for the record of what he changes."""
        return Clerk(
            user_id=self.user.user_id,
            source=self.source,
            key_id=None if self.key is None else self.key.key_id,
            seen=self.seen,
        )

    @property
    def agent_id(self) -> AgentId:
        return AgentId(self.user.user_id)


async def scope_of(who: Principal, parts: DeskParts) -> frozenset[TeamId] | None:
    """Return the teams whose people, with their calls, this reader may know of; None: everybody.

    A supervisor sees the teams he answers for. A house without teams is one team. Whoever has another role that reads
    people or calls as well (administrator, auditor, quality, planner) sees all.
    """
    if Role.SUPERVISOR not in who.user.roles or who.user.roles & _SEES_ALL:
        return None
    if not any(team.is_active for team in await parts.teams.list_teams(parts.tenant_id)):
        return None
    return frozenset(who.user.leads)


async def agents_in_scope(who: Principal, parts: DeskParts) -> frozenset[AgentId] | None:
    """Return the agents whose calls this reader may know of, himself among them; None: everybody's."""
    teams = await scope_of(who, parts)
    if teams is None:
        return None
    return await agents_of(teams, parts) | {who.agent_id}


async def agents_of(teams: frozenset[TeamId], parts: DeskParts) -> frozenset[AgentId]:
    """Return everybody in these teams."""
    everybody = await parts.users.list_users(parts.tenant_id)
    return frozenset(AgentId(user.user_id) for user in everybody if user.team_id in teams)


async def check_scope(who: Principal, parts: DeskParts, agent_id: AgentId | None) -> None:
    """Raise `NotYourTeam` where this agent, or the calls he has, are not for this reader. None: nobody's call."""
    teams = await scope_of(who, parts)
    if teams is None:
        return
    agent = None if agent_id is None else await parts.users.find_user(UserId(agent_id))
    if agent is None or agent.team_id not in teams:
        raise NotYourTeam("this agent is in none of the teams you answer for")


class Gate:
    """What every route declares. Its kinds: `Need` a permission, `Open` to all, the `Visitor` of one call, a screen `OnWall`."""


class Need(Gate):
    """Lets nobody through who has none of the permissions; none named asks for a sign-in only."""

    def __init__(self, *any_of: Permission) -> None:
        self.any_of = any_of

    async def __call__(self, connection: HTTPConnection, parts: Parts) -> Principal:
        refuse_other_sites(connection, parts)
        principal = await identify(connection, parts)
        if self.any_of and not any(principal.may(permission) for permission in self.any_of):
            raise Forbidden(self.any_of[0])
        return principal


class Open(Gate):
    """Anybody, and why."""

    def __init__(self, why: str) -> None:
        self.why = why

    async def __call__(self, connection: HTTPConnection, parts: Parts) -> None:
        refuse_other_sites(connection, parts)


class Visitor(Gate):
    """The visitor of this call, by the token given when it was made. A wrong token and no call look the same."""

    async def __call__(self, connection: HTTPConnection, parts: Parts) -> None:
        refuse_other_sites(connection, parts)
        call_id = CallId(connection.path_params["call_id"])
        token = connection.headers.get("x-call-token") or connection.query_params.get("token", "")
        if not token or len(token) > 200 or not parts.visitors.is_token_of(call_id, token):
            raise NotFound


class OnWall(Gate):
    """A screen on a wall, by the token its link ends in. A wrong token and a revoked one look the same."""

    async def __call__(self, connection: HTTPConnection, parts: Parts) -> WallScreen:
        refuse_other_sites(connection, parts)
        token = connection.headers.get("x-wall-token") or connection.query_params.get("token", "")
        screen = None
        if token and len(token) <= 200:
            screen = await parts.wall_screens.find_screen(hash_token(token))
        if screen is None or screen.tenant_id != parts.tenant_id or screen.revoked_at is not None:
            raise NotFound
        return screen


def source_of(connection: HTTPConnection) -> str:
    """Return the address it comes from, as a person would write it down."""
    return connection.client.host if connection.client is not None else ""


def network_of(connection: HTTPConnection) -> str:
    """Return what is rationed: an IPv4 address, or the /64 that one IPv6 subscriber has for himself."""
    return network(source_of(connection))


def refuse_other_sites(connection: HTTPConnection, parts: DeskParts) -> None:
    """Browsers name the page that sends; other programs name none, and have no cookie of a victim to abuse."""
    origin = connection.headers.get("origin")
    method = connection.scope.get("method", "GET")
    if origin is None or (connection.scope["type"] == "http" and method in _SAFE):
        return
    if origin in parts.allowed_origins:
        return
    if urlsplit(origin).netloc.lower() != connection.headers.get("host", "").lower():
        raise WrongOrigin


async def identify(connection: HTTPConnection, parts: DeskParts) -> Principal:
    """Return who asks, or raise `NotSignedIn`."""
    scheme, _, key = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await _by_key(connection, parts, key.strip())
    token = connection.cookies.get(COOKIE)
    if not token or len(token) > 200:
        raise NotSignedIn
    return await _by_session(connection, parts, token)


async def _by_session(connection: HTTPConnection, parts: DeskParts, token: str) -> Principal:
    now = parts.now()
    session = await parts.sessions.find_session(hash_token(token))
    if session is None or session.tenant_id != parts.tenant_id or not is_session_good(session, now):
        raise NotSignedIn
    user = await parts.users.find_user(session.user_id)
    if user is None or not user.is_active:
        raise NotSignedIn
    if connection.scope["type"] == "http" and connection.scope["method"] not in _SAFE:
        _check_csrf(connection, session)
    await _touch(parts, session, now)
    return Principal(
        user=user,
        permissions=permissions_of(user.roles),
        session=session,
        key=None,
        source=source_of(connection),
        seen=seen_by(connection),
    )


def _check_csrf(connection: HTTPConnection, session: Session) -> None:
    given = connection.headers.get("x-csrf-token", "").encode()
    if not hmac.compare_digest(given, session.csrf_token.encode()):
        raise CsrfMismatch


async def _touch(parts: DeskParts, session: Session, now: datetime) -> None:
    if needs_touch(session, now):
        await parts.sessions.touch_session(session.session_id, now)


async def _by_key(connection: HTTPConnection, parts: DeskParts, given: str) -> Principal:
    if not given or len(given) > 200:
        raise NotSignedIn
    key = await parts.api_keys.find_api_key(hash_token(given))
    if key is None or key.tenant_id != parts.tenant_id or not is_key_good(key, parts.now()):
        raise NotSignedIn
    user = await parts.users.find_user(key.user_id)
    if user is None or not user.is_active:
        raise NotSignedIn
    # A key never does more than its maker may do today.
    may = key.permissions & permissions_of(user.roles)
    return Principal(
        user=user,
        permissions=may,
        session=None,
        key=key,
        source=source_of(connection),
        seen=seen_by(connection),
    )
