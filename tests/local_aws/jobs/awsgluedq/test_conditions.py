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
