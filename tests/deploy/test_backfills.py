"""Which days a backfill runs, where it goes on, and what it says."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from deploy import backfills
from glue_client.errors import DeployError, WrongCall

THREE = ["20240228", "20240229", "20240301"]


def past(day, hour, status="COMPLETED", **statistics):
    """A run of the workflow as GetWorkflowRuns tells it."""
    return {
        "WorkflowRunProperties": {"day": day} if day else {},
        "StartedOn": datetime(2024, 5, 1, hour, tzinfo=UTC),
        "Status": status,
        "Statistics": {"TotalActions": 3, **statistics},
    }


@pytest.fixture
def record(monkeypatch):
    """Gives an AWS with these runs, a page each, and notes the days that are run; those of `failing` fail."""

    def make(*runs, failing=(), error=None):
        ran = []

        def run(_aws, workflow, properties, made_by, _call):
            assert (workflow, made_by) == ("flow", "up")
            ran.append(properties["day"])
            if properties["day"] in failing:
                raise DeployError("workflow flow ended COMPLETED, but not all of it succeeded", "why", "look")

        def paginate(Name):  # noqa: N803 - boto3's name
            assert Name == "flow"
            if error:
                raise ClientError({"Error": {"Code": error, "Message": "no"}}, "GetWorkflowRuns")
            return [{"Runs": [one]} for one in runs]

        monkeypatch.setattr(backfills.workflows, "run", run)
        glue = SimpleNamespace(get_paginator=lambda _name: SimpleNamespace(paginate=paginate))
        return SimpleNamespace(glue=glue), ran

    return make


def fill(aws, days=THREE, *, again=False):
    backfills.run(aws, "flow", "day", days, "up", again=again)


def lines(capsys):
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_a_range_has_both_its_ends_and_leap_days():
    assert backfills.days_between({"from": "20240228", "to": "20240301"}) == THREE
    assert backfills.days_between({"to": "20240228", "from": "20240228"}) == ["20240228"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, 'takes from=yyyymmdd, such as from=20240131, and got ""'),
        ({"from": "20240101"}, 'takes to=yyyymmdd, such as to=20240131, and got ""'),
        ({"from": "2024-01-01", "to": "20240102"}, 'got "2024-01-01"'),
        ({"from": "202411", "to": "20240102"}, 'got "202411"'),  # which strptime takes for the first of November
        ({"from": "20240230", "to": "20240302"}, 'got "20240230"'),
        ({"from": "20240102", "to": "20240101"}, "goes from a day to a later one"),
        ({"from": "20240101", "till": "20240102"}, 'takes from and to, and got "till"'),
    ],
)
def test_what_is_no_range_is_refused(given, said):
    with pytest.raises(WrongCall) as caught:
        backfills.days_between(given)
    assert said in str(caught.value)


def test_all_days_run_oldest_first(record, capsys):
    aws, ran = record()
    fill(aws)
    assert ran == THREE
    told = lines(capsys)
    assert told[0] == "flow: 3 days, 0 of them done before"
    assert "20240229, 2 of 3" in told
    assert told[-1] == "20240228 to 20240301 3 done"


def test_a_failing_day_ends_it_and_the_same_call_goes_on_there(record, capsys):
    aws, ran = record(failing=["20240229"])
    with pytest.raises(DeployError) as caught:
        fill(aws)
    assert ran == THREE[:2]
    assert lines(capsys)[-3:] == ["20240228 1 done", "20240229 1 FAILED", "20240301 1 not run"]
    assert str(caught.value).splitlines()[1:] == [
        "  seen: why",
        "  next: look",
        "        then the same call again: it goes on where this one stopped",
    ]
    aws, ran = record(past("20240228", 1), past("20240229", 2, FailedActions=1))
    fill(aws)
    assert ran == THREE[1:]
    assert lines(capsys)[-2:] == ["20240228 1 done before", "20240229 to 20240301 2 done"]


@pytest.mark.parametrize(
    "last", [{"FailedActions": 1}, {"TimeoutActions": 1}, {"StoppedActions": 1}, {"ErroredActions": 1}]
)
def test_the_latest_run_of_a_day_decides(record, last):
    aws, ran = record(past("20240228", 3, **last), past("20240228", 2), past(None, 4), past("20240229", 1))
    fill(aws)
    assert ran == ["20240228", "20240301"]


@pytest.mark.parametrize("status", ["RUNNING", "STOPPED", "ERROR"])
def test_a_run_that_is_not_complete_is_none(record, status):
    aws, ran = record(past("20240228", 1, status))
    fill(aws, THREE[:1])
    assert ran == THREE[:1]


def test_nothing_left_is_said_and_again_runs_all(record, capsys):
    aws, ran = record(*(past(day, 1) for day in THREE))
    fill(aws)
    assert ran == []
    assert lines(capsys)[-2:] == [
        "20240228 to 20240301 3 done before",
        "nothing was left to do; again=true runs these days anew",
    ]
    fill(aws, again=True)
    assert ran == THREE


def test_a_workflow_that_is_not_there_is_told_by_the_first_run(record):
    aws, ran = record(error="EntityNotFoundException")
    fill(aws, THREE[:1])
    assert ran == THREE[:1]


def test_another_refusal_is_not_taken_for_no_runs(record):
    aws, ran = record(error="AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        fill(aws)
    assert ran == []
