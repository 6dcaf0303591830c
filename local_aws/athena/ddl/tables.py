"""CREATE EXTERNAL TABLE and DROP TABLE: what Athena writes in the catalog (real: public dumps of such tables)."""

from __future__ import annotations

from local_aws.athena.ddl.answers import NOTHING, Action, Answer
from local_aws.athena.ddl.catalog import EXECUTION_ERROR, Catalog, no_database
from local_aws.athena.ddl.definitions import Definition, read_definition
from local_aws.athena.errors import FailedQueryError, RefusedQueryError, not_supported
from local_aws.athena.sql.tokens import Words


def create_table(words: Words, catalog: Catalog) -> Action:
    """CREATE EXTERNAL TABLE [IF NOT EXISTS] name (columns) … (user guide, "CREATE TABLE").

    Raises:
        RefusedQueryError: it cannot be read, has no location in S3, or is a table of Athena's own (Iceberg).
    """
    words.expect("CREATE")
    external = words.take("EXTERNAL")
    words.expect("TABLE")
    may_exist = words.take("IF", "NOT", "EXISTS")
    name = words.table(catalog.database)
    found = read_definition(words)
    if found.properties.get("table_type", "").upper() == "ICEBERG":
        raise not_supported("a table of the format Iceberg")
    if not found.location:
        raise RefusedQueryError("No location was specified for table. An S3 location must be specified")
    check_location(found.location)
    if not external:
        raise RefusedQueryError("External keyword required for table type HIVE")
    _check_names(found)

    def run(catalog: Catalog) -> Answer:
        if catalog.find_database(name[0]) is None:
            raise no_database(name[0])
        if catalog.find_table(name) is None:
            catalog.change("CreateTable", DatabaseName=name[0], TableInput=found.table_input(name[1]))
        elif not may_exist:
            raise FailedQueryError(f"{EXECUTION_ERROR}AlreadyExistsException(message:Table {name[1]} already exist)")
        return NOTHING

    return run


def check_location(location: str) -> None:
    """Check a LOCATION: a folder in S3 (user guide, "Table location in Amazon S3").

    Raises:
        RefusedQueryError: it is none.
    """
    if not location.startswith(("s3://", "s3a://")) or not location.partition("://")[2].strip("/"):
        raise RefusedQueryError(f"Invalid S3 location: {location}. A location is a folder such as s3://bucket/folder/")


def _check_names(found: Definition) -> None:
    if not found.columns:
        raise RefusedQueryError("No columns were specified for table")
    names = [column["Name"] for column in (*found.columns, *found.keys)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise RefusedQueryError(f"Duplicate column name: {twice}")


def drop_table(words: Words, catalog: Catalog) -> Action:
    """DROP TABLE [IF EXISTS] name: the data stay."""
    words.expect("DROP", "TABLE")
    may_be_absent = words.take("IF", "EXISTS")
    name = words.table(catalog.database)
    words.take("PURGE")
    words.end()

    def run(catalog: Catalog) -> Answer:
        entry = catalog.find_table(name) if may_be_absent else catalog.get_table(name)
        if entry is None:
            return NOTHING
        if entry.get("TableType") == "VIRTUAL_VIEW":
            raise FailedQueryError("FAILED: SemanticException [Error 10003]: Cannot drop a view with DROP TABLE")
        catalog.change("DeleteTable", DatabaseName=name[0], Name=name[1])
        return NOTHING

    return run
