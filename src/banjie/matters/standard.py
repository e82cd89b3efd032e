"""What a new office begins with: the classes, the ladder and the hours of a government hotline; it changes them as it likes.

Sources: terms by class and the ladder of a city bureau's rules for 12345 orders (咨询、求助 3 working days, 建议、投诉 13,
urgent the same day; urged before expiry, in writing the day after it, made known five working days later); 提级 at three
times 重办 or three transfers without a lead unit.
"""

from datetime import timedelta
from typing import Final

from banjie.base.hours import Hours, Period
from banjie.matters.classes import Demands, MatterClass, Terms
from banjie.matters.deadlines import Term, TermKind
from banjie.matters.ids import ClassId
from banjie.matters.ladder import About, Act, After, Before, Channel, Reworked, Rung, Transferred
from banjie.matters.parts import Part

_ALSO_OUTSIDE: Final = frozenset({Channel.DESK, Channel.EMAIL, Channel.SMS})


def _class(
    class_id: str, zh: str, en: str, kind: TermKind, count: int = 1, demands: Demands | None = None
) -> MatterClass:
    return MatterClass(
        class_id=ClassId(class_id),
        name={"zh": zh, "en": en},
        terms=Terms(handle=Term(kind=kind, count=count)),
        demands=demands or Demands(),
    )


CLASSES: Final = (
    _class("consult", "咨询", "Question", TermKind.WORKING_DAYS, 3),
    _class("help", "求助", "Request for help", TermKind.WORKING_DAYS, 3),
    _class("suggestion", "建议", "Suggestion", TermKind.WORKING_DAYS, 13),
    _class("complaint", "投诉", "Complaint", TermKind.WORKING_DAYS, 13, Demands(second_approval=True)),
    _class("urgent", "加急", "Urgent", TermKind.SAME_DAY),
    _class("week", "限期一周", "Within a week", TermKind.CALENDAR_DAYS, 7, Demands(follow_up=False)),
)
LADDER: Final = (
    Rung(
        rung_id="remind",
        when=Before(working_time=timedelta(hours=7)),
        act=Act.REMIND,
        to=frozenset({Part.OWNER}),
    ),
    Rung(
        rung_id="unsigned",
        when=After(about=About.STAGE),
        act=Act.URGE,
        to=frozenset({Part.OWNER, Part.SUPERVISOR}),
    ),
    Rung(
        rung_id="expired",
        when=After(),
        act=Act.URGE,
        to=frozenset({Part.OWNER, Part.HEAD}),
        channels=_ALSO_OUTSIDE,
    ),
    Rung(
        rung_id="supervised",
        when=After(term=Term(kind=TermKind.WORKING_DAYS, count=5)),
        act=Act.SUPERVISE,
        to=frozenset({Part.OFFICE, Part.OWNER, Part.HEAD}),
        channels=_ALSO_OUTSIDE,
    ),
    Rung(
        rung_id="reworked",
        when=Reworked(times=3),
        act=Act.ESCALATE,
        to=frozenset({Part.HEAD, Part.OFFICE}),
        channels=_ALSO_OUTSIDE,
    ),
    Rung(
        rung_id="passed_on",
        when=Transferred(times=3),
        act=Act.ESCALATE,
        to=frozenset({Part.HEAD, Part.OFFICE}),
        channels=_ALSO_OUTSIDE,
    ),
)
COUNTRY: Final = "CN"
SOON: Final = timedelta(hours=7)
_DAY: Final = (Period(9 * 60, 12 * 60), Period(13 * 60 + 30, 17 * 60 + 30))


def office_hours(timezone: str) -> Hours:
    """Return a working week with a lunch break."""
    return Hours(timezone=timezone, weekly=dict.fromkeys(range(5), _DAY))
