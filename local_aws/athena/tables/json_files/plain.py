"""JSON by the engine's own reader: the fast way, for files whose lines are plain.

The engine reads numbers, booleans, days and moments as texts, which are plain if the engine makes of them what the
SerDe makes of them. Where one is not, or a line is no JSON for the engine, its SQL fails: the query is run again then,
and the lines are read by lines.py. What the engine would not tell is looked for before: blank lines, and names of
objects that differ in case or come twice.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlglot import exp

from local_aws.athena.sql.hive_types import data_type
from local_aws.athena.sql.quoting import text as _text
from local_aws.athena.tables.json_files.scalars import WHOLE
from local_aws.athena.tables.json_files.serde import JsonSerde
from local_aws.athena.tables.text_values import TEXTS

_T = exp.DType
ODD = "athena_odd_json"
"""What the engine fails with where a value is not plain."""
_FAILURES = (
    *("JSON transform error", "Malformed JSON", "JSON exceeds maximum recursion depth", "Map keys must"),
    *("Conversion Error", "Out of Range Error"),
)
_SEPARATOR = "\x1f"
_ROOT = ""
_INTEGERS = ("BIGINT", "UBIGINT", "NULL")


class Spelling(dict[str, str]):
    r"""Path of a column or field (`s`, `s\x1fx`, in an array `s\x1f\x1fx`) -> its name in the files, if they have it.

    Attributes:
        blanks: how many blank lines files have, by their path.
    """

    blanks: Mapping[str, int] = MappingProxyType({})


def is_odd(said: str) -> bool:
    """Whether what the engine said may be of a value or line that is not plain."""
    return ODD in said or any(text in said for text in _FAILURES)


def key_lists(paths: str) -> str:
    """A SELECT of the lists of the lines' names, as one text each, NULL for none.

    With the number of their lines, and whether an object may stand within one.
    """
    keys = f"list_aggregate(json_keys(json), 'string_agg', {_text(_SEPARATOR)})"
    return f"SELECT {keys}, count(*), bool_or(json LIKE '%{{%{{%') FROM {_objects(paths)} GROUP BY 1"  # noqa: S608 - paths of our own


def counts(paths: str) -> str:
    """A SELECT of the paths of the files, each with the number of its lines that are not blank."""
    files = f"read_ndjson_objects({paths}, hive_partitioning = false, filename = 'athena_file')"
    return f"SELECT athena_file, count(*) FROM {files} GROUP BY 1"  # noqa: S608 - paths of our own


def structure(paths: str) -> str:
    """A SELECT of the structure of all lines: objects of names, lists of one, and the engine's types."""
    return f"SELECT json_group_structure(json) FROM {_objects(paths)}"  # noqa: S608 - paths of our own


def kinds(paths: str, names: Collection[str]) -> str:
    """A SELECT of the kinds that the values of these names have, a list for each combination that a line has."""
    return f"SELECT DISTINCT json_type(json, {_places(names)}) FROM {_objects(paths)}"  # noqa: S608 - paths of our own


def fractions(paths: str, names: Collection[str]) -> str:
    """A SELECT of whether a value of these names may hold a number with a point or an exponent, not in a text."""
    outside = r"""regexp_replace(CAST(one AS VARCHAR), '"(\\.|[^"\\])*"', '', 'g')"""
    kept = f"list_filter(json_extract(json, {_places(names)}), lambda one: regexp_matches({outside}, '[0-9][.e]'))"
    return f"SELECT bool_or(len({kept}) > 0) FROM {_objects(paths)}"  # noqa: S608 - paths of our own


def has_places(names: Collection[str]) -> bool:
    """Whether the engine's paths can say all these names."""
    return all(name.isprintable() and not set(name) & set('*"\\') for name in names)


def _places(names: Collection[str]) -> str:
    return "[" + ", ".join(_text(f'$."{name}"') for name in names) + "]"


def texts_of(columns: Mapping[str, str], spelled: Mapping[str, str]) -> set[str]:
    """The files' names of columns that are texts or hold some."""
    return {
        spelled[name]
        for name, kind in columns.items()
        if name in spelled and any(one.this in TEXTS for one in data_type(kind).find_all(exp.DataType))
    }


def _objects(paths: str) -> str:
    return f"read_ndjson_objects({paths}, hive_partitioning = false)"


def needs_structure(serde: JsonSerde, columns: Mapping[str, str], *, nested: bool) -> bool:
    """Whether the lists of names tell too little: of structs, and for Hive's SerDe, which tells texts from numbers.

    Also where objects within objects may have names that differ in case alone, which are one name to the SerDe.
    """
    return not serde.open_x or (nested and serde.any_case) or any("struct" in kind.lower() for kind in columns.values())


def spelling(
    serde: JsonSerde, columns: Mapping[str, str], lists: Sequence[str | None], shape: str | None
) -> Spelling | None:
    """How the files spell the columns' names, or None where the engine cannot read them by one spelling each.

    Args:
        serde: of the table.
        columns: name -> Hive type.
        lists: of names, see `key_lists`.
        shape: see `structure`, where it is needed.
    """
    names: set[str] = set()
    for one in lists:
        keys = one.split(_SEPARATOR) if one else []
        if len(set(map(str.lower, keys) if serde.any_case else keys)) < len(keys):
            return None
        names.update(keys)
    found: dict[str, str] | None = None
    if shape is None:
        found = _of_names(serde, list(columns), names, _ROOT)
    else:
        known: Any = json.loads(shape)
        if known in ("NULL", "JSON") and not names:  # no line, or objects without names alone
            found = {}
        elif isinstance(known, dict) and set(known) == names and not (serde.any_case and _has_twins(known)):
            found = _of_fields(serde, {name: data_type(kind) for name, kind in columns.items()}, known, _ROOT)
    return None if found is None else Spelling(found)


def _of_names(serde: JsonSerde, wanted: Sequence[str], names: Collection[str], path: str) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for name in wanted:
        spelled = serde.spellings(name, names)
        if len(spelled) > 1:
            return None
        if spelled:
            found[path_of(path, name)] = spelled.pop()
    read = {found.get(path_of(path, name), name).lower() for name in wanted}
    return found if len(read) == len(wanted) else None  # the engine's names have any case


def _has_twins(shape: Any) -> bool:
    """Whether names of an object, or of one within it, differ in case alone."""
    if isinstance(shape, list):
        return any(map(_has_twins, shape))
    if not isinstance(shape, dict):
        return False
    return len(set(map(str.lower, shape))) < len(shape) or any(map(_has_twins, shape.values()))


def _of_fields(
    serde: JsonSerde, fields: Mapping[str, exp.DataType], shape: Mapping[str, Any], path: str
) -> dict[str, str] | None:
    found = _of_names(serde, list(fields), shape, path)
    for name, kind in fields.items() if found is not None else ():
        place = path_of(path, name)
        inner = _of_kind(serde, kind, shape[found[place]], place) if found and place in found else {}
        if found is None or inner is None:
            return None
        found |= inner
    return found


def _of_kind(serde: JsonSerde, kind: exp.DataType, shape: Any, path: str) -> dict[str, str] | None:
    if shape == "NULL":
        return {}
    if kind.this == _T.STRUCT:
        fields = {one.name: one.args["kind"] for one in kind.expressions}
        return _of_fields(serde, fields, shape, path) if isinstance(shape, dict) else None
    if kind.this == _T.ARRAY:
        return _of_kind(serde, kind.expressions[0], shape[0], path_of(path, "")) if isinstance(shape, list) else None
    if kind.this == _T.MAP:
        if not isinstance(shape, dict) or any(kind.find_all(exp.ColumnDef)):
            return None
        inner = (_of_kind(serde, kind.expressions[1], one, path) for one in shape.values())
        return {} if all(one is not None for one in inner) else None
    return {} if (_is_of_open_x if serde.open_x else _is_of_hive)(kind, shape) else None


def _is_of_open_x(kind: exp.DataType, shape: Any) -> bool:
    """Whether values of a kind are those of a type by OpenX's SerDe, whose texts keep the form of numbers."""
    return kind.this not in TEXTS or not any(word in json.dumps(shape) for word in ('"DOUBLE"', '"JSON"'))


def _is_of_hive(kind: exp.DataType, shape: Any) -> bool:
    """Whether values of a kind are those of a type by Hive's SerDe, read as texts."""
    if kind.this in WHOLE:
        return shape in _INTEGERS
    if kind.this in (_T.DOUBLE, _T.FLOAT):
        return shape in (*_INTEGERS, "DOUBLE")
    if kind.this in TEXTS:
        return shape in (*_INTEGERS, "VARCHAR", "BOOLEAN")
    return isinstance(shape, str) and shape != "JSON"


def path_of(path: str, name: str) -> str:
    """The path of a field; that of an array's items has no name."""
    return f"{path}{_SEPARATOR}{name}" if path else name
