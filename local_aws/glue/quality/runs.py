"""Runs of Glue Data Quality on tables, each in a process of its own, as jobs' runs are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local_aws import happenings
from local_aws.emulator import Scope
from local_aws.glue import events
from local_aws.glue.errors import invalid
from local_aws.glue.jobs.data_quality_results import DataQualityResults
from local_aws.glue.jobs.process_plan import RUNTIME
from local_aws.glue.jobs.room import Room, written
from local_aws.glue.jobs.run_files import text_of
from local_aws.glue.model import CLOSING, GlueError, JobRun, QualityRun
from local_aws.glue.quality.requests import EVALUATION, RECOMMENDATION
from local_aws.glue.settings.rulesets import Rulesets
from local_aws.glue.stamps import now
from local_aws.glue.store import Store

_SCRIPT = RUNTIME / "awsgluedq" / "_on_tables.py"
_RECOMMENDED = "recommended.dqdl"
_LOG_GROUP = "/aws-glue/data-quality"
"""What log groups' names begin with where a run names no CustomLogGroupPrefix (API reference)."""
_MOST = 1000
"""Runs of a kind that are kept of an account and region."""
_WHAT = {EVALUATION: "Data quality evaluation run", RECOMMENDATION: "Data quality recommendation run"}


class QualityRuns:
    """Starts runs and keeps their records true.

    Args:
        store: takes the records.
        room: where they go on.
    """

    def __init__(self, store: Store, room: Room) -> None:
        self._store, self._room = store, room
        self._rulesets = Rulesets(store)
        self._results = DataQualityResults(store)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopping: set[str] = set()
        self._closing = False

    def start(self, scope: Scope, run: QualityRun) -> QualityRun:
        """Begin a run; with the ClientToken of another one of its kind, that is the answer (unverified).

        Whether its table is there, and may be read by its role, shows in the run (unverified of AWS).

        Raises:
            GlueError: EntityNotFoundException for a ruleset; InvalidInputException for one that it is to make and that
                is there, and for a token that came with another request (both unverified).
        """
        if self._closing:
            raise GlueError("InternalServiceException", CLOSING)
        earlier = self.every(scope, run.Kind) if run.ClientToken else []
        same = next((one for one in earlier if one.ClientToken == run.ClientToken), None)
        if same:
            if _asked(same) != _asked(run):
                raise invalid(f"ClientToken {run.ClientToken} is that of another request, whose run is {same.RunId}")
            return same
        rulesets = {name: self._rulesets.get(scope, {"Name": name})["Ruleset"] for name in run.RulesetNames or ()}
        if run.CreatedRulesetName and self._rulesets.has(scope, run.CreatedRulesetName):
            raise invalid(f"There is a data quality ruleset {run.CreatedRulesetName} already")
        self._store.put_run(scope, run)
        self._tasks[run.RunId] = asyncio.get_running_loop().create_task(self._carry_out(scope, run, rulesets))
        return run

    def get(self, scope: Scope, kind: str, run_id: str) -> QualityRun:
        """Read a run; raises EntityNotFoundException (its text is unverified)."""
        run = self._store.run(scope, QualityRun, run_id)
        if run is None or run.Kind != kind:
            raise GlueError("EntityNotFoundException", f"{_WHAT[kind]} {run_id} not found")
        return run

    def every(self, scope: Scope, kind: str) -> list[QualityRun]:
        """All runs of a kind, the latest first."""
        return self._store.runs(scope, QualityRun, kind)

    def stop(self, scope: Scope, kind: str, run_id: str) -> None:
        """Begin to stop a run; one that stops already goes on stopping.

        Raises:
            GlueError: EntityNotFoundException, or InvalidInputException when it is over (both texts are unverified).
        """
        run = self.get(scope, kind, run_id)
        if run.ended:
            raise invalid(f"{_WHAT[kind]} {run_id} is over: its status is {run.Status}")
        if run_id not in self._stopping:
            self._put(scope, run, Status="STOPPING")
            self._stopping.add(run_id)
            self._tasks[run_id].cancel()

    async def close(self) -> None:
        """Stop all runs, as the server ends."""
        self._closing = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # One run

    def _put(self, scope: Scope, run: QualityRun, **values: Any) -> QualityRun:
        """Write what changed over the record as it is by now."""
        current = self._store.run(scope, QualityRun, run.RunId) or run
        changed = current.modified(now(), **values)
        self._store.put_run(scope, changed)
        return changed

    async def _carry_out(self, scope: Scope, run: QualityRun, rulesets: Mapping[str, str]) -> None:
        running_since: list[float] = []

        def running(group: int, state: str) -> None:
            running_since[:] = [now()]
            self._put(scope, run, Status=state, ProcessGroup=group)

        folder = self._room.folder(run.RunId)
        job = {"Name": run.RunId, "Role": run.Role, "Command": {"Name": "glueetl"}}
        try:
            state, message = await self._room.carry_out(
                scope, job, _job_run(scope, run, rulesets, folder), running, script=_SCRIPT
            )
            if state == "SUCCEEDED":
                values = await written(run.RunId, lambda: self._taken(scope, run, folder))
            else:
                values = {"Status": state, "ErrorString": message}
        except asyncio.CancelledError:
            cut_short = run.cut_short(now()).to_document()
            stopped = run.RunId in self._stopping
            values = {"Status": "STOPPED"} if stopped else {one: cut_short[one] for one in ("Status", "ErrorString")}
        except (GlueError, OSError, ValueError) as error:
            values = {"Status": "FAILED", "ErrorString": str(error)}
        self._room.clear(run.RunId)
        moment = now()
        took = round(moment - running_since[0]) if running_since else 0
        ended = {"CompletedOn": moment, "ExecutionTime": took, "ProcessGroup": None}
        final = await written(run.RunId, lambda: self._put(scope, run, **values, **ended))
        self._tasks.pop(run.RunId, None)
        self._stopping.discard(run.RunId)
        self._store.keep_latest_runs(scope, QualityRun, run.Kind, _MOST)
        name = f"{run.Kind} of {run.table['DatabaseName']}.{run.table['TableName']}"
        happenings.tell("quality", name, final.Status, moment - run.StartedOn, final.ErrorString)

    def _taken(self, scope: Scope, run: QualityRun, folder: Path) -> dict[str, Any]:
        """Keep what a run left that succeeded; return what its record has of it."""
        if run.Kind == EVALUATION:
            results = self._results.take_of_table(scope, run, folder)
            for result in results:
                events.data_quality_evaluated(scope, result)
            return {"Status": "SUCCEEDED", "ResultIds": [result["ResultId"] for result in results]}
        ruleset = text_of(folder / _RECOMMENDED)
        if run.CreatedRulesetName:
            table = {name: run.table[name] for name in ("DatabaseName", "TableName", "CatalogId") if name in run.table}
            made = {"Name": run.CreatedRulesetName, "Ruleset": ruleset, "TargetTable": table}
            try:
                self._rulesets.create(scope, made, recommended_by=run.RunId)
            except GlueError as error:  # another run made it meanwhile: the rules are not lost
                return {"Status": "FAILED", "ErrorString": str(error), "RecommendedRuleset": ruleset}
        return {"Status": "SUCCEEDED", "RecommendedRuleset": ruleset}


def _asked(run: QualityRun) -> dict[str, Any]:
    """What the request of a run says."""
    members = ("DataSource", "Role", "NumberOfWorkers", "Timeout", "AdditionalRunOptions", "RulesetNames")
    also = ("AdditionalDataSources", "CreatedRulesetName", "RecommendationMode")
    return {name: getattr(run, name) for name in (*members, *also)}


def _job_run(scope: Scope, run: QualityRun, rulesets: Mapping[str, str], folder: Path) -> JobRun:
    """The run as what carries out jobs' runs takes it."""
    options = run.AdditionalRunOptions or {}
    request = {
        "table": run.table,
        "options": options,
        "account": scope.account_id,
        "answer": str(folder / _RECOMMENDED),
    }
    if run.Kind == EVALUATION:
        sources = run.AdditionalDataSources or {}
        tables = {alias: next(iter(source.values())) for alias, source in sources.items()}
        request |= {"rulesets": rulesets, "sources": tables}
    return JobRun(
        Id=run.RunId,
        JobName=run.RunId,
        JobRunState="STARTING",
        StartedOn=run.StartedOn,
        LastModifiedOn=run.LastModifiedOn,
        Arguments={"--quality_run": json.dumps(request)},
        Timeout=run.Timeout,
        LogGroupName=options.get("CustomLogGroupPrefix") or _LOG_GROUP,
    )
