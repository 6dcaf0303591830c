"""Partitions that a query does without: the rows are those of all partitions, and only the right ones are read."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_aws.athena.engine import queries as engine
from local_aws.athena.sql.dialect import TableName, translate
from local_aws.athena.sql.reading import parse
from local_aws.athena.tables.pruning import Pruner
from local_aws.athena.tables.relations import NO_PARTITION
from tests.local_aws.athena.athena_queries import NoViews

COLUMNS = {"id": "bigint", "note": "string"}
KEYS = {"country": "string", "year": "int", "day": "date"}
PARTITIONS = {
    "p": [("FR", "2023", "2023-01-31"), ("FR", "2024", "2024-02-29"), ("DE", "2024", "2024-03-01"),
          (NO_PARTITION, "2024", "2024-03-02"), ("DE", NO_PARTITION, NO_PARTITION)],
    "q": [("FR", "2023", "2023-01-31"), ("IT", "2025", "2025-01-01"), (NO_PARTITION, "2023", NO_PARTITION)],
}  # fmt: skip


class Catalog(NoViews):
    def has_database(self, _name):
        return True

    def columns(self, _name):
        return {**COLUMNS, **KEYS}

    def keys(self, _name):
        return list(KEYS)


def translated(sql):
    return translate(parse(sql), "db", Catalog())


def kept(query):
    """What is read of each table: the partitions that one of its scans needs."""
    pruner = Pruner()
    found = {name: [] for name in PARTITIONS}
    for scan in query.scans:
        found[scan.table] += pruner.kept(KEYS, PARTITIONS[scan.table], scan.conditions)
    pruner.close()
    return {name: [values for values in PARTITIONS[name] if values in parts] for name, parts in found.items()}


def read(sql, table="p"):
    """The years of the partitions of a table that are read, by their place."""
    return [PARTITIONS[table].index(values) for values in kept(translated(sql))[table]]


def rows(query, partitions):
    """The rows of a query by the engine, over tables with one row a partition."""
    database = duckdb.connect()
    engine.prepare(database, {})
    database.execute("CREATE SCHEMA athena")
    for name, chosen in partitions.items():
        database.execute(f'CREATE TABLE athena."2.db.{name}" (id BIGINT, note TEXT, country TEXT, year INT, day DATE)')
        for values in chosen:
            place = PARTITIONS[name].index(values)
            texts = [None if value == NO_PARTITION else value for value in values]
            database.execute(
                f'INSERT INTO athena."2.db.{name}" VALUES (?, ?, ?, ?, ?)', [place, f"n{place % 2}", *texts]
            )
    return sorted(engine.fetch(database, query).rows, key=str)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("country = 'FR'", [0, 1]),
        ("'FR' = country", [0, 1]),
        ("country <> 'FR'", [2, 4]),
        ("country IN ('DE', 'IT')", [2, 4]),
        ("country IS NULL", [3]),
        ("coalesce(country, 'none') = 'none'", [3]),
        ("year BETWEEN 2024 AND 2025", [1, 2, 3]),
        ("year > 2023 AND id > 0", [1, 2, 3]),
        ("CAST(year AS varchar) = '2023'", [0]),
        ("day >= date '2024-02-01' + interval '29' day", [2, 3]),
        ("day > date_parse('2024-03-01', '%Y-%m-%d')", [3]),
        ("lower(country) LIKE 'f%'", [0, 1]),
        ("country = 'FR' OR (country = 'DE' AND note = 'n0')", [0, 1, 2, 4]),
        ("country = 'FR' OR note = 'n0'", [0, 1, 2, 3, 4]),
        ("NOT (country = 'FR' OR note = 'n0')", [2, 4]),
        ("year = 2024 AND country = 'FR'", [1]),
        ("(year, country) IN (SELECT year, country FROM q)", [0, 1, 2, 3, 4]),
        ("random() < 2 AND year = 2023", [0]),
        ("CAST(country AS integer) = 5", [0, 1, 2, 3, 4]),
        ("1 = 0", [0, 1, 2, 3, 4]),
    ],
)
def test_a_condition_on_the_keys_says_what_is_read(condition, expected):
    assert read(f"SELECT id FROM p WHERE {condition}") == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1 FROM q JOIN p ON p.id = q.id AND p.year = 2023", [0]),
        ("SELECT 1 FROM q LEFT JOIN p ON p.id = q.id AND p.year = 2023", [0]),
        ("SELECT 1 FROM p LEFT JOIN q ON p.id = q.id AND p.year = 2023", [0, 1, 2, 3, 4]),
        ("SELECT 1 FROM p RIGHT JOIN q ON p.id = q.id AND p.year = 2023", [0]),
        ("SELECT 1 FROM p FULL JOIN q ON p.id = q.id AND p.year = 2023", [0, 1, 2, 3, 4]),
        ("SELECT 1 FROM q LEFT JOIN p ON p.id = q.id WHERE p.year = 2023", [0]),
        ("SELECT 1 FROM q LEFT JOIN p ON p.id = q.id WHERE p.year IS NULL", [0, 1, 2, 3, 4]),
        ("SELECT 1 FROM p, q WHERE p.year = 2023 AND p.id = q.id", [0]),
        ("SELECT 1 FROM (SELECT year AS y FROM p) WHERE y = 2023", [0]),
        ("WITH c AS (SELECT year, count(*) AS n FROM p GROUP BY year) SELECT n FROM c WHERE year = 2023", [0]),
        ("WITH c AS (SELECT year, count(*) AS n FROM p GROUP BY 1) SELECT n FROM c WHERE year = 2023", [0]),
        ("SELECT 1 FROM (SELECT year FROM p LIMIT 3) WHERE year = 2023", [0, 1, 2, 3, 4]),
        ("SELECT 1 FROM (SELECT year, row_number() OVER (ORDER BY id) AS n FROM p) WHERE year = 2023", [0, 1, 2, 3, 4]),
        ("SELECT 1 FROM (SELECT max(year) AS year FROM p) WHERE year = 2023", [0, 1, 2, 3, 4]),
        ("SELECT 1 FROM (SELECT year FROM q UNION ALL SELECT year FROM p) WHERE year = 2023", [0]),
        ("SELECT 1 FROM q WHERE EXISTS (SELECT 1 FROM p WHERE p.id = q.id AND p.year = 2023)", [0]),
        ("SELECT 1 FROM p AS one JOIN p AS two ON one.id = two.id WHERE one.year = 2023 AND two.country = 'DE'",
         [0, 2, 4]),
    ],
)  # fmt: skip
def test_conditions_go_where_the_table_is_read(sql, expected):
    assert read(sql) == expected


CONDITIONS = st.recursive(
    st.sampled_from([
        "{t}.country = 'FR'", "{t}.country IS NULL", "{t}.country <> 'DE'", "{t}.country IN ('FR', 'IT')",
        "{t}.year > 2023", "{t}.year IS NOT NULL", "coalesce({t}.year, 2023) = 2023", "{t}.day < date '2024-03-01'",
        "{t}.id > 1", "{t}.note = 'n0'", "{t}.note IS NULL", "upper({t}.country) = 'DE'", "{t}.country = {t}.note",
    ]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} AND {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} OR {two[1]})"),
        inner.map(lambda one: f"NOT ({one})"),
    ),
    max_leaves=4,
)  # fmt: skip
SHAPES = st.sampled_from([
    "SELECT a.id FROM p AS a WHERE {0} AND {2}",
    "SELECT a.id, b.id FROM p AS a {join} q AS b ON a.id = b.id AND {0} AND {1} WHERE {2}",
    "SELECT a.id FROM p AS a {join} q AS b ON a.id = b.id AND {0} {join2} p AS c ON c.id = a.id WHERE {1} AND {2}",
    "SELECT a.* FROM (SELECT x.* FROM p AS x {join} q AS y ON x.id = y.id) AS a WHERE {0}",
    "SELECT b.* FROM p AS a {join} (SELECT DISTINCT * FROM q) AS b ON b.year = a.year WHERE {1}",
    "SELECT a.id FROM (SELECT * FROM p UNION SELECT * FROM q) AS a WHERE {0}",
    "SELECT a.id FROM (SELECT * FROM p EXCEPT SELECT * FROM q) AS a WHERE {0}",
    "WITH w AS (SELECT * FROM p) SELECT a.id, b.id FROM w AS a {join} w AS b ON a.id = b.id WHERE {0} AND {1}",
    "SELECT a.country, count(*) FROM p AS a WHERE {0} GROUP BY a.country HAVING a.country > 'E'",
    "SELECT a.n FROM (SELECT country, year, day, id, note, count(*) AS n FROM p GROUP BY 1, 2, 3, 4, 5) AS a WHERE {0}",
    "SELECT b.id FROM q AS b WHERE EXISTS (SELECT 1 FROM p AS a WHERE a.year = b.year AND {0}) OR {1}",
])  # fmt: skip
JOINS = st.sampled_from(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])


@settings(max_examples=150, deadline=None)
@given(shape=SHAPES, joins=st.tuples(JOINS, JOINS), conditions=st.tuples(CONDITIONS, CONDITIONS, CONDITIONS))
def test_a_query_gives_the_rows_of_all_partitions(shape, joins, conditions):
    filled = [text.format(t=alias) for text, alias in zip(conditions, ("a", "b", "a"), strict=True)]
    query = translated(shape.format(*filled, join=joins[0], join2=joins[1]))
    assert rows(query, kept(query)) == rows(query, PARTITIONS)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT id FROM p", [{"id"}]),
        ("SELECT * FROM p", [{"id", "note", "country", "year", "day"}]),
        ("SELECT count(*) FROM p", [set()]),
        ("SELECT id FROM p WHERE note = 'x' ORDER BY day", [{"id", "note", "day"}]),
        ("SELECT id FROM (SELECT * FROM p)", [{"id"}]),
        ("WITH c AS (SELECT * FROM p) SELECT a.id FROM c AS a JOIN c AS b ON a.id = b.year", [{"id"}, {"year"}]),
        ("SELECT id FROM (SELECT id, note FROM p UNION ALL SELECT year, note FROM p)", [{"id"}, {"year"}]),
        ("SELECT id FROM (SELECT id, note FROM p UNION SELECT year, note FROM p)", [{"id", "note"}, {"year", "note"}]),
        ("SELECT 1 FROM p AS a WHERE EXISTS (SELECT 1 FROM p AS b WHERE a.id = b.year)", [{"id"}, {"year"}]),
        ("SELECT (SELECT max(id) FROM p)", [{"id"}]),
    ],
)
def test_the_columns_that_are_used_are_known_for_each_reading(sql, expected):
    assert [set(scan.columns) for scan in translated(sql).scans] == expected


def test_what_names_a_table_is_its_full_name():
    assert {(scan.database, scan.table) for scan in translated("SELECT 1 FROM p").scans} == {("db", "p")}
    assert translated("SELECT 1 FROM p").tables == (TableName("db", "p"),)
