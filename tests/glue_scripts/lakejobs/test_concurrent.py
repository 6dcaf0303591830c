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


def test_the_last_stays_in_the_thread_of_the_caller_and_the_others_do_not():
    first, second, last = at_once(*[threading.get_ident] * 2, threading.get_ident)
    assert last == threading.get_ident()
    assert last not in (first, second)
    assert at_once(threading.get_ident) == [last]


@pytest.mark.parametrize(
    ("fails", "told"), [((0, 1, 2), "2"), ((0, 1), "0"), ((1,), "1")], ids=["all", "the others", "one"]
)
def test_an_error_comes_when_all_have_ended(fails, told):
    ended = []

    def work(number):
        time.sleep(0.3 - number / 10)  # the last ends first
        ended.append(number)
        if number in fails:
            raise ValueError(number)

    with pytest.raises(ValueError, match=told):
        at_once(*[lambda number=number: work(number) for number in range(3)])
    assert sorted(ended) == [0, 1, 2]
