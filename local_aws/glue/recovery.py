"""What a server does at its end, and at its start about one that was killed: nothing is RUNNING that does not run."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

from local_aws.glue.jobs import processes
from local_aws.glue.jobs.bookmarks import Bookmarks
from local_aws.glue.jobs.data_quality_results import DataQualityResults
from local_aws.glue.jobs.waiting_process import WAITING
from local_aws.glue.model import CUT_SHORT, Crawl, JobRun, QualityRun
from local_aws.glue.stamps import now
from local_aws.glue.store import Store

_HISTORY_S = 90 * 86_400
"""How long the history of runs is kept (developer guide, "Job run insights", and API reference of recommendation runs;
of the others unverified)."""


def close_unfinished(store: Store, folder: Path) -> None:
    """End the processes that an earlier server left, and mark what it left running: it was cut short, and says so.

    Args:
        store: the records.
        folder: holds the folders of the job runs; deleted. What a run committed to its bookmark, and its
            data quality results, are kept before.
    """
    with contextlib.suppress(sqlite3.OperationalError):  # the disk is full: another time
        store.forget_runs(now() - _HISTORY_S)
    unfinished = store.unfinished()
    processes.end_orphans(
        (run.ProcessGroup, token)
        for _, run in unfinished
        if isinstance(run, JobRun | QualityRun) and run.ProcessGroup
        for token in (run.Id if isinstance(run, JobRun) else run.RunId, f"{folder}/{WAITING}")
    )
    moment = now()
    for scope, run in unfinished:
        if isinstance(run, JobRun):
            Bookmarks(store).take_back(scope, run, folder / run.Id)
            DataQualityResults(store).take(scope, run, folder / run.Id)
            store.put_run(
                scope,
                run.changed(
                    JobRunState="FAILED",
                    ErrorMessage=CUT_SHORT,
                    CompletedOn=moment,
                    LastModifiedOn=moment,
                    ProcessGroup=None,
                ),
            )
        elif isinstance(run, QualityRun):
            store.put_run(scope, run.cut_short(moment))
        elif isinstance(run, Crawl):
            store.put_run(scope, run.changed(State="FAILED", ErrorMessage=CUT_SHORT, CompletedOn=moment))
        else:
            store.put_run(scope, run.changed(Status="ERROR", ErrorMessage=CUT_SHORT, CompletedOn=moment))
    for scope, crawler in store.every_definition("crawler"):
        if crawler["State"] != "READY":
            crawls = store.runs(scope, Crawl, crawler["Name"])
            last = {"LastCrawl": crawls[0].to_last_crawl()} if crawls else {}
            store.put_definition(scope, "crawler", crawler["Name"], {**crawler, "State": "READY", **last})
    shutil.rmtree(folder, ignore_errors=True)
