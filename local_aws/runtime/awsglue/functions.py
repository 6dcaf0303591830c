"""Column functions of `awsglue.functions`, from their names and parameters; what AWS's do else is not verified."""

from __future__ import annotations

from typing import Any

from pyspark.sql import functions


def replaceArrayElement(srcCol: Any, replaceCol: Any, idx: int) -> Any:
    """An array with another value at a place, from 0."""
    column, value = _column(srcCol), _column(replaceCol)
    return functions.transform(column, lambda item, place: functions.when(place == idx, value).otherwise(item))


def namedStruct(*cols: Any) -> Any:
    """A struct of alternating names and values, as SQL's `named_struct`."""
    return functions.named_struct(*cols)


def explodeWithIndex(col: Any) -> Any:
    """A row for each element of an array, with its place from 0: columns `pos` and `col`."""
    return functions.posexplode(_column(col))


def _column(given: Any) -> Any:
    return functions.col(given) if isinstance(given, str) else given
