"""Who works here and what opens the door for them: users, roles, permissions, sessions, keys, audit entries.

Secrets never appear here: passwords, session tokens and API keys are kept as hashes only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from banjie.base.ids import QueueId, SiteId, TeamId, TenantId, UserId

SessionId = NewType("SessionId", str)
ApiKeyId = NewType("ApiKeyId", str)
AuditId = NewType("AuditId", str)

Language = str  # one of LANGUAGES
LANGUAGES: Final = ("zh", "en")


class Role(StrEnum):
    """What a person is. The permissions of each stand in `roles.py`."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    PLANNER = "planner"
    QUALITY = "quality"
    MATTER_OWNER = "matter_owner"
    SUPERVISION_OFFICE = "supervision_office"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """What a person may do. One word an act; `…_OWN` is limited to calls the person took."""

    TAKE_CALLS = "calls.take"
    READ_OWN_CALLS = "calls.read_own"
    READ_CALLS = "calls.read"
    LISTEN_OWN_RECORDINGS = "recordings.listen_own"
    LISTEN_RECORDINGS = "recordings.listen"
    SEE_NUMBERS = "customers.see_numbers"  # without it callers' numbers are masked
    READ_WALLBOARD = "wallboard.read"
    SUPERVISE_CALLS = "calls.supervise"  # listen, coach, take part, take over, end
    STEER_AGENTS = "agents.steer"  # put them in another state, let them serve other queues
    SET_THRESHOLDS = "wallboard.set"  # when a queue's figures are a warning
    MANAGE_WALL_SCREENS = "wallboard.screens"  # give out links to it, and revoke them
    READ_SCRIPTS = "scripts.read"
    EDIT_SCRIPTS = "scripts.edit"
    PUBLISH_SCRIPTS = "scripts.publish"
    READ_NUMBERS = "numbers.read"
    READ_QUEUES = "queues.read"
    READ_USERS = "users.read"
    MANAGE_USERS = "users.manage"
    MANAGE_ROUTING = "routing.manage"  # queues, break reasons, dispositions
    MANAGE_NUMBERS = "numbers.manage"
    MANAGE_TRUNKS = "trunks.manage"
    MANAGE_API_KEYS = "api_keys.manage"
    READ_AUDIT = "audit.read"
    OPEN_MATTERS = "matters.open"  # take one down, read those of a customer on the line, urge them
    HANDLE_MATTERS = "matters.handle"  # be a matter's owner, helper or head of unit
    DISPATCH_MATTERS = "matters.dispatch"  # hand them out; reads all that are not confidential
    SUPERVISE_MATTERS = (
        "matters.supervise"  # the office: reads all, urges, escalates, signs off and signs sheets
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    tenant_id: TenantId
    name: Mapping[str, str]  # language tag to text
    timezone: str  # IANA name; days are cut here


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person with an account. An agent's `AgentId` is the same string as the `user_id`."""

    user_id: UserId
    tenant_id: TenantId
    username: str  # unique within the tenant, compared without case
    name: Mapping[str, str]  # language tag to text
    roles: frozenset[Role]
    extension: str | None  # desk phone or browser extension of somebody who takes calls
    queues: tuple[QueueId, ...]
    language: Language
    is_active: bool
    created_at: datetime
    team_id: TeamId | None = None
    leads: tuple[TeamId, ...] = ()  # the teams he answers for
    skills: Mapping[str, int] = field(default_factory=dict)  # with the proficiency, 0 to 5
    has_own_phone_password: bool = False  # his desk phone's is not the one he signs in with
    is_phone_blocked: bool = False  # no desk phone registers for him, whatever its password


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    """None: whatever it is. `text` is in the username, a name or the extension."""

    text: str | None = None
    role: Role | None = None
    queue_id: QueueId | None = None
    team_id: TeamId | None = None
    is_active: bool | None = None
    teams: frozenset[TeamId] | None = None  # only who is in one of these


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where teams work."""

    site_id: SiteId
    tenant_id: TenantId
    name: Mapping[str, str]
    timezone: str
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    team_id: TeamId
    tenant_id: TenantId
    name: Mapping[str, str]
    site_id: SiteId | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user together with what proves a password, read only when somebody signs in."""

    user: User
    password_hash: str  # argon2id in PHC form


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLogin:
    """How a desk phone registers: digest secrets, one an algorithm, so that the password itself is not kept."""

    user_id: UserId
    username: str
    realm: str
    ha1_md5: str  # hex of MD5(username:realm:password), RFC 2617
    ha1_sha256: str  # hex, RFC 7616
    is_own: bool = False  # of a password that only the phone has


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in browser. The cookie holds the token, the store its hash only."""

    session_id: SessionId
    tenant_id: TenantId
    user_id: UserId
    token_hash: bytes  # SHA-256 of the token, 32 bytes
    csrf_token: str  # asked for in `X-CSRF-Token` by every request that changes something
    created_at: datetime
    seen_at: datetime  # moved forward now and then, not at each request
    expires_at: datetime  # absolute end, whatever the use
    source: str  # address of the browser at sign-in


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key of an integrator; it acts with its own permissions, in the name of who made it."""

    key_id: ApiKeyId
    tenant_id: TenantId
    user_id: UserId  # who made it
    name: str
    prefix: str  # the first characters, shown so that a key can be told from another
    key_hash: bytes  # SHA-256 of the whole key, 32 bytes
    permissions: frozenset[Permission]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what to what, kept for auditors. Recorded before the act is answered."""

    audit_id: AuditId
    tenant_id: TenantId
    user_id: UserId | None  # None: nobody was signed in (a refused sign-in)
    action: str  # "recording.listened", "session.opened", "script.published", …
    subject: str  # id of what was acted on
    facts: Mapping[str, str]
    source: str
    occurred_at: datetime
    changes: Mapping[str, tuple[str, str]] = field(
        default_factory=dict
    )  # field to what it was and what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """None: whatever it is. `kind` is what actions begin with: `queue` for `queue.changed`."""

    user_id: UserId | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditMark:
    """The last entry of a page; the next page begins after it."""

    occurred_at: datetime
    audit_id: AuditId
