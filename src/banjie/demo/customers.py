"""Customers of the demonstration bank: nobody in particular, standing behind the numbers that call most in the made-up week."""

from datetime import datetime
from typing import Final

from banjie.base.ids import CustomerId, TenantId
from banjie.base.phones import parse_number
from banjie.customers.model import Customer, Level
from banjie.demo.callers import NUMBERS

_PEOPLE: Final = (
    ("示范客户 01", Level.VIP, "北京", "zh"),
    ("示范客户 02", Level.REGULAR, "上海", "zh"),
    ("示范客户 03", Level.REGULAR, "广州", "zh"),
    ("示范客户 04", Level.VIP, "深圳", "zh"),
    ("示范客户 05", Level.REGULAR, "成都", "zh"),
    ("Demo customer 06", Level.REGULAR, "上海", "en"),
    ("示范客户 07", Level.REGULAR, "石家庄", "zh"),
    ("示范客户 08", Level.REGULAR, "杭州", "zh"),
    ("示范客户 09", Level.VIP, "武汉", "zh"),
    ("示范客户 10", Level.REGULAR, "西安", "zh"),
    ("Demo customer 11", Level.VIP, "北京", "en"),
    ("示范客户 12", Level.REGULAR, "南京", "zh"),
)


def demo_customers(tenant_id: TenantId, created_at: datetime) -> tuple[Customer, ...]:
    """Return the customers, each with the number of the same place in `callers.NUMBERS`."""
    return tuple(
        Customer(
            customer_id=CustomerId(f"demo-customer-{n:02d}"),
            tenant_id=tenant_id,
            name=name,
            level=level,
            numbers=(parse_number(number).e164,),
            region=region,
            language=language,
            note="演示数据 / demonstration data",
            created_at=created_at,
        )
        for n, ((name, level, region, language), number) in enumerate(zip(_PEOPLE, NUMBERS, strict=False), 1)
    )
