"""Where a call to a number goes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.hours import Hours, Period
from banjie.base.ids import NumberId, ScriptId, TenantId
from banjie.base.prompts import Prompt
from banjie.numbers.document import plan_from_document, plan_to_document
from banjie.numbers.errors import BadPlan, NumberTaken
from banjie.numbers.model import NOT_PERMITTED, Plan, ServiceNumber
from banjie.numbers.plan import Blocked, Closed, NoScript, NumberPlan, ToScript, UnknownNumber

pytestmark = pytest.mark.unit

MAIN, BANK = ScriptId("main"), NumberId("bank")
CLOSED = Prompt(name="closed", text={"zh": "现在是非服务时间", "en": "We are closed"})
PLAN = Plan(
    script_id=MAIN,
    hours=Hours(timezone="Asia/Shanghai", weekly={d: (Period(540, 1080),) for d in range(5)}),
    closed_prompts=(CLOSED,),
    blocked=frozenset({"+8613800000000", "+86755", "+86170"}),
)
NUMBER = ServiceNumber(
    number_id=BANK,
    tenant_id=TenantId("demo"),
    number="4000000001",
    name={"zh": "示范银行", "en": "Demo Bank"},
    plan=PLAN,
)
NUMBERS = NumberPlan([NUMBER], {MAIN: 4})
OPEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
NIGHT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
CALLER = "13912345678"


@pytest.mark.parametrize("dialled", ["4000000001", "400-000-0001", "+864000000001", " 4000000001 "])
def test_a_number_leads_to_the_published_version_of_its_script(dialled: str) -> None:
    assert NUMBERS.destination(dialled, CALLER, OPEN) == ToScript(number_id=BANK, script_id=MAIN, version=4)


@pytest.mark.parametrize("dialled", ["4000000002", "", "anonymous", "1001"])
def test_a_number_nobody_has_is_unknown(dialled: str) -> None:
    assert NUMBERS.destination(dialled, CALLER, OPEN) == UnknownNumber(dialled=dialled)


def test_outside_hours_the_closed_announcement_is_said() -> None:
    assert NUMBERS.destination("4000000001", CALLER, NIGHT) == Closed(number_id=BANK, announcement=(CLOSED,))


def test_a_number_without_hours_is_always_open() -> None:
    always = NumberPlan([replace(NUMBER, plan=replace(PLAN, hours=None))], {MAIN: 1})

    assert isinstance(always.destination("4000000001", CALLER, NIGHT), ToScript)


@pytest.mark.parametrize(
    ("caller", "refused"),
    [
        ("13800000000", True),
        ("+8613800000000", True),
        ("013800000000", True),
        ("0755-25551234", True),
        ("17012345678", True),
        ("13800000001", False),
        ("0757-25551234", False),
        ("anonymous", False),
    ],
)
def test_a_caller_an_area_or_a_segment_can_be_blocked(caller: str, refused: bool) -> None:
    goes_to = NUMBERS.destination("4000000001", caller, OPEN)

    assert isinstance(goes_to, Blocked) is refused
    if refused:
        assert goes_to == Blocked(number_id=BANK, announcement=(NOT_PERMITTED,))


def test_a_number_whose_script_was_never_published_says_so() -> None:
    unpublished = NumberPlan([NUMBER], {})

    assert unpublished.destination("4000000001", CALLER, OPEN) == NoScript(number_id=BANK, script_id=MAIN)


def test_two_numbers_of_the_same_digits_are_refused() -> None:
    with pytest.raises(NumberTaken):
        NumberPlan([NUMBER, replace(NUMBER, number_id=NumberId("other"), number="400-000-0001")], {})


def test_service_numbers_of_measurement_that_are_no_phone_numbers_are_found_too() -> None:
    test_number = replace(NUMBER, number="9999")

    assert NumberPlan([test_number], {}).find("9999") == test_number


def test_a_plan_survives_its_document() -> None:
    assert plan_from_document(plan_to_document(PLAN)) == PLAN
    assert plan_from_document({"script_id": "main"}) == Plan(script_id=MAIN)


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ([], "object"),
        ({}, "script"),
        ({"script_id": ""}, "script"),
        ({"script_id": "main", "colour": "red"}, "colour"),
        ({"script_id": "main", "hours": {"timezone": "Nowhere"}}, "Nowhere"),
        ({"script_id": "main", "closed_prompts": "closed"}, "list"),
        ({"script_id": "main", "hours": {"timezone": "UTC"}}, "closed_prompts"),
        ({"script_id": "main", "blocked": "+86755"}, "list"),
        ({"script_id": "main", "blocked": ["0755"]}, r"\+86755"),
        ({"script_id": "main", "blocked": ["+"]}, r"\+86755"),
        ({"script_id": "main", "blocked": ["+86755755755755755"]}, r"\+86755"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_in_words(document: object, word: str) -> None:
    with pytest.raises(BadPlan, match=word):
        plan_from_document(document)


@given(
    st.text(max_size=30),
    st.text(max_size=30),
    st.datetimes(timezones=st.just(UTC), min_value=datetime(1990, 1, 1)),  # noqa: DTZ001
)
def test_whatever_is_dialled_by_whomever_has_a_destination(dialled: str, caller: str, at: datetime) -> None:
    NUMBERS.destination(dialled, caller, at)
