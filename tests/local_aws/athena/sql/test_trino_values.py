"""Values of functions, casts and table functions: those of Trino's documentation, and of its operators' own tests."""

import pytest

from tests.local_aws.athena.athena_queries import ask, error, value


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        # Whole numbers stay whole
        ("ceil(-5)", "-5"), ("ceiling(12300000000)", "12300000000"), ("floor(SMALLINT '123')", "123"),
        # Texts of decimals
        ("CAST(DECIMAL '0.0034' AS VARCHAR)", "0.0034"), ("CAST(DECIMAL '-.001' AS VARCHAR)", "-0.001"),
        ("CAST(DECIMAL '12.30' AS VARCHAR)", "12.30"), ("format('%s', DECIMAL '0.5')", "0.5"),
        # Dates by week, and by day of the year
        ("from_iso8601_date('2020-05-11')", "2020-05-11"), ("from_iso8601_date('2020-W10')", "2020-03-02"),
        ("from_iso8601_date('2020-123')", "2020-05-02"), ("from_iso8601_date('2001-W34-3')", "2001-08-22"),
        # Days with an offset
        ("TIMESTAMP '2001-1-22 +07:09' = TIMESTAMP '2001-1-21 16:51:00 UTC'", "true"),
        ("TIMESTAMP '2001-1-22 -03:30' < TIMESTAMP '2001-1-22 +07:09'", "false"),
        ("TIMESTAMP '2001-01-22 UTC' = TIMESTAMP '2001-01-22 00:00:00 UTC'", "true"),
        ("TIMESTAMP '2024-05-01 America/New_York' = TIMESTAMP '2024-05-01 04:00:00 UTC'", "true"),
        # Bytes of texts
        ("CAST('abc' AS VARBINARY)", "61 62 63"), ("length(CAST('é' AS VARBINARY))", "2"),
        ("from_utf8(from_hex('58BF'))", "X\ufffd"), ("from_utf8(to_utf8('é'))", "é"),
        # NULL among the elements: neither yes nor no, unless another element decides
        ("contains(ARRAY[NULL, 2, 3], 1)", None), ("contains(ARRAY[NULL, 2, 3], 2)", "true"),
        ("contains(ARRAY[2, 3], 1)", "false"), ("contains(ARRAY[2, 3], NULL)", None),
        ("arrays_overlap(ARRAY[2, 1], ARRAY[NULL, 3])", None),
        ("arrays_overlap(ARRAY[2, NULL], ARRAY[NULL, 2])", "true"),
        ("arrays_overlap(ARRAY[2, 1], ARRAY[4, 3])", "false"), ("arrays_overlap(ARRAY[], ARRAY[NULL])", "false"),
        ("all_match(ARRAY[true, true, NULL], x -> x)", None), ("all_match(ARRAY[NULL, false], x -> x)", "false"),
        ("all_match(ARRAY[], x -> x > 1)", "true"), ("all_match(ARRAY[2, 3], x -> x > 1)", "true"),
        ("any_match(ARRAY[false, false, NULL], x -> x)", None), ("any_match(ARRAY[NULL, true], x -> x)", "true"),
        ("any_match(ARRAY[], x -> x > 1)", "false"),
        ("none_match(ARRAY[false, false, NULL], x -> x)", None), ("none_match(ARRAY[NULL, true], x -> x)", "false"),
        ("none_match(ARRAY[1], x -> x > 1)", "true"),
        ("map_concat(MAP(ARRAY[1], ARRAY[-1]), NULL, MAP(ARRAY[3], ARRAY[-3]))", None),
        # ARRAY_JOIN: NULLs are left out, of JSON scalars are joined
        ("array_join(ARRAY[NULL, NULL], '=')", ""), ("array_join(ARRAY[JSON '\"a\"', JSON 'null'], ',')", "a"),
        ("array_join(ARRAY[sqrt(-1), infinity()], ',')", "NaN,Infinity"),
        ("array_join(ARRAY[JSON '\"a\"', JSON 'null'], ',', 'N/A')", "a,N/A"),
        ("array_join(ARRAY[DECIMAL '0.5', NULL], ',', 'x')", "0.5,x"),
        # Letters, not bytes
        ("levenshtein_distance('hello naïve world', 'hello naive world')", "1"),
        ("levenshtein_distance('休念,爱,希望', '信念,爱,希望')", "1"), ("levenshtein_distance('', 'hello')", "5"),
        ("hamming_distance('信念,爱,希望', '信仰,爱,希望')", "1"), ("hamming_distance('', '')", "0"),
        # JSON
        ("CAST(REAL '3.14' AS JSON)", "3.14"), ("CAST(nan() AS JSON)", '"NaN"'),
        ("CAST(-infinity() AS JSON)", '"-Infinity"'), ("TRY_CAST(JSON '[1, 2, 3]' AS VARCHAR)", None),
        ("CAST(JSON '\"abc\"' AS VARCHAR)", "abc"), ("CAST(JSON 'null' AS VARCHAR)", None),
        # Bits, within the type of the value
        ("bitwise_not(-8)", "7"), ("bitwise_left_shift(TINYINT '-65', 1)", "126"),
        ("bitwise_left_shift(TINYINT '1', 7)", "-128"), ("bitwise_left_shift(INTEGER '-2147483648', 1)", "0"),
        ("bitwise_left_shift(BIGINT '-7', 64)", "0"), ("bitwise_right_shift(TINYINT '-7', 2)", "62"),
        ("bitwise_right_shift(-8, 4)", "268435455"), ("bitwise_right_shift(7, 32)", "0"),
        ("bitwise_right_shift_arithmetic(TINYINT '-7', 2)", "-2"),
        ("bitwise_right_shift_arithmetic(BIGINT '-7', 64)", "-1"),
        # Parts of arrays
        ("slice(ARRAY[1, 2, 3, 4], -3, 2)", "[2, 3]"), ("slice(ARRAY[1, 2, 3, 4], 3, 9)", "[3, 4]"),
        ("slice(ARRAY[1, 2, 3, 4], 9, 1)", "[]"), ("luhn_check('')", "false"),
    ],
)  # fmt: skip
def test_a_value_is_trinos(expression, shown):
    assert value(expression) == shown


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        (r"regexp_replace('call 555.123.44', '(\d{3})\.(\d{3}).(\d{2})', '($1) $2-$3')", "call (555) 123-44"),
        ("regexp_replace('wxyz', '(?<xyz>[xyz])', '${xyz}${xyz}')", "wxxyyzz"),
        ("regexp_replace('wxyz', '(?<w>w)|(?<xyz>[xyz])', '[${w}](${xyz})')", "[w]()[](x)[](y)[](z)"),
        (r"regexp_replace('xxx xxx xxx', 'x', '\x')", "xxx xxx xxx"), ("regexp_replace('xxx', 'x', '$0')", "xxx"),
        ("regexp_replace('xxx', '(x)', '$01')", "xxx"), ("regexp_replace('xxx', 'x', '$05')", "x5x5x5"),
        ("regexp_replace('123456789', '(1)(2)(3)(4)(5)(6)(7)(8)(9)', '$10')", "10"),
        (r"regexp_replace('a[b(c', '[\[(]', '<$0>')", "a<[>b<(>c"), (r"regexp_replace('a.b', '\.', '\\')", "a\\b"),
        (r"regexp_extract('2024-05-06', '(?<y>\d+)-(?<m>\d+)', 2)", "05"), (r"regexp_like('a(b', '\(?<?b')", "true"),
        (r"regexp_split('1a2b14', '(?<letter>[a-z])')", "[1, 2, 14]"),
        (r"regexp_count('1a 2b 14m', '(?<letter>[a-z]+)')", "3"),
        (r"regexp_extract_all('1a 2b 14m', '(?<digits>\d+)([a-z]+)', 2)", "[a, b, m]"),
    ],
)  # fmt: skip
def test_regular_expressions_are_javas(expression, shown):
    assert value(expression) == shown


@pytest.mark.parametrize("replacement", ["$a", "$", "$2", "${absent}", "${}", "\\"])
def test_a_replacement_of_no_group(replacement):
    reason = f"INVALID_FUNCTION_ARGUMENT: Illegal replacement sequence: {replacement}"
    assert error(f"SELECT regexp_replace('xxx', '(x)', '{replacement}')") == reason


@pytest.mark.parametrize(("replacement", "shown"), [("[$1]", "a[b]c"), ("q", "aqc"), ("", "ac"), (None, None)])
def test_a_replacement_that_is_computed(replacement, shown):
    given = "CAST(NULL AS varchar)" if replacement is None else f"'{replacement}'"
    assert ask(f"SELECT regexp_replace('abc', '(b)', x) FROM (VALUES {given}) AS t(x)").rows == [[shown]]


@pytest.mark.parametrize("replacement", ["\\$", "${x}", "$12", "$", "a$b"])
def test_a_replacement_that_is_computed_and_would_be_taken_otherwise(replacement):
    found = error(f"SELECT regexp_replace('abc', '(b)', x) FROM (VALUES '{replacement}') AS t(x)")
    assert found == "NOT_SUPPORTED: a replacement of REGEXP_REPLACE that is computed and has more than $1 to $9"


DIRECTION = (
    "sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop "
    "should be less than or equal to start"
)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("sequence(2, -1, 1)", DIRECTION), ("sequence(-1, -10, 1)", DIRECTION),
        ("sequence(date '2016-04-12', date '2016-04-14', interval '-1' day)", DIRECTION),
        ("sequence(timestamp '2016-05-16 01:00:10', timestamp '2016-04-16 01:01:00', interval '1' month)", DIRECTION),
        ("element_at(ARRAY[1, 2, 3], 0)", "SQL array indices start at 1"),
        ("slice(ARRAY[1, 2], 0, 1)", "SQL array indices start at 1"),
        ("slice(ARRAY[1, 2], 1, -1)", "length must be greater than or equal to 0"),
        ("repeat(2, -1)", "count argument of repeat function must be greater than or equal to 0"),
        ("hamming_distance('hello', '')", "The input strings to hamming_distance function must have the same length"),
    ],
)  # fmt: skip
def test_a_value_that_a_function_does_not_take(expression, reason):
    assert error(f"SELECT {expression}") == f"INVALID_FUNCTION_ARGUMENT: {reason}"


@pytest.mark.parametrize("shown", ['{"a":1,"b":2}', "[1,2,3]"])
def test_json_that_is_no_scalar_is_not_cast_to_a_text(shown):
    assert (
        error(f"SELECT CAST(JSON '{shown}' AS VARCHAR)") == f"INVALID_CAST_ARGUMENT: Cannot cast '{shown}' to varchar"
    )


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("VALUES 1, 3, 2, 4 ORDER BY 1 DESC", [["4"], ["3"], ["2"], ["1"]]),
        ("VALUES (1, 'a'), (2, 'b') LIMIT 1", [["1", "a"]]),
        ("SELECT b FROM (VALUES ROW(1, 2), ROW(3, 4)) AS t(a, b) ORDER BY 1", [["2"], ["4"]]),
        ("SELECT a.x FROM (VALUES ROW(CAST(ROW(1, 2) AS ROW(x integer, y integer)))) AS t(a)", [["1"]]),
        ("SELECT * FROM TABLE(sequence(start => 0, stop => 3))", [["0"], ["1"], ["2"], ["3"]]),
        ("SELECT n FROM TABLE(sequence(stop => 5, start => -5, step => 5)) AS t(n)", [["-5"], ["0"], ["5"]]),
        ("SELECT sequential_number + 1 FROM TABLE(sequence(10, 5, -5)) ORDER BY 1", [["6"], ["11"]]),
        ("SELECT * FROM TABLE(sequence(2 + 3, 5, 0))", [["5"]]),
        ("SELECT count(*), sum(sequential_number) FROM TABLE(sequence(1, 20000))", [["20000", "200010000"]]),
        ("SELECT * FROM TABLE(sequence(stop => 1000000000000)) LIMIT 2", [["0"], ["1"]]),
        ("SELECT a.n FROM TABLE(sequence(1, 2)) a(n) JOIN TABLE(sequence(2, 9, 7)) b(m) ON n = m", [["2"]]),
        ("SELECT max(sequential_number) FROM TABLE(sequence(9223372036854775800, 9223372036854775807, 5))",
         [["9223372036854775805"]]),
        ("SELECT X'68 65' AS bytes", [["68 65"]]),
    ],
)  # fmt: skip
def test_rows_are_trinos(sql, rows):
    assert ask(sql).rows == rows


def test_the_numbers_of_the_table_function_are_bigints():
    (column,) = ask("SELECT * FROM TABLE(sequence(stop => 1))").columns
    assert (column.name, column.type) == ("sequential_number", "bigint")


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT * FROM TABLE(sequence(start => 0))", "Missing argument: STOP"),
        ("SELECT * FROM TABLE(sequence(stop => 0, by => 1))", "Unexpected argument name: BY"),
        ("SELECT * FROM TABLE(sequence(0, stop => 1))",
         "All arguments must be passed by name or all must be passed positionally"),
        ("SELECT * FROM TABLE(sequence(stop => 2, stop => 3))", "Duplicate argument name: STOP"),
        ("SELECT * FROM TABLE(sequence(5, 1))",
         "INVALID_FUNCTION_ARGUMENT: Step must be negative for sequence [5, 1]"),
        ("SELECT * FROM TABLE(sequence(1, 5, 0))",
         "INVALID_FUNCTION_ARGUMENT: Step must be positive for sequence [1, 5]"),
        ("SELECT * FROM TABLE(sequence(1, NULL))", "INVALID_FUNCTION_ARGUMENT: Stop is null"),
        ("SELECT * FROM TABLE(sequence(1, 2.5))", "Cannot cast 2.5 to bigint"),
        ("SELECT * FROM TABLE(sequence(1, '3'))", "Cannot cast '3' to bigint"),
        ("SELECT * FROM TABLE(sequence(1, (SELECT 3)))", "Constant expression cannot contain a subquery"),
        ("SELECT * FROM (VALUES 3) t(a), TABLE(sequence(1, a))",
         "Constant expression cannot contain column references"),
        ("SELECT * FROM TABLE(sequence(0, 1, 1, 1))", "Too many arguments. Expected at most 3 arguments"),
        ("SELECT regexp_replace('1234567890', '(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)', '$10')",
         "NOT_SUPPORTED: a group above 9 in the replacement of REGEXP_REPLACE is not supported by the local AWS"),
        ("SELECT (ROW(1, 2)).*", "NOT_SUPPORTED: all fields of a row as columns is not supported by the local AWS"),
        ("SELECT a FROM (VALUES 1) AS t(a) GROUP BY DISTINCT a",
         "NOT_SUPPORTED: GROUP BY DISTINCT is not supported by the local AWS"),
        ("SELECT * FROM UNNEST(ARRAY[1]) WITH ORDINALITY",
         "NOT_SUPPORTED: WITH ORDINALITY without names for the columns is not supported by the local AWS"),
        ("SELECT * FROM (VALUES CAST(ROW(1, 2) AS ROW(x integer, y integer))) AS t(x, y)",
         "NOT_SUPPORTED: VALUES of a row that is not written as (…) or ROW(…) is not supported by the local AWS"),
    ],
)  # fmt: skip
def test_what_is_refused_by_name(sql, reason):
    assert error(sql) == reason


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("CAST(CAST(ROW(1, 2) AS ROW(b integer, a integer)) AS ROW(a integer, b integer))", "{a=1, b=2}"),
        ("CAST(ROW(1.5e0, '7') AS ROW(a integer, b integer))", "{a=2, b=7}"),
        ("CAST(CAST(NULL AS ROW(a integer)) AS ROW(b varchar))", None),
        ("CAST(ARRAY[CAST(ROW(1, 2) AS ROW(b integer, a integer))] AS array(ROW(a integer, b varchar)))",
         "[{a=1, b=2}]"),
        ("CAST(ARRAY[2.5e0, NULL] AS array(integer))", "[3, null]"),
        ("CAST(ARRAY[DECIMAL '0.5'] AS array(varchar))", "[0.5]"),
        ("CAST(ARRAY[ARRAY[1e7]] AS array(array(varchar)))", "[[1.0E7]]"),
        ("CAST(ARRAY['abc'] AS array(varchar(2)))", "[ab]"),
        ("CAST(split('1,2', ',') AS array(integer))", "[1, 2]"),
        ("CAST(MAP(ARRAY['1'], ARRAY[JSON '\"x\"']) AS map(integer, varchar))", "{1=x}"),
        ("CAST(MAP(ARRAY['1'], ARRAY[NULL]) AS map(integer, integer))", "{1=null}"),
        ("CAST(ARRAY[1] AS array(double))", "[1.0]"),
    ],
)  # fmt: skip
def test_values_within_others_are_cast_as_those_alone(expression, shown):
    """Rows field by field, whatever their names; numbers half up; texts of numbers as Java's."""
    assert value(expression) == shown


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("CAST(ARRAY['1.5'] AS array(integer))", "INVALID_CAST_ARGUMENT: Cannot cast '1.5' to INT"),
        ("CAST(MAP(ARRAY['k'], ARRAY[JSON '{}']) AS map(varchar, varchar))",
         "INVALID_CAST_ARGUMENT: Cannot cast '{}' to varchar"),
        ("TRY_CAST(ARRAY['a'] AS array(integer))", "NOT_SUPPORTED: a cast of array(varchar) to array(integer)"),
        ("from_iso8601_date('2021-366')", "INVALID_CAST_ARGUMENT: "),
        ("from_iso8601_date('2021-W53-1')", "INVALID_CAST_ARGUMENT: "),
        ("array_join(ARRAY[JSON '[1]'], ',')", "INVALID_CAST_ARGUMENT: Cannot cast '[1]' to varchar"),
    ],
)  # fmt: skip
def test_what_cannot_be_cast_within_others(expression, reason):
    assert error(f"SELECT {expression}").startswith(reason)


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("from_iso8601_date('2020-W53-5')", "2021-01-01"),
        ("from_iso8601_date('2020-366')", "2020-12-31"),
        ("sequence(DATE '2020-01-03', DATE '2020-01-01')", "[2020-01-03, 2020-01-02, 2020-01-01]"),
        ("slice(CAST(NULL AS array(integer)), 0, 1)", None),
        ("element_at(CAST(NULL AS array(integer)), 0)", None),
        ("array_join(ARRAY[1, NULL], ',', CAST(NULL AS varchar))", None),
        ("array_join(ARRAY[JSON '1', JSON '\"a\"'], ',')", "1,a"),
    ],
)
def test_nulls_and_days_at_the_ends(expression, shown):
    assert value(expression) == shown
