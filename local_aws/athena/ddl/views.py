"""CREATE, DROP and SHOW CREATE VIEW: Trino's statements, so that names stand in double quotes."""

from __future__ import annotations

from local_aws.athena.ddl.answers import NOTHING, Action, Answer
from local_aws.athena.ddl.catalog import Catalog, Name
from local_aws.athena.ddl.describe import is_view
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.executions.running import Catalog as QueryCatalog
from local_aws.athena.sql.tokens import Words
from local_aws.athena.sql.views import View


def create_view(words: Words, catalog: Catalog) -> Action:
    """CREATE [OR REPLACE] VIEW name [COMMENT 'text'] AS query."""
    words.expect("CREATE")
    replaces = words.take("OR", "REPLACE")
    words.expect("VIEW")
    name = words.table(catalog.database, double_quoted=True)
    comment = words.text() if words.take("COMMENT") else ""
    words.expect("AS")
    sql = words.rest()

    def run(catalog: Catalog) -> Answer:
        if catalog.find_database(name[0]) is None:
            raise FailedQueryError(f"SCHEMA_NOT_FOUND: line 1:1: Schema '{name[0]}' does not exist")
        known = catalog.find_table(name)
        if known is not None and not is_view(known):
            raise FailedQueryError(f"TABLE_ALREADY_EXISTS: line 1:1: Table already exists: '{_full(name)}'")
        if known is not None and not replaces:
            raise FailedQueryError(f"ALREADY_EXISTS: line 1:1: View already exists: '{_full(name)}'")
        columns = catalog.engine.columns_of(
            sql, catalog.database, QueryCatalog(catalog.scope, catalog.access_key), name
        )
        view = View(sql, catalog.database, columns)
        operation = "CreateTable" if known is None else "UpdateTable"
        catalog.change(operation, DatabaseName=name[0], TableInput=view.table_input(name[1], comment))
        return NOTHING

    return run


def drop_view(words: Words, catalog: Catalog) -> Action:
    """DROP VIEW [IF EXISTS] name."""
    words.expect("DROP", "VIEW")
    may_be_absent = words.take("IF", "EXISTS")
    name = words.table(catalog.database, double_quoted=True)
    words.end()

    def run(catalog: Catalog) -> Answer:
        entry = catalog.find_table(name)
        if entry is None:
            if may_be_absent:
                return NOTHING
            raise FailedQueryError(f"TABLE_NOT_FOUND: line 1:1: View '{_full(name)}' does not exist")
        if not is_view(entry):
            raise _no_view(name)
        catalog.change("DeleteTable", DatabaseName=name[0], Name=name[1])
        return NOTHING

    return run


def show_create_view(words: Words, catalog: Catalog) -> Action:
    """SHOW CREATE VIEW name: the query as it was written; Athena writes it anew in a form of its own."""
    words.expect("SHOW", "CREATE", "VIEW")
    name = words.table(catalog.database, double_quoted=True)
    words.end()

    def run(catalog: Catalog) -> Answer:
        entry = catalog.find_table(name)
        if entry is None:
            raise FailedQueryError(f"TABLE_NOT_FOUND: line 1:1: View '{_full(name)}' does not exist")
        if not is_view(entry):
            raise _no_view(name)
        shown = ".".join(part if part.isidentifier() else f'"{part}"' for part in name)
        text = f"CREATE VIEW {shown} AS\n{View.of(entry).sql}"
        return Answer.of([text], "create view", type="varchar")

    return run


def _full(name: Name) -> str:
    return f"awsdatacatalog.{name[0]}.{name[1]}"


def _no_view(name: Name) -> FailedQueryError:
    return FailedQueryError(f"NOT_SUPPORTED: line 1:1: Relation '{_full(name)}' is a table, not a view")
