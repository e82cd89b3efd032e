"""The number shown to whom we call is one that can be called back; a 400 number never is (features A13)."""

import pytest

from banjie.config import InvalidSetting, read_settings

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("number", ["4000000001", "400-000-0001", "8008100000", "+86 400 000 0001"])
def test_a_400_number_is_not_shown(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    monkeypatch.setenv("BANJIE_OUTBOUND_CALLER", number)
    with pytest.raises(InvalidSetting, match="BANJIE_OUTBOUND_CALLER"):
        read_settings()


@pytest.mark.parametrize("number", ["", "01066668888", "13800001234", "95588"])
def test_others_are(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    monkeypatch.setenv("BANJIE_OUTBOUND_CALLER", number)
    assert read_settings().outbound_caller == number
