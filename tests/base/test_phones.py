"""Numbers as they are dialled, read into one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.phones import (
    NotAPhoneNumber,
    NumberKind,
    find_number,
    is_dialable,
    parse_number,
    print_number,
)

pytestmark = pytest.mark.unit

K = NumberKind


@pytest.mark.parametrize(
    ("text", "e164", "kind", "printed"),
    [
        ("13812345678", "+8613812345678", K.MOBILE, "138 1234 5678"),
        ("138 1234-5678", "+8613812345678", K.MOBILE, "138 1234 5678"),
        ("+86 138 1234 5678", "+8613812345678", K.MOBILE, "138 1234 5678"),
        ("008613812345678", "+8613812345678", K.MOBILE, "138 1234 5678"),
        ("8613812345678", "+8613812345678", K.MOBILE, "138 1234 5678"),
        ("013812345678", "+8613812345678", K.MOBILE, "138 1234 5678"),
        ("１３８１２３４５６７８", "+8613812345678", K.MOBILE, "138 1234 5678"),
        ("19912345678", "+8619912345678", K.MOBILE, "199 1234 5678"),
        ("010-66554433", "+861066554433", K.FIXED, "010-66554433"),
        ("(010) 6655 4433", "+861066554433", K.FIXED, "010-66554433"),
        ("（0755）25551234", "+8675525551234", K.FIXED, "0755-25551234"),
        ("03112345678", "+863112345678", K.FIXED, "0311-2345678"),
        ("+86 10 6655 4433", "+861066554433", K.FIXED, "010-66554433"),
        ("861066554433", "+861066554433", K.FIXED, "010-66554433"),
        ("02166554433", "+862166554433", K.FIXED, "021-66554433"),
        ("400-000-0001", "+864000000001", K.SERVICE, "400-000-0001"),
        ("8008101234", "+868008101234", K.SERVICE, "800-810-1234"),
        ("95588", "+8695588", K.SHORT, "95588"),
        ("9558801", "+869558801", K.SHORT, "9558801"),
        ("12345", "+8612345", K.SHORT, "12345"),
        ("10086", "+8610086", K.SHORT, "10086"),
        ("110", "+86110", K.SHORT, "110"),
        ("+852 9123 4567", "+85291234567", K.FOREIGN, "+85291234567"),
        ("0085291234567", "+85291234567", K.FOREIGN, "+85291234567"),
        ("+1 (212) 555-0100", "+12125550100", K.FOREIGN, "+12125550100"),
    ],
)
def test_every_way_of_writing_is_one_number(text: str, e164: str, kind: NumberKind, printed: str) -> None:
    number = parse_number(text)

    assert (number.e164, number.kind, print_number(number)) == (e164, kind, printed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anonymous",
        "1001",
        "12812345678",  # no mobile begins so
        "1381234567",
        "138123456789",
        "02612345678",  # no area 026
        "0101234567",  # Beijing has eight digits
        "0755155512345",
        "66554433",  # no area code
        "+0123456789",
        "+12345",
        "+1234567890123456",
        "+86",
        "1381234567٣",
        "138²2345678",
        "*98",
        "138123\n45678",
    ],
)
def test_what_is_no_number_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(NotAPhoneNumber) as refused:
        parse_number(text)

    assert find_number(text) is None
    assert len(text) < 3 or text not in str(refused.value)


def test_the_city_completes_a_local_number_and_changes_no_other() -> None:
    assert parse_number("66554433", area_code="10").e164 == "+861066554433"
    assert parse_number("2555123", area_code="311").e164 == "+863112555123"
    assert parse_number("25551234", area_code="0755").area_code == "755"
    assert parse_number("13812345678", area_code="10").kind is K.MOBILE
    assert parse_number("95588", area_code="10").kind is K.SHORT


def digits(*heads: str, more: int) -> st.SearchStrategy[str]:
    """One of some beginnings, and so many digits more."""
    tails = st.integers(0, 10**more - 1).map(lambda n: f"{n:0{more}d}")
    return st.builds(str.__add__, st.sampled_from(heads), tails)


numbers = st.one_of(
    digits("13", "17", "19", more=9),
    digits("0102", "0218", "0295", more=7),
    digits("03112", "07558", "08995", "06628", more=6),
    digits("03112", "07558", "08995", "06628", more=7),
    digits("400", "800", more=7),
    digits("+8529", "+12", "+447", more=8),
)


@given(numbers)
def test_what_is_printed_e164_or_national_reads_as_the_same_number(text: str) -> None:
    number = parse_number(text)

    assert parse_number(number.e164) == number
    assert parse_number(number.national) == number
    assert parse_number(print_number(number)) == number


@given(st.text(max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    number = find_number(text)

    if number is not None:
        assert number.e164[0] == "+"
        assert number.e164[1:].isascii()
        assert number.e164[1:].isdigit()
        assert len(number.e164) <= 16


@pytest.mark.parametrize("text", ["4000000001", "+8610086", "*98#", "0", "1" * 32])
def test_a_keypad_dials_digits_star_hash_and_a_leading_plus(text: str) -> None:
    assert is_dialable(text)


@pytest.mark.parametrize("text", ["", "+", "1 0", "sip:1001", "٣", "1" * 33, "1\n", "1+2"])
def test_a_keypad_dials_nothing_else(text: str) -> None:
    assert not is_dialable(text)
