"""NotifyDelayAfter: who is told of, when, and how often."""

import asyncio

from local_aws.emulator import Scope
from local_aws.glue.jobs.delay_notice import DelayNotices
from local_aws.glue.model import JobRun

SCOPE = Scope("000000000000", "eu-west-1")


def run_of(state, minutes=1):
    notification = None if minutes is None else {"NotifyDelayAfter": minutes}
    return JobRun("jr_1", "job", state, StartedOn=0.0, LastModifiedOn=0.0, NotificationProperty=notification)


def told(*steps, minutes=1):
    """The states told of when a run goes through these; "late" stands for the time that passes."""

    async def play():
        seen = []
        late = asyncio.Event()

        def tell(_scope, run):
            seen.append(run.JobRunState)

        notices = DelayNotices(tell, minute_s=0.0)
        notices.watch(SCOPE, run_of("STARTING", minutes))
        for step in steps:
            if step == "late":
                asyncio.get_running_loop().call_later(0.0, late.set)  # behind the notice's own timer
                await late.wait()
            elif step == "over":
                notices.forget("jr_1")
            else:
                notices.changed(SCOPE, run_of(step, minutes))
        return list(seen)  # a timer may still fire as the loop closes

    return asyncio.run(play())


def test_a_late_run_is_told_of_once_for_each_state():
    assert told("RUNNING", "late", "RUNNING", "STOPPING", "STOPPING", "STOPPED") == ["RUNNING", "STOPPING"]


def test_a_run_that_is_late_before_it_runs_is_told_of_three_times():
    assert told("late", "RUNNING", "STOPPING") == ["STARTING", "RUNNING", "STOPPING"]


def test_nothing_is_told_before_the_time():
    assert told("RUNNING", "STOPPING") == []


def test_a_run_that_is_over_in_time_is_not_told_of():
    assert told("RUNNING", "over", "late") == []


def test_a_run_without_notification_is_not_told_of():
    assert told("late", "RUNNING", minutes=None) == []
