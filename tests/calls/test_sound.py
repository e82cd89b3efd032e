"""How well a call is heard. The browser's rule is tested on the same figures: `web/src/features/calls/quality.test.ts`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.calls.sound import MOS_MIN, mos_of

pytestmark = pytest.mark.unit

# Loss ratio, jitter in ms, round trip in ms, and what the formulas give by hand.
FIGURES = [
    (0.0, 0.0, None, 4.40),
    (0.0, 5.0, 60.0, 4.37),
    (0.01, 5.0, 60.0, 4.30),
    (0.03, 10.0, 100.0, 4.06),
    (0.05, 20.0, 200.0, 3.76),
    (0.10, 30.0, 300.0, 2.83),
    (0.30, 60.0, 800.0, 1.0),
    (1.0, 0.0, 0.0, 1.17),
]


@pytest.mark.parametrize(("loss_ratio", "jitter_ms", "round_trip_ms", "mos"), FIGURES)
def test_the_score_is_that_of_the_e_model(
    loss_ratio: float, jitter_ms: float, round_trip_ms: float | None, mos: float
) -> None:
    assert mos_of(loss_ratio=loss_ratio, jitter_ms=jitter_ms, round_trip_ms=round_trip_ms) == pytest.approx(
        mos, abs=0.01
    )


@given(
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 500),
    st.floats(0, 500),
    st.floats(0, 5000),
    st.floats(0, 5000),
)
def test_worse_packets_never_make_a_better_score(
    loss: float, more_loss: float, jitter: float, more_jitter: float, trip: float, longer: float
) -> None:
    good = mos_of(loss_ratio=loss, jitter_ms=jitter, round_trip_ms=trip)
    worse = mos_of(loss_ratio=loss + more_loss, jitter_ms=jitter + more_jitter, round_trip_ms=trip + longer)

    assert MOS_MIN <= worse <= good + 0.02  # G.107's own cubic dips by that much at its very bottom
    assert good <= 4.41
