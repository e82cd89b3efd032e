"""Making an account: what a username, a name, an extension and a time zone must look like."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from banjie.base.ids import QueueId, TenantId, UserId, new_id
from banjie.people.errors import BadAccount, LastAdministrator
from banjie.people.model import Language, Role, Tenant, User

_USERNAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_EXTENSION: Final = re.compile(r"[0-9]{2,10}")
_NAME_LENGTH: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Somebody who is to work here."""

    username: str
    name: Mapping[str, str]
    roles: frozenset[Role]
    extension: str | None = None
    queues: tuple[QueueId, ...] = ()
    language: Language = "zh"


def new_user(tenant_id: TenantId, applicant: Applicant, now: datetime) -> User:
    """Return the account, or raise `BadAccount`."""
    if not _USERNAME.fullmatch(applicant.username):
        raise BadAccount(
            f"the username {applicant.username!r} cannot be used: letters, digits and . _ - @, 64 at most"
        )
    if not applicant.roles:
        raise BadAccount("somebody who works here has a role; name one")
    if applicant.extension is not None and not _EXTENSION.fullmatch(applicant.extension):
        raise BadAccount(f"the extension {applicant.extension!r} cannot be used: 2 to 10 digits")
    if Role.AGENT in applicant.roles and applicant.extension is None:
        raise BadAccount("an agent takes calls and needs an extension")
    if applicant.queues and applicant.extension is None:
        raise BadAccount("who is in a queue takes calls and needs an extension")
    return User(
        user_id=UserId(new_id()),
        tenant_id=tenant_id,
        username=applicant.username,
        name=both_names(applicant.name),
        roles=applicant.roles,
        extension=applicant.extension,
        queues=applicant.queues,
        language=applicant.language,
        is_active=True,
        created_at=now,
    )


def new_tenant(tenant_id: TenantId, name: Mapping[str, str], timezone: str) -> Tenant:
    """Return the house, or raise `BadAccount`."""
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadAccount(
            f"there is no time zone {timezone!r}; name one as Asia/Shanghai or Europe/Berlin"
        ) from None
    return Tenant(tenant_id=tenant_id, name=both_names(name), timezone=timezone)


def both_names(name: Mapping[str, str]) -> dict[str, str]:
    """Return it in both languages; the one given stands for the one that is not."""
    zh, en = name.get("zh", "").strip(), name.get("en", "").strip()
    for text in (zh, en):
        if len(text) > _NAME_LENGTH or not text.isprintable():
            raise BadAccount(f"a name is one line of {_NAME_LENGTH} characters at most")
    if not zh and not en:
        raise BadAccount("a name is needed, in Chinese or in English")
    return {"zh": zh or en, "en": en or zh}


def closed(user: User, everybody: Sequence[User]) -> User:
    """Return the account disabled. The last administrator's stays: nobody could open it again."""
    others = (u for u in everybody if u.user_id != user.user_id and u.is_active)
    if Role.ADMINISTRATOR in user.roles and not any(Role.ADMINISTRATOR in u.roles for u in others):
        raise LastAdministrator(f"{user.username} is the last administrator; make another one first")
    return replace(user, is_active=False)
