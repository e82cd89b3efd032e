"""The one table that gives a refusal an HTTP status, and the handlers that say it in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.websockets import WebSocket
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from banjie.appointments.errors import NoSuchAppointment
from banjie.base.errors import BanjieError, Unavailable
from banjie.base.faults import Fault, Faulty
from banjie.base.phones import NotAPhoneNumber
from banjie.calls.errors import NoSuchCall
from banjie.customers.errors import NoSuchCustomer, NoSuchNote
from banjie.desk.texts import language_of, words_for
from banjie.matters.errors import NotYours
from banjie.media.browser_sdp import UnusableOffer
from banjie.numbers.errors import NoSuchHours, NoSuchNumberHere
from banjie.people.errors import (
    CsrfMismatch,
    Forbidden,
    NoSuchSite,
    NoSuchTeam,
    NoSuchUser,
    NotSignedIn,
    NotYourQueue,
    NotYourTeam,
    TooManyAttempts,
    WeakPassword,
    WrongCurrentPassword,
    WrongPassword,
)
from banjie.routing.errors import NoSuchCode, NoSuchQueue
from banjie.routing.leadership import DecisionsMissing, Deposed
from banjie.scripts.errors import NoSuchScript
from banjie.sip.errors import NoSuchTrunk
from banjie.stories.agent_desk import NoSuchDisposition, NoSuchReason, NoteNeeded
from banjie.stories.callback_talk import NumberNotCalled
from banjie.stories.callbacks import NoSuchCallback
from banjie.stories.guests import NoSuchColleague
from banjie.stories.handle_matter import NoSuchClass, NoSuchMatter
from banjie.stories.house import NotAnAgent
from banjie.stories.inbound_call import LeadsNowhere
from banjie.stories.matters import NotInUnit
from banjie.stories.office import Overtaken
from banjie.stories.visitor_call import NoSuchNumber
from banjie.stories.weekly_sheet import NoSuchSheet


class NotFound(BanjieError):
    """Nothing by that id, or nothing this reader may know of; which of them is not told."""

    code: ClassVar[str] = "desk.not_found"


class BadRequest(BanjieError):
    code: ClassVar[str] = "desk.bad_request"


class TooLarge(BanjieError):
    code: ClassVar[str] = "desk.too_large"


class WrongOrigin(BanjieError):
    """The request was sent by a page of another site."""

    code: ClassVar[str] = "desk.wrong_origin"


class TooManyRequests(BanjieError):
    code: ClassVar[str] = "desk.too_many_requests"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"too many requests; try again in {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s


# A refusal not named here is a rule of some department saying no to this request now: 409.
HTTP_STATUS: Final[Mapping[type[BanjieError], int]] = {
    BadRequest: 422,
    Faulty: 422,
    NoSuchReason: 422,
    NoSuchDisposition: 422,
    NoteNeeded: 422,
    NotAPhoneNumber: 422,
    NumberNotCalled: 422,
    WeakPassword: 422,
    UnusableOffer: 422,
    TooLarge: 413,
    NotFound: 404,
    NoSuchUser: 404,
    NoSuchTeam: 404,
    NoSuchSite: 404,
    NoSuchCall: 404,
    NoSuchAppointment: 404,
    NoSuchCallback: 404,
    NoSuchCustomer: 404,
    NoSuchNote: 404,
    NoSuchMatter: 404,
    NoSuchSheet: 404,
    NoSuchClass: 422,
    NotInUnit: 422,
    NotYours: 403,
    NoSuchQueue: 404,
    NoSuchCode: 404,
    NoSuchHours: 404,
    NoSuchNumberHere: 404,
    NoSuchScript: 404,
    NoSuchTrunk: 404,
    NoSuchNumber: 404,
    NoSuchColleague: 404,
    LeadsNowhere: 404,
    NotSignedIn: 401,
    WrongPassword: 401,
    Forbidden: 403,
    NotYourTeam: 403,
    NotYourQueue: 403,
    WrongCurrentPassword: 403,
    NotAnAgent: 403,
    CsrfMismatch: 403,
    WrongOrigin: 403,
    TooManyAttempts: 429,
    TooManyRequests: 429,
    Deposed: 503,
    DecisionsMissing: 503,
    Unavailable: 503,
    BanjieError: 409,
}

_CODE_OF_STATUS: Final[Mapping[int, str]] = {
    400: BadRequest.code,
    404: NotFound.code,
    405: "desk.method_not_allowed",
    413: TooLarge.code,
    416: "desk.range_not_satisfiable",
}


def status_of(refusal: type[BanjieError]) -> int:
    """Return the status of the nearest type in the table."""
    return next(HTTP_STATUS[kind] for kind in refusal.__mro__ if kind in HTTP_STATUS)


def problem(
    code: str,
    status: int,
    accept_language: str,
    headers: Mapping[str, str] | None = None,
    faults: Sequence[Fault] = (),
    told: Mapping[str, Mapping[str, str]] | None = None,
) -> JSONResponse:
    """`told`: by language, what the words of this code leave open."""
    language = language_of(accept_language)
    message, what_to_do = words_for(code, language)
    if told is not None:
        message = message.format_map(told[language])
    body: dict[str, object] = {"code": code, "message": message, "what_to_do": what_to_do}
    if faults:
        body["faults"] = [
            {"field": fault.field, "message": sentence(fault.message[language])} for fault in faults
        ]
    return JSONResponse(body, status, {"Cache-Control": "no-store", **(headers or {})})


def sentence(text: str) -> str:
    """Let a clause stand alone."""
    return text[:1].upper() + text[1:]


def install(app: FastAPI) -> None:
    """Make every error of this app a `Problem`."""
    # Called for sockets as well, which the type of Starlette cannot say.
    app.add_exception_handler(BanjieError, _refused)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)


def _accepts(request: HTTPConnection) -> str:
    return request.headers.get("accept-language", "")


async def _refused(connection: HTTPConnection, refusal: Exception) -> JSONResponse | None:
    if not isinstance(refusal, BanjieError):
        raise refusal
    if isinstance(connection, WebSocket):
        await _refuse_socket(connection, refusal)
        return None
    return _refusal(connection, refusal)


async def _refuse_socket(websocket: WebSocket, refusal: BanjieError) -> None:
    """A page cannot read the status of a socket that was not opened, but it can read the code of one that closes."""
    status = status_of(type(refusal))
    if isinstance(refusal, WrongOrigin):
        await websocket.send_denial_response(problem(refusal.code, status, _accepts(websocket)))
        return
    await websocket.accept()
    await websocket.close(4000 + status, refusal.code)


def _refusal(request: HTTPConnection, refusal: BanjieError) -> JSONResponse:
    headers = {}
    retry_after_s = getattr(refusal, "retry_after_s", None)
    if isinstance(retry_after_s, float):
        headers["Retry-After"] = f"{max(1, round(retry_after_s))}"
    faults = refusal.faults if isinstance(refusal, Faulty) else ()
    told = refusal.told if isinstance(refusal, Overtaken) else None
    return problem(refusal.code, status_of(type(refusal)), _accepts(request), headers, faults, told)


async def _invalid(request: Request, cause: Exception) -> JSONResponse:
    fields = ""
    if isinstance(cause, RequestValidationError):
        # Only where, never what: the input may hold a password or a number.
        fields = ", ".join(
            sorted({".".join(str(part) for part in e["loc"][1:])[:60] for e in cause.errors()})
        )
    reply = words_for(BadRequest.code, language_of(_accepts(request)))
    body = {
        "code": BadRequest.code,
        "message": f"{reply[0]} {fields[:300]}".strip(),
        "what_to_do": reply[1],
        "faults": [{"field": field, "message": reply[1]} for field in fields[:300].split(", ") if field],
    }
    return JSONResponse(body, status_of(BadRequest), {"Cache-Control": "no-store"})


async def _http(request: Request, cause: Exception) -> JSONResponse:
    if not isinstance(cause, HTTPException):
        raise cause
    if isinstance(cause.__cause__, BanjieError):  # FastAPI wraps what reading the body raises
        return _refusal(request, cause.__cause__)
    code = _CODE_OF_STATUS.get(cause.status_code, BadRequest.code)
    return problem(code, cause.status_code, _accepts(request), cause.headers)


async def _broken(request: Request, _cause: Exception) -> JSONResponse:
    return problem("desk.broken", 500, _accepts(request))
