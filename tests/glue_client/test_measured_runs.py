"""What an execution's history tells of jobs, crawls and transitions, in AWS's shapes written by hand."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from glue_client import measured_runs, prices
from tests.glue_client.workflow_answers import START, job_run

HERE = prices.of("us-east-1")
END = START + timedelta(seconds=60)


def event(number, kind, before, **details):
    named = {f"{kind[0].lower()}{kind[1:]}EventDetails": details} if details else {}
    moment = START + timedelta(seconds=number)
    return {"id": number, "previousEventId": before, "type": kind, "timestamp": moment, **named}


def history():
    """A job that is waited for, one that is only started, and a crawler that is started twice."""
    wait = json.dumps({"JobName": "clean"})
    return [
        event(1, "ExecutionStarted", 0),
        event(2, "TaskStateEntered", 1),
        event(3, "TaskScheduled", 2, resourceType="glue", resource="startJobRun.sync", parameters=wait),
        event(4, "TaskStarted", 3),
        event(5, "TaskSubmitted", 4, output=json.dumps({"JobRunId": "jr_clean_0"})),
        event(6, "TaskSucceeded", 5, output=json.dumps({"JobName": "clean", "Id": "jr_clean_0"})),
        event(7, "TaskStateEntered", 6),
        event(8, "TaskScheduled", 7, resourceType="glue", resource="startJobRun", parameters='{"JobName": "gold"}'),
        event(9, "TaskSucceeded", 8, output=json.dumps({"JobRunId": "jr_gold_0"})),
        event(15, "TaskStateExited", 9, output=json.dumps({"JobRunId": "jr_gold_0"})),
        event(10, "TaskStateEntered", 15),
        event(11, "TaskScheduled", 10, resource="startCrawler", parameters='{"Name": "bronze"}'),
        event(12, "TaskFailed", 11, error="Glue.ThrottlingException"),
        event(13, "TaskScheduled", 12, resource="startCrawler", parameters='{"Name": "bronze"}'),
        event(14, "TaskSucceeded", 13, output="{}"),
    ]


@pytest.fixture
def aws():
    """What Glue would answer: runs of jobs by name, and crawls before, in and after the execution."""
    size = {"WorkerType": "G.1X", "NumberOfWorkers": 2}

    def crawl(number, begins):
        began = START + timedelta(seconds=begins)
        return {"CrawlId": str(number), "StartTime": began, "EndTime": began + timedelta(seconds=5)}

    return SimpleNamespace(
        glue=SimpleNamespace(
            get_job_run=lambda JobName, RunId: {  # noqa: N803 - boto3's
                "JobRun": job_run(JobName, "SUCCEEDED", 0, 30, ExecutionTime=30, Id=RunId, **size)
            },
            list_crawls=lambda CrawlerName, MaxResults: {  # noqa: N803, ARG005
                "Crawls": [crawl(1, -500), crawl(2, 13), crawl(3, 500)]
            },
        )
    )


def test_jobs_crawls_and_transitions_are_found_each_once(aws):
    jobs, found = measured_runs.of_history(aws, history(), END, HERE)
    assert [(one["JobName"], one["Id"]) for one in jobs] == [("clean", "jr_clean_0"), ("gold", "jr_gold_0")]
    assert [(one.kind, one.name) for one in found] == [
        ("jobs", "clean"),
        ("jobs", "gold"),
        ("crawlers", "bronze"),
        ("states", "state transitions"),
    ]
    assert found[-1].measure == "4 transitions"
    minute, crawl = 0.44 * 2 / 60, 0.44 * 2 / 6
    assert sum(one.dollars for one in found) == pytest.approx(2 * minute + crawl + 4 * 0.025 / 1000)
