"""CREATE, DROP and ALTER DATABASE; SCHEMA is the same word."""

from __future__ import annotations

from typing import Any

from local_aws.athena.ddl.answers import NOTHING, Action, Answer
from local_aws.athena.ddl.catalog import EXECUTION_ERROR, Catalog, no_database
from local_aws.athena.ddl.tables import check_location
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.clauses import read_properties
from local_aws.athena.sql.tokens import Words

_INPUT = ("Name", "Description", "LocationUri", "Parameters")


def create_database(words: Words, _catalog: Catalog) -> Action:
    """CREATE DATABASE [IF NOT EXISTS] name [COMMENT 'text'] [LOCATION 's3://…'] [WITH DBPROPERTIES (…)]."""
    words.expect("CREATE")
    words.take_one_of("DATABASE", "SCHEMA")
    may_exist = words.take("IF", "NOT", "EXISTS")
    made: dict[str, Any] = {"Name": words.database()}
    if words.take("COMMENT"):
        made["Description"] = words.text()
    if words.take("LOCATION"):
        made["LocationUri"] = words.text()
        check_location(made["LocationUri"])
    if words.take("WITH"):
        words.expect("DBPROPERTIES")
        made["Parameters"] = read_properties(words)
    words.end()

    def run(catalog: Catalog) -> Answer:
        if catalog.find_database(made["Name"]) is None:
            catalog.change("CreateDatabase", DatabaseInput=made)
        elif not may_exist:
            raise FailedQueryError(f"{EXECUTION_ERROR}Database {made['Name']} already exists")  # real
        return NOTHING

    return run


def drop_database(words: Words, _catalog: Catalog) -> Action:
    """DROP DATABASE [IF EXISTS] name [RESTRICT | CASCADE]; CASCADE takes its tables along."""
    words.expect("DROP")
    words.take_one_of("DATABASE", "SCHEMA")
    may_be_absent = words.take("IF", "EXISTS")
    name = words.database()
    cascade = words.take_one_of("RESTRICT", "CASCADE") == "CASCADE"
    words.end()

    def run(catalog: Catalog) -> Answer:
        if catalog.find_database(name) is None:
            if may_be_absent:
                return NOTHING
            raise no_database(name)
        tables = catalog.tables(name)
        if tables and not cascade:
            raise FailedQueryError(
                f"{EXECUTION_ERROR}InvalidOperationException(message:Database {name} is not empty. "
                "One or more tables exist.)"
            )
        for table in tables:
            catalog.change("DeleteTable", DatabaseName=name, Name=table["Name"])
        catalog.change("DeleteDatabase", Name=name)
        return NOTHING

    return run


def alter_database(words: Words, _catalog: Catalog) -> Action:
    """ALTER DATABASE name SET DBPROPERTIES ('key' = 'value', …): others stay."""
    words.expect("ALTER")
    words.take_one_of("DATABASE", "SCHEMA")
    name = words.database()
    words.expect("SET", "DBPROPERTIES")
    properties = read_properties(words)
    words.end()

    def run(catalog: Catalog) -> Answer:
        entry = catalog.get_database(name)
        kept = {part: entry[part] for part in _INPUT if entry.get(part) is not None}
        parameters = {**(entry.get("Parameters") or {}), **properties}
        catalog.change("UpdateDatabase", Name=name, DatabaseInput={**kept, "Parameters": parameters})
        return NOTHING

    return run
