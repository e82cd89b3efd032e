"""Which changes of the set-up a page has seen: told with what it reads, asked for with what it saves. See people/versions.py."""

from typing import Annotated, Final

from fastapi import Depends, Request, Response
from starlette.requests import HTTPConnection

from banjie.desk.parts import DeskParts, parts_of

SEEN: Final = "X-Set-Up-Seen"


async def _say_seen(
    request: Request, response: Response, parts: Annotated[DeskParts, Depends(parts_of)]
) -> None:
    """Before the records are read: they may be newer than this, never older."""
    if request.method == "GET":
        response.headers[SEEN] = str(await parts.versions.last_number(parts.tenant_id))


SaysSeen: Final = Depends(_say_seen)


def seen_by(connection: HTTPConnection) -> int | None:
    """The last change that whoever asks may have seen; None: he does not say."""
    given = connection.headers.get(SEEN, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
