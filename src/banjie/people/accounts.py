"""Making and changing an account: what a username, a name, an extension, a team and a time zone must look like."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from banjie.base.faults import Fault, both_names, fault, name_faults
from banjie.base.hours import is_timezone
from banjie.base.ids import QueueId, TeamId, TenantId, UserId, new_id
from banjie.people.errors import BadAccount, LastAdministrator
from banjie.people.model import LANGUAGES, Language, Role, Tenant, User

_USERNAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_EXTENSION: Final = re.compile(r"[0-9]{2,10}")
PROFICIENCY_MAX: Final = 5  # the scale of the field (features B2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Somebody who is to work here, or what somebody who does is to be from now on."""

    username: str
    name: Mapping[str, str]
    roles: frozenset[Role]
    extension: str | None = None
    queues: tuple[QueueId, ...] = ()
    language: Language = "zh"
    team_id: TeamId | None = None
    leads: tuple[TeamId, ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What an account has to fit in with: everybody's names and extensions by whose they are, and what there is."""

    usernames: Mapping[str, UserId]  # without case
    extensions: Mapping[str, UserId]
    queues: frozenset[QueueId]
    teams: frozenset[TeamId]
    skills: frozenset[str]


def around(
    everybody: Sequence[User],
    queues: Iterable[QueueId],
    teams: Iterable[TeamId] = (),
    skills: Iterable[str] = (),
) -> Around:
    return Around(
        usernames={user.username.casefold(): user.user_id for user in everybody},
        extensions={user.extension: user.user_id for user in everybody if user.extension is not None},
        queues=frozenset(queues),
        teams=frozenset(teams),
        skills=frozenset(skills),
    )


def account_faults(applicant: Applicant, known: Around, present: User | None = None) -> list[Fault]:
    """Say what keeps an account from being as described; `present` is what it was."""
    return [
        *_username_faults(applicant, known, present),
        *name_faults(applicant.name),
        *_extension_faults(applicant, known, present),
        *_belonging_faults(applicant, known, present),
    ]


def _username_faults(applicant: Applicant, known: Around, present: User | None) -> Iterable[Fault]:
    username = applicant.username
    if not _USERNAME.fullmatch(username):
        yield fault(
            "username",
            "用户名用字母、数字和 . _ - @，最多 64 个",
            f"the username {username!r} cannot be used: letters, digits and . _ - @, 64 at most",
        )
    elif _is_others(known.usernames.get(username.casefold()), present):
        yield fault(
            "username", "用户名已被使用，请换一个", f"the username {username} is taken; choose another"
        )
    if not applicant.roles:
        yield fault("roles", "至少选择一个角色", "somebody who works here has a role; name one")
    if applicant.language not in LANGUAGES:
        yield fault("language", "语言是 zh 或 en", "a language is zh or en")


def _extension_faults(applicant: Applicant, known: Around, present: User | None) -> Iterable[Fault]:
    extension = applicant.extension
    if extension is None:
        if Role.AGENT in applicant.roles:
            yield fault(
                "extension", "坐席要接电话，请填写分机号", "an agent takes calls and needs an extension"
            )
        elif applicant.queues:
            yield fault(
                "extension",
                "在队列里的人要接电话，请填写分机号",
                "who is in a queue takes calls and needs an extension",
            )
    elif not _EXTENSION.fullmatch(extension):
        yield fault(
            "extension",
            "分机号是 2 到 10 位数字",
            f"the extension {extension!r} cannot be used: 2 to 10 digits",
        )
    elif _is_others(known.extensions.get(extension), present):
        yield fault(
            "extension", "分机号已被使用，请换一个", f"the extension {extension} is taken; choose another"
        )


def _belonging_faults(applicant: Applicant, known: Around, present: User | None) -> Iterable[Fault]:
    """What one has already stays, though it may not be chosen any more."""
    queues = known.queues.union(present.queues if present else ())
    for queue_id in applicant.queues:
        if queue_id not in queues:
            there_are = ", ".join(sorted(known.queues)) or "none"
            yield fault(
                "queues",
                f"没有队列 {queue_id}，或已停用",
                f"there is no queue {queue_id}, or it is closed; there are: {there_are}",
            )
    teams = known.teams.union((present.team_id, *present.leads) if present else ())
    if applicant.team_id is not None and applicant.team_id not in teams:
        yield fault("team_id", "没有这个班组，或已停用", "there is no such team, or it is closed")
    if any(team_id not in teams for team_id in applicant.leads):
        yield fault("leads", "没有这个班组，或已停用", "there is no such team, or it is closed")
    skills = known.skills.union(present.skills if present else ())
    for skill, proficiency in applicant.skills.items():
        if skill not in skills:
            yield fault(
                "skills", f"没有技能 {skill}，或已停用", f"there is no skill {skill}, or it is closed"
            )
        elif not 0 <= proficiency <= PROFICIENCY_MAX:
            yield fault(
                "skills",
                f"技能熟练度是 0 到 {PROFICIENCY_MAX}",
                f"a proficiency is 0 to {PROFICIENCY_MAX}",
            )


def _is_others(owner: UserId | None, present: User | None) -> bool:
    return owner is not None and (present is None or owner != present.user_id)


def new_user(tenant_id: TenantId, applicant: Applicant, known: Around, now: datetime) -> User:
    """Return the account, or raise `BadAccount`."""
    _require(account_faults(applicant, known))
    user = User(
        user_id=UserId(new_id()),
        tenant_id=tenant_id,
        username="",
        name={},
        roles=frozenset(),
        extension=None,
        queues=(),
        language="zh",
        is_active=True,
        created_at=now,
    )
    return _as_described(user, applicant)


def changed_user(user: User, applicant: Applicant, known: Around) -> User:
    """Return the account as it is to be, or raise `BadAccount`."""
    _require(account_faults(applicant, known, user))
    return _as_described(user, applicant)


def _as_described(user: User, applicant: Applicant) -> User:
    return replace(
        user,
        username=applicant.username,
        name=both_names(applicant.name),
        roles=applicant.roles,
        extension=applicant.extension,
        queues=applicant.queues,
        language=applicant.language,
        team_id=applicant.team_id,
        leads=applicant.leads,
        skills=dict(applicant.skills),
    )


def new_tenant(tenant_id: TenantId, name: Mapping[str, str], timezone: str) -> Tenant:
    """Return the house, or raise `BadAccount`."""
    faults = name_faults(name)
    if not is_timezone(timezone):
        faults.append(
            fault(
                "timezone",
                f"没有时区 {timezone!r}；请写 Asia/Shanghai 这样的名称",
                f"there is no time zone {timezone!r}; name one as Asia/Shanghai or Europe/Berlin",
            )
        )
    _require(faults)
    return Tenant(tenant_id=tenant_id, name=both_names(name), timezone=timezone)


def require_administrator(user: User, everybody: Sequence[User]) -> None:
    """Raise `LastAdministrator` where, with this account as it is to be, nobody could let others in."""
    after = [user, *(other for other in everybody if other.user_id != user.user_id)]
    if not any(one.is_active and Role.ADMINISTRATOR in one.roles for one in after):
        raise LastAdministrator(f"{user.username} is the last administrator; make another one first")


def closed(user: User, everybody: Sequence[User]) -> User:
    """Return the account disabled. The last administrator's stays: nobody could open it again."""
    after = replace(user, is_active=False)
    if Role.ADMINISTRATOR in user.roles:
        require_administrator(after, everybody)
    return after


def _require(faults: Sequence[Fault]) -> None:
    if faults:
        raise BadAccount(faults)
