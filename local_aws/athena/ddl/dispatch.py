"""A statement that defines or shows to what runs it, and its result to the file that Athena leaves."""

from __future__ import annotations

from collections.abc import Callable

from local_aws import emulator
from local_aws.athena.ddl.catalog import Catalog
from local_aws.athena.ddl.show import show_databases
from local_aws.athena.ddl.tables import Action, create_table, drop_table
from local_aws.athena.errors import FailedQueryError, athena_error
from local_aws.athena.rights import check_output
from local_aws.athena.statements import Kind
from local_aws.athena.words import Words
from local_aws.emulator import QueryOutcome

READERS: dict[str, Callable[[Words, str], Action]] = {
    "CREATE_TABLE": create_table,
    "DROP_TABLE": drop_table,
    "SHOW_DATABASES": show_databases,
}
"""By SubstatementType: (words, database of the context) -> what is to be done."""

_BY_HIVE = frozenset(("DESCRIBE_TABLE", "SHOW_CREATE_TABLE", "MSCK_REPAIR"))
"""Kinds whose file has the type application/octet-stream rather than binary/octet-stream (real)."""


def prepare(kind: Kind, sql: str, catalog: Catalog) -> tuple[Kind, Callable[[str, str], QueryOutcome]]:
    """Read a statement.

    Returns:
        Its kind, and what runs it: a function of (execution id, location of the result).

    Raises:
        RefusedQueryError: it cannot be read, or is not supported.
    """
    action = READERS[kind.name](Words(sql), catalog.database)
    return kind, lambda _execution_id, location: _run(kind, action, catalog, location)


def _run(kind: Kind, action: Action, catalog: Catalog, location: str) -> QueryOutcome:
    """Carry a statement out and keep its result at `location`, an object's URI.

    Raises:
        FailedQueryError: the place of the result cannot be written.
    """
    check_output(catalog.scope, catalog.access_key, location)
    try:
        answer = action(catalog)
    except FailedQueryError as error:
        _keep(catalog, location, str(error), "application/octet-stream")
        return QueryOutcome("FAILED", str(error), athena_error(str(error)), readable=True, update_count=None)
    text = "\n".join((*(answer.columns if answer.header else ()), *answer.lines))
    _keep(catalog, location, text, _content_type(kind))
    if answer.columns:
        described = ",".join(answer.columns) + "\n" + ",".join(answer.type for _ in answer.columns)
        _keep(catalog, f"{location}.metadata", described, _content_type(kind))
    return QueryOutcome(
        "SUCCEEDED",
        columns=answer.column_info(),
        rows=[[line] for line in answer.lines],
        header=answer.header,
        update_count=0 if answer.counts else None,
    )


def _content_type(kind: Kind) -> str:
    return "application/octet-stream" if kind.name in _BY_HIVE else "binary/octet-stream"


def _keep(catalog: Catalog, location: str, text: str, content_type: str) -> None:
    bucket, _, key = location.removeprefix("s3://").partition("/")
    if not emulator.put_object(catalog.scope, bucket, key, text.encode(), content_type):
        raise FailedQueryError(f"Access denied when writing output to url: {location}")
