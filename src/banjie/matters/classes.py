"""Classes of matters 事项类别: how long each stage may take, and what must be there before it is closed."""

from dataclasses import dataclass
from typing import Final

from banjie.base.prompts import Bilingual
from banjie.matters.deadlines import BadTerm, Term, TermKind
from banjie.matters.ids import ClassId
from banjie.matters.machine import MatterState

_TWO_HOURS: Final = Term(kind=TermKind.WORKING_HOURS, count=2)
_NEXT_DAY: Final = Term(kind=TermKind.WORKING_DAYS, count=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long each stage may take. `handle` is the promise: from the day the matter came to the answer."""

    handle: Term
    dispatch: Term = _TWO_HOURS
    sign: Term = _NEXT_DAY
    review: Term = _NEXT_DAY
    follow_up: Term = _NEXT_DAY  # 回访 the next working day


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What closing takes, beside the answer itself."""

    evidence: bool = False  # an attachment that proves it
    customer_confirmed: bool = False  # the owner has asked the customer
    second_approval: bool = False  # by somebody other than who approved first
    follow_up: bool = True

    @property
    def states(self) -> frozenset[MatterState]:
        """The states a matter does not pass through."""
        wanted = {MatterState.CONFIRMING: self.second_approval, MatterState.FOLLOWING_UP: self.follow_up}
        return frozenset(state for state, is_wanted in wanted.items() if is_wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterClass:
    """A leaf or branch of the tree of categories."""

    class_id: ClassId
    name: Bilingual
    terms: Terms
    parent_id: ClassId | None = None
    demands: Demands = Demands()
    extensions_max: int = 1
    extension_days_max: int = 10  # each, in working days
    is_active: bool = True

    def __post_init__(self) -> None:
        if self.extensions_max < 0 or self.extension_days_max < 1:
            raise BadTerm(f"class {self.class_id}: extensions are 0 or more, each of 1 working day or more")
