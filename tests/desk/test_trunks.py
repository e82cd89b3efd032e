"""Trunks over HTTP: kept by administrators, those of the settings shown only, passwords never told."""

import pytest

from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk

pytestmark = pytest.mark.unit

CARRIER = {"name": "carrier", "servers": ["192.0.2.7"], "username": "bank", "password": "zanzibar"}


async def test_a_trunk_is_connected_changed_and_closed(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    made = await admin.post("/api/trunks", json=CARRIER)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["has_password"], told["state"][0]["is_up"]) == (True, True)
    path = f"/api/trunks/{told['trunk_id']}"
    body = {key: value for key, value in CARRIER.items() if key != "password"}

    changed = await admin.put(path, json={**body, "servers": ["192.0.2.8"], "has_in_band_digits": True})
    assert changed.json()["has_password"]
    assert desk.trunks.kept[told["trunk_id"]].password == "zanzibar"  # left out: as it was
    assert desk.audit.entries[-1].changes == {
        "servers": ("192.0.2.7", "192.0.2.8"),
        "has_in_band_digits": ("no", "yes"),
    }
    # Another name with the old password would try it on somebody else's account.
    renamed = await admin.put(path, json={**body, "username": "other"})
    assert [fault["field"] for fault in renamed.json()["faults"]] == ["password"]
    await admin.put(path, json={**body, "servers": ["192.0.2.8"], "password": "new one", "is_active": False})
    assert desk.audit.entries[-1].changes["password"] == ("", "***")
    listed = (await admin.get("/api/trunks")).json()
    assert [(one["name"], one["trunk_id"] is None, one["is_active"]) for one in listed] == [
        ("loopback", True, True),
        ("carrier", False, False),
    ]
    everything = repr(desk.audit.entries) + str(listed) + made.text + changed.text
    assert "zanzibar" not in everything
    assert "new one" not in everything


async def test_a_trunk_fits_in_with_the_others_and_with_those_of_the_settings(sign_in: SignIn) -> None:
    admin = await sign_in("admin")
    for wrong, field in (
        ({"name": "loopback"}, "name"),
        ({"networks": ["127.0.0.0/8"]}, "networks"),
        ({"servers": ["nowhere at all"]}, "servers"),
    ):
        reply = await admin.post("/api/trunks", json={**CARRIER, **wrong})
        assert [fault["field"] for fault in reply.json()["faults"]] == [field]
    assert (await admin.put("/api/trunks/none", json=CARRIER)).json()["code"] == "sip.no_such_trunk"
    assert (await (await sign_in("2001")).get("/api/trunks")).status_code == 403
