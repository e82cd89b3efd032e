"""Those who call the demonstration bank most are its customers."""

from datetime import UTC, datetime

import pytest

from banjie.base.ids import TenantId
from banjie.customers.matching import match_customer
from banjie.demo.callers import NUMBERS
from banjie.demo.customers import demo_customers

pytestmark = pytest.mark.unit


def test_each_customer_is_found_by_the_number_he_calls_from() -> None:
    customers = demo_customers(TenantId("demo"), datetime(2026, 11, 23, tzinfo=UTC))

    assert [match_customer(number, customers) for number in NUMBERS[:12]] == list(customers)
    assert match_customer(NUMBERS[12], customers) is None
    assert all("demonstration" in c.note for c in customers)
