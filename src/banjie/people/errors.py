"""Refusals at the door."""

from typing import ClassVar

from banjie.base.errors import BanjieError
from banjie.base.faults import Faulty


class NotSignedIn(BanjieError):
    """No session, or one that has ended."""

    code: ClassVar[str] = "people.not_signed_in"


class WrongPassword(BanjieError):
    """The username is unknown, the account is closed or the password is wrong; which of them is not told."""

    code: ClassVar[str] = "people.wrong_password"


class TooManyAttempts(BanjieError):
    """Sign-in is refused for a while."""

    code: ClassVar[str] = "people.too_many_attempts"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"too many failed sign-ins; try again in {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s


class Forbidden(BanjieError):
    """Signed in, but the role does not carry the permission."""

    code: ClassVar[str] = "people.forbidden"

    def __init__(self, permission: str) -> None:
        super().__init__(f"permission {permission} is needed")
        self.permission = permission


class CsrfMismatch(BanjieError):
    """The request carries the cookie but not the page's token: another site may have sent it."""

    code: ClassVar[str] = "people.csrf_mismatch"


class NoSuchUser(BanjieError):
    code: ClassVar[str] = "people.no_such_user"


class BadAccount(Faulty):
    """An account or a house cannot be as described; its faults say what is wrong."""

    code: ClassVar[str] = "people.bad_account"


class NotYourQueue(BanjieError):
    """None of the agents one answers for serves this queue."""

    code: ClassVar[str] = "people.not_your_queue"


class NotYourTeam(BanjieError):
    """A supervisor answers for his teams, and for nobody else's people and calls."""

    code: ClassVar[str] = "people.not_your_team"


class NoSuchTeam(BanjieError):
    code: ClassVar[str] = "people.no_such_team"


class NoSuchSite(BanjieError):
    code: ClassVar[str] = "people.no_such_site"


class LastAdministrator(BanjieError):
    """Nobody would be left who may let others in."""

    code: ClassVar[str] = "people.last_administrator"


class WeakPassword(BanjieError):
    """A new password that would be guessed; the sentence says by what rule."""

    code: ClassVar[str] = "people.weak_password"


class WrongCurrentPassword(BanjieError):
    """Who is to have a new password did not prove the present one."""

    code: ClassVar[str] = "people.wrong_current_password"
