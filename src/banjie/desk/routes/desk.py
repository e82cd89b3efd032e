"""What an agent's screen asks. The answers that matter come back on the live topic `me`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from banjie.base.hours import start_of_day
from banjie.base.ids import CallId
from banjie.calls.store import CallFilter
from banjie.desk.access import Need, Parts, Principal
from banjie.desk.paging import page_of, place_of
from banjie.desk.schemas.calls import CallPage
from banjie.desk.schemas.desk import (
    DayOut,
    DigitsIn,
    DispositionIn,
    FigureOut,
    HelpIn,
    MuteIn,
    OptionsOut,
    SdpIn,
    SdpOut,
    StateIn,
)
from banjie.desk.schemas.words import Id
from banjie.desk.told import told_calls, told_choice, told_queues
from banjie.insight.measures import MY_DAY
from banjie.people.model import Permission

router = APIRouter(prefix="/api/desk", tags=["desk"])
Agent = Annotated[Principal, Depends(Need(Permission.TAKE_CALLS))]
# Supervisors read the same names: reasons on the wallboard, dispositions in the list of calls.
Reader = Annotated[
    Principal, Depends(Need(Permission.TAKE_CALLS, Permission.READ_WALLBOARD, Permission.READ_CALLS))
]
CallOfMine = Annotated[Id, Path(description="The call of the agent who asks.")]


@router.get("/options", operation_id="getDeskOptions")
async def get_options(parts: Parts, who: Reader) -> OptionsOut:
    """Break reasons, dispositions and queues to choose from."""
    options = parts.options()
    return OptionsOut(
        break_reasons=[told_choice(choice) for choice in options.break_reasons],
        dispositions=[told_choice(choice) for choice in options.dispositions],
        queues=told_queues(await parts.directory.list_queues(parts.tenant_id)),
    )


@router.post("/state", operation_id="setAgentState", status_code=204)
async def set_state(body: StateIn, parts: Parts, who: Agent) -> None:
    """Go ready, take a break with its reason, or sign out of the queues. In a call a break comes after it."""
    parts.agents.set_state(who.agent_id, body.state, body.reason, body.device)


@router.get("/calls", operation_id="listMyCalls")
async def list_my_calls(
    parts: Parts,
    who: Annotated[Principal, Depends(Need(Permission.READ_OWN_CALLS))],
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CallPage:
    """My calls of today, in the zone of my site, newest first."""
    since = start_of_day(parts.now(), await parts.my_day.timezone_of(who.agent_id))
    wanted = CallFilter(agent_id=who.agent_id, since=since)
    calls = await parts.calls.list_calls(wanted, after=place_of(cursor), limit=limit + 1)
    return page_of(await told_calls(parts, [call.seen_by(who.agent_id) for call in calls], who), limit)


@router.get("/day", operation_id="getMyDay")
async def get_my_day(
    parts: Parts, who: Annotated[Principal, Depends(Need(Permission.READ_OWN_CALLS))]
) -> DayOut:
    """My figures of today up to now, each with what it is."""
    told = await parts.my_day.of(who.agent_id)
    figures = [
        FigureOut(
            key=measure.key,
            name=dict(measure.name),
            unit=measure.unit,
            formula=dict(measure.formula),
            value=measure.of(told.day),
        )
        for measure in MY_DAY
    ]
    return DayOut(on=told.on, timezone=told.timezone, figures=figures)


@router.post("/calls/{call_id}/answer", operation_id="answerCall")
async def answer(call_id: CallOfMine, body: SdpIn, parts: Parts, who: Agent) -> SdpOut:
    """Answer the ringing call in this browser; returns the SDP answer."""
    made = await parts.agents.answer(who.agent_id, CallId(call_id), body.sdp)
    return SdpOut(sdp=made.sdp, leg_id=made.leg_id, call_id=made.call_id)


@router.post("/calls/{call_id}/rejoin", operation_id="rejoinCall")
async def rejoin(call_id: CallOfMine, body: SdpIn, parts: Parts, who: Agent) -> SdpOut:
    """Take the sound of the call in hand to this page: after a reload, or from another page."""
    made = await parts.agents.rejoin(who.agent_id, CallId(call_id), body.sdp)
    return SdpOut(sdp=made.sdp, leg_id=made.leg_id, call_id=made.call_id)


@router.post("/calls/{call_id}/reject", operation_id="rejectCall", status_code=204)
async def reject(call_id: CallOfMine, parts: Parts, who: Agent) -> None:
    parts.agents.reject(who.agent_id, CallId(call_id))


@router.post("/calls/{call_id}/hold", operation_id="holdCall", status_code=204)
async def hold(call_id: CallOfMine, parts: Parts, who: Agent) -> None:
    parts.agents.hold(who.agent_id, CallId(call_id))


@router.post("/calls/{call_id}/resume", operation_id="resumeCall", status_code=204)
async def resume(call_id: CallOfMine, parts: Parts, who: Agent) -> None:
    parts.agents.resume(who.agent_id, CallId(call_id))


@router.post("/calls/{call_id}/mute", operation_id="muteCall", status_code=204)
async def mute(call_id: CallOfMine, body: MuteIn, parts: Parts, who: Agent) -> None:
    parts.agents.mute(who.agent_id, CallId(call_id), body.muted)


@router.post("/calls/{call_id}/digits", operation_id="sendDigits", status_code=204)
async def digits(call_id: CallOfMine, body: DigitsIn, parts: Parts, who: Agent) -> None:
    parts.agents.send_digits(who.agent_id, CallId(call_id), body.digits)


@router.post("/calls/{call_id}/help", operation_id="askForHelp", status_code=204)
async def ask_help(call_id: CallOfMine, body: HelpIn, parts: Parts, who: Agent) -> None:
    """Show on the wallboard that a supervisor is wanted in this call, or no longer is."""
    parts.agents.ask_help(who.agent_id, CallId(call_id), body.wanted)


@router.post("/calls/{call_id}/hang-up", operation_id="hangUpCall", status_code=204)
async def hang_up(call_id: CallOfMine, parts: Parts, who: Agent) -> None:
    parts.agents.hang_up(who.agent_id, CallId(call_id))


@router.post("/calls/{call_id}/disposition", operation_id="disposeCall", status_code=204)
async def dispose(call_id: CallOfMine, body: DispositionIn, parts: Parts, who: Agent) -> None:
    """Say what the call was: this closes the after-call work, or replaces what the system said when it was over."""
    await parts.agents.dispose(who.agent_id, CallId(call_id), body.code, body.note)


@router.post("/calls/{call_id}/extend-acw", operation_id="extendAfterCallWork", status_code=204)
async def extend_acw(call_id: CallOfMine, parts: Parts, who: Agent) -> None:
    """Thirty seconds more."""
    parts.agents.extend_acw(who.agent_id, CallId(call_id))
