"""Runs of crawlers: each in a thread of its own, with credentials of the crawler's role."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from local_aws import emulator, happenings
from local_aws.aws_clients import client
from local_aws.emulator import RoleUnusableError, Scope
from local_aws.glue import events
from local_aws.glue.crawler.crawl import CrawlSummary
from local_aws.glue.crawler.crawl import crawl as run_crawl
from local_aws.glue.crawler.explain import explain_crawl
from local_aws.glue.crawler.failures import CrawlCancelled, CrawlFailed
from local_aws.glue.crawls.stored_objects import StoredObjects
from local_aws.glue.definitions.records import Definitions
from local_aws.glue.errors import invalid
from local_aws.glue.jobs.logs import LogStream
from local_aws.glue.model import CLOSING, CUT_SHORT, Crawl, GlueError
from local_aws.glue.settings.security_configurations import SecurityConfigurations
from local_aws.glue.stamps import now

logger = logging.getLogger(__name__)

_SESSION = "AWS-Crawler"
_CREDENTIALS_S = 12 * 3600

Ended = Callable[[Scope, Crawl], None]


def _log_group(crawler: Mapping[str, Any]) -> str:
    """Where a crawler logs; with a security configuration in a group of its own (so in public GetCrawler output)."""
    secured = crawler.get("CrawlerSecurityConfiguration")
    return f"/aws-glue/crawlers-role/{crawler['Role']}-{secured}" if secured else "/aws-glue/crawlers"


class Crawls:
    """Starts crawls and keeps their records true.

    Args:
        definitions: where crawlers are looked up; its store takes the records.
        endpoint: URL of this server.
        ended: called once for each crawl that is over.
    """

    def __init__(self, definitions: Definitions, endpoint: str, ended: Ended) -> None:
        self._definitions = definitions
        self._store = definitions.store
        self._endpoint = endpoint
        self._ended = ended
        self._stopping: set[str] = set()
        self._cut_short: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    def start(self, scope: Scope, name: str, *, trigger: str | None = None, workflow_run: str | None = None) -> Crawl:
        """Begin a crawl.

        Raises:
            GlueError: EntityNotFoundException, or CrawlerRunningException (its text is unverified).
        """
        if self._closing:
            raise GlueError("InternalServiceException", CLOSING)
        crawler = self._store.definition(scope, "crawler", name)
        if crawler is None:
            raise GlueError("EntityNotFoundException", f"Crawler with name {name} does not exist")
        if crawler["State"] != "READY":
            raise GlueError("CrawlerRunningException", f"Crawler with name {name} has already started")
        crawl = Crawl(
            CrawlId=str(uuid.uuid4()),
            CrawlerName=name,
            State="RUNNING",
            StartedOn=now(),
            LogGroup=_log_group(crawler),
            LogStream=name,
            TriggerName=trigger,
            WorkflowRunId=workflow_run,
        )
        self._store.put_run(scope, crawl)
        self._definitions.set_crawler_state(scope, name, State="RUNNING")
        events.crawl_started(scope, crawl)
        task = asyncio.get_running_loop().create_task(self._carry_out(scope, crawler, crawl))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return crawl

    def stop(self, scope: Scope, name: str) -> None:
        """Begin to stop the running crawl of a crawler.

        Raises:
            GlueError: EntityNotFoundException, CrawlerNotRunningException or CrawlerStoppingException.
        """
        crawler = self._definitions.get(scope, "crawler", name)
        if crawler["State"] == "READY":
            raise GlueError("CrawlerNotRunningException", f"Crawler with name {name} is not running")
        if crawler["State"] == "STOPPING":
            raise GlueError("CrawlerStoppingException", f"Crawler with name {name} is already stopping")
        self._definitions.set_crawler_state(scope, name, State="STOPPING")
        self._stopping |= {crawl.CrawlId for crawl in self._store.runs(scope, Crawl, name) if not crawl.ended}

    async def explain(self, scope: Scope, name: str) -> dict[str, Any]:
        """What a crawl would do now and why, found with the crawler's own role; nothing is written.

        Raises:
            GlueError: EntityNotFoundException, or InvalidInputException when the role cannot be assumed.
        """
        crawler = self._definitions.get(scope, "crawler", name)
        try:
            role = emulator.assume_role(scope, crawler["Role"], _SESSION, _CREDENTIALS_S)
        except RoleUnusableError as error:
            raise invalid(str(error)) from error

        def work() -> dict[str, Any]:
            return explain_crawl(crawler, **self._access(scope, role), should_stop=lambda: self._closing)

        return await asyncio.to_thread(work)

    def begin_to_close(self) -> None:
        """Start nothing more, as the server ends."""
        self._closing = True

    async def close(self) -> None:
        """Wait for what runs, as the server ends."""
        self._closing = True
        for scope, run in self._store.unfinished():
            if isinstance(run, Crawl):
                self._cut_short |= {run.CrawlId} - self._stopping
                self._stopping.add(run.CrawlId)
                logger.info("stopping crawl %s of %s", run.CrawlId, scope)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry_out(self, scope: Scope, crawler: Mapping[str, Any], crawl: Crawl) -> None:
        state, message, done = "FAILED", None, CrawlSummary()
        try:
            done = await self._execute(scope, crawler, crawl)
            state = "SUCCEEDED"
        except CrawlCancelled:
            state, message = ("FAILED", CUT_SHORT) if crawl.CrawlId in self._cut_short else ("CANCELLED", None)
        except (CrawlFailed, RoleUnusableError) as error:
            message = str(error)
        except Exception as error:
            logger.exception("crawl %s", crawl.CrawlId)
            message = f"Internal Service Exception: {error}"
        final = crawl.changed(
            State=state, CompletedOn=now(), ErrorMessage=message, Summary=done.counts(), Tables=dict(done.tables)
        )
        self._stopping.discard(crawl.CrawlId)
        self._store.put_run(scope, final)
        if self._store.definition(scope, "crawler", crawl.CrawlerName):
            self._definitions.set_crawler_state(
                scope, crawl.CrawlerName, State="READY", CrawlElapsedTime=0, LastCrawl=final.to_last_crawl()
            )
        events.crawl_ended(scope, final)
        took = (final.CompletedOn or final.StartedOn) - final.StartedOn
        happenings.tell("crawler", final.CrawlerName, final.State, took, final.ErrorMessage)
        self._ended(scope, final)

    async def _execute(self, scope: Scope, crawler: Mapping[str, Any], crawl: Crawl) -> CrawlSummary:
        """Crawl in a thread; return the counts of what was written."""
        role = emulator.assume_role(scope, crawler["Role"], _SESSION, _CREDENTIALS_S)
        key = SecurityConfigurations(self._store).log_key(scope, crawler.get("CrawlerSecurityConfiguration"))
        stream = LogStream(scope, role, crawl.LogGroup, crawl.LogStream, key)
        sender = asyncio.create_task(stream.send_regularly())

        def log(line: str) -> None:
            stream.write(f"[{crawl.CrawlId}] {line}")

        def work() -> CrawlSummary:
            return run_crawl(
                crawler,
                **self._access(scope, role),
                log=log,
                crawl_id=crawl.CrawlId,
                should_stop=lambda: crawl.CrawlId in self._stopping,
            )

        try:
            return await asyncio.to_thread(work)
        finally:
            sender.cancel()
            stream.finish()

    def _access(self, scope: Scope, role: emulator.RoleSession) -> dict[str, Any]:
        """S3, Glue, DynamoDB and the stored objects with a role's rights."""
        names = ("s3", "glue", "dynamodb")
        clients = {name: client(name, self._endpoint, role, scope.region) for name in names}
        return {**clients, "fetch": StoredObjects(scope, role)}
