"""What Trino takes: nothing of it is refused by the analyzer, and the types are Trino's."""

import pytest

from local_aws.athena.sql.analysis.queries import analyze
from local_aws.athena.sql.analysis.tables import relation_of_table
from local_aws.athena.sql.reading import parse
from tests.local_aws.athena.sql.analysis.test_refusals import T, U


def types(sql):
    relations = {"t": relation_of_table(("awsdatacatalog", "db", "t"), T, {"$path": "string"}),
                 "u": relation_of_table(("awsdatacatalog", "db", "u"), U, {})}  # fmt: skip
    found = analyze(parse(sql), lambda table: relations.get(table.name))
    return None if found is None else ", ".join(map(str, found))


# Types: Trino's documentation, of each function and operator
TYPES = [
    ("1, 3000000000, 1.5, 1e0, 'abc', true, NULL, X'00'",
     "integer, bigint, double, double, varchar(3), boolean, unknown, varbinary"),
    ("DECIMAL '12.30', DATE '2024-01-01', TIMESTAMP '2024-01-01 10:00:00.12', TIME '10:00'",
     "decimal(4,2), date, timestamp(2), time(0)"),
    ("TIMESTAMP '2024-01-01 10:00:00 Europe/Berlin', INTERVAL '1' DAY, INTERVAL '1' YEAR",
     "timestamp(0) with time zone, interval day to second, interval year to month"),
    ("n, big, d, at, s, v, price, x, yes, tags, attributes, dept",
     ("integer, bigint, date, timestamp(3), varchar, varchar(10), decimal(10,2), double, boolean, array(varchar), "
     "map(varchar, integer), row(name varchar, budget integer)")),
    ("n + big, n * x, price + 1, price * price, n / 2, 7 % price", ("bigint, double, decimal(13,2), decimal(20,4), "
     "integer, decimal(10,2)")),
    ("d + INTERVAL '1' DAY, d - d, at - at, INTERVAL '1' DAY * 2, 2 * INTERVAL '1' DAY",
     "date, interval day to second, interval day to second, interval day to second, interval day to second"),
    ("s || v, v || 'x', tags || 'x', tags || tags, to_utf8(s) || to_utf8(s)",
     "varchar, varchar, array(varchar), array(varchar), varbinary"),
    ("CASE WHEN yes THEN 1 ELSE big END, coalesce(n, price), if(yes, 'a', s), nullif(n, big), try(n)",
     "bigint, decimal(12,2), varchar, integer, integer"),
    ("sum(n), sum(price), sum(x), avg(n), avg(price), count(*), max(s), array_agg(n), map_agg(s, n)",
     "bigint, decimal(38,2), double, double, decimal(10,2), bigint, varchar, array(integer), map(varchar, integer)"),
    ("transform(tags, x -> length(x)), filter(tags, x -> x = 'a'), reduce(ARRAY[1], 0, (a, e) -> a + e, a -> a > 1)",
     "array(bigint), array(varchar), boolean"),
    ("reduce(ARRAY[big], 0, (a, e) -> a + e, a -> a)", "bigint"),
    ("zip(ARRAY[1], ARRAY['a']), sequence(1, 3), sequence(d, d), split(s, ','), element_at(tags, 1)",
     "array(row(integer, varchar(1))), array(bigint), array(date), array(varchar), varchar"),
    ("tags[1], attributes['a'], dept.budget, ROW(1, 'x')[2], CAST(ROW(1) AS ROW(a bigint)).a",
     "varchar, integer, integer, varchar(1), bigint"),
    ("date_diff('day', d, at), date_add('day', 1, d), date_trunc('month', at), year(d), date_parse(s, '%Y')",
     "bigint, date, timestamp(3), bigint, timestamp(3)"),
    ("round(n), round(price), round(price, 1), ceil(price), abs(price), sqrt(n), power(n, 2), mod(n, 2)",
     "integer, decimal(9,0), decimal(11,2), decimal(9,0), decimal(10,2), double, double, integer"),
    ("lag(n) OVER (ORDER BY d), row_number() OVER (), sum(n) FILTER (WHERE yes) OVER (PARTITION BY s)",
     "integer, bigint, bigint"),
    ("json_parse(s), json_extract_scalar(s, '$.a'), CAST(json_parse(s) AS map(varchar, integer))",
     "json, varchar, map(varchar, integer)"),
    ("CAST(s AS decimal(5,1)), CAST(n AS varchar), CAST(s AS char(3)), CAST(at AS timestamp(6)), TRY_CAST(s AS int)",
     "decimal(5,1), varchar, char(3), timestamp(6), integer"),
    ("(SELECT max(n) FROM u), EXISTS (SELECT 1), n IN (SELECT n FROM u), n = ALL (SELECT 1)",
     "integer, boolean, boolean, boolean"),
]  # fmt: skip


@pytest.mark.parametrize(("expressions", "expected"), TYPES)
def test_expressions_have_the_types_of_trino(expressions, expected):
    assert types(f"SELECT {expressions} FROM t") == expected


TAKEN = [
    "SELECT n FROM t WHERE d > DATE '2024-01-01' AND at > d AND at < current_timestamp",
    "SELECT n FROM t WHERE price > 1 AND n < 1.5 AND big = n AND x > price AND v = s AND s = NULL",
    "SELECT n FROM t WHERE n IN (1, NULL, 3000000000) AND s BETWEEN 'a' AND v AND s LIKE v ESCAPE '!'",
    "SELECT n FROM t WHERE NULL", "SELECT n FROM t WHERE NOT NULL AND (yes OR NULL)",
    "SELECT t.n, u.s, db.t.n FROM t, u WHERE t.n = u.n",
    "SELECT n, s, d FROM t JOIN u USING (n, s)",
    "SELECT a.n FROM t a JOIN t b ON a.n = b.n LEFT JOIN u c ON c.n = b.n AND a.s = c.s",
    "SELECT a.n, c.s FROM t AS a JOIN (u AS b JOIN u AS c ON b.n = c.n) ON a.n = b.n",
    "SELECT a.n, c.s FROM t AS a JOIN ((SELECT n FROM u) AS b JOIN u AS c ON b.n = c.n) ON a.n = b.n",
    "SELECT tag FROM t CROSS JOIN UNNEST(tags) AS q(tag) WHERE tag <> 'x'",
    "SELECT k, c + 1 FROM t CROSS JOIN UNNEST(attributes) AS q(k, c)",
    "SELECT tag, place + 1 FROM t CROSS JOIN UNNEST(tags) WITH ORDINALITY AS q(tag, place)",
    "SELECT s, sum(n) AS total FROM t GROUP BY s HAVING sum(n) > 1 ORDER BY total DESC, s",
    "SELECT upper(s), count(*) FROM t GROUP BY upper(s) ORDER BY count(*)",
    "SELECT upper(s) || 'x', count(*) FROM t GROUP BY 1", "SELECT t.s, max(n) FROM t GROUP BY s",
    "SELECT * FROM u GROUP BY 1, 2", "SELECT u.*, count(*) FROM u GROUP BY 1, 2",
    "SELECT DISTINCT s, upper(s) AS up FROM t ORDER BY t.s, up, upper(s)", "SELECT at - d, d - at FROM t",
    "SELECT s, n FROM t GROUP BY GROUPING SETS ((s, n), (s), ())", "SELECT s, grouping(s) FROM t GROUP BY ROLLUP (s)",
    "SELECT dept.name, count(*) FROM t GROUP BY dept.name", "SELECT dept.name, count(*) FROM t GROUP BY dept",
    "SELECT sum(sum(n)) OVER (ORDER BY s) FROM t GROUP BY s", "SELECT 1, count(*), current_date FROM t",
    "SELECT s, (SELECT max(u.n) FROM u WHERE u.s = t.s) FROM t", "SELECT count(*) FROM t HAVING count(*) > 1",
    "SELECT s, transform(array_agg(n), x -> x + 1) FROM t GROUP BY s",
    "WITH q AS (SELECT n AS a FROM t), r(b) AS (SELECT a FROM q) SELECT b + 1 FROM r JOIN q ON a = b",
    "SELECT n FROM t UNION SELECT big FROM t UNION ALL SELECT price FROM t ORDER BY n LIMIT 1",
    "SELECT NULL UNION SELECT 'x' UNION SELECT s FROM t", "SELECT * FROM (VALUES (1, 'a'), (2.5, NULL)) AS q(a, b)",
    "SELECT \"$path\", * FROM t WHERE \"$path\" LIKE 's3%'", "SELECT n AS a, s AS a FROM t ORDER BY n",
    "SELECT limit, offset FROM (SELECT 1 AS limit, 2 AS offset) ORDER BY limit OFFSET 1 LIMIT 2",
    "SELECT concat(s, 'x', v), concat(tags, tags), greatest(1, 2.5), date_format(d, '%Y') FROM t",
    "SELECT min(d), max_by(s, n), approx_percentile(n, 0.5), approx_distinct(s), histogram(s) FROM t",
    ("SELECT array_sort(ARRAY[3, 1], (a, b) -> if(a < b, 1, -1)), array_join(ARRAY[1, NULL], ',', '?'), "
    "contains(tags, 'a'), cardinality(attributes), map_keys(attributes)[1], flatten(ARRAY[tags]) FROM t"),
    "SELECT from_unixtime(n), to_unixtime(at), hour(at), extract(hour FROM at), date(s), from_iso8601_date(s) FROM t",
    "SELECT coalesce(NULL, n), coalesce(d, at), CASE n WHEN 1 THEN 'a' WHEN big THEN s END, nullif(s, NULL) FROM t",
    "SELECT substr(s, n), substr(s, 1, big), lpad(s, 3, '0'), regexp_replace(s, '(a)', x -> x[1]), strpos(s, v) FROM t",
    "SELECT CAST(NULL AS array(integer)), CAST(ARRAY[1] AS json), CAST(s AS timestamp(3) with time zone) FROM t",
    "SELECT q.\"A b\" FROM (SELECT 1 AS \"A b\") AS q", "SELECT S, T.N FROM T ORDER BY UPPER(S)",
    "SELECT x.n FROM (SELECT n FROM t) AS x WHERE EXISTS (SELECT 1 FROM u WHERE u.n = x.n)",
    "SELECT ROW(1, 'a') = ROW(2, 'b'), (1, 2) IN ((1, 2), (3, 4)), (n, s) IN (SELECT n, s FROM u) FROM t",
]  # fmt: skip


@pytest.mark.parametrize("sql", TAKEN)
def test_what_trino_takes_is_let_through(sql):
    assert types(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM nowhere GROUP BY 1, 9",
        "SELECT a || 1, a + 's', upper(a), a[1], a.b, NOT a FROM nowhere",
        "SELECT a FROM nowhere AS q(a) JOIN t ON a = t.n WHERE a > 's' AND b",
        "WITH RECURSIVE r(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM r) SELECT a || 's' FROM r",
    ],
)
def test_what_is_not_known_is_let_through(sql):
    types(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + " || ".join(["s"] * 3000) + " FROM t",
        "SELECT " + " + ".join(["n"] * 3000) + " FROM t",
        "SELECT n FROM t WHERE " + " OR ".join(f"n = {number}" for number in range(3000)),
        "SELECT n FROM t WHERE n IN (" + ", ".join(map(str, range(20_000))) + ")",
    ],
    ids=lambda sql: sql[:20],
)
def test_a_long_query_is_typed(sql):
    assert types(sql)
