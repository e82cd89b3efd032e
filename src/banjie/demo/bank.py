"""The demonstration bank 示范银行: who works there, its queues, its number and its script. Seeded once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from banjie.base.ids import AgentId, NumberId, QueueId, TenantId, UserId
from banjie.calls.ports import Logged
from banjie.customers.ports import CustomerStore
from banjie.demo.customers import demo_customers
from banjie.demo.history import history, lines_of
from banjie.demo.script import ENGLISH, GENERAL, HOURS, SCRIPT_ID, URGENT, demo_document, prompts
from banjie.matters.ids import UnitId
from banjie.matters.office import OfficeStore
from banjie.matters.standard import CLASSES
from banjie.matters.units import Unit
from banjie.numbers.model import Plan, ServiceNumber
from banjie.numbers.ports import NumberStore
from banjie.people.model import PhoneLogin, Role, User
from banjie.people.ports import UserStore
from banjie.routing.catalogue import Code, QueueCatalogue, QueueSetup
from banjie.routing.outcomes import HangUp
from banjie.routing.queues import Queue
from banjie.scripts.ports import ScriptStore
from banjie.scripts.versions import Draft, publish

BANK: Final = TenantId("demo-bank")
NAME: Final = {"zh": "示范银行", "en": "Demo Bank"}
TIMEZONE: Final = "Asia/Shanghai"
SERVICE_NUMBER: Final = "4000000001"
LOOPBACK: Final = "loopback"  # the trunk that takes any caller on this machine

CLOSED: Final = HangUp(prompt="closed")
QUEUES: Final = (
    QueueSetup(
        rules=Queue(queue_id=GENERAL, acw_s=120.0, when_closed=CLOSED),
        name={"zh": "综合服务", "en": "General"},
        priority=0,
        service_level_s=20.0,
    ),
    QueueSetup(
        rules=Queue(queue_id=URGENT, acw_s=180.0, when_closed=CLOSED),
        name={"zh": "紧急挂失", "en": "Lost card"},
        priority=10,
        service_level_s=15.0,
    ),
    QueueSetup(
        rules=Queue(queue_id=ENGLISH, acw_s=120.0, when_closed=CLOSED),
        name={"zh": "英语服务", "en": "English"},
        priority=0,
        service_level_s=20.0,
    ),
)
AGENTS: Final = {
    "1001": (GENERAL, URGENT),
    "1002": (GENERAL, URGENT),
    "1003": (GENERAL, URGENT),
    "1004": (GENERAL, ENGLISH),
    "1005": (GENERAL, ENGLISH),
    "1006": (GENERAL, URGENT, ENGLISH),
}
BREAK_REASONS: Final = (
    Code(code="rest", name={"zh": "休息", "en": "Rest"}),
    Code(code="meal", name={"zh": "就餐", "en": "Meal"}),
    Code(code="meeting", name={"zh": "会议", "en": "Meeting"}),
    Code(code="training", name={"zh": "培训", "en": "Training"}),
    Code(code="coaching", name={"zh": "辅导", "en": "Coaching"}),
)
DISPOSITIONS: Final = (
    Code(code="account", name={"zh": "账户", "en": "Account"}),
    Code(code="account.balance", name={"zh": "余额", "en": "Balance"}, parent="account"),
    Code(code="account.statement", name={"zh": "明细", "en": "Statement"}, parent="account"),
    Code(code="lost_card", name={"zh": "银行卡挂失", "en": "Lost card"}),
    Code(code="resolved", name={"zh": "咨询已解决", "en": "Question answered"}),
    Code(code="complaint", name={"zh": "投诉", "en": "Complaint"}, needs_note=True),
    Code(code="other", name={"zh": "其他", "en": "Other"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Where the bank is put."""

    users: UserStore
    queues: QueueCatalogue
    numbers: NumberStore
    scripts: ScriptStore
    customers: CustomerStore
    matter_office: OfficeStore
    write_calls: Callable[[Sequence[Logged]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """How passwords become what is stored: an argon2 hash, and the digest secrets of a phone."""

    hash_password: Callable[[str], str]
    phone_login: Callable[[UserId, str, str], PhoneLogin]  # user, extension, password


def demo_password(username: str) -> str:
    return f"demo-{username}"


def _unit(unit_id: str, zh: str, en: str, members: Sequence[str] = (), **above: str) -> Unit:
    head, parent = above.get("head"), above.get("parent")
    return Unit(
        unit_id=UnitId(unit_id),
        name={"zh": zh, "en": en},
        head_id=None if head is None else UserId(head),
        parent_id=None if parent is None else UnitId(parent),
        members=frozenset(map(UserId, members)),
    )


UNITS: Final = (
    _unit("operations", "运营管理部", "Operations", ["4003"], head="4003"),
    _unit("cards", "银行卡中心", "Cards", ["4001"], head="4001", parent="operations"),
    _unit("branches", "网点服务处", "Branches", ["4002"], head="4002", parent="operations"),
)


def people(now: datetime) -> list[User]:
    """Six agents, a supervisor, an administrator; three who handle matters, one of the supervision office."""

    def user(username: str, zh: str, en: str, role: Role, queues: tuple[QueueId, ...] = ()) -> User:
        return User(
            user_id=UserId(username),
            tenant_id=BANK,
            username=username,
            name={"zh": zh, "en": en},
            roles=frozenset({role}),
            extension=username if role in (Role.AGENT, Role.SUPERVISOR) else None,
            queues=queues,
            language="zh",
            is_active=True,
            created_at=now,
        )

    return [
        *(user(x, f"坐席 {x}", f"Agent {x}", Role.AGENT, queues) for x, queues in AGENTS.items()),
        user("2001", "班长 2001", "Supervisor 2001", Role.SUPERVISOR),
        *(user(x, f"承办人 {x}", f"Owner {x}", Role.MATTER_OWNER) for x in ("4001", "4002", "4003")),
        user("5001", "督办员 5001", "Office 5001", Role.SUPERVISION_OFFICE),
        user("admin", "管理员", "Administrator", Role.ADMINISTRATOR),
    ]


async def seed(stores: Stores, secrets: Secrets, now: datetime) -> None:
    """Put the bank into empty stores, in one transaction of the caller's."""
    for position, queue in enumerate(QUEUES):
        await stores.queues.put_queue(BANK, queue, position)
    await stores.queues.put_codes(BANK, BREAK_REASONS, DISPOSITIONS)
    for person in people(now):
        await stores.users.add_user(person, secrets.hash_password(demo_password(person.username)))
        if person.extension is not None:
            login = secrets.phone_login(person.user_id, person.extension, demo_password(person.username))
            await stores.users.set_phone_login(login)
    for of_class in CLASSES:
        await stores.matter_office.put_class(of_class)
    for unit in UNITS:
        await stores.matter_office.put_unit(unit)
    draft = Draft(
        script_id=SCRIPT_ID, document=demo_document(), revision=1, based_on=0, changed_by=None, changed_at=now
    )
    await stores.scripts.add_script(BANK, {"zh": "主菜单", "en": "Main menu"}, draft)
    await stores.scripts.add_version(BANK, publish(draft, 0, None, now))
    await stores.numbers.put_number(service_number())
    customers = demo_customers(BANK, now)
    for customer in customers:
        await stores.customers.add_customer(customer)
    crew = {AgentId(username): queues for username, queues in AGENTS.items()}
    known = {number: customer.customer_id for customer in customers for number in customer.numbers}
    today = now.astimezone(ZoneInfo(TIMEZONE)).date()
    await stores.write_calls(list(lines_of(history(today, crew, customers=known))))


def service_number() -> ServiceNumber:
    return ServiceNumber(
        number_id=NumberId("demo-4000000001"),
        tenant_id=BANK,
        number=SERVICE_NUMBER,
        name=NAME,
        plan=Plan(
            script_id=SCRIPT_ID,
            hours=HOURS,
            closed_prompts=prompts("closed"),
        ),
    )
