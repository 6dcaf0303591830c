"""The operations of evaluation and recommendation runs."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import unsupported
from local_aws.glue.jobs.data_quality_results import is_of
from local_aws.glue.model import QualityRun
from local_aws.glue.paging import page
from local_aws.glue.quality import requests
from local_aws.glue.quality.requests import EVALUATION, RECOMMENDATION
from local_aws.glue.quality.runs import QualityRuns

Params = Mapping[str, Any]

_SUMMARY = ("RunId", "Status", "StartedOn", "DataSource", "CreatedRulesetName", "RecommendationMode")


def quality_operations(runs: QualityRuns) -> dict[str, Operation]:
    """Operation name -> what answers it."""

    def start_evaluation(scope: Scope, params: Params) -> dict[str, Any]:
        return {"RunId": runs.start(scope, requests.evaluation(params)).RunId}

    def start_recommendation(scope: Scope, params: Params) -> dict[str, Any]:
        return {"RunId": runs.start(scope, requests.recommendation(params)).RunId}

    def get(kind: str, scope: Scope, params: Params) -> dict[str, Any]:
        return runs.get(scope, kind, params["RunId"]).to_document()

    def cancel(kind: str, scope: Scope, params: Params) -> dict[str, Any]:
        runs.stop(scope, kind, params["RunId"])
        return {}

    def batch_get(scope: Scope, params: Params) -> dict[str, Any]:
        found = {run.RunId: run.to_document() for run in runs.every(scope, EVALUATION)}
        wanted = dict.fromkeys(params["RunIds"])
        return {
            "Runs": [found[name] for name in wanted if name in found],
            "RunsNotFound": [name for name in wanted if name not in found],
        }

    def every(kind: str, scope: Scope, params: Params) -> dict[str, Any]:
        if params.get("Tags"):
            raise unsupported("ListDataQualityRuleRecommendationRuns with Tags", ": runs have none")
        found = [run for run in runs.every(scope, kind) if _fits(run, params.get("Filter") or {})]
        shown = [{name: getattr(run, name) for name in _SUMMARY if getattr(run, name) is not None} for run in found]
        return page("Runs", shown, params)

    return {
        "StartDataQualityRulesetEvaluationRun": start_evaluation,
        "GetDataQualityRulesetEvaluationRun": functools.partial(get, EVALUATION),
        "BatchGetDataQualityRulesetEvaluationRun": batch_get,
        "ListDataQualityRulesetEvaluationRuns": functools.partial(every, EVALUATION),
        "CancelDataQualityRulesetEvaluationRun": functools.partial(cancel, EVALUATION),
        "StartDataQualityRuleRecommendationRun": start_recommendation,
        "GetDataQualityRuleRecommendationRun": functools.partial(get, RECOMMENDATION),
        "ListDataQualityRuleRecommendationRuns": functools.partial(every, RECOMMENDATION),
        "CancelDataQualityRuleRecommendationRun": functools.partial(cancel, RECOMMENDATION),
    }


def _fits(run: QualityRun, wanted: Mapping[str, Any]) -> bool:
    """Whether a run passes a list's Filter."""
    source, ruleset = wanted.get("DataSource"), wanted.get("RulesetName")
    return (
        wanted.get("StartedAfter", 0) <= run.StartedOn <= wanted.get("StartedBefore", float("inf"))
        and (source is None or is_of(run.DataSource, source))
        and (ruleset is None or ruleset in (run.RulesetNames or ()))
    )
