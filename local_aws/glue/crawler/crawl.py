"""One crawl: list, sample, classify, lay out, compare with the catalog, write.

`plan_crawl` does everything but the writing, so that it can be explained before anything changes; `crawl` does all.
Both run in a worker thread and use the crawler role's clients, so that a missing right fails them with AWS's error.
They call s3:ListBucket, s3:GetObject, glue:GetDatabase, GetTables, GetPartitions, CreateTable, UpdateTable,
BatchCreatePartition, BatchUpdatePartition, and where the crawler's policy or definition needs it CreateDatabase,
DeleteTable, DeletePartition, GetClassifier; for tables of DynamoDB dynamodb:DescribeTable and Scan.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local_aws.glue.crawler import report
from local_aws.glue.crawler.catalog import Catalog
from local_aws.glue.crawler.changes import TableChange
from local_aws.glue.crawler.failures import CrawlCancelled, CrawlFailed
from local_aws.glue.crawler.findings import Tell
from local_aws.glue.crawler.range_reader import Fetch, ask_s3
from local_aws.glue.crawler.settings import Settings, read_settings
from local_aws.glue.crawler.survey import Survey

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

Log = Callable[[str], None]


@dataclass(frozen=True)
class CrawlSummary:
    """How many tables and partitions a crawl made, changed and removed; `tables` names the tables by Glue's word."""

    tables_created: int = 0
    tables_updated: int = 0
    tables_deleted: int = 0
    partitions_created: int = 0
    partitions_updated: int = 0
    partitions_deleted: int = 0
    tables: Mapping[str, list[str]] = field(default_factory=dict, compare=False)

    def counts(self) -> dict[str, int]:
        """The numbers by name."""
        return {name: count for name, count in vars(self).items() if name != "tables"}


@dataclass(frozen=True)
class CrawlPlan:
    """What a crawl would write."""

    settings: Settings
    changes: tuple[TableChange, ...]

    @property
    def summary(self) -> CrawlSummary:
        """What will have been done once it is written."""
        names = {
            word: [change.name for change in self.changes if change.action == action]
            for word, action in (("ADD", "create"), ("UPDATE", "update"), ("DELETE", "delete"))
        }
        partitions = [change.partitions for change in self.changes]
        return CrawlSummary(
            tables_created=len(names["ADD"]),
            tables_updated=len(names["UPDATE"]),
            tables_deleted=len(names["DELETE"]),
            partitions_created=sum(len(change.create) for change in partitions),
            partitions_updated=sum(len(change.update) for change in partitions),
            partitions_deleted=sum(len(change.delete) for change in partitions),
            tables={word: each for word, each in names.items() if each},
        )


def crawl(
    crawler: Mapping[str, Any],
    *,
    s3: S3Client,
    glue: GlueClient,
    log: Log,
    crawl_id: str,
    fetch: Fetch = ask_s3,
    dynamodb: Any = None,
    should_stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.time,
) -> CrawlSummary:
    """Crawl and write the catalog.

    Args:
        crawler: GetCrawler's `Crawler`.
        s3: S3 with the crawler role's credentials.
        glue: Glue with the crawler role's credentials.
        log: takes each line of the crawl's log, without the `[id]` in front.
        crawl_id: becomes CRAWL_RUN_ID.
        fetch: a shorter way to an object's bytes, with the role's rights.
        dynamodb: DynamoDB with the crawler role's credentials.
        should_stop: asked between files and tables; True ends the crawl.
        clock: seconds since the epoch.

    Raises:
        CrawlFailed: with what LastCrawl's ErrorMessage shall say; what had been written by then stays.
        CrawlCancelled: should_stop said so.
    """
    log(f"BENCHMARK : Running Start Crawl for Crawler {crawler['Name']}")
    try:
        plan = plan_crawl(
            crawler,
            s3=s3,
            glue=glue,
            log=log,
            crawl_id=crawl_id,
            fetch=fetch,
            dynamodb=dynamodb,
            should_stop=should_stop,
            clock=clock,
        )
        _write(plan, glue, log, should_stop)
    except CrawlFailed as failure:
        log(f"ERROR : {failure}")
        raise
    log("BENCHMARK : Finished writing to Catalog")
    done = plan.summary
    for line in report.summary("TABLE", done.tables_created, done.tables_updated, done.tables_deleted):
        log(line)
    for line in report.summary("PARTITION", done.partitions_created, done.partitions_updated, done.partitions_deleted):
        log(line)
    log("BENCHMARK : Crawler has finished running and is in state READY")
    return done


def plan_crawl(
    crawler: Mapping[str, Any],
    *,
    s3: S3Client,
    glue: GlueClient,
    log: Log,
    crawl_id: str,
    tell: Tell | None = None,
    fetch: Fetch = ask_s3,
    dynamodb: Any = None,
    should_stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.time,
) -> CrawlPlan:
    """Everything of a crawl but the writing; arguments and errors as for `crawl`.

    What is found out goes to `tell`, by default into the log.
    """
    settings = read_settings(crawler)
    tell = tell or (lambda finding: log(finding.line))
    survey = Survey(settings, s3, glue, tell, log, crawl_id, should_stop, clock, fetch, dynamodb)
    return CrawlPlan(settings, tuple(survey.changes()))


def _write(plan: CrawlPlan, glue: GlueClient, log: Log, should_stop: Callable[[], bool]) -> None:
    log(report.configured(plan.settings))
    if any(change.action == "create" for change in plan.changes):
        Catalog(glue, plan.settings.database).ensure_database(log)
    for change in plan.changes:
        if should_stop():
            raise CrawlCancelled
        catalog = Catalog(glue, change.database)
        catalog.write_table(change)
        catalog.write_partitions(change.name, change.partitions)
        for line in (*change.lines, *change.partitions.lines):
            log(f"INFO : {line}")
