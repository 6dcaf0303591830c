"""Tables shown to the engine: each a view of its files, read by the engine where that is right, else by Arrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
from duckdb.func import FunctionNullHandling, PythonUDFType

from local_aws.athena.sql.quoting import name as quoted
from local_aws.athena.tables.arrow_files import ARROW_FORMATS, arrow_table
from local_aws.athena.tables.file_types.matrix import Columns
from local_aws.athena.tables.file_types.parquet import add_all, schemas
from local_aws.athena.tables.json_files.lines import row_type, rows
from local_aws.athena.tables.json_files.looking import spelling_of
from local_aws.athena.tables.json_files.plain import is_odd
from local_aws.athena.tables.json_files.records import records
from local_aws.athena.tables.json_files.serde import JsonSerde
from local_aws.athena.tables.regex_files import RegexSerde
from local_aws.athena.tables.relations import FILES, Source, Table, paths_of, told_of
from local_aws.athena.tables.shut import make_view, query
from local_aws.athena.tables.text_lines import is_plain, lines, open_csv
from local_aws.athena.tables.text_serdes import OpenCsv, TextSerde

_FUNCTIONS = ("open_csv", "json_rows", "regex_fields")


class Showing:
    """Shows one table.

    Args:
        connection: to a database that is shut and may read the files.
        table: the table.
        files: its files.
        number: of the table in the query; what it needs in the database is called by it.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, table: Table, files: Sequence[Source], number: int
    ) -> None:
        self._connection = connection
        self._table = table
        self._files = files
        self._number = number
        self._alike = False

    def show(self, view: tuple[str, str], hidden: Mapping[str, str], *, exact: bool) -> bool:
        """Make the view.

        Args:
            view: its schema and name.
            hidden: hidden columns that are wanted, with their Hive types.
            exact: whether JSON is read line by line, as it is wherever that is known to be needed.

        Returns:
            Whether JSON is read the fast way, by which a query may fail that does not if it is `exact`.

        Raises:
            duckdb.Error, pyarrow.ArrowException, OSError: the files cannot be read.
            FailedQueryError, RefusedQueryError: see `Table.relation`.
        """
        present = self._present(exact=exact) if self._files else {}
        plain = present is not None and self._is_plain()
        relation = self._table.relation(self._files, present or {}, hidden, plain=plain, alike=self._alike)
        if self._files:
            own = f"{FILES}_{self._number}"
            relation = relation.replace(f"FROM {FILES}", f"FROM {own}", 1)
            told, values = told_of(self._files)
            self._connection.execute(f"CREATE OR REPLACE TABLE {own} AS {told}", values)
        if self._files and not plain:
            for function in _FUNCTIONS:
                relation = relation.replace(f"{function}(", f"{function}_{self._number}(", 1)
            relation = relation.replace("athena_arrow", self._arrow, 1)
            if self._table.format not in ARROW_FORMATS:
                self._connection.register(self._arrow, self._lines())
        hopeful = plain and self._table.format == "json" and bool(self._files)
        try:
            make_view(self._connection, *view, relation)
        except duckdb.Error as error:
            if not (hopeful and is_odd(str(error))):  # the engine looks at the first lines
                raise
            return self.show(view, hidden, exact=True)
        return hopeful

    @property
    def _arrow(self) -> str:
        return f"athena_arrow_{self._number}"

    def _present(self, *, exact: bool) -> Mapping[str, str] | None:
        """SQL of the columns that the files have; for JSON their names, see `Spelling`, None where it is exact."""
        table = self._table
        if table.format in ARROW_FORMATS:
            found, columns = arrow_table(table, self._files)
            self._connection.register(self._arrow, found)
            return _values(columns, {name: name for name in columns.names}) if columns else {}
        if table.format == "parquet":
            columns = Columns("parquet", table.columns, by_place=table.by_place())
            found = query(self._connection, schemas(paths_of(self._files))).fetchall()
            self._alike = len(found) == 1
            add_all(columns, found, self._files)
            return _values(columns, columns.names)
        if table.format != "json":
            return {}
        if exact or table.has_records():
            return None
        return spelling_of(self._connection, table.json(), table.columns, [file.path for file in self._files])

    def _is_plain(self) -> bool:
        if self._table.format == "csv":
            text = self._table.text()
            return isinstance(text, OpenCsv) and all(is_plain(file.path, text) for file in self._files)
        return self._table.format not in (*ARROW_FORMATS, "regex")

    def _lines(self) -> Any:
        """The lines of text files, as a pyarrow.Table or Dataset; the function that reads them is made."""
        table, serde = self._table, self._serde()
        if isinstance(serde, JsonSerde):
            self._make("json_rows", rows(serde, table.columns), row_type(table.columns))
            if table.has_records():
                return records([(file.path, file.uri) for file in self._files])
        elif isinstance(serde, RegexSerde):
            self._make("regex_fields", serde.fields(), "VARCHAR[]")
        elif isinstance(serde, OpenCsv):
            self._make("open_csv", open_csv(serde), "VARCHAR[]")
        return lines([file.path for file in self._files], serde.skipped)

    def _serde(self) -> TextSerde | JsonSerde | RegexSerde:
        if self._table.format == "json":
            return self._table.json()
        return self._table.regex() if self._table.format == "regex" else self._table.text()

    def _make(self, name: str, function: Any, gives: str) -> None:
        self._connection.create_function(
            f"{name}_{self._number}",
            function,
            ["VARCHAR"],
            gives,
            type=PythonUDFType.ARROW,
            null_handling=FunctionNullHandling.SPECIAL,
        )


def _values(columns: Columns, spelled: Mapping[str, str]) -> dict[str, str]:
    return {column: columns.value(column, f"athena_rows.{quoted(name)}") for column, name in spelled.items()}
