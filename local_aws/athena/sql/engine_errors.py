"""What the engine says, in Athena's words."""

from __future__ import annotations

import re

_DIVISION_BY_ZERO = "Division by zero in expression"
_NOT_AGGREGATED = re.compile(r'column "([^"]+)" must appear in the GROUP BY clause')
_RAISED = "Invalid Input Error: "


def athena_reason(engine_error: str) -> str:
    """Reword an error of the engine as Athena words it, where that is known; others keep the engine's words."""
    text = engine_error.partition("\n\nLINE ")[0].strip()
    if _DIVISION_BY_ZERO in text:
        return "DIVISION_BY_ZERO: Division by zero"
    if text.startswith(("Conversion Error: ", "Out of Range Error: ")):
        kind, _, detail = text.partition(": ")
        code = "INVALID_CAST_ARGUMENT" if kind == "Conversion Error" else "NUMERIC_VALUE_OUT_OF_RANGE"
        return f"{code}: {detail}"
    if column := _NOT_AGGREGATED.search(text):
        return (
            f"EXPRESSION_NOT_AGGREGATE: line 1:8: '{column[1]}' must be an aggregate expression or appear in GROUP BY "
            "clause"
        )
    return text.removeprefix(_RAISED)
