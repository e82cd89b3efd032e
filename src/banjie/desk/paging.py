"""Pages by place, not by number: rows that arrive meanwhile shift nothing."""

import base64
import binascii
import re
from datetime import datetime

from banjie.base.ids import CallId
from banjie.calls.store import PageMark
from banjie.desk.errors import BadRequest
from banjie.desk.schemas import ID_PATTERN, CallOut, CallPage


def page_of(found: list[CallOut], limit: int) -> CallPage:
    """Cut to the limit. One more than it was asked for, to know whether there is a next page."""
    items = found[:limit]
    return CallPage(items=items, next_cursor=_cursor(items[-1]) if len(found) > limit else None)


def place_of(cursor: str | None) -> PageMark | None:
    """Read a cursor that `page_of` wrote."""
    if cursor is None:
        return None
    try:
        at, _, call_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        place = datetime.fromisoformat(at)
    except (ValueError, binascii.Error):
        raise BadRequest from None
    if place.tzinfo is None or not re.fullmatch(ID_PATTERN, call_id):
        raise BadRequest
    return PageMark(arrived_at=place, call_id=CallId(call_id))


def _cursor(call: CallOut) -> str:
    return base64.urlsafe_b64encode(f"{call.arrived_at.isoformat()} {call.call_id}".encode()).decode()
