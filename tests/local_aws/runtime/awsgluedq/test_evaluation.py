"""Rules on one frame, all evaluated at once; what they must say is computed from the same rows in plain Python."""

import datetime
import math
import statistics
from collections import Counter

import pytest

TODAY = datetime.datetime.now(datetime.UTC).date()


def day(ago):
    return TODAY - datetime.timedelta(days=ago)


FIELDS = "id int, code string, amount double, name string, at date, n string, k int"
ROWS = [
    (1, "a", 2.5, "x1", day(0), "1", 1),
    (2, "b", 10.0, "", day(1), "2", 1),
    (3, "b", None, "  ", day(2), "-3", 2),
    (4, None, 7.5, None, None, "x", 2),
    (5, "c", 4.0, "long name", day(40), None, None),
    (6, "d", 10.0, "y9", day(400), "6.5", None),
]
REFERENCE = [(1, "a", 2.5), (2, "b", 11.0), (3, "z", None), (7, "q", 1.0)]
ID, CODE, AMOUNT, NAME, AT, N, K = range(7)


def column(place, *, having=lambda _: True):
    return [row[place] for row in ROWS if row[place] is not None and having(row)]


def once(place):
    counts = Counter(column(place))
    return [value for value, times in counts.items() if times == 1]


def share(passes):
    return sum(map(passes, ROWS)) / len(ROWS)


def is_unique(place):
    return lambda row: row[place] is None or row[place] in once(place)


def entropy(values):
    return -sum(times / len(values) * math.log(times / len(values)) for times in Counter(values).values())


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


ON_ROWS = {
    'IsComplete "code"': (lambda row: row[CODE] is not None, "Column.code.Completeness"),
    'IsComplete "CODE"': (lambda row: row[CODE] is not None, "Column.CODE.Completeness"),
    'IsComplete "id"': (lambda _: True, "Column.id.Completeness"),
    'ColumnValues "code" in ["a", "b", "c", "d"]': (
        lambda row: row[CODE] is not None,
        "Column.code.ColumnValues.Compliance",
    ),
    'ColumnValues "code" in ["a", "b", "c", "d", NULL]': (lambda _: True, "Column.code.ColumnValues.Compliance"),
    'ColumnValues "code" not in ["a"]': (lambda row: row[CODE] != "a", "Column.code.ColumnValues.Compliance"),
    'ColumnValues "code" not in ["x", NULL]': (
        lambda row: row[CODE] is not None,
        "Column.code.ColumnValues.Compliance",
    ),
    'ColumnValues "code" != NULL': (lambda row: row[CODE] is not None, "Column.code.ColumnValues.Compliance"),
    'ColumnValues "code" = NULL': (lambda row: row[CODE] is None, "Column.code.ColumnValues.Compliance"),
    'ColumnValues "name" = EMPTY': (lambda row: row[NAME] == "", "Column.name.ColumnValues.Compliance"),
    'ColumnValues "name" != WHITESPACES_ONLY': (lambda row: row[NAME] != "  ", "Column.name.ColumnValues.Compliance"),
    'ColumnValues "name" matches "[0-9]"': (
        lambda row: any(map(str.isdigit, row[NAME] or "")),
        "Column.name.ColumnValues.Compliance",
    ),
    'ColumnValues "name" not matches "[0-9]"': (
        lambda row: row[NAME] is not None and not any(map(str.isdigit, row[NAME])),
        "Column.name.ColumnValues.Compliance",
    ),
    f'ColumnValues "at" > "{day(41)}"': (
        lambda row: row[AT] is not None and row[AT] > day(41),
        "Column.at.ColumnValues.Compliance",
    ),
    'ColumnValues "at" > (now() - 10 days)': (
        lambda row: row[AT] is not None and row[AT] > day(10),
        "Column.at.ColumnValues.Compliance",
    ),
    f'ColumnValues "at" between "{day(41)}" and "{day(0)}"': (
        lambda row: row[AT] is not None and day(41) < row[AT] < day(0),
        "Column.at.ColumnValues.Compliance",
    ),
    f'ColumnValues "at" not between "{day(40)}" and "{day(1)}"': (
        lambda row: row[AT] is not None and not day(40) <= row[AT] <= day(1),
        "Column.at.ColumnValues.Compliance",
    ),
    'DataFreshness "at" <= 240 hours': (
        lambda row: row[AT] is not None and row[AT] > day(10),
        "Column.at.DataFreshness.Compliance",
    ),
    'DataFreshness "at" != 5 days': (lambda row: row[AT] is not None, "Column.at.DataFreshness.Compliance"),
    'DataFreshness "at" between 30 days and 50 days': (lambda row: row[ID] == 5, "Column.at.DataFreshness.Compliance"),
}
BETWEEN_BOUNDS = {
    'ColumnValues "amount" > 2': (lambda row: (row[AMOUNT] or 0) > 2, ("amount", "Minimum", "Maximum"), AMOUNT),
    'ColumnValues "amount" > "2"': (lambda row: (row[AMOUNT] or 0) > 2, ("amount", "Minimum", "Maximum"), AMOUNT),
    'ColumnValues "amount" between 2.5 and 11': (
        lambda row: 2.5 < (row[AMOUNT] or 0) < 11,
        ("amount", "Minimum", "Maximum"),
        AMOUNT,
    ),
    'ColumnValues "amount" != 4': (lambda row: row[AMOUNT] != 4, ("amount", "Minimum", "Maximum"), AMOUNT),
    'ColumnValues "id" not between 7 and 9': (lambda _: True, ("id", "Minimum", "Maximum"), ID),
    'ColumnValues "n" >= -3': (
        lambda row: number(row[N]) is not None and number(row[N]) >= -3,
        ("n", "Minimum", "Maximum"),
        N,
    ),
    'ColumnLength "name" < 9': (
        lambda row: len(row[NAME] or "") < 9,
        ("name", "MinimumLength", "MaximumLength"),
        NAME,
    ),
    'ColumnLength "name" > 1': (
        lambda row: len(row[NAME] or "") > 1,
        ("name", "MinimumLength", "MaximumLength"),
        NAME,
    ),
}
WITH_THRESHOLD = {
    'ColumnValues "code" in ["a", "b"] with threshold > 0.4': (lambda row: row[CODE] in ("a", "b"), True),
    'ColumnValues "code" in ["a", "b"] with threshold > 0.5': (lambda row: row[CODE] in ("a", "b"), False),
    'ColumnLength "name" > 1 with threshold >= 0.5': (lambda row: len(row[NAME] or "") > 1, True),
    'CustomSql "select name from primary where amount > 3 or id = 1" with threshold > 0.8': (
        lambda row: row[ID] != 3,
        True,
    ),
    'CustomSql "select * from primary where id < 3"': (lambda row: row[ID] < 3, False),
    'CustomSql "select p.id from primary p join ref r on p.id = r.id" with threshold = 0.5': (
        lambda row: row[ID] in (1, 2, 3),
        True,
    ),
}
UNIQUE = {
    'IsUnique "id"': (is_unique(ID), True),
    'IsUnique "code"': (is_unique(CODE), False),
    'Uniqueness "code" > 0.5': (is_unique(CODE), True),
    'IsPrimaryKey "id"': (is_unique(ID), True),
    'IsPrimaryKey "code"': (lambda row: row[CODE] is not None and is_unique(CODE)(row), False),
    'IsPrimaryKey "code" "id"': (lambda row: row[CODE] is not None, False),
    'UniqueValueRatio "code" between 0.7 and 0.8': (is_unique(CODE), True),
}
REFERENCES = {
    'ReferentialIntegrity "id" "ref.id" >= 0.5': (lambda row: row[ID] in (1, 2, 3), True, 0.5),
    'ReferentialIntegrity "id,code" "ref.{id,key}" = 0.5': (lambda row: row[ID] in (1, 2), False, 2 / 6),
    'DatasetMatch "ref" "id" "amount" >= 0.3': (lambda row: row[ID] in (1, 3), True, 2 / 6),
    'DatasetMatch "ref" "id" "code->key,amount" = 1': (lambda row: row[ID] == 1, False, 1 / 6),
}
SKIPPED = {
    "RowCount > 6": (False, {"Dataset.*.RowCount": 6}),
    "RowCount between 5 and 7": (True, {"Dataset.*.RowCount": 6}),
    'RowCount = 2 where "amount = 10"': (True, {"Dataset.*.RowCount": 2}),
    "ColumnCount in [1, 7]": (True, {"Dataset.*.ColumnCount": 7}),
    'ColumnExists "at"': (True, {}),
    'ColumnExists "nope"': (False, {}),
    'ColumnNamesMatchPattern "^[a-z]+$"': (True, {"Dataset.*.ColumnNamesPatternMatchRatio": 1}),
    'ColumnNamesMatchPattern "a"': (False, {"Dataset.*.ColumnNamesPatternMatchRatio": 3 / 7}),
    'ColumnDataType "n" = "Integer" with threshold > 0.4': (True, {"Column.n.ColumnDataType.Compliance": 3 / 6}),
    'ColumnDataType "code" in ["Boolean", "Date", "Long"]': (False, {"Column.code.ColumnDataType.Compliance": 0}),
    'ColumnDataType "at" = "Date" where "at is not null"': (True, {"Column.at.ColumnDataType.Compliance": 1}),
    'ColumnDataType "n" = "Double"': (False, {"Column.n.ColumnDataType.Compliance": 4 / 6}),
    'ColumnDataType "n" = "Boolean"': (False, {"Column.n.ColumnDataType.Compliance": 0}),
    'ColumnDataType "n" = "Long" with threshold > 0.4': (True, {"Column.n.ColumnDataType.Compliance": 3 / 6}),
    'ColumnDataType "n" != "Integer"': (False, {"Column.n.ColumnDataType.Compliance": 3 / 6}),
    'ColumnDataType "n" not in ["Integer", "Double"]': (False, {"Column.n.ColumnDataType.Compliance": 2 / 6}),
    'Mean "amount" > 6': (True, {"Column.amount.Mean": statistics.mean(column(AMOUNT))}),
    'Sum "amount" = 34.0': (True, {"Column.amount.Sum": 34}),
    'Sum "amount" < 5 where "id = 5"': (True, {"Column.amount.Sum": 4}),
    'StandardDeviation "amount" < 4': (True, {"Column.amount.StandardDeviation": statistics.pstdev(column(AMOUNT))}),
    'Entropy "code" > 1': (True, {"Column.code.Entropy": entropy(column(CODE))}),
    'DistinctValuesCount "code" = 4': (True, {"Column.code.DistinctValuesCount": 4}),
    'DistinctValuesCount "code" = 1 where "k = 1 and id = 1"': (True, {"Column.code.DistinctValuesCount": 1}),
    'ColumnCorrelation "id" "amount" > 0.3': (
        True,
        {
            "Multicolumn.id,amount.ColumnCorrelation": statistics.correlation(
                column(ID, having=lambda row: row[AMOUNT] is not None), column(AMOUNT)
            )
        },
    ),
    'ColumnCorrelation "id" "amount" > -1 where "id != 2"': (
        True,
        {
            "Multicolumn.id,amount.ColumnCorrelation": statistics.correlation(
                column(ID, having=lambda row: row[AMOUNT] is not None and row[ID] != 2),
                column(AMOUNT, having=lambda row: row[ID] != 2),
            )
        },
    ),
    'CustomSql "select count(*) from primary where amount > 7" between 2 and 4': (True, {"Dataset.*.CustomSQL": 3}),
    'CustomSql "select sum(r.amount) from ref r" > 100': (False, {"Dataset.*.CustomSQL": 14.5}),
    'RowCountMatch "ref" = 1.5': (True, {"Dataset.ref.RowCountMatch": 1.5}),
    'SchemaMatch "ref" > 0.2': (True, {"Dataset.ref.SchemaMatch": 2 / 7}),
    'AggregateMatch "sum(amount)" "SUM(ref.amount)" > 2': (True, {"Column.amount.AggregateMatch": 34 / 14.5}),
    'AggregateMatch "avg(id)" "avg(amount)" < 1': (True, {"Column.id,amount.AggregateMatch": 3.5 / 6.8}),
    "RowCount > avg(last(10))": (False, {}),
    'DetectAnomalies "RowCount"': (False, {}),
    'DatasetMatch "ref" "k->id" "amount" > 0.1': (False, {}),
    'ReferentialIntegrity "id" "other.id" > 0.1': (False, {}),
    'Mean "name" > 1': (False, {}),
    'CustomSql "select nothing from primary" > 1': (False, {}),
    'CustomSql "select distinct code from primary"': (False, {}),
}
COMPOSITE = {
    '(RowCount > 5) and (IsComplete "id")': True,
    '(RowCount > 6) or ((IsUnique "id") and (Mean "amount" > 6))': True,
    '(RowCount > 6) or ((IsUnique "code") and (Mean "amount" > 6))': False,
}
ALL = [*ON_ROWS, *BETWEEN_BOUNDS, *WITH_THRESHOLD, *UNIQUE, *REFERENCES, *SKIPPED, *COMPOSITE]


class Result:
    """What an evaluation gave, as Python has it."""

    def __init__(self, collection, key="id"):
        self.key = key
        self.outcomes = {row["Rule"]: row for row in collection["ruleOutcomes"].toDF().collect()}
        self.rows = collection["rowLevelOutcomes"].toDF().collect()

    def passed(self, rule):
        assert self.outcomes[rule]["Outcome"] in ("Passed", "Failed")
        return self.outcomes[rule]["Outcome"] == "Passed"

    def metrics(self, rule):
        return self.outcomes[rule]["EvaluatedMetrics"]

    def reason(self, rule):
        return self.outcomes[rule]["FailureReason"]

    def states(self, rule):
        kinds = ("Pass", "Fail", "Skip")
        return {
            row[self.key]: "".join(kind for kind in kinds if rule in row[f"DataQualityRules{kind}"])
            for row in self.rows
        }


@pytest.fixture(scope="module")
def run(spark):
    from awsgluedq.transforms import EvaluateDataQuality

    frame = spark.createDataFrame(ROWS, FIELDS)
    reference = spark.createDataFrame(REFERENCE, "id int, key string, amount double")

    def evaluated(rules, **options):
        return Result(
            EvaluateDataQuality().process_rows(
                frame=frame,
                additional_data_sources={"ref": reference},
                ruleset=f"Rules = [ {', '.join(rules)} ]",
                additional_options=options,
            )
        )

    return evaluated


@pytest.fixture(scope="module")
def result(run):
    return run(ALL)


def by_row(passes):
    return {row[ID]: "Pass" if passes(row) else "Fail" for row in ROWS}


@pytest.mark.parametrize("rule", ON_ROWS)
def test_rules_on_rows(result, rule):
    passes, metric = ON_ROWS[rule]
    assert result.states(rule) == by_row(passes)
    assert result.metrics(rule) == {metric: pytest.approx(share(passes))}
    assert result.passed(rule) == (share(passes) == 1)


@pytest.mark.parametrize("rule", BETWEEN_BOUNDS)
def test_numbers_report_their_bounds(result, rule):
    passes, (name, low, high), place = BETWEEN_BOUNDS[rule]
    values = [len(row[NAME] or "") for row in ROWS] if place == NAME else list(map(number, column(place)))
    values = [value for value in values if value is not None]
    assert result.states(rule) == by_row(passes)
    assert result.metrics(rule) == {f"Column.{name}.{low}": min(values), f"Column.{name}.{high}": max(values)}
    assert result.passed(rule) == (share(passes) == 1)


@pytest.mark.parametrize("rule", WITH_THRESHOLD)
def test_thresholds(result, rule):
    passes, passed = WITH_THRESHOLD[rule]
    assert result.states(rule) == by_row(passes)
    compliance = {name: value for name, value in result.metrics(rule).items() if name.endswith("Compliance")}
    assert list(compliance.values()) == [pytest.approx(share(passes))]
    assert result.passed(rule) == passed
    assert result.reason(rule) == (None if passed else f"{share(passes) * 100:.2f} % of rows passed the threshold")


def test_bounds_are_reported_beside_the_share_of_a_threshold(result):
    assert result.metrics('ColumnLength "name" > 1 with threshold >= 0.5') == {
        "Column.name.MinimumLength": 0,
        "Column.name.MaximumLength": 9,
        "Column.name.ColumnLength.Compliance": pytest.approx(share(lambda row: len(row[NAME] or "") > 1)),
    }


@pytest.mark.parametrize("rule", UNIQUE)
def test_values_that_occur_once(result, rule):
    passes, passed = UNIQUE[rule]
    assert result.states(rule) == by_row(passes)
    assert result.passed(rule) == passed


def test_metrics_of_uniqueness(result):
    unique = len(once(CODE))
    assert result.metrics('IsUnique "code"') == {"Column.code.Uniqueness": unique / len(column(CODE))}
    assert result.metrics('UniqueValueRatio "code" between 0.7 and 0.8') == {
        "Column.code.UniqueValueRatio": unique / len(set(column(CODE)))
    }
    assert result.metrics('IsPrimaryKey "code" "id"') == {"Multicolumn.code,id.Uniqueness": 1}


@pytest.mark.parametrize("rule", REFERENCES)
def test_rules_on_another_dataset(result, rule):
    passes, passed, ratio = REFERENCES[rule]
    assert result.states(rule) == by_row(passes)
    assert list(result.metrics(rule).values()) == [pytest.approx(ratio)]
    assert result.passed(rule) == passed


@pytest.mark.parametrize("rule", SKIPPED)
def test_rules_without_results_of_rows(result, rule):
    passed, metrics = SKIPPED[rule]
    assert set(result.states(rule).values()) == {"Skip"}
    assert result.metrics(rule) == {name: pytest.approx(value) for name, value in metrics.items()}
    assert result.passed(rule) == passed


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ('IsComplete "code"', "Value: 0.8333333333333334 does not meet the constraint requirement!"),
        ("RowCount > 6", "Value: 6.0 does not meet the constraint requirement!"),
        ('ColumnValues "amount" > 2', "Value: NULL does not meet the constraint requirement!"),
        ('ColumnLength "name" < 9', "Value: 9.0 does not meet the constraint requirement!"),
        ('ColumnValues "amount" between 2.5 and 11', "Value: 2.5 does not meet the constraint requirement!"),
        ('ColumnValues "code" in ["a", "b", "c", "d"]', "Value: NULL does not meet the constraint requirement!"),
        ('ColumnExists "nope"', "Input data does not include column nope!"),
        ('ColumnNamesMatchPattern "a"', "Columns that do not match the pattern: id, code, n, k"),
        ("RowCount > avg(last(10))", "avg(last(10)) needs the results of earlier runs"),
        ('DetectAnomalies "RowCount"', "DetectAnomalies is not supported here"),
        ('DatasetMatch "ref" "k->id" "amount" > 0.1', "Provided key map not suitable for given data frames"),
        (
            'ReferentialIntegrity "id" "other.id" > 0.1',
            "There is no data source other; additional_data_sources has: ref",
        ),
        ('Mean "name" > 1', "Column name is of type string, and Mean needs numbers"),
        ('CustomSql "select nothing from primary" > 1', "`nothing`"),
        ('CustomSql "select distinct code from primary"', "does not say which rows of primary pass"),
    ],
)
def test_reasons(result, rule, reason):
    assert reason in result.reason(rule)


@pytest.mark.parametrize("rule", COMPOSITE)
def test_composite_rules(result, rule):
    assert result.passed(rule) == COMPOSITE[rule]
    assert (result.reason(rule) is None) == COMPOSITE[rule]


def test_rows_fail_with_any_rule_and_keep_their_columns(result):
    for row in result.rows:
        assert row["DataQualityEvaluationResult"] == ("Failed" if row["DataQualityRulesFail"] else "Passed")
        listed = [*row["DataQualityRulesPass"], *row["DataQualityRulesFail"], *row["DataQualityRulesSkip"]]
        assert sorted(listed) == sorted(ALL)
    assert sorted(tuple(row)[:7] for row in result.rows) == ROWS
    assert len(result.rows[0]) == 11


DOCUMENTED_WHERE = 'IsComplete "amount" where "code = \'b\'"'
EITHER = '(ColumnValues "amount" > 3) OR (ColumnLength "name" >= 3)'


def test_composite_rules_by_row_and_filtered_rows(run):
    by_ratio = '(Completeness "code" > 0.1) or (IsUnique "id")'
    found = run(
        [DOCUMENTED_WHERE, EITHER, by_ratio],
        **{"compositeRuleEvaluation.method": "ROW", "rowLevelConfiguration.filteredRowLabel": "SKIPPED"},
    )
    assert found.states(DOCUMENTED_WHERE) == {1: "Skip", 2: "Pass", 3: "Fail", 4: "Skip", 5: "Skip", 6: "Skip"}
    assert found.metrics(DOCUMENTED_WHERE) == {"Column.amount.Completeness": 0.5}
    passes = by_row(lambda row: (row[AMOUNT] or 0) > 3 or len(row[NAME] or "") >= 3)
    assert found.states(EITHER) == passes
    assert not found.passed(EITHER)
    assert found.reason(EITHER) == f"{100 * list(passes.values()).count('Pass') / 6:.2f} % of rows passed the threshold"
    assert (
        found.reason(by_ratio) == "The rule cannot be evaluated by row: Completeness relies on a ratio or a threshold"
    )


def test_a_composite_by_row_says_which_member_cannot_be_evaluated(run):
    found = run(['(IsComplete "id") and (IsComplete "nope")'], **{"compositeRuleEvaluation.method": "ROW"})
    assert found.reason('(IsComplete "id") and (IsComplete "nope")') == (
        "The rule cannot be evaluated by row: Input data does not include column nope!"
    )


def test_filtered_rows_pass_by_default_and_composites_look_at_columns(run):
    bounded = 'ColumnValues "amount" >= 7 where "id in (2, 4)"'
    unique = 'IsUnique "k" where "id > 1 and id < 4"'
    found = run([DOCUMENTED_WHERE, '(ColumnValues "id" > 3) OR (ColumnValues "id" < 4)', bounded, unique])
    assert found.metrics(bounded) == {"Column.amount.Minimum": 7.5, "Column.amount.Maximum": 10.0}
    assert found.passed(bounded)
    assert found.passed(unique)  # of k, which is 1 twice and 2 twice, one each
    assert set(found.states(unique).values()) == {"Pass"}
    assert found.states(DOCUMENTED_WHERE) == {1: "Pass", 2: "Pass", 3: "Fail", 4: "Pass", 5: "Pass", 6: "Pass"}
    assert not found.passed('(ColumnValues "id" > 3) OR (ColumnValues "id" < 4)')


def test_names_of_columns_may_hold_anything(spark):
    from awsgluedq.transforms import EvaluateDataQuality

    frame = spark.createDataFrame([(1, None), (2, 3)], "`a.b` int, `c``d e` int")
    rules = ['IsComplete "a.b"', 'IsComplete "c`d e"', 'Sum "A.B" = 3', 'IsPrimaryKey "a.b" "c`d e"']
    found = Result(EvaluateDataQuality().process_rows(frame=frame, ruleset=f"Rules = [ {', '.join(rules)} ]"), "a.b")
    assert [found.passed(rule) for rule in rules] == [True, False, True, False]
    assert found.states('IsComplete "c`d e"') == {1: "Fail", 2: "Pass"}
