"""New passwords: one's own after proving the present one, somebody else's by an administrator."""

from banjie.base.ids import UserId
from banjie.desk.access import Principal
from banjie.desk.audit import write_down
from banjie.desk.parts import DeskParts
from banjie.desk.signin import prove, slowly
from banjie.people.errors import Forbidden, NoSuchUser, WrongCurrentPassword, WrongPassword
from banjie.people.model import Permission, Session, SessionId, User
from banjie.stories.new_password import give_password, secrets_of


async def change_own(parts: DeskParts, who: Principal, session: Session, current: str, new: str) -> None:
    """Raise WrongCurrentPassword, TooManyAttempts (guesses count as at sign-in) or WeakPassword."""
    try:
        await prove(parts, who.user.username, current, who.source, "password.refused")
    except WrongPassword:
        raise WrongCurrentPassword from None
    await _give(parts, who, who.user, new, keep=session.session_id)


async def set_for(parts: DeskParts, who: Principal, user_id: UserId, new: str) -> None:
    """Raise NoSuchUser or WeakPassword. One's own needs the present one, and a key is nobody's hand: Forbidden."""
    if who.session is None or user_id == who.user.user_id:
        raise Forbidden(Permission.MANAGE_USERS)
    user = await parts.users.find_user(user_id)
    if user is None or user.tenant_id != parts.tenant_id:
        raise NoSuchUser(f"there is no user {user_id}")
    await _give(parts, who, user, new, keep=None)


async def _give(parts: DeskParts, who: Principal, user: User, new: str, keep: SessionId | None) -> None:
    secrets = await slowly(secrets_of, user, new)
    await write_down(parts, who, "password.set", user.user_id)
    for ended in await give_password(parts.users, parts.sessions, user, secrets, keep):
        parts.board.close_session(ended)
    if secrets.phone is not None and user.is_active and not user.is_phone_blocked:
        parts.on_phone_login(secrets.phone)
