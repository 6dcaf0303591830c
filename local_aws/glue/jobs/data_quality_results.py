"""Data quality results: what was evaluated and published, shown by GetDataQualityResult and the like.

A Spark job, or an evaluation run on a table, leaves each result as a line of JSON in a file of its run's folder; when
the run ends they are kept, a job's however it ended. What `awsgluedq` writes is a DataQualityResult whose times are ISO
texts. The latest of an account and region are kept; AWS keeps all.
"""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.definitions.api import Operation
from local_aws.glue.jobs.run_files import text_of
from local_aws.glue.model import GlueError, JobRun, QualityRun
from local_aws.glue.paging import page
from local_aws.glue.store import Store

logger = logging.getLogger(__name__)

Params = Mapping[str, Any]

FILE = "data_quality_results.jsonl"
_KIND = "dataQualityResult"
_MOST = 2000
"""Results that are kept of an account and region."""
_ORIGIN = ("JobName", "JobRunId", "DataSource", "RulesetEvaluationRunId")
"""Members that say where a result comes from: what a job writes of them does not count."""
_SUMMARY = ("ResultId", "DataSource", "JobName", "JobRunId", "StartedOn")
_TIMES = ("StartedOn", "CompletedOn")


class DataQualityResults:
    """The results of every account and region, in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> dict[str, Operation]:
        """Operation name -> what answers it."""
        return {
            "GetDataQualityResult": self.get,
            "BatchGetDataQualityResult": self.batch_get,
            "ListDataQualityResults": self.every,
        }

    def get(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetDataQualityResult.

        Raises:
            GlueError: EntityNotFoundException (its text is unverified).
        """
        found = self._store.definition(scope, _KIND, params["ResultId"])
        if found is None:
            raise GlueError("EntityNotFoundException", f"Data quality result {params['ResultId']} not found")
        return found

    def batch_get(self, scope: Scope, params: Params) -> dict[str, Any]:
        """BatchGetDataQualityResult."""
        asked = {name: self._store.definition(scope, _KIND, name) for name in params["ResultIds"]}
        return {
            "Results": [found for found in asked.values() if found],
            "ResultsNotFound": [name for name, found in asked.items() if not found],
        }

    def every(self, scope: Scope, params: Params) -> dict[str, Any]:
        """ListDataQualityResults, filtered by all that its Filter has; the newest first (unverified)."""
        wanted = dict(params.get("Filter") or {})
        after, before = wanted.pop("StartedAfter", 0), wanted.pop("StartedBefore", float("inf"))
        same = {member: wanted.pop(member) for member in ("JobName", "JobRunId") if member in wanted}
        source = wanted.pop("DataSource", None)
        found = [
            {member: entry[member] for member in _SUMMARY if member in entry}
            for entry in self._store.definitions(scope, _KIND)
            if after <= entry["StartedOn"] <= before
            and all(entry.get(name) == one for name, one in same.items())
            and (source is None or is_of(entry.get("DataSource"), source))
        ]
        return page("Results", sorted(found, key=lambda entry: -float(entry["StartedOn"])), params)

    def take(self, scope: Scope, run: JobRun, folder: Path) -> list[dict[str, Any]]:
        """Keep what a job's run published, and return it."""
        return self._keep(scope, folder, {"JobName": run.JobName, "JobRunId": run.Id})

    def take_of_table(self, scope: Scope, run: QualityRun, folder: Path) -> list[dict[str, Any]]:
        """Keep what an evaluation run on a table found, a result for each of its rulesets, and return it."""
        return self._keep(scope, folder, {"DataSource": run.DataSource, "RulesetEvaluationRunId": run.RunId})

    def _keep(self, scope: Scope, folder: Path, origin: dict[str, Any]) -> list[dict[str, Any]]:
        found = _published(folder / FILE)
        results = [{**{name: result[name] for name in result if name not in _ORIGIN}, **origin} for result in found]
        for result in results:
            self._store.put_definition(scope, _KIND, result["ResultId"], result)
        if results:
            self._store.keep_latest(scope, _KIND, _MOST)
        return results


def is_of(source: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> bool:
    """Whether a DataSource is of the table that a filter's DataSource names (what else that names is unverified)."""
    return bool(source) and _table(source) == _table(wanted)


def _table(source: Mapping[str, Any] | None) -> tuple[str, str] | None:
    for table in (source or {}).values():
        return table["DatabaseName"], table["TableName"]
    return None


def _published(file: Path) -> Iterator[dict[str, Any]]:
    """The results in a file; a line that is none, for a kill cut it short or the job wrote it, is passed over."""
    lines = text_of(file).splitlines() if file.is_file() and not file.is_symlink() else ()
    for line in lines:
        try:
            result = json.loads(line)
            times = {time: datetime.datetime.fromisoformat(result[time]).timestamp() for time in _TIMES}
            float(result["Score"])
            complete = isinstance(result["ResultId"], str) and all(
                isinstance(rule["Result"], str) for rule in result["RuleResults"]
            )
        except (ValueError, KeyError, TypeError) as error:
            logger.warning("%s holds a line that is no data quality result: %r", file, error)
            continue
        if complete:
            yield {**result, **times}
