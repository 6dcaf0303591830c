"""Conditions at their bounds: on a rule's number in plain Python, and on the numbers of rows in Spark."""

import pytest
from awsgluedq._conditions import holds
from awsgluedq._grammar import parse

MET_BY = {
    "= 5": {5},
    "!= 5": {4, 6, None},
    "> 5": {6},
    "< 5": {4},
    ">= 5": {5, 6},
    "<= 5": {4, 5},
    "between 4 and 6": {5},
    "not between 5 and 6": {4},
    "in [4, 6]": {4, 6},
    "not in [4]": {5, 6, None},
}
"""Condition -> which of 4, 5, 6 and null meet it. Bounds of `between` do not; null meets `!=` and `not in` alone."""


@pytest.mark.parametrize("condition", MET_BY)
def test_numbers(condition):
    rule = parse(f"Rules = [ RowCount {condition} ]").rules[0]
    assert {number for number in (4, 5, 6) if holds(rule.condition, number)} == MET_BY[condition] - {None}


def test_rows(spark):
    from awsgluedq.transforms import EvaluateDataQuality

    frame = spark.createDataFrame([(4, "4"), (5, "5"), (6, "6"), (None, None)], "v int, t string")
    rules = {f'ColumnValues "{name}" {condition}': MET_BY[condition] for name in "vt" for condition in MET_BY}
    rules.update({f"{rule} with threshold > 0": met for rule, met in rules.items()})
    found = EvaluateDataQuality().process_rows(frame=frame, ruleset=f"Rules = [ {', '.join(rules)} ]")
    rows = found["rowLevelOutcomes"].toDF().collect()
    assert {rule: {row["v"] for row in rows if rule in row["DataQualityRulesPass"]} for rule in rules} == rules


def test_decimals_moments_and_what_is_no_date(spark):
    from awsgluedq.transforms import EvaluateDataQuality

    frame = spark.sql("SELECT 1 AS id, cast(2.5 AS decimal(6,2)) AS d, now() - INTERVAL 1 HOUR AS t, 'x' AS s")
    outcomes = {
        'ColumnValues "d" in [2.5, "7"]': "Passed",
        'ColumnValues "d" between "2.4" and 2.6': "Passed",
        'ColumnValues "t" between now() and (now() - 2 hours)': "Passed",
        'ColumnValues "t" > "2024-02-30"': "Failed",
    }
    found = EvaluateDataQuality.apply(frame=frame, ruleset=f"Rules = [ {', '.join(outcomes)} ]").toDF().collect()
    assert {row["Rule"]: row["Outcome"] for row in found} == outcomes
    assert found[3]["FailureReason"] == '"2024-02-30" is no date such as "2022-06-30"'
