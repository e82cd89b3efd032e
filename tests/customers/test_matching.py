"""Which customer calls."""

from datetime import UTC, datetime

import pytest

from banjie.base.ids import CustomerId, TenantId
from banjie.customers.matching import lookup_key, match_customer
from banjie.customers.model import Customer, Level

pytestmark = pytest.mark.unit


def customer(name: str, *numbers: str) -> Customer:
    return Customer(
        customer_id=CustomerId(name),
        tenant_id=TenantId("demo"),
        name=name,
        level=Level.REGULAR,
        numbers=numbers,
        region=None,
        language=None,
        note="",
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


LI = customer("李", "+8613812345678", "+861066554433")
WANG = customer("王", "+8613912345678", "+861066554433")


@pytest.mark.parametrize("caller", ["13812345678", "+8613812345678", "013812345678", "138 1234 5678"])
def test_a_customer_is_found_however_his_number_is_shown(caller: str) -> None:
    assert match_customer(caller, [LI, WANG]) == LI


@pytest.mark.parametrize("caller", ["anonymous", "", "13700000000"])
def test_who_is_not_known_is_nobody(caller: str) -> None:
    assert match_customer(caller, [LI, WANG]) is None


def test_a_number_that_two_customers_share_names_nobody() -> None:
    assert match_customer("010-66554433", [LI, WANG]) is None
    assert match_customer("010-66554433", [LI]) == LI


def test_a_local_number_needs_the_city() -> None:
    assert lookup_key("66554433") is None
    assert match_customer("66554433", [LI], area_code="10") == LI
