"""How many rows tables have, asked of Athena; and what changed between two answers."""

from collections.abc import Iterator, Mapping, Sequence

from deploy import queries
from glue_client.aws import Aws
from glue_client.errors import DeployError

VIEW = "VIRTUAL_VIEW"
Place = tuple[str, str]
"""Database and table."""


def tables_of(aws: Aws, database: str) -> list[Place]:
    """The tables of a database, without its views."""
    pages = aws.glue.get_paginator("get_tables").paginate(DatabaseName=database)
    return [(database, one["Name"]) for page in pages for one in page["TableList"] if one.get("TableType", "") != VIEW]


def counted(aws: Aws, places: Mapping[str, Place]) -> dict[str, int]:
    """The rows of tables, each by the name that it is given here, by one query.

    Raises:
        DeployError: Athena cannot read one.
    """
    sql = "\nUNION ALL ".join(
        f"""SELECT {_text(name)} AS "table", count(*) AS "rows" FROM {_name(database)}.{_name(table)}"""  # noqa: S608 - quoted
        for name, (database, table) in places.items()
    )
    return {str(name): int(rows or 0) for name, rows in queries.ask(aws, sql).rows} if places else {}


def of_each(aws: Aws, places: Sequence[Place]) -> dict[Place, int | None]:
    """The rows of tables; None for one that Athena cannot read, such as one that has no files yet."""
    try:
        found = counted(aws, {f"{database}.{table}": (database, table) for database, table in places})
        return {place: found[".".join(place)] for place in places}
    except DeployError:
        return {place: _alone(aws, place) for place in places}


def changes(before: Mapping[Place, int | None], after: Mapping[Place, int | None]) -> Iterator[str]:
    """A line for each table whose rows are others than before."""
    for place, rows in after.items():
        former = before.get(place)
        if place not in before or rows != former:
            less_or_more = f" ({rows - former:+,})" if rows is not None and former is not None else ""
            was = "new" if place not in before else _said(former)
            yield f"{place[1]}: {was} → {_said(rows)} rows{less_or_more}"
    yield from (f"{place[1]}: gone" for place in before if place not in after)


def _alone(aws: Aws, place: Place) -> int | None:
    try:
        return counted(aws, {"one": place})["one"]
    except DeployError:
        return None


def _said(rows: int | None) -> str:
    return "unreadable" if rows is None else f"{rows:,}"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
