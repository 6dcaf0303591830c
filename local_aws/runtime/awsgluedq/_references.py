"""Rule types that compare the primary dataset's rows with those of another."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from typing import Any

from awsgluedq._checks import Check, Scope, Verdict, column_of, columns_list, judged, name_of
from awsgluedq._conditions import RuleFailure
from awsgluedq._model import DqdlError, Rule
from pyspark.sql import functions as F  # noqa: N812

_FOUND = "_dq_found"


def referential_integrity(scope: Scope, rule: Rule) -> Check:
    """ReferentialIntegrity: the part of the rows whose columns another dataset has (rows, not values: not verified)."""
    alias, dot, listed = rule.parameters[1].partition(".")
    if not dot:
        raise DqdlError(f'{rule.text}: name the other columns as "reference.column" or "reference.{{one,other}}"')
    names, others, data = columns_list(rule.parameters[0]), columns_list(listed), scope.source(alias)
    if len(names) != len(others):
        raise DqdlError(f"{rule.text}: {len(names)} columns are compared with {len(others)}")
    columns = [scope.column(name) for name in names]
    keys = [column_of(data, name).alias(f"{_FOUND}_{place}") for place, name in enumerate(others)]
    known = data.select(*keys).distinct()
    return _joined(scope, rule, f"Column.{alias}.ReferentialIntegrity", columns, known, F.lit(True))  # noqa: FBT003


def dataset_match(scope: Scope, rule: Rule) -> Check:
    """DatasetMatch: the part of the rows that another dataset has under the same key with the same values."""
    alias, keys, *matches = rule.parameters
    data = scope.source(alias)
    key_pairs = _pairs(keys)
    pairs = _pairs(matches[0]) if matches else _remaining(scope, data, key_pairs)
    columns = [scope.column(own) for own, _ in key_pairs]
    others = [column_of(data, other) for _, other in [*key_pairs, *pairs]]
    known = data.select(*[column.alias(f"{_FOUND}_{place}") for place, column in enumerate(others)])
    same = [
        scope.column(own).eqNullSafe(F.col(f"{_FOUND}_{place}")) for place, (own, _) in enumerate(pairs, len(key_pairs))
    ]
    equal = functools.reduce(operator.and_, same, F.lit(True))  # noqa: FBT003

    def check_keys() -> None:
        other_keys = [F.col(f"{_FOUND}_{place}") for place in range(len(key_pairs))]
        if _has_no_key(scope.data, columns) or _has_no_key(known, other_keys):
            raise RuleFailure("Provided key map not suitable for given data frames")

    return _joined(scope, rule, f"Dataset.{alias}.DatasetMatch", columns, known, equal, check_keys)


def _joined(
    scope: Scope, rule: Rule, metric: str, columns: list[Any], known: Any, equal: Any, before: Any = lambda: None
) -> Check:
    """A rule whose rows pass that find their columns among those of `known` (the first ones, in order)."""
    chosen = scope.chosen(rule.where)
    names = known.columns
    on = [column == F.col(name) for column, name in zip(columns, names, strict=False)]

    def mark(data: Any, name: str) -> Any:
        joined = data.join(known.withColumn(_FOUND, F.lit(True)), on, "left")  # noqa: FBT003
        passes = F.coalesce(F.col(_FOUND) & equal, F.lit(False))  # noqa: FBT003
        return joined.withColumn(name, F.when(chosen, passes)).drop(_FOUND, *names)

    def decide(_: Mapping[str, Any]) -> Verdict:
        before()
        marked = mark(scope.data, "_dq_passes")
        ratio = marked.agg(F.avg(F.col("_dq_passes").cast("int"))).first()[0]
        return judged(rule, metric, ratio)

    return Check(decide, mark=mark)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Columns here and there: `a->b,c`."""
    split = [name.partition("->") for name in columns_list(text)]
    return [(own.strip(), other.strip() or own.strip()) for own, _, other in split]


def _remaining(scope: Scope, data: Any, keys: list[tuple[str, str]]) -> list[tuple[str, str]]:
    own_keys = {name_of(scope.data, own) for own, _ in keys}
    other_keys = {name_of(data, other) for _, other in keys}
    own = {name.lower(): name for name in scope.names if name not in own_keys}
    others = {name.lower(): name for name in data.columns if name not in other_keys}
    if set(own) != set(others):
        different = ", ".join(sorted(set(own) ^ set(others)))
        raise RuleFailure(f"The columns besides the key must have the same names in both; only one has: {different}")
    return [(name, others[lowered]) for lowered, name in own.items()]


def _has_no_key(data: Any, columns: list[Any]) -> bool:
    """Whether columns are null somewhere, or the same in two rows."""
    groups = data.groupBy(*columns).count()
    is_null = functools.reduce(operator.or_, [F.col(name).isNull() for name in groups.columns[:-1]])
    return bool(groups.where(is_null | (F.col("count") > 1)).take(1))
