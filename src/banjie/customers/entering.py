"""What must be known of somebody before he is a customer, and of what is written on him."""

from collections.abc import Iterator

from banjie.base.faults import Fault, fault
from banjie.base.phones import find_number
from banjie.customers.model import NOTE_MAX, Customer

NAME_LENGTH = 80


def customer_faults(name: str, number: str | None, owner: Customer | None) -> Iterator[Fault]:
    """Say what keeps him from being entered.

    Args:
        number: his, however it is written; None: he shows none.
        owner: whose number it is already.
    """
    if not name.strip():
        yield fault("name", "请填写姓名", "a name is needed")
    elif len(name.strip()) > NAME_LENGTH or not name.strip().isprintable():
        yield fault(
            "name",
            f"姓名只能是一行，最多 {NAME_LENGTH} 个字符",
            f"a name is one line of {NAME_LENGTH} characters at most",
        )
    if number is not None and find_number(number) is None:
        yield fault("number", "这不是电话号码", "this is no phone number")
    if owner is not None:
        yield fault(
            "number",
            f"这个号码已登记为客户“{owner.name}”，请关联到该客户",
            f"this number is that of the customer {owner.name}; link the call to him instead",
        )


def note_faults(text: str) -> Iterator[Fault]:
    if not text.strip():
        yield fault("text", "请填写内容", "a note says something")
    elif len(text) > NOTE_MAX:
        yield fault("text", f"最多 {NOTE_MAX} 个字符", f"{NOTE_MAX} characters at most")
