"""RFC 4028's table of who refreshes, and how often."""

import pytest

from banjie.sip.errors import Malformed
from banjie.sip.model import Headers, Request, Response
from banjie.sip.session_timers import (
    Refreshment,
    TooSmall,
    agreed_as_client,
    agreed_as_server,
    lines_as_server,
)

pytestmark = pytest.mark.unit


def invite(**headers: str) -> Request:
    return Request("INVITE", "sip:a@b", Headers((k.replace("_", "-"), v) for k, v in headers.items()))


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (invite(), Refreshment(interval_s=1800, ours=True)),
        (invite(Supported="timer"), Refreshment(interval_s=1800, ours=False)),
        (invite(Supported="timer", Session_Expires="600"), Refreshment(interval_s=600, ours=False)),
        (
            invite(Supported="timer", Session_Expires="600;refresher=uas"),
            Refreshment(interval_s=600, ours=True),
        ),
        (invite(Supported="timer", x="600;Refresher=UAC"), Refreshment(interval_s=600, ours=False)),
        (invite(Session_Expires="600;refresher=uac"), Refreshment(interval_s=600, ours=True)),
        (invite(Supported="timer", Session_Expires="7200"), Refreshment(interval_s=1800, ours=False)),
        (
            invite(Supported="timer", Session_Expires="7200", Min_SE="3600"),
            Refreshment(interval_s=3600, ours=False),
        ),
        (invite(Supported="timer", Session_Expires="60"), TooSmall(min_se_s=90)),
        (invite(Session_Expires="60"), Refreshment(interval_s=90, ours=True)),
    ],
)
def test_what_is_agreed_with_a_caller(request_: Request, expected: Refreshment | TooSmall) -> None:
    assert agreed_as_server(request_, wish_s=1800, least_s=90) == expected


def test_a_caller_that_can_must_and_one_that_cannot_need_not_know() -> None:
    agreed = Refreshment(interval_s=600, ours=False)
    assert lines_as_server(invite(Supported="100rel, Timer"), agreed).startswith("Require: timer\r\n")
    assert "Require" not in lines_as_server(invite(), agreed)


def test_what_a_callee_says_is_kept_to() -> None:
    def said(value: str | None) -> Refreshment | None:
        return agreed_as_client(Response(200, "OK", Headers([("Session-Expires", value)] if value else [])))

    assert said(None) is None
    assert said("600;refresher=uas") == Refreshment(interval_s=600, ours=False)
    assert said("600;refresher=uac") == Refreshment(interval_s=600, ours=True)
    assert said("10") == Refreshment(interval_s=90, ours=True)
    with pytest.raises(Malformed):
        said("soon")


def test_the_end_comes_before_the_interval_does() -> None:
    assert Refreshment(interval_s=1800, ours=True).expires_after_s == 1768
    assert Refreshment(interval_s=90, ours=True).expires_after_s == 60
    assert Refreshment(interval_s=90, ours=True).refresh_after_s == 45
