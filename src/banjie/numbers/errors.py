"""What the numbers department refuses."""

from typing import ClassVar

from banjie.base.errors import BanjieError


class BadPlan(BanjieError):
    """The plan of a number makes no sense; the message says where."""

    code: ClassVar[str] = "numbers.bad_plan"


class NumberTaken(BanjieError):
    """Two service numbers are the same digits."""

    code: ClassVar[str] = "numbers.number_taken"

    def __init__(self, number: str) -> None:
        super().__init__(f"number {number} is there already; change that one or give the other digits")
        self.number = number


class NoSuchHours(BanjieError):
    """No opening hours have this id."""

    code: ClassVar[str] = "numbers.no_such_hours"


class NoSuchNumberHere(BanjieError):
    """No service number has this id."""

    code: ClassVar[str] = "numbers.no_such_number"
