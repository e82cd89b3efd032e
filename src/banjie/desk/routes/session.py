"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from banjie.desk.access import COOKIE, Need, Open, Parts, Principal, source_of
from banjie.desk.audit import write_down
from banjie.desk.passwords import change_own
from banjie.desk.schemas.people import KeysIn, PasswordChange, SessionOut, SignIn
from banjie.desk.signin import open_session
from banjie.desk.told import told_session
from banjie.people.errors import NotSignedIn
from banjie.people.sessions import ABSOLUTE

router = APIRouter(prefix="/api/session", tags=["people"])
SignedIn = Annotated[Principal, Depends(Need())]


@router.post("", operation_id="signIn", dependencies=[Depends(Open("who signs in has no session yet"))])
async def sign_in(body: SignIn, request: Request, response: Response, parts: Parts) -> SessionOut:
    """Open a session. The cookie is set, the CSRF token is in the answer; an older session of this browser ends."""
    opened = await open_session(
        parts, body.username, body.password, source_of(request), request.cookies.get(COOKIE)
    )
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return await told_session(parts, opened.user, opened.session)


@router.get("", operation_id="getSession")
async def get_session(parts: Parts, who: SignedIn) -> SessionOut:
    """Who is signed in here: what a page asks first."""
    if who.session is None:  # an API key has no session
        raise NotSignedIn
    return await told_session(parts, who.user, who.session)


@router.delete("", operation_id="signOut", status_code=204)
async def sign_out(request: Request, response: Response, parts: Parts, who: SignedIn) -> None:
    """End the session; its open screens are closed."""
    if who.session is None:
        raise NotSignedIn
    await parts.sessions.end_session(who.session.session_id)
    parts.board.close_session(who.session.session_id)
    await write_down(parts, who, "session.closed", who.session.session_id)
    response.delete_cookie(
        COOKIE, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )


@router.put("/keys", operation_id="keepKeys", status_code=204)
async def keep_keys(body: KeysIn, parts: Parts, who: SignedIn) -> None:
    """Keep where one put one's keys: they are there at the next sign-in, at any seat."""
    if who.session is None:
        raise NotSignedIn
    await parts.users.keep_desk_keys(who.user.user_id, body.keys)


@router.post("/password", operation_id="changePassword", status_code=204)
async def change_password(body: PasswordChange, parts: Parts, who: SignedIn) -> None:
    """Change one's own password. This session goes on; all others of this user end."""
    if who.session is None:
        raise NotSignedIn
    await change_own(parts, who, who.session, body.current, body.new)
