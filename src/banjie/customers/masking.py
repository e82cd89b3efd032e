"""Numbers as shown to those who may not see them: 138****1234.

Laws: four digits of a number are hidden, or at least half of what is no known number; masking what is masked changes nothing; short public numbers (95588, 12345) and words (anonymous) are nobody's secret and stay.
"""

from typing import Final

from banjie.base.phones import NumberKind, PhoneNumber, find_number

_STARS: Final = "****"


def mask_number(text: str) -> str:
    """Hide the middle of a number, whatever way it is written."""
    number = find_number(text)
    if number is not None:
        return _mask_known(number)
    if not any(c.isdigit() for c in text) or _STARS in text:
        return text
    return _mask_unknown(text)


def _mask_known(number: PhoneNumber) -> str:
    text = number.national
    match number.kind:
        case NumberKind.MOBILE:  # 138****1234
            return text[:3] + _STARS + text[-4:]
        case NumberKind.FIXED:  # 010-****4433, 0755-****567
            area = 1 + len(number.area_code or "")
            return f"{text[:area]}-{_STARS}{text[area + 4 :]}"
        case NumberKind.SERVICE:  # 400****001
            return text[:3] + _STARS + text[-3:]
        case NumberKind.SHORT:
            return text
        case NumberKind.FOREIGN:  # +852****4567
            return _mask_unknown(text)


def _mask_unknown(text: str) -> str:
    """Show at most half: a quarter at each end, four characters at most."""
    shown = min(len(text) // 4, 4)
    if shown == 0:
        return "*" * len(text)
    return text[:shown] + _STARS + text[-shown:]
