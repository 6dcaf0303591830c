"""The sum of the counts, and where they are told."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.stub import Stubber
from lakejobs import counts as module
from lakejobs.arguments import Arguments, WorkflowRun
from lakejobs.counts import CountError, check_sum, log, measure, report


def of_job(name, workflow_run=None):
    return Arguments({}, name, "jr_1", workflow_run)


def test_a_sum_that_does_not_hold_fails():
    with pytest.raises(CountError) as error:
        check_sum({"rows_read": 4, "rows_written": 2, "rows_rejected": 1, "rows_duplicate": 0})
    assert str(error.value) == (
        "error: the rows do not add up; nothing was replaced\n"
        '  seen: {"rows_read": 4, "rows_written": 2, "rows_rejected": 1, "rows_duplicate": 0}: '
        "the first has to be the sum of the others\n"
        "  next: run the job again; if it stays so, it is a fault of this script"
    )


def test_a_sum_that_holds_passes():
    check_sum({"rows_read": 4, "rows_written": 2, "rows_rejected": 1, "rows_duplicate": 1})


def test_the_log_gets_one_line(capsys):
    log({"rows_written": 3, "files": 2}, of_job("gold"))
    assert capsys.readouterr().out == '{"job": "gold", "rows_written": 3, "files": 2}\n'


def test_a_workflow_run_gets_them_as_properties(monkeypatch):
    glue = boto3.client("glue", region_name="eu-west-1")
    cloudwatch = boto3.client("cloudwatch", region_name="eu-west-1")
    monkeypatch.setattr(module.boto3, "client", {"glue": glue, "cloudwatch": cloudwatch}.__getitem__)
    properties = {"clean.rows_read": "3", "clean.rows_written": "3"}
    asked = {"Name": "etl-workflow", "RunId": "wr_1", "RunProperties": properties}
    with Stubber(glue) as stub, Stubber(cloudwatch) as metrics:
        metrics.add_response("put_metric_data", {})
        stub.add_response("put_workflow_run_properties", {}, asked)
        run = WorkflowRun("etl-workflow", "wr_1")
        report({"rows_read": 3, "rows_written": 3}, of_job("etl-clean", run), namespace="N", prefix="clean")
        stub.assert_no_pending_responses()


@pytest.mark.usefixtures("aws")
def test_the_counts_are_a_line_of_the_log_and_metrics_of_the_job(capsys):
    counts = {"rows_read": 10, "rows_written": 7, "rows_rejected": 2, "rows_duplicate": 1}
    report(counts, of_job("etl-clean"), namespace="EtlPoc", prefix="clean")
    assert json.loads(capsys.readouterr().out) == {"job": "etl-clean", **counts}
    cloudwatch = boto3.Session().client("cloudwatch")
    now = datetime.now(UTC)
    found = {
        metric["MetricName"]: cloudwatch.get_metric_statistics(
            Namespace="EtlPoc",
            MetricName=metric["MetricName"],
            Dimensions=[{"Name": "JobName", "Value": "etl-clean"}],
            StartTime=now - timedelta(minutes=5),
            EndTime=now + timedelta(minutes=5),
            Period=300,
            Statistics=["Sum"],
        )["Datapoints"][0]["Sum"]
        for metric in cloudwatch.list_metrics(Namespace="EtlPoc")["Metrics"]
    }
    assert found == {"RowsRead": 10, "RowsWritten": 7, "RowsRejected": 2, "RowsDuplicate": 1, "RejectedRatio": 0.2}


@pytest.mark.parametrize(
    "counts", [{"rows_read": 0, "rows_rejected": 0}, {"rows_read": 3, "rows_written": 3}, {"rows_written": 3}]
)
def test_there_is_no_ratio_where_nothing_was_read_or_none_can_be_rejected(monkeypatch, counts):
    cloudwatch = boto3.client("cloudwatch", region_name="eu-west-1")
    monkeypatch.setattr(module.boto3, "client", {"cloudwatch": cloudwatch}.__getitem__)
    dimensions = [{"Name": "JobName", "Value": "gold"}]
    names = {"rows_read": "RowsRead", "rows_rejected": "RowsRejected", "rows_written": "RowsWritten"}
    data = [
        {"MetricName": names[name], "Dimensions": dimensions, "Value": float(value), "Unit": "Count"}
        for name, value in counts.items()
    ]
    with Stubber(cloudwatch) as stub:
        stub.add_response("put_metric_data", {}, {"Namespace": "N", "MetricData": data})
        measure(counts, of_job("gold"), namespace="N")
        stub.assert_no_pending_responses()
