"""The task `drift` for tables: looked at are some of a table's files, the catalog, and the partitions that it knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from glue_client.aws import Aws
from glue_client.aws_errors import message_of
from glue_client.console import count, joined, say, text
from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.tables.relations import Table
from local_glue.drift import files, partitions, samples
from local_glue.drift.differences import FAILS, HARMLESS, WRONG, Found, grouped

STYLES = {FAILS: "red", WRONG: "yellow", HARMLESS: "dim"}
WORDS = {FAILS: "Athena fails:", WRONG: "Athena gives other values:", HARMLESS: "Athena:"}
LONGEST = 300  # characters of an error that are shown


def show(aws: Aws, tables: Sequence[tuple[str, str]], most: int) -> bool:
    """Print how each table, as (database, name), differs from its files and partitions; whether any does.

    Args:
        aws: where it is; only S3 and Glue are asked.
        tables: those of the catalog.
        most: files of each that are looked at.
    """
    found = [_show(aws, database, name, most) for database, name in tables]  # all, so that each is shown
    return any(found)


def _show(aws: Aws, database: str, name: str, most: int) -> bool:
    entry: dict[str, Any] = dict(aws.glue.get_table(DatabaseName=database, Name=name)["Table"])
    title = text(f"{database}.{name}", "bold")
    try:
        table = Table.of(entry)
    except FailedQueryError as error:
        say(title, text(f"Athena fails with {error}", "red"))
        return True
    except RefusedQueryError as error:
        say(title, text(f"is not looked at: {error}", "dim"))
        return False
    try:
        there = samples.choose(aws, entry, most)
        found = samples.read(aws, there.files)
    except ClientError as error:
        say(title, text(f"its files cannot be read: {message_of(error)}", "yellow"))
        return True
    seen = grouped([*files.of_places(table, found), *partitions.of_places(table, there.partitions)])
    say(title, text(_looked_at(table, there), "dim"))
    for one in seen:
        _tell(one)
    if not seen:
        say("  files and catalog agree" if found else "  there are no files")
    return bool(seen)


def _looked_at(table: Table, there: samples.Listed) -> str:
    of_all = f"{len(there.files):,} of {count(there.listed, 'file')}"
    if not table.keys:
        return f"{table.format}; looked at {of_all}"
    partitions_seen = f"{'the first ' if there.has_more_partitions else ''}{count(len(there.partitions), 'partition')}"
    return f"{table.format}; looked at {partitions_seen}, and {of_all} in those that were chosen"


def _tell(found: Found) -> None:
    one = found.difference
    style = STYLES[one.query]
    what = joined((f"  {one.kind}", style), (f" {one.column}" if one.column else "", "bold"), f": {one.text}")
    more = f" and {len(found.places) - 1} more" if len(found.places) > 1 else ""
    say(what, text(f"({found.places[0]}{more})", "dim"))
    told = one.athena if len(one.athena) <= LONGEST else f"{one.athena[: LONGEST - 1]}…"
    say(text(f"    {WORDS[one.query]} {told}", style))
