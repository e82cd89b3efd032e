"""The OpenAPI document, with the messages of the WebSocket among its types."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from banjie.desk.schemas.words import Problem
from banjie.desk.wire import LIVE_TYPES

_REF: Final = "#/components/schemas/{model}"
_PROBLEM: Final = {
    "description": "Refused: `code` for machines, the rest for people.",
    "content": {"application/json": {"schema": {"$ref": _REF.format(model="Problem")}}},
}
_ABOUT: Final = (
    "Sign in with `POST /api/session`; send its `csrf_token` as `X-CSRF-Token` with everything that is not a GET. "
    "Integrators send `Authorization: Bearer bjk_…` instead. `Accept-Language: zh` or `en` chooses the words of refusals."
)

Document = dict[str, Any]  # JSON, as FastAPI makes it


def install(app: FastAPI) -> None:
    """Make `app.openapi()` return our document, made once."""

    def document() -> Document:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI documents this way


def _document(app: FastAPI) -> Document:
    document = get_openapi(title="Banjie 办结", version="1", description=_ABOUT, routes=app.routes)
    live = LIVE_TYPES.json_schema(mode="serialization", ref_template=_REF)
    schemas = document["components"]["schemas"]
    schemas.update(live["$defs"])
    problem = Problem.model_json_schema(ref_template=_REF)
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return document
