"""Pages by place, not by number: rows that arrive meanwhile shift nothing."""

import base64
import binascii
import re
from datetime import datetime

from banjie.base.ids import CallId
from banjie.calls.store import PageMark
from banjie.desk.errors import BadRequest
from banjie.desk.schemas.calls import CallOut, CallPage
from banjie.desk.schemas.words import ID_PATTERN


def page_of(found: list[CallOut], limit: int) -> CallPage:
    """Cut to the limit. One more than it was asked for, to know whether there is a next page."""
    items = found[:limit]
    is_more = len(found) > limit
    return CallPage(
        items=items, next_cursor=cursor_of(items[-1].arrived_at, items[-1].call_id) if is_more else None
    )


def place_of(cursor: str | None) -> PageMark | None:
    """Read a cursor that `page_of` wrote."""
    place = read_cursor(cursor)
    return None if place is None else PageMark(arrived_at=place[0], call_id=CallId(place[1]))


def read_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """Read a cursor that `cursor_of` wrote."""
    if cursor is None:
        return None
    try:
        at, _, key = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        place = datetime.fromisoformat(at)
    except (ValueError, binascii.Error):
        raise BadRequest from None
    if place.tzinfo is None or not re.fullmatch(ID_PATTERN, key):
        raise BadRequest
    return place, key


def cursor_of(at: datetime, key: str) -> str:
    """Name the place after the row of this time and key."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {key}".encode()).decode()
