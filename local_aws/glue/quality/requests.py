"""From StartDataQualityRulesetEvaluationRun and StartDataQualityRuleRecommendationRun to the record of a run.

What a run cannot do here is refused by its name before there is a run. The texts of all refusals are ours.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from local_aws.glue.errors import invalid, unsupported
from local_aws.glue.model import QualityRun
from local_aws.glue.stamps import now

Params = Mapping[str, Any]

EVALUATION, RECOMMENDATION = "evaluation", "recommendation"

_DONE = ("CloudWatchMetricsEnabled", "CompositeRuleEvaluationMethod", "CustomLogGroupPrefix", "ResultsS3Prefix")
_SAYS_NOTHING = {"ObservationScope": "NONE"}
"""AdditionalRunOptions that ask for nothing with this value, and are refused with others."""
_WRITES = {
    "ProfilingResults": "WriteProfilingResultsEnabled",
    "DataQualityRuleResults": "WriteDataQualityRuleResultsEnabled",
    "ObservationResults": "WriteObservationResultsEnabled",
}
_TABLE = ("DatabaseName", "TableName", "CatalogId", "AdditionalOptions")
_TABLE_OPTIONS = ("pushDownPredicate", "catalogPartitionPredicate")


def evaluation(params: Params) -> QualityRun:
    """The record of an evaluation run that starts now.

    Raises:
        GlueError: InvalidInputException, or OperationNotSupportedException for what is not carried out here.
    """
    names = list(dict.fromkeys(params["RulesetNames"]))
    sources = params.get("AdditionalDataSources") or {}
    for alias, source in sources.items():
        _check_source(source, f"AdditionalDataSources.{alias}")
    if "primary" in sources:
        raise invalid('AdditionalDataSources has the alias "primary", which is the name of DataSource')
    return QualityRun(
        **_common(params, EVALUATION),
        RulesetNames=names,
        AdditionalDataSources=dict(sources) or None,
    )


def recommendation(params: Params) -> QualityRun:
    """The record of a recommendation run that starts now; `RecommendationMode` ADVANCED is refused.

    Raises:
        GlueError: as `evaluation`.
    """
    mode = params.get("RecommendationMode", "BASIC")
    if mode != "BASIC":
        raise unsupported(f"RecommendationMode {mode}", ": use BASIC")
    if params.get("DataQualitySecurityConfiguration"):
        raise unsupported("DataQualitySecurityConfiguration of a recommendation run", ": nothing is encrypted here")
    return QualityRun(
        **_common(params, RECOMMENDATION),
        CreatedRulesetName=params.get("CreatedRulesetName"),
        RecommendationMode=mode,
    )


def _common(params: Params, kind: str) -> dict[str, Any]:
    _check_source(params["DataSource"], "DataSource")
    options = dict(params.get("AdditionalRunOptions") or {})
    _check_options(options)
    workers = params.get("NumberOfWorkers", QualityRun.NumberOfWorkers)
    if workers < 1:
        raise invalid(f"NumberOfWorkers must be at least 1, not {workers}")
    started = now()
    return {
        "RunId": f"dqrun-{secrets.token_hex(20)}",
        "Kind": kind,
        "Status": "STARTING",
        "StartedOn": started,
        "LastModifiedOn": started,
        "DataSource": dict(params["DataSource"]),
        "Role": params["Role"],
        "NumberOfWorkers": workers,
        "Timeout": params.get("Timeout", QualityRun.Timeout),
        "AdditionalRunOptions": options or None,
        "ClientToken": params.get("ClientToken"),
    }


def _check_source(source: Mapping[str, Any], place: str) -> None:
    """One table of S3 in the Data Catalog, by GlueTable or DataQualityGlueTable."""
    if len(source) != 1:
        raise invalid(f"{place} names one table: GlueTable or DataQualityGlueTable")
    for kind, table in source.items():
        strange = [member for member in table if member not in _TABLE and table[member]]
        if strange:
            raise unsupported(f"{place}.{kind}.{strange[0]}")
        unknown = [name for name in table.get("AdditionalOptions", {}) if name not in _TABLE_OPTIONS]
        if unknown:
            raise invalid(f"{place}.{kind}.AdditionalOptions has {unknown[0]}; there are: {', '.join(_TABLE_OPTIONS)}")


def _check_options(options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        if name in _DONE or _SAYS_NOTHING.get(name) == value:
            continue
        if name in _WRITES and not value.get(_WRITES[name]):
            continue
        raise unsupported(f"AdditionalRunOptions.{name}")
