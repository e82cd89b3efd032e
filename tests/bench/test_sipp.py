"""What SIPp's last screen tells is read right, whichever side it was."""

import pytest
from bench.sipp import counted, messages_sent_again, refused, told

pytestmark = pytest.mark.unit

CALLING = """
------------------------------ Scenario Screen -------- [1-9]: Change Screen --
                                 Messages  Retrans   Timeout   Unexpected-Msg
      INVITE ---------->         800       7         0
         100 <----------         0         0         0         0
         200 <----------  E-RTD1 800       3         0         0
         ACK ---------->         800       3
       Pause [   500ms]          800                           0
         BYE ---------->         800       1         0
------------------------------ Test Terminated --------------------------------
  Successful call        |        4                  |      798
  Failed call            |        0                  |        2
"""
CALLED = """
------------------------------ Scenario Screen -------- [1-9]: Change Screen --
  ----------> INVITE             200       5         0         0
  <---------- 180                200       0
  <---------- 200                200       2         0
  ----------> ACK         E-RTD1 200       1         0         0
  [   4000ms] Pause              200                           0
"""


@pytest.mark.parametrize(("screen", "sent_again"), [(CALLING, 14), (CALLED, 8)])
def test_what_either_side_sent_again_is_summed(screen: str, sent_again: int) -> None:
    assert messages_sent_again(screen) == sent_again


def test_the_last_of_two_screens_counts() -> None:
    assert messages_sent_again(CALLING + CALLED) == 8


def test_calls_are_counted_cumulatively() -> None:
    assert (counted(CALLING, "Successful call"), counted(CALLING, "Failed call")) == (798, 2)


def test_calls_that_were_turned_away_are_counted() -> None:
    turned_away = "         503 <----------         37        0         0         0\n"

    assert refused(CALLING) == 0
    assert refused(CALLING + turned_away) == 37


def test_a_screen_without_figures_is_no_success() -> None:
    with pytest.raises(ValueError, match="no messages"):
        messages_sent_again("Error: bind failed")


def test_a_callers_last_word_is_his_fate_and_who_asked_to_be_called_back_is_known_apart() -> None:
    found = told("138a calls\n138b calls\n138a asked\n138c calls\n138a hung_up_on\n138c asked\n")

    assert found.fates == {"138a": "hung_up_on", "138b": "calls", "138c": "calls"}
    assert found.asked == {"138a", "138c"}
