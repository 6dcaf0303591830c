"""What a run cost beside its jobs and crawlers: queries, requests of S3, lines of logs, metrics of CloudWatch.

They are found by the run's time and by its jobs' names: what others did meanwhile in the same buckets and work groups
counts too.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from glue_client.aws import Aws
from glue_client.aws_errors import code_of
from glue_client.console import count, size
from glue_client.costs import Cost
from glue_client.job_logs import JobLog
from glue_client.measured_runs import Measured
from glue_client.prices import BOOK, GB, HOURS_A_MONTH, TB, Prices
from glue_client.stored import Stored

PAGE = 50
"""Of Athena's executions in a work group, the newest, are looked at."""
GLUE_S_OWN = "Glue"
"""The namespace of Glue's metrics of jobs: that they are not billed as custom ones is assumed."""

Told = Mapping[str, Any]


def of(aws: Aws, run: Measured, stored: Sequence[Stored], prices: Prices) -> Iterator[Cost]:
    """The costs of one run; `stored` are the buckets in which it wrote."""
    queries = [one for one in executions(aws) if run.began <= one["Status"]["SubmissionDateTime"] <= run.ended]
    if queries:
        yield of_queries(queries, prices)
    yield from of_requests(stored, prices)
    yield from _of_logs(aws, run, prices)
    yield from _of_metrics(aws, run, prices)


def executions(aws: Aws) -> list[Told]:
    """The newest queries of all work groups, as GetQueryExecution tells them."""
    found: list[Told] = []
    for group in _groups(aws):
        ids = aws.athena.list_query_executions(WorkGroup=group, MaxResults=PAGE)["QueryExecutionIds"]
        if ids:
            found += aws.athena.batch_get_query_execution(QueryExecutionIds=ids)["QueryExecutions"]
    return found


def _groups(aws: Aws) -> Iterator[str]:
    """The names of all work groups; boto3 has no paginator of them."""
    token: dict[str, Any] = {}
    while True:
        page = aws.athena.list_work_groups(**token)
        yield from (group["Name"] for group in page["WorkGroups"])
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def of_queries(queries: Sequence[Told], prices: Prices) -> Cost:
    """What queries cost: each 10 MB at least; DDL and failed ones nothing (Athena's page on prices)."""
    billed = [billed_bytes(one) for one in queries]
    scanned = sum(one.get("Statistics", {}).get("DataScannedInBytes", 0) for one in queries)
    measure = f"{len(queries):,} {'query' if len(queries) == 1 else 'queries'}, {size(scanned)} scanned"
    return Cost("queries", sum(billed) / TB * prices["athena_tb"], "Athena", f"{measure}, {size(sum(billed))} billed")


def billed_bytes(query: Told) -> int:
    """The bytes of a query that are billed: rounded up to a MB, and 10 MB at least."""
    is_free = query.get("StatementType") == "DDL" or query["Status"]["State"] == "FAILED"
    scanned = query.get("Statistics", {}).get("DataScannedInBytes", 0)
    if is_free or (query["Status"]["State"] == "CANCELLED" and not scanned):
        return 0
    least, step = int(BOOK["least"]["query_bytes"]), int(BOOK["least"]["query_step_bytes"])
    return max(least, -(-int(scanned) // step) * step)


def of_requests(stored: Iterable[Stored], prices: Prices) -> Iterator[Cost]:
    """What the requests of S3 cost: an object written is one (large ones are more); reads are assumed."""
    for bucket in stored:
        reads = bucket.writes * BOOK["reads_of_a_write"]
        dollars = bucket.writes / 1000 * prices["s3_writes_1000"] + reads / 1000 * prices["s3_reads_1000"]
        if dollars:
            measure = f"{count(bucket.writes, 'object')} written, {reads:,} reads assumed"
            yield Cost("requests", dollars, bucket.bucket, measure)


def _of_logs(aws: Aws, run: Measured, prices: Prices) -> Iterator[Cost]:
    """What comes in: each line with CloudWatch's 26 bytes (Logs user guide, quotas: "overhead")."""
    lines = [line for job in run.jobs for line in JobLog(aws, job, _defaults(aws, job)).fresh(last=True)]
    read = sum(len(line.text.encode()) + BOOK["least"]["log_event_bytes"] for line in lines)
    if read:
        measure = f"{count(len(lines), 'line')} of the jobs, {size(read)}"
        yield Cost("logs", read / GB * prices["logs_in_gb"], "CloudWatch Logs", measure)


def _defaults(aws: Aws, job: Told) -> Mapping[str, str]:
    try:
        return aws.glue.get_job(JobName=job["JobName"])["Job"].get("DefaultArguments", {})
    except ClientError as error:
        if code_of(error) != "EntityNotFoundException":
            raise
        return {}


def _of_metrics(aws: Aws, run: Measured, prices: Prices) -> Iterator[Cost]:
    """The custom metrics that jobs of these names put: each is billed by the hours in which it gets a value."""
    names = dict.fromkeys(str(job["JobName"]) for job in run.jobs)
    number = sum(len(_metrics(aws, name)) for name in names)
    hours = max(1, math.ceil((run.ended - run.began).total_seconds() / 3600))
    if number:
        measure = f"{count(number, 'custom metric')} in {count(hours, 'hour')}"
        yield Cost("metrics", number * hours / HOURS_A_MONTH * prices["metric_month"], "CloudWatch", measure)


def _metrics(aws: Aws, job: str) -> set[str]:
    pages = aws.cloudwatch.get_paginator("list_metrics").paginate(Dimensions=[{"Name": "JobName", "Value": job}])
    return {
        f"{one['Namespace']} {one['MetricName']} {sorted(map(str, one['Dimensions']))}"
        for page in pages
        for one in page["Metrics"]
        if not one["Namespace"].startswith("AWS/") and one["Namespace"] != GLUE_S_OWN
    }
