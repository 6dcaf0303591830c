"""EXPLAIN (TYPE VALIDATE): whether a query would run. Plans are refused: the engine here plans otherwise."""

from __future__ import annotations

from local_aws.athena.ddl.answers import Action, Answer
from local_aws.athena.ddl.catalog import Catalog
from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.executions.running import Catalog as QueryCatalog
from local_aws.athena.sql.tokens import Words


def explain(words: Words, catalog: Catalog) -> Action:
    """EXPLAIN (TYPE VALIDATE) query: `true`, or the query's own error."""
    words.expect("EXPLAIN")
    if not words.take("(", "TYPE", "VALIDATE", ")"):
        raise not_supported("EXPLAIN without (TYPE VALIDATE)")
    sql = words.rest()
    _, failure, _ = catalog.engine.read(sql, catalog.database, QueryCatalog(catalog.scope, catalog.access_key))

    def run(_catalog: Catalog) -> Answer:
        if failure:
            raise FailedQueryError(failure)
        return Answer(("true", ""), ("Valid",), "boolean", header=True)  # the empty line is real

    return run
