"""What jobs leave in the file of data quality results: lines that are none stop nothing."""

import json

import pytest

from local_aws.emulator import Scope
from local_aws.glue.jobs.data_quality_results import FILE, DataQualityResults
from local_aws.glue.model import GlueError, JobRun
from local_aws.glue.store import Store

SCOPE = Scope("000000000000", "us-east-1")


def line(name, started):
    return json.dumps(
        {
            "ResultId": name,
            "Score": 1.0,
            "StartedOn": f"2024-02-29T00:00:{started:02}+00:00",
            "CompletedOn": "2024-02-29T00:01:00+00:00",
            "RuleResults": [],
            "JobName": "what the script says",
        }
    )


@pytest.fixture
def results(tmp_path):
    return DataQualityResults(Store(tmp_path / "glue.sqlite"))


def test_results_are_kept_under_their_run_and_listed_newest_first(results, tmp_path):
    run = JobRun(Id="jr_1", JobName="job", JobRunState="SUCCEEDED", StartedOn=0, LastModifiedOn=0)
    (tmp_path / FILE).write_text(
        "\n".join([line("a", 1), "no json", "[]", '{"ResultId": 5}', line("b", 3), line("c", 2), line("d", 4)[:40]])
    )
    assert [(one["ResultId"], one["JobName"], one["JobRunId"]) for one in results.take(SCOPE, run, tmp_path)] == [
        (name, "job", "jr_1") for name in "abc"
    ]
    first = results.every(SCOPE, {"MaxResults": 2})
    assert [one["ResultId"] for one in first["Results"]] == ["b", "c"]
    rest = results.every(SCOPE, {"MaxResults": 2, "NextToken": first["NextToken"]})
    assert [one["ResultId"] for one in rest["Results"]] == ["a"]
    seconds = 1709164801  # of 2024-02-29 00:00:01 UTC
    assert results.get(SCOPE, {"ResultId": "a"})["StartedOn"] == seconds
    late = results.every(SCOPE, {"Filter": {"StartedAfter": seconds + 1, "JobRunId": "jr_1"}})
    assert [one["ResultId"] for one in late["Results"]] == ["b", "c"]
    assert results.every(SCOPE, {"Filter": {"JobRunId": "jr_2"}})["Results"] == []


def test_a_run_that_published_nothing(results, tmp_path):
    assert (
        results.take(
            SCOPE, JobRun(Id="jr_1", JobName="job", JobRunState="SUCCEEDED", StartedOn=0, LastModifiedOn=0), tmp_path
        )
        == []
    )
    with pytest.raises(GlueError, match="EntityNotFoundException"):
        results.get(SCOPE, {"ResultId": "dqresult-0"})
