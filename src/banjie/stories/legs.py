"""One vocabulary for every leg: SIP trunks, desk phones and browsers are rung, answered and ended alike.

A leg is a session (SIP) or a page (browser) with one port of the switchboard. Its owner is told what happens to it.
"""

from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal, Protocol

from banjie.base.errors import Unavailable
from banjie.base.ids import LegId, new_id
from banjie.media.events import BrowserLost, DigitHeard, RtpTimedOut, SwitchEvent
from banjie.media.model import PortId, RtpRemote
from banjie.media.ports import BrowserAudio, Switchboard
from banjie.sip import events as sip_events
from banjie.sip.errors import BadDescription, NoCommonCodec
from banjie.sip.model import MOST_HOPS, Peer, SessionId, Target, TrunkPeer, TrunkTarget, peer_of
from banjie.sip.ports import SipSignalling
from banjie.sip.sdp import Agreed, Direction, describe_audio, negotiate, parse_audio, reverse

CODECS: Final = ("PCMA", "PCMU")
DTMF_PAYLOAD: Final = 101
FORBIDDEN: Final = 403
NO_SUCH_CALL: Final = 481
NOT_ACCEPTABLE_HERE: Final = 488
DONE: Final = 200
NO_ROOM: Final = 503
RETRY_AFTER_S: Final = 5

EndedBy = Literal["us", "peer", "failure"]


class CannotDial(Unavailable):
    """The phone is not registered, or no trunk is there."""

    code: ClassVar[str] = "calls.cannot_dial"


class LegOwner(Protocol):
    """Whoever placed or took a leg."""

    def leg_answered(self, leg: "Leg") -> None: ...

    def leg_ended(self, leg: "Leg", status: int | None, by: EndedBy) -> None:
        """The leg is gone, its port is closed. Told once, and never for an end its owner asked for."""

    def leg_held(self, leg: "Leg", held: bool) -> None:
        """The person at a phone pressed hold, or took the call back."""

    def digit_heard(self, leg: "Leg", digit: str) -> None: ...


@dataclass(slots=True, kw_only=True, eq=False)
class Leg:
    leg_id: LegId
    port_id: PortId
    owner: LegOwner
    session_id: SessionId | None = None  # None: a browser
    peer: Peer | None = None  # the trunk or the user at its far end
    local_host: str = ""
    local_port: int = 0
    description_version: int = 0
    is_up: bool = False
    is_held: bool = False
    speaks_early: bool = False  # it is rung, and sound comes from there
    asks_to_go: bool = False  # its phone has referred the other side, and waits for what comes of it
    is_carried_on: bool = False  # its trunk does what we asked: it calls the number itself
    hops_left: int = MOST_HOPS  # for how much longer its call may be passed on
    agreed: Agreed | None = field(default=None, repr=False)
    said: bytes | None = field(default=None, repr=False)  # our description, before we have answered

    @property
    def is_browser(self) -> bool:
        return self.session_id is None


class Legs:
    """All legs there are. Commands act at once; what comes of them is told to the leg's owner."""

    def __init__(
        self,
        sip: SipSignalling,
        switchboard: Switchboard,
        browsers: BrowserAudio,
        spawn: Callable[[Coroutine[None, None, None]], None],
    ) -> None:
        """`spawn` runs what nobody waits for: the closing of a browser's audio."""
        self._sip, self._switchboard, self._browsers, self._spawn = sip, switchboard, browsers, spawn
        self._by_session: dict[SessionId, Leg] = {}
        self._by_port: dict[PortId, Leg] = {}
        self._stillborn: set[SessionId] = set()
        self.on_call_offered: Callable[[sip_events.CallOffered], None] = lambda event: None
        self.on_refer: Callable[[Leg, sip_events.ReferReceived], None] = lambda leg, event: None
        self.on_referred: Callable[[Leg, int, bool], None] = lambda leg, status, was_accepted: None
        self.on_early_media: Callable[[Leg], None] = lambda leg: None

    def __len__(self) -> int:
        return len(self._by_port)

    # -- commands ------------------------------------------------------------------------------------

    def take(self, offered: sip_events.CallOffered, owner: LegOwner) -> Leg | None:
        """Make a leg of an offered call; `None` where it had to be refused."""
        try:
            agreed = None if offered.body is None else negotiate(parse_audio(offered.body), CODECS)
        except (NoCommonCodec, BadDescription):
            self._sip.reject(offered.session_id, NOT_ACCEPTABLE_HERE, None)
            return None
        try:
            leg = self._open_rtp(owner)
        except Unavailable:
            self._sip.reject(offered.session_id, NO_ROOM, None, RETRY_AFTER_S)
            return None
        leg.hops_left, leg.peer = offered.hops_left, offered.peer
        self._bind(leg, offered.session_id)
        if agreed is not None:
            self._point(leg, agreed)
        return leg

    def refuse(self, offered: sip_events.CallOffered, status: int, retry_after_s: int | None = None) -> None:
        """Turn an offered call away before it became a leg."""
        self._sip.reject(offered.session_id, status, None, retry_after_s)

    def dial(
        self,
        target: Target,
        *,
        caller: str,
        caller_name: str | None,
        dialled: str,
        owner: LegOwner,
        hops_left: int = MOST_HOPS,
    ) -> Leg:
        """Call a phone or a trunk. The owner hears of the answer, or of the end. Raises `CannotDial`, `NoFreePort`."""
        leg = self._open_rtp(owner)
        self._stillborn.clear()
        session_id = self._sip.invite(
            target,
            caller=caller,
            caller_name=caller_name,
            dialled=dialled,
            body=self._describe(leg, "sendrecv"),
            hops_left=hops_left,
        )
        if session_id in self._stillborn:  # nowhere to send it: told before we knew its name
            self._forget(leg)
            self._close_port(leg)
            raise CannotDial(f"there is no way to {dialled} now")
        leg.peer = peer_of(target)
        self._bind(leg, session_id)
        return leg

    def ring(self, leg: Leg) -> None:
        """Let the phone that calls hear what is played to it before the answer; one that offered nothing only rings."""
        if leg.session_id is not None:
            if leg.agreed is not None:
                leg.said = self._describe(leg, reverse(leg.agreed.direction))
            self._sip.ring(leg.session_id, leg.said)

    def turn_down(self, leg: Leg, status: int) -> None:
        """Refuse a call that is a leg already, and not answered. The owner, who asked, is not told."""
        if self._forget(leg) and leg.session_id is not None:
            self._sip.reject(leg.session_id, status, None)
            self._close_port(leg)

    def answer(self, leg: Leg) -> None:
        if leg.session_id is not None and not leg.is_up:
            leg.is_up = True
            direction: Direction = "sendrecv" if leg.agreed is None else reverse(leg.agreed.direction)
            # What was said in a 183 is the answer, and stays it (RFC 3261 §13.2.1).
            self._sip.answer(leg.session_id, leg.said or self._describe(leg, direction))

    async def open_browser(self, offer_sdp: str, owner: LegOwner) -> tuple[Leg, str]:
        """Take a browser's offer; return its leg and the answer for the page."""
        port = await self._browsers.open(offer_sdp)
        leg = Leg(leg_id=LegId(new_id()), port_id=port.port_id, owner=owner, is_up=True)
        self._by_port[leg.port_id] = leg
        return leg, port.answer_sdp

    def of_session(self, session_id: SessionId) -> Leg | None:
        return self._by_session.get(session_id)

    def answer_refer(self, leg: Leg, status: int) -> None:
        if leg.session_id is not None:
            leg.asks_to_go = status < 300
            self._sip.answer_refer(leg.session_id, status)

    def tell_refer(self, leg: Leg, status: int) -> None:
        """Say how it goes; a final status is the last word. May be repeated."""
        if leg.session_id is not None:
            leg.asks_to_go = leg.asks_to_go and status < 200
            self._sip.tell_refer(leg.session_id, status)

    def refer(self, leg: Leg, number: str) -> None:
        """Ask a caller's trunk to carry him on to a number; `on_referred` says what came of it."""
        if leg.session_id is not None and isinstance(leg.peer, TrunkPeer):
            self._sip.refer(leg.session_id, TrunkTarget(name=leg.peer.name), number)

    def hang_up(self, leg: Leg) -> None:
        """End a leg in whatever state it is. The owner, who asked, is not told. May be repeated."""
        if not self._forget(leg):
            return
        if leg.session_id is not None:
            if leg.asks_to_go:
                self._sip.tell_refer(leg.session_id, DONE)  # before the BYE (RFC 5589 §6.1)
            self._sip.hang_up(leg.session_id)
        self._close_port(leg)

    def take_place(self, offered: sip_events.CallOffered) -> None:
        """Go on with a leg by another call (RFC 3891): of its own peer, and of nobody else."""
        leg = None if offered.replaces is None else self._by_session.get(offered.replaces)
        if leg is None or leg.session_id is None:
            self._sip.reject(offered.session_id, NO_SUCH_CALL, None)
            return
        if leg.peer != offered.peer:
            self._sip.reject(offered.session_id, FORBIDDEN, None)
            return
        try:
            agreed = None if offered.body is None else negotiate(parse_audio(offered.body), CODECS)
        except (NoCommonCodec, BadDescription):
            self._sip.reject(offered.session_id, NOT_ACCEPTABLE_HERE, None)
            return
        before, was_up = leg.session_id, leg.is_up
        del self._by_session[before]
        self._bind(leg, offered.session_id)
        leg.agreed, leg.said, leg.is_up = None, None, False
        if agreed is not None:
            self._point(leg, agreed)
        self.answer(leg)
        self._sip.hang_up(before)
        if not was_up:
            leg.owner.leg_answered(leg)
        self._note_hold(leg)

    # -- what the world does --------------------------------------------------------------------------

    def on_sip(self, event: sip_events.SipEvent) -> None:
        if isinstance(event, sip_events.CallOffered):
            (self.on_call_offered if event.replaces is None else self.take_place)(event)
            return
        session_id = getattr(event, "session_id", None)
        leg = None if session_id is None else self._by_session.get(session_id)
        if leg is not None:
            self._on_leg(leg, event)
        elif isinstance(event, sip_events.SessionEnded):
            self._stillborn.add(event.session_id)

    def _on_leg(self, leg: Leg, event: sip_events.SipEvent) -> None:
        match event:
            case sip_events.Progressed(body=bytes(body)):
                self._take_early(leg, body)
            case sip_events.AnswerReceived():
                self._take_answer(leg, event.body)
                self._note_hold(leg)
            case sip_events.Accepted():
                self._accepted(leg, event)
            case sip_events.OfferReceived():
                self._take_offer(leg, event.body)
            case sip_events.DigitsReceived():
                for digit in event.digits:
                    leg.owner.digit_heard(leg, digit)
            case sip_events.ReferReceived():
                self.on_refer(leg, event)
            case sip_events.ReferAccepted():
                leg.is_carried_on = True
            case sip_events.ReferConcluded():
                was_accepted, leg.is_carried_on = leg.is_carried_on, False
                self.on_referred(leg, event.status, was_accepted)
            case sip_events.SessionEnded():
                if leg.is_carried_on and event.by == "peer":  # it has him, and lets us go without a word
                    self.on_referred(leg, DONE, True)
                self._lost(leg, event.status, event.by)
            case _:
                pass

    def on_switch(self, event: SwitchEvent) -> None:
        """Take what concerns a leg; plays and recordings are other people's."""
        match event:
            case DigitHeard():
                if (leg := self._by_port.get(event.port_id)) is not None:
                    leg.owner.digit_heard(leg, event.digit)
            case BrowserLost():
                if (leg := self._by_port.get(event.port_id)) is not None:
                    self._lost(leg, None, "failure")
            case RtpTimedOut():
                leg = self._by_port.get(event.port_id)
                if leg is not None and leg.session_id is not None and self._should_speak(leg):
                    self._sip.hang_up(leg.session_id)
                    self._lost(leg, None, "failure")
            case _:
                pass

    # -- inside ----------------------------------------------------------------------------------------

    def _should_speak(self, leg: Leg) -> bool:
        """Held phones are silent; who never spoke may only listen: session timers tell whether he is there."""
        return not leg.is_held and self._switchboard.stats(leg.port_id).received > 0

    def _open_rtp(self, owner: LegOwner) -> Leg:
        port = self._switchboard.open_rtp()
        leg = Leg(
            leg_id=LegId(new_id()),
            port_id=port.port_id,
            owner=owner,
            local_host=port.host,
            local_port=port.port,
        )
        self._by_port[leg.port_id] = leg
        return leg

    def _bind(self, leg: Leg, session_id: SessionId) -> None:
        leg.session_id = session_id
        self._by_session[session_id] = leg

    def _describe(self, leg: Leg, direction: Direction) -> bytes:
        leg.description_version += 1
        codecs: Sequence[str] = CODECS if leg.agreed is None else (leg.agreed.codec,)
        dtmf = DTMF_PAYLOAD if leg.agreed is None else leg.agreed.dtmf_payload
        return describe_audio(
            leg.local_host,
            leg.local_port,
            codecs,
            dtmf,
            direction,
            session_version=leg.description_version,
            answers=None if leg.agreed is None else leg.agreed.offered,
        )

    def _point(self, leg: Leg, agreed: Agreed) -> None:
        leg.agreed = agreed
        remote = RtpRemote(
            host=agreed.remote_host,
            port=agreed.remote_port,
            codec=agreed.codec,
            payload=agreed.payload,
            dtmf_payload=agreed.dtmf_payload,
        )
        peer_sends = agreed.direction in ("sendrecv", "sendonly")
        peer_hears = agreed.direction in ("sendrecv", "recvonly")
        self._switchboard.point_rtp(leg.port_id, remote, send=peer_hears, receive=peer_sends)

    def _take_early(self, leg: Leg, body: bytes) -> None:
        """What cannot be read costs nothing: the answer decides."""
        with suppress(NoCommonCodec, BadDescription):
            self._point(leg, negotiate(parse_audio(body), CODECS))
            self.on_early_media(leg)

    def _take_answer(self, leg: Leg, body: bytes) -> None:
        try:
            self._point(leg, negotiate(parse_audio(body), CODECS))
        except (NoCommonCodec, BadDescription):
            self._break(leg)

    def _accepted(self, leg: Leg, event: sip_events.Accepted) -> None:
        if event.body is not None:
            self._take_answer(leg, event.body)
        if leg.agreed is None:
            self._break(leg)  # answered without a word about media: nobody would hear anybody
        elif not leg.is_up and leg.port_id in self._by_port:
            leg.is_up = True
            leg.owner.leg_answered(leg)

    def _take_offer(self, leg: Leg, body: bytes) -> None:
        session_id = leg.session_id
        if session_id is None:
            return
        if not body:  # an offerless re-INVITE asks for our description again
            self._sip.answer_offer(session_id, self._describe(leg, "sendrecv"))
            return
        try:
            agreed = negotiate(parse_audio(body), CODECS)
        except (NoCommonCodec, BadDescription):
            self._sip.refuse_offer(session_id, NOT_ACCEPTABLE_HERE)
            return
        self._point(leg, agreed)
        self._sip.answer_offer(session_id, self._describe(leg, reverse(agreed.direction)))
        self._note_hold(leg)

    def _note_hold(self, leg: Leg) -> None:
        held = leg.agreed is not None and leg.agreed.direction in ("sendonly", "inactive")
        if held != leg.is_held and leg.port_id in self._by_port:
            leg.is_held = held
            leg.owner.leg_held(leg, held)

    def _break(self, leg: Leg) -> None:
        if leg.session_id is not None:
            self._sip.hang_up(leg.session_id)
        self._lost(leg, NOT_ACCEPTABLE_HERE, "failure")

    def _lost(self, leg: Leg, status: int | None, by: EndedBy) -> None:
        if self._forget(leg):
            leg.owner.leg_ended(leg, status, by)
            self._close_port(leg)

    def _forget(self, leg: Leg) -> bool:
        if leg.session_id is not None:
            self._by_session.pop(leg.session_id, None)
        return self._by_port.pop(leg.port_id, None) is not None

    def _close_port(self, leg: Leg) -> None:
        if leg.session_id is None:
            self._spawn(self._browsers.close(leg.port_id))
        else:
            self._switchboard.close(leg.port_id)
