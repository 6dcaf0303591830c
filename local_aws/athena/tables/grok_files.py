"""Text files whose lines a table's grok pattern parts, as Trino's GrokSerDe does (Trino's tests are "bug for bug").

The texts of a line's fields fill the table's columns from the first on, whatever they are called; a field that takes no
part in the match is left out, so that those behind it move up; a line that does not fit is a row of NULLs. Assumed:
columns for which no text is left are NULL (Trino's reader fails there). A text that is none of its column's type ends
the query, unless grok.nullOnParseError is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.tables.relations import Table
from local_aws.athena.tables.settings import header_lines, refuse_settings
from local_aws.runtime.awsglue._formats.grok import Grok, GrokError

_ROWS_AT_ONCE = 20_000


def grok_rows(table: Table) -> Callable[[str], Any]:
    """What reads a file of such a table: its path -> a pyarrow.Table of texts.

    Raises:
        FailedQueryError: the pattern is missing or none; of what is returned, a line takes too long.
        RefusedQueryError: a setting that is not supported here.
    """
    import pyarrow as pa

    parameters = table.serde()[1]
    properties = table.entry.get("Parameters") or {}
    refuse_settings(parameters, properties)
    for mode in ("grok.strictMode", "grok.namedOnlyMode"):
        if str(parameters.get(mode, "true")).lower() != "true":
            raise not_supported(f"{mode} that is not true")
    names, skipped = list(table.columns), header_lines(properties)
    pattern = parameters.get("input.format")
    if pattern is None:
        raise FailedQueryError("GENERIC_INTERNAL_ERROR: Schema does not have required 'input.format' property")
    try:
        grok = Grok(pattern, parameters.get("input.grokCustomPatterns") or "")
    except GrokError as error:
        raise FailedQueryError(f"GENERIC_INTERNAL_ERROR: Grok compilation failure: {error}") from error
    schema = pa.schema([(name, pa.string()) for name in names])

    def read(path: str) -> Any:
        batches = []
        with pa.input_stream(path, compression="detect") as stream:
            rows = islice(_rows(grok, stream, len(names)), skipped, None)
            while some := list(islice(rows, _ROWS_AT_ONCE)):
                columns = [pa.array(column, pa.string()) for column in zip(*some, strict=True)]
                batches.append(pa.RecordBatch.from_arrays(columns, schema=schema))
        return pa.Table.from_batches(batches, schema)

    return read


def _rows(grok: Grok, stream: Any, width: int) -> Iterator[list[str | None]]:
    import io

    for line in io.TextIOWrapper(stream, "utf-8", "replace", newline=None):
        try:
            texts = grok.match(line.rstrip("\n"))
        except GrokError as error:
            raise FailedQueryError(f"GENERIC_INTERNAL_ERROR: {error}") from error
        found = [text for text in texts or () if text is not None][:width]
        yield [*found, *[None] * (width - len(found))]
