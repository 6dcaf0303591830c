"""DESCRIBE: a table as Hive tells it, a view as Athena does."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from local_aws import emulator
from local_aws.athena.ddl.answers import Action, Answer
from local_aws.athena.ddl.catalog import EXECUTION_ERROR, Catalog, Entry, Name, no_database
from local_aws.athena.ddl.details import COLUMNS, columns_of, formatted, keys_of, line, plain
from local_aws.athena.ddl.partitions import find_partition
from local_aws.athena.errors import FailedQueryError, RefusedQueryError, not_supported
from local_aws.athena.sql import views
from local_aws.athena.sql.clauses import read_spec
from local_aws.athena.sql.tokens import Words


class DescribeView:
    """What DESCRIBE and SHOW COLUMNS of a view do: each column's name and Trino type (real)."""

    def __init__(self, name: Name) -> None:
        self._name = name

    def __call__(self, catalog: Catalog) -> Answer:
        """Describe the view."""
        view = views.View.of(catalog.get_table(self._name))
        return Answer.of((f"{name}\t{kind}" for name, kind in view.columns), "column", "type", type="varchar")


def is_view(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of the catalog is a view."""
    return entry.get("TableType") == "VIRTUAL_VIEW"


def existing(catalog: Catalog, name: Name) -> Entry:
    """A table that a statement names; Athena looks before it takes the statement (real).

    Raises:
        RefusedQueryError: there is none of that name.
    """
    entry = emulator.catalog_table(catalog.scope, *name)
    if entry is None:
        raise RefusedQueryError(
            "Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; "
            f"Request ID: {uuid.uuid4()}; Proxy: null)",
            "INVALID_INPUT",
        )
    return entry


def describe(words: Words, catalog: Catalog) -> Action:
    """DESCRIBE [EXTENDED | FORMATTED] [database.]table [PARTITION (spec)] [column]."""
    words.take_one_of("DESCRIBE", "DESC")
    form = words.take_one_of("EXTENDED", "FORMATTED")
    name = words.table(catalog.database)
    spec = read_spec(words) if words.take("PARTITION") else None
    column = "" if words.at_end() else words.name()
    words.end()
    if column and form == "FORMATTED":
        raise not_supported("DESCRIBE FORMATTED of a column")
    if not form and not column and spec is None and is_view(existing(catalog, name)):
        return DescribeView(name)

    def run(catalog: Catalog) -> Answer:
        if catalog.find_database(name[0]) is None:
            raise no_database(name[0])
        entry = catalog.get_table(name, name[1])
        partition = find_partition(catalog, name, entry, spec) if spec is not None else None
        if column:
            lines: Iterable[str] = [_one_column(entry, column)]
        elif form == "FORMATTED":
            lines = formatted(entry, partition)
        else:
            lines = plain(entry, partition, extended=bool(form))
        return Answer.of(lines, *COLUMNS, counts=False)

    return run


def _one_column(entry: Entry, name: str) -> str:
    columns = [*columns_of(entry), *keys_of(entry)]
    for column in columns:
        if column["Name"] == name:
            return line(column, "from deserializer")
    listed = ", ".join(f"{place}:{column['Name']}" for place, column in enumerate(columns))
    raise FailedQueryError(f"{EXECUTION_ERROR}cannot find field {name} from [{listed}]")
