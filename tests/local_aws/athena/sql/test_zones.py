"""Timestamps with a time zone keep it: Trino's documentation, and Python's zoneinfo, say what they give."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from local_aws.athena.errors import RefusedQueryError
from local_aws.athena.sql.zones import canonical
from tests.local_aws.athena.athena_queries import ask, value
from tests.local_aws.athena.zone_queries import NEW_YORK, rows


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("timestamp '2012-10-31 01:00 UTC'", "2012-10-31 01:00:00.000 UTC"),
        ("timestamp '2012-10-31 01:00 UTC' AT TIME ZONE 'America/Los_Angeles'",
         "2012-10-30 18:00:00.000 America/Los_Angeles"),
        ("timestamp '2012-10-31 01:00 UTC' AT TIME ZONE 'Asia/Singapore'", "2012-10-31 09:00:00.000 Asia/Singapore"),
        ("from_iso8601_timestamp('2020-05-11')", "2020-05-11 00:00:00.000 UTC"),
        ("from_iso8601_timestamp('2020-05-11T11:15:05')", "2020-05-11 11:15:05.000 UTC"),
        ("from_iso8601_timestamp('2020-05-11T11:15:05.055+01:00')", "2020-05-11 11:15:05.055 +01:00"),
        ("TIMESTAMP '2020-06-10 15:55:23.383 Europe/Warsaw'", "2020-06-10 15:55:23.383 Europe/Warsaw"),
        ("TIMESTAMP '2001-08-22 03:04:05.321-08:00'", "2001-08-22 03:04:05.321 -08:00"),
    ],
)  # fmt: skip
def test_a_value_of_the_documentation(expression, shown):
    assert value(expression) == shown


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("$NY", "2024-05-01 23:30:00.000 America/New_York"),
        ("TIMESTAMP '2024-05-01 23:30 america/new_york'", "2024-05-01 23:30:00.000 America/New_York"),
        ("TIMESTAMP '2024-05-01 America/New_York'", "2024-05-01 00:00:00.000 America/New_York"),
        ("TIMESTAMP '2024-05-01 23:30:00 +0530'", "2024-05-01 23:30:00.000 +05:30"),
        ("TIMESTAMP '2024-05-01 23:30:00 -3'", "2024-05-01 23:30:00.000 -03:00"),
        ("TIMESTAMP '2024-05-01 23:30:00 gmt'", "2024-05-01 23:30:00.000 UTC"),
        ("at_timezone($NY, 'Europe/Berlin')", "2024-05-02 05:30:00.000 Europe/Berlin"),
        ("$NY AT TIME ZONE 'UTC'", "2024-05-02 03:30:00.000 UTC"),
        ("$NY AT TIME ZONE INTERVAL '2' HOUR", "2024-05-02 05:30:00.000 +02:00"),
        ("at_timezone($NY, INTERVAL '-210' MINUTE)", "2024-05-02 00:00:00.000 -03:30"),
        ("TIMESTAMP '2024-05-01 12:00' AT TIME ZONE 'Asia/Kolkata'", "2024-05-01 17:30:00.000 Asia/Kolkata"),
        ("with_timezone(TIMESTAMP '2024-05-01 23:30:00', 'America/New_York')",
         "2024-05-01 23:30:00.000 America/New_York"),
        ("to_unixtime(with_timezone(TIMESTAMP '2024-05-01 23:30:00', 'America/New_York'))", "1.7146206E9"),
        ("with_timezone(TIMESTAMP '2024-05-01 23:30:00', '+05:30') = TIMESTAMP '2024-05-01 18:00 UTC'", "true"),
        ("from_unixtime(1475996660, 'Europe/Berlin')", "2016-10-09 09:04:20.000 Europe/Berlin"),
        ("from_unixtime(1475996660, 5, 30)", "2016-10-09 12:34:20.000 +05:30"),
        ("from_unixtime(1475996660, -3, -30)", "2016-10-09 03:34:20.000 -03:30"),
        ("from_unixtime(1475996660, 0, 0)", "2016-10-09 07:04:20.000 UTC"),
        ("CAST('2024-05-01 23:30:00 America/New_York' AS timestamp with time zone)",
         "2024-05-01 23:30:00.000 America/New_York"),
        ("TRY_CAST('2024-05-01 23:30:00 +02:00' AS timestamp(3) with time zone)", "2024-05-01 23:30:00.000 +02:00"),
        ("TRY_CAST('no moment' AS timestamp with time zone)", None),
        ("CAST(TIMESTAMP '2024-05-01 10:00:00' AS timestamp with time zone)", "2024-05-01 10:00:00.000 UTC"),
        ("CAST($NY AS timestamp(3) with time zone)", "2024-05-01 23:30:00.000 America/New_York"),
        ("CAST($NY AS timestamp)", "2024-05-01 23:30:00.000"), ("CAST($NY AS date)", "2024-05-01"),
        ("CAST($NY AS time)", "23:30:00.000"), ("CAST($NY AS varchar(13))", "2024-05-01 23"),
        ("CAST($NY AS varchar)", "2024-05-01 23:30:00.000 America/New_York"),
        ("typeof($NY)", "timestamp(0) with time zone"),
        ("hour($NY)", "23"), ("day($NY)", "1"), ("date($NY)", "2024-05-01"), ("day_of_week($NY)", "3"),
        ("extract(hour FROM $NY)", "23"), ("extract(timezone_hour FROM $NY)", "-4"), ("timezone_hour($NY)", "-4"),
        ("timezone_minute(TIMESTAMP '2024-05-01 10:00 -03:30')", "-30"), ("timezone_hour($SAME)", "0"),
        ("timezone_minute(TIMESTAMP '2024-05-01 10:00 Asia/Kolkata')", "30"),
        ("last_day_of_month(TIMESTAMP '2024-04-30 23:00 America/New_York')", "2024-04-30"),
        ("date_format($NY, '%Y-%m-%d %H:%i')", "2024-05-01 23:30"),
        ("format_datetime($NY, 'yyyy-MM-dd HH:mm')", "2024-05-01 23:30"),
        ("to_iso8601($NY)", "2024-05-01T23:30:00.000-04:00"), ("to_iso8601($SAME)", "2024-05-02T03:30:00.000Z"),
        ("to_iso8601(TIMESTAMP '2024-01-01 12:00 Europe/London')", "2024-01-01T12:00:00.000Z"),
        ("to_iso8601(TIMESTAMP '2024-05-01 12:00 +05:30')", "2024-05-01T12:00:00.000+05:30"),
        ("date_trunc('hour', TIMESTAMP '2024-05-01 10:45 +05:30')", "2024-05-01 10:00:00.000 +05:30"),
        # A day that had 23 hours
        ("date_add('day', 1, TIMESTAMP '2024-03-09 12:00 America/New_York')",
         "2024-03-10 12:00:00.000 America/New_York"),
        ("date_add('hour', 24, TIMESTAMP '2024-03-09 12:00 America/New_York')",
         "2024-03-10 13:00:00.000 America/New_York"),
        ("TIMESTAMP '2024-03-09 12:00 America/New_York' + INTERVAL '1' DAY",
         "2024-03-10 13:00:00.000 America/New_York"),
        ("TIMESTAMP '2024-03-09 12:00 America/New_York' + INTERVAL '1' MONTH",
         "2024-04-09 12:00:00.000 America/New_York"),
        ("INTERVAL '1' YEAR + TIMESTAMP '2024-05-01 12:00 +05:30'", "2025-05-01 12:00:00.000 +05:30"),
        ("TIMESTAMP '2024-04-09 12:00 America/New_York' - INTERVAL '2' MONTH",
         "2024-02-09 12:00:00.000 America/New_York"),
        ("date_diff('day', TIMESTAMP '2024-03-09 12:00 America/New_York', TIMESTAMP '2024-03-10 16:00 UTC')", "1"),
        ("date_diff('hour', TIMESTAMP '2024-03-09 12:00 America/New_York', TIMESTAMP '2024-03-10 16:00 UTC')", "23"),
        ("date_diff('day', TIMESTAMP '2024-03-09 17:00 UTC', TIMESTAMP '2024-03-10 12:00 America/New_York')", "0"),
        ("$NY - TIMESTAMP '2024-05-01 23:30:00 UTC'", "0 04:00:00.000"),
        ("to_iso8601(current_timestamp) LIKE '%Z'", "true"),
        ("CAST(current_timestamp AS varchar) LIKE '% UTC'", "true"),
        # By instant
        ("$NY = $SAME", "true"), ("$NY IN ($SAME)", "true"), ("$NY IS DISTINCT FROM $SAME", "false"),
        ("$NY BETWEEN TIMESTAMP '2024-05-01 UTC' AND TIMESTAMP '2024-05-02 UTC'", "false"),
        ("$NY > TIMESTAMP '2024-05-02 03:00:00'", "true"), ("nullif($NY, $SAME)", None),
        ("CASE $NY WHEN $SAME THEN 'same' END", "same"), ("to_unixtime($NY)", "1.7146206E9"),
        # One of several of one zone
        ("coalesce(NULL, $NY)", "2024-05-01 23:30:00.000 America/New_York"),
        ("greatest($NY, TIMESTAMP '2024-05-01 America/New_York')", "2024-05-01 23:30:00.000 America/New_York"),
        ("CASE WHEN $NY < $SAME THEN NULL ELSE $NY END", "2024-05-01 23:30:00.000 America/New_York"),
        ("CASE WHEN true THEN $NY END", "2024-05-01 23:30:00.000 America/New_York"),
        ("hour(CASE 1 WHEN 1 THEN $NY END)", "23"),
        ("hour(if(true, $NY, $NY))", "23"), ("try($NY)", "2024-05-01 23:30:00.000 America/New_York"),
        ("transform(ARRAY[1], x -> hour($NY) + x)", "[24]"), ("hour((SELECT $NY))", "23"),
        ("(SELECT $NY)", "2024-05-01 23:30:00.000 America/New_York"), ("timezone_hour(NULL)", None),
    ],
)  # fmt: skip
def test_a_value_keeps_its_zone(expression, shown):
    assert rows(f"SELECT {expression}") == [[shown]]


def test_the_type_of_a_column():
    (column,) = ask(f"SELECT {NEW_YORK} AS x").columns
    assert (column.type, column.precision) == ("timestamp with time zone", 3)


# Around the changes of clocks, midnight among them, and in zones off the hour
STEPS = (
    "date_trunc('day', x)", "date_trunc('month', x)", "date_add('day', 1, x)", "date_add('week', -1, x)",
    "date_trunc('hour', x)",
)  # fmt: skip
MOMENTS = [
    (zone, dt.datetime.fromisoformat(moment))
    for zone, moments in {
        "America/New_York": (
            "2024-03-10T06:59:59",
            "2024-03-10T07:00",
            "2024-11-03T05:30",
            "2024-11-03T06:30",
            "2024-11-10T06:30",
        ),
        "America/Sao_Paulo": ("2018-11-04T02:59:59", "2018-11-04T03:10", "2019-02-17T01:30", "2019-02-17T02:30"),
        "Australia/Lord_Howe": ("2024-04-06T14:45", "2024-04-06T15:15", "2024-10-05T15:31"),
        "Asia/Kathmandu": ("2024-01-31T23:59:59.123",),
        "Europe/Berlin": ("2024-10-27T00:30", "2024-10-27T01:30", "2023-03-26T01:00"),
    }.items()
    for moment in moments
]


def moved(moment, zone, wall):
    """The wall time at the offset that a moment has, if clocks show it so; else the earlier moment of the wall time."""
    found = [wall.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1)]
    real = [one for one in found if one.astimezone(dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall]
    kept = [one for one in real if one.utcoffset() == moment.utcoffset()]
    return (kept or found)[0].astimezone(dt.UTC)


@pytest.mark.parametrize(("zone", "utc"), MOMENTS)
def test_parts_and_steps_are_zoneinfos(zone, utc):
    moment = utc.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
    wall = moment.replace(tzinfo=None)
    day = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [
        moved(moment, zone, found)
        for found in (day, day.replace(day=1), wall + dt.timedelta(days=1), wall - dt.timedelta(days=7))
    ]
    hour = moment.astimezone(dt.UTC) - (wall - wall.replace(minute=0, second=0, microsecond=0))
    expected = [
        str(wall.hour),
        wall.strftime("%Y-%m-%d %H:%M:%S"),
        moment.isoformat(timespec="milliseconds"),
        *(f"{found.timestamp():.3f}" for found in (*days, hour)),
    ]
    steps = ", ".join(f"format('%.3f', to_unixtime({step}))" for step in STEPS)
    moments = f"(SELECT TIMESTAMP '{utc}' AT TIME ZONE '{zone}' AS x)"
    sql = f"SELECT hour(x), date_format(x, '%Y-%m-%d %T'), to_iso8601(x), {steps} FROM {moments}"
    assert ask(sql).rows == [expected]


def test_a_wall_time_that_comes_twice_or_never():
    """The earlier of two; where clocks are put forward, by the offset before (java.time's rule)."""
    shown = [
        value(f"to_unixtime(with_timezone(TIMESTAMP '{wall}', 'America/New_York'))")
        for wall in ("2024-11-03 01:30:00", "2024-03-10 02:30:00")
    ]
    literals = [
        value(f"to_unixtime(TIMESTAMP '{wall} America/New_York')")
        for wall in ("2024-11-03 01:30:00", "2024-03-10 02:30:00")
    ]
    utc = (dt.datetime(2024, 11, 3, 5, 30, tzinfo=dt.UTC), dt.datetime(2024, 3, 10, 7, 30, tzinfo=dt.UTC))
    assert [float(seconds) for seconds in shown] == [moment.timestamp() for moment in utc]
    assert literals == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [("+2", "+02:00"), ("-0330", "-03:30"), ("+00:00", "UTC"), ("-00:00", "UTC"), ("Z", "UTC"), ("zulu", "UTC"),
     ("Etc/UTC", "UTC"), ("europe/berlin", "Europe/Berlin"), ("+14:00", "+14:00"), ("Japan", "Japan")],
)  # fmt: skip
def test_a_zones_name(written, shown):
    assert canonical(written) == shown


@pytest.mark.parametrize("written", ["+14:01", "Etc/GMT+5", "GMT+2", "EST", "localtime", "", "../etc/passwd"])
def test_a_zone_that_is_not_known_here(written):
    with pytest.raises(RefusedQueryError, match=r"^NOT_SUPPORTED: "):
        canonical(written)
