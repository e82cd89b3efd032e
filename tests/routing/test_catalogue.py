"""The lists agents choose from: what may stand in them, what is offered of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.routing.catalogue import Code, choices, code_faults, offered

pytestmark = pytest.mark.unit

NAME = {"zh": "名", "en": "name"}


def code(code: str, parent: str | None = None, *, is_active: bool = True) -> Code:
    return Code(code=code, name=NAME, parent=parent, is_active=is_active)


ACCOUNT, BALANCE, OTHER = code("account"), code("balance", "account"), code("other")
TREE = [ACCOUNT, BALANCE, OTHER]


def fields(*faults: object) -> list[str]:
    return [fault.field for fault in faults]  # type: ignore[attr-defined]


def test_only_the_lowest_level_can_be_chosen_and_nothing_below_what_is_closed() -> None:
    assert choices(TREE) == {"balance", "other"}
    closed = [replace(ACCOUNT, is_active=False), BALANCE, OTHER]
    assert offered(closed) == [OTHER]
    assert choices(closed) == {"other"}
    # A group whose last child is closed is chosen itself.
    assert choices([ACCOUNT, replace(BALANCE, is_active=False)]) == {"account"}


@pytest.mark.parametrize(
    ("given_code", "is_new", "wrong"),
    [
        (code("new"), True, []),
        (code("new", "account"), True, []),
        (OTHER, False, []),
        (OTHER, True, ["code"]),
        (code("no blank"), True, ["code"]),
        (code(""), True, ["code"]),
        (code("a" * 41), True, ["code"]),
        (code("acw_timed_out"), True, ["code"]),
        (code("Warm-up"), True, ["code"]),
        (code("new", "nowhere"), True, ["parent"]),
        (code("new", "new"), True, ["parent"]),
        (replace(ACCOUNT, parent="balance"), False, ["parent"]),
        (replace(ACCOUNT, parent="account"), False, ["parent"]),
        (replace(OTHER, name={"zh": " ", "en": ""}), False, ["name.zh"]),
        (replace(OTHER, name={"zh": "x" * 81}), False, ["name.zh"]),
        (replace(OTHER, name={"en": "two\nlines"}), False, ["name.en"]),
    ],
)
def test_a_code_says_what_is_wrong_with_it(given_code: Code, is_new: bool, wrong: list[str]) -> None:
    assert fields(*code_faults(given_code, TREE, is_new=is_new)) == wrong


def test_the_last_that_can_be_chosen_is_not_closed() -> None:
    assert fields(*code_faults(replace(OTHER, is_active=False), [OTHER], is_new=False)) == ["is_active"]
    assert fields(*code_faults(replace(OTHER, is_active=False), TREE, is_new=False)) == []


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.booleans()), max_size=12))
def test_what_is_kept_never_goes_in_circles_and_always_leaves_a_choice(
    acts: list[tuple[str, str, bool]],
) -> None:
    codes = [code("a")]
    for name, parent, is_active in acts:
        wanted = code(name, None if parent == name else parent, is_active=is_active)
        is_new = all(known.code != name for known in codes)
        if not code_faults(wanted, codes, is_new=is_new):
            codes = [*(known for known in codes if known.code != name), wanted]
        assert choices(codes) <= {known.code for known in offered(codes)}
        assert choices(codes)
        by_code = {known.code: known for known in codes}
        for known in codes:
            above, steps = known.parent, 0
            while above is not None:
                above, steps = by_code[above].parent, steps + 1
                assert steps <= len(codes)
