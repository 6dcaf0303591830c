"""Which results of data quality are the last ones, and what is told of their rules."""

from datetime import UTC, datetime

import pytest

from glue_client.quality import latest, outcomes_of


def moment(minute):
    return datetime(2024, 2, 29, 12, minute, tzinfo=UTC)


def of_job(name, minute, run, context="silver", job="clean"):
    origin = {"JobName": job, "JobRunId": run, "EvaluationContext": context}
    return {"ResultId": name, "StartedOn": moment(minute), **origin, "RuleResults": []}


def of_table(name, minute, ruleset, table="orders"):
    source = {"GlueTable": {"DatabaseName": "shop", "TableName": table}}
    return {"ResultId": name, "StartedOn": moment(minute), "DataSource": source, "RulesetName": ruleset}


def test_of_a_job_all_results_of_its_last_run_count_and_of_a_table_the_last_of_each_ruleset():
    results = [
        of_job("old", 1, "jr_1", "raw"),
        of_job("old-too", 2, "jr_1", "silver"),
        of_job("raw", 3, "jr_2", "raw"),
        of_job("silver", 4, "jr_2", "silver"),
        of_job("other", 0, "jr_9", "gold", job="repartition"),
        of_table("first", 5, "strict"),
        of_table("second", 6, "strict"),
        of_table("lax", 2, "lax"),
        of_table("elsewhere", 1, "strict", table="customers"),
    ]
    assert [one["ResultId"] for one in latest(results)] == ["other", "elsewhere", "lax", "raw", "silver", "second"]


RULE = {"Name": "Rule_1", "EvaluatedRule": "RowCount > 0", "EvaluatedMetrics": {"Dataset.*.RowCount": 3.0}}


@pytest.mark.parametrize(
    ("result", "labels", "state"),
    [
        ("PASS", {}, "passed"),
        ("PASS", {"severity": "soft"}, "passed"),
        ("FAIL", {"severity": "soft"}, "warning"),
        ("FAIL", {"severity": "hard"}, "FAILED"),
        ("FAIL", {"team": "soft"}, "FAILED"),
        ("ERROR", {}, "FAILED"),
    ],
)
def test_a_rule_that_is_not_soft_fails(result, labels, state):
    told = {**RULE, "Result": result, "Labels": labels, "EvaluationMessage": "why"}
    (outcome,) = outcomes_of({**of_job("a", 1, "jr_1"), "RuleResults": [told]})
    assert outcome == (moment(1), "clean silver", "RowCount > 0", state, "why", {"Dataset.*.RowCount": 3.0})


def test_a_rule_of_which_aws_says_little():
    (outcome,) = outcomes_of({**of_table("a", 1, "strict"), "RuleResults": [{"Name": "Rule_1", "Result": "PASS"}]})
    assert outcome == (moment(1), "shop.orders strict", "Rule_1", "passed", "", {})
