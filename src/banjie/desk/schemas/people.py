"""Who signs in, with what keys, and what was changed by whom."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from banjie.desk.schemas.words import Asked, Bilingual, Line, Told
from banjie.people.model import Permission, Role


class SignIn(Asked):
    username: Annotated[Line, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]


NewPassword = Annotated[str, Field(min_length=1, max_length=256)]


class PasswordChange(Asked):
    current: Annotated[str, Field(min_length=1, max_length=256)]
    new: NewPassword


class PasswordIn(Asked):
    new: NewPassword


class UserOut(Told):
    user_id: str
    username: str
    name: Bilingual
    roles: list[Role]
    extension: str | None
    queues: list[str]
    language: str
    is_active: bool
    team_id: str | None
    leads: list[str] = Field(description="The teams this person answers for.")
    skills: dict[str, int] = Field(description="With the proficiency, 0 to 5.")
    has_own_phone_password: bool


class TenantOut(Told):
    tenant_id: str
    name: Bilingual
    timezone: str


Act = Annotated[str, Field(pattern=r"^[A-Za-z]{1,40}$")]
Chord = Annotated[Line, Field(max_length=40)]


class KeysIn(Asked):
    """The page says what an act is and which keys a browser leaves it; what it does not know it passes over."""

    keys: Annotated[dict[Act, Chord], Field(max_length=100)] = Field(
        description="By act, only those that were put elsewhere; empty: the act has no key."
    )


class SessionOut(Told):
    user: UserOut
    keys: dict[str, str] = Field(description="The keys this person put elsewhere, by act.")
    permissions: list[Permission]
    tenant: TenantOut
    csrf_token: str
    expires_at: datetime


class ApiKeyIn(Asked):
    name: Annotated[Line, Field(min_length=1, max_length=80)]
    permissions: Annotated[list[Permission], Field(min_length=1)]
    expires_at: datetime | None = None


class ApiKeyOut(Told):
    key_id: str
    name: str
    prefix: str
    permissions: list[Permission]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewApiKeyOut(ApiKeyOut):
    key: str = Field(description="Shown once; only its hash is kept.")


class ChangeOut(Told):
    field: str
    before: str
    after: str


class AuditOut(Told):
    user_id: str | None
    action: str
    subject: str
    facts: dict[str, str]
    changes: list[ChangeOut]
    source: str
    occurred_at: datetime


class AuditPage(Told):
    items: list[AuditOut]
    next_cursor: str | None = Field(description="Pass as `cursor` for the page after this one.")
