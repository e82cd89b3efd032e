"""Phone numbers as they are dialled in China, read into one form (E.164) and printed the way people write them.

Sources: the national numbering plan of MIIT (电信网编号计划, 2017 edition): mobiles 1[3-9] + 9 digits, fixed lines 0 + area
code + 7 or 8 digits, 400/800 lines of 10 digits, short numbers 1xx, 10xxx, 12xxx, 95xxx, 96xxx. E.164 §6: at most
15 digits. 400, 800 and short numbers cannot be dialled from abroad; their `e164` is ours, to compare by.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from banjie.base.errors import BanjieError

COUNTRY: Final = "86"
_TWO_DIGIT_AREAS: Final = frozenset({"10", *(f"2{n}" for n in "012345789")})
_NO_AREAS: Final = frozenset({"400", "800"})
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_SUBSCRIBER: Final = re.compile(r"[2-8]\d{6,7}")
_SERVICE: Final = re.compile(r"[48]00\d{7}")
_SHORT: Final = re.compile(r"1[02]\d{3,4}|11[0-9]|12[0-9]|9[56]\d{3,6}")
_SEPARATORS: Final = str.maketrans("", "", " -.()/\u00a0\u3000\u2013\u2014（）－")
_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９＋＊＃", "0123456789+*#")
_DIALABLE: Final = re.compile(r"\+?[0-9*#]{1,32}")


class NotAPhoneNumber(BanjieError):
    """The text cannot be read as a number that could be dialled."""

    code: ClassVar[str] = "base.not_a_phone_number"

    def __init__(self, why: str) -> None:
        super().__init__(f"this is not a phone number: {why}")  # the text itself may be personal


class NumberKind(StrEnum):
    MOBILE = "mobile"
    FIXED = "fixed"
    SERVICE = "service"  # 400 and 800 lines
    SHORT = "short"  # 110, 10086, 12345, 95588, 96110
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber:
    """`national` is as dialled within China, with the 0 of a fixed line; of a foreign number it is `e164`."""

    e164: str  # "+" and at most 15 digits
    national: str
    kind: NumberKind
    area_code: str | None = None  # of a fixed line, without the 0: "10", "755"


def is_dialable(text: str) -> bool:
    """Tell whether a keypad could dial this: digits, `*`, `#`, a leading `+`, 32 at most."""
    return _DIALABLE.fullmatch(text) is not None and text.isascii()


def parse_number(text: str, *, area_code: str | None = None) -> PhoneNumber:
    """Read a number as dialled or as shown by a carrier.

    Args:
        text: spaces, hyphens, brackets and full-width digits are allowed; prefixes +86, 0086 and 86 too.
        area_code: of the city we are in, without 0; lets a fixed line be written without its own.

    Raises:
        NotAPhoneNumber: it is no number, or none of these kinds.
    """
    digits = text.translate(_FULL_WIDTH).translate(_SEPARATORS)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    international = digits.startswith("+")
    digits = digits.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise NotAPhoneNumber("it holds more than digits")
    if international:
        if not digits.startswith(COUNTRY):
            return _foreign(digits)
        digits = digits.removeprefix(COUNTRY)
    number = _national(digits, area_code)
    if number is None and not international and digits.startswith(COUNTRY):
        number = _national(digits.removeprefix(COUNTRY), None)
    if number is None:
        raise NotAPhoneNumber(f"{len(digits)} digits that no plan knows")
    return number


def find_number(text: str, *, area_code: str | None = None) -> PhoneNumber | None:
    """Like `parse_number`; None for "anonymous", an extension, and whatever else is no number."""
    try:
        return parse_number(text, area_code=area_code)
    except NotAPhoneNumber:
        return None


def print_number(number: PhoneNumber) -> str:
    """Write it the way people read it: 138 1234 5678, 010-66554433, 400-000-0001, +852 …."""
    text = number.national
    match number.kind:
        case NumberKind.MOBILE:
            return f"{text[:3]} {text[3:7]} {text[7:]}"
        case NumberKind.FIXED:
            split = 1 + len(number.area_code or "")
            return f"{text[:split]}-{text[split:]}"
        case NumberKind.SERVICE:
            return f"{text[:3]}-{text[3:6]}-{text[6:]}"
        case NumberKind.SHORT | NumberKind.FOREIGN:
            return text


def _national(digits: str, area_code: str | None) -> PhoneNumber | None:
    if _MOBILE.fullmatch(digits):
        return _chinese(digits, digits, NumberKind.MOBILE)
    if digits.startswith("0") and _MOBILE.fullmatch(digits[1:]):  # 0 before a mobile of another city
        return _chinese(digits[1:], digits[1:], NumberKind.MOBILE)
    if _SERVICE.fullmatch(digits):
        return _chinese(digits, digits, NumberKind.SERVICE)
    if _SHORT.fullmatch(digits):
        return _chinese(digits, digits, NumberKind.SHORT)
    fixed = _fixed(digits.removeprefix("0"))
    if fixed is None and area_code is not None and not digits.startswith("0"):
        fixed = _fixed(area_code.removeprefix("0") + digits)
    return fixed


def _fixed(digits: str) -> PhoneNumber | None:
    """Area code and subscriber, without the 0."""
    area = digits[:2] if digits[:2] in _TWO_DIGIT_AREAS else digits[:3]
    subscriber = digits[len(area) :]
    if not _SUBSCRIBER.fullmatch(subscriber):
        return None
    is_area = len(subscriber) == 8 if len(area) == 2 else area[0] in "3456789" and area not in _NO_AREAS
    if not is_area:
        return None
    return _chinese(area + subscriber, "0" + area + subscriber, NumberKind.FIXED, area)


def _chinese(digits: str, national: str, kind: NumberKind, area_code: str | None = None) -> PhoneNumber:
    return PhoneNumber(e164=f"+{COUNTRY}{digits}", national=national, kind=kind, area_code=area_code)


def _foreign(digits: str) -> PhoneNumber:
    if not 7 <= len(digits) <= 15 or digits.startswith("0"):
        raise NotAPhoneNumber("an international number has 7 to 15 digits and starts with a country code")
    return PhoneNumber(e164=f"+{digits}", national=f"+{digits}", kind=NumberKind.FOREIGN)
