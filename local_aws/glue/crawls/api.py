"""The operations on crawlers that look at crawls: the crawler itself, its history and its metrics.

From public outputs of GetCrawler: every kind of target is listed, and each S3 target's exclusions, be they empty; the
Lake Formation settings are told. Unverified: GetCrawlerMetrics passes over names that no crawler has, and its
counts of tables are the latest crawl's (the developer guide says so of the console's columns); a crawl's Summary names
tables and counts partitions (the shape for tables is that which a public reader of AWS's answers expects).
"""

from __future__ import annotations

import json
import operator
import statistics
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.crawls.runs import Crawls
from local_aws.glue.definitions.api import Operation, Params, tagged
from local_aws.glue.definitions.records import Definitions
from local_aws.glue.errors import invalid
from local_aws.glue.model import Crawl
from local_aws.glue.paging import page
from local_aws.glue.stamps import now

_TARGETS = (
    "S3Targets",
    "JdbcTargets",
    "MongoDBTargets",
    "DynamoDBTargets",
    "CatalogTargets",
    "DeltaTargets",
    "IcebergTargets",
    "HudiTargets",
)
_HISTORY_STATES = {"SUCCEEDED": "COMPLETED", "CANCELLED": "STOPPED"}
_HISTORY_PAGE = 20
_NAMES_PAGE = 100
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
    "EQ": operator.eq,
    "NE": operator.ne,
}
_TEXTS = {"CRAWL_ID": "CrawlId", "STATE": "State"}
_NUMBERS = {"START_TIME": ("StartTime", 1000), "END_TIME": ("EndTime", 1000), "DPU_HOUR": ("DPUHour", 1)}


class CrawlerOperations:
    """Operation name -> what answers it, in `operations`."""

    def __init__(self, definitions: Definitions, crawls: Crawls) -> None:
        self._definitions = definitions
        self._crawls = crawls
        self.operations: dict[str, Operation] = {
            "GetCrawler": self._get,
            "GetCrawlers": self._get_all,
            "BatchGetCrawlers": self._batch_get,
            "ListCrawlers": self._list,
            "StartCrawler": self._start,
            "StopCrawler": self._stop,
            "ListCrawls": self._list_crawls,
            "GetCrawlerMetrics": self._metrics,
        }

    def _get(self, scope: Scope, params: Params) -> dict[str, Any]:
        return {"Crawler": self._shown(scope, self._definitions.get(scope, "crawler", params["Name"]))}

    def _get_all(self, scope: Scope, params: Params) -> dict[str, Any]:
        crawlers = self._definitions.every(scope, "crawler")
        return page("Crawlers", [self._shown(scope, crawler) for crawler in crawlers], params)

    def _batch_get(self, scope: Scope, params: Params) -> dict[str, Any]:
        found = {crawler["Name"]: crawler for crawler in self._definitions.every(scope, "crawler")}
        wanted = dict.fromkeys(params["CrawlerNames"])
        return {
            "Crawlers": [self._shown(scope, found[name]) for name in wanted if name in found],
            "CrawlersNotFound": [name for name in wanted if name not in found],
        }

    def _list(self, scope: Scope, params: Params) -> dict[str, Any]:
        entries = tagged(scope, "crawler", self._definitions.every(scope, "crawler"), params)
        names = [crawler["Name"] for crawler in entries]
        return page("CrawlerNames", names, {**params, "MaxResults": params.get("MaxResults") or _NAMES_PAGE})

    def _start(self, scope: Scope, params: Params) -> dict[str, Any]:
        self._crawls.start(scope, params["Name"])
        return {}

    def _stop(self, scope: Scope, params: Params) -> dict[str, Any]:
        self._crawls.stop(scope, params["Name"])
        return {}

    def _shown(self, scope: Scope, crawler: dict[str, Any]) -> dict[str, Any]:
        """A crawler as GetCrawler tells it: nothing left out, and how many milliseconds it has been running."""
        targets = dict.fromkeys(_TARGETS, ()) | crawler["Targets"]
        s3_targets = [{"Exclusions": [], **target} for target in targets["S3Targets"]]
        crawler = {
            "LakeFormationConfiguration": {"UseLakeFormationCredentials": False, "AccountId": ""},
            **crawler,
            "Targets": {**targets, "S3Targets": s3_targets},
        }
        if crawler["State"] == "READY":
            return crawler
        running = [crawl for crawl in self._runs(scope, crawler["Name"]) if not crawl.ended]
        elapsed = max((now() - crawl.StartedOn for crawl in running), default=0.0)
        return {**crawler, "CrawlElapsedTime": round(elapsed * 1000)}

    def _runs(self, scope: Scope, name: str) -> list[Crawl]:
        return self._definitions.store.runs(scope, Crawl, name)

    def _list_crawls(self, scope: Scope, params: Params) -> dict[str, Any]:
        name = params["CrawlerName"]
        self._definitions.get(scope, "crawler", name)
        crawls: Iterable[dict[str, Any]] = map(_history, self._runs(scope, name))
        for wanted in params.get("Filters") or []:
            crawls = filter(_filter(wanted), crawls)
        limit = min(params.get("MaxResults") or _HISTORY_PAGE, 100)
        return page("Crawls", list(crawls), {**params, "MaxResults": limit})

    def _metrics(self, scope: Scope, params: Params) -> dict[str, Any]:
        names = [crawler["Name"] for crawler in self._definitions.every(scope, "crawler")]
        wanted = params.get("CrawlerNameList")
        if wanted:
            names = [name for name in names if name in wanted]
        return page("CrawlerMetricsList", [_metrics(name, self._runs(scope, name)) for name in names], params)


def _history(crawl: Crawl) -> dict[str, Any]:
    """A crawl as ListCrawls shows it; `Summary` only where something changed."""
    entry = {
        "CrawlId": crawl.CrawlId,
        "State": _HISTORY_STATES.get(crawl.State, crawl.State),
        "StartTime": crawl.StartedOn,
        "EndTime": crawl.CompletedOn,
        "Summary": _summary(crawl),
        "ErrorMessage": crawl.ErrorMessage,
        "LogGroup": crawl.LogGroup,
        "LogStream": crawl.LogStream,
        "MessagePrefix": crawl.CrawlId,
        "DPUHour": 0.0,
    }
    return {name: value for name, value in entry.items() if value is not None}


def _summary(crawl: Crawl) -> str | None:
    """JSON whose inner values are JSON texts again, as on AWS."""
    kinds: dict[str, dict[str, dict[str, Any]]] = {
        "TABLE": {
            action: {"Count": len(names), "Details": {"names": names}}
            for action, names in crawl.Tables.items()
            if names
        },
        "PARTITION": {
            action: {"Count": count}
            for action, key in (("ADD", "created"), ("UPDATE", "updated"), ("DELETE", "deleted"))
            if (count := crawl.Summary.get(f"partitions_{key}"))
        },
    }
    told = {kind: {action: json.dumps(each) for action, each in actions.items()} for kind, actions in kinds.items()}
    return json.dumps(told) if any(kinds.values()) else None


def _filter(wanted: Mapping[str, str]) -> Callable[[dict[str, Any]], bool]:
    """Whether a crawl passes a filter; that a value which is no number is refused, and how, is unverified."""
    field, operation, text = (wanted.get(part) for part in ("FieldName", "FilterOperator", "FieldValue"))
    if not field or not operation or not text:
        told = f"FieldName: {field or 'null'}, FilterOperator: {operation or 'null'}, FieldValue: {text or 'null'}"
        raise invalid(f"Invalid Filter Provided: {told}")  # as a public test suite has it
    compare = _OPERATORS[operation]
    if field in _TEXTS:
        if compare not in (operator.eq, operator.ne):
            raise invalid(f"Only EQ or NE operator is allowed for field : {field}")  # as above
        return lambda crawl: compare(crawl[_TEXTS[field]], text)
    name, scale = _NUMBERS[field]
    try:
        number = float(text)
    except ValueError as error:
        what = "the epoch time in milliseconds" if scale > 1 else "a number"
        raise invalid(f"FieldValue {text!r} of {field} is not {what}") from error
    return lambda crawl: name in crawl and compare(crawl[name] * scale, number)


def _metrics(name: str, crawls: list[Crawl]) -> dict[str, Any]:
    times = [crawl.CompletedOn - crawl.StartedOn for crawl in crawls if crawl.CompletedOn is not None]
    median = statistics.median(times) if times else 0.0
    running = next((crawl for crawl in crawls if not crawl.ended), None)
    latest = next((crawl.Summary for crawl in crawls if crawl.ended), {})
    return {
        "CrawlerName": name,
        "TimeLeftSeconds": max(0.0, median - (now() - running.StartedOn)) if running else 0.0,
        "StillEstimating": running is not None and not times,
        "LastRuntimeSeconds": times[0] if times else 0.0,
        "MedianRuntimeSeconds": median,
        "TablesCreated": latest.get("tables_created", 0),
        "TablesUpdated": latest.get("tables_updated", 0),
        "TablesDeleted": latest.get("tables_deleted", 0),
    }
