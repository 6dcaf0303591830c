"""An execution as a tree, from histories as the API reference has them (HistoryEvent)."""

import json
from datetime import UTC, datetime, timedelta

from glue_client.execution_view import ABORTED, CAUGHT, FAILED, RUNNING, SUCCEEDED, Execution, reason

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def event(number, kind, before, **details):
    return {"id": number, "type": kind, "previousEventId": before, "timestamp": BEGAN + timedelta(seconds=number),
            **details}  # fmt: skip


def entered(number, kind, before, name):
    return event(number, f"{kind}StateEntered", before, stateEnteredEventDetails={"name": name})


def left(number, kind, before, name):
    return event(number, f"{kind}StateExited", before, stateExitedEventDetails={"name": name})


def scheduled(number, before, **parameters):
    return event(number, "TaskScheduled", before, taskScheduledEventDetails={"parameters": json.dumps(parameters)})


def failed(number, before, error, cause):
    return event(number, "TaskFailed", before, taskFailedEventDetails={"error": error, "cause": cause})


def iteration(number, how, before, index):
    details = {"name": "Gold", "index": index}
    return event(number, f"MapIteration{how}", before, **{f"mapIteration{how}EventDetails": details})


def taken(*events):
    execution = Execution()
    execution.changes([event(1, "ExecutionStarted", 0), *events])
    return execution


def shape(execution):
    return [(depth, step.label, step.state) for depth, step in execution.walk()]


def test_branches_stand_below_their_state_and_what_follows_beside_it():
    execution = taken(
        entered(2, "Parallel", 0, "Both"),
        event(3, "ParallelStateStarted", 2),
        entered(4, "Task", 3, "Left"),
        scheduled(5, 4, JobName="l"),
        entered(6, "Task", 3, "Right"),
        scheduled(7, 6, JobName="r"),
        event(8, "TaskSucceeded", 7),
        left(9, "Task", 8, "Right"),
        entered(10, "Pass", 9, "After right"),
        left(11, "Pass", 10, "After right"),
        event(12, "TaskSucceeded", 5),
        left(13, "Task", 12, "Left"),
        event(14, "ParallelStateSucceeded", 13),
        left(15, "Parallel", 14, "Both"),
        entered(16, "Pass", 15, "Last"),
    )
    assert shape(execution) == [
        (0, "Both", SUCCEEDED),
        (1, "Left (l)", SUCCEEDED),
        (1, "Right (r)", SUCCEEDED),
        (1, "After right", SUCCEEDED),
        (0, "Last", RUNNING),
    ]
    both = execution.top[0]
    assert both.seconds(BEGAN) == 13.0
    assert execution.failed == []


def test_iterations_are_told_apart_by_what_their_jobs_are_given_and_a_caught_error_is_said():
    cause = json.dumps({"JobName": "gold", "JobRunState": "FAILED", "ErrorMessage": "no such table\nmore"})
    execution = taken(
        entered(2, "Map", 0, "Gold"),
        event(3, "MapStateStarted", 2, mapStateStartedEventDetails={"length": 2}),
        iteration(4, "Started", 3, 0),
        entered(5, "Task", 4, "Make"),
        iteration(6, "Started", 3, 1),
        entered(7, "Task", 6, "Make"),
        scheduled(8, 5, JobName="gold", Arguments={"--name": "stocks"}),
        scheduled(9, 7, JobName="gold", Arguments={"--name": "ratings"}),
        event(10, "TaskSubmitted", 9, taskSubmittedEventDetails={"output": json.dumps({"JobRunId": "jr_1"})}),
        failed(11, 10, "States.TaskFailed", cause),
        iteration(12, "Failed", 11, 1),
        event(13, "TaskStateAborted", 8),
        iteration(14, "Aborted", 13, 0),
        event(15, "MapStateFailed", 14),
        left(16, "Map", 15, "Gold"),
        entered(17, "Fail", 16, "Failed"),
        event(18, "ExecutionFailed", 17, executionFailedEventDetails={}),
    )
    assert shape(execution) == [
        (0, "Gold", CAUGHT),
        (1, "Make (gold stocks)", ABORTED),
        (1, "Make (gold ratings)", FAILED),
        (0, "Failed", FAILED),
    ]
    (bad,) = execution.failed
    assert (bad.job, bad.run_id, reason(bad)) == ("gold", "jr_1", "no such table\nmore")


def test_a_task_that_is_tried_again_counts_its_attempts_and_a_loop_its_visits():
    execution = taken(
        entered(2, "Task", 0, "Crawl"),
        scheduled(3, 2, Name="c"),
        failed(4, 3, "Glue.Throttling", "slow down"),
        scheduled(5, 4, Name="c"),
        event(6, "TaskSucceeded", 5),
        left(7, "Task", 6, "Crawl"),
        entered(8, "Wait", 7, "Wait"),
        left(9, "Wait", 8, "Wait"),
        entered(10, "Choice", 9, "Over?"),
        left(11, "Choice", 10, "Over?"),
        entered(12, "Wait", 11, "Wait"),
        left(13, "Wait", 12, "Wait"),
    )
    steps = {step.name: step for _, step in execution.walk()}
    assert (steps["Crawl"].attempts, steps["Crawl"].state) == (2, SUCCEEDED)
    assert (steps["Wait"].visits, steps["Wait"].state) == (2, SUCCEEDED)
    assert list(steps) == ["Crawl", "Wait", "Over?"]


def test_the_cause_of_an_error_that_is_no_job_s_is_told_in_its_own_words():
    execution = taken(
        entered(2, "Task", 0, "Start"),
        scheduled(3, 2, JobName="a"),
        failed(4, 3, "Glue.AccessDeniedException", "User: x may not"),
        event(5, "ExecutionFailed", 4, executionFailedEventDetails={}),
    )
    (bad,) = execution.failed
    assert (reason(bad), bad.run_id) == ("Glue.AccessDeniedException: User: x may not", "")


def test_what_still_ran_when_the_execution_was_stopped_was_aborted():
    execution = taken(
        entered(2, "Task", 0, "Long"),
        scheduled(3, 2, JobName="a"),
        event(4, "ExecutionAborted", 3, executionAbortedEventDetails={}),
    )
    assert shape(execution) == [(0, "Long (a)", ABORTED)]


def test_where_no_predecessors_are_told_events_follow_one_another():
    events = [entered(2, "Pass", 0, "A"), left(3, "Pass", 0, "A"), entered(4, "Pass", 0, "B"), left(5, "Pass", 0, "B")]
    execution = taken(*({key: value for key, value in one.items() if key != "previousEventId"} for one in events))
    assert shape(execution) == [(0, "A", SUCCEEDED), (0, "B", SUCCEEDED)]
