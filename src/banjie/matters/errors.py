"""Refusals of matters: whose fault it is, and what to do."""

from enum import StrEnum
from typing import ClassVar

from banjie.base.errors import BanjieError
from banjie.matters.ids import MatterId


class IllegalStep(BanjieError):
    """The matter is in a state where this step has no meaning."""

    code: ClassVar[str] = "matters.illegal_step"

    def __init__(self, matter_id: MatterId, state: str, step: str) -> None:
        super().__init__(f"matter {matter_id} is {state}; it cannot take {step}")
        self.matter_id, self.state, self.step = matter_id, state, step


class NotYours(BanjieError):
    """Whoever asks has no part in the matter that may take this step."""

    code: ClassVar[str] = "matters.not_yours"

    def __init__(self, matter_id: MatterId, step: str) -> None:
        super().__init__(f"matter {matter_id}: this person may not take {step}; ask its owner or the office")
        self.matter_id, self.step = matter_id, step


class Lack(StrEnum):
    """What a step waits for."""

    PARTS_CLOSED = "the end of its open sub-matters"
    WORDS = "an answer in words"
    EVIDENCE = "an attachment that proves it"
    CUSTOMER = "the customer's confirmation"
    ANSWER_TO_ASKED = "an answer to the extension asked for before"
    EXTENSIONS_LEFT = "an extension that is left: its class allows no more"
    FEWER_DAYS = "a number of days its class allows"
    ASKED = "an extension that was asked for"
    SECOND_PERSON = "the approval of somebody other than who gave the first"


class Unfinished(BanjieError):
    """Something the step needs is not there yet."""

    code: ClassVar[str] = "matters.unfinished"

    def __init__(self, matter_id: MatterId, lacks: Lack) -> None:
        super().__init__(f"matter {matter_id} lacks {lacks.value}")
        self.matter_id, self.lacks = matter_id, lacks
