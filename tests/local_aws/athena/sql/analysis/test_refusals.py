"""What Trino refuses of a query: category, place and text.

The texts are those of Trino's StatementAnalyzer, ExpressionAnalyzer, AggregationAnalyzer and FunctionResolver, and of
public messages of Athena; the places are counted by hand.
"""

import pytest

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.sql.dialect import TableName, translate
from local_aws.athena.sql.reading import parse
from tests.local_aws.athena.athena_queries import NoViews

T = {
    "n": "int",
    "big": "bigint",
    "d": "date",
    "at": "timestamp",
    "s": "string",
    "v": "varchar(10)",
    "price": "decimal(10,2)",
    "x": "double",
    "yes": "boolean",
    "tags": "array<string>",
    "attributes": "map<string,int>",
    "dept": "struct<name:string,budget:int>",
}
U = {"n": "int", "s": "string"}


class Catalog(NoViews):
    def has_database(self, name):
        return name == "db"

    def columns(self, name):
        return {TableName("db", "t"): T, TableName("db", "u"): U}.get(name)

    def keys(self, _name):
        return ()


def failure(sql):
    with pytest.raises((FailedQueryError, RefusedQueryError)) as raised:
        translate(parse(sql), "db", Catalog())
    return str(raised.value)


def common(what, left, right, kinds):
    return (
        f"{what} must be the same type or coercible to a common type. Cannot find common type between {left} and "
        f"{right}, all types (without duplicates): [{kinds}]"
    )


CONCAT = "concat(E, array(E)) E, concat(array(E)) E, concat(array(E), E) E, concat(char(x), char(y)), \
concat(varbinary), concat(varchar)"
NO_ACCESS = " or requester is not authorized to access requested resources"

REFUSED = [
    # Operators
    ("SELECT 1 FROM t WHERE d = '2024-05-01'", "TYPE_MISMATCH", 25, "Cannot apply operator: date = varchar(10)"),
    ("SELECT 1 FROM t WHERE s = 5", "TYPE_MISMATCH", 25, "Cannot apply operator: varchar = integer"),
    ("SELECT 1 FROM t WHERE n >= '5'", "TYPE_MISMATCH", 25, "Cannot apply operator: integer <= varchar(1)"),
    ("SELECT 1 FROM t WHERE at < '2024'", "TYPE_MISMATCH", 26, "Cannot apply operator: timestamp(3) < varchar(4)"),
    ("SELECT 1 FROM t WHERE tags < ARRAY[1]", "TYPE_MISMATCH", 28,
     "Cannot apply operator: array(varchar) < array(integer)"),
    ("SELECT 1 FROM t WHERE s IS DISTINCT FROM 1", "TYPE_MISMATCH", 25,
     "Cannot apply operator: varchar IS DISTINCT FROM integer"),
    ("SELECT n +\n  's' FROM t", "TYPE_MISMATCH", 10, "Cannot apply operator: integer + varchar(1)"),
    ("SELECT d * 2 FROM t", "TYPE_MISMATCH", 10, "Cannot apply operator: date * integer"),
    ("SELECT yes - 1 FROM t", "TYPE_MISMATCH", 12, "Cannot apply operator: boolean - integer"),
    ("SELECT -s FROM t", "TYPE_MISMATCH", 8, "Cannot negate varchar"),
    ("SELECT 1 FROM t WHERE s BETWEEN date '2024-01-01' AND date '2024-12-31'", "TYPE_MISMATCH", 25,
     "Cannot check if varchar is BETWEEN date and date"),
    ("SELECT 1 FROM t WHERE n NOT BETWEEN 1 AND 'x'", "TYPE_MISMATCH", 25,
     "Cannot check if integer is BETWEEN integer and varchar(1)"),
    ("SELECT 1 FROM t WHERE n IN ('1','2')", "TYPE_MISMATCH", 29,
     common("IN value and list items", "integer", "varchar(1)", "integer, varchar(1)")),
    ("SELECT 1 FROM t WHERE n IN (1, 2, 'x')", "TYPE_MISMATCH", 35,
     common("IN value and list items", "integer", "varchar(1)", "integer, varchar(1)")),
    ("SELECT 1 FROM t WHERE n IN (SELECT s FROM u)", "TYPE_MISMATCH", 25,
     "Value expression and result of subquery must be of the same type: row(integer) vs row(s varchar)"),
    ("SELECT 1 FROM t WHERE n = ANY (SELECT s FROM u)", "TYPE_MISMATCH", 25,
     "Value expression and result of subquery must be of the same type: row(integer) vs row(s varchar)"),
    ("SELECT 1 FROM t WHERE n LIKE '1%'", "TYPE_MISMATCH", 23,
     "Left side of LIKE expression must evaluate to a varchar (actual: integer)"),
    ("SELECT 1 FROM t WHERE s LIKE 1", "TYPE_MISMATCH", 30,
     "Pattern for LIKE expression must evaluate to a varchar (actual: integer)"),
    ("SELECT 1 FROM t WHERE attributes < attributes", "TYPE_MISMATCH", 34,
     "Cannot apply operator: map(varchar, integer) < map(varchar, integer)"),
    # || and concat
    ("SELECT n || '-' FROM t", "FUNCTION_NOT_FOUND", 10,
     f"Unexpected parameters (integer, varchar(1)) for function concat. Expected: {CONCAT}"),
    ("SELECT concat(n, '-') FROM t", "FUNCTION_NOT_FOUND", 8,
     f"Unexpected parameters (integer, varchar(1)) for function concat. Expected: {CONCAT}"),
    ("SELECT ARRAY[ARRAY[1]] || ARRAY[ARRAY['x']]", "FUNCTION_NOT_FOUND", 24,
     ("Unexpected parameters (array(array(integer)), array(array(varchar(1)))) for function concat. "
     f"Expected: {CONCAT}")),
    # Choices
    ("SELECT CASE WHEN yes THEN 1 ELSE 'x' END FROM t", "TYPE_MISMATCH", 34,
     common("All CASE results", "integer", "varchar(1)", "integer, varchar(1)")),
    ("SELECT CASE WHEN n THEN 1 END FROM t", "TYPE_MISMATCH", 18,
     "CASE WHEN clause must evaluate to a boolean (actual: integer)"),
    ("SELECT CASE n WHEN 1 THEN 2 WHEN 'x' THEN 3 END FROM t", "TYPE_MISMATCH", 34,
     "CASE operand type does not match WHEN clause operand type: integer vs varchar(1)"),
    ("SELECT if(yes, 1, 'x') FROM t", "TYPE_MISMATCH", 8,
     "Result types for IF must be the same: integer vs varchar(1)"),
    ("SELECT if(n, 1) FROM t", "TYPE_MISMATCH", 11, "IF condition must evaluate to a boolean (actual: integer)"),
    ("SELECT coalesce(n, 'x') FROM t", "TYPE_MISMATCH", 20,
     common("All COALESCE operands", "integer", "varchar(1)", "integer, varchar(1)")),
    ("SELECT nullif(n, 'a') FROM t", "TYPE_MISMATCH", 8,
     "Types are not comparable with NULLIF: integer vs varchar(1)"),
    ("SELECT ARRAY[1, 'a']", "TYPE_MISMATCH", 17,
     common("All ARRAY elements", "integer", "varchar(1)", "integer, varchar(1)")),
    # Conditions
    ("SELECT n FROM t WHERE n", "TYPE_MISMATCH", 23, "WHERE clause must evaluate to a boolean: actual type integer"),
    ("SELECT NOT n FROM t", "TYPE_MISMATCH", 12,
     "Value of logical NOT expression must evaluate to a boolean (actual: integer)"),
    ("SELECT yes AND n FROM t", "TYPE_MISMATCH", 16,
     "Logical expression term must evaluate to a boolean (actual: integer)"),
    ("SELECT n OR yes FROM t", "TYPE_MISMATCH", 8,
     "Logical expression term must evaluate to a boolean (actual: integer)"),
    ("SELECT count(*) FROM t GROUP BY s HAVING sum(n)", "TYPE_MISMATCH", 42,
     "HAVING clause must evaluate to a boolean: actual type bigint"),
    ("SELECT 1 FROM t JOIN u ON t.n", "TYPE_MISMATCH", 27,
     "JOIN ON clause must evaluate to a boolean: actual type integer"),
    # CAST and literals
    ("SELECT CAST(n AS string) FROM t", "TYPE_MISMATCH", 8, "Unknown type: string"),
    ("SELECT CAST(n AS text) FROM t", "TYPE_MISMATCH", 8, "Unknown type: text"),
    ("SELECT TRY_CAST(s AS int64) FROM t", "TYPE_MISMATCH", 8, "Unknown type: int64"),
    ("SELECT CAST(n AS date) FROM t", "TYPE_MISMATCH", 8, "Cannot cast integer to date"),
    ("SELECT CAST(tags AS varchar) FROM t", "TYPE_MISMATCH", 8, "Cannot cast array(varchar) to varchar"),
    ("SELECT CAST(to_utf8(s) AS varchar) FROM t", "TYPE_MISMATCH", 8, "Cannot cast varbinary to varchar"),
    ("SELECT DATE '2024-02-30'", "INVALID_LITERAL", 8, "'2024-02-30' is not a valid DATE literal"),
    ("SELECT TIMESTAMP '2024-01-01 25:00:00'", "INVALID_LITERAL", 8,
     "'2024-01-01 25:00:00' is not a valid TIMESTAMP literal"),
    ("SELECT DECIMAL '1x'", "INVALID_LITERAL", 8, "'1x' is not a valid DECIMAL literal"),
    # Subscripts and rows
    ("SELECT tags['a'] FROM t", "TYPE_MISMATCH", 8, "Cannot use varchar(1) for subscript of array(varchar)"),
    ("SELECT attributes[1] FROM t", "TYPE_MISMATCH", 8, "Cannot use integer for subscript of map(varchar, integer)"),
    ("SELECT s[1] FROM t", "TYPE_MISMATCH", 8, "Cannot use integer for subscript of varchar"),
    ("SELECT ROW(1, 2)[3]", "INVALID_FUNCTION_ARGUMENT", 18, "Subscript index out of bounds: 3, max value is 2"),
    ("SELECT dept.nope FROM t", "COLUMN_NOT_FOUND", 8, "Column 'dept.nope' cannot be resolved" + NO_ACCESS),
    # Functions
    ("SELECT date_diff('day', '2024-01-01', d) FROM t", "FUNCTION_NOT_FOUND", 8,
     ("Unexpected parameters (varchar(3), varchar(10), date) for function date_diff. Expected: "
     "date_diff(varchar(x), date, date), date_diff(varchar(x), time(p) with time zone, time(p) with time zone), "
     "date_diff(varchar(x), time(p), time(p)), date_diff(varchar(x), timestamp(p) with time zone, timestamp(p) with "
     "time zone), date_diff(varchar(x), timestamp(p), timestamp(p))")),
    ("SELECT LENGTH(n) FROM t", "FUNCTION_NOT_FOUND", 8,
     ("Unexpected parameters (integer) for function length. Expected: length(char(x)), length(varbinary), "
     "length(varchar(x))")),
    ("SELECT greatest(n, 'x') FROM t", "FUNCTION_NOT_FOUND", 8,
     "Unexpected parameters (integer, varchar(1)) for function greatest. Expected: greatest(E) E:orderable"),
    ("SELECT max(attributes) FROM t", "FUNCTION_NOT_FOUND", 8,
     ("Unexpected parameters (map(varchar, integer)) for function max. Expected: max(E) E:orderable, max(E, bigint) "
     "E:orderable")),
    ("SELECT filter(tags, 1) FROM t", "FUNCTION_NOT_FOUND", 8,
     ("Unexpected parameters (array(varchar), integer) for function filter. Expected: filter(array(T), "
     "function(T,boolean)) T")),
    ("SELECT filter(tags, x -> x) FROM t", "FUNCTION_NOT_FOUND", 8,
     ("Unexpected parameters (array(varchar), <function>) for function filter. Expected: filter(array(T), "
     "function(T,boolean)) T")),
    ("SELECT transform(tags, x -> x + 1) FROM t", "TYPE_MISMATCH", 31, "Cannot apply operator: varchar + integer"),
    ("SELECT lower(DISTINCT s) FROM t", "FUNCTION_NOT_AGGREGATE", 8,
     "DISTINCT is not supported for non-aggregation functions"),
    # Set operations, VALUES
    ("SELECT n FROM t UNION SELECT s FROM t", "TYPE_MISMATCH", 17,
     "column 1 in UNION query has incompatible types: integer, varchar"),
    ("SELECT n FROM t UNION ALL SELECT n, s FROM t", "TYPE_MISMATCH", 17,
     "UNION query has different number of fields: 1, 2"),
    ("SELECT n, d FROM t EXCEPT SELECT n, n FROM t", "TYPE_MISMATCH", 20,
     "column 2 in EXCEPT query has incompatible types: date, integer"),
    ("SELECT n FROM t INTERSECT SELECT * FROM u", "TYPE_MISMATCH", 17,
     "INTERSECT query has different number of fields: 1, 2"),
    ("SELECT 1 FROM (VALUES 1, 'x') AS v(a)", "TYPE_MISMATCH", 16,
     "Values rows have mismatched types: row(integer) vs row(varchar(1))"),
    # Names
    ("SELECT n FROM t JOIN u ON t.n = u.n", "AMBIGUOUS_NAME", 8, "Column 'n' is ambiguous"),
    ("SELECT t.n FROM t JOIN u ON s = 'x'", "AMBIGUOUS_NAME", 29, "Column 's' is ambiguous"),
    ("SELECT t.n FROM t JOIN u USING (n)", "COLUMN_NOT_FOUND", 8, "Column 't.n' cannot be resolved" + NO_ACCESS),
    ("SELECT 1 FROM t CROSS JOIN u JOIN u AS w USING (n)", "AMBIGUOUS_NAME", 49, "Column 'n' is ambiguous"),
    ("SELECT 1 FROM t JOIN u USING (d)", "COLUMN_NOT_FOUND", 31, "Column 'd' is missing from right side of join"),
    ("SELECT NOPE FROM t", "COLUMN_NOT_FOUND", 8, "Column 'nope' cannot be resolved" + NO_ACCESS),
    ("SELECT z.n FROM t", "COLUMN_NOT_FOUND", 8, "Column 'z.n' cannot be resolved" + NO_ACCESS),
    ("SELECT 1 FROM (SELECT n FROM t) AS q WHERE s = 'x'", "COLUMN_NOT_FOUND", 44,
     "Column 's' cannot be resolved" + NO_ACCESS),
    ("SELECT 1 FROM (SELECT 1, 2) AS q(a)", "MISMATCHED_COLUMN_ALIASES", 15,
     "Column alias list has 1 entries but 'q' has 2 columns available"),
    ("SELECT k, v FROM t CROSS JOIN UNNEST(tags) AS q(k, v)", "MISMATCHED_COLUMN_ALIASES", 31,
     "Column alias list has 2 entries but 'q' has 1 columns available"),
    ("SELECT 1 FROM t CROSS JOIN UNNEST(n) AS q(k)", "INVALID_FUNCTION_ARGUMENT", 28, "Cannot unnest type: integer"),
    # Aggregates and windows
    ("SELECT n, count(*) FROM t", "EXPRESSION_NOT_AGGREGATE", 8,
     "'n' must be an aggregate expression or appear in GROUP BY clause"),
    ("SELECT s, t.n FROM t GROUP BY s", "EXPRESSION_NOT_AGGREGATE", 11,
     "'t.n' must be an aggregate expression or appear in GROUP BY clause"),
    ("SELECT s, n + 1 FROM t GROUP BY s", "EXPRESSION_NOT_AGGREGATE", 13,
     "'(n + 1)' must be an aggregate expression or appear in GROUP BY clause"),
    ("SELECT s FROM t GROUP BY s ORDER BY n", "EXPRESSION_NOT_AGGREGATE", 37,
     "'n' must be an aggregate expression or appear in GROUP BY clause"),
    ("SELECT s FROM t GROUP BY s HAVING n > 1", "EXPRESSION_NOT_AGGREGATE", 37,
     "'(n > 1)' must be an aggregate expression or appear in GROUP BY clause"),
    ("SELECT * FROM u GROUP BY n", "EXPRESSION_NOT_AGGREGATE", 8, "Column 'u.s' not in GROUP BY clause"),
    ("SELECT 1 FROM t WHERE count(*) > 1", "EXPRESSION_NOT_SCALAR", 32,
     "WHERE clause cannot contain aggregations, window functions or grouping operations: [count(*)]"),
    ("SELECT 1 FROM t WHERE rank() OVER (ORDER BY n) = 1", "EXPRESSION_NOT_SCALAR", 48,
     ("WHERE clause cannot contain aggregations, window functions or grouping operations: "
     "[rank() OVER (ORDER BY n ASC)]")),
    ("SELECT 1 FROM t GROUP BY sum(n)", "EXPRESSION_NOT_SCALAR", 26,
     "GROUP BY clause cannot contain aggregations, window functions or grouping operations: [sum(n)]"),
    ("SELECT sum(max(n)) FROM t", "NESTED_AGGREGATION", 8,
     "Cannot nest aggregations inside aggregation 'sum': [max(n)]"),
    ("SELECT rank() FROM t", "MISSING_OVER", 8, "Window function rank requires an OVER clause"),
    ("SELECT lower(s) OVER () FROM t", "FUNCTION_NOT_WINDOW", 8, "Not a window function: lower"),
    ("SELECT n FROM t GROUP BY 2", "INVALID_COLUMN_REFERENCE", 26, "GROUP BY position 2 is not in select list"),
    ("SELECT * FROM u GROUP BY 1", "EXPRESSION_NOT_AGGREGATE", 8, "Column 'u.s' not in GROUP BY clause"),
    ("SELECT DISTINCT s FROM t ORDER BY n", "EXPRESSION_NOT_IN_DISTINCT", 35,
     "For SELECT DISTINCT, ORDER BY expressions must appear in select list"),
    ("SELECT n FROM t ORDER BY 2", "INVALID_COLUMN_REFERENCE", 26, "ORDER BY position 2 is not in select list"),
    ("SELECT n FROM t ORDER BY attributes", "TYPE_MISMATCH", 26,
     "Type map(varchar, integer) is not orderable, and therefore cannot be used in ORDER BY: attributes"),
    ("SELECT listagg(n, ',') WITHIN GROUP (ORDER BY n) FROM t", "TYPE_MISMATCH", 8,
     "Expected expression of varchar, but 'n' has integer type"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "category", "column", "text"), REFUSED)
def test_what_trino_refuses_is_refused(sql, category, column, text):
    assert failure(sql) == f"{category}: line 1:{column}: {text}"


def test_a_place_is_told_in_its_line():
    assert failure("SELECT n,\n  s +\n1 FROM t").startswith("TYPE_MISMATCH: line 2:5: ")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT n FROM t ORDER BY n LIMIT 2 OFFSET 1", "line 1:36: mismatched input 'OFFSET'. Expecting: <EOF>"),
        ("SELECT 1 FROM (SELECT n FROM t LIMIT 2 OFFSET 1)", "line 1:40: mismatched input 'OFFSET'. Expecting: ')'"),
        ("SELECT [1, 2]", "line 1:8: mismatched input '['"),
        ("SELECT n, [n] FROM t", "line 1:11: mismatched input '['"),
    ],
)
def test_what_trino_cannot_read_is_refused_at_once(sql, message):
    assert failure(sql) == message
