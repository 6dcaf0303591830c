"""What a crawl would do and why, with nothing written: `plan_crawl`'s findings and changes as one JSON document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from local_aws.glue.crawler.changes import TableChange
from local_aws.glue.crawler.crawl import plan_crawl
from local_aws.glue.crawler.failures import CrawlFailed
from local_aws.glue.crawler.findings import Finding
from local_aws.glue.crawler.range_reader import Fetch, ask_s3
from local_aws.glue.crawler.table_input import DEPRECATED_BY

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

_SHOWN = ("Name", "Role", "DatabaseName", "Targets", "SchemaChangePolicy", "RecrawlPolicy", "Configuration")
EXAMPLES = 10
"""Partitions of one table that are given by their values."""


def explain_crawl(
    crawler: Mapping[str, Any],
    *,
    s3: S3Client,
    glue: GlueClient,
    fetch: Fetch = ask_s3,
    dynamodb: Any = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Plan a crawl and tell all about it.

    Args:
        crawler: GetCrawler's `Crawler`.
        s3: S3 with the crawler role's credentials.
        glue: Glue with the crawler role's credentials.
        fetch: a shorter way to an object's bytes, with the role's rights.
        dynamodb: DynamoDB with the crawler role's credentials.
        should_stop: asked between files; True ends it.

    Returns:
        `Crawler`: its settings. `Findings`: dictionaries of `Kind`, `Subject`, `Becomes`, `Why` and `Text`.
        `Changes`: of each table `Action`, `Table`, `Database`, `Why`, `Notes`, and the `Partitions` of each action.
        `Failure`: why the crawl would fail, or None.

    Raises:
        CrawlCancelled: should_stop said so.
    """
    findings: list[Finding] = []
    changes: Sequence[TableChange] = ()
    failure = None
    try:
        plan = plan_crawl(
            crawler,
            s3=s3,
            glue=glue,
            log=lambda _line: None,
            tell=findings.append,
            crawl_id="not-a-crawl",
            fetch=fetch,
            dynamodb=dynamodb,
            should_stop=should_stop,
        )
        changes = plan.changes
    except CrawlFailed as error:
        failure = str(error)
    return {
        "Crawler": {name: crawler[name] for name in _SHOWN if crawler.get(name)},
        "Findings": [
            {
                "Kind": finding.kind,
                "Subject": finding.subject,
                "Becomes": finding.becomes,
                "Why": finding.why,
                "Text": finding.text,
            }
            for finding in findings
        ],
        "Changes": [_change(change) for change in changes],
        "Failure": failure,
    }


def _change(change: TableChange) -> dict[str, Any]:
    partitions = change.partitions
    marked = [part for part in partitions.update if DEPRECATED_BY in (part.get("Parameters") or {})]
    updated = [part for part in partitions.update if part not in marked]
    values: dict[str, list[list[str]]] = {
        "create": [list(part["Values"]) for part in partitions.create],
        "update": [list(part["Values"]) for part in updated],
        "deprecate": [list(part["Values"]) for part in marked],
        "delete": [list(part) for part in partitions.delete],
    }
    return {
        "Action": "deprecate" if change.deprecates else change.action,
        "Table": change.name,
        "Database": change.database,
        "Why": change.why,
        "Notes": list(partitions.lines),
        "Partitions": {
            action: {"Count": len(each), "Examples": each[:EXAMPLES]} for action, each in values.items() if each
        },
    }
