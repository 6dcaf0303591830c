"""What the history of an execution tells of branches and iterations, and what ends with an error in one of them.

The events and their order are those of Step Functions' API reference (HistoryEvent).
"""

import json

import pytest

from tests.local_aws.aws_server import unique, wait_until
from tests.local_aws.step_functions.test_state_machines import (
    SLEEPS,
    ended,
    machine,
    one,
    run,
    start,
    states,
    task,
    the_run,
)

__all__ = ["states"]  # a fixture

PASS, FAIL = {"Type": "Pass", "End": True}, {"Type": "Fail", "Error": "Mine", "Cause": "because"}


def branch(name, state):
    return {"StartAt": name, "States": {name: state}}


def parallel(*branches, **more):
    return {"Type": "Parallel", "Branches": list(branches), "End": True, **more}


def over(items, state, **more):
    processor = {"ProcessorConfig": {"Mode": "INLINE"}, **branch("Each", state)}
    return {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor, "End": True, **more}, {"items": items}


def events(states, execution):
    return states.get_execution_history(executionArn=execution["executionArn"], maxResults=1000)["events"]


def said(event):
    """`TaskStateEntered Left`, or the type alone."""
    details = event.get("stateEnteredEventDetails") or event.get("stateExitedEventDetails") or {}
    return " ".join([event["type"], *([details["name"]] if details else [])])


def leading_to(found, event):
    """The events from the first to this one, each led to by the one before it."""
    by_id = {one["id"]: one for one in found}
    line = []
    while event:
        line.append(said(event))
        event = by_id.get(event.get("previousEventId", 0))
    return line[::-1]


def test_each_event_says_which_one_led_to_it(local_aws, states):
    both = parallel(branch("Left", PASS), branch("Right", PASS), Next="Last")
    del both["End"]
    definition = {"StartAt": "Both", "States": {"Both": both, "Last": {"Type": "Succeed"}}}
    found = events(states, run(states, machine(local_aws, definition)))
    assert [one["id"] for one in found] == list(range(1, len(found) + 1))
    (left,) = [one for one in found if said(one) == "PassStateExited Left"]
    start = ["ParallelStateEntered Both", "ParallelStateStarted"]
    assert leading_to(found, left) == [*start, "PassStateEntered Left", "PassStateExited Left"]
    assert leading_to(found, found[-1])[-5:] == [
        "ParallelStateSucceeded",
        "ParallelStateExited Both",
        "SucceedStateEntered Last",
        "SucceedStateExited Last",
        "ExecutionSucceeded",
    ]


def test_iterations_are_told_with_their_number(local_aws, states):
    state, given = over(["a", "b"], PASS)
    found = events(states, run(states, machine(local_aws, one(state)), given))
    (started,) = [each for each in found if each["type"] == "MapStateStarted"]
    assert started["mapStateStartedEventDetails"] == {"length": 2}
    begun = [each["mapIterationStartedEventDetails"] for each in found if each["type"] == "MapIterationStarted"]
    assert sorted((each["name"], each["index"]) for each in begun) == [("One", 0), ("One", 1)]
    assert [each["type"] for each in found].count("MapIterationSucceeded") == 2
    assert [said(each) for each in found].count("PassStateExited Each") == 2


def test_an_error_in_one_branch_ends_the_others_and_is_the_one_that_is_told(local_aws, states):
    job = local_aws.job(SLEEPS)
    retried = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 3, "IntervalSeconds": 0}]
    waits = branch("Waits", task("glue:startJobRun.sync", {"JobName": job}, Retry=retried, End=True))
    fails = {"StartAt": "Soon", "States": {"Soon": {"Type": "Wait", "Seconds": 2, "Next": "Fails"}, "Fails": FAIL}}
    found = run(states, machine(local_aws, one(parallel(waits, fails))))
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Mine", "because")
    assert [each["JobRunState"] for each in local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"]] != []
    assert local_aws.wait_run(job, the_run(local_aws, job)["Id"])["JobRunState"] == "STOPPED"
    assert len(local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"]) == 1
    told = [said(each) for each in events(states, found)]
    assert "TaskStateAborted" in told
    assert told[-2:] == ["ParallelStateFailed", "ExecutionFailed"]


def test_an_error_in_an_iteration_is_caught_by_the_map_state(local_aws, states):
    catch = [{"ErrorEquals": ["Mine"], "Next": "After", "ResultPath": "$.failure"}]
    state, given = over(["a"], FAIL, Catch=catch, Next="After")
    del state["End"]
    definition = {"StartAt": "Map", "States": {"Map": state, "After": {"Type": "Pass", "End": True}}}
    found = run(states, machine(local_aws, definition), given)
    assert json.loads(found["output"])["failure"] == {"Error": "Mine", "Cause": "because"}
    told = [said(each) for each in events(states, found)]
    assert told[told.index("FailStateEntered Each") :][:4] == [
        "FailStateEntered Each",
        "MapIterationFailed",
        "MapStateFailed",
        "MapStateExited Map",
    ]


def test_each_branch_has_its_own_state_in_its_context(local_aws, states):
    named = {"Type": "Pass", "Parameters": {"me.$": "$$.State.Name"}, "End": True}

    def slow(name):
        wait = {"Type": "Wait", "Seconds": 1, "Next": f"{name} says"}
        return {"StartAt": name, "States": {name: wait, f"{name} says": named}}

    found = run(states, machine(local_aws, one(parallel(slow("A"), slow("B")))))
    assert json.loads(found["output"]) == [{"me": "A says"}, {"me": "B says"}]


@pytest.mark.parametrize("nested", [False, True])
def test_an_execution_that_was_stopped_stays_so_whatever_its_tasks_say_then(local_aws, states, nested):
    job = local_aws.job(SLEEPS)
    waits = task("glue:startJobRun.sync", {"JobName": job})
    definition = one(parallel(branch("Waits", {**waits, "End": True}))) if nested else one(waits)
    execution = start(states, machine(local_aws, definition))
    made = wait_until(lambda: the_run(local_aws, job))
    states.stop_execution(executionArn=execution)
    assert ended(states, execution)["status"] == "ABORTED"
    assert local_aws.wait_run(job, made["Id"])["JobRunState"] == "STOPPED"
    other = run(states, machine(local_aws, one({"Type": "Wait", "Seconds": 1})))  # by then the first one has settled
    assert other["status"] == "SUCCEEDED"
    assert states.describe_execution(executionArn=execution)["status"] == "ABORTED", unique
