"""The script of a run on tables of the Data Catalog: an evaluation of rulesets, or a recommendation of rules.

It is run as a job's script is, with the rights of the run's role. Its argument `--quality_run` is a JSON object:

    table       DatabaseName, TableName, perhaps CatalogId and AdditionalOptions: a GlueTable
    rulesets    DQDL by the ruleset's name; absent of a recommendation
    sources     further GlueTables by their aliases
    options     AdditionalRunOptions
    account     the catalog's id where the table names none
    answer      the file for the recommended ruleset

Results are left as those that a job publishes are, each with its `RulesetName`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from awsglue.context import GlueContext
from awsglue.utils import getResolvedOptions
from awsgluedq import _publishing
from awsgluedq._recommending import recommended
from awsgluedq.transforms import Evaluation
from pyspark.context import SparkContext

_REQUEST = "quality_run"


def main() -> None:
    """Do what the argument says."""
    request = json.loads(getResolvedOptions(sys.argv, [_REQUEST])[_REQUEST])
    glue_context = GlueContext(SparkContext.getOrCreate())
    frame = _read(glue_context, request["table"])
    if "rulesets" not in request:
        Path(request["answer"]).write_text(recommended(frame.toDF()), encoding="utf-8")
        return
    sources = {alias: _read(glue_context, table) for alias, table in request["sources"].items()}
    for name, text in request["rulesets"].items():
        _evaluate(frame, name, text, sources, request)


def _read(glue_context: Any, table: Mapping[str, Any]) -> Any:
    options = table.get("AdditionalOptions") or {}
    pruned = {name: options[name] for name in ("catalogPartitionPredicate",) if name in options}
    return glue_context.create_dynamic_frame.from_catalog(
        database=table["DatabaseName"],
        table_name=table["TableName"],
        push_down_predicate=options.get("pushDownPredicate", ""),
        additional_options=pruned,
        catalog_id=table.get("CatalogId"),
    )


def _evaluate(frame: Any, name: str, text: str, sources: Mapping[str, Any], request: Mapping[str, Any]) -> None:
    """Evaluate one ruleset and publish its outcomes."""
    options, table = request["options"], request["table"]
    method = {"compositeRuleEvaluation.method": options.get("CompositeRuleEvaluationMethod", "COLUMN")}
    run = Evaluation(frame, text, sources, {"dataQualityEvaluationContext": name}, method)
    result = {**_publishing.result(run.rules, run.analyzers, None, run.started), "RulesetName": name}
    line = json.dumps(result)
    _publishing.leave(line)
    if options.get("ResultsS3Prefix"):
        _publishing.write(run.spark, line, options["ResultsS3Prefix"], run.started)
    if options.get("CloudWatchMetricsEnabled"):
        dimensions = {
            "Ruleset": name,
            "Table": table["TableName"],
            "Database": table["DatabaseName"],
            "CatalogId": table.get("CatalogId") or request["account"],
        }
        _publishing.put_metrics(dimensions, run.rules)


if __name__ == "__main__":
    main()
