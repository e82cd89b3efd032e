"""Matters, classes and calendars for tests."""

from datetime import UTC, datetime

from banjie.base.hours import hours_from_document
from banjie.base.ids import UserId
from banjie.matters.classes import Demands, MatterClass, Terms
from banjie.matters.deadlines import Term, TermKind
from banjie.matters.handling import Rules, opened
from banjie.matters.ids import ClassId, MatterId
from banjie.matters.model import Brief, Matter, Source
from banjie.matters.statutory import working_calendar

OPENED_AT = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday, ten o'clock in Beijing
HOURS = hours_from_document(
    {
        "timezone": "Asia/Shanghai",
        "weekly": {day: ["09:00-12:00", "13:30-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
CALENDAR = working_calendar(HOURS, "CN", (2026, 2027))
COMPLAINT = MatterClass(
    class_id=ClassId("complaint"),
    name={"zh": "投诉", "en": "Complaint"},
    terms=Terms(handle=Term(kind=TermKind.WORKING_DAYS, count=13)),
    demands=Demands(second_approval=True),
)


def rules(of_class: MatterClass = COMPLAINT, *open_parts: MatterId) -> Rules:
    return Rules(of_class=of_class, calendar=CALENDAR, open_parts=frozenset(open_parts))


def a_matter(matter_id: str = "m1", of_class: MatterClass = COMPLAINT) -> Matter:
    brief = Brief(title="水管", text="水管漏水", source=Source.CALL, class_id=of_class.class_id)
    return opened(MatterId(matter_id), "2026-000001", brief, UserId("ann"), OPENED_AT, rules(of_class))
