"""Keys of integrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from banjie.base.ids import new_id
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.audit import write_down
from banjie.desk.errors import BadRequest
from banjie.desk.schemas.people import ApiKeyIn, ApiKeyOut, NewApiKeyOut
from banjie.desk.schemas.words import Id
from banjie.people.errors import Forbidden
from banjie.people.model import ApiKey, ApiKeyId, Permission
from banjie.people.sessions import KEY_PREFIX_LENGTH, hash_token, new_key

router = APIRouter(prefix="/api/api-keys", tags=["people"])
Keeper = Annotated[Principal, Depends(Need(Permission.MANAGE_API_KEYS))]


@router.post("", operation_id="createApiKey", status_code=201)
async def create_api_key(body: ApiKeyIn, parts: Parts, who: Keeper) -> NewApiKeyOut:
    """Make a key. It is shown in this answer and never again; it can do no more than its maker."""
    for permission in body.permissions:
        if not who.may(permission):
            raise Forbidden(permission)
    if body.expires_at is not None and body.expires_at.tzinfo is None:
        raise BadRequest
    secret = new_key()
    key = ApiKey(
        key_id=ApiKeyId(new_id()),
        tenant_id=parts.tenant_id,
        user_id=who.user.user_id,
        name=body.name,
        prefix=secret[:KEY_PREFIX_LENGTH],
        key_hash=hash_token(secret),
        permissions=frozenset(body.permissions),
        created_at=parts.now(),
        expires_at=body.expires_at,
        revoked_at=None,
    )
    await parts.api_keys.add_api_key(key)
    await write_down(parts, who, "api_key.created", key.key_id, {"name": key.name, "prefix": key.prefix})
    return NewApiKeyOut(key=secret, **dict(_told(key)))


@router.get("", operation_id="listApiKeys")
async def list_api_keys(parts: Parts, who: Keeper) -> list[ApiKeyOut]:
    return [_told(key) for key in await parts.api_keys.list_api_keys(parts.tenant_id)]


@router.delete("/{key_id}", operation_id="revokeApiKey", status_code=204)
async def revoke_api_key(key_id: Annotated[Id, Path()], parts: Parts, who: Keeper) -> None:
    """End a key at once. Repeatable."""
    await parts.api_keys.revoke_api_key(parts.tenant_id, ApiKeyId(key_id), parts.now())
    await write_down(parts, who, "api_key.revoked", key_id)


def _told(key: ApiKey) -> ApiKeyOut:
    return ApiKeyOut(
        key_id=key.key_id,
        name=key.name,
        prefix=key.prefix,
        permissions=sorted(key.permissions),
        created_by=key.user_id,
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
    )
