"""lakejobs.concurrent: work begun at once."""

import threading
import time

import pytest
from lakejobs.concurrent import at_once

WAIT_S = 30


def test_returns_what_each_does_in_their_order():
    def slow():
        time.sleep(0.1)
        return "slow"

    assert at_once(slow, lambda: "quick") == ["slow", "quick"]


def test_all_go_on_at_the_same_time():
    meeting = threading.Barrier(3)
    found = at_once(*[lambda: meeting.wait(WAIT_S)] * 3)  # broken, where one waits for another to end
    assert sorted(found) == [0, 1, 2]


def test_the_error_is_the_first_in_their_order_and_comes_when_all_have_ended():
    ended = []

    def slow():
        time.sleep(0.2)
        ended.append("slow")
        raise ValueError("of the slow one")

    def quick():
        raise TypeError("of the quick one")

    def good():
        time.sleep(0.3)
        ended.append("good")

    with pytest.raises(ValueError, match="of the slow one"):
        at_once(slow, quick, good)
    assert ended == ["slow", "good"]
