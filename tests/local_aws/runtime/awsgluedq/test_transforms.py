"""EvaluateDataQuality as scripts call it: frames, options, publishing, files, errors."""

import hashlib
import json
import os
import warnings

import pytest


@pytest.fixture
def frame(make):
    return make([{"id": 1, "team": "a"}, {"id": 2, "team": None}, {"id": 2, "team": "c"}])


@pytest.fixture
def quality():
    from awsgluedq.transforms import EvaluateDataQuality

    return EvaluateDataQuality


def test_apply_gives_a_frame_of_outcomes(quality, frame, rows):
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        outcomes = quality.apply(
            frame=frame,
            ruleset='DefaultLabels = ["of"="us"] Rules = [ RowCount = 3, IsUnique "id" labels=["level"="high"] ]',
            publishing_options={"dataQualityEvaluationContext": "ctx", "enableDataQualityResultsPublishing": True},
            additional_options={"dataQualityResultsPublishing.strategy": "BEST_EFFORT", "observations.scope": "ALL"},
        )
    assert rows(outcomes) == [
        {
            "Rule": "RowCount = 3",
            "Outcome": "Passed",
            "FailureReason": None,
            "EvaluatedMetrics": {"Dataset.*.RowCount": 3.0},
            "EvaluatedRule": "RowCount = 3",
            "Labels": {"of": "us"},
        },
        {
            "Rule": 'IsUnique "id"',
            "Outcome": "Failed",
            "FailureReason": f"Value: {1 / 3} does not meet the constraint requirement!",
            "EvaluatedMetrics": {"Column.id.Uniqueness": 1 / 3},
            "EvaluatedRule": 'IsUnique "id"',
            "Labels": {"of": "us", "level": "high"},
        },
    ]
    assert outcomes.filter(lambda outcome: outcome["Outcome"] == "Failed").count() == 1


def test_aggregated_metrics_and_labels_of_rows(quality, frame, rows):
    frames = quality().process_rows(
        frame=frame,
        ruleset='Rules = [ IsUnique "id" labels=["a"="b"], RowCount > 10, Completeness "team" > 0.5 ]',
        additional_options={
            "publishAggregatedMetrics.status": "ENABLED",
            "performanceTuning.caching": "CACHE_NOTHING",
            "rowLevelConfiguration.ruleWithLabels": "ENABLED",
        },
    )
    assert frames.keys() == ["rowLevelOutcomes", "ruleOutcomes", "aggregatedMetrics", "originalData"]
    counts = ("PassedCount", "FailedCount", "SkippedCount", "TotalCount")
    assert [tuple(outcome[count] for count in counts) for outcome in rows(frames["ruleOutcomes"])] == [
        (1, 2, 0, 3),
        (0, 0, 3, 3),
        (2, 1, 0, 3),
    ]
    assert 'IsUnique "id" labels=["a"="b"]' in rows(frames["rowLevelOutcomes"])[0]["DataQualityRulesPass"]
    assert rows(frames["aggregatedMetrics"]) == [
        {
            "TotalRowsProcessed": 3,
            "PassedRows": 1,
            "FailedRows": 2,
            "TotalRulesProcessed": 3,
            "RulesPassed": 1,
            "RulesFailed": 2,
        }
    ]


def test_the_names_that_glue_studio_uses(quality, frame, rows):
    frames = quality().process_rows(frame=frame, ruleset="Rules = [ RowCount > 10, ColumnCount = 2 ]")
    outcomes = frames[quality.DATA_QUALITY_RULE_OUTCOMES_KEY]
    assert outcomes.filter(lambda outcome: outcome["Outcome"] == "Failed").count() == 1
    assert rows(frames["originalData"]) == rows(frame)


def test_a_frame_without_columns(quality, spark, rows):
    frames = quality().process_rows(frame=spark.createDataFrame([], ""), ruleset="Rules = [ ColumnCount > 0 ]")
    assert [outcome["Outcome"] for outcome in rows(frames["ruleOutcomes"])] == ["Failed"]
    assert rows(frames["rowLevelOutcomes"]) == []


def test_results_in_s3_and_no_cloudwatch(quality, frame, tmp_path, monkeypatch):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.warns(UserWarning, match="Metrics are not in CloudWatch: You must specify a region"):
        quality.apply(
            frame=frame,
            ruleset="""
                Rules = [ RowCount = 3, IsComplete "team" ]
                Analyzers = [ DistinctValuesCount "id", ColumnValues "team" ]
            """,
            publishing_options={
                "dataQualityEvaluationContext": "ctx",
                "enableDataQualityCloudWatchMetrics": True,
                "resultsS3Prefix": str(tmp_path / "results"),
            },
        )
    (file,) = (tmp_path / "results").glob("year=*/month=*/day=*/part-*")
    found = json.loads(file.read_text(encoding="utf-8"))
    assert (found["EvaluationContext"], found["Score"]) == ("ctx", 0.5)
    assert [(rule["Description"], rule["Result"]) for rule in found["RuleResults"]] == [
        ("RowCount = 3", "PASS"),
        ('IsComplete "team"', "FAIL"),
    ]
    assert found["AnalyzerResults"] == [
        {
            "Name": "Analyzer_1",
            "Description": 'DistinctValuesCount "id"',
            "EvaluatedMetrics": {"Column.id.DistinctValuesCount": 2.0},
        },
        {
            "Name": "Analyzer_2",
            "Description": 'ColumnValues "team"',
            "EvaluatedMetrics": {"Column.team.MinimumLength": 0.0, "Column.team.MaximumLength": 1.0},
        },
    ]


def test_rules_on_files(quality, spark, tmp_path, rows):
    folder, archive = tmp_path / "in", tmp_path / "archive"
    for path, text in (
        ("in/a.csv", "id\n1\n"),
        ("in/b.csv", "id\n2222\n"),
        ("in/c.csv", "id\n1\n"),
        ("archive/b", "id\n2222\n"),
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    os.utime(folder / "a.csv", (1_577_880_000, 1_577_880_000))  # 2020-01-01 12:00 UTC
    checksum = hashlib.md5((folder / "a.csv").read_bytes()).hexdigest()  # noqa: S324 - Glue's own choice
    expected = {
        f'FileSize "{folder}" > 4 B': (
            "Passed",
            {"FileSize.Compliance": 1, "FileCount": 3, "MaximumFileSize": 8, "MinimumFileSize": 5},
        ),
        f'FileSize "{folder}" > 0.005 KB with threshold >= 0.5': (
            "Failed",
            {"FileSize.Compliance": 1 / 3, "FileCount": 3, "MaximumFileSize": 8, "MinimumFileSize": 5},
        ),
        f'FileFreshness "{folder}" > (now() - 24 hours)': (
            "Failed",
            {"FileFreshness.Compliance": 2 / 3, "FileCount": 3},
        ),
        f'FileFreshness "{folder}" between now() and (now() - 24 hours) with recentFiles = 2': (
            "Passed",
            {"FileFreshness.Compliance": 1, "FileCount": 2},
        ),
        f'FileFreshness "{folder}/a.csv" between "2020-01-01" and "2020-01-02"': (
            "Passed",
            {"FileFreshness.Compliance": 1, "FileCount": 1},
        ),
        f'FileFreshness "{folder}" < "2020-01-01T13:00:00" with uriRegex = "a\\.csv$" with timeZone = "Europe/Paris"': (
            "Failed",
            {"FileFreshness.Compliance": 0, "FileCount": 1},
        ),
        f'FileUniqueness "{folder}" > 0.3': ("Passed", {"FileUniquenessRatio": 1 / 3, "FileCount": 3}),
        f'FileMatch "{folder}" in ["{checksum}"] with hashAlgorithm = "MD5" with threshold > 0.6': (
            "Passed",
            {"FileCount": 3},
        ),
        f'FileMatch "{folder}" "{archive}"': ("Failed", {"FileCount": 3}),
        "FileSize < 1 KB": (
            "Passed",
            {"FileSize.Compliance": 1, "FileCount": 3, "MaximumFileSize": 8, "MinimumFileSize": 5},
        ),
        f'FileSize "{folder}" > 4 B with failFast = "true"': ("Failed", {}),
        f'FileSize "{tmp_path}/none" > 4 B': ("Failed", {}),
    }
    data = spark.read.csv(str(folder), header=True)
    outcomes = rows(quality.apply(frame=data, ruleset=f"Rules = [ {', '.join(expected)} ]"))
    assert [(outcome["Rule"], outcome["Outcome"]) for outcome in outcomes] == [
        (rule, outcome) for rule, (outcome, _) in expected.items()
    ]
    for outcome, (_, metrics) in zip(outcomes, expected.values(), strict=True):
        assert outcome["EvaluatedMetrics"] == {
            f"Dataset.*.{name}": pytest.approx(value) for name, value in metrics.items()
        }
    reasons = [outcome["FailureReason"] or "" for outcome in outcomes]
    assert "The tag failFast of file rules is not supported here" in reasons[10]
    assert "2 of 3 files do not comply" in reasons[8]


def test_rules_on_no_rows_fail(quality, spark, rows):
    empty = spark.createDataFrame([], "id int, name string")
    rules = ['IsComplete "id"', 'IsUnique "id"', 'Mean "id" > 0', 'ColumnValues "name" in ["a"]', "RowCount = 0"]
    outcomes = rows(quality.apply(frame=empty, ruleset=f"Rules = [ {', '.join(rules)} ]"))
    assert [outcome["Outcome"] for outcome in outcomes] == ["Failed"] * 4 + ["Passed"]
    assert outcomes[0]["FailureReason"] == "There are no rows to look at"


def test_views_of_the_script_stay(quality, spark, frame, rows):
    spark.range(7).createOrReplaceTempView("primary")
    outcomes = rows(quality.apply(frame=frame, ruleset='Rules = [ CustomSql "select count(*) from primary" = 3 ]'))
    assert outcomes[0]["Outcome"] == "Passed"
    assert spark.table("primary").count() == 7
    spark.catalog.dropTempView("primary")


@pytest.mark.parametrize(
    ("ruleset", "message"),
    [
        ("Rules = [ RowCount ]", "RowCount needs an expression to compare with"),
        ('Rules = [ isComplete "id" ]', "there is no rule type isComplete; did you mean IsComplete"),
        ('Rules = [ IsComplete "id" = 1 ]', "IsComplete takes no expression"),
        ('Rules = [ Mean "id" "team" > 1 ]', "Mean takes 1 parameters, not 2"),
        ('Rules = [ ColumnExists "id" where "id > 1" ]', "^Where clause is not supported for rule type: ColumnExists$"),
        (
            'Rules = [ IsComplete "id" where "id >> and" ]',
            'Rule IsComplete "id" where .* has provided an invalid where',
        ),
        ('Rules = [ IsComplete "id" where "nope > 1" ]', "has provided an invalid where clause"),
        ('Rules = [ RowCount matches "1" ]', "matches is for texts"),
        ("Rules = [ RowCount > EMPTY ]", "A number is needed here, not 'EMPTY'"),
        ('Rules = [ DataFreshness "id" > 3 ]', "DataFreshness is compared with hours or days"),
        ('Rules = [ ColumnDataType "id" = "Text" ]', "ColumnDataType knows Boolean, Date"),
        ('Analyzers = [ Distribution "id" ]', "The analyzer Distribution is not supported here"),
        ('Analyzers = [ IsComplete "id" ]', "IsComplete is no analyzer that is supported here"),
    ],
)
def test_rulesets_that_make_no_sense_raise(quality, frame, ruleset, message):
    from pyspark.errors import IllegalArgumentException

    with pytest.raises(IllegalArgumentException, match=message):
        quality.apply(frame=frame, ruleset=ruleset)


def test_options_that_are_not_known(quality, frame):
    from pyspark.errors import IllegalArgumentException

    with pytest.raises(IllegalArgumentException, match=r"compositeRuleEvaluation.method is ROW or COLUMN, not ROWS"):
        quality.apply(frame, "Rules = [ RowCount > 1 ]", None, {"compositeRuleEvaluation.method": "ROWS"})
    with pytest.warns(UserWarning, match="additional option more is not known here"):
        quality.apply(frame, "Rules = [ RowCount > 1 ]", None, {"more": "1"})
