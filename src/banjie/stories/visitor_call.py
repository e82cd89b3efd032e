"""A visitor calls from our page: his browser is the caller's leg, a token of his own lets him act on the call."""

import hmac
from secrets import token_urlsafe
from typing import ClassVar, Final

from banjie.base.errors import BanjieError, Unavailable
from banjie.base.ids import CallId, new_id
from banjie.stories.asked_callback import AskedCallbacks
from banjie.stories.inbound_call import InboundCalls
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.ongoing import Ongoing
from banjie.stories.ports import VisitorCall
from banjie.stories.stage import Stage

DIGITS: Final = frozenset("0123456789*#")


class NoSuchNumber(BanjieError):
    """The page dials a number that is not ours, or is closed to it."""

    code: ClassVar[str] = "visitor.no_such_number"


class FloorVisitors:
    """Satisfies `ports.VisitorCalls`."""

    def __init__(
        self,
        stage: Stage,
        inbound: InboundCalls,
        offers: OffersAndAnswers,
        asked: AskedCallbacks,
        *,
        visitors_max: int,
    ) -> None:
        self._asked = asked
        self._floor, self._legs, self._inbound, self._offers = stage.floor, stage.legs, inbound, offers
        self._visitors_max = visitors_max
        self._tokens: dict[CallId, str] = {}

    async def call(self, dialled: str, offer_sdp: str, language: str, source: str) -> VisitorCall:
        if len(self._tokens) >= self._visitors_max:
            raise Unavailable("too many calls from web pages now; please try again in a minute")
        if not self._inbound.serves(dialled):
            raise NoSuchNumber(f"{dialled} cannot be called from here")
        leg, answer_sdp = await self._legs.open_browser(offer_sdp, self._inbound)
        call_id, token = CallId(new_id()), token_urlsafe(24)
        self._tokens[call_id] = token
        self._inbound.arrived_from_page(leg, call_id, dialled, f"web:{call_id[:8]}", language)
        return VisitorCall(call_id=call_id, token=token, answer_sdp=answer_sdp)

    def is_token_of(self, call_id: CallId, token: str) -> bool:
        known = self._tokens.get(call_id)
        return known is not None and hmac.compare_digest(known.encode(), token.encode())

    def send_digits(self, call_id: CallId, digits: str) -> None:
        caller = self._floor.get(call_id).caller
        for digit in digits:
            if caller is not None and digit in DIGITS:
                self._inbound.digit_heard(caller, digit)

    def call_back(self, call_id: CallId, number: str) -> None:
        self._asked.written(self._floor.get(call_id), number)

    def hang_up(self, call_id: CallId) -> None:
        self._offers.end(self._floor.get(call_id), "caller_hung_up")

    def ended(self, ongoing: Ongoing) -> None:
        """Forget the visitor's token with his call."""
        self._tokens.pop(ongoing.call_id, None)
