"""json_query, json_value and json_exists: what their clauses say of what was found, and of what was not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.athena.sql import trino_types
from local_aws.athena.sql.functions.model import Arguments, Function
from local_aws.athena.sql.json_paths import EMPTY, FAILED, VALUE
from local_aws.athena.sql.quoting import text

ENGINE_FUNCTION = "athena_json_path"
"""The engine's name of `json_paths.evaluate`."""
_ERRORS = {
    "json_exists": "PATH_EVALUATION_ERROR: path evaluation failed",
    "json_value": "JSON_VALUE_RESULT_ERROR: cannot extract SQL scalar from JSON",
    "json_query": "JSON_OUTPUT_CONVERSION_ERROR: cannot extract JSON from the result of the path",
}
"""Categories of Trino's, texts in part of the local AWS (unverified on Athena)."""
_CONSTANTS = {"NULL": "NULL", "UNKNOWN": "NULL", "TRUE": "'true'", "FALSE": "'false'", "EMPTY ARRAY": "'[]'",
              "EMPTY": "'[]'", "EMPTY OBJECT": "'{}'"}  # fmt: skip


def _render(arguments: Arguments) -> str:
    value, _, clauses, on_empty, on_error = arguments
    asked: Mapping[str, Any] = json.loads(clauses.node.name)
    call = {key: asked[key] for key in ("name", "path", "wrapper", "quotes") if key in asked}
    found = f"{ENGINE_FUNCTION}(CAST({value} AS VARCHAR), {text(json.dumps(call))})"
    default = "FALSE" if asked["name"] == "json_exists" else "NULL"
    empty = _otherwise(asked, asked.get("empty", default), on_empty.sql)
    failed = _otherwise(asked, asked.get("error", default), on_error.sql)
    returned = trino_types.build(asked.get("returning") or ("boolean" if asked["name"] == "json_exists" else "varchar"))
    chosen = (
        f"CASE left({found}, 1) WHEN '{VALUE}' THEN substr({found}, 2) WHEN '{EMPTY}' THEN {empty} "
        f"WHEN '{FAILED}' THEN {failed} END"
    )
    if trino_types.is_text(returned) and returned.expressions:
        return f"left({chosen}, {returned.expressions[0].name})"
    return f"CAST({chosen} AS {returned.sql('duckdb')})"


def _otherwise(asked: Mapping[str, Any], behaviour: str, default: str) -> str:
    if behaviour == "ERROR":
        return f"error({text(_ERRORS[asked['name']])})"
    return f"CAST({default} AS VARCHAR)" if behaviour == "DEFAULT" else _CONSTANTS[behaviour]


JSON_CALLS = {
    "json_exists": Function(_render, "boolean"),
    "json_query": Function(_render, "varchar"),
    "json_value": Function(_render, "varchar"),
}
