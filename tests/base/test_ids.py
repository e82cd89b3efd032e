"""Identifiers are unique and of one shape."""

import pytest

from banjie.base.ids import new_id

pytestmark = pytest.mark.unit


def test_ids_differ_and_are_32_hex_digits() -> None:
    ids = {new_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert all(len(i) == 32 and int(i, 16) >= 0 for i in ids)
