"""What sqlglot would read though Trino's grammar (SqlBase.g4) has it not: refused at the word that fits nothing."""

import pytest

from tests.local_aws.athena.athena_queries import error

T = "(VALUES 1) AS t(x)"
REFUSED = [
    (f"SELECT x FROM {T} LIMIT 5, 10", 41, ","),
    (f"SELECT x FROM {T} LIMIT 'a'", 40, "'a'"),
    (f"SELECT x FROM {T} WHERE x == 1", 42, "=="),
    (f"SELECT x FROM {T} WHERE x IN ()", 46, ")"),
    (f"SELECT x, FROM {T}", 11, "FROM"),
    ("SELECT count(1,)", 16, ")"),
    ("SELECT 1 <=> 2", 10, "<=>"),
    ("SELECT 1 & 2", 10, "&"),
    ("SELECT 1 | 2", 10, "|"),
    ("SELECT 1 ^ 2", 10, "^"),
    ("SELECT ~1", 8, "~"),
    ("SELECT !true", 8, "!"),
    ("SELECT 1::int", 9, "::"),
    ("SELECT {'a': 1}", 8, "{"),
    ("SELECT f(a := 1)", 12, ":="),
    ("SELECT 'abc'[1:2]", 15, ":"),
    ("SELECT [1]", 8, "["),
    ("SELECT 'a' ILIKE 'b'", 12, "ILIKE"),
    ("SELECT 'a' RLIKE 'b'", 12, "RLIKE"),
    ("SELECT 'a' LIKE ANY ('b')", 17, "ANY"),
    ("SELECT 5 DIV 2", 10, "DIV"),
    ("SELECT 'a' 'b'", 12, "'b'"),
    ("SELECT 1 IS TRUE", 13, "TRUE"),
    ("SELECT true IS NOT FALSE", 20, "FALSE"),
    ("SELECT INTERVAL 1 DAY", 17, "1"),
    ("SELECT INTERVAL '1 day'", 17, "'1 day'"),
    ("SELECT INTERVAL '1' DAYS", 21, "DAYS"),
    ("SELECT INTERVAL -'1' WEEK", 22, "WEEK"),
    ("SELECT DATE 2024", 13, "2024"),
    ("SELECT CURRENT_DATE()", 20, "("),
    ("SELECT CURRENT_TIMESTAMP()", 26, ")"),
    (f"SELECT max(x) FILTER (x > 1) FROM {T}", 23, "x"),
    (f"SELECT x FROM {T} TABLESAMPLE (10 PERCENT)", 46, "("),
    (f"SELECT x FROM {T} GROUP BY x WITH ROLLUP", 45, "WITH"),
    (f"SELECT x FROM {T} FOR UPDATE", 34, "FOR"),
    ("SELECT x FROM VALUES (1) AS t(x)", 15, "VALUES"),
    ("FROM t SELECT 1", 1, "FROM"),
    (f"SELECT 1 FROM {T} JOIN {T}", 57, "<EOF>"),
    (f"SELECT 1 FROM {T} LEFT JOIN UNNEST(ARRAY[x]) AS u(y) WHERE true", 69, "WHERE"),
    (f"SELECT 1 FROM (SELECT 1 FROM {T} JOIN {T}) JOIN {T} USING (x)", 72, ")"),
]


@pytest.mark.parametrize(("sql", "column", "word"), REFUSED)
def test_a_word_that_fits_nothing_is_told(sql, column, word):
    assert error(sql) == f"line 1:{column}: mismatched input '{word}'"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT `a`",
         "line 1:8: backquoted identifiers are not supported; use double quotes to quote identifiers"),
        ("SELECT 1,\n 2nd",
         "line 2:2: identifiers must not start with a digit; surround the identifier with double quotes"),
        ("SELECT 0x1F", "NOT_SUPPORTED: a number in hexadecimal is not supported by the local AWS"),
        (f"SELECT 1 FROM {T} NATURAL JOIN {T}", "NOT_SUPPORTED: line 1:55: Natural join not supported"),
    ],
)  # fmt: skip
def test_what_trino_reads_and_refuses_is_refused_in_its_words(sql, message):
    assert error(sql) == message


@pytest.mark.parametrize(
    "sql",
    [
        (
            "SELECT a.x FROM (SELECT 1 AS x) AS a JOIN ((SELECT 1 AS x) AS b JOIN (SELECT 1 AS x) AS c ON b.x = c.x) "
            "ON a.x = b.x"
        ),
        f"SELECT x FROM {T} CROSS JOIN UNNEST(ARRAY[x]) AS u(y) LEFT JOIN UNNEST(ARRAY[y]) AS v(z) ON true",
        f"SELECT a.x FROM {T} CROSS JOIN (VALUES 1) AS a(x) INNER JOIN (VALUES 1) AS b(x) ON b.x = a.x WHERE true",
        "SELECT INTERVAL '1' DAY, INTERVAL -'1' MONTH, 1 WHERE '=='\n= '!' OR 'a' LIKE 'b' ESCAPE '!' OR true",
        "SELECT current_timestamp(3) IS NOT NULL, current_date, localtimestamp(0) IS NULL",
        "SELECT filter(ARRAY[1], x -> x > 0), trim(BOTH ',' FROM 'a'), (ARRAY[1])[1], ARRAY[ARRAY[1]][1][1]",
        "SELECT limit, offset, filter FROM (SELECT 1 AS limit, 2 AS offset, 3 AS filter) ORDER BY limit LIMIT 1",
        f"SELECT json_value('{{}}', '$.a' NULL ON EMPTY) FROM {T} JOIN (VALUES 1) AS b(x) USING (x)",
        "SELECT x FROM (SELECT 1 AS x LIMIT 1) OFFSET 0 LIMIT 1",
        "(SELECT 1 LIMIT 1) UNION ALL (SELECT 2 LIMIT 1) OFFSET 1 LIMIT 1",
    ],
)
def test_what_trino_reads_is_read(sql):
    assert error(sql) == ""
