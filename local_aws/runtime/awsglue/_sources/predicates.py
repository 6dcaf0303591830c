"""Push-down predicates: SQL on partition keys, evaluated by Spark over the list of partitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from awsglue import gluetypes as glue
from awsglue._frames.values import to_spark

Place = TypeVar("Place")


def matching(
    session: Any,
    predicate: str,
    keys: Sequence[tuple[str, glue.DataType]],
    partitions: Sequence[tuple[Place, Sequence[str | None]]],
) -> list[tuple[Place, Sequence[str | None]]]:
    """The partitions for which a predicate is true, in their order.

    Raises:
        ValueError: the predicate cannot be evaluated on the keys, or there are none; says what Spark says.
    """
    from pyspark.errors import PySparkException
    from pyspark.sql import functions

    if not keys:
        raise ValueError(f"push_down_predicate {predicate!r} needs partition keys, and there are none")
    rows = [(place, *values) for place, (_, values) in enumerate(partitions)]
    columns = [f"key{place}" for place in range(len(keys))]
    schema = ", ".join(["place long", *(f"{name} string" for name in columns)])
    typed = [
        functions.col(column).cast(to_spark(kind)).alias(name)
        for column, (name, kind) in zip(columns, keys, strict=True)
    ]
    try:
        frame = session.createDataFrame(rows, schema).select(*typed, functions.col("place").alias("place of it"))
        kept = frame.where(predicate).select("place of it").collect()
    except PySparkException as error:
        names = ", ".join(name for name, _ in keys)
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"push_down_predicate {predicate!r} cannot be evaluated on the keys {names}: {reason}"
        ) from error
    return [partitions[place] for place in sorted(row[0] for row in kept)]
