"""Calls from the page `/call`: no sign-in, a token each, rationed by where they come from."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from banjie.base.ids import CallId
from banjie.desk.access import Open, Parts, Visitor, network_of, source_of
from banjie.desk.errors import TooManyRequests
from banjie.desk.schemas.desk import DigitsIn
from banjie.desk.schemas.visitors import CallbackIn, VisitorCallIn, VisitorCallOut, VisitorOptionsOut
from banjie.desk.schemas.words import Id
from banjie.desk.told import printed

router = APIRouter(prefix="/api/visitor", tags=["visitor"])
OfThisVisitor = Annotated[None, Depends(Visitor())]
CallOfMine = Annotated[Id, Path()]


@router.get(
    "/options", operation_id="getVisitorOptions", dependencies=[Depends(Open("the page /call asks it first"))]
)
async def get_options(parts: Parts) -> VisitorOptionsOut:
    """The number this page calls."""
    options = parts.options()
    return VisitorOptionsOut(
        number=options.service_number,
        display=printed(options.service_number),
        name=dict(options.service_name),
    )


@router.post(
    "/calls", operation_id="startVisitorCall", dependencies=[Depends(Open("anybody may call us; rationed"))]
)
async def start_call(body: VisitorCallIn, request: Request, parts: Parts) -> VisitorCallOut:
    """Call a service number from the browser."""
    wait_s = parts.visitor_ration.take(network_of(request), parts.monotonic())
    if wait_s > 0.0:
        raise TooManyRequests(wait_s)
    made = await parts.visitors.call(body.number, body.sdp, body.language, source_of(request))
    return VisitorCallOut(call_id=made.call_id, token=made.token, sdp=made.answer_sdp)


@router.post("/calls/{call_id}/digits", operation_id="sendVisitorDigits", status_code=204)
async def digits(call_id: CallOfMine, body: DigitsIn, parts: Parts, gate: OfThisVisitor) -> None:
    parts.visitors.send_digits(CallId(call_id), body.digits)


@router.post("/calls/{call_id}/callback", operation_id="askToBeCalledBack", status_code=204)
async def call_back(call_id: CallOfMine, body: CallbackIn, parts: Parts, gate: OfThisVisitor) -> None:
    """Keep my place and call me at this number; the call ends after the words that say so."""
    parts.visitors.call_back(CallId(call_id), body.number)


@router.post("/calls/{call_id}/hang-up", operation_id="hangUpVisitorCall", status_code=204)
async def hang_up(call_id: CallOfMine, parts: Parts, gate: OfThisVisitor) -> None:
    parts.visitors.hang_up(CallId(call_id))
