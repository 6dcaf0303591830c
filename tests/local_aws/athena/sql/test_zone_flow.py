"""Which zone moments have is followed through a query, or the query is refused by name."""

import pytest

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.sql.dialect import translate
from local_aws.athena.sql.functions import FUNCTIONS
from local_aws.athena.sql.reading import parse
from local_aws.athena.sql.views import View
from tests.local_aws.athena.athena_queries import NoTables, ask, error
from tests.local_aws.athena.zone_queries import NEW_YORK, filled, rows


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("WITH t(a) AS (SELECT $NY) SELECT hour(q.a), q.a FROM t AS q",
         [["23", "2024-05-01 23:30:00.000 America/New_York"]]),
        ("SELECT hour(a) FROM (SELECT $NY AS x) AS q(a)", [["23"]]),
        ("SELECT x, hour(x) FROM (VALUES ($NY, 1), (NULL, 2)) AS t(x, n)",
         [["2024-05-01 23:30:00.000 America/New_York", "23"], [None, None]]),
        ("SELECT $NY AS x UNION ALL SELECT NULL UNION ALL SELECT TIMESTAMP '2024-05-01 America/New_York' ORDER BY x",
         [["2024-05-01 00:00:00.000 America/New_York"], ["2024-05-01 23:30:00.000 America/New_York"], [None]]),
        ("SELECT $NY AS x FROM (VALUES 1) ORDER BY hour(x)", [["2024-05-01 23:30:00.000 America/New_York"]]),
        # Both hours of a clock that was put back: groups and sets are of instants
        (("SELECT x AT TIME ZONE 'America/New_York', count(*) FROM (VALUES TIMESTAMP '2024-11-03 05:30', "
          "TIMESTAMP '2024-11-03 06:30', TIMESTAMP '2024-11-03 06:30') AS t(x) "
          "GROUP BY x AT TIME ZONE 'America/New_York' ORDER BY 2"),
         [["2024-11-03 01:30:00.000 America/New_York", "1"], ["2024-11-03 01:30:00.000 America/New_York", "2"]]),
        (("SELECT date_trunc('day', x AT TIME ZONE 'America/New_York') AS d, count(*) FROM (VALUES "
          "TIMESTAMP '2024-05-01 03:59', TIMESTAMP '2024-05-01 04:00') AS t(x) GROUP BY 1 ORDER BY d"),
         [["2024-04-30 00:00:00.000 America/New_York", "1"], ["2024-05-01 00:00:00.000 America/New_York", "1"]]),
        (("SELECT count(DISTINCT x), max(x), min_by(x, x), arbitrary(hour(x)), max(x) FILTER (WHERE x > $SAME), "
          "lag(max(x)) OVER (PARTITION BY max(x) ORDER BY max(x)), max(max(x)) OVER () FROM (SELECT $NY AS x)"),
         [["1", *["2024-05-01 23:30:00.000 America/New_York"] * 2, "23", None, None,
           "2024-05-01 23:30:00.000 America/New_York"]]),
        ("SELECT a.x, b.x FROM (SELECT $NY AS x) a JOIN (SELECT $SAME AS x) b ON a.x = b.x",
         [["2024-05-01 23:30:00.000 America/New_York", "2024-05-02 03:30:00.000 UTC"]]),
        ("SELECT 1 WHERE $NY IN (SELECT $SAME) AND EXISTS (SELECT $NY) AND $SAME = ALL (SELECT $NY)", [["1"]]),
        ("SELECT grouping(x), x FROM (SELECT $NY AS x) GROUP BY GROUPING SETS ((x), ()) ORDER BY 1",
         [["0", "2024-05-01 23:30:00.000 America/New_York"], ["1", None]]),
        ("SELECT x FROM (SELECT $NY AS x) GROUP BY ROLLUP(x) HAVING hour(x) = 23 AND (x, 1) = ($SAME, 1)",
         [["2024-05-01 23:30:00.000 America/New_York"]]),
        # A name means what stands nearest
        ("WITH t AS (SELECT $NY AS x) SELECT (SELECT hour(t.x)) FROM (SELECT $SAME AS x) AS t", [["3"]]),
        ("SELECT (SELECT hour(t.x) FROM (VALUES 1)) FROM (SELECT $NY AS x) AS t", [["23"]]),
        ("SELECT hour(x), n FROM (SELECT $NY AS x) CROSS JOIN UNNEST(ARRAY[1]) AS u(n)", [["23", "1"]]),
        # Texts of data: the wall time as it is written, or the instant
        ("SELECT hour(from_iso8601_timestamp(s)), CAST(from_iso8601_timestamp(s) AS date) FROM $TEXTS",
         [["23", "2020-05-11"], ["23", "2020-05-11"], ["0", "2020-05-11"], [None, None]]),
        ("SELECT from_iso8601_timestamp(s) AT TIME ZONE 'UTC' FROM $TEXTS",
         [["2020-05-12 03:15:05.055 UTC"], ["2020-05-11 23:15:05.000 UTC"], ["2020-05-11 00:00:00.000 UTC"], [None]]),
        ("SELECT from_iso8601_timestamp(s) FROM $TEXTS WHERE s NOT LIKE '%-04:00'",
         [["2020-05-11 23:15:05.000 UTC"], ["2020-05-11 00:00:00.000 UTC"]]),
        ("SELECT CAST(s AS timestamp with time zone) > $SAME FROM (VALUES '2024-05-02 05:31 Europe/Berlin') AS t(s)",
         [["true"]]),
        ("SELECT CAST(s AS timestamp with time zone) FROM (VALUES '2024-05-02 05:31 UTC', '2024-05-02') AS t(s)",
         [["2024-05-02 05:31:00.000 UTC"], ["2024-05-02 00:00:00.000 UTC"]]),
    ],
)  # fmt: skip
def test_a_query_keeps_zones(sql, expected):
    assert rows(sql) == expected


class _Views(NoTables):
    def view(self, _database, name):
        columns = (("x", "timestamp(0) with time zone"),)
        return View(f"SELECT {NEW_YORK} AS a", "db", columns) if name == "v" else None


def test_a_view_keeps_zones():
    found = translate(parse("SELECT x, hour(x) FROM v"), "db", _Views())
    assert found.zones == {0: "America/New_York"}
    assert "timezone('America/New_York'" in found.sql


SEVERAL = "a timestamp with the time zone America/New_York and UTC in"
IN_A_TEXT = "a timestamp with a time zone other than UTC in a text, but for comparisons,"


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("SELECT ARRAY[$NY]", "a timestamp with the time zone America/New_York in ARRAY"),
        ("SELECT row($NY)", "a timestamp with the time zone America/New_York in row()"),
        ("SELECT array_agg(x ORDER BY x) FROM (SELECT $NY AS x)",
         "a timestamp with the time zone America/New_York in array_agg()"),
        ("SELECT min(x, 1) FROM (SELECT $NY AS x)", "a timestamp with the time zone America/New_York in min()"),
        ("SELECT transform(ARRAY[1], x -> $NY)", "a timestamp with the time zone America/New_York in LAMBDA"),
        ("SELECT CAST($NY AS json)", "a timestamp with the time zone America/New_York in CAST"),
        ("SELECT format('%s', $NY)", "a timestamp with the time zone America/New_York in format()"),
        ("SELECT coalesce(now(), $NY)", f"{SEVERAL} coalesce()"), ("SELECT if(true, $NY, $SAME)", f"{SEVERAL} IF"),
        ("SELECT lag($NY, 1, $SAME) OVER ()", f"{SEVERAL} lag()"),
        ("SELECT CASE WHEN true THEN $NY ELSE $SAME END", f"{SEVERAL} CASE"),
        ("SELECT $NY UNION SELECT $SAME", f"{SEVERAL} UNION"), ("VALUES $NY, $SAME", f"{SEVERAL} VALUES"),
        ("SELECT x FROM (SELECT $NY AS x) a JOIN (SELECT $SAME AS x) b USING (x)", f"{SEVERAL} COALESCE"),
        ("WITH RECURSIVE t(x) AS (SELECT $NY UNION ALL SELECT x FROM t) SELECT * FROM t",
         "a timestamp with a time zone other than UTC in a recursive query"),
        ("SELECT at_timezone(now(), s) FROM (VALUES 'UTC') AS t(s)",
         "at_timezone with a time zone that is not a literal"),
        ("SELECT from_unixtime(1, n, n) FROM (VALUES 1) AS t(n)",
         "from_unixtime with hours and minutes that are not literals"),
        ("SELECT now() AT TIME ZONE INTERVAL '90' SECOND", "a time zone that is such an interval"),
        ("SELECT now() AT TIME ZONE 'Nowhere/Land'", "the time zone 'Nowhere/Land'"),
        ("SELECT from_unixtime(1, 20, 0)", "a time zone 1200 minutes from UTC"),
        ("SELECT TIMESTAMP '12024-05-01 America/New_York'", "the moment '12024-05-01 America/New_York'"),
        ("SELECT TIME '10:00' AT TIME ZONE 'UTC'", "a time with a time zone"),
        ("SELECT TIMESTAMP '9999-12-31 23:00 UTC' AT TIME ZONE 'Asia/Tokyo'",
         "a timestamp that is not of the years 1 to 9999 in its time zone"),
        ("SELECT format_datetime($NY, 'HH:mm Z')", "the pattern Z"),
        ("SELECT CAST(ARRAY['2024-05-01 +02:00'] AS array(timestamp with time zone))",
         "a cast to timestamps with a time zone within another type"),
        ("SELECT CAST(JSON '\"2024-05-01 +02:00\"' AS timestamp with time zone)",
         "a cast of such a value to a timestamp with a time zone"),
        ("SELECT try(from_iso8601_timestamp(s)) FROM $TEXTS",
         "a text that is read as a timestamp with a time zone within TRY"),
    ],
)  # fmt: skip
def test_what_cannot_keep_its_zone_is_refused(sql, what):
    refused = error(filled(sql))
    assert refused == f"NOT_SUPPORTED: {what} is not supported by the local AWS"


@pytest.mark.parametrize(
    "expression", ["{}", "date_trunc('day', {})", "to_iso8601({})", "CAST({} AS varchar)", "max({})"]
)
@pytest.mark.parametrize(
    "text", ["2020-05-11T23:15:05-04:00", "2020-05-11 23:15:05+02:00", "2020-05-11T10:00 Asia/Tokyo"]
)
@pytest.mark.parametrize("read", ["from_iso8601_timestamp(s)", "CAST(s AS timestamp with time zone)"])
def test_a_text_of_another_zone_ends_the_query(expression, text, read):
    found = error(f"SELECT {expression.format(read)} FROM (VALUES '{text}') AS t(s)")
    assert found == f"NOT_SUPPORTED: {IN_A_TEXT} is not supported by the local AWS: {text}"


@pytest.mark.parametrize("text", ["2020-05-11 23:15:05+02:00", "2020-05-11T23:15:05 Asia/Tokyo"])
def test_a_wall_time_that_is_not_iso8601(text):
    found = error(f"SELECT hour(from_iso8601_timestamp(s)) FROM (VALUES '{text}') AS t(s)")
    assert found == f'INVALID_FUNCTION_ARGUMENT: Invalid format: "{text}"'


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT DATE '2024-01-01' AT TIME ZONE 'UTC'",
         "TYPE_MISMATCH: line 1:8: Type of value must be a time or timestamp with or without time zone (actual date)"),
        ("SELECT now() AT TIME ZONE s FROM (VALUES 'UTC') AS t(s)", "line 1:27: mismatched input 's'"),
    ],
)  # fmt: skip
def test_at_time_zone_takes_moments_and_literals(sql, message):
    assert error(sql) == message


KATHMANDU, UTC = "TIMESTAMP '2024-01-01 05:00:15 Asia/Kathmandu'", "TIMESTAMP '2023-12-31 23:15:15 UTC'"
FORMS = ("({})", "({}, 1)", "(1, {})", "('day', {})", "('day', 1, {})", "({}) OVER ()")
WITHOUT_A_ZONE = {
    *("to_unixtime", "count", "approx_distinct", "typeof", "second", "millisecond"),
    *("min_by", "max_by", "try"),  # of 1, with a moment beside it
}


def _given(expression):
    try:
        return ask(f"SELECT {expression}").rows[0][0]
    except (RefusedQueryError, FailedQueryError):
        return None


def test_no_function_takes_the_zone_away_in_silence():
    """What any function gives of a moment of another zone is not what it gives of the same instant in UTC."""
    same = set()
    for name in FUNCTIONS:
        for form in FORMS:
            given = _given(name + form.format(KATHMANDU))
            if given is not None and given == _given(name + form.format(UTC)):
                same.add(name)
    assert same == WITHOUT_A_ZONE
