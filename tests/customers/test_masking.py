"""Numbers as agents see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.customers.masking import mask_number

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+8613812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("01066554433", "010-****4433"),
        ("0755-25551234", "0755-****1234"),
        ("03112345678", "0311-****678"),
        ("4000000001", "400****001"),
        ("+85291234567", "+85****567"),
        ("95588", "95588"),
        ("anonymous", "anonymous"),
        ("", ""),
        ("1001", "1****1"),
        ("101", "***"),
        ("66554433", "66****33"),
        ("*13812345678", "*13****678"),
    ],
)
def test_the_middle_is_hidden(text: str, masked: str) -> None:
    assert mask_number(text) == masked


@given(st.from_regex(r"(\+86|0)?1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_never_shows_its_middle(text: str) -> None:
    masked = mask_number(text)

    assert masked.count("*") == 4
    assert sum(c.isdigit() for c in masked) == 7


@given(st.from_regex(r"\+?[0-9]{1,20}", fullmatch=True))
def test_masking_twice_is_masking_once_and_no_whole_number_is_shown(text: str) -> None:
    masked = mask_number(text)

    assert mask_number(masked) == masked
    assert masked == text or "*" in masked
    assert masked != text or len(text.lstrip("+0")) <= 10  # only short public numbers stay
