"""What jobs leave in the file of data quality results: lines that are none stop nothing."""

import json

import pytest

from local_aws.emulator import Scope
from local_aws.glue.jobs import data_quality_results
from local_aws.glue.jobs.data_quality_results import FILE, DataQualityResults
from local_aws.glue.model import GlueError, JobRun, QualityRun
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


@pytest.mark.parametrize(
    ("forged", "kept"),
    [
        ({"RulesetEvaluationRunId": "dqrun-1", "DataSource": {"GlueTable": {}}}, ["a"]),
        ({"RuleResults": [{"Name": "Rule_1"}]}, []),
        ({"RuleResults": [5]}, []),
        ({"Score": "all"}, []),
        ({"Score": None}, []),
    ],
)
def test_a_job_cannot_say_where_its_result_comes_from_nor_break_the_event_of_it(results, tmp_path, forged, kept):
    run = JobRun(Id="jr_1", JobName="job", JobRunState="SUCCEEDED", StartedOn=0, LastModifiedOn=0)
    (tmp_path / FILE).write_text(json.dumps({**json.loads(line("a", 1)), **forged}))
    found = results.take(SCOPE, run, tmp_path)
    assert [one["ResultId"] for one in found] == kept
    assert [one for one in found if "DataSource" in one or "RulesetEvaluationRunId" in one] == []


def test_results_on_a_table_are_found_by_it_and_the_oldest_are_forgotten(results, tmp_path, monkeypatch):
    def source(table):
        return {"GlueTable": {"DatabaseName": "db", "TableName": table}}

    monkeypatch.setattr(data_quality_results, "_MOST", 2)
    for number, table in enumerate(("orders", "customers", "orders")):
        told = {**json.loads(line(f"r{number}", number)), "RulesetName": "rules"}
        (tmp_path / FILE).write_text(json.dumps(told))
        run = QualityRun(f"dqrun-{number}", "evaluation", "RUNNING", 0, 0, source(table), "role")
        (kept,) = results.take_of_table(SCOPE, run, tmp_path)
        assert (kept["RulesetEvaluationRunId"], kept["DataSource"]) == (f"dqrun-{number}", source(table))
    assert [one["ResultId"] for one in results.every(SCOPE, {})["Results"]] == ["r2", "r1"]
    other_form = {"DataQualityGlueTable": source("orders")["GlueTable"]}
    assert [one["ResultId"] for one in results.every(SCOPE, {"Filter": {"DataSource": other_form}})["Results"]] == [
        "r2"
    ]


def test_a_run_that_published_nothing(results, tmp_path):
    assert (
        results.take(
            SCOPE, JobRun(Id="jr_1", JobName="job", JobRunState="SUCCEEDED", StartedOn=0, LastModifiedOn=0), tmp_path
        )
        == []
    )
    with pytest.raises(GlueError, match="EntityNotFoundException"):
        results.get(SCOPE, {"ResultId": "dqresult-0"})
