"""One request to Glue: authorised, validated, answered, in AWS's JSON 1.1 protocol.

Operations about running and about what runs are answered here; the catalog and the rest go on to the emulator. What
neither has is refused by name.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Mapping
from typing import Any

from local_aws import emulator
from local_aws.emulator import Handler, Response, Scope
from local_aws.glue import permissions
from local_aws.glue.catalog import catalog_operations
from local_aws.glue.catalog.parts import catalog_of
from local_aws.glue.crawls.api import CrawlerOperations
from local_aws.glue.crawls.runs import Crawls
from local_aws.glue.definitions.api import Operation, Params, definition_operations
from local_aws.glue.definitions.records import Definitions
from local_aws.glue.errors import unsupported
from local_aws.glue.jobs.bookmarks import Bookmarks
from local_aws.glue.jobs.data_quality_results import DataQualityResults
from local_aws.glue.jobs.requests import StartRequest
from local_aws.glue.jobs.runs import JobRuns
from local_aws.glue.model import GlueError, JobRun
from local_aws.glue.paging import page
from local_aws.glue.permissions import check_pass_role
from local_aws.glue.quality.api import quality_operations
from local_aws.glue.quality.runs import QualityRuns
from local_aws.glue.schemas import schema_operations, with_schema_of_version
from local_aws.glue.schemas.arns import SCHEMA_OPERATIONS
from local_aws.glue.schemas.refusals import check_words
from local_aws.glue.settings import setting_operations
from local_aws.glue.shapes import Shapes
from local_aws.glue.tags import Tags
from local_aws.glue.workflows.api import workflow_operations
from local_aws.glue.workflows.runs import WorkflowRuns

logger = logging.getLogger(__name__)

EMULATED = frozenset(
    (
        "UpdateColumnStatisticsForTable GetColumnStatisticsForTable "
        "DeleteColumnStatisticsForTable UpdateColumnStatisticsForPartition GetColumnStatisticsForPartition "
        "DeleteColumnStatisticsForPartition"
    ).split()
)
"""The operations that go on to the emulator."""

PASSED_OVER = {
    "AuditContext": "tells AWS's audit what is read",
    "EnableHybrid": "is about grants of Lake Formation, of which there are none",
    "IncludeStatusDetails": "is about views of several dialects, which are refused",
    "QuerySessionContext": "tells Lake Formation of the query",
    "SchemaDiffType": "has one value",
}
"""Members of requests that nothing reads here, and why nobody misses them."""

EXPLAIN_CRAWL = "ExplainCrawl"
"""Not AWS's: what StartCrawler would do and why, for `explaincrawl`. Takes `Name`; see crawler/explain.py."""


class GlueApi:
    """Glue's operations on one store."""

    def __init__(
        self,
        definitions: Definitions,
        workflow_runs: WorkflowRuns,
        job_runs: JobRuns,
        crawls: Crawls,
        quality_runs: QualityRuns,
        shapes: Shapes,
    ) -> None:
        self._definitions = definitions
        self._store = definitions.store
        self._bookmarks = Bookmarks(definitions.store)
        self._workflow_runs = workflow_runs
        self._job_runs = job_runs
        self._crawls = crawls
        self._quality_runs = quality_runs
        self._shapes = shapes
        self.next: Handler
        self.operations = self._operations()

    async def handle(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Response:
        """Answer one request that the emulator has authenticated, and authorised for its first resource."""
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            params = json.loads(body or b"{}")
            self._authorise(operation, params, emulator.request_access_key(headers))
            if operation in self.operations:
                return _ok(self._answer(operation, params))
            if operation == EXPLAIN_CRAWL:
                return _ok(await self._crawls.explain(emulator.request_scope(), str(params.get("Name"))))
            if operation in EMULATED:
                catalog_of(emulator.request_scope(), params)
            if operation in EMULATED or path.startswith("/iceberg"):
                return await self.next(method, path, headers, body, query)
            raise unsupported(f"The operation {operation}")
        except GlueError as error:
            return _error(400, error.code, error.message)
        except ValueError as error:
            return _error(400, "SerializationException", str(error))
        except sqlite3.Error as error:
            return storage_failure(error)

    def call(self, operation: str, params: Params) -> dict[str, Any]:
        """Carry out an operation for CloudFormation, with the rights of whoever is the caller.

        Raises:
            GlueError: what the operation or IAM refuses.
        """
        self._authorise(operation, params, emulator.caller_access_key(), skip=0)
        return self._answer(operation, params)

    def _answer(self, operation: str, params: Params) -> dict[str, Any]:
        if operation in SCHEMA_OPERATIONS:
            check_words(params)
        validated = self._shapes.validated(operation, params)
        return self._shapes.answer(operation, self.operations[operation](emulator.request_scope(), validated))

    def resources(self, operation: str, params: Params, scope: Scope) -> list[str]:
        """The ARNs to check for an operation, see `permissions.resources`."""
        return permissions.resources(operation, with_schema_of_version(self._store, scope, params), scope)

    def _authorise(self, operation: str, params: Params, access_key: str, skip: int = 1) -> None:
        """Check the resources (a request's first one has been checked by the emulator), and the role that is passed."""
        scope = emulator.request_scope()
        arns = self.resources(operation, params, scope)
        asked = [(f"glue:{operation}", arn) for arn in arns[skip:]]
        tagged = permissions.tagged_resource(operation, params, arns)
        asked += [("glue:TagResource", tagged)] if tagged else []
        for action, arn in asked:
            denied = emulator.denial(access_key, action, arn)
            if denied:
                raise GlueError(
                    "AccessDeniedException",
                    f"User: {denied} is not authorized to perform: {action} on resource: {arn}",
                )
        check_pass_role(scope, operation, params, access_key)

    def _operations(self) -> dict[str, Operation]:
        crawlers = CrawlerOperations(self._definitions, self._crawls)
        return (
            definition_operations(self._definitions)
            | catalog_operations(self._store)
            | setting_operations(self._store)
            | schema_operations(self._store)
            | DataQualityResults(self._store).operations()
            | quality_operations(self._quality_runs)
            | Tags(self._store).operations()
            | crawlers.operations
            | workflow_operations(self._definitions, self._workflow_runs)
            | {
                "StartJobRun": self._start_job_run,
                "GetJobRun": self._get_job_run,
                "GetJobRuns": self._get_job_runs,
                "BatchStopJobRun": self._batch_stop_job_run,
                "GetJobBookmark": self._get_job_bookmark,
                "ResetJobBookmark": self._reset_job_bookmark,
            }
        )

    # Jobs

    def _start_job_run(self, scope: Scope, params: Params) -> dict[str, Any]:
        request = StartRequest.of(params)
        if "JobRunId" not in params:
            return {"JobRunId": self._job_runs.start(scope, params["JobName"], request).Id}
        earlier, same = params["JobRunId"], "Arguments" not in params
        return {"JobRunId": self._job_runs.retry(scope, params["JobName"], earlier, request, same_arguments=same).Id}

    def _get_job_run(self, scope: Scope, params: Params) -> dict[str, Any]:
        run = self._job_runs.get(scope, params["JobName"], params["RunId"]).to_api()
        return {"JobRun": run if params.get("PredecessorsIncluded") else {**run, "PredecessorRuns": []}}

    def _get_job_runs(self, scope: Scope, params: Params) -> dict[str, Any]:
        self._definitions.get(scope, "job", params["JobName"])
        runs = [run.to_api() for run in self._store.runs(scope, JobRun, params["JobName"])]
        return page("JobRuns", runs, params)

    def _get_job_bookmark(self, scope: Scope, params: Params) -> dict[str, Any]:
        return {"JobBookmarkEntry": self._bookmarks.get(scope, params["JobName"], params.get("RunId"))}

    def _reset_job_bookmark(self, scope: Scope, params: Params) -> dict[str, Any]:
        return {"JobBookmarkEntry": self._bookmarks.reset(scope, params["JobName"], params.get("RunId"))}

    def _batch_stop_job_run(self, scope: Scope, params: Params) -> dict[str, Any]:
        stopped, errors = [], []
        for run_id in params["JobRunIds"]:
            entry = {"JobName": params["JobName"], "JobRunId": run_id}
            try:
                self._job_runs.stop(scope, params["JobName"], run_id)
                stopped.append(entry)
            except GlueError as error:
                detail = {"ErrorCode": error.code, "ErrorMessage": error.message}
                errors.append({**entry, "ErrorDetail": detail})
        return {"SuccessfulSubmissions": stopped, "Errors": errors}


def _ok(answer: Mapping[str, Any]) -> Response:
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()


def storage_failure(error: sqlite3.Error) -> Response:
    """The answer to a request that could not be read or written down, such as on a full disk."""
    return _error(500, "InternalServiceException", f"The state folder of the local AWS cannot be written: {error}")


def _error(status: int, code: str, message: str) -> Response:
    body = json.dumps({"__type": code, "Message": message}).encode()
    return status, {"Content-Type": "application/x-amz-json-1.1"}, body
