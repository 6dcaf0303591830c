"""What became of the rows of a run.

Counts are a mapping such as {"rows_read": 10, "rows_written": 7, "rows_rejected": 2, "rows_duplicate": 1}: the first is
the sum of the others.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import boto3

from lakejobs.errors import JobError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakejobs.arguments import Arguments


class CountError(JobError):
    """The rows do not add up."""


def check_sum(counts: Mapping[str, int]) -> None:
    """No row may be lost or made.

    Raises:
        CountError: the first count is not the sum of the others.
    """
    total, *parts = counts.values()
    if total != sum(parts):
        raise CountError(
            "the rows do not add up; nothing was replaced",
            f"{json.dumps(counts)}: the first has to be the sum of the others",
            "run the job again; if it stays so, it is a fault of this script",
        )


def log(counts: Mapping[str, int], args: Arguments) -> None:
    """Tell the counts, as one line of JSON, to the log."""
    print(json.dumps({"job": args.job, **counts}), flush=True)


def report(counts: Mapping[str, int], args: Arguments, *, namespace: str, prefix: str) -> None:
    """Tell the counts to the log, as metrics of the job, and to the workflow run that it belongs to, if any.

    Args:
        counts: such as rows_read: the metric RowsRead, the run property `<prefix>.rows_read`.
        args: of the job.
        namespace: of the metrics, see `measure`.
        prefix: of the run properties; the role needs glue:PutWorkflowRunProperties on the workflow.
    """
    log(counts, args)
    measure(counts, args, namespace=namespace)
    if args.workflow_run:
        properties = {f"{prefix}.{name}": str(count) for name, count in counts.items()}
        boto3.client("glue").put_workflow_run_properties(
            Name=args.workflow_run.workflow, RunId=args.workflow_run.run, RunProperties=properties
        )


def measure(counts: Mapping[str, int], args: Arguments, *, namespace: str) -> None:
    """Put the counts as metrics of the job, and RejectedRatio where rows were read: an alarm takes one metric.

    Args:
        counts: such as rows_read: the metric RowsRead. RejectedRatio is rows_rejected / rows_read, from 0 to 1.
        args: of the job, whose name is the dimension JobName.
        namespace: of the metrics in CloudWatch; the role needs cloudwatch:PutMetricData there.
    """
    data = [(name.title().replace("_", ""), float(count), "Count") for name, count in counts.items()]
    if counts.get("rows_read") and "rows_rejected" in counts:
        data.append(("RejectedRatio", counts["rows_rejected"] / counts["rows_read"], "None"))
    boto3.client("cloudwatch").put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": "JobName", "Value": args.job}],
                "Value": value,
                "Unit": unit,
            }
            for name, value, unit in data
        ],
    )
