"""The answer of a query, and how it is printed: as a table, CSV or JSON."""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from glue_client import console
from glue_client.errors import WrongCall
from glue_client.plain_text import plain, plain_json

NUMBERS = ("tinyint", "smallint", "integer", "bigint", "float", "real", "double", "decimal")
JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
SHOWN = 1000  # rows of a table; a longer answer is for format=csv

Row = list[str | None]


@dataclass(frozen=True)
class Column:
    """A column of an answer, with Athena's type name; precision and scale are those of decimals."""

    name: str
    type: str
    precision: int = 0
    scale: int = 0

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return self.type in NUMBERS


@dataclass(frozen=True)
class Answer:
    """What a query gave: its rows are read while they are asked for."""

    columns: Sequence[Column]
    rows: Iterator[Row]
    seconds: float
    scanned: int  # bytes


def writer(form: str) -> Callable[[Answer], None]:
    """What prints an answer in the given form: table, csv or json. WrongCall for another one."""
    if form not in WRITERS:
        raise WrongCall(f'there is no format "{form}"; the formats are {", ".join(WRITERS)}')
    return WRITERS[form]


def show_table(answer: Answer) -> None:
    """Print a table and, below it, how many rows, how long, how much was scanned."""
    rows = list(islice(answer.rows, SHOWN + 1))
    cells = ([console.text("NULL", "dim") if cell is None else cell for cell in row] for row in rows[:SHOWN])
    console.show_table([(column.name, column.is_number) for column in answer.columns], cells)
    count = f"the first {SHOWN:,} rows (format=csv gives all)" if len(rows) > SHOWN else console.count(len(rows), "row")
    scanned = console.size(answer.scanned)
    console.say(console.text(f"{count}, {console.seconds(answer.seconds)}, {scanned} scanned", "dim"))


def show_csv(answer: Answer) -> None:
    """Print CSV with a header; a NULL is an empty field. Other programs get the data as it is, a terminal no orders."""
    lines = csv.writer(sys.stdout, lineterminator="\n")
    shown = plain if sys.stdout.isatty() else str
    lines.writerow([shown(column.name) for column in answer.columns])
    lines.writerows([None if cell is None else shown(cell) for cell in row] for row in answer.rows)


def show_json(answer: Answer) -> None:
    """Print a JSON list with an object a row."""
    separator = "["
    for row in answer.rows:
        sys.stdout.write(f"{separator}\n  {json_object(answer.columns, row)}")
        separator = ","
    sys.stdout.write("[]\n" if separator == "[" else "\n]\n")


def json_object(columns: Sequence[Column], row: Row) -> str:
    """One row as JSON. Numbers keep all their digits, so a decimal stays what it was; controls are escaped."""
    members = (
        f"{json.dumps(column.name)}: {_json_value(column, cell)}" for column, cell in zip(columns, row, strict=True)
    )
    return plain_json("{" + ", ".join(members) + "}")


def _json_value(column: Column, cell: str | None) -> str:
    if cell is None:
        return "null"
    is_bare = column.type == "boolean" or (column.is_number and JSON_NUMBER.fullmatch(cell))
    return cell if is_bare else json.dumps(cell, ensure_ascii=False)


WRITERS: Mapping[str, Callable[[Answer], None]] = {"table": show_table, "csv": show_csv, "json": show_json}
