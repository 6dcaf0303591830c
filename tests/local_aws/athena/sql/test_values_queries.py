"""VALUES and TABLE wherever Trino's grammar has a query (queryPrimary in its SqlBase.g4)."""

import pytest

from tests.local_aws.athena.athena_queries import ask, error

T = "WITH t(a) AS (VALUES 1, 2, 3) "


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("WITH t AS (VALUES 1) VALUES 2", ["2"]),
        ("WITH t AS (VALUES 1) (VALUES 2)", ["2"]),
        ("WITH t AS (VALUES 1) VALUES ROW(3, 4)", ["3"]),
        ("WITH t AS (VALUES 1) VALUES 2, 3 ORDER BY 1 DESC LIMIT 1", ["3"]),
        ("WITH t AS (WITH u AS (VALUES 1) VALUES 7) TABLE t", ["7"]),
        (T + "TABLE t ORDER BY a DESC FETCH FIRST 2 ROWS ONLY", ["3", "2"]),
        (T + "VALUES 4 UNION ALL TABLE t ORDER BY 1", ["1", "2", "3", "4"]),
        (T + "VALUES 3 INTERSECT TABLE t", ["3"]),
        (T + "SELECT a FROM (TABLE t) u WHERE EXISTS (TABLE t) AND a IN (VALUES 1, 2) AND a NOT IN (VALUES 1)", ["2"]),
        (T + "SELECT a FROM t WHERE a > ALL (VALUES 0, 2)", ["3"]),
        (T + "SELECT a FROM t WHERE a = ANY (VALUES 0, 2)", ["2"]),
        ("SELECT * FROM (WITH t AS (VALUES 1) VALUES 2) u", ["2"]),
        ("SELECT x FROM (VALUES 1, 2 EXCEPT VALUES 1) t(x)", ["2"]),
        ("SELECT x FROM (VALUES (1, 2) UNION ALL VALUES (3, 4)) t(x, y) ORDER BY x", ["1", "3"]),
        ("(VALUES 1, 2) ORDER BY 1 DESC LIMIT 1", ["2"]),
        ("SELECT EXISTS (VALUES 1)", ["true"]),
    ],
)
def test_stands_where_a_query_stands(query, expected):
    assert [row[0] for row in ask(query).rows] == expected


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("WITH t AS (VALUES 1) WITH u AS (VALUES 2) TABLE u", "line 1:22: mismatched input 'WITH'"),
        ("WITH t AS (VALUES 1)", "line 1:21: mismatched input '<EOF>'"),
        ("WITH t AS (VALUES 1) VALUES", "line 1:28: mismatched input '<EOF>'"),
        ("SELECT exists(1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'exists' not registered"),
    ],
)
def test_what_is_no_query_is_none(query, told):
    assert error(query).startswith(told)
