"""Rules of Trino's that the engine has not: values of its sources and documentation, of Java, or of plain Python."""

import math

import pytest

from tests.local_aws.athena.athena_queries import ask, error, value


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        # Aggregates: a real stays one, max_by gives the NULL that stands beside the greatest
        ("sum(y) FROM (VALUES REAL '1.1', REAL '2.2') t(y)", "3.3000002"),
        ("avg(y) FROM (VALUES REAL '1.1', REAL '2.2') t(y)", "1.6500001"),
        ("sum(x) FILTER (WHERE x > 1) FROM (VALUES 1, 2, 3) t(x)", "5"),
        ("sum(DISTINCT x) FROM (VALUES 2, 2, 3) t(x)", "5"),
        ("max(s) FROM (SELECT sum(x) OVER (ORDER BY x) s FROM (VALUES 1, 2) t(x)) u", "3"),
        ("max_by(a, b) FROM (VALUES (1, 10), (NULL, 30)) t(a, b)", None),
        ("min_by(a, b) FROM (VALUES (1, 10), (2, NULL), (NULL, 30)) t(a, b)", "1"),
        ("max_by(a, b, 2) FROM (VALUES (1, 10), (2, NULL), (NULL, 30)) t(a, b)", "[null, 1]"),
        ("corr(x, y) FROM (VALUES (1e0, 1e0)) t(x, y)", None),
        ("corr(x, y) FILTER (WHERE x < 3) FROM (VALUES (1e0, 2e0), (2e0, 4e0), (3e0, 0e0)) t(x, y)", "1.0"),
        ("regr_slope(y, x) FROM (VALUES (1e0, 2e0), (1e0, 4e0)) t(x, y)", None),
        ("regr_slope(y, x) FROM (VALUES (1e0, 2e0), (2e0, 4e0)) t(x, y)", "2.0"),
        ("max(s) FROM (SELECT corr(x, y) OVER (ORDER BY x) s FROM (VALUES (1e0, 2e0), (2e0, 4e0)) t(x, y)) u", "1.0"),
        # Mathematical: as Java calculates them
        ("cbrt(27)", "3.0"), ("cbrt(-8)", "-2.0"), ("cbrt(0)", "0.0"), ("cbrt(infinity())", "Infinity"),
        ("log(10, 1000)", str(math.log(1000) / math.log(10))), ("log2(8)", "3.0"),
        ("to_base(-255, 2)", "-11111111"), ("to_base(255, 16)", "ff"),
        # Arrays: NULL is an element like others
        ("array_intersect(ARRAY[1, NULL, 2], ARRAY[NULL, 2])", "[null, 2]"),
        ("array_except(ARRAY[1, NULL, 2, 1], ARRAY[2])", "[1, null]"),
        ("array_except(ARRAY[1, NULL], ARRAY[NULL])", "[1]"),
        ("sequence(DATE '2024-01-31', DATE '2024-05-31', INTERVAL '1' MONTH)",
         "[2024-01-31, 2024-02-29, 2024-03-31, 2024-04-30, 2024-05-31]"),
        ("sequence(DATE '2024-05-31', DATE '2024-01-31', INTERVAL '-2' MONTH)", "[2024-05-31, 2024-03-31, 2024-01-31]"),
        ("cardinality(sequence(TIMESTAMP '2024-02-29 10:00:00', TIMESTAMP '2026-03-01 00:00:00', INTERVAL '1' YEAR))",
         "3"),
        # Texts
        ("split(CAST(NULL AS varchar), ',', 2)", None),
        ("substr('hello', 2, -1)", ""), ("substr('hello', -3, 2)", "ll"), ("substr('hello', 2, NULL)", None),
        ("replace('hello', '', 'x')", "xhxexlxlxox"), ("replace('', '', 'x')", "xx"),
        ("upper('straße')", "STRAßE"), ("upper('aẞb')", "AẞB"),
        ("url_encode('a b+c/é*~')", "a+b%2Bc%2F%C3%A9*%7E"), ("url_decode('a+b%20c')", "a b c"),
        ("url_extract_parameter('http://a.com/x?q=a+b', 'q')", "a b"),
        ("'a%c' LIKE 'a#%c' ESCAPE '#'", "true"), ("'a^' LIKE 'a^^' ESCAPE '^'", "true"),
        # Casts
        ("CAST('T' AS boolean)", "true"), ("TRY_CAST('yes' AS boolean)", None), ("CAST('.5' AS real)", "0.5"),
        ("CAST(' 1.5e3 ' AS double)", "1500.0"), ("CAST('-Infinity' AS double)", "-Infinity"),
        ("TRY_CAST('inf' AS double)", None), ("CAST('-1e2' AS decimal(5,0))", "-100"),
        ("TRY_CAST(12345 AS varchar(3))", None), ("CAST(123 AS varchar(3))", "123"),
        ("CAST('abcd' AS varchar(3))", "abc"),
        ("-9223372036854775808", "-9223372036854775808"),
        # Times: parts of intervals, years of two figures (70 is 1970 and 69 is 2069)
        ("hour(INTERVAL '26' HOUR)", "2"), ("day(INTERVAL '26' HOUR)", "1"), ("hour(INTERVAL '-26' HOUR)", "-2"),
        ("extract(minute FROM INTERVAL '90' MINUTE)", "30"), ("millisecond(INTERVAL '1.5' SECOND)", "500"),
        ("hour(TIMESTAMP '2024-01-01 15:04:05')", "15"),
        ("DATE '2024-01-01' + INTERVAL '24' HOUR", "2024-01-02"),
        ("DATE '2024-01-01' + (INTERVAL '12' HOUR + INTERVAL '12' HOUR)", "2024-01-02"),
        ("date_parse('69-01-01', '%y-%m-%d')", "2069-01-01 00:00:00.000"),
        ("date_parse('70-01-01', '%y-%m-%d')", "1970-01-01 00:00:00.000"),
        ("format_datetime(TIMESTAMP '2024-01-05 15:04:05', '''o''''clock'' h')", "o'clock 3"),
    ],
)  # fmt: skip
def test_a_value(expression, shown):
    assert value(expression) == shown


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("sum(x) FROM (VALUES BIGINT '9223372036854775807', 1) t(x)",
         "NUMERIC_VALUE_OUT_OF_RANGE: bigint addition overflow: 9223372036854775808"),
        ("9223372036854775808", "line 1:8: Invalid numeric literal: 9223372036854775808"),
        ("sequence(1, 5, 0)", "INVALID_FUNCTION_ARGUMENT: step must not be zero"),
        ("trim_array(ARRAY[1, 2, 3], 4)", "INVALID_FUNCTION_ARGUMENT: size must not exceed array cardinality 3: 4"),
        ("split_part('a,b', ',', 0)", "INVALID_FUNCTION_ARGUMENT: Index must be greater than zero"),
        ("split('a,b', ',', 0)", "INVALID_FUNCTION_ARGUMENT: Limit must be positive"),
        ("lpad('a', -1, 'x')", "INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647]"),
        ("from_hex('4')", "INVALID_FUNCTION_ARGUMENT: invalid input length 1"),
        ("'abc' LIKE 'a#c' ESCAPE '#'",
         "INVALID_FUNCTION_ARGUMENT: Escape character must be followed by '%', '_' or the escape character itself"),
        ("regexp_extract('abc', '(a)', 2)", "INVALID_FUNCTION_ARGUMENT: Pattern has 1 groups. Cannot access group 2"),
        ("CAST(12345 AS varchar(3))", "INVALID_CAST_ARGUMENT: Value 12345 cannot be represented as varchar(3)"),
        ("CAST('yes' AS boolean)", "INVALID_CAST_ARGUMENT: Cannot cast 'yes' to BOOLEAN"),
        ("CAST(ARRAY['yes'] AS array(boolean))", "INVALID_CAST_ARGUMENT: Cannot cast 'yes' to BOOLEAN"),
        ("CAST('inf' AS double)", "INVALID_CAST_ARGUMENT: Cannot cast 'inf' to DOUBLE"),
        ("CAST('1_000' AS real)", "INVALID_CAST_ARGUMENT: Cannot cast '1_000' to REAL"),
        ("CAST('1_000' AS decimal(8,2))",
         "INVALID_CAST_ARGUMENT: Cannot cast VARCHAR '1_000' to DECIMAL(8, 2). Value is not a number."),
        ("DATE '2024-01-01' + INTERVAL '1' HOUR",
         "INVALID_FUNCTION_ARGUMENT: Cannot add hour, minutes or seconds to a date"),
        ("DATE '2024-01-01' - INTERVAL '1' MINUTE",
         "INVALID_FUNCTION_ARGUMENT: Cannot subtract hour, minutes or seconds from a date"),
        ("a FROM (VALUES 1, 1) t(a) ORDER BY a FETCH FIRST 1 ROW WITH TIES",
         "NOT_SUPPORTED: FETCH FIRST … WITH TIES is not supported by the local AWS"),
    ],
)  # fmt: skip
def test_an_error(expression, reason):
    assert error(f"SELECT {expression}") == reason


def test_skewness_is_that_of_all_values():
    numbers = [1, 2, 3, 10]
    mean = sum(numbers) / len(numbers)
    second, third = (sum((number - mean) ** power for number in numbers) for power in (2, 3))
    (row,) = ask("SELECT skewness(x), skewness(x) FILTER (WHERE x < 3) FROM (VALUES 1, 2, 3, 10) t(x)").rows
    assert float(row[0]) == pytest.approx(math.sqrt(len(numbers)) * third / second**1.5)
    assert row[1] is None
