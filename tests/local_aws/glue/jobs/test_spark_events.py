"""Sums over Spark's event log, and what a run's end counts for."""

import pytest

from local_aws.glue.jobs.spark_events import Totals, outcome_metrics, settings


def task(finish_ms, *, failed=False, killed=False, records=0):
    return {
        "Event": "SparkListenerTaskEnd",
        "Task Info": {"Failed": failed, "Killed": killed, "Finish Time": finish_ms},
        "Task Metrics": {
            "Input Metrics": {"Records Read": records, "Bytes Read": 10 * records},
            "Shuffle Write Metrics": {"Shuffle Bytes Written": 7},
            "Shuffle Read Metrics": {"Local Bytes Read": 5},
        },
    }


START = {"Event": "SparkListenerApplicationStart", "Timestamp": 1_000}
STAGE = {"Event": "SparkListenerStageCompleted", "Stage Info": {"Completion Time": 1_500}}
FAILED_STAGE = {"Event": "SparkListenerStageCompleted", "Stage Info": {"Failure Reason": "x", "Completion Time": 1_600}}


def test_nothing_is_reported_before_the_application_starts():
    assert Totals().take() == {}


def test_what_was_added_since_the_last_time_is_reported():
    totals = Totals()
    for event in (START, task(1_100, records=3), task(1_200, failed=True), STAGE):
        totals.add(event)
    assert totals.take() == {
        "bytesRead": 30,
        "elapsedTime": 500,
        "numCompletedStages": 1,
        "numCompletedTasks": 1,
        "numFailedTasks": 1,
        "numKilledTasks": 0,
        "recordsRead": 3,
        "shuffleBytesWritten": 14,
        "shuffleLocalBytesRead": 10,
    }
    for event in (task(1_550, killed=True), FAILED_STAGE, {"Event": "SparkListenerApplicationEnd", "Timestamp": 1_700}):
        totals.add(event)
    added = totals.take()
    assert (added["elapsedTime"], added["numKilledTasks"], added["numCompletedStages"]) == (200, 1, 0)


@pytest.mark.parametrize(
    ("error", "names"),
    [
        (None, ["glue.succeed.ALL"]),
        ("Error Category: QUERY_ERROR; Failed Line Number: 3; x", ["glue.error.ALL", "glue.error.QUERY_ERROR"]),
        ("Command failed with exit code 4", ["glue.error.ALL", "glue.error.UNCLASSIFIED_ERROR"]),
    ],
)
def test_a_runs_end_counts_for(error, names):
    assert outcome_metrics(error) == names


@pytest.mark.parametrize(
    "arguments",
    [{}, {"--enable-metrics": "false"}, {"--enable-spark-ui": "true"}, {"--spark-event-logs-path": "s3://b"}],
)
def test_spark_writes_no_events_that_nobody_wants(tmp_path, arguments):
    assert settings(arguments, tmp_path) == {}
