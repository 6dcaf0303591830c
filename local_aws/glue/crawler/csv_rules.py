"""AWS's built-in CSV classifier, and the custom one, on the first records of a file.

From AWS's page on classifiers: the delimiters and their order, two columns and two rows at least, and when a first line
is a header. From tables that crawlers made: whole numbers are `bigint`, fractions `double`, `true`/`false` `boolean`,
all the rest - dates too - `string`; columns without a header are col0, col1, … (col1 in the page, col0 in the tables).

Assumed, for want of a source: a delimiter is the one that most lines agree on (more than 70 %); quotes are honoured
while fields are told apart; a blank says nothing about a column's type; numbers may carry leading zeros and an
exponent; whole numbers beyond 64 bits are `double`; header names are trimmed and lower-cased, repeated ones numbered.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from local_aws.glue.crawler.hive_types import BIGINT, BOOLEAN, DOUBLE, STRING, VOID, HiveType, join, render
from local_aws.glue.crawler.schema import Column

DELIMITERS = (",", "|", "\t", ";", "\u0001")
MAX_RECORDS = 1000
MAX_HEADER_CELL = 149
AGREEMENT = 0.7
QUOTED = "; some fields are quoted, and LazySimpleSerDe does not unquote: see custom classifiers with OpenCSVSerDe"
_WHOLE = re.compile(r"[+-]?\d+\Z")
_FRACTION = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
_NAME = re.compile(r"[\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF\t]*\Z")
_LONG = range(-(2**63), 2**63)


@dataclass(frozen=True)
class CsvFound:
    """What the classifier saw; `problem` tells why the text is no CSV, and then the rest says nothing."""

    delimiter: str = ","
    header: bool = False
    columns: tuple[Column, ...] = ()
    records: int = 0
    record_size: int = 0
    why: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """The sample split into fields by one delimiter.

    Attributes:
        delimiter: what it was split by.
        rows: the rows with the usual number of fields.
        records: how many rows there are, the unusual ones included.
    """

    delimiter: str
    rows: list[list[str]]
    records: int

    @property
    def agreement(self) -> float:
        """The share, 0 to 1, of the rows that have the usual number of fields."""
        return len(self.rows) / self.records if self.records else 0.0

    @property
    def width(self) -> int:
        """Columns of a usual row."""
        return len(self.rows[0]) if self.rows else 0


def classify_csv(text: str, *, whole: bool) -> CsvFound:
    """Judge the beginning of a text.

    Args:
        text: the sample.
        whole: whether it is all of the file; otherwise its last, cut-off line is not looked at.
    """
    lines = sample_lines(text, whole=whole)
    if len(lines) < 2:
        return CsvFound(problem="fewer than two lines, and AWS's CSV classifier wants two rows")
    tables = [table for delimiter in DELIMITERS if (table := split(lines, delimiter)).width >= 2]
    if not tables:
        return CsvFound(problem="no delimiter (comma, pipe, tab, semicolon, Ctrl-A) gives two columns")
    table = max(tables, key=lambda candidate: candidate.agreement)  # the first of equals, in AWS's order
    if table.agreement <= AGREEMENT:
        return CsvFound(problem=f"only {table.agreement:.0%} of the lines have the same number of fields")
    if len(table.rows) < 2:
        return CsvFound(problem="fewer than two rows")
    header, reason = find_header(table.rows)
    if any('"' in line for line in lines):
        reason += QUOTED
    columns = name_columns(table, header=header)
    return CsvFound(table.delimiter, header, columns, table.records, average_size(lines, table.records), reason)


def find_header(rows: Sequence[Sequence[str]]) -> tuple[bool, str]:
    """Whether the first row names the columns by AWS's rules, and the sentence that says why."""
    first, data = rows[0], rows[1:]
    for position, cell in enumerate(first):
        last = position == len(first) - 1
        if not cell.strip() and not last:
            return False, f"no header: column {position} of the first line is blank"
        if cell.strip() and cell_type(cell) != STRING:
            return False, f"no header: {cell.strip()!r} in the first line is not a text"
        if len(cell) > MAX_HEADER_CELL:
            return False, f"no header: column {position} of the first line has {len(cell)} characters, 150 or more"
        if not _NAME.match(cell):
            return (
                False,
                f"no header: column {position} of the first line holds a character that no name may have",
            )
    for row in data:
        for cell in row:
            if cell_type(cell) not in (STRING, VOID):
                return True, f"header: all of the first line is text, and the data holds {cell.strip()!r}, which is not"
    return False, "no header: every value is text, so that the first line differs in nothing from the others"


def name_columns(table: Table, *, header: bool) -> tuple[Column, ...]:
    """Names and types of the columns."""
    data = table.rows[1:] if header else table.rows
    names = header_names(table.rows[0]) if header else [f"col{index}" for index in range(table.width)]
    return tuple(column_of(name, [row[index] for row in data]) for index, name in enumerate(names))


def header_names(cells: Sequence[str]) -> list[str]:
    """Column names from header cells: trimmed, lower case, blanks named by position, repeated ones numbered."""
    names: list[str] = []
    for index, cell in enumerate(cells):
        name = wanted = cell.strip().lower() or f"col{index}"
        number = 1
        while name in names:
            name, number = f"{wanted}_{number}", number + 1
        names.append(name)
    return names


def column_of(name: str, cells: Sequence[str]) -> Column:
    """A column, typed by its cells."""
    found: HiveType = VOID
    why = f"all of {len(cells)} sampled values are "
    for number, cell in enumerate(cells, start=1):
        kind = cell_type(cell)
        wide = join(found, kind)
        if wide == STRING:
            shown = cell.strip()[:40]
            before = "" if found == VOID else f", and earlier values are {render(found)}"
            return Column(name, STRING, f"value {number} is {shown!r}{before}")
        if wide == DOUBLE and found != DOUBLE:
            why = f"value {number} is {cell.strip()!r}"
        found = wide
    if found == VOID:
        return Column(name, STRING, "no value in the sample")
    words: dict[HiveType, str] = {BIGINT: "whole numbers", BOOLEAN: "true or false"}
    return Column(name, found, why + words.get(found, ""))


def cell_type(cell: str) -> HiveType:
    """The type of one field's text; a blank is `void`."""
    text = cell.strip()
    if not text:
        return VOID
    if _WHOLE.match(text):
        return BIGINT if len(text) < 19 or int(text) in _LONG else DOUBLE
    if _FRACTION.match(text):
        return DOUBLE
    return BOOLEAN if text.lower() in ("true", "false") else STRING


def sample_lines(text: str, *, whole: bool) -> list[str]:
    """The first thousand lines that are not blank, with their ends; a cut-off last one is left out."""
    lines = io.StringIO(text, newline="").readlines()
    if not whole and lines:
        lines.pop()
    return [line for line in lines if line.strip()][:MAX_RECORDS]


def split(lines: Sequence[str], delimiter: str, quote: str | None = '"') -> Table:
    """The lines as rows of fields; rows of an unusual number of fields are counted but not kept."""
    try:
        if quote:
            reader = csv.reader(lines, delimiter=delimiter, quotechar=quote)
        else:
            reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        rows = [row for row in reader if row]
    except csv.Error:
        return Table(delimiter, [], 0)
    widths = Counter(len(row) for row in rows)
    if not widths:
        return Table(delimiter, [], 0)
    width, _ = max(widths.items(), key=lambda item: (item[1], item[0]))
    return Table(delimiter, [row for row in rows if len(row) == width], len(rows))


def average_size(lines: Sequence[str], records: int) -> int:
    """Bytes of an average record, its end included, rounded down."""
    return sum(len(line.encode()) for line in lines) // records if records else 0
