"""EXPLAIN (TYPE VALIDATE): whether a query would run. Plans are refused: the engine here plans otherwise."""

from __future__ import annotations

from local_aws.athena.ddl.answers import Action, Answer
from local_aws.athena.ddl.catalog import Catalog
from local_aws.athena.dialect import parse, translate
from local_aws.athena.errors import not_supported
from local_aws.athena.running import Catalog as QueryCatalog
from local_aws.athena.words import Words


def explain(words: Words, _catalog: Catalog) -> Action:
    """EXPLAIN (TYPE VALIDATE) query: `true`, or the query's own error."""
    words.expect("EXPLAIN")
    if not words.take("(", "TYPE", "VALIDATE", ")"):
        raise not_supported("EXPLAIN without (TYPE VALIDATE)")
    query = parse(words.rest())

    def run(catalog: Catalog) -> Answer:
        translate(query, catalog.database, QueryCatalog(catalog.scope))
        return Answer(("true", ""), ("Valid",), "boolean", header=True)  # the empty line is real

    return run
