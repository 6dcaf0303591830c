"""A gate: hard rules stop, soft ones warn, and what was found is kept either way."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from lakejobs import quality
from lakejobs.arguments import Arguments

ARGS = Arguments({}, "my-job", "jr_1")
RULES = """
Rules = [
    RowCount = 3,
    IsComplete "team"{hard},
    ColumnValues "price" > 2 labels=["severity"="soft"]
]
"""


@pytest.fixture
def bucket(aws):  # noqa: ARG001 - it sets the environment
    name = f"b{uuid.uuid4().hex[:12]}"
    boto3.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name


@pytest.fixture
def pass_through(spark, bucket, tmp_path):
    """Function: rules -> what the gate makes of three rows, one of which has no team, one a price of 2."""
    frame = spark.createDataFrame([(1, "x", 2), (2, None, 3), (3, "y", 5)], "id int, team string, price int")

    def run(text):
        (tmp_path / "my.dqdl").write_text(text)
        return quality.gate(
            frame, str(tmp_path / "my.dqdl"), ARGS, stage="silver", results=f"s3://{bucket}/quality/mine/"
        )

    return run


def kept(bucket):
    s3 = boto3.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    assert keys == ["quality/mine/jr_1-silver.json"]
    return [json.loads(line) for line in s3.get_object(Bucket=bucket, Key=keys[0])["Body"].read().splitlines()]


def test_a_hard_rule_that_fails_stops(pass_through, bucket):
    with pytest.raises(quality.QualityError) as stopped:
        pass_through(RULES.format(hard=""))
    lines = str(stopped.value).splitlines()
    assert lines[0] == "error: 1 of 2 hard rules on the silver rows failed; no table was replaced"
    assert lines[1].startswith('  seen: IsComplete "team": Value: 0.66')
    assert lines[2].startswith("  next: correct the source, or the rules in ")
    rows = kept(bucket)
    assert [(row["rule"], row["severity"], row["outcome"]) for row in rows] == [
        ("RowCount = 3", "hard", "Passed"),
        ('IsComplete "team"', "hard", "Failed"),
        ('ColumnValues "price" > 2', "soft", "Failed"),
    ]
    assert [list(row) for row in rows] == [list(quality.COLUMNS)] * 3
    assert rows[1]["metrics"] == {"Column.team.Completeness": pytest.approx(2 / 3)}
    assert {(row["job"], row["run"], row["stage"]) for row in rows} == {("my-job", "jr_1", "silver")}
    moment = datetime.strptime(rows[0]["evaluated_at"], "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=5)


def test_a_soft_rule_that_fails_warns(pass_through, bucket, capsys):
    outcomes = pass_through(RULES.format(hard=' labels=["severity"="soft"]'))
    assert [one.outcome for one in outcomes] == ["Passed", "Failed", "Failed"]
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("silver: ")]
    assert [line.partition(": Value")[0] for line in told] == [
        'silver: soft rule failed: IsComplete "team"',
        'silver: soft rule failed: ColumnValues "price" > 2',
    ]
    assert [row["outcome"] for row in kept(bucket)] == ["Passed", "Failed", "Failed"]


def test_rules_without_labels_are_hard(pass_through):
    with pytest.raises(quality.QualityError, match="2 of 2 hard rules"):
        pass_through('Rules = [ RowCount = 4, IsComplete "team" ]')


def test_another_severity_is_hard(pass_through):
    with pytest.raises(quality.QualityError, match="1 of 1 hard rules"):
        pass_through('Rules = [ RowCount = 4 labels=["severity"="warning"] ]')
