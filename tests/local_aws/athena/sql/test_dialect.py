"""Queries as they are read, resolved and refused; what they give is in test_functions.py and below here."""

import pytest

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.sql.dialect import TableName, translate
from local_aws.athena.sql.engine_errors import athena_reason
from local_aws.athena.sql.reading import parse
from tests.local_aws.athena.athena_queries import NoViews, ask, error, value

CANNOT_BE_CAST = "INVALID_CAST_ARGUMENT: a value cannot be cast to the type that the query asks for"
NO_COMMON_TYPE = (
    "{} must be the same type or coercible to a common type. Cannot find common type between {} and {}, all types "
    "(without duplicates): [{}]"
)
NO_ACCESS = " or requester is not authorized to access requested resources"

SALES = {
    "country": "string",
    "order_id": "bigint",
    "units": "int",
    "profit": "decimal(10,2)",
    "price": "double",
    "ordered": "date",
    "tags": "array<string>",
    "year": "string",
}


class Catalog(NoViews):
    def has_database(self, name):
        return name in ("db", "other")

    def columns(self, name):
        return SALES if name == TableName("db", "sales") else None

    def keys(self, _name):
        return ("country", "year")


def translation(sql, database="db"):
    return translate(parse(sql), database, Catalog())


def failure(sql):
    """The message with which a query is refused at once or fails."""
    with pytest.raises((FailedQueryError, RefusedQueryError)) as raised:
        translation(sql)
    return str(raised.value)


# Values


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("7 / 2", "3"),
        ("-7 / 2", "-3"),
        ("7 % 3", "1"),
        ("-7 % 3", "-1"),
        ("7 / 2.0", "3.5"),
        ("DECIMAL '1.00' / DECIMAL '3.00'", "0.33"),
        ("DECIMAL '2.00' / DECIMAL '3.00'", "0.67"),
        ("-DECIMAL '2.00' / DECIMAL '3.00'", "-0.67"),
        ("1 / 3e0", "0.3333333333333333"),
        ("1e0 / 0", "Infinity"),
        ("7 / 2 * 2", "6"),
        ("(7 + 1) / (1 + 2)", "2"),
        ("1.5 * 1.5", "2.25"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("DECIMAL '0.1' + DECIMAL '0.2'", "0.3"),
        ("1.0 * 5 / 3", "1.6666666666666667"),
        ("1.5 / 0.0", "Infinity"),
        ("CAST('1.50' AS decimal)", "2"),
        ("'a' || 'b'", "ab"),
        ("'a' || NULL", None),
        ("DATE '2024-01-31' + INTERVAL '1' MONTH", "2024-02-29"),
        ("DATE '2024-01-31' - INTERVAL '1' DAY", "2024-01-30"),
        ("DATE '2024-01-31' + INTERVAL -'1' DAY", "2024-01-30"),
        ("DATE '2024-01-31' + INTERVAL '-1' DAY", "2024-01-30"),
        ("TIMESTAMP '2024-01-31 10:00:00' + INTERVAL '90' MINUTE", "2024-01-31 11:30:00.000"),
        ("CAST('12' AS integer)", "12"),
        ("TIMESTAMP '2024-07-05 12:34:56 -00:30' = TIMESTAMP '2024-07-05 13:04:56 UTC'", "true"),
        ("TIMESTAMP '2024-07-05 13:04:56 UTC' IN (TIMESTAMP '2024-07-05 15:04:56 Europe/Berlin')", "true"),
        ("to_unixtime(TIMESTAMP '1970-01-01 02:00:00+02:00')", "0.0"),
        ("TIME '13:24:11'", "13:24:11"),
        ("TIME '13:24:11.500'", "13:24:11.500"),
        ("hour(TIMESTAMP '2024-07-05 12:34:56 UTC')", "12"),
        ("CAST(3.5 AS integer)", "4"),
        ("CAST(2.5e0 AS integer)", "3"),
        ("CAST(-2.5e0 AS bigint)", "-3"),
        ("TRY_CAST('3.7' AS integer)", None),
        ("TRY_CAST('x' AS double)", None),
        ("TRY_CAST('2024-02-30' AS date)", None),
        ("CAST('2024-02-29' AS date)", "2024-02-29"),
        ("CAST(DECIMAL '1.005' AS decimal(10,2))", "1.01"),
        ("CAST(true AS varchar)", "true"),
        ("CAST(10000000e0 AS varchar)", "1.0E7"),
        ("CAST(1234567.8 AS varchar)", "1234567.8"),
        ("CAST(0.0001 AS varchar)", "1.0E-4"),
        ("CAST(infinity() AS varchar)", "Infinity"),
        ("CAST(CAST(0.1 AS real) AS varchar)", "0.1"),
        ("CAST(CAST(1e10 AS real) AS varchar)", "1.0E10"),
        ("CAST(1e0 / 3 AS varchar(18))", "0.3333333333333333"),
        ("CAST(TIMESTAMP '2024-01-31 10:00:00' AS varchar)", "2024-01-31 10:00:00.000"),
        ("CAST('abcdef' AS varchar(3))", "abc"),
        ("CASE WHEN 1 > 2 THEN 1 END", None),
        ("CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' ELSE 'c' END", "b"),
        ("CASE WHEN true THEN 7 ELSE 1 END / 2", "3"),
        ("coalesce(NULL, 7) / 2", "3"),
        ("'abc' LIKE 'a%'", "true"),
        ("'a_c' LIKE 'a\\_c' ESCAPE '\\'", "true"),
        ("1 IN (1, 2)", "true"),
        ("2 BETWEEN 1 AND 3", "true"),
        ("NULL IS DISTINCT FROM 1", "true"),
        ("X'00ff'", "00 ff"),
        ("2 = ANY (SELECT x FROM (VALUES 1, 2) AS t(x))", "true"),
        ("date_diff('hour', localtimestamp, CAST(current_timestamp AS timestamp))", "0"),
        ("DATE '2024-03-01' - DATE '2024-02-28'", "2 00:00:00.000"),
        ("ARRAY[1, 2][2]", "2"),
        ("ARRAY[1, 2] || 3", "[1, 2, 3]"),
        ("0 || ARRAY[1, 2]", "[0, 1, 2]"),
        ("ROW(7, 'x')[2]", "x"),
        ("CAST(ROW(7, 2) AS ROW(a integer, b integer))[1] / 2", "3"),
        ("MAP(ARRAY[5, 6], ARRAY['a', 'b'])[6]", "b"),
        ("X'68 65\n6C'", "68 65 6c"),
        ("json_format(JSON '[1, 2]')", "[1,2]"),
        ("MAP(ARRAY['a'], ARRAY[7])['a'] / 2", "3"),
        ("CAST(ROW(7, 2) AS ROW(a integer, b integer)).a / 2", "3"),
        ("(SELECT max(x) FROM (VALUES 7, 3) AS t(x)) / 2", "3"),
    ],
)
def test_an_expression_gives_what_athena_gives(expression, shown):
    assert value(expression) == shown


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT x FROM (VALUES 2, 1, NULL) AS t(x) ORDER BY x", [["1"], ["2"], [None]]),
        ("SELECT x FROM (VALUES 2, 1, NULL) AS t(x) ORDER BY x DESC", [["2"], ["1"], [None]]),
        ("SELECT 1 UNION ALL SELECT 2 ORDER BY 1 DESC", [["2"], ["1"]]),
        ("WITH t AS (SELECT 1 AS a) SELECT a FROM t", [["1"]]),
        ("SELECT x FROM (VALUES ARRAY[1, 2]) AS t(a) CROSS JOIN UNNEST(a) AS u(x)", [["1"], ["2"]]),
        ("SELECT k, v FROM (VALUES MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(m) CROSS JOIN UNNEST(m) AS u(k, v)",
         [["a", "1"], ["b", "2"]]),
        ("SELECT a, b FROM UNNEST(ARRAY[1, 2], ARRAY['x']) AS t(a, b)", [["1", "x"], ["2", None]]),
        ("SELECT a, k, v, n FROM UNNEST(ARRAY[1], MAP(ARRAY['x', 'y'], ARRAY[3, 4])) WITH ORDINALITY AS t(a, k, v, n)",
         [["1", "x", "3", "1"], [None, "y", "4", "2"]]),
        (("SELECT i, k FROM (VALUES (1, MAP(ARRAY['a'], ARRAY[1])), (2, MAP()), (3, NULL)) AS t(i, m) "
         "LEFT JOIN UNNEST(m) AS u(k, v) ON TRUE ORDER BY i"), [["1", "a"], ["2", None], ["3", None]]),
        ("SELECT x, n FROM (VALUES ARRAY['a', 'b']) AS t(a) CROSS JOIN UNNEST(a) WITH ORDINALITY AS u(x, n)",
         [["a", "1"], ["b", "2"]]),
        ("SELECT x, n FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t(x, n)", [["a", "1"], ["b", "2"]]),
        ("SELECT a.x FROM (VALUES 1, 2) AS a(x) JOIN (VALUES 2, 3) AS b(y) ON a.x = b.y", [["2"]]),
        ("SELECT x FROM (VALUES 1, 2) AS a(x) JOIN (VALUES 2, 3) AS b(x) USING (x)", [["2"]]),
        ("SELECT a.x, b.y FROM (VALUES 1) AS a(x), (VALUES 2) AS b(y)", [["1", "2"]]),
        ("SELECT s, sum(n) FROM (VALUES ('a', 1), ('b', 2)) AS t(s, n) GROUP BY ROLLUP (s) ORDER BY 2, 1",
         [["a", "1"], ["b", "2"], [None, "3"]]),
        ("SELECT s, count(*) FROM (VALUES 'a', 'b', 'b') AS t(s) GROUP BY 1 HAVING count(*) > 1", [["b", "2"]]),
        ("SELECT s FROM (VALUES ('a', 1), ('b', 2)) AS t(s, n) GROUP BY s HAVING sum(n) > 1", [["b"]]),
        ("SELECT x FROM (VALUES 1, 9) AS t(x) GROUP BY x HAVING max(x) < (SELECT sum(m) FROM (VALUES 2) AS u(m))",
         [["1"]]),
        ("SELECT x FROM (VALUES 1, 2, 3) AS t(x) ORDER BY x OFFSET 1 LIMIT 1", [["2"]]),
        ("SELECT x FROM (VALUES 1, 2, 3) AS t(x) ORDER BY x FETCH FIRST 2 ROWS ONLY", [["1"], ["2"]]),
        ("SELECT DISTINCT x FROM (VALUES 1, 1) AS t(x)", [["1"]]),
        ("SELECT 1 WHERE EXISTS (SELECT 1) AND 1 IN (SELECT 1)", [["1"]]),
        ("(SELECT 1) EXCEPT (SELECT 2)", [["1"]]),
        ("SELECT 1; -- and no more", [["1"]]),
        ("/* first */ SELECT 1; /* last */", [["1"]]),
    ],
)  # fmt: skip
def test_a_query_gives_the_rows_that_athena_gives(sql, rows):
    assert ask(sql).rows == rows


def test_a_literal_that_looks_like_a_place_in_s3_stays_a_literal():
    assert value("'s3://bucket/key'") == "s3://bucket/key"


# Names of columns


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT 1, 'x' AS y, 2", ["_col0", "y", "_col2"]),
        ("SELECT 1 AS Total", ["Total"]),
        ('SELECT 1 AS "Total Sum"', ["Total Sum"]),
        ("SELECT 1 AS a, 2 AS a", ["a", "a"]),
        ("SELECT * FROM (VALUES (1, 2)) AS t(X, y)", ["x", "y"]),
        ("SELECT 1 UNION SELECT 2 AS b", ["_col0"]),
        ("WITH t AS (SELECT 1 AS a) SELECT count(*), a FROM t GROUP BY a", ["_col0", "a"]),
    ],
)
def test_columns_have_the_names_that_athena_gives_them(sql, names):
    assert [column.name for column in ask(sql).columns] == names


# Tables


@pytest.mark.parametrize(
    "written",
    ["sales", "db.sales", '"db"."sales"', "DB.Sales", "awsdatacatalog.db.sales", '"AwsDataCatalog"."db".sales'],
)
def test_a_table_is_found_under_each_of_its_names(written):
    assert translation(f"SELECT country FROM {written}").tables == (TableName("db", "sales"),)


def test_each_table_is_named_once():
    sql = "SELECT a.country FROM sales a JOIN db.sales b ON a.order_id = b.order_id"
    assert translation(sql).tables == (TableName("db", "sales"),)


def test_a_common_table_hides_one_of_the_catalog():
    assert translation("WITH sales AS (SELECT 1 AS one) SELECT one FROM sales").tables == ()


@pytest.mark.parametrize(
    "sql",
    [
        "WITH sales AS (SELECT units FROM sales) SELECT units FROM sales",
        "SELECT (WITH sales AS (SELECT 1 AS one) SELECT one FROM sales) AS one, units FROM sales",
        "SELECT 1 AS n WHERE EXISTS (SELECT 1 AS n FROM sales WHERE units IN (SELECT max(units) FROM Sales))",
        "SELECT a.units FROM sales a JOIN sales b ON a.units = (SELECT min(units) FROM sales)",
    ],
)
def test_a_name_of_its_own_counts_where_it_is_known_only(sql):
    assert translation(sql).tables == (TableName("db", "sales"),)


def test_tables_in_every_corner_of_a_query_are_seen():
    for sql in (
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM sales)",
        "SELECT (SELECT max(units) FROM sales)",
        "SELECT 1 UNION SELECT units FROM sales",
        "WITH t AS (SELECT units FROM sales) SELECT units FROM t",
        "SELECT x.units FROM (SELECT units FROM (SELECT units FROM sales)) x",
    ):
        assert translation(sql).tables == (TableName("db", "sales"),), sql


# What is not there


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM nope", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.db.nope' does not exist"),
        ("SELECT * FROM nope.t", "SCHEMA_NOT_FOUND: line 1:15: Schema 'nope' does not exist"),
        ("SELECT * FROM x.db.sales", "CATALOG_NOT_FOUND: line 1:15: Catalog 'x' not found"),
        ("SELECT nope FROM sales", "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved" + NO_ACCESS),
        ("SELECT 1,\n  s.no FROM sales s", "COLUMN_NOT_FOUND: line 2:3: Column 's.no' cannot be resolved" + NO_ACCESS),
        ("SELECT strftime(1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'strftime' not registered"),
    ],
)
def test_what_is_not_there_is_named_with_its_place(sql, message):
    assert failure(sql) == message


@pytest.mark.parametrize("clause", ["WHERE n = 1", "GROUP BY n", "HAVING n > 1"])
def test_an_alias_of_the_select_list_is_no_column_of_the_query(clause):
    group = " GROUP BY units" if clause.startswith("HAVING") else ""
    assert failure(f"SELECT units AS n FROM sales{group} {clause}").startswith("COLUMN_NOT_FOUND: ")


def test_an_alias_of_the_select_list_can_be_ordered_by():
    assert translation("SELECT units AS n FROM sales ORDER BY n")


# What does not go together


@pytest.mark.parametrize(
    ("condition", "place", "message"),
    [
        ("year = 2024", 32, "Cannot apply operator: varchar = integer"),
        ("2024 = year", 32, "Cannot apply operator: integer = varchar"),
        ("ordered > '2024-01-01'", 35, "Cannot apply operator: date < varchar(10)"),
        ("order_id = 'x'", 36, "Cannot apply operator: bigint = varchar(1)"),
        ("profit <> '1'", 34, "Cannot apply operator: decimal(10,2) = varchar(1)"),
        ("ordered BETWEEN '2024-01-01' AND '2024-12-31'", 35,
         "Cannot check if date is BETWEEN varchar(10) and varchar(10)"),
        ("year IN (2023, 2024)", 36,
         NO_COMMON_TYPE.format("IN value and list items", "varchar", "integer", "varchar, integer")),
        ("country + 1 > 2", 35, "Cannot apply operator: varchar + integer"),
        ("ordered + 1 > ordered", 35, "Cannot apply operator: date + integer"),
        ("ordered - ordered > 1", 45, "Cannot apply operator: interval day to second < integer"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_on_athena_fails_here_too(condition, place, message):
    told = failure(f"SELECT 1 FROM sales WHERE {condition}")
    assert told == f"TYPE_MISMATCH: line 1:{place}: {message}"


@pytest.mark.parametrize(
    "condition",
    ["year = '2024'", "ordered > DATE '2024-01-01'", "order_id = 1.5", "profit > units", "country = NULL", "price > 1",
     "contains(tags, 'x')", "CAST(year AS integer) = 2024", "order_id IN (SELECT units FROM sales)"],
)  # fmt: skip
def test_what_can_be_compared_is_let_through(condition):
    assert translation(f"SELECT 1 FROM sales WHERE {condition}")


def test_a_division_of_unknown_types_is_refused_rather_than_guessed():
    assert failure("SELECT max_by(1, 2) / abs(NULL)") == (
        "NOT_SUPPORTED: MAX_BY(1, 2) / ABS(NULL) where the type of a side is not known; CAST it is not supported by "
        "the local AWS"
    )


# What is no query, and what reaches past the catalog


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT 1; SELECT 2", "Only one sql statement is allowed. Got: 2"),
        ("", "Only one sql statement is allowed. Got: 0"),
        ("SELEC 1", "line 1:7: mismatched input '1'"),
        ("SELECT (1", "line 1:10: mismatched input '<EOF>'"),
        ("SELECT 1 +\n", "line 1:11: mismatched input '<EOF>'"),
        ("SELECT 1,\n, 2", "line 2:1: mismatched input ','"),
        ("SELECT 1,\n 'abc", "line 2:2: mismatched input '''"),
        ("SELECT /* abc", "line 1:8: mismatched input '/*'"),
        ("CREATE VIEW v AS SELECT 1", "NOT_SUPPORTED: CREATE VIEW is not supported by the local AWS"),
        ("CREATE TABLE t AS SELECT 1 AS a", "NOT_SUPPORTED: CREATE TABLE is not supported by the local AWS"),
        ("INSERT INTO sales SELECT 1", "NOT_SUPPORTED: INSERT is not supported by the local AWS"),
        ("DELETE FROM sales", "NOT_SUPPORTED: DELETE is not supported by the local AWS"),
        ("SHOW TABLES", "NOT_SUPPORTED: SHOW is not supported by the local AWS"),
        ("MSCK REPAIR TABLE sales", "NOT_SUPPORTED: MSCK is not supported by the local AWS"),
        ("DESCRIBE sales", "NOT_SUPPORTED: DESCRIBE is not supported by the local AWS"),
        ("COPY (SELECT 1) TO 'x.csv'", "NOT_SUPPORTED: COPY is not supported by the local AWS"),
        ("PRAGMA version", "NOT_SUPPORTED: PRAGMA is not supported by the local AWS"),
        ("SET threads = 1", "NOT_SUPPORTED: SET is not supported by the local AWS"),
        ("SELECT current_user", "NOT_SUPPORTED: current_user is not supported by the local AWS"),
        ("SELECT (SELECT 1, 2)",
         "NOT_SUPPORTED: a subquery with several columns as a value is not supported by the local AWS"),
        ("SELECT date_format(ordered, country) FROM sales",
         "NOT_SUPPORTED: a format that is not a literal is not supported by the local AWS"),
        ("SELECT date_format(ordered, '%U') FROM sales",
         "NOT_SUPPORTED: the format %U is not supported by the local AWS"),
        ("SELECT format_datetime(ordered, 'G') FROM sales",
         "NOT_SUPPORTED: the pattern G is not supported by the local AWS"),
        ("SELECT * FROM sales a SEMI JOIN sales b ON a.units = b.units",
         "NOT_SUPPORTED: SEMI JOIN is not supported by the local AWS"),
        ("SELECT country, count(*) FROM sales GROUP BY ALL",
         "NOT_SUPPORTED: GROUP BY ALL is not supported by the local AWS"),
        ("SELECT * FROM information_schema.tables",
         "NOT_SUPPORTED: the table information_schema.tables is not supported by the local AWS"),
        ('SELECT * FROM "sales$partitions"',
         "NOT_SUPPORTED: the table db.sales$partitions is not supported by the local AWS"),
        ('SELECT "$bucket" FROM sales', 'NOT_SUPPORTED: the column "$bucket" is not supported by the local AWS'),
        ("SELECT DISTINCT ON (country) units FROM sales",
         "NOT_SUPPORTED: DISTINCT ON is not supported by the local AWS"),
        ("SELECT ipaddress '10.0.0.1'", "NOT_SUPPORTED: the type ipaddress is not supported by the local AWS"),
        ("SELECT CAST('10:00 +01:00' AS time with time zone)",
         "NOT_SUPPORTED: the type time with time zone is not supported by the local AWS"),
        ("SELECT time '12:34:56.789 -00:30'",
         "NOT_SUPPORTED: the type time(3) with time zone is not supported by the local AWS"),
        ("SELECT * FROM TABLE(exclude_columns(input => TABLE(sales), columns => DESCRIPTOR(units)))",
         "NOT_SUPPORTED: a table function is not supported by the local AWS"),
        ("SELECT * FROM sales MATCH_RECOGNIZE (ORDER BY units MEASURES A.units AS x PATTERN (A | B+) DEFINE A AS true)",
         "NOT_SUPPORTED: MATCH_RECOGNIZE is not supported by the local AWS"),
        ("SELECT INTERVAL '1-2' YEAR TO MONTH",
         "NOT_SUPPORTED: an interval of several units is not supported by the local AWS"),
        ("SELECT st_point(1, 2)", "NOT_SUPPORTED: the function st_point is not supported by the local AWS"),
        ("SELECT 'a' 'b'", "line 1:12: mismatched input ''b''"),
        ("SELECT strpos('a', 'b', 2)", "NOT_SUPPORTED: strpos with 3 arguments is not supported by the local AWS"),
    ],
)  # fmt: skip
def test_what_is_not_supported_is_refused_by_name(sql, message):
    assert failure(sql) == message


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        'SELECT * FROM "/etc/passwd"',
        "SELECT * FROM glob('/*')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM pragma_version()",
        "SELECT getenv('HOME')",
        "SELECT current_setting('temp_directory')",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM sales, read_csv('/etc/passwd')",
        "SELECT (SELECT content FROM read_text('/etc/passwd'))",
        "WITH t AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM t",
        "ATTACH '/tmp/x.db'",
        "LOAD httpfs",
        "INSTALL httpfs",
        "EXPORT DATABASE '/tmp/x'",
        "IMPORT DATABASE '/tmp/x'",
        "CALL pragma_version()",
        "SELECT COLUMNS('.*') FROM sales",
        "SELECT * EXCLUDE (country) FROM sales",
        "SELECT country::int FROM sales",
        "FROM sales",
        "PIVOT sales ON country USING sum(units)",
    ],
)
def test_nothing_of_the_engines_own_gets_through(sql):
    assert failure(sql)


def test_a_name_in_quotes_cannot_break_out():
    assert failure('SELECT * FROM "sales"" ; COPY x TO ""y"').startswith("TABLE_NOT_FOUND: ")


def test_a_comment_cannot_break_out():
    assert translation("SELECT 1 AS a -- */ ; ATTACH 'x'\n/* b */").sql == 'SELECT 1 AS "a"'


# Errors of the engine


def test_a_division_by_zero_reads_as_on_athena():
    assert error("SELECT 1 / 0") == "DIVISION_BY_ZERO: Division by zero"
    assert error("SELECT DECIMAL '1.5' / DECIMAL '0.0'") == "DIVISION_BY_ZERO: Division by zero"
    assert error("SELECT 1 % 0") == "DIVISION_BY_ZERO: Division by zero"


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("CAST('x' AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast 'x' to INT"),
        ("CAST('abc' AS double)", "INVALID_CAST_ARGUMENT: Cannot cast 'abc' to DOUBLE"),
        ("CAST('abc' AS boolean)", "INVALID_CAST_ARGUMENT: Cannot cast 'abc' to BOOLEAN"),
        ("CAST('abc' AS date)", "INVALID_CAST_ARGUMENT: Value cannot be cast to date: abc"),
        ("CAST('2024-13-01' AS date)", "INVALID_CAST_ARGUMENT: Value cannot be cast to date: 2024-13-01"),
        ("CAST('abc' AS timestamp)", "INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: abc"),
        (
            "CAST('abc' AS decimal(5,2))",
            "INVALID_CAST_ARGUMENT: Cannot cast VARCHAR 'abc' to DECIMAL(5, 2). Value is not a number.",
        ),
        (
            "CAST('12345678' AS decimal(5,2))",
            "INVALID_CAST_ARGUMENT: Cannot cast VARCHAR '12345678' to DECIMAL(5, 2). Value too large.",
        ),
        ("CAST(3000000000 AS integer)", "INVALID_CAST_ARGUMENT: Out of range for integer: 3000000000"),
        ("2147483647 + 1", "NUMERIC_VALUE_OUT_OF_RANGE: integer addition overflow: 2147483647 + 1"),
        (
            "9223372036854775807 * 2",
            "NUMERIC_VALUE_OUT_OF_RANGE: bigint multiplication overflow: 9223372036854775807 * 2",
        ),
        ("date_parse('abc', '%Y')", 'INVALID_FUNCTION_ARGUMENT: Invalid format: "abc"'),
        ("json_parse('abc')", "INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: 'abc'"),
        ("map(ARRAY[1, 1], ARRAY[1, 2])", "INVALID_FUNCTION_ARGUMENT: Duplicate map keys are not allowed"),
        (
            "(SELECT x FROM (VALUES 1, 2) AS t(x))",
            "SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows",
        ),
        ("CAST('3.7' AS bigint)", "INVALID_CAST_ARGUMENT: Cannot cast '3.7' to BIGINT"),
        ("ARRAY[1][2]", "INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 2 > 1"),
        ("ARRAY[1][0]", "INVALID_FUNCTION_ARGUMENT: Array subscript is zero"),
        ("format('%d', 'x')", "INVALID_FUNCTION_ARGUMENT: Invalid format string: %d"),
        ("format('%s %s', 1)", "INVALID_FUNCTION_ARGUMENT: Invalid format string: %s %s"),
        ("format('%tF', DATE '2024-05-01')", "NOT_SUPPORTED: %t in FORMAT is not supported by the local AWS"),
        ("from_base64('a?c=')", "INVALID_FUNCTION_ARGUMENT: the text is not base64"),
        ("from_hex('x0')", "INVALID_FUNCTION_ARGUMENT: the text is not hexadecimal"),
        ("approx_percentile(1, 1.5)", "INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1"),
        ("luhn_check('1x')", "INVALID_FUNCTION_ARGUMENT: Input string contains non-numeric characters"),
        ("from_base('z', 10)", "INVALID_FUNCTION_ARGUMENT: Not a valid base-10 number: z"),
        ("from_base('0x1f', 16)", "INVALID_FUNCTION_ARGUMENT: Not a valid base-16 number: 0x1f"),
        ("from_base(' 1', 10)", "INVALID_FUNCTION_ARGUMENT: Not a valid base-10 number:  1"),
        ("from_base('1', 37)", "INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36"),
        ("from_big_endian_32(X'00')", "INVALID_FUNCTION_ARGUMENT: expected 4-byte input, but got instead: 1"),
        ("parse_data_size('1 parsec')", "INVALID_FUNCTION_ARGUMENT: Invalid data size: '1 parsec'"),
        ("random(0)", "INVALID_FUNCTION_ARGUMENT: bound must be positive"),
        ("MAP(ARRAY['a'], ARRAY[1])['b']", "INVALID_FUNCTION_ARGUMENT: Key not present in map: b"),
    ],
)
def test_a_value_that_does_not_fit_reads_as_on_athena(expression, message):
    assert error(f"SELECT {expression}") == message


def test_a_number_that_is_too_large_is_out_of_range():
    assert error("SELECT 2147483647 + 1").startswith("NUMERIC_VALUE_OUT_OF_RANGE: ")


def test_a_column_that_is_not_grouped_is_named():
    assert error("SELECT x, count(*) FROM (VALUES 1) AS t(x)") == (
        "EXPRESSION_NOT_AGGREGATE: line 1:8: 'x' must be an aggregate expression or appear in GROUP BY clause"
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Binder Error: x\n\nLINE 1: SELECT", "NOT_SUPPORTED: a part of this query is not supported by the local AWS"),
        ("Conversion Error: new words", CANNOT_BE_CAST),
        ("whatever", "GENERIC_INTERNAL_ERROR: the local AWS could not carry the query out; its log says why"),
        ("Invalid Input Error: HIVE_BAD_DATA: a line of ours", "HIVE_BAD_DATA: a line of ours"),
        ("Conversion Error: Could not convert string 'NOT_FOUND: x' to INT32",
         "INVALID_CAST_ARGUMENT: Cannot cast 'NOT_FOUND: x' to INT"),
    ],
)  # fmt: skip
def test_no_other_error_keeps_the_engines_words(said, told):
    assert athena_reason(said) == told
